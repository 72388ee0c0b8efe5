/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the fw_cfg driver (drivers/fw_cfg) against a model of QEMU's device. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <asm/io.h>
#include <fw/cc.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/measure.h>
#include <spec/fw_cfg.h>

#include "dir.h"
#include "support.h"

#define FILES	(FW_CFG_DIR_MAX + 2)
#define KEY(i)	(0x20 + (i))

static struct {
	bool present, dma, stuck, failing;
	unsigned int operations, selects, skips;
	u32 high;
	u16 selected;
	u32 offset;
	unsigned int exits;
	struct fw_cfg_dir_entry entry[FILES];
	u32 count;
	u8 data[64];		/* of file 0, which can be written */
	u8 directory[4 + FILES * 64];
} dev;

/*
 * The DMA layer. In a guest with encrypted memory the device reaches nothing but
 * this, and only what is mapped.
 */
#define BOUNCE_SIZE	48

static struct host_input input = { .name = "an input", .pcr = 3, .event = 7 };
static bool encrypted, with_integrity;
static struct fw_cfg_dma_access descriptor __aligned(16);
static u8 bounce[BOUNCE_SIZE];
static const struct dma_mapping *mapped;
static size_t bounce_size;

bool cc_has(enum cc_attr attr)
{
	if (attr == CC_ATTR_MEM_INTEGRITY)
		return with_integrity;
	return encrypted && (attr == CC_ATTR_MEM_ENCRYPT || attr == CC_ATTR_HOST_UNTRUSTED ||
			     attr == CC_ATTR_RUNTIME_MEASURED);
}

static struct { u64 size; u8 data[64]; } used;
static unsigned int uses;
static int use_rc;

int measure_event(u32 pcr, u32 type, const void *data, u64 size, const void *event,
		  size_t event_size)
{
	assert_null(mapped);
	uses++;
	assert_int_equal(pcr, input.pcr);
	assert_int_equal(type, input.event);
	assert_int_equal(event_size, strlen(input.name));
	assert_ptr_equal(event, input.name);
	used.size = size;
	memcpy(used.data, data, MIN(size, 64u));
	return use_rc;
}

void *dma_alloc(size_t size, phys_addr_t *addr)
{
	assert_true(size <= sizeof(descriptor));
	*addr = (uintptr_t)&descriptor;
	return &descriptor;
}

int dma_bounce_map(struct dma_mapping *m)
{
	assert_null(mapped);
	if (bounce_size == 0)
		return -ENOMEM;
	m->addr = (uintptr_t)bounce;
	m->len = MIN(m->len, bounce_size);
	memset(bounce, 0, sizeof(bounce));
	if (m->dir & DMA_TO_DEVICE)
		memcpy(bounce, (void *)(uintptr_t)m->buf, m->len);
	mapped = m;
	return 0;
}

void dma_bounce_unmap(const struct dma_mapping *m)
{
	assert_ptr_equal(mapped, m);
	if (m->len && (m->dir & DMA_FROM_DEVICE))
		memcpy((void *)(uintptr_t)m->buf, bounce, m->len);
	mapped = NULL;
}

static void assert_reachable(phys_addr_t addr, u32 len, bool write)
{
	if (!encrypted || len == 0)
		return;
	assert_non_null(mapped);
	assert_true(addr == mapped->addr && len <= mapped->len);
	assert_int_equal(mapped->dir, write ? DMA_FROM_DEVICE : DMA_TO_DEVICE);
}

/* The driver's descriptor is somewhere in this program; the port has the low half. */
static u8 *host_pointer(u32 low)
{
	uintptr_t here = (uintptr_t)&dev;
	uintptr_t addr = (here & ~(uintptr_t)UINT32_MAX) | low;

	if ((s32)(low - (u32)here) > 0 && low < (u32)here)
		addr += (uintptr_t)1 << 32;
	else if ((s32)(low - (u32)here) < 0 && low > (u32)here)
		addr -= (uintptr_t)1 << 32;
	return (u8 *)addr;
}

static u8 *item(u32 *size)
{
	static u8 signature[] = "QEMU", cpus[] = { 0x34, 0x12 };
	be32 count = cpu_to_be32(dev.count);

	switch (dev.selected) {
	case FW_CFG_SIGNATURE:
		*size = 4;
		return signature;
	case FW_CFG_NB_CPUS:
		*size = 2;
		return cpus;
	case FW_CFG_FILE_DIR:
		memcpy(dev.directory, &count, 4);
		memcpy(dev.directory + 4, dev.entry, sizeof(dev.entry));
		*size = sizeof(dev.directory);
		return dev.directory;
	case KEY(0):
		*size = sizeof(dev.data);
		return dev.data;
	default:
		*size = 0;
		return dev.data;
	}
}

static bool transfer(u32 control, u32 len, u8 *mem)
{
	u32 size, i;
	u8 *data;

	if (control & FW_CFG_DMA_CTL_SELECT) {
		dev.selected = control >> 16;
		dev.offset = 0;
		dev.selects++;
	}
	dev.operations++;
	if (dev.failing)
		return false;
	data = item(&size);
	if (control & FW_CFG_DMA_CTL_SKIP) {
		dev.skips++;
	} else if (control & FW_CFG_DMA_CTL_READ) {
		assert_reachable((uintptr_t)mem, len, true);
		for (i = 0; i < len; i++)
			mem[i] = dev.offset + i < size ? data[dev.offset + i] : 0;
	} else if (control & FW_CFG_DMA_CTL_WRITE) {
		assert_reachable((uintptr_t)mem, len, false);
		if (dev.selected != KEY(0) || dev.offset + len > size)
			return false;
		memcpy(data + dev.offset, mem, len);
	}
	dev.offset += len;
	return true;
}

u32 mock_io_read(u16 port, unsigned int width)
{
	u32 size;

	dev.exits++;
	if (port == FW_CFG_PORT_DMA && width == 4)
		return dev.dma ? 0x554d4551 : UINT32_MAX;
	assert_int_equal(port, FW_CFG_PORT_DATA);
	assert_int_equal(width, 1);
	return dev.present ? item(&size)[dev.offset++] : 0xff;
}

void mock_io_write(u16 port, u32 value, unsigned int width)
{
	struct fw_cfg_dma_access *d;
	bool ok;

	dev.exits++;
	if (port == FW_CFG_PORT_SELECTOR && width == 2) {
		dev.selected = value;
		dev.offset = 0;
		return;
	}
	assert_int_equal(width, 4);
	if (port == FW_CFG_PORT_DMA) {
		dev.high = value;
		return;
	}
	assert_int_equal(port, FW_CFG_PORT_DMA + 4);
	/* Another high half would make a real device write anywhere. */
	assert_int_equal(dev.high, 0);
	d = (void *)host_pointer(__builtin_bswap32(value));
	assert_true(IS_ALIGNED((uintptr_t)d, 16));
	assert_ptr_equal(d, &descriptor);
	if (dev.stuck)
		return;
	ok = transfer(be32_to_cpu(d->control), be32_to_cpu(d->length),
		      (u8 *)(uintptr_t)be64_to_cpu(d->address));
	d->control = cpu_to_be32(ok ? 0 : FW_CFG_DMA_CTL_ERROR);
}

static void add_file(const char *name, u32 size)
{
	struct fw_cfg_dir_entry *e = &dev.entry[dev.count];

	e->size = cpu_to_be32(size);
	e->key = cpu_to_be16(KEY(dev.count));
	memset(e->name, 0, sizeof(e->name));
	memcpy(e->name, name, strlen(name));
	dev.count++;
}

static int setup(void **state)
{
	size_t i;

	memset(&dev, 0, sizeof(dev));
	encrypted = with_integrity = false;
	bounce_size = BOUNCE_SIZE;
	mapped = NULL;
	uses = 0;
	use_rc = 0;
	input.policy = HOST_INPUT_CHECKED;
	dev.present = true;
	dev.dma = true;
	dev.high = 0x12345678;		/* what somebody left there */
	for (i = 0; i < sizeof(dev.data); i++)
		dev.data[i] = i;
	add_file("etc/writable", sizeof(dev.data));
	add_file("etc/smbios/smbios-tables", 300);
	add_file("etc/acpi/tables", 0x20000);
	add_file("x", 1);
	add_file("1234567", 7);
	add_file("1234567890123456789012345678901234567890123456789012345", 55);
	mock_log_reset();
	return 0;
}

static void fill_up(u32 count)
{
	char name[32];

	while (dev.count < count) {
		snprintf(name, sizeof(name), "opt/org.test/%u", dev.count);
		add_file(name, dev.count);
	}
}

static int find(const char *name, struct fw_cfg_file *f)
{
	struct host_input i = { .name = name };

	assert_int_equal(fw_cfg_find_named(&input, name, f), fw_cfg_find(&i, f));
	return fw_cfg_find_named(&input, name, f);
}

static void test_find(void **state)
{
	struct fw_cfg_file f;

	assert_int_equal(fw_cfg_init(), 0);
	assert_int_equal(dev.exits, 3);
	assert_int_equal(find("etc/acpi/tables", &f), 0);
	assert_int_equal(f.key, KEY(2));
	assert_int_equal(f.size, 0x20000);
	assert_int_equal(find("x", &f), 0);
	assert_int_equal(f.key, KEY(3));
	assert_int_equal(find("1234567", &f), 0);
	assert_int_equal(f.key, KEY(4));
	assert_int_equal(
		find("1234567890123456789012345678901234567890123456789012345", &f), 0);
	assert_int_equal(f.key, KEY(5));
	assert_int_equal(
		find("12345678901234567890123456789012345678901234567890123456", &f),
		-ENOENT);
	assert_int_equal(find("tables", &f), -ENOENT);
	assert_int_equal(find("xtc/acpi/tables", &f), -ENOENT);
	assert_int_equal(find("etc/acpi/table", &f), -ENOENT);
	assert_int_equal(find("etc/acpi/tables2", &f), -ENOENT);
	assert_int_equal(find("", &f), -ENOENT);
	assert_int_equal(mock_log_errors(), 0);
}

static void test_names_without_padding(void **state)
{
	struct fw_cfg_file f;

	memcpy(dev.entry[3].name, "x\0yzzzzzzzz", 11);
	assert_int_equal(fw_cfg_init(), 0);
	assert_int_equal(find("x", &f), 0);
	assert_int_equal(f.key, KEY(3));
}

static void test_large_directory(void **state)
{
	struct fw_cfg_file f;

	fill_up(FW_CFG_DIR_MAX);
	assert_int_equal(fw_cfg_init(), 0);
	assert_int_equal(find("opt/org.test/31", &f), 0);
	assert_int_equal(f.key, KEY(31));
	assert_int_equal(find("opt/org.test/32", &f), 0);
	assert_int_equal(f.key, KEY(32));
	assert_int_equal(find("opt/org.test/127", &f), 0);
	assert_int_equal(f.size, 127);
}

static void test_reread(void **state)
{
	struct fw_cfg_file f;

	assert_int_equal(fw_cfg_init(), 0);
	dev.entry[2].size = cpu_to_be32(0x40000);
	assert_int_equal(fw_cfg_reread_dir(), 0);
	assert_int_equal(find("etc/acpi/tables", &f), 0);
	assert_int_equal(f.size, 0x40000);
}

/* Refused with one line, and then nothing is found. */
static void assert_refused(int rc, const char *why)
{
	struct fw_cfg_file f;

	assert_int_equal(fw_cfg_init(), rc);
	assert_int_equal(mock_log_errors(), 1);
	if (!strstr(mock_log_last(), why))
		fail_msg("\"%s\" is not in \"%s\"", why, mock_log_last());
	assert_int_equal(find("etc/acpi/tables", &f), -ENOENT);
}

static void test_too_many_files(void **state)
{
	fill_up(FW_CFG_DIR_MAX + 1);
	assert_refused(-EBADMSG, "129 files");
}

static void test_absurd_count(void **state)
{
	dev.count = 0xffffffff;
	assert_refused(-EBADMSG, "4294967295 files");
}

static void test_bad_key(void **state)
{
	dev.entry[1].key = cpu_to_be16(0x1f);
	assert_refused(-EBADMSG, "entry 1 (key 0x1f)");
	mock_log_reset();
	dev.entry[1].key = cpu_to_be16(0x8020);
	assert_refused(-EBADMSG, "entry 1 (key 0x8020)");
}

static void test_bad_name(void **state)
{
	dev.entry[2].name[55] = 'x';
	assert_refused(-EBADMSG, "entry 2");
	mock_log_reset();
	dev.entry[2].name[55] = 0;
	dev.entry[0].name[0] = 0;
	assert_refused(-EBADMSG, "entry 0");
}

static void test_no_device(void **state)
{
	dev.present = false;
	dev.dma = false;
	assert_refused(-ENODEV, "no device");
}

static void test_no_dma(void **state)
{
	dev.dma = false;
	assert_refused(-EOPNOTSUPP, "no DMA");
}

static void test_device_does_not_answer(void **state)
{
	dev.stuck = true;
	assert_refused(-EIO, "DMA failed");
}

static const struct host_input cpus = { .name = "cpus", .key = FW_CFG_NB_CPUS };
static const struct host_input first = { .name = "first", .key = KEY(0) };
static const struct fw_cfg_file item0 = { .input = &input, .key = KEY(0), .size = 64 };
static const struct fw_cfg_file item1 = { .input = &input, .key = KEY(1), .size = 64 };

static void test_read(void **state)
{
	u8 buf[8];
	u32 v32;
	u16 v16;

	assert_int_equal(fw_cfg_init(), 0);
	dev.exits = 0;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 4), 0);
	assert_int_equal(dev.exits, 1);
	assert_memory_equal(buf, "\0\1\2\3", 4);
	assert_int_equal(fw_cfg_read_buf(&item0, 62, buf, 4), 0);
	assert_int_equal(dev.exits, 3);
	assert_memory_equal(buf, "\x3e\x3f\0\0", 4);
	assert_int_equal(fw_cfg_read(&item0, 7, (uintptr_t)buf, 1), 0);
	assert_int_equal(buf[0], 7);
	assert_int_equal(fw_cfg_read_u16(&cpus, &v16), 0);
	assert_int_equal(v16, 0x1234);
	assert_int_equal(fw_cfg_read_u32(&first, &v32), 0);
	assert_int_equal(v32, 0x03020100);
}

static void test_write(void **state)
{
	assert_int_equal(fw_cfg_init(), 0);
	assert_int_equal(fw_cfg_write_buf(&item0, 0, "ab", 2), 0);
	assert_memory_equal(dev.data, "ab\2\3", 4);
	assert_int_equal(fw_cfg_write_buf(&item0, 60, "cdef", 4), 0);
	assert_memory_equal(dev.data + 58, "\x3a\x3b""cdef", 6);
	assert_int_equal(fw_cfg_write_buf(&item0, 61, "ghij", 4), -EIO);
	assert_memory_equal(dev.data + 60, "cdef", 4);
	assert_int_equal(fw_cfg_write_buf(&item1, 0, "k", 1), -EIO);
}

/* Through a buffer that is smaller than the item: one select, and no byte twice. */
static void test_bounce(void **state)
{
	u8 buf[64];
	int i;

	encrypted = true;
	bounce_size = 24;
	assert_int_equal(fw_cfg_init(), 0);
	dev.selects = dev.skips = dev.operations = 0;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), 0);
	assert_int_equal(dev.selects, 1);
	assert_int_equal(dev.operations, 3);
	for (i = 0; i < 64; i++)
		assert_int_equal(buf[i], i);
	assert_int_equal(fw_cfg_read_buf(&item0, 10, buf, 50), 0);
	assert_int_equal(dev.selects, 2);
	assert_int_equal(dev.skips, 1);
	for (i = 0; i < 50; i++)
		assert_int_equal(buf[i], i + 10);
	memset(buf, 0x77, sizeof(buf));
	assert_int_equal(fw_cfg_write_buf(&item0, 2, buf, 60), 0);
	assert_memory_equal(dev.data + 2, buf, 60);
	assert_int_equal(dev.data[62], 62);
	/* Nothing to read: the item is selected all the same. */
	dev.selects = 0;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, NULL, 0), 0);
	assert_int_equal(dev.selects, 1);
	assert_null(mapped);
}

static void test_bounce_errors(void **state)
{
	u8 buf[64];

	encrypted = true;
	assert_int_equal(fw_cfg_init(), 0);
	dev.failing = true;
	dev.operations = 0;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), -EIO);
	assert_int_equal(dev.operations, 1);
	assert_null(mapped);
	bounce_size = 0;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), -ENOMEM);
	assert_int_equal(dev.operations, 1);
}

static void test_measured(void **state)
{
	u8 buf[64];

	encrypted = true;
	assert_int_equal(fw_cfg_init(), 0);
	assert_int_equal(uses, 0);
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), 0);
	assert_int_equal(uses, 0);
	input.policy = HOST_INPUT_MEASURED;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, NULL, 0), 0);
	assert_int_equal(uses, 0);
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), 0);
	assert_int_equal(uses, 1);
	assert_int_equal(used.size, 64);
	assert_memory_equal(used.data, dev.data, 64);
	/* A part would escape. */
	assert_int_equal(mock_log_errors(), 0);
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 63), -EPERM);
	assert_int_equal(mock_log_errors(), 1);
	assert_int_equal(uses, 1);
	use_rc = -EIO;
	input.policy = HOST_INPUT_VERIFIED;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), -EIO);
	assert_int_equal(uses, 2);

	encrypted = false;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), 0);
	assert_int_equal(fw_cfg_read_buf(&item0, 1, buf, 6), 0);
	assert_int_equal(uses, 2);
}

static void test_refused(void **state)
{
	u8 buf[64];

	assert_int_equal(fw_cfg_init(), 0);
	input.policy = HOST_INPUT_REFUSED;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), 0);
	encrypted = true;
	dev.operations = 0;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), -EPERM);
	assert_int_equal(mock_log_errors(), 1);
	assert_non_null(strstr(mock_log_last(), "an input: refused"));
	encrypted = false;
	input.policy = HOST_INPUT_NEVER;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), -EPERM);
	assert_int_equal(dev.operations, 0);
	/* That the host is not trusted is not enough for this one. */
	encrypted = true;
	input.policy = HOST_INPUT_INTEGRITY_REFUSED;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), 0);
	with_integrity = true;
	dev.operations = 0;
	assert_int_equal(fw_cfg_read_buf(&item0, 0, buf, 64), -EPERM);
	assert_int_equal(dev.operations, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_find, setup),
		cmocka_unit_test_setup(test_names_without_padding, setup),
		cmocka_unit_test_setup(test_large_directory, setup),
		cmocka_unit_test_setup(test_reread, setup),
		cmocka_unit_test_setup(test_too_many_files, setup),
		cmocka_unit_test_setup(test_absurd_count, setup),
		cmocka_unit_test_setup(test_bad_key, setup),
		cmocka_unit_test_setup(test_bad_name, setup),
		cmocka_unit_test_setup(test_no_device, setup),
		cmocka_unit_test_setup(test_no_dma, setup),
		cmocka_unit_test_setup(test_device_does_not_answer, setup),
		cmocka_unit_test_setup(test_read, setup),
		cmocka_unit_test_setup(test_write, setup),
		cmocka_unit_test_setup(test_bounce, setup),
		cmocka_unit_test_setup(test_bounce_errors, setup),
		cmocka_unit_test_setup(test_measured, setup),
		cmocka_unit_test_setup(test_refused, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
