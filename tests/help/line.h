/*
 * line: a client of the socket, from a test's side
 *
 * Fails the test when what it waits for does not come within ten seconds.
 *
 * Owns:    a line client owns its connection; results are new references.
 * Threads: one.
 */
#ifndef HELP_LINE_H
#define HELP_LINE_H

#include <jansson.h>
#include <stdbool.h>

struct line_client {
	int fd;
	char bytes[1 << 20];
	size_t n;
};

struct line_client *line_open(const char *path);
void line_close(struct line_client *c);

void line_send(struct line_client *c, const char *text, size_t n);

/* The next line, without its end and NUL-terminated, until the next call; NULL when the
 * other side closed. */
const char *line_next(struct line_client *c);

/* The next line as JSON. */
json_t *line_json(struct line_client *c);

/* Calls, and gives the answer's `result`, or with line_error its `error`. `params` is JSON
 * in which ' stands for ". */
json_t *line_call(struct line_client *c, const char *method, const char *params);
json_t *line_error(struct line_client *c, const char *method, const char *params);

#endif
