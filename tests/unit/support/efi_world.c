/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Boot services on the host. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <asm/irq.h>
#include <asm/paging.h>
#include <asm/timer.h>
#include <fw/hooks.h>
#include <fw/memmap.h>

#include "efi_world.h"
#include "support.h"

u64 world_now = 1000;
u64 world_armed;
bool world_irqs, world_timer_works = true;
unsigned int world_arms, world_interrupts;
bool world_mapping_fails;
unsigned int world_virtual, world_virtual_max = 2;

static struct {
	u64 base, size, prot;
} mappings[4096];
static size_t mapping_count;

/* The interrupt comes if it may. */
static void interrupt(void)
{
	while (world_irqs && world_timer_works && world_armed != 0 && world_armed <= world_now) {
		world_armed = 0;
		world_interrupts++;
		world_irqs = false;
		efi_timer_interrupt();
		assert_false(world_irqs);
		world_irqs = true;
	}
}

u64 timer_ticks(void)
{
	return world_now++;
}

u64 timer_frequency(void)
{
	return WORLD_HZ;
}

void timer_arm(u64 deadline)
{
	assert_int_not_equal(deadline, 0);
	world_armed = deadline;
	world_arms++;
	interrupt();
}

void timer_disarm(void)
{
	world_armed = 0;
}

void timer_stop(void)
{
	world_armed = 0;
	world_timer_works = false;
}

void irq_enable(void)
{
	world_irqs = true;
	interrupt();
}

void irq_disable(void)
{
	world_irqs = false;
}

/* Time passes up to what is armed. */
void irq_wait(void)
{
	assert_int_not_equal(world_armed, 0);
	if (world_now < world_armed)
		world_now = world_armed;
	irq_enable();
	irq_disable();
}

void world_pass(u64 units_100ns)
{
	u64 end = world_now + units_100ns * (WORLD_HZ / 1000) / 10000;

	while (world_irqs && world_timer_works && world_armed != 0 && world_armed <= end) {
		if (world_now < world_armed)
			world_now = world_armed;
		interrupt();
	}
	if (world_now < end)
		world_now = end;
}

int paging_map(phys_addr_t base, u64 size, u64 prot)
{
	if (world_mapping_fails)
		return -1;
	assert_true(mapping_count < ARRAY_SIZE(mappings));
	mappings[mapping_count].base = base;
	mappings[mapping_count].size = size;
	mappings[mapping_count++].prot = prot;
	return 0;
}

u64 world_prot(u64 page)
{
	size_t i;

	for (i = mapping_count; i > 0; i--) {
		if (page >= mappings[i - 1].base &&
		    page < mappings[i - 1].base + mappings[i - 1].size)
			return mappings[i - 1].prot;
	}
	return 0;
}

int world_start(void **state __unused)
{
	mock_ram(WORLD_RAM, WORLD_RAM_SIZE);
	memmap_add(&memmap, 0, WORLD_LOW_END, MEM_CONVENTIONAL);
	memmap_add(&memmap, 0xa0000, 0x60000, MEM_RESERVED);
	memmap_add(&memmap, WORLD_RAM, WORLD_RAM_SIZE, MEM_CONVENTIONAL);
	memmap_add(&memmap, WORLD_HIGH, WORLD_HIGH_SIZE, MEM_CONVENTIONAL);
	memmap_add(&memmap, 0xfee00000, 0x100000, MEM_MMIO);
	if (hook_run(memmap_ram, &memmap) != 0)
		return -1;
	return hook_run(efi_pre) != 0 || hook_run(efi) != 0 || hook_run(efi_post) != 0;
}

const struct efi_guid *world_guid(unsigned int number)
{
	static struct efi_guid guids[64];

	assert_true(number < ARRAY_SIZE(guids));
	/* They differ in one place, each in another. */
	guids[number] = (struct efi_guid) { .data1 = 0x12345678 };
	((u8 *)&guids[number])[number % 16] ^= (u8)(1 + number / 16);
	return &guids[number];
}

efi_handle_t world_handle(unsigned int number, void *interface)
{
	efi_handle_t handle = NULL;

	assert_int_equal(efi_install_protocol_interface(&handle, world_guid(number),
							EFI_NATIVE_INTERFACE, interface),
			 EFI_SUCCESS);
	assert_non_null(handle);
	return handle;
}

void world_handle_gone(efi_handle_t handle, unsigned int number, void *interface)
{
	assert_int_equal(efi_uninstall_protocol_interface(handle, world_guid(number), interface),
			 EFI_SUCCESS);
}

/* What other parts of the loader have; a test that links those gets them. */
#define STUB __attribute__((weak))

STUB efi_status_t EFIAPI efi_load_image(efi_bool_t boot_policy __unused,
					efi_handle_t parent __unused,
					struct efi_device_path *path __unused,
					void *source __unused, efi_uintn_t size __unused,
					efi_handle_t *image __unused)
{
	return EFI_UNSUPPORTED;
}

STUB efi_status_t EFIAPI efi_start_image(efi_handle_t image __unused,
					 efi_uintn_t *size __unused,
					 efi_char16_t **data __unused)
{
	return EFI_UNSUPPORTED;
}

STUB efi_status_t EFIAPI efi_exit(efi_handle_t image __unused, efi_status_t status __unused,
				  efi_uintn_t size __unused, efi_char16_t *data __unused)
{
	return EFI_UNSUPPORTED;
}

STUB efi_status_t EFIAPI efi_unload_image(efi_handle_t image __unused)
{
	return EFI_UNSUPPORTED;
}

STUB efi_status_t EFIAPI efi_exit_boot_services(efi_handle_t image __unused,
						efi_uintn_t key __unused)
{
	return EFI_UNSUPPORTED;
}

u32 efi_high_count(void);

STUB u32 efi_high_count(void)
{
	return 0;
}

STUB efi_status_t efi_virtual_add_notify(efi_event_t event __unused,
					 efi_event_notify_t notify __unused,
					 void *context __unused)
{
	if (world_virtual == world_virtual_max)
		return EFI_OUT_OF_RESOURCES;
	world_virtual++;
	return EFI_SUCCESS;
}

STUB void efi_virtual_remove_notify(efi_event_t event __unused)
{
	/* As the real one: no error if it is not there. */
	if (world_virtual > 0)
		world_virtual--;
}
