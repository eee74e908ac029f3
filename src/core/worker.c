#include "core/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "calendar/copy.h"
#include "core/directory.h"
#include "core/expiry.h"
#include "core/keep.h"
#include "core/link.h"
#include "core/settle.h"
#include "core/token.h"
#include "credential.h"

struct connection {
	struct connection *next;
	char *link;
	uint64_t version;   /* of the link */
	int64_t credential; /* the version that it sends */
	struct auth *auth;  /* NULL: a password is sent */
	struct http *http;
};

/* One request, and what came of it. */
struct exchange {
	struct arena *scratch;
	struct http_answer answer;
	const struct http_answer *http; /* NULL: none came */
	struct reply *reply;            /* NULL: see err */
	struct err err;
};

static void
disconnect(struct connection **at)
{
	struct connection *k = *at;
	*at = k->next;
	http_free(k->http);
	auth_free(k->auth);
	free(k->link);
	free(k);
}

static struct connection **
find_connection(struct connection **at, const char *link)
{
	while (*at != NULL && strcmp((*at)->link, link) != 0)
		at = &(*at)->next;
	return at;
}

void
worker_disconnect(struct worker *w, const char *link)
{
	struct connection **at = find_connection(&w->connections, link);
	if (*at != NULL)
		disconnect(at);
}

struct http *
worker_connection(const struct worker *w, const char *link)
{
	struct connection *first = w->connections;
	struct connection *k = *find_connection(&first, link);
	return k != NULL ? k->http : NULL;
}

struct auth *
worker_auth(const struct worker *w, const char *link)
{
	struct connection *first = w->connections;
	const struct connection *k = *find_connection(&first, link);
	return k != NULL ? k->auth : NULL;
}

static int
connect_link(
	struct worker *w, const struct batch *b, struct connection **ret, struct err *err)
{
	const struct link *l = b->set_up;
	bool token = token_is_used(l);
	struct credential secret;
	int grade =
		credential_read(w->core->config.credentials, l->credential, &secret, err);
	if (grade != ERR_NONE) {
		link_lock(w->core, b->link);
		return grade;
	}
	struct connection *k = calloc(1, sizeof *k);
	if (k != NULL && token)
		k->auth = token_of(w->core, b->link, l, b->version);
	if (k == NULL || (k->link = strdup(l->name)) == NULL ||
		(token && k->auth == NULL))
		grade = err_set(err, ERR_RETRY, "memory", "out of memory");
	else
		grade = http_new(&(struct http_config){.url = l->url,
					 .user = token ? NULL : l->user,
					 .password = token ? NULL : secret.secret,
					 .ca_file = l->ca_file,
					 .loopback = l->insecure_loopback,
					 .certificate = w->certificate,
					 .stop = &w->core->stop},
			&k->http, err);
	int64_t version = secret.version;
	credential_wipe(&secret);
	if (grade != ERR_NONE) {
		if (k != NULL) {
			auth_free(k->auth);
			free(k->link);
		}
		free(k);
		return grade;
	}
	k->version = b->version;
	k->credential = version;
	k->next = w->connections;
	*ret = w->connections = k;
	return ERR_NONE;
}

/* The connection to the batch's link, made anew when the link or its password changed. */
static int
connection_for(
	struct worker *w, const struct batch *b, struct connection **ret, struct err *err)
{
	struct connection **at = find_connection(&w->connections, b->set_up->name);
	int64_t now =
		credential_version(w->core->config.credentials, b->set_up->credential);
	if (*at != NULL && ((*at)->version != b->version || (*at)->credential != now))
		disconnect(at);
	if (*at == NULL)
		return connect_link(w, b, ret, err);
	*ret = *at;
	return ERR_NONE;
}

/* Links come and go; their passwords do not stay. */
static void
forget_connections(struct worker *w, const struct site *s)
{
	for (struct connection **at = &w->connections; *at != NULL;)
		if (site_link(s, (*at)->link) == NULL)
			disconnect(at);
		else
			at = &(*at)->next;
}

static int
reader_for(struct worker *w, struct data *d, struct err *err)
{
	if (w->reader != NULL && w->data == d)
		return ERR_NONE;
	reader_free(w->reader);
	data_unref(w->data);
	w->data = data_ref(d);
	w->reader = data_reader(d, &w->core->stop);
	return w->reader != NULL ? ERR_NONE
				 : err_set(err, ERR_RETRY, "memory", "out of memory");
}

/* With a token, and once more with another when this one is not taken. */
static int
send_with_token(struct connection *k, const struct http_ask *ask, struct exchange *x)
{
	const char *bearer;
	const char **headers = arena_many(x->scratch, const char *, ask->n_headers + 1);
	struct http_ask with = *ask;
	memcpy(headers, ask->headers, ask->n_headers * sizeof *headers);
	with.headers = headers;
	with.n_headers = ask->n_headers + 1;
	int grade = ERR_NONE;
	for (int tries = 0; tries < 2; tries++) {
		grade = auth_header(k->auth, x->scratch, &bearer, &x->err);
		if (grade != ERR_NONE)
			return grade;
		headers[ask->n_headers] = bearer;
		grade = http_do(k->http, &with, x->scratch, &x->answer, &x->err);
		if (grade == ERR_NONE && x->answer.status == 403)
			auth_doubted(k->auth, bearer);
		if (grade != ERR_NONE || x->answer.status != 401 ||
			!auth_refused(k->auth, bearer))
			return grade;
	}
	return grade;
}

static int
send_request(
	struct worker *w, struct batch *b, const struct http_ask *ask, struct exchange *x)
{
	struct connection *k;
	struct leave leave;
	int grade = connection_for(w, b, &k, &x->err);
	if (grade != ERR_NONE)
		return grade;
	grade = link_enter(w->core, b, k->credential, &leave, &x->err);
	if (grade != ERR_NONE) {
		b->held = true;
		return grade;
	}
	grade = k->auth != NULL ? send_with_token(k, ask, x)
				: http_do(k->http, ask, x->scratch, &x->answer, &x->err);
	if (grade == ERR_NONE)
		x->http = &x->answer;
	b->reached |= x->http != NULL;
	link_leave(w->core, b, &leave, k->auth == NULL ? x->http : NULL);
	return grade;
}

/* A directory of this machine needs no password, and no patience. */
static int
read_directory(struct batch *b, const struct http_ask *ask, struct exchange *x)
{
	int grade = directory_do(ask, x->scratch, &x->answer, &x->err);
	if (grade == ERR_NONE)
		x->http = &x->answer;
	b->reached |= grade != ERR_CONFIG;
	return grade;
}

/* The reply, with what the reader has to know of it before it. */
static const char *
with_preface(
	const struct batch *b, struct poll *p, const struct exchange *x, size_t *ret_n)
{
	struct buf all;
	*ret_n = x->http->body_size;
	if (b->kind->preface == NULL)
		return x->http->body;
	buf_init(&all, x->scratch);
	b->kind->preface(p, &all);
	buf_add(&all, x->http->body, x->http->body_size);
	*ret_n = all.n;
	return all.s;
}

static int
read_answer(struct worker *w, struct batch *b, int op, struct poll *p, struct exchange *x)
{
	size_t n;
	const char *bytes = with_preface(b, p, x, &n);
	struct reply *reply = arena_one(b->arena, struct reply);
	int grade = reader_for(w, b->data, &x->err);
	if (grade == ERR_NONE)
		grade = reader_read(w->reader, b->arena, b->kind->name, op,
			b->country[0] != '\0' ? b->country : NULL, bytes, n, reply,
			&x->err);
	if (grade != ERR_NONE)
		return grade;
	x->reply = reply;
	if (reply->server_version != NULL)
		b->server_version = reply->server_version;
	if (reply->password_expires != 0)
		b->password_expires = reply->password_expires;
	return ERR_NONE;
}

static void
exchange(struct worker *w, struct batch *b, const struct http_ask *ask, int op,
	struct poll *p)
{
	struct exchange x = {.scratch = arena_new(0)};
	int grade = x.scratch == NULL
			    ? err_set(&x.err, ERR_RETRY, "memory", "out of memory")
		    : b->kind->access == CALENDAR_FILES ? read_directory(b, ask, &x)
							: send_request(w, b, ask, &x);
	if (grade == ERR_NONE)
		read_answer(w, b, op, p, &x);
	b->kind->take(p, x.http, x.reply, x.reply == NULL ? &x.err : NULL);
	arena_free(x.scratch);
}

/* What each room has already, by its agenda: an event whose text could not be read counts as
 * known while it is not tried again. */
static void
tell_known(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct agenda *g = b->agendas[i];
		size_t n = g != NULL ? g->n_meetings : 0;
		struct known_event *known = arena_many(b->arena, struct known_event, n);
		struct refusal *refusals = arena_many(b->arena, struct refusal, n);
		size_t n_refusals = 0;
		for (size_t k = 0; k < n; k++) {
			const struct agenda_meeting *m = &g->meetings[k];
			bool read = m->body_hash != 0 || m->body_missing;
			bool wanted = read && b->kind->reads_copies &&
				      copy_is_wanted(&m->event, m->extraction, &m->copy,
					      b->at);
			known[k] = (struct known_event){
				m->event.id != NULL ? m->event.id : "",
				m->event.change_key,
				b->anew[i] || wanted ? false : read || !b->rereads[i]};
			if (copy_is_refused(&m->event, &m->copy, b->at))
				refusals[n_refusals++] = (struct refusal){
					m->event.organizer, m->copy.again_at};
		}
		b->known[i].known = known;
		b->known[i].n_known = n;
		b->known[i].refusals = refusals;
		b->known[i].n_refusals = n_refusals;
	}
}

/* The way of a batch: ask the calendar, have the reader read, until there is no more to ask.
 */
static struct poll *
carry_on(struct worker *w, struct batch *b, struct poll *p)
{
	struct http_ask ask;
	int op;
	while (p != NULL && b->kind->ask(p, b->arena, &ask, &op))
		exchange(w, b, &ask, op, p);
	return p;
}

struct poll *
worker_converse(struct worker *w, struct batch *b)
{
	tell_known(b);
	return carry_on(
		w, b, b->kind->begin(&b->asked, b->known, b->n, b->from, b->to));
}

struct poll *
worker_list(struct worker *w, struct batch *b)
{
	return carry_on(w, b, b->kind->list(&b->asked));
}

static void
poll_rooms(struct worker *w, struct batch *b)
{
	struct poll *p = worker_converse(w, b);
	if (settle(w->core, b, p != NULL ? b->kind->results(p) : NULL) == SETTLE_DOUBTED)
		worker_disconnect(w, b->set_up->name); /* and ask another back end */
	b->kind->end(p);
}

static void
ask_expiry(struct worker *w, struct batch *b)
{
	b->kind->end(worker_converse(w, b));
	expiry_learn(w->core, b);
}

static void
look(struct worker *w, struct batch *b)
{
	link_look(w->core, b);
}

static void
keep(struct worker *w, struct batch *b)
{
	(void)b;
	keep_due(w->core);
	expiry_tell(w->core);
}

static void (*const works[N_WORK])(struct worker *w, struct batch *b) = {
	[WORK_POLL] = poll_rooms,
	[WORK_EXPIRY] = ask_expiry,
	[WORK_LOOK] = look,
	[WORK_KEEP] = keep,
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct batch b;
	while (work_take(w->core, &b)) {
		works[b.what](w, &b);
		forget_connections(w, b.site);
		work_done(w->core, &b);
	}
	worker_release(w); /* its reader ends with this thread */
	return NULL;
}

void
worker_init(struct worker *w, struct core *c)
{
	*w = (struct worker){.core = c};
}

void
worker_release(struct worker *w)
{
	while (w->connections != NULL)
		disconnect(&w->connections);
	reader_free(w->reader);
	data_unref(w->data);
	w->reader = NULL;
	w->data = NULL;
}

struct worker *
worker_start(struct core *c, struct err *err)
{
	struct worker *w = malloc(sizeof *w);
	if (w != NULL) {
		worker_init(w, c);
		if (pthread_create(&w->thread, NULL, work, w) == 0)
			return w;
	}
	free(w);
	err_set(err, ERR_RETRY, "no_thread", "no thread can be started");
	return NULL;
}

void
worker_join(struct worker *w)
{
	pthread_join(w->thread, NULL);
	free(w);
}
