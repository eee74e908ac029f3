/*
 * origin: scheme, host and port of a URL
 *
 * What a credential belongs to (RFC 6454): it goes to its own origin and to no other.
 *
 * Owns:    a struct origin owns its strings until origin_release.
 * Threads: any.
 */
#ifndef BASE_ORIGIN_H
#define BASE_ORIGIN_H

#include <stdbool.h>
#include <sys/socket.h>

struct origin {
	char *scheme, *host, *port; /* "https", "mail.example.com" or "[::1]", "443" */
};

enum { ORIGIN_MAX_URL = 4096 };

/* False when `url` is not an absolute http or https URL, or names a user or a password.
 */
bool origin_read(const char *url, struct origin *ret);
void origin_release(struct origin *o);
bool origin_same(const struct origin *a, const struct origin *b);

/* Whether the host is 127.0.0.1 or ::1, by number. */
bool origin_is_loopback(const struct origin *o);

/*
 * Whether a server may live at an address: not link-local (where clouds keep their
 * secrets, 169.254.169.254), not unspecified or multicast, and this host only when
 * `loopback`. Private networks are fine.
 */
bool address_allowed(const struct sockaddr *sa, bool loopback);

#endif
