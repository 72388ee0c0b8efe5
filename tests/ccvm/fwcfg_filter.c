/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * What is replaced: the file directory (ccvm's own files are left out), the
 * E820 table, the size of RAM, also in SMBIOS tables, and the end of what is
 * taken above 4 GiB, so that firmware puts no device over ccvm's memory. The
 * CMOS has sizes, too.
 * Documents: QEMU, docs/specs/fw_cfg.rst; hw/i386/pc.c (CMOS, E820).
 */
#define pr_fmt(fmt) "fw_cfg: " fmt

#include <asm/io.h>
#include <fw/log.h>
#include <fw/string.h>

#include "check.h"
#include "config.h"
#include "fwcfg.h"
#include "fwcfg_filter.h"
#include "memory.h"
#include "mode.h"
#include "smbios.h"
#include "stop.h"

#define KEY_RAM_SIZE	0x03
#define KEY_RESERVED	0x3ff0		/* of a file that QEMU does not have */
#define PAGE_SIZE	0x1000ull

#define E820_RAM	1
#define E820_RESERVED	2
#define E820_MAX	64

struct e820_entry {
	u64 base;
	u64 size;
	u32 type;
} __packed;

struct replacement {
	u16 key;
	const void *data;
	u32 size;
};

static struct {
	be32 count;
	struct fw_cfg_dir_entry entry[FWCFG_FILES_MAX + 1];
} __packed directory;
static struct e820_entry e820[E820_MAX];
static u64 ram_size, reserved_end;

/* Files that are not QEMU's as they are; data NULL: QEMU does not have it. */
static struct changed {
	const char *name;
	u8 *data;
	u32 size;
} e820_file = { "etc/e820", NULL, 0 },
  smbios_tables = { "etc/smbios/smbios-tables", NULL, 0 },
  smbios_anchor = { "etc/smbios/smbios-anchor", NULL, 0 };

static struct changed *const changed_files[] = { &e820_file, &smbios_tables, &smbios_anchor };

static struct replacement replaced[8];
static u32 replaced_count;

/* The item that is selected, where reading stands, the DMA address so far. */
static const struct replacement *current;
static u32 current_offset;
static u32 dma_high;

static void replace(u16 key, const void *data, size_t size)
{
	replaced[replaced_count].key = key;
	replaced[replaced_count].data = data;
	replaced[replaced_count].size = (u32)size;
	replaced_count++;
}

void fwcfg_host_ram(u64 *low, u64 *end)
{
	struct fwcfg_file file;
	u32 i;

	if (fwcfg_find("etc/e820", &file) < 0 || file.size > sizeof(e820))
		ccvm_stop(STOP_ERROR, "fw_cfg has no etc/e820 of a sensible size");
	fwcfg_read(file.key, 0, e820, file.size);
	*low = 0;
	*end = 0;
	for (i = 0; i < file.size / sizeof(e820[0]); i++) {
		if (e820[i].type != E820_RAM)
			continue;
		if (e820[i].base == 0)
			*low = e820[i].size;
		else if (e820[i].base == HIGH_RAM)
			*end = e820[i].base + e820[i].size;
	}
}

static u32 add_range(u32 count, u64 base, u64 end, u32 type)
{
	if (end > base) {
		e820[count].base = base;
		e820[count].size = end - base;
		e820[count].type = type;
		count++;
	}
	return count;
}

static u32 build_e820(void)
{
	u32 count = add_range(0, 0, guest.low, E820_RAM);

	count = add_range(count, guest.low, CCVM_LIMIT, E820_RESERVED);
	count = add_range(count, HIGH_RAM, HIGH_RAM + guest.high, E820_RAM);
	return add_range(count, HIGH_RAM + guest.high, guest.host_end, E820_RESERVED);
}

static void add_file(const struct fw_cfg_dir_entry *from, u32 size)
{
	u32 count = be32_to_cpu(directory.count);

	directory.entry[count] = *from;
	directory.entry[count].size = cpu_to_be32(size);
	directory.count = cpu_to_be32(count + 1);
}

static void read_changed(struct changed *c)
{
	struct fwcfg_file file;

	if (fwcfg_find(c->name, &file) < 0 || file.size == 0)
		return;
	c->data = mem_alloc(file.size);
	c->size = file.size;
	fwcfg_read(file.key, 0, c->data, file.size);
}

static void change_smbios(void)
{
	read_changed(&smbios_tables);
	read_changed(&smbios_anchor);
	if (smbios_tables.data == NULL || smbios_anchor.data == NULL)
		return;
	if (smbios_set_ram(smbios_tables.data, &smbios_tables.size, smbios_anchor.data,
			   smbios_anchor.size, guest.low, guest.high) < 0)
		ccvm_stop(STOP_ERROR, "QEMU's SMBIOS tables are not well-formed");
}

static const struct changed *find_changed(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(changed_files); i++) {
		if (changed_files[i]->data != NULL && strcmp(changed_files[i]->name, name) == 0)
			return changed_files[i];
	}
	return NULL;
}

static void build_directory(void)
{
	static const struct fw_cfg_dir_entry reserved = {
		.name = "etc/reserved-memory-end",
	};
	const struct fw_cfg_dir_entry *from;
	struct fw_cfg_dir_entry entry = reserved;
	const struct changed *changed;
	u32 i, count;

	from = fwcfg_directory(&count);
	for (i = 0; i < count; i++) {
		if (strncmp(from[i].name, CONFIG_PREFIX, strlen(CONFIG_PREFIX)) == 0 ||
		    strcmp(from[i].name, reserved.name) == 0)
			continue;
		changed = find_changed(from[i].name);
		if (changed != NULL) {
			add_file(&from[i], changed->size);
			replace(be16_to_cpu(from[i].key), changed->data, changed->size);
		} else {
			add_file(&from[i], be32_to_cpu(from[i].size));
		}
	}
	entry.key = cpu_to_be16(KEY_RESERVED);
	add_file(&entry, sizeof(reserved_end));
	replace(FW_CFG_FILE_DIR, &directory, sizeof(be32) +
		be32_to_cpu(directory.count) * sizeof(directory.entry[0]));
}

static void cmos_write(u8 reg, u8 value)
{
	outb(reg, 0x70);
	outb(value, 0x71);
}

/* 64-KiB units above 16 MiB and above 4 GiB. */
static void set_cmos(void)
{
	u64 low = guest.low > MiB(16) ? (guest.low - MiB(16)) >> 16 : 0;
	u64 high = guest.high >> 16;

	cmos_write(0x34, (u8)low);
	cmos_write(0x35, (u8)(low >> 8));
	cmos_write(0x5b, (u8)high);
	cmos_write(0x5c, (u8)(high >> 8));
	cmos_write(0x5d, (u8)(high >> 16));
}

/* QEMU patches the kernel's header, but not for the guests that are played here. */
static void replace_setup(void)
{
	struct fwcfg_file file;
	void *data;
	u32 size;

	if (fwcfg_find(CONFIG_PREFIX "setup", &file) < 0)
		return;
	fwcfg_read(FW_CFG_SETUP_SIZE, 0, &size, sizeof(size));
	if (size != file.size)
		ccvm_stop(STOP_ERROR, "the kernel's setup part has %u bytes, QEMU says %u",
			  file.size, size);
	data = mem_alloc(file.size);
	fwcfg_read(file.key, 0, data, file.size);
	replace(FW_CFG_SETUP_DATA, data, file.size);
}

void fwcfg_filter_init(void)
{
	ram_size = guest.low + guest.high;
	reserved_end = ALIGN_UP(guest.host_end, GiB(1));
	e820_file.data = (u8 *)e820;
	e820_file.size = build_e820() * (u32)sizeof(e820[0]);
	change_smbios();
	build_directory();
	replace(KEY_RAM_SIZE, &ram_size, sizeof(ram_size));
	replace(KEY_RESERVED, &reserved_end, sizeof(reserved_end));
	if (mode->address_bit != 0)
		replace_setup();
	set_cmos();
}

void fwcfg_filter_item(u16 key, u32 offset, void *buf, u32 len)
{
	u32 i;

	for (i = 0; i < replaced_count; i++) {
		if (replaced[i].key == key && offset + len <= replaced[i].size) {
			memcpy(buf, (const u8 *)replaced[i].data + offset, len);
			return;
		}
	}
	fwcfg_read(key, offset, buf, len);
}

void fwcfg_filter_reset(void)
{
	/* As after reset: firmware may look whether somebody read before it. */
	outw(FW_CFG_SIGNATURE, FW_CFG_PORT_SELECTOR);
	outb(0, 0x70);
}

static void select_item(u16 key)
{
	u32 i;

	current = NULL;
	current_offset = 0;
	for (i = 0; i < replaced_count; i++) {
		if (replaced[i].key == key)
			current = &replaced[i];
	}
}

static u8 next_byte(void)
{
	const u8 *data = current->data;

	return current_offset < current->size ? data[current_offset++] : 0;
}

u32 fwcfg_filter_read(u16 port, unsigned int size)
{
	if (port == FW_CFG_PORT_DATA && size == 1 && current != NULL)
		return next_byte();
	return size == 1 ? inb(port) : size == 2 ? inw(port) : inl(port);
}

/* On hardware the host's access to a private page faults or destroys it. */
static bool host_may_access(u64 gpa)
{
	return mode->host_may_access == NULL || mode->host_may_access(gpa);
}

/*
 * How many bytes from a guest-physical address on are together in shared
 * memory; 0 if there is none.
 */
static u32 run_length(u64 gpa, u32 len, u64 *hpa)
{
	u64 n, next;

	*hpa = mem_shared(gpa);
	if (*hpa == MEM_NONE || !host_may_access(gpa))
		return 0;
	n = PAGE_SIZE - gpa % PAGE_SIZE;
	while (n < len) {
		next = mem_shared(gpa + n);
		if (next != *hpa + n || !host_may_access(gpa + n))
			break;
		n += PAGE_SIZE;
	}
	return (u32)MIN(n, (u64)len);
}

/* One run of memory; returns the control field, which shows an error. */
static u32 transfer(u32 control, u64 hpa, u32 len)
{
	u8 *to = host_ptr(hpa);
	u32 i;

	if (current == NULL)
		return fwcfg_dma(control, hpa, len);
	if (control & FW_CFG_DMA_CTL_WRITE)
		return FW_CFG_DMA_CTL_ERROR;
	for (i = 0; i < len; i++)
		to[i] = next_byte();
	return 0;
}

static u32 do_request(u32 control, u64 gpa, u32 len)
{
	u32 chunk, error = 0;
	u64 hpa;

	if (control & FW_CFG_DMA_CTL_SELECT) {
		select_item((u16)(control >> 16));
		fwcfg_dma(control & ~(u32)(FW_CFG_DMA_CTL_READ | FW_CFG_DMA_CTL_WRITE |
					   FW_CFG_DMA_CTL_SKIP), 0, 0);
		control &= ~(u32)FW_CFG_DMA_CTL_SELECT;
	}
	if (!(control & (FW_CFG_DMA_CTL_READ | FW_CFG_DMA_CTL_WRITE))) {
		if (!(control & FW_CFG_DMA_CTL_SKIP))
			return 0;
		if (current == NULL)
			return fwcfg_dma(FW_CFG_DMA_CTL_SKIP, 0, len);
		current_offset += MIN(len, current->size - current_offset);
		return 0;
	}
	while (len > 0 && !error) {
		chunk = run_length(gpa, len, &hpa);
		if (chunk == 0) {
			check_failed(CHECK_HOST_PRIVATE, "fw_cfg DMA at %llx",
				     (unsigned long long)gpa);
			return FW_CFG_DMA_CTL_ERROR;
		}
		error = transfer(control, hpa, chunk) & FW_CFG_DMA_CTL_ERROR;
		gpa += chunk;
		len -= chunk;
	}
	return error;
}

static void dma_request(u64 gpa)
{
	struct fw_cfg_dma_access *access = mem_shared_ptr(gpa, sizeof(*access));
	u32 control, result;

	if (access == NULL || !host_may_access(gpa)) {
		check_failed(CHECK_HOST_PRIVATE, "fw_cfg DMA request at %llx",
			     (unsigned long long)gpa);
		return;
	}
	control = be32_to_cpu(access->control);
	result = do_request(control, be64_to_cpu(access->address) & ~mode->address_bit,
			    be32_to_cpu(access->length));
	access->control = cpu_to_be32(result);
}

void fwcfg_filter_write(u16 port, unsigned int size, u32 value)
{
	if (port == FW_CFG_PORT_DMA && size == 4) {
		dma_high = value;
		return;
	}
	if (port == FW_CFG_PORT_DMA + 4 && size == 4) {
		u64 at = (u64)__builtin_bswap32(dma_high) << 32 | __builtin_bswap32(value);

		dma_high = 0;
		dma_request(at & ~mode->address_bit);
		return;
	}
	if (port == FW_CFG_PORT_SELECTOR && size == 2)
		select_item((u16)value);
	if (size == 1)
		outb((u8)value, port);
	else if (size == 2)
		outw((u16)value, port);
	else
		outl(value, port);
}
