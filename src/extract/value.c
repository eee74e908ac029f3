#include "extract/value.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

enum { MAX_DIGITS = 40, NEXT_LINES = 2 };

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

/* Groups of digits, one space or dash between them. Returns bytes used. */
static size_t
digit_run(const char *s, size_t n, char *out, size_t *ret_n, size_t *ret_last_group)
{
	size_t used = 0, count = 0, group = 0;
	for (size_t i = 0; i < n && count < MAX_DIGITS; i++) {
		if (is_digit(s[i])) {
			out[count++] = s[i];
			group++;
			used = i + 1;
		} else if (count == 0 || i + 1 >= n || (s[i] != ' ' && s[i] != '-') ||
			   !is_digit(s[i + 1])) {
			break;
		} else {
			group = 0;
		}
	}
	out[count] = '\0';
	*ret_n = count;
	*ret_last_group = group;
	return used;
}

static bool
read_digits(struct arena *a, const struct provider *p, enum slot slot, const char *s,
	size_t n, bool whole_line, struct value_place *ret)
{
	char digits[MAX_DIGITS + 1];
	size_t count, last;
	size_t used = digit_run(s, n, digits, &count, &last);
	if (count == 0 || count == MAX_DIGITS || !value_fits(p, slot, digits))
		return false;
	size_t i = used;
	if (i < n && s[i] == '#')
		i++;
	if (i < n && (is_letter(s[i]) || strchr("_@*+/%", s[i]) != NULL))
		return false;
	if (i + 1 < n && (s[i] == '.' || s[i] == ':' || s[i] == ',') &&
		is_digit(s[i + 1]))
		return false;
	while (i < n && s[i] == ' ')
		i++;
	if (whole_line && i < n)
		return false;
	/* "123 456 789 2 hours": the last group may belong to what follows */
	if (i < n && is_letter(s[i]) && last < count) {
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
token_length(const char *s, size_t n, bool in_brackets)
{
	size_t len = 0;
	while (len < n && s[len] != ' ' && s[len] != '\t')
		len++;
	for (size_t i = 0; i + 4 < len; i++)
		if (s[i] == '<' &&
			(is_letter(s[i + 1]) && memchr(s + i, ':', len - i) != NULL))
			len = i;
	if (in_brackets && len > 0 && memchr(s, '(', len) == NULL && s[len - 1] == ')')
		len--;
	while (len > 0 && (s[len - 1] == ',' || s[len - 1] == ';') && len < n)
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

/* Spaces, what may close the label ("ID) :", "ID**:"), one separator, spaces. */
static size_t
separator(const char *s, size_t n, bool *ret_seen)
{
	size_t i = 0;
	*ret_seen = false;
	while (i < n && strchr(" \t)*_", s[i]) != NULL)
		i++;
	if (i < n && (s[i] == ':' || s[i] == '=')) {
		*ret_seen = true;
		i++;
	} else if (i > 0 && i + 1 < n && s[i] == '-' && s[i + 1] == ' ') {
		*ret_seen = true;
		i++;
	}
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	while (i + 1 < n && s[i] == '*' && s[i + 1] == '*')
		i += 2;
	while (i < n && s[i] == ' ')
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
		if (!line_alike(next, &part->lines[line]) || tried++ == NEXT_LINES)
			return false;
		ret->at = next->at + (uint32_t)lead;
		if (read_shape(a, p, slot, s + lead, n - lead, true, false, ret))
			return true;
		if (!value_is_digits(p, slot))
			return false; /* a word anywhere is too easily another thing */
	}
	return false;
}

static bool
read_after(struct arena *a, const struct provider *p, enum slot slot,
	const struct invite_part *part, size_t line, size_t at, struct value_place *ret)
{
	const struct invite_line *l = &part->lines[line];
	size_t end = l->at + l->len;
	const char *s = part->text + at;
	bool seen;
	size_t skip = separator(s, end - at, &seen);
	if (at + skip == end)
		return read_next_lines(a, p, slot, part, line, ret);
	bool in_brackets = memchr(part->text + l->at, '(', at - l->at) != NULL;
	if (!seen && !value_is_digits(p, slot))
		return false;
	ret->at = (uint32_t)(at + skip);
	return read_shape(a, p, slot, s + skip, end - at - skip, false, in_brackets, ret);
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
value_read(struct arena *a, const struct provider *p, const struct label *label,
	const struct invite_part *part, size_t line, const struct words_hit *words,
	struct value_place *ret)
{
	struct value_place found = {NULL, 0, 0};
	bool ok = label->before
			  ? read_before(a, p, label->slot, part, line, words->at, &found)
			  : read_after(a, p, label->slot, part, line,
				    words->at + words->len, &found);
	if (ok)
		*ret = found;
	return ok;
}
