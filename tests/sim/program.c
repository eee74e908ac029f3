#include "sim/program.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/when.h"

static const char usage[] =
	"usage: %s --scenario FILE [OPTION]…\n"
	"A simulated %s on 127.0.0.1, for tests and demonstrations.\n\n"
	"  --scenario FILE    who and what is on it (%s)\n"
	"  --port N           default 0: any that is free\n"
	"  --port-file FILE   write the port there\n"
	"  --tls              https, with a certificate of its own authority\n"
	"  --ca-file FILE     write that authority's certificate there\n"
	"  --now TIME         what the scenario's times count from, default the clock's\n"
	"  --fail ORDER       KIND[=NUMBER][@OPERATION][:COUNT|:always], may stand many "
	"times\n\n"
	"Kinds of faults%s:\n";

int64_t
sim_now(const struct sim_config *c, struct err *err)
{
	int64_t t = when_now() / 60 * 60;
	if (c->now != NULL && !when_parse(c->now, &t)) {
		err_set(err, ERR_CONFIG, "bad_now", "no time: %.40s", c->now);
		err_cure(err, "It is written as 2026-11-23T15:00:00Z.");
		return -1;
	}
	return t;
}

enum { MAX_FAULTS = 32 };

struct arguments {
	struct sim_config config;
	const char *port_file, *ca_file, *faults[MAX_FAULTS];
	size_t n_faults;
};

static void
help(const struct sim_program *p, FILE *to)
{
	struct sim_fault f;
	fprintf(to, usage, p->name, p->what, p->scenarios, p->faults);
	for (size_t i = 0; p->fault(i, &f); i++)
		fprintf(to, "  %-18s %s\n", f.name, f.text);
}

static bool
read_arguments(int argc, char **argv, struct arguments *ret)
{
	static const struct option options[] = {
		{"scenario", required_argument, NULL, 's'},
		{"port", required_argument, NULL, 'p'},
		{"port-file", required_argument, NULL, 'P'},
		{"tls", no_argument, NULL, 't'},
		{"ca-file", required_argument, NULL, 'c'},
		{"now", required_argument, NULL, 'n'},
		{"fail", required_argument, NULL, 'f'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (o == 's')
			ret->config.scenario = optarg;
		else if (o == 'p')
			ret->config.port = (unsigned)strtoul(optarg, NULL, 10);
		else if (o == 'P')
			ret->port_file = optarg;
		else if (o == 't')
			ret->config.tls = true;
		else if (o == 'c')
			ret->ca_file = optarg;
		else if (o == 'n')
			ret->config.now = optarg;
		else if (o == 'f' && ret->n_faults < MAX_FAULTS)
			ret->faults[ret->n_faults++] = optarg;
		else
			return false;
	}
	return optind == argc && ret->config.scenario != NULL && ret->config.port < 65536;
}

static int
fail(const struct sim_program *p, const struct err *err)
{
	fprintf(stderr, "%s: %s\n", p->name, err->text);
	if (err->cure[0] != '\0')
		fprintf(stderr, "  %s\n", err->cure);
	return EXIT_FAILURE;
}

static bool
write_file(const char *path, const char *text)
{
	if (path == NULL)
		return true;
	FILE *f = fopen(path, "w");
	bool ok = f != NULL && fputs(text, f) >= 0;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	if (!ok)
		perror(path);
	return ok;
}

static void
run(const struct sim_program *p, void *x, const sigset_t *signals)
{
	struct err err;
	for (int s; sigwait(signals, &s) == 0 && s == SIGHUP;)
		if (p->reload(x, &err) != ERR_NONE)
			fail(p, &err);
}

int
sim_main(int argc, char **argv, const struct sim_program *p)
{
	struct arguments a = {.n_faults = 0};
	void *x;
	struct err err;
	char port[16];
	sigset_t signals;
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		help(p, stdout);
		return EXIT_SUCCESS;
	}
	if (!read_arguments(argc, argv, &a)) {
		help(p, stderr);
		return 2;
	}
	/* Before there are threads, so that all of them leave these to sigwait. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (p->start(&a.config, &x, &err) != ERR_NONE)
		return fail(p, &err);
	int status = EXIT_SUCCESS;
	for (size_t i = 0; i < a.n_faults && status == EXIT_SUCCESS; i++)
		if (p->fail(x, a.faults[i], &err) != ERR_NONE)
			status = fail(p, &err);
	snprintf(port, sizeof port, "%u\n", p->port(x));
	if (!write_file(a.ca_file, p->ca(x) != NULL ? p->ca(x) : "") ||
		!write_file(a.port_file, port))
		status = EXIT_FAILURE;
	if (status == EXIT_SUCCESS) {
		printf("%s\n", p->url(x));
		fflush(stdout);
		run(p, x, &signals);
	}
	p->stop(x);
	return status;
}
