/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * INIT and SIPI of the guest become starts of its virtual processors; a
 * processor enters ccvm through the hidden page.
 * Document: Intel SDM volume 3, sections 11.6.1 and 9.4.
 */
#define pr_fmt(fmt) "apic: " fmt

#include <asm/io.h>
#include <fw/log.h>

#include "apic.h"
#include "insn.h"
#include "memory.h"
#include "mode.h"
#include "stop.h"
#include "vcpu.h"

#define ICR_VECTOR	0x000ff
#define ICR_MODE	0x00700
#define ICR_MODE_INIT	0x00500
#define ICR_MODE_SIPI	0x00600
#define ICR_ASSERT	0x04000
#define ICR_SHORTHAND	0xc0000
#define ICR_SELF	0x40000
#define ICR_ALL		0x80000
#define ICR_OTHERS	0xc0000
#define ICR_ID_SHIFT	24
#define BROADCAST	0xff

static u32 apic_read(u32 reg)
{
	return readl(mmio(APIC_BASE + reg));
}

static void apic_write(u32 reg, u32 value)
{
	writel(value, mmio(APIC_BASE + reg));
}

static void send(u32 id, u32 icr)
{
	apic_write(APIC_ICR_HIGH, id << ICR_ID_SHIFT);
	apic_write(APIC_ICR_LOW, icr);
}

void apic_send_init(u32 id)
{
	u32 high = apic_read(APIC_ICR_HIGH);

	/* An INIT to the wrong id would restart the boot processor, and ccvm. */
	if (id == this_cpu()->id)
		ccvm_stop(STOP_ERROR, "INIT to self");
	send(id, ICR_ASSERT | ICR_MODE_INIT);
	apic_write(APIC_ICR_HIGH, high);
}

void apic_send_start(u32 id)
{
	u32 high = apic_read(APIC_ICR_HIGH);

	apic_send_init(id);
	send(id, ICR_ASSERT | ICR_MODE_SIPI | (u32)(HIDDEN_PAGE >> 12));
	apic_write(APIC_ICR_HIGH, high);
}

static bool is_target(const struct cpu *cpu, u32 icr, u32 destination)
{
	bool self = cpu == this_cpu();

	switch (icr & ICR_SHORTHAND) {
	case ICR_SELF:
		return self;
	case ICR_ALL:
		return true;
	case ICR_OTHERS:
		return !self;
	default:
		return destination == cpu->id || destination == BROADCAST;
	}
}

static void send_to(struct cpu *cpu, u32 icr)
{
	if ((icr & ICR_MODE) == ICR_MODE_INIT) {
		cpu->init_seen = true;
		if (mode->ap_init != NULL)
			mode->ap_init(cpu);
		return;
	}
	if (mode->ap_sipi != NULL)
		mode->ap_sipi(cpu, icr & ICR_VECTOR);
}

void apic_write_icr(u32 icr)
{
	u32 destination = apic_read(APIC_ICR_HIGH) >> ICR_ID_SHIFT;
	u32 delivery = icr & ICR_MODE;
	u32 i;

	if (delivery != ICR_MODE_INIT && delivery != ICR_MODE_SIPI) {
		apic_write(APIC_ICR_LOW, icr);
		return;
	}
	/* INIT level de-assert has no effect on processors of this century. */
	if (delivery == ICR_MODE_INIT && !(icr & ICR_ASSERT))
		return;
	for (i = 0; i < cpu_count; i++) {
		if (!is_target(&cpus[i], icr, destination))
			continue;
		if (&cpus[i] == this_cpu())
			pr_warn("cpu %u sends INIT or SIPI (%x) to itself: ignored", i, icr);
		else
			send_to(&cpus[i], icr);
	}
}

void apic_store_exit(struct cpu *cpu)
{
	u32 reg = (u32)cpu->vmcb.control.exit_info2 & 0xfff;
	struct store store;
	u32 old;

	if (insn_decode_store(cpu, &store) < 0)
		ccvm_stop(STOP_ERROR, "cannot decode the instruction that writes APIC register %x",
			  reg);
	if (store.exchange >= 0) {
		old = apic_read(reg);
		*vcpu_reg(cpu, (enum gpr)store.exchange) = old;
	}
	if (reg == APIC_ICR_LOW)
		apic_write_icr(store.value);
	else
		apic_write(reg, store.value);
	cpu->vmcb.save.rip += store.len;
}
