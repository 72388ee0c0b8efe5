/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Requests through the GHCB page: fields, scratch area, and the events that
 * every SEV-ES guest has.
 * Document: GHCB specification (AMD 56421), sections 4.1.1 to 4.1.10.
 */
#define pr_fmt(fmt) "ghcb: " fmt

#include <asm/cpu.h>
#include <fw/byteorder.h>
#include <fw/log.h>
#include <fw/string.h>

#include "attack.h"
#include "check.h"
#include "es.h"
#include "flash.h"
#include "ghcb.h"
#include "io.h"
#include "memory.h"
#include "mmio.h"
#include "stats.h"
#include "stop.h"
#include "svm.h"
#include "trace.h"
#include "vcpu.h"

#define PAGE_SIZE		0x1000ull
#define SCRATCH_PAGES_MAX	16

#define EVENT_MMIO_READ		0x80000001
#define EVENT_MMIO_WRITE	0x80000002
#define EVENT_NMI_COMPLETE	0x80000003
#define EVENT_RESET_HOLD	0x80000004
#define EVENT_JUMP_TABLE	0x80000005
#define EVENT_FEATURES		0x8000fffd
#define EVENT_TERMINATE		0x8000fffe
#define EVENT_UNSUPPORTED	0x8000ffff

static u64 jump_table;

void ghcb_set(struct ghcb *ghcb, u32 field, u64 value)
{
	put_le64(value, ghcb->page + field);
	ghcb->page[GHCB_VALID_BITMAP + field / 64] |= (u8)(1u << field / 8 % 8);
}

void ghcb_fail(struct ghcb *ghcb, u32 reason)
{
	ghcb->result1 = GHCB_BAD_INPUT;
	ghcb->result2 = reason;
}

void *ghcb_scratch(struct ghcb *ghcb, size_t len)
{
	u64 gpa = ghcb_get(ghcb, GHCB_SCRATCH);
	u64 in_page = gpa - (ghcb->gpa + GHCB_SHARED_BUFFER);

	if (in_page < GHCB_SHARED_SIZE && len <= GHCB_SHARED_SIZE - in_page)
		return ghcb->page + GHCB_SHARED_BUFFER + in_page;
	/* Elsewhere it may be, within one page of ordinary shared memory. */
	if (ALIGN_DOWN(gpa, PAGE_SIZE) != ghcb->gpa) {
		void *p = es_host_ptr(gpa, len);

		if (p != NULL)
			return p;
	}
	check_failed(CHECK_GHCB_SCRATCH, "%llx, %zu bytes", (unsigned long long)gpa, len);
	ghcb_fail(ghcb, GHCB_INVALID_SCRATCH);
	return NULL;
}

static void do_cpuid(struct ghcb *ghcb)
{
	struct cpuid_regs r = cpuid_guest(ghcb->cpu, (u32)ghcb_get(ghcb, GHCB_RAX),
					  (u32)ghcb_get(ghcb, GHCB_RCX));

	ghcb_set(ghcb, GHCB_RAX, r.eax);
	ghcb_set(ghcb, GHCB_RBX, r.ebx);
	ghcb_set(ghcb, GHCB_RCX, r.ecx);
	ghcb_set(ghcb, GHCB_RDX, r.edx);
}

static void string_io(struct ghcb *ghcb, unsigned int size)
{
	u64 i, count = ghcb->info2;
	u16 port = IOIO_PORT(ghcb->info1);
	u8 *data;

	if (count > PAGE_SIZE / size) {
		ghcb_fail(ghcb, GHCB_INVALID_INPUT);
		return;
	}
	data = ghcb_scratch(ghcb, count * size);
	if (data == NULL)
		return;
	for (i = 0; i < count; i++, data += size) {
		u32 value = 0;

		if (ghcb->info1 & IOIO_IN) {
			value = io_read(port, size);
			memcpy(data, &value, size);
		} else {
			memcpy(&value, data, size);
			io_write(port, size, value);
		}
	}
}

static void do_io(struct ghcb *ghcb)
{
	unsigned int size = IOIO_SIZE(ghcb->info1);
	u64 mask = size == 4 ? 0xffffffff : size == 2 ? 0xffff : 0xff;
	u64 rax = ghcb_get(ghcb, GHCB_RAX);

	if (size != 1 && size != 2 && size != 4) {
		ghcb_fail(ghcb, GHCB_INVALID_INPUT);
		return;
	}
	if (ghcb->info1 & IOIO_STRING)
		string_io(ghcb, size);
	else if (ghcb->info1 & IOIO_IN)
		ghcb_set(ghcb, GHCB_RAX, io_read(IOIO_PORT(ghcb->info1), size) & mask);
	else
		io_write(IOIO_PORT(ghcb->info1), size, (u32)(rax & mask));
}

static void do_msr(struct ghcb *ghcb)
{
	bool write = ghcb->info1 & 1;
	u64 value = (u32)ghcb_get(ghcb, GHCB_RAX) | ghcb_get(ghcb, GHCB_RDX) << 32;

	if (msr_by_host(ghcb->cpu, write, (u32)ghcb_get(ghcb, GHCB_RCX), &value) < 0) {
		ghcb->result1 = GHCB_INJECT;
		ghcb->result2 = GHCB_INJECT_GP;
	} else if (!write) {
		ghcb_set(ghcb, GHCB_RAX, (u32)value);
		ghcb_set(ghcb, GHCB_RDX, value >> 32);
	}
}

/*
 * Devices, and the firmware image, which the host treats as ROM; the host must
 * not be talked into accessing RAM.
 */
static bool mmio_ok(struct ghcb *ghcb)
{
	u64 size = ghcb->info2;

	if ((size == 1 || size == 2 || size == 4 || size == 8) && !mem_is_ram(ghcb->info1) &&
	    ghcb->info1 >= CCVM_LIMIT &&
	    (ghcb->info1 < HIGH_RAM || ghcb->info1 >= guest.host_end))
		return true;
	pr_warn("MMIO event for %llx, %llu bytes", (unsigned long long)ghcb->info1,
		(unsigned long long)size);
	ghcb_fail(ghcb, GHCB_INVALID_INPUT);
	return false;
}

static void do_mmio_read(struct ghcb *ghcb)
{
	const void *rom;
	void *data;
	u64 value;

	if (!mmio_ok(ghcb))
		return;
	data = ghcb_scratch(ghcb, ghcb->info2);
	if (data == NULL)
		return;
	rom = mem_shared_ptr(ghcb->info1, ghcb->info2);
	if (rom != NULL) {
		memcpy(data, rom, ghcb->info2);
		return;
	}
	value = mmio_read(ghcb->info1, (unsigned int)ghcb->info2);
	memcpy(data, &value, ghcb->info2);
}

static void write_flash(struct cpu *cpu, u32 value)
{
	bool was_memory = flash_is_memory();

	flash_write(value);
	if (was_memory && !flash_is_memory())
		sev_unmap_flash(cpu);
}

static void do_mmio_write(struct ghcb *ghcb)
{
	u64 value = 0;
	void *data;

	if (!mmio_ok(ghcb))
		return;
	data = ghcb_scratch(ghcb, ghcb->info2);
	if (data == NULL)
		return;
	memcpy(&value, data, ghcb->info2);
	if (mem_is_firmware(ghcb->info1))
		return;
	mmio_write(ghcb->info1, (unsigned int)ghcb->info2, value);
	if (sev_is_flash(ghcb->info1))
		write_flash(ghcb->cpu, (u32)value);
}

static void do_tsc(struct ghcb *ghcb)
{
	u64 tsc = rdtsc();

	ghcb_set(ghcb, GHCB_RAX, (u32)tsc);
	ghcb_set(ghcb, GHCB_RDX, tsc >> 32);
	if (ghcb->code == EXIT_RDTSCP)
		ghcb_set(ghcb, GHCB_RCX, 0);
}

/* No counter that could be asked for is there. */
static void do_rdpmc(struct ghcb *ghcb)
{
	ghcb->result1 = GHCB_INJECT;
	ghcb->result2 = GHCB_INJECT_GP;
}

static void do_dr7_read(struct ghcb *ghcb)
{
	ghcb_set(ghcb, GHCB_RAX, ghcb->cpu->vmcb.save.dr7);
}

static void do_vmmcall(struct ghcb *ghcb)
{
	ghcb_set(ghcb, GHCB_RAX, (u64)-1000);	/* no such hypercall, as KVM says it */
}

static void do_nothing(struct ghcb *ghcb __unused)
{
}

static void do_reset_hold(struct ghcb *ghcb)
{
	es_of(ghcb->cpu)->hold = HOLD_PAGE;
	ghcb->cpu->state = CPU_PARKED;
}

static void do_jump_table(struct ghcb *ghcb)
{
	if (ghcb->info1 == 0)
		jump_table = ghcb->info2;
	else if (ghcb->info1 == 1)
		ghcb->result2 = jump_table;
	else
		ghcb_fail(ghcb, GHCB_INVALID_INPUT);
}

static void do_features(struct ghcb *ghcb)
{
	ghcb->result2 = es_kind->features;
}

static void do_terminate(struct ghcb *ghcb)
{
	es_terminated(ghcb->cpu, ghcb->info1 & 0xf, ghcb->info1 >> 4 & 0xff);
}

static void do_unsupported(struct ghcb *ghcb)
{
	ccvm_stop(STOP_TERMINATED, "the guest cannot handle #VC %llx",
		  (unsigned long long)ghcb->info1);
}

#define ALL_GPRS (NEED_RAX | NEED_RBX | NEED_RCX | NEED_RDX | NEED_OTHER)

static const struct ghcb_event common_events[] = {
	{ EXIT_DR_READ(7), 0, 0, do_dr7_read },
	{ EXIT_DR_WRITE(7), NEED_RAX, 0, do_nothing },
	{ EXIT_RDTSC, 0, 0, do_tsc },
	{ EXIT_RDTSCP, 0, 0, do_tsc },
	{ EXIT_RDPMC, NEED_RCX, 0, do_rdpmc },
	{ EXIT_CPUID, NEED_RAX | NEED_RCX, NEED_XCR0 | NEED_XSS, do_cpuid },
	{ EXIT_IOIO, 0, NEED_RAX | NEED_SCRATCH, do_io },
	{ EXIT_MSR, NEED_RCX, NEED_RAX | NEED_RDX, do_msr },
	{ EXIT_VMMCALL, NEED_RAX | NEED_CPL, ALL_GPRS, do_vmmcall },
	{ EXIT_WBINVD, 0, 0, do_nothing },
	{ EXIT_MONITOR, NEED_RAX | NEED_RCX | NEED_RDX, 0, do_nothing },
	{ EXIT_MWAIT, NEED_RAX | NEED_RCX, 0, do_nothing },
	{ EVENT_MMIO_READ, NEED_SCRATCH, 0, do_mmio_read },
	{ EVENT_MMIO_WRITE, NEED_SCRATCH, 0, do_mmio_write },
	{ EVENT_NMI_COMPLETE, 0, 0, do_nothing },
	{ EVENT_RESET_HOLD, 0, 0, do_reset_hold },
	{ EVENT_JUMP_TABLE, 0, 0, do_jump_table },
	{ EVENT_FEATURES, 0, 0, do_features },
	{ EVENT_TERMINATE, 0, 0, do_terminate },
	{ EVENT_UNSUPPORTED, 0, 0, do_unsupported },
};

static const struct ghcb_event *search(const struct ghcb_event *events, size_t count, u64 code)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (events[i].code == code)
			return &events[i];
	}
	return NULL;
}

static const struct ghcb_event *find_event(u64 code)
{
	const struct ghcb_event *event = search(es_kind->events, es_kind->event_count, code);

	return event ? event : search(common_events, ARRAY_SIZE(common_events), code);
}

static bool fields_ok(struct ghcb *ghcb, const struct ghcb_event *event)
{
	u32 valid = ghcb_valid_fields(ghcb);
	u32 need = ghcb_needed_fields(ghcb, event->need);

	if (need & ~valid) {
		check_failed(CHECK_GHCB_MISSING, "event %llx needs %x, valid is %x",
			     (unsigned long long)ghcb->code, need, valid);
		ghcb_fail(ghcb, GHCB_MISSING_INPUT);
		return false;
	}
	if (valid & ~(need | event->may))
		check_failed(CHECK_GHCB_EXTRA, "event %llx needs %x, valid is %x",
			     (unsigned long long)ghcb->code, need, valid);
	return true;
}

static bool page_ok(struct ghcb *ghcb)
{
	const struct es_cpu *es = es_of(ghcb->cpu);
	u16 version = get_le16(ghcb->page + GHCB_VERSION);
	u32 usage = get_le32(ghcb->page + GHCB_USAGE);

	if (es_kind->registration && es->registered != ghcb->gpa) {
		check_failed(CHECK_GHCB_UNREGISTERED, "%llx, registered is %llx",
			     (unsigned long long)ghcb->gpa, (unsigned long long)es->registered);
		ghcb_fail(ghcb, GHCB_NOT_REGISTERED);
		return false;
	}
	if (usage != 0) {
		check_failed(CHECK_GHCB_USAGE, "usage %x", usage);
		ghcb_fail(ghcb, GHCB_INVALID_USAGE);
		return false;
	}
	/* KVM does not look at the version. */
	if (version < es_kind->min_version || version > GHCB_VERSION_MAX)
		check_failed(CHECK_GHCB_VERSION, "version %u", version);
	return true;
}

static void dispatch(struct ghcb *ghcb)
{
	const struct ghcb_event *event = find_event(ghcb->code);

	if (!page_ok(ghcb))
		return;
	if (event == NULL) {
		check_failed(CHECK_GHCB_EVENT, "event %llx", (unsigned long long)ghcb->code);
		ghcb_fail(ghcb, GHCB_INVALID_EVENT);
		return;
	}
	if (fields_ok(ghcb, event))
		event->handle(ghcb);
}

void ghcb_request(struct cpu *cpu)
{
	static struct ghcb ghcb;	/* under the lock */

	stats_count(STAT_vmgexit);
	memset(&ghcb, 0, sizeof(ghcb));
	ghcb.cpu = cpu;
	ghcb.gpa = es_of(cpu)->ghcb_msr;
	ghcb.page = es_host_ptr(ghcb.gpa, PAGE_SIZE);
	if (ghcb.page == NULL)
		ccvm_stop(STOP_ERROR, "the GHCB at %llx is not in shared memory",
			  (unsigned long long)ghcb.gpa);
	memcpy(ghcb.save, ghcb.page, sizeof(ghcb.save));
	memset(ghcb.page + GHCB_VALID_BITMAP, 0, GHCB_VALID_SIZE);
	ghcb_decode(&ghcb);
	trace(1, "ghcb: cpu %u event %llx info %llx %llx", cpu->id, (unsigned long long)ghcb.code,
	      (unsigned long long)ghcb.info1, (unsigned long long)ghcb.info2);
	dispatch(&ghcb);
	if (cpu->state == CPU_PARKED)
		return;
	attack_ghcb_reply(cpu, &ghcb.result1, &ghcb.result2);
	ghcb_set(&ghcb, GHCB_EXITINFO1, ghcb.result1);
	ghcb_set(&ghcb, GHCB_EXITINFO2, ghcb.result2);
}

void ghcb_finish_hold(struct cpu *cpu)
{
	struct ghcb ghcb = { .cpu = cpu };

	ghcb.page = es_host_ptr(es_of(cpu)->ghcb_msr, PAGE_SIZE);
	if (ghcb.page == NULL)
		return;
	ghcb_set(&ghcb, GHCB_EXITINFO1, GHCB_OK);
	ghcb_set(&ghcb, GHCB_EXITINFO2, 1);
}
