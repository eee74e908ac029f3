#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sim/web_server.h"

/* From 2000 to 2100, whatever the machine's clock says; one that has expired, to 2001. */
enum { VALID_FROM = 946684800 };
static const time_t valid_to = 4102444800, expired_since = 978307200;

static void
must(int r)
{
	if (r < 0)
		abort();
}

static gnutls_x509_privkey_t
make_key(void)
{
	gnutls_x509_privkey_t key;
	must(gnutls_x509_privkey_init(&key));
	must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	return key;
}

static gnutls_x509_crt_t
make_certificate(gnutls_x509_privkey_t key, const char *name, unsigned char serial,
	bool ca, time_t to)
{
	gnutls_x509_crt_t crt;
	unsigned char id[20];
	size_t size = sizeof id;
	must(gnutls_x509_crt_init(&crt));
	must(gnutls_x509_crt_set_version(crt, 3));
	must(gnutls_x509_crt_set_serial(crt, &serial, 1));
	must(gnutls_x509_crt_set_activation_time(crt, VALID_FROM));
	must(gnutls_x509_crt_set_expiration_time(crt, to));
	must(gnutls_x509_crt_set_dn_by_oid(
		crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name)));
	must(gnutls_x509_crt_set_key(crt, key));
	must(gnutls_x509_crt_get_key_id(crt, 0, id, &size));
	must(gnutls_x509_crt_set_subject_key_id(crt, id, size));
	must(gnutls_x509_crt_set_basic_constraints(crt, ca, -1));
	must(gnutls_x509_crt_set_key_usage(
		crt, ca ? GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE));
	return crt;
}

static void
name_loopback(gnutls_x509_crt_t crt)
{
	static const unsigned char v4[4] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
	must(gnutls_x509_crt_set_subject_alt_name(
		crt, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_SET));
	must(gnutls_x509_crt_set_subject_alt_name(
		crt, GNUTLS_SAN_IPADDRESS, v4, sizeof v4, GNUTLS_FSAN_APPEND));
	must(gnutls_x509_crt_set_subject_alt_name(
		crt, GNUTLS_SAN_IPADDRESS, v6, sizeof v6, GNUTLS_FSAN_APPEND));
	must(gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0));
}

static const char *
certificate_pem(struct arena *a, gnutls_x509_crt_t crt)
{
	gnutls_datum_t d;
	must(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &d));
	const char *pem = arena_strndup(a, (const char *)d.data, d.size);
	gnutls_free(d.data);
	return pem;
}

static const char *
key_pem(struct arena *a, gnutls_x509_privkey_t key)
{
	gnutls_datum_t d;
	must(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &d));
	const char *pem = arena_strndup(a, (const char *)d.data, d.size);
	gnutls_free(d.data);
	return pem;
}

void
make_identity(struct arena *a, const char *name, bool expired, struct identity *ret)
{
	gnutls_x509_privkey_t ca_key = make_key(), key = make_key();
	gnutls_x509_crt_t ca = make_certificate(ca_key, name, 1, true, valid_to);
	gnutls_x509_crt_t crt = make_certificate(
		key, "localhost", 2, false, expired ? expired_since : valid_to);
	name_loopback(crt);
	must(gnutls_x509_crt_sign2(ca, ca, ca_key, GNUTLS_DIG_SHA256, 0));
	must(gnutls_x509_crt_sign2(crt, ca, ca_key, GNUTLS_DIG_SHA256, 0));
	*ret = (struct identity){
		key_pem(a, key), certificate_pem(a, crt), certificate_pem(a, ca)};
	gnutls_x509_crt_deinit(ca);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(ca_key);
	gnutls_x509_privkey_deinit(key);
}
