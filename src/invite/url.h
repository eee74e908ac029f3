/*
 * url: a link's scheme, host and the rest, as strictly as possible
 *
 * A host is letters, digits, hyphens and dots, or it is none: what another reader could
 * take for another host is nobody's (RFC 3986; no user, no escapes, no IDNA).
 *
 * Owns:    everything lives in the given arena.
 * Threads: any.
 */
#ifndef INVITE_URL_H
#define INVITE_URL_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum { URL_MAX = 8000 }; /* bytes of a link that is looked at */

struct url {
	const char *scheme; /* lower case */
	const char *host;   /* lower case; "" for none */
	const char *rest;   /* of the given text, from the first '/', '?' or '#' on */
	bool plain; /* beside the host stands at most the port that the scheme has anyway */
};

/* False when there is no scheme. `schemeless` ones begin with the host. */
bool url_read(struct arena *a, const char *text, bool schemeless, struct url *ret);

/* "zoom.us" or, when `host` begins with a dot, anything below it: ".zoom.us". */
bool url_host_is(const char *host, const char *name);

/* Whether two hosts are of one house: the same, one below the other, or two below a third
 * that is no public suffix such as co.uk. */
bool url_same_house(const char *a, const char *b);

/* "%2F" once, in place; false when an escape is broken or stands for a control. */
bool url_unescape(char *s);

#endif
