/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * NVM Express queues: one command at a time, polled in memory.
 * Document: NVM Express Base Specification 1.4, chapter 4.
 */
#define pr_fmt(fmt) "nvme: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "nvme.h"

#define COMMAND_MS	10000

int nvme_queue_init(struct nvme *nvme, struct nvme_queue *q, unsigned int id, u16 size)
{
	u32 stride = 4u << NVME_CAP_DSTRD(nvme->cap);

	q->submit = dma_alloc(NVME_PAGE, &q->submit_dev);
	q->complete = dma_alloc(NVME_PAGE, &q->complete_dev);
	if (!q->submit || !q->complete)
		return -ENOMEM;
	q->size = size;
	q->phase = NVME_STATUS_PHASE;
	q->tail_bell = nvme->regs + NVME_DOORBELLS + 2 * id * stride;
	q->head_bell = nvme->regs + NVME_DOORBELLS + (2 * id + 1) * stride;
	return 0;
}

void nvme_queue_free(struct nvme_queue *q)
{
	dma_free(q->submit, NVME_PAGE);
	dma_free(q->complete, NVME_PAGE);
}

/*
 * The controller may use entries again up to where the head was last told. With one
 * command at a time it never needs that before half of them are seen.
 */
static void advance_head(struct nvme_queue *q)
{
	if (++q->head == q->size) {
		q->head = 0;
		q->phase ^= NVME_STATUS_PHASE;
	}
	if (++q->unseen >= q->size / 2) {
		writel(q->head, q->head_bell);
		q->unseen = 0;
	}
}

static int wait_completion(struct nvme *nvme, struct nvme_queue *q, struct nvme_completion *done)
{
	const volatile struct nvme_completion *entry = &q->complete[q->head];
	u64 deadline = deadline_in(rdtsc(), COMMAND_MS);

	for (;;) {
		done->status = entry->status;
		if ((le16_to_cpu(done->status) & NVME_STATUS_PHASE) == q->phase)
			break;
		if (deadline_passed(deadline, rdtsc())) {
			pr_err("%s: no answer", nvme->name);
			return -ETIMEDOUT;
		}
		cpu_relax();
	}
	barrier();
	done->id = entry->id;
	return 0;
}

int nvme_run(struct nvme *nvme, struct nvme_queue *q, struct nvme_command *cmd)
{
	struct nvme_completion done;
	u16 id = q->tail;
	int rc;

	if (nvme->dead)
		return -EIO;
	cmd->id = cpu_to_le16(id);
	memcpy(&q->submit[q->tail], cmd, sizeof(*cmd));
	q->tail = (u16)((q->tail + 1) % q->size);
	barrier();
	writel(q->tail, q->tail_bell);
	rc = wait_completion(nvme, q, &done);
	if (rc == 0 && le16_to_cpu(done.id) != id) {
		pr_err("%s: command %u, which is not under way, is done", nvme->name,
		       le16_to_cpu(done.id));
		rc = -EIO;
	}
	if (rc) {
		nvme_stop(nvme);
		return rc;
	}
	advance_head(q);
	return le16_to_cpu(done.status) & ~NVME_STATUS_PHASE ? -EIO : 0;
}
