/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The setup_data list: what a kernel is told beyond its parameters.
 * Document: Linux 6.12, Documentation/arch/x86/boot.rst, "setup_data".
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/alloc.h>
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/log.h>
#include <fw/string.h>
#include <spec/fw_cfg.h>

#include "linux.h"

HOST_INPUT_ITEM(kernel_addr, common, REFUSED, 0, 0, FW_CFG_KERNEL_ADDR,
		"kernel: proposed address");
HOST_INPUT_ITEM(setup_data, common, REFUSED, 0, 0, FW_CFG_KERNEL_DATA,
		"kernel: setup_data of the host");

/* More than QEMU ever chains; ends a chain that is a circle. */
#define IMPORT_MAX	8

void *setup_data_reserve(struct setup_data_list *list, u32 type, u32 len)
{
	struct linux_setup_data *entry = NULL;

	if (len <= SETUP_DATA_MAX)
		entry = heap_alloc(sizeof(*entry) + len);
	if (!entry) {
		pr_err("no memory for setup_data of type %u, %u bytes", type, len);
		return NULL;
	}
	entry->next = cpu_to_le64(list->first);
	entry->type = cpu_to_le32(type);
	entry->len = cpu_to_le32(len);
	list->first = (uintptr_t)entry;
	return entry->data;
}

int setup_data_add(struct setup_data_list *list, u32 type, const void *data, u32 len)
{
	void *copy = setup_data_reserve(list, type, len);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, data, len);
	return 0;
}

static bool type_is_wanted(u32 type)
{
	return type == SETUP_DTB || type == SETUP_RNG_SEED;
}

static int read_part(const struct fw_cfg_file *item, u32 offset, void *dst, u32 len)
{
	return linux_read_result(item->input, fw_cfg_read_buf(item, offset, dst, len));
}

/* Read the entry at @offset of the kernel's item into the list. */
static int import_entry(struct setup_data_list *list, const struct fw_cfg_file *item,
			u32 offset, u64 *next)
{
	struct linux_setup_data entry;
	void *data;
	u32 len;
	int rc;

	rc = read_part(item, offset, &entry, sizeof(entry));
	if (rc)
		return rc;
	*next = le64_to_cpu(entry.next);
	len = le32_to_cpu(entry.len);
	if (len > SETUP_DATA_MAX || len > item->size - offset - sizeof(entry) ||
	    !type_is_wanted(le32_to_cpu(entry.type))) {
		pr_debug("setup_data at 0x%x, type %u, %u bytes: left out", offset,
			 le32_to_cpu(entry.type), len);
		return 0;
	}
	data = setup_data_reserve(list, le32_to_cpu(entry.type), len);
	if (!data)
		return -ENOMEM;
	return read_part(item, offset + (u32)sizeof(entry), data, len);
}

int linux_import_setup_data(struct setup_data_list *list, u64 chain, u32 kernel_size)
{
	struct fw_cfg_file item = fw_cfg_item(&host_input_setup_data, kernel_size);
	u32 proposed;
	unsigned int i;
	int rc;

	if (!chain)
		return 0;
	rc = linux_read_result(&host_input_kernel_addr,
			       fw_cfg_read_u32(&host_input_kernel_addr, &proposed));
	for (i = 0; !rc && chain && i < IMPORT_MAX; i++) {
		/* An address below the kernel wraps to an offset behind it. */
		u64 offset = chain - proposed;

		if (kernel_size < sizeof(struct linux_setup_data) ||
		    offset > kernel_size - sizeof(struct linux_setup_data)) {
			pr_debug("setup_data at 0x%lx is not in the kernel: left out",
				 (unsigned long)chain);
			break;
		}
		rc = import_entry(list, &item, (u32)offset, &chain);
	}
	return rc;
}
