/* What the dialogue engine is answered. */
#include "help/office.h"

#define AD_HOC                                                                           \
	"'ad_hoc':{'provider':{'id':'zoom','name':'Zoom'},'needs':['meeting_id'],"       \
	"'pin':'optional'}"
#define FRESH "'freshness':{'link':'hq','synced_at':'2026-11-23T14:59:31Z','stale':false}"
#define DIAL                                                                             \
	"'dial':{'transport':'sip','sip':{'uri':'sip:91847302265.04471963@zoomcrc.com'}" \
	",'h323':{'dial':'162.255.37.11##91847302265#04471963',"                         \
	"'address':'162.255.37.11','id':'91847302265','pin':'04471963'},"                \
	"'pstn':{'number':'+13017158592','country':'US','toll_free':false,"              \
	"'id':'91847302265','pin':'04471963',"                                           \
	"'dial':'+13017158592,,91847302265#,,,,*04471963#',"                             \
	"'steps':[{'dial':'+13017158592'},{'wait_ms':4000},{'send':'91847302265#'},"     \
	"{'wait_ms':8000},{'send':'*04471963#'}],'alternatives':['+13126266799']},"      \
	"'web':{'url':'https://northwind.zoom.us/j/91847302265?pwd=aQ',"                 \
	"'meeting_id':'91847302265','passcode':'quill&7'}}"

static const char *
id_of(struct office *o, size_t i)
{
	struct agenda *g = core_agenda(&o->core, ROOM);
	const char *id = arena_strdup(o->a, g->meetings[i].id);
	agenda_unref(g);
	return id;
}

static void
one_clear_meeting_is_joined(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	const char *wanted = arena_printf(o->a,
		"{'room':'" ROOM
		"','decision':'join','confirm':null,'meeting':{'id':'%s',"
		"'subject':'Design review','organizer':'ann@example.com','private':false,"
		"'start':'2026-11-23T15:00:00Z','end':'2026-11-23T16:00:00Z',"
		"'in_progress':true},'provider':{'id':'zoom','name':'Zoom'}," DIAL
		"," AD_HOC ",'warnings':[]," FRESH "}",
		id_of(o, 0));
	is(join(o, ""), wanted);
	is(join(o, ""), wanted); /* from what was kept */
	is(join(o, "'max_wait_ms':0"), wanted);
	is(join(o, arena_printf(o->a, "'meeting':'%s','pin':null", id_of(o, 0))), wanted);
}

static void
of_several_meetings_one_is_chosen(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	see(o, "Stand-up", 1, 60, zoom(o, true));
	book(o);
	json_t *got = join(o, "");
	part_is(got, "decision", "'choose'");
	part_absent(got, "meeting");
	part_absent(got, "confirm");
	part_is(got, "choices.0.meeting.subject", "'Stand-up'"); /* the later start */
	part_is(got, "choices.1.meeting.subject", "'Design review'");
	part_is(got, "choices.0.provider", "{'id':'zoom','name':'Zoom'}");
	part_is(got, "choices.0.dial.transport", "'sip'");
	part_absent(got, "choices.0.dial.web");
	part_is(got, "ad_hoc.provider.id", "'zoom'");
	const char *id = json_string_value(part(got, "choices.0.id"));
	json_t *joined = join(o, arena_printf(o->a, "'meeting':'%s'", id));
	part_is(joined, "decision", "'join'");
	part_is(joined, "meeting.subject", "'Stand-up'");
	json_decref(joined);
	joined = join(o, arena_printf(o->a, "'declined':['%s']", id));
	part_is(joined, "decision", "'choose'"); /* nothing unasked after a "no" */
	part_is(joined, "choices.0.meeting.subject", "'Design review'");
	assert_int_equal(json_array_size(part(joined, "choices")), 1);
	json_decref(joined);
	json_decref(got);
}

static void
two_conferences_of_one_meeting_have_ids_of_their_own(void **state)
{
	struct office *o = *state;
	struct extraction *x = zoom(o, false);
	struct meeting *two = arena_many(o->a, struct meeting, 2);
	two[0] = x->meetings[0];
	two[1] = x->meetings[0];
	two[1].slots[SLOT_MEETING_ID].value = "98765432109";
	*x = (struct extraction){.meetings = two, .n_meetings = 2, .tie = true};
	see(o, "Design review", 0, 60, x);
	book(o);
	json_t *got = join(o, "");
	const char *id = arena_printf(o->a, "%s/2", id_of(o, 0));
	part_is(got, "choices.1.id", arena_printf(o->a, "'%s'", id));
	part_is(got, "choices.1.meeting.id", arena_printf(o->a, "'%s'", id_of(o, 0)));
	json_decref(got);
	got = join(o, arena_printf(o->a, "'meeting':'%s'", id));
	part_is(got, "decision", "'join'");
	part_is(got, "dial.web.meeting_id", "'98765432109'");
	json_decref(got);
}

static void
set_pin(struct office *o, const char *provider, enum pin_need pin)
{
	fake_put(&o->core, SITE_PROVIDERS,
		&(struct provider_settings){.provider = provider,
			.pin_set = true,
			.pin = pin,
			.id_delay_ms = -1,
			.pin_delay_ms = -1});
}

/* The guide's first dialogue: "There is no meeting on the calendar. What is your Zoom
 * meeting ID?" Then it joins. */
static void
dialogue_without_a_pin(void **state)
{
	struct office *o = *state;
	set_pin(o, "zoom", PIN_NEVER);
	book(o);
	is(join(o, ""),
		"{'room':'" ROOM "','decision':'ask','prompt':{'reason':'no_meeting',"
		"'provider':{'id':'zoom','name':'Zoom'},'needs':['meeting_id'],'pin':'never'},"
		"'ad_hoc':{'provider':{'id':'zoom','name':'Zoom'},'needs':['meeting_id'],"
		"'pin':'never'},'warnings':[]," FRESH "}");
	json_t *got = line_call(
		o->c, "meeting.dial", "{'room':'" ROOM "','meeting_id':'918 4730 2265'}");
	part_is(got, "decision", "'join'");
	part_is(got, "confirm", "null");
	part_is(got, "provider", "{'id':'zoom','name':'Zoom'}");
	part_is(got, "dial.sip.uri", "'sip:91847302265@zoomcrc.com'");
	part_absent(got, "meeting");
	part_is(got, "freshness.stale", "false");
	json_decref(got);
}

/* The second: "Do you have a meeting PIN?" is asked because `pin` is optional. */
static void
dialogue_with_an_optional_pin(void **state)
{
	struct office *o = *state;
	book(o);
	json_t *got = join(o, "");
	part_is(got, "prompt",
		"{'reason':'no_meeting','provider':{'id':'zoom','name':'Zoom'},"
		"'needs':['meeting_id'],'pin':'optional'}");
	json_decref(got);
	got = line_call(
		o->c, "meeting.dial", "{'room':'" ROOM "','meeting_id':'91847302265'}");
	part_is(got, "dial.sip.uri", "'sip:91847302265@zoomcrc.com'");
	json_decref(got);
	got = line_call(o->c, "meeting.dial",
		"{'room':'" ROOM "','meeting_id':'91847302265','pin':'04471963'}");
	part_is(got, "decision", "'join'");
	part_is(got, "dial.sip.uri", "'sip:91847302265.04471963@zoomcrc.com'");
	part_is(got, "dial.pstn.dial", "'+13017158592,,91847302265#,,,,*04471963#'");
	json_decref(got);
}

/* The third: both are needed, and without the PIN nothing is dialled. */
static void
dialogue_with_a_required_pin(void **state)
{
	struct office *o = *state;
	set_pin(o, "zoom", PIN_REQUIRED);
	book(o);
	json_t *got = join(o, "");
	part_is(got, "prompt.needs", "['meeting_id','pin']");
	part_is(got, "prompt.pin", "'required'");
	part_is(got, "ad_hoc.needs", "['meeting_id','pin']");
	json_decref(got);
	got = line_call(
		o->c, "meeting.dial", "{'room':'" ROOM "','meeting_id':'91847302265'}");
	part_is(got, "decision", "'ask'");
	part_absent(got, "dial");
	part_is(got, "prompt",
		"{'reason':'needs_pin','provider':{'id':'zoom','name':'Zoom'},"
		"'meeting_id':'91847302265','needs':['pin'],'pin':'required'}");
	json_decref(got);
	got = line_call(o->c, "meeting.dial",
		"{'room':'" ROOM "','meeting_id':'91847302265','pin':'04471963'}");
	part_is(got, "decision", "'join'");
	part_is(got, "dial.sip.uri", "'sip:91847302265.04471963@zoomcrc.com'");
	json_decref(got);
}

/* And the one of the calendar: its PIN is asked for, and given with the meeting. */
static void
dialogue_of_a_meeting_that_lacks_its_pin(void **state)
{
	struct office *o = *state;
	struct extraction *x = zoom(o, true);
	((struct meeting *)x->meetings)->slots[SLOT_PHONE_PIN].value = NULL;
	set_pin(o, "zoom", PIN_REQUIRED);
	see(o, "Design review", 0, 60, x);
	book(o);
	json_t *got = join(o, "");
	part_is(got, "decision", "'ask'");
	part_is(got, "meeting.subject", "'Design review'");
	part_is(got, "prompt",
		arena_printf(o->a,
			"{'reason':'needs_pin','provider':{'id':'zoom','name':'Zoom'},"
			"'meeting':'%s','meeting_id':'91847302265','needs':['pin'],"
			"'pin':'required'}",
			id_of(o, 0)));
	json_decref(got);
	got = join(o, arena_printf(o->a, "'meeting':'%s','pin':'04471963'", id_of(o, 0)));
	part_is(got, "decision", "'join'");
	part_is(got, "dial.sip.uri", "'sip:91847302265.04471963@zoomcrc.com'");
	json_decref(got);
	got = join(o, arena_printf(o->a, "'meeting':'%s','pin':'no'", id_of(o, 0)));
	part_is(got, "prompt.reason", "'needs_pin'");
	json_decref(got);
}

static void
dialogue_of_a_declined_meeting(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	json_t *got = join(o, arena_printf(o->a, "'declined':['%s']", id_of(o, 0)));
	part_is(got, "decision", "'ask'");
	part_is(got, "prompt",
		"{'reason':'declined','provider':{'id':'zoom','name':'Zoom'},"
		"'needs':['meeting_id'],'pin':'optional'}");
	part_absent(got, "meeting");
	json_decref(got);
}

static void
without_a_default_the_provider_is_asked_for_too(void **state)
{
	struct office *o = *state;
	fake_publish(&o->core, site_set_default(o->core.site, NULL));
	book(o);
	json_t *got = join(o, "");
	part_is(got, "ad_hoc", "{'needs':['provider','meeting_id']}");
	part_is(got, "prompt",
		"{'reason':'no_meeting','needs':['provider','meeting_id']}");
	json_decref(got);
	fails(o, "meeting.dial", "{'room':'" ROOM "','meeting_id':'91847302265'}",
		-32002);
	got = line_call(o->c, "meeting.dial",
		"{'room':'" ROOM "','meeting_id':'91847302265','provider':'zoom'}");
	part_is(got, "decision", "'join'");
	json_decref(got);
}

static void
what_may_not_be_dialled_is_refused_with_its_reason(void **state)
{
	struct office *o = *state;
	struct profile p = *site_profile(o->core.site, "default");
	p.outbound = false;
	fake_put(&o->core, SITE_PROFILES, &p);
	struct extraction *x = zoom(o, true);
	struct meeting *m = (struct meeting *)x->meetings;
	m->provider = "teams";
	m->slots[SLOT_MEETING_ID].value = m->slots[SLOT_PHONE_PIN].value = NULL;
	m->slots[SLOT_PHONE_ID].value = "918473022";
	see(o, "Design review", 0, 60, x);
	book(o);
	json_t *got = join(o, "");
	part_is(got, "decision", "'ask'");
	part_is(got, "prompt",
		arena_printf(o->a,
			"{'reason':'no_dial_in','provider':{'id':'zoom','name':'Zoom'},"
			"'meeting':'%s','needs':['meeting_id'],'pin':'optional'}",
			id_of(o, 0)));
	part_is(got, "meeting.subject", "'Design review'");
	part_absent(got, "dial.transport");
	part_is(got, "dial.refused.0.transport", "'pstn'");
	part_is(got, "dial.refused.0.reason", "'outbound'");
	json_decref(got);
	fails(o, "meeting.dial",
		"{'room':'" ROOM "','provider':'teams','meeting_id':'9184'}", -32005);
	got = line_call(o->c, "meeting.dial",
		"{'room':'" ROOM "','provider':'teams','meeting_id':'918473022'}");
	part_is(got, "decision", "'ask'");
	part_is(got, "prompt.reason", "'no_dial_in'");
	part_is(got, "provider.id", "'teams'");
	json_decref(got);
}

static void
the_profile_may_want_the_user_asked_first(void **state)
{
	struct office *o = *state;
	struct profile p = *site_profile(o->core.site, "default");
	p.confirm = true;
	fake_put(&o->core, SITE_PROFILES, &p);
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	json_t *got = join(o, "");
	part_is(got, "decision", "'join'");
	part_is(got, "confirm", "'policy'");
	json_decref(got);
}

static void
the_asking_device_says_how_it_can_dial(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	json_t *got = join(o, "'transports':['pstn','web']");
	part_is(got, "dial.transport", "'pstn'");
	part_absent(got, "dial.sip");
	part_is(got, "dial.web.meeting_id", "'91847302265'");
	json_decref(got);
	fails(o, "meeting.join", "{'room':'" ROOM "','transports':[]}", -32005);
	fails(o, "meeting.join", "{'room':'" ROOM "','transports':['fax']}", -32005);
	fails(o, "meeting.join", "{'room':'" ROOM "','transports':['sip','sip']}",
		-32005);
}

static void
private_meetings_and_withheld_subjects_are_joined_unnamed(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false))->event.is_private = true;
	book(o);
	json_t *got = join(o, "");
	part_is(got, "decision", "'join'");
	part_is(got, "meeting.private", "true");
	part_absent(got, "meeting.subject");
	part_absent(got, "meeting.organizer");
	json_decref(got);
	o->seen[0].event.is_private = false;
	struct profile p = *site_profile(o->core.site, "default");
	p.withhold_subjects = true;
	fake_put(&o->core, SITE_PROFILES, &p);
	book(o);
	got = join(o, "");
	part_is(got, "decision", "'join'");
	part_is(got, "meeting.private", "false");
	part_absent(got, "meeting.subject");
	part_absent(got, "meeting.organizer");
	json_decref(got);
	got = line_call(o->c, "meeting.list", "{'room':'" ROOM "'}");
	part_absent(got, "meetings.0.subject");
	part_absent(got, "meetings.0.organizer");
	json_decref(got);
}

/* One line, whatever the subject says, and nothing that steers a terminal or a voice. */
static void
a_subject_is_only_text(void **state)
{
	struct office *o = *state;
	struct event *e = &see(o, "x", 0, 60, zoom(o, false))->event;
	e->subject = "\n{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}\r\n"
		     "\x1b[31mred\a \xe2\x80\xae"
		     "evil\xe2\x80\x8b"
		     "\xf3\xa0\x81\x81\xef\xbb\xbf caf\xc3\xa9\xc2\x9b";
	e->organizer = NULL;
	e->organizer_name = "Ann\xe2\x80\xa8Lee";
	book(o);
	json_t *got = join(o, "");
	part_is(got, "meeting.subject",
		"'{\\\"jsonrpc\\\":\\\"2.0\\\",\\\"id\\\":7,\\\"result\\\":1} "
		"[31mred evil caf\xc3\xa9'");
	part_is(got, "meeting.organizer", "'Ann Lee'");
	json_decref(got);
	char *longer = arena_alloc(o->a, 1001);
	for (size_t i = 0; i < 500; i++)
		memcpy(longer + 2 * i, "\xc3\xa9", 2);
	e->subject = longer;
	book(o);
	got = join(o, "");
	assert_int_equal(json_string_length(part(got, "meeting.subject")), 2 * 256);
	json_decref(got);
}

static void
age_is_told_and_too_much_of_it_is_no_answer(void **state)
{
	struct office *o = *state;
	fails(o, "meeting.join", "{'room':'LON_01'}", -32001);
	json_t *got = join(o, "");
	part_is(got, "decision", "'unavailable'");
	part_is(got, "reason", "'never_synced'");
	assert_true(json_string_length(part(got, "cure")) > 0);
	part_is(got, "freshness", "{'link':'hq','stale':true}");
	part_is(got, "ad_hoc.provider.id", "'zoom'");
	json_decref(got);
	see(o, "Design review", 0, 300, zoom(o, false));
	book(o);
	atomic_store(&office_now, THREE + 870); /* 14:59 min old */
	got = join(o, "");
	part_is(got, "freshness.stale", "false");
	part_is(got, "warnings", "[]");
	json_decref(got);
	atomic_store(&office_now, THREE + 871);
	got = join(o, "");
	part_is(got, "decision", "'join'");
	part_is(got, "freshness.stale", "true");
	part_is(got, "warnings",
		"['stale: the calendar was last read at 2026-11-23T14:59:31Z']");
	json_decref(got);
	atomic_store(&office_now, THREE - 29 + 86400);
	got = join(o, "");
	part_is(got, "decision", "'unavailable'");
	part_is(got, "reason", "'expired'");
	json_decref(got);
}

static void
what_the_invite_and_the_plan_warn_of_is_told_once(void **state)
{
	struct office *o = *state;
	static const char *const warnings[] = {"opaque_wrapper: protect.example.com",
		"opaque_wrapper: protect.example.com"};
	struct extraction *x = zoom(o, true);
	struct meeting *m = (struct meeting *)x->meetings;
	m->provider = "chime";
	m->slots[SLOT_MEETING_ID].value = "9184730226";
	x->warnings = warnings;
	x->n_warnings = 2;
	see(o, "Design review", 0, 60, x);
	book(o);
	json_t *got = join(o, "");
	part_is(got, "decision", "'join'");
	part_is(got, "warnings",
		"['opaque_wrapper: protect.example.com',"
		"'retired: Amazon Chime ended on 2026-02-20']");
	json_decref(got);
}

static void
another_moment_can_be_asked_about(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	json_t *got = join(o, "'at':'2026-11-24T15:00:00Z'");
	part_is(got, "prompt.reason", "'no_meeting'");
	json_decref(got);
	got = join(o, "'at':'2026-11-23T16:50:00+02:00'");
	part_is(got, "meeting.in_progress", "false");
	json_decref(got);
	fails(o, "meeting.join", "{'room':'" ROOM "','at':'2026-12-24T15:00:00Z'}",
		-32004);
	fails(o, "meeting.join", "{'room':'" ROOM "','at':'tomorrow'}", -32005);
	fails(o, "meeting.join", "{'room':'" ROOM "','meeting':'aaaaaaaaaaaaaaaa'}",
		-32004);
}

static void
sync_again(struct core *c, const char *room)
{
	struct agenda *g = core_agenda(c, room);
	if (g != NULL)
		fake_agenda(c, room, agenda_again(g, THREE + 100, g->from, g->to));
	agenda_unref(g);
}

static void
a_wait_for_the_calendar_holds_up_nobody(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	o->core.polled = sync_again;
	fake_shut(&o->core);
	struct line_client *other = line_open(o->path);
	static const char wait[] =
		"{\"jsonrpc\":\"2.0\",\"id\":\"w\",\"method\":\"meeting.join\","
		"\"params\":{\"room\":\"" ROOM "\",\"max_wait_ms\":2000}}\n";
	line_send(o->c, wait, strlen(wait));
	json_t *got = line_call(other, "meeting.join", "{'room':'" ROOM "'}");
	part_is(got, "freshness.synced_at", "'2026-11-23T14:59:31Z'");
	json_decref(got);
	got = join(o, ""); /* nor the same client's next question */
	part_is(got, "decision", "'join'");
	json_decref(got);
	fake_open(&o->core, 1);
	got = line_json(o->c);
	part_is(got, "id", "'w'");
	part_is(got, "result.decision", "'join'");
	part_is(got, "result.freshness.synced_at", "'2026-11-23T15:01:40Z'");
	json_decref(got);
	line_close(other);
	fails(o, "meeting.join", "{'room':'" ROOM "','max_wait_ms':5001}", -32005);
}

/* However many ask, each poll begins at once, and nobody waits longer than said. */
static void
many_may_wait_at_once(void **state)
{
	enum { MANY = 40 };
	struct office *o = *state;
	struct line_client *all[MANY];
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	fake_shut(&o->core);
	static const char wait[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"meeting.join\","
		"\"params\":{\"room\":\"" ROOM "\",\"max_wait_ms\":1}}\n";
	for (int i = 0; i < MANY; i++) {
		all[i] = line_open(o->path);
		line_send(all[i], wait, strlen(wait));
	}
	pthread_mutex_lock(&o->core.lock);
	while (o->core.refreshes < MANY + 1) /* and one that waits already */
		pthread_cond_wait(&o->core.changed, &o->core.lock);
	pthread_mutex_unlock(&o->core.lock);
	fake_open(&o->core, 1);
	for (int i = 0; i < MANY; i++) {
		json_t *got = line_json(all[i]);
		part_is(got, "result.decision", "'join'");
		json_decref(got);
		line_close(all[i]);
	}
}

static void
the_list_has_what_holds_the_room(void **state)
{
	struct office *o = *state;
	see(o, "Yesterday", -1440, -1400, NULL);
	see(o, "Design review", 0, 60, zoom(o, false));
	see(o, "Cancelled", 60, 90, zoom(o, false))->event.cancelled = true;
	see(o, "Declined", 60, 90, zoom(o, false))->event.response = EVENT_DECLINED;
	see(o, "Free", 60, 90, zoom(o, false))->event.busy = EVENT_FREE;
	see(o, "Lunch", 90, 120, NULL);
	book(o);
	json_t *got = line_call(o->c, "meeting.list", "{'room':'" ROOM "'}");
	assert_int_equal(json_array_size(part(got, "meetings")), 3);
	part_is(got, "meetings.0.subject", "'Yesterday'");
	part_is(got, "meetings.1",
		arena_printf(o->a,
			"{'id':'%s','subject':'Design review','organizer':"
			"'ann@example.com','private':false,'start':'2026-11-23T15:00:00Z',"
			"'end':'2026-11-23T16:00:00Z','in_progress':true,'all_day':false,"
			"'joinable':true,'provider':{'id':'zoom','name':'Zoom'}," DIAL
			"}",
			id_of(o, 1)));
	part_is(got, "meetings.2.joinable", "false");
	part_absent(got, "meetings.2.provider");
	part_absent(got, "meetings.2.dial");
	part_is(got, "freshness.synced_at", "'2026-11-23T14:59:31Z'");
	json_decref(got);
	got = line_call(o->c, "meeting.list",
		"{'room':'" ROOM "','from':'2026-11-23T15:59:59Z',"
		"'to':'2026-11-23T16:30:00Z'}");
	assert_int_equal(json_array_size(part(got, "meetings")), 1);
	json_decref(got);
	got = line_call(o->c, "meeting.list",
		"{'room':'" ROOM "','from':'2026-11-23T16:00:00Z',"
		"'to':'2026-11-23T16:30:01Z'}");
	assert_int_equal(json_array_size(part(got, "meetings")), 1);
	part_is(got, "meetings.0.subject", "'Lunch'");
	json_decref(got);
	fails(o, "meeting.list", "{'room':'nowhere'}", -32001);
}

static void
what_a_device_reports_is_kept(void **state)
{
	struct office *o = *state;
	is(line_call(o->c, "meeting.outcome",
		   "{'room':'" ROOM "','transport':'pstn','outcome':'wrong_pin',"
		   "'detail':'after 12 s'}"),
		"{}");
	assert_string_equal(o->core.last, "outcome " ROOM " - pstn wrong_pin after 12 s");
	is(line_call(o->c, "meeting.outcome",
		   "{'room':'" ROOM "','meeting':'abc','transport':'sip',"
		   "'outcome':'joined'}"),
		"{}");
	assert_string_equal(o->core.last, "outcome " ROOM " abc sip joined -");
	fails(o, "meeting.outcome",
		"{'room':'" ROOM "','transport':'sip','outcome':'meh'}", -32005);
	fails(o, "meeting.outcome",
		"{'room':'" ROOM "','transport':'fax','outcome':'joined'}", -32005);
	fails(o, "meeting.outcome", "{'room':'" ROOM "','transport':'sip'}", -32602);
	fails(o, "meeting.outcome",
		"{'room':'nowhere','transport':'sip','outcome':'joined'}", -32001);
}

/* The same at every minute, whether it was kept or is thought of anew. */
static void
what_is_kept_never_differs_from_what_would_be_said(void **state)
{
	struct office *o = *state;
	see(o, "Offsite", -900, 900, zoom(o, false))->event.all_day = true;
	see(o, "One", -30, 30, zoom(o, false));
	see(o, "Two", 20, 60, zoom(o, true));
	see(o, "Maybe", 70, 75, zoom(o, false))->event.busy = EVENT_TENTATIVE;
	see(o, "Nothing", 100, 100, zoom(o, false));
	see(o, "Lunch", 110, 140, NULL);
	book(o);
	for (int minute = -60; minute < 30 * 60; minute += minute < 180 ? 1 : 27) {
		atomic_store(&office_now, THREE + minute * 60 + minute % 2);
		json_t *kept = join(o, ""), *anew = join(o, "'max_wait_ms':0");
		if (!json_equal(kept, anew))
			fail_msg("minute %d: %s, not %s", minute, json_dumps(kept, 0),
				json_dumps(anew, 0));
		json_decref(kept);
		json_decref(anew);
	}
}

static void
what_is_kept_falls_with_what_it_rests_on(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	json_decref(join(o, ""));
	fake_publish(&o->core, site_set_default(o->core.site, "webex"));
	json_t *got = join(o, "");
	part_is(got, "ad_hoc.provider.id", "'webex'");
	json_decref(got);
	sync_again(&o->core, ROOM);
	got = join(o, "");
	part_is(got, "freshness.synced_at", "'2026-11-23T15:01:40Z'");
	json_decref(got);
	o->seen[0].event.subject = "Design, reviewed";
	book(o);
	got = join(o, "");
	part_is(got, "meeting.subject", "'Design, reviewed'");
	json_decref(got);
	fake_publish(&o->core, site_drop(o->core.site, SITE_ROOMS, ROOM));
	fails(o, "meeting.join", "{'room':'" ROOM "'}", -32001);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, office_set_up, office_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_clear_meeting_is_joined),
		TEST(of_several_meetings_one_is_chosen),
		TEST(two_conferences_of_one_meeting_have_ids_of_their_own),
		TEST(dialogue_without_a_pin),
		TEST(dialogue_with_an_optional_pin),
		TEST(dialogue_with_a_required_pin),
		TEST(dialogue_of_a_meeting_that_lacks_its_pin),
		TEST(dialogue_of_a_declined_meeting),
		TEST(without_a_default_the_provider_is_asked_for_too),
		TEST(what_may_not_be_dialled_is_refused_with_its_reason),
		TEST(the_profile_may_want_the_user_asked_first),
		TEST(the_asking_device_says_how_it_can_dial),
		TEST(private_meetings_and_withheld_subjects_are_joined_unnamed),
		TEST(a_subject_is_only_text),
		TEST(age_is_told_and_too_much_of_it_is_no_answer),
		TEST(what_the_invite_and_the_plan_warn_of_is_told_once),
		TEST(another_moment_can_be_asked_about),
		TEST(a_wait_for_the_calendar_holds_up_nobody),
		TEST(many_may_wait_at_once),
		TEST(the_list_has_what_holds_the_room),
		TEST(what_a_device_reports_is_kept),
		TEST(what_is_kept_never_differs_from_what_would_be_said),
		TEST(what_is_kept_falls_with_what_it_rests_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
