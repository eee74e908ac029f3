/*
 * program: a simulated service as a program
 *
 * For the demonstration and for trying things by hand. SIGHUP reads the scenario again,
 * SIGTERM and SIGINT end it.
 *
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef SIM_PROGRAM_H
#define SIM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/* What every simulated service is started with. */
struct sim_config {
	const char *scenario; /* a file; NULL: nobody and nothing */
	const char *now;      /* RFC 3339; NULL: the clock's, in whole minutes */
	unsigned port;        /* 0: any */
	bool tls, expired;    /* its certificate has been since 2001 */
	size_t keep;          /* how many requests it can show; the first ones */
};

/* The time that a scenario's count from; -1: no time, `err` says so. */
int64_t sim_now(const struct sim_config *c, struct err *err);

struct sim_fault {
	const char *name, *text;
};

struct sim_program {
	const char *name, *what; /* "sim-exchange", "Exchange server" */
	const char *scenarios;   /* the file that tells their format */
	const char *faults;      /* which kinds there are besides the table's; or "" */
	bool (*fault)(size_t i, struct sim_fault *ret); /* false: there are no more */
	int (*start)(const struct sim_config *c, void **ret, struct err *err);
	void (*stop)(void *x); /* takes NULL */
	int (*reload)(void *x, struct err *err);
	int (*fail)(void *x, const char *order, struct err *err);
	const char *(*url)(const void *x);
	unsigned (*port)(const void *x);
	const char *(*ca)(const void *x); /* PEM; NULL without TLS */
};

int sim_main(int argc, char **argv, const struct sim_program *p);

#endif
