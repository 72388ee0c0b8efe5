/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio SCSI host adapter: one request queue, one command at a time.
 * Document: OASIS VIRTIO 1.2, section 5.6.
 */
#define pr_fmt(fmt) "virtio-scsi: " fmt

#include <fw/alloc.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/printf.h>
#include <fw/scsi.h>
#include <fw/string.h>
#include <fw/virtio.h>

#define QUEUE_SIZE	4	/* three descriptors are in use */
#define TIMEOUT_MS	10000
#define TRANSFER_MAX	((u32)MiB(4))
#define TRANSFER_BOUNCED ((u32)KiB(256))	/* a part of the smallest pool */
#define TRANSFER_MIN	((u32)KiB(64))

/* Each target costs an exit, whether it is there or not. */
#define TARGETS_MAX	64
#define LUNS_MAX	16

/* What the device sees of a command, besides the data. */
struct request {
	struct virtio_scsi_request head;
	struct virtio_scsi_response response;
};

struct virtio_scsi {
	struct virtio_dev vdev;
	struct virtq queue;
	struct request *request;
	phys_addr_t request_dev;
	u32 transfer_max;
	char name[20];
};

static void fill_request(struct request *request, const struct scsi_device *sdev,
			 const struct scsi_cmd *cmd)
{
	u16 lun = sdev->block.scsi.lun;

	memset(request, 0, sizeof(*request));
	request->head.lun[0] = 1;
	request->head.lun[1] = (u8)sdev->block.scsi.target;
	request->head.lun[2] = (u8)(0x40 | lun >> 8);
	request->head.lun[3] = (u8)lun;
	memcpy(request->head.cdb, cmd->cdb, sizeof(cmd->cdb));
	request->response.response = 0xff;
}

static int read_response(struct scsi_cmd *cmd, const struct request *request)
{
	struct virtio_scsi_response r;
	u32 residual;

	memcpy(&r, &request->response, sizeof(r));
	barrier();
	switch (r.response) {
	case VIRTIO_SCSI_S_OK:
	case VIRTIO_SCSI_S_OVERRUN:
		break;
	case VIRTIO_SCSI_S_BAD_TARGET:
	case VIRTIO_SCSI_S_INCORRECT_LUN:
		return -ENODEV;
	case VIRTIO_SCSI_S_BUSY:
		cmd->status = SCSI_STATUS_BUSY;
		return 0;
	case VIRTIO_SCSI_S_RESET:
		/* As if it had said so itself: the command can be given again. */
		cmd->status = SCSI_STATUS_CHECK;
		cmd->sense[2] = SCSI_SENSE_UNIT_ATTENTION;
		return 0;
	default:
		return -EIO;
	}
	cmd->status = r.status;
	if (r.status == SCSI_STATUS_CHECK)
		memcpy(cmd->sense, r.sense, MIN(le32_to_cpu(r.sense_len), (u32)sizeof(cmd->sense)));
	residual = le32_to_cpu(r.residual);
	cmd->done = residual > cmd->len ? 0 : cmd->len - residual;
	return 0;
}

static int run_request(struct virtio_scsi *vscsi, const struct virtq_buf *data,
		       enum dma_dir dir)
{
	const phys_addr_t base = vscsi->request_dev;
	struct virtq_buf bufs[3];
	unsigned int n = 0, out = 1;
	int rc;

	bufs[n++] = (struct virtq_buf) { base, sizeof(vscsi->request->head) };
	if (data->len && dir == DMA_TO_DEVICE) {
		bufs[n++] = *data;
		out++;
	}
	bufs[n++] = (struct virtq_buf) {
		base + offsetof(struct request, response), sizeof(vscsi->request->response)
	};
	if (data->len && dir != DMA_TO_DEVICE)
		bufs[n++] = *data;
	rc = virtq_run(&vscsi->queue, bufs, out, n - out, NULL, TIMEOUT_MS);
	if (rc) {
		vscsi->queue.broken = true;
		virtio_reset(&vscsi->vdev);
	}
	return rc;
}

static int virtio_scsi_run(struct scsi_device *sdev, struct scsi_cmd *cmd)
{
	struct virtio_scsi *vscsi = sdev->host;
	struct virtq_buf data;
	struct dma_mapping map;
	int rc;

	fill_request(vscsi->request, sdev, cmd);
	rc = dma_map(&map, (uintptr_t)cmd->buf, cmd->len, cmd->dir);
	if (rc)
		return rc;
	data = (struct virtq_buf) { map.addr, cmd->len };
	rc = map.len < cmd->len ? -ENOMEM : run_request(vscsi, &data, cmd->dir);
	dma_unmap(&map);
	return rc ? rc : read_response(cmd, vscsi->request);
}

/* Once is enough, but it does no harm to do it for each unit. */
static void virtio_scsi_quiesce(struct scsi_device *sdev)
{
	struct virtio_scsi *vscsi = sdev->host;

	if (vscsi->queue.broken)
		return;
	vscsi->queue.broken = true;
	virtio_reset(&vscsi->vdev);
}

static const struct scsi_ops virtio_scsi_ops = {
	.run = virtio_scsi_run,
	.quiesce = virtio_scsi_quiesce,
};

static void init_unit(struct scsi_device *sdev, struct virtio_scsi *vscsi, u16 target, u16 lun)
{
	*sdev = (struct scsi_device) {
		.ops = &virtio_scsi_ops,
		.host = vscsi,
		.transfer_max = vscsi->transfer_max,
		.block = {
			.pci = vscsi->vdev.pci,
			.bus = BLOCK_BUS_SCSI,
			.scsi = { .target = target, .lun = lun },
		},
	};
	snprintf(sdev->block.name, sizeof(sdev->block.name), "%s %u:%u", vscsi->name, target, lun);
}

/* Return: units that are in use now, or -Exxx if the adapter cannot go on. */
static int scan_target(struct virtio_scsi *vscsi, u16 target)
{
	struct scsi_device any, *sdev;
	u16 lun[LUNS_MAX];
	int i, rc, count, used = 0;

	init_unit(&any, vscsi, target, 0);
	count = scsi_report_luns(&any, lun, LUNS_MAX);
	if (count < 0)
		return vscsi->queue.broken ? count : 0;
	for (i = 0; i < count && !vscsi->queue.broken; i++) {
		sdev = heap_alloc(sizeof(*sdev));
		if (!sdev)
			return -ENOMEM;
		init_unit(sdev, vscsi, target, lun[i]);
		rc = scsi_attach(sdev);
		if (rc)
			heap_free(sdev);
		else
			used++;
	}
	return used;
}

static int scan(struct virtio_scsi *vscsi)
{
	u16 last = virtio_config_read16(&vscsi->vdev, VIRTIO_SCSI_MAX_TARGET);
	int rc, used = 0;
	u16 target;

	for (target = 0; target <= last && target < TARGETS_MAX; target++) {
		rc = scan_target(vscsi, target);
		if (rc < 0)
			return used ? used : rc;
		used += rc;
	}
	return used;
}

static void read_limits(struct virtio_scsi *vscsi)
{
	u64 max = (u64)virtio_config_read32(&vscsi->vdev, VIRTIO_SCSI_MAX_SECTORS) * 512;

	vscsi->transfer_max = dma_is_bounced() ? TRANSFER_BOUNCED : TRANSFER_MAX;
	if (max < vscsi->transfer_max)
		vscsi->transfer_max = MAX((u32)max, TRANSFER_MIN);
}

/* Return: units in use, or -Exxx. */
static int start(struct virtio_scsi *vscsi, struct pci_dev *pci)
{
	int rc = virtio_open(&vscsi->vdev, pci, 0);

	if (rc)
		return rc;
	vscsi->request = dma_alloc(sizeof(*vscsi->request), &vscsi->request_dev);
	if (!vscsi->request)
		return -ENOMEM;
	rc = virtq_init(&vscsi->queue, &vscsi->vdev, VIRTIO_SCSI_QUEUE_REQUEST, QUEUE_SIZE);
	if (rc)
		return rc;
	read_limits(vscsi);
	virtio_start(&vscsi->vdev);
	return scan(vscsi);
}

static int virtio_scsi_probe(struct pci_dev *pci)
{
	struct virtio_scsi *vscsi = heap_alloc(sizeof(*vscsi));
	int rc;

	if (!vscsi)
		return -ENOMEM;
	snprintf(vscsi->name, sizeof(vscsi->name), "virtio-scsi %02x:%02x.%x",
		 PCI_BDF_BUS(pci->bdf), PCI_BDF_DEV(pci->bdf), PCI_BDF_FN(pci->bdf));
	vscsi->vdev.name = vscsi->name;
	rc = start(vscsi, pci);
	if (rc > 0)
		return 0;
	if (vscsi->request)
		virtio_reset(&vscsi->vdev);
	virtq_free(&vscsi->queue);
	dma_free(vscsi->request, sizeof(*vscsi->request));
	heap_free(vscsi);
	return rc;
}

static const u32 virtio_scsi_ids[] = {
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_TRANSITIONAL_SCSI),
	PCI_ID(VIRTIO_PCI_VENDOR, VIRTIO_PCI_DEVICE(VIRTIO_TYPE_SCSI)),
	0
};

static const struct pci_driver virtio_scsi_driver = {
	.name = "virtio-scsi",
	.ids = virtio_scsi_ids,
	.probe = virtio_scsi_probe,
};
PCI_DRIVER(30, virtio_scsi_driver);
