#include "extract/printed.h"

#include <string.h>
#include <strings.h>

enum { GLUED_MAX = 16 }; /* "(US)" between a number and its tail */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
}

bool
printed_is_address(const char *s)
{
	size_t groups = 0;
	for (;; s++, groups++) {
		size_t n = strspn(s, "0123456789");
		if (n == 0 || n > 3 || (n == 3 && strncmp(s, "255", 3) > 0))
			return false;
		s += n;
		if (*s != '.')
			break;
	}
	return *s == '\0' && groups == 3;
}

void
printed_read(const char *s, size_t n, struct printed *ret)
{
	size_t i = 0, len = 0;
	*ret = (struct printed){.n = 0};
	if (i < n && s[i] == '+')
		ret->text[len++] = s[i++];
	while (i < n && len < MAX_PRINTED) {
		char c = s[i];
		size_t bytes = 1;
		if (c == '%' && i + 2 < n && s[i + 1] == '2' && s[i + 2] == '0') {
			c = ' ';
			bytes = 3;
		}
		if (!is_digit(c) && (strchr(" ().-/", c) == NULL ||
					    (c == ' ' && i + 1 < n && s[i] == ' ' &&
						    s[i + 1] == ' ')))
			break;
		ret->text[len++] = c;
		i += bytes;
		if (is_digit(c)) {
			ret->digits++;
			ret->n = len;
			ret->used = i;
		}
	}
	ret->text[ret->n] = '\0';
}

size_t
printed_tail(const char *s, size_t n, size_t *ret_skip)
{
	size_t i = 0;
	while (i < n && s[i] == ' ')
		i++;
	if (i < n && s[i] == '(') {
		size_t end = i + 1;
		while (end < n && end - i < GLUED_MAX &&
			(is_letter(s[end]) || s[end] == ' '))
			end++;
		if (end + 1 < n && s[end] == ')' && s[end + 1] == ',')
			i = end + 1;
	}
	*ret_skip = i;
	if (i >= n || (s[i] != ',' && s[i] != ';'))
		return 0;
	size_t from = i, last = i;
	for (; i < n && (is_digit(s[i]) || strchr(",;*#", s[i]) != NULL); i++)
		if (s[i] != ',' && s[i] != ';')
			last = i + 1;
	return last > from + 1 ? last - from : 0;
}

bool
printed_extension(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n && strchr(" ,;", s[i]) != NULL)
		i++;
	if (i + 3 < n && strncasecmp(s + i, "ext", 3) == 0)
		return !is_letter(s[i + 3]) || strncasecmp(s + i, "exten", 5) == 0;
	return i + 1 < n && (s[i] | 32) == 'x' && is_digit(s[i + 1]);
}
