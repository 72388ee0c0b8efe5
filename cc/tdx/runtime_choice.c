/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Runtime services reach devices as the firmware does: by asking the host. */
#include <fw/efi_runtime.h>
#include <fw/hooks.h>

#include "runtime_io.h"

static int choose_runtime_io(void)
{
	efi_runtime_use_io(TDX_RUNTIME_IO, 0);
	return 0;
}
HOOK(efi_pre, 60, tdx, choose_runtime_io);
