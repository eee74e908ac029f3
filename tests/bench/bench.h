/*
 * bench: timing as ratios to a floor of the same run
 *
 * Subject and floor are run in turns, and medians compared: absolute times move twofold on a
 * shared machine, ratios hardly.
 *
 * Threads: one.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

struct bench_result {
	double floor_ns, subject_ns; /* medians */
	double ratio;
};

/* Runs floor(arg) and subject(arg) alternately `rounds` times (at most 1000). */
struct bench_result bench_compare(void (*floor)(void *), void (*subject)(void *), void *arg,
	size_t rounds);

double bench_now_ns(void); /* monotonic */

/* Sorts; returns the median. */
double bench_median(double *samples, size_t n);

/* The p-th percentile, 0 to 100, of sorted samples. */
double bench_percentile(const double *sorted, size_t n, double p);

#endif
