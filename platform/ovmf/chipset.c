/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What QEMU's two chipsets, q35 and i440fx, have in common.
 * Documents: QEMU, hw/i386/pc.c and hw/acpi/core.c; ACPI Specification 6.5,
 * section 4.8.4.2 (PM1 control).
 */
#define pr_fmt(fmt) "board: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/board.h>
#include <fw/byteorder.h>
#include <fw/cc.h>
#include <fw/fw_cfg.h>
#include <fw/log.h>
#include <fw/memmap.h>
#include <fw/string.h>

#include "chipset.h"

#define CMOS_INDEX	0x70
#define CMOS_DATA	0x71
#define CMOS_SHUTDOWN	0x0f
#define  SHUTDOWN_S3	0xfe

#define ELCR_HIGH	0x4d1	/* IRQ 8 to 15, a bit each */

/* F000:FFF0, where an OS jumps to restart a PC. */
#define RESTART		0xffff0

#define RESET_PORT	0xcf9
#define  RESET_HARD	0x02
#define  RESET_NOW	0x04

#define PM1_CONTROL	(PM_BASE + 4)
#define  PM1_SLEEP_TYPE_S5 (0 << 10)	/* as \_S5 in QEMU's DSDT */
#define  PM1_SLEEP_ENABLE 0x2000

/* The first address above the window for BARs: the I/O APIC. */
#define MEM_END		0xfec00000

HOST_INPUT_FILE(reserved_end, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS,
		"etc/reserved-memory-end");
HOST_INPUT_FILE(extra_roots, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS,
		"etc/extra-pci-roots");
HOST_INPUT_OTHER(cmos_shutdown, common, CHECKED, 0, 0, "CMOS: shutdown status");

u8 chipset_irq(unsigned int pirq)
{
	return (u8)((u32)PIRQ_ROUTES >> 8 * (pirq % 4));
}

void chipset_set_level_irqs(void)
{
	u8 level = 1 << (SCI_IRQ - 8);
	unsigned int pirq;

	for (pirq = 0; pirq < 4; pirq++)
		level |= (u8)(1 << (chipset_irq(pirq) - 8));
	outb(level, ELCR_HIGH);
}

void chipset_check_wake(void)
{
	outb(CMOS_SHUTDOWN, CMOS_INDEX);
	if (inb(CMOS_DATA) != SHUTDOWN_S3)
		return;
	/* First of all, so that the reset does not lead here again. */
	outb(0, CMOS_DATA);
	pr_err("wake from S3: suspend to RAM is not supported, resetting");
	machine_reset();
}

void chipset_set_restart(void)
{
	static const u8 code[] = {
		0xba, 0xf9, 0x0c,		/* mov dx, RESET_PORT */
		0xb0, RESET_HARD, 0xee,		/* out dx, al */
		0xb0, RESET_HARD | RESET_NOW, 0xee,
		0xf4,				/* hlt */
	};

	/* Where the host does not see registers, it cannot execute an OUT of real mode. */
	if (cc_has(CC_ATTR_STATE_ENCRYPT))
		return;
	/* Where RAM must be accepted, nothing is there yet; nor can such a guest restart. */
	if (cc_has(CC_ATTR_MEM_ACCEPT))
		return;
	memcpy((void *)(uintptr_t)RESTART, code, sizeof(code));
}

/* A little-endian number in a file, or 0. */
static u64 read_number(const struct host_input *input)
{
	struct fw_cfg_file file;
	le64 value;

	if (fw_cfg_find(input, &file) || file.size != sizeof(value))
		return 0;
	if (fw_cfg_read_buf(&file, 0, &value, sizeof(value)))
		return 0;
	return le64_to_cpu(value);
}

/*
 * From the end of RAM, and of what is kept for memory that is plugged in
 * later, up to whatever comes next in the map, or what the processor reaches.
 */
static void find_high(struct pci_window *window)
{
	u64 end = (u64)1 << cpu_phys_bits();
	u64 base = memmap_ram_end(&memmap, end);
	const struct memmap_entry *e;

	base = MAX(base, read_number(&host_input_reserved_end));
	base = MAX(base, GiB(4));
	if (base >= end)
		return;
	base = ALIGN_UP(base, GiB(1));
	for (e = memmap.entry; e < memmap.entry + memmap.count; e++) {
		if (e->base + e->pages * PAGE_SIZE > base)
			end = MIN(end, e->base);
	}
	if (base >= end)
		return;
	window->base = base;
	window->size = end - base;
}

void chipset_pci(struct pci_host *host, const struct memmap *map, phys_addr_t mem_base)
{
	struct pci_window *mem = &host->window[PCI_SPACE_MEM];

	/* The MTRRs have RAM as cached in steps of this size. */
	mem->base = MAX(mem_base, ALIGN_UP(memmap_ram_end(map, MEM_END), MiB(64)));
	mem->size = MEM_END - MIN(mem->base, MEM_END);
	host->find_high = find_high;
	host->extra_roots = (u8)MIN(read_number(&host_input_extra_roots), 0xff);
}

void chipset_reset(void)
{
	outb(RESET_HARD, RESET_PORT);
	outb(RESET_HARD | RESET_NOW, RESET_PORT);
}

void chipset_poweroff(void)
{
	outw(PM1_SLEEP_TYPE_S5 | PM1_SLEEP_ENABLE, PM1_CONTROL);
}

const struct board_power chipset_power = {
	.reset = { .addr = RESET_PORT, .value = RESET_HARD | RESET_NOW, .width = 1 },
	.poweroff = { .addr = PM1_CONTROL, .value = PM1_SLEEP_TYPE_S5 | PM1_SLEEP_ENABLE,
		      .width = 2 },
};
