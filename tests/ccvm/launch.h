/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What every launch sequence starts with. */
#ifndef CCVM_LAUNCH_H
#define CCVM_LAUNCH_H

#include <fw/types.h>

/** launch_load_firmware() - put the guest's image where its private pages are */
void launch_load_firmware(void);

/** launch_image() - the image as the guest has it, contiguous; @size is set */
const u8 *launch_image(size_t *size);

/**
 * launch_sev() - measure and place what QEMU launches a SEV or SEV-ES guest with,
 * then inject the launch secret, if there is one
 * @vmsas: number of processors whose initial state is measured; 0: SEV
 */
void launch_sev(u32 vmsas);

/** launch_has_hashes() - whether there is a kernel whose hashes are to be measured */
bool launch_has_hashes(void);

/** launch_kernel_hashes() - table of the hashes of what fw_cfg hands out, 176 bytes */
void launch_kernel_hashes(u8 *table);

/** launch_report() - "launch: {...}" on ccvm's log: the mode and one measurement */
void launch_report(const char *name, const u8 *value, size_t len);

#endif
