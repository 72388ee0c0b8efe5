/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Attacks, by the thing that a host controls. */
#define pr_fmt(fmt) "attack: " fmt

#include <asm/cpu.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "attack.h"
#include "kernel_hashes.h"

/**
 * struct attack - a way to misbehave
 * @cpuid:	 change a leaf
 * @ghcb_reply:	 change the answer to a GHCB event
 * @validated:	 a page became the guest's; true to remap it behind its back
 * @hashes:	 change what is measured of a kernel, which is then another one
 */
struct attack {
	const char *name;
	void (*cpuid)(u32 leaf, u32 subleaf, struct cpuid_regs *regs);
	void (*ghcb_reply)(u64 *info1, u64 *info2);
	bool (*validated)(u64 gpa);
	void (*hashes)(struct kernel_hashes *hashes);
};

/* Pretend that there is no memory encryption. */
static void hide_encryption(u32 leaf, u32 subleaf __unused, struct cpuid_regs *regs)
{
	if (leaf == 0x8000001f)
		regs->eax = 0;
}

/* Answer the hundredth event with an exception that a host may not inject (#PF). */
static void wrong_exception(u64 *info1, u64 *info2)
{
	static u32 events;

	if (++events != 100)
		return;
	pr_info("GHCB event %u is answered with a page fault", events);
	*info1 = 1;
	*info2 = 0x80000b0e;
}

/* Take away the thousandth page that is validated. */
static bool remap_once(u64 gpa)
{
	static u32 pages;

	if (++pages != 1000)
		return false;
	pr_info("page %llx gets another backing", (unsigned long long)gpa);
	return true;
}

/* Take away the twentieth, when firmware still accepts memory. */
static bool remap_early(u64 gpa)
{
	static u32 pages;

	if (++pages != 20)
		return false;
	pr_info("page %llx gets another backing", (unsigned long long)gpa);
	return true;
}

static void other_kernel(struct kernel_hashes *hashes)
{
	hashes->kernel[0] ^= 1;
}

static void other_initrd(struct kernel_hashes *hashes)
{
	hashes->initrd[SHA256_SIZE - 1] ^= 0x80;
}

static void other_cmdline(struct kernel_hashes *hashes)
{
	hashes->cmdline[SHA256_SIZE / 2] ^= 0x10;
}

static const struct attack attacks[] = {
	{ .name = "cpuid-hide", .cpuid = hide_encryption },
	{ .name = "ghcb-exception", .ghcb_reply = wrong_exception },
	{ .name = "remap-validated", .validated = remap_once },
	{ .name = "remap-early", .validated = remap_early },
	{ .name = "other-kernel", .hashes = other_kernel },
	{ .name = "other-initrd", .hashes = other_initrd },
	{ .name = "other-cmdline", .hashes = other_cmdline },
};

static const struct attack *active;

int attack_select(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attacks); i++) {
		if (strcmp(attacks[i].name, name) == 0) {
			active = &attacks[i];
			return 0;
		}
	}
	return -ENOENT;
}

void attack_cpuid(u32 leaf, u32 subleaf, struct cpuid_regs *regs)
{
	if (active != NULL && active->cpuid != NULL)
		active->cpuid(leaf, subleaf, regs);
}

void attack_ghcb_reply(struct cpu *cpu __unused, u64 *info1, u64 *info2)
{
	if (active != NULL && active->ghcb_reply != NULL)
		active->ghcb_reply(info1, info2);
}

bool attack_page_validated(u64 gpa)
{
	return active != NULL && active->validated != NULL && active->validated(gpa);
}

void attack_kernel_hashes(struct kernel_hashes *hashes)
{
	if (active != NULL && active->hashes != NULL)
		active->hashes(hashes);
}
