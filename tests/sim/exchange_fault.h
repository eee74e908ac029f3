/*
 * exchange_fault: faults to order, and whose turn it is
 *
 * Owns:    a queue holds copies; texts are the table's or the given arena's.
 * Threads: one at a time.
 */
#ifndef SIM_EXCHANGE_FAULT_H
#define SIM_EXCHANGE_FAULT_H

#include "sim/exchange_soap.h"

enum way {
	WAY_WHOLE,
	WAY_TRUNCATED, /* the connection closes in the middle of the body */
	WAY_SLOW,      /* byte by byte */
	WAY_HANG,      /* a beginning, then nothing */
	WAY_DROP,      /* the connection closes before the answer */
	WAY_GZIP,      /* to those who accept it */
};

struct fault {
	const char *name, *text;
	unsigned status;     /* not 0: the answer is this, whoever asks for whatever */
	const char *reason;  /* instead of HTTP's own */
	const char *headers; /* one a line */
	const char *type, *body; /* type alone: of the answer as it would be */
	enum spoil spoil;
	const char *code, *values;
	enum way way;
	enum operation only; /* OP_NONE: whatever is asked */
	long number; /* for {n} in headers and values, when the order names none */
};

enum { MAX_ORDERS = 64 };
struct order {
	struct fault fault;
	char code[64]; /* where the fault is one of any code's */
	long left;     /* -1: always */
};
struct orders {
	struct order all[MAX_ORDERS];
	size_t n;
};

int orders_add(struct orders *o, const char *text, struct err *err);
/* The fault for a request of this kind, its {n} filled in. False: none. */
bool orders_take(struct orders *o, enum operation op, struct arena *a, struct fault *ret);
/* One that the request itself names; counted nowhere. */
bool fault_named(const char *text, struct arena *a, struct fault *ret);

#endif
