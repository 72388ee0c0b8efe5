/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the host command asks for: fw_cfg files below opt/org.cloister/ccvm/. */
#ifndef CCVM_CONFIG_H
#define CCVM_CONFIG_H

#include <fw/types.h>

#define CONFIG_PREFIX	"opt/org.cloister/ccvm/"
#define CODE_RANGES_MAX	4

struct cpu;

/** struct code_range - guest-physical addresses, @end not included */
struct code_range {
	u64 start, end;
};

/**
 * struct ccvm_config - the settings
 * @mode:	name of the guest kind
 * @ram:	bytes of guest RAM
 * @cpus:	number of processors
 * @fw_key:	fw_cfg key of the firmware image
 * @fw_size:	and its size
 * @paravirt_only: #VC and #VE in the firmware's own code fail a check
 * @code:	where that code is in RAM, beside the image itself
 * @code_count:	how many ranges that are
 * @kernel_hashes: launch with a table of kernel hashes
 * @tdx_4k:	the host adds private pages of 4 KiB only
 * @tdx_map_budget: pages that one MapGPA does at most before RETRY, 0: all
 * @snp_vmpl:	privilege level of an SNP guest; not 0: it is told of an SVSM
 */
struct ccvm_config {
	char mode[16];
	u64 ram;
	u32 cpus;
	u16 fw_key;
	u32 fw_size;
	bool paravirt_only;
	struct code_range code[CODE_RANGES_MAX];
	u32 code_count;
	bool kernel_hashes;
	bool tdx_4k;
	u32 tdx_map_budget;
	u32 snp_vmpl;
};

extern struct ccvm_config config;

/** config_is_own_address() - whether code at a physical address is the firmware's own */
bool config_is_own_address(u64 address);

/**
 * config_is_own_code() - whether a processor is executing the firmware's own code
 *
 * That is code in the image or in one of the ranges, at its own physical
 * address: an operating system that has the memory now maps it elsewhere.
 */
bool config_is_own_code(const struct cpu *cpu);

/** config_read() - read and check all of it; fatal if it makes no sense */
void config_read(void);

#endif
