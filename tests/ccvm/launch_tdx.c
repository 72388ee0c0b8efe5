/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Launch of a trust domain: sections of the image's TDX metadata, TD HOB,
 * MRTD, then all virtual processors at once.
 *
 * Documents: TDX Virtual Firmware Design Guide (344991), sections 4 and 11;
 * sequence of QEMU 10.2, target/i386/kvm/tdx.c.
 */
#define pr_fmt(fmt) "tdx: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "hex.h"
#include "launch.h"
#include "measure.h"
#include "memory.h"
#include "smp.h"
#include "stop.h"
#include "tdhob.h"
#include "tdvf.h"
#include "tdx.h"

#define PAGE_SIZE	0x1000ull

/* Bits of XCR0 that a trust domain may have: no MPX. */
#define XFAM_ALLOWED	0x2e7ull

static void set_parameters(void)
{
	struct cpuid_regs r = cpuid(0xd, 0);

	td.info.attributes = TD_ATTR_SEPT_VE_DISABLE;
	td.info.xfam = (r.eax | (u64)r.edx << 32) & XFAM_ALLOWED;
	td.td_ctls = TD_CTLS_PENDING_VE_OFF;
	td.tsc_mhz = td_measure_tsc();
}

static void build_hob(const struct tdvf *tdvf)
{
	const struct tdvf_section *s = tdvf_hob(tdvf);
	const struct tdhob_range ram[] = {
		{ 0, guest.low },
		{ HIGH_RAM, guest.high },
	};
	u64 hpa = mem_private(s->gpa);
	int err = -ERANGE;

	if (hpa != MEM_NONE && mem_private(s->gpa + s->mem_size - 1) != MEM_NONE)
		err = tdhob_build(host_ptr(hpa), s->mem_size, tdvf, ram,
				  guest.high ? ARRAY_SIZE(ram) : 1);
	if (err < 0)
		ccvm_stop(STOP_ERROR, "no TD HOB of %llu bytes at %llx: error %d",
			  (unsigned long long)s->mem_size, (unsigned long long)s->gpa, err);
	td.hob = s->gpa;
}

/* The image is where the processor finds it; a section that says so needs no copy. */
static void fill_page(const struct tdvf_section *s, u64 offset, const u8 *image)
{
	u8 *page = mem_private_ptr(s->gpa + offset, PAGE_SIZE);
	const u8 *data = image + s->data_offset + offset;

	if (!tdvf_from_image(s) || page == data)
		return;
	if (mem_is_firmware(s->gpa + offset))
		ccvm_stop(STOP_ERROR, "section at %llx moves a part of the image",
			  (unsigned long long)s->gpa);
	memcpy(page, data, PAGE_SIZE);
}

static void add_section(const struct tdvf_section *s, const u8 *image, struct digest *mrtd)
{
	u64 offset;

	for (offset = 0; offset < s->mem_size; offset += PAGE_SIZE) {
		u64 gpa = s->gpa + offset;
		int err = td_add_page(gpa);

		if (err)
			ccvm_stop(STOP_ERROR, "section of type %u: no page at %llx, error %d",
				  s->type, (unsigned long long)gpa, err);
		fill_page(s, offset, image);
		mrtd_page(mrtd, gpa, mem_private_ptr(gpa, PAGE_SIZE),
			  s->attributes & TDVF_ATTR_MR_EXTEND);
	}
	pr_info("section of type %u at %llx + %llx%s", s->type, (unsigned long long)s->gpa,
		(unsigned long long)s->mem_size,
		s->attributes & TDVF_ATTR_MR_EXTEND ? ", measured" : "");
}

static void say_measurement(void)
{
	char mrtd[2 * SHA384_SIZE + 1], line[256];
	int len;

	hex_string(td.info.mrtd, SHA384_SIZE, mrtd);
	len = snprintf(line, sizeof(line),
		       "launch: {\"mode\":\"tdx\",\"measurement\":\"%s\",\"mrtd\":\"%s\"}\n",
		       mrtd, mrtd);
	ccvm_write(line, (size_t)len);
}

static void start_processors(void)
{
	u32 i;

	for (i = 1; i < cpu_count; i++)
		smp_start(&cpus[i], vcpu_reset, 0);
}

void tdx_launch(struct cpu *bsp)
{
	static struct tdvf tdvf;
	struct digest mrtd;
	const char *why;
	const u8 *image;
	size_t size;
	u32 i;

	image = launch_image(&size);
	if (tdvf_parse(image, size, &tdvf, &why) < 0)
		ccvm_stop(STOP_ERROR, "TDX metadata of the image: %s", why);
	set_parameters();
	build_hob(&tdvf);
	mrtd_init(&mrtd);
	for (i = 0; i < tdvf.count; i++)
		add_section(&tdvf.section[i], image, &mrtd);
	digest_final(&mrtd, td.info.mrtd);
	say_measurement();
	vcpu_reset(bsp);	/* again: now there is a TD HOB */
	start_processors();
}
