/*
 * when: instants as seconds since 1970, and their text
 *
 * Wall time is for what people and calendars see, the monotonic clock for waiting.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

enum { WHEN_TEXT = 32 };

/* RFC 3339 / xs:dateTime with an offset or 'Z'; fractions of a second are dropped. False
 * when it is anything else, a day that does not exist or a year before 1970 or past 9999. */
bool when_parse(const char *text, int64_t *ret);

/* "2026-11-23T15:00:00Z". Returns buf. */
const char *when_text(int64_t t, char buf[WHEN_TEXT]);

int64_t when_now(void);          /* wall clock, seconds */
int64_t when_monotonic_ms(void); /* never goes back, counts nothing while suspended */

#endif
