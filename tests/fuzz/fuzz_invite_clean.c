#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <curl/curl.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "invite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool true_of_every_invite)
{
	if (!true_of_every_invite)
		abort();
}

static void
check_part(const struct invite_part *p)
{
	must(utf8_valid(p->text, p->size) && strlen(p->text) == p->size);
	size_t end = 0;
	for (size_t i = 0; i < p->n_lines; i++) {
		const struct invite_line *l = &p->lines[i];
		must(l->at == end + (i > 0));
		must(memchr(p->text + l->at, '\n', l->len) == NULL);
		end = l->at + l->len;
		must(i + 1 == p->n_lines || p->text[end] == '\n');
	}
	must(end == p->size);
	must(p->n_spans > 0 && p->n_spans <= p->size + 1 && p->spans[0].at == 0);
	for (size_t i = 0; i < p->n_spans; i++) {
		must(i == 0 || p->spans[i].at > p->spans[i - 1].at);
		must(p->spans[i].at <= p->size && p->spans[i].origin <= p->original_size);
	}
	/* what is literal stands there byte for byte */
	for (size_t i = 0; i + 1 < p->n_spans; i++) {
		const struct invite_span *s = &p->spans[i];
		size_t n = s[1].at - s->at;
		if (!s->literal)
			continue;
		must(s->origin + n <= p->original_size);
		must(memcmp(p->text + s->at, p->original + s->origin, n) == 0);
		must(invite_origin(p, s[1].at - 1) == s->origin + n - 1);
	}
}

/* A host that we name is the one that another reader would ask. */
static void
check_host(const struct invite_link *l)
{
	CURLU *u = curl_url();
	char *host = NULL;
	if (l->host[0] != '\0' && !l->schemeless && strncmp(l->scheme, "http", 4) == 0 &&
		curl_url_set(u, CURLUPART_URL, l->url, 0) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		size_t n = strlen(host);
		n -= n > 0 && host[n - 1] == '.';
		must(strlen(l->host) == n && strncasecmp(l->host, host, n) == 0);
	}
	curl_free(host);
	curl_url_cleanup(u);
}

static void
check_links(const struct invite *invite)
{
	size_t part = 0, at = 0;
	must(invite->n_links <= INVITE_MAX_LINKS);
	for (size_t i = 0; i < invite->n_links; i++) {
		const struct invite_link *l = &invite->links[i];
		must(l->part < invite->n_parts);
		must(l->part > part || (l->part == part && l->at >= at));
		const struct invite_part *p = &invite->parts[l->part];
		part = l->part;
		at = l->at + l->len;
		must(at <= p->size && l->line < p->n_lines);
		must(l->at >= p->lines[l->line].at &&
			at <= (size_t)p->lines[l->line].at + p->lines[l->line].len);
		must(l->n_wrappers <= INVITE_MAX_UNWRAP);
		must(utf8_valid(l->url, strlen(l->url)));
		must(l->rest >= l->url && l->rest <= l->url + strlen(l->url));
		check_host(l);
		for (const char *c = l->host; *c != '\0'; c++)
			must(strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", *c) !=
				NULL);
	}
}

/* The first byte says what the rest is. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct arena *a = arena_new(0);
	const char *text = arena_strndup(a, (const char *)data + 1, size - 1);
	struct event_body body = {
		data[0] & 1 ? EVENT_HTML : EVENT_TEXT, "body", text, size - 1};
	struct entry_point entry = {.uri = text};
	struct event event = {.id = "1", .bodies = &body, .n_bodies = 1};
	if (data[0] & 2) {
		event.entries = &entry;
		event.n_entries = 1;
		event.location = event.subject = text;
	}
	const struct invite *invite = invite_clean(a, &event);
	for (size_t i = 0; i < invite->n_parts; i++)
		check_part(&invite->parts[i]);
	check_links(invite);
	arena_free(a);
	return 0;
}
