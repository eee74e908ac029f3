/*
 * phone: telephone numbers, parsed and classed
 *
 * Over libphonenumber, whose "possible" decides and never its "valid": new area codes
 * reach its data late.
 *
 * Owns:    nothing; results are plain values.
 * Threads: any.
 */
#ifndef PHONE_H
#define PHONE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PHONE_E164_MAX = 17 }; /* '+', 15 digits, NUL (ITU-T E.164) */

enum phone_kind {
	PHONE_ORDINARY, /* fixed, mobile or unknown */
	PHONE_TOLL_FREE,
	PHONE_PREMIUM, /* premium rate, or shared cost above it */
	PHONE_OTHER,   /* personal, pager, voicemail, UAN: not a conference bridge */
};

struct phone {
	char e164[PHONE_E164_MAX];
	char country[3]; /* ISO 3166-1 alpha-2; "" for a number of no one country */
	int country_code;
	enum phone_kind kind;
};

/*
 * `text` is one number as printed, without an extension or DTMF tail; `country` (may be
 * NULL) is assumed when it has no '+'. False when it is not a possible number, has
 * letters, or is national and no country is known.
 */
bool phone_parse(const char *text, size_t n, const char *country, struct phone *ret);

/*
 * Whether a number without '+' is printed as people of `country` dial it: behind the trunk
 * prefix, where they have one. `known` ones do as well: those that libphonenumber's data
 * calls valid there.
 */
bool phone_is_national(const char *text, size_t n, const char *country, bool known);

/* "US" for "United States", "USA", "Vereinigte Staaten"; NULL when not a country's name. */
const char *phone_country(const char *name, size_t n);

/* True when `code` is an ISO 3166-1 alpha-2 region that has a numbering plan. */
bool phone_known_country(const char *code);

/* "+1 301-715-8592", for people. Returns buf. */
const char *phone_pretty(const struct phone *p, char *buf, size_t size);

/* The key of a letter or digit on a telephone (ITU-T E.161); a symbol's is 1. */
char phone_key(char c);

#ifdef __cplusplus
}
#endif
#endif
