/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The other processors: they run all the time, and look into the mailbox page
 * for jobs until the OS calls them (cc/tdx/reset_ap.asm).
 * Documents: ACPI 6.5, section 5.2.12.19 (multiprocessor wakeup structure);
 * Intel SDM volume 3, section 4.5.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <asm/cpu.h>
#include <asm/flags.h>
#include <asm/paging.h>
#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/layout.h>
#include <fw/log.h>
#include <fw/string.h>

#include "mailbox.h"
#include "tdx.h"

/* Turns of a loop with PAUSE: seconds on any machine, but not for ever. */
#define WAIT_LIMIT	1000000000

#define ENTRIES		512
#define LARGE_PAGES	(GiB(4) / MiB(2))
#define DIRECTORIES	(LARGE_PAGES / ENTRIES)
#define FLASH_BASE	(GiB(4) - MiB(2))

/* Where the linker script has the reset vector's fragments. */
#define RESET_SIZE	KiB(64)

#define TABLE		(PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)
#define LEAF		(TABLE | PTE_DIRTY | PTE_LARGE)

/* Page tables that the processors are left with; 0 if there are no others. */
static phys_addr_t parking_root;

static struct tdx_mailbox *mailbox(void)
{
	return (void *)layout_cc_page;
}

static void job_start(const struct tdx_job *job)
{
	struct tdx_mailbox *mb = mailbox();

	mb->job = *job;
	mb->done = 0;
	/* It begins when they see the number. */
	__atomic_store_n(&mb->jobs, mb->jobs + 1, __ATOMIC_RELEASE);
}

static int job_wait(void)
{
	u32 others = tdx_num_vcpus() - 1, done = 0, i;

	for (i = 0; i < WAIT_LIMIT; i++) {
		done = __atomic_load_n(&mailbox()->done, __ATOMIC_ACQUIRE);
		if (done >= others)
			return 0;
		cpu_relax();
	}
	pr_err("%u of %u processors answered", done + 1, others + 1);
	return -ETIMEDOUT;
}

int tdx_run_on_all(void (*fn)(void *arg), void *arg)
{
	struct tdx_job job = {
		.function = (uintptr_t)fn, .argument = (uintptr_t)arg, .cr3 = read_cr3(),
	};
	u64 size = (u64)(tdx_num_vcpus() - 1) << TDX_STACK_SHIFT;
	int rc;

	if (size == 0) {
		fn(arg);
		return 0;
	}
	rc = page_alloc(MEM_BOOT_DATA, size, PAGE_SIZE, PHYS_MAX_32, &job.stacks);
	if (rc != 0) {
		pr_err("no memory for the stacks of %u processors", tdx_num_vcpus());
		return rc;
	}
	job_start(&job);
	fn(arg);
	rc = job_wait();
	/* Otherwise some may still be in use. */
	if (rc == 0)
		page_free(job.stacks, size);
	return rc;
}

/*
 * Tables of their own, in memory that the OS leaves alone: 4 GiB, wherever its
 * code for them may be. The flash, where they run now, is read-only.
 */
static u64 *fill_tables(u64 *table, bool five_levels)
{
	u64 *pdpt = table + DIRECTORIES * ENTRIES, *root = pdpt + ENTRIES;
	u64 i;

	for (i = 0; i < LARGE_PAGES; i++)
		table[i] = i * MiB(2) | LEAF;
	table[FLASH_BASE / MiB(2)] &= ~PTE_WRITE;
	memset(pdpt, 0, PAGE_SIZE);
	for (i = 0; i < DIRECTORIES; i++)
		pdpt[i] = (uintptr_t)(table + i * ENTRIES) | TABLE;
	memset(root, 0, PAGE_SIZE);
	root[0] = (uintptr_t)pdpt | TABLE;
	if (!five_levels)
		return root;
	memset(root + ENTRIES, 0, PAGE_SIZE);
	root[ENTRIES] = (uintptr_t)root | TABLE;
	return root + ENTRIES;
}

/* Their loop must also run on the firmware's tables, which know the flash as data. */
static int prepare_mailbox(struct memmap *map)
{
	int rc = memmap_set(map, (uintptr_t)layout_cc_page, PAGE_SIZE, MEM_ACPI_NVS);

	if (rc == 0 && tdx_num_vcpus() > 1)
		rc = paging_map(GiB(4) - RESET_SIZE, RESET_SIZE, MAP_RX);
	if (rc != 0)
		pr_err("no room for the mailbox: error %d", rc);
	return rc;
}
HOOK(memmap_ram, 50, tdx, prepare_mailbox);

static int prepare_parking(void)
{
	bool five_levels = read_cr4() & CR4_LA57;
	phys_addr_t tables;
	int rc;

	if (tdx_num_vcpus() == 1)
		return 0;
	rc = page_alloc(MEM_ACPI_NVS, (DIRECTORIES + 2 + five_levels) * PAGE_SIZE, PAGE_SIZE,
			PHYS_MAX_32, &tables);
	if (rc != 0) {
		pr_err("no memory for the other processors' page tables");
		return rc;
	}
	parking_root = (uintptr_t)fill_tables((u64 *)(uintptr_t)tables, five_levels);
	return 0;
}
HOOK(memmap_post, 20, tdx, prepare_parking);

/* From here on they need nothing that the OS may overwrite. */
static int park(void)
{
	const struct tdx_job job = { .cr3 = parking_root };

	if (parking_root == 0)
		return 0;
	job_start(&job);
	return job_wait();
}
HOOK(os_enter_pre, 50, tdx, park);
