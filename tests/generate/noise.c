/* What people and programs do to an invite on its way. */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "generate/parts.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct work {
	struct arena *arena;
	const struct generator *generator;
	struct dice *dice;
	struct filled *filled;
	struct sample *sample;
};

static struct doc *
doc_of(struct work *w)
{
	return &w->filled->doc;
}

static void
each_line(struct work *w, const char *(*change)(struct work *w, const char *line))
{
	struct doc *d = doc_of(w);
	for (size_t i = 0; i < d->n; i++)
		d->lines[i] = change(w, d->lines[i]);
}

/* Text around */

static void
insert_lines(struct work *w, size_t at, const char *const *lines, size_t n)
{
	struct doc other = {.arena = w->arena};
	for (size_t i = 0; i < n; i++)
		doc_add(&other, lines[i]);
	doc_insert(doc_of(w), at, &other);
}

/* Lines of some fragment template of that family ("preamble/…") as it comes up filled. */
static bool
draw_fragment(struct work *w, const char *family, struct filled *ret)
{
	const struct generator *g = w->generator;
	size_t n = 0, k;
	for (size_t i = 0; i < g->n; i++)
		n += strncmp(g->list[i].name, family, strlen(family)) == 0;
	if (n == 0)
		return false;
	k = dice_roll(w->dice, (uint32_t)n);
	for (size_t i = 0; i < g->n; i++) {
		if (strncmp(g->list[i].name, family, strlen(family)) != 0 || k-- > 0)
			continue;
		fill_template(w->arena, &g->list[i], w->dice, ret);
		return true;
	}
	return false;
}

static void
preamble(struct work *w)
{
	struct filled f;
	if (draw_fragment(w, "preamble/", &f))
		doc_insert(doc_of(w), 0, &f.doc);
}

static void
signature(struct work *w)
{
	struct filled f;
	if (!draw_fragment(w, "signature/", &f))
		return;
	size_t at = chance(w->dice, 70) ? doc_of(w)->n : 0;
	doc_insert(doc_of(w), at, &f.doc);
	/* below "-- " all is signature */
	w->sample->ask |= at == 0 && strcmp(f.doc.lines[0], "-- ") == 0;
}

static void
footer(struct work *w)
{
	struct filled f;
	if (draw_fragment(w, "footer/", &f))
		doc_insert(doc_of(w), doc_of(w)->n, &f.doc);
}

static void
add_truth(struct work *w, const struct truth *t)
{
	if (w->sample->n_truths < MAX_TRUTHS)
		w->sample->truths[w->sample->n_truths++] = *t;
}

/* Somebody's own room, below a "-- ". */
static void
room(struct work *w)
{
	struct filled f;
	if (!draw_fragment(w, "room/", &f) ||
		strcmp(f.provider, w->filled->provider) == 0)
		return;
	doc_insert(doc_of(w), doc_of(w)->n, &f.doc);
	add_truth(w, &f.truth);
}

/* Which words a forwarding program puts above what it forwards. */
static const char *const heads[][5] = {
	{"", "-----Original Appointment-----", "From: Lee Example",
		"Sent: Friday, November 13, 2026 9:30 AM", "Subject: Weekly sync"},
	{"", "From: Lee Example <lee@example.com>",
		"Sent: Monday, 16 November 2026 09:30", "To: Ann Example",
		"Subject: Design review"},
	{"", "---------- Forwarded message ---------",
		"From: Lee Example <lee@example.com>",
		"Date: Mon, Nov 16, 2026 at 9:30 AM", "Subject: Design review"},
	{"", "Von: Lee Example <lee@example.com>",
		"Gesendet: Montag, 16. November 2026 09:30", "An: Ann Example",
		"Betreff: Planung"},
};

/* False when no template comes up that would do. */
static bool
draw_invite(struct work *w, bool same, struct filled *ret)
{
	const struct generator *g = w->generator;
	for (int tries = 0; tries < 1000; tries++) {
		const struct template *t = &g->list[dice_roll(w->dice, (uint32_t)g->n)];
		if (t->fragment || strcmp(t->provider, "none") == 0 ||
			(strcmp(t->provider, w->filled->provider) == 0) != same)
			continue;
		fill_template(w->arena, t, w->dice, ret);
		return true;
	}
	return false;
}

static void
append_below(struct work *w, const struct filled *f)
{
	const char *const *head = heads[dice_roll(w->dice, COUNT(heads))];
	insert_lines(w, doc_of(w)->n, head, COUNT(heads[0]));
	insert_lines(w, doc_of(w)->n, (const char *const[]){""}, 1);
	doc_insert(doc_of(w), doc_of(w)->n, &f->doc);
	add_truth(w, &f->truth);
}

/* An older invite of the same service, or another service's, below a forwarder's head. */
static void
old(struct work *w)
{
	struct filled f;
	if (draw_invite(w, true, &f))
		append_below(w, &f);
}

static void
second(struct work *w)
{
	struct filled f;
	if (draw_invite(w, false, &f))
		append_below(w, &f);
}

static void
twice(struct work *w)
{
	struct doc copy = *doc_of(w);
	doc_insert(doc_of(w), doc_of(w)->n, &copy);
}

/* All of it is somebody else's */

static const char *
quote_line(struct work *w, const char *line)
{
	return arena_printf(w->arena, "> %s", line);
}

static void
quoted(struct work *w)
{
	each_line(w, quote_line);
	w->sample->ask = true;
}

static void
forwarded(struct work *w)
{
	const char *const *head = heads[dice_roll(w->dice, COUNT(heads))];
	insert_lines(w, 0, head, COUNT(heads[0]));
	w->sample->ask = true;
}

/* Characters */

/* Whether the character at s stands in a link. */
static size_t
skip_link(const char *s)
{
	struct doc_link l;
	return s[0] == '<' && s[1] == '<' && doc_link(s, &l) == s ? (size_t)(l.end - s)
								  : 0;
}

static const char *
put_within(struct work *w, const char *line, const char *const *what, size_t n,
	bool (*here)(const char *s), bool replace, uint32_t percent)
{
	struct buf b;
	buf_init(&b, w->arena);
	for (const char *s = line; *s != '\0';) {
		size_t link = skip_link(s);
		if (link > 0) {
			buf_add(&b, s, link);
			s += link;
			continue;
		}
		bool now = s > line && here(s) && chance(w->dice, percent);
		if (now)
			buf_str(&b, pick(w->dice, what, n));
		if (!now || !replace)
			buf_char(&b, *s);
		s++;
	}
	return b.s;
}

static bool
at_word(const char *s)
{
	return isalnum((unsigned char)*s) != 0;
}

static bool
at_space(const char *s)
{
	return *s == ' ' && s[1] != '|' && s[1] != '\0' && s[-1] != '|';
}

static bool
at_dash(const char *s)
{
	return *s == '-' && isdigit((unsigned char)s[1]);
}

static const char *
zero_width_line(struct work *w, const char *line)
{
	static const char *const marks[] = {"\xe2\x80\x8b", "\xe2\x80\x8e",
		"\xe2\x81\xa0", "\xef\xbb\xbf", "\xc2\xad", "\xe2\x80\xaa"};
	return put_within(w, line, marks, COUNT(marks), at_word, false, 8);
}

static const char *
nbsp_line(struct work *w, const char *line)
{
	static const char *const spaces[] = {
		"\xc2\xa0", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x87"};
	return put_within(w, line, spaces, COUNT(spaces), at_space, true, 50);
}

static const char *
dash_line(struct work *w, const char *line)
{
	static const char *const dashes[] = {
		"\xe2\x80\x91", "\xe2\x80\x93", "\xe2\x88\x92", "\xe2\x80\x90"};
	return put_within(w, line, dashes, COUNT(dashes), at_dash, true, 70);
}

static void
zero_width(struct work *w)
{
	each_line(w, zero_width_line);
}

static void
nbsp(struct work *w)
{
	each_line(w, nbsp_line);
}

static void
dashes(struct work *w)
{
	each_line(w, dash_line);
}

/* Lines */

static const char *
bullet_line(struct work *w, const char *line)
{
	static const char *const bullets[] = {"* ", "- ", "\xe2\x80\xa2 ", "    "};
	return *line == '\0' ? line
			     : arena_printf(w->arena, "%s%s",
				       pick(w->dice, bullets, COUNT(bullets)), line);
}

static void
bullets(struct work *w)
{
	each_line(w, bullet_line);
}

/* "Meeting ID: 918 …" in two lines, as a narrow window breaks it. */
static void
value_below(struct work *w)
{
	struct doc new = {.arena = w->arena}, *d = doc_of(w);
	for (size_t i = 0; i < d->n; i++) {
		const char *line = d->lines[i], *colon = strstr(line, ": ");
		if (colon == NULL || strstr(line, "<<") != NULL || !chance(w->dice, 40)) {
			doc_add(&new, line);
			continue;
		}
		doc_add(&new, arena_strndup(w->arena, line, (size_t)(colon - line) + 1));
		doc_add(&new, colon + 2);
	}
	*d = new;
}

static void
blank_lines(struct work *w)
{
	struct doc new = {.arena = w->arena}, *d = doc_of(w);
	for (size_t i = 0; i < d->n; i++) {
		doc_add(&new, d->lines[i]);
		if (d->lines[i][0] != '\0')
			doc_add(&new, "");
	}
	*d = new;
}

/* A mail program's hard lines; never within a link. */
static void
broken(struct work *w)
{
	struct doc new = {.arena = w->arena}, *d = doc_of(w);
	size_t width = 44 + dice_roll(w->dice, 34);
	for (size_t i = 0; i < d->n; i++) {
		const char *s = d->lines[i];
		while (strlen(s) > width) {
			size_t cut = 0;
			for (size_t k = 0; s[k] != '\0' && (k <= width || cut == 0);) {
				size_t link = skip_link(s + k);
				if (link == 0 && s[k] == ' ' && s[k + 1] != '|' &&
					k > 0 && s[k - 1] != '|')
					cut = k;
				k += link > 0 ? link : 1;
			}
			if (cut == 0)
				break;
			doc_add(&new, arena_strndup(w->arena, s, cut));
			s += cut + 1;
		}
		doc_add(&new, s);
	}
	*d = new;
}

/* In this order, since what is put around must not be quoted twice. */
static const struct noise {
	const char *name;
	void (*add)(struct work *w);
	uint32_t percent;
	bool text_only, joins; /* `joins`: not where there is no meeting */
} noises[] = {
	{"value-below", value_below, 4, false, false},
	{"bullets", bullets, 5, false, false},
	{"blank-lines", blank_lines, 6, false, false},
	{"twice", twice, 4, false, true},
	{"preamble", preamble, 30, false, false},
	{"signature", signature, 25, false, false},
	{"footer", footer, 15, false, false},
	{"room", room, 8, false, true},
	{"old", old, 6, false, true},
	{"second", second, 6, false, true},
	{"broken", broken, 6, true, false},
	{"zero-width", zero_width, 6, false, false},
	{"nbsp", nbsp, 8, false, false},
	{"dashes", dashes, 6, false, false},
	{"forwarded", forwarded, 4, false, true},
	{"quoted", quoted, 4, true, true},
};

const char *
noise_add(struct arena *a, const struct generator *g, struct dice *d, bool is_text,
	struct filled *f, struct sample *s)
{
	struct work w = {a, g, d, f, s};
	struct buf names;
	bool none = strcmp(f->provider, "none") == 0;
	buf_init(&names, a);
	for (size_t i = 0; i < COUNT(noises); i++) {
		const struct noise *n = &noises[i];
		if (!chance(d, n->percent) || (n->text_only && !is_text) ||
			(n->joins && none))
			continue;
		n->add(&w);
		buf_printf(&names, "%s%s", names.n > 0 ? "+" : "", n->name);
	}
	return names.n > 0 ? names.s : "none";
}
