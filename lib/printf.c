/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Formatted output to a buffer. Document: ISO/IEC 9899:2011, section 7.21.6.1,
 * of which fw/printf.h lists the part that exists.
 */
#include <fw/printf.h>
#include <fw/string.h>

#define INT_LIMIT	0x7fffffff

/* Enough for 64 bits in base 10, the longest that is written. */
#define DIGITS_MAX	20

struct out {
	char *buf;
	size_t room;		/* characters that fit, without the NUL */
	size_t len;		/* characters so far, also those that did not fit */
};

struct spec {
	bool left, zero, alt, has_precision;
	u32 width, precision;
	u8 size;		/* bytes of an integer argument */
	char conv;
};

static void out_write(struct out *out, const char *s, size_t n)
{
	if (out->len < out->room)
		memcpy(out->buf + out->len, s, MIN(n, out->room - out->len));
	out->len += n;
}

static void out_fill(struct out *out, char c, size_t n)
{
	if (out->len < out->room)
		memset(out->buf + out->len, c, MIN(n, out->room - out->len));
	out->len += n;
}

static void out_padded(struct out *out, const struct spec *spec, const char *s, size_t n)
{
	size_t pad = spec->width > n ? spec->width - n : 0;

	if (pad && !spec->left)
		out_fill(out, ' ', pad);
	out_write(out, s, n);
	if (pad && spec->left)
		out_fill(out, ' ', pad);
}

/* Digits from the end of a buffer towards its start; returns the first. */
static char *digits_hex(char *end, u64 value, char letter_a)
{
	for (; value; value >>= 4) {
		char d = (char)(value & 0xf);

		*--end = (char)(d < 10 ? '0' + d : letter_a + d - 10);
	}
	return end;
}

static char *digits_dec(char *end, u64 value)
{
	/* 32-bit division is the cheaper one. */
	for (; value > 0xffffffff; value /= 10)
		*--end = (char)('0' + value % 10);
	for (u32 low = (u32)value; low; low /= 10)
		*--end = (char)('0' + low % 10);
	return end;
}

static void out_number(struct out *out, const struct spec *spec, u64 value, bool negative)
{
	char buf[DIGITS_MAX], *end = buf + sizeof(buf), *first;
	const char *prefix = "";
	size_t digits, zeros = 0, prefix_len = 0, total;

	if (spec->conv == 'x' || spec->conv == 'X') {
		first = digits_hex(end, value, spec->conv == 'x' ? 'a' : 'A');
		if (spec->alt && value) {
			prefix = spec->conv == 'x' ? "0x" : "0X";
			prefix_len = 2;
		}
	} else {
		first = digits_dec(end, value);
		if (negative) {
			prefix = "-";
			prefix_len = 1;
		}
	}

	digits = (size_t)(end - first);
	if (spec->has_precision)
		zeros = spec->precision > digits ? spec->precision - digits : 0;
	else if (spec->zero && !spec->left && spec->width > digits + prefix_len)
		zeros = spec->width - digits - prefix_len;
	else if (!digits)
		zeros = 1;

	total = prefix_len + zeros + digits;
	if (!spec->left && spec->width > total)
		out_fill(out, ' ', spec->width - total);
	if (prefix_len)
		out_write(out, prefix, prefix_len);
	if (zeros)
		out_fill(out, '0', zeros);
	out_write(out, first, digits);
	if (spec->left && spec->width > total)
		out_fill(out, ' ', spec->width - total);
}

/* An argument as promoted by the call, cut to the size that was asked for. */
static u64 arg_unsigned(const struct spec *spec, va_list *args)
{
	switch (spec->size) {
	case 1:
		return (u8)va_arg(*args, unsigned int);
	case 2:
		return (u16)va_arg(*args, unsigned int);
	case 4:
		return va_arg(*args, unsigned int);
	default:
		return va_arg(*args, u64);
	}
}

static s64 arg_signed(const struct spec *spec, va_list *args)
{
	switch (spec->size) {
	case 1:
		return (s8)va_arg(*args, int);
	case 2:
		return (s16)va_arg(*args, int);
	case 4:
		return va_arg(*args, int);
	default:
		return va_arg(*args, s64);
	}
}

static const char *parse_number(const char *p, u32 *value)
{
	u32 n = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		/* More than this is a mistake, and must not wrap. */
		if (n < INT_LIMIT / 16)
			n = n * 10 + (u32)(*p - '0');
	}
	*value = n;
	return p;
}

static const char *parse_flags(const char *p, struct spec *spec)
{
	for (;; p++) {
		if (*p == '-')
			spec->left = true;
		else if (*p == '0')
			spec->zero = true;
		else if (*p == '#')
			spec->alt = true;
		else
			return p;
	}
}

static const char *parse_width(const char *p, struct spec *spec, va_list *args)
{
	int n;

	if (*p != '*')
		return parse_number(p, &spec->width);
	n = va_arg(*args, int);
	if (n < 0)
		spec->left = true;
	spec->width = n < 0 ? -(u32)n : (u32)n;
	return p + 1;
}

static const char *parse_precision(const char *p, struct spec *spec, va_list *args)
{
	int n;

	spec->has_precision = true;
	if (*p != '*')
		return parse_number(p, &spec->precision);
	n = va_arg(*args, int);
	if (n < 0)
		spec->has_precision = false;
	else
		spec->precision = (u32)n;
	return p + 1;
}

static const char *parse_length(const char *p, struct spec *spec)
{
	spec->size = sizeof(int);
	if (*p == 'h') {
		spec->size = sizeof(short);
		if (*++p == 'h') {
			spec->size = sizeof(char);
			p++;
		}
	} else if (*p == 'l') {
		spec->size = sizeof(long);
		if (*++p == 'l')
			p++;
	} else if (*p == 'z') {
		spec->size = sizeof(size_t);
		p++;
	}
	return p;
}

static const char *parse_spec(const char *p, struct spec *spec, va_list *args)
{
	*spec = (struct spec){ .size = 0 };
	p = parse_flags(p, spec);
	p = parse_width(p, spec, args);
	if (*p == '.')
		p = parse_precision(p + 1, spec, args);
	p = parse_length(p, spec);
	spec->conv = *p;
	return p;
}

static void out_string(struct out *out, const struct spec *spec, const char *s)
{
	if (!s)
		s = "(null)";
	out_padded(out, spec, s, spec->has_precision ? strnlen(s, spec->precision) : strlen(s));
}

/* Returns false if there is no such conversion. */
static bool out_conversion(struct out *out, struct spec *spec, va_list *args)
{
	s64 n;
	char c;

	switch (spec->conv) {
	case 'c':
		c = (char)va_arg(*args, int);
		out_padded(out, spec, &c, 1);
		return true;
	case 's':
		out_string(out, spec, va_arg(*args, const char *));
		return true;
	case 'd':
	case 'i':
		n = arg_signed(spec, args);
		out_number(out, spec, n < 0 ? -(u64)n : (u64)n, n < 0);
		return true;
	case 'p':
		spec->size = sizeof(void *);
		spec->alt = true;
		spec->conv = 'x';
		fallthrough;
	case 'u':
	case 'x':
	case 'X':
		out_number(out, spec, arg_unsigned(spec, args), false);
		return true;
	case '%':
		out_write(out, "%", 1);
		return true;
	default:
		return false;
	}
}

static void format(struct out *out, const char *fmt, va_list *args)
{
	struct spec spec;
	const char *p;

	for (;;) {
		for (p = fmt; *p && *p != '%'; p++)
			;
		if (p != fmt)
			out_write(out, fmt, (size_t)(p - fmt));
		if (!*p)
			return;
		fmt = p;
		p = parse_spec(fmt + 1, &spec, args);
		if (*p)
			p++;
		if (!out_conversion(out, &spec, args))
			out_write(out, fmt, (size_t)(p - fmt));
		fmt = p;
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out out = { .buf = buf, .room = size ? size - 1 : 0 };
	va_list copy;

	/* A parameter of array type has decayed; a copy can be pointed to. */
	va_copy(copy, args);
	format(&out, fmt, &copy);
	va_end(copy);
	if (size)
		buf[MIN(out.len, out.room)] = '\0';
	return (int)MIN(out.len, (size_t)INT_LIMIT);
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}
