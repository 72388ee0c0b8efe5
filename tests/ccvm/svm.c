/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* SVM: setup and the loop. Document: AMD64 APM volume 2, chapter 15. */
#define pr_fmt(fmt) "svm: " fmt

#include <asm/cpu.h>
#include <asm/msr.h>
#include <fw/log.h>
#include <fw/string.h>

#include "exits.h"
#include "handover.h"
#include "io.h"
#include "mode.h"
#include "msr.h"
#include "smp.h"
#include "stop.h"
#include "svm.h"
#include "vcpu.h"

#define LEAF_SVM	0x8000000a
#define EDX_NPT		(1u << 0)
#define ECX_SVM		(1u << 2)

#define BIT_OF(code)	(1u << ((code) & 31))

static u8 io_map[0x3000] __aligned(4096);
static u8 msr_map[0x2000] __aligned(4096);

void svm_init(struct cpu *cpu)
{
	if (!(cpuid(0x80000001, 0).ecx & ECX_SVM) || !(cpuid(LEAF_SVM, 0).edx & EDX_NPT))
		ccvm_stop(STOP_ERROR, "no SVM with nested paging: QEMU needs -cpu max");
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_HSAVE_PA, (u64)(uintptr_t)cpu->host_save);
}

void svm_build_maps(void)
{
	io_build_map(io_map);
	msr_build_map(msr_map);
}

void svm_setup_vmcb(struct cpu *cpu)
{
	struct vmcb_control *c = &cpu->vmcb.control;

	memset(c, 0, sizeof(*c));
	c->iopm = (u64)(uintptr_t)io_map;
	c->msrpm = (u64)(uintptr_t)msr_map;
	c->asid = 1;
	c->np_enable = 1;
	c->tlb_control = TLB_FLUSH_ALL;
	c->intercept_low = BIT_OF(EXIT_CR0_SEL_WRITE) | BIT_OF(EXIT_CPUID) |
			   BIT_OF(EXIT_IOIO) | BIT_OF(EXIT_MSR) | BIT_OF(EXIT_INVLPGA) |
			   BIT_OF(EXIT_SHUTDOWN);
	c->intercept_high = BIT_OF(EXIT_VMRUN) | BIT_OF(EXIT_VMMCALL) | BIT_OF(EXIT_VMLOAD) |
			    BIT_OF(EXIT_VMSAVE) | BIT_OF(EXIT_STGI) | BIT_OF(EXIT_CLGI) |
			    BIT_OF(EXIT_SKINIT);
	if (mode->intercepts != NULL)
		mode->intercepts(cpu);
	handover_watch(cpu);
}

void svm_run(struct cpu *cpu)
{
	cpu->vmcb.control.ncr3 = mode->nested_root(cpu);
	svm_vmload((u64)(uintptr_t)&cpu->vmcb);
	/* No interrupt reaches ccvm: they are the guest's. */
	__asm__ volatile("clgi");
	for (;;) {
		svm_enter(cpu);
		ccvm_lock();
		exits_handle(cpu);
		if (cpu->state == CPU_PARKED)
			smp_park(cpu);
		ccvm_unlock();
	}
}
