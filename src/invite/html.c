#include "invite/html.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "invite/entity.h"
#include "invite/tag.h"
#include "invite/url.h"

enum {
	MAX_DEPTH = 256,     /* of elements that change how their content is shown */
	MAX_TABLES = 32,     /* tables within tables */
	LONG_TAG = 4 * 1024, /* an image within a tag: skipped, not read */
	NO_PLACE = UINT32_MAX,
};

/* What a tag does to the text. */
enum effect {
	INLINE, /* most */
	BLOCK,
	LINE_BREAK,
	TABLE,
	ROW,
	CELL,
	ANCHOR,
	PREFORMATTED,
	QUOTE,
	RAW, /* its content is not text */
	UNSEEN,
};

struct kind {
	char name[TAG_NAME];
	enum effect effect;
};

/* Sorted by name. */
static const struct kind kinds[] = {
	{"a", ANCHOR},
	{"address", BLOCK},
	{"article", BLOCK},
	{"aside", BLOCK},
	{"blockquo", QUOTE},
	{"body", BLOCK},
	{"br", LINE_BREAK},
	{"caption", BLOCK},
	{"center", BLOCK},
	{"dd", BLOCK},
	{"dir", BLOCK},
	{"div", BLOCK},
	{"dl", BLOCK},
	{"dt", BLOCK},
	{"fieldset", BLOCK},
	{"figcapti", BLOCK},
	{"figure", BLOCK},
	{"footer", BLOCK},
	{"form", BLOCK},
	{"h1", BLOCK},
	{"h2", BLOCK},
	{"h3", BLOCK},
	{"h4", BLOCK},
	{"h5", BLOCK},
	{"h6", BLOCK},
	{"header", BLOCK},
	{"hr", BLOCK},
	{"li", BLOCK},
	{"main", BLOCK},
	{"menu", BLOCK},
	{"nav", BLOCK},
	{"ol", BLOCK},
	{"option", BLOCK},
	{"p", BLOCK},
	{"pre", PREFORMATTED},
	{"script", RAW},
	{"section", BLOCK},
	{"style", RAW},
	{"table", TABLE},
	{"tbody", BLOCK},
	{"td", CELL},
	{"template", UNSEEN},
	{"tfoot", BLOCK},
	{"th", CELL},
	{"thead", BLOCK},
	{"title", RAW},
	{"tr", ROW},
	{"ul", BLOCK},
	{"xml", UNSEEN},
};

/* How the content of an element is shown. */
struct look {
	bool none, invisible, tiny, preformatted;
	bool forwarded;
	uint16_t depth;
};

struct element {
	char name[TAG_NAME];
	struct look outside;
};

/* One of the two texts that come out of a page: what is seen, and what is not. */
struct sink {
	struct text text;
	int breaks;       /* newlines that are due before what comes next */
	bool ended;       /* one of them has been written already */
	bool cell;        /* a tab is due instead */
	bool blank;       /* a space is due */
	size_t due_at;    /* where what is due stood */
	bool fresh;       /* at the beginning of a cell: blocks do not break its row */
	bool row_started; /* the row has something in it */
	size_t row_line;  /* and began on this line */
};

struct html {
	const char *s;
	size_t n;
	struct sink sinks[2]; /* seen, hidden */
	struct sink *now;
	struct look look;
	struct element stack[MAX_DEPTH];
	size_t depth;
	uint16_t open[256]; /* elements on the stack, by a hash of their name */
	struct {
		bool row_started;
		size_t row_line;
	} tables[MAX_TABLES];
	size_t n_tables;
	struct { /* the link that is open */
		bool open;
		struct sink *sink;
		struct value href;
		uint32_t shown;
	} anchor;
};

/* What is due before something is shown. */

static void
due(struct html *h, int breaks, size_t at)
{
	struct sink *k = h->now;
	if (k->fresh)
		return;
	if (k->breaks == 0 && !k->cell)
		k->due_at = at;
	if (k->breaks < breaks)
		k->breaks = breaks;
	k->cell = false;
}

static void
flush(struct html *h)
{
	struct sink *k = h->now;
	struct text *t = &k->text;
	int breaks = k->breaks - (k->ended || t->n == 0);
	if (k->breaks > 0) {
		for (; breaks > 0 && t->n > 0; breaks--)
			text_break(t, k->due_at);
	} else if (k->cell) {
		text_trim(t);
		text_code(t, '\t', k->due_at, 0);
	} else if (k->blank && t->n > t->line_at && t->s[t->n - 1] != ' ' &&
		   t->s[t->n - 1] != '\t') {
		text_code(t, ' ', k->due_at, 1);
	}
	k->breaks = 0;
	k->cell = k->blank = k->fresh = k->ended = false;
	if (!k->row_started) {
		k->row_started = true;
		k->row_line = t->n_lines;
	}
	if (h->anchor.open && h->anchor.sink == k && h->anchor.shown == NO_PLACE)
		h->anchor.shown = (uint32_t)t->n;
}

/* The line that is written ends before the way it is shown changes. */
static void
settle(struct html *h, size_t at)
{
	struct sink *k = &h->sinks[0];
	if (k->text.n > k->text.line_at) {
		text_break(&k->text, at);
		k->ended = true;
	}
	k->breaks = 0;
	k->cell = k->blank = k->fresh = false;
	k->text.depth = h->look.depth;
	k->text.forwarded = h->look.forwarded;
}

static void
apply(struct html *h, const struct look *look, size_t at)
{
	bool quoting =
		look->depth != h->look.depth || look->forwarded != h->look.forwarded;
	h->look = *look;
	if (quoting)
		settle(h, at);
	bool hidden = look->none || look->invisible || look->tiny;
	struct sink *k = &h->sinks[hidden];
	if (k == h->now)
		return;
	h->now = k;
	if (hidden)
		due(h, 1, at);
}

/* Links */

/* Targets that lead nowhere outside of the page. */
static bool
leads_out(const char *url)
{
	static const char *const inside[] = {"javascript:", "vbscript:", "data:", "file:",
		"cid:", "about:", "blob:", "x-apple-data-detectors:"};
	size_t n = strcspn(url, ":/?#");
	if (n == 0 || url[n] != ':')
		return false;
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		if (strncasecmp(url, inside[i], strlen(inside[i])) == 0)
			return false;
	return true;
}

/* An attribute's text, and where each byte of it stood. */
struct decoded {
	char *s;
	size_t *from, n;
};

static struct decoded
decode(struct html *h, struct value v)
{
	while (v.n > 0 && (unsigned char)v.s[0] <= ' ') {
		v.s++;
		v.n--;
	}
	while (v.n > 0 && (unsigned char)v.s[v.n - 1] <= ' ')
		v.n--;
	struct arena *a = h->now->text.arena;
	struct decoded d = {
		.s = arena_alloc(a, v.n + 5), .from = arena_many(a, size_t, v.n + 5)};
	for (size_t i = 0; i < v.n;) {
		unsigned c;
		size_t used = v.s[i] == '&' ? entity_read(v.s + i, v.n - i, &c) : 0;
		char out[4] = {v.s[i]};
		size_t len = used > 0 ? utf8_put(c, out) : 1;
		for (size_t k = 0; k < len; k++) {
			if ((unsigned char)out[k] < ' ' || out[k] == 0x7f)
				continue; /* browsers leave out newlines within */
			d.s[d.n] = out[k];
			d.from[d.n++] = (size_t)(v.s - h->s) + i;
		}
		i += used > 0 ? used : 1;
	}
	return d;
}

static void
write_target(struct text *t, const struct decoded *d)
{
	for (size_t i = 0, len; i < d->n; i += len) {
		for (len = 1; i + len < d->n && d->from[i + len] == d->from[i] + len;)
			len++;
		text_verbatim(t, d->s + i, len, d->from[i]);
	}
}

/* At the end of a link its target is written, unless that is what was shown. */
static void
close_anchor(struct html *h, size_t at)
{
	struct text *t = &h->anchor.sink->text;
	struct value v = h->anchor.href;
	if (!h->anchor.open)
		return;
	h->anchor.open = false;
	if (v.n > URL_MAX)
		return;
	struct decoded d = decode(h, v);
	if (!leads_out(d.s))
		return;
	size_t shown = h->anchor.shown, end = t->n;
	while (shown != NO_PLACE && end > shown && strchr(" \t\n", t->s[end - 1]) != NULL)
		end--;
	if (shown == NO_PLACE || end <= shown) {
		struct sink *now = h->now;
		h->now = h->anchor.sink;
		flush(h);
		h->now = now;
		shown = end = t->n;
	} else if (end - shown == d.n && memcmp(t->s + shown, d.s, d.n) == 0) {
		text_href(t, (struct href){
				     (uint32_t)shown, (uint32_t)d.n, (uint32_t)shown, 0});
		return;
	}
	if (t->n > t->line_at)
		text_mark(t, ' ', at);
	text_mark(t, '<', at);
	struct href href = {.at = (uint32_t)t->n,
		.shown = (uint32_t)shown,
		.shown_len = (uint32_t)(end - shown)};
	write_target(t, &d);
	href.len = (uint32_t)(t->n - href.at);
	text_mark(t, '>', d.from[d.n - 1] + 1);
	text_href(t, href);
}

static void
open_anchor(struct html *h, const struct tag *tag)
{
	h->anchor.open = tag->href.n > 0;
	h->anchor.sink = h->now;
	h->anchor.href = tag->href;
	h->anchor.shown = NO_PLACE;
}

/* Elements */

static size_t
hash(const char name[TAG_NAME])
{
	uint64_t v;
	memcpy(&v, name, sizeof v);
	return (size_t)(v * 0x9e3779b97f4a7c15u >> 56);
}

static enum effect
effect_of(const char name[TAG_NAME])
{
	size_t low = 0, high = sizeof kinds / sizeof *kinds;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = memcmp(kinds[mid].name, name, TAG_NAME);
		if (c == 0)
			return kinds[mid].effect;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return INLINE;
}

/* Where mail programs put what they answer or pass on: a word of class or id begins so. */
static bool
is_reply(struct value v)
{
	static const char *const names[] = {"gmail_quote", "gmail_extra", "yahoo_quoted",
		"divRplyFwdMsg", "moz-forward-container", "protonmail_quote",
		"zmail_extra", "OutlookMessageHeader", "appendonsend",
		"mail-editor-reference-message-container"};
	for (size_t i = 0; i < v.n;) {
		size_t len = 0;
		while (i + len < v.n && v.s[i + len] != ' ')
			len++;
		for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
			size_t n = strlen(names[k]);
			if (len >= n && strncmp(v.s + i, names[k], n) == 0)
				return true;
		}
		i += len + 1;
	}
	return false;
}

/* How the content of an element is shown. */
static struct look
look_within(const struct html *h, const struct tag *tag, enum effect effect)
{
	struct look look = h->look;
	struct shown shown = style_read(tag->style);
	look.none |= shown.none || tag->hidden || effect == UNSEEN ||
		     (shown.outlook_only &&
			     effect != ANCHOR); /* a button that Outlook draws */
	if (shown.invisible >= 0)
		look.invisible = shown.invisible;
	if (shown.tiny >= 0)
		look.tiny = shown.tiny;
	if (shown.preformatted >= 0)
		look.preformatted = shown.preformatted;
	if (effect == PREFORMATTED)
		look.preformatted = true;
	/* Gmail's indenting is a quotation without its line */
	if (effect == QUOTE && look.depth < UINT16_MAX / 2 &&
		(shown.bordered || !shown.borderless))
		look.depth++;
	if (effect == BLOCK && (is_reply(tag->class) || is_reply(tag->id)))
		look.forwarded = true;
	return look;
}

static bool
same_look(const struct look *a, const struct look *b)
{
	return a->none == b->none && a->invisible == b->invisible && a->tiny == b->tiny &&
	       a->preformatted == b->preformatted && a->forwarded == b->forwarded &&
	       a->depth == b->depth;
}

static void
open_element(struct html *h, const struct tag *tag, enum effect effect, size_t at)
{
	if (effect == LINE_BREAK || h->depth == MAX_DEPTH)
		return;
	uint16_t *open = &h->open[hash(tag->name)];
	struct look look = h->look;
	if (tag->style.n > 0 || tag->class.n > 0 || tag->id.n > 0 || tag->hidden ||
		effect == QUOTE || effect == PREFORMATTED || effect == UNSEEN)
		look = look_within(h, tag, effect);
	if (*open == 0 && same_look(&look, &h->look))
		return;
	struct element *e = &h->stack[h->depth++];
	memcpy(e->name, tag->name, TAG_NAME);
	e->outside = h->look;
	++*open;
	apply(h, &look, at);
}

static void
close_element(struct html *h, const struct tag *tag, size_t at)
{
	if (h->open[hash(tag->name)] == 0)
		return;
	size_t i = h->depth;
	while (i > 0 && memcmp(h->stack[i - 1].name, tag->name, TAG_NAME) != 0)
		i--;
	if (i == 0)
		return;
	struct look look = h->stack[i - 1].outside;
	while (h->depth >= i)
		h->open[hash(h->stack[--h->depth].name)]--;
	apply(h, &look, at);
}

static void
row(struct html *h, bool opens, size_t at)
{
	due(h, 1, at);
	if (opens && !h->now->fresh)
		h->now->row_started = false;
}

static void
cell(struct html *h, bool opens, size_t at)
{
	struct sink *k = h->now;
	due(h, 1, at);
	if (!opens || !k->row_started || k->row_line != k->text.n_lines || k->fresh)
		return;
	k->cell = true;
	k->breaks = 0;
	k->fresh = true;
}

static void
table(struct html *h, bool opens, size_t at)
{
	struct sink *k = h->now;
	due(h, 1, at);
	if (opens) {
		if (h->n_tables < MAX_TABLES) {
			h->tables[h->n_tables].row_started = k->row_started;
			h->tables[h->n_tables].row_line = k->row_line;
		}
		h->n_tables++;
	} else if (h->n_tables > 0 && --h->n_tables < MAX_TABLES) {
		k->row_started = h->tables[h->n_tables].row_started;
		k->row_line = h->tables[h->n_tables].row_line;
	}
}

/* The end of a <style> or <script>, behind its closing tag. */
static size_t
skip_raw(const struct html *h, const struct tag *tag, size_t i)
{
	struct tag end;
	const char *s;
	while (i < h->n && (s = memchr(h->s + i, '<', h->n - i)) != NULL) {
		i = (size_t)(s - h->s);
		if (i + 1 < h->n && s[1] == '/') {
			size_t used = tag_read(s, h->n - i, &end);
			if (used > 0 && memcmp(end.name, tag->name, TAG_NAME) == 0)
				return i + used;
		}
		i++;
	}
	return h->n;
}

static size_t
take_tag(struct html *h, const struct tag *tag, size_t at, size_t end)
{
	enum effect effect = effect_of(tag->name);
	if (tag->closing)
		close_element(h, tag, at);
	switch (effect) {
	case INLINE:
	case UNSEEN:
		break;
	case ANCHOR:
		close_anchor(h, at);
		break;
	case BLOCK:
	case PREFORMATTED:
	case QUOTE:
		due(h, 1, at);
		break;
	case LINE_BREAK:
		h->now->fresh = false;
		due(h, h->now->breaks < 2 ? h->now->breaks + 1 : 2, at);
		break;
	case TABLE:
		table(h, !tag->closing, at);
		break;
	case ROW:
		row(h, !tag->closing, at);
		break;
	case CELL:
		cell(h, !tag->closing, at);
		break;
	case RAW:
		return tag->closing ? end : skip_raw(h, tag, end);
	}
	if (!tag->closing) {
		open_element(h, tag, effect, at);
		if (effect == ANCHOR)
			open_anchor(h, tag);
	}
	return end;
}

/* "<!-- … -->", "<!DOCTYPE …>", "<![endif]>", "<?xml …>": where it ends; 0 for none. */
static size_t
skip_comment(const char *s, size_t n)
{
	if (n < 2 || (s[1] != '!' && s[1] != '?'))
		return 0;
	bool comment = n >= 4 && memcmp(s, "<!--", 4) == 0;
	const char *end = comment ? memmem(s + 2, n - 2, "-->", 3) : memchr(s, '>', n);
	return end == NULL ? n : (size_t)(end - s) + (comment ? 3 : 1);
}

/* Bytes up to one that has a meaning of its own. */
static size_t
plain(const char *s, size_t n)
{
	static const bool stops[256] = {['<'] = true, ['&'] = true, [0x7f] = true};
	size_t i = 0;
	for (; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c <= ' ' ? c != ' ' || i + 1 == n || (unsigned char)s[i + 1] <= ' '
			     : c >= 0x80 || stops[c])
			break;
	}
	return i;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static size_t
take_space(struct html *h, size_t i, size_t n)
{
	if (h->look.preformatted && h->s[i] == '\n') {
		h->now->fresh = false;
		due(h, h->now->breaks < 2 ? h->now->breaks + 1 : 2, i);
		return i + 1;
	}
	if (!h->now->blank && h->now->breaks == 0 && !h->now->cell)
		h->now->due_at = i;
	h->now->blank = true;
	while (i < n && is_space(h->s[i]) && !(h->look.preformatted && h->s[i] == '\n'))
		i++;
	return i;
}

static size_t
take_text(struct html *h, size_t i, size_t n)
{
	const char *s = h->s;
	if (is_space(s[i]))
		return take_space(h, i, n);
	unsigned c;
	size_t used = s[i] == '&' ? entity_read(s + i, n - i, &c) : 0;
	flush(h);
	if (used > 0) {
		text_code(&h->now->text, c, i, used);
		return i + used;
	}
	used = plain(s + i, n - i);
	if (used == 0 && (s[i] == '&' || s[i] == '<'))
		used = 1;
	if (used == 0)
		return i + text_char(&h->now->text, s + i, n - i, i);
	text_run(&h->now->text, s + i, used, i);
	return i + used;
}

size_t
html_read(struct arena *a, const char *s, size_t n, bool lines, struct text *ret)
{
	struct html *h = arena_one(a, struct html);
	size_t limit = n < INVITE_MAX_BODY ? n : INVITE_MAX_BODY, i = 0;
	*h = (struct html){.s = s, .n = n, .look = {.preformatted = lines}};
	text_init(&h->sinks[0].text, a, limit / 2);
	text_init(&h->sinks[1].text, a, 0);
	h->now = &h->sinks[0];
	while (i < limit) {
		struct tag tag;
		size_t end = 0;
		if (s[i] == '<') {
			end = skip_comment(s + i, n - i);
			if (end > 0)
				end += i;
			else if ((end = tag_read(s + i, n - i, &tag)) > 0)
				end = take_tag(h, &tag, i, i + end);
		}
		if (end == 0) {
			i = take_text(h, i, limit);
		} else {
			if (end - i > LONG_TAG)
				limit = limit + (end - i) < n ? limit + (end - i) : n;
			i = end;
		}
	}
	close_anchor(h, i);
	text_finish(&h->sinks[0].text);
	text_finish(&h->sinks[1].text);
	text_add_hidden(&h->sinks[0].text, &h->sinks[1].text);
	*ret = h->sinks[0].text;
	return i;
}

bool
html_in_text(const char *s, size_t n)
{
	static const char *const sure[] = {"<br>", "<br/>", "<br />", "</a>", "</p>",
		"</div>", "</span>", "</li>", "</td>", "</html>"};
	const char *end = s + n;
	for (; (s = memchr(s, '<', (size_t)(end - s))) != NULL; s++)
		for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
			if ((size_t)(end - s) >= strlen(sure[i]) &&
				strncasecmp(s, sure[i], strlen(sure[i])) == 0)
				return true;
	return false;
}
