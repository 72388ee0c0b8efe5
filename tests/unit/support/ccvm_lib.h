/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* For tests of tests/ccvm: the hooks around the library, images, hexadecimal. */
#ifndef UNIT_CCVM_LIB_H
#define UNIT_CCVM_LIB_H

#include "guidtab.h"

/* Number of digest_begin_lib() calls so far; each must have had its end. */
unsigned int ccvm_lib_calls(void);

/** hex() - bytes of a hexadecimal string; fails the test if it is not @len bytes */
const u8 *hex(const char *text, size_t len);

/* Fail the test unless @len bytes at @actual are those of the string. */
void assert_hex(const void *actual, const char *text, size_t len);

/**
 * struct image - firmware image under construction; its GUID table grows down
 * @bytes: 16 KiB
 * @low:   offset of the lowest byte of the table
 */
struct image {
	u8 bytes[0x4000];
	size_t low;
};

#define IMAGE_SIZE	sizeof(((struct image *)0)->bytes)

/** image_init() - 0x90 everywhere and an empty table */
void image_init(struct image *image);

/** image_add() - add an entry, and count it in the table's length */
void image_add(struct image *image, const struct guid *guid, const void *data, size_t len);

/** image_add_metadata() - put a structure at @offset and an entry that points to it */
void image_add_metadata(struct image *image, const struct guid *guid, size_t offset,
			const void *data, size_t len);

#endif
