#include "cli/disguise.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/transfer.h"
#include "cli/disguise_part.h"
#include "phone.h"

enum { MIN_TOKEN = 8 };

static bool
is_hex(char c)
{
	return transfer_hex(c) >= 0;
}

static char
another(char c, bool hex)
{
	if (isdigit((unsigned char)c))
		return (char)('0' + disguise_below(10));
	if (islower((unsigned char)c))
		return (char)('a' + disguise_below(hex ? 6 : 26));
	if (isupper((unsigned char)c))
		return (char)('A' + disguise_below(hex ? 6 : 26));
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

void
disguise_keep(struct cursor *c, size_t n)
{
	buf_add(&c->out, c->s + c->at, n);
	c->at += n;
}

/* Words */

bool
disguise_is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static size_t
word_at(const struct cursor *c, size_t at)
{
	size_t n = 0;
	while (at + n < c->n && disguise_is_word(c->s[at + n]) &&
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
	if (instead == NULL || (c->at + n < c->n && disguise_is_word(c->s[c->at + n])))
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
			disguise_keep(&c, skip);
			c.after_word = false;
			continue;
		}
		if (secret(&c) || disguise_address(&c) || disguise_host(&c) ||
			disguise_number(&c))
			continue;
		if (w > 0) {
			word(&c, w);
			continue;
		}
		if (c.s[c.at] == ':' && c.at + 2 < n && c.s[c.at + 1] == '/')
			c.in_url = true;
		else if (strchr(" \t\r\n<>\"'", c.s[c.at]) != NULL)
			c.in_url = false;
		disguise_keep(&c, 1);
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
		while (disguise_is_word(s[n]) && !isdigit((unsigned char)s[n]))
			n++;
		for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++)
			personal &= strlen(ordinary[i]) != n ||
				    strncasecmp(ordinary[i], s, n) != 0;
		if (n >= DISGUISE_MIN_NAME && personal &&
			lookup_get(&d->names, s, n) == NULL) {
			size_t i = lookup_count(&d->names);
			const char *tail = i < N_INVENTED ? "" : "son";
			lookup_put(&d->names, arena_strndup(d->arena, s, n),
				arena_printf(d->arena, "%s%s", invented[i % N_INVENTED],
					tail));
		}
		s += n + (s[n] != '\0');
	}
}

static bool
is_keyed(const char *pin, const char *passcode)
{
	for (; *pin != '\0'; pin++, passcode++)
		if (*passcode == '\0' || phone_key(*passcode) != *pin)
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
			lookup_put(&d->digits, value, disguise_digits(d, value));
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
			*c = phone_key(*c);
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
		disguise_phone(d, m->numbers[i].phone.e164 + 1);
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
