/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Calls into loaded software that may come back in two ways: by returning, or
 * through the firmware, from as deep in its calls as it likes.
 * Document: UEFI 2.10, section 2.3.4 (x64 calling convention).
 */
#ifndef ASM_IMAGE_CALL_H
#define ASM_IMAGE_CALL_H

#include <fw/types.h>

/** struct image_frame - where the way back is; what it points to is on the stack */
struct image_frame {
	u64 rsp;
};

/**
 * image_call() - call an entry point
 * @frame:  for image_return()
 * @entry:  address of the entry point
 * @first:  its first argument
 * @second: its second argument
 *
 * The image starts with the floating-point control words that UEFI promises. All
 * registers that either calling convention preserves are preserved.
 *
 * Return: what the entry point returned, or what image_return() was given.
 */
u64 image_call(struct image_frame *frame, u64 entry, void *first, void *second);

/**
 * image_return() - make the image_call() that is under way return
 * @frame:  what it was given; every image_call() made after it has returned
 * @status: its result
 */
void image_return(const struct image_frame *frame, u64 status) __attribute__((noreturn));

#endif
