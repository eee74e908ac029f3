/*
 * err: what went wrong, graded by its cure
 *
 * Functions return the grade and, where a person will read it, fill a caller-owned
 * struct err with what happened and what to do. The same words reach log, socket and
 * command line. No credential or passcode is ever put into one.
 *
 * Owns:    nothing; the texts live in the struct.
 * Threads: any.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_grade {
	ERR_NONE = 0,
	ERR_RETRY,     /* a passing fault: try again soon */
	ERR_WAIT,      /* the other side asked us to wait until `retry_at` */
	ERR_DENIED,    /* an administrator has to grant or correct something */
	ERR_BAD_REPLY, /* the other side sent what cannot be understood */
	ERR_CONFIG,    /* our own files or arguments are wrong */
	ERR_ABSENT,    /* the thing asked for does not exist */
	ERR_LIMIT,     /* larger than we are willing to handle */
};

struct err {
	enum err_grade grade;
	long long retry_at; /* ERR_WAIT: seconds since 1970; ERR_DENIED, ERR_ABSENT: not
			       before then unless somebody asks, or 0; else 0 */
	char code[64];      /* short and stable, for programs: "ErrorAccessDenied", "tls_expired" */
	char text[400];     /* what happened, and where */
	char cure[600];     /* what to do about it; empty when nothing can be done */
};

void err_clear(struct err *e);

/* err_set returns `grade`, so that `return err_set(…)` reads well. `e` may be NULL. */
int err_set(struct err *e, enum err_grade grade, const char *code,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void err_cure(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "retry", "wait", "denied" …: the word used on the socket and in logs. */
const char *err_grade_name(enum err_grade grade);

#endif
