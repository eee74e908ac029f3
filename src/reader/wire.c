#include "reader/wire.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "reader/reader.h"

enum {
	MAX_NAME = 128,  /* of a rule, a part, a form, a provider */
	MAX_QUOTE = 120, /* see struct evidence */
	MAX_NOTE = 512,
	LEAST_MEETING = 2 + N_SLOTS, /* bytes that one takes at the very least */
	LEAST_NUMBER = 8,
	LEAST_DROPPED = 8,
};

#define MAX_TIME INT64_C(253402300799) /* the end of the year 9999 */

static size_t
at_most(size_t n, size_t max)
{
	return n < max ? n : max;
}

static int64_t
within(int64_t v, int64_t min, int64_t max)
{
	return v < min ? min : v > max ? max : v;
}

void
wire_put_err(struct buf *b, const struct err *e)
{
	record_put_u8(b, (uint8_t)e->grade);
	if (e->grade == ERR_NONE)
		return;
	record_put_i64(b, within(e->retry_at, 0, MAX_TIME));
	record_put_text(b, e->code, sizeof e->code - 1);
	record_put_text(b, e->text, sizeof e->text - 1);
	record_put_text(b, e->cure, sizeof e->cure - 1);
}

void
wire_get_err(struct record *r, struct err *ret)
{
	memset(ret, 0, sizeof *ret);
	ret->grade = record_u8(r, ERR_LIMIT);
	if (ret->grade == ERR_NONE)
		return;
	ret->retry_at = record_i64(r, 0, MAX_TIME);
	strcpy(ret->code, record_text(r, sizeof ret->code - 1));
	strcpy(ret->text, record_text(r, sizeof ret->text - 1));
	strcpy(ret->cure, record_text(r, sizeof ret->cure - 1));
}

/* A key that is cut is another key. */
static void
put_key(struct buf *b, const char *key)
{
	record_put_text(
		b, key == NULL || strlen(key) > WIRE_MAX_KEY ? NULL : key, WIRE_MAX_KEY);
}

void
wire_put_event(struct buf *b, const struct event *e)
{
	put_key(b, e->id);
	put_key(b, e->change_key);
	put_key(b, e->uid);
	record_put_i64(b, within(e->start, 0, MAX_TIME));
	record_put_i64(b, within(e->end, 0, MAX_TIME));
	record_put_u8(b, e->all_day);
	record_put_u8(b, e->cancelled);
	record_put_u8(b, e->is_private);
	record_put_u8(b, (uint8_t)e->busy);
	record_put_u8(b, (uint8_t)e->response);
	record_put_text(b, e->subject, WIRE_MAX_TEXT);
	record_put_text(b, e->location, WIRE_MAX_TEXT);
	record_put_text(b, e->organizer, WIRE_MAX_TEXT);
	record_put_text(b, e->organizer_name, WIRE_MAX_TEXT);
}

void
wire_get_event(struct record *r, struct event *ret)
{
	*ret = (struct event){0};
	ret->id = record_text_or_null(r, WIRE_MAX_KEY);
	ret->change_key = record_text_or_null(r, WIRE_MAX_KEY);
	ret->uid = record_text_or_null(r, WIRE_MAX_KEY);
	ret->start = record_i64(r, 0, MAX_TIME);
	ret->end = record_i64(r, 0, MAX_TIME);
	ret->all_day = record_bool(r);
	ret->cancelled = record_bool(r);
	ret->is_private = record_bool(r);
	ret->busy = record_u8(r, EVENT_AWAY);
	ret->response = record_u8(r, EVENT_DECLINED);
	ret->subject = record_text_or_null(r, WIRE_MAX_TEXT);
	ret->location = record_text_or_null(r, WIRE_MAX_TEXT);
	ret->organizer = record_text_or_null(r, WIRE_MAX_TEXT);
	ret->organizer_name = record_text_or_null(r, WIRE_MAX_TEXT);
}

static void
put_texts(struct buf *b, const char *const *texts, size_t n)
{
	n = at_most(n, WIRE_MAX_NOTES);
	record_put_count(b, n);
	for (size_t i = 0; i < n; i++)
		record_put_text(b, texts[i] != NULL ? texts[i] : "", MAX_NOTE);
}

static const char *const *
get_texts(struct arena *a, struct record *r, size_t *ret_n)
{
	size_t n = record_count(r, WIRE_MAX_NOTES, 6);
	const char **texts = arena_many(a, const char *, n);
	for (size_t i = 0; i < n; i++)
		texts[i] = record_text(r, MAX_NOTE);
	*ret_n = n;
	return texts;
}

static void
put_evidence(struct buf *b, const struct evidence *e)
{
	record_put_text(b, e->rule, MAX_NAME);
	record_put_text(b, e->part, MAX_NAME);
	record_put_u32(b, e->at);
	record_put_u32(b, e->len);
	record_put_text(b, e->quote, MAX_QUOTE);
}

static void
get_evidence(struct record *r, struct evidence *ret)
{
	ret->rule = record_text_or_null(r, MAX_NAME);
	ret->part = record_text_or_null(r, MAX_NAME);
	ret->at = record_u32(r, UINT32_MAX);
	ret->len = record_u32(r, UINT32_MAX - ret->at);
	ret->quote = record_text_or_null(r, MAX_QUOTE);
}

static void
put_number(struct buf *b, const struct meeting_number *n)
{
	record_put_text(b, n->phone.e164, sizeof n->phone.e164 - 1);
	record_put_text(b, n->phone.country, sizeof n->phone.country - 1);
	record_put_u32(b, (uint32_t)n->phone.country_code);
	record_put_u8(b, (uint8_t)n->phone.kind);
	record_put_text(b, n->region, WIRE_MAX_TEXT);
	record_put_u8(b, n->one_tap);
	record_put_text(b, n->form, MAX_NAME);
	record_put_text(b, n->phone_id, slot_max(SLOT_PHONE_ID));
	record_put_text(b, n->phone_pin, slot_max(SLOT_PHONE_PIN));
	put_evidence(b, &n->from);
}

static void
get_number(struct record *r, struct meeting_number *ret)
{
	strcpy(ret->phone.e164, record_text(r, sizeof ret->phone.e164 - 1));
	strcpy(ret->phone.country, record_text(r, sizeof ret->phone.country - 1));
	ret->phone.country_code = (int)record_u32(r, 999);
	ret->phone.kind = record_u8(r, PHONE_OTHER);
	ret->region = record_text_or_null(r, WIRE_MAX_TEXT);
	ret->one_tap = record_bool(r);
	ret->form = record_text_or_null(r, MAX_NAME);
	ret->phone_id = record_text_or_null(r, slot_max(SLOT_PHONE_ID));
	ret->phone_pin = record_text_or_null(r, slot_max(SLOT_PHONE_PIN));
	get_evidence(r, &ret->from);
}

static void
put_dropped(struct buf *b, const struct meeting *m)
{
	record_put_count(b, m->n_dropped);
	for (size_t i = 0; i < m->n_dropped; i++) {
		record_put_u8(b, (uint8_t)m->dropped[i].kind);
		record_put_text(b, m->dropped[i].text, MEETING_MAX_DROPPED_TEXT);
		put_evidence(b, &m->dropped[i].from);
	}
}

static void
get_dropped(struct arena *a, struct record *r, struct meeting *ret)
{
	ret->n_dropped = record_count(r, MEETING_MAX_DROPPED, LEAST_DROPPED);
	struct meeting_dropped *dropped =
		arena_many(a, struct meeting_dropped, ret->n_dropped);
	for (size_t i = 0; i < ret->n_dropped; i++) {
		dropped[i].kind = record_u8(r, N_DROPPED - 1);
		dropped[i].text = record_text(r, MEETING_MAX_DROPPED_TEXT);
		get_evidence(r, &dropped[i].from);
	}
	ret->dropped = dropped;
}

static void
put_meeting(struct buf *b, const struct meeting *m)
{
	record_put_text(b, m->provider, MAX_NAME);
	record_put_u8(b, m->confidence);
	for (size_t s = 0; s < N_SLOTS; s++) {
		const struct finding *f = &m->slots[s];
		record_put_text(b, f->value, slot_max((enum slot)s));
		if (f->value == NULL)
			continue;
		record_put_u8(b, f->derived);
		put_evidence(b, &f->from);
	}
	record_put_count(b, m->n_numbers);
	for (size_t i = 0; i < m->n_numbers; i++)
		put_number(b, &m->numbers[i]);
	put_dropped(b, m);
	record_put_u8(b, m->personal);
	record_put_u8(b, m->quoted);
	record_put_u8(b, m->no_pstn);
	record_put_u8(b, m->registration);
	record_put_u8(b, m->conflict);
	put_texts(b, m->notes, m->n_notes);
}

static void
get_meeting(struct arena *a, struct record *r, struct meeting *ret)
{
	ret->provider = record_text(r, MAX_NAME);
	ret->confidence = record_u8(r, 100);
	for (size_t s = 0; s < N_SLOTS; s++) {
		struct finding *f = &ret->slots[s];
		f->value = record_text_or_null(r, slot_max((enum slot)s));
		if (f->value == NULL)
			continue;
		f->derived = record_bool(r);
		get_evidence(r, &f->from);
	}
	ret->n_numbers = record_count(r, MEETING_MAX_NUMBERS, LEAST_NUMBER);
	struct meeting_number *numbers =
		arena_many(a, struct meeting_number, ret->n_numbers);
	for (size_t i = 0; i < ret->n_numbers; i++)
		get_number(r, &numbers[i]);
	ret->numbers = numbers;
	get_dropped(a, r, ret);
	ret->personal = record_bool(r);
	ret->quoted = record_bool(r);
	ret->no_pstn = record_bool(r);
	ret->registration = record_bool(r);
	ret->conflict = record_bool(r);
	ret->notes = get_texts(a, r, &ret->n_notes);
	const char *why;
	if (r->wrong == NULL && !meeting_check(ret, &why))
		record_fail(r, why);
}

static void
put_meetings(
	struct buf *b, const struct meeting *meetings, size_t n, const char **ret_why)
{
	size_t fit = 0;
	for (size_t i = 0; i < n; i++)
		fit += meeting_check(&meetings[i], ret_why);
	record_put_count(b, fit);
	for (size_t i = 0; i < n; i++)
		if (meeting_check(&meetings[i], ret_why))
			put_meeting(b, &meetings[i]);
}

static const struct meeting *
get_meetings(struct arena *a, struct record *r, size_t max, size_t *ret_n)
{
	*ret_n = record_count(r, max, LEAST_MEETING);
	struct meeting *meetings = arena_many(a, struct meeting, *ret_n);
	for (size_t i = 0; i < *ret_n; i++)
		get_meeting(a, r, &meetings[i]);
	return meetings;
}

void
wire_put_extraction(struct buf *b, const struct extraction *x)
{
	record_put_u8(b, x != NULL);
	if (x == NULL)
		return;
	const char *unfit = NULL;
	put_meetings(b, x->meetings, at_most(x->n_meetings, MEETING_MAX), &unfit);
	put_meetings(b, x->lost, at_most(x->n_lost, WIRE_MAX_LOST), &unfit);
	put_texts(b, x->warnings, x->n_warnings);
	record_put_text(b, unfit, MAX_NOTE);
	record_put_u8(b, x->tie);
}

const struct extraction *
wire_get_extraction(struct arena *a, struct record *r)
{
	if (!record_bool(r))
		return NULL;
	struct extraction *x = arena_one(a, struct extraction);
	x->meetings = get_meetings(a, r, MEETING_MAX, &x->n_meetings);
	x->lost = get_meetings(a, r, WIRE_MAX_LOST, &x->n_lost);
	x->warnings = get_texts(a, r, &x->n_warnings);
	const char *unfit = record_text_or_null(r, MAX_NOTE);
	if (unfit != NULL) {
		const char **more = arena_many(a, const char *, x->n_warnings + 1);
		for (size_t i = 0; i < x->n_warnings; i++)
			more[i] = x->warnings[i];
		more[x->n_warnings++] = arena_printf(a, "unfit_meeting: %s", unfit);
		x->warnings = more;
	}
	x->tie = record_bool(r);
	if (x->tie && x->n_meetings < 2)
		record_fail(r, "a tie of fewer than two");
	return x;
}

/* What of a private event is needed to join it, and to know it again. */
static struct event
withheld_event(const struct event *e)
{
	struct event bare = *e;
	bare.subject = bare.location = bare.organizer = bare.organizer_name = NULL;
	return bare;
}

static const struct meeting *
without_quotes(struct arena *a, const struct meeting *from, size_t n)
{
	struct meeting *meetings = arena_many(a, struct meeting, n);
	for (size_t i = 0; i < n; i++) {
		struct meeting *m = &meetings[i];
		*m = from[i];
		for (size_t s = 0; s < N_SLOTS; s++)
			m->slots[s].from.quote = NULL;
		struct meeting_number *numbers =
			arena_many(a, struct meeting_number, m->n_numbers);
		for (size_t k = 0; k < m->n_numbers; k++) {
			numbers[k] = m->numbers[k];
			numbers[k].from.quote = NULL;
		}
		m->numbers = numbers;
		struct meeting_dropped *dropped =
			arena_many(a, struct meeting_dropped, m->n_dropped);
		for (size_t k = 0; k < m->n_dropped; k++) {
			dropped[k] = m->dropped[k];
			dropped[k].from.quote = NULL;
		}
		m->dropped = dropped;
	}
	return meetings;
}

static void
put_withheld(struct buf *b, const struct event *e, const struct extraction *x)
{
	struct event bare = withheld_event(e);
	wire_put_event(b, &bare);
	struct arena *a = x != NULL ? arena_new(0) : NULL;
	if (a == NULL) {
		wire_put_extraction(b, NULL);
		return;
	}
	struct extraction quiet = {
		.meetings = without_quotes(a, x->meetings, x->n_meetings),
		.n_meetings = x->n_meetings,
		.warnings = x->warnings,
		.n_warnings = x->n_warnings,
		.tie = x->tie};
	wire_put_extraction(b, &quiet);
	arena_free(a);
}

void
wire_put_found(struct buf *b, const struct event *e, const struct extraction *x)
{
	if (e->is_private) {
		put_withheld(b, e, x);
		return;
	}
	wire_put_event(b, e);
	wire_put_extraction(b, x);
}
