/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's e1000 and e1000e network cards, with the descriptors that both know.
 * Documents: PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's
 * Manual, revision 4.0, chapters 3 and 13; 82574 GbE Controller Family, revision 3.4.
 */
#define pr_fmt(fmt) "e1000: " fmt

#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/byteorder.h>
#include <fw/deadline.h>
#include <fw/dma.h>
#include <fw/errno.h>
#include <fw/log.h>
#include <fw/net.h>
#include <fw/pci.h>
#include <fw/string.h>

#define REG_CTRL	0x0000
#define  CTRL_ASDE	(1u << 5)
#define  CTRL_SLU	(1u << 6)
#define  CTRL_RST	(1u << 26)
#define REG_STATUS	0x0008
#define  STATUS_LU	(1u << 1)
#define REG_IMC		0x00d8
#define REG_RCTL	0x0100
#define  RCTL_EN	(1u << 1)
#define  RCTL_UPE	(1u << 3)
#define  RCTL_MPE	(1u << 4)
#define  RCTL_BAM	(1u << 15)
#define  RCTL_SECRC	(1u << 26)
#define REG_TCTL	0x0400
#define  TCTL_EN	(1u << 1)
#define  TCTL_PSP	(1u << 3)
#define  TCTL_CT	(0x0fu << 4)
#define  TCTL_COLD	(0x40u << 12)
#define REG_TIPG	0x0410
#define  TIPG_COPPER	0x0060200a
#define REG_RX		0x2800	/* base of the ring's registers */
#define REG_TX		0x3800
#define  RING_BASE_LOW	0x00
#define  RING_BASE_HIGH	0x04
#define  RING_LEN	0x08
#define  RING_HEAD	0x10
#define  RING_TAIL	0x18
#define REG_RAL		0x5400
#define REG_RAH		0x5404
#define  RAH_AV		(1u << 31)
#define REGISTERS	0x6000

#define RESET_MS	10

/* The length of a ring is a multiple of 128 bytes. */
#define SLOTS		16
#define BUFFER		2048

struct descriptor {
	le64 addr;
	le16 len;
	u8 checksum_offset;	/* receiving: with the next one, the checksum */
	u8 command;
	u8 status;
	u8 error;		/* sending: where the checksum starts */
	le16 special;
};

#define STATUS_DONE	0x01
#define STATUS_EOP	0x02
#define COMMAND_EOP	0x01
#define COMMAND_IFCS	0x02
#define COMMAND_RS	0x08

/** struct rings - shared with the card */
struct rings {
	struct descriptor rx[SLOTS];
	struct descriptor tx[SLOTS];
	u8 rx_buffer[SLOTS][BUFFER];
	u8 tx_buffer[SLOTS][BUFFER];
};

/** struct e1000 - a card; @rx_next, @tx_next: the descriptors that are looked at next */
struct e1000 {
	struct net_device net;
	u8 __iomem *regs;
	struct rings *rings;
	phys_addr_t rings_dev;
	unsigned int rx_next;
	unsigned int tx_next;
};

static struct e1000 *to_e1000(struct net_device *dev)
{
	return container_of(dev, struct e1000, net);
}

static int reset(struct e1000 *card)
{
	u64 deadline = deadline_in(rdtsc(), RESET_MS);

	writel(~0u, card->regs + REG_IMC);
	writel(CTRL_RST, card->regs + REG_CTRL);
	while (readl(card->regs + REG_CTRL) & CTRL_RST) {
		if (deadline_passed(deadline, rdtsc())) {
			pr_err("no end of a reset");
			return -ETIMEDOUT;
		}
		cpu_relax();
	}
	writel(~0u, card->regs + REG_IMC);
	return 0;
}

/* A card that goes on although it is told not to is cut off from memory. */
static void stop(struct net_device *dev)
{
	struct e1000 *card = to_e1000(dev);

	writel(0, card->regs + REG_RCTL);
	writel(0, card->regs + REG_TCTL);
	if (reset(card) != 0)
		pci_clear_master(dev->pci);
}

static void release(struct net_device *dev)
{
	struct e1000 *card = to_e1000(dev);

	dma_free(card->rings, sizeof(*card->rings));
}

static void write_ring(struct e1000 *card, u32 base, size_t offset, u32 tail)
{
	phys_addr_t addr = card->rings_dev + offset;

	writel((u32)addr, card->regs + base + RING_BASE_LOW);
	writel((u32)(addr >> 32), card->regs + base + RING_BASE_HIGH);
	writel(SLOTS * sizeof(struct descriptor), card->regs + base + RING_LEN);
	writel(0, card->regs + base + RING_HEAD);
	writel(tail, card->regs + base + RING_TAIL);
}

/* What is being sent is done at once, so that a slot begins as if it had been sent. */
static void fill_rings(struct e1000 *card)
{
	struct rings *rings = card->rings;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		rings->rx[i].addr = cpu_to_le64(card->rings_dev +
						offsetof(struct rings, rx_buffer) + i * BUFFER);
		rings->tx[i].addr = cpu_to_le64(card->rings_dev +
						offsetof(struct rings, tx_buffer) + i * BUFFER);
		rings->tx[i].status = STATUS_DONE;
	}
}

static int start(struct net_device *dev)
{
	struct e1000 *card = to_e1000(dev);
	int rc = reset(card);

	if (rc)
		return rc;
	card->rings = dma_alloc(sizeof(*card->rings), &card->rings_dev);
	if (!card->rings)
		return -ENOMEM;
	card->rx_next = 0;
	card->tx_next = 0;
	fill_rings(card);
	pci_set_master(dev->pci);
	writel(CTRL_SLU | CTRL_ASDE, card->regs + REG_CTRL);
	write_ring(card, REG_RX, offsetof(struct rings, rx), SLOTS - 1);
	write_ring(card, REG_TX, offsetof(struct rings, tx), 0);
	writel(TIPG_COPPER, card->regs + REG_TIPG);
	writel(TCTL_EN | TCTL_PSP | TCTL_CT | TCTL_COLD, card->regs + REG_TCTL);
	writel(RCTL_EN | RCTL_UPE | RCTL_MPE | RCTL_BAM | RCTL_SECRC, card->regs + REG_RCTL);
	return 0;
}

static u8 read_status(const struct descriptor *desc)
{
	return *(const volatile u8 *)&desc->status;
}

static int send(struct net_device *dev, const void *frame, size_t len)
{
	struct e1000 *card = to_e1000(dev);
	unsigned int slot = card->tx_next;
	struct descriptor *desc = &card->rings->tx[slot];

	if (!(read_status(desc) & STATUS_DONE))
		return -ENOSPC;
	memcpy(card->rings->tx_buffer[slot], frame, len);
	desc->len = cpu_to_le16((u16)len);
	desc->checksum_offset = 0;
	desc->command = COMMAND_EOP | COMMAND_IFCS | COMMAND_RS;
	desc->status = 0;
	barrier();
	card->tx_next = (slot + 1) % SLOTS;
	writel(card->tx_next, card->regs + REG_TX + RING_TAIL);
	return 0;
}

/* A slot that was looked at is the last one that the card may use. */
static int receive(struct net_device *dev, void *frame)
{
	struct e1000 *card = to_e1000(dev);
	unsigned int slot = card->rx_next;
	struct descriptor *desc = &card->rings->rx[slot];
	u8 status = read_status(desc);
	size_t len = 0;

	if (!(status & STATUS_DONE))
		return -ENOENT;
	barrier();
	if ((status & STATUS_EOP) && desc->error == 0) {
		len = le16_to_cpu(*(const volatile le16 *)&desc->len);
		len = MIN(len, (size_t)NET_FRAME_MAX);
		memcpy(frame, card->rings->rx_buffer[slot], len);
	}
	desc->status = 0;
	barrier();
	card->rx_next = (slot + 1) % SLOTS;
	writel(slot, card->regs + REG_RX + RING_TAIL);
	return (int)len;
}

static bool has_link(struct net_device *dev)
{
	return readl(to_e1000(dev)->regs + REG_STATUS) & STATUS_LU;
}

/* The address is from the card's memory after a reset of the machine. */
static int open(struct net_device *dev)
{
	struct e1000 *card = to_e1000(dev);
	u32 high;

	card->regs = pci_map_bar(dev->pci, 0, 0, REGISTERS);
	if (!card->regs)
		return -ENODEV;
	high = readl(card->regs + REG_RAH);
	if (high & RAH_AV) {
		put_le32(readl(card->regs + REG_RAL), dev->mac);
		put_le16((u16)high, dev->mac + 4);
	}
	return 0;
}

static const u32 e1000_ids[] = {
	PCI_ID(0x8086, 0x100e),
	PCI_ID(0x8086, 0x10d3),
	0
};

const struct net_driver net_e1000_driver = {
	.name = "e1000",
	.ids = e1000_ids,
	.size = sizeof(struct e1000),
	.open = open,
	.start = start,
	.stop = stop,
	.release = release,
	.send = send,
	.receive = receive,
	.link = has_link,
};
