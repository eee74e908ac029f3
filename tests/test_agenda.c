#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agenda.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* 2026-11-24T15:00:00Z; all times below are minutes from it, unless they end in _s. */
#define THREE INT64_C(1795532400)

/*
 * In place of the real planner: a conference with a link can be dialled, one of the
 * provider "asks" wants a PIN, and the user's PIN satisfies it.
 */
const struct plan *
plan_make(struct arena *a, const struct providers *ps, const struct meeting *m,
	const struct policy *policy, const enum transport *via, size_t n_via,
	const char *pin)
{
	(void)ps;
	struct plan *p = arena_one(a, struct plan);
	p->has[VIA_WEB] = m->slots[SLOT_URL].value != NULL && !(policy->confirm);
	p->web.url = m->slots[SLOT_URL].value;
	p->web.passcode = pin;
	p->via = n_via > 0 ? via[0] : VIA_WEB;
	p->needs_pin = strcmp(m->provider, "asks") == 0 && pin == NULL;
	return p;
}

struct room {
	struct arena *a;
	struct policy policy;
	struct sighting seen[8];
	size_t n;
	int64_t synced_at, now;
	struct agenda *agenda;
	struct agenda_query q;
	struct agenda_answer got;
};

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct room *r = arena_one(a, struct room);
	r->a = a;
	r->synced_at = THREE;
	*state = r;
	return 0;
}

static int
tear_down(void **state)
{
	struct room *r = *state;
	agenda_unref(r->agenda);
	arena_free(r->a);
	return 0;
}

/* z: a good link. n: nothing to dial. p: a personal room that the meeting is in. q: quoted.
 * c: contradicts itself. u: unsure, as a personal room's bare link is. a: asks for a PIN. */
static struct meeting
conference(struct room *r, char letter, size_t number)
{
	struct meeting m = {
		.provider = letter == 'a' ? "asks" : "zoom",
		.confidence = letter == 'u' ? AGENDA_SURE - 1 : 95,
		.personal = letter == 'p',
		.quoted = letter == 'q',
		.conflict = letter == 'c',
	};
	if (letter != 'n')
		m.slots[SLOT_URL].value = arena_printf(r->a,
			"https://zoom.example.com/j/9184730226%zu?pwd=quill7", number);
	m.slots[SLOT_MEETING_ID].value = arena_printf(r->a, "9184730226%zu", number);
	m.slots[SLOT_PASSCODE].value = "quill7";
	m.slots[SLOT_PASSCODE].from.quote = "Passcode: quill7";
	return m;
}

#define PLAIN ((struct event){0})

/* `conferences` has a letter each, see above; `as` the flags. */
static struct extraction *
book(struct room *r, const char *id, int start, int end, const char *conferences,
	struct event as)
{
	struct sighting *s = &r->seen[r->n++];
	s->event = as;
	s->event.id = id;
	s->event.subject = id;
	s->event.location = "https://zoom.example.com/j/91847302260?pwd=quill7";
	s->event.start = THREE + start * 60;
	s->event.end = THREE + end * 60;
	s->extraction = NULL;
	if (conferences == NULL)
		return NULL;
	struct extraction *x = arena_one(r->a, struct extraction);
	x->n_meetings = strlen(conferences);
	struct meeting *m = arena_many(r->a, struct meeting, x->n_meetings);
	for (size_t i = 0; i < x->n_meetings; i++)
		m[i] = conference(r, conferences[i], i);
	x->meetings = m;
	s->extraction = x;
	return x;
}

static void
build(struct room *r)
{
	agenda_unref(r->agenda);
	r->agenda = agenda_build("SEA_38_0021", "hq", r->synced_at, THREE - 86400,
		THREE + 7 * 86400, r->seen, r->n, NULL, &r->policy);
	assert_non_null(r->agenda);
}

static const char *
id_of(struct room *r, const char *event)
{
	for (size_t i = 0; i < r->agenda->n_meetings; i++)
		if (strcmp(r->agenda->meetings[i].event.id, event) == 0)
			return r->agenda->meetings[i].id;
	fail_msg("no event %s", event);
	return NULL;
}

static void
ask_at(struct room *r, int64_t now)
{
	if (r->agenda == NULL)
		build(r);
	r->q.now = now;
	agenda_ask(r->a, r->agenda, NULL, &r->policy, &r->q, &r->got);
}

static void
ask(struct room *r, int minutes)
{
	ask_at(r, THREE + minutes * 60);
}

#define assert_joins(r, wanted)                                                          \
	do {                                                                             \
		assert_int_equal((r)->got.decision, DECIDE_JOIN);                        \
		assert_int_equal((r)->got.n_choices, 1);                                 \
		assert_string_equal((r)->got.choices[0].meeting->event.id, wanted);      \
		assert_true((r)->got.choices[0].plan->has[VIA_WEB]);                     \
	} while (0)

#define assert_asks(r, why)                                                              \
	do {                                                                             \
		assert_int_equal((r)->got.decision, DECIDE_ASK);                         \
		assert_int_equal((r)->got.ask, why);                                     \
	} while (0)

/* `events` are the choices' events, in order, a blank between. */
static void
assert_chooses(struct room *r, const char *events)
{
	char got[200] = "";
	for (size_t i = 0; i < r->got.n_choices; i++) {
		strcat(got, i == 0 ? "" : " ");
		strcat(got, r->got.choices[i].meeting->event.id);
	}
	assert_string_equal(got, events);
	assert_int_equal(r->got.decision, DECIDE_CHOOSE);
}

static void
row_01_in_progress(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	ask(r, 0);
	assert_joins(r, "a");
	assert_true(r->got.choices[0].in_progress);
	assert_string_equal(r->got.choices[0].id, id_of(r, "a"));
	ask_at(r, THREE + 3599);
	assert_joins(r, "a");
	ask(r, 60); /* the end is exclusive */
	assert_asks(r, ASK_NO_MEETING);
}

static void
row_02_starts_soon(void **state)
{
	struct room *r = *state;
	book(r, "a", 15, 60, "z", PLAIN);
	ask(r, 0);
	assert_joins(r, "a");
	assert_false(r->got.choices[0].in_progress);
}

static void
row_03_starts_later(void **state)
{
	struct room *r = *state;
	book(r, "a", 15, 60, "z", PLAIN);
	ask_at(r, THREE - 1);
	assert_asks(r, ASK_NO_MEETING);
}

static void
row_04_in_progress_before_soon(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	book(r, "b", 60, 90, "z", PLAIN);
	ask(r, 46);
	assert_joins(r, "a");
	ask_at(r, THREE + 55 * 60 - 1);
	assert_joins(r, "a");
}

static void
row_05_back_to_back(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	book(r, "b", 60, 90, "z", PLAIN);
	book(r, "c", 90, 120, "z", PLAIN);
	ask(r, 55);
	assert_joins(r, "b");
	ask(r, 60);
	assert_joins(r, "b");
	r->n = 0;
	book(r, "a", 0, 60, "z", PLAIN);
	book(r, "b", 70, 90, "z", PLAIN); /* a gap, still soon */
	build(r);
	ask(r, 55);
	assert_joins(r, "b");
	r->n = 0;
	book(r, "a", 0, 60, "z", PLAIN);
	book(r, "b", 75, 90, "z", PLAIN); /* no longer soon */
	build(r);
	ask(r, 59);
	assert_joins(r, "a");
	ask(r, 60);
	assert_joins(r, "b");
}

static void
row_06_free_declined_cancelled(void **state)
{
	struct room *r = *state;
	book(r, "free", 0, 60, "z", (struct event){.busy = EVENT_FREE});
	book(r, "no", 0, 60, "z", (struct event){.response = EVENT_DECLINED});
	book(r, "off", 0, 60, "z", (struct event){.cancelled = true});
	ask(r, 10);
	assert_asks(r, ASK_NO_MEETING);
	assert_int_equal(r->got.n_choices, 0);
	const char *const events[] = {"free", "no", "off"};
	for (size_t i = 0; i < 3; i++) {
		r->q.meeting = id_of(r, events[i]);
		ask(r, 10);
		assert_asks(r, ASK_NO_MEETING);
		assert_false(r->got.unknown_meeting);
	}
}

static void
row_07_tentative_alone(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", (struct event){.busy = EVENT_TENTATIVE});
	ask(r, 10);
	assert_chooses(r, "a");
	r->n = 0;
	book(r, "b", 0, 60, "z", (struct event){.response = EVENT_MAYBE});
	build(r);
	ask(r, 10);
	assert_chooses(r, "b");
}

static void
row_08_tentative_beside_firm(void **state)
{
	struct room *r = *state;
	book(r, "maybe", 0, 60, "z", (struct event){.busy = EVENT_TENTATIVE});
	book(r, "firm", 0, 60, "z", PLAIN);
	ask(r, 10);
	assert_joins(r, "firm");
}

static void
row_09_overlapping(void **state)
{
	struct room *r = *state;
	book(r, "long", -30, 120, "z", PLAIN);
	book(r, "late", 0, 60, "z", PLAIN);
	ask(r, 10);
	assert_chooses(r, "late long");
}

static void
row_10_overlapping_one_dialled(void **state)
{
	struct room *r = *state;
	book(r, "lunch", 0, 60, NULL, PLAIN);
	book(r, "call", 0, 60, "z", PLAIN);
	ask(r, 10);
	assert_joins(r, "call");
}

static void
row_11_another_about_to_start(void **state)
{
	struct room *r = *state;
	book(r, "long", -30, 120, "z", PLAIN);
	book(r, "next", 15, 60, "z", PLAIN);
	ask_at(r, THREE + 10 * 60 - 1);
	assert_joins(r, "long");
	ask(r, 10);
	assert_chooses(r, "long next");
}

static void
row_12_two_in_a_row(void **state)
{
	struct room *r = *state;
	book(r, "second", 10, 20, "z", PLAIN);
	book(r, "first", 5, 10, "z", PLAIN);
	ask(r, 0);
	assert_joins(r, "first");
}

static void
row_13_the_current_cannot_be_dialled(void **state)
{
	struct room *r = *state;
	book(r, "lunch", 0, 60, "n", PLAIN);
	book(r, "call", 60, 90, "z", PLAIN);
	ask(r, 44);
	assert_asks(r, ASK_NO_DIAL_IN);
	ask(r, 45);
	assert_joins(r, "call");
}

static void
row_14_the_next_cannot_be_dialled(void **state)
{
	struct room *r = *state;
	book(r, "call", 0, 60, "z", PLAIN);
	book(r, "lunch", 60, 90, NULL, PLAIN);
	ask(r, 57);
	assert_chooses(r, "call");
}

static void
row_15_declined(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	build(r);
	const char *no[] = {id_of(r, "a"), "nonsense"};
	r->q.declined = no;
	r->q.n_declined = 2;
	ask(r, 10);
	assert_asks(r, ASK_DECLINED);
	book(r, "b", 20, 60, "z", PLAIN);
	build(r);
	no[0] = id_of(r, "a");
	ask(r, 10);
	assert_chooses(r, "b");
	no[1] = id_of(r, "b");
	ask(r, 10);
	assert_asks(r, ASK_DECLINED);
	no[0] = "nonsense"; /* what is not now cannot be declined */
	ask(r, 0);
	assert_joins(r, "a");
}

static void
row_16_asked_for_by_id(void **state)
{
	static const char *const doubts[] = {"p", "q", "c", "u", "z"};
	struct room *r = *state;
	for (size_t i = 0; i < 5; i++)
		book(r, doubts[i], 0, 60, doubts[i], PLAIN);
	book(r, "maybe", 0, 60, "z", (struct event){.busy = EVENT_TENTATIVE});
	book(r, "day", -600, 840, "z", (struct event){.all_day = true});
	build(r);
	static const int times[] = {-300, 10, 300};
	for (size_t i = 0; i < r->n; i++)
		for (size_t t = 0; t < 3; t++) {
			r->q.meeting = id_of(r, r->seen[i].event.id);
			ask(r, times[t]);
			assert_joins(r, r->seen[i].event.id);
		}
}

static void
row_17_not_in_the_window(void **state)
{
	static const char *const ids[] = {"", "/", "/1", "aaaaaaaaaaaaaaaa", "a b", "%s"};
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		r->q.meeting = ids[i];
		ask(r, 10);
		assert_true(r->got.unknown_meeting);
		assert_int_equal(r->got.n_choices, 0);
	}
	static const char *const tails[] = {"/0", "/2", "/01", "/1x", "/-1", "/+1", "/ 1",
		"/", "/18446744073709551617"};
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		r->q.meeting = arena_printf(r->a, "%s%s", id_of(r, "a"), tails[i]);
		ask(r, 10);
		assert_true(r->got.unknown_meeting);
	}
}

static void
row_18_all_day_alone(void **state)
{
	struct room *r = *state;
	book(r, "day", -600, 840, "z", (struct event){.all_day = true});
	ask(r, 10);
	assert_chooses(r, "day");
	r->n = 0;
	book(r, "week", -600, 840, "z", PLAIN);
	build(r);
	ask(r, 10);
	assert_chooses(r, "week");
	ask(r, -605); /* and it is never "next" */
	assert_asks(r, ASK_NO_MEETING);
}

static void
row_19_all_day_beside_firm(void **state)
{
	struct room *r = *state;
	book(r, "day", -600, 840, "z", (struct event){.all_day = true});
	book(r, "firm", 0, 60, "z", PLAIN);
	ask(r, 10);
	assert_joins(r, "firm");
}

static void
row_20_tie(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "zzz", PLAIN)->tie = true;
	ask(r, 10);
	assert_chooses(r, "a a");
	for (size_t i = 0; i < 2; i++) {
		const struct agenda_choice *c = &r->got.choices[i];
		assert_string_equal(
			c->id, arena_printf(r->a, "%s/%zu", id_of(r, "a"), i + 1));
		assert_ptr_equal(c->conference, &c->meeting->extraction->meetings[i]);
	}
	const char *second = r->got.choices[1].id;
	r->q.meeting = id_of(r, "a");
	ask(r, 10);
	assert_chooses(r, "a a");
	r->q.meeting = second;
	ask(r, 10);
	assert_joins(r, "a");
	assert_string_equal(r->got.choices[0].conference->slots[SLOT_MEETING_ID].value,
		"91847302261");
}

static void
row_21_the_best_is_clear(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "zq", PLAIN);
	ask(r, 10);
	assert_joins(r, "a");
	assert_string_equal(r->got.choices[0].id, id_of(r, "a"));
	assert_string_equal(r->got.choices[0].conference->slots[SLOT_MEETING_ID].value,
		"91847302260");
}

static void
row_22_personal_or_quoted(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "u", PLAIN);
	ask(r, 10);
	assert_chooses(r, "a");
	r->n = 0;
	book(r, "b", 0, 60, "q", PLAIN);
	build(r);
	ask(r, 10);
	assert_chooses(r, "b");
	r->n = 0;
	book(r, "c", 0, 60, "p", PLAIN);
	build(r);
	ask(r, 10);
	assert_joins(r, "c");
}

static void
row_23_contradiction(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "c", PLAIN);
	ask(r, 10);
	assert_chooses(r, "a");
	r->n = 0;
	book(r, "b", 0, 60, "u", PLAIN);
	build(r);
	ask(r, 10);
	assert_chooses(r, "b");
}

static void
row_24_the_best_cannot_be_dialled(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "nz", PLAIN);
	ask(r, 10);
	assert_chooses(r, "a");
	assert_string_equal(
		r->got.choices[0].id, arena_printf(r->a, "%s/2", id_of(r, "a")));
	r->q.meeting = r->got.choices[0].id;
	ask(r, 10);
	assert_joins(r, "a");
}

static void
row_25_needs_pin(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "a", PLAIN);
	ask(r, 10);
	assert_asks(r, ASK_NEEDS_PIN);
	assert_string_equal(r->got.choices[0].meeting->event.id, "a");
	assert_non_null(r->got.choices[0].plan);
	r->q.meeting = r->got.choices[0].id;
	ask(r, 10);
	assert_asks(r, ASK_NEEDS_PIN);
	r->q.pin = "4711";
	ask(r, 10);
	assert_joins(r, "a");
	assert_string_equal(r->got.choices[0].plan->web.passcode, "4711");
}

static void
row_26_nothing_to_dial(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "nn", PLAIN);
	ask(r, 10);
	assert_asks(r, ASK_NO_DIAL_IN);
	assert_int_equal(r->got.n_choices, 1);
	assert_string_equal(r->got.choices[0].meeting->event.id, "a");
	assert_null(r->got.choices[0].conference);
	assert_null(r->got.choices[0].plan);
	r->q.meeting = id_of(r, "a");
	ask(r, 10);
	assert_asks(r, ASK_NO_DIAL_IN);
	r->q.meeting = arena_printf(r->a, "%s/2", id_of(r, "a"));
	ask(r, 10);
	assert_asks(r, ASK_NO_DIAL_IN);
}

static void
row_27_background_without_dial_in(void **state)
{
	struct room *r = *state;
	book(r, "day", -600, 840, NULL, (struct event){.all_day = true});
	book(r, "maybe", 0, 60, "n", (struct event){.busy = EVENT_TENTATIVE});
	ask(r, 10);
	assert_asks(r, ASK_NO_MEETING);
}

static void
row_28_never_synced(void **state)
{
	struct room *r = *state;
	r->synced_at = 0;
	book(r, "a", 0, 60, "z", PLAIN);
	ask(r, 10);
	assert_int_equal(r->got.decision, DECIDE_UNAVAILABLE);
	assert_string_equal(r->got.unavailable, "never_synced");
	agenda_ask(r->a, NULL, NULL, &r->policy, &r->q, &r->got);
	assert_int_equal(r->got.decision, DECIDE_UNAVAILABLE);
	assert_string_equal(r->got.unavailable, "never_synced");
}

static void
row_29_stale(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	ask_at(r, THREE + AGENDA_STALE_S - 1);
	assert_joins(r, "a");
	assert_false(r->got.stale);
	ask_at(r, THREE + AGENDA_STALE_S);
	assert_joins(r, "a");
	assert_true(r->got.stale);
}

static void
row_30_expired(void **state)
{
	struct room *r = *state;
	book(r, "a", 24 * 60 - 30, 24 * 60 + 30, "z", PLAIN);
	ask_at(r, THREE + AGENDA_EXPIRED_S - 1);
	assert_joins(r, "a");
	assert_true(r->got.stale);
	ask_at(r, THREE + AGENDA_EXPIRED_S);
	assert_int_equal(r->got.decision, DECIDE_UNAVAILABLE);
	assert_string_equal(r->got.unavailable, "expired");
	assert_int_equal(r->got.n_choices, 0);
}

static void
row_31_the_clock_went_back(void **state)
{
	struct room *r = *state;
	r->synced_at = THREE + AGENDA_STALE_S;
	book(r, "a", 0, 60, "z", PLAIN);
	ask_at(r, THREE + 1);
	assert_joins(r, "a");
	assert_false(r->got.stale);
	ask_at(r, THREE);
	assert_true(r->got.stale);
	ask_at(r, THREE + AGENDA_STALE_S - AGENDA_EXPIRED_S);
	assert_int_equal(r->got.decision, DECIDE_UNAVAILABLE);
}

static void
row_32_another_moment(void **state)
{
	struct room *r = *state;
	book(r, "a", 3000, 3060, "z", PLAIN);
	r->q.at = THREE + 3010 * 60;
	ask(r, 0);
	assert_joins(r, "a");
	assert_false(r->got.stale);
	assert_true(r->got.choices[0].in_progress);
}

static void
row_33_private(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", (struct event){.is_private = true});
	ask(r, 10);
	assert_joins(r, "a");
	assert_true(r->got.choices[0].meeting->event.is_private);
}

static void
row_34_no_length(void **state)
{
	static const int ends[] = {0, -60};
	struct room *r = *state;
	for (size_t i = 0; i < 2; i++) {
		r->n = 0;
		book(r, "a", 0, ends[i], "z", PLAIN);
		build(r);
		ask(r, -15);
		assert_joins(r, "a");
		ask(r, 0);
		assert_true(r->got.choices[0].in_progress);
		ask(r, 14);
		assert_joins(r, "a");
		ask(r, 15);
		assert_asks(r, ASK_NO_MEETING);
	}
}

static void
row_35_nothing(void **state)
{
	struct room *r = *state;
	ask(r, 0);
	assert_asks(r, ASK_NO_MEETING);
	assert_int_equal(r->got.n_choices, 0);
}

static void
building_copies_sorts_and_keeps_once(void **state)
{
	struct room *r = *state;
	char id[] = "b";
	book(r, id, 60, 90, "z", PLAIN);
	book(r, "a", 0, 60, "z", PLAIN);
	book(r, "b", 60, 90, "z", PLAIN);
	build(r);
	id[0] = 'X';
	assert_int_equal(r->agenda->n_meetings, 2);
	assert_string_equal(r->agenda->meetings[0].event.id, "a");
	assert_string_equal(r->agenda->meetings[1].event.id, "b");
	assert_string_equal(r->agenda->room, "SEA_38_0021");
	assert_int_equal(strlen(r->agenda->meetings[0].id), 16);
	assert_int_equal(
		strspn(r->agenda->meetings[0].id, "abcdefghijklmnopqrstuvwxyz234567"),
		16);
	assert_string_not_equal(r->agenda->meetings[0].id, r->agenda->meetings[1].id);
}

static void
generation_differs_when_what_is_said_differs(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	build(r);
	uint64_t first = r->agenda->generation;
	r->synced_at += 60;
	build(r);
	assert_true(r->agenda->generation == first);
	struct policy strict = {.confirm = true};
	struct agenda *again = agenda_replan(r->agenda, NULL, &strict);
	assert_true(again->generation != first);
	assert_false(again->meetings[0].plans[0]->has[VIA_WEB]);
	assert_string_equal(again->meetings[0].id, r->agenda->meetings[0].id);
	agenda_unref(again);
	again = agenda_replan(r->agenda, NULL, &r->policy);
	assert_true(again->generation == first);
	agenda_unref(again);
	r->seen[0].event.end += 60;
	build(r);
	assert_true(r->agenda->generation != first);
}

static void
what_was_packed_is_unpacked(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "zp", (struct event){.is_private = true})->tie = true;
	book(r, "b", 60, 90, NULL, PLAIN);
	build(r);
	size_t size, again_size;
	struct err err = {0};
	char *bytes = agenda_pack(r->agenda, THREE, &size);
	struct agenda *g = agenda_unpack(bytes, size, NULL, &r->policy, &err);
	assert_non_null(g);
	assert_true(g->generation == r->agenda->generation);
	assert_int_equal(g->synced_at, r->synced_at);
	assert_string_equal(g->meetings[1].id, id_of(r, "b"));
	assert_true(g->meetings[0].extraction->tie);
	char *again = agenda_pack(g, THREE, &again_size);
	assert_int_equal(size, again_size);
	assert_memory_equal(bytes, again, size);
	free(bytes);
	free(again);
	agenda_unref(agenda_ref(g));
	agenda_unref(g);
	agenda_unref(NULL);
}

static void
what_is_over_keeps_no_passcode(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	build(r);
	size_t size;
	char *bytes = agenda_pack(r->agenda, THREE + 3600, &size);
	assert_non_null(memmem(bytes, size, "quill7", 6));
	free(bytes);
	bytes = agenda_pack(r->agenda, THREE + 3601, &size);
	assert_null(memmem(bytes, size, "quill7", 6));
	assert_non_null(memmem(bytes, size, "SEA_38_0021", 11));
	struct agenda *g = agenda_unpack(bytes, size, NULL, &r->policy, NULL);
	assert_int_equal(g->n_meetings, 1);
	agenda_unref(g);
	free(bytes);
}

static void
a_damaged_block_is_refused(void **state)
{
	struct room *r = *state;
	book(r, "a", 0, 60, "z", PLAIN);
	build(r);
	size_t size;
	char *bytes = agenda_pack(r->agenda, THREE, &size);
	for (size_t n = 0; n < size; n++) {
		struct err err = {0};
		char *cut = malloc(n + 1);
		memcpy(cut, bytes, n);
		assert_null(agenda_unpack(cut, n, NULL, &r->policy, &err));
		assert_int_equal(err.grade, ERR_BAD_REPLY);
		assert_true(err.cure[0] != '\0');
		free(cut);
	}
	for (size_t i = 0; i < size; i++) {
		bytes[i] ^= 0x41;
		agenda_unref(agenda_unpack(bytes, size, NULL, &r->policy, NULL));
		bytes[i] ^= 0x41;
	}
	free(bytes);
}

/* What is asked at `now`, as one text. */
static const char *
said_at(struct room *r, int64_t now)
{
	struct buf b;
	buf_init(&b, r->a);
	ask_at(r, now);
	buf_printf(&b, "%d %d %s %d:", r->got.decision,
		r->got.decision == DECIDE_ASK ? (int)r->got.ask : -1,
		r->got.unavailable != NULL ? r->got.unavailable : "", r->got.stale);
	for (size_t i = 0; i < r->got.n_choices; i++)
		buf_printf(&b, " %s%s", r->got.choices[i].id,
			r->got.choices[i].in_progress ? "!" : "");
	return b.s;
}

/* Nothing else is said before agenda_until: meetings of all sorts, at any minutes. */
static void
an_answer_holds_until_it_is_said_to(void **state)
{
	static const char *const conferences[] = {"z", "zz", "n", "a", "p", "", NULL};
	struct room *r = *state;
	uint32_t random = 1;
	for (int n = 0; n < 60; n++) {
		r->n = 0;
		for (int i = 0; i < 5; i++) {
			random = random * 1664525 + 1013904223;
			int start = (int)(random >> 24) - 128;
			int length = (int)(random >> 16 & 3) * 17;
			struct event as = {.all_day = (random >> 8 & 15) == 0,
				.busy = (random >> 12 & 7) == 0 ? EVENT_TENTATIVE
								: EVENT_BUSY};
			book(r, arena_printf(r->a, "%d", i), start, start + length,
				conferences[(random >> 19) % 7], as);
		}
		r->synced_at = THREE + (n - 30) * 3600;
		build(r);
		for (int64_t now = THREE - 150 * 60; now < THREE + 180 * 60;) {
			int64_t until = agenda_until(r->agenda, now);
			const char *said = said_at(r, now);
			assert_true(until > now);
			for (int64_t at = now; at < until && at < THREE + 200 * 60;
				at += until - at > 20 ? 19 : 1)
				assert_string_equal(said_at(r, at), said);
			now = until;
		}
	}
	r->synced_at = THREE; /* and with age alone */
	r->n = 0;
	build(r);
	for (int64_t now = THREE - 90000, until; now < THREE + 90000; now = until) {
		const char *said = said_at(r, now);
		until = agenda_until(r->agenda, now);
		if (until == INT64_MAX)
			until = THREE + 90000;
		assert_string_equal(said_at(r, until - 1), said);
	}
}

#define row(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		row(row_01_in_progress),
		row(row_02_starts_soon),
		row(row_03_starts_later),
		row(row_04_in_progress_before_soon),
		row(row_05_back_to_back),
		row(row_06_free_declined_cancelled),
		row(row_07_tentative_alone),
		row(row_08_tentative_beside_firm),
		row(row_09_overlapping),
		row(row_10_overlapping_one_dialled),
		row(row_11_another_about_to_start),
		row(row_12_two_in_a_row),
		row(row_13_the_current_cannot_be_dialled),
		row(row_14_the_next_cannot_be_dialled),
		row(row_15_declined),
		row(row_16_asked_for_by_id),
		row(row_17_not_in_the_window),
		row(row_18_all_day_alone),
		row(row_19_all_day_beside_firm),
		row(row_20_tie),
		row(row_21_the_best_is_clear),
		row(row_22_personal_or_quoted),
		row(row_23_contradiction),
		row(row_24_the_best_cannot_be_dialled),
		row(row_25_needs_pin),
		row(row_26_nothing_to_dial),
		row(row_27_background_without_dial_in),
		row(row_28_never_synced),
		row(row_29_stale),
		row(row_30_expired),
		row(row_31_the_clock_went_back),
		row(row_32_another_moment),
		row(row_33_private),
		row(row_34_no_length),
		row(row_35_nothing),
		row(an_answer_holds_until_it_is_said_to),
		row(building_copies_sorts_and_keeps_once),
		row(generation_differs_when_what_is_said_differs),
		row(what_was_packed_is_unpacked),
		row(what_is_over_keeps_no_passcode),
		row(a_damaged_block_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
