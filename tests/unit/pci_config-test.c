/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* drivers/pci/config.c: the right registers, and no access too many. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fw/pci.h>

#include "pci_sim.h"
#include "support.h"

#define DEV	PCI_BDF(0, 3, 1)

static struct sim_dev *dev;

static int setup(void **state)
{
	sim_reset();
	pci_use_ecam(0, 0);
	dev = sim_add(NULL, 3, 1, PCI_ID(0x1234, 0x5678), 0x010203);
	return 0;
}

static void use_ecam(void)
{
	pci_use_ecam(SIM_ECAM, 256);
}

static void check_widths(void)
{
	sim_set(dev, 0x40, 0x8877665544332211, 8);
	memset(&dev->writable[0x48], 0xff, 8);

	assert_int_equal(pci_read8(DEV, 0x43), 0x44);
	assert_int_equal(pci_read16(DEV, 0x42), 0x4433);
	assert_int_equal(pci_read32(DEV, 0x44), 0x88776655);
	assert_true(pci_read64(DEV, 0x40) == 0x8877665544332211);

	pci_write64(DEV, 0x48, 0x1111222233334444);
	pci_write8(DEV, 0x49, 0xaa);
	pci_write16(DEV, 0x4a, 0xbbbb);
	pci_write32(DEV, 0x4c, 0xcccccccc);
	assert_int_equal(sim_get(dev, 0x48, 4), 0xbbbbaa44);
	assert_int_equal(sim_get(dev, 0x4c, 4), 0xcccccccc);
}

static void test_widths_ports(void **state)
{
	check_widths();
}

static void test_widths_ecam(void **state)
{
	use_ecam();
	check_widths();
}

static void test_absent_reads_ones(void **state)
{
	assert_int_equal(pci_read32(PCI_BDF(0, 4, 0), 0), 0xffffffff);
	use_ecam();
	assert_int_equal(pci_read32(PCI_BDF(0, 4, 0), 0), 0xffffffff);
	assert_int_equal(pci_read8(PCI_BDF(7, 4, 0), 0), 0xff);
}

/* Register 0x100 must not be taken for register 0 through the ports. */
static void test_extended_registers_need_ecam(void **state)
{
	assert_int_equal(pci_read32(DEV, 0x100), 0xffffffff);
	pci_write32(DEV, 0x104, 0xffffffff);
	assert_int_equal(sim_accesses, 0);
	assert_int_equal(sim_get(dev, 0x04, 2), 0);

	use_ecam();
	pci_read32(DEV, 0x100);
	assert_int_equal(sim_accesses, 1);
	assert_int_equal(pci_read16(DEV, 0x1000), 0xffff);
	assert_int_equal(sim_accesses, 1);
}

static void test_bus_beyond_ecam(void **state)
{
	pci_use_ecam(SIM_ECAM, 16);
	assert_int_equal(pci_read32(PCI_BDF(16, 0, 0), 0), 0xffffffff);
	pci_write32(PCI_BDF(255, 31, 7), 0xffc, 0);
	assert_int_equal(sim_accesses, 0);
}

static void test_ports_select_once(void **state)
{
	pci_read16(DEV, 0x10);
	assert_int_equal(sim_accesses, 2);
	pci_write8(DEV, 0x13, 0);
	pci_read32(DEV, 0x10);
	assert_int_equal(sim_accesses, 4);
	pci_read32(DEV, 0x14);
	assert_int_equal(sim_accesses, 6);
}

static void test_ecam_64bit_is_one_access(void **state)
{
	use_ecam();
	pci_read64(DEV, 0x10);
	pci_write64(DEV, 0x18, 0);
	assert_int_equal(sim_accesses, 2);
	/* Not aligned: no root complex has to take that. */
	pci_read64(DEV, 0x14);
	assert_int_equal(sim_accesses, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_widths_ports, setup),
		cmocka_unit_test_setup(test_widths_ecam, setup),
		cmocka_unit_test_setup(test_absent_reads_ones, setup),
		cmocka_unit_test_setup(test_extended_registers_need_ecam, setup),
		cmocka_unit_test_setup(test_bus_beyond_ecam, setup),
		cmocka_unit_test_setup(test_ports_select_once, setup),
		cmocka_unit_test_setup(test_ecam_64bit_is_one_access, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
