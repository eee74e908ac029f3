#include "base/transfer.h"

#include "base/arena.h"

/* The value of a base64 digit; -1 when it is none. */
static int
sextet(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

char *
transfer_base64(struct arena *a, const char *s, size_t n, size_t *ret_size)
{
	char *out = arena_alloc(a, n / 4 * 3 + 4);
	size_t to = 0;
	unsigned bits = 0, held = 0;
	for (size_t i = 0; i < n; i++) {
		int v = sextet((unsigned char)s[i]);
		if (s[i] == '=')
			held = 0; /* padding; another piece may follow */
		if (v < 0)
			continue;
		bits = bits << 6 | (unsigned)v;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[to++] = (char)(bits >> held & 0xff);
		}
	}
	out[to] = '\0';
	*ret_size = to;
	return out;
}

int
transfer_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of a soft line break after the '=' at s: blanks, then the line's end; 0: none. */
static size_t
soft_break(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i == n)
		return n == 0 ? 0 : i;
	if (s[i] == '\r' && i + 1 < n && s[i + 1] == '\n')
		return i + 2;
	return s[i] == '\n' ? i + 1 : 0;
}

char *
transfer_quoted(struct arena *a, const char *s, size_t n, bool header, size_t *ret_size)
{
	char *out = arena_alloc(a, n + 1);
	size_t to = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '=') {
			out[to++] = header && s[i] == '_' ? ' ' : s[i];
			continue;
		}
		int high = i + 2 < n ? transfer_hex(s[i + 1]) : -1;
		int low = high >= 0 ? transfer_hex(s[i + 2]) : -1;
		size_t skip = soft_break(s + i + 1, n - i - 1);
		if (low >= 0) {
			out[to++] = (char)(high << 4 | low);
			i += 2;
		} else if (skip > 0 || i + 1 == n) {
			i += skip;
		} else {
			out[to++] = '=';
		}
	}
	out[to] = '\0';
	*ret_size = to;
	return out;
}
