/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Task priority levels. Document: UEFI 2.10, section 7.1.
 *
 * The level is the only lock there is: the one other thread of execution is a
 * notification function that the timer interrupt, or the end of a service,
 * starts, and it runs only above the present level. Interrupts are on below
 * TPL_HIGH_LEVEL and off at it.
 */
#ifndef EFI_LOADER_TPL_H
#define EFI_LOADER_TPL_H

#include <fw/efi.h>

/*
 * The present level. TPL_HIGH_LEVEL until the efi step: before it there is no
 * interrupt handler.
 */
extern efi_tpl_t efi_tpl;

/* Bit n: a notification at level n waits. */
extern u32 efi_tpl_pending;

/** efi_tpl_dispatch() - run what waits above @tpl, which then is the level */
void efi_tpl_dispatch(efi_tpl_t tpl);

/**
 * efi_tpl_high() - keep interrupts out
 *
 * Return: the level before, for efi_tpl_low() or efi_restore_tpl().
 */
efi_tpl_t efi_tpl_high(void);

/** efi_tpl_low() - end of efi_tpl_high(); notifications go on waiting */
void efi_tpl_low(efi_tpl_t tpl);

/**
 * efi_lock() - keep notification functions that may use services out
 *
 * Return: the level before, for efi_unlock().
 */
static inline efi_tpl_t efi_lock(void)
{
	efi_tpl_t tpl = efi_tpl;

	if (tpl < TPL_NOTIFY)
		efi_tpl = TPL_NOTIFY;
	barrier();
	return tpl;
}

static inline bool efi_tpl_waits(efi_tpl_t tpl)
{
	return (efi_tpl_pending & ((u32)-2 << tpl)) != 0;
}

/** efi_unlock() - end of efi_lock(); what waited meanwhile runs now */
static inline void efi_unlock(efi_tpl_t tpl)
{
	barrier();
	efi_tpl = tpl;
	/* In this order: an interrupt from here on sees the level, and runs it itself. */
	barrier();
	if (unlikely(efi_tpl_waits(tpl)))
		efi_tpl_dispatch(tpl);
}

#endif
