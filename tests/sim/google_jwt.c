/* Keys of service accounts, and what is signed with them (RFC 7515, RFC 7518 3.3). */
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sim/google_server.h"

enum { MAX_PART = 8192 };

static const char *
pem_of(struct arena *a, EVP_PKEY *key, bool whole)
{
	char *bytes;
	BIO *bio = BIO_new(BIO_s_mem());
	if (bio == NULL || (whole ? PEM_write_bio_PKCS8PrivateKey(
					    bio, key, NULL, NULL, 0, NULL, NULL)
				  : PEM_write_bio_PUBKEY(bio, key)) != 1)
		abort();
	long n = BIO_get_mem_data(bio, &bytes);
	const char *pem = arena_strndup(a, bytes, (size_t)n);
	BIO_free(bio);
	return pem;
}

static EVP_PKEY *
public_half(struct arena *a, EVP_PKEY *key)
{
	const char *pem = pem_of(a, key, false);
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *half = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	if (half == NULL)
		abort();
	return half;
}

const char *
suite_make_key(struct suite *x, struct account *a)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	if (key == NULL)
		abort();
	EVP_PKEY_free(a->key);
	a->key = public_half(x->arena, key);
	a->key_id = arena_printf(x->domain->arena, "%040zx", ++x->given);
	json_t *file = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "type",
		"service_account", "project_id", x->domain->project.id, "private_key_id",
		a->key_id, "private_key", pem_of(x->arena, key, true), "client_email",
		a->email, "client_id", a->client_id, "token_uri", x->token_url);
	char *text = json_dumps(file, JSON_INDENT(2));
	const char *ret = arena_strdup(x->arena, text);
	free(text);
	json_decref(file);
	EVP_PKEY_free(key);
	return ret;
}

static int
value_of(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
				      "yz0123456789-_";
	const char *at = c != '\0' ? strchr(letters, c) : NULL;
	return at != NULL ? (int)(at - letters) : -1;
}

/* base64url without padding (RFC 4648, 5). False: it is not that. */
static bool
decode(const char *s, size_t n, unsigned char *ret, size_t *ret_n)
{
	unsigned bits = 0, have = 0;
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		int v = value_of(s[i]);
		if (v < 0 || *ret_n == MAX_PART)
			return false;
		bits = (bits << 6 | (unsigned)v) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			ret[(*ret_n)++] = (unsigned char)(bits >> have);
		}
	}
	return n > 0;
}

/* The beginning and length of a part. */
static const char *
find_part(const char *jwt, size_t part, size_t *ret_n)
{
	for (; part > 0; part--) {
		jwt = strchr(jwt, '.');
		if (jwt == NULL)
			return NULL;
		jwt++;
	}
	*ret_n = strcspn(jwt, ".");
	return jwt;
}

json_t *
suite_jwt_part(const char *jwt, size_t part)
{
	unsigned char bytes[MAX_PART];
	size_t n, size;
	const char *at = find_part(jwt, part, &n);
	json_t *o =
		at != NULL && decode(at, n, bytes, &size)
			? json_loadb((char *)bytes, size, JSON_REJECT_DUPLICATES, NULL)
			: NULL;
	if (json_is_object(o))
		return o;
	json_decref(o);
	return NULL;
}

bool
suite_jwt_verifies(const char *jwt, EVP_PKEY *key)
{
	unsigned char signature[MAX_PART];
	size_t n, size;
	const char *at = find_part(jwt, 2, &n);
	if (at == NULL || at[n] != '\0' || !decode(at, n, signature, &size))
		return false;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c != NULL &&
		  EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestVerify(c, signature, size, (const unsigned char *)jwt,
			  (size_t)(at - 1 - jwt)) == 1;
	EVP_MD_CTX_free(c);
	return ok;
}
