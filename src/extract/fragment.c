#include "extract/reading.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "extract/value.h"

enum { QUOTE_MAX = 120, LINES_ABOVE = 60, LINES_NEAR = 12 };

struct evidence
evidence_at(struct arena *a, const struct invite_part *part, const char *rule, size_t at,
	size_t len)
{
	size_t from = invite_origin(part, at), to = invite_origin(part, at + len);
	size_t cut = utf8_cut(part->text + at, len, QUOTE_MAX);
	char *quote = arena_strndup(a, part->text + at, cut);
	for (char *c = quote; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	if (!utf8_valid(quote, cut))
		quote = NULL;
	return (struct evidence){.rule = rule,
		.part = part->name,
		.at = (uint32_t)from,
		.len = (uint32_t)(to > from ? to - from : 0),
		.quote = quote};
}

bool
fragments_agree(const struct fragment *f, const struct fragment *g)
{
	for (int k = 0; k < N_KEYS; k++)
		if (f->keys[k] != NULL && g->keys[k] != NULL &&
			strcasecmp(f->keys[k], g->keys[k]) == 0)
			return true;
	return false;
}

bool
fragments_contradict(const struct fragment *f, const struct fragment *g)
{
	for (int k = 0; k < N_KEYS; k++)
		if (f->keys[k] != NULL && g->keys[k] != NULL &&
			strcasecmp(f->keys[k], g->keys[k]) != 0)
			return true;
	return false;
}

/* A list with room for one more behind its `n`. */
static void *
grown(struct arena *a, void *list, size_t n, size_t size)
{
	enum { STEP = 8 };
	if (n % STEP != 0)
		return list;
	void *more = arena_array(a, n + STEP, size);
	if (n > 0)
		memcpy(more, list, n * size);
	return more;
}

void
fragment_say(struct arena *a, struct fragment *f, enum slot slot, enum how how,
	const char *value, struct evidence from)
{
	for (size_t i = 0; i < f->n_said; i++)
		if (f->said[i].slot == slot && f->said[i].how == how &&
			strcmp(f->said[i].finding.value, value) == 0)
			return;
	if (f->n_said == MAX_SAID)
		return;
	f->said = grown(a, f->said, f->n_said, sizeof *f->said);
	f->said[f->n_said++] = (struct said){slot, how, {value, false, from}};
}

void
fragment_number(struct arena *a, struct fragment *f, const struct number_place *n)
{
	for (size_t i = 0; i < f->n_numbers; i++) {
		struct number_place *old = &f->numbers[i];
		if (strcmp(old->number.phone.e164, n->number.phone.e164) != 0)
			continue;
		/* the same line in two parts, or a one-tap line and the list below it */
		bool called = old->called || n->called;
		if (n->understood && !old->understood) {
			const char *region = old->number.region;
			*old = *n;
			if (region != NULL)
				old->number.region = region;
		}
		old->called = called;
		if (old->number.phone_id == NULL)
			old->number.phone_id = n->number.phone_id;
		else if (n->number.phone_id != NULL &&
			 strcmp(old->number.phone_id, n->number.phone_id) != 0)
			f->conflict = true;
		if (old->number.phone_pin == NULL)
			old->number.phone_pin = n->number.phone_pin;
		else if (n->number.phone_pin != NULL &&
			 strcmp(old->number.phone_pin, n->number.phone_pin) != 0)
			f->conflict = true;
		return;
	}
	if (f->n_numbers == MEETING_MAX_NUMBERS)
		return;
	f->numbers = grown(a, f->numbers, f->n_numbers, sizeof *f->numbers);
	f->numbers[f->n_numbers++] = *n;
}

void
fragment_drop(struct arena *a, struct fragment *f, enum dropped kind, const char *text,
	struct evidence from)
{
	for (size_t i = 0; i < f->n_dropped; i++)
		if (f->dropped[i].kind == kind && strcmp(f->dropped[i].text, text) == 0)
			return;
	if (f->n_dropped == MEETING_MAX_DROPPED || strlen(text) > MEETING_MAX_DROPPED_TEXT)
		return;
	f->dropped = grown(a, f->dropped, f->n_dropped, sizeof *f->dropped);
	f->dropped[f->n_dropped++] = (struct meeting_dropped){kind, text, from};
}

void
fragment_other_code(struct arena *a, struct fragment *f, const char *code)
{
	if (f->n_other_codes < MAX_OTHER_CODES)
		f->other_codes[f->n_other_codes++] = arena_strdup(a, code);
}

/* From anchors to fragments */

static struct fragment *
open_fragment(struct reading *r, const struct rule_set *set,
	const struct invite_line *line, uint32_t region, size_t from)
{
	if (r->fs->n == MAX_FRAGMENTS)
		return NULL;
	struct fragment *f = arena_one(r->fs->arena, struct fragment);
	r->fs->list[r->fs->n++] = f;
	*f = (struct fragment){.set = set,
		.source = r->invite->parts[r->part].source,
		.part = r->part,
		.region = region,
		.from = (uint32_t)from,
		.to = (uint32_t)r->invite->parts[r->part].size,
		.hidden = line->hidden,
		.look_alike = r->anchors.look_alike,
		.quoted = line->quote > 0 || line->forwarded,
		.signature = line->signature};
	return f;
}

static const char *
join_url(struct arena *a, const struct anchor *anchor)
{
	const struct invite_link *l = anchor->link;
	if (anchor->pattern->url != NULL)
		return template_fill(
			a, anchor->pattern->url, anchor->captures.values, NULL);
	bool web = strcmp(l->scheme, "https") == 0 || strcmp(l->scheme, "http") == 0;
	if (!web && !l->schemeless)
		return NULL;
	const char *url = arena_printf(a, "https://%s%s", l->host, l->rest);
	return slot_allows(SLOT_URL, url, strlen(url)) ? url : NULL;
}

static bool
is_within(const char *name, const char *domain)
{
	size_t n = strlen(name), m = strlen(domain);
	return m > 0 && n >= m && strcasecmp(name + n - m, domain) == 0 &&
	       (n == m || name[n - m - 1] == '.');
}

/* "meet.contoso.com" is of the house of ann@contoso.com; nobody knows whose it is otherwise. */
static bool
is_strangers(const struct event *e, const struct invite_link *link)
{
	const char *at = e->organizer != NULL ? strrchr(e->organizer, '@') : NULL;
	const char *dot = link != NULL ? strchr(link->host, '.') : NULL;
	return at != NULL && dot != NULL && !is_within(at + 1, dot + 1) &&
	       !is_within(dot + 1, at + 1);
}

/* Tells something, joins nothing. */
static bool
is_page(const struct pattern *p)
{
	return p->kind == KIND_PAGE || p->kind == KIND_RECORDING;
}

static void
take_captures(struct reading *r, struct fragment *f, const struct anchor *a)
{
	struct arena *arena = r->fs->arena;
	const struct invite_part *part = &r->invite->parts[r->part];
	enum how how = part->source == SOURCE_ENTRY ? HOW_ENTRY
		       : a->kind == ANCHOR_LINK     ? HOW_LINK
						    : HOW_ADDRESS;
	struct evidence from = evidence_at(arena, part, a->pattern->label, a->at, a->len);
	bool page = is_page(a->pattern);
	for (enum slot s = 0; s < N_SLOTS; s++)
		if (a->captures.values[s] != NULL)
			fragment_say(
				r->fs->arena, f, s, how, a->captures.values[s], from);
	if (page)
		return;
	static const int keys[N_KEYS] = {
		[BY_ID] = SLOT_MEETING_ID, [BY_NAME] = SLOT_NAME, [BY_KEY] = CAPTURE_KEY};
	for (int k = 0; k < N_KEYS; k++)
		if (f->keys[k] == NULL)
			f->keys[k] = a->captures.values[keys[k]];
	const char *url = a->kind == ANCHOR_LINK ? join_url(arena, a) : NULL;
	if (url != NULL)
		fragment_say(r->fs->arena, f, SLOT_URL, how, url, from);
	if (a->kind == ANCHOR_ADDRESS && slot_allows(SLOT_SIP, a->text, strlen(a->text)))
		fragment_say(r->fs->arena, f, SLOT_SIP, how, a->text, from);
	f->linked = true;
	f->mismatch |= a->link != NULL && a->link->mismatch;
	f->stranger |= a->captures.open && is_strangers(r->invite->event, a->link);
	f->personal |= a->pattern->kind == KIND_PERSONAL;
	f->registration |= a->pattern->kind == KIND_REGISTRATION;
}

/* A fragment with nothing but the anchor's own, to compare others with. */
static struct fragment
alone(const struct anchor *a)
{
	struct fragment f = {
		.set = a->set, .personal = a->pattern->kind == KIND_PERSONAL};
	f.keys[BY_ID] = a->captures.values[SLOT_MEETING_ID];
	f.keys[BY_NAME] = a->captures.values[SLOT_NAME];
	f.keys[BY_KEY] = a->captures.values[CAPTURE_KEY];
	return f;
}

static bool
has_key(const struct fragment *f)
{
	return f->keys[BY_ID] != NULL || f->keys[BY_NAME] != NULL ||
	       f->keys[BY_KEY] != NULL;
}

/* Whether an anchor goes on with the meeting of the fragment before it. */
static bool
continues(const struct fragment *f, const struct anchor *a)
{
	struct fragment g = alone(a);
	if (f->set != a->set || fragments_contradict(f, &g))
		return false;
	if (fragments_agree(f, &g) || !has_key(&g) || !f->linked)
		return true;
	bool registration = a->pattern->kind == KIND_REGISTRATION;
	return f->personal == g.personal && f->registration == registration;
}

/* Where what is said above a meeting's first anchor begins: not at an agenda's far end. */
static size_t
begin_above(const struct invite_part *part, const struct anchor *a)
{
	return a->line > LINES_ABOVE ? part->lines[a->line - LINES_ABOVE].at : 0;
}

/* Cutting one part. */
struct split {
	struct reading *r;
	struct fragment *now;        /* of the region that is read; may be NULL */
	const struct anchor *marker; /* the first heading since the last link */
};

/* Words of another provider end what is said of this one. */
static void
take_marker(struct split *s, const struct anchor *a)
{
	const struct invite_part *part = &s->r->invite->parts[s->r->part];
	if (s->now == NULL || s->now->set != a->set) {
		size_t from = s->now == NULL ? begin_above(part, a) : a->at;
		if (s->now != NULL)
			s->now->to = (uint32_t)from;
		s->now = open_fragment(s->r, a->set, &part->lines[a->line],
			s->r->anchors.regions[a->line], from);
		s->marker = NULL;
	} else if (s->marker == NULL && a->heading) {
		s->marker = a;
	}
	if (s->now != NULL)
		s->now->headed |= a->heading;
}

/* Where the text of a meeting begins whose first link or address is the i-th anchor: at its
 * heading; else at its line, unless another anchor stands on that. */
static size_t
begin_at(const struct split *s, size_t i)
{
	const struct invite_part *part = &s->r->invite->parts[s->r->part];
	const struct anchor *list = s->r->anchors.list, *a = &list[i];
	if (s->now == NULL)
		return begin_above(part, a);
	if (s->marker != NULL && s->marker->set == a->set)
		return s->marker->at;
	return i > 0 && list[i - 1].line == a->line ? a->at : part->lines[a->line].at;
}

/* A link at anybody's host is a meeting where the service's own words stand too, or where the
 * calendar gives it as data. */
static bool
is_vouched(const struct reading *r, const struct anchor *a)
{
	return !a->captures.open || r->invite->parts[r->part].source == SOURCE_ENTRY ||
	       r->worded[a->set->index];
}

static void
find_worded(struct reading *r)
{
	memset(r->worded, 0, r->rules->n_sets * sizeof *r->worded);
	for (size_t i = 0; i < r->anchors.n; i++)
		if (r->anchors.list[i].kind == ANCHOR_MARKER)
			r->worded[r->anchors.list[i].set->index] = true;
}

static void
take_anchor(struct split *s, size_t i)
{
	struct reading *r = s->r;
	const struct anchor *a = &r->anchors.list[i];
	const struct invite_line *line = &r->invite->parts[r->part].lines[a->line];
	if (is_page(a->pattern)) {
		if (s->now != NULL && s->now->set == a->set)
			take_captures(r, s->now, a);
		return;
	}
	if (!is_vouched(r, a))
		return;
	if (s->now == NULL || !continues(s->now, a)) {
		size_t from = begin_at(s, i);
		if (s->now != NULL)
			s->now->to = (uint32_t)from;
		s->now =
			open_fragment(r, a->set, line, r->anchors.regions[a->line], from);
	}
	s->marker = NULL;
	if (s->now != NULL)
		take_captures(r, s->now, a);
}

/* Of no service of its own, only what stands near a code, a dial string or an address is
 * read: the invite's other numbers are people's. */
static void
take_general(struct split *s, const struct anchor *a)
{
	struct reading *r = s->r;
	const struct invite_part *part = &r->invite->parts[r->part];
	size_t first = a->line > LINES_NEAR ? a->line - LINES_NEAR : 0;
	size_t last = a->line + LINES_NEAR < part->n_lines ? a->line + LINES_NEAR
							   : part->n_lines - 1;
	uint32_t from = part->lines[first].at;
	bool address = a->kind == ANCHOR_ADDRESS;
	if (s->now != NULL && address && !continues(s->now, a))
		s->now->to = from = part->lines[a->line].at;
	if (s->now == NULL || s->now->to <= from)
		s->now = open_fragment(r, a->set, &part->lines[a->line],
			r->anchors.regions[a->line], from);
	if (s->now == NULL)
		return;
	s->now->to = part->lines[last].at + part->lines[last].len;
	if (address)
		take_captures(r, s->now, a);
}

/* A link that nobody sees: nothing around it is read. */
static void
take_hidden(struct reading *r, const struct anchor *a)
{
	const struct invite_line *line = &r->invite->parts[r->part].lines[a->line];
	if (a->kind == ANCHOR_MARKER || is_page(a->pattern) || a->captures.open)
		return;
	struct fragment *f = open_fragment(r, a->set, line, 0, a->at);
	if (f == NULL)
		return;
	f->to = f->from;
	take_captures(r, f, a);
}

static void
split_part(struct reading *r)
{
	const struct invite_part *part = &r->invite->parts[r->part];
	struct split s = {.r = r};
	memset(r->aside, 0, r->rules->n_sets * sizeof *r->aside);
	find_worded(r);
	for (size_t i = 0; i < r->anchors.n && r->fs->n < MAX_FRAGMENTS; i++) {
		const struct anchor *a = &r->anchors.list[i];
		const struct invite_line *line = &part->lines[a->line];
		if (a->set->provider->general != r->general ||
			(r->quoted && (line->quote > 0 || line->forwarded)) ||
			(r->signature && line->signature))
			continue;
		if (a->kind == ANCHOR_ASIDE) {
			r->aside[a->set->index] = a->aside;
			continue;
		}
		if (line->hidden) {
			take_hidden(r, a);
			continue;
		}
		if (s.now != NULL && s.now->region != r->anchors.regions[a->line])
			s = (struct split){.r = r};
		if (r->general && a->heading) /* announces a number, and is no meeting */
			continue;
		if (r->general)
			take_general(&s, a);
		else if (a->kind == ANCHOR_MARKER)
			take_marker(&s, a);
		else if (!r->aside[a->set->index])
			take_anchor(&s, i);
	}
}

static void
read_parts(struct reading *r, struct matcher *m)
{
	struct fragments *fs = r->fs;
	for (r->part = 0; r->part < r->invite->n_parts; r->part++) {
		size_t first = fs->n;
		anchors_find(m, r->invite, r->part, &r->anchors);
		split_part(r);
		for (size_t i = first; i < fs->n; i++)
			if (!fs->list[i]->hidden)
				scan_fragment(r, fs->list[i]);
	}
}

/* Whether a service is named where somebody speaks of this meeting: not by the bare link to
 * a room of the sender's own. */
static bool
names_service(const struct fragment *f)
{
	bool known = (f->linked && !f->personal) || f->n_numbers > 0;
	for (size_t i = 0; i < f->n_said; i++)
		known |= f->said[i].slot == SLOT_MEETING_ID ||
			 f->said[i].slot == SLOT_PHONE_ID;
	return known && !f->hidden;
}

/* A bridge's number and code, or a bare address, in an invite of no service that is known. */
static void
read_general(struct reading *r, struct matcher *m)
{
	r->general = true;
	for (size_t i = 0; i < r->fs->n; i++) {
		const struct fragment *f = r->fs->list[i];
		if (!names_service(f))
			continue;
		if (!f->quoted && !f->signature)
			return;
		r->quoted |= f->quoted;
		r->signature |= f->signature;
	}
	read_parts(r, m);
}

void
fragments_read(struct fragments *fs, const struct rules *rules,
	const struct invite *invite, const char *country)
{
	struct reading r = {.fs = fs,
		.rules = rules,
		.invite = invite,
		.country = country,
		.budget = NUMBERS_TRIED};
	struct matcher m;
	matcher_init(&m, rules, fs->arena);
	r.aside = arena_many(fs->arena, bool, rules->n_sets + 1);
	r.worded = arena_many(fs->arena, bool, rules->n_sets + 1);
	fs->list = arena_many(fs->arena, struct fragment *, MAX_FRAGMENTS);
	read_parts(&r, &m);
	for (size_t i = 0; i < invite->n_parts; i++)
		if (invite->parts[i].entry != NULL)
			entry_read(&r, i);
	read_general(&r, &m);
	matcher_release(&m);
}
