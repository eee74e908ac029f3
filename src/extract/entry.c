/* Entries that a calendar gives as data: which slot each field fills, the rules say. */
#include "extract/reading.h"

#include <string.h>

#include "base/arena.h"
#include "extract/value.h"

static const struct entry_rule *
entry_rule_for(const struct rule_set *set, enum entry_kind kind)
{
	for (size_t f = set->n_files; f > 0; f--)
		for (unsigned i = 0; i < set->files[f - 1]->entries_count; i++)
			if (set->files[f - 1]->entries[i].kind == kind)
				return &set->files[f - 1]->entries[i];
	return NULL;
}

/* The fragment that an entry without a link of its own belongs to: the one before it. */
static struct fragment *
entry_fragment(struct reading *r, size_t part)
{
	struct fragment *before = NULL, *after = NULL;
	for (size_t i = 0; i < r->fs->n; i++) {
		struct fragment *f = r->fs->list[i];
		if (f->source != SOURCE_ENTRY)
			continue;
		if (f->part <= part)
			before = f;
		else if (after == NULL)
			after = f;
	}
	return before != NULL ? before : after;
}

/* "787 664 574 59#" as the slot's value; NULL when it cannot be one. */
static const char *
entry_value(struct arena *a, const struct provider *p, enum slot slot, const char *text)
{
	bool digits = value_is_digits(p, slot);
	char *value = arena_strdup(a, text), *to = value;
	for (const char *c = text; *c != '\0'; c++)
		if (!digits || strchr(" -#", *c) == NULL)
			*to++ = *c;
	*to = '\0';
	return value_fits(p, slot, value) ? value : NULL;
}

void
entry_read(struct reading *r, size_t part)
{
	const struct invite_part *ip = &r->invite->parts[part];
	const struct entry_point *e = ip->entry;
	struct fragment *f = entry_fragment(r, part);
	const struct entry_rule *rule =
		f != NULL ? entry_rule_for(f->set, e->kind) : NULL;
	if (rule == NULL)
		return;
	struct arena *a = r->fs->arena;
	const struct provider *p = f->set->provider;
	struct evidence from = evidence_at(a, ip, "entry", 0, ip->size);
	const struct {
		const char *text;
		const enum slot *slot;
	} codes[] = {{e->meeting_code, rule->meeting_code},
		{e->access_code, rule->access_code}, {e->passcode, rule->passcode},
		{e->password, rule->password}, {e->pin, rule->pin}};
	const struct number_context k = {a, &r->rules->words, p, false};
	struct number_place n;
	bool phone = e->kind == ENTRY_PHONE && e->uri != NULL && r->budget > 0 &&
		     number_of_uri(&k, e->uri, &n) && (!n.tail || n.understood) &&
		     (n.national == NULL || number_place_in(&n, p, e->region, false));
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (codes[i].text == NULL || codes[i].slot == NULL)
			continue;
		const char *value = entry_value(a, p, *codes[i].slot, codes[i].text);
		if (value == NULL)
			continue;
		fragment_say(r->fs->arena, f, *codes[i].slot, HOW_ENTRY, value, from);
		if (phone && *codes[i].slot == SLOT_PHONE_ID)
			n.number.phone_id = value;
		if (phone && *codes[i].slot == SLOT_PHONE_PIN)
			n.number.phone_pin = value;
	}
	if (!phone)
		return;
	r->budget--;
	n.number.from = from;
	for (enum slot s = 0; s < N_SLOTS; s++)
		if (n.values[s] != NULL)
			fragment_say(a, f, s, HOW_TAIL, n.values[s], from);
	fragment_number(a, f, &n);
}
