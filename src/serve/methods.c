/* Every method: its name, its function, who may call it, when it is run, and what it
 * takes. */
#include "serve/invite.h"
#include "serve/manage.h"
#include "serve/meeting.h"
#include "serve/rpc.h"
#include "serve/status.h"
#include "serve/watch.h"

enum {
	MAX_NAME = 100,
	MAX_ID = 64,
	MAX_TEXT = 1000,
	MAX_DELAY_MS = 60 * 1000,
	MAX_WAIT_MS = 5 * 1000,
};

#define PARAMS(...)                                                                      \
	(const struct param[])                                                           \
	{                                                                                \
		__VA_ARGS__                                                              \
		{                                                                        \
			.name = NULL                                                     \
		}                                                                        \
	}

/* clang-format off */
#define TEXT(name, max) {name, PARAM_TEXT, max, NULL, false},
#define NEED(name, max) {name, PARAM_TEXT, max, NULL, true},
#define TEXTS(name, max) {name, PARAM_TEXTS, max, NULL, false},
#define SECRET(name) {name, PARAM_SECRET, 0, NULL, false},
#define BODY(name) {name, PARAM_BODY, 0, NULL, false},
#define TIME(name) {name, PARAM_TIME, 0, NULL, false},
#define FLAG(name) {name, PARAM_FLAG, 0, NULL, false},
#define NUMBER(name, max) {name, PARAM_NUMBER, max, NULL, false},
#define WORD(name, words) {name, PARAM_WORD, 0, words, false},
#define NEED_WORD(name, words) {name, PARAM_WORD, 0, words, true},
#define WORDS(name, words) {name, PARAM_WORDS, 0, words, false},

static const char *const transports[] = {"sip", "h323", "pstn", "web", NULL};
static const char *const pins[] = {"never", "optional", "required", NULL};
static const char *const outcomes[] = {
	"joined", "wrong_pin", "busy", "no_answer", "failed", NULL};

#define LINK_PARAMS                                                                      \
	TEXT("kind", MAX_NAME) TEXT("url", MAX_TEXT) TEXT("user", MAX_TEXT)              \
	TEXT("credential", MAX_NAME) SECRET("secret") FLAG("impersonate")      \
	TEXT("token_url", MAX_TEXT) TEXT("subject", MAX_TEXT) TEXT("ca_file", MAX_TEXT)   \
	TIME("secret_expires") FLAG("insecure_loopback") FLAG("legacy_assertion")

#define ROOM_PARAMS                                                                      \
	TEXT("mailbox", MAX_TEXT) TEXT("link", MAX_NAME) TEXT("profile", MAX_NAME)       \
	TEXT("description", MAX_TEXT) WORDS("transports", transports)

const struct method methods[] = {
	{"meeting.join", meeting_join, ANYBODY, WAITS_IF_TOLD, PARAMS(
		NEED("room", MAX_NAME) TEXT("meeting", MAX_ID) TEXTS("declined", 64)
		TEXT("pin", MAX_ID) TIME("at") WORDS("transports", transports)
		NUMBER("max_wait_ms", MAX_WAIT_MS))},
	{"meeting.list", meeting_list, ANYBODY, AT_ONCE, PARAMS(
		NEED("room", MAX_NAME) TIME("from") TIME("to"))},
	{"meeting.dial", meeting_dial, ANYBODY, AT_ONCE, PARAMS(
		NEED("room", MAX_NAME) TEXT("provider", MAX_NAME) NEED("meeting_id", MAX_ID)
		TEXT("pin", MAX_ID))},
	{"meeting.outcome", meeting_outcome, ANYBODY, WAITS, PARAMS(
		NEED("room", MAX_NAME) TEXT("meeting", MAX_ID)
		NEED_WORD("transport", transports) NEED_WORD("outcome", outcomes)
		TEXT("detail", 200))},
	{"invite.extract", invite_extract, ANYBODY, WAITS, PARAMS(
		BODY("text") BODY("html") BODY("ics") TEXT("room", MAX_NAME))},

	{"status.get", status_get, ANYBODY, WAITS, PARAMS()},
	{"watch", watch_start, ANYBODY, AT_ONCE, PARAMS(TEXTS("rooms", 10000))},

	{"link.list", link_list, ANYBODY, WAITS, PARAMS()},
	{"link.get", link_get, ANYBODY, WAITS, PARAMS(NEED("name", MAX_NAME))},
	{"link.add", link_add, ADMINS, IN_TURN, PARAMS(NEED("name", MAX_NAME) LINK_PARAMS)},
	{"link.set", link_set, ADMINS, IN_TURN, PARAMS(NEED("name", MAX_NAME) LINK_PARAMS)},
	{"link.remove", link_remove, ADMINS, IN_TURN, PARAMS(NEED("name", MAX_NAME))},
	{"link.test", link_test, ADMINS, WAITS, PARAMS(
		NEED("link", MAX_NAME) TEXTS("rooms", 1000))},
	{"link.rooms", link_rooms, ADMINS, WAITS, PARAMS(NEED("link", MAX_NAME))},

	{"room.list", room_list, ANYBODY, WAITS, PARAMS()},
	{"room.get", room_get, ANYBODY, WAITS, PARAMS(NEED("name", MAX_NAME))},
	{"room.add", room_add, ADMINS, IN_TURN, PARAMS(NEED("name", MAX_NAME) ROOM_PARAMS)},
	{"room.set", room_set, ADMINS, IN_TURN, PARAMS(NEED("name", MAX_NAME) ROOM_PARAMS)},
	{"room.remove", room_remove, ADMINS, IN_TURN, PARAMS(NEED("name", MAX_NAME))},
	{"room.history", room_history, ADMINS, WAITS, PARAMS(
		NEED("room", MAX_NAME) TIME("from") TIME("to"))},
	{"room.poll", room_poll, ADMINS, WAITS, PARAMS(NEED("room", MAX_NAME))},

	{"profile.list", profile_list, ANYBODY, AT_ONCE, PARAMS()},
	{"profile.get", profile_get, ANYBODY, AT_ONCE, PARAMS(NEED("name", MAX_NAME))},
	{"profile.set", profile_set, ADMINS, IN_TURN, PARAMS(
		NEED("name", MAX_NAME) TEXT("address", MAX_TEXT) TEXT("time_zone", MAX_NAME)
		TEXT("country", 2) FLAG("outbound") FLAG("trust_invite_numbers")
		FLAG("prefer_toll_free") FLAG("confirm") FLAG("withhold_subjects")
		TEXTS("countries", 250) TEXTS("allowed_hosts", 100))},
	{"profile.remove", profile_remove, ADMINS, IN_TURN, PARAMS(NEED("name", MAX_NAME))},

	{"provider.list", provider_list, ANYBODY, AT_ONCE, PARAMS()},
	{"provider.get", provider_get, ANYBODY, AT_ONCE, PARAMS(NEED("provider", MAX_NAME))},
	{"provider.set", provider_set, ADMINS, IN_TURN, PARAMS(
		NEED("provider", MAX_NAME) WORD("pin", pins) TEXT("number", MAX_ID)
		NUMBER("id_delay_ms", MAX_DELAY_MS) NUMBER("pin_delay_ms", MAX_DELAY_MS)
		TEXT("sip_endpoint", MAX_TEXT) TEXT("h323_endpoint", MAX_TEXT)
		TEXT("sip_template", MAX_TEXT))},
	{"provider.default", provider_default, ADMINS, IN_TURN, PARAMS(
		NEED("provider", MAX_NAME))},
	{"provider.remove", provider_remove, ADMINS, IN_TURN, PARAMS(
		NEED("provider", MAX_NAME))},

	{"reload", reload, ADMINS, IN_TURN, PARAMS()},
	{"audit.list", audit_list, ADMINS, WAITS, PARAMS(NUMBER("max", 10000))},
	{.name = NULL},
};
