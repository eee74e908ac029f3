#include "help/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "help/help.h"

void
speak_as(struct env *e, const char *user, const char *password)
{
	http_free(e->h);
	struct http_config c = {.url = exchange_url(e->x),
		.user = user,
		.password = password,
		.loopback = true,
		.total_ms = 5000};
	assert_int_equal(http_new(&c, &e->h, &e->err), ERR_NONE);
}

void
open_env(struct env *e, const char *scenario)
{
	memset(e, 0, sizeof *e);
	e->a = arena_new(0);
	struct sim_config c = {
		.scenario = scenario != NULL ? help_path(e->a, scenario) : NULL,
		.now = NOW,
		.keep = 100};
	if (exchange_start(&c, &e->x, &e->err) != ERR_NONE)
		fail_msg("%s", e->err.text);
}

void
open_two_rooms(struct env *e)
{
	static const struct exchange_grant all[] = {{"*", "Reviewer"}};
	static const struct exchange_account account = {.user = "svc@example.com",
		.password = "quill&7",
		.rights = all,
		.rights_count = 1};
	static const char *const rooms[] = {"one@example.com", "two@example.com"};
	open_env(e, NULL);
	assert_int_equal(exchange_put_account(e->x, &account, &e->err), ERR_NONE);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			exchange_put_room(e->x,
				&(struct sim_room){.mailbox = rooms[i]}, &e->err),
			ERR_NONE);
	speak_as(e, account.user, account.password);
}

void
close_env(struct env *e)
{
	http_free(e->h);
	exchange_stop(e->x);
	arena_free(e->a);
}

int
send_to(struct env *e, const char *path, const char *type, const char *body)
{
	const char *headers[] = {e->header};
	struct http_ask ask = {.method = HTTP_POST,
		.url = arena_printf(
			e->a, "http://127.0.0.1:%u%s", exchange_port(e->x), path),
		.headers = headers,
		.n_headers = e->header != NULL,
		.body = body,
		.body_size = strlen(body),
		.content_type = type};
	memset(&e->answer, 0, sizeof e->answer);
	err_clear(&e->err);
	e->header = NULL;
	return http_do(e->h, &ask, e->a, &e->answer, &e->err);
}

void
expect(struct env *e, const char *body, long status, const char *within)
{
	if (send_to(e, "/EWS/Exchange.asmx", "text/xml; charset=utf-8", body) != ERR_NONE)
		fail_msg("%s", e->err.text);
	if (e->answer.status != status || strstr(e->answer.body, within) == NULL)
		fail_msg("%ld instead of %ld, or no %s in: %s", e->answer.status, status,
			within, e->answer.body);
}

size_t
occurrences(const char *text, const char *what)
{
	size_t n = 0;
	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

void
has(const struct env *e, const char *within)
{
	if (strstr(e->answer.body, within) == NULL)
		fail_msg("no %s in: %s", within, e->answer.body);
}

void
has_not(const struct env *e, const char *within)
{
	if (strstr(e->answer.body, within) != NULL)
		fail_msg("%s is in: %s", within, e->answer.body);
}

const char *
between(struct arena *a, const char *text, const char *open, const char *close, size_t n)
{
	const char *s = text;
	for (size_t i = 0; i <= n; i++) {
		s = strstr(s, open);
		if (s == NULL)
			fail_msg("fewer than %zu of %s in: %s", n + 1, open, text);
		s += strlen(open);
	}
	const char *end = strstr(s, close);
	if (end == NULL)
		fail_msg("no %s after %s in: %s", close, open, text);
	return arena_strndup(a, s, (size_t)(end - s));
}

void
put_meeting(struct env *e, const char *mailbox, const struct sim_meeting *m)
{
	if (exchange_put(e->x, mailbox, m, &e->err) != ERR_NONE)
		fail_msg("%s", e->err.text);
}
