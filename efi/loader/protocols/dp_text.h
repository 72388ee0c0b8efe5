/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The text forms of device path nodes as data, read in both directions.
 * Document: UEFI 2.10, sections 10.3 (nodes) and 10.6.1 (text).
 *
 * What is in a node's parentheses is described by a list of fields, separated by
 * blanks, in the order of the text:
 *
 *	<offset><kind><size>[&<mask>][?][:<name>[=<value>]|...]
 *
 * offset and size are decimal and in bytes; mask and values are hexadecimal. A name
 * without a value has the one after that of the name before it, from 0 on. A field
 * with '?' is left out if the text is for display only. Kinds:
 *
 *	x  number, as 0x1F		d  number, decimal
 *	p  number, all its digits	E  8 octets with '-', the last one first
 *	e  name, else as x		f  name, else as d
 *	h  octets			H  octets after 0x
 *	r  octets to the end		g  GUID
 *	i  EISA identifier		m  address of a network card
 *	v  IPv4 address			w  IPv6 address
 *	a  ASCII to the end		z  ASCII to the end, with a NUL
 *	s  ASCII in a fixed field	q  16-bit characters to the end, in quotes
 *	n  string number <size> of those at the end
 *	U  number of 4 bytes, or string 1 at the end
 *	A  numbers of 4 bytes to the end
 *	D  IP addresses to the end	S  signature of a partition
 *	T  part <size> of the topology of a SAS device
 *
 * and "<offset>=<octets>" is a part of the node that makes it this one; it has no
 * text.
 */
#ifndef EFI_PROTOCOLS_DP_TEXT_H
#define EFI_PROTOCOLS_DP_TEXT_H

#include <fw/efi.h>

/* Only if short forms of vendors' nodes and classes are wanted. */
#define DP_TEXT_SHORTCUT	0x01
/* Only if the text is for display. */
#define DP_TEXT_DISPLAY		0x02

/**
 * struct dp_text_form - the form of a node
 * @type, @subtype: of the node
 * @min:    shortest node that has this form
 * @size:   length of a node that is made of text, without what goes to its end
 * @flags:  DP_TEXT_*
 * @name:   before the parentheses
 * @fields: see above
 * @match:  what else must be true of the node, or NULL
 */
struct dp_text_form {
	u8 type;
	u8 subtype;
	u8 min;
	u8 size;
	u8 flags;
	const char *name;
	const char *fields;
	bool (*match)(const u8 *node, size_t len);
};

/** struct dp_text_field - a field; @names: NULL or what comes after ':' or '=' */
struct dp_text_field {
	unsigned int offset;
	char kind;
	unsigned int size;
	u64 mask;
	bool detail;		/* not for display */
	const char *names;
};

extern const struct dp_text_form dp_text_forms[];
extern const size_t dp_text_form_count;

/* Names of nodes that have no form, by type; NULL: "Path". */
#define DP_TEXT_GENERIC_TYPES	6
extern const char *const dp_text_generic[DP_TEXT_GENERIC_TYPES];

/** dp_text_field_bytes() - bytes of the node that a field needs, 0 if that varies */
static inline size_t dp_text_field_bytes(const struct dp_text_field *field)
{
	if (field->kind == 'T')
		return 2;
	/* Their size is a number of another kind, or of one of many. */
	return field->kind == 'n' || field->kind == 'D' || field->kind == 'A' ? 0 : field->size;
}

/**
 * dp_text_next_field() - read the field at *@fields, and go on to the next one
 *
 * Return: false if there is none.
 */
bool dp_text_next_field(const char **fields, struct dp_text_field *field);

/**
 * dp_text_next_name() - the next name of a field
 * @names: in and out
 * @len:   its length; it is not NUL-terminated
 * @value: in: of the name before, or -1; out: what it stands for
 *
 * Return: the name, or NULL at the end.
 */
const char *dp_text_next_name(const char **names, size_t *len, u64 *value);

/** dp_text_octets() - read hexadecimal octets up to a blank; their number */
size_t dp_text_octets(const char *hex, u8 *octets, size_t max);

/**
 * dp_text_string() - one of the strings at the end of an expanded ACPI node
 * @which: 0 hardware, 1 unique, 2 compatible identifier
 *
 * Return: its length; 0 also if it has no end.
 */
size_t dp_text_string(const u8 *node, size_t len, unsigned int which, const char **text);

/** dp_node_to_text() - as efi_dp_to_text(), one node */
efi_char16_t *dp_node_to_text(const struct efi_device_path *node, bool display_only,
			      bool shortcuts);

/** dp_text_hex_digit() - value of a hexadecimal digit, or -1 */
int dp_text_hex_digit(u32 c);

#endif
