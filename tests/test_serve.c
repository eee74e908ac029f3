#include "help/serve_desk.h"

#define AD_HOC                                                                           \
	"'ad_hoc':{'provider':{'id':'zoom','name':'Zoom'},'needs':['meeting_id'],"       \
	"'pin':'optional'}"
#define FRESH                                                                            \
	"'freshness':{'link':'hq','synced_at':'2026-11-23T14:59:31Z','stale':false}"
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
id_of(struct desk *d, size_t i)
{
	struct agenda *g = core_agenda(&d->core, ROOM);
	const char *id = arena_strdup(d->a, g->meetings[i].id);
	agenda_unref(g);
	return id;
}

static void
one_clear_meeting_is_joined(void **state)
{
	struct desk *d = *state;
	see(d, "Design review", 0, 60, zoom(d, false));
	book(d);
	const char *wanted = arena_printf(d->a,
		"{'room':'" ROOM "','decision':'join','confirm':null,'meeting':{'id':'%s',"
		"'subject':'Design review','organizer':'ann@example.com','private':false,"
		"'start':'2026-11-23T15:00:00Z','end':'2026-11-23T16:00:00Z',"
		"'in_progress':true},'provider':{'id':'zoom','name':'Zoom'}," DIAL
		"," AD_HOC ",'warnings':[]," FRESH "}",
		id_of(d, 0));
	is(join(d, ""), wanted);
	is(join(d, ""), wanted); /* from what was kept */
	is(join(d, "'max_wait_ms':0"), wanted);
	is(join(d, arena_printf(d->a, "'meeting':'%s','pin':null", id_of(d, 0))), wanted);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_set_up, desk_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_clear_meeting_is_joined),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
