/* learn.microsoft.com/entra/identity-platform/certificate-credentials. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/arena.h"
#include "sim/graph_call.h"

enum {
	SKEW_S = 300,
	LONGEST_S = 24 * 3600,
	ID = 700027,
	SIGNATURE = 50013,
	FORM = 50027
};

static const char *
decoded(struct arena *a, const char *s, size_t n, size_t *ret_n)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *out = arena_alloc(a, n + 1);
	unsigned v = 0;
	size_t k = 0;
	int bits = 0;
	for (size_t i = 0; i < n; i++) {
		const char *d = s[i] != '\0' ? strchr(letters, s[i]) : NULL;
		if (d == NULL)
			return NULL;
		v = v << 6 | (unsigned)(d - letters);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[k++] = (char)(v >> bits & 0xff);
		}
	}
	out[k] = '\0';
	*ret_n = k;
	return out;
}

static json_t *
part(struct arena *a, const char *s, size_t n)
{
	size_t size = 0;
	const char *text = decoded(a, s, n, &size);
	return text != NULL ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s != NULL ? s : "";
}

static bool
is_thumbprint(struct arena *a, X509 *crt, const EVP_MD *md, const char *said)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	size_t size = 0;
	const char *have = decoded(a, said, strlen(said), &size);
	return X509_digest(crt, md, digest, &n) == 1 && have != NULL && size == n &&
	       memcmp(have, digest, n) == 0;
}

/* PS256 goes with x5t#S256, RS256 with x5t; 0: it is signed by the certificate's key. */
static int
check_signature(struct arena *a, X509 *crt, const json_t *header, const char *signed_part,
	size_t n, const char *signature)
{
	bool pss = strcmp(text(header, "alg"), "PS256") == 0;
	if (!pss && strcmp(text(header, "alg"), "RS256") != 0)
		return FORM;
	if (!is_thumbprint(a, crt, pss ? EVP_sha256() : EVP_sha1(),
		    text(header, pss ? "x5t#S256" : "x5t")))
		return ID;
	size_t size = 0;
	const char *bytes = decoded(a, signature, strlen(signature), &size);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how = NULL;
	bool right =
		bytes != NULL &&
		EVP_DigestVerifyInit(
			ctx, &how, EVP_sha256(), NULL, X509_get0_pubkey(crt)) == 1 &&
		(!pss || (EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) == 1 &&
				 EVP_PKEY_CTX_set_rsa_pss_saltlen(
					 how, RSA_PSS_SALTLEN_DIGEST) == 1)) &&
		EVP_DigestVerify(ctx, (const unsigned char *)bytes, size,
			(const unsigned char *)signed_part, n) == 1;
	EVP_MD_CTX_free(ctx);
	return right ? 0 : SIGNATURE;
}

static bool
is_used(struct graph *x, const char *jti)
{
	for (const struct used *u = x->used; u != NULL; u = u->next)
		if (strcmp(u->jti, jti) == 0)
			return true;
	struct used *u = arena_one(x->arena, struct used);
	u->jti = arena_strdup(x->arena, jti);
	u->next = x->used;
	x->used = u;
	return false;
}

static bool
is_audience(const struct call *c, const char *aud)
{
	const char *const tenants[] = {c->graph->tenant, c->graph->domain};
	for (size_t i = 0; i < 2; i++)
		if (strcmp(aud, arena_printf(c->arena, "%s/%s/oauth2/v2.0/token",
					graph_host(c->graph), tenants[i])) == 0)
			return true;
	return false;
}

static int
check_claims(struct call *c, const struct application *a, const json_t *claims)
{
	int64_t now = graph_clock(c->graph);
	json_int_t nbf = json_integer_value(json_object_get(claims, "nbf"));
	json_int_t exp = json_integer_value(json_object_get(claims, "exp"));
	if (strcmp(text(claims, "iss"), a->is.client_id) != 0 ||
		strcmp(text(claims, "sub"), a->is.client_id) != 0)
		return 700021;
	if (!is_audience(c, text(claims, "aud")))
		return 700023;
	if (nbf > now + SKEW_S || exp < now - SKEW_S || exp <= nbf ||
		exp - nbf > LONGEST_S)
		return 700024;
	return *text(claims, "jti") == '\0' || is_used(c->graph, text(claims, "jti"))
		       ? FORM
		       : 0;
}

static X509 *
registered(const struct call *c, const struct application *a)
{
	const char *pem = a->is.certificate;
	BIO *bio = pem != NULL ? BIO_new_mem_buf(pem, -1) : NULL;
	X509 *crt = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	time_t now = (time_t)graph_clock(c->graph);
	BIO_free(bio);
	if (crt != NULL && X509_cmp_time(X509_get0_notAfter(crt), &now) < 0) {
		X509_free(crt);
		crt = NULL;
	}
	return crt;
}

int
entra_check_assertion(struct call *c, const struct application *a, const char *jwt)
{
	const char *dot = strchr(jwt, '.');
	const char *last = dot != NULL ? strchr(dot + 1, '.') : NULL;
	if (last == NULL || strchr(last + 1, '.') != NULL)
		return FORM;
	json_t *header = part(c->arena, jwt, (size_t)(dot - jwt));
	json_t *claims = part(c->arena, dot + 1, (size_t)(last - dot - 1));
	X509 *crt = registered(c, a);
	int code = 0;
	if (header == NULL || claims == NULL || strcmp(text(header, "typ"), "JWT") != 0)
		code = FORM;
	else if (crt == NULL)
		code = ID;
	else
		code = check_signature(
			c->arena, crt, header, jwt, (size_t)(last - jwt), last + 1);
	if (code == 0)
		code = check_claims(c, a, claims);
	X509_free(crt);
	json_decref(header);
	json_decref(claims);
	return code;
}
