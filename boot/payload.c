/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Reads what QEMU was given with -kernel, -initrd and -append, out of fw_cfg.
 * Document: QEMU, docs/specs/fw_cfg.rst and hw/i386/x86.c (x86_load_linux).
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/linux_boot.h>
#include <fw/log.h>
#include <fw/string.h>
#include <spec/fw_cfg.h>

HOST_INPUT_ITEM(setup_size, common, CHECKED, 0, 0, FW_CFG_SETUP_SIZE, "kernel: size of setup");
HOST_INPUT_ITEM(kernel_size, common, CHECKED, 0, 0, FW_CFG_KERNEL_SIZE, "kernel: size of the rest");
HOST_INPUT_ITEM(initrd_size, common, CHECKED, 0, 0, FW_CFG_INITRD_SIZE, "initrd: size");
HOST_INPUT_ITEM(cmdline_size, common, CHECKED, 0, 0, FW_CFG_CMDLINE_SIZE, "command line: size");

/* Where they are measured: with UEFI as an image, its load options and its initrd. */
#define KERNEL_EVENT	(IS_ENABLED(CONFIG_EFI) ? EV_EFI_BOOT_SERVICES_APPLICATION : EV_IPL)
#define MORE_EVENT	(IS_ENABLED(CONFIG_EFI) ? EV_EVENT_TAG : EV_IPL)
#define CMDLINE_PCR	(IS_ENABLED(CONFIG_EFI) ? 9 : 8)

HOST_INPUT_ITEM(setup, common, LOADED, 4, KERNEL_EVENT, FW_CFG_SETUP_DATA, "kernel: setup");
HOST_INPUT_ITEM(kernel, common, LOADED, 4, KERNEL_EVENT, FW_CFG_KERNEL_DATA, "kernel: the rest");
HOST_INPUT_ITEM(initrd, common, LOADED, 9, MORE_EVENT, FW_CFG_INITRD_DATA, "initrd");
HOST_INPUT_ITEM(cmdline, common, LOADED, CMDLINE_PCR, MORE_EVENT, FW_CFG_CMDLINE_DATA,
		"command line");

int linux_read_result(const struct host_input *input, int rc)
{
	if (rc)
		pr_err("cannot read %s, from fw_cfg: error %d", input->name, rc);
	return rc;
}

static int read_size(const struct host_input *input, u32 *size)
{
	return linux_read_result(input, fw_cfg_read_u32(input, size));
}

int linux_payload_sizes(struct linux_payload *load)
{
	int rc;

	rc = read_size(&host_input_kernel_size, &load->kernel.size);
	if (rc || !load->kernel.size)
		return rc;
	rc = read_size(&host_input_setup_size, &load->setup.size);
	if (rc)
		return rc;
	rc = read_size(&host_input_cmdline_size, &load->cmdline.size);
	if (rc)
		return rc;
	return read_size(&host_input_initrd_size, &load->initrd.size);
}

static const struct host_input *const inputs[] = {
	[LINUX_SETUP] = &host_input_setup,
	[LINUX_KERNEL] = &host_input_kernel,
	[LINUX_INITRD] = &host_input_initrd,
	[LINUX_CMDLINE] = &host_input_cmdline,
};

int linux_payload_read(struct linux_part *part, enum linux_part_kind kind, phys_addr_t dst)
{
	struct fw_cfg_file item = fw_cfg_item(inputs[kind], part->size);

	part->data = (const void *)(uintptr_t)dst;
	return linux_read_result(inputs[kind], fw_cfg_read(&item, 0, dst, part->size));
}

/* What comes after a NUL would be measured, and not be seen. */
int linux_check_cmdline(const struct linux_part *cmdline)
{
	const char *text = cmdline->data;

	if (cmdline->size != 0 && strnlen(text, cmdline->size) != cmdline->size - 1) {
		pr_err("command line of %u bytes does not end with its only NUL", cmdline->size);
		return -EINVAL;
	}
	return 0;
}
