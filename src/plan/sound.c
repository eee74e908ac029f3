/*
 * The strict readers. They know nothing of templates and providers: what was built is
 * read back by them before it leaves, so a fault in the building shows here and dials
 * nothing.
 */
#include <arpa/inet.h>
#include <string.h>

#include "plan/build.h"

enum { E164_MIN = 7, E164_MAX = 15, USER_MAX = 64, HOST_MAX = 253, MAX_PAUSES = 45 };

static const char digits[] = "0123456789";

bool
sound_tones(const char *s)
{
	size_t n = strlen(s);
	if (n == 0 || n > PLAN_MAX_TONES || strspn(s, "0123456789*#") != n)
		return false;
	for (; *s != '\0'; s += strcspn(s, digits)) {
		size_t run = strspn(s, digits);
		if (run > PLAN_MAX_RUN)
			return false;
		s += run;
	}
	return true;
}

bool
sound_number(const char *e164)
{
	size_t n = strlen(e164);
	return e164[0] == '+' && n > E164_MIN && n <= E164_MAX + 1 && e164[1] != '0' &&
	       strspn(e164 + 1, digits) == n - 1;
}

bool
sound_dial(const char *dial, const char *number)
{
	size_t n = strlen(number), tones = 0, pauses = 0, run = 0;
	if (!sound_number(number) || strncmp(dial, number, n) != 0)
		return false;
	const char *tail = dial + n;
	if (*tail != '\0' && *tail != ',')
		return false;
	for (; *tail != '\0'; tail++) {
		bool digit = *tail >= '0' && *tail <= '9';
		run = digit ? run + 1 : 0;
		pauses += *tail == ',';
		tones += *tail != ',';
		if (run > PLAN_MAX_RUN || (!digit && strchr(",*#", *tail) == NULL))
			return false;
	}
	return tones <= PLAN_MAX_TONES && pauses <= MAX_PAUSES;
}

/* A name of two labels or more: RFC 1123, in lower case, and its last is no number. */
static bool
sound_name(const char *host)
{
	size_t n = strlen(host), label = 0, dots = 0;
	for (size_t i = 0; i < n; i++) {
		char c = host[i];
		bool edge = label == 0 || host[i + 1] == '.' || host[i + 1] == '\0';
		if (c == '.' ? label == 0 : label == 63 || (c == '-' && edge))
			return false;
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", c) == NULL)
			return false;
		dots += c == '.';
		label = c == '.' ? 0 : label + 1;
	}
	const char *last = strrchr(host, '.');
	return n > 0 && n <= HOST_MAX && label > 0 && dots > 0 &&
	       last[1 + strspn(last + 1, digits)] != '\0' &&
	       strncmp(last + 1, "0x", 2) != 0;
}

bool
sound_host(const char *host)
{
	struct in_addr address;
	return inet_pton(AF_INET, host, &address) == 1 || sound_name(host);
}

bool
sound_sip(const char *uri, const char *host)
{
	static const char user[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789._+-*";
	if (strncmp(uri, "sip:", 4) != 0)
		return false;
	uri += 4;
	size_t n = strspn(uri, user);
	return n > 0 && n <= USER_MAX && uri[n] == '@' &&
	       strcmp(uri + n + 1, host) == 0 && sound_host(host);
}

bool
sound_h323(const char *dial, const char *host)
{
	size_t n = strlen(host);
	if (!sound_host(host) || strncmp(dial, host, n) != 0)
		return false;
	return dial[n] == '\0' ||
	       (strncmp(dial + n, "##", 2) == 0 && sound_tones(dial + n));
}
