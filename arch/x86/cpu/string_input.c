/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* String input from ports, where accesses have to go through the guest kind. */
#include <asm/io.h>
#include <fw/cc.h>

void insl(u16 port, void *buf, size_t count)
{
	u32 *word = buf;

	if (cc_active() == NULL) {
		native_insl(port, buf, count);
		return;
	}
	while (count--)
		*word++ = inl(port);
}
