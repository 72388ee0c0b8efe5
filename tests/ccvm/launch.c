/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The firmware image. */
#include <fw/log.h>
#include <fw/printf.h>

#include "config.h"
#include "fwcfg.h"
#include "launch.h"
#include "memory.h"
#include "mode.h"

void launch_load_firmware(void)
{
	fwcfg_read(config.fw_key, 0, host_ptr(mem_private(guest.fw_base)), config.fw_size);
}

const u8 *launch_image(size_t *size)
{
	*size = guest.fw_size;
	return host_ptr(mem_private(guest.fw_base));
}

void launch_report(const char *name, const u8 *value, size_t len)
{
	char hex[2 * 64 + 1] = "";
	size_t i;

	for (i = 0; i < MIN(len, (size_t)64); i++)
		snprintf(hex + 2 * i, 3, "%02x", value[i]);
	log_printf(LOG_INFO, "launch: {\"mode\":\"%s\",\"%s\":\"%s\"}", mode->name, name, hex);
}
