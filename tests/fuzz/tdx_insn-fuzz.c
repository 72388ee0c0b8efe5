/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The decoder of instructions that reach a device's memory: registers, then code.
 * It reads no byte after the instruction's last one, and what it accepts makes
 * sense.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mmio.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exception_frame frame;
	struct mmio_insn insn;
	uint8_t *code;

	if (size < sizeof(frame) + INSN_MAX)
		return 0;
	memcpy(&frame, data, sizeof(frame));
	/* Of its own, so that the sanitizer sees where it ends. */
	code = malloc(INSN_MAX);
	memcpy(code, data + sizeof(frame), INSN_MAX);
	if (mmio_decode(&insn, code, &frame) == 0) {
		if (insn.length == 0 || insn.length > INSN_MAX)
			mock_fail("length %u", insn.length);
		if (insn.width == 0 || insn.width > 8 || (insn.width & (insn.width - 1)))
			mock_fail("width %u", insn.width);
		if (insn.result < insn.width || insn.result > 8 || insn.reg > 15)
			mock_fail("result %u, register %u", insn.result, insn.reg);
		if (!insn.write)
			mmio_store(&insn, &frame, 0x8182838485868788);
	}
	free(code);
	return 0;
}
