/* New clients, as many as there may be. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/when.h"
#include "serve/serve.h"
#include "serve/server.h"

enum {
	AT_ONCE_MOST = 64,
	RESERVED = 16,  /* connections, for who has to see why there are so many */
	RETRY_MS = 100, /* after there was no descriptor for a new client */
};

static void
refuse_client(int fd)
{
	struct bytes out = {.s = NULL};
	rpc_put_error(&out, RPC_BUSY, "too many clients are connected",
		"Keep one connection and send all requests through it.");
	send(fd, out.s, out.n, MSG_DONTWAIT | MSG_NOSIGNAL);
	bytes_release(&out);
	close(fd);
}

static void
add_client(struct serve *s, int fd)
{
	struct peer peer = listen_peer(&s->listener, fd);
	bool full = s->n_conns + (peer.admin ? 0 : RESERVED) >= SERVE_MAX_CLIENTS;
	struct conn *c = full ? NULL : conn_new(fd);
	if (c == NULL) {
		refuse_client(fd);
		return;
	}
	c->uid = peer.uid;
	c->admin = peer.admin;
	c->next = s->conns;
	s->conns = c;
	s->n_conns++;
	attend(s, c);
}

void
accept_set(struct serve *s, bool accepts)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = &s->listener};
	if (accepts != s->accepts)
		epoll_ctl(s->epoll, accepts ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
			s->listener.fd, &e);
	s->accepts = accepts;
}

/* Said when it begins and when it ends; meanwhile it is tried again and again. */
static void
starve(struct serve *s, int why)
{
	if (!s->starved)
		log_warn("cannot accept a client: %s", strerror(why));
	s->starved = true;
	accept_set(s, false);
	server_look_by(s, when_monotonic_ms() + RETRY_MS);
}

void
accept_clients(struct serve *s)
{
	for (int i = 0; i < AT_ONCE_MOST; i++) {
		int fd =
			accept4(s->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			if (s->starved)
				log_info("clients are accepted again");
			s->starved = false;
			add_client(s, fd);
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != ECONNABORTED && errno != EINTR) {
			starve(s, errno);
			return;
		}
	}
}
