#include "meeting.h"

#include <string.h>

#include "base/utf8.h"

enum { NAME_MAX_BYTES = 64, TEXT_MAX = 200, QUOTE_MAX = 120, NOTES_MAX = 32 };

/* NULL is fine; anything else is UTF-8 of at most `max` bytes without control characters.
 */
static bool
is_text(const char *s, size_t max)
{
	if (s == NULL)
		return true;
	size_t n = strnlen(s, max + 1);
	if (n > max || !utf8_valid(s, n))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}

static bool
is_made_of(const char *s, size_t max, const char *extra)
{
	size_t n = strnlen(s, max + 1);
	if (n == 0 || n > max)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= '0' && s[i] <= '9') &&
			strchr(extra, s[i]) == NULL)
			return false;
	return true;
}

static bool
evidence_check(const struct evidence *e)
{
	return is_text(e->rule, NAME_MAX_BYTES * 2) && is_text(e->part, NAME_MAX_BYTES) &&
	       is_text(e->quote, QUOTE_MAX);
}

static bool
digits_check(const char *s, enum slot slot)
{
	return s == NULL || slot_allows(slot, s, strnlen(s, slot_max(slot) + 1));
}

static bool
phone_check(const struct phone *p)
{
	size_t n = strnlen(p->e164, sizeof p->e164);
	if (n < 8 || n >= sizeof p->e164 || p->e164[0] != '+' || p->e164[1] == '0')
		return false;
	if (strspn(p->e164 + 1, "0123456789") != n - 1)
		return false;
	if (p->country[0] != '\0' &&
		(p->country[0] < 'A' || p->country[0] > 'Z' || p->country[1] < 'A' ||
			p->country[1] > 'Z' || p->country[2] != '\0'))
		return false;
	return p->kind <= PHONE_OTHER && p->country_code > 0 && p->country_code < 1000;
}

static const char *
number_wrong(const struct meeting_number *n)
{
	if (!phone_check(&n->phone))
		return "numbers.phone";
	if (!is_text(n->region, TEXT_MAX))
		return "numbers.region";
	if (!is_text(n->form, TEXT_MAX))
		return "numbers.form";
	if (!digits_check(n->phone_id, SLOT_PHONE_ID))
		return "numbers.phone_id";
	if (!digits_check(n->phone_pin, SLOT_PHONE_PIN))
		return "numbers.phone_pin";
	return evidence_check(&n->from) ? NULL : "numbers.from";
}

static const char *
dropped_wrong(const struct meeting_dropped *d)
{
	size_t n = d->text != NULL ? strnlen(d->text, MEETING_MAX_DROPPED_TEXT + 1) : 0;
	if (d->kind >= N_DROPPED || n == 0 || n > MEETING_MAX_DROPPED_TEXT)
		return "dropped";
	for (size_t i = 0; i < n; i++)
		if (d->text[i] < 0x20 || d->text[i] >= 0x7f)
			return "dropped.text";
	return evidence_check(&d->from) ? NULL : "dropped.from";
}

bool
meeting_check(const struct meeting *m, const char **ret_why)
{
	const char *why = NULL;
	if (m->provider == NULL || !is_made_of(m->provider, NAME_MAX_BYTES, "-_"))
		why = "provider";
	else if (m->confidence > 100)
		why = "confidence";
	for (enum slot s = 0; s < N_SLOTS && why == NULL; s++) {
		const struct finding *f = &m->slots[s];
		if (f->value == NULL)
			continue;
		if (!slot_allows(s, f->value, strnlen(f->value, slot_max(s) + 1)))
			why = slot_name(s);
		else if (!evidence_check(&f->from))
			why = "evidence";
	}
	if (why == NULL && (m->n_numbers > MEETING_MAX_NUMBERS ||
				   (m->n_numbers > 0 && m->numbers == NULL)))
		why = "numbers";
	for (size_t i = 0; i < m->n_numbers && why == NULL; i++)
		why = number_wrong(&m->numbers[i]);
	if (why == NULL && (m->n_dropped > MEETING_MAX_DROPPED ||
				   (m->n_dropped > 0 && m->dropped == NULL)))
		why = "dropped";
	for (size_t i = 0; i < m->n_dropped && why == NULL; i++)
		why = dropped_wrong(&m->dropped[i]);
	if (why == NULL &&
		(m->n_notes > NOTES_MAX || (m->n_notes > 0 && m->notes == NULL)))
		why = "notes";
	for (size_t i = 0; i < m->n_notes && why == NULL; i++)
		if (m->notes[i] == NULL || !is_text(m->notes[i], TEXT_MAX))
			why = "notes";
	if (why != NULL)
		*ret_why = why;
	return why == NULL;
}
