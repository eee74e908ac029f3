/*
 * fault: faults to order from a simulated service, and whose turn it is
 *
 * An order is KIND[=NUMBER][@OPERATION][:COUNT], as in "hang", "busy=5000:2" or
 * "unavailable@GetItem:always". Orders wait for their turn, the first first.
 *
 * Owns:    a queue holds copies; texts are the table's or the given arena's.
 * Threads: one at a time.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "sim/program.h"
#include "sim/web.h"

struct fault {
	const char *name, *text;
	unsigned status;     /* not 0: the answer is this, whoever asks for whatever */
	const char *reason;  /* instead of HTTP's own */
	const char *headers; /* one a line */
	const char *type, *body;   /* type alone: of the answer as it would be */
	int spoil;                 /* what the service itself does; 0: nothing */
	const char *code, *values; /* for that */
	enum way way;
	int only;    /* an operation's index; 0: whatever is asked */
	long number; /* for {n} in headers, body and values, when the order names none */
};

/* What may be ordered of a service. */
struct faults {
	const struct fault *all;
	size_t n;
	const char *const *operations; /* the first stands for none */
	size_t n_operations;
	/* A name that is not in the table: what it does, and which code it says; NULL:
	 * there is no such. NULL: there are no others. */
	const char *(*code)(const char *name, struct fault *ret);
};
bool fault_listed(const struct faults *k, size_t i, struct sim_fault *ret);

enum { MAX_ORDERS = 64 };
struct order {
	struct fault fault;
	char code[64]; /* where the fault is one of any code's */
	long left;     /* -1: always */
};
struct orders {
	const struct faults *kinds;
	struct order all[MAX_ORDERS];
	size_t n;
};

/* From any thread, with the lock of the server that takes them. */
int orders_place(struct orders *o, struct web *w, const char *text, struct err *err);
void orders_cancel(struct orders *o, struct web *w); /* all */
/* The fault for a request of this kind, its {n} filled in. False: none. */
bool orders_take(struct orders *o, int operation, struct arena *a, struct fault *ret);
/* One that the request itself names; counted nowhere. */
bool fault_named(
	const struct faults *k, const char *text, struct arena *a, struct fault *ret);

#endif
