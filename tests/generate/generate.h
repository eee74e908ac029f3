/*
 * generate: invites made from a known truth
 *
 * A template (templates/, one file a service) is filled with drawn values, disturbed by noise,
 * its links wrapped, and put into a carrier: text, HTML, a mail, an .ics, a calendar's JSON.
 * The same seed gives the same bytes on every machine. What the invite then has to say is known
 * without reading it.
 *
 * Owns:    a generator lives in the arena it was loaded into, a sample in the one given.
 * Threads: any, once loaded.
 */
#ifndef GENERATE_H
#define GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct generator;

/* What is true of a meeting: strings as a plan has them. Several of one kind: any of them. */
enum fact_kind {
	FACT_URL,
	FACT_MEETING_ID, /* of the web client */
	FACT_PASSCODE,   /* likewise */
	FACT_SIP,        /* user@host */
	FACT_H323,
	FACT_DIAL,   /* the tail behind the number: ",,91847302265#" */
	FACT_NUMBER, /* E.164 */
	N_FACTS
};

struct fact {
	enum fact_kind kind;
	const char *value;
	bool may; /* right when it is said, and no fault when it is not */
};

enum { MAX_FACTS = 48, MAX_TRUTHS = 4 };

struct truth {
	const char
		*provider; /* NULL: another service's meeting, of which nothing is told */
	struct fact facts[MAX_FACTS];
	size_t n_facts;
};

/* A case's four choices; each is an index into the names below. */
enum { CHOOSE_TEMPLATE, CHOOSE_CARRIER, CHOOSE_WRAPPER, CHOOSE_NOISE, N_CHOICES };

struct sample {
	uint64_t seed;
	const char *choices
		[N_CHOICES];  /* "zoom/2021 en", "eml qp", "safelinks", "footer+nbsp" */
	const char *provider; /* of the template; "none" where there is no meeting */
	const char *country;  /* the room's */
	const char *file;     /* a name whose ending says what the bytes are */
	const char *bytes;
	size_t size;
	struct truth truths
		[MAX_TRUTHS]; /* the meeting that is meant, then others that stand in it */
	size_t n_truths;
	bool ask;   /* to ask is right: all of it is quoted, or somebody's own room */
	bool blind; /* its links cannot be read: to find nothing is right, too */
};

/* Reads every template of `dir`. ERR_CONFIG names file and line. */
int generator_load(
	struct arena *a, const char *dir, struct generator **ret, struct err *err);
size_t generator_templates(const struct generator *g);

/* `plain` is a set of bits, 1 << CHOOSE_…: what is left out, so that a failure gets smaller:
 * the carrier is text, no link is wrapped, nothing disturbs. */
void generate(struct arena *a, const struct generator *g, uint64_t seed, unsigned plain,
	struct sample *ret);

#endif
