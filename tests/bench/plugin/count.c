/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * TCG plugin that counts what a firmware costs, from reset to the entry of
 * tests/bench/payload.asm, and writes the counts as JSON.
 * Documents: QEMU 7.2, "QEMU TCG Plugins"; Intel SDM volume 2 (opcodes).
 *
 * What the numbers mean:
 * - instructions: as -icount counts them; each iteration of a REP instruction
 *   is one, and so is the check that ends it.
 * - pio: executed IN and OUT instructions. A REP INS or OUTS is one for each
 *   page of data, since a plain virtual machine may hand over a page of string
 *   I/O in one exit; pio_elements has its elements.
 * - mmio: accesses that reach a device; reads of ROM and flash do not.
 * - pages: 4 KiB pages fetched from, read or written, by linear address. All
 *   firmwares measured here run on an identity map. Page walks and DMA do not
 *   count.
 *
 * Arguments: out=FILE, ram=BYTES of RAM below 4 GiB, breakdown=on|off
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qemu_plugin_api.h"

#define PAGE_SHIFT	12
#define PAGE_SIZE	((uint64_t)1 << PAGE_SHIFT)
#define CHUNK_SHIFT	12			/* pages per chunk: 16 MiB */
#define CHUNK_PAGES	((uint64_t)1 << CHUNK_SHIFT)
#define CHUNKS		((uint64_t)1 << (40 - PAGE_SHIFT - CHUNK_SHIFT))
#define HASH_SIZE	(1u << 16)

enum kind {
	PLAIN, PIO, PIO_STRING, CPUID, RDMSR, WRMSR,
	KINDS
};

static const char *const kind_name[KINDS] = {
	"plain", "pio", "pio", "cpuid", "rdmsr", "wrmsr",
};

struct chunk {
	uint64_t fetches[CHUNK_PAGES];
	uint8_t read[CHUNK_PAGES];
	uint8_t written[CHUNK_PAGES];
};

/* One instruction at one address, and what it did. */
struct site {
	struct site *next;
	uint64_t vaddr;
	uint64_t bytes;		/* the first eight, to tell overlays apart */
	uint64_t executed;	/* only with breakdown=on, or if special */
	uint64_t exits;
	uint64_t last_total;	/* string I/O: when it last moved data */
	uint64_t last_page;
	enum kind kind;
	bool rep;
};

/* Accesses of one instruction to one device address. */
struct mmio {
	struct mmio *next;
	uint64_t phys;
	uint64_t vaddr;		/* of the instruction */
	uint64_t reads, writes;
};

static struct chunk *chunks[CHUNKS];
static struct site *sites[HASH_SIZE];
static struct mmio *mmios[HASH_SIZE];
static uint64_t total;
static uint64_t exits[KINDS], pio_elements, mmio_reads, mmio_writes;
static uint64_t ram_size;
static const char *out_path;
static bool breakdown;
static bool finished;

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static void *zalloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static unsigned int hash(uint64_t a, uint64_t b)
{
	return ((a ^ b * 31) * 0x9e3779b97f4a7c15ull) >> 48 & (HASH_SIZE - 1);
}

static struct chunk *chunk_of(uint64_t addr)
{
	uint64_t i = addr >> (PAGE_SHIFT + CHUNK_SHIFT) & (CHUNKS - 1);

	if (!chunks[i])
		chunks[i] = zalloc(sizeof(**chunks));
	return chunks[i];
}

static uint64_t page_in_chunk(uint64_t addr)
{
	return addr >> PAGE_SHIFT & (CHUNK_PAGES - 1);
}

static void touch(uint64_t addr, bool store)
{
	struct chunk *c = chunk_of(addr);

	if (store)
		c->written[page_in_chunk(addr)] = 1;
	else
		c->read[page_in_chunk(addr)] = 1;
}

/* Neither a device nor flash can appear here. */
static bool is_always_ram(uint64_t addr)
{
	return addr < 0x80000 || (addr >= 0x100000 && addr < ram_size);
}

/* -- Results ------------------------------------------------------------- */

static void print_pages(FILE *f)
{
	const char *sep = "";

	fprintf(f, ",\n\"pages\": [");
	for (uint64_t i = 0; i < CHUNKS; i++) {
		const struct chunk *c = chunks[i];

		for (uint64_t j = 0; c && j < CHUNK_PAGES; j++) {
			if (!c->fetches[j] && !c->read[j] && !c->written[j])
				continue;
			fprintf(f, "%s\n[%llu, \"%s%s%s\"]", sep,
				(unsigned long long)((i << CHUNK_SHIFT | j) << PAGE_SHIFT),
				c->read[j] ? "r" : "", c->written[j] ? "w" : "",
				c->fetches[j] ? "x" : "");
			sep = ",";
		}
	}
	fprintf(f, "]");
}

static void print_sites(FILE *f)
{
	const char *sep = "";

	fprintf(f, ",\n\"sites\": [");
	for (unsigned int i = 0; i < HASH_SIZE; i++) {
		for (const struct site *s = sites[i]; s; s = s->next) {
			if (!s->executed && !s->exits)
				continue;
			fprintf(f, "%s\n[%llu, %llu, \"%s\", %llu]", sep,
				(unsigned long long)s->vaddr,
				(unsigned long long)s->executed, kind_name[s->kind],
				(unsigned long long)s->exits);
			sep = ",";
		}
	}
	fprintf(f, "]");
}

static void print_mmio(FILE *f)
{
	const char *sep = "";

	fprintf(f, ",\n\"mmio_sites\": [");
	for (unsigned int i = 0; i < HASH_SIZE; i++) {
		for (const struct mmio *m = mmios[i]; m; m = m->next) {
			fprintf(f, "%s\n[%llu, %llu, %llu, %llu]", sep,
				(unsigned long long)m->phys,
				(unsigned long long)m->vaddr,
				(unsigned long long)m->reads,
				(unsigned long long)m->writes);
			sep = ",";
		}
	}
	fprintf(f, "]");
}

static void print_results(const char *entry)
{
	FILE *f = fopen(out_path, "w");

	if (!f) {
		perror(out_path);
		abort();
	}
	fprintf(f, "{\"entry\": \"%s\",\n", entry);
	fprintf(f, "\"instructions\": %llu,\n", (unsigned long long)total);
	fprintf(f, "\"pio\": %llu,\n", (unsigned long long)(exits[PIO] + exits[PIO_STRING]));
	fprintf(f, "\"pio_elements\": %llu,\n",
		(unsigned long long)(exits[PIO] + pio_elements));
	fprintf(f, "\"mmio\": %llu,\n", (unsigned long long)(mmio_reads + mmio_writes));
	fprintf(f, "\"cpuid\": %llu,\n", (unsigned long long)exits[CPUID]);
	fprintf(f, "\"rdmsr\": %llu,\n", (unsigned long long)exits[RDMSR]);
	fprintf(f, "\"wrmsr\": %llu", (unsigned long long)exits[WRMSR]);
	print_pages(f);
	if (breakdown) {
		print_sites(f);
		print_mmio(f);
	}
	fprintf(f, "}\n");
	if (fclose(f) != 0)
		abort();
}

/* -- While it runs ------------------------------------------------------- */

/* In the log, beside QEMU's own trace, so that a port gets its instruction. */
static void log_site(const struct site *site)
{
	char line[64];

	snprintf(line, sizeof(line), "site %llx %s\n", (unsigned long long)site->vaddr,
		 kind_name[site->kind]);
	qemu_plugin_outs(line);
}

static void on_special(unsigned int vcpu, void *udata)
{
	struct site *site = udata;

	(void)vcpu;
	site->exits++;
	exits[site->kind]++;
	if (breakdown)
		log_site(site);
}

static void on_marker(unsigned int vcpu, void *udata)
{
	(void)vcpu;
	finished = true;
	print_results(udata);
	_exit(0);
}

static void count_mmio(const struct site *site, uint64_t phys, bool store)
{
	unsigned int h = hash(phys, site->vaddr);
	struct mmio *m;

	if (store)
		mmio_writes++;
	else
		mmio_reads++;
	if (!breakdown)
		return;
	for (m = mmios[h]; m; m = m->next)
		if (m->phys == phys && m->vaddr == site->vaddr)
			break;
	if (!m) {
		m = zalloc(sizeof(*m));
		m->phys = phys;
		m->vaddr = site->vaddr;
		m->next = mmios[h];
		mmios[h] = m;
	}
	if (store)
		m->writes++;
	else
		m->reads++;
}

static void on_memory(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t vaddr,
		      void *udata)
{
	bool store = qemu_plugin_mem_is_store(info);
	struct qemu_plugin_hwaddr *hw;

	(void)vcpu;
	if (is_always_ram(vaddr)) {
		touch(vaddr, store);
		return;
	}
	hw = qemu_plugin_get_hwaddr(info, vaddr);
	if (hw && qemu_plugin_hwaddr_is_io(hw))
		count_mmio(udata, qemu_plugin_hwaddr_phys_addr(hw), store);
	else
		touch(vaddr, store);
}

/* The memory side of INS and OUTS: it is here that an element moves. */
static void on_string_memory(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t vaddr,
			     void *udata)
{
	struct site *site = udata;

	on_memory(vcpu, info, vaddr, udata);
	pio_elements++;
	if (!site->rep || total != site->last_total + 1 ||
	    vaddr >> PAGE_SHIFT != site->last_page) {
		site->exits++;
		exits[PIO_STRING]++;
	}
	if (breakdown)
		log_site(site);
	site->last_total = total;
	site->last_page = vaddr >> PAGE_SHIFT;
}

/* -- Translation --------------------------------------------------------- */

static const char *marker_entry(const uint8_t *p, size_t len)
{
	static const uint8_t marker[] = { 0x64, 0x65, 0x64, 0x65, 0x64 };

	if (len != sizeof(marker) + 2 || memcmp(p, marker, sizeof(marker)) != 0 ||
	    p[6] != 0x90)
		return NULL;
	switch (p[5]) {
	case 0x26: return "16-bit";
	case 0x2e: return "32-bit";
	case 0x36: return "64-bit";
	case 0x3e: return "EFI";
	}
	return NULL;
}

static bool is_prefix(uint8_t b, size_t left)
{
	switch (b) {
	case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:
	case 0x66: case 0x67: case 0xf0: case 0xf2: case 0xf3:
		return true;
	}
	/* REX; without 64-bit mode these are whole instructions. */
	return (b & 0xf0) == 0x40 && left > 1;
}

static enum kind decode(const uint8_t *p, size_t len, bool *rep)
{
	size_t i;

	*rep = false;
	for (i = 0; i < len && is_prefix(p[i], len - i); i++)
		if (p[i] == 0xf2 || p[i] == 0xf3)
			*rep = true;
	if (i == len)
		return PLAIN;
	switch (p[i]) {
	case 0xe4: case 0xe5: case 0xe6: case 0xe7:
	case 0xec: case 0xed: case 0xee: case 0xef:
		return PIO;
	case 0x6c: case 0x6d: case 0x6e: case 0x6f:
		return PIO_STRING;
	case 0x0f:
		break;
	default:
		return PLAIN;
	}
	if (i + 1 >= len)
		return PLAIN;
	switch (p[i + 1]) {
	case 0x30: return WRMSR;
	case 0x32: return RDMSR;
	case 0xa2: return CPUID;
	}
	return PLAIN;
}

static struct site *site_get(uint64_t vaddr, const uint8_t *p, size_t len)
{
	uint64_t bytes = 0;
	unsigned int h;
	struct site *s;

	memcpy(&bytes, p, len < sizeof(bytes) ? len : sizeof(bytes));
	h = hash(vaddr, bytes);
	for (s = sites[h]; s; s = s->next)
		if (s->vaddr == vaddr && s->bytes == bytes)
			return s;
	s = zalloc(sizeof(*s));
	s->vaddr = vaddr;
	s->bytes = bytes;
	s->kind = decode(p, len, &s->rep);
	s->next = sites[h];
	sites[h] = s;
	return s;
}

static void add_one(struct qemu_plugin_insn *insn, uint64_t *counter)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
						   counter, 1);
}

static void count_fetch(struct qemu_plugin_insn *insn, uint64_t addr)
{
	add_one(insn, &chunk_of(addr)->fetches[page_in_chunk(addr)]);
}

static void instrument(struct qemu_plugin_insn *insn, struct site *site)
{
	add_one(insn, &total);
	if (breakdown)
		add_one(insn, &site->executed);
	if (site->kind == PIO_STRING) {
		qemu_plugin_register_vcpu_mem_cb(insn, on_string_memory,
						 QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, site);
		return;
	}
	if (site->kind != PLAIN)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_special,
						       QEMU_PLUGIN_CB_NO_REGS, site);
	qemu_plugin_register_vcpu_mem_cb(insn, on_memory, QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_RW, site);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t page = ~(uint64_t)0;

	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint8_t *p = qemu_plugin_insn_data(insn);
		size_t len = qemu_plugin_insn_size(insn);
		uint64_t vaddr = qemu_plugin_insn_vaddr(insn);
		const char *entry = marker_entry(p, len);

		if (entry) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)entry);
			continue;
		}
		if (vaddr >> PAGE_SHIFT != page)
			count_fetch(insn, vaddr);
		page = (vaddr + len - 1) >> PAGE_SHIFT;
		if (page != vaddr >> PAGE_SHIFT)
			count_fetch(insn, vaddr + len - 1);
		instrument(insn, site_get(vaddr, p, len));
	}
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *udata)
{
	(void)id;
	(void)udata;
	if (!finished)
		print_results("none");
}

static int parse_arg(char *arg)
{
	if (strncmp(arg, "out=", 4) == 0)
		out_path = strdup(arg + 4);
	else if (strncmp(arg, "ram=", 4) == 0)
		ram_size = strtoull(arg + 4, NULL, 0);
	else if (strncmp(arg, "breakdown=", 10) == 0)
		breakdown = strcmp(arg + 10, "on") == 0;
	else
		return -1;
	return 0;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	if (!info->system_emulation || info->system.max_vcpus != 1) {
		fprintf(stderr, "count: one processor only\n");
		return -1;
	}
	for (int i = 0; i < argc; i++) {
		if (parse_arg(argv[i]) != 0) {
			fprintf(stderr, "count: unknown argument: %s\n", argv[i]);
			return -1;
		}
	}
	if (!out_path) {
		fprintf(stderr, "count: no out=FILE\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
