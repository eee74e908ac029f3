/*
 * town: a simulated Exchange, rooms in it, and a core that asks it
 *
 * Time stands still until a test lets it pass: the core's clocks are the town's own.
 *
 * Owns:    everything, until town_tear_down.
 * Threads: the test's own.
 */
#ifndef HELP_TOWN_H
#define HELP_TOWN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/when.h"
#include "core.h"
#include "help/help.h"
#include "sim/exchange.h"

#define TOWN_NOW "2026-11-24T15:00:00Z"
#define TOWN_USER "svc@example.com"
#define TOWN_PASSWORD "quill-7"
#define TOWN_WHO "uid 0 (root)"
#define TOWN_ZOOM "https://northwind.zoom.us/j/91847302265?pwd=aQ\r\n"

enum { TOWN_START = 1795532400, TOWN_PATIENCE_MS = 20 * 1000 };

struct town {
	struct arena *a;
	struct exchange *x;
	struct core *c;
	struct core_config config;
	bool impersonate; /* for links that are put from now on */
	struct err err;
};

int town_set_up(void **state);
int town_tear_down(void **state);
#define TOWN_TEST(f) cmocka_unit_test_setup_teardown(f, town_set_up, town_tear_down)

void town_ok(struct town *t, int grade); /* fails the test with t->err */
int64_t town_now(void);
void town_pass(struct town *t, int seconds);

/* Rooms are ROOM_01, room-01@example.com, and so on. */
const char *town_room(struct town *t, size_t i);
const char *town_mailbox(struct town *t, size_t i);

/* At the server. A room that is put has one meeting, in progress, with a Zoom link. */
void town_put_account(struct town *t, const char *user, const char *password);
void town_put_rooms(struct town *t, size_t n);
void town_put_meeting(struct town *t, size_t room, const char *name, const char *start,
	const char *end, const char *text);

/* At the core. */
void town_start(struct town *t);
void town_stop(struct town *t);
void town_restart(struct town *t);
struct link town_link(struct town *t); /* as it is linked */
void town_put_link(struct town *t, const char *secret);
void town_add_room(struct town *t, size_t i);
void town_build(
	struct town *t, size_t rooms); /* all of it, and waits until all are seen */

struct core_status town_status(struct town *t);
/* Looks until it is so. */
void town_wait_for(struct town *t,
	bool (*is_so)(struct town *t, const struct core_status *s), const char *what,
	int line);
#define town_wait(t, is_so) town_wait_for(t, is_so, #is_so, __LINE__)
/* Every room but the annex was seen at this moment, and nobody is about it any more. */
bool town_all_fresh(struct town *t, const struct core_status *s);
const struct room_status *town_room_status(struct town *t, size_t i);
const struct link_status *town_link_status(struct town *t); /* of "hq" */

/* A room on a link and account of its own, which goes on while "hq" may not: once it is
 * fresh, workers have had their chance at all others. */
void town_build_annex(struct town *t);
bool town_annex_fresh(struct town *t, const struct core_status *s);

/* Sends it to each reader; returns how many there are. */
size_t town_signal_readers(int what);

#endif
