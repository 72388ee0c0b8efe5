/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * NVM Express controllers: start, queues, list of namespaces.
 * Document: NVM Express Base Specification 1.4, sections 3.1, 5.3, 5.4, 5.15 and
 * 7.6.1 (start).
 */
#define pr_fmt(fmt) "nvme: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/alloc.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/printf.h>
#include <fw/string.h>

#include "nvme.h"

HOST_INPUT_OTHER(nvme, common, CHECKED, 0, 0, "NVMe devices");

#define QUEUES		2
#define TO_UNIT_MS	500
/* What one page of addresses can tell of, whatever the alignment. */
#define TRANSFER_MAX	((NVME_PAGE / 8 - 1) * NVME_PAGE)
#define NAMESPACES_MAX	32

static int wait_ready(struct nvme *nvme, bool ready)
{
	u64 deadline = deadline_in(rdtsc(), (NVME_CAP_TO(nvme->cap) + 1) * TO_UNIT_MS);
	u32 status;

	for (;;) {
		status = readl(nvme->regs + NVME_CSTS);
		if ((status & NVME_CSTS_RDY) == (ready ? NVME_CSTS_RDY : 0u))
			return 0;
		if ((ready && (status & NVME_CSTS_CFS)) || deadline_passed(deadline, rdtsc()))
			return -ETIMEDOUT;
		cpu_relax();
	}
}

int nvme_stop(struct nvme *nvme)
{
	int rc;

	nvme->dead = true;
	writel(0, nvme->regs + NVME_CC);
	rc = wait_ready(nvme, false);
	if (rc) {
		pr_err("%s: does not stop", nvme->name);
		/* The memory that it may still know has other uses. */
		pci_clear_master(nvme->pci);
	}
	return rc;
}

static void write_address(struct nvme *nvme, phys_addr_t addr, u32 reg)
{
	writel((u32)addr, nvme->regs + reg);
	writel((u32)(addr >> 32), nvme->regs + reg + 4);
}

static int enable(struct nvme *nvme)
{
	u16 size = (u16)MIN(NVME_CAP_MQES(nvme->cap) + 1, (u32)NVME_QUEUE_SIZE);
	int rc = 0;

	if (readl(nvme->regs + NVME_CC) & NVME_CC_ENABLE)
		rc = nvme_stop(nvme);
	if (rc == 0)
		rc = nvme_queue_init(nvme, &nvme->admin, 0, size);
	if (rc == 0)
		rc = nvme_queue_init(nvme, &nvme->io, 1, size);
	if (rc)
		return rc;
	writel((u32)(size - 1) << 16 | (size - 1), nvme->regs + NVME_AQA);
	write_address(nvme, nvme->admin.submit_dev, NVME_ASQ);
	write_address(nvme, nvme->admin.complete_dev, NVME_ACQ);
	nvme->dead = false;
	writel(NVME_CC_ENABLE | NVME_CC_IOSQES(6) | NVME_CC_IOCQES(4), nvme->regs + NVME_CC);
	rc = wait_ready(nvme, true);
	if (rc)
		pr_err("%s: does not start", nvme->name);
	return rc;
}

int nvme_identify(struct nvme *nvme, u32 what, u32 nsid, u8 *data)
{
	struct nvme_command cmd = {
		.opcode = NVME_ADMIN_IDENTIFY,
		.nsid = cpu_to_le32(nsid),
		.prp1 = cpu_to_le64(nvme->page_dev),
		.dw10 = cpu_to_le32(what),
	};
	int rc;

	memset(nvme->page, 0, NVME_IDENTIFY_SIZE);
	rc = nvme_run(nvme, &nvme->admin, &cmd);
	if (rc == 0)
		memcpy(data, nvme->page, NVME_IDENTIFY_SIZE);
	return rc;
}

static int create_io_queue(struct nvme *nvme)
{
	u32 size_id = (u32)(nvme->io.size - 1) << 16 | 1;
	struct nvme_command cq = {
		.opcode = NVME_ADMIN_CREATE_CQ,
		.prp1 = cpu_to_le64(nvme->io.complete_dev),
		.dw10 = cpu_to_le32(size_id),
		.dw11 = cpu_to_le32(NVME_QUEUE_CONTIGUOUS),
	};
	struct nvme_command sq = {
		.opcode = NVME_ADMIN_CREATE_SQ,
		.prp1 = cpu_to_le64(nvme->io.submit_dev),
		.dw10 = cpu_to_le32(size_id),
		.dw11 = cpu_to_le32(1u << 16 | NVME_QUEUE_CONTIGUOUS),
	};
	int rc;

	rc = nvme_run(nvme, &nvme->admin, &cq);
	if (rc == 0)
		rc = nvme_run(nvme, &nvme->admin, &sq);
	if (rc)
		pr_err("%s: queue refused", nvme->name);
	return rc;
}

/* The smallest page is the unit of the limit, and 0 is none. */
static void read_limits(struct nvme *nvme, const u8 *data)
{
	u32 shift = data[NVME_ID_CTRL_MDTS] + 12 + NVME_CAP_MPSMIN(nvme->cap);

	nvme->transfer_max = TRANSFER_MAX;
	if (data[NVME_ID_CTRL_MDTS] && shift < 31 && 1u << shift < TRANSFER_MAX)
		nvme->transfer_max = 1u << shift;
}

/* Return: how many namespaces are in use, or -Exxx. */
static int scan(struct nvme *nvme, u8 *data)
{
	u32 nsid[NAMESPACES_MAX];
	unsigned int i, used = 0;
	int rc;

	rc = nvme_identify(nvme, NVME_IDENTIFY_CONTROLLER, 0, data);
	if (rc == 0) {
		read_limits(nvme, data);
		rc = create_io_queue(nvme);
	}
	if (rc == 0)
		rc = nvme_identify(nvme, NVME_IDENTIFY_ACTIVE, 0, data);
	if (rc)
		return rc;
	for (i = 0; i < NAMESPACES_MAX; i++)
		nsid[i] = get_le32(data + 4 * i);
	for (i = 0; i < NAMESPACES_MAX && nsid[i] && !nvme->dead; i++) {
		if (nvme_namespace_attach(nvme, nsid[i], data) == 0)
			used++;
	}
	return (int)used;
}

static int start(struct nvme *nvme)
{
	u8 *data;
	int rc;

	nvme->cap = readl(nvme->regs + NVME_CAP);
	nvme->cap |= (u64)readl(nvme->regs + NVME_CAP + 4) << 32;
	if (!NVME_CAP_NVM(nvme->cap) || NVME_CAP_MPSMIN(nvme->cap) != 0 ||
	    NVME_CAP_MQES(nvme->cap) == 0 ||
	    NVME_DOORBELLS + 2 * QUEUES * (4ull << NVME_CAP_DSTRD(nvme->cap)) >
	    nvme->pci->bar[0].size) {
		pr_err("%s: capabilities 0x%llx cannot be used", nvme->name,
		       (unsigned long long)nvme->cap);
		return -ENODEV;
	}
	nvme->page = dma_alloc(NVME_PAGE, &nvme->page_dev);
	data = heap_alloc(NVME_IDENTIFY_SIZE);
	rc = nvme->page && data ? enable(nvme) : -ENOMEM;
	if (rc == 0)
		rc = scan(nvme, data);
	heap_free(data);
	return rc;
}

static int nvme_probe(struct pci_dev *pci)
{
	struct nvme *nvme = heap_alloc(sizeof(*nvme));
	int rc = -ENODEV;

	if (!nvme)
		return -ENOMEM;
	snprintf(nvme->name, sizeof(nvme->name), "nvme %02x:%02x.%x", PCI_BDF_BUS(pci->bdf),
		 PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf));
	nvme->pci = pci;
	nvme->dead = true;
	nvme->regs = pci_map_bar(pci, 0, 0, MAX(pci->bar[0].size, (u64)NVME_DOORBELLS));
	if (nvme->regs) {
		pci_set_master(pci);
		rc = start(nvme);
		if (rc > 0)
			return 0;
		nvme_stop(nvme);
	}
	nvme_queue_free(&nvme->admin);
	nvme_queue_free(&nvme->io);
	dma_free(nvme->page, NVME_PAGE);
	heap_free(nvme);
	return rc;
}

static const struct pci_driver nvme_driver = {
	.name = "nvme",
	.class_code = PCI_CLASS_NVME,
	.probe = nvme_probe,
};
PCI_DRIVER(40, nvme_driver);
