#include <ctype.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "cli/disguise_part.h"

enum { MAX_DIGITS = 32 };

unsigned
disguise_below(unsigned n)
{
	unsigned r = 0;
	while (getrandom(&r, sizeof r, 0) != (ssize_t)sizeof r)
		;
	return r % n;
}

char *
disguise_digits(struct disguise *d, const char *digits)
{
	char *out = arena_strdup(d->arena, digits);
	do {
		for (char *c = out; *c != '\0'; c++) /* zeros at the beginning stay */
			if (c > out || *c != '0')
				*c = (char)(c == out ? '1' + disguise_below(9)
						     : '0' + disguise_below(10));
	} while (strlen(out) >= DISGUISE_MIN_DIGITS && strcmp(out, digits) == 0);
	return out;
}

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

const char *
disguise_phone(struct disguise *d, const char *digits)
{
	const char *known = lookup_get(&d->digits, digits, strlen(digits));
	struct phone phone;
	if (known != NULL)
		return known;
	if (is_published(d, digits, true))
		return digits;
	char *out = disguise_digits(d, digits);
	size_t country = 0, n = strlen(digits);
	if (phone_parse(arena_printf(d->arena, "+%s", digits), n + 1, NULL, &phone))
		country = strlen(arena_printf(d->arena, "%d", phone.country_code));
	memcpy(out, digits, n < country + 2 ? n : country + 2);
	if (digits[0] == '1' && n == 11)
		out = arena_printf(
			d->arena, "%.4s55501%02u", digits, d->n_phones++ % 100);
	lookup_put(&d->digits, digits, out);
	if (country > 0 && n - country >= DISGUISE_MIN_DIGITS) {
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
	if (strlen(digits) < DISGUISE_MIN_DIGITS || is_published(d, digits, false))
		return digits;
	known = disguise_digits(d, digits);
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

/* Digits in their groups; false when there are none that are a number of its own. */
bool
disguise_number(struct cursor *c)
{
	bool plus = c->s[c->at] == '+', open = c->s[c->at] == '(';
	size_t at = c->at + (plus || open), end = at, n = 0, group = 0;
	bool regular = true; /* "918 4730 2265", not "2019 10" of a date and a time */
	char digits[MAX_DIGITS + 1];
	if (c->after_word || !digit_at(c, at))
		return false;
	size_t day = plus || open ? 0 : date(c->s + at, c->n - at);
	if (day > 0) {
		disguise_keep(c, day);
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
		instead = disguise_phone(c->d, digits);
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
