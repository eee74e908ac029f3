/* Google: developers.google.com/identity/protocols/oauth2/service-account. */
#include <string.h>

#include "auth/jwt.h"
#include "auth/way.h"
#include "base/arena.h"
#include "base/err.h"

enum { ASSERTION_S = 3600 };

static int
unusable(struct err *err, const char *what)
{
	err_set(err, ERR_CONFIG, "key_file",
		"the credential is not a service account's key: %s", what);
	err_cure(err, "Google Cloud console > IAM & Admin > Service accounts > the "
		      "account > Keys > "
		      "Add key > JSON; then: convoke link set LINK --password-file FILE");
	return ERR_CONFIG;
}

int
auth_google_ask(const struct auth_config *config, const char *secret, struct arena *a,
	int64_t now, struct buf *body, struct err *err)
{
	json_t *file = json_loads(secret, JSON_REJECT_DUPLICATES, NULL);
	const char *type = json_string_value(json_object_get(file, "type"));
	const char *mail = json_string_value(json_object_get(file, "client_email"));
	const char *pem = json_string_value(json_object_get(file, "private_key"));
	const char *kid = json_string_value(json_object_get(file, "private_key_id"));
	struct jwt_key *key = NULL;
	const char *assertion = NULL;
	int r = ERR_NONE;
	if (file == NULL)
		r = unusable(err, "it is not JSON");
	else if (type == NULL || strcmp(type, "service_account") != 0)
		r = unusable(err, "its type is not service_account");
	else if (mail == NULL || pem == NULL)
		r = unusable(err, "it lacks client_email or private_key");
	else
		r = jwt_key_read(pem, &key, err);
	if (r == ERR_NONE) {
		json_t *header = json_pack("{s:s*}", "kid", kid);
		json_t *claims = json_pack("{s:s, s:s, s:s, s:s*, s:I, s:I}", "iss", mail,
			"scope", config->scope, "aud", config->token_url, "sub",
			config->subject, "iat", (json_int_t)now, "exp",
			(json_int_t)(now + ASSERTION_S));
		assertion = header != NULL && claims != NULL
				    ? jwt_sign(a, key, JWT_RS256, header, claims)
				    : NULL;
		json_decref(header);
		json_decref(claims);
		if (assertion == NULL)
			r = err_set(err, ERR_RETRY, "not_signed",
				"the assertion could not be signed");
	}
	jwt_key_free(key);
	json_decref(file);
	if (r != ERR_NONE)
		return r;
	auth_form(body, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
	auth_form(body, "assertion", assertion);
	return ERR_NONE;
}

const char *
auth_google_client(struct arena *a, const char *secret)
{
	json_t *file = json_loads(secret, JSON_REJECT_DUPLICATES, NULL);
	const char *id = json_string_value(json_object_get(file, "client_id"));
	size_t n = id != NULL ? strlen(id) : 0;
	const char *ret = n > 0 && n <= 40 && strspn(id, "0123456789") == n
				  ? arena_strdup(a, id)
				  : NULL;
	json_decref(file);
	return ret;
}

static const struct {
	const char *error, *words; /* a part of the description; NULL: any */
	const char *text, *cure;
	bool delegation; /* the cure ends with who and which scope */
} troubles[] = {
	{"unauthorized_client", NULL, "the service account may not act for this user",
		"https://admin.google.com/ac/owl/domainwidedelegation (Security > Access "
		"and data control > API controls > Domain-wide delegation) > Add new: ",
		true},
	{"invalid_grant", "audience", "the token's address is not the one that answers",
		"The link's token URL should be https://oauth2.googleapis.com/token.",
		false},
	{"invalid_grant", "iat", "the assertion is outside of its time",
		"Set this machine's clock right (timedatectl shows whether it is "
		"synchronised).",
		false},
	{"invalid_grant", "ignature", "the key has been deleted or replaced",
		"Make a new key for the service account; then: convoke link set LINK "
		"--password-file FILE",
		false},
	{"invalid_grant", NULL, "there is no such user, or no such service account",
		"Check the link's subject (a user of the domain, never a room), and that "
		"the account exists.",
		false},
	{"access_denied", NULL, "the organisation's policy refuses the service account",
		"admin.google.com > Security > API controls.", false},
	{"admin_policy_enforced", NULL,
		"the organisation's policy refuses the service account",
		"admin.google.com > Security > API controls.", false},
	{"disabled_client", NULL, "the service account is disabled",
		"Google Cloud console > IAM & Admin > Service accounts: enable it.",
		false},
	{"deleted_client", NULL, "the service account has been deleted",
		"Make another, and give the link its key.", false},
	{"invalid_scope", NULL, "Google does not know the scope", "", false},
};

int
auth_google_explain(
	const struct auth_config *config, const json_t *reply, struct err *err)
{
	const char *error = json_string_value(json_object_get(reply, "error"));
	const char *words =
		json_string_value(json_object_get(reply, "error_description"));
	for (size_t i = 0; error != NULL && i < sizeof troubles / sizeof *troubles; i++) {
		if (strcmp(troubles[i].error, error) != 0 ||
			(troubles[i].words != NULL &&
				(words == NULL ||
					strstr(words, troubles[i].words) == NULL)))
			continue;
		err_set(err, ERR_DENIED, error, "Google gives no token: %s (%s)",
			troubles[i].text, error);
		if (!troubles[i].delegation)
			err_cure(err, "%s", troubles[i].cure);
		else
			err_cure(err,
				"%sclient ID %s, with exactly this scope: %s. It may take "
				"a day.",
				troubles[i].cure,
				config->client_id != NULL ? config->client_id
							  : "of the account",
				config->scope);
		return ERR_DENIED;
	}
	return ERR_NONE;
}
