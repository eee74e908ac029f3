/*
 * bench_poll: polls of 25 rooms at a simulated Exchange, in requests and in our own CPU time,
 * against the same requests sent and their replies thrown away. The server is another process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "bench/bench.h"
#include "calendar/calendar.h"
#include "help/help.h"
#include "reader/reader.h"
#include "sim/exchange.h"

enum { ROOMS = CALENDAR_MAX_ROOMS, EVENTS = 20, POLLS = 200, WINDOW_S = 8 * 86400 };

static const char body[] =
	"<html><body><p>Agenda and minutes.</p><p><a href=\"https://northwind.zoom.us/j/"
	"91847302265?pwd=abc\">Join Zoom Meeting</a></p><p>Meeting ID: 918 4730 2265<br>"
	"Passcode: 04471963</p><p>One tap mobile<br>+13017158592,,91847302265#,,,,*04471963# US"
	"</p></body></html>";

struct told {
	char url[128];
	int64_t now;
};

static void
must(int grade, const struct err *err)
{
	if (grade == ERR_NONE)
		return;
	fprintf(stderr, "bench_poll: %s: %s\n", err->code, err->text);
	exit(1);
}

static const char *
mailbox(struct arena *a, size_t i)
{
	return arena_printf(a, "room-%02zu@example.com", i);
}

/* Ends when its standard input does. */
static void
be_server(int to_parent, int from_parent)
{
	static const struct exchange_grant all[] = {{"*", "Reviewer"}};
	struct arena *a = arena_new(0);
	struct exchange *x;
	struct err err = {0};
	must(exchange_start(&(struct sim_config){.keep = 0}, &x, &err), &err);
	must(exchange_put_account(x,
		     &(struct exchange_account){.user = "svc@example.com",
			     .password = "quill&7",
			     .mailbox = "svc@example.com",
			     .password_expires = "never",
			     .rights = all,
			     .rights_count = 1},
		     &err),
		&err);
	for (size_t i = 0; i < ROOMS; i++) {
		must(exchange_put_room(
			     x, &(struct sim_room){.mailbox = mailbox(a, i)}, &err),
			&err);
		for (size_t k = 0; k < EVENTS; k++)
			must(exchange_put(x, mailbox(a, i),
				     &(struct sim_meeting){
					     .name = arena_printf(a, "m%zu", k),
					     .start = arena_printf(a, "+%zuh", 2 * k),
					     .end = arena_printf(a, "+%zuh", 2 * k + 1),
					     .subject = "Design review",
					     .organizer = "Ann Example <ann@example.com>",
					     .html = body},
				     &err),
				&err);
	}
	struct told told = {.now = exchange_now(x)};
	snprintf(told.url, sizeof told.url, "%s", exchange_url(x));
	if (write(to_parent, &told, sizeof told) != sizeof told)
		_exit(1);
	char c;
	while (read(from_parent, &c, 1) > 0)
		;
	exchange_stop(x);
	_exit(0);
}

struct client {
	struct calendar_link link;
	struct http *http;
	struct reader *reader;
	struct poll_room rooms[ROOMS];
	struct told told;
	size_t requests, read; /* events that came whole */
};

/* One poll; its results live in the arena with the replies. */
static void
poll_once(struct client *c, struct arena *a, struct known_event known[ROOMS][EVENTS + 1])
{
	struct http_ask ask;
	struct http_answer answer;
	struct err err = {0};
	int op;
	c->requests = c->read = 0;
	struct poll *p = calendar_exchange.begin(&c->link, c->rooms, ROOMS,
		c->told.now - 86400, c->told.now - 86400 + WINDOW_S);
	while (calendar_exchange.ask(p, a, &ask, &op)) {
		struct reply *reply = arena_one(a, struct reply);
		must(http_do(c->http, &ask, a, &answer, &err), &err);
		must(reader_read(c->reader, a, "exchange", op, "US", answer.body,
			     answer.body_size, reply, &err),
			&err);
		calendar_exchange.take(p, &answer, reply, NULL);
		c->requests++;
	}
	const struct poll_result *r = calendar_exchange.results(p);
	for (size_t i = 0; i < ROOMS; i++) {
		must((int)r[i].err.grade, &r[i].err);
		for (size_t k = 0; k < r[i].n_seen; k++)
			c->read += r[i].seen[k].extraction != NULL;
		for (size_t k = 0; known != NULL && k < r[i].n_seen && k < EVENTS; k++)
			known[i][k] = (struct known_event){strdup(r[i].seen[k].event.id),
				strdup(r[i].seen[k].event.change_key), true};
		if (known != NULL) {
			c->rooms[i].known = known[i];
			c->rooms[i].n_known = r[i].n_seen;
		}
	}
	calendar_exchange.end(p);
}

/* The floor: the same first request, its reply not looked at. */
static void
fetch_once(struct client *c, struct arena *a)
{
	struct http_ask ask;
	struct http_answer answer;
	struct err err = {0};
	int op;
	struct poll *p = calendar_exchange.begin(&c->link, c->rooms, ROOMS,
		c->told.now - 86400, c->told.now - 86400 + WINDOW_S);
	calendar_exchange.ask(p, a, &ask, &op);
	must(http_do(c->http, &ask, a, &answer, &err), &err);
	calendar_exchange.end(p);
}

static double
cpu_s(int who)
{
	struct rusage u;
	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static struct reader *
new_reader(struct arena *a)
{
	return reader_new(&(struct reader_config){.patterns = help_path(a, "patterns"),
		.providers = help_path(a, "providers")});
}

int
main(int argc, char **argv)
{
	static struct known_event known[ROOMS][EVENTS + 1];
	static double walls[2][POLLS];
	int up[2], down[2];
	struct err err = {0};
	reader_main_if_asked(argc, argv);
	if (pipe(up) != 0 || pipe(down) != 0)
		return 1;
	if (fork() == 0) {
		close(down[1]);
		be_server(up[1], down[0]);
	}
	http_setup();
	struct arena *a = arena_new(0);
	struct client c = {.reader = new_reader(a)};
	if (read(up[0], &c.told, sizeof c.told) != sizeof c.told)
		return 1;
	c.link = (struct calendar_link){
		.name = "hq", .url = c.told.url, .user = "svc@example.com"};
	for (size_t i = 0; i < ROOMS; i++)
		c.rooms[i].mailbox = mailbox(a, i);
	must(http_new(&(struct http_config){.url = c.told.url,
			      .user = c.link.user,
			      .password = "quill&7",
			      .loopback = true},
		     &c.http, &err),
		&err);
	struct arena *poll = arena_new(0);
	double t0 = bench_now_ns();
	poll_once(&c, poll, known);
	double cold_ms = (bench_now_ns() - t0) / 1e6;
	size_t cold_requests = c.requests, cold_read = c.read;
	arena_free(poll);
	reader_free(c.reader); /* counted among our children from now on */
	c.reader = new_reader(a);
	double cpu[2] = {0}, readers = -cpu_s(RUSAGE_CHILDREN);
	size_t requests = 0;
	for (size_t i = 0; i < POLLS; i++)
		for (int subject = 0; subject < 2; subject++) {
			poll = arena_new(0);
			cpu[subject] -= cpu_s(RUSAGE_SELF);
			t0 = bench_now_ns();
			if (subject)
				poll_once(&c, poll, NULL);
			else
				fetch_once(&c, poll);
			walls[subject][i] = bench_now_ns() - t0;
			cpu[subject] += cpu_s(RUSAGE_SELF);
			requests += subject ? c.requests : 0;
			arena_free(poll);
		}
	reader_free(c.reader);
	readers += cpu_s(RUSAGE_CHILDREN);
	double floor_ms = bench_median(walls[0], POLLS) / 1e6;
	double ms = bench_median(walls[1], POLLS) / 1e6;
	double per_1000 = 1000.0 / (POLLS * ROOMS);
	printf("%d rooms of %d events at one Exchange, by delegation\n", ROOMS, EVENTS);
	printf("  %-32s %8zu requests %8.0f ms, %zu events read\n", "first poll",
		cold_requests, cold_ms, cold_read);
	printf("  %-32s %8.2f requests %8.1f ms\n", "unchanged poll (median)",
		(double)requests / POLLS, ms);
	printf("  %-32s %8.2f requests %8.1f ms   x %.2f\n", "the same reply thrown away",
		1.0, floor_ms, ms / floor_ms);
	printf("  %-32s %8.3f CPU-s (core %.3f, reader %.3f; thrown away %.3f)\n",
		"1,000 unchanged room-polls", (cpu[1] + readers) * per_1000,
		cpu[1] * per_1000, readers * per_1000, cpu[0] * per_1000);
	http_free(c.http);
	arena_free(a);
	close(down[1]);
	wait(NULL);
	return 0;
}
