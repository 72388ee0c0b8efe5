/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Settings. Text files; "options" has one "key=value" or "key" per line:
 *
 *	allow=CHECK	a strict check that does not end the run
 *	attack=NAME	how the host misbehaves
 *	trace=LEVEL	0 to 3
 *	code=FIRST-END	where firmware code runs in RAM, hexadecimal; up to four
 *	paravirt-only, kernel-hashes
 *	tdx-4k		private pages of 4 KiB only
 *	tdx-map-budget=PAGES	of one MapGPA, then RETRY
 *	snp-vmpl=LEVEL	the guest runs at VMPL 1 to 3, as under an SVSM
 */
#define pr_fmt(fmt) "config: " fmt

#include <fw/errno.h>
#include <fw/log.h>
#include <fw/string.h>

#include "attack.h"
#include "check.h"
#include "config.h"
#include "fwcfg.h"
#include "gpaccess.h"
#include "memory.h"
#include "mode.h"
#include "stop.h"
#include "trace.h"
#include "vcpu.h"

#define OPTIONS_MAX	4096

struct ccvm_config config;

static int read_text(const char *name, char *text, size_t size)
{
	struct fwcfg_file file;

	if (fwcfg_find(name, &file) < 0)
		return -ENOENT;
	if (file.size >= size)
		ccvm_stop(STOP_ERROR, "%s has %u bytes, more than %zu", name, file.size, size - 1);
	fwcfg_read(file.key, 0, text, file.size);
	text[file.size] = '\0';
	return 0;
}

static void need_text(const char *name, char *text, size_t size)
{
	if (read_text(name, text, size) < 0)
		ccvm_stop(STOP_ERROR, "no fw_cfg file %s: start this image with tests/ccvm/ccvm",
			  name);
}

static u64 parse_number(const char *name, const char *text)
{
	u64 value = 0;

	if (*text < '0' || *text > '9')
		ccvm_stop(STOP_ERROR, "%s: \"%s\" does not begin with a number", name, text);
	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (u64)(*text - '0');
	return value;
}

static bool set_flag(const char *key)
{
	if (strcmp(key, "paravirt-only") == 0)
		config.paravirt_only = true;
	else if (strcmp(key, "kernel-hashes") == 0)
		config.kernel_hashes = true;
	else if (strcmp(key, "tdx-4k") == 0)
		config.tdx_4k = true;
	else
		return false;
	return true;
}

static u64 parse_hex(const char **text)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	u64 value = 0;

	for (; **text != '\0'; (*text)++) {
		digit = strchr(digits, **text);
		if (digit == NULL)
			break;
		value = value << 4 | (u64)(digit - digits);
	}
	return value;
}

static bool set_code(const char *value)
{
	struct code_range *range = &config.code[config.code_count];

	if (config.code_count == CODE_RANGES_MAX)
		return false;
	range->start = parse_hex(&value);
	if (*value++ != '-')
		return false;
	range->end = parse_hex(&value);
	config.code_count++;
	return *value == '\0' && range->end > range->start;
}

bool config_is_own_address(u64 address)
{
	bool found = mem_is_firmware(address);
	u32 i;

	for (i = 0; i < config.code_count; i++)
		found |= address >= config.code[i].start && address < config.code[i].end;
	return found;
}

bool config_is_own_code(const struct cpu *cpu)
{
	u64 gpa, ip = vcpu_linear_ip(cpu);

	return config_is_own_address(ip) && gva_to_gpa(cpu, ip, &gpa) == 0 &&
	       (gpa & ~mode->address_bit) == ip;
}

static bool set_value(const char *key, const char *value)
{
	if (strcmp(key, "allow") == 0)
		return check_allow(value) == 0;
	if (strcmp(key, "attack") == 0)
		return attack_select(value) == 0;
	if (strcmp(key, "code") == 0)
		return set_code(value);
	if (strcmp(key, "trace") == 0) {
		trace_level = (u32)parse_number(key, value);
		return true;
	}
	if (strcmp(key, "tdx-map-budget") == 0) {
		config.tdx_map_budget = (u32)parse_number(key, value);
		return true;
	}
	if (strcmp(key, "snp-vmpl") == 0) {
		config.snp_vmpl = (u32)parse_number(key, value);
		return config.snp_vmpl > 0 && config.snp_vmpl < 4;
	}
	return false;
}

static void parse_line(char *line)
{
	char *value = strchr(line, '=');
	bool known;

	if (value != NULL)
		*value++ = '\0';
	known = value != NULL ? set_value(line, value) : set_flag(line);
	if (!known)
		ccvm_stop(STOP_ERROR, "option \"%s%s%s\" is not known", line, value ? "=" : "",
			  value ? value : "");
}

static void parse_options(char *text)
{
	while (*text != '\0') {
		char *end = strchr(text, '\n');

		if (end != NULL)
			*end = '\0';
		if (*text != '\0')
			parse_line(text);
		if (end == NULL)
			return;
		text = end + 1;
	}
}

void config_read(void)
{
	static char text[OPTIONS_MAX];
	struct fwcfg_file file;

	need_text(CONFIG_PREFIX "mode", config.mode, sizeof(config.mode));
	need_text(CONFIG_PREFIX "ram", text, sizeof(text));
	config.ram = parse_number("ram", text);
	need_text(CONFIG_PREFIX "smp", text, sizeof(text));
	config.cpus = (u32)parse_number("smp", text);
	if (config.cpus == 0 || config.cpus > MAX_CPUS)
		ccvm_stop(STOP_ERROR, "%u processors: want 1 to %u", config.cpus, MAX_CPUS);
	if (fwcfg_find(CONFIG_PREFIX "fw", &file) < 0)
		ccvm_stop(STOP_ERROR, "no fw_cfg file " CONFIG_PREFIX "fw: no guest firmware");
	config.fw_key = file.key;
	config.fw_size = file.size;
	if (read_text(CONFIG_PREFIX "options", text, sizeof(text)) == 0)
		parse_options(text);
}
