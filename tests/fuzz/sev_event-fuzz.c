/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The decoder of cc/sev/insn.c: any bytes, any registers. */
#include <asm/exception.h>
#include <fw/string.h>

#include "insn.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exception_frame frame;
	struct insn insn;

	memset(&frame, 0x5a, sizeof(frame));
	if (insn_decode(&insn, data, size, &frame) != 0)
		return 0;
	if (insn.length == 0 || insn.length > INSN_MAX || insn.length > size)
		mock_fail("length %u of %zu", insn.length, size);
	if (insn.size != 1 && insn.size != 2 && insn.size != 4 && insn.size != 8)
		mock_fail("size %u", insn.size);
	if (insn.reg > 15 || insn.rm > 15)
		mock_fail("register %u %u", insn.reg, insn.rm);
	return 0;
}
