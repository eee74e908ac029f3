#include "serve/meeting.h"

#include "report.h"
#include "serve/answer.h"

json_t *
meeting_usual(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda *agenda)
{
	struct policy policy = site_policy(v->site, room);
	struct agenda_query q = {.now = v->now};
	struct agenda_answer ask;
	agenda_ask(a, agenda, v->providers, &policy, &q, &ask);
	return answer_join(a, v, room, agenda, &ask);
}

static json_t *
not_watched(struct call *c, const char *what)
{
	call_fail(c, RPC_NOT_WATCHED, "%s is not in the window that is watched", what);
	return call_cure(c, "From a day ago to a week ahead; meeting.list tells what is "
			    "there.");
}

static json_t *
join(struct call *c, const struct room *room, const struct agenda *agenda)
{
	enum transport via[N_TRANSPORTS];
	struct policy policy = site_policy(c->view.site, room);
	struct agenda_query q = {
		.now = c->view.now,
		.at = call_time(c, "at"),
		.meeting = call_text(c, "meeting"),
		.pin = call_text(c, "pin"),
	};
	q.declined = call_texts(c, "declined", &q.n_declined);
	q.n_via = call_transports(c, "transports", via);
	q.via = q.n_via > 0 ? via : NULL;
	if (agenda != NULL && q.at != 0 && (q.at < agenda->from || q.at >= agenda->to))
		return not_watched(c, "\"at\"");
	struct agenda_answer ask;
	agenda_ask(c->arena, agenda, c->view.providers, &policy, &q, &ask);
	if (ask.unknown_meeting)
		return not_watched(c, "the meeting");
	return answer_join(c->arena, &c->view, room, agenda, &ask);
}

/* Looks at the calendar once more, then at the site, which may be another by now. */
static const struct room *
refresh(struct call *c, const struct room *room)
{
	int64_t wait = call_number(c, "max_wait_ms", 0);
	if (wait == 0)
		return room;
	wait -= c->waited_ms;
	core_refresh(c->view.core, room->name, wait > 0 ? (int)wait : 0);
	call_renew(c);
	return call_room(c, call_text(c, "room"));
}

json_t *
meeting_join(struct call *c)
{
	const struct room *room = call_room(c, call_text(c, "room"));
	if (room != NULL)
		room = refresh(c, room);
	if (room == NULL)
		return NULL;
	struct agenda *agenda = core_agenda(c->view.core, room->name);
	json_t *answer = join(c, room, agenda);
	agenda_unref(agenda);
	return answer;
}

/* The best plan there is: of the first conference that can be dialled. */
static const struct plan *
best_plan(const struct agenda_meeting *m, size_t *ret_i)
{
	const struct extraction *x = m->extraction;
	*ret_i = 0;
	for (size_t i = 0; i < x->n_meetings; i++)
		if (answer_can_dial(m->plans[i]) || m->plans[i]->needs_pin) {
			*ret_i = i;
			break;
		}
	return x->n_meetings > 0 ? m->plans[*ret_i] : NULL;
}

static json_t *
list_one(struct call *c, const struct room *room, const struct agenda_meeting *m)
{
	const struct event *e = &m->event;
	size_t i;
	const struct plan *plan = best_plan(m, &i);
	bool joinable = plan != NULL && (answer_can_dial(plan) || plan->needs_pin);
	json_t *o = answer_meeting(c->arena, &c->view, room, m,
		e->start <= c->view.now && c->view.now < agenda_end(e));
	json_object_set_new(o, "all_day", json_boolean(e->all_day));
	json_object_set_new(o, "joinable", json_boolean(joinable));
	if (plan == NULL)
		return o;
	if (plan->needs_pin)
		json_object_set_new(o, "needs_pin", json_true());
	json_object_set_new(o, "provider",
		answer_provider(&c->view, m->extraction->meetings[i].provider));
	json_t *dial = report_dial(plan);
	if (dial != NULL)
		json_object_set_new(o, "dial", dial);
	return o;
}

json_t *
meeting_list(struct call *c)
{
	const struct room *room = call_room(c, call_text(c, "room"));
	if (room == NULL)
		return NULL;
	int64_t from = call_time(c, "from"), to = call_time(c, "to");
	struct agenda *agenda = core_agenda(c->view.core, room->name);
	json_t *list = json_array();
	for (size_t i = 0; agenda != NULL && i < agenda->n_meetings; i++) {
		const struct event *e = &agenda->meetings[i].event;
		if (agenda_holds(e) && agenda_end(e) > from && (to == 0 || e->start < to))
			json_array_append_new(
				list, list_one(c, room, &agenda->meetings[i]));
	}
	json_t *o = json_pack("{s:s, s:o, s:o}", "room", room->name, "meetings", list,
		"freshness", answer_freshness(&c->view, room, agenda));
	agenda_unref(agenda);
	return o;
}

static const struct provider *
wanted_provider(struct call *c)
{
	const char *id = call_text(c, "provider");
	if (id == NULL)
		id = c->view.site->default_provider;
	if (id == NULL) {
		call_fail(c, RPC_NO_LINK,
			"no provider was named, and none is the default");
		return call_cure(c, "Name one, or have an administrator set it: `convoke "
				    "provider default PROVIDER`.");
	}
	return call_provider(c, id);
}

json_t *
meeting_dial(struct call *c)
{
	const struct room *room = call_room(c, call_text(c, "room"));
	const struct provider *p = room != NULL ? wanted_provider(c) : NULL;
	if (p == NULL)
		return NULL;
	const char *id = call_text(c, "meeting_id"), *pin = call_text(c, "pin");
	struct meeting m;
	struct err err = {.grade = ERR_NONE};
	if (plan_meeting(c->arena, p, id, pin, &m, &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_VALUE);
	struct policy policy = site_policy(c->view.site, room);
	const struct plan *plan =
		plan_make(c->arena, c->view.providers, &m, &policy, NULL, 0, pin);
	struct agenda *agenda = core_agenda(c->view.core, room->name);
	json_t *answer = answer_dial(c->arena, &c->view, room, agenda, &m, id, plan);
	agenda_unref(agenda);
	return answer;
}

json_t *
meeting_outcome(struct call *c)
{
	const struct room *room = call_room(c, call_text(c, "room"));
	enum transport via;
	struct err err = {.grade = ERR_NONE};
	if (room == NULL)
		return NULL;
	transport_find(call_text(c, "transport"), &via);
	if (core_outcome(c->view.core, room->name, call_text(c, "meeting"), via,
		    call_text(c, "outcome"), call_text(c, "detail"), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NOT_WATCHED);
	return json_object();
}
