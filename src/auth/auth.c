/* One link's token, kept and renewed. */
#include "auth/auth.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "auth/claims.h"
#include "auth/jwt.h"
#include "auth/way.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "credential.h"

enum {
	YOUNG_S = 60,          /* a token that is refused so soon is not the trouble */
	AGAIN_S = 10,          /* after a passing fault */
	AGAIN_EARLY_S = 60,    /* the same, while the old token still holds */
	AGAIN_DENIED_S = 3600, /* after one that somebody has to correct */
};

struct auth {
	struct auth_config config;
	char *texts[7]; /* that config points to */
	atomic_uint refs;
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool busy;    /* somebody asks for a token */
	bool again;   /* it was set right meanwhile, perhaps: a refusal may be an old one */
	char *header; /* NULL: none */
	int64_t got, renew, expires;
	int64_t version; /* of the credential that the token, or the trouble, came of */
	int64_t not_before; /* wall clock: the token server is left alone until then */
	struct err trouble;
	int64_t credential_expires;
};

static void
wipe(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

struct auth *
auth_new(const struct auth_config *config)
{
	struct auth *t = calloc(1, sizeof *t);
	if (t == NULL)
		return NULL;
	t->config = *config;
	const char **from[] = {&t->config.token_url, &t->config.client_id,
		&t->config.scope, &t->config.subject, &t->config.credentials,
		&t->config.credential, &t->config.ca_file};
	bool whole = true;
	for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
		if (*from[i] == NULL)
			continue;
		t->texts[i] = strdup(*from[i]);
		whole &= t->texts[i] != NULL;
		*from[i] = t->texts[i];
	}
	atomic_init(&t->refs, 1);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->done, NULL);
	if (!whole) {
		auth_free(t);
		return NULL;
	}
	return t;
}

struct auth *
auth_ref(struct auth *t)
{
	atomic_fetch_add(&t->refs, 1);
	return t;
}

void
auth_free(struct auth *t)
{
	if (t == NULL || atomic_fetch_sub(&t->refs, 1) != 1)
		return;
	wipe(t->header);
	for (size_t i = 0; i < sizeof t->texts / sizeof *t->texts; i++)
		free(t->texts[i]);
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->done);
	free(t);
}

static int64_t
now_of(const struct auth *t)
{
	return t->config.now != NULL ? t->config.now() : when_now();
}

/* Over the network; nothing is locked. */
static int
fetch(const struct auth *t, struct arena *a, struct auth_token *ret,
	int64_t *ret_credential_expires, struct err *err)
{
	struct credential secret;
	struct http *http = NULL;
	struct http_ask ask;
	struct http_answer answer;
	int64_t now = now_of(t);
	int r = credential_read(
		t->config.credentials, t->config.credential, &secret, err);
	if (r != ERR_NONE)
		return r;
	struct auth_config config = t->config;
	if (config.way == AUTH_GOOGLE)
		config.client_id = auth_google_client(a, secret.secret);
	*ret_credential_expires = jwt_certificate_expires(secret.secret);
	r = auth_ask(&config, secret.secret, a, now, &ask, err);
	credential_wipe(&secret);
	if (r == ERR_NONE)
		r = http_new(&(struct http_config){.url = t->config.token_url,
				     .ca_file = t->config.ca_file,
				     .loopback = t->config.loopback,
				     .stop = t->config.stop},
			&http, err);
	if (r == ERR_NONE)
		r = http_do(http, &ask, a, &answer, err);
	http_free(http);
	if (r == ERR_NONE)
		r = auth_read(&config, &answer, a, now, ret, err);
	return r;
}

/*
 * From half of its life on, so that half an hour without a token server costs nothing; later by
 * up to a tenth, of which each token's own letters decide, so that not all links come at once.
 */
static int64_t
renewal(int64_t now, const struct auth_token *token)
{
	int64_t life = token->expires - now;
	uint32_t h = 2166136261u; /* FNV-1a */
	for (const char *c = token->token; *c != '\0'; c++)
		h = (h ^ (unsigned char)*c) * 16777619u;
	return now + life / 2 + life / 10 * ((h ^ h >> 16) % 1000) / 1000;
}

static void
keep(struct auth *t, const struct auth_token *token)
{
	int64_t now = now_of(t);
	size_t n = sizeof "Authorization: Bearer " + strlen(token->token);
	char *header = malloc(n);
	if (header == NULL)
		return;
	memcpy(header, "Authorization: Bearer ", sizeof "Authorization: Bearer " - 1);
	strcpy(header + sizeof "Authorization: Bearer " - 1, token->token);
	wipe(t->header);
	t->header = header;
	t->got = now;
	t->expires = token->expires;
	t->renew = renewal(now, token);
	t->not_before = 0;
}

static void
remember(struct auth *t, const struct err *err)
{
	int64_t now = now_of(t);
	bool holds = t->header != NULL && now < t->expires;
	t->trouble = *err;
	if (err->grade == ERR_WAIT)
		t->not_before = err->retry_at;
	else if (t->again)
		t->not_before = 0;
	else if (err->grade == ERR_DENIED || err->grade == ERR_CONFIG)
		t->not_before = now + AGAIN_DENIED_S;
	else
		t->not_before = now + (holds ? AGAIN_EARLY_S : AGAIN_S);
}

/* With the lock held, which it gives up meanwhile. */
static void
renew(struct auth *t)
{
	struct arena *a = arena_new(0);
	struct auth_token token;
	struct err err = {0};
	int64_t credential_expires = t->credential_expires;
	t->busy = true;
	t->again = false;
	t->version = credential_version(t->config.credentials, t->config.credential);
	pthread_mutex_unlock(&t->lock);
	int r = a != NULL ? fetch(t, a, &token, &credential_expires, &err)
			  : err_set(&err, ERR_RETRY, "no_memory", "not enough memory");
	pthread_mutex_lock(&t->lock);
	t->credential_expires = credential_expires;
	if (r == ERR_NONE)
		keep(t, &token);
	else
		remember(t, &err);
	t->busy = false;
	pthread_cond_broadcast(&t->done);
	if (a != NULL)
		arena_free(a);
}

int
auth_header(struct auth *t, struct arena *a, const char **ret, struct err *err)
{
	int64_t version = credential_version(t->config.credentials, t->config.credential);
	bool tried = false;
	pthread_mutex_lock(&t->lock);
	for (;;) {
		int64_t now = now_of(t);
		bool valid = t->header != NULL && now < t->expires;
		bool changed = version != t->version;
		bool due = changed || !valid || now >= t->renew;
		if (valid && (!due || t->busy || tried))
			break;
		if (t->busy) {
			pthread_cond_wait(&t->done, &t->lock);
			continue;
		}
		if (tried || (!changed && now < t->not_before))
			break;
		renew(t);
		tried = true;
	}
	int r = ERR_NONE;
	if (t->header != NULL && now_of(t) < t->expires) {
		*ret = arena_strdup(a, t->header);
	} else if (t->trouble.grade != ERR_NONE) {
		*err = t->trouble;
		r = (int)err->grade;
	} else {
		r = err_set(err, ERR_RETRY, "no_memory", "not enough memory");
	}
	pthread_mutex_unlock(&t->lock);
	return r;
}

bool
auth_refused(struct auth *t, const char *header)
{
	bool another = true;
	pthread_mutex_lock(&t->lock);
	if (t->header != NULL && strcmp(t->header, header) == 0) {
		another = now_of(t) - t->got >= YOUNG_S;
		if (another) {
			wipe(t->header);
			t->header = NULL;
		}
	}
	pthread_mutex_unlock(&t->lock);
	return another;
}

void
auth_doubted(struct auth *t, const char *header)
{
	pthread_mutex_lock(&t->lock);
	if (t->header != NULL && strcmp(t->header, header) == 0 &&
		t->renew > t->got + YOUNG_S)
		t->renew = t->got + YOUNG_S;
	pthread_mutex_unlock(&t->lock);
}

void
auth_try(struct auth *t)
{
	pthread_mutex_lock(&t->lock);
	if (t->trouble.grade != ERR_WAIT)
		t->not_before = 0;
	t->again = t->busy;
	pthread_mutex_unlock(&t->lock);
}

int64_t
auth_expires(struct auth *t)
{
	pthread_mutex_lock(&t->lock);
	int64_t expires = t->credential_expires;
	pthread_mutex_unlock(&t->lock);
	return expires;
}

bool
auth_claims(struct auth *t, struct arena *a, struct auth_claims *ret)
{
	pthread_mutex_lock(&t->lock);
	const char *space = t->header != NULL ? strrchr(t->header, ' ') : NULL;
	bool read = space != NULL && auth_claims_read(a, space + 1, ret);
	pthread_mutex_unlock(&t->lock);
	return read;
}
