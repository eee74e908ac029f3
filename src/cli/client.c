#include "cli/client.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "paths.h"

enum {
	MAX_LINE = 32 << 20, /* bytes of one answer */
	PATIENCE_S = 120,    /* link.test tries each room */
};

struct client {
	int fd;
	json_int_t id;
	char *line; /* what was received and not yet taken */
	size_t n, room;
};

static int
unreachable(const char *path, int why, struct err *err)
{
	struct stat st;
	const struct group *g = stat(path, &st) == 0 ? getgrgid(st.st_gid) : NULL;
	err_set(err, ERR_ABSENT, "no_daemon", "cannot reach the daemon at %s: %s", path,
		strerror(why));
	if (why == EACCES && g != NULL)
		err_cure(err,
			"Only root and the group %s may ask: `sudo usermod -aG %s $USER`, "
			"then log in again.",
			g->gr_name, g->gr_name);
	else
		err_cure(err,
			"Is it running? `systemctl status convoked` tells, `systemctl start "
			"convoked` starts it. CONVOKE_SOCKET names a socket elsewhere.");
	return ERR_ABSENT;
}

int
client_open(const char *path, struct client **ret, struct err *err)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof at.sun_path)
		return unreachable(path, ENAMETOOLONG, err);
	strcpy(at.sun_path, path);
	struct client *c = calloc(1, sizeof *c);
	if (c == NULL)
		return unreachable(path, ENOMEM, err);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&at, sizeof at) != 0) {
		int why = errno;
		client_close(c);
		return unreachable(path, why, err);
	}
	*ret = c;
	return ERR_NONE;
}

void
client_close(struct client *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		close(c->fd);
	if (c->line != NULL)
		explicit_bzero(c->line, c->room); /* answers carry passcodes */
	free(c->line);
	free(c);
}

static int
lost(int why, struct err *err)
{
	if (why == EAGAIN)
		err_set(err, ERR_ABSENT, "no_answer",
			"the daemon did not answer within %d s", PATIENCE_S);
	else
		err_set(err, ERR_ABSENT, "closed", "the daemon closed the connection%s%s",
			why != 0 ? ": " : "", why != 0 ? strerror(why) : "");
	err_cure(err, "`journalctl -u convoked` tells what it is doing.");
	return ERR_ABSENT;
}

static int
patience(struct client *c, int seconds)
{
	struct timeval most = {.tv_sec = seconds};
	return setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
}

/* The next line as JSON. */
static int
receive(struct client *c, json_t **ret, struct err *err)
{
	size_t seen = 0;
	for (;;) {
		char *end =
			c->n > seen ? memchr(c->line + seen, '\n', c->n - seen) : NULL;
		if (end != NULL) {
			json_error_t why;
			size_t used = (size_t)(end - c->line) + 1;
			json_t *got =
				json_loadb(c->line, used, JSON_REJECT_DUPLICATES, &why);
			memmove(c->line, c->line + used, c->n - used);
			c->n -= used;
			if (got == NULL)
				return err_set(err, ERR_BAD_REPLY, "not_json",
					"the daemon's answer is not JSON: %s", why.text);
			*ret = got;
			return ERR_NONE;
		}
		seen = c->n;
		if (c->n == c->room) {
			size_t room = c->room > 0 ? c->room * 2 : 64 * 1024;
			char *more = room <= MAX_LINE ? realloc(c->line, room) : NULL;
			if (more == NULL)
				return err_set(err, ERR_LIMIT, "too_large",
					"the daemon's answer is larger than %d MiB",
					MAX_LINE >> 20);
			c->line = more;
			c->room = room;
		}
		ssize_t n = recv(c->fd, c->line + c->n, c->room - c->n, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return lost(n < 0 ? errno : 0, err);
		c->n += (size_t)n;
	}
}

static int
send_all(struct client *c, const char *bytes, size_t n, struct err *err)
{
	while (n > 0) {
		ssize_t done = send(c->fd, bytes, n, MSG_NOSIGNAL);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return lost(errno, err);
		bytes += done;
		n -= (size_t)done;
	}
	return ERR_NONE;
}

static int
refused(const json_t *error, struct err *err)
{
	const char *message = json_string_value(json_object_get(error, "message"));
	const json_t *data = json_object_get(error, "data");
	const char *cure = json_string_value(json_object_get(data, "cure"));
	char code[32];
	snprintf(code, sizeof code, "%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(error, "code")));
	err_set(err, ERR_DENIED, code, "%s", message != NULL ? message : "refused");
	if (cure != NULL)
		err_cure(err, "%s", cure);
	return ERR_DENIED;
}

int
client_call(struct client *c, const char *method, json_t *params, json_t **ret,
	struct err *err)
{
	json_int_t id = ++c->id;
	json_t *request = json_pack("{s:s, s:I, s:s, s:o}", "jsonrpc", "2.0", "id", id,
		"method", method, "params", params != NULL ? params : json_object());
	char *text = request != NULL ? json_dumps(request, JSON_COMPACT) : NULL;
	json_decref(request);
	if (text == NULL)
		return err_set(
			err, ERR_CONFIG, "bad_request", "what was asked is not UTF-8");
	size_t n = strlen(text);
	text[n] = '\n'; /* takes the place of the NUL */
	int r = send_all(c, text, n + 1, err);
	explicit_bzero(text, n + 1); /* may carry a password */
	free(text);
	patience(c, PATIENCE_S);
	while (r == ERR_NONE) {
		json_t *got = NULL;
		r = receive(c, &got, err);
		if (r != ERR_NONE)
			break;
		const json_t *error = json_object_get(got, "error");
		json_t *result = json_object_get(got, "result");
		bool ours = json_integer_value(json_object_get(got, "id")) == id;
		if (ours && error != NULL)
			r = refused(error, err);
		else if (ours && result == NULL)
			r = err_set(err, ERR_BAD_REPLY, "no_result",
				"the daemon's answer has no result");
		else if (ours)
			*ret = json_incref(result);
		json_decref(got);
		if (ours)
			break;
	}
	return r;
}

int
client_next(struct client *c, json_t **ret, struct err *err)
{
	patience(c, 0);
	return receive(c, ret, err);
}

int
client_ask(const char *method, json_t *params, json_t **ret)
{
	struct arena *a = arena_new(0);
	struct client *c = NULL;
	struct err err = {0};
	int status = CLI_DONE;
	int r = client_open(paths_socket(a), &c, &err);
	if (r != ERR_NONE)
		json_decref(params);
	else
		r = client_call(c, method, params, ret, &err);
	if (r != ERR_NONE) {
		cli_fail(&err);
		status = r == ERR_ABSENT ? CLI_NO_DAEMON : CLI_NO;
	}
	client_close(c);
	arena_free(a);
	return status;
}
