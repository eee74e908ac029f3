/*
 * soak: many generated invites, judged; what fails is made small and kept
 *
 *     soak [-n COUNT] [-s SEED] [-j JOBS] [-d DIRECTORY] [-t TEMPLATES] [-k VERDICT]
 *
 * JOBS processes take turns; an interrupt ends the soak and prints what is known. -k keeps
 * "asked" or "incomplete" invites too, -t reads other templates. Exits 1 when one is wrong.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "generate/reduce.h"
#include "generate/tally.h"

enum { MAX_JOBS = 64, MOST_KEPT = 20 }; /* kept by one process */

struct soak {
	uint64_t count, seed;
	int jobs;
	const char *root, *dir, *templates;
	enum verdict keep; /* from this one on */
	struct court court;
	struct generator *generator;
	struct tally *tallies; /* shared, one a process */
};

static volatile sig_atomic_t stopped;

static void
stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void
keep(const struct soak *k, const struct sample *s, const struct judgement *j)
{
	struct arena *a = arena_new(0);
	struct sample small;
	reduce(a, &k->court, k->generator, s->seed, j, &small);
	struct judgement again =
		verdict_of(a, &k->court, &small, small.bytes, small.size);
	const char *path = reduce_save(a, k->dir, &small, &again);
	printf("\r%s %llu %s, %s, %s, %s: %s\n    %s\n", verdict_name(j->verdict),
		(unsigned long long)s->seed, s->choices[0], s->choices[1], s->choices[2],
		s->choices[3], j->why, path != NULL ? path : "(not written)");
	fflush(stdout);
	arena_free(a);
}

static void
work(const struct soak *k, int me)
{
	struct tally *t = &k->tallies[me];
	int kept = 0;
	for (uint64_t i = (uint64_t)me; i < k->count && !stopped;
		i += (uint64_t)k->jobs) {
		struct arena *a = arena_new(0);
		struct sample s;
		generate(a, k->generator, k->seed + i, 0, &s);
		struct judgement j = verdict_of(a, &k->court, &s, s.bytes, s.size);
		tally_add(t, &s, &j);
		if (j.verdict >= k->keep && kept++ < MOST_KEPT)
			keep(k, &s, &j);
		arena_free(a);
	}
}

static void
show_progress(const struct soak *k)
{
	uint64_t n = 0, wrong = 0;
	for (int i = 0; i < k->jobs; i++) {
		n += tally_all(&k->tallies[i]);
		wrong += k->tallies[i].counts[VERDICT_WRONG];
	}
	fprintf(stderr, "\r%llu of %llu, %llu wrong ", (unsigned long long)n,
		(unsigned long long)k->count, (unsigned long long)wrong);
}

/* Starts the processes and waits for all of them; false when one died. */
static bool
run(const struct soak *k)
{
	int left = 0;
	bool whole = true;
	for (int i = 0; i < k->jobs; i++) {
		fflush(NULL);
		pid_t child = fork();
		if (child == 0) {
			work(k, i);
			fflush(stdout);
			_exit(0);
		}
		left += child > 0;
		whole &= child > 0;
	}
	while (left > 0) {
		int status;
		pid_t ended = waitpid(-1, &status, WNOHANG);
		if (ended > 0) {
			left--;
			whole &= status == 0;
			continue;
		}
		if (isatty(STDERR_FILENO))
			show_progress(k);
		usleep(100000);
	}
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
	return whole;
}

static int
usage(void)
{
	fprintf(stderr,
		"usage: soak [-n COUNT] [-s SEED] [-j JOBS] [-d DIRECTORY] [-t TEMPLATES] "
		"[-k incomplete|asked|wrong]\n");
	return 2;
}

static bool
read_options(int argc, char **argv, struct soak *k)
{
	for (int o; (o = getopt(argc, argv, "n:s:j:d:t:k:")) != -1;) {
		switch (o) {
		case 'n':
			k->count = strtoull(optarg, NULL, 10);
			break;
		case 's':
			k->seed = strtoull(optarg, NULL, 10);
			break;
		case 'j':
			k->jobs = atoi(optarg);
			break;
		case 'd':
			k->dir = optarg;
			break;
		case 't':
			k->templates = optarg;
			break;
		case 'k':
			for (int v = 0; v < N_VERDICTS; v++)
				if (strcmp(verdict_name((enum verdict)v), optarg) == 0)
					k->keep = (enum verdict)v;
			break;
		default:
			return false;
		}
	}
	k->jobs = k->jobs < 1 ? 1 : k->jobs > MAX_JOBS ? MAX_JOBS : k->jobs;
	return optind == argc;
}

int
main(int argc, char **argv)
{
	struct soak k = {.count = 1000000,
		.seed = 1,
		.jobs = (int)sysconf(_SC_NPROCESSORS_ONLN),
		.dir = "build/soak",
		.templates = "tests/generate/templates",
		.keep = VERDICT_WRONG};
	struct providers *ps;
	struct rules *rules;
	struct err err = {0};
	struct arena *a = arena_new(0);
	if (!read_options(argc, argv, &k))
		return usage();
	if (providers_load("providers", NULL, &ps, &err) != ERR_NONE ||
		rules_load("patterns", NULL, ps, &rules, &err) != ERR_NONE ||
		generator_load(a, k.templates, &k.generator, &err) != ERR_NONE) {
		fprintf(stderr, "soak: %s\nRun it in the source tree.\n", err.text);
		return 2;
	}
	k.court = (struct court){rules, ps};
	k.tallies = mmap(NULL, (size_t)k.jobs * sizeof *k.tallies, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (k.tallies == MAP_FAILED)
		return 2;
	struct sigaction on_stop = {.sa_handler = stop};
	sigaction(SIGINT, &on_stop, NULL);
	sigaction(SIGTERM, &on_stop, NULL);
	bool whole = run(&k);
	struct tally *sum = arena_one(a, struct tally);
	for (int i = 0; i < k.jobs; i++)
		tally_sum(sum, &k.tallies[i]);
	tally_print(stdout, sum);
	fputc('\n', stdout);
	tally_print_confidence(stdout, sum);
	bool clean = sum->counts[VERDICT_WRONG] == 0;
	if (!clean)
		printf("\nWhat is wrong stands made small in %s, with the truth beside it.\n",
			k.dir);
	rules_free(rules);
	providers_free(ps);
	arena_free(a);
	return clean && whole ? 0 : 1;
}
