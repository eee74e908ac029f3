#include "serve/answer.h"

#include <string.h>

#include "base/when.h"
#include "report.h"
#include "serve/text.h"

json_t *
answer_provider(const struct view *v, const char *id)
{
	const struct provider *p = providers_find(v->providers, id);
	json_t *o = json_pack("{s:s}", "id", id);
	if (p != NULL)
		json_object_set_new(o, "name", json_string(p->name));
	return o;
}

const struct provider_settings *
answer_settings(const struct site *s, const char *provider)
{
	for (size_t i = 0; i < s->n_providers; i++)
		if (strcmp(s->providers[i].provider, provider) == 0)
			return &s->providers[i];
	return NULL;
}

enum pin_need
answer_pin_need(const struct site *s, const struct provider *p)
{
	const struct provider_settings *set = answer_settings(s, p->id);
	return set != NULL && set->pin_set ? set->pin : p->pin;
}

static bool
withholds(const struct view *v, const struct room *room)
{
	const struct profile *p = site_profile(v->site, room->profile);
	return p != NULL && p->withhold_subjects;
}

json_t *
answer_meeting(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda_meeting *m, bool in_progress)
{
	const struct event *e = &m->event;
	json_t *o = json_pack("{s:s}", "id", m->id);
	if (!e->is_private && !withholds(v, room)) {
		text_set(a, o, "subject", e->subject, TEXT_NAME);
		text_set(a, o, "organizer",
			e->organizer != NULL ? e->organizer : e->organizer_name,
			TEXT_NAME);
	}
	json_object_set_new(o, "private", json_boolean(e->is_private));
	if (m->copy.used)
		json_object_set_new(o, "organizer_copy", json_true());
	text_set_time(o, "start", e->start);
	text_set_time(o, "end", e->end);
	json_object_set_new(o, "in_progress", json_boolean(in_progress));
	return o;
}

json_t *
answer_freshness(
	const struct view *v, const struct room *room, const struct agenda *agenda)
{
	json_t *o = json_pack("{s:s}", "link", room->link);
	text_set_time(o, "synced_at", agenda != NULL ? agenda->synced_at : 0);
	json_object_set_new(o, "stale", json_boolean(agenda_stale(agenda, v->now)));
	return o;
}

/* What to ask the user for, to dial a meeting of this provider. */
static void
set_needs(json_t *o, const struct view *v, const struct provider *p)
{
	json_t *needs = json_array();
	if (p == NULL) {
		json_array_append_new(needs, json_string("provider"));
		json_array_append_new(needs, json_string("meeting_id"));
		json_object_set_new(o, "needs", needs);
		return;
	}
	enum pin_need pin = answer_pin_need(v->site, p);
	json_object_set_new(o, "provider", answer_provider(v, p->id));
	json_array_append_new(needs, json_string("meeting_id"));
	if (pin == PIN_REQUIRED)
		json_array_append_new(needs, json_string("pin"));
	json_object_set_new(o, "needs", needs);
	json_object_set_new(o, "pin", json_string(pin_need_name(pin)));
}

static const struct provider *
default_provider(const struct view *v)
{
	const char *id = v->site->default_provider;
	return id != NULL ? providers_find(v->providers, id) : NULL;
}

/* Each once. */
static void
add_warning(struct arena *a, json_t *warnings, const char *text)
{
	json_t *clean = json_string(text_clean(a, text, TEXT_NAME)), *w;
	size_t i;
	json_array_foreach (warnings, i, w)
		if (json_equal(w, clean)) {
			json_decref(clean);
			return;
		}
	json_array_append_new(warnings, clean);
}

static void
add_plan_warnings(struct arena *a, json_t *warnings, const struct plan *plan)
{
	for (size_t i = 0; plan != NULL && i < plan->n_warnings; i++)
		add_warning(a, warnings, plan->warnings[i]);
}

static void
add_stale(struct arena *a, json_t *warnings, const struct agenda *agenda)
{
	char at[WHEN_TEXT];
	add_warning(a, warnings,
		arena_printf(a, "stale: the calendar was last read at %s",
			when_text(agenda->synced_at, at)));
}

static json_t *
begin(const struct room *room, const char *decision)
{
	return json_pack("{s:s, s:s}", "room", room->name, "decision", decision);
}

/* What every answer ends with. Steals `warnings`. */
static json_t *
end(json_t *o, const struct view *v, const struct room *room, const struct agenda *agenda,
	json_t *warnings)
{
	json_t *ad_hoc = json_object();
	set_needs(ad_hoc, v, default_provider(v));
	json_object_set_new(o, "ad_hoc", ad_hoc);
	json_object_set_new(o, "warnings", warnings);
	json_object_set_new(o, "freshness", answer_freshness(v, room, agenda));
	return o;
}

static void
set_dial(json_t *o, const struct plan *plan)
{
	json_t *dial = plan != NULL ? report_dial(plan) : NULL;
	if (dial != NULL)
		json_object_set_new(o, "dial", dial);
}

static void
set_join(json_t *o, const struct plan *plan)
{
	static const char *const reasons[] = {
		[CONFIRM_POLICY] = "policy", [CONFIRM_UNKNOWN_NUMBER] = "unknown_number"};
	json_object_set_new(o, "confirm",
		plan->confirm == CONFIRM_NONE ? json_null()
					      : json_string(reasons[plan->confirm]));
}

static void
set_meeting(json_t *o, struct arena *a, const struct view *v, const struct room *room,
	const struct agenda_choice *c)
{
	json_object_set_new(
		o, "meeting", answer_meeting(a, v, room, c->meeting, c->in_progress));
}

static void
set_provider(
	json_t *o, const struct view *v, const char *provider, const struct plan *plan)
{
	json_object_set_new(o, "provider", answer_provider(v, provider));
	set_dial(o, plan);
}

static void
set_choices(json_t *o, struct arena *a, const struct view *v, const struct room *room,
	const struct agenda_answer *ask)
{
	json_t *list = json_array();
	for (size_t i = 0; i < ask->n_choices; i++) {
		const struct agenda_choice *c = &ask->choices[i];
		json_t *one = json_pack("{s:s}", "id", c->id);
		set_meeting(one, a, v, room, c);
		set_provider(one, v, c->conference->provider, c->plan);
		json_array_append_new(list, one);
	}
	json_object_set_new(o, "choices", list);
}

/* The ID that a person would say, when the invite has it. */
static const char *
spoken_id(const struct view *v, const struct meeting *m)
{
	const struct provider *p = providers_find(v->providers, m->provider);
	return m->slots[p != NULL ? p->id_slot : SLOT_MEETING_ID].value;
}

/* A meeting that lacks nothing but its PIN: `meeting` answers by meeting.join. */
static json_t *
prompt_pin(const struct view *v, const struct meeting *m, const char *meeting,
	const char *meeting_id)
{
	json_t *o = json_pack("{s:s, s:o, s:[s], s:s}", "reason", "needs_pin", "provider",
		answer_provider(v, m->provider), "needs", "pin", "pin", "required");
	if (meeting != NULL)
		json_object_set_new(o, "meeting", json_string(meeting));
	if (meeting_id != NULL)
		json_object_set_new(o, "meeting_id", json_string(meeting_id));
	return o;
}

static json_t *
prompt_ad_hoc(const struct view *v, const char *reason, const struct agenda_choice *c)
{
	json_t *o = json_pack("{s:s}", "reason", reason);
	if (c != NULL)
		json_object_set_new(o, "meeting", json_string(c->id));
	set_needs(o, v, default_provider(v));
	return o;
}

static void
set_ask(json_t *o, struct arena *a, const struct view *v, const struct room *room,
	const struct agenda_answer *ask)
{
	static const char *const reasons[] = {[ASK_NO_MEETING] = "no_meeting",
		[ASK_DECLINED] = "declined",
		[ASK_NO_DIAL_IN] = "no_dial_in",
		[ASK_NEEDS_PIN] = "needs_pin"};
	const struct agenda_choice *c = ask->n_choices > 0 ? &ask->choices[0] : NULL;
	json_t *prompt;
	if (c != NULL)
		set_meeting(o, a, v, room, c);
	if (ask->ask == ASK_NEEDS_PIN) {
		set_provider(o, v, c->conference->provider, c->plan);
		prompt = prompt_pin(v, c->conference, c->id, spoken_id(v, c->conference));
	} else {
		prompt = prompt_ad_hoc(v, reasons[ask->ask], c);
		if (c != NULL && c->meeting->extraction->n_meetings > 0)
			set_dial(o, c->meeting->plans[0]); /* says why not */
	}
	json_object_set_new(o, "prompt", prompt);
}

static void
set_unavailable(json_t *o, const struct room *room, const struct agenda_answer *ask)
{
	json_object_set_new(o, "reason", json_string(ask->unavailable));
	json_object_set_new(o, "cure",
		json_sprintf("`convoke status` says what is wrong with the calendar of "
			     "%s, and `convoke link test %s` tries its link now.",
			room->name, room->link));
}

bool
answer_can_dial(const struct plan *plan)
{
	for (size_t via = 0; via < N_TRANSPORTS; via++)
		if (plan->has[via])
			return true;
	return false;
}

static json_t *
warnings_of(struct arena *a, const struct agenda *agenda, const struct agenda_answer *ask)
{
	json_t *warnings = json_array();
	for (size_t i = 0; i < ask->n_choices; i++) {
		const struct extraction *x = ask->choices[i].meeting->extraction;
		for (size_t w = 0; w < x->n_warnings; w++)
			add_warning(a, warnings, x->warnings[w]);
		add_plan_warnings(a, warnings, ask->choices[i].plan);
	}
	if (ask->stale)
		add_stale(a, warnings, agenda);
	return warnings;
}

json_t *
answer_join(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda *agenda, const struct agenda_answer *ask)
{
	static const char *const decisions[] = {[DECIDE_JOIN] = "join",
		[DECIDE_CHOOSE] = "choose",
		[DECIDE_ASK] = "ask",
		[DECIDE_UNAVAILABLE] = "unavailable"};
	const struct agenda_choice *c = ask->choices;
	json_t *o = begin(room, decisions[ask->decision]);
	switch (ask->decision) {
	case DECIDE_JOIN:
		set_join(o, c->plan);
		set_meeting(o, a, v, room, c);
		set_provider(o, v, c->conference->provider, c->plan);
		break;
	case DECIDE_CHOOSE:
		set_choices(o, a, v, room, ask);
		break;
	case DECIDE_ASK:
		set_ask(o, a, v, room, ask);
		break;
	case DECIDE_UNAVAILABLE:
		set_unavailable(o, room, ask);
		break;
	}
	return end(o, v, room, agenda, warnings_of(a, agenda, ask));
}

json_t *
answer_dial(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda *agenda, const struct meeting *m, const char *meeting_id,
	const struct plan *plan)
{
	json_t *warnings = json_array();
	bool join = answer_can_dial(plan) && !plan->needs_pin;
	json_t *o = begin(room, join ? "join" : "ask");
	if (join)
		set_join(o, plan);
	set_provider(o, v, m->provider, plan);
	if (!join)
		json_object_set_new(o, "prompt",
			plan->needs_pin ? prompt_pin(v, m, NULL, meeting_id)
					: prompt_ad_hoc(v, "no_dial_in", NULL));
	add_plan_warnings(a, warnings, plan);
	return end(o, v, room, agenda, warnings);
}
