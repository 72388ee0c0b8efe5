/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Device paths as text: the form of each node is in a table.
 * Document: UEFI 2.10, section 10.6.1.
 *
 * A path is anybody's: no length in it is believed beyond EFI_DP_MAX, and a node
 * that is too short for its form is shown as octets.
 */
#include <fw/byteorder.h>
#include <fw/string.h>

#include "dp_text.h"

#define HEAD	sizeof(struct efi_device_path)

/*
 * Text that is made: first it is measured, with @buf being NULL, then @max is known. A
 * path that changes meanwhile is cut.
 */
struct text {
	efi_char16_t *buf;
	size_t len;
	size_t max;
	bool display_only;
	bool shortcuts;
};

/* A node; @len is its length, which has been checked. */
struct node {
	const u8 *data;
	size_t len;
};

static void put_char(struct text *t, efi_char16_t c)
{
	if (t->buf && t->len < t->max)
		t->buf[t->len] = c;
	t->len++;
}

static void put_ascii(struct text *t, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		put_char(t, (u8)s[i]);
}

static void put_string(struct text *t, const char *s)
{
	put_ascii(t, s, strlen(s));
}

static void put_digits(struct text *t, u64 value, unsigned int base, unsigned int width)
{
	static const char digits[] = "0123456789ABCDEF";
	char buf[20];
	unsigned int n = 0;

	do {
		buf[n++] = digits[value % base];
		value /= base;
	} while (value || n < width);
	while (n > 0)
		put_char(t, (u8)buf[--n]);
}

static void put_hex(struct text *t, u64 value)
{
	put_string(t, "0x");
	put_digits(t, value, 16, 1);
}

static void put_octets(struct text *t, const u8 *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		put_digits(t, p[i], 16, 2);
}

static void put_guid(struct text *t, const u8 *p)
{
	put_digits(t, get_le32(p), 16, 8);
	put_char(t, '-');
	put_digits(t, get_le16(p + 4), 16, 4);
	put_char(t, '-');
	put_digits(t, get_le16(p + 6), 16, 4);
	put_char(t, '-');
	put_octets(t, p + 8, 2);
	put_char(t, '-');
	put_octets(t, p + 10, 6);
}

static void put_ipv4(struct text *t, const u8 *p)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i)
			put_char(t, '.');
		put_digits(t, p[i], 10, 1);
	}
}

static void put_ipv6(struct text *t, const u8 *p)
{
	unsigned int i;

	for (i = 0; i < 16; i += 2) {
		if (i)
			put_char(t, ':');
		put_octets(t, p + i, 2);
	}
}

static u64 get_number(const u8 *p, size_t size)
{
	u64 value = 0;

	memcpy(&value, p, size);
	return value;
}

/* As three letters and four digits, if it is one. */
static void put_eisa(struct text *t, u32 id)
{
	unsigned int i, letter[3] = { id >> 10 & 0x1f, id >> 5 & 0x1f, id & 0x1f };

	for (i = 0; i < 3; i++) {
		if (letter[i] < 1 || letter[i] > 26)
			break;
	}
	if (i < 3 || (id & 0x8000)) {
		put_hex(t, id);
		return;
	}
	for (i = 0; i < 3; i++)
		put_char(t, (efi_char16_t)('@' + letter[i]));
	put_digits(t, id >> 16, 16, 4);
}

static void put_named(struct text *t, const struct dp_text_field *f, u64 value)
{
	const char *names = f->names, *name;
	u64 candidate = ~(u64)0;
	size_t len;

	while ((name = dp_text_next_name(&names, &len, &candidate))) {
		if (candidate == value) {
			put_ascii(t, name, len);
			return;
		}
	}
	if (f->kind == 'f')
		put_digits(t, value, 10, 1);
	else
		put_hex(t, value);
}

/* Ethernet's kinds have 6 octets, others all of the field. */
static void put_mac(struct text *t, const u8 *p, size_t size)
{
	u8 type = p[size];

	put_octets(t, p, type <= 1 ? 6 : size);
}

/* Document: UEFI 2.10, section 10.3.5.1. */
static void put_signature(struct text *t, const struct node *node)
{
	const struct efi_dp_hd *hd = (const void *)node->data;

	switch (hd->signature_type) {
	case DP_HD_SIGNATURE_MBR:
		put_string(t, "0x");
		put_digits(t, get_le32(hd->signature), 16, 8);
		break;
	case DP_HD_SIGNATURE_GUID:
		put_guid(t, hd->signature);
		break;
	default:
		put_char(t, '0');
	}
}

/* Document: UEFI 2.10, section 10.3.4.8 (device and topology information). */
static void put_topology(struct text *t, u16 topology, unsigned int part)
{
	bool plain = (topology & 0xf) <= 2 && !(topology & 0x80);
	bool more = plain && (topology & 0xf) != 0;

	if (part == 0) {
		if (plain && !more)
			put_string(t, "NoTopology");
		else if (more)
			put_string(t, topology & 0x10 ? "SATA" : "SAS");
		else
			put_hex(t, topology);
	} else if (part == 1 && more) {
		put_string(t, topology & 0x20 ? "External" : "Internal");
	} else if (part == 2 && more) {
		put_string(t, topology & 0x40 ? "Expanded" : "Direct");
	} else if (part == 3 && more && (topology & 0xf) == 2) {
		put_hex(t, (topology >> 8) + 1u);
	} else {
		put_char(t, '0');
	}
}

static void put_numbers(struct text *t, const struct node *node, size_t offset)
{
	size_t i;

	for (i = offset; i + 4 <= node->len; i += 4) {
		if (i > offset)
			put_char(t, ',');
		put_hex(t, get_le32(node->data + i));
	}
}

static void put_addresses(struct text *t, const struct node *node, size_t offset)
{
	size_t i;

	for (i = offset; i + 16 <= node->len; i += 16) {
		if (i > offset)
			put_char(t, ',');
		if (node->data[offset - 1])
			put_ipv6(t, node->data + i);
		else
			put_ipv4(t, node->data + i);
	}
}

/* Up to a NUL or the end. */
static void put_chars(struct text *t, const u8 *p, size_t max)
{
	put_ascii(t, (const char *)p, strnlen((const char *)p, max));
}

static void put_wide(struct text *t, const u8 *p, size_t size)
{
	size_t i;
	u16 c;

	for (i = 0; i + 2 <= size; i += 2) {
		c = get_le16(p + i);
		if (c == 0)
			break;
		put_char(t, c);
	}
}

static void put_quoted(struct text *t, const u8 *p, size_t size)
{
	put_char(t, '"');
	put_wide(t, p, size);
	put_char(t, '"');
}

static void put_node_string(struct text *t, const struct node *node, unsigned int which)
{
	const char *text = "";
	size_t len = dp_text_string(node->data, node->len, which, &text);

	put_ascii(t, text, len);
}

static void put_unique(struct text *t, const struct node *node, const u8 *number)
{
	const char *text;
	size_t len = dp_text_string(node->data, node->len, 1, &text);

	if (len > 0)
		put_ascii(t, text, len);
	else
		put_hex(t, get_le32(number));
}

static void put_eui64(struct text *t, const u8 *p)
{
	unsigned int i;

	for (i = 8; i-- > 0;) {
		put_digits(t, p[i], 16, 2);
		if (i)
			put_char(t, '-');
	}
}

/* All of a field is inside the node, except for kinds that go to its end. */
static void put_field(struct text *t, const struct node *node, const struct dp_text_field *f)
{
	const u8 *p = node->data + f->offset;
	size_t left = node->len - f->offset;

	switch (f->kind) {
	case 'x': put_hex(t, get_number(p, f->size)); break;
	case 'd': put_digits(t, get_number(p, f->size), 10, 1); break;
	case 'p': put_digits(t, get_number(p, f->size), 16, 2 * f->size); break;
	case 'e':
	case 'f': put_named(t, f, get_number(p, f->size) & f->mask); break;
	case 'H':
		put_string(t, "0x");
		fallthrough;
	case 'h': put_octets(t, p, f->size); break;
	case 'r': put_octets(t, p, left); break;
	case 'g': put_guid(t, p); break;
	case 'i': put_eisa(t, get_le32(p)); break;
	case 'm': put_mac(t, p, f->size); break;
	case 'v': put_ipv4(t, p); break;
	case 'w': put_ipv6(t, p); break;
	case 'a':
	case 'z': put_chars(t, p, left); break;
	case 's': put_chars(t, p, f->size); break;
	case 'q': put_quoted(t, p, left); break;
	case 'n': put_node_string(t, node, f->size); break;
	case 'U': put_unique(t, node, p); break;
	case 'A': put_numbers(t, node, f->offset); break;
	case 'D': put_addresses(t, node, f->offset); break;
	case 'S': put_signature(t, node); break;
	case 'T': put_topology(t, get_le16(p), f->size); break;
	case 'E': put_eui64(t, p); break;
	}
}

static bool field_is_shown(const struct text *t, const struct node *node,
			   const struct dp_text_field *f)
{
	if (f->kind == '=' || (f->detail && t->display_only))
		return false;
	if (f->offset + dp_text_field_bytes(f) > node->len)
		return false;
	return f->kind != 'r' || node->len > f->offset;
}

static void put_fields(struct text *t, const struct node *node, const char *fields)
{
	struct dp_text_field f;
	bool first = true;

	while (dp_text_next_field(&fields, &f)) {
		if (!field_is_shown(t, node, &f))
			continue;
		if (!first)
			put_char(t, ',');
		put_field(t, node, &f);
		first = false;
	}
}

static bool has_octets(const struct node *node, const char *fields)
{
	struct dp_text_field f;
	u8 octets[16];
	size_t n;

	while (dp_text_next_field(&fields, &f) && f.kind == '=') {
		n = dp_text_octets(f.names, octets, sizeof(octets));
		if (memcmp(node->data + f.offset, octets, n) != 0)
			return false;
	}
	return true;
}

static const struct dp_text_form *find_form(const struct text *t, const struct node *node)
{
	const struct dp_text_form *form = dp_text_forms;
	u8 off = (t->shortcuts ? 0 : DP_TEXT_SHORTCUT) | (t->display_only ? 0 : DP_TEXT_DISPLAY);

	for (; form < dp_text_forms + dp_text_form_count; form++) {
		if (form->type == node->data[0] && form->subtype == node->data[1] &&
		    node->len >= form->min && !(form->flags & off) &&
		    has_octets(node, form->fields) &&
		    (!form->match || form->match(node->data, node->len)))
			return form;
	}
	return NULL;
}

/* What has no form of its own. */
static void put_generic(struct text *t, const struct node *node)
{
	u8 type = node->data[0];
	const char *name = type < DP_TEXT_GENERIC_TYPES ? dp_text_generic[type] : NULL;

	put_string(t, name ? name : "Path");
	put_char(t, '(');
	if (!name) {
		put_digits(t, type, 10, 1);
		put_char(t, ',');
	}
	put_digits(t, node->data[1], 10, 1);
	if (node->len > HEAD) {
		put_char(t, ',');
		put_octets(t, node->data + HEAD, node->len - HEAD);
	}
	put_char(t, ')');
}

static void put_node(struct text *t, const struct node *node)
{
	const struct dp_text_form *form;

	if (node->data[0] == DP_MEDIA && node->data[1] == DP_MEDIA_FILE) {
		put_wide(t, node->data + HEAD, node->len - HEAD);
		return;
	}
	form = find_form(t, node);
	if (!form) {
		put_generic(t, node);
		return;
	}
	put_string(t, form->name);
	put_char(t, '(');
	put_fields(t, node, form->fields);
	put_char(t, ')');
}

/* @path has been checked up to its end. */
static void put_path(struct text *t, const struct efi_device_path *path)
{
	bool first = true;

	for (; !efi_dp_is_end(path); path = efi_dp_next(path)) {
		struct node node = { (const u8 *)path, efi_dp_node_size(path) };

		if (path->type == DP_END) {
			put_char(t, ',');
			first = true;
			continue;
		}
		if (!first)
			put_char(t, '/');
		put_node(t, &node);
		first = false;
	}
}

/* Room for what was measured, with its NUL at the end of it. */
static bool text_begin(struct text *t)
{
	void *mem;

	if (efi_allocate_pool(MEM_BOOT_DATA, (t->len + 1) * sizeof(t->buf[0]), &mem) !=
	    EFI_SUCCESS)
		return false;
	t->buf = mem;
	t->max = t->len;
	t->len = 0;
	memset(mem, 0, (t->max + 1) * sizeof(t->buf[0]));
	return true;
}

efi_char16_t *efi_dp_to_text(const struct efi_device_path *path, bool display_only,
			     bool shortcuts)
{
	struct text t = { .display_only = display_only, .shortcuts = shortcuts };

	if (!path || efi_dp_size(path, EFI_DP_MAX) == 0)
		return NULL;
	put_path(&t, path);
	if (!text_begin(&t))
		return NULL;
	put_path(&t, path);
	return t.buf;
}

efi_char16_t *dp_node_to_text(const struct efi_device_path *node, bool display_only,
			      bool shortcuts)
{
	struct text t = { .display_only = display_only, .shortcuts = shortcuts };
	struct node n = { (const u8 *)node, 0 };

	if (!node)
		return NULL;
	n.len = efi_dp_node_size(node);
	if (n.len < HEAD)
		return NULL;
	put_node(&t, &n);
	if (!text_begin(&t))
		return NULL;
	put_node(&t, &n);
	return t.buf;
}
