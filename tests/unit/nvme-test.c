/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of drivers/nvme: a good controller, and what one may do wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <asm/io.h>
#include <fw/block.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/pci.h>
#include <spec/nvme.h>
#include <spec/pci.h>

#include "driver_env.h"
#include "support.h"

#define BAR	0xfd000000u
#define BLOCKS	4096u
#define PAGE	4096u

extern const struct pci_driver *const pci_drivers_start[], *const pci_drivers_end[];

static struct pci_dev pci;
static u8 disk[BLOCKS * 512];
static u8 id_ctrl[4096], id_ns[4096], id_active[4096];

/* Registers. */
static u64 cap, asq, acq;
static u32 cc, aqa;

/* What goes wrong. */
static bool never_ready, fatal, silent, stuck;
static u16 status;
static u16 id_offset;
static int fail_opcode;

static struct { u64 sq, cq; u16 size, tail, head, cq_tail, cq_head, phase; } queues[2];

static struct block_device *devs[32];
static unsigned int dev_count, commands;

int block_register(struct block_device *d)
{
	if (d->blocks == 0 || d->block_size < 512 || d->block_size > 65536)
		return -EINVAL;
	assert_true(dev_count < 32);
	devs[dev_count++] = d;
	return 0;
}

u32 mock_mmio_read(phys_addr_t addr, unsigned int width)
{
	env_exits++;
	assert_int_equal(width, 4);
	switch (addr - BAR) {
	case NVME_CAP:
		return (u32)cap;
	case NVME_CAP + 4:
		return (u32)(cap >> 32);
	case NVME_CC:
		return cc;
	case NVME_CSTS:
		if (stuck)
			return NVME_CSTS_RDY;
		if ((cc & NVME_CC_ENABLE) && !never_ready)
			return NVME_CSTS_RDY;
		return fatal ? NVME_CSTS_CFS : 0;
	}
	mock_fail("read of register %#llx", (unsigned long long)(addr - BAR));
}

/* The pages that a command names, one after the other. */
static void *data_at(const struct nvme_command *c, u32 offset, u32 len, u32 *part)
{
	u64 prp1 = le64_to_cpu(c->prp1), prp2 = le64_to_cpu(c->prp2);
	u32 first = PAGE - (u32)(prp1 % PAGE);
	u32 page;

	assert_int_equal(prp1 % 4, 0);
	if (offset < first) {
		*part = MIN(first - offset, len - offset);
		return (u8 *)(uintptr_t)prp1 + offset;
	}
	page = (offset - first) / PAGE;
	*part = MIN(PAGE - (offset - first) % PAGE, len - offset);
	if (len - first > PAGE) {
		assert_true(page < PAGE / 8);
		prp2 = get_le64((u8 *)(uintptr_t)prp2 + 8 * page);
	}
	assert_int_equal(prp2 % PAGE, 0);
	return (u8 *)(uintptr_t)prp2 + (offset - first) % PAGE;
}

static void copy(const struct nvme_command *c, u8 *data, u32 len, bool write)
{
	u32 offset, part;
	void *at;

	for (offset = 0; offset < len; offset += part) {
		at = data_at(c, offset, len, &part);
		if (write)
			memcpy(data + offset, at, part);
		else
			memcpy(at, data + offset, part);
	}
}

static void identify(const struct nvme_command *c)
{
	const u8 *what[] = { id_ns, id_ctrl, id_active };

	assert_true(le32_to_cpu(c->dw10) < 3);
	memcpy((void *)(uintptr_t)le64_to_cpu(c->prp1), what[le32_to_cpu(c->dw10)], 4096);
}

static void transfer(const struct nvme_command *c, bool write)
{
	u64 lba = le32_to_cpu(c->dw10) | (u64)le32_to_cpu(c->dw11) << 32;
	u32 len = ((le32_to_cpu(c->dw12) & 0xffff) + 1) * 512;

	assert_true(lba * 512 + len <= sizeof(disk));
	copy(c, disk + lba * 512, len, write);
}

static void execute(unsigned int q, const struct nvme_command *c)
{
	commands++;
	if (q == 0 && c->opcode == NVME_ADMIN_IDENTIFY) {
		identify(c);
	} else if (q == 0) {
		assert_int_equal(le32_to_cpu(c->dw10), (u32)(queues[1].size - 1) << 16 | 1);
		if (c->opcode == NVME_ADMIN_CREATE_CQ)
			queues[1].cq = le64_to_cpu(c->prp1);
		else
			queues[1].sq = le64_to_cpu(c->prp1);
		assert_true(c->opcode != NVME_ADMIN_CREATE_SQ || queues[1].cq);
	} else if (c->opcode != NVME_CMD_FLUSH) {
		transfer(c, c->opcode == NVME_CMD_WRITE);
	}
}

static void complete(unsigned int q, const struct nvme_command *c)
{
	struct nvme_completion *e = (void *)(uintptr_t)queues[q].cq;
	u16 next = (u16)((queues[q].cq_tail + 1) % queues[q].size);

	/* The queue of completions must never be full. */
	assert_int_not_equal(next, queues[q].cq_head);
	e[queues[q].cq_tail] = (struct nvme_completion) {
		.id = cpu_to_le16(le16_to_cpu(c->id) + id_offset),
		.status = cpu_to_le16(queues[q].phase |
				      (fail_opcode == c->opcode ? status << 1 : 0)),
	};
	queues[q].cq_tail = next;
	if (next == 0)
		queues[q].phase ^= 1;
}

static void doorbell(unsigned int q, u16 tail)
{
	struct nvme_command c;

	assert_true(q < 2 && tail < queues[q].size);
	if (silent)
		return;
	while (queues[q].head != tail) {
		memcpy(&c, (u8 *)(uintptr_t)queues[q].sq + 64 * queues[q].head, 64);
		if (fail_opcode != c.opcode)
			execute(q, &c);
		complete(q, &c);
		queues[q].head = (u16)((queues[q].head + 1) % queues[q].size);
	}
}

static void enable(void)
{
	u16 size = (u16)((aqa & 0xfff) + 1);
	unsigned int i;

	assert_int_equal(aqa >> 16, size - 1);
	memset(queues, 0, sizeof(queues));
	for (i = 0; i < 2; i++) {
		queues[i].size = size;
		queues[i].phase = 1;
	}
	queues[0].sq = asq;
	queues[0].cq = acq;
}

void mock_mmio_write(phys_addr_t addr, u32 value, unsigned int width)
{
	u32 reg = (u32)(addr - BAR);

	env_exits++;
	assert_int_equal(width, 4);
	if (reg >= NVME_DOORBELLS) {
		reg = (reg - NVME_DOORBELLS) / (4u << NVME_CAP_DSTRD(cap));
		if (reg % 2)
			queues[reg / 2].cq_head = (u16)value;
		else
			doorbell(reg / 2, (u16)value);
		return;
	}
	switch (reg) {
	case NVME_CC:
		cc = value;
		if (value & NVME_CC_ENABLE)
			enable();
		return;
	case NVME_AQA:
		aqa = value;
		return;
	case NVME_ASQ:
		asq = (asq & ~(u64)0xffffffff) | value;
		return;
	case NVME_ASQ + 4:
		asq = (u32)asq | (u64)value << 32;
		return;
	case NVME_ACQ:
		acq = (acq & ~(u64)0xffffffff) | value;
		return;
	case NVME_ACQ + 4:
		acq = (u32)acq | (u64)value << 32;
		return;
	}
	mock_fail("write of register %#x", reg);
}

static int setup(void **state)
{
	size_t i;

	env_init();
	pci = (struct pci_dev) { .class_rev = PCI_CLASS_NVME << 8 };
	pci.bar[0] = (struct pci_bar) { .size = 0x4000, .addr = BAR, .space = PCI_SPACE_MEM };
	for (i = 0; i < sizeof(disk); i++)
		disk[i] = (u8)(i + i / 512);
	cap = 2047 | 1ull << 24 | 1ull << 37;
	cc = 0;
	memset(id_ctrl, 0, sizeof(id_ctrl));
	memset(id_ns, 0, sizeof(id_ns));
	memset(id_active, 0, sizeof(id_active));
	id_ctrl[NVME_ID_CTRL_MDTS] = 7;
	put_le64(BLOCKS, id_ns + NVME_ID_NS_NSZE);
	put_le32(9 << 16, id_ns + NVME_ID_NS_LBAF(0));
	memcpy(id_ns + NVME_ID_NS_EUI64, "\1\2\3\4\5\6\7\10", 8);
	put_le32(1, id_active);
	never_ready = fatal = silent = stuck = false;
	status = id_offset = 0;
	fail_opcode = -1;
	dev_count = commands = 0;
	mock_log_reset();
	return 0;
}

static int probe(void)
{
	return pci_drivers_start[0]->probe(&pci);
}

static void refused(const char *why)
{
	assert_true(probe() <= 0);
	assert_int_equal(dev_count, 0);
	assert_true(mock_log_has(why));
	assert_int_equal(env_allocated, 0);
	assert_int_equal(cc, 0);
}

static void good(void **state)
{
	static const u32 sizes[] = { 1, 2, 7, 8, 9, 16, 255, 256, 257, 1024, 3000 };
	static u8 memory[(3000 + 16) * 512] __aligned(4096);
	size_t i, skew;

	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 1);
	assert_int_equal(devs[0]->bus, BLOCK_BUS_NVME);
	assert_int_equal(devs[0]->nvme.id, 1);
	assert_memory_equal(devs[0]->nvme.eui64, "\1\2\3\4\5\6\7\10", 8);
	assert_int_equal(devs[0]->blocks, BLOCKS);
	assert_int_equal(devs[0]->align, 4);
	assert_in_range(env_exits, 1, 60);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (skew = 0; skew < 4100; skew += 1364) {
			memset(memory, 0, sizeof(memory));
			assert_int_equal(devs[0]->ops->read(devs[0], 3, sizes[i],
							    memory + skew), 0);
			assert_memory_equal(memory + skew, disk + 3 * 512, sizes[i] * 512);
			assert_int_equal(memory[skew + sizes[i] * 512], 0);
		}
	}
	memset(memory, 0x33, sizeof(memory));
	assert_int_equal(devs[0]->ops->write(devs[0], 10, 700, memory + 8), 0);
	assert_memory_equal(disk + 10 * 512, memory, 700 * 512);
	assert_int_equal(disk[710 * 512], (u8)(710 * 512 + 710));
	assert_int_equal(devs[0]->ops->flush(devs[0]), 0);
	devs[0]->ops->quiesce(devs[0]);
	assert_int_equal(cc, 0);
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, memory), -EIO);
}

/* Around both queues several times. */
static void many(void **state)
{
	u8 buf[512] __aligned(4);
	u32 i;

	cap |= 2ull << 32;
	assert_int_equal(probe(), 0);
	for (i = 0; i < 1000; i++) {
		assert_int_equal(devs[0]->ops->read(devs[0], i, 1, buf), 0);
		assert_memory_equal(buf, disk + i * 512, 512);
	}
}

static void small_queues(void **state)
{
	u8 buf[512] __aligned(4);
	u32 i;

	cap = (cap & ~(u64)0xffff) | 1;
	assert_int_equal(probe(), 0);
	for (i = 0; i < 10; i++)
		assert_int_equal(devs[0]->ops->read(devs[0], i, 1, buf), 0);
}

static void bad_controller(void **state)
{
	cap &= ~(1ull << 37);
	refused("cannot be used");
	setup(NULL);
	cap |= 1ull << 48;
	refused("cannot be used");
	setup(NULL);
	cap &= ~0xffffull;
	refused("cannot be used");
	setup(NULL);
	cap |= 15ull << 32;
	refused("cannot be used");
	setup(NULL);
	pci.bar[0].size = 0x800;
	assert_int_equal(probe(), -ENODEV);
	setup(NULL);
	pci.bar[0].addr = 0;
	assert_int_equal(probe(), -ENODEV);
	assert_int_equal(env_allocated, 0);
	setup(NULL);
	never_ready = true;
	refused("does not start");
	setup(NULL);
	never_ready = fatal = true;
	refused("does not start");
	setup(NULL);
	silent = true;
	refused("no answer");
	setup(NULL);
	id_offset = 1;
	refused("which is not under way");
	setup(NULL);
	fail_opcode = NVME_ADMIN_CREATE_SQ;
	status = 1;
	refused("queue refused");
	setup(NULL);
	stuck = true;
	cc = NVME_CC_ENABLE;
	refused("does not stop");
	assert_false(env_config[PCI_COMMAND] & PCI_COMMAND_MASTER);
}

static void bad_namespaces(void **state)
{
	unsigned int i;

	put_le64(0, id_ns + NVME_ID_NS_NSZE);
	probe();
	assert_int_equal(dev_count, 0);
	assert_int_equal(env_allocated, 0);
	for (i = 0; i < 256; i++) {
		setup(NULL);
		put_le32(i << 16, id_ns + NVME_ID_NS_LBAF(0));
		probe();
		assert_int_equal(dev_count, i >= 9 && i <= 16);
	}
	setup(NULL);
	id_ns[NVME_ID_NS_FLBAS] = NVME_FLBAS_EXTENDED;
	put_le32(9 << 16 | 8, id_ns + NVME_ID_NS_LBAF(0));
	refused("metadata");
	setup(NULL);
	id_ns[NVME_ID_NS_NSATTR] = NVME_NSATTR_WRITE_PROTECTED;
	probe();
	assert_true(devs[0]->read_only);
	setup(NULL);
	/* As many as the list has. */
	for (i = 0; i < 1024; i++)
		put_le32(i + 1, id_active + 4 * i);
	assert_int_equal(probe(), 0);
	assert_int_equal(dev_count, 32);
	assert_int_equal(devs[31]->nvme.id, 32);
}

static void limits(void **state)
{
	static const u8 mdts[] = { 0, 1, 2, 9, 10, 19, 20, 255 };
	static u8 memory[3000 * 512] __aligned(4096);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mdts); i++) {
		setup(NULL);
		id_ctrl[NVME_ID_CTRL_MDTS] = mdts[i];
		assert_int_equal(probe(), 0);
		commands = 0;
		assert_int_equal(devs[0]->ops->read(devs[0], 0, 3000, memory), 0);
		assert_memory_equal(memory, disk, sizeof(memory));
		if (mdts[i] == 1)
			assert_int_equal(commands, 188);
	}
}

static void errors(void **state)
{
	u8 buf[512] __aligned(4);

	assert_int_equal(probe(), 0);
	fail_opcode = NVME_CMD_READ;
	status = 0x281;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	fail_opcode = -1;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), 0);
	id_offset = 3;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
	assert_int_equal(cc, 0);
	setup(NULL);
	assert_int_equal(probe(), 0);
	silent = true;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -ETIMEDOUT);
	assert_int_equal(cc, 0);
	silent = false;
	assert_int_equal(devs[0]->ops->read(devs[0], 0, 1, buf), -EIO);
}

static void no_memory(void **state)
{
	unsigned int i;

	for (i = 0; i < 20; i++) {
		setup(NULL);
		env_allocs_left = i;
		if (probe() == 0 && dev_count)
			break;
		assert_int_equal(env_allocated, 0);
	}
	assert_int_equal(i, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good, setup),
		cmocka_unit_test_setup(many, setup),
		cmocka_unit_test_setup(small_queues, setup),
		cmocka_unit_test_setup(bad_controller, setup),
		cmocka_unit_test_setup(bad_namespaces, setup),
		cmocka_unit_test_setup(limits, setup),
		cmocka_unit_test_setup(errors, setup),
		cmocka_unit_test_setup(no_memory, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
