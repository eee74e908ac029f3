/* What administrators do, what everybody may look at, and what is told as it happens. */
#include "help/office.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "serve/rpc.h"

static void
changed(struct office *o, const char *expected)
{
	assert_string_equal(o->core.last, expected);
}

static const char *
by_us(struct office *o, const char *what)
{
	return arena_printf(o->a, "%s by %s", what,
		getuid() == 0 ? "uid 0 (root)"
			      : arena_printf(o->a, "uid %u", (unsigned)getuid()));
}

/* Refused once, with these words. */
static void
refuse(struct office *o, enum err_grade grade, const char *code)
{
	err_set(&o->core.refusal, grade, code, "it was refused");
	err_cure(&o->core.refusal, "Do better.");
}

static void
links_are_set_up(void **state)
{
	struct office *o = *state;
	json_t *got = line_call(o->c, "link.add",
		"{'kind':'exchange','name':'lab','url':'https://lab.example.com/EWS',"
		"'user':'svc@example.com','secret':'quill&7','impersonate':true,"
		"'credential':'lab'}");
	is(got, "{'name':'lab','kind':'exchange','url':'https://lab.example.com/EWS',"
		"'user':'svc@example.com','credential':'lab','impersonate':true,'rooms':0}");
	changed(o, by_us(o, "link.put lab exchange https://lab.example.com/EWS "
			    "svc@example.com lab impersonate secret quill&7"));
	got = line_call(o->c, "link.set",
		"{'name':'lab','user':'other@example.com','impersonate':false}");
	part_is(got, "user", "'other@example.com'");
	part_is(got, "url", "'https://lab.example.com/EWS'");
	part_is(got, "impersonate", "false");
	json_decref(got);
	changed(o, by_us(o, "link.put lab exchange https://lab.example.com/EWS "
			    "other@example.com lab replace"));
	static const struct {
		const char *more, *then;
	} ends[] = {{"'secret_expires':'2027-06-30T00:00:00Z'", "'2027-06-30T00:00:00Z'"},
		{"'user':'other@example.com'", "'2027-06-30T00:00:00Z'"},
		{"'secret':'quill&8','secret_expires':'2028-06-30T00:00:00Z'",
			"'2028-06-30T00:00:00Z'"},
		{"'secret':'quill&9'", NULL}, /* another one: its end is not known */
		{"'secret_expires':'2027-06-30T00:00:00Z'", "'2027-06-30T00:00:00Z'"},
		{"'secret_expires':null", NULL}};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		got = line_call(o->c, "link.set",
			arena_printf(o->a, "{'name':'lab',%s}", ends[i].more));
		if (ends[i].then != NULL)
			part_is(got, "secret_expires", ends[i].then);
		else
			part_absent(got, "secret_expires");
		json_decref(got);
	}
	is(line_call(o->c, "link.list", "{}"),
		"{'links':[{'name':'hq','kind':'exchange',"
		"'url':'https://mail.example.com/EWS/Exchange.asmx',"
		"'user':'svc-convoke@example.com','credential':'hq','impersonate':false,"
		"'rooms':1},{'name':'lab','kind':'exchange',"
		"'url':'https://lab.example.com/EWS','user':'other@example.com',"
		"'credential':'lab','impersonate':false,'rooms':0}]}");
	is(line_call(o->c, "link.remove", "{'name':'lab'}"), "{}");
	fails(o, "link.get", "{'name':'lab'}", -32002);
	fails(o, "link.set", "{'name':'lab'}", -32002);
	fails(o, "link.remove", "{'name':'lab'}", -32002);
}

static void
a_key_is_taken_with_its_lines(void **state)
{
	struct office *o = *state;
	json_decref(line_call(o->c, "link.set",
		"{'name':'hq','secret':'-----BEGIN PRIVATE KEY-----\\nMIIE\\n'}"));
	assert_non_null(
		strstr(o->core.last, "secret -----BEGIN PRIVATE KEY-----\nMIIE\n"));
	json_decref(line_call(o->c, "link.set",
		"{'name':'hq','secret':'{\\n\\t\\u0022type\\u0022: 1\\n}\\n'}"));
	assert_non_null(strstr(o->core.last, "secret {\n\t\"type\": 1\n}\n"));
	fails(o, "link.set", "{'name':'hq','secret':'quill\\n&7'}", -32005);
	fails(o, "link.set", "{'name':'hq','secret':''}", -32005);
	fails(o, "link.set", "{'name':'hq','secret':'{\\u0007}'}", -32005);
}

static void
what_the_core_refuses_is_told_with_its_cure(void **state)
{
	struct office *o = *state;
	refuse(o, ERR_CONFIG, "link_exists");
	is(line_error(o->c, "link.add", "{'name':'hq','kind':'exchange'}"),
		"{'code':-32005,'message':'it was refused',"
		"'data':{'code':'link_exists','cure':'Do better.'}}");
	refuse(o, ERR_ABSENT, "no_profile");
	fails(o, "room.set", "{'name':'" ROOM "','profile':'x'}", -32001);
	refuse(o, ERR_RETRY, "disk");
	fails(o, "link.remove", "{'name':'hq'}", -32006);
	refuse(o, ERR_DENIED, "credential_open");
	fails(o, "link.set", "{'name':'hq','secret':'quill&7'}", -32005);
	refuse(o, ERR_CONFIG, "bad_patterns");
	fails(o, "reload", "{}", -32005);
	is(line_call(o->c, "reload", "{}"), "{}");
	changed(o, by_us(o, "reload"));
}

static void
a_link_is_tried(void **state)
{
	struct office *o = *state;
	is(line_call(o->c, "link.test", "{'link':'hq','rooms':['" ROOM "']}"),
		"{'link':'hq','findings':[{'subject':'login','ok':true,'detail':'as svc'},"
		"{'subject':'" ROOM "','ok':false,'detail':'may not be read',"
		"'cure':'Add-MailboxFolderPermission'}]}");
	is(line_call(o->c, "link.rooms", "{'link':'hq'}"),
		"{'link':'hq','rooms':[{'mailbox':'sea-38-0021@example.com','name':'SEA 38 0021',"
		"'place':'Building 38, floor 2','capacity':8,'room':'SEA_38_0021'},"
		"{'mailbox':'lon-02@example.com','name':'LON 02'}]}");
	fails(o, "link.rooms", "{'link':'nowhere'}", -32002);
	fails(o, "link.test", "{'link':'nowhere'}", -32002);
	fails(o, "link.test", "{'link':'hq','rooms':['nowhere']}", -32001);
	refuse(o, ERR_WAIT, "wait");
	fails(o, "link.test", "{'link':'hq'}", -32006);
}

static void
rooms_are_set_up(void **state)
{
	struct office *o = *state;
	is(line_call(o->c, "room.add",
		   "{'name':'LON_01','mailbox':'lon-01@example.com','link':'hq',"
		   "'profile':'default','description':'First floor',"
		   "'transports':['pstn','web']}"),
		"{'name':'LON_01','description':'First floor',"
		"'mailbox':'lon-01@example.com','link':'hq','profile':'default',"
		"'transports':['pstn','web']}");
	changed(o, by_us(o, "room.put LON_01 lon-01@example.com hq default First floor "
			    "2"));
	json_t *got = line_call(o->c, "room.set",
		"{'name':'LON_01','description':null,'transports':null}");
	part_is(got, "transports", "['sip','h323','pstn','web']");
	part_absent(got, "description");
	json_decref(got);
	changed(o, by_us(o, "room.put LON_01 lon-01@example.com hq default - 0 replace"));
	got = line_call(o->c, "room.list", "{}");
	part_is(got, "rooms.0.name", "'LON_01'");
	part_is(got, "rooms.1.name", "'" ROOM "'");
	part_absent(got, "rooms.2");
	json_decref(got);
	is(line_call(o->c, "room.remove", "{'name':'LON_01'}"), "{}");
	fails(o, "room.get", "{'name':'LON_01'}", -32001);
	fails(o, "room.set", "{'name':'LON_01'}", -32001);
	fails(o, "room.remove", "{'name':'LON_01'}", -32001);
	fails(o, "room.add",
		"{'name':'LON_01','mailbox':'lon-01@example.com','link':'nowhere'}",
		-32002);
}

static void
poll_fails(struct core *c, const char *room)
{
	(void)room;
	((struct room_status *)c->status.rooms)[0].meetings = 3;
}

static void
a_room_is_looked_at_now(void **state)
{
	struct office *o = *state;
	struct room_status rooms[1] = {{.room = ROOM, .link = "hq", .joinable = 2}};
	o->core.status = (struct core_status){.rooms = rooms, .n_rooms = 1};
	o->core.polled = poll_fails;
	book(o);
	json_t *got = line_call(o->c, "room.poll", "{'room':'" ROOM "'}");
	part_is(got, "room", "'" ROOM "'");
	part_is(got, "meetings", "3");
	part_is(got, "joinable", "2");
	part_is(got, "freshness.stale", "false");
	json_decref(got);
	assert_int_equal(o->core.refreshes, 1);
	fails(o, "room.poll", "{'room':'nowhere'}", -32001);
}

static void
profiles_are_set_up(void **state)
{
	struct office *o = *state;
	is(line_call(o->c, "profile.set",
		   "{'name':'berlin','country':'DE','countries':['AT','CH'],"
		   "'confirm':true,'time_zone':'Europe/Berlin'}"),
		"{'name':'berlin','time_zone':'Europe/Berlin','country':'DE',"
		"'outbound':true,'trust_invite_numbers':false,'prefer_toll_free':false,"
		"'confirm':true,'withhold_subjects':false,'countries':['AT','CH'],"
		"'allowed_hosts':[]}");
	changed(o, by_us(o, "profile.put berlin DE 2 outbound confirm"));
	json_t *got = line_call(
		o->c, "profile.set", "{'name':'berlin','outbound':false,'countries':[]}");
	part_is(got, "countries", "[]");
	part_is(got, "confirm", "true");
	json_decref(got);
	changed(o, by_us(o, "profile.put berlin DE 0 confirm"));
	got = line_call(o->c, "profile.set", "{'name':'paris'}");
	part_is(got, "country", "'US'"); /* the default profile's */
	json_decref(got);
	got = line_call(o->c, "profile.list", "{}");
	part_is(got, "profiles.0.name", "'berlin'");
	part_is(got, "profiles.1.name", "'default'");
	part_is(got, "profiles.2.name", "'paris'");
	json_decref(got);
	is(line_call(o->c, "profile.remove", "{'name':'berlin'}"), "{}");
	fails(o, "profile.get", "{'name':'berlin'}", -32002);
	fails(o, "profile.remove", "{'name':'berlin'}", -32002);
	fails(o, "profile.set", "{'name':'berlin','country':'DEU'}", -32005);
	fails(o, "profile.set", "{'name':'berlin','countries':'AT'}", -32602);
}

static void
providers_are_set_up(void **state)
{
	struct office *o = *state;
	is(line_call(o->c, "provider.get", "{'provider':'zoom'}"),
		"{'id':'zoom','name':'Zoom','pin':'optional','default':true}");
	is(line_call(o->c, "provider.set",
		   "{'provider':'zoom','pin':'required','number':'+13017158592',"
		   "'id_delay_ms':6000,'sip_endpoint':'sip.example.com'}"),
		"{'id':'zoom','name':'Zoom','pin':'required','default':true,"
		"'number':'+13017158592','id_delay_ms':6000,"
		"'sip_endpoint':'sip.example.com'}");
	changed(o, by_us(o, "provider.put zoom required +13017158592 6000 -1"));
	json_t *got = line_call(o->c, "provider.set",
		"{'provider':'zoom','pin':null,'id_delay_ms':null,'pin_delay_ms':0}");
	part_is(got, "pin", "'optional'");
	part_is(got, "number", "'+13017158592'");
	json_decref(got);
	changed(o, by_us(o, "provider.put zoom - +13017158592 -1 0"));
	got = line_call(o->c, "provider.remove", "{'provider':'zoom'}");
	part_absent(got, "number");
	json_decref(got);
	got = line_call(o->c, "provider.default", "{'provider':'webex'}");
	part_is(got, "default", "true");
	json_decref(got);
	changed(o, by_us(o, "provider.default webex"));
	got = line_call(o->c, "provider.list", "{}");
	size_t i, defaults = 0, retired = 0;
	json_t *p;
	json_array_foreach (part(got, "providers"), i, p) {
		defaults += json_is_true(json_object_get(p, "default"));
		retired += json_is_string(json_object_get(p, "retired"));
	}
	assert_int_equal(defaults, 1);
	assert_true(retired > 0);
	json_decref(got);
	fails(o, "provider.get", "{'provider':'nobody'}", -32002);
	fails(o, "provider.set", "{'provider':'nobody'}", -32002);
	fails(o, "provider.default", "{'provider':'nobody'}", -32002);
	fails(o, "provider.set", "{'provider':'zoom','pin':'maybe'}", -32005);
	fails(o, "provider.set", "{'provider':'zoom','id_delay_ms':-1}", -32005);
	fails(o, "provider.set", "{'provider':'zoom','id_delay_ms':'6'}", -32602);
}

static void
an_invite_is_read(void **state)
{
	struct office *o = *state;
	o->core.extraction = zoom(o, false);
	json_t *got = line_call(o->c, "invite.extract", "{'text':'Join\\nZoom'}");
	part_is(got, "meetings.0.provider", "'zoom'");
	part_is(got, "meetings.0.web.passcode", "'quill&7'");
	json_decref(got);
	assert_string_equal(o->core.extracted, "invite.txt US Join\nZoom");
	fake_put(&o->core, SITE_PROFILES,
		&(struct profile){.name = "berlin", .country = "DE"});
	fake_put(&o->core, SITE_ROOMS,
		&(struct room){.name = "BER_01",
			.mailbox = "ber-01@example.com",
			.link = "hq",
			.profile = "berlin"});
	json_decref(line_call(o->c, "invite.extract", "{'ics':'x','room':'BER_01'}"));
	assert_string_equal(o->core.extracted, "invite.ics DE x");
	fails(o, "invite.extract", "{}", -32602);
	fails(o, "invite.extract", "{'text':'a','html':'b'}", -32602);
	fails(o, "invite.extract", "{'text':'a','room':'nowhere'}", -32001);
	refuse(o, ERR_LIMIT, "busy");
	fails(o, "invite.extract", "{'text':'a'}", -32006);
	refuse(o, ERR_BAD_REPLY, "not_ics");
	fails(o, "invite.extract", "{'ics':'a'}", -32005);
}

static void
health_is_told(void **state)
{
	struct office *o = *state;
	const struct link_status links[] = {{.link = "hq",
		.err = {.grade = ERR_DENIED,
			.code = "ErrorAccessDenied",
			.text = "may not\nread",
			.cure = "Grant it."},
		.err_since = THREE,
		.last_good = THREE - 60,
		.retry_at = THREE + 60,
		.password_expires = THREE + 86400,
		.credential_kind = "password",
		.renew = "Set a new one.",
		.server_version = "15.2.1544.9",
		.requests_hour = 12,
		.rooms = 2,
		.rooms_ok = 1}};
	const struct room_status rooms[] = {
		{.room = ROOM,
			.link = "hq",
			.synced_at = THREE - 60,
			.next_poll = THREE + 240,
			.requests_hour = 12,
			.meetings = 5,
			.joinable = 4,
			.bodies_missing = 1},
		{.room = "NEW", .link = "hq"},
	};
	o->core.status = (struct core_status){.started = THREE - 3600,
		.links = links,
		.n_links = 1,
		.rooms = rooms,
		.n_rooms = 2,
		.data_error = "zoom.yaml:3: wrong"};
#define LINK                                                                             \
	"'rooms':2,'rooms_ok':1,'last_good':'2026-11-23T14:59:00Z',"                     \
	"'retry_at':'2026-11-23T15:01:00Z','password_expires':'2026-11-24T15:00:00Z',"   \
	"'credential_kind':'password','renew':'Set a new one.',"                         \
	"'server_version':'15.2.1544.9','requests_hour':12,"                             \
	"'error':{'code':'ErrorAccessDenied','grade':'denied','text':'may not read',"    \
	"'cure':'Grant it.','since':'2026-11-23T15:00:00Z'}"
#define HEALTH                                                                           \
	"'synced_at':'2026-11-23T14:59:00Z','next_poll':'2026-11-23T15:04:00Z',"         \
	"'meetings':5,'joinable':4,'bodies_missing':1,'requests_hour':12"
	is(line_call(o->c, "status.get", "{}"),
		"{'started':'2026-11-23T14:00:00Z','links':[{'link':'hq'," LINK "}],"
		"'rooms':[{'room':'" ROOM "','link':'hq'," HEALTH "},"
		"{'room':'NEW','link':'hq','meetings':0,'joinable':0,'bodies_missing':0,"
		"'requests_hour':0}],'data_error':'zoom.yaml:3: wrong'}");
	is(line_call(o->c, "link.get", "{'name':'hq'}"),
		"{'name':'hq','kind':'exchange',"
		"'url':'https://mail.example.com/EWS/Exchange.asmx',"
		"'user':'svc-convoke@example.com','credential':'hq','impersonate':false," LINK
		"}");
	is(line_call(o->c, "room.get", "{'name':'" ROOM "'}"),
		"{'name':'" ROOM "','mailbox':'sea-38-0021@example.com','link':'hq',"
		"'profile':'default','transports':['sip','h323','pstn','web']," HEALTH
		"}");
}

static void
what_happened_is_told(void **state)
{
	struct office *o = *state;
	is(line_call(o->c, "room.history", "{'room':'" ROOM "'}"),
		"{'room':'" ROOM "','events':[{'at':'2026-11-23T15:02:00Z',"
		"'what':'outcome','text':'joined by sip'}]}");
	json_decref(line_call(o->c, "room.history",
		"{'room':'" ROOM "','from':'2026-11-23T15:00:00Z',"
		"'to':'2026-11-23T16:00:00Z'}"));
	changed(o, "history " ROOM " 1795446000 1795449600");
	fails(o, "room.history", "{'room':'nowhere'}", -32001);
	is(line_call(o->c, "audit.list", "{'max':5}"),
		"{'audits':[{'at':'2026-11-23T15:02:00Z','who':'uid 0 (root)',"
		"'what':'reload'}]}");
	changed(o, "audits 5");
}

/* Connects as somebody else: only this thread's credentials change. */
static struct line_client *
open_as(struct office *o, unsigned uid, unsigned gid, const gid_t *groups, size_t n)
{
	assert_int_equal(syscall(SYS_setgroups, n, groups), 0);
	assert_int_equal(syscall(SYS_setresgid, -1, gid, -1), 0);
	assert_int_equal(syscall(SYS_setresuid, -1, uid, -1), 0);
	struct line_client *c = line_open(o->path);
	syscall(SYS_setresuid, -1, 0, -1);
	syscall(SYS_setresgid, -1, 0, -1);
	syscall(SYS_setgroups, 0, NULL);
	return c;
}

enum { NOBODY = 65534, USERS = 100 };

static void
only_administrators_change_anything(void **state)
{
	struct office *o = *state;
	if (getuid() != 0)
		skip();
	const gid_t group = 0;
	assert_int_equal(chmod(o->dir, 0711), 0);
	line_close(o->c);
	o->c = open_as(o, NOBODY, NOBODY, &group, 1);
	size_t refused = 0;
	for (const struct method *m = methods; m->name != NULL; m++) {
		if (m->who != ADMINS)
			continue;
		fails(o, m->name, "{}", -32003);
		refused++;
	}
	assert_int_equal(refused, 17);
	assert_string_equal(o->core.last, "");
	json_decref(line_call(o->c, "room.list", "{}"));
	fails(o, "meeting.join", "{}", -32602);
}

/* However many connections a client forgot, somebody can come and see. */
static void
there_is_a_place_for_an_administrator(void **state)
{
	enum { MOST = SERVE_MAX_CLIENTS - 16 - 1 };
	struct office *o = *state;
	struct line_client *all[MOST];
	if (getuid() != 0)
		skip();
	assert_int_equal(chmod(o->dir, 0711), 0);
	const gid_t group = 0;
	for (size_t i = 0; i < MOST; i++)
		all[i] = open_as(o, NOBODY, NOBODY, &group, 1);
	for (size_t i = 0; i < MOST; i++)
		json_decref(line_call(all[i], "profile.list", "{}"));
	struct line_client *one_more = open_as(o, NOBODY, NOBODY, &group, 1);
	json_t *got = line_json(one_more);
	part_is(got, "error.code", "-32006");
	json_decref(got);
	line_close(one_more);
	one_more = line_open(o->path);
	json_decref(line_call(one_more, "status.get", "{}"));
	line_close(one_more);
	for (size_t i = 0; i < MOST; i++)
		line_close(all[i]);
}

static void
an_administrators_group_may_too(void **state)
{
	struct office *o = *state;
	if (getuid() != 0)
		skip();
	assert_int_equal(chmod(o->dir, 0711), 0);
	line_close(o->c);
	o->c = NULL;
	serve_stop(o->serve);
	office_start(
		o, &(struct serve_config){
			   .path = o->path, .now = office_clock, .admin_group = "users"});
	const gid_t groups[] = {0, USERS};
	o->c = open_as(o, NOBODY, NOBODY, groups, 2);
	is(line_call(o->c, "reload", "{}"), "{}");
	assert_string_equal(o->core.last, "reload by uid 65534 (nobody)");
	line_close(o->c);
	o->c = open_as(o, NOBODY, USERS, groups, 1);
	is(line_call(o->c, "reload", "{}"), "{}");
	line_close(o->c);
	o->c = open_as(o, NOBODY, NOBODY, groups, 1);
	fails(o, "reload", "{}", -32003);
}

/* A change is made before anything that is asked after it. */
static void
changes_are_made_in_turn(void **state)
{
	struct office *o = *state;
	static const char all[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"room.add\",\"params\":"
		"{\"name\":\"R1\",\"mailbox\":\"r1@example.com\",\"link\":\"hq\"}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"room.get\",\"params\":"
		"{\"name\":\"R1\"}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"meeting.join\",\"params\":"
		"{\"room\":\"R1\"}}\n";
	for (int round = 0; round < 20; round++) {
		line_send(o->c, all, strlen(all));
		for (int i = 0; i < 3; i++) {
			json_t *got = line_json(o->c);
			assert_non_null(json_object_get(got, "result"));
			json_decref(got);
		}
		is(line_call(o->c, "room.remove", "{'name':'R1'}"), "{}");
		fails(o, "meeting.join", "{'room':'R1'}", -32001);
	}
}

static void
next_is(struct line_client *c, const char *expected)
{
	is(line_json(c), expected);
}

/* Makes the loop look at the clock: after the first answer, before the second. */
static void
nudge(struct office *o)
{
	struct line_client *c = line_open(o->path);
	json_decref(line_call(c, "profile.list", "{}"));
	json_decref(line_call(c, "profile.list", "{}"));
	line_close(c);
}

static void
watchers_are_told_of_changes(void **state)
{
	struct office *o = *state;
	struct line_client *all = line_open(o->path), *none = line_open(o->path);
	fake_put(&o->core, SITE_ROOMS,
		&(struct room){.name = "LON_01",
			.mailbox = "lon-01@example.com",
			.link = "hq",
			.profile = "default"});
	is(line_call(o->c, "watch", "{'rooms':['LON_01']}"), "{}");
	is(line_call(all, "watch", "{}"), "{}");
	fake_happens(&o->core, CORE_AGENDA_CHANGED, ROOM);
	fake_happens(&o->core, CORE_AGENDA_CHANGED, "LON_01");
	fake_happens(&o->core, CORE_STATUS_CHANGED, NULL);
#define NOTICE(method, params)                                                           \
	"{'jsonrpc':'2.0','method':'" method "','params':" params "}"
	next_is(all, NOTICE("agenda.changed", "{'room':'" ROOM "'}"));
	next_is(all, NOTICE("agenda.changed", "{'room':'LON_01'}"));
	next_is(all, NOTICE("status.changed", "{}"));
	next_is(o->c, NOTICE("agenda.changed", "{'room':'LON_01'}"));
	next_is(o->c, NOTICE("status.changed", "{}"));
	json_decref(line_call(none, "room.list", "{}")); /* and nothing else came */
	fails(o, "watch", "{'rooms':['nowhere']}", -32001);
	is(line_call(o->c, "watch", "{'rooms':['" ROOM "']}"), "{}"); /* in its place */
	fake_happens(&o->core, CORE_AGENDA_CHANGED, "LON_01");
	fake_happens(&o->core, CORE_AGENDA_CHANGED, ROOM);
	next_is(o->c, NOTICE("agenda.changed", "{'room':'" ROOM "'}"));
	line_close(all);
	line_close(none);
}

static void
watchers_are_told_when_a_meeting_starts(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 10, 60, zoom(o, false));
	see(o, "Free", 15, 60, zoom(o, false))->event.busy = EVENT_FREE;
	see(o, "Stand-up", 20, 30, zoom(o, false))->event.is_private = true;
	see(o, "Missed", 80, 90, NULL);
	book(o);
	is(line_call(o->c, "watch", "{}"), "{}");
	atomic_store(&office_now, THREE + 10 * 60 - 1);
	nudge(o);
	atomic_store(&office_now, THREE + 10 * 60);
	nudge(o);
	json_t *got = line_json(o->c);
	part_is(got, "method", "'meeting.starting'");
	part_is(got, "params.room", "'" ROOM "'");
	part_is(got, "params.meeting.subject", "'Design review'");
	part_is(got, "params.meeting.in_progress", "true");
	json_decref(got);
	atomic_store(&office_now, THREE + 15 * 60);
	nudge(o);
	atomic_store(&office_now, THREE + 20 * 60 + 59);
	nudge(o);
	got = line_json(o->c);
	part_is(got, "params.meeting.start", "'2026-11-23T15:20:00Z'");
	part_absent(got, "params.meeting.subject");
	json_decref(got);
	atomic_store(&office_now, THREE + 90 * 60); /* the machine slept */
	nudge(o);
	see(o, "New", 95, 100, NULL);
	book(o);
	fake_happens(&o->core, CORE_AGENDA_CHANGED, ROOM);
	next_is(o->c, NOTICE("agenda.changed", "{'room':'" ROOM "'}"));
	atomic_store(&office_now, THREE + 95 * 60);
	nudge(o);
	got = line_json(o->c);
	part_is(got, "params.meeting.subject", "'New'");
	json_decref(got);
	atomic_store(&office_now, THREE + 9 * 60); /* the clock was set back */
	nudge(o);
	atomic_store(&office_now, THREE + 10 * 60);
	nudge(o);
	got = line_json(o->c);
	part_is(got, "params.meeting.subject", "'Design review'");
	json_decref(got);
}

static void
watchers_are_warned_of_a_password_that_ends(void **state)
{
	struct office *o = *state;
	static const int64_t day = 86400;
	struct link_status links[] = {
		{.link = "hq",
			.password_expires = THREE + 14 * day + 120,
			.credential_kind = "password",
			.renew = "Set a new one."},
		{.link = "lab", .password_expires = INT64_MAX}, {.link = "new"}};
	o->core.status = (struct core_status){.links = links, .n_links = 3};
	is(line_call(o->c, "watch", "{}"), "{}");
#define CURE "'link':'hq','credential_kind':'password','cure':'Set a new one.'"
#define EXPIRES "'expires_at':'2026-12-07T15:02:00Z'," CURE
	next_is(o->c, NOTICE("credential.expiring", "{'days':14," EXPIRES "}"));
	static const struct {
		int days_left;
		bool told;
	} steps[] = {{13, false}, {8, false}, {7, true}, {6, false}, {3, true},
		{2, false}, {1, true}, {0, true}, {-1, true}, {-2, true}};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		atomic_store(&office_now, THREE + 120 + (14 - steps[i].days_left) * day);
		nudge(o);
		if (steps[i].told)
			next_is(o->c, arena_printf(o->a,
					      NOTICE("credential.expiring",
						      "{'days':%d," EXPIRES "}"),
					      steps[i].days_left));
	}
	struct line_client *late = line_open(o->path);
	is(line_call(late, "watch", "{}"), "{}");
	next_is(late, NOTICE("credential.expiring", "{'days':-2," EXPIRES "}"));
	line_close(late);
	links[0].password_expires = THREE + 90 * day;
	fake_happens(&o->core, CORE_STATUS_CHANGED, NULL);
	next_is(o->c, NOTICE("status.changed", "{}"));
	atomic_store(&office_now, THREE + 87 * day + 1);
	nudge(o);
	next_is(o->c,
		NOTICE("credential.expiring",
			"{'days':2,'expires_at':'2027-02-21T15:00:00Z'," CURE "}"));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, office_set_up, office_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(links_are_set_up),
		TEST(a_key_is_taken_with_its_lines),
		TEST(what_the_core_refuses_is_told_with_its_cure),
		TEST(a_link_is_tried),
		TEST(rooms_are_set_up),
		TEST(a_room_is_looked_at_now),
		TEST(profiles_are_set_up),
		TEST(providers_are_set_up),
		TEST(an_invite_is_read),
		TEST(health_is_told),
		TEST(what_happened_is_told),
		TEST(only_administrators_change_anything),
		TEST(there_is_a_place_for_an_administrator),
		TEST(an_administrators_group_may_too),
		TEST(changes_are_made_in_turn),
		TEST(watchers_are_told_of_changes),
		TEST(watchers_are_told_when_a_meeting_starts),
		TEST(watchers_are_warned_of_a_password_that_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
