/* Every exchange in docs/socket.md, had for real: what is written there is answered, and
 * every method is there. An "…" stands for anything. */
#include "help/office.h"

#include "serve/rpc.h"

static bool says(const json_t *real, const json_t *written);

static bool
any_says(const json_t *list, const json_t *written)
{
	size_t i;
	json_t *v;
	json_array_foreach (list, i, v)
		if (says(v, written))
			return true;
	return false;
}

/* Whether all that is written is there; more may be. */
static bool
says(const json_t *real, const json_t *written)
{
	const char *key, *text = json_string_value(written);
	size_t i;
	json_t *v;
	if (real == NULL || json_typeof(real) != json_typeof(written))
		return false;
	if (text != NULL && strcmp(text, "…") == 0)
		return true;
	json_object_foreach ((json_t *)written, key, v)
		if (!says(json_object_get(real, key), v))
			return false;
	json_array_foreach (written, i, v)
		if (!any_says(real, v))
			return false;
	return json_is_object(written) || json_is_array(written) ||
	       json_equal(real, written);
}

/* The JSON after a mark, over the lines that follow; *at moves past it. */
static json_t *
read_piece(struct arena *a, const char **at, const char *mark)
{
	const char *start = strstr(*at, mark);
	if (start == NULL)
		return NULL;
	start += strlen(mark);
	const char *end = strstr(start, "\n\n"), *other = strstr(start, "    ← ");
	if (other != NULL && (end == NULL || other < end))
		end = other;
	size_t n = end != NULL ? (size_t)(end - start) : strlen(start);
	const char *text = arena_strndup(a, start, n);
	json_error_t why;
	json_t *v = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	if (v == NULL)
		fail_msg("%s in %s", why.text, text);
	*at = start + n;
	return v;
}

static void
exchange(struct office *o, const json_t *request, const json_t *answer)
{
	char *text = json_dumps(request, JSON_COMPACT);
	line_send(o->c, text, strlen(text));
	line_send(o->c, "\n", 1);
	json_t *real = line_json(o->c);
	while (json_object_get(real, "method") != NULL) { /* a notification */
		json_decref(real);
		real = line_json(o->c);
	}
	if (!says(real, answer))
		fail_msg("asked   %s\nanswers %s\nnot     %s", text,
			json_dumps(real, JSON_INDENT(1)),
			json_dumps(answer, JSON_INDENT(1)));
	json_decref(real);
	free(text);
}

/* What the page's examples speak of. */
static void
set_the_scene(struct office *o)
{
	static const struct link_status links[] = {{.link = "hq",
		.err = {.grade = ERR_DENIED,
			.code = "ErrorAccessDenied",
			.text = "may not read",
			.cure = "Grant it."},
		.err_since = THREE - 40 * 60,
		.last_good = THREE - 60,
		.retry_at = THREE + 240,
		.password_expires = THREE + 30 * 86400,
		.credential_kind = "password",
		.renew = "Set a new one.",
		.server_version = "15.2.1544.9",
		.requests_hour = 12,
		.rooms = 2,
		.rooms_ok = 1}};
	static const struct room_status rooms[] = {{.room = ROOM,
		.link = "hq",
		.synced_at = THREE - 29,
		.next_poll = THREE + 31,
		.meetings = 5,
		.joinable = 4,
		.requests_hour = 12}};
	o->core.status = (struct core_status){.started = THREE - 3600,
		.links = links,
		.n_links = 1,
		.rooms = rooms,
		.n_rooms = 1};
	o->core.extraction = zoom(o, false);
	fake_put(&o->core, SITE_ROOMS,
		&(struct room){.name = "SEA_38_0022",
			.mailbox = "sea-38-0022@example.com",
			.link = "hq",
			.profile = "default"});
	fake_book(&o->core, "SEA_38_0022", THREE - 29, THREE - 86400, THREE + 7 * 86400,
		NULL, 0);
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
}

static void
the_page_says_what_is_so(void **state)
{
	struct office *o = *state;
	const char *page = help_read(o->a, "docs/socket.md", NULL), *at = page;
	size_t n = 0;
	set_the_scene(o);
	for (json_t *request; (request = read_piece(o->a, &at, "    → ")) != NULL; n++) {
		json_t *answer = read_piece(o->a, &at, "    ← ");
		exchange(o, request, answer);
		json_decref(request);
		json_decref(answer);
	}
	for (const struct method *m = methods; m->name != NULL; m++)
		if (strstr(page, arena_printf(o->a, "\"method\":\"%s\"", m->name)) ==
			NULL)
			fail_msg("docs/socket.md does not show %s", m->name);
	assert_true(n > 30);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, office_set_up, office_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_page_says_what_is_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
