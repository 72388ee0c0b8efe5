/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The setup page: what this firmware and this machine are, and nothing to set. */
#include <fw/cc.h>
#include <fw/console.h>
#include <fw/efi.h>
#include <fw/hooks.h>
#include <fw/host_input.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <fw/version.h>

#include "manager.h"

#define WIDTH	80	/* of a terminal, whose last column stays empty */
#define INDENT	14	/* of what each line says */

/* Rounded: the hole below 1 MiB is none. */
static u64 ram_mib(void)
{
	u64 pages = 0;
	size_t i;

	for (i = 0; i < memmap.count; i++) {
		u32 type = memmap.entry[i].type;

		if (memmap_type_is_ram(type) || type == MEM_UNACCEPTED ||
		    type == MEM_RUNTIME_CODE || type == MEM_RUNTIME_DATA ||
		    type == MEM_ACPI_RECLAIM || type == MEM_ACPI_NVS)
			pages += memmap.entry[i].pages;
	}
	return (pages + 0x80) >> (20 - PAGE_SHIFT);
}

/* Functions that the flow calls in this guest. */
static unsigned int count_flow_hooks(void)
{
	unsigned int count = 0;
	const struct hook_void *hook;

#define COUNT(point)							\
	for (hook = hooks_##point##_start; hook < hooks_##point##_end; hook++) \
		count += hook_is_active(hook->guest);
#define FLOW_STEP(step, what)	COUNT(step##_pre) COUNT(step) COUNT(step##_post)
#define HOOK_POINT(point, args, when)
#include <fw/hooks.def>
#undef FLOW_STEP
#undef HOOK_POINT
	return count;
}

/* What the host may offer, and this guest does not look at. */
static void show_refused(void)
{
	const struct host_input *input;
	size_t column = 0;

	for (input = host_inputs_start; input < host_inputs_end; input++) {
		size_t length;

		if (!host_input_is_refused(input))
			continue;
		length = strlen(input->name);
		if (column == 0) {
			console_print("Refused       ");
			column = INDENT;
		} else if (column + strlen(", ") + length + strlen(",") < WIDTH) {
			console_print(", ");
			column += strlen(", ");
		} else {
			console_print(",\n%*s", INDENT, "");
			column = INDENT;
		}
		console_print("%s", input->name);
		column += length;
	}
	console_print("\n");
}

void setup_page(void)
{
	console_print("Firmware      " CLOISTER_NAME " " CLOISTER_VERSION " of "
		      CLOISTER_RELEASE_DATE ", UEFI\n");
	console_print("Guest         %s, %s\n", cc_name(),
		      cc_has(CC_ATTR_RUNTIME_MEASURED) ? "measures what the host gives" :
							 "measures nothing");
	console_print("Memory        %llu MiB\n", (unsigned long long)ram_mib());
	console_print("Hooks         %u\n", count_flow_hooks());
	show_refused();
	console_print("Tables        %llu\n", (unsigned long long)efi_system_table->tables);
}
