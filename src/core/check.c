#include "core/check.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/err.h"
#include "base/origin.h"
#include "calendar/calendar.h"
#include "core.h"
#include "credential.h"
#include "provider/template.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

enum {
	MAX_ROOM_NAME = 100,
	MAX_TEXT = 500,    /* of a description or address */
	MAX_HOST = 253,    /* RFC 1035, 2.3.4, as text */
	MAX_ADDRESS = 254, /* of a mailbox: RFC 5321 */
	MAX_HOSTS = 64,
	MAX_DELAY_MS = 60 * 1000,
};

static bool
is_of(const char *s, const char *alphabet, size_t max)
{
	size_t n = strnlen(s, max + 1);
	return n > 0 && n <= max && strspn(s, alphabet) == n;
}

static bool
is_one_line(const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	return n <= max;
}

static int
wrong(struct err *err, const char *code, const char *what, const char *value,
	const char *cure)
{
	err_set(err, ERR_CONFIG, code, "%s cannot be \"%.100s\"", what, value);
	err_cure(err, "%s", cure);
	return ERR_CONFIG;
}

int
check_name(const char *noun, const char *name, struct err *err)
{
	if (name != NULL && credential_name_ok(name))
		return ERR_NONE;
	char what[64];
	snprintf(what, sizeof what, "a %s's name", noun);
	return wrong(err, "bad_name", what, name != NULL ? name : "",
		"Letters, digits, - and _ are allowed, 64 at most.");
}

static int
check_kind(const char *kind, struct err *err)
{
	char kinds[200] = "";
	size_t n = 0;
	if (kind != NULL && calendar_kind(kind) != NULL)
		return ERR_NONE;
	for (size_t i = 0; calendar_kind_at(i) != NULL && n < sizeof kinds; i++)
		n += (size_t)snprintf(kinds + n, sizeof kinds - n, "%s%s",
			i > 0 ? ", " : "", calendar_kind_at(i)->name);
	err_set(err, ERR_CONFIG, "unknown_kind", "there is no kind of calendar \"%.40s\"",
		kind != NULL ? kind : "");
	err_cure(err, "Known: %s.", kinds);
	return ERR_CONFIG;
}

static int
check_url(const struct link *l, const char *url, struct err *err)
{
	struct origin o;
	if (url == NULL || !is_one_line(url, ORIGIN_MAX_URL) || !origin_read(url, &o)) {
		/* not repeated: it may have a password in it */
		err_set(err, ERR_CONFIG, "bad_url",
			"a link's URL has to be an https URL without user and password");
		err_cure(err,
			"Such as https://mail.example.com/EWS/Exchange.asmx; the user "
			"and the password are given apart.");
		return ERR_CONFIG;
	}
	bool tls = strcmp(o.scheme, "https") == 0;
	bool loopback = origin_is_loopback(&o);
	origin_release(&o);
	if (!tls && !(l->insecure_loopback && loopback))
		return wrong(err, "plain_http", "a link's URL", url,
			"Use https: a password is never sent in the clear. (The demo on this "
			"machine: --insecure-loopback.)");
	if (l->insecure_loopback && !loopback)
		return wrong(err, "not_loopback",
			"the URL of a link with insecure_loopback", url,
			"It is for 127.0.0.1 and [::1] alone.");
	return ERR_NONE;
}

static int
check_token(const struct link *l, struct err *err)
{
	enum calendar_access access = calendar_kind(l->kind)->access;
	bool takes = access == CALENDAR_ENTRA || access == CALENDAR_GOOGLE;
	if (takes && l->token_url == NULL) {
		err_set(err, ERR_CONFIG, "no_token_url",
			"a link of kind %s has to know where its tokens come from",
			l->kind);
		err_cure(err,
			"convoke link add %s NAME gives it: see `convoke link add --help`.",
			l->kind);
		return ERR_CONFIG;
	}
	if (l->legacy_assertion && access != CALENDAR_ENTRA)
		return wrong(err, "bad_assertion",
			"the kind of a link with legacy_assertion", l->kind,
			"It is for office365 alone.");
	if (!takes && (l->token_url != NULL || l->subject != NULL))
		return wrong(err, "bad_token_url",
			"the token's URL or subject of such a link",
			l->token_url != NULL ? l->token_url : l->subject,
			"It takes a password, and no token.");
	return takes ? check_url(l, l->token_url, err) : ERR_NONE;
}

int
check_link(const struct link *l, struct err *err)
{
	int grade = check_name("link", l->name, err);
	if (grade == ERR_NONE)
		grade = check_kind(l->kind, err);
	bool files =
		grade == ERR_NONE && calendar_kind(l->kind)->access == CALENDAR_FILES;
	if (grade == ERR_NONE && !files)
		grade = check_url(l, l->url, err);
	if (grade == ERR_NONE)
		grade = check_token(l, err);
	if (grade == ERR_NONE)
		grade = calendar_kind(l->kind)->check(
			&(struct calendar_link){.name = l->name,
				.url = l->url,
				.user = l->user,
				.subject = l->subject,
				.impersonate = l->impersonate},
			err);
	if (grade != ERR_NONE)
		return grade;
	if (files) /* nobody has to be known to read them */
		return ERR_NONE;
	/* RFC 7617: a colon would end the name. */
	if (l->user == NULL || *l->user == '\0' || !is_one_line(l->user, MAX_TEXT) ||
		strchr(l->user, ':') != NULL)
		return wrong(err, "bad_user", "a link's user",
			l->user != NULL ? l->user : "",
			"Give it as user@domain or DOMAIN\\user.");
	if (!credential_name_ok(l->credential))
		return wrong(err, "bad_credential", "a credential's name", l->credential,
			"Letters, digits, - and _ are allowed, 64 at most.");
	if (l->ca_file != NULL && access(l->ca_file, R_OK) != 0)
		return wrong(err, "ca_file", "the file of CA certificates", l->ca_file,
			"Name a PEM file that the daemon may read.");
	return ERR_NONE;
}

static bool
is_mailbox(const char *s)
{
	const char *at = strrchr(s, '@');
	return is_one_line(s, MAX_ADDRESS) && at != NULL && at != s && at[1] != '\0' &&
	       strpbrk(s, " \"<>,;:\\") == NULL;
}

/* A mailbox that two rooms name would be polled twice, and is a slip. */
static int
check_mailbox(const struct site *s, const struct room *r, struct err *err)
{
	const struct link *l = site_link(s, r->link);
	const struct calendar_kind *kind = calendar_kind(l->kind);
	int grade = kind->check_room != NULL && r->mailbox != NULL
			    ? kind->check_room(&(struct calendar_link){.name = l->name,
						       .url = l->url},
				      r->mailbox, err)
			    : ERR_NONE;
	if (grade != ERR_NONE)
		return grade;
	if (r->mailbox == NULL || (kind->check_room == NULL && !is_mailbox(r->mailbox)))
		return wrong(err, "bad_mailbox", "a room's mailbox",
			r->mailbox != NULL ? r->mailbox : "",
			"Give its primary e-mail address.");
	for (size_t i = 0; i < s->n_rooms; i++) {
		const struct room *other = &s->rooms[i];
		if (strcmp(other->name, r->name) == 0 ||
			strcmp(other->link, r->link) != 0 ||
			strcasecmp(other->mailbox, r->mailbox) != 0)
			continue;
		err_set(err, ERR_CONFIG, "mailbox_taken",
			"%.100s is the mailbox of room %s", r->mailbox, other->name);
		err_cure(err, "Change that room, or remove it: `convoke room remove %s`",
			other->name);
		return ERR_CONFIG;
	}
	return ERR_NONE;
}

int
check_unknown(const char *noun, const char *name, struct err *err)
{
	char code[40];
	snprintf(code, sizeof code, "unknown_%s", noun);
	err_set(err, ERR_ABSENT, code, "there is no %s \"%.100s\"", noun,
		name != NULL ? name : "");
	err_cure(err, "`convoke %s list` shows what there is.", noun);
	return ERR_ABSENT;
}

static int
check_order(const struct room *r, struct err *err)
{
	bool had[N_TRANSPORTS] = {false};
	for (size_t i = 0; i < r->n_order; i++) {
		if (i >= N_TRANSPORTS || r->order[i] >= N_TRANSPORTS || had[r->order[i]])
			return wrong(err, "bad_transports", "a room's transports",
				"one twice",
				"Each of sip, h323, pstn, web at most once.");
		had[r->order[i]] = true;
	}
	return ERR_NONE;
}

int
check_room(const struct site *s, const struct room *r, struct err *err)
{
	if (r->name == NULL || !is_of(r->name, LETTERS DIGITS "_=#;:?@&-", MAX_ROOM_NAME))
		return wrong(err, "bad_name", "a room's name",
			r->name != NULL ? r->name : "",
			"Letters, digits and _ - = # ; : ? @ & are allowed, 100 at most.");
	if (r->link == NULL || site_link(s, r->link) == NULL)
		return check_unknown("link", r->link, err);
	if (r->profile == NULL || site_profile(s, r->profile) == NULL)
		return check_unknown("profile", r->profile, err);
	if (site_room(s, r->name) == NULL && s->n_rooms >= CORE_MAX_ROOMS) {
		err_set(err, ERR_LIMIT, "too_many_rooms", "there are %d rooms already",
			CORE_MAX_ROOMS);
		err_cure(err, "Another machine can watch the others.");
		return ERR_LIMIT;
	}
	if (r->description != NULL && !is_one_line(r->description, MAX_TEXT))
		return wrong(err, "bad_description", "a description", "that",
			"One line of at most 500 bytes.");
	int grade = check_mailbox(s, r, err);
	return grade == ERR_NONE ? check_order(r, err) : grade;
}

static bool
is_host(const char *s)
{
	return is_of(s, LETTERS DIGITS ".-", MAX_HOST) && s[0] != '.' && s[0] != '-' &&
	       strstr(s, "..") == NULL;
}

/* As a provider's gateway names hosts. */
static bool
is_hosts(const char *s)
{
	struct in_addr net;
	char text[INET_ADDRSTRLEN] = "";
	size_t n = strcspn(s, "/");
	if (s[n] == '\0')
		return is_host(strncmp(s, "*.", 2) == 0 ? s + 2 : s);
	if (n >= sizeof text)
		return false;
	memcpy(text, s, n);
	return inet_pton(AF_INET, text, &net) == 1 && is_of(s + n + 1, DIGITS, 2) &&
	       atoi(s + n + 1) >= 8 && atoi(s + n + 1) <= 32;
}

static bool
is_zone(const char *s)
{
	char path[200];
	if (!is_of(s, LETTERS DIGITS "_+-/", 64) || s[0] == '/')
		return false;
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", s);
	return access("/usr/share/zoneinfo", F_OK) != 0 || access(path, R_OK) == 0;
}

static bool
is_country(const char *s)
{
	return s != NULL && is_of(s, LETTERS, 2) && phone_known_country(s);
}

int
check_profile(const struct profile *p, struct err *err)
{
	static const char country[] = "Two letters of ISO 3166-1: US, DE, GB.";
	int grade = check_name("profile", p->name, err);
	if (grade != ERR_NONE)
		return grade;
	if (!is_country(p->country))
		return wrong(err, "bad_country", "a country",
			p->country != NULL ? p->country : "", country);
	for (size_t i = 0; i < p->n_countries; i++)
		if (!is_country(p->countries[i]))
			return wrong(err, "bad_country", "an allowed country",
				p->countries[i], country);
	if (p->n_allowed_hosts > MAX_HOSTS)
		return wrong(err, "too_many_hosts", "the list of allowed hosts",
			"longer than 64",
			"Allow what the providers' own files do not name, and no more.");
	for (size_t i = 0; i < p->n_allowed_hosts; i++)
		if (!is_hosts(p->allowed_hosts[i]))
			return wrong(err, "bad_host", "an allowed host",
				p->allowed_hosts[i],
				"Give a host's name, *. and a domain, an IPv4 address, or a "
				"network: 192.0.2.0/24.");
	if (p->time_zone != NULL && !is_zone(p->time_zone))
		return wrong(err, "bad_time_zone", "a time zone", p->time_zone,
			"Give its IANA name: America/Los_Angeles, Europe/Berlin.");
	if (p->address != NULL && !is_one_line(p->address, MAX_TEXT))
		return wrong(err, "bad_address", "an address", "that",
			"One line of at most 500 bytes.");
	return ERR_NONE;
}

int
check_known_provider(const struct providers *ps, const char *id, struct err *err)
{
	return id != NULL && providers_find(ps, id) != NULL
		       ? ERR_NONE
		       : check_unknown("provider", id, err);
}

/* `{id}` and `{pin}` stand for the provider's own slots. */
static int
check_template(const struct provider *p, const char *template, struct err *err)
{
	char own[MAX_TEXT];
	size_t n = 0;
	for (const char *s = template; *s != '\0' && n < sizeof own;) {
		const char *slot = strncmp(s, "{id}", 4) == 0    ? slot_name(p->id_slot)
				   : strncmp(s, "{pin}", 5) == 0 ? slot_name(p->pin_slot)
								 : NULL;
		int put = slot != NULL ? snprintf(own + n, sizeof own - n, "{%s}", slot)
				       : snprintf(own + n, sizeof own - n, "%c", *s);
		n += (size_t)put;
		s += slot == NULL ? 1 : s[1] == 'i' ? 4 : 5;
	}
	const char *why =
		n < sizeof own ? template_wrong(own, TEMPLATE_SIP, p) : "it is too long";
	return why == NULL ? ERR_NONE
			   : wrong(err, "bad_template", "a SIP template", template, why);
}

static bool
is_delay(int ms)
{
	return ms >= -1 && ms <= MAX_DELAY_MS;
}

int
check_provider(
	const struct providers *ps, const struct provider_settings *p, struct err *err)
{
	struct phone phone;
	struct policy any = policy_default("US");
	int grade = check_known_provider(ps, p->provider, err);
	if (grade != ERR_NONE)
		return grade;
	/* A country is allowed by rooms; all else is refused for everybody. */
	if (p->number != NULL) {
		enum number_verdict v = number_check(p->number, &any, &phone);
		if ((v != NUMBER_OK && v != NUMBER_COUNTRY) ||
			strcmp(phone.e164, p->number) != 0)
			return wrong(err, "bad_number", "an access number", p->number,
				"Give it as +13017158592: E.164, neither emergency, short nor "
				"premium.");
	}
	if (!is_delay(p->id_delay_ms) || !is_delay(p->pin_delay_ms))
		return wrong(err, "bad_delay", "a delay", "that",
			"Milliseconds from 0 to 60000; -1: as the provider's file has it.");
	if (p->sip_endpoint != NULL && !is_host(p->sip_endpoint))
		return wrong(err, "bad_host", "a SIP endpoint", p->sip_endpoint,
			"Give a host's name, or an IPv4 address.");
	if (p->h323_endpoint != NULL && !is_host(p->h323_endpoint))
		return wrong(err, "bad_host", "an H.323 endpoint", p->h323_endpoint,
			"Give a host's name, or an IPv4 address.");
	return p->sip_template == NULL ? ERR_NONE
				       : check_template(providers_find(ps, p->provider),
						 p->sip_template, err);
}
