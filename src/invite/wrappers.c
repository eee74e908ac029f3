#include "invite/wrappers.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"

/* What stands for the inner link: NULL when the wrapper cannot be read. */
typedef char *undo(struct arena *a, const struct url *u, const char *key);

static bool
is_web(const char *s)
{
	return strncasecmp(s, "https://", 8) == 0 || strncasecmp(s, "http://", 7) == 0;
}

/* The value of the query's only parameter of that name, as written. */
static char *
parameter(struct arena *a, const char *rest, const char *name)
{
	const char *s = rest + strcspn(rest, "?#"), *found = NULL;
	size_t n = strlen(name);
	while (*s == '?' || *s == '&') {
		s++;
		if (strncmp(s, name, n) == 0 && s[n] == '=') {
			if (found != NULL)
				return NULL; /* which of two would be followed is a guess */
			found = s + n + 1;
		}
		s += strcspn(s, "&#");
	}
	return found != NULL ? arena_strndup(a, found, strcspn(found, "&#")) : NULL;
}

static char *
undo_parameter(struct arena *a, const struct url *u, const char *key)
{
	char *s = parameter(a, u->rest, key);
	return s != NULL && url_unescape(s) ? s : NULL;
}

/* google.com/url?q=, in some mails url= */
static char *
undo_google(struct arena *a, const struct url *u, const char *key)
{
	char *s = undo_parameter(a, u, key), *other = undo_parameter(a, u, "url");
	if (s != NULL && other != NULL)
		return NULL;
	return s != NULL ? s : other;
}

/* urldefense v2: '-' for '%', '_' for '/' */
static char *
undo_v2(struct arena *a, const struct url *u, const char *key)
{
	char *s = parameter(a, u->rest, key);
	if (s == NULL || strchr(s, '%') != NULL)
		return NULL;
	for (char *c = s; *c != '\0'; c++)
		*c = *c == '-' ? '%' : *c == '_' ? '/' : *c;
	return url_unescape(s) ? s : NULL;
}

static const char base64[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* base64url without padding; the result is NUL-terminated. */
static char *
read_base64(struct arena *a, const char *s, size_t n, size_t *ret_n)
{
	char *out = arena_alloc(a, n + 1);
	unsigned bits = 0, held = 0;
	*ret_n = 0;
	while (n > 0 && s[n - 1] == '=')
		n--;
	for (size_t i = 0; i < n; i++) {
		char c = s[i] == '+' ? '-' : s[i] == '/' ? '_' : s[i];
		const char *at = c != '\0' ? strchr(base64, c) : NULL;
		if (at == NULL)
			return NULL;
		bits = bits << 6 | (unsigned)(at - base64);
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[(*ret_n)++] = (char)(bits >> held & 0xff);
		}
	}
	return out;
}

/*
 * urldefense v3: "__https://…__;LIST!!…$". A '*' stands for the next character of the
 * base64 list, "**X" for a run of them: two for A, three for B, and so on.
 */
static char *
undo_v3(struct arena *a, const struct url *u, const char *key)
{
	const char *s = strstr(u->rest, key), *end = s != NULL ? strstr(s, "__;") : NULL;
	if (end == NULL || strncmp(u->rest, "/v3/", 4) != 0)
		return NULL;
	s += strlen(key);
	const char *list = end + 3;
	size_t n_list = strcspn(list, "!"), held, used = 0;
	char *given = list[n_list] == '!' ? read_base64(a, list, n_list, &held) : NULL;
	if (given == NULL || end <= s)
		return NULL;
	char *out = arena_alloc(a, (size_t)(end - s) + held + 2), *to = out;
	for (; s < end; s++) {
		size_t run = 1;
		if (*s != '*') {
			*to++ = *s;
			/* mail programs make one slash of two, of "http:" and "https:" */
			if (*s == ':' && (to - out == 5 || to - out == 6) && s[1] == '/' &&
				s[2] != '/')
				*to++ = '/';
			continue;
		}
		if (s[1] == '*') {
			const char *at = s + 2 < end ? strchr(base64, s[2]) : NULL;
			if (at == NULL)
				return NULL;
			run = (size_t)(at - base64) + 2;
			s += 2;
		}
		for (; run > 0; run--) {
			if (used == held)
				return NULL;
			do
				*to++ = given[used++];
			while (used < held &&
				((unsigned char)given[used] & 0xc0) == 0x80);
		}
	}
	*to = '\0';
	for (const char *c = out; c < to; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return NULL;
	return used == held ? out : NULL;
}

/* secure-web.cisco.com/…/https%3A%2F%2F… : the path's last segment */
static char *
undo_path(struct arena *a, const struct url *u, const char *key)
{
	(void)key;
	const char *end = u->rest + strcspn(u->rest, "?#"), *s = end;
	while (s > u->rest && s[-1] != '/')
		s--;
	char *out = arena_strndup(a, s, (size_t)(end - s));
	return url_unescape(out) ? out : NULL;
}

/* protection.sophos.com/?d=…&u=BASE64 */
static char *
undo_base64(struct arena *a, const struct url *u, const char *key)
{
	size_t n;
	char *s = undo_parameter(a, u, key);
	char *out = s != NULL ? read_base64(a, s, strlen(s), &n) : NULL;
	for (size_t i = 0; out != NULL && i < n; i++)
		if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f)
			return NULL;
	return out;
}

/* Clari's notetaker joins a Google Meet whose code it prints: three, four and three letters. */
static char *
undo_clari(struct arena *a, const struct url *u, const char *key)
{
	size_t at = strlen(key), i = 0;
	static const char shape[] = "aaa-aaaa-aaa";
	const char *s = u->rest + at;
	if (strncmp(u->rest, key, at) != 0)
		return NULL;
	for (; shape[i] != '\0'; i++)
		if (shape[i] == 'a' ? s[i] < 'a' || s[i] > 'z' : s[i] != '-')
			return NULL;
	if (strcmp(s + i, "") != 0 && strcmp(s + i, "/") != 0)
		return NULL;
	return arena_printf(a, "https://meet.google.com/%.*s", (int)i, s);
}

/* A host that begins with a dot stands for all below it. */
static const struct wrapper {
	const char *name, *host, *path;
	undo *undo; /* NULL: opaque, only its own server knows what is inside */
	const char *key;
} wrappers[] = {
	{"safelinks", ".safelinks.protection.outlook.com", "/", undo_parameter, "url"},
	{"safelinks", ".safelinks.protection.office365.us", "/", undo_parameter, "url"},
	{"safelinks", "statics.teams.cdn.office.net", "/evergreen-assets/safelinks/",
		undo_parameter, "url"},
	{"google", "google.com", "/url?", undo_google, "q"},
	{"google", "www.google.com", "/url?", undo_google, "q"},
	{"proofpoint-v1", "urldefense.proofpoint.com", "/v1/url?", undo_parameter, "u"},
	{"proofpoint-v2", "urldefense.proofpoint.com", "/v2/url?", undo_v2, "u"},
	{"proofpoint-v3", "urldefense.com", "/v3/", undo_v3, "__"},
	{"proofpoint-v3", "urldefense.us", "/v3/", undo_v3, "__"},
	{"proofpoint-v3", "urldefense.proofpoint.com", "/v3/", undo_v3, "__"},
	{"barracuda", "linkprotect.cudasvc.com", "/url?", undo_parameter, "a"},
	{"cisco", "secure-web.cisco.com", "/", undo_path, NULL},
	{"trendmicro", ".trendmicro.com", "/wis/clicktime/v1/query?", undo_parameter,
		"url"},
	{"fireeye", "protect2.fireeye.com", "/", undo_parameter, "u"},
	{"symantec", "clicktime.symantec.com", "/", undo_parameter, "u"},
	{"sophos", ".protection.sophos.com", "/", undo_base64, "u"},
	{"slack", "slack-redir.net", "/link?", undo_parameter, "url"},
	{"linkedin", "www.linkedin.com", "/redir/redirect?", undo_parameter, "url"},
	{"linkedin", "linkedin.com", "/redir/redirect?", undo_parameter, "url"},
	{"clari", "go.copilot.clari.com", "/hangout/", undo_clari, "/hangout/"},
	{"mimecast", ".mimecast.com", "/s/", NULL, NULL},
	{"mimecast", ".mimecastprotect.com", "/", NULL, NULL},
	{"bitdefender", "linkscan.io", "/", NULL, NULL},
	{"zm.page", ".zm.page", "", NULL, NULL},
	{"reclaim", "reclaim.ai", "/z/", NULL, NULL},
	{"calendly", "calendly.com", "/events/", NULL, NULL},
	{"bitly", "bit.ly", "/", NULL, NULL},
	{"tinyurl", "tinyurl.com", "/", NULL, NULL},
};

static const struct wrapper *
find(const struct url *u)
{
	const char *rest = u->rest[0] == '?' ? "/" : u->rest; /* "…outlook.com?url=" */
	for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
		const struct wrapper *w = &wrappers[i];
		if (url_host_is(u->host, w->host) &&
			strncmp(rest, w->path, strlen(w->path)) == 0)
			return w;
	}
	return NULL;
}

bool
unwrap(struct arena *a, const char *text, bool schemeless, struct unwrapped *ret)
{
	struct unwrapped u = {.text = text};
	if (!url_read(a, text, schemeless, &u.url))
		return false;
	while (u.n_names < INVITE_MAX_UNWRAP && u.url.host[0] != '\0' && u.url.plain) {
		struct url inner;
		const struct wrapper *w = find(&u.url);
		if (w == NULL)
			break;
		char *next = w->undo != NULL ? w->undo(a, &u.url, w->key) : NULL;
		if (next == NULL || !is_web(next) || !utf8_valid(next, strlen(next)) ||
			!url_read(a, next, false, &inner)) {
			u.opaque = true;
			break;
		}
		u.names[u.n_names++] = w->name;
		u.text = next;
		u.url = inner;
	}
	*ret = u;
	return true;
}
