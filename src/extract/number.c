#include "extract/number.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "extract/printed.h"
#include "extract/region.h"

enum {
	NEAR = 100,
	MIN_DIGITS = 7,
	NATIONAL_MIN = 10,
	MAX_DIGITS = 15,
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
}

static void
read_tail(
	const struct number_context *k, const char *s, size_t n, struct number_place *ret)
{
	const struct provider *p = k->provider;
	ret->tail = true;
	/* of no known service, a code without its '#' may be somebody's extension */
	if (p->general && memchr(s, '#', n) == NULL)
		return;
	for (size_t t = 0; t < p->n_tails && !ret->understood; t++) {
		const char *values[N_SLOTS] = {NULL};
		if (!template_read(k->arena, p->tails[t], s, n, p, values))
			continue;
		memcpy(ret->values, values, sizeof values);
		ret->number.form = p->tails[t];
		ret->number.one_tap = true;
		ret->understood = true;
	}
}

/* Whose country it is */

/* Digits alone; false when there are more than `max`. */
static bool
digits_of(const char *s, char *out, size_t max)
{
	size_t n = 0;
	for (; *s != '\0'; s++) {
		if (!is_digit(*s))
			continue;
		if (n == max)
			return false;
		out[n++] = *s;
	}
	out[n] = '\0';
	return true;
}

/* Whether a national number could be the E.164 one: the same but for what stands before. */
static bool
could_be(const char *national, const char *e164)
{
	char digits[MAX_DIGITS + 1];
	if (!digits_of(national, digits, MAX_DIGITS))
		return false;
	const char *d = digits + strspn(digits, "0");
	size_t n = strlen(d), all = strlen(e164) - 1;
	if (n < MIN_DIGITS || n > all || all - n > 3)
		return false;
	return strcmp(e164 + 1 + all - n, d) == 0;
}

static bool
parse_in(const char *text, const char *country, struct phone *ret)
{
	return phone_parse(text, strlen(text), country, ret);
}

static bool
is_listed(const struct provider *p, const char *e164)
{
	for (size_t i = 0; i < p->n_numbers; i++)
		if (strcmp(p->numbers[i].e164, e164) == 0)
			return true;
	return false;
}

/* A national number that the provider publishes with its country. */
static bool
find_listed(const struct provider *p, const char *national, struct phone *ret)
{
	for (size_t i = 0; i < p->n_numbers; i++)
		if (could_be(national, p->numbers[i].e164) &&
			parse_in(national, p->numbers[i].country, ret) &&
			strcmp(ret->e164, p->numbers[i].e164) == 0)
			return true;
	return false;
}

bool
number_place_in(
	struct number_place *n, const struct provider *p, const char *country, bool guess)
{
	struct phone phone;
	if (country == NULL || !parse_in(n->national, country, &phone) ||
		!phone_is_national(n->national, strlen(n->national), country, !guess))
		return false;
	n->number.phone = phone;
	n->listed = is_listed(p, phone.e164);
	n->national = NULL;
	return true;
}

/* `said` is the country that the line names, or NULL. */
static bool
place(const struct number_context *k, const struct printed *text, const char *said,
	struct number_place *ret)
{
	if (text->text[0] == '+') {
		if (!parse_in(text->text, NULL, &ret->number.phone))
			return false;
		ret->listed = is_listed(k->provider, ret->number.phone.e164);
		return true;
	}
	if (find_listed(k->provider, text->text, &ret->number.phone)) {
		ret->listed = true;
		return true;
	}
	ret->national = arena_strdup(k->arena, text->text);
	return said == NULL || number_place_in(ret, k->provider, said, false);
}

/* Reading a line */

static bool
starts_here(const char *s, size_t i)
{
	if (s[i] == '+')
		return i == 0 ||
		       (!is_digit(s[i - 1]) && strchr("=&/_", s[i - 1]) == NULL);
	return (is_digit(s[i]) || s[i] == '(') &&
	       (i == 0 || strchr(" \t:(<>", s[i - 1]) != NULL);
}

/* How far the words behind a number are about it: up to the next one. */
static size_t
words_after(const char *s, size_t n)
{
	size_t i = 0;
	if (n > NEAR)
		n = NEAR;
	for (; i < n; i++) {
		struct printed next;
		if (!is_digit(s[i]) && s[i] != '+')
			continue;
		printed_read(s + i, n - i, &next);
		if (next.digits >= MIN_DIGITS)
			break;
		while (i + 1 < n && is_digit(s[i + 1]))
			i++;
	}
	return i;
}

/* "+49 69 9050", then "7948": a mail program broke it, and which of both was meant is a guess.
 * The text goes on behind the line's end at s[n]. */
static bool
is_broken_off(const struct number_context *k, const struct printed *text, const char *s,
	size_t n)
{
	struct printed next;
	struct phone phone;
	if (s[n] != '\n' || text->text[0] != '+')
		return false;
	s += n + 1 + (s[n + 1] == ' ');
	size_t len = strcspn(s, "\n");
	if (!is_digit(*s))
		return false;
	printed_read(s, len, &next);
	if (next.digits >= MIN_DIGITS || text->digits + next.digits > MAX_DIGITS ||
		(next.used < len && strchr(" #,;", s[next.used]) == NULL))
		return false;
	return parse_in(
		arena_printf(k->arena, "%s%s", text->text, next.text), NULL, &phone);
}

/* A number at s[at…], in the line s[0…n); what stands before `from` is another's. */
static bool
read_at(const struct number_context *k, const char *s, size_t n, size_t from, size_t at,
	struct number_place *ret)
{
	struct number_place found = {.at = (uint32_t)at};
	struct printed text;
	printed_read(s + at, n - at, &text);
	bool plus = text.text[0] == '+';
	if (text.n == 0 || text.digits < (plus ? MIN_DIGITS : NATIONAL_MIN) ||
		text.digits > MAX_DIGITS || printed_is_address(text.text))
		return false;
	size_t end = at + text.used, skip;
	if ((end < n && is_letter(s[end])) || printed_extension(s + end, n - end) ||
		(end == n && is_broken_off(k, &text, s, n)))
		return false;
	size_t tail = printed_tail(s + end, n - end, &skip);
	const char *rest = s + end + (tail > 0 ? skip + tail : 0);
	size_t n_rest = words_after(rest, n - (size_t)(rest - s));
	size_t lead = at - from > NEAR ? at - NEAR : from;
	const char *said = region_country(k->words, rest, n_rest);
	if (said == NULL) /* "+13126266799(US),,1492252796#" */
		said = region_country(k->words, s + end, tail > 0 ? skip : 0);
	if (said == NULL)
		said = region_country(k->words, s + lead, at - lead);
	found.in_country = said != NULL;
	found.dial_in = region_says_dial_in(
		k->words, s + lead, (size_t)(rest - s) - lead + n_rest);
	if (!place(k, &text, said, &found))
		return false;
	bool grouped = text.n > text.digits;
	if (found.national != NULL && tail == 0 && !found.dial_in &&
		!(k->bare && grouped))
		return false;
	if (tail > 0)
		read_tail(k, s + end + skip, tail, &found);
	found.number.region =
		region_name(k->arena, k->words, s + lead, at - lead, rest, n_rest);
	found.owner = region_is_for_person(k->words, rest, n_rest)
			      ? OWNER_PERSON
			      : region_owner(k->words, s + lead, at - lead);
	found.len = (uint32_t)((size_t)(rest - s) - at);
	*ret = found;
	return true;
}

static char *
unescape(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s), *to = out;
	for (const char *c = out; *c != '\0'; c++) {
		static const char hex[] = "0123456789abcdef";
		const char *high = NULL, *low = NULL;
		if (*c == '%' && c[1] != '\0' && c[2] != '\0') {
			high = strchr(hex, c[1] | 32);
			low = strchr(hex, c[2] | 32);
		}
		if (high == NULL || low == NULL) {
			*to++ = *c;
			continue;
		}
		int byte = (int)((high - hex) << 4 | (low - hex));
		if (byte < 0x20 || byte >= 0x7f)
			return NULL;
		*to++ = (char)byte;
		c += 2;
	}
	*to = '\0';
	return out;
}

bool
number_of_uri(const struct number_context *k, const char *uri, struct number_place *ret)
{
	if (strncasecmp(uri, "tel:", 4) != 0)
		return false;
	char *s = unescape(k->arena, uri + 4);
	if (s == NULL)
		return false;
	size_t n = strlen(s), lead = strspn(s, " "), skip;
	s += lead;
	n -= lead;
	while (n > 0 && s[n - 1] == ' ')
		n--;
	struct number_place found = {.at = 0};
	struct printed text;
	printed_read(s, n, &text);
	/* what follows the number is a dial tail or nothing: no extension, no parameter */
	size_t tail = printed_tail(s + text.used, n - text.used, &skip);
	if (text.n == 0 || text.used + (tail > 0 ? skip + tail : 0) != n ||
		(text.digits < NATIONAL_MIN && text.text[0] != '+') ||
		text.digits > MAX_DIGITS || !place(k, &text, NULL, &found))
		return false;
	if (tail > 0)
		read_tail(k, s + text.used + skip, tail, &found);
	*ret = found;
	return true;
}

static bool
is_same(const struct number_place *x, const struct number_place *y)
{
	if (x->national == NULL && y->national == NULL)
		return strcmp(x->number.phone.e164, y->number.phone.e164) == 0;
	if (x->national != NULL && y->national != NULL) {
		char a[MAX_DIGITS + 1], b[MAX_DIGITS + 1];
		return digits_of(x->national, a, MAX_DIGITS) &&
		       digits_of(y->national, b, MAX_DIGITS) && strcmp(a, b) == 0;
	}
	return x->national != NULL ? could_be(x->national, y->number.phone.e164)
				   : could_be(y->national, x->number.phone.e164);
}

/* What says again what the text before it did ("+1 … <tel:+1…,,1#>") completes that. */
static bool
completes(struct number_place *before, const struct number_place *again)
{
	if (!is_same(before, again))
		return false;
	if (before->national != NULL && again->national == NULL) {
		before->number.phone = again->number.phone;
		before->listed = again->listed;
		before->national = NULL;
	}
	if (again->tail && !before->understood) {
		memcpy(before->values, again->values, sizeof before->values);
		before->tail = true;
		before->understood = again->understood;
		before->number.one_tap = again->number.one_tap;
		before->number.form = again->number.form;
	}
	return true;
}

/* Only spaces and an opening bracket of the text's converter between two numbers. */
static bool
is_beside(const char *s, size_t from, size_t to)
{
	while (from < to && strchr(" <(", s[from]) != NULL)
		from++;
	return from >= to;
}

static bool
read_link(const struct number_context *k, const char *s, size_t n, size_t from, size_t at,
	const struct invite_link *link, size_t end, struct number_place *ret)
{
	if (!number_of_uri(k, link->url, ret))
		return false;
	size_t lead = at - from > NEAR ? at - NEAR : from;
	size_t rest = words_after(s + end, n - end);
	const char *said = region_country(k->words, s + end, rest);
	if (said == NULL)
		said = region_country(k->words, s + lead, at - lead);
	if (ret->national != NULL && said != NULL &&
		!number_place_in(ret, k->provider, said, false))
		return false;
	ret->in_country = said != NULL;
	ret->number.region = region_name(k->arena, k->words, s, 0, s + end, rest);
	ret->owner = region_owner(
		k->words, s + lead, at - lead - (at > from && s[at - 1] == '<'));
	ret->at = (uint32_t)at;
	ret->len = (uint32_t)(end - at);
	return true;
}

size_t
numbers_find(const struct number_context *k, const struct invite_part *part, size_t line,
	const struct invite_link *links, size_t n_links, size_t *budget,
	struct number_place ret[NUMBERS_A_LINE])
{
	const struct invite_line *l = &part->lines[line];
	const char *s = part->text + l->at;
	size_t found = 0, from = 0; /* the last number's end */
	for (size_t i = 0; i < l->len && found<NUMBERS_A_LINE && * budget> 0;) {
		struct number_place *n = &ret[found];
		size_t end = i;
		bool read = false;
		while (n_links > 0 && links->at + links->len <= l->at + i) {
			links++;
			n_links--;
		}
		if (n_links > 0 && l->at + i >= links->at) {
			end = links->at + links->len - l->at;
			end = end > l->len ? l->len : end;
			*budget -= strcmp(links->scheme, "tel") == 0;
			read = read_link(k, s, l->len, from, i, links, end, n);
			if (!read) {
				i = end;
				continue;
			}
		} else if (starts_here(s, i)) {
			--*budget;
			read = read_at(k, s, l->len, from, i, n);
			end = i + n->len;
		}
		if (read) {
			n->at = (uint32_t)(l->at + i);
			if (found == 0 || !is_beside(s, from, i) ||
				!completes(&ret[found - 1], n))
				found++;
			from = i = end;
			continue;
		}
		/* the rest of a run of digits is no number of its own */
		for (i++; i < l->len && is_digit(s[i - 1]) && is_digit(s[i]); i++)
			;
	}
	return found;
}
