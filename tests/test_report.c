/* The JSON of a dial plan and of what an invite says: whole objects, as programs see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "help/desk.h"
#include "report.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void
same(json_t *got, const char *wanted)
{
	json_error_t e;
	json_t *w = json_loads(wanted, JSON_DECODE_ANY, &e);
	if (w == NULL)
		fail_msg("the test's own JSON: %s at %d", e.text, e.position);
	if (!json_equal(got, w)) {
		char *text = json_dumps(got, REPORT_FLAGS | JSON_ENCODE_ANY);
		fail_msg("%s", text);
	}
	json_decref(w);
	json_decref(got);
}

static void
zoom(struct desk *d)
{
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_URL, "https://northwind.zoom.us/j/91847302265?pwd=quill7");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_slot(d, SLOT_PASSCODE, "quill&7");
	desk_slot(d, SLOT_PHONE_PIN, "04471963");
	desk_number(d, "+13017158592");
	desk_number(d, "+13126266799");
}

static void
a_dial_object(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+19005550119");
	same(report_dial(desk_plan(d)),
		"{\"transport\":\"sip\","
		"\"sip\":{\"uri\":\"sip:91847302265.04471963@zoomcrc.com\"},"
		"\"h323\":{\"dial\":\"162.255.37.11##91847302265#04471963\","
		"\"address\":\"162.255.37.11\",\"id\":\"91847302265\","
		"\"pin\":\"04471963\"},"
		"\"pstn\":{\"number\":\"+13017158592\",\"country\":\"US\","
		"\"toll_free\":false,\"id\":\"91847302265\",\"pin\":\"04471963\","
		"\"dial\":\"+13017158592,,91847302265#,,,,*04471963#\","
		"\"steps\":[{\"dial\":\"+13017158592\"},{\"wait_ms\":4000},"
		"{\"send\":\"91847302265#\"},{\"wait_ms\":8000},{\"send\":\"*04471963#\"}],"
		"\"alternatives\":[\"+13126266799\"]},"
		"\"web\":{\"url\":\"https://northwind.zoom.us/j/91847302265?pwd=quill7\","
		"\"meeting_id\":\"91847302265\",\"passcode\":\"quill&7\"},"
		"\"refused\":[{\"transport\":\"pstn\",\"reason\":\"premium\","
		"\"ends_with\":\"19\"}]}");
}

static void
what_is_not_there_is_absent(void **state)
{
	struct desk *d = *state;
	desk_meeting(d, "webex");
	desk_slot(d, SLOT_MEETING_ID, "24368109909");
	desk_slot(d, SLOT_SITE, "northwind");
	desk_slot(d, SLOT_PHONE_PIN, "46391722");
	d->policy.order[0] = VIA_H323;
	d->policy.order[1] = VIA_SIP;
	same(report_dial(desk_plan(d)),
		"{\"transport\":\"h323\","
		"\"sip\":{\"uri\":\"sip:24368109909@northwind.webex.com\","
		"\"steps\":[{\"wait_ms\":6000},{\"send\":\"46391722#\"}]},"
		"\"h323\":{\"dial\":\"173.243.2.68\",\"address\":\"173.243.2.68\","
		"\"id\":\"24368109909\",\"pin\":\"46391722\",\"steps\":[{\"wait_ms\":6000},"
		"{\"send\":\"24368109909#\"},{\"wait_ms\":6000},{\"send\":\"46391722#\"}]}"
		"}");
	/* only a refusal */
	desk_meeting(d, "meet");
	desk_number(d, "+19005550119")->phone_id = "934959535";
	same(report_dial(desk_plan(d)), "{\"refused\":[{\"transport\":\"pstn\","
					"\"reason\":\"premium\",\"ends_with\":\"19\"}]}");
	desk_meeting(d, "meet");
	assert_null(report_dial(desk_plan(d)));
	desk_meeting(d, "nosuch");
	assert_null(report_dial(desk_plan(d)));
	/* asked about, and without the digits of what was refused */
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_number(d, "+13475550123");
	json_t *dial = report_dial(desk_plan_via(d, VIA_PSTN));
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(dial, "pstn"), "confirm")),
		"unknown_number");
	json_decref(dial);
	d->policy.outbound = false;
	same(report_dial(desk_plan_via(d, VIA_PSTN)),
		"{\"refused\":[{\"transport\":\"pstn\",\"reason\":\"outbound\"}]}");
}

static json_t *
extraction(struct desk *d, bool tie, bool explain)
{
	static const char *const warnings[] = {"opaque_wrapper: protect.example.com"};
	struct extraction x = {.meetings = &d->m,
		.n_meetings = 1,
		.tie = tie,
		.lost = &d->m,
		.n_lost = explain ? 1 : 0,
		.warnings = warnings,
		.n_warnings = tie ? 1 : 0};
	return report_extraction(&x, d->ps, &d->policy, explain);
}

static void
what_an_invite_says(void **state)
{
	struct desk *d = *state;
	zoom(d);
	/* what a room would dial by SIP follows from the ID; no H.323 gateway is named */
	same(extraction(d, false, false),
		"{\"meetings\":[{\"provider\":\"zoom\",\"confidence\":0.95,"
		"\"web\":{\"url\":\"https://northwind.zoom.us/j/91847302265?pwd=quill7\","
		"\"meeting_id\":\"91847302265\",\"passcode\":\"quill&7\"},"
		"\"pstn\":{\"id\":\"91847302265\",\"pin\":\"04471963\","
		"\"dial\":\"+13017158592,,91847302265#,,,,*04471963#\","
		"\"number\":\"+13017158592\",\"numbers\":["
		"{\"e164\":\"+13017158592\",\"toll_free\":false},"
		"{\"e164\":\"+13126266799\",\"toll_free\":false}]},"
		"\"sip\":{\"uri\":\"sip:91847302265.04471963@zoomcrc.com\"}}]}");
	desk_slot(d, SLOT_SIP, "91847302265.04471963@zoomcrc.com");
	desk_slot(d, SLOT_H323, "162.255.37.11");
	strcpy(d->numbers[0].phone.country, "US");
	d->numbers[1].phone.kind = PHONE_TOLL_FREE;
	d->m.quoted = true;
	same(extraction(d, true, false),
		"{\"meetings\":[{\"provider\":\"zoom\",\"confidence\":0.95,"
		"\"web\":{\"url\":\"https://northwind.zoom.us/j/91847302265?pwd=quill7\","
		"\"meeting_id\":\"91847302265\",\"passcode\":\"quill&7\"},"
		"\"pstn\":{\"id\":\"91847302265\",\"pin\":\"04471963\","
		"\"dial\":\"+13017158592,,91847302265#,,,,*04471963#\","
		"\"number\":\"+13017158592\",\"numbers\":["
		"{\"e164\":\"+13017158592\",\"country\":\"US\",\"toll_free\":false},"
		"{\"e164\":\"+13126266799\",\"toll_free\":true}]},"
		"\"sip\":{\"uri\":\"sip:91847302265.04471963@zoomcrc.com\"},"
		"\"h323\":{\"dial\":\"162.255.37.11##91847302265#04471963\"},"
		"\"quoted\":true}],\"tie\":true,"
		"\"warnings\":[\"opaque_wrapper: protect.example.com\"]}");
	/* facts stay facts when none of them may be dialled */
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_slot(d, SLOT_SIP, "91847302265@evil.example");
	desk_number(d, "+442079460000");
	same(extraction(d, false, false),
		"{\"meetings\":[{\"provider\":\"zoom\",\"confidence\":0.95,"
		"\"web\":{\"meeting_id\":\"91847302265\"},"
		"\"pstn\":{\"id\":\"91847302265\",\"numbers\":["
		"{\"e164\":\"+442079460000\",\"toll_free\":false}]},"
		"\"refused\":[{\"transport\":\"sip\",\"reason\":\"host\"},"
		"{\"transport\":\"pstn\",\"reason\":\"country\",\"ends_with\":\"00\"}]}]}");
	/* a PIN for each number */
	desk_meeting(d, "meet");
	desk_number(d, "+14136484559")->phone_id = "934959535";
	same(extraction(d, false, false),
		"{\"meetings\":[{\"provider\":\"meet\",\"confidence\":0.95,"
		"\"pstn\":{\"id\":\"934959535\",\"dial\":\"+14136484559,,934959535#\","
		"\"number\":\"+14136484559\",\"confirm\":\"unknown_number\",\"numbers\":["
		"{\"e164\":\"+14136484559\",\"toll_free\":false,\"id\":\"934959535\"}]}}]}");
	struct extraction nothing = {.n_meetings = 0};
	same(report_extraction(&nothing, d->ps, &d->policy, false), "{\"meetings\":[]}");
	/* a provider whose file is gone */
	desk_meeting(d, "nosuch");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_number(d, "+13017158592");
	same(extraction(d, false, false),
		"{\"meetings\":[{\"provider\":\"nosuch\",\"confidence\":0.95,"
		"\"web\":{\"meeting_id\":\"91847302265\"},\"pstn\":{\"numbers\":["
		"{\"e164\":\"+13017158592\",\"toll_free\":false}]}}]}");
}

static void
where_it_was_found(void **state)
{
	struct desk *d = *state;
	static const char *const notes[] = {"stands in the location"};
	desk_meeting(d, "teams");
	d->m.slots[SLOT_PHONE_ID] = (struct finding){"191605571", true,
		{"teams/label:phone_id", "body", 12, 9, "Conference ID: 191605571"}};
	desk_number(d, "+12135550123")->from =
		(struct evidence){"one_tap", "body", 40, 23, NULL};
	d->m.notes = notes;
	d->m.n_notes = 1;
	d->m.conflict = true;
	json_t *o = extraction(d, false, true);
	assert_int_equal(json_array_size(json_object_get(o, "lost")), 1);
	json_t *m = json_array_get(json_object_get(o, "meetings"), 0);
	assert_true(json_is_true(json_object_get(m, "conflict")));
	same(json_incref(json_object_get(m, "notes")), "[\"stands in the location\"]");
	same(json_incref(json_object_get(m, "evidence")),
		"[{\"field\":\"phone_id\",\"derived\":true,\"rule\":\"teams/label:phone_id\","
		"\"part\":\"body\",\"offset\":12,\"length\":9,"
		"\"quote\":\"Conference ID: 191605571\"},"
		"{\"field\":\"number\",\"rule\":\"one_tap\",\"part\":\"body\",\"offset\":40,"
		"\"length\":23}]");
	json_decref(o);
}

static void
confidence_is_written_short(void **state)
{
	struct desk *d = *state;
	for (uint8_t c = 0; c <= 100; c++) {
		desk_meeting(d, "zoom");
		d->m.confidence = c;
		json_t *o = extraction(d, false, false);
		char *text = json_dumps(o, REPORT_FLAGS);
		const char *at = strstr(text, "\"confidence\":");
		assert_non_null(at);
		assert_true(strcspn(at, "}") <= strlen("\"confidence\":0.98"));
		free(text);
		json_decref(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		desk_test(a_dial_object),
		desk_test(what_is_not_there_is_absent),
		desk_test(what_an_invite_says),
		desk_test(where_it_was_found),
		desk_test(confidence_is_written_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
