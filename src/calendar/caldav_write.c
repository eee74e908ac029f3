/* Requests, and the paths that they are about. */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/origin.h"
#include "calendar/caldav.h"
#include "calendar/ical_days.h"

#define SPACES                                                                           \
	"xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" "                    \
	"xmlns:S=\"http://calendarserver.org/ns/\""
#define HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

const char *
caldav_server(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");
	size_t n = host != NULL ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : 0;
	return arena_strndup(a, url, n);
}

/* Nothing that a server and we could take for different places. */
static bool
is_path(const char *s)
{
	size_t n = strlen(s);
	if (*s != '/' || n > CALDAV_MAX_PATH || s[1] == '/')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 0x7f ||
			strchr("?#\\\"<>{}|^`", s[i]) != NULL)
			return false;
	for (const char *part = s; part != NULL; part = strchr(part + 1, '/')) {
		size_t len = strcspn(part + 1, "/");
		if ((len == 1 && part[1] == '.') ||
			(len == 2 && part[1] == '.' && part[2] == '.'))
			return false;
	}
	return strcasestr(s, "%2e%2e") == NULL && strcasestr(s, "%2f") == NULL;
}

const char *
caldav_path(struct arena *a, const char *link_url, const char *href)
{
	struct origin ours = {0}, theirs = {0};
	const char *host = strstr(href, "://");
	if (*href == '/')
		return is_path(href) ? arena_strdup(a, href) : NULL;
	const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
	bool same = path != NULL && origin_read(link_url, &ours) &&
		    origin_read(href, &theirs) && origin_same(&ours, &theirs);
	origin_release(&ours);
	origin_release(&theirs);
	return same && is_path(path) ? arena_strdup(a, path) : NULL;
}

static void
ask(struct arena *a, enum http_method method, const char *url, int depth,
	struct buf *body, struct http_ask *ret)
{
	const char **headers = arena_many(a, const char *, 1);
	headers[0] = depth == 0 ? "Depth: 0" : "Depth: 1";
	*ret = (struct http_ask){.method = method,
		.url = url,
		.headers = headers,
		.n_headers = 1,
		.body = body->s,
		.body_size = body->n,
		.content_type = "application/xml; charset=utf-8"};
}

void
caldav_ask_find(struct arena *a, const char *url, bool all, struct http_ask *ret)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, HEAD "<D:propfind " SPACES "><D:prop><D:resourcetype/>");
	buf_str(&b, all ? "<D:displayname/>"
			: "<D:current-user-principal/><C:calendar-home-set/>");
	buf_str(&b, "</D:prop></D:propfind>");
	ask(a, HTTP_PROPFIND, url, all, &b, ret);
}

void
caldav_ask_state(struct arena *a, const char *url, struct http_ask *ret)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, HEAD "<D:propfind " SPACES "><D:prop><D:resourcetype/><D:sync-token/>"
			 "<S:getctag/></D:prop></D:propfind>");
	ask(a, HTTP_PROPFIND, url, 0, &b, ret);
}

void
caldav_ask_changes(
	struct arena *a, const char *url, const char *token, struct http_ask *ret)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, HEAD "<D:sync-collection " SPACES "><D:sync-token>");
	buf_xml(&b, token);
	buf_str(&b,
		"</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>"
		"</D:sync-collection>");
	ask(a, HTTP_REPORT, url, 0, &b, ret);
}

static void
put_time(struct buf *b, const char *name, int64_t t)
{
	struct tm tm = clock_of(t);
	buf_printf(b, " %s=\"%04d%02d%02dT%02d%02d%02dZ\"", name, tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
caldav_ask_events(struct arena *a, const char *url, int64_t from, int64_t to, bool texts,
	struct http_ask *ret)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, HEAD "<C:calendar-query " SPACES "><D:prop><D:getetag/>");
	buf_str(&b, texts ? "<C:calendar-data/>" : "");
	buf_str(&b, "</D:prop><C:filter><C:comp-filter name=\"VCALENDAR\">"
		    "<C:comp-filter name=\"VEVENT\"><C:time-range");
	put_time(&b, "start", from);
	put_time(&b, "end", to);
	buf_str(&b, "/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>");
	ask(a, HTTP_REPORT, url, 1, &b, ret);
}

void
caldav_ask_these(struct arena *a, const char *url, const char *const *paths, size_t n,
	struct http_ask *ret)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, HEAD "<C:calendar-multiget " SPACES
			 "><D:prop><D:getetag/><C:calendar-data/></D:prop>");
	for (size_t i = 0; i < n; i++) {
		buf_str(&b, "<D:href>");
		buf_xml(&b, paths[i]);
		buf_str(&b, "</D:href>");
	}
	buf_str(&b, "</C:calendar-multiget>");
	ask(a, HTTP_REPORT, url, 1, &b, ret);
}
