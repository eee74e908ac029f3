/* Microsoft Entra: learn.microsoft.com/entra/identity-platform, "OAuth 2.0 client
 * credentials flow" and "Certificate credentials". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "auth/jwt.h"
#include "auth/way.h"
#include "base/arena.h"
#include "base/err.h"

enum { ASSERTION_S = 300 };

/* A random GUID (RFC 9562, version 4), so that no assertion is used twice. */
static const char *
guid(struct arena *a)
{
	unsigned char b[16];
	if (RAND_bytes(b, sizeof b) != 1)
		return NULL;
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return arena_printf(a,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		b[12], b[13], b[14], b[15]);
}

static int
assertion(const struct auth_config *config, const char *pem, struct arena *a, int64_t now,
	const char **ret, struct err *err)
{
	bool old = config->legacy_assertion;
	struct jwt_key *key;
	const char *thumbprint, *id = guid(a);
	int r = jwt_key_read(pem, &key, err);
	if (r != ERR_NONE)
		return r;
	r = jwt_thumbprint(a, key, pem, old, &thumbprint, err);
	if (r == ERR_NONE) {
		json_t *header = json_pack("{s:s}", old ? "x5t" : "x5t#S256", thumbprint);
		json_t *claims = json_pack("{s:s, s:s, s:s, s:s*, s:I, s:I, s:I}", "aud",
			config->token_url, "iss", config->client_id, "sub",
			config->client_id, "jti", id, "nbf", (json_int_t)now, "iat",
			(json_int_t)now, "exp", (json_int_t)(now + ASSERTION_S));
		*ret = header != NULL && claims != NULL && id != NULL
			       ? jwt_sign(a, key, old ? JWT_RS256 : JWT_PS256, header,
					 claims)
			       : NULL;
		json_decref(header);
		json_decref(claims);
		if (*ret == NULL)
			r = err_set(err, ERR_RETRY, "not_signed",
				"the assertion could not be signed");
	}
	jwt_key_free(key);
	return r;
}

int
auth_entra_ask(const struct auth_config *config, const char *secret, struct arena *a,
	int64_t now, struct buf *body, struct err *err)
{
	const char *signed_one;
	auth_form(body, "grant_type", "client_credentials");
	auth_form(body, "client_id", config->client_id);
	auth_form(body, "scope", config->scope);
	if (strstr(secret, "-----BEGIN") == NULL) {
		auth_form(body, "client_secret", secret);
		return ERR_NONE;
	}
	int r = assertion(config, secret, a, now, &signed_one, err);
	if (r != ERR_NONE)
		return r;
	auth_form(body, "client_assertion_type",
		"urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	auth_form(body, "client_assertion", signed_one);
	return ERR_NONE;
}

#define REGISTRATION "Entra admin center > App registrations > the application > "

/* learn.microsoft.com, "Microsoft Entra authentication and authorization error codes". */
static const struct {
	int code;
	enum err_grade grade;
	const char *text, *cure;
} troubles[] = {
	{7000215, ERR_DENIED, "the client secret is wrong",
		REGISTRATION
		"Certificates & secrets: use the secret's Value, not its ID. Then: "
		"convoke link set LINK --password-file FILE"},
	{7000222, ERR_DENIED, "the client secret has expired",
		REGISTRATION
		"Certificates & secrets > New client secret. Then: convoke link set "
		"LINK --password-file FILE"},
	{700016, ERR_DENIED, "no application has this client ID in this tenant",
		"Check the link's tenant and client ID (" REGISTRATION
		"Overview), and that an administrator of this tenant has given consent."},
	{90002, ERR_DENIED, "there is no such tenant",
		"Check the link's tenant (its GUID or domain), and its cloud."},
	{700027, ERR_DENIED,
		"the certificate is not one of the application's, or has expired",
		REGISTRATION
		"Certificates & secrets > Certificates: upload the certificate of the "
		"link's credential."},
	{700024, ERR_DENIED, "the assertion is outside of its time",
		"Set this machine's clock right (timedatectl shows whether it is "
		"synchronised)."},
	{700021, ERR_DENIED, "the assertion's signature is of another application",
		"Check the link's client ID."},
	{65001, ERR_DENIED, "nobody has consented to what the application asks for",
		REGISTRATION "API permissions > Grant admin consent."},
	{90094, ERR_DENIED, "an administrator's consent is missing",
		REGISTRATION "API permissions > Grant admin consent."},
	{53003, ERR_DENIED, "Conditional Access refuses the application",
		"Look at the sign-in log of workload identities, and exempt this "
		"machine's address."},
	{700023, ERR_DENIED, "the assertion is meant for another tenant or cloud",
		"Check the link's tenant and cloud, and its token URL."},
	{50013, ERR_DENIED, "the assertion's signature is not the certificate's",
		REGISTRATION
		"Certificates & secrets > Certificates: upload the certificate of the "
		"link's credential."},
	{7000112, ERR_DENIED, "the application is disabled",
		"Entra admin center > Enterprise applications > the application > "
		"Properties: Enabled for users to sign in."},
	{7000229, ERR_DENIED, "the application has no enterprise application here",
		REGISTRATION "API permissions > Grant admin consent, which makes it."},
	{1002012, ERR_CONFIG, "the scope asked for is none of an application's",
		"Leave the link's URL out, so that it is the cloud's own."},
	{500011, ERR_DENIED, "Graph is not known in this tenant by that address",
		"Check the link's cloud: its tokens hold only there."},
	{50196, ERR_WAIT, "too many requests for tokens", ""},
	{90033, ERR_RETRY, "Entra is not available for a moment", ""},
	{50001, ERR_DENIED, "the resource is not known in this tenant",
		"Check the link's cloud: its tokens hold only there."},
};

/* The number, whichever way it is given; the text itself is never shown. */
static int
code_of(const json_t *reply)
{
	json_int_t code = json_integer_value(
		json_array_get(json_object_get(reply, "error_codes"), 0));
	const char *words =
		json_string_value(json_object_get(reply, "error_description"));
	if (code == 0 && words != NULL && strncmp(words, "AADSTS", 6) == 0)
		code = strtol(words + 6, NULL, 10);
	return code > 0 && code < 100000000 ? (int)code : 0;
}

int
auth_entra_explain(const struct auth_config *config, const json_t *reply, struct err *err)
{
	int code = code_of(reply);
	(void)config;
	for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
		if (troubles[i].code != code)
			continue;
		char name[32];
		snprintf(name, sizeof name, "AADSTS%d", code);
		err_set(err, troubles[i].grade, name, "Entra gives no token: %s (%s)",
			troubles[i].text, name);
		err_cure(err, "%s", troubles[i].cure);
		return (int)troubles[i].grade;
	}
	if (code == 0)
		return ERR_NONE;
	char name[32];
	snprintf(name, sizeof name, "AADSTS%d", code);
	err_set(err, ERR_DENIED, name, "Entra gives no token: %s", name);
	err_cure(err,
		"https://login.microsoftonline.com/error?code=%d says what it means.",
		code);
	return ERR_DENIED;
}
