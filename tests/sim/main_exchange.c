/*
 * sim-exchange: the simulated Exchange as a program
 *
 * For the demonstration and for trying things by hand. SIGHUP reads the scenario again,
 * SIGTERM and SIGINT end it.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "sim/exchange.h"

static const char usage[] =
	"usage: sim-exchange --scenario FILE [OPTION]…\n"
	"A simulated Exchange server on 127.0.0.1, for tests and demonstrations.\n\n"
	"  --scenario FILE    who and what is on it "
	"(fixtures/calendars/exchange/README.md)\n"
	"  --port N           default 0: any that is free\n"
	"  --port-file FILE   write the port there\n"
	"  --tls              https, with a certificate of its own authority\n"
	"  --ca-file FILE     write that authority's certificate there\n"
	"  --now TIME         what the scenario's times count from, default the clock's\n"
	"  --fail ORDER       KIND[=NUMBER][@OPERATION][:COUNT|:always], may stand many "
	"times\n\n"
	"Kinds of faults, besides every ResponseCode (ErrorTimeoutExpired for each room "
	"or\n"
	"item, fault-ErrorTimeoutExpired for the whole request):\n";

enum { MAX_FAULTS = 32 };

struct arguments {
	struct exchange_config config;
	const char *port_file, *ca_file, *faults[MAX_FAULTS];
	size_t n_faults;
};

static void
help(FILE *to)
{
	struct exchange_fault f;
	fputs(usage, to);
	for (size_t i = 0; exchange_fault(i, &f); i++)
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
fail(const struct err *err)
{
	fprintf(stderr, "sim-exchange: %s\n", err->text);
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
run(struct exchange *x, const sigset_t *signals)
{
	struct err err;
	for (int s; sigwait(signals, &s) == 0 && s == SIGHUP;)
		if (exchange_reload(x, &err) != ERR_NONE)
			fail(&err);
}

int
main(int argc, char **argv)
{
	struct arguments a = {.n_faults = 0};
	struct exchange *x;
	struct err err;
	char port[16];
	sigset_t signals;
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		help(stdout);
		return EXIT_SUCCESS;
	}
	if (!read_arguments(argc, argv, &a)) {
		help(stderr);
		return 2;
	}
	/* Before there are threads, so that all of them leave these to sigwait. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (exchange_start(&a.config, &x, &err) != ERR_NONE)
		return fail(&err);
	int status = EXIT_SUCCESS;
	for (size_t i = 0; i < a.n_faults && status == EXIT_SUCCESS; i++)
		if (exchange_fail(x, a.faults[i], &err) != ERR_NONE)
			status = fail(&err);
	snprintf(port, sizeof port, "%u\n", exchange_port(x));
	if (!write_file(a.ca_file, exchange_ca(x) != NULL ? exchange_ca(x) : "") ||
		!write_file(a.port_file, port))
		status = EXIT_FAILURE;
	if (status == EXIT_SUCCESS) {
		printf("%s\n", exchange_url(x));
		fflush(stdout);
		run(x, &signals);
	}
	exchange_stop(x);
	return status;
}
