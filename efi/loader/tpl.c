/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* RaiseTPL and RestoreTPL. Document: UEFI 2.10, sections 7.1.8 and 7.1.9. */
#include <asm/irq.h>
#include <asm/timer.h>

#include "event.h"
#include "timer.h"
#include "tpl.h"

efi_tpl_t efi_tpl = TPL_HIGH_LEVEL;
u32 efi_tpl_pending;

efi_tpl_t efi_tpl_high(void)
{
	efi_tpl_t tpl = efi_tpl;

	if (tpl < TPL_HIGH_LEVEL) {
		irq_disable();
		efi_tpl = TPL_HIGH_LEVEL;
	}
	return tpl;
}

void efi_tpl_low(efi_tpl_t tpl)
{
	if (tpl >= TPL_HIGH_LEVEL)
		return;
	efi_tpl = tpl;
	irq_enable();
}

/* Interrupts are off, before and after. */
static void run_pending(efi_tpl_t tpl)
{
	while (efi_tpl_waits(tpl)) {
		efi_tpl = 31 - (unsigned int)__builtin_clz(efi_tpl_pending);
		efi_event_run(efi_tpl);
	}
	efi_tpl = tpl;
}

void efi_tpl_dispatch(efi_tpl_t tpl)
{
	if (tpl >= TPL_HIGH_LEVEL)
		return;
	irq_disable();
	run_pending(tpl);
	irq_enable();
}

void efi_timer_interrupt(void)
{
	efi_tpl_t tpl = efi_tpl;

	efi_tpl = TPL_HIGH_LEVEL;
	efi_timers_expire();
	run_pending(tpl);
}

efi_tpl_t EFIAPI efi_raise_tpl(efi_tpl_t tpl)
{
	efi_tpl_t old = efi_tpl;

	/* A level below the present one is the caller's error; there is no way to say so. */
	if (tpl <= old)
		return old;
	if (tpl >= TPL_HIGH_LEVEL)
		return efi_tpl_high();
	efi_tpl = tpl;
	barrier();
	return old;
}

void EFIAPI efi_restore_tpl(efi_tpl_t tpl)
{
	efi_tpl_t old = efi_tpl;

	if (tpl > old)
		return;
	efi_timer_poll();
	if (tpl >= TPL_HIGH_LEVEL)
		return;
	if (old >= TPL_HIGH_LEVEL)
		efi_tpl_dispatch(tpl);
	else
		efi_unlock(tpl);
}
