#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "credential.h"
#include "help/help.h"

static struct arena *a;
static const char *dir;

static int
setup(void **state)
{
	(void)state;
	a = arena_new(0);
	dir = help_tmpdir(a);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static const char *
put(const char *name, const char *bytes, mode_t mode)
{
	const char *path = arena_printf(a, "%s/%s", dir, name);
	help_write(path, bytes, strlen(bytes));
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static void
what_was_written_is_read(void **state)
{
	(void)state;
	struct err err;
	struct credential c;
	static const char secret[] = "q:\"\\ü \xe2\x82\xac 4";
	const char *below = arena_printf(a, "%s/credentials", dir);
	assert_int_equal(credential_write(below, "hq-1", secret, &err), ERR_NONE);
	struct stat st;
	assert_int_equal(stat(arena_printf(a, "%s/hq-1", below), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(below, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(credential_read(below, "hq-1", &c, &err), ERR_NONE);
	assert_string_equal(c.secret, secret);
	assert_true(c.version == credential_version(below, "hq-1"));
	int64_t before = c.version;
	credential_wipe(&c);
	assert_null(c.secret);
	assert_int_equal(credential_write(below, "hq-1", "other", &err), ERR_NONE);
	assert_true(credential_version(below, "hq-1") != before);
}

static void
one_newline_is_taken_off(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *secret;
	} cases[] = {{"quill&7", "quill&7"}, {"quill&7\n", "quill&7"},
		{"quill&7\r\n", "quill&7"}, {" quill&7 \n", " quill&7 "},
		{"{\n\t\"type\": 1\n}\n", "{\n\t\"type\": 1\n}"},
		{"-----BEGIN CERTIFICATE-----\r\nAA\r\n", "-----BEGIN CERTIFICATE-----\r\nAA"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err;
		struct credential c;
		put("hq", cases[i].bytes, 0600);
		assert_int_equal(credential_read(dir, "hq", &c, &err), ERR_NONE);
		assert_string_equal(c.secret, cases[i].secret);
		assert_int_equal(c.size, strlen(cases[i].secret));
		credential_wipe(&c);
	}
}

static void
what_others_may_read_is_refused(void **state)
{
	(void)state;
	struct err err;
	struct credential c;
	static const mode_t modes[] = {0644, 0640, 0604, 0620};
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		const char *path = put("hq", "secret-canary", modes[i]);
		assert_int_equal(credential_read(dir, "hq", &c, &err), ERR_DENIED);
		assert_string_equal(err.code, "credential_open");
		assert_string_equal(err.cure, arena_printf(a, "chmod 600 %s", path));
		assert_null(strstr(err.text, "canary"));
	}
	put("hq", "secret", 0400);
	assert_int_equal(credential_read(dir, "hq", &c, &err), ERR_NONE);
	credential_wipe(&c);
	/* systemd's access list shows as the group's bits */
	put("hq", "secret", 0440);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_int_equal(credential_read(dir, "hq", &c, &err), ERR_NONE);
	credential_wipe(&c);
	put("hq", "secret", 0444);
	assert_int_equal(credential_read(dir, "hq", &c, &err), ERR_DENIED);
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void
what_is_no_password_is_refused(void **state)
{
	(void)state;
	struct err err;
	struct credential c;
	char *large = arena_alloc(a, CREDENTIAL_MAX + 2);
	memset(large, 'x', CREDENTIAL_MAX + 1);
	const char *const bad[] = {"", "\n", "two\nlines\n", "tab\t", "{\x01}....................", large};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put("hq", bad[i], 0600);
		assert_int_equal(credential_read(dir, "hq", &c, &err), ERR_DENIED);
		assert_string_equal(err.code, "credential_unusable");
		assert_int_equal(
			credential_write(dir, "fresh", bad[i], &err), ERR_DENIED);
	}
	large[CREDENTIAL_MAX] = '\0';
	assert_int_equal(credential_write(dir, "fresh", large, &err), ERR_NONE);
	assert_int_equal(credential_read(dir, "fresh", &c, &err), ERR_NONE);
	credential_wipe(&c);
}

static void
only_plain_files_by_plain_names(void **state)
{
	(void)state;
	struct err err;
	struct credential c;
	const char *target = put("target", "secret", 0600);
	assert_int_equal(symlink(target, arena_printf(a, "%s/link", dir)), 0);
	assert_int_equal(mkfifo(arena_printf(a, "%s/fifo", dir), 0600), 0);
	static const char *const bad[] = {"link", "fifo", "absent", "", "../target",
		"a/b", ".", "..", "a b", "a.b"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(credential_read(dir, bad[i], &c, &err), ERR_DENIED);
		assert_true(err.cure[0] != '\0');
	}
	assert_int_equal(credential_version(dir, "absent"), 0);
	assert_int_equal(credential_version(dir, "../target"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_written_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(
			one_newline_is_taken_off, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_others_may_read_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_no_password_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			only_plain_files_by_plain_names, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
