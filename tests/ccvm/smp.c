/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Other processors. Document: Intel SDM volume 3, section 9.4. */
#define pr_fmt(fmt) "smp: " fmt

#include <asm/cpu.h>
#include <fw/log.h>
#include <fw/string.h>

#include "apic.h"
#include "fault.h"
#include "memory.h"
#include "smp.h"
#include "stop.h"
#include "svm.h"
#include "vcpu.h"

extern const u8 ap_page[], ap_page_end[];

void smp_ap_main(u32 id) __attribute__((noreturn));

static volatile int lock;

void ccvm_lock(void)
{
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
}

void ccvm_unlock(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

void smp_init(void)
{
	memcpy(host_ptr(HIDDEN_PAGE), ap_page, (size_t)(ap_page_end - ap_page));
}

void smp_start(struct cpu *cpu, void (*start)(struct cpu *cpu), u64 arg)
{
	cpu->start = start;
	cpu->start_arg = arg;
	cpu->state = CPU_RUNNING;
	apic_send_start(cpu->id);
}

void smp_stop(struct cpu *cpu)
{
	cpu->start = NULL;
	cpu->state = CPU_OFF;
	apic_send_init(cpu->id);
}

void smp_park(struct cpu *cpu)
{
	/* INIT loses what VMLOAD brings back. It changes no x87, SSE, AVX state nor XCR0. */
	svm_vmsave((u64)(uintptr_t)&cpu->vmcb);
	ccvm_unlock();
	cpu_halt();
}

void smp_start_sipi(struct cpu *cpu)
{
	vcpu_reset(cpu);
	vcpu_start_at(cpu, (u16)(cpu->start_arg << 8), cpu->start_arg << 12, 0);
}

void smp_ap_main(u32 id)
{
	struct cpu *cpu;
	void (*start)(struct cpu *cpu);

	fault_init();
	if (id >= cpu_count)
		cpu_halt();
	cpu = &cpus[id];
	cpu_bind(cpu);
	svm_init(cpu);
	ccvm_lock();
	start = cpu->start;
	if (start == NULL) {
		ccvm_unlock();
		cpu_halt();
	}
	cpu->start = NULL;
	start(cpu);
	pr_info("cpu %u starts at %llx", id, (unsigned long long)vcpu_linear_ip(cpu));
	ccvm_unlock();
	svm_run(cpu);
}
