/*
 * http_explain: why there was no answer, in words
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef BASE_HTTP_EXPLAIN_H
#define BASE_HTTP_EXPLAIN_H

struct err;

/* Why we ended a request ourselves, when we did. */
enum http_why {
	WHY_CURL,
	WHY_TOO_LARGE,
	WHY_HEADERS,
	WHY_ADDRESS,
	WHY_MEMORY,
	WHY_REFUSED,
};

/* `curl` is the CURL handle, `code` its CURLcode, `name` the server's "host:port". */
int http_explain(
	void *curl, int code, enum http_why why, const char *name, struct err *err);

#endif
