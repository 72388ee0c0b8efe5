/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Events (#VC), the GHCB MSR, processors that start from an encrypted state.
 * Documents: AMD64 APM volume 2, section 15.35.5; GHCB specification, 4.3.
 */
#define pr_fmt(fmt) "es: " fmt

#include <fw/log.h>

#include "check.h"
#include "config.h"
#include "es.h"
#include "flash.h"
#include "guidtab.h"
#include "inject.h"
#include "insn.h"
#include "launch.h"
#include "memory.h"
#include "smp.h"
#include "stats.h"
#include "stop.h"
#include "trace.h"
#include "vcpu.h"

#define VC_MMIO		0x400
#define OPCODE_INVD	0x08	/* after 0F */

struct es_cpu es_cpus[MAX_CPUS];
const struct es_kind *es_kind;

struct es_cpu *es_of(const struct cpu *cpu)
{
	return &es_cpus[cpu->id];
}

void es_raise(struct cpu *cpu, u32 code)
{
	u64 ip = vcpu_linear_ip(cpu);

	if (config.paravirt_only && config_is_own_code(cpu))
		check_failed(CHECK_PARAVIRT, "#VC %x at %llx", code, (unsigned long long)ip);
	stats_count(STAT_vc);
	trace(2, "es: cpu %u #VC %x at %llx", cpu->id, code, (unsigned long long)ip);
	inject_by_hand(cpu, VECTOR_VC, code);
}

void es_raise_exit(struct cpu *cpu)
{
	es_raise(cpu, (u32)cpu->vmcb.control.exit_code);
}

void es_wbinvd_exit(struct cpu *cpu)
{
	struct insn insn;

	insn_fetch(cpu, &insn);
	es_raise(cpu, insn_opcode(&insn)[1] == OPCODE_INVD ? EXIT_INVD : EXIT_WBINVD);
}

void es_vmmcall_exit(struct cpu *cpu)
{
	struct insn insn;

	insn_fetch(cpu, &insn);
	if (insn.rep == 0) {
		es_raise_exit(cpu);
		return;
	}
	if (es_kind->vmgexit != NULL)
		es_kind->vmgexit(cpu);
	cpu->vmcb.save.rip += insn.prefixes + 3;
	if (es_of(cpu)->ghcb_msr & GHCB_MSR_INFO)
		ghcb_msr_request(cpu);
	else
		ghcb_request(cpu);
}

static bool is_vmgexit(const struct insn *insn)
{
	const u8 *op = insn_opcode(insn);

	return insn->len >= insn->prefixes + 3 && insn->rep != 0 && op[0] == 0x0f &&
	       op[1] == 0x01 && op[2] == 0xd9;
}

/*
 * Nearly every VMGEXIT follows the write of the GHCB MSR that it is about. Both
 * together need one exit only.
 */
void es_msr_exit(struct cpu *cpu)
{
	bool ghcb = cpu->vmcb.control.exit_info1 & 1 && (u32)cpu->gpr[RCX] == MSR_GHCB;
	struct insn insn;

	msr_exit(cpu);
	if (!ghcb || cpu->vmcb.save.rflags & RFLAGS_TF)
		return;
	insn_fetch(cpu, &insn);
	if (is_vmgexit(&insn))
		es_vmmcall_exit(cpu);
}

bool es_mmio_fault(struct cpu *cpu, u64 gpa)
{
	u64 address = gpa & ~C_BIT;

	if (mem_page_number(address) != MEM_NONE)
		return false;
	if (sev_is_flash(address) && flash_is_memory()) {
		if (!(cpu->vmcb.control.exit_info1 & NPF_WRITE)) {
			sev_map_flash(gpa);
			return true;
		}
		/* KVM has write-protected it, and cannot emulate what the guest does. */
		if (!es_kind->registration)
			check_failed(CHECK_FLASH_WRITE, "%llx, rip %llx",
				     (unsigned long long)address,
				     (unsigned long long)vcpu_linear_ip(cpu));
	}
	if (gpa & C_BIT && vcpu_has_paging(cpu))
		check_failed(CHECK_MMIO_PRIVATE, "%llx, rip %llx", (unsigned long long)address,
			     (unsigned long long)vcpu_linear_ip(cpu));
	es_raise(cpu, VC_MMIO);
	return true;
}

void *es_host_ptr(u64 gpa, size_t len)
{
	void *p = mem_shared_ptr(gpa, len);

	if (p != NULL && mode->host_may_access != NULL && !mode->host_may_access(gpa)) {
		check_failed(CHECK_HOST_PRIVATE, "page %llx", (unsigned long long)gpa);
		return NULL;
	}
	return p;
}

void es_intercepts(struct cpu *cpu)
{
	struct vmcb_control *c = &cpu->vmcb.control;

	c->intercept_low |= 1u << (EXIT_INVD & 31) | 1u << (EXIT_RDPMC & 31);
	c->intercept_high |= 1u << (EXIT_WBINVD & 31) | 1u << (EXIT_MONITOR & 31) |
			     1u << (EXIT_MWAIT & 31);
	c->intercept_dr_read |= 1u << 7;
	c->intercept_dr_write |= 1u << 7;
}

static u64 sev_information(void)
{
	return (u64)GHCB_VERSION_MAX << 48 | (u64)es_kind->min_version << 32 |
	       (u64)C_BIT_POSITION << 24 | GHCB_MSR_SEV_INFO;
}

void es_reset(struct cpu *cpu)
{
	struct es_cpu *es = es_of(cpu);

	es->ghcb_msr = sev_information();
	es->ghcb_page = GHCB_NONE;
	es->registered = GHCB_NONE;
	es->hold = HOLD_NONE;
}

static void start_at_reset_block(struct cpu *cpu)
{
	size_t size;
	const u8 *image = launch_image(&size);
	u32 address;

	if (guidtab_sev_es_reset(image, size, &address) < 0)
		ccvm_stop(STOP_ERROR, "the image has no SEV-ES reset block for other processors");
	vcpu_reset(cpu);
	vcpu_start_at(cpu, 0xf000, address & 0xffff0000, address & 0xffff);
	es_of(cpu)->launched = true;
}

static void resume(struct cpu *cpu)
{
	struct es_cpu *es = es_of(cpu);

	if (es->hold == HOLD_MSR)
		es->ghcb_msr = 1ull << 12 | GHCB_MSR_HOLD;
	else if (es->hold == HOLD_PAGE)
		ghcb_finish_hold(cpu);
	es->hold = HOLD_NONE;
	cpu->vmcb.control.tlb_control = TLB_FLUSH_ALL;
}

/* Registers are out of the host's reach, so INIT has no effect. */
void es_ap_init(struct cpu *cpu __unused)
{
}

/* The first SIPI runs the launched state; later ones end a reset hold. */
void es_ap_sipi(struct cpu *cpu, u8 vector)
{
	trace(1, "es: SIPI %x to cpu %u, state %u", vector, cpu->id, cpu->state);
	if (!es_of(cpu)->launched) {
		es_of(cpu)->launched = true;
		smp_start(cpu, start_at_reset_block, 0);
	} else if (cpu->state == CPU_PARKED) {
		smp_start(cpu, resume, 0);
	}
}

void es_terminated(struct cpu *cpu, u32 set, u32 code)
{
	ccvm_stop(STOP_TERMINATED, "cpu %u asks for termination, reason set %u code %u", cpu->id,
		  set, code);
}

int es_read_status(struct cpu *cpu __unused, u32 msr __unused, u64 *value)
{
	*value = es_kind->status;
	return 0;
}

int es_read_ghcb(struct cpu *cpu, u32 msr __unused, u64 *value)
{
	*value = es_of(cpu)->ghcb_msr;
	return 0;
}

int es_write_ghcb(struct cpu *cpu, u32 msr __unused, u64 value)
{
	es_of(cpu)->ghcb_msr = value;
	if (!(value & GHCB_MSR_INFO))
		es_of(cpu)->ghcb_page = value;
	return 0;
}

static void park(struct cpu *cpu, enum hold hold)
{
	es_of(cpu)->hold = hold;
	cpu->state = CPU_PARKED;
}

static u64 answer_cpuid(struct cpu *cpu, u64 request)
{
	struct cpuid_regs r = cpuid_guest(cpu, (u32)(request >> 32), 0);
	const u32 value[] = { r.eax, r.ebx, r.ecx, r.edx };

	return (u64)value[request >> 30 & 3] << 32 | (request & 0xc0000000) | GHCB_MSR_CPUID;
}

static u64 answer_page_state(u64 request)
{
	u64 gpa = request & 0x000ffffffffff000ull;
	u32 operation = request >> 52 & 0xf;
	int rc;

	stats_count(STAT_page_state_change);
	rc = es_kind->page_state(gpa, operation, false);
	return (rc < 0 ? 1ull << 32 : 0) | GHCB_MSR_PSC;
}

/* As KVM does: the guest sees its own request. */
static void unknown_request(u64 request)
{
	check_failed(CHECK_GHCB_EVENT, "MSR request %llx", (unsigned long long)request);
}

/* What only a guest has whose pages have states. */
static void page_request(struct es_cpu *es, u64 request)
{
	if (es_kind->page_state == NULL)
		unknown_request(request);
	else if ((request & GHCB_MSR_INFO) == GHCB_MSR_PREFERRED_REQ)
		es->ghcb_msr = ~GHCB_MSR_INFO | GHCB_MSR_PREFERRED;
	else if ((request & GHCB_MSR_INFO) == GHCB_MSR_PSC_REQ)
		es->ghcb_msr = answer_page_state(request);
	else {
		es->registered = request & ~GHCB_MSR_INFO;
		es->ghcb_msr = es->registered | GHCB_MSR_REGISTER;
	}
}

void ghcb_msr_request(struct cpu *cpu)
{
	struct es_cpu *es = es_of(cpu);
	u64 request = es->ghcb_msr;

	stats_count(STAT_ghcb_msr);
	trace(1, "ghcb: cpu %u MSR request %llx", cpu->id, (unsigned long long)request);
	switch (request & GHCB_MSR_INFO) {
	case GHCB_MSR_SEV_INFO_REQ:
		es->ghcb_msr = sev_information();
		break;
	case GHCB_MSR_CPUID_REQ:
		es->ghcb_msr = answer_cpuid(cpu, request);
		break;
	case GHCB_MSR_HOLD_REQ:
		park(cpu, HOLD_MSR);
		break;
	case GHCB_MSR_PREFERRED_REQ:
	case GHCB_MSR_REGISTER_REQ:
	case GHCB_MSR_PSC_REQ:
		page_request(es, request);
		break;
	case GHCB_MSR_FEATURES_REQ:
		es->ghcb_msr = es_kind->features << 12 | GHCB_MSR_FEATURES;
		break;
	case GHCB_MSR_TERMINATE:
		es_terminated(cpu, request >> 12 & 0xf, request >> 16 & 0xff);
	default:
		unknown_request(request);
	}
}
