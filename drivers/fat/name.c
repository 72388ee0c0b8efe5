/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Names of entries, long and short.
 * Document: Microsoft "FAT32 File System Specification", version 1.03, sections
 * "FAT Long Directory Entries" and "Name Limits and Character Sets".
 */
#include <fw/string.h>

#include "fat.h"

#define BASE_CHARS	8
#define EXT_CHARS	3

static efi_char16_t upper(efi_char16_t c)
{
	bool latin = c >= 0xe0 && c <= 0xfe && c != 0xf7;

	return (c >= 'a' && c <= 'z') || latin ? c - 0x20 : c;
}

size_t fat_name_length(const efi_char16_t *name)
{
	size_t length = 0;

	while (name[length] != 0)
		length++;
	return length;
}

bool fat_name_valid(const efi_char16_t *name)
{
	static const char never[] = "\"*/:<>?\\|";
	size_t i;

	for (i = 0; name[i] != 0; i++) {
		if (i == FAT_NAME_MAX || name[i] < ' ' ||
		    (name[i] < 0x80 && strchr(never, name[i]) != NULL))
			return false;
	}
	return i > 0 && name[i - 1] != '.' && name[i - 1] != ' ';
}

bool fat_name_equal(const efi_char16_t *a, const efi_char16_t *b)
{
	while (*a != 0 && upper(*a) == upper(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

/* @count characters without the blanks at the end; returns how many. */
static size_t copy_part(efi_char16_t *to, const u8 *from, size_t count, bool lower)
{
	size_t i, used = count;

	while (used > 0 && from[used - 1] == ' ')
		used--;
	for (i = 0; i < used; i++)
		to[i] = lower && from[i] >= 'A' && from[i] <= 'Z' ? from[i] + 0x20 : from[i];
	return used;
}

void fat_name_from_short(efi_char16_t *name, const struct fat_dirent *dirent)
{
	size_t used = copy_part(name, dirent->name, BASE_CHARS,
				dirent->case_flags & FAT_LOWER_BASE);
	size_t ext = copy_part(name + used + 1, dirent->name + BASE_CHARS, EXT_CHARS,
			       dirent->case_flags & FAT_LOWER_EXT);

	if (name[0] == FAT_KANJI_E5)
		name[0] = 0xe5;
	if (ext > 0) {
		name[used] = '.';
		used += 1 + ext;
	}
	name[used] = 0;
}

static bool short_char(efi_char16_t c)
{
	static const char also[] = "$%'-_@~`!(){}^#&";

	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c > ' ' && c < 0x80 && strchr(also, c) != NULL);
}

/*
 * Part of a name in capitals, without what cannot be in it. @exact: becomes false
 * if that is not the same name.
 */
static size_t put_part(u8 *to, size_t max, const efi_char16_t *from, const efi_char16_t *end,
		       bool *exact)
{
	size_t used = 0;

	for (; from < end; from++) {
		efi_char16_t c = upper(*from);

		if (c != *from || !short_char(c))
			*exact = false;
		if (c == ' ' || c == '.')
			continue;
		if (used == max) {
			*exact = false;
			break;
		}
		to[used++] = short_char(c) ? (u8)c : '_';
	}
	return used;
}

bool fat_name_to_short(u8 short_name[11], const efi_char16_t *name, unsigned int number)
{
	const efi_char16_t *end = name, *dot = NULL;
	char tail[8];
	size_t used, digits = 0;
	bool exact = true;

	for (; *end != 0; end++) {
		if (*end == '.' && end > name)
			dot = end;
	}
	memset(short_name, ' ', BASE_CHARS + EXT_CHARS);
	used = put_part(short_name, BASE_CHARS, name, dot != NULL ? dot : end, &exact);
	if (dot != NULL)
		put_part(short_name + BASE_CHARS, EXT_CHARS, dot + 1, end, &exact);
	if (used == 0) {
		short_name[used++] = '_';
		exact = false;
	}
	if (number == 0)
		return exact;
	for (; number > 0 && digits < sizeof(tail) - 1; number /= 10)
		tail[digits++] = (char)('0' + number % 10);
	tail[digits++] = '~';
	used = MIN(used, BASE_CHARS - digits);
	while (digits > 0)
		short_name[used++] = (u8)tail[--digits];
	return false;
}

u8 fat_name_checksum(const u8 short_name[11])
{
	u8 sum = 0;
	size_t i;

	for (i = 0; i < BASE_CHARS + EXT_CHARS; i++)
		sum = (u8)((sum << 7 | sum >> 1) + short_name[i]);
	return sum;
}

/* Where the characters are within an entry. */
static const struct {
	u8 offset, count;
} pieces[] = {
	{ offsetof(struct fat_long_name, name1), 5 },
	{ offsetof(struct fat_long_name, name2), 6 },
	{ offsetof(struct fat_long_name, name3), 2 },
};

void fat_name_get(efi_char16_t piece[FAT_LONG_CHARS], const struct fat_long_name *entry)
{
	size_t i, at = 0;

	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		memcpy(piece + at, (const u8 *)entry + pieces[i].offset,
		       pieces[i].count * sizeof(*piece));
		at += pieces[i].count;
	}
}

void fat_name_put(struct fat_long_name *entry, const efi_char16_t piece[FAT_LONG_CHARS])
{
	size_t i, at = 0;

	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		memcpy((u8 *)entry + pieces[i].offset, piece + at,
		       pieces[i].count * sizeof(*piece));
		at += pieces[i].count;
	}
}
