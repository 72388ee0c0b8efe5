/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The Unicode collation protocol, both versions: names compared without regard to
 * case, as FAT file systems and shells do it, for the letters of Latin-1.
 * Document: UEFI 2.10, section 13.16.
 */
#include <fw/efi.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/string.h>
#include <spec/efi/unicode_collation.h>

/* Small letters of Latin-1 lie 32 above the capital ones; two signs lie between. */
static efi_char16_t to_lower(efi_char16_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
		return c + 0x20;
	return c;
}

static efi_char16_t to_upper(efi_char16_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7))
		return c - 0x20;
	return c;
}

static s64 EFIAPI stri_coll(struct efi_unicode_collation *this __unused, efi_char16_t *a,
			    efi_char16_t *b)
{
	while (*a != 0 && to_upper(*a) == to_upper(*b)) {
		a++;
		b++;
	}
	return (s64)to_upper(*a) - (s64)to_upper(*b);
}

/*
 * A set, "[abx-z]", with @p behind its bracket. A bracket without an end is a set up
 * to the pattern's end.
 *
 * Return: what is behind the set.
 */
static const efi_char16_t *match_set(const efi_char16_t *p, efi_char16_t c, bool *found)
{
	efi_char16_t first, last;

	*found = false;
	while (*p != 0 && *p != ']') {
		first = to_upper(*p++);
		last = first;
		if (p[0] == '-' && p[1] != 0 && p[1] != ']') {
			last = to_upper(p[1]);
			p += 2;
		}
		if (to_upper(c) >= first && to_upper(c) <= last)
			*found = true;
	}
	return *p == ']' ? p + 1 : p;
}

/* One character of the text against one element of the pattern that is not '*'. */
static const efi_char16_t *match_one(const efi_char16_t *p, efi_char16_t c, bool *found)
{
	if (*p == '[')
		return match_set(p + 1, c, found);
	*found = *p == '?' || (*p != 0 && to_upper(*p) == to_upper(c));
	return p + 1;
}

/*
 * Only the last '*' ever has to take more than it did at first, so that time is
 * bounded by the product of both lengths.
 */
static efi_bool_t EFIAPI metai_match(struct efi_unicode_collation *this __unused,
				     efi_char16_t *text, efi_char16_t *pattern)
{
	const efi_char16_t *t = text, *p = pattern, *next, *star = NULL, *star_text = NULL;
	bool found;

	while (*t != 0) {
		if (*p == '*') {
			star = ++p;
			star_text = t;
			continue;
		}
		next = match_one(p, *t, &found);
		if (found) {
			p = next;
			t++;
		} else if (star) {
			p = star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (*p == '*')
		p++;
	return *p == 0;
}

static void EFIAPI str_lwr(struct efi_unicode_collation *this __unused, efi_char16_t *text)
{
	for (; *text != 0; text++)
		*text = to_lower(*text);
}

static void EFIAPI str_upr(struct efi_unicode_collation *this __unused, efi_char16_t *text)
{
	for (; *text != 0; text++)
		*text = to_upper(*text);
}

static void EFIAPI fat_to_str(struct efi_unicode_collation *this __unused, efi_uintn_t size,
			      char *fat, efi_char16_t *text)
{
	efi_uintn_t i;

	for (i = 0; i < size && fat[i] != '\0'; i++)
		text[i] = (u8)fat[i];
	text[i] = 0;
}

/* Microsoft FAT specification 1.03, "Short Directory Entries": what a name may have. */
static bool is_fat_character(efi_char16_t c)
{
	static const char others[] = "$%'-_@~`!(){}^#&";

	if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c < 0x80 && c != 0 && strchr(others, c) != NULL;
}

/* Return: whether a character had to become '_'. */
static efi_bool_t EFIAPI str_to_fat(struct efi_unicode_collation *this __unused,
				    efi_char16_t *text, efi_uintn_t size, char *fat)
{
	efi_uintn_t n = 0;
	bool changed = false;
	efi_char16_t c;

	for (; *text != 0 && n < size; text++) {
		if (*text == '.' || *text == ' ')
			continue;
		c = to_upper(*text);
		if (is_fat_character(c)) {
			fat[n++] = (char)c;
		} else {
			fat[n++] = '_';
			changed = true;
		}
	}
	return changed;
}

#define COLLATION(list) {						\
	.stri_coll = stri_coll,						\
	.metai_match = metai_match,					\
	.str_lwr = str_lwr,						\
	.str_upr = str_upr,						\
	.fat_to_str = fat_to_str,					\
	.str_to_fat = str_to_fat,					\
	.languages = list,						\
}

/* ISO 639-2 and RFC 4646. */
static char languages_first[] = "eng";
static char languages[] = "en";

static struct efi_unicode_collation collation_first = COLLATION(languages_first);
static struct efi_unicode_collation collation = COLLATION(languages);

static int unicode_collation_install(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status;

	status = efi_install_multiple_protocol_interfaces(&handle,
					&efi_guid_unicode_collation, &collation_first,
					&efi_guid_unicode_collation2, &collation, NULL);
	return status == EFI_SUCCESS ? 0 : -ENOMEM;
}
HOOK(efi, 74, common, unicode_collation_install);
