/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Device memory that the guest asks its host to access. */
#include <asm/io.h>

#include "apic.h"
#include "mmio.h"

/*
 * QEMU answers reads of nothing with 0, but a firmware that looks for a TPM
 * expects what real machines give.
 */
#define TPM_BASE	0xfed40000
#define TPM_SIZE	0x10000

u64 mmio_read(u64 gpa, unsigned int size)
{
	if (gpa - TPM_BASE < TPM_SIZE)
		return ~0ull;
	switch (size) {
	case 1:
		return readb(mmio(gpa));
	case 2:
		return readw(mmio(gpa));
	case 4:
		return readl(mmio(gpa));
	default:
		return readq(mmio(gpa));
	}
}

void mmio_write(u64 gpa, unsigned int size, u64 value)
{
	if (gpa == APIC_BASE + APIC_ICR_LOW) {
		apic_write_icr((u32)value);
		return;
	}
	switch (size) {
	case 1:
		writeb((u8)value, mmio(gpa));
		break;
	case 2:
		writew((u16)value, mmio(gpa));
		break;
	case 4:
		writel((u32)value, mmio(gpa));
		break;
	default:
		writeq(value, mmio(gpa));
		break;
	}
}
