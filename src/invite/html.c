#include "invite/html.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "invite/entity.h"
#include "invite/look.h"
#include "invite/sink.h"
#include "invite/target.h"

enum {
	LONG_TAG = 4 * 1024, /* an image within a tag: skipped, not read */
	N_SLOTS = 128,       /* of the table below as a hash */
};

/* Tags that do something to the text; all others are INLINE. */
static const struct {
	char name[TAG_NAME];
	enum effect effect;
} tags[] = {
	{"a", ANCHOR},
	{"address", BLOCK},
	{"area", AREA},
	{"article", BLOCK},
	{"aside", BLOCK},
	{"blockquo", QUOTE},
	{"body", BLOCK},
	{"br", LINE_BREAK},
	{"caption", BLOCK},
	{"center", BLOCK},
	{"dd", BLOCK},
	{"del", UNSEEN},
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
	{"iframe", RAW},
	{"li", BLOCK},
	{"main", BLOCK},
	{"menu", BLOCK},
	{"nav", BLOCK},
	{"ol", BLOCK},
	{"option", BLOCK},
	{"p", PARAGRAPH},
	{"pre", PREFORMATTED},
	{"s", UNSEEN}, /* struck out: what was taken back */
	{"script", RAW},
	{"section", BLOCK},
	{"strike", UNSEEN},
	{"style", RAW},
	{"table", TABLE},
	{"td", CELL},
	{"template", UNSEEN},
	{"th", CELL},
	{"title", RAW},
	{"tr", ROW},
	{"ul", BLOCK},
	{"xml", UNSEEN},
};

struct page {
	const char *s;
	size_t n;
	struct sink seen, hidden, *now;
	struct looks looks;
	struct look look; /* that the sinks have been told of */
	struct target target;
	uint8_t slots[N_SLOTS]; /* a tag's number in the table and one more */
};

static size_t
slot(const char name[TAG_NAME])
{
	uint64_t v;
	memcpy(&v, name, sizeof v);
	return (size_t)(v * 0x9e3779b97f4a7c15u >> 57);
}

static void
index_tags(struct page *p)
{
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		size_t at = slot(tags[i].name);
		while (p->slots[at] != 0)
			at = (at + 1) % N_SLOTS;
		p->slots[at] = (uint8_t)(i + 1);
	}
}

static enum effect
effect_of(const struct page *p, const char name[TAG_NAME])
{
	for (size_t at = slot(name); p->slots[at] != 0; at = (at + 1) % N_SLOTS)
		if (memcmp(tags[p->slots[at] - 1].name, name, TAG_NAME) == 0)
			return tags[p->slots[at] - 1].effect;
	return INLINE;
}

static void
flush(struct page *p)
{
	sink_flush(p->now);
	target_flushed(&p->target, p->now);
}

/* Tells the sinks when elements changed how the page looks. */
static void
look(struct page *p, size_t at)
{
	const struct look *now = &p->looks.now;
	if (now->depth != p->look.depth || now->forwarded != p->look.forwarded) {
		sink_settle(&p->seen, at);
		p->seen.text.depth = now->depth;
		p->seen.text.forwarded = now->forwarded;
	}
	if (look_is_hidden(now) && !look_is_hidden(&p->look))
		sink_block(&p->hidden, at);
	p->now = look_is_hidden(now) ? &p->hidden : &p->seen;
	p->look = *now;
}

/* The end of a <style> or <script>, behind its closing tag. */
static size_t
skip_raw(struct page *p, const struct tag *tag, size_t from)
{
	struct tag end;
	size_t i = from, used = 0, to = p->n;
	const char *s;
	while (used == 0 && i < p->n && (s = memchr(p->s + i, '<', p->n - i)) != NULL) {
		i = (size_t)(s - p->s);
		if (i + 1 < p->n && s[1] == '/' &&
			strncasecmp(s + 2, tag->name, strnlen(tag->name, TAG_NAME)) == 0)
			used = tag_read(s, p->n - i, &end);
		if (used > 0 && memcmp(end.name, tag->name, TAG_NAME) != 0)
			used = 0;
		to = used > 0 ? i : p->n;
		i += used > 0 ? used : 1;
	}
	struct value type = tag->type;
	if (tag->name[1] == 'c' && type.n > 0 &&
		memmem(type.s, type.n, "ld+json", 7) != NULL)
		target_of_script(&p->target, &p->seen, p->s,
			(struct value){p->s + from, to - from});
	return used > 0 ? i : p->n;
}

/* Returns where reading goes on, behind the tag or what belongs to it. */
static size_t
take_tag(struct page *p, const struct tag *tag, size_t at, size_t end)
{
	enum effect effect = effect_of(p, tag->name);
	if (tag->closing) {
		looks_close(&p->looks, tag);
		look(p, at);
	}
	switch (effect) {
	case INLINE:
	case UNSEEN:
		break;
	case ANCHOR:
		target_close(&p->target, p->s, at);
		break;
	case AREA:
		target_close(&p->target, p->s, at);
		target_open(&p->target, p->now, tag->href);
		target_close(&p->target, p->s, at);
		break;
	case BLOCK:
	case PARAGRAPH:
	case PREFORMATTED:
	case QUOTE:
		sink_block(p->now, at);
		break;
	case LINE_BREAK:
		sink_newline(p->now, at);
		break;
	case TABLE:
		sink_table(p->now, !tag->closing, at);
		break;
	case ROW:
		sink_row(p->now, !tag->closing, at);
		break;
	case CELL:
		sink_cell(p->now, !tag->closing, at);
		break;
	case RAW:
		return tag->closing ? end : skip_raw(p, tag, end);
	}
	if (tag->closing)
		return end;
	looks_open(&p->looks, tag, effect);
	look(p, at);
	if (effect == ANCHOR)
		target_open(&p->target, p->now, tag->href);
	return end;
}

/* "<!-- … -->", "<!DOCTYPE …>", "<![endif]>", "<?xml …>": its bytes; 0 for none. */
static size_t
comment(const char *s, size_t n)
{
	if (n < 2 || (s[1] != '!' && s[1] != '?'))
		return 0;
	bool dashes = n >= 4 && memcmp(s, "<!--", 4) == 0;
	const char *end = dashes ? memmem(s + 2, n - 2, "-->", 3) : memchr(s, '>', n);
	return end == NULL ? n : (size_t)(end - s) + (dashes ? 3 : 1);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* The high bit of each byte of v that is `c`; above the first it may be set wrongly. */
static uint64_t
equal(uint64_t v, unsigned char c)
{
	const uint64_t each = 0x0101010101010101u;
	v ^= c * each;
	return (v - each) & ~v & (0x80 * each);
}

static bool
is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '<' && c != '&';
}

/* Bytes up to one that has a meaning of its own, or to a second space. */
static size_t
plain(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t v;
	for (; i + sizeof v < n; i += sizeof v) {
		memcpy(&v, s + i, sizeof v);
		uint64_t spaces = equal(v, ' ');
		if ((text_special(v) | equal(v, '<') | equal(v, '&') |
			    (spaces & spaces << 8)) != 0 ||
			(s[i + sizeof v - 1] == ' ' && !is_plain(s[i + sizeof v])))
			break;
	}
	while (i < n &&
		(is_plain(s[i]) || (s[i] == ' ' && i + 1 < n && is_plain(s[i + 1]))))
		i++;
	return i;
}

static size_t
take_space(struct page *p, size_t i, size_t n)
{
	if (p->look.preformatted && p->s[i] == '\n') {
		sink_newline(p->now, i);
		return i + 1;
	}
	sink_blank(p->now, i);
	while (i < n && is_space(p->s[i]) && !(p->look.preformatted && p->s[i] == '\n'))
		i++;
	return i;
}

static size_t
take_text(struct page *p, size_t i, size_t n)
{
	const char *s = p->s + i;
	if (is_space(*s))
		return take_space(p, i, n);
	unsigned c;
	size_t used = *s == '&' ? entity_read(s, n - i, &c) : 0;
	flush(p);
	if (used > 0) {
		text_code(&p->now->text, c, i, used);
		return i + used;
	}
	used = *s == '&' || *s == '<' ? 1 : plain(s, n - i);
	if (used == 0)
		return i + text_char(&p->now->text, s, p->n - i, i);
	text_run(&p->now->text, s, used, i);
	return i + used;
}

size_t
html_read(struct arena *a, const char *s, size_t n, bool lines, struct text *ret)
{
	size_t limit = n < INVITE_MAX_BODY ? n : INVITE_MAX_BODY, i = 0;
	struct page *p = arena_one(a, struct page);
	p->s = s;
	p->n = n;
	p->look.preformatted = p->looks.now.preformatted = lines;
	p->now = &p->seen;
	sink_init(&p->seen, a, limit / 2);
	sink_init(&p->hidden, a, 0);
	index_tags(p);
	while (i < limit && p->now->text.n_lines < INVITE_MAX_LINES) {
		struct tag tag;
		size_t used = 0, end = i;
		if (s[i] == '<' && (used = comment(s + i, n - i)) > 0)
			end = i + used;
		else if (s[i] == '<' && (used = tag_read(s + i, n - i, &tag)) > 0)
			end = take_tag(p, &tag, i, i + used);
		else
			end = take_text(p, i, limit);
		if (end - i > LONG_TAG && used > 0)
			limit = end - i < n - limit ? limit + (end - i) : n;
		i = end;
	}
	target_close(&p->target, s, i);
	text_finish(&p->seen.text);
	text_finish(&p->hidden.text);
	text_add_hidden(&p->seen.text, &p->hidden.text);
	*ret = p->seen.text;
	return i;
}

bool
html_in_text(const char *s, size_t n)
{
	static const struct {
		const char *text;
		size_t n;
	} sure[] = {{"<br", 3}, {"</a>", 4}, {"</p>", 4}, {"</div>", 6}, {"</span>", 7},
		{"</li>", 5}, {"</td>", 5}, {"</html>", 7}};
	const char *end = s + n;
	for (; s < end && (s = memchr(s, '<', (size_t)(end - s))) != NULL; s++) {
		if (end - s < 4 || ((s[1] | 32) != 'b' && s[1] != '/'))
			continue;
		for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
			if ((size_t)(end - s) >= sure[i].n &&
				strncasecmp(s, sure[i].text, sure[i].n) == 0 &&
				(s[1] == '/' || strchr("> /", s[3]) != NULL))
				return true;
	}
	return false;
}
