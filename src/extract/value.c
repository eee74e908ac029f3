#include "extract/value.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

enum {
	MAX_DIGITS = 40,
	NEXT_LINES = 2,
	TOKEN_MAX = 192,  /* bytes of what is a value, with what is glued to it */
	LOOK_BACK = 2048, /* bytes before a label that tell what it means */
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

bool
value_fits(const struct provider *p, enum slot slot, const char *value)
{
	bool is_id =
		slot == SLOT_MEETING_ID || slot == SLOT_PHONE_ID || slot == SLOT_VIDEO_ID;
	return slot_allows(slot, value, strlen(value)) &&
	       (!is_id || value[strspn(value, "0")] != '\0') &&
	       (!p->shapes[slot].used || provider_accepts(p, slot, value));
}

bool
value_is_digits(const struct provider *p, enum slot slot)
{
	return p->shapes[slot].used ? p->shapes[slot].digits
				    : slot == SLOT_PHONE_ID || slot == SLOT_PHONE_PIN ||
					      slot == SLOT_VIDEO_ID;
}

/* Between two groups of digits: one dash or up to two spaces. Returns bytes. */
static size_t
gap(const char *s, size_t n)
{
	size_t len = n > 1 && s[0] == ' ' && s[1] == ' ' ? 2 : 1;
	return n > len && (s[0] == ' ' || s[0] == '-') && is_digit(s[len]) ? len : 0;
}

/* Groups of digits. Returns bytes used. */
static size_t
digit_run(const char *s, size_t n, char *out, size_t *ret_n, size_t *ret_last_group)
{
	size_t used = 0, count = 0, group = 0;
	for (size_t i = 0; i < n && count < MAX_DIGITS; i++) {
		size_t between = count > 0 ? gap(s + i, n - i) : 0;
		if (is_digit(s[i])) {
			out[count++] = s[i];
			group++;
			used = i + 1;
		} else if (between == 0) {
			break;
		} else {
			i += between - 1;
			group = 0;
		}
	}
	out[count] = '\0';
	*ret_n = count;
	*ret_last_group = group;
	return used;
}

/*
 * Digits that a mail program broke off to the next line: "PIN: 933 221", then "505#". The
 * text goes on behind a line's end. Returns bytes up to their end, 0 when there are none.
 */
static size_t
broken_off(const char *s, size_t n, char *out, size_t *ret_n)
{
	size_t lead = n + 1, last;
	if (s[n] != '\n')
		return 0;
	lead += s[lead] == ' ';
	size_t len = strcspn(s + lead, "\n");
	size_t used = digit_run(s + lead, len, out, ret_n, &last);
	if (*ret_n == 0 || *ret_n == MAX_DIGITS ||
		(used < len && strchr("#,;)", s[lead + used]) == NULL))
		return 0;
	return lead + used;
}

/* A word that counts or is a time: in lower case, as labels seldom are, or "PM". */
static bool
is_unit(const char *s, size_t n)
{
	size_t len = 0;
	while (len < n && is_letter(s[len]))
		len++;
	if (len == 0)
		return false;
	return (s[0] >= 'a' && s[0] <= 'z') ||
	       (len == 2 &&
		       (strncasecmp(s, "am", 2) == 0 || strncasecmp(s, "pm", 2) == 0)) ||
	       (len == 3 && strncasecmp(s, "uhr", 3) == 0);
}

static bool
read_digits(struct arena *a, const struct provider *p, enum slot slot, const char *s,
	size_t n, bool whole_line, struct value_place *ret)
{
	char digits[MAX_DIGITS + 1];
	size_t count, last;
	size_t used = digit_run(s, n, digits, &count, &last);
	if (count == 0 || count == MAX_DIGITS)
		return false;
	if (used == n) {
		char more[MAX_DIGITS + 1];
		size_t n_more, end = broken_off(s, n, more, &n_more);
		bool whole = value_fits(p, slot, digits);
		if (end > 0 && count + n_more < MAX_DIGITS) {
			char *joined = arena_printf(a, "%s%s", digits, more);
			if (value_fits(p, slot, joined)) {
				ret->value = joined;
				ret->len = (uint32_t)end;
				return !whole; /* else it could be read two ways */
			}
		}
	}
	if (!value_fits(p, slot, digits))
		return false;
	size_t i = used + (used + 1 < n && s[used] == ' ' && s[used + 1] == '#');
	bool ended = i < n && s[i] == '#';
	i += ended;
	if (i < n && (is_letter(s[i]) || strchr("_@*+/%", s[i]) != NULL))
		return false;
	if (i + 1 < n && (s[i] == '.' || s[i] == ':' || s[i] == ',') &&
		is_digit(s[i + 1]))
		return false;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (whole_line && i < n && s[i] != '<') /* "888 760 307#<tel:…>" */
		return false;
	/* "123 456 789 2 hours": the last group may belong to what follows */
	if (!ended && is_unit(s + i, n - i) && last < count) {
		char fewer[MAX_DIGITS + 1];
		memcpy(fewer, digits, count - last);
		fewer[count - last] = '\0';
		if (value_fits(p, slot, fewer))
			return false;
	}
	ret->value = arena_strndup(a, digits, count);
	ret->len = (uint32_t)used;
	return true;
}

static size_t
digits_in(const char *s, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += is_digit(s[i]);
	return count;
}

static size_t
token_length(const char *s, size_t n, bool in_brackets)
{
	size_t len = 0;
	while (len < n && len < TOKEN_MAX && s[len] != ' ' && s[len] != '\t')
		len++;
	for (size_t i = 0; i + 4 < len; i++)
		if (s[i] == '<' &&
			(is_letter(s[i + 1]) && memchr(s + i, ':', len - i) != NULL))
			len = i;
	if (len == TOKEN_MAX)
		return 0;
	if (in_brackets && len > 0 && memchr(s, '(', len) == NULL && s[len - 1] == ')')
		len--;
	while (len > 0 && (s[len - 1] == ',' || s[len - 1] == ';') && len < n)
		len--;
	/* a sentence ends after digits, and '#' is keyed after them; a word may end in
	 * either */
	if (len > 1 && strchr(".#", s[len - 1]) != NULL && digits_in(s, len) == len - 1)
		len--;
	return len;
}

static bool
is_lower_word(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < 'a' || s[i] > 'z')
			return false;
	return true;
}

static bool
read_word(struct arena *a, const struct provider *p, enum slot slot, const char *s,
	size_t n, bool whole_line, bool in_brackets, struct value_place *ret)
{
	size_t len = token_length(s, n, in_brackets);
	size_t after = len;
	while (after < n && s[after] == ' ')
		after++;
	if (len == 0 || (whole_line && (after < n || s[len - 1] == ':')))
		return false;
	/* "Passcode: see below" */
	if (after < n && is_letter(s[after]) && s[after] >= 'a' && is_lower_word(s, len))
		return false;
	/* "123 456", to its end */
	char digits[MAX_DIGITS + 1];
	size_t count, last, used = digit_run(s, n, digits, &count, &last);
	if (digits_in(s, len) == len && used > len && count < MAX_DIGITS &&
		(used == n || strchr(")#.,;\t<", s[used]) != NULL)) {
		ret->value = arena_strndup(a, digits, count);
		ret->len = (uint32_t)used;
		return value_fits(p, slot, digits);
	}
	char *value = arena_strndup(a, s, len);
	if (strstr(value, "://") != NULL || strncmp(value, "**", 2) == 0 ||
		!value_fits(p, slot, value))
		return false;
	ret->value = value;
	ret->len = (uint32_t)len;
	return true;
}

static bool
read_shape(struct arena *a, const struct provider *p, enum slot slot, const char *s,
	size_t n, bool whole_line, bool in_brackets, struct value_place *ret)
{
	return value_is_digits(p, slot)
		       ? read_digits(a, p, slot, s, n, whole_line, ret)
		       : read_word(a, p, slot, s, n, whole_line, in_brackets, ret);
}

/*
 * "*918 4730 2265*", "**Passcode:** quill", "`quill`": the marks with which people write bold.
 * Returns the bytes of those before the value, *ret_end is where the ones behind it begin.
 */
static size_t
bold(const char *s, size_t n, size_t *ret_end)
{
	size_t run = 0, lead;
	while (run < n && strchr("*_`", s[run]) != NULL && s[run] == s[0])
		run++;
	for (lead = run; lead < n && s[lead] == ' '; lead++)
		;
	if (run == 0 || run > 3)
		return 0;
	if (lead == n) /* "**Meeting ID:**" */
		return run < 3 ? n : 0;
	for (size_t i = lead + 1; i < n; i++)
		if (s[i] == s[0] && s[i - 1] != ' ' && s[i - 1] != s[0] &&
			(i + run >= n || strchr(" \t.,;)<", s[i + run]) != NULL)) {
			*ret_end = i;
			return lead;
		}
	return lead > run ? lead : 0;
}

/*
 * Spaces, what may close the label ("ID) :", "ID**:"), one separator (a cell's end is one
 * too), spaces. Before digits more may stand: "ID-918 …", "ID #918 …", "ID (918 …".
 */
static size_t
separator(const char *s, size_t n, bool digits, bool *ret_seen)
{
	size_t i = 0;
	*ret_seen = false;
	for (; i < n && strchr(" \t)*_", s[i]) != NULL; i++)
		*ret_seen |= s[i] == '\t';
	if (i < n && (s[i] == ':' || s[i] == '=')) {
		*ret_seen = true;
		i++;
	} else if (i < n && s[i] == '-' &&
		   (digits || (i > 0 && i + 1 < n && s[i + 1] == ' '))) {
		*ret_seen = true;
		i++;
	}
	for (; i < n && (s[i] == ' ' || s[i] == '\t'); i++)
		;
	while (i < n && (s[i] == ' ' || (digits && (s[i] == '#' || s[i] == '('))))
		i++;
	return i;
}

bool
line_alike(const struct invite_line *a, const struct invite_line *b)
{
	return a->quote == b->quote && a->forwarded == b->forwarded &&
	       a->signature == b->signature && a->hidden == b->hidden;
}

static bool
read_next_lines(struct arena *a, const struct provider *p, enum slot slot,
	const struct invite_part *part, size_t line, struct value_place *ret)
{
	int tried = 0;
	for (size_t l = line + 1; l < part->n_lines && l <= line + 8; l++) {
		const struct invite_line *next = &part->lines[l];
		const char *s = part->text + next->at;
		size_t n = next->len, lead = 0;
		while (lead < n && (s[lead] == ' ' || s[lead] == '\t'))
			lead++;
		if (lead == n)
			continue;
		n -= lead;
		s += lead;
		size_t marks = bold(s, n, &n);
		lead += marks;
		s += marks;
		n -= marks;
		if (!line_alike(next, &part->lines[line]) || tried++ == NEXT_LINES)
			return false;
		ret->at = next->at + (uint32_t)lead;
		bool digits = value_is_digits(p, slot);
		/* a word there is too easily another thing: "Passcode:", then "Regards" */
		if ((digits || digits_in(s, n) > 0) &&
			read_shape(a, p, slot, s, n, true, false, ret))
			return true;
		if (!digits)
			return false;
	}
	return false;
}

static bool
is_code(const char *s, size_t n)
{
	return n >= 4 && digits_in(s, n) > 0;
}

static bool
read_after(struct arena *a, const struct provider *p, enum slot slot,
	const struct invite_part *part, size_t line, size_t at, struct value_place *ret)
{
	const struct invite_line *l = &part->lines[line];
	size_t end = l->at + l->len;
	const char *s = part->text + at;
	bool seen, digits = value_is_digits(p, slot);
	size_t skip = separator(s, end - at, digits, &seen);
	size_t rest = end - at - skip;
	for (int marks = 0; marks < 2; marks++) { /* the label's, the value's */
		size_t lead = bold(s + skip, rest, &rest);
		skip += lead;
		rest -= lead;
	}
	if (at + skip == end)
		return read_next_lines(a, p, slot, part, line, ret);
	size_t back = at - l->at < LOOK_BACK ? at - l->at : LOOK_BACK;
	bool in_brackets = memchr(s - back, '(', back) != NULL;
	/* "pw 123456" is a value, "passcode required" is none */
	if (!seen && !digits &&
		(skip == 0 ||
			!is_code(s + skip, token_length(s + skip, rest, in_brackets))))
		return false;
	ret->at = (uint32_t)(at + skip);
	return read_shape(a, p, slot, s + skip, rest, false, in_brackets, ret);
}

/* No other word stands before it on its line; a link, digits and punctuation may. */
static bool
stands_alone(const struct invite_part *part, size_t line, size_t at)
{
	size_t from = part->lines[line].at, end = at;
	while (end > from && part->text[end - 1] == ' ')
		end--;
	size_t word = end;
	while (word > from && end - word < LOOK_BACK && part->text[word - 1] != ' ')
		word--;
	/* "• Passcode": U+2000 to U+2BFF are no letters, nor is U+00B7 */
	const unsigned char *mark = (const unsigned char *)part->text + word;
	if ((end - word == 3 && mark[0] == 0xe2 && mark[1] < 0xb0) ||
		(end - word == 2 && mark[0] == 0xc2 && mark[1] == 0xb7))
		return true;
	return end == from || !is_letter(part->text[end - 1]) ||
	       memchr(part->text + word, '/', end - word) != NULL;
}

/* "(77448755 from phones and video systems)" */
static bool
read_before(struct arena *a, const struct provider *p, enum slot slot,
	const struct invite_part *part, size_t line, size_t at, struct value_place *ret)
{
	size_t from = part->lines[line].at, end = at;
	while (end > from && part->text[end - 1] == ' ')
		end--;
	size_t start = end;
	while (start > from && is_digit(part->text[start - 1]))
		start--;
	if (start == end || end == at || (start > from && part->text[start - 1] != '('))
		return false;
	char *value = arena_strndup(a, part->text + start, end - start);
	if (!value_fits(p, slot, value))
		return false;
	*ret = (struct value_place){value, (uint32_t)start, (uint32_t)(end - start)};
	return true;
}

bool
value_read_code(const struct invite_part *part, size_t line,
	const struct words_hit *words, char ret[VALUE_CODE_MAX + 1])
{
	const struct invite_line *l = &part->lines[line];
	size_t at = words->at + words->len, end = l->at + l->len, n, last;
	bool seen;
	char digits[MAX_DIGITS + 1];
	if (at > end)
		return false;
	at += separator(part->text + at, end - at, true, &seen);
	digit_run(part->text + at, end - at, digits, &n, &last);
	if (n < 4 || n > VALUE_CODE_MAX)
		return false;
	memcpy(ret, digits, n + 1);
	return true;
}

bool
value_read(struct arena *a, const struct provider *p, const struct label *label,
	const struct invite_part *part, size_t line, const struct words_hit *words,
	struct value_place *ret)
{
	struct value_place found = {NULL, 0, 0};
	if (words->at > part->lines[line].at &&
		strchr("?&=", part->text[words->at - 1]) != NULL)
		return false; /* "…?pwd=x": a link's, even where none was recognised */
	if (label->alone && !stands_alone(part, line, words->at))
		return false;
	bool ok = label->before
			  ? read_before(a, p, label->slot, part, line, words->at, &found)
			  : read_after(a, p, label->slot, part, line,
				    words->at + words->len, &found);
	if (ok)
		*ret = found;
	return ok;
}
