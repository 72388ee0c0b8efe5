/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * With encrypted registers, runtime services reach devices through the GHCB.
 * In other SEV guests the host emulates their instructions.
 */
#include <fw/efi_runtime.h>

#include "runtime_io.h"
#include "sev.h"

static int choose_runtime_io(void)
{
	const struct ghcb_channel *channel = sev_channel();

	if (sev_is_es())
		efi_runtime_use_io(SEV_RUNTIME_IO, (uintptr_t)channel->page | channel->version);
	return 0;
}
HOOK(efi_pre, 60, sev, choose_runtime_io);
