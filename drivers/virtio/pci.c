/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Virtio over PCI, modern interface: where the registers are, reset, features.
 * Document: OASIS VIRTIO 1.2, sections 3.1.1 and 4.1.
 */
#define pr_fmt(fmt) "virtio: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/deadline.h>
#include <fw/errno.h>
#include <fw/host_input.h>
#include <fw/log.h>
#include <fw/pci.h>
#include <fw/virtio.h>
#include <spec/pci.h>

HOST_INPUT_OTHER(virtio, common, CHECKED, 0, 0, "virtio devices");

#define RESET_MS	1000
#define CAPS_MAX	16
#define GENERATION_TRIES 8

/* What capabilities say; bit i of @found is set for type i. */
struct virtio_regs {
	unsigned int found;
	struct {
		u8 bar;
		u32 offset, length;
	} region[VIRTIO_PCI_CAP_DEVICE + 1];
	u32 multiplier;
};

static void read_cap(const struct pci_dev *pci, u8 cap, struct virtio_regs *regs)
{
	u32 head = pci_read32(pci->bdf, cap);
	u8 type = (u8)(head >> 8 * VIRTIO_PCI_CAP_TYPE);

	/* The driver shall take the first one of a type (4.1.4.1). */
	if (type < VIRTIO_PCI_CAP_COMMON || type > VIRTIO_PCI_CAP_DEVICE ||
	    type == VIRTIO_PCI_CAP_ISR || (regs->found & 1u << type) ||
	    cap + VIRTIO_PCI_CAP_SIZE > 0x100)
		return;
	regs->region[type].bar = pci_read8(pci->bdf, cap + VIRTIO_PCI_CAP_BAR);
	/* Other numbers are for later versions of the specification. */
	if (regs->region[type].bar >= PCI_BARS)
		return;
	regs->region[type].offset = pci_read32(pci->bdf, cap + VIRTIO_PCI_CAP_OFFSET);
	regs->region[type].length = pci_read32(pci->bdf, cap + VIRTIO_PCI_CAP_LENGTH);
	if (type == VIRTIO_PCI_CAP_NOTIFY && cap + VIRTIO_PCI_CAP_MULTIPLIER + 4 <= 0x100)
		regs->multiplier = pci_read32(pci->bdf, cap + VIRTIO_PCI_CAP_MULTIPLIER);
	regs->found |= 1u << type;
}

static void __iomem *map_region(struct virtio_dev *vdev, const struct virtio_regs *regs,
				unsigned int type)
{
	return pci_map_bar(vdev->pci, regs->region[type].bar, regs->region[type].offset,
			   regs->region[type].length);
}

static int find_registers(struct virtio_dev *vdev)
{
	struct virtio_regs regs = { 0 };
	unsigned int i;
	u8 cap = 0;

	for (i = 0; i < CAPS_MAX; i++) {
		cap = pci_find_cap(vdev->pci, PCI_CAP_ID_VENDOR, cap);
		if (!cap)
			break;
		read_cap(vdev->pci, cap, &regs);
	}
	if (!(regs.found & 1u << VIRTIO_PCI_CAP_COMMON) ||
	    !(regs.found & 1u << VIRTIO_PCI_CAP_NOTIFY) ||
	    regs.region[VIRTIO_PCI_CAP_COMMON].length < VIRTIO_COMMON_SIZE) {
		pr_err("%s: no registers of virtio 1.0", vdev->name);
		return -ENODEV;
	}
	vdev->common = map_region(vdev, &regs, VIRTIO_PCI_CAP_COMMON);
	vdev->notify = map_region(vdev, &regs, VIRTIO_PCI_CAP_NOTIFY);
	vdev->notify_len = regs.region[VIRTIO_PCI_CAP_NOTIFY].length;
	vdev->multiplier = regs.multiplier;
	if (!vdev->common || !vdev->notify)
		return -ENODEV;
	if (regs.found & 1u << VIRTIO_PCI_CAP_DEVICE) {
		vdev->config = map_region(vdev, &regs, VIRTIO_PCI_CAP_DEVICE);
		vdev->config_len = regs.region[VIRTIO_PCI_CAP_DEVICE].length;
		if (!vdev->config)
			return -ENODEV;
	}
	return 0;
}

/* The status that the driver has built up is what the device shows. */
static void set_status(struct virtio_dev *vdev, u8 status)
{
	writeb(status, vdev->common + VIRTIO_DEVICE_STATUS);
}

int virtio_reset(struct virtio_dev *vdev)
{
	u64 deadline = deadline_in(rdtsc(), RESET_MS);

	set_status(vdev, 0);
	while (readb(vdev->common + VIRTIO_DEVICE_STATUS) != 0) {
		if (deadline_passed(deadline, rdtsc())) {
			pr_err("%s: no end of reset", vdev->name);
			/* The memory that it may still know has other uses. */
			pci_clear_master(vdev->pci);
			return -ETIMEDOUT;
		}
		cpu_relax();
	}
	return 0;
}

static u64 read_features(struct virtio_dev *vdev)
{
	u32 low, high;

	/* After a reset the low half is selected (4.1.4.3). */
	writel(0, vdev->common + VIRTIO_DEVICE_FEATURE_SELECT);
	low = readl(vdev->common + VIRTIO_DEVICE_FEATURE);
	writel(1, vdev->common + VIRTIO_DEVICE_FEATURE_SELECT);
	high = readl(vdev->common + VIRTIO_DEVICE_FEATURE);
	return (u64)high << 32 | low;
}

static void write_features(struct virtio_dev *vdev, u64 features)
{
	writel(0, vdev->common + VIRTIO_DRIVER_FEATURE_SELECT);
	writel((u32)features, vdev->common + VIRTIO_DRIVER_FEATURE);
	writel(1, vdev->common + VIRTIO_DRIVER_FEATURE_SELECT);
	writel((u32)(features >> 32), vdev->common + VIRTIO_DRIVER_FEATURE);
}

static int negotiate(struct virtio_dev *vdev, u64 wanted)
{
	const u8 status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;
	u64 offered;

	set_status(vdev, VIRTIO_STATUS_ACKNOWLEDGE);
	set_status(vdev, status);
	offered = read_features(vdev);
	vdev->features = offered & (wanted | VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
	if (!(offered & VIRTIO_F_VERSION_1)) {
		pr_err("%s: not a device of virtio 1.0", vdev->name);
		return -ENODEV;
	}
	write_features(vdev, vdev->features);
	set_status(vdev, status | VIRTIO_STATUS_FEATURES_OK);
	if (!(readb(vdev->common + VIRTIO_DEVICE_STATUS) & VIRTIO_STATUS_FEATURES_OK)) {
		pr_err("%s: features 0x%llx refused", vdev->name,
		       (unsigned long long)vdev->features);
		return -ENODEV;
	}
	return 0;
}

int virtio_open(struct virtio_dev *vdev, struct pci_dev *pci, u64 wanted)
{
	int rc;

	vdev->pci = pci;
	rc = find_registers(vdev);
	if (rc)
		return rc;
	pci_set_master(pci);
	rc = virtio_reset(vdev);
	if (rc)
		return rc;
	rc = negotiate(vdev, wanted);
	if (rc)
		set_status(vdev, VIRTIO_STATUS_FAILED);
	return rc;
}

void virtio_start(struct virtio_dev *vdev)
{
	set_status(vdev, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |
			 VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_DRIVER_OK);
}

static bool has_config(const struct virtio_dev *vdev, u32 offset, u32 len)
{
	return vdev->config && offset <= vdev->config_len && len <= vdev->config_len - offset;
}

u16 virtio_config_read16(const struct virtio_dev *vdev, u32 offset)
{
	return has_config(vdev, offset, 2) ? readw(vdev->config + offset) : 0;
}

u32 virtio_config_read32(const struct virtio_dev *vdev, u32 offset)
{
	return has_config(vdev, offset, 4) ? readl(vdev->config + offset) : 0;
}

u64 virtio_config_read64(const struct virtio_dev *vdev, u32 offset)
{
	u8 before, after = readb(vdev->common + VIRTIO_CONFIG_GENERATION);
	unsigned int i;
	u64 value = 0;

	if (!has_config(vdev, offset, 8))
		return 0;
	for (i = 0; i < GENERATION_TRIES; i++) {
		before = after;
		value = readl(vdev->config + offset);
		value |= (u64)readl(vdev->config + offset + 4) << 32;
		after = readb(vdev->common + VIRTIO_CONFIG_GENERATION);
		if (before == after)
			break;
	}
	return value;
}
