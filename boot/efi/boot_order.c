/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * QEMU's "bootorder": a line for each device with bootindex=, as an OpenFirmware
 * path such as /pci@i0cf8/scsi@4/disk@0,0. Names say little, numbers all: a line
 * is compared with a device path node by node.
 * Documents: QEMU, docs/specs/fw_cfg.rst and the bus_get_fw_dev_path functions of
 * hw/; IEEE 1275, PCI bus binding (unit addresses).
 */
#define pr_fmt(fmt) "boot: " fmt

#include <fw/byteorder.h>
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/fw_cfg.h>
#include <fw/log.h>
#include <fw/string.h>

#include "boot_order.h"

HOST_INPUT_FILE(bootorder, common, MEASURED, 1, EV_PLATFORM_CONFIG_FLAGS, "bootorder");

#define FILE_MAX	KiB(16)
#define LINES_MAX	64
#define STRICT		"HALT"

static const char *lines[LINES_MAX];
static u32 line_count;
static bool strict;

/* Lines end with a newline, the file with a NUL; neither is sure. */
static void split(char *text, u32 size)
{
	char *line = text, *end = text + size, *at;

	for (at = text; at < end; at++) {
		if (*at != '\n' && *at != 0)
			continue;
		*at = 0;
		if (strcmp(line, STRICT) == 0)
			strict = true;
		else if (line < at && line_count < LINES_MAX)
			lines[line_count++] = line;
		line = at + 1;
	}
}

int boot_order_load(void)
{
	struct fw_cfg_file file;
	char *text;
	int rc;

	line_count = 0;
	strict = false;
	if (fw_cfg_find(&host_input_bootorder, &file) != 0 || file.size == 0)
		return 0;
	if (file.size > FILE_MAX) {
		pr_err("bootorder: refused, %u bytes are more than %llu", file.size,
		       (unsigned long long)FILE_MAX);
		return -E2BIG;
	}
	text = efi_zalloc(file.size + 1);
	if (text == NULL)
		return -ENOMEM;
	rc = fw_cfg_read_buf(&file, 0, text, file.size);
	if (rc != 0) {
		efi_free_pool(text);
		return rc;
	}
	split(text, file.size + 1);
	return 0;
}

bool boot_order_is_strict(void)
{
	return strict;
}

/* A node of a line: what follows '@', as one or two hexadecimal numbers. */
struct unit {
	u64 first, second;
};

static const char *parse_hex(const char *at, u64 *value)
{
	unsigned int digit;

	for (*value = 0; ; at++) {
		if (*at >= '0' && *at <= '9')
			digit = (unsigned int)(*at - '0');
		else if (*at >= 'a' && *at <= 'f')
			digit = (unsigned int)(*at - 'a') + 10;
		else
			return at;
		*value = *value << 4 | digit;
	}
}

/* Return: where the next node begins, or NULL if there is none. */
static const char *next_node(const char *at, struct unit *unit)
{
	if (*at++ != '/')
		return NULL;
	*unit = (struct unit) { 0, 0 };
	while (*at != '@') {
		if (*at == 0 || *at == '/')
			return NULL;
		at++;
	}
	at = parse_hex(at + 1, &unit->first);
	if (*at == ',')
		at = parse_hex(at + 1, &unit->second);
	while (*at != 0 && *at != '/')
		at++;
	return at;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The root: /pci@i0cf8, or for further roots /pci-root@N/pci@i0cf8. */
static const char *match_root(const char *at, const struct efi_dp_acpi *node)
{
	struct unit unit = { 0, 0 };

	if (starts_with(at, "/pci-root@")) {
		at = next_node(at, &unit);
		if (at == NULL)
			return NULL;
	}
	if (!starts_with(at, "/pci@i0cf8") || unit.first != node->uid)
		return NULL;
	return at + strlen("/pci@i0cf8");
}

static const char *match_device(const char *at, const struct efi_device_path *node)
{
	const struct efi_dp_pci *pci = (const void *)node;
	const struct efi_dp_scsi *scsi = (const void *)node;
	const struct efi_dp_sata *sata = (const void *)node;
	const struct efi_dp_nvme *nvme = (const void *)node;
	const struct efi_dp_atapi *atapi = (const void *)node;
	struct unit unit;

	if (node->type == DP_MESSAGING && node->subtype == DP_MSG_SCSI &&
	    starts_with(at, "/channel@"))
		at = next_node(at, &unit);
	if (at != NULL)
		at = next_node(at, &unit);
	if (at == NULL)
		return NULL;
	if (node->type == DP_HARDWARE)
		return unit.first == pci->device && unit.second == pci->function ? at : NULL;
	switch (node->subtype) {
	case DP_MSG_SCSI:
		return unit.first == scsi->target && unit.second == scsi->lun ? at : NULL;
	case DP_MSG_SATA:
		return unit.first == sata->port ? at : NULL;
	case DP_MSG_NVME:
		return unit.first == nvme->namespace_id ? at : NULL;
	case DP_MSG_ATAPI:
		/* drive@<channel>/disk@<drive> */
		if (unit.first != atapi->channel)
			return NULL;
		at = next_node(at, &unit);
		return at != NULL && unit.first == atapi->drive ? at : NULL;
	default:
		return NULL;
	}
}

static bool is_device_node(const struct efi_device_path *node)
{
	size_t size = efi_dp_node_size(node);

	if (node->type == DP_HARDWARE)
		return node->subtype == DP_HW_PCI && size >= sizeof(struct efi_dp_pci);
	if (node->type != DP_MESSAGING)
		return false;
	return (node->subtype == DP_MSG_SCSI && size >= sizeof(struct efi_dp_scsi)) ||
	       (node->subtype == DP_MSG_ATAPI && size >= sizeof(struct efi_dp_atapi)) ||
	       (node->subtype == DP_MSG_SATA && size >= sizeof(struct efi_dp_sata)) ||
	       (node->subtype == DP_MSG_NVME && size >= sizeof(struct efi_dp_nvme));
}

bool boot_order_match(const char *line, const struct efi_device_path *path)
{
	const char *at = line;
	struct unit unit;

	if (path->type != DP_ACPI || path->subtype != DP_ACPI_HID ||
	    efi_dp_node_size(path) < sizeof(struct efi_dp_acpi))
		return false;
	at = match_root(at, (const void *)path);
	path = efi_dp_next(path);
	if (!is_device_node(path))
		return false;
	for (; at != NULL && is_device_node(path);
	     path = efi_dp_next(path))
		at = match_device(at, path);
	/* What is left names the only disk or port of the device. */
	if (at != NULL && *at != 0)
		at = next_node(at, &unit);
	return at != NULL && *at == 0;
}

u32 boot_order_rank(const struct efi_device_path *path)
{
	u32 i;

	for (i = 0; i < line_count; i++) {
		if (boot_order_match(lines[i], path))
			return i;
	}
	return BOOT_ORDER_LAST;
}

u32 boot_order_count(void)
{
	return line_count;
}
