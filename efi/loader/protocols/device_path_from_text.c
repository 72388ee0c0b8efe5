/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Device paths from text: the form of each node is in a table; text that has none of
 * them is a file's name.
 * Document: UEFI 2.10, sections 10.6.1 and 10.6.4.
 *
 * Parameters that are left out are 0. What cannot be what it should be (a GUID with
 * other characters) makes the whole text refused.
 */
#include <fw/byteorder.h>
#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/string.h>
#include <spec/efi/device_path_from_text.h>

#include "dp_text.h"

#define HEAD		sizeof(struct efi_device_path)
#define NODE_MAX	0xffff
#define TEXT_MAX	0x10000		/* characters */

/* A piece of the text. */
struct span {
	const efi_char16_t *p;
	size_t n;
};

/**
 * struct build - a path that is made
 * @mem:  nodes, @max bytes
 * @len:  of them, up to the node that is being made
 * @node: the one that is being made, and its length
 * @string: those of an expanded ACPI node, in its order, which is not the text's
 * @strings: whether it has any
 * @bad:  it cannot be made
 */
struct build {
	u8 *mem;
	size_t max;
	size_t len;
	u8 *node;
	size_t node_len;
	struct span string[3];
	bool strings;
	bool bad;
};

static u16 lower(efi_char16_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool span_is(struct span s, const char *text, size_t len)
{
	size_t i;

	if (s.n != len)
		return false;
	for (i = 0; i < len; i++) {
		if (lower(s.p[i]) != lower((u8)text[i]))
			return false;
	}
	return true;
}

static bool span_starts_hex(struct span s)
{
	return s.n >= 2 && s.p[0] == '0' && lower(s.p[1]) == 'x';
}

static struct span span_skip(struct span s, size_t n)
{
	n = MIN(n, s.n);
	return (struct span){ s.p + n, s.n - n };
}

/* Cut at the first @c, or at the end; the rest is behind it. */
static struct span span_cut(struct span *rest, efi_char16_t c)
{
	struct span s = *rest;
	size_t i;

	for (i = 0; i < s.n && s.p[i] != c; i++)
		;
	s.n = i;
	*rest = span_skip(*rest, i + 1);
	return s;
}

/* Hexadecimal after 0x, else decimal; up to the first other character. */
static u64 span_number(struct span s, unsigned int base)
{
	u64 value = 0;
	int digit;
	size_t i;

	if (span_starts_hex(s)) {
		s = span_skip(s, 2);
		base = 16;
	}
	for (i = 0; i < s.n; i++) {
		digit = dp_text_hex_digit(s.p[i]);
		if (digit < 0 || (unsigned int)digit >= base)
			break;
		value = value * base + (unsigned int)digit;
	}
	return value;
}

/* Octets without anything between; fewer than @max leave the rest as it is. */
static bool span_octets(struct span s, u8 *out, size_t max)
{
	size_t i;
	int high, low;

	if (span_starts_hex(s))
		s = span_skip(s, 2);
	if (s.n % 2 != 0 || s.n / 2 > max)
		return false;
	for (i = 0; i < s.n; i += 2) {
		high = dp_text_hex_digit(s.p[i]);
		low = dp_text_hex_digit(s.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (u8)(high << 4 | low);
	}
	return true;
}

/* Room for more at the node's end; zeroed. */
static u8 *node_grow(struct build *b, size_t n)
{
	u8 *p = b->node + b->node_len;

	if (b->bad || n > NODE_MAX - b->node_len ||
	    n > b->max - (size_t)(b->node - b->mem) - b->node_len) {
		b->bad = true;
		return NULL;
	}
	memset(p, 0, n);
	b->node_len += n;
	return p;
}

static void node_begin(struct build *b, u8 type, u8 subtype, size_t size)
{
	struct efi_device_path *head;

	b->node = b->mem + b->len;
	b->node_len = 0;
	b->strings = false;
	head = (struct efi_device_path *)node_grow(b, size);
	if (!head)
		return;
	head->type = type;
	head->subtype = subtype;
}

static void add_ascii(struct build *b, struct span s)
{
	u8 *p = node_grow(b, s.n);
	size_t i;

	for (i = 0; p && i < s.n; i++)
		p[i] = (u8)s.p[i];
}

static void add_wide(struct build *b, struct span s)
{
	u8 *p = node_grow(b, 2 * s.n);

	if (p)
		memcpy(p, s.p, 2 * s.n);
}

static void add_octets(struct build *b, struct span s)
{
	u8 *p = node_grow(b, s.n / 2);

	if (p && !span_octets(s, p, s.n / 2))
		b->bad = true;
}

static void node_finish(struct build *b)
{
	size_t i;

	for (i = 0; b->strings && i < ARRAY_SIZE(b->string); i++) {
		add_ascii(b, b->string[i]);
		node_grow(b, 1);
	}
	if (b->bad)
		return;
	put_le16((u16)b->node_len, ((struct efi_device_path *)b->node)->length);
	b->len += b->node_len;
}

static void set_number(u8 *p, u64 value, size_t size)
{
	memcpy(p, &value, size);
}

static bool set_guid(u8 *p, struct span s)
{
	static const u8 lengths[] = { 8, 4, 4, 4, 12 };
	u8 octets[16] = { 0 };
	size_t i, n = 0;
	struct span part;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		part = span_cut(&s, '-');
		if (part.n != lengths[i] || !span_octets(part, octets + n, part.n / 2))
			return false;
		n += part.n / 2;
	}
	for (i = 0; i < 4; i++)
		p[i] = octets[3 - i];
	for (i = 0; i < 2; i++) {
		p[4 + i] = octets[5 - i];
		p[6 + i] = octets[7 - i];
	}
	memcpy(p + 8, octets + 8, 8);
	return s.n == 0;
}

/* Three letters and four digits, or a number. */
static u32 eisa_number(struct span s)
{
	u32 id = 0;
	size_t i;

	if (s.n != 7 || lower(s.p[0]) < 'a' || lower(s.p[0]) > 'z')
		return (u32)span_number(s, 10);
	for (i = 0; i < 3; i++)
		id = id << 5 | ((lower(s.p[i]) - 'a' + 1u) & 0x1f);
	return (u32)span_number(span_skip(s, 3), 16) << 16 | id;
}

static u64 named_number(const struct dp_text_field *f, struct span s)
{
	const char *names = f->names, *name;
	u64 value = ~(u64)0;
	size_t len;

	while ((name = dp_text_next_name(&names, &len, &value))) {
		if (span_is(s, name, len))
			return value;
	}
	return span_number(s, 10) & f->mask;
}

static bool set_ipv4(u8 *p, struct span s)
{
	struct span part;
	size_t i;
	u64 n;

	for (i = 0; i < 4 && s.n > 0; i++) {
		part = span_cut(&s, '.');
		n = span_number(part, 10);
		if (n > 0xff)
			return false;
		p[i] = (u8)n;
	}
	return s.n == 0 && (i == 4 || i == 0);
}

/* Groups, with "::" for some that are 0 (RFC 4291, section 2.2). */
static bool set_ipv6(u8 *p, struct span s)
{
	size_t n = 0, gap = SIZE_MAX;
	u8 groups[16] = { 0 };
	struct span part;

	if (s.n == 0)
		return true;
	if (s.n >= 2 && s.p[0] == ':' && s.p[1] == ':')
		s = span_skip(s, 1);
	while (s.n > 0) {
		part = span_cut(&s, ':');
		if (part.n == 0 && gap == SIZE_MAX) {
			gap = n;
			continue;
		}
		if (part.n == 0 || part.n > 4 || n == sizeof(groups))
			return false;
		set_number(groups + n, __builtin_bswap16((u16)span_number(part, 16)), 2);
		n += 2;
	}
	if (gap == SIZE_MAX && n < sizeof(groups))
		return false;
	gap = MIN(gap, n);
	memcpy(p, groups, gap);
	memcpy(p + 16 - (n - gap), groups + gap, n - gap);
	return true;
}

static void add_address(struct build *b, struct span s)
{
	u8 *family = b->node + HEAD;
	bool v6 = false, ok;
	size_t i;
	u8 *p;

	for (i = 0; i < s.n; i++)
		v6 |= s.p[i] == ':';
	p = node_grow(b, 16);
	if (!p)
		return;
	*family = v6;
	ok = v6 ? set_ipv6(p, s) : set_ipv4(p, s);
	b->bad |= !ok;
}

/* By the partition table's format, which came before it. */
static bool set_signature(u8 *node, u8 *p, struct span s)
{
	struct efi_dp_hd *hd = (struct efi_dp_hd *)node;

	switch (hd->format) {
	case DP_HD_MBR:
		hd->signature_type = DP_HD_SIGNATURE_MBR;
		set_number(p, span_number(s, 10), 4);
		return true;
	case DP_HD_GPT:
		hd->signature_type = DP_HD_SIGNATURE_GUID;
		return set_guid(p, s);
	default:
		return true;
	}
}

static void set_topology(u8 *p, unsigned int part, struct span s)
{
	u16 topology = get_le16(p);
	u64 n = span_number(s, 10);

	if (part == 0 && span_is(s, "SATA", 4))
		topology = 0x11;
	else if (part == 0 && span_is(s, "SAS", 3))
		topology = 0x01;
	else if (part == 0)
		topology = (u16)n;
	else if (part == 1 && (span_is(s, "External", 8) || n == 1))
		topology |= 0x20;
	else if (part == 2 && (span_is(s, "Expanded", 8) || n == 1))
		topology |= 0x40;
	else if (part == 3 && n > 0)
		topology = (u16)((topology & 0xf0) | 2 | (n - 1) << 8);
	put_le16(topology, p);
}

static bool set_eui64(u8 *p, struct span s)
{
	struct span part;
	size_t i;

	for (i = 8; i-- > 0 && s.n > 0;) {
		part = span_cut(&s, '-');
		if (part.n != 2 || !span_octets(part, p + i, 1))
			return false;
	}
	return s.n == 0;
}

static struct span unquote(struct span s)
{
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return (struct span){ s.p + 1, s.n - 2 };
	return s;
}

static void set_ascii(u8 *p, size_t max, struct span s)
{
	size_t i;

	for (i = 0; i < s.n && i < max; i++)
		p[i] = (u8)s.p[i];
}

static void add_number(struct build *b, struct span s)
{
	u8 *p = node_grow(b, 4);

	if (p)
		set_number(p, span_number(s, 10), 4);
}

/* A parameter that is there. Some are behind what every node of the kind has. */
static void set_field(struct build *b, const struct dp_text_field *f, struct span s)
{
	size_t end = f->offset + dp_text_field_bytes(f);
	u8 *p = b->node + f->offset;
	u64 value;

	if (end > b->node_len && !node_grow(b, end - b->node_len))
		return;
	switch (f->kind) {
	case 'x':
	case 'd': set_number(p, span_number(s, 10), f->size); break;
	case 'p': set_number(p, span_number(s, 16), f->size); break;
	case 'e':
	case 'f':
		value = named_number(f, s);
		if (f->mask != ~(u64)0)
			value |= get_le16(p);
		set_number(p, value, f->size);
		break;
	case 'h':
	case 'H':
	case 'm': b->bad |= !span_octets(s, p, f->size); break;
	case 'r': add_octets(b, s); break;
	case 'g': b->bad |= !set_guid(p, s); break;
	case 'i': set_number(p, eisa_number(s), 4); break;
	case 'v': b->bad |= !set_ipv4(p, s); break;
	case 'w': b->bad |= !set_ipv6(p, s); break;
	case 'a': add_ascii(b, s); break;
	case 's': set_ascii(p, f->size, s); break;
	case 'q': add_wide(b, unquote(s)); break;
	case 'n': b->string[f->size] = s; break;
	case 'A': add_number(b, s); break;
	case 'D': add_address(b, s); break;
	case 'S': b->bad |= !set_signature(b->node, p, s); break;
	case 'T': set_topology(p, f->size, s); break;
	case 'E': b->bad |= !set_eui64(p, s); break;
	}
}

/* Up to a comma that is neither quoted nor in parentheses. */
static struct span next_parameter(struct span *rest)
{
	struct span s = *rest;
	bool quoted = false;
	size_t i;
	int depth = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && s.p[i] == '(')
			depth++;
		else if (!quoted && s.p[i] == ')')
			depth--;
		else if (!quoted && depth == 0 && s.p[i] == ',')
			break;
	}
	*rest = span_skip(*rest, i + 1);
	s.n = i;
	return s;
}

static void set_fields(struct build *b, const struct dp_text_form *form, struct span rest)
{
	const char *fields = form->fields;
	struct dp_text_field f;
	struct span s;

	memset(b->string, 0, sizeof(b->string));
	while (!b->bad && dp_text_next_field(&fields, &f)) {
		if (f.kind == '=') {
			dp_text_octets(f.names, b->node + f.offset, form->size - f.offset);
			continue;
		}
		b->strings |= f.kind == 'n';
		if (rest.n == 0) {
			if (f.kind == 'z')
				node_grow(b, 1);
			continue;
		}
		do {
			s = f.kind == 'a' && *fields == '\0' ? rest : next_parameter(&rest);
			if (f.kind == 'a' && *fields == '\0')
				rest.n = 0;
			if (f.kind == 'z') {
				add_ascii(b, s);
				node_grow(b, 1);
			} else if (s.n > 0) {
				set_field(b, &f, s);
			}
		} while ((f.kind == 'A' || f.kind == 'D') && rest.n > 0 && !b->bad);
	}
}

static void make_form(struct build *b, const struct dp_text_form *form, struct span params)
{
	node_begin(b, form->type, form->subtype, form->size);
	if (!b->bad)
		set_fields(b, form, params);
	node_finish(b);
}

static void make_generic(struct build *b, u8 type, struct span params)
{
	struct span part;

	if (type == 0) {
		part = next_parameter(&params);
		type = (u8)span_number(part, 10);
	}
	part = next_parameter(&params);
	node_begin(b, type, (u8)span_number(part, 10), HEAD);
	add_octets(b, params);
	node_finish(b);
}

static void make_file(struct build *b, struct span s)
{
	node_begin(b, DP_MEDIA, DP_MEDIA_FILE, HEAD);
	add_wide(b, s);
	node_grow(b, 2);
	node_finish(b);
}

static bool find_generic(struct span name, u8 *type)
{
	const char *text;

	for (*type = 0; *type < DP_TEXT_GENERIC_TYPES; *type += 1) {
		text = dp_text_generic[*type] ? dp_text_generic[*type] : "Path";
		if (span_is(name, text, strlen(text)))
			return true;
	}
	return false;
}

static const struct dp_text_form *find_form(struct span name)
{
	const struct dp_text_form *form = dp_text_forms;

	for (; form < dp_text_forms + dp_text_form_count; form++) {
		if (!(form->flags & DP_TEXT_DISPLAY) &&
		    span_is(name, form->name, strlen(form->name)))
			return form;
	}
	return NULL;
}

static void make_node(struct build *b, struct span s)
{
	const struct dp_text_form *form;
	struct span params = s, name = span_cut(&params, '(');
	u8 type;

	if (params.n == 0 || params.p[params.n - 1] != ')') {
		make_file(b, s);
		return;
	}
	params.n--;
	form = find_form(name);
	if (form)
		make_form(b, form, params);
	else if (find_generic(name, &type))
		make_generic(b, type, params);
	else
		make_file(b, s);
}

static void add_end(struct build *b, u8 subtype)
{
	node_begin(b, DP_END, subtype, HEAD);
	node_finish(b);
}

/* Up to a slash, or a comma, outside of parentheses; which one goes to @end. */
static struct span next_node(struct span *rest, efi_char16_t *end)
{
	struct span s = *rest;
	int depth = 0;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && depth > 0)
			depth--;
		else if (depth == 0 && (s.p[i] == '/' || s.p[i] == ','))
			break;
	}
	*end = i < s.n ? s.p[i] : 0;
	*rest = span_skip(*rest, i + 1);
	s.n = i;
	return s;
}

static void make_path(struct build *b, struct span text)
{
	efi_char16_t end;
	struct span s;

	while (text.n > 0 && !b->bad) {
		s = next_node(&text, &end);
		if (s.n > 0)
			make_node(b, s);
		if (end == ',' && text.n > 0)
			add_end(b, DP_END_INSTANCE);
	}
	add_end(b, DP_END_ENTIRE);
}

static bool build_begin(struct build *b, const efi_char16_t *text, struct span *s)
{
	void *mem;

	if (!text)
		return false;
	*s = (struct span){ text, ucs2_nlen(text, TEXT_MAX) };
	if (s->n == TEXT_MAX ||
	    efi_allocate_pool(MEM_BOOT_DATA, EFI_DP_MAX, &mem) != EFI_SUCCESS)
		return false;
	*b = (struct build){ .mem = mem, .max = EFI_DP_MAX };
	return true;
}

/* What was made, in memory of its own size. */
static struct efi_device_path *build_end(struct build *b)
{
	void *mem = NULL;

	if (!b->bad && efi_allocate_pool(MEM_BOOT_DATA, b->len, &mem) == EFI_SUCCESS)
		memcpy(mem, b->mem, b->len);
	efi_free_pool(b->mem);
	return mem;
}

static struct efi_device_path *EFIAPI text_to_path(const efi_char16_t *text)
{
	struct build b;
	struct span s;

	if (!build_begin(&b, text, &s))
		return NULL;
	make_path(&b, s);
	return build_end(&b);
}

static struct efi_device_path *EFIAPI text_to_node(const efi_char16_t *text)
{
	struct build b;
	struct span s;

	if (!build_begin(&b, text, &s))
		return NULL;
	make_node(&b, s);
	return build_end(&b);
}

static struct efi_device_path_from_text protocol = {
	.node = text_to_node,
	.path = text_to_path,
};

static int device_path_from_text_install(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status;

	status = efi_install_protocol_interface(&handle, &efi_guid_device_path_from_text,
						EFI_NATIVE_INTERFACE, &protocol);
	return status == EFI_SUCCESS ? 0 : -ENOMEM;
}
HOOK(efi, 72, common, device_path_from_text_install);
