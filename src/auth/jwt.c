#include "auth/jwt.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/arena.h"
#include "base/err.h"

enum { LEAST_BITS = 2048 };

struct jwt_key {
	EVP_PKEY *pkey;
};

static int
no_password(char *buf, int size, int writing, void *asked)
{
	(void)buf, (void)size, (void)writing;
	*(bool *)asked = true;
	return -1;
}

int
jwt_key_read(const char *pem, struct jwt_key **ret, struct err *err)
{
	bool asked = false;
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *pkey = bio != NULL
				 ? PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked)
				 : NULL;
	BIO_free(bio);
	if (pkey == NULL) {
		err_set(err, ERR_CONFIG, asked ? "key_encrypted" : "key_unreadable",
			asked ? "the private key is protected by a passphrase"
			      : "the credential holds no private key in PEM form");
		err_cure(err, asked ? "Take the passphrase off (openssl pkey -in KEY "
				      "-out PLAIN); "
				      "the file's mode 0600 protects it."
				    : "It should hold a \"BEGIN PRIVATE KEY\" block.");
		return ERR_CONFIG;
	}
	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA ||
		EVP_PKEY_get_bits(pkey) < LEAST_BITS) {
		EVP_PKEY_free(pkey);
		err_set(err, ERR_CONFIG, "key_kind",
			"the private key is not RSA of %d bits or more", LEAST_BITS);
		err_cure(err,
			"Make one: openssl req -x509 -newkey rsa:2048 -nodes -days 365 "
			"-subj /CN=convoke -keyout key.pem -out cert.pem");
		return ERR_CONFIG;
	}
	struct jwt_key *k = malloc(sizeof *k);
	if (k == NULL) {
		EVP_PKEY_free(pkey);
		return err_set(err, ERR_RETRY, "no_memory", "not enough memory");
	}
	k->pkey = pkey;
	*ret = k;
	return ERR_NONE;
}

void
jwt_key_free(struct jwt_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}

static X509 *
read_certificate(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	bool asked = false;
	X509 *x = bio != NULL ? PEM_read_bio_X509(bio, NULL, no_password, &asked) : NULL;
	BIO_free(bio);
	return x;
}

/* Without padding (RFC 4648, 5; RFC 7515, 2). */
static char *
base64url(struct arena *a, const unsigned char *bytes, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-_";
	char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1), *to = out;
	for (size_t i = 0; i < n; i += 3) {
		unsigned long v = (unsigned long)bytes[i] << 16;
		v |= i + 1 < n ? (unsigned long)bytes[i + 1] << 8 : 0;
		v |= i + 2 < n ? bytes[i + 2] : 0;
		size_t chars = n - i >= 3 ? 4 : n - i + 1;
		for (size_t k = 0; k < chars; k++)
			*to++ = digits[v >> (18 - 6 * k) & 63];
	}
	*to = '\0';
	return out;
}

int
jwt_thumbprint(struct arena *a, const struct jwt_key *k, const char *pem, bool sha1,
	const char **ret, struct err *err)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	X509 *x = read_certificate(pem);
	if (x == NULL) {
		err_set(err, ERR_CONFIG, "certificate_missing",
			"the credential holds a private key but no certificate");
		err_cure(err,
			"Put both into one file: cat cert.pem key.pem > credential.pem");
		return ERR_CONFIG;
	}
	bool belongs = X509_check_private_key(x, k->pkey) == 1;
	if (belongs)
		belongs = X509_digest(x, sha1 ? EVP_sha1() : EVP_sha256(), hash, &n) == 1;
	X509_free(x);
	if (!belongs) {
		err_set(err, ERR_CONFIG, "certificate_foreign",
			"the certificate does not belong to the private key beside it");
		err_cure(err, "Put the certificate that was made with this key first "
			      "into the file.");
		return ERR_CONFIG;
	}
	*ret = base64url(a, hash, n);
	return ERR_NONE;
}

long long
jwt_certificate_expires(const char *pem)
{
	X509 *x = read_certificate(pem);
	int days = 0, seconds = 0;
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	bool known = x != NULL && epoch != NULL &&
		     ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(x)) == 1;
	ASN1_TIME_free(epoch);
	X509_free(x);
	return known ? days * 86400LL + seconds : 0;
}

static unsigned char *
sign(struct arena *a, const struct jwt_key *k, enum jwt_algorithm alg, const char *text,
	size_t *ret_n)
{
	unsigned char *out = NULL;
	EVP_PKEY_CTX *options;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL &&
		  EVP_DigestSignInit(ctx, &options, EVP_sha256(), NULL, k->pkey) == 1;
	if (ok && alg == JWT_PS256) /* salt as long as the hash: RFC 7518, 3.5 */
		ok = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
		     EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) ==
			     1;
	ok = ok && EVP_DigestSign(ctx, NULL, ret_n, (const unsigned char *)text,
			   strlen(text)) == 1;
	if (ok) {
		out = arena_alloc(a, *ret_n);
		ok = EVP_DigestSign(ctx, out, ret_n, (const unsigned char *)text,
			     strlen(text)) == 1;
	}
	EVP_MD_CTX_free(ctx);
	return ok ? out : NULL;
}

static const char *
part(struct arena *a, const json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	if (text == NULL)
		return NULL;
	const char *encoded = base64url(a, (const unsigned char *)text, strlen(text));
	free(text);
	return encoded;
}

const char *
jwt_sign(struct arena *a, const struct jwt_key *k, enum jwt_algorithm alg, json_t *header,
	const json_t *claims)
{
	json_object_set_new(
		header, "alg", json_string(alg == JWT_PS256 ? "PS256" : "RS256"));
	json_object_set_new(header, "typ", json_string("JWT"));
	const char *head = part(a, header), *body = part(a, claims);
	if (head == NULL || body == NULL)
		return NULL;
	const char *text = arena_printf(a, "%s.%s", head, body);
	size_t n;
	unsigned char *signature = sign(a, k, alg, text, &n);
	return signature != NULL
		       ? arena_printf(a, "%s.%s", text, base64url(a, signature, n))
		       : NULL;
}
