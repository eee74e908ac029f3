/* convoked: the daemon. Makes itself small, starts the core and its socket, and waits for
 * signals: TERM and INT stop it, HUP reads the data files again. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/http.h"
#include "base/log.h"
#include "base/notify.h"
#include "core.h"
#include "paths.h"
#include "reader/reader.h"
#include "serve/serve.h"
#include "version.h"

static const char usage[] =
	"convoked [OPTION…]\n"
	"  watches rooms' calendars, and answers `convoke` and the dialogue engine\n\n"
	"  --poll-near SECONDS    between looks at a calendar near a meeting (60)\n"
	"  --poll-far SECONDS     and at other times (300)\n"
	"  --workers N            threads that ask calendars (as many as the links bear)\n"
	"  --group GROUP          who may ask, by the socket\n"
	"  --admin-group GROUP    who may change things, beside root and the daemon's user\n"
	"  --verbose              log more\n"
	"  --version\n\n"
	"Runs in the foreground. See convoked(8).\n";

struct settings {
	struct core_config core;
	struct serve_config serve;
};

static bool
read_number(const char *option, const char *text, int least, int most, int *ret)
{
	char *end;
	errno = 0;
	long n = strtol(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && n >= least && n <= most) {
		*ret = (int)n;
		return true;
	}
	fprintf(stderr, "convoked: --%s takes a number from %d to %d, not \"%s\"\n",
		option, least, most, text);
	return false;
}

enum { GO_ON = -1 };

/* GO_ON, or the status to exit with. */
static int
read_options(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"poll-near", required_argument, NULL, 'n'},
		{"poll-far", required_argument, NULL, 'f'},
		{"workers", required_argument, NULL, 'w'},
		{"group", required_argument, NULL, 'g'},
		{"admin-group", required_argument, NULL, 'a'},
		{"verbose", no_argument, NULL, 'v'}, {"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	bool ok = true;
	for (int c; ok && (c = getopt_long(argc, argv, "h", options, NULL)) != -1;)
		switch (c) {
		case 'n':
			ok = read_number(
				"poll-near", optarg, 5, 3600, &s->core.poll_near_s);
			break;
		case 'f':
			ok = read_number(
				"poll-far", optarg, 5, 86400, &s->core.poll_far_s);
			break;
		case 'w':
			ok = read_number("workers", optarg, 1, CORE_MAX_WORKERS, &s->core.workers);
			break;
		case 'g':
			s->serve.group = optarg;
			break;
		case 'a':
			s->serve.admin_group = optarg;
			break;
		case 'v':
			log_threshold(LOG_LEVEL_DEBUG);
			break;
		case 'V':
			puts("convoked " CONVOKE_VERSION);
			return EXIT_SUCCESS;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			ok = false;
		}
	if (ok && optind < argc) {
		fprintf(stderr, "convoked: takes options only, not \"%s\"\n",
			argv[optind]);
		ok = false;
	}
	if (!ok)
		fputs("  `convoked --help` lists the options.\n", stderr);
	return ok ? GO_ON : 2;
}

/* Of the environment only what this program itself asks for stays: nothing that a library
 * would obey, such as SSL_CERT_FILE, GCONV_PATH or https_proxy. */
static void
trim_environment(struct arena *a)
{
	static const char *const kept[] = {"CONVOKE_DATA", "CONVOKE_SITE",
		"CONVOKE_SOCKET", "CONVOKE_STATE", "RUNTIME_DIRECTORY", "STATE_DIRECTORY",
		"CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
		"LISTEN_FDS", "TMPDIR", "LISTEN_PID", "LISTEN_FDNAMES", "JOURNAL_STREAM"};
	enum { N = sizeof kept / sizeof *kept };
	const char *values[N];
	for (size_t i = 0; i < N; i++) {
		const char *value = getenv(kept[i]);
		values[i] = value != NULL ? arena_strdup(a, value) : NULL;
	}
	clearenv();
	for (size_t i = 0; i < N; i++)
		if (values[i] != NULL)
			setenv(kept[i], values[i], 1);
}

/* Memory that holds passwords goes into no core dump and to no debugger of our own user. */
static void
protect(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	umask(077);
}

/* Before there are threads, which inherit it: signals wait until the main thread asks. */
static void
hold_signals(sigset_t *ret)
{
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(ret);
	sigaddset(ret, SIGTERM);
	sigaddset(ret, SIGINT);
	sigaddset(ret, SIGHUP);
	sigprocmask(SIG_BLOCK, ret, NULL);
}

static void
reload(struct core *c)
{
	struct err err;
	core_reload(c, "signal HUP", &err); /* which says what came of it */
}

/* The core is asked first: one that does not answer lets the manager's patience end. */
static void
say_alive(struct core *c)
{
	struct arena *a = arena_new(0);
	struct core_status status;
	core_status(c, a, &status);
	size_t well = 0;
	for (size_t i = 0; i < status.n_rooms; i++)
		well += status.rooms[i].err.grade == ERR_NONE;
	notify("WATCHDOG=1\nSTATUS=%zu of %zu rooms well", well, status.n_rooms);
	arena_free(a);
}

/* Until a signal says stop; returns it. */
static int
wait_for_the_end(struct core *c, const sigset_t *held)
{
	int ms = notify_watchdog_ms();
	for (;;) {
		struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
		int got = ms > 0 ? sigtimedwait(held, NULL, &pause)
				 : sigwaitinfo(held, NULL);
		if (got == SIGHUP)
			reload(c);
		else if (got > 0)
			return got;
		else if (errno == EAGAIN)
			say_alive(c);
	}
}

static void
say_started(struct core *c, const char *socket)
{
	struct site *site = core_site(c);
	log_info("version=%s socket=%s ready", CONVOKE_VERSION, socket);
	notify("READY=1\nSTATUS=%zu rooms on %zu links", site->n_rooms, site->n_links);
	site_unref(site);
}

static int
cannot_start(const struct err *err)
{
	log_error("code=%s cannot start: %s. Cure: %s", err->code, err->text, err->cure);
	return EXIT_FAILURE;
}

static int
find_files(struct arena *a, struct settings *s, struct err *err)
{
	s->core.state_dir = paths_state(a);
	s->core.credentials = paths_credentials(a);
	s->core.patterns = paths_shipped(a, "patterns");
	s->core.site_patterns = paths_site(a, "patterns");
	s->core.providers = paths_shipped(a, "providers");
	s->core.site_providers = paths_site(a, "providers");
	s->serve.path = paths_socket(a);
	if (s->core.patterns != NULL && s->core.providers != NULL)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "no_data",
		"the shipped patterns and providers are not found.");
	err_cure(err,
		"Install them (`make install`), or name the directory that holds both "
		"in CONVOKE_DATA.");
	return ERR_CONFIG;
}

static int
run(struct arena *a, struct settings *s, const sigset_t *held)
{
	struct core *core = NULL;
	struct serve *serve = NULL;
	struct err err = {0};
	int r = find_files(a, s, &err);
	if (r == ERR_NONE)
		r = core_start(&s->core, &core, &err);
	if (r != ERR_NONE)
		return cannot_start(&err);
	r = serve_start(core, &s->serve, &serve, &err);
	if (r == ERR_NONE) {
		say_started(core, s->serve.path);
		int got = wait_for_the_end(core, held);
		notify("STOPPING=1");
		log_info("signal=%s stopping", sigabbrev_np(got));
	}
	core_wind_down(core); /* so that answers in hand are finished soon */
	serve_stop(serve);
	core_stop(core);
	if (r != ERR_NONE)
		return cannot_start(&err);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	struct settings s = {.core = {.poll_near_s = 60, .poll_far_s = 300}};
	int status = read_options(argc, argv, &s);
	if (status != GO_ON)
		return status;
	struct arena *a = arena_new(0);
	sigset_t held;
	trim_environment(a);
	protect();
	hold_signals(&held);
	http_setup();
	status = run(a, &s, &held);
	arena_free(a);
	return status;
}
