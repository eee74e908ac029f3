#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { A_MOMENT_MS = 700, AGAIN_MS = 100, CELLS = 30 };

static int64_t
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
progress_start(struct progress *p, size_t of)
{
	*p = (struct progress){.of = of,
		.watched = of > 1 && isatty(STDERR_FILENO),
		.next_ms = now_ms() + A_MOMENT_MS};
}

void
progress_at(struct progress *p, size_t done)
{
	if (!p->watched || now_ms() < p->next_ms)
		return;
	size_t full = done * CELLS / p->of;
	char bar[CELLS + 1];
	for (size_t i = 0; i < CELLS; i++)
		bar[i] = i < full ? '#' : '.';
	bar[CELLS] = '\0';
	fflush(stdout);
	fprintf(stderr, "\r[%s] %zu of %zu\033[K", bar, done, p->of);
	p->shown = true;
	p->next_ms = now_ms() + AGAIN_MS;
}

void
progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
