/*
 * The usual question over the socket, against a raw epoll echo of an answer as long: one at
 * a time, and from 64 clients 16 deep. Client and servers share one core.
 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "bench/bench.h"
#include "help/office.h"

enum { CLIENTS = 64, DEEP = 16, TRIPS = 500, TURNS = 20, ROUNDS = 61 };

static const char question[] =
	"{\"jsonrpc\":\"2.0\",\"id\":4711,\"method\":\"meeting.join\",\"params\":"
	"{\"room\":\"" ROOM "\"}}\n";

enum { QUESTION = sizeof question - 1 };

static char answer[8192];
static size_t n_answer;

static int
connect_to(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(at.sun_path, path);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		abort();
	return fd;
}

/* The floor: reads, and writes the same bytes for each line that came. */
static void
echo(int fd)
{
	static char in[65536], out[65536 / QUESTION * sizeof answer];
	ssize_t n = recv(fd, in, sizeof in, 0);
	if (n <= 0) {
		close(fd);
		return;
	}
	size_t to = 0;
	for (char *s = in; (s = memchr(s, '\n', (size_t)(in + n - s))) != NULL; s++) {
		memcpy(out + to, answer, n_answer);
		to += n_answer;
	}
	if (send(fd, out, to, MSG_NOSIGNAL) < 0)
		abort();
}

static void *
serve_echo(void *arg)
{
	int listener = *(int *)arg, epoll = epoll_create1(0);
	struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[64];
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
	for (;;) {
		int n = epoll_wait(epoll, events, 64, -1);
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd != listener) {
				echo(events[i].data.fd);
				continue;
			}
			e.data.fd = accept(listener, NULL, NULL);
			epoll_ctl(epoll, EPOLL_CTL_ADD, e.data.fd, &e);
		}
	}
	return NULL;
}

struct sides {
	int floor[CLIENTS], subject[CLIENTS];
};

static void
read_all(int fd, size_t n)
{
	static char in[1 << 20];
	while (n > 0) {
		ssize_t got = recv(fd, in, n < sizeof in ? n : sizeof in, 0);
		if (got <= 0)
			abort();
		n -= (size_t)got;
	}
}

static void
trips(int fd)
{
	for (int i = 0; i < TRIPS; i++) {
		if (send(fd, question, QUESTION, 0) != QUESTION)
			abort();
		read_all(fd, n_answer);
	}
}

static void
turns(const int *fds)
{
	static char many[DEEP * QUESTION];
	for (int i = 0; i < DEEP && many[DEEP * QUESTION - 1] == '\0'; i++)
		memcpy(many + i * QUESTION, question, QUESTION);
	for (int t = 0; t < TURNS; t++) {
		for (int c = 0; c < CLIENTS; c++)
			if (send(fds[c], many, sizeof many, 0) != sizeof many)
				abort();
		for (int c = 0; c < CLIENTS; c++)
			read_all(fds[c], DEEP * n_answer);
	}
}

static void
floor_trips(void *arg)
{
	trips(((struct sides *)arg)->floor[0]);
}

static void
subject_trips(void *arg)
{
	trips(((struct sides *)arg)->subject[0]);
}

static void
floor_turns(void *arg)
{
	turns(((struct sides *)arg)->floor);
}

static void
subject_turns(void *arg)
{
	turns(((struct sides *)arg)->subject);
}

/* The answer's own bytes, once, for the echo to give back. */
static void
learn_answer(int fd)
{
	if (send(fd, question, QUESTION, 0) != QUESTION)
		abort();
	do {
		ssize_t n = recv(fd, answer + n_answer, sizeof answer - n_answer, 0);
		if (n <= 0)
			abort();
		n_answer += (size_t)n;
	} while (answer[n_answer - 1] != '\n');
}

int
main(void)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof one, &one);

	void *state = NULL;
	office_set_up(&state);
	struct office *o = state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);

	struct sockaddr_un at = {.sun_family = AF_UNIX};
	snprintf(at.sun_path, sizeof at.sun_path, "%s/echo", o->dir);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	pthread_t thread;
	if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
		listen(listener, CLIENTS) != 0 ||
		pthread_create(&thread, NULL, serve_echo, &listener) != 0)
		abort();

	struct sides s;
	for (int i = 0; i < CLIENTS; i++) {
		s.subject[i] = connect_to(o->path);
		s.floor[i] = connect_to(at.sun_path);
	}
	learn_answer(s.subject[0]);
	subject_turns(&s);
	struct bench_result trip = bench_compare(floor_trips, subject_trips, &s, ROUNDS);
	struct bench_result turn = bench_compare(floor_turns, subject_turns, &s, ROUNDS);
	printf("serve: %zu bytes asked, %zu answered\n", (size_t)QUESTION, n_answer);
	printf("  one at a time        %5.2f x echo (%.1f us)\n", trip.ratio,
		trip.floor_ns / TRIPS / 1e3);
	printf("  64 clients, 16 deep  %5.2f of its rate (%.2f M/s)\n", 1 / turn.ratio,
		CLIENTS * DEEP * TURNS / turn.floor_ns * 1e3);
	return 0;
}
