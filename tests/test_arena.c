#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"

static void
hands_out_zeroed_aligned_memory(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(a, size);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
	}
	arena_free(a);
}

static void
pieces_do_not_overlap_across_blocks(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	char *small = arena_strdup(a, "first");
	char *large = arena_alloc(a, 1 << 20);
	char *after = arena_strdup(a, "after");
	memset(large, 'x', 1 << 20);
	assert_string_equal(small, "first");
	assert_string_equal(after, "after");
	assert_string_equal(arena_printf(a, "%s-%d", "n", 7), "n-7");
	arena_free(a);
}

/* Runs `exhaust` in a child, since it ends the process. */
static int
status_of(void (*exhaust)(void))
{
	pid_t pid = fork();
	if (pid == 0) {
		close(STDERR_FILENO);
		exhaust();
		_exit(0);
	}
	int status = -1;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
fill_to_the_limit(void)
{
	struct arena *a = arena_new(256 * 1024);
	for (int i = 0; i < 200; i++)
		arena_alloc(a, 1000);
	arena_free(a);
}

static void
fill_past_the_limit(void)
{
	struct arena *a = arena_new(256 * 1024);
	for (int i = 0; i < 300; i++)
		arena_alloc(a, 1000);
	arena_free(a);
}

static void
overflow_an_array(void)
{
	arena_array(arena_new(0), SIZE_MAX / 4, 16);
}

static void
the_limit_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(status_of(fill_to_the_limit), 0);
	assert_int_equal(status_of(fill_past_the_limit), ARENA_EXHAUSTED);
	assert_int_equal(status_of(overflow_an_array), ARENA_EXHAUSTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_zeroed_aligned_memory),
		cmocka_unit_test(pieces_do_not_overlap_across_blocks),
		cmocka_unit_test(the_limit_ends_the_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
