/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* ATA disks' own words. Document: INCITS 482 (ACS-2) revision 7, section 7.12.7. */
#include <fw/ata.h>
#include <fw/errno.h>

#define SECTOR_SIZE	512

static u64 id_number(const le16 *id, unsigned int word, unsigned int words)
{
	u64 value = 0;

	while (words--)
		value = value << 16 | le16_to_cpu(id[word + words]);
	return value;
}

static u32 sector_size(const le16 *id)
{
	u16 sizes = le16_to_cpu(id[ATA_ID_SECTOR_SIZE]);

	if (ATA_ID_VALID(sizes) && (sizes & ATA_ID_LONG_SECTORS))
		return (u32)id_number(id, ATA_ID_SECTOR_WORDS, 2) * 2;
	return SECTOR_SIZE;
}

int ata_identify(const le16 *id, struct ata_identity *identity)
{
	u16 capabilities = le16_to_cpu(id[ATA_ID_CAPABILITIES]);
	u16 commands = le16_to_cpu(id[ATA_ID_COMMANDS]);

	if (!ATA_ID_VALID(commands))
		commands = 0;
	*identity = (struct ata_identity) {
		.sectors = id_number(id, ATA_ID_SECTORS_28, 2),
		.sector_size = sector_size(id),
		.has_dma = capabilities & ATA_ID_DMA,
		.has_lba48 = commands & ATA_ID_LBA48,
	};
	if (identity->has_lba48)
		identity->sectors = id_number(id, ATA_ID_SECTORS_48, 4);
	else if (!(capabilities & ATA_ID_LBA))
		return -ENODEV;
	if (commands & ATA_ID_FLUSH_EXT)
		identity->flush = ATA_FLUSH_CACHE_EXT;
	else if (commands & ATA_ID_FLUSH)
		identity->flush = ATA_FLUSH_CACHE;
	return 0;
}
