#include "invite/look.h"

#include <string.h>

static size_t
hash(const char name[TAG_NAME])
{
	uint64_t v;
	memcpy(&v, name, sizeof v);
	return (size_t)(v * 0x9e3779b97f4a7c15u >> 56);
}

bool
look_is_hidden(const struct look *l)
{
	return l->none || l->invisible || l->tiny;
}

/* What mail programs put what they answer or pass on into: a word of class or id. */
static bool
is_reply(struct value v)
{
	static const struct {
		const char *name;
		size_t n;
	} names[] = {
		{"gmail_quote", 11},
		{"gmail_extra", 11},
		{"yahoo_quoted", 12},
		{"divRplyFwdMsg", 13},
		{"moz-forward-container", 21},
		{"protonmail_quote", 16},
		{"zmail_extra", 11},
		{"OutlookMessageHeader", 20},
	};
	for (size_t i = 0; i < v.n; i++) {
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (v.s[i] == names[k].name[0] && v.n - i >= names[k].n &&
				memcmp(v.s + i, names[k].name, names[k].n) == 0)
				return true;
		while (i < v.n && v.s[i] != ' ')
			i++;
	}
	return false;
}

static bool
same(const struct look *a, const struct look *b)
{
	return a->none == b->none && a->invisible == b->invisible && a->tiny == b->tiny &&
	       a->preformatted == b->preformatted && a->forwarded == b->forwarded &&
	       a->depth == b->depth;
}

static struct look
look_within(const struct look *outside, const struct tag *tag, enum effect effect)
{
	struct look look = *outside;
	struct shown shown = style_read(tag->style);
	/* what only Outlook hides, it draws in another way when it is a button */
	look.none |= shown.none || tag->hidden || effect == UNSEEN ||
		     (shown.outlook_hides && effect != ANCHOR);
	if (shown.invisible >= 0)
		look.invisible = shown.invisible;
	if (shown.tiny >= 0)
		look.tiny = shown.tiny;
	if (shown.preformatted >= 0)
		look.preformatted = shown.preformatted;
	look.preformatted |= effect == PREFORMATTED;
	/* Gmail indents with a quotation that has no line on its left */
	if (effect == QUOTE && look.depth < UINT16_MAX / 2 &&
		(shown.bordered || !shown.borderless))
		look.depth++;
	look.forwarded |= is_reply(tag->class) || is_reply(tag->id);
	return look;
}

/* Closes the i-th element of the stack and all within it. */
static void
unwind(struct looks *l, size_t i)
{
	l->now = l->stack[i].outside;
	while (l->depth > i)
		l->open[hash(l->stack[--l->depth].name)]--;
}

static void
close_paragraph(struct looks *l)
{
	size_t i = l->depth;
	while (i > 0 &&
		(l->stack[i - 1].effect == INLINE || l->stack[i - 1].effect == ANCHOR))
		i--;
	if (i > 0 && l->stack[i - 1].effect == PARAGRAPH)
		unwind(l, i - 1);
}

void
looks_open(struct looks *l, const struct tag *tag, enum effect effect)
{
	if (l->depth > 0 && effect != INLINE && effect != ANCHOR && effect != LINE_BREAK)
		close_paragraph(l);
	struct look look = l->now;
	if (tag->style.n > 0 || tag->class.n > 0 || tag->id.n > 0 || tag->hidden ||
		effect == QUOTE || effect == PREFORMATTED || effect == UNSEEN)
		look = look_within(&l->now, tag, effect);
	bool changes = !same(&look, &l->now);
	if (effect == LINE_BREAK || l->depth == LOOK_MAX_DEPTH ||
		(l->depth == 0 && !changes))
		return;
	uint16_t *open = &l->open[hash(tag->name)];
	if (*open == 0 && !changes)
		return; /* its end will be told from theirs by its name */
	struct element *e = &l->stack[l->depth++];
	*e = (struct element){.effect = effect, .outside = l->now};
	memcpy(e->name, tag->name, TAG_NAME);
	++*open;
	l->now = look;
}

void
looks_close(struct looks *l, const struct tag *tag)
{
	if (l->depth == 0 || l->open[hash(tag->name)] == 0)
		return;
	for (size_t i = l->depth; i > 0; i--) {
		if (memcmp(l->stack[i - 1].name, tag->name, TAG_NAME) != 0)
			continue;
		unwind(l, i - 1);
		return;
	}
}
