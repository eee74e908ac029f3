#include "help/line.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

enum { PATIENCE_MS = 10 * 1000 };

struct line_client *
line_open(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct line_client *c = calloc(1, sizeof *c);
	assert_non_null(c);
	assert_true(strlen(path) < sizeof at.sun_path);
	strcpy(at.sun_path, path);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(c->fd, (struct sockaddr *)&at, sizeof at) != 0)
		fail_msg("%s: %s", path, strerror(errno));
	return c;
}

void
line_close(struct line_client *c)
{
	close(c->fd);
	free(c);
}

void
line_send(struct line_client *c, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(c->fd, text, n, MSG_NOSIGNAL);
		if (sent < 0)
			fail_msg("send: %s", strerror(errno));
		text += sent;
		n -= (size_t)sent;
	}
}

const char *
line_next(struct line_client *c)
{
	static char line[sizeof c->bytes];
	for (;;) {
		char *end = memchr(c->bytes, '\n', c->n);
		if (end != NULL) {
			size_t n = (size_t)(end - c->bytes);
			memcpy(line, c->bytes, n);
			line[n] = '\0';
			c->n -= n + 1;
			memmove(c->bytes, end + 1, c->n);
			return line;
		}
		struct pollfd p = {.fd = c->fd, .events = POLLIN};
		if (poll(&p, 1, PATIENCE_MS) != 1)
			fail_msg("nothing came");
		ssize_t n = recv(c->fd, c->bytes + c->n, sizeof c->bytes - c->n, 0);
		if (n <= 0)
			return NULL;
		c->n += (size_t)n;
	}
}

json_t *
line_json(struct line_client *c)
{
	json_error_t why;
	const char *line = line_next(c);
	if (line == NULL)
		fail_msg("the connection was closed");
	json_t *got = json_loads(line, JSON_REJECT_DUPLICATES, &why);
	if (got == NULL)
		fail_msg("%s: %s", why.text, line);
	return got;
}

static json_t *
call(struct line_client *c, const char *method, const char *params, const char *member)
{
	static int id;
	char *text;
	id++;
	int n = asprintf(&text, "{'jsonrpc':'2.0','id':%d,'method':'%s','params':%s}\n",
		id, method, params);
	for (char *s = text; *s != '\0'; s++)
		*s = *s == '\'' ? '"' : *s;
	line_send(c, text, (size_t)n);
	free(text);
	json_t *got = line_json(c), *part = json_object_get(got, member);
	assert_int_equal(json_integer_value(json_object_get(got, "id")), id);
	assert_string_equal(json_string_value(json_object_get(got, "jsonrpc")), "2.0");
	assert_int_equal(json_object_size(got), 3);
	if (part == NULL)
		fail_msg("%s has no %s: %s", method, member,
			json_dumps(got, JSON_COMPACT));
	json_incref(part);
	json_decref(got);
	return part;
}

json_t *
line_call(struct line_client *c, const char *method, const char *params)
{
	return call(c, method, params, "result");
}

json_t *
line_error(struct line_client *c, const char *method, const char *params)
{
	return call(c, method, params, "error");
}
