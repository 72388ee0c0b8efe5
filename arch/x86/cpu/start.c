/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The first C code, in RAM, on the main stack; it does not return. */
#include <asm/exception.h>
#include <asm/paging.h>
#include <asm/start.h>
#include <fw/cc.h>
#include <fw/flow.h>
#include <fw/trace.h>

void cpu_start(void)
{
	trace_step("reset");
	exception_init();
	cc_init();
	paging_init();
	cc_start();
	flow_run();
}
