#include "serve/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn *
conn_new(int fd)
{
	struct conn *c = calloc(1, sizeof *c);
	if (c != NULL)
		c->fd = fd;
	return c;
}

void
conn_free(struct conn *c)
{
	close(c->fd);
	json_decref(c->watched);
	bytes_release(&c->out);
	lines_free(c->lines);
	free(c);
}

void
conn_borrow(struct conn *c, struct spare *spare)
{
	if (c->lines == NULL) {
		c->lines = spare->lines;
		spare->lines = NULL;
	}
	if (c->lines == NULL)
		c->lines = lines_new();
	if (c->lines == NULL)
		c->dead = true;
	if (c->out.s == NULL) {
		c->out = spare->out;
		spare->out = (struct bytes){.s = NULL};
	}
}

void
conn_return(struct conn *c, struct spare *spare)
{
	if (c->lines != NULL && !lines_rest(c->lines)) {
		lines_clear(c->lines);
		lines_free(spare->lines);
		spare->lines = c->lines;
		c->lines = NULL;
	}
	if (c->out.n == 0) {
		bytes_release(&spare->out);
		spare->out = c->out;
		c->out = (struct bytes){.s = NULL};
	}
}

void
conn_spare_free(struct spare *spare)
{
	lines_free(spare->lines);
	bytes_release(&spare->out);
}

void
conn_read(struct conn *c)
{
	char waste[4096];
	size_t room = sizeof waste;
	if (c->dead)
		return;
	char *to = c->closing ? waste : lines_room(c->lines, &room);
	ssize_t n = recv(c->fd, to, room, MSG_DONTWAIT); /* descriptors sent are closed */
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		c->ended = true;
	if (n > 0 && !c->closing)
		lines_came(c->lines, (size_t)n);
}

void
conn_send(struct conn *c, int64_t now_ms)
{
	size_t left = conn_unsent(c);
	if (c->out.failed)
		c->dead = true;
	if (left == 0 || c->dead)
		return;
	ssize_t n = send(c->fd, c->out.s + c->sent, left, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		c->dead = true;
	if (n > 0)
		c->sent += (size_t)n;
	if (conn_unsent(c) == 0) {
		bytes_clear(&c->out);
		c->sent = 0;
		c->unsent_since = 0;
		return;
	}
	if (n > 0 || c->unsent_since == 0)
		c->unsent_since = now_ms;
	if (c->sent > CONN_MUCH_UNSENT) {
		bytes_drop(&c->out, c->sent);
		c->sent = 0;
	}
}

size_t
conn_unsent(const struct conn *c)
{
	return c->out.n - c->sent;
}

bool
conn_takes(const struct conn *c)
{
	return !c->dead && !c->closing && !c->in_turn && c->in_hand < CONN_MAX_IN_HAND &&
	       conn_unsent(c) < CONN_MUCH_UNSENT;
}

uint32_t
conn_wants(const struct conn *c)
{
	if (c->dead)
		return 0;
	uint32_t wants = conn_unsent(c) > 0 ? EPOLLOUT : 0;
	if (!c->ended && (c->closing || conn_takes(c)))
		wants |= EPOLLIN;
	return wants;
}

bool
conn_done(const struct conn *c)
{
	return c->in_hand == 0 && (c->dead || (c->ended && conn_unsent(c) == 0));
}
