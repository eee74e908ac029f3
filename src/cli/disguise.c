#include "cli/disguise.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/transfer.h"
#include "cli/lookup.h"
#include "invite/wrappers.h"

enum {
	MIN_DIGITS =
		6, /* shorter ones are times, years and sizes, unless they were found */
	MAX_DIGITS = 32,
	MIN_TOKEN = 8,
	MIN_NAME = 3,
	MAX_HOST = 253,
};

struct disguise {
	struct arena *arena;
	const struct rules *rules;
	const struct providers *providers;
	struct lookup digits, secrets, tokens, names, hosts, people;
	unsigned n_phones;
};

/* One reading of one text. */
struct cursor {
	struct disguise *d;
	const char *s;
	size_t n, at;
	bool after_word; /* the byte before belongs to a word */
	bool in_url;
	struct buf out;
};

/* Chance */

static unsigned
below(unsigned n)
{
	unsigned r = 0;
	while (getrandom(&r, sizeof r, 0) != (ssize_t)sizeof r)
		;
	return r % n;
}

static bool
is_hex(char c)
{
	return transfer_hex(c) >= 0;
}

static char
another(char c, bool hex)
{
	if (isdigit((unsigned char)c))
		return (char)('0' + below(10));
	if (islower((unsigned char)c))
		return (char)('a' + below(hex ? 6 : 26));
	if (isupper((unsigned char)c))
		return (char)('A' + below(hex ? 6 : 26));
	return c;
}

/* Character by character of the same kind; what is hexadecimal, or is but for its first
 * letter, stays so. */
static char *
scramble(struct disguise *d, const char *s, size_t n)
{
	char *out = arena_strndup(d->arena, s, n);
	bool hex = n > MIN_TOKEN;
	for (size_t i = 1; i < n; i++)
		hex &= is_hex(s[i]);
	for (size_t i = 0; i < n; i++)
		if (i > 0 || !hex || is_hex(s[0]))
			out[i] = another(s[i], hex);
	return out;
}

static char *
other_digits(struct disguise *d, const char *digits)
{
	char *out = arena_strdup(d->arena, digits);
	do {
		for (char *c = out; *c != '\0'; c++) /* zeros at the beginning stay */
			if (c > out || *c != '0')
				*c = (char)(c == out ? '1' + below(9) : '0' + below(10));
	} while (strlen(out) >= MIN_DIGITS && strcmp(out, digits) == 0);
	return out;
}

/* Numbers */

static bool
is_published(const struct disguise *d, const char *digits, bool whole)
{
	size_t n = strlen(digits);
	for (size_t i = 0; i < providers_count(d->providers); i++) {
		const struct provider *p = providers_at(d->providers, i);
		for (size_t k = 0; k < p->n_numbers; k++) {
			const char *e164 = p->numbers[k].e164 + 1;
			size_t all = strlen(e164);
			const char *rest = digits + (digits[0] == '0');
			size_t m = n - (digits[0] == '0');
			if (strcmp(e164, digits) == 0 ||
				(!whole && m >= 8 && m < all && all - m <= 3 &&
					strcmp(e164 + all - m, rest) == 0))
				return true;
		}
	}
	return false;
}

/* A number with its country: that stays, and in North America so does the area. The same
 * number without its country becomes the same. */
static const char *
other_phone(struct disguise *d, const char *digits)
{
	const char *known = lookup_get(&d->digits, digits, strlen(digits));
	struct phone phone;
	if (known != NULL)
		return known;
	if (is_published(d, digits, true))
		return digits;
	char *out = other_digits(d, digits);
	size_t country = 0, n = strlen(digits);
	if (phone_parse(arena_printf(d->arena, "+%s", digits), n + 1, NULL, &phone))
		country = strlen(arena_printf(d->arena, "%d", phone.country_code));
	memcpy(out, digits, n < country + 2 ? n : country + 2);
	if (digits[0] == '1' && n == 11)
		out = arena_printf(
			d->arena, "%.4s55501%02u", digits, d->n_phones++ % 100);
	lookup_put(&d->digits, digits, out);
	if (country > 0 && n - country >= MIN_DIGITS) {
		lookup_put(&d->digits, digits + country, out + country);
		lookup_put(&d->digits, arena_printf(d->arena, "0%s", digits + country),
			arena_printf(d->arena, "0%s", out + country));
	}
	return out;
}

static const char *
other_number(struct disguise *d, const char *digits)
{
	const char *known = lookup_get(&d->digits, digits, strlen(digits));
	if (known != NULL)
		return known;
	if (strlen(digits) < MIN_DIGITS || is_published(d, digits, false))
		return digits;
	known = other_digits(d, digits);
	lookup_put(&d->digits, digits, known);
	return known;
}

/* Bytes of what may stand between two groups of digits of one number; 0: nothing may. */
static size_t
separator(const char *s, size_t n, bool phone)
{
	static const char *const each[] = {
		" ", "-", "\xc2\xa0", "\xe2\x80\x91", "&nbsp;", "&#160;"};
	static const char *const of_phones[] = {". ", ".", ") ", ")", " (", "("};
	for (size_t i = 0; i < sizeof each / sizeof *each; i++)
		if (n > strlen(each[i]) && memcmp(s, each[i], strlen(each[i])) == 0)
			return strlen(each[i]);
	for (size_t i = 0; phone && i < sizeof of_phones / sizeof *of_phones; i++)
		if (n > strlen(of_phones[i]) &&
			memcmp(s, of_phones[i], strlen(of_phones[i])) == 0)
			return strlen(of_phones[i]);
	return 0;
}

static bool
digit_at(const struct cursor *c, size_t at)
{
	return at < c->n && isdigit((unsigned char)c->s[at]);
}

/* "2026-11-23", "20261123T150000Z" and "20261123" before it: dates say nothing of anybody. */
static size_t
date(const char *s, size_t n)
{
	static const char *const forms[] = {"dddd-dd-ddTdd:dd", "dddd-dd-dd",
		"ddddddddTdddddd", "dd.dd.dddd", "dd/dd/dddd"};
	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
		size_t i = 0, m = strlen(forms[f]);
		for (; i < m && i < n; i++)
			if (forms[f][i] == 'd' ? !isdigit((unsigned char)s[i])
					       : s[i] != forms[f][i])
				break;
		if (i == m && (i == n || !isdigit((unsigned char)s[i])))
			return m;
	}
	return 0;
}

static void
keep(struct cursor *c, size_t n)
{
	buf_add(&c->out, c->s + c->at, n);
	c->at += n;
}

/* Digits in their groups; false when there are none that are a number of its own. */
static bool
number(struct cursor *c)
{
	bool plus = c->s[c->at] == '+', open = c->s[c->at] == '(';
	size_t at = c->at + (plus || open), end = at, n = 0, group = 0;
	bool regular = true; /* "918 4730 2265", not "2019 10" of a date and a time */
	char digits[MAX_DIGITS + 1];
	if (c->after_word || !digit_at(c, at))
		return false;
	size_t day = plus || open ? 0 : date(c->s + at, c->n - at);
	if (day > 0) {
		keep(c, day);
		c->after_word = true;
		return true;
	}
	while (at < c->n && n < MAX_DIGITS) {
		if (digit_at(c, at)) {
			digits[n++] = c->s[at++];
			end = at;
			group++;
			continue;
		}
		bool phone = plus || open || (n == 1 && digits[0] == '1');
		size_t skip = separator(c->s + at, c->n - at, phone);
		if (skip == 0 || !digit_at(c, at + skip) ||
			date(c->s + at + skip, c->n - at - skip) > 0)
			break;
		regular &= group >= 3 || (n == 1 && digits[0] == '1');
		at += skip;
		group = 0;
	}
	regular &= group >= 3 || group == n;
	if (end < c->n && isalpha((unsigned char)c->s[end]))
		return false; /* of a word */
	digits[n] = '\0';
	const char *instead = digits;
	if (plus && n >= 7)
		instead = other_phone(c->d, digits);
	else if (plus || regular || lookup_get(&c->d->digits, digits, n) != NULL)
		instead = other_number(c->d, digits);
	if (strcmp(instead, digits) == 0 && !plus) { /* each group may still be one */
		size_t first = strspn(c->s + c->at + open, "0123456789");
		if (first < n) {
			digits[first] = '\0';
			instead = other_number(c->d, digits);
			end = c->at + open + first;
		}
	}
	for (; c->at < end; c->at++)
		buf_char(&c->out, digit_at(c, c->at) ? *instead++ : c->s[c->at]);
	c->after_word = true;
	return true;
}

/* Words */

static bool
word_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static size_t
word_at(const struct cursor *c, size_t at)
{
	size_t n = 0;
	while (at + n < c->n && word_char(c->s[at + n]) &&
		!(n > 0 && (unsigned char)c->s[at + n - 1] >= 0x80 &&
			isdigit((unsigned char)c->s[at + n])))
		n++;
	return n;
}

static const char *
in_case_of(struct arena *a, const char *was, const char *name)
{
	char *out = arena_strdup(a, name);
	bool upper = isupper((unsigned char)was[0]);
	bool all = upper && isupper((unsigned char)was[1]);
	for (size_t i = 0; out[i] != '\0'; i++)
		out[i] =
			(char)((i == 0 && (upper || (unsigned char)was[0] >= 0x80)) || all
					? toupper((unsigned char)out[i])
					: tolower((unsigned char)out[i]));
	return out;
}

/* Letters and digits together, or in a link letters of both cases: nothing that is read. */
static bool
is_token(const char *s, size_t n, bool in_url)
{
	bool lower = false, upper = false, digit = false;
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] >= 0x80)
			return false;
		lower |= islower((unsigned char)s[i]) != 0;
		upper |= i > 0 && isupper((unsigned char)s[i]);
		digit |= isdigit((unsigned char)s[i]) != 0;
	}
	return n >= MIN_TOKEN &&
	       ((digit && (lower || upper)) || (in_url && lower && upper));
}

static void
word(struct cursor *c, size_t n)
{
	struct disguise *d = c->d;
	const char *s = c->s + c->at, *known = lookup_get(&d->secrets, s, n);
	const char *name = known == NULL ? lookup_get(&d->names, s, n) : NULL;
	if (known == NULL && name == NULL && is_token(s, n, c->in_url)) {
		known = lookup_get(&d->tokens, s, n);
		if (known == NULL) {
			known = scramble(d, s, n);
			lookup_put(&d->tokens, arena_strndup(d->arena, s, n), known);
		}
	}
	if (known != NULL)
		buf_str(&c->out, known);
	else if (name != NULL)
		buf_str(&c->out, in_case_of(d->arena, s, name));
	else
		buf_add(&c->out, s, n);
	c->at += n;
	/* digits may follow a word of Chinese or Japanese without a space */
	c->after_word = (unsigned char)s[n - 1] < 0x80;
}

/* Hosts */

static size_t
host_at(const struct cursor *c, size_t at)
{
	size_t n = 0, dot = 0;
	while (at + n < c->n && n < MAX_HOST &&
		(isalnum((unsigned char)c->s[at + n]) || c->s[at + n] == '-' ||
			c->s[at + n] == '.'))
		n++;
	while (n > 0 && !isalnum((unsigned char)c->s[at + n - 1]))
		n--;
	for (size_t i = 0; i < n; i++)
		if (c->s[at + i] == '.')
			dot = i;
	return dot > 0 && n - dot > 2 && isalpha((unsigned char)c->s[at + dot + 1]) &&
			       isalpha((unsigned char)c->s[at + n - 1])
		       ? n
		       : 0;
}

static bool
is_wrapper(struct disguise *d, const char *host)
{
	struct unwrapped u;
	const char *url = arena_printf(d->arena,
		"https://%s/?url=https%%3A%%2F%%2Fzoom.us&q=https%%3A%%2F%%2Fzoom.us",
		host);
	return unwrap(d->arena, url, false, &u) && (u.n_names > 0 || u.opaque);
}

static bool
is_known(struct disguise *d, const char *host)
{
	if (rules_know_host(d->rules, host) || is_wrapper(d, host))
		return true;
	for (size_t i = 0; i < providers_count(d->providers); i++) {
		const struct provider *p = providers_at(d->providers, i);
		for (size_t g = 0; g < p->n_sip; g++)
			if (gateway_has_host(&p->sip[g], host))
				return true;
		for (size_t g = 0; g < p->n_h323; g++)
			if (gateway_has_host(&p->h323[g], host))
				return true;
	}
	return false;
}

/* "northwind" of northwind.zoom.us, unless the provider calls it so. */
static bool
is_customer(struct disguise *d, const char *label, size_t n, const char *parent)
{
	static const char *const theirs[] = {"www", "web", "app", "global", "meet",
		"meeting", "meetings", "join", "teams", "sip", "events", "lync", "dialin",
		"video", "support", "applications", "mailer", "calendar", "gov"};
	for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
		if (strlen(theirs[i]) == n && memcmp(theirs[i], label, n) == 0)
			return false;
	for (size_t i = 0; i < n; i++)
		if (isdigit((unsigned char)label[i]))
			return false; /* us02web */
	return n >= MIN_NAME &&
	       rules_know_host(d->rules, arena_printf(d->arena, "nobody.%s", parent));
}

static const char *
other_host(struct disguise *d, const char *s, size_t n)
{
	static const char *const public[] = {"w3.org", "schemas.microsoft.com"};
	char *host = arena_strndup(d->arena, s, n);
	for (char *c = host; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	const char *known = lookup_get(&d->hosts, host, n);
	if (known != NULL)
		return known;
	const char *parent = strchr(host, '.') + 1;
	known = host;
	for (size_t i = 0; i < sizeof public / sizeof *public; i++)
		if (url_same_house(host, public[i]))
			return arena_strndup(d->arena, s, n);
	if (is_wrapper(d, host)) {
		known = arena_strndup(d->arena, s, n);
	} else if (is_known(d, host)) {
		size_t label = (size_t)(parent - host) - 1;
		char *customer = arena_strndup(d->arena, host, label);
		if (is_customer(d, host, label, parent)) {
			size_t n_other;
			disguise_name(
				d, customer); /* also of several words: north-wind */
			known = arena_printf(d->arena, "%s.%s",
				disguise_text(d, customer, label, &n_other), parent);
		}
	} else {
		known = arena_printf(
			d->arena, "site%zu.example.com", lookup_count(&d->hosts) + 1);
	}
	lookup_put(&d->hosts, host, known);
	return known;
}

/* Addresses */

static size_t
local_part(const struct cursor *c, size_t at)
{
	size_t n = 0;
	while (at + n < c->n &&
		(word_char(c->s[at + n]) ||
			(c->s[at + n] != '\0' && strchr("._+-", c->s[at + n]) != NULL)))
		n++;
	return n;
}

static size_t
at_sign(const struct cursor *c, size_t at)
{
	if (at < c->n && c->s[at] == '@')
		return 1;
	return at + 3 <= c->n && memcmp(c->s + at, "%40", 3) == 0 ? 3 : 0;
}

/* user@host: a person's becomes another's; at a provider's host only the user changes. */
static bool
address(struct cursor *c)
{
	size_t local = local_part(c, c->at), sign = at_sign(c, c->at + local);
	size_t host = sign > 0 ? host_at(c, c->at + local + sign) : 0;
	const char *s = c->s + c->at, *at_host = s + local + sign;
	if (c->after_word || local == 0 || host == 0 ||
		strncasecmp(at_host, "thread.", 7) == 0)
		return false;
	struct disguise *d = c->d;
	char *name = arena_strndup(d->arena, at_host, host);
	for (char *k = name; *k != '\0'; k++)
		*k = (char)tolower((unsigned char)*k);
	if (is_known(d, name)) {
		struct cursor user = {.d = d, .s = s, .n = local};
		size_t n;
		const char *known = lookup_get(&d->secrets, s, local);
		if (known == NULL)
			known = disguise_text(d, user.s, user.n, &n);
		buf_printf(&c->out, "%s%.*s%s", known, (int)sign, s + local,
			other_host(d, at_host, host));
	} else {
		char *key = arena_printf(d->arena, "%.*s@%s", (int)local, s, name);
		const char *known = lookup_get(&d->people, key, strlen(key));
		if (known == NULL) {
			known = arena_printf(
				d->arena, "person%zu", lookup_count(&d->people) + 1);
			lookup_put(&d->people, key, known);
		}
		buf_printf(&c->out, "%s%.*sexample.com", known, (int)sign, s + local);
	}
	c->at += local + sign + host;
	c->after_word = true;
	return true;
}

static bool
host(struct cursor *c)
{
	size_t n = c->after_word ? 0 : host_at(c, c->at);
	static const char *const before[] = {"//", "%2F%2F", "%2f%2f", "-2F-2F", "__"};
	bool named = n > 0 && (strncasecmp(c->s + c->at, "www.", 4) == 0 ||
				      lookup_get(&c->d->hosts, c->s + c->at, n) != NULL);
	for (size_t i = 0; n > 0 && i < sizeof before / sizeof *before; i++) {
		size_t m = strlen(before[i]);
		named |= c->at >= m && memcmp(c->s + c->at - m, before[i], m) == 0;
	}
	if (n > 0 && !named) { /* "northwind.zoom.us/j/…" without its scheme */
		char *lower = arena_strndup(c->d->arena, c->s + c->at, n);
		for (char *k = lower; *k != '\0'; k++)
			*k = (char)tolower((unsigned char)*k);
		named = is_known(c->d, lower);
	}
	if (!named)
		return false;
	buf_str(&c->out, other_host(c->d, c->s + c->at, n));
	c->at += n;
	c->after_word = true;
	return true;
}

/* What stands for one character, and is not read letter by letter. */
static size_t
escape(const struct cursor *c)
{
	const char *s = c->s + c->at;
	size_t left = c->n - c->at;
	if (*s == '%' && left > 2 && is_hex(s[1]) && is_hex(s[2]))
		return 3;
	if (*s == '\\' && left > 1)
		return 2;
	if (*s != '&')
		return 0;
	for (size_t i = 1; i < left && i < 10; i++)
		if (s[i] == ';')
			return i > 1 ? i + 1 : 0;
		else if (!isalnum((unsigned char)s[i]) && s[i] != '#')
			return 0;
	return 0;
}

/* A passcode may hold what ends a word. */
static bool
secret(struct cursor *c)
{
	size_t n;
	const char *instead = c->after_word ? NULL
					    : lookup_prefix(&c->d->secrets, c->s + c->at,
						      c->n - c->at, &n);
	if (instead == NULL || (c->at + n < c->n && word_char(c->s[c->at + n])))
		return false;
	buf_str(&c->out, instead);
	c->at += n;
	c->after_word = true;
	return true;
}

char *
disguise_text(struct disguise *d, const char *s, size_t n, size_t *ret_size)
{
	struct cursor c = {.d = d, .s = s, .n = n};
	buf_init(&c.out, d->arena);
	while (c.at < n) {
		size_t skip = escape(&c), w = word_at(&c, c.at);
		if (skip > 0) {
			keep(&c, skip);
			c.after_word = false;
			continue;
		}
		if (secret(&c) || address(&c) || host(&c) || number(&c))
			continue;
		if (w > 0) {
			word(&c, w);
			continue;
		}
		if (c.s[c.at] == ':' && c.at + 2 < n && c.s[c.at + 1] == '/')
			c.in_url = true;
		else if (strchr(" \t\r\n<>\"'", c.s[c.at]) != NULL)
			c.in_url = false;
		keep(&c, 1);
		c.after_word = false;
	}
	*ret_size = c.out.n;
	return c.out.s;
}

/* What is known before */

struct disguise *
disguise_new(struct arena *a, const struct rules *rules, const struct providers *ps)
{
	struct disguise *d = arena_one(a, struct disguise);
	d->arena = a;
	d->rules = rules;
	d->providers = ps;
	lookup_init(&d->digits, a, false);
	lookup_init(&d->secrets, a, false);
	lookup_init(&d->tokens, a, false);
	lookup_init(&d->names, a, true);
	lookup_init(&d->hosts, a, true);
	lookup_init(&d->people, a, true);
	return d;
}

void
disguise_name(struct disguise *d, const char *name)
{
	static const char *const invented[] = {"Alex", "Robin", "Kim", "Sasha", "Jules",
		"Noa", "Toni", "Andrea", "Luca", "Charlie", "Taylor", "Jamie", "Morgan",
		"Riley", "Quinn", "Avery"};
	static const char *const ordinary[] = {"zoom", "webex", "teams", "microsoft",
		"google", "cisco", "meet", "meeting", "meetings", "room", "conference",
		"the", "and", "com", "via", "join", "invite", "video", "phone",
		"calendar", "bluejeans", "chime", "amazon", "ringcentral", "goto", "fuze",
		"team"};
	enum { N_INVENTED = sizeof invented / sizeof *invented };
	for (const char *s = name; s != NULL && *s != '\0';) {
		size_t n = 0;
		bool personal = true;
		while (word_char(s[n]) && !isdigit((unsigned char)s[n]))
			n++;
		for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++)
			personal &= strlen(ordinary[i]) != n ||
				    strncasecmp(ordinary[i], s, n) != 0;
		if (n >= MIN_NAME && personal && lookup_get(&d->names, s, n) == NULL) {
			size_t i = lookup_count(&d->names);
			const char *tail = i < N_INVENTED ? "" : "son";
			lookup_put(&d->names, arena_strndup(d->arena, s, n),
				arena_printf(d->arena, "%s%s", invented[i % N_INVENTED],
					tail));
		}
		s += n + (s[n] != '\0');
	}
}

static char
key_of(char c)
{
	static const char keys[] = "22233344455566677778889999";
	if (isdigit((unsigned char)c))
		return c;
	return isalpha((unsigned char)c) ? keys[tolower((unsigned char)c) - 'a'] : '1';
}

static bool
is_keyed(const char *pin, const char *passcode)
{
	for (; *pin != '\0'; pin++, passcode++)
		if (*passcode == '\0' || key_of(*passcode) != *pin)
			return false;
	return true;
}

static void
found_value(struct disguise *d, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	if (value[strspn(value, "0123456789")] == '\0') {
		if (lookup_get(&d->digits, value, strlen(value)) == NULL)
			lookup_put(&d->digits, value, other_digits(d, value));
	} else if (lookup_get(&d->secrets, value, strlen(value)) == NULL) {
		lookup_put(&d->secrets, value, scramble(d, value, strlen(value)));
	}
}

/* A phone PIN that is the passcode on a telephone's keys is so afterwards. */
static void
found_pin(struct disguise *d, const char *pin, const char *passcode)
{
	const char *instead =
		passcode == NULL || pin == NULL
			? NULL
			: lookup_get(&d->secrets, passcode, strlen(passcode));
	if (instead != NULL && is_keyed(pin, passcode)) {
		char *keyed = arena_strndup(d->arena, instead, strlen(pin));
		for (char *c = keyed; *c != '\0'; c++)
			*c = key_of(*c);
		lookup_put(&d->digits, pin, keyed);
	}
	found_value(d, pin);
}

static void
found_meeting(struct disguise *d, const struct meeting *m)
{
	static const enum slot slots[] = {SLOT_MEETING_ID, SLOT_PASSCODE, SLOT_PHONE_ID,
		SLOT_VIDEO_ID, SLOT_TENANT, SLOT_NAME};
	for (size_t i = 0; i < m->n_numbers; i++) {
		other_phone(d, m->numbers[i].phone.e164 + 1);
		found_value(d, m->numbers[i].phone_id);
		found_value(d, m->numbers[i].phone_pin);
	}
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
		found_value(d, m->slots[slots[i]].value);
	found_pin(d, m->slots[SLOT_PHONE_PIN].value, m->slots[SLOT_PASSCODE].value);
	disguise_name(d, m->slots[SLOT_SITE].value);
}

void
disguise_found(struct disguise *d, const struct extraction *x)
{
	for (size_t i = 0; i < x->n_meetings; i++)
		found_meeting(d, &x->meetings[i]);
	for (size_t i = 0; i < x->n_lost; i++)
		found_meeting(d, &x->lost[i]);
}
