/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Checksums. */
#ifndef FW_CRC_H
#define FW_CRC_H

#include <fw/types.h>

/**
 * crc32() - CRC-32 as in IEEE 802.3 and UEFI CalculateCrc32()
 * @seed: 0 for a new sum, or the result for the bytes before @data
 * @data: bytes
 * @len:  number of bytes
 *
 * Return: the CRC.
 */
u32 crc32(u32 seed, const void *data, size_t len);

/**
 * sum8() - sum of bytes modulo 256, the checksum of ACPI and SMBIOS
 * @data: bytes
 * @len:  number of bytes
 *
 * Return: the sum; a table with a correct checksum gives 0.
 */
u8 sum8(const void *data, size_t len);

#endif
