#include "report.h"

#include "base/arena.h"

/* A member that is there; what is not known is absent. */
static void
set(json_t *o, const char *key, const char *value)
{
	if (value != NULL)
		json_object_set_new(o, key, json_string(value));
}

/* An empty object or list says nothing. */
static void
set_part(json_t *o, const char *key, json_t *part)
{
	if (json_object_size(part) > 0 || json_array_size(part) > 0)
		json_object_set(o, key, part);
	json_decref(part);
}

static json_t *
steps_of(const struct plan_step *steps, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct plan_step *s = &steps[i];
		json_t *o = json_object();
		if (s->kind == STEP_WAIT)
			json_object_set_new(o, "wait_ms", json_integer(s->wait_ms));
		else
			set(o, s->kind == STEP_DIAL ? "dial" : "send", s->text);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
texts_of(const char *const *texts, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(texts[i]));
	return list;
}

static json_t *
sip_of(const struct plan *p)
{
	json_t *o = json_object();
	set(o, "uri", p->sip.uri);
	set_part(o, "steps", steps_of(p->sip.steps, p->sip.n_steps));
	return o;
}

static json_t *
h323_of(const struct plan *p)
{
	json_t *o = json_object();
	set(o, "dial", p->h323.dial);
	set(o, "address", p->h323.address);
	set(o, "id", p->h323.id);
	set(o, "pin", p->h323.pin);
	set_part(o, "steps", steps_of(p->h323.steps, p->h323.n_steps));
	return o;
}

static json_t *
pstn_of(const struct plan *p)
{
	json_t *o = json_object();
	set(o, "number", p->pstn.number);
	set(o, "country", p->pstn.country);
	json_object_set_new(o, "toll_free", json_boolean(p->pstn.toll_free));
	set(o, "id", p->pstn.id);
	set(o, "pin", p->pstn.pin);
	set(o, "dial", p->pstn.dial);
	set(o, "confirm", p->pstn.unknown ? "unknown_number" : NULL);
	set_part(o, "steps", steps_of(p->pstn.steps, p->pstn.n_steps));
	set_part(o, "alternatives",
		texts_of(p->pstn.alternatives, p->pstn.n_alternatives));
	return o;
}

static json_t *
web_of(const struct plan *p)
{
	json_t *o = json_object();
	set(o, "url", p->web.url);
	set(o, "meeting_id", p->web.meeting_id);
	set(o, "passcode", p->web.passcode);
	return o;
}

static json_t *
refused_of(const struct plan *p)
{
	json_t *list = json_array();
	for (size_t i = 0; i < p->n_refused; i++) {
		json_t *o = json_object();
		set(o, "transport", transport_name(p->refused[i].via));
		set(o, "reason", p->refused[i].reason);
		set(o, "ends_with", p->refused[i].ends_with);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *(*const parts[N_TRANSPORTS])(const struct plan *p) = {
	[VIA_SIP] = sip_of,
	[VIA_H323] = h323_of,
	[VIA_PSTN] = pstn_of,
	[VIA_WEB] = web_of,
};

json_t *
report_dial(const struct plan *plan)
{
	json_t *o = json_object();
	for (enum transport via = 0; via < N_TRANSPORTS; via++) {
		if (!plan->has[via])
			continue;
		set(o, "transport", transport_name(plan->via));
		set_part(o, transport_name(via), parts[via](plan));
	}
	set_part(o, "refused", refused_of(plan));
	if (json_object_size(o) > 0)
		return o;
	json_decref(o);
	return NULL;
}

/* What extraction found. */
struct found {
	const struct meeting *meeting;
	const struct provider *provider; /* NULL: no such file any more */
	const struct plan *plan;
};

static const char *
slot(const struct found *f, enum slot s)
{
	return f->meeting->slots[s].value;
}

static json_t *
found_web(const struct found *f)
{
	json_t *o = json_object();
	set(o, "url", slot(f, SLOT_URL));
	set(o, "meeting_id", slot(f, SLOT_MEETING_ID));
	set(o, "passcode", slot(f, SLOT_PASSCODE));
	return o;
}

static json_t *
numbers_of(const struct meeting *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->n_numbers; i++) {
		const struct meeting_number *n = &m->numbers[i];
		json_t *o = json_object();
		set(o, "e164", n->phone.e164);
		set(o, "country", n->phone.country[0] != '\0' ? n->phone.country : NULL);
		json_object_set_new(
			o, "toll_free", json_boolean(n->phone.kind == PHONE_TOLL_FREE));
		set(o, "id", n->phone_id);
		set(o, "pin", n->phone_pin);
		json_array_append_new(list, o);
	}
	return list;
}

/* An ID that only the phone has is a fact about it; one that the web has too is only when
 * there is a number to key it on. */
static json_t *
found_pstn(const struct found *f)
{
	const struct plan *p = f->plan;
	const struct meeting *m = f->meeting;
	json_t *o = json_object();
	bool phone =
		m->n_numbers > 0 || p->has[VIA_PSTN] || slot(f, SLOT_PHONE_ID) != NULL;
	if (!phone || m->no_pstn)
		return o;
	const char *id = slot(f, SLOT_PHONE_ID);
	if (id == NULL && f->provider != NULL)
		id = slot(f, f->provider->id_slot);
	const char *pin = f->provider != NULL ? slot(f, f->provider->pin_slot) : NULL;
	set(o, "id", p->pstn.id != NULL ? p->pstn.id : id);
	set(o, "pin", p->pstn.pin != NULL ? p->pstn.pin : pin);
	set(o, "dial", p->pstn.dial);
	set(o, "number", p->pstn.number);
	set(o, "confirm", p->pstn.unknown ? "unknown_number" : NULL);
	set_part(o, "numbers", numbers_of(m));
	return o;
}

static json_t *
found_sip(const struct found *f)
{
	json_t *o = json_object();
	set(o, "uri", f->plan->sip.uri);
	set_part(o, "steps", steps_of(f->plan->sip.steps, f->plan->sip.n_steps));
	return o;
}

/* One of several gateways, where the invite names none, says nothing about the invite. */
static json_t *
found_h323(const struct found *f)
{
	json_t *o = json_object();
	if (slot(f, SLOT_H323) == NULL)
		return o;
	set(o, "dial", f->plan->h323.dial);
	set_part(o, "steps", steps_of(f->plan->h323.steps, f->plan->h323.n_steps));
	return o;
}

static json_t *
evidence_of(const char *field, bool derived, const struct evidence *e)
{
	json_t *o = json_object();
	set(o, "field", field);
	if (derived)
		json_object_set_new(o, "derived", json_true());
	set(o, "rule", e->rule);
	set(o, "part", e->part);
	json_object_set_new(o, "offset", json_integer(e->at));
	json_object_set_new(o, "length", json_integer(e->len));
	set(o, "quote", e->quote);
	return o;
}

static void
set_evidence(json_t *o, const struct meeting *m)
{
	json_t *list = json_array();
	for (enum slot s = 0; s < N_SLOTS; s++)
		if (m->slots[s].value != NULL)
			json_array_append_new(
				list, evidence_of(slot_name(s), m->slots[s].derived,
					      &m->slots[s].from));
	for (size_t i = 0; i < m->n_numbers; i++)
		json_array_append_new(
			list, evidence_of("number", false, &m->numbers[i].from));
	for (size_t i = 0; i < m->n_dropped; i++)
		json_array_append_new(
			list, evidence_of("refused", false, &m->dropped[i].from));
	set_part(o, "evidence", list);
	set_part(o, "notes", texts_of(m->notes, m->n_notes));
}

static json_t *
meeting_of(struct arena *a, const struct meeting *m, const struct providers *ps,
	const struct policy *policy, bool explain)
{
	const struct found f = {
		.meeting = m,
		.provider = providers_find(ps, m->provider),
		.plan = plan_make(a, ps, m, policy, NULL, 0, NULL),
	};
	const struct {
		const char *key;
		bool set;
	} flags[] = {{"personal", m->personal}, {"quoted", m->quoted},
		{"no_pstn", m->no_pstn}, {"registration", m->registration},
		{"conflict", m->conflict}};
	json_t *o = json_object();
	set(o, "provider", m->provider);
	json_object_set_new(o, "confidence", json_real(m->confidence / 100.0));
	set_part(o, "web", found_web(&f));
	set_part(o, "pstn", found_pstn(&f));
	set_part(o, "sip", found_sip(&f));
	set_part(o, "h323", found_h323(&f));
	set_part(o, "refused", refused_of(f.plan));
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].set)
			json_object_set_new(o, flags[i].key, json_true());
	if (explain)
		set_evidence(o, m);
	return o;
}

static json_t *
meetings_of(struct arena *a, const struct meeting *list, size_t n,
	const struct providers *ps, const struct policy *policy, bool explain)
{
	json_t *out = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, meeting_of(a, &list[i], ps, policy, explain));
	return out;
}

json_t *
report_extraction(const struct extraction *x, const struct providers *ps,
	const struct policy *policy, bool explain)
{
	struct arena *a = arena_new(0);
	json_t *o = json_object();
	if (a == NULL)
		return o;
	json_object_set_new(o, "meetings",
		meetings_of(a, x->meetings, x->n_meetings, ps, policy, explain));
	if (x->tie)
		json_object_set_new(o, "tie", json_true());
	set_part(o, "warnings", texts_of(x->warnings, x->n_warnings));
	if (explain)
		set_part(o, "lost", meetings_of(a, x->lost, x->n_lost, ps, policy, true));
	arena_free(a);
	return o;
}
