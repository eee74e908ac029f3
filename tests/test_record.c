#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/record.h"

struct bench {
	struct arena *a;
	struct buf b;
};

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct bench *t = arena_one(a, struct bench);
	t->a = a;
	buf_init(&t->b, a);
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	arena_free(((struct bench *)*state)->a);
	return 0;
}

static void
write_one_of_each(struct buf *b)
{
	record_put_u8(b, 7);
	record_put_u32(b, UINT32_MAX);
	record_put_i64(b, INT64_MIN);
	record_put_text(b, "caf\xc3\xa9", 100);
	record_put_text(b, NULL, 100);
	record_put_count(b, 2);
	record_put_bytes(b, "a\0b", 3);
	record_put_bytes(b, "", 0);
}

static bool
read_one_of_each(struct record *r)
{
	size_t n;
	bool same = record_u8(r, 7) == 7;
	same &= record_u32(r, UINT32_MAX) == UINT32_MAX;
	same &= record_i64(r, INT64_MIN, INT64_MAX) == INT64_MIN;
	same &= strcmp(record_text(r, 5), "caf\xc3\xa9") == 0;
	same &= record_text_or_null(r, 5) == NULL;
	same &= record_count(r, 2, 6) == 2;
	same &= memcmp(record_bytes(r, 3, &n), "a\0b", 4) == 0 && n == 3;
	same &= *record_bytes(r, 3, &n) == '\0' && n == 0;
	return same && record_done(r);
}

static void
what_was_written_is_read(void **state)
{
	struct bench *t = *state;
	write_one_of_each(&t->b);
	struct record r;
	record_open(&r, t->b.s, t->b.n);
	assert_true(read_one_of_each(&r));
	assert_null(r.wrong);
}

static void
every_shorter_record_is_wrong(void **state)
{
	struct bench *t = *state;
	write_one_of_each(&t->b);
	for (size_t n = 0; n < t->b.n; n++) {
		struct record r;
		char *copy = arena_alloc(
			t->a, n); /* its own bytes, so that a sanitizer sees */
		memcpy(copy, t->b.s, n);
		record_open(&r, copy, n);
		assert_false(read_one_of_each(&r));
		assert_non_null(r.wrong);
	}
	struct record r;
	buf_char(&t->b, 'b');
	record_open(&r, t->b.s, t->b.n);
	assert_false(read_one_of_each(&r)); /* one byte too many */
}

static void
limits_hold_and_an_error_stays(void **state)
{
	struct bench *t = *state;
	record_put_u8(&t->b, 2);
	record_put_u8(&t->b, 1);
	struct record r;
	record_open(&r, t->b.s, t->b.n);
	assert_int_equal(record_u8(&r, 1), 0);
	assert_int_equal(record_u8(&r, 1), 0);
	assert_false(record_done(&r));

	buf_init(&t->b, t->a);
	record_put_text(&t->b, "four", 100);
	record_open(&r, t->b.s, t->b.n);
	assert_string_equal(record_text(&r, 3), "");
	assert_non_null(r.wrong);

	buf_init(&t->b, t->a);
	record_put_count(&t->b, 3);
	record_put_u32(&t->b, 0);
	record_open(&r, t->b.s, t->b.n);
	assert_int_equal(
		record_count(&r, 10, 2), 0); /* five bytes cannot hold three of two */
	record_open(&r, t->b.s, t->b.n);
	assert_int_equal(record_count(&r, 2, 1), 0);
	record_open(&r, t->b.s, t->b.n);
	assert_int_equal(record_count(&r, 3, 1), 3);

	buf_init(&t->b, t->a);
	record_put_i64(&t->b, -1);
	record_open(&r, t->b.s, t->b.n);
	assert_int_equal(record_i64(&r, 0, 10), 0);
	assert_non_null(r.wrong);
}

static void
text_is_utf_8_on_both_sides(void **state)
{
	struct bench *t = *state;
	struct record r;
	record_put_text(&t->b,
		"a\xff"
		"b\xc3\xa9",
		6); /* a, U+FFFD, b; the é has no room */
	record_open(&r, t->b.s, t->b.n);
	assert_string_equal(record_text(&r, 6), "a\xef\xbf\xbd"
						"b");
	assert_true(record_done(&r));

	buf_init(&t->b, t->a);
	record_put_text(&t->b, "caf\xc3\xa9", 4); /* never half a character */
	record_open(&r, t->b.s, t->b.n);
	assert_string_equal(record_text(&r, 4), "caf");

	static const char *const hostile[] = {"a\xff", "\xed\xa0\x80"};
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		buf_init(&t->b, t->a);
		record_put_bytes(&t->b, hostile[i], strlen(hostile[i]));
		t->b.s[0] = 's'; /* as a text that was not written by us */
		record_open(&r, t->b.s, t->b.n);
		assert_null(record_text_or_null(&r, 100));
		assert_non_null(r.wrong);
	}
	buf_init(&t->b, t->a);
	record_put_bytes(&t->b, "a\0b", 3);
	t->b.s[0] = 's';
	record_open(&r, t->b.s, t->b.n);
	assert_string_equal(record_text(&r, 100), "");
	assert_non_null(r.wrong);
}

static void
null_where_a_text_must_be_is_wrong(void **state)
{
	struct bench *t = *state;
	record_put_text(&t->b, NULL, 1);
	struct record r;
	record_open(&r, t->b.s, t->b.n);
	assert_string_equal(record_text(&r, 1), "");
	assert_non_null(r.wrong);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_written_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			every_shorter_record_is_wrong, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			limits_hold_and_an_error_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			text_is_utf_8_on_both_sides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			null_where_a_text_must_be_is_wrong, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
