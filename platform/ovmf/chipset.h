/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What QEMU's two chipsets, q35 and i440fx, have in common. */
#ifndef OVMF_CHIPSET_H
#define OVMF_CHIPSET_H

#include <fw/board.h>
#include <fw/pci.h>

struct memmap;

/* Where the power management block goes; 128 ports, aligned to as many. */
#define PM_BASE		0x600

/*
 * IRQs of PIRQA to PIRQD (and, where there are, PIRQE to PIRQH), one a byte,
 * as the PIRQ route registers have them. These are among those that QEMU's
 * ACPI tables offer for the interrupt link devices.
 */
#define PIRQ_ROUTES	0x0b0b0a0a

/* IRQ of the power management block (SCI); fixed by the ACPI tables. */
#define SCI_IRQ		9

/** chipset_irq() - the IRQ of PIRQA + @pirq % 4 */
u8 chipset_irq(unsigned int pirq);

/** chipset_set_level_irqs() - PCI's IRQs and the SCI are level-triggered */
void chipset_set_level_irqs(void);

/**
 * chipset_check_wake() - turn a wake from S3 into a cold reset
 *
 * The OS expects that its memory is as it left it, and the firmware does not
 * keep its own out of the way.
 */
void chipset_check_wake(void);

/**
 * chipset_set_restart() - put code where an OS may jump to restart the machine
 *
 * Context: once 0xf0000-0xfffff is RAM.
 */
void chipset_set_restart(void);

/**
 * chipset_pci() - fill in what depends on RAM and fw_cfg
 * @host:     window[PCI_SPACE_MEM], find_high and extra_roots are set
 * @map:      memory map
 * @mem_base: lowest address for BARs
 */
void chipset_pci(struct pci_host *host, const struct memmap *map, phys_addr_t mem_base);

/* For struct board. */
void chipset_reset(void);
void chipset_poweroff(void);
extern const struct board_power chipset_power;

#endif
