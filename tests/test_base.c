#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/utf8.h"
#include "base/when.h"
#include "help/help.h"

static void
utf8_refuses_what_rfc_3629_does(void **state)
{
	(void)state;
	static const char *const bad[] = {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	static const unsigned good[] = {0x24, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd,
		0x10000, 0x10ffff};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		char out[4];
		unsigned cp;
		size_t n = utf8_put(good[i], out);
		assert_int_equal(utf8_next(out, n, &cp), n);
		assert_int_equal(cp, good[i]);
	}
	assert_int_equal(utf8_cut("a\xe2\x82\xac", 4, 3), 1);
}

static void
buf_grows_and_escapes(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct buf b;
	buf_init(&b, a);
	assert_string_equal(b.s, "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%03d", i);
	assert_int_equal(b.n, 3000);
	assert_memory_equal(b.s + 2997, "999", 4);
	buf_init(&b, a);
	buf_xml(&b, "<a b=\"c\">&'");
	assert_string_equal(b.s, "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
	arena_free(a);
}

static void
when_reads_and_writes_rfc_3339(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t t;
	} good[] = {{"1970-01-01T00:00:00Z", 0}, {"2026-11-23T15:00:00Z", 1795446000},
		{"2026-11-23T16:00:00+01:00", 1795446000},
		{"2026-11-23T07:00:00.1234567-08:00", 1795446000}, {"2024-02-29T00:00:00Z", 1709164800}};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		int64_t t = -1;
		assert_true(when_parse(good[i].text, &t));
		assert_int_equal(t, good[i].t);
	}
	char buf[WHEN_TEXT];
	assert_string_equal(when_text(1795446000, buf), "2026-11-23T15:00:00Z");
	static const char *const bad[] = {"", "2026-11-23", "2026-11-23T15:00:00",
		"2026-11-23T15:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
		"2026-11-23T24:00:00Z", "2026-11-23T15:00:00+1:00", "2026-11-23T15:00:00Z ",
		"1969-12-31T23:59:59Z"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int64_t t;
		if (when_parse(bad[i], &t))
			fail_msg("took %s", bad[i]);
	}
}

static void
files_are_read_whole_or_refused_by_name(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a);
	help_write(arena_printf(a, "%s/b.yaml", dir), "b", 1);
	help_write(arena_printf(a, "%s/a.yaml", dir), "aa", 2);
	help_write(arena_printf(a, "%s/c.txt", dir), "c", 1);
	char **paths, *bytes;
	size_t n, size;
	struct err err;
	assert_int_equal(file_list(a, dir, ".yaml", &paths, &n, &err), ERR_NONE);
	assert_int_equal(n, 2);
	assert_string_equal(paths[0], arena_printf(a, "%s/a.yaml", dir));
	assert_int_equal(file_read(a, paths[0], 2, &bytes, &size, &err), ERR_NONE);
	assert_string_equal(bytes, "aa");
	assert_int_equal(file_read(a, paths[0], 1, &bytes, &size, &err), ERR_LIMIT);
	assert_non_null(strstr(err.text, paths[0]));
	assert_int_equal(file_read(a, "/nowhere/x", 1, &bytes, &size, &err), ERR_CONFIG);
	assert_non_null(strstr(err.text, "/nowhere/x"));
	assert_int_equal(file_list(a, "/nowhere", "", &paths, &n, &err), ERR_NONE);
	assert_int_equal(n, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_refuses_what_rfc_3629_does),
		cmocka_unit_test(buf_grows_and_escapes),
		cmocka_unit_test(when_reads_and_writes_rfc_3339),
		cmocka_unit_test(files_are_read_whole_or_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
