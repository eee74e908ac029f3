#include "extract/region.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"

enum { REGION_MAX = 80, LABEL_MAX = 24, WORD_MIN = 3, PROSE_MIN = 5, PROSE_MAX = 63 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool
is_letter(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
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
is_one_of(const char *s, size_t n, const struct word_list *list)
{
	for (unsigned i = 0; i < list->n; i++)
		if (strlen(list->words[i]) == n && strncasecmp(s, list->words[i], n) == 0)
			return true;
	return false;
}

static bool
has_one_of(const char *s, size_t n, const struct word_list *list, size_t least)
{
	for (unsigned i = 0; i < list->n; i++)
		if (strlen(list->words[i]) >= least && has_word(s, n, list->words[i]))
			return true;
	return false;
}

bool
region_says_dial_in(const struct number_words *w, const char *s, size_t n)
{
	return has_one_of(s, n, &w->dial_in, 1);
}

enum owner
region_owner(const struct number_words *w, const char *s, size_t n)
{
	if (n > LABEL_MAX) {
		s += n - LABEL_MAX;
		n = LABEL_MAX;
	}
	bool colon = false;
	for (; n > 0 && strchr(" .:|(", s[n - 1]) != NULL; n--)
		colon |= s[n - 1] == ':' || s[n - 1] == '.';
	size_t from = n;
	while (from > 0 && is_letter(s[from - 1]))
		from--;
	/* "o" joins two numbers in Spanish; "O 206 …" and "o: 206 …" are an office's */
	if (n - from == 1 && s[from] >= 'a' && !colon)
		return OWNER_NONE;
	if (is_one_of(s + from, n - from, &w->person))
		return OWNER_PERSON;
	if (is_one_of(s + from, n - from, &w->phone))
		return has_one_of(s, from, &w->person, WORD_MIN) ? OWNER_PERSON
								 : OWNER_PHONE;
	/* "Mobile (UK): +44 …" */
	return has_one_of(s, n, &w->person, WORD_MIN) ? OWNER_PERSON : OWNER_NONE;
}

bool
region_is_for_person(const struct number_words *w, const char *s, size_t n)
{
	static const char said[] = "for ";
	size_t i = 0, end;
	for (; i < n && s[i] == ' '; i++)
		;
	if (n - i < sizeof said || strncasecmp(s + i, said, sizeof said - 1) != 0)
		return false;
	i += sizeof said - 1;
	for (end = i; end < n && is_letter(s[end]); end++)
		;
	return end - i >= WORD_MIN && is_one_of(s + i, end - i, &w->person);
}

/* Codes of countries that are no words of another meaning ("ID", "IN", "TO") in capitals. */
static const char *
country_code(const char *s)
{
	static const char *const codes[] = {"US", "CA", "MX", "GB", "UK", "DE", "FR",
		"ES", "IT", "NL", "AU", "IN", "JP", "SE", "CH", "AT", "BE", "IE", "DK",
		"FI", "PL", "PT", "BR", "NZ", "SG", "HK", "ZA", "CN", "KR"};
	for (size_t k = 0; k < COUNT(codes); k++)
		if (strncmp(codes[k], s, 2) == 0)
			return strcmp(codes[k], "UK") == 0 ? "GB" : codes[k];
	return NULL;
}

/* Bytes of "United States Toll Free" without what says of which kind the number is. */
static size_t
without_kind(const struct number_words *w, const char *s, size_t n)
{
	for (unsigned i = 0; i < w->kind.n; i++) {
		size_t tail = strlen(w->kind.words[i]);
		if (n > tail + 1 && s[n - tail - 1] == ' ' &&
			strncasecmp(s + n - tail, w->kind.words[i], tail) == 0)
			return n - tail - 1;
	}
	return n;
}

const char *
region_country(const struct number_words *w, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t len = 0;
		while (i + len < n && strchr(":,()/|\t", s[i + len]) == NULL)
			len++;
		size_t from = i, end = i + len;
		i += len + 1;
		while (from < end && strchr(" -*>", s[from]) != NULL)
			from++;
		while (end > from && s[end - 1] == ' ')
			end--;
		end = from + without_kind(w, s + from, end - from);
		const char *c = end - from == 2 ? country_code(s + from) : NULL;
		if (c == NULL && end - from > 2)
			c = phone_country(s + from, end - from);
		if (c != NULL)
			return c;
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

const char *
region_name(struct arena *a, const struct number_words *w, const char *before,
	size_t n_before, const char *after, size_t n_after)
{
	size_t lead = 0, stop = 0;
	while (lead < n_after && after[lead] == ' ') /* "+1 … <tel:+1…> US" */
		lead++;
	if (lead < n_after && after[lead] == '<')
		while (lead < n_after && after[lead] != '>')
			lead++;
	while (lead < n_after && strchr(" \t>-:", after[lead]) != NULL)
		lead++;
	while (lead + stop < n_after && strchr("<|+\t", after[lead + stop]) == NULL)
		stop++;
	const char *s = after + lead;
	size_t n = trim_end(s, stop);
	if (n == 0 || is_one_of(s, n, &w->joiner) || !(is_letter(s[0]) || s[0] == '(') ||
		has_word(s, n, "PIN")) {
		s = before;
		n = trim_end(before, n_before);
		for (size_t i = n; i > 0; i--) /* "Or dial: (US)", or a cell */
			if (s[i - 1] == ':' || s[i - 1] == '\t') {
				s += i;
				n -= i;
				break;
			}
		while (n > 0 && strchr(" \t*-(", *s) != NULL) {
			s++;
			n--;
		}
		if (n > 0 && s[n - 1] == ')' && memchr(s, '(', n) == NULL)
			n--;
	}
	/* what was cut may begin or end within a character */
	if (n == 0 || n > REGION_MAX || memchr(s, '+', n) != NULL || !utf8_valid(s, n))
		return NULL;
	return arena_strndup(a, s, n);
}

static bool
has_letters(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_letter(s[i]))
			return true;
	return false;
}

bool
region_is_prose(const struct number_words *w, const char *s, size_t n)
{
	while (n > 0 && strchr(" \t*-(", *s) != NULL) {
		s++;
		n--;
	}
	while (n > 0 && strchr(" \t):", s[n - 1]) != NULL)
		n--;
	if (n < PROSE_MIN || !has_letters(s, n))
		return false;
	return n > PROSE_MAX ||
	       (!region_says_dial_in(w, s, n) && region_country(w, s, n) == NULL);
}
