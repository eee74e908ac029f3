#include "extract/number.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"

enum { NEAR = 100, REGION_MAX = 80, MIN_DIGITS = 7, NATIONAL_MIN = 10, MAX_DIGITS = 15 };

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

/* Bytes of a printed number; *ret_digits of them are digits. It ends in a digit. */
static size_t
printed_number(const char *s, size_t n, size_t *ret_digits)
{
	size_t i = 0, end = 0, digits = 0;
	if (i < n && s[i] == '+')
		i++;
	for (; i < n; i++) {
		if (is_digit(s[i])) {
			digits++;
			end = i + 1;
		} else if (strchr(" ().-/", s[i]) == NULL ||
			   (i + 1 < n && s[i] == ' ' && s[i + 1] == ' ')) {
			break;
		}
	}
	*ret_digits = digits;
	return end;
}

/* What is keyed after a number: commas, digits, '*' and '#', from the first comma or ';'.
 */
static size_t
printed_tail(const char *s, size_t n, size_t *ret_skip)
{
	size_t i = 0;
	while (i < n && s[i] == ' ')
		i++;
	*ret_skip = i;
	if (i >= n || (s[i] != ',' && s[i] != ';'))
		return 0;
	size_t from = i, last = i;
	for (; i < n && (is_digit(s[i]) || strchr(",;*#", s[i]) != NULL); i++)
		if (s[i] != ',' && s[i] != ';')
			last = i + 1;
	/* "…, 2 hours" and "+1 …, +1 …" are lists; a dial string has no spaces */
	return last > from + 1 ? last - from : 0;
}

static void
read_tail(struct arena *a, const struct provider *p, const char *s, size_t n,
	struct number_place *ret)
{
	ret->tail = true;
	for (size_t t = 0; t < p->n_tails && !ret->understood; t++) {
		const char *values[N_SLOTS] = {NULL};
		if (!template_read(a, p->tails[t], s, n, p, values))
			continue;
		memcpy(ret->values, values, sizeof values);
		ret->number.form = p->tails[t];
		ret->number.one_tap = true;
		ret->understood = true;
	}
}

static bool
has_word(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word);
	for (size_t i = 0; i + len <= n; i++)
		if (strncasecmp(s + i, word, len) == 0 &&
			(i == 0 || !is_letter(s[i - 1])) &&
			(i + len == n || !is_letter(s[i + len])))
			return true;
	return false;
}

static bool
is_dial_in(const char *s, size_t n)
{
	static const char *const words[] = {
		"toll", "tollfree", "call-in", "freephone", "dial-in", "local", "free"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (has_word(s, n, words[i]))
			return true;
	return false;
}

/* A label in front that makes it a person's: "T +44 …", "Mobile: …", "Fax". */
static bool
is_personal(const char *s, size_t n)
{
	static const char *const words[] = {"t", "tel", "m", "mob", "mobile", "cell", "f",
		"fax", "o", "office", "direct", "desk", "d", "e", "p", "phone", "home",
		"work", "w", "whatsapp", "helpdesk", "support", "reception", "handy",
		"portable", "tél"};
	while (n > 0 && strchr(" .:|(", s[n - 1]) != NULL)
		n--;
	size_t from = n;
	while (from > 0 && is_letter(s[from - 1]))
		from--;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == n - from &&
			strncasecmp(s + from, words[i], n - from) == 0)
			return true;
	return has_word(s, n, "fax") || has_word(s, n, "mobile");
}

/* The country that a piece of text names: all of it, or a part between punctuation. */
static const char *
country_in(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t len = 0;
		while (i + len < n && strchr(":,()/|", s[i + len]) == NULL)
			len++;
		size_t from = i, end = i + len;
		while (from < end && strchr(" -*\t", s[from]) != NULL)
			from++;
		while (end > from && s[end - 1] == ' ')
			end--;
		static const char *const kinds[] = {
			" toll free", " toll-free", " tollfree", " toll", " local", NULL};
		for (size_t k = 0; kinds[k] != NULL; k++) {
			size_t tail = strlen(kinds[k]);
			if (end - from > tail &&
				strncasecmp(s + end - tail, kinds[k], tail) == 0)
				end -= tail;
		}
		if (end - from == 2 && s[from] >= 'A' && s[from] <= 'Z' &&
			s[from + 1] >= 'A' && s[from + 1] <= 'Z') {
			static const char *const codes[] = {"US", "CA", "GB", "DE", "FR",
				"ES", "IT", "NL", "AU", "IN", "JP", "SE", "CH", "AT",
				"BE", "IE"};
			for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
				if (strncmp(codes[k], s + from, 2) == 0)
					return codes[k];
		}
		const char *c = end > from ? phone_country(s + from, end - from) : NULL;
		if (c != NULL)
			return c;
		i += len + 1;
	}
	return NULL;
}

static size_t
trim_end(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t|,;.:<*-", s[n - 1]) != NULL)
		n--;
	return n;
}

/* "US (San Jose)" behind the number, else "Germany" before it. */
static const char *
region(struct arena *a, const char *before, size_t n_before, const char *after,
	size_t n_after)
{
	size_t lead = 0, stop = 0;
	while (lead < n_after && after[lead] == ' ') /* "+1 … <tel:+1…> US" */
		lead++;
	if (lead < n_after && after[lead] == '<')
		while (lead < n_after && after[lead] != '>')
			lead++;
	while (lead < n_after && strchr(" \t>-:", after[lead]) != NULL)
		lead++;
	while (lead + stop < n_after && strchr("<|+", after[lead + stop]) == NULL)
		stop++;
	const char *s = after + lead;
	size_t n = trim_end(s, stop);
	bool joiner = false;
	static const char *const joiners[] = {"or", "oder", "ou", "o", "and"};
	for (size_t i = 0; i < sizeof joiners / sizeof *joiners; i++)
		joiner |= n == strlen(joiners[i]) && strncasecmp(s, joiners[i], n) == 0;
	if (n == 0 || joiner || !(is_letter(s[0]) || s[0] == '(') ||
		has_word(s, n, "PIN")) {
		s = before;
		n = trim_end(before, n_before);
		for (size_t i = n; i > 0; i--) /* "Or dial: (US)" */
			if (s[i - 1] == ':') {
				s += i;
				n -= i;
				break;
			}
		while (n > 0 && (strchr(" \t*-(", *s) != NULL)) {
			s++;
			n--;
		}
		if (n > 0 && s[n - 1] == ')' && memchr(s, '(', n) == NULL)
			n--;
	}
	if (n == 0 || n > REGION_MAX || memchr(s, '+', n) != NULL)
		return NULL;
	return arena_strndup(a, s, n);
}

static bool
starts_here(const char *s, size_t i)
{
	if (s[i] == '+')
		return i == 0 ||
		       (!is_digit(s[i - 1]) && strchr("=&/_", s[i - 1]) == NULL);
	return (is_digit(s[i]) || s[i] == '(') &&
	       (i == 0 || strchr(" \t:(>", s[i - 1]) != NULL);
}

/* A number at s[at…], in the line s[0…n). */
static bool
read_at(struct arena *a, const struct provider *p, const char *s, size_t n, size_t at,
	const char *country, struct number_place *ret)
{
	struct number_place found = {.at = (uint32_t)at};
	bool plus = s[at] == '+';
	size_t digits, len = printed_number(s + at, n - at, &digits);
	if (len == 0 || digits < (plus ? MIN_DIGITS : NATIONAL_MIN) ||
		digits > MAX_DIGITS)
		return false;
	size_t end = at + len, skip;
	if (end < n && (is_letter(s[end]) && (s[end] | 32) == 'x'))
		return false; /* an extension */
	size_t tail = printed_tail(s + end, n - end, &skip);
	const char *rest = s + end + (tail > 0 ? skip + tail : 0);
	size_t n_rest = n - (size_t)(rest - s), lead = at > NEAR ? at - NEAR : 0;
	if (n_rest > NEAR)
		n_rest = NEAR;
	if (!plus) {
		const char *said = country_in(rest, n_rest);
		if (said == NULL)
			said = country_in(s + lead, at - lead);
		if (said == NULL &&
			(tail > 0 ||
				is_dial_in(s + lead, (size_t)(rest - s) - lead + n_rest)))
			said = country;
		if (said == NULL)
			return false;
		country = said;
	}
	if (!phone_parse(s + at, len, plus ? NULL : country, &found.number.phone))
		return false;
	if (tail > 0)
		read_tail(a, p, s + end + skip, tail, &found);
	found.number.region = region(a, s + lead, at - lead, rest, n_rest);
	found.personal = is_personal(s + lead, at - lead);
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
number_of_uri(struct arena *a, const struct provider *p, const char *uri,
	const char *country, struct number_place *ret)
{
	if (strncasecmp(uri, "tel:", 4) != 0)
		return false;
	char *s = unescape(a, uri + 4);
	struct number_place found;
	size_t n = s != NULL ? trim_end(s, strlen(s)) : 0;
	size_t lead = n > 0 ? strspn(s, " ") : 0;
	size_t digits, skip;
	if (n <= lead)
		return false;
	s += lead;
	n -= lead;
	/* what follows the number is a dial tail or nothing: no extension, no parameter
	 */
	size_t len = printed_number(s, n, &digits);
	size_t tail = printed_tail(s + len, n - len, &skip);
	if (len + (tail > 0 ? skip + tail : 0) != n && strchr("#", s[n - 1]) == NULL)
		return false;
	found = (struct number_place){.at = 0};
	if (digits < NATIONAL_MIN && s[0] != '+')
		return false;
	if (!phone_parse(s, len, s[0] == '+' ? NULL : country, &found.number.phone))
		return false;
	if (tail > 0)
		read_tail(a, p, s + len + skip, tail, &found);
	*ret = found;
	return true;
}

/* A link that says what the text before it did ("+1 … <tel:+1…,,1#>") completes that. */
static bool
completes(struct number_place *before, const struct number_place *link)
{
	if (strcmp(before->number.phone.e164, link->number.phone.e164) != 0)
		return false;
	if (link->tail && !before->understood) {
		memcpy(before->values, link->values, sizeof before->values);
		before->tail = true;
		before->understood = link->understood;
		before->number.one_tap = link->number.one_tap;
		before->number.form = link->number.form;
	}
	return true;
}

size_t
numbers_find(struct arena *a, const struct provider *p, const struct invite_part *part,
	size_t line, const struct invite_link *links, size_t n_links, const char *country,
	size_t *budget, struct number_place ret[NUMBERS_A_LINE])
{
	const struct invite_line *l = &part->lines[line];
	const char *s = part->text + l->at;
	size_t found = 0;
	for (size_t i = 0; i < l->len && found<NUMBERS_A_LINE && * budget> 0;) {
		struct number_place *n = &ret[found];
		while (n_links > 0 && links->at + links->len <= l->at + i) {
			links++;
			n_links--;
		}
		if (n_links > 0 && l->at + i >= links->at) {
			size_t end = links->at + links->len - l->at;
			end = end > l->len ? l->len : end;
			*budget -= strcmp(links->scheme, "tel") == 0;
			if (number_of_uri(a, p, links->url, country, n)) {
				size_t rest = l->len - end > NEAR ? NEAR : l->len - end;
				size_t lead = i > NEAR ? i - NEAR : 0;
				n->at = (uint32_t)(l->at + i);
				n->len = (uint32_t)(end - i);
				n->number.region = region(a, s, 0, s + end, rest);
				n->personal = is_personal(
					s + lead, i - lead - (i > 0 && s[i - 1] == '<'));
				found += found == 0 || !completes(&ret[found - 1], n);
			}
			i = end;
			continue;
		}
		if (starts_here(s, i)) {
			--*budget;
			if (read_at(a, p, s, l->len, i, country, n)) {
				n->at += l->at;
				i += n->len;
				found++;
				continue;
			}
		}
		/* the rest of a run of digits is no number of its own */
		for (i++; i < l->len && is_digit(s[i - 1]) && is_digit(s[i]); i++)
			;
	}
	return found;
}
