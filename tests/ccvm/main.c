/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The first C code. QEMU starts this image as its firmware; it becomes the
 * hypervisor of the real one, which then owns the machine.
 */
#define pr_fmt(fmt) "ccvm: " fmt

#include <fw/log.h>

#include "config.h"
#include "exits.h"
#include "fault.h"
#include "fwcfg.h"
#include "fwcfg_filter.h"
#include "launch.h"
#include "memory.h"
#include "mode.h"
#include "smp.h"
#include "stats.h"
#include "stop.h"
#include "svm.h"
#include "vcpu.h"

void ccvm_main(void);

static void prepare_memory(void)
{
	u64 low, end;

	fwcfg_host_ram(&low, &end);
	mem_init(config.ram, HIGH_RAM - config.fw_size, config.fw_size, low, end);
	fwcfg_filter_init();
}

static void __attribute__((noreturn)) run(void)
{
	struct cpu *bsp = &cpus[0];
	u32 i;

	for (i = 0; i < cpu_count; i++)
		cpus[i].id = i;
	cpu_bind(bsp);
	smp_init();
	svm_init(bsp);
	mode->build();
	svm_build_maps();
	exits_init();
	launch_load_firmware();
	vcpu_reset(bsp);
	/* Processors that the launch starts wait until it is done. */
	ccvm_lock();
	if (mode->launch != NULL)
		mode->launch(bsp);
	fwcfg_filter_reset();
	bsp->state = CPU_RUNNING;
	cpus_running = true;
	pr_info("entering the guest");
	stats_start();
	ccvm_unlock();
	svm_run(bsp);
}

void ccvm_main(void)
{
	u16 apic_ids;

	log_init();
	fault_init();
	fwcfg_init();
	config_read();
	mode_select(config.mode);
	cpu_count = config.cpus;
	fwcfg_read(FW_CFG_MAX_CPUS, 0, &apic_ids, sizeof(apic_ids));
	if (apic_ids != cpu_count)
		ccvm_stop(STOP_ERROR, "%u processors, APIC ids up to %u: gaps are not supported",
			  cpu_count, apic_ids - 1u);
	pr_info("mode %s, %u processors", mode->name, cpu_count);
	prepare_memory();
	/* this_cpu() needs the processor's own stack. */
	__asm__ volatile("mov %0, %%rsp; xor %%ebp, %%ebp; call *%1"
			 : : "r"(cpu_stacks[0] + CPU_STACK_SIZE), "r"(run) : "memory");
	__builtin_unreachable();
}
