/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* An NVM Express controller: queues and namespaces. */
#ifndef DRIVERS_NVME_NVME_H
#define DRIVERS_NVME_NVME_H

#include <fw/block.h>
#include <fw/dma.h>
#include <spec/nvme.h>

#define NVME_PAGE	((u32)4096)	/* what CC.MPS = 0 says */
/* One page each: 64 entries of 64 bytes. */
#define NVME_QUEUE_SIZE	64

/**
 * struct nvme_queue - a submission queue and its completion queue
 * @submit, @submit_dev, @complete, @complete_dev: memory, for us and for the device
 * @tail_bell, @head_bell: registers
 * @size:  entries of each
 * @tail, @head: next entry to write, and to look at
 * @phase: of an entry that is new
 * @unseen: completions whose entries the device may not use again yet
 */
struct nvme_queue {
	struct nvme_command *submit;
	phys_addr_t submit_dev;
	struct nvme_completion *complete;
	phys_addr_t complete_dev;
	u8 __iomem *tail_bell;
	u8 __iomem *head_bell;
	u16 size;
	u16 tail, head;
	u16 phase;
	u16 unseen;
};

/**
 * struct nvme - a controller
 * @pci:   function
 * @regs:  registers
 * @admin, @io: queues
 * @page, @page_dev: a page for lists of addresses and what is identified
 * @cap:   capabilities
 * @transfer_max: bytes of a command
 * @dead:  it did not answer in time, broke the rules, or is not to be used any more
 * @name:  for the log
 */
struct nvme {
	struct pci_dev *pci;
	u8 __iomem *regs;
	struct nvme_queue admin, io;
	void *page;
	phys_addr_t page_dev;
	u64 cap;
	u32 transfer_max;
	bool dead;
	char name[24];
};

/** nvme_queue_init() - memory and registers of queue @id of @size entries; 0 or -Exxx */
int nvme_queue_init(struct nvme *nvme, struct nvme_queue *q, unsigned int id, u16 size);

/** nvme_queue_free() - give its memory back; the controller is off */
void nvme_queue_free(struct nvme_queue *q);

/**
 * nvme_run() - carry out a command
 * @nvme: controller
 * @q:    one of its queues
 * @cmd:  command; its id is filled in
 *
 * Return: 0, -EIO, or -ETIMEDOUT, after which the controller is off.
 */
int nvme_run(struct nvme *nvme, struct nvme_queue *q, struct nvme_command *cmd);

/**
 * nvme_identify() - ask what something is
 * @what: NVME_IDENTIFY_*
 *
 * Return: 0 with the answer in a copy at @data of NVME_IDENTIFY_SIZE bytes, or -Exxx.
 */
int nvme_identify(struct nvme *nvme, u32 what, u32 nsid, u8 *data);

/**
 * nvme_stop() - switch a controller off, which ends its accesses to memory
 *
 * Return: 0, or -ETIMEDOUT with the reason logged.
 */
int nvme_stop(struct nvme *nvme);

/** nvme_namespace_attach() - register a namespace; 0, -ENODEV or -Exxx; @data is scratch */
int nvme_namespace_attach(struct nvme *nvme, u32 nsid, u8 *data);

#endif
