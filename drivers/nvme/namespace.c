/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * NVM Express namespaces as block devices.
 * Document: NVM Express Base Specification 1.4, sections 4.3 (addresses), 5.15.2.1
 * and 6 (NVM commands).
 */
#define pr_fmt(fmt) "nvme: " fmt

#include <fw/alloc.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "nvme.h"

#define BLOCKS_MAX	65536	/* of a command */

struct nvme_namespace {
	struct block_device block;
	struct nvme *nvme;
};

static struct nvme_namespace *to_namespace(struct block_device *dev)
{
	return container_of(dev, struct nvme_namespace, block);
}

/* Two addresses are in the command; more of them are in a list of one page. */
static void set_addresses(struct nvme *nvme, struct nvme_command *cmd, phys_addr_t addr, u32 len)
{
	phys_addr_t end = addr + len;
	phys_addr_t page = ALIGN_DOWN(addr, NVME_PAGE) + NVME_PAGE;
	le64 *list = nvme->page;

	cmd->prp1 = cpu_to_le64(addr);
	if (page >= end)
		return;
	if (end - page <= NVME_PAGE) {
		cmd->prp2 = cpu_to_le64(page);
		return;
	}
	for (; page < end; page += NVME_PAGE)
		*list++ = cpu_to_le64(page);
	cmd->prp2 = cpu_to_le64(nvme->page_dev);
}

static int transfer_part(struct nvme_namespace *ns, u8 opcode, u64 lba, phys_addr_t buf, u64 len,
			 u32 *part)
{
	struct nvme_command cmd = { .opcode = opcode, .nsid = cpu_to_le32(ns->block.nvme.id) };
	u32 max = (u32)MIN((u64)ns->nvme->transfer_max, (u64)BLOCKS_MAX * ns->block.block_size);
	struct dma_mapping map;
	int rc;

	rc = dma_map(&map, buf, MIN(len, (u64)max),
		     opcode == NVME_CMD_READ ? DMA_FROM_DEVICE : DMA_TO_DEVICE);
	if (rc)
		return rc;
	*part = (u32)ALIGN_DOWN(map.len, ns->block.block_size);
	rc = -ENOMEM;
	if (*part) {
		set_addresses(ns->nvme, &cmd, map.addr, *part);
		cmd.dw10 = cpu_to_le32((u32)lba);
		cmd.dw11 = cpu_to_le32((u32)(lba >> 32));
		cmd.dw12 = cpu_to_le32(*part / ns->block.block_size - 1);
		rc = nvme_run(ns->nvme, &ns->nvme->io, &cmd);
	}
	dma_unmap(&map);
	return rc;
}

static int transfer(struct block_device *dev, u8 opcode, u64 lba, u64 count, phys_addr_t buf)
{
	u64 left = count * dev->block_size;
	u32 part;
	int rc;

	for (; left; left -= part, buf += part, lba += part / dev->block_size) {
		rc = transfer_part(to_namespace(dev), opcode, lba, buf, left, &part);
		if (rc) {
			pr_err("%s: block %llu: error %d", dev->name, (unsigned long long)lba, rc);
			return rc;
		}
	}
	return 0;
}

static int nvme_read(struct block_device *dev, u64 lba, u64 count, void *buf)
{
	return transfer(dev, NVME_CMD_READ, lba, count, (uintptr_t)buf);
}

static int nvme_write(struct block_device *dev, u64 lba, u64 count, const void *buf)
{
	return transfer(dev, NVME_CMD_WRITE, lba, count, (uintptr_t)buf);
}

static int nvme_flush(struct block_device *dev)
{
	struct nvme_namespace *ns = to_namespace(dev);
	struct nvme_command cmd = {
		.opcode = NVME_CMD_FLUSH,
		.nsid = cpu_to_le32(dev->nvme.id),
	};

	return nvme_run(ns->nvme, &ns->nvme->io, &cmd);
}

static void nvme_quiesce(struct block_device *dev)
{
	struct nvme *nvme = to_namespace(dev)->nvme;

	if (!nvme->dead)
		nvme_stop(nvme);
}

static const struct block_ops nvme_ops = {
	.read = nvme_read,
	.write = nvme_write,
	.flush = nvme_flush,
	.quiesce = nvme_quiesce,
};

/* Return: 0, or -ENODEV if its blocks are of no use. */
static int read_format(struct block_device *block, const u8 *data)
{
	u8 flbas = data[NVME_ID_NS_FLBAS];
	u32 format = get_le32(data + NVME_ID_NS_LBAF(NVME_FLBAS_INDEX(flbas)));

	block->blocks = get_le64(data + NVME_ID_NS_NSZE);
	if (block->blocks == 0)
		return -ENODEV;
	if (NVME_LBAF_MS(format) && (flbas & NVME_FLBAS_EXTENDED)) {
		pr_warn("%s: blocks with metadata are not read", block->name);
		return -ENODEV;
	}
	block->block_size = NVME_LBAF_LBADS(format) < 32 ? 1u << NVME_LBAF_LBADS(format) : 0;
	block->read_only = data[NVME_ID_NS_NSATTR] & NVME_NSATTR_WRITE_PROTECTED;
	memcpy(block->nvme.eui64, data + NVME_ID_NS_EUI64, sizeof(block->nvme.eui64));
	return 0;
}

int nvme_namespace_attach(struct nvme *nvme, u32 nsid, u8 *data)
{
	struct nvme_namespace *ns;
	int rc;

	rc = nvme_identify(nvme, NVME_IDENTIFY_NAMESPACE, nsid, data);
	if (rc) {
		pr_err("%s: namespace %u: error %d", nvme->name, nsid, rc);
		return rc;
	}
	ns = heap_alloc(sizeof(*ns));
	if (!ns)
		return -ENOMEM;
	ns->nvme = nvme;
	ns->block.ops = &nvme_ops;
	ns->block.pci = nvme->pci;
	ns->block.bus = BLOCK_BUS_NVME;
	ns->block.nvme.id = nsid;
	ns->block.align = 4;
	snprintf(ns->block.name, sizeof(ns->block.name), "%s:%u", nvme->name, nsid);
	rc = read_format(&ns->block, data);
	/* A block that no command can carry is as bad as one of a wrong size. */
	if (rc == 0 && ns->block.block_size > nvme->transfer_max)
		ns->block.block_size = 0;
	if (rc == 0)
		rc = block_register(&ns->block);
	if (rc)
		heap_free(ns);
	return rc;
}
