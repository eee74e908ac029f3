/* Links to the next page, which come from the server and are not believed. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/origin.h"
#include "calendar/graph.h"

/* One character of a path, percent-decoded (RFC 3986, 2.1), and how long it stood there. */
static char
decoded(const char *s, size_t n, size_t *ret_len)
{
	char hex[3] = {n > 2 ? s[1] : '\0', n > 2 ? s[2] : '\0', '\0'}, *end = hex;
	long c = s[0] == '%' ? strtol(hex, &end, 16) : 0;
	*ret_len = s[0] == '%' && end == hex + 2 ? 3 : 1;
	return *ret_len == 3 ? (char)c : s[0];
}

static bool
is_guid(const char *s, size_t n)
{
	size_t hex = strspn(s, "0123456789abcdefABCDEF-");
	return n == 36 && hex >= n;
}

/* "/users/MAILBOX" or "/users('MAILBOX')", by its address or by the GUID it stands for. */
static bool
names_mailbox(const char *path, size_t n, const char *mailbox)
{
	bool quoted = strncmp(path, "/users('", 8) == 0;
	size_t from = quoted ? 8 : 7, len;
	if (!quoted && strncmp(path, "/users/", 7) != 0)
		return false;
	if (quoted && (n < 10 || strncmp(path + n - 2, "')", 2) != 0))
		return false;
	size_t to = quoted ? n - 2 : n;
	if (to > from && is_guid(path + from, to - from))
		return true;
	for (; from < to && *mailbox != '\0'; from += len, mailbox++) {
		char c = decoded(path + from, to - from, &len);
		if (tolower((unsigned char)c) != tolower((unsigned char)*mailbox))
			return false;
	}
	return from == to && *mailbox == '\0';
}

/* The same origin, and below the same path. */
const char *
graph_below(const struct calendar_link *link, const char *url)
{
	struct origin ours, theirs;
	if (!origin_read(link->url, &ours))
		return NULL;
	bool same = origin_read(url, &theirs);
	if (same) {
		same = origin_same(&ours, &theirs);
		origin_release(&theirs);
	}
	origin_release(&ours);
	const char *base = strstr(link->url, "://"), *path = strstr(url, "://");
	if (!same || base == NULL || path == NULL)
		return NULL;
	base = strchr(base + 3, '/');
	path = strchr(path + 3, '/');
	size_t n = base != NULL ? strlen(base) : 0;
	while (n > 0 && base[n - 1] == '/')
		n--;
	if (path == NULL || strncmp(path, base != NULL ? base : "", n) != 0)
		return NULL;
	return path + n;
}

const char *
graph_next_view(const struct calendar_link *link, const char *mailbox, const char *url)
{
	static const char view[] = "/calendarView";
	const char *path = graph_below(link, url);
	size_t segments = path != NULL ? strcspn(path, "?#") : 0;
	size_t user = segments - (sizeof view - 1);
	return segments > sizeof view - 1 && path[segments] == '?' &&
			       strncasecmp(path + user, view, sizeof view - 1) == 0 &&
			       names_mailbox(path, user, mailbox)
		       ? path
		       : NULL;
}
