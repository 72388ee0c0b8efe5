/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Split virtqueues, polled. All that the driver relies on is kept in struct virtq;
 * of the shared memory only what the device has to say is read, each field once.
 *
 * A processor of this kind keeps the order of stores and the order of loads, so
 * that the compiler is all that barriers have to hold back.
 * Document: OASIS VIRTIO 1.2, section 2.7.
 */
#define pr_fmt(fmt) "virtio: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/deadline.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/virtio.h>

/* 2.7: the descriptors need 16, the others 2 and 4. */
#define PART_ALIGN	64

#define READ_ONCE_LE16(x)	le16_to_cpu(*(const volatile le16 *)&(x))
#define READ_ONCE_LE32(x)	le32_to_cpu(*(const volatile le32 *)&(x))
#define WRITE_ONCE_LE16(x, v)	(*(volatile le16 *)&(x) = cpu_to_le16(v))

static int alloc_rings(struct virtq *q, phys_addr_t *desc, phys_addr_t *avail,
		       phys_addr_t *used)
{
	size_t avail_at = ALIGN_UP(q->size * sizeof(struct virtq_desc), PART_ALIGN);
	size_t used_at = avail_at + ALIGN_UP(sizeof(struct virtq_avail) +
					     (q->size + 1u) * sizeof(le16), PART_ALIGN);
	u8 *memory;

	q->memory_size = used_at + sizeof(struct virtq_used) +
			 q->size * sizeof(struct virtq_used_elem) + sizeof(le16);
	memory = dma_alloc(q->memory_size, desc);
	if (!memory)
		return -ENOMEM;
	*avail = *desc + avail_at;
	*used = *desc + used_at;
	q->memory = memory;
	q->desc = (void *)memory;
	q->avail = (void *)(memory + avail_at);
	q->used = (void *)(memory + used_at);
	q->avail->flags = cpu_to_le16(VIRTQ_AVAIL_F_NO_INTERRUPT);
	return 0;
}

static void write_address(struct virtio_dev *vdev, u32 reg, phys_addr_t addr)
{
	writel((u32)addr, vdev->common + reg);
	writel((u32)(addr >> 32), vdev->common + reg + 4);
}

/* The register for this queue must lie inside the region that the device named. */
static int find_bell(struct virtq *q)
{
	struct virtio_dev *vdev = q->vdev;
	u64 offset = (u64)readw(vdev->common + VIRTIO_QUEUE_NOTIFY_OFF) * vdev->multiplier;

	if (vdev->notify_len < 2 || offset > vdev->notify_len - 2u) {
		pr_err("%s: queue %u has its notifications outside", vdev->name, q->index);
		return -EPROTO;
	}
	q->bell = vdev->notify + offset;
	return 0;
}

/* The largest power of two in what the device offers and the caller wants. */
static int choose_size(struct virtq *q, u16 wanted)
{
	u16 max = readw(q->vdev->common + VIRTIO_QUEUE_SIZE);

	for (q->size = wanted; q->size > max; q->size /= 2)
		;
	if (q->size == 0) {
		pr_err("%s: no queue %u", q->vdev->name, q->index);
		return -ENODEV;
	}
	if (q->size != max)
		writew(q->size, q->vdev->common + VIRTIO_QUEUE_SIZE);
	return 0;
}

int virtq_init(struct virtq *q, struct virtio_dev *vdev, u16 index, u16 size)
{
	phys_addr_t desc, avail, used;
	u16 i;
	int rc;

	*q = (struct virtq) { .vdev = vdev, .index = index };
	writew(index, vdev->common + VIRTIO_QUEUE_SELECT);
	rc = choose_size(q, MIN(size, (u16)VIRTQ_SIZE_MAX));
	if (rc == 0)
		rc = find_bell(q);
	if (rc == 0)
		rc = alloc_rings(q, &desc, &avail, &used);
	if (rc)
		return rc;
	for (i = 0; i < q->size; i++)
		q->next[i] = i + 1;
	q->free_count = q->size;
	write_address(vdev, VIRTIO_QUEUE_DESC, desc);
	write_address(vdev, VIRTIO_QUEUE_DRIVER, avail);
	write_address(vdev, VIRTIO_QUEUE_DEVICE, used);
	writew(1, vdev->common + VIRTIO_QUEUE_ENABLE);
	return 0;
}

void virtq_free(struct virtq *q)
{
	dma_free(q->memory, q->memory_size);
	q->memory = NULL;
	q->broken = true;
}

int virtq_add(struct virtq *q, const struct virtq_buf *bufs, unsigned int out, unsigned int in)
{
	unsigned int i, count = out + in;
	u16 d = q->free, head = q->free;
	u16 flags;

	if (q->broken || count == 0)
		return -EIO;
	if (count > q->free_count)
		return -ENOSPC;
	for (i = 0; i < count; i++) {
		flags = i < out ? 0 : VIRTQ_DESC_F_WRITE;
		if (i + 1 < count)
			flags |= VIRTQ_DESC_F_NEXT;
		q->desc[d].addr = cpu_to_le64(bufs[i].addr);
		q->desc[d].len = cpu_to_le32(bufs[i].len);
		q->desc[d].flags = cpu_to_le16(flags);
		q->desc[d].next = cpu_to_le16(q->next[d]);
		d = q->next[d];
	}
	q->free = d;
	q->free_count -= (u16)count;
	q->count[head] = (u16)count;
	q->avail->ring[q->avail_idx % q->size] = cpu_to_le16(head);
	q->avail_idx++;
	barrier();
	WRITE_ONCE_LE16(q->avail->idx, q->avail_idx);
	return head;
}

void virtq_kick(struct virtq *q)
{
	barrier();
	if (!q->broken)
		writew(q->index, q->bell);
}

/* @head heads a request that the device has; its descriptors become free. */
static void free_chain(struct virtq *q, u16 head)
{
	u16 i, last = head;

	for (i = 1; i < q->count[head]; i++)
		last = q->next[last];
	q->next[last] = q->free;
	q->free = head;
	q->free_count += q->count[head];
	q->count[head] = 0;
}

/* How many requests the device says are done: at most one for each used descriptor. */
static int count_done(struct virtq *q)
{
	u16 done = READ_ONCE_LE16(q->used->idx) - q->used_idx;

	if (done <= q->size - q->free_count)
		return done;
	pr_err("%s: %u requests are done, more than queue %u has", q->vdev->name, done, q->index);
	q->broken = true;
	return -EIO;
}

int virtq_poll(struct virtq *q, u32 *len)
{
	const struct virtq_used_elem *elem;
	u32 id, written;
	int done;

	if (q->broken)
		return -EIO;
	done = count_done(q);
	if (done <= 0)
		return done ? done : -ENOENT;
	barrier();
	elem = &q->used->ring[q->used_idx % q->size];
	id = READ_ONCE_LE32(elem->id);
	written = READ_ONCE_LE32(elem->len);
	if (id >= q->size || q->count[id] == 0) {
		pr_err("%s: request %u, which queue %u does not have, is done", q->vdev->name, id,
		       q->index);
		q->broken = true;
		return -EIO;
	}
	q->used_idx++;
	free_chain(q, (u16)id);
	if (len)
		*len = written;
	return (int)id;
}

int virtq_run(struct virtq *q, const struct virtq_buf *bufs, unsigned int out,
	      unsigned int in, u32 *len, u32 ms)
{
	u64 deadline;
	int rc;

	rc = virtq_add(q, bufs, out, in);
	if (rc < 0)
		return rc;
	virtq_kick(q);
	deadline = deadline_in(rdtsc(), ms);
	for (;;) {
		rc = virtq_poll(q, len);
		if (rc != -ENOENT)
			return rc < 0 ? rc : 0;
		if (deadline_passed(deadline, rdtsc()))
			break;
		cpu_relax();
	}
	pr_err("%s: no answer on queue %u", q->vdev->name, q->index);
	q->broken = true;
	return -ETIMEDOUT;
}
