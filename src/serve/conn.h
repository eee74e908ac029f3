/*
 * conn: one client's connection
 *
 * Bytes in, bytes out, and how long either may keep us waiting; what the lines mean is
 * none of its business.
 *
 * Owns:    its descriptor and buffers, which are wiped.
 * Threads: the loop's alone.
 */
#ifndef SERVE_CONN_H
#define SERVE_CONN_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "serve/bytes.h"
#include "serve/lines.h"

enum {
	CONN_MUCH_UNSENT = 64 * 1024, /* no more requests are taken until it is less */
	CONN_MAX_IN_HAND = 16,        /* likewise, with helpers */
};

struct conn {
	struct conn *next;
	int fd;
	uid_t uid;
	bool admin;
	uint32_t interest; /* what epoll was told */

	struct bytes out;
	size_t sent; /* of out */

	size_t in_hand; /* requests that helpers have */
	bool in_turn;   /* one of them is to be answered before any other is taken */
	bool ended;     /* the client sends nothing more */
	bool closing;   /* we say nothing more; what still comes is thrown away */
	bool told;      /* closing, and the client knows */
	bool dead;

	int64_t unfinished_since, unsent_since; /* monotonic ms; 0: not so */

	bool watches;
	json_t *watched; /* see watch_filter */

	struct lines *lines; /* NULL: nothing has come that was not taken */
};

/* The memory that a connection works with while it is looked after. Most have nothing in
 * it when that is over and give it back, so that it stays in the processor's cache. */
struct spare {
	struct lines *lines;
	struct bytes out;
};

struct conn *conn_new(int fd); /* NULL: no memory; fd stays the caller's */
void conn_free(struct conn *c);

/* Before and after anything else is done with it. Without memory the connection is dead. */
void conn_borrow(struct conn *c, struct spare *spare);
void conn_return(struct conn *c, struct spare *spare);
void conn_spare_free(struct spare *spare);

/* Reads once. What comes for a connection that is closing is thrown away. */
void conn_read(struct conn *c);

/* Sends what can be sent. */
void conn_send(struct conn *c, int64_t now_ms);

bool conn_takes(const struct conn *c); /* whether another request may be taken */
size_t conn_unsent(const struct conn *c);

/* What epoll is to look for; 0: nothing. */
uint32_t conn_wants(const struct conn *c);

/* Whether all is said and done. */
bool conn_done(const struct conn *c);

#endif
