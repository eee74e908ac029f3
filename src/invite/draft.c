#include "invite/draft.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

void
draft_init(struct draft *d, struct arena *a)
{
	*d = (struct draft){.arena = a};
}

static bool
is_blank(const char *s, size_t n)
{
	return strspn(s, " \t\r\n") >= n;
}

/* One character more than is read stays, so that it can be seen that something is cut
 * off. */
void
draft_body(struct draft *d, enum event_body_kind kind, const char *name, const char *text,
	size_t size)
{
	if (is_blank(text, size) || d->n_bodies == DRAFT_MAX_BODIES)
		return;
	if (size > INVITE_MAX_BODY)
		text = arena_strndup(
			d->arena, text, size = utf8_cut(text, size, INVITE_MAX_BODY + 4));
	d->bodies[d->n_bodies++] = (struct event_body){
		.kind = kind,
		.name = arena_strdup(d->arena, name),
		.text = text,
		.size = size,
	};
}

void
draft_entry(struct draft *d, const struct entry_point *entry)
{
	if (draft_text(entry->uri) == NULL || d->n_entries == DRAFT_MAX_ENTRIES)
		return;
	d->entries[d->n_entries] = *entry;
	d->entries[d->n_entries++].name = arena_strdup(d->arena, entry->name);
}

enum entry_kind
draft_kind(const char *uri)
{
	static const struct {
		const char *scheme;
		enum entry_kind kind;
	} kinds[] = {{"https:", ENTRY_VIDEO}, {"http:", ENTRY_VIDEO},
		{"tel:", ENTRY_PHONE}, {"sip:", ENTRY_SIP}, {"sips:", ENTRY_SIP}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncasecmp(uri, kinds[i].scheme, strlen(kinds[i].scheme)) == 0)
			return kinds[i].kind;
	return ENTRY_MORE;
}

/* Length of an element's name at s, 0 when none stands there. */
static size_t
name_length(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n && ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
				(i > 0 && s[i] >= '0' && s[i] <= '9')))
		i++;
	return i;
}

bool
draft_is_html(const char *s, size_t n)
{
	static const char *const elements[] = {"a", "b", "body", "br", "div", "font",
		"head", "html", "i", "li", "meta", "ol", "p", "pre", "span", "strong",
		"table", "td", "tr", "u", "ul"};
	for (const char *at = s, *end = s + n;
		(at = memchr(at, '<', (size_t)(end - at))) != NULL;) {
		at++;
		if (at < end && *at == '/')
			at++;
		size_t len = name_length(at, (size_t)(end - at));
		if (at + len == end || strchr(" >/\t\r\n", at[len]) == NULL)
			continue;
		for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
			if (strlen(elements[i]) == len &&
				strncasecmp(elements[i], at, len) == 0)
				return true;
	}
	return false;
}

const char *
draft_keep_lines(struct arena *a, const char *html, size_t size, size_t *ret_size)
{
	struct buf b;
	bool in_tag = false;
	buf_init(&b, a);
	for (size_t i = 0; i < size; i++) {
		in_tag = html[i] == '<' || (in_tag && html[i] != '>');
		if (html[i] == '\n' && !in_tag)
			buf_str(&b, "<br>");
		buf_char(&b, html[i]);
	}
	*ret_size = b.n;
	return b.s;
}

const char *
draft_text(const char *text)
{
	return text == NULL || is_blank(text, strlen(text)) ? NULL : text;
}

void
draft_event(const struct draft *d, struct event *ret)
{
	struct event_body *bodies = arena_many(d->arena, struct event_body, d->n_bodies);
	struct entry_point *entries =
		arena_many(d->arena, struct entry_point, d->n_entries);
	memcpy(bodies, d->bodies, d->n_bodies * sizeof *bodies);
	memcpy(entries, d->entries, d->n_entries * sizeof *entries);
	*ret = d->event;
	ret->bodies = bodies;
	ret->n_bodies = d->n_bodies;
	ret->entries = entries;
	ret->n_entries = d->n_entries;
}
