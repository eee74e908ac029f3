#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <zlib.h>

#include "base/arena.h"
#include "sim/web_server.h"

enum { BLOCK = 32 << 10, SLOW_MS = 20, HANG_AFTER = 40 };

/* A body on its way out. */
struct outgoing {
	struct web *server;
	enum way way;
	size_t size;
	char bytes[];
};

/* Waits until the server stops, or as long as is said; true: it stops. */
static bool
wait_for_end(struct web *w, int ms)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)ms % 1000 * 1000000;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&w->lock);
	while (!w->stopping)
		if (pthread_cond_timedwait(&w->ends, &w->lock, &until) != 0)
			break;
	bool stopping = w->stopping;
	pthread_mutex_unlock(&w->lock);
	return stopping;
}

static ssize_t
read_on(void *arg, uint64_t at, char *to, size_t max)
{
	struct outgoing *o = arg;
	size_t end = o->way == WAY_TRUNCATED ? o->size / 2
		     : o->way == WAY_HANG    ? HANG_AFTER
					     : o->size;
	if (end > o->size)
		end = o->size;
	if (o->way == WAY_HANG && at >= end)
		while (!wait_for_end(o->server, 60 * 1000))
			;
	if (at >= end)
		return o->way == WAY_WHOLE || o->way == WAY_SLOW
			       ? MHD_CONTENT_READER_END_OF_STREAM
			       : MHD_CONTENT_READER_END_WITH_ERROR;
	if (o->way == WAY_SLOW && wait_for_end(o->server, SLOW_MS))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	size_t n = end - (size_t)at;
	if (o->way == WAY_SLOW)
		n = 1;
	if (n > max)
		n = max;
	memcpy(to, o->bytes + at, n);
	return (ssize_t)n;
}

/* As services send what they make: in chunks, and so without a length. */
static struct MHD_Response *
stream(struct web *w, const char *bytes, size_t size, enum way way)
{
	struct outgoing *o = malloc(sizeof *o + size);
	if (o == NULL)
		abort();
	*o = (struct outgoing){.server = w, .way = way, .size = size};
	memcpy(o->bytes, bytes, size);
	return MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, BLOCK, read_on, o, free);
}

static struct MHD_Response *
compressed(struct web *w, const struct web_answer *a)
{
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)a->body,
		.avail_in = (uInt)a->size};
	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	uLong room = deflateBound(&z, (uLong)a->size);
	unsigned char *to = malloc(room);
	if (to == NULL)
		abort();
	z.next_out = to;
	z.avail_out = (uInt)room;
	deflate(&z, Z_FINISH);
	struct MHD_Response *r = stream(w, (const char *)to, z.total_out, WAY_WHOLE);
	deflateEnd(&z);
	free(to);
	MHD_add_response_header(r, "Content-Encoding", "gzip");
	MHD_add_response_header(r, "Vary", "Accept-Encoding");
	return r;
}

static void
add_lines(struct MHD_Response *r, const char *lines)
{
	while (lines != NULL && *lines != '\0') {
		char name[64], value[400];
		size_t n = strcspn(lines, "\n");
		if (sscanf(lines, "%63[^:]: %399[^\n]", name, value) == 2)
			MHD_add_response_header(r, name, value);
		lines += n + (lines[n] == '\n');
	}
}

static bool
accepts_gzip(struct MHD_Connection *c)
{
	const char *v =
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Accept-Encoding");
	return v != NULL && strstr(v, "gzip") != NULL;
}

static void
send_all(struct MHD_Connection *c, bool tls, const char *bytes, size_t size)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, tls ? MHD_CONNECTION_INFO_GNUTLS_SESSION
					       : MHD_CONNECTION_INFO_CONNECTION_FD);
	while (size > 0) {
		ssize_t n = tls ? gnutls_record_send(i->tls_session, bytes, size)
				: send(i->connect_fd, bytes, size, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		bytes += n;
		size -= (size_t)n;
	}
}

/* libmicrohttpd knows no reason but the standard's; so the answer goes past it, and the
 * connection ends. */
static enum MHD_Result
send_with_reason(struct web *w, struct MHD_Connection *c, const struct web_answer *a)
{
	char text[400];
	int n = snprintf(text, sizeof text,
		"HTTP/1.1 %u %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		a->status, a->reason);
	send_all(c, w->ca != NULL, text, (size_t)n);
	return MHD_NO;
}

enum MHD_Result
web_send(struct web *w, struct MHD_Connection *c, const struct web_answer *a)
{
	if (a->way == WAY_DROP)
		return MHD_NO;
	if (a->reason != NULL)
		return send_with_reason(w, c, a);
	/* A 304 has no body, and no end of one either. */
	struct MHD_Response *r =
		a->status == 304 ? MHD_create_response_from_buffer(0,
					   (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT)
		: a->way == WAY_GZIP && accepts_gzip(c)
			? compressed(w, a)
			: stream(w, a->body, a->size,
				  a->way == WAY_GZIP ? WAY_WHOLE : a->way);
	if (a->type != NULL)
		MHD_add_response_header(r, "Content-Type", a->type);
	add_lines(r, a->headers);
	add_lines(r, w->config.headers);
	enum MHD_Result ok = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	return ok;
}
