/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Bytes of a terminal made into keys. */
#ifndef DRIVERS_KEYS_H
#define DRIVERS_KEYS_H

#include <spec/efi/simple_text.h>

enum key_state {
	KEYS_GROUND,
	KEYS_ESC,
	KEYS_CSI,
	KEYS_UTF8,
};

/** struct key_parser - between two bytes; all zero at the start */
struct key_parser {
	enum key_state state;
	unsigned int number;	/* of a sequence, or a character so far */
	unsigned int left;	/* bytes of a character that are to come */
	bool more;		/* of a sequence: what follows is not its first number */
};

/** keys_parse() - take one more byte; true if @key is now a key */
bool keys_parse(struct key_parser *parser, u8 byte, struct efi_key_data *key);

/** keys_timeout_key() - what an ESC that nothing followed is; returns true */
bool keys_timeout_key(struct efi_key_data *key);

#endif
