#include "calendar/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/origin.h"
#include "base/when.h"

enum {
	DEFAULT_WAIT_S = 60
}; /* when a server asks us to wait and does not say how long */

struct names {
	const char *room, *user, *host;
};

/* What goes into a command that an administrator may paste: no quote, no control
 * character. */
static void
put_name(char *out, size_t size, const char *name)
{
	size_t n = strlen(out);
	for (; *name != '\0' && n + 1 < size; name++)
		if ((unsigned char)*name >= ' ' && strchr("\"`$\x7f", *name) == NULL)
			out[n++] = *name;
	out[n] = '\0';
}

static void
fill(char *out, size_t size, const char *template, const struct names *names)
{
	static const char *const slots[] = {"{room}", "{user}", "{host}"};
	const char *const values[] = {names->room, names->user, names->host};
	out[0] = '\0';
	while (*template != '\0') {
		size_t i = 0;
		while (i < 3 && strncmp(template, slots[i], 6) != 0)
			i++;
		if (i < 3) {
			put_name(out, size, values[i]);
			template += 6;
			continue;
		}
		size_t n = strlen(out);
		if (n + 1 < size) {
			out[n] = *template;
			out[n + 1] = '\0';
		}
		template ++;
	}
}

void
calendar_explain(struct err *err, enum err_grade grade, const char *code,
	struct words words, const char *room, const struct calendar_link *link)
{
	char text[sizeof err->text], cure[sizeof err->cure];
	struct origin o = {0};
	char host[300] = "HOST";
	if (origin_read(link->url, &o)) {
		bool usual = strcmp(o.port, "443") == 0;
		snprintf(host, sizeof host, "%s%s%s", o.host, usual ? "" : ":",
			usual ? "" : o.port);
	}
	struct names names = {room != NULL ? room : "the room",
		link->user != NULL ? link->user : "the account",
		host};
	fill(text, sizeof text, words.text, &names);
	fill(cure, sizeof cure, words.cure, &names);
	if (strncmp(code, "Error", 5) == 0)
		err_set(err, grade, code, "%s (%s)", text, code);
	else
		err_set(err, grade, code, "%s", text);
	err_cure(err, "%s", cure);
	origin_release(&o);
}

void
calendar_set_retry(struct err *err, const struct calendar_link *link,
	const struct http_answer *http, const struct reply *reply)
{
	int64_t (*now)(void) = link->now != NULL ? link->now : when_now;
	int64_t ms = reply != NULL ? reply->wait_ms : 0;
	if (http->retry_after_ms > ms)
		ms = http->retry_after_ms;
	if (ms > HTTP_MAX_WAIT_MS)
		ms = HTTP_MAX_WAIT_MS;
	if (err->grade == ERR_WAIT)
		err->retry_at = now() + (ms > 0 ? (ms + 999) / 1000 : DEFAULT_WAIT_S);
}
