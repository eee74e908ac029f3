#include "bench/bench.h"

#include <stdlib.h>
#include <time.h>

double
bench_now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double
bench_median(double *samples, size_t n)
{
	qsort(samples, n, sizeof *samples, ascending);
	return samples[n / 2];
}

double
bench_percentile(const double *sorted, size_t n, double p)
{
	size_t i = (size_t)((double)(n - 1) * p / 100);
	return sorted[i];
}

struct bench_result
bench_compare(void (*floor)(void *), void (*subject)(void *), void *arg, size_t rounds)
{
	static double f[1000], s[1000];
	if (rounds > 1000)
		rounds = 1000;
	for (size_t i = 0; i < rounds; i++) {
		double t0 = bench_now_ns();
		floor(arg);
		double t1 = bench_now_ns();
		subject(arg);
		double t2 = bench_now_ns();
		f[i] = t1 - t0;
		s[i] = t2 - t1;
	}
	struct bench_result r = {bench_median(f, rounds), bench_median(s, rounds), 0};
	r.ratio = r.subject_ns / r.floor_ns;
	return r;
}
