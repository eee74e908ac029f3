/* When what a link proves itself with ends: who is told, and what a new one changes. */
#include "help/town.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "credential.h"
#include "reader/reader.h"

enum { DAY = 24 * 3600 };

/* What is logged from now on, in a file. */
struct journal {
	const char *path;
	int was;
};

static struct journal
journal_open(struct town *t)
{
	struct journal j = {arena_printf(t->a, "%s/journal", help_tmpdir(t->a)),
		dup(STDERR_FILENO)};
	int fd = open(j.path, O_CREAT | O_WRONLY | O_APPEND, 0600);
	assert_true(fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
	close(fd);
	log_threshold(LOG_LEVEL_WARN);
	return j;
}

static void
journal_close(struct journal *j)
{
	log_threshold(LOG_LEVEL_ERROR);
	dup2(j->was, STDERR_FILENO);
	close(j->was);
}

static char *
journal_read(struct town *t, const struct journal *j)
{
	char *text = NULL;
	size_t n;
	town_ok(t, file_read(t->a, j->path, 1 << 20, &text, &n, &t->err));
	return text;
}

static size_t
journal_count(struct town *t, const struct journal *j, const char *what)
{
	size_t n = 0;
	char *text = journal_read(t, j);
	for (const char *s = text; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

/* Fails where it can be seen. */
static void
journal_has(struct town *t, struct journal *j, const char *what, size_t n)
{
	if (journal_count(t, j, what) == n)
		return;
	journal_close(j);
	fail_msg("not %zu times \"%s\" in: %s", n, what, journal_read(t, j));
}

static void
journal_waits_for(struct town *t, struct journal *j, const char *what, size_t n)
{
	int64_t until = when_monotonic_ms() + TOWN_PATIENCE_MS;
	while (journal_count(t, j, what) < n && when_monotonic_ms() < until)
		nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
	journal_has(t, j, what, n);
}

/* `n` polls a minute apart. */
static void
go_on(struct town *t, int n)
{
	for (int i = 0; i < n; i++) {
		town_pass(t, 61);
		town_wait(t, town_all_fresh);
	}
}

static void
each_step_is_logged_once(void **state)
{
	struct town *t = *state;
	/* Ten days are left at first: 14, 7, 3, 1, and daily when it is over. */
	static const struct {
		int days;
		size_t lines;
	} steps[] = {{0, 1}, {1, 1}, {1, 2}, {3, 2}, {1, 3}, {1, 3}, {1, 4}, {1, 5}, {1, 6},
		{1, 7}};
	town_build(t, 1);
	struct journal j = journal_open(t);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		town_pass(t, steps[i].days * DAY);
		go_on(t, 3);
		journal_waits_for(t, &j, "link=hq the password of " TOWN_USER, steps[i].lines);
		journal_has(t, &j, "the password of", steps[i].lines);
	}
	journal_has(t, &j, "has ended", 2);
	journal_has(t, &j, "`convoke link set hq --ask-password`", 7);
	journal_close(&j);
}

static bool
is_in_trouble(struct town *t, const struct core_status *s)
{
	(void)t;
	return s->links[0].err.grade != ERR_NONE;
}

static bool
knows_the_end(struct town *t, const struct core_status *s)
{
	(void)t;
	return s->links[0].password_expires != 0;
}

/* Ended, and so refused: it is told all the same, each day. */
static void
a_link_that_is_refused_is_told_of_too(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	go_on(t, 1);
	town_wait(t, knows_the_end);
	town_put_account(t, TOWN_USER, "another-1");
	town_pass(t, 61);
	town_wait(t, is_in_trouble);
	struct journal j = journal_open(t);
	for (size_t i = 1; i <= 3; i++) {
		town_pass(t, (i == 1 ? 11 : 1) * DAY);
		journal_waits_for(t, &j, "has ended", i);
	}
	journal_close(&j);
}

static bool
ends_later(struct town *t, const struct core_status *s)
{
	(void)t;
	return s->links[0].password_expires == TOWN_START + 40 * DAY;
}

/* Replaced in its file, as a configuration tool does, between two polls. */
static void
a_replaced_password_costs_no_poll(void **state)
{
	struct town *t = *state;
	static const struct exchange_grant all[] = {{"*", "Reviewer"}};
	town_build(t, 2);
	go_on(t, 1);
	town_wait(t, knows_the_end);
	town_ok(t, exchange_put_account(t->x, &(struct exchange_account){.user = TOWN_USER,
						      .password = "another-1",
						      .mailbox = TOWN_USER,
						      .password_expires = "+40d",
						      .rights = all,
						      .rights_count = 1},
			   &t->err));
	town_ok(t, credential_write(t->config.credentials, "hq", "another-1", &t->err));
	struct journal j = journal_open(t);
	go_on(t, 3);
	town_wait(t, ends_later); /* the new one was asked about at once */
	journal_has(t, &j, "link=hq grade=", 0);
	journal_has(t, &j, "room=", 0);
	journal_close(&j);
	assert_int_equal(town_link_status(t)->err.grade, ERR_NONE);
}

/* Entra does not say when a client secret ends. */
static void
an_end_that_nobody_tells_is_noted(void **state)
{
	struct town *t = *state;
	struct link l = {.name = "hq",
		.kind = "office365",
		.url = "https://graph.microsoft.com/v1.0",
		.user = "6f1c2d7a-0000-4000-8000-000000000001",
		.token_url = "https://login.microsoftonline.com/example.com/oauth2/v2.0/token",
		.secret_expires = TOWN_START + 5 * DAY};
	town_start(t);
	town_ok(t, core_link_put(t->c, &l, "secret-of-entra", false, TOWN_WHO, &t->err));
	for (int i = 0; i < 2; i++) {
		const struct link_status *s = town_link_status(t);
		assert_int_equal(s->password_expires, TOWN_START + 5 * DAY);
		assert_string_equal(s->credential_kind, "client secret");
		assert_non_null(strstr(s->renew, "--secret-expires DATE"));
		town_restart(t);
	}
	struct journal j = journal_open(t);
	town_pass(t, 61);
	journal_waits_for(t, &j, "link=hq the client secret of 6f1c2d7a", 1);
	journal_close(&j);
	l.secret_expires = 0;
	town_ok(t, core_link_put(t->c, &l, NULL, true, TOWN_WHO, &t->err));
	assert_int_equal(town_link_status(t)->password_expires, 0);
	assert_null(town_link_status(t)->renew);
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		TOWN_TEST(each_step_is_logged_once),
		TOWN_TEST(a_link_that_is_refused_is_told_of_too),
		TOWN_TEST(a_replaced_password_costs_no_poll),
		TOWN_TEST(an_end_that_nobody_tells_is_noted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
