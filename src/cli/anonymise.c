#include "cli/anonymise.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/carrier.h"
#include "cli/cli.h"
#include "cli/disguise.h"
#include "cli/invites.h"
#include "extract.h"

enum { TRIES = 4 /* invented digits may by chance be what no meeting has */ };

struct copy {
	struct arena *arena;
	struct invites invites;
	struct rules *rules;
	const char *path;
	char *bytes;
	size_t size;
	struct reader_invite original;
};

static bool
same_length(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strlen(a) == strlen(b);
}

/* Addresses and links are as long as the names in them. */
static bool
has_length(enum slot s)
{
	return s == SLOT_MEETING_ID || s == SLOT_PASSCODE || s == SLOT_PHONE_ID ||
	       s == SLOT_PHONE_PIN || s == SLOT_VIDEO_ID || s == SLOT_TENANT;
}

/* What of the copy is not as in the original, in words; NULL: nothing. */
static const char *
meeting_differs(struct arena *a, const struct meeting *m, const struct meeting *c)
{
	if (strcmp(m->provider, c->provider) != 0)
		return "the provider";
	for (enum slot s = 0; s < N_SLOTS; s++) {
		const char *was = m->slots[s].value, *is = c->slots[s].value;
		if ((was == NULL) != (is == NULL) ||
			(has_length(s) && !same_length(was, is)))
			return arena_printf(a, "the %s", slot_name(s));
	}
	if (m->n_numbers != c->n_numbers)
		return "how many telephone numbers there are";
	if (m->personal != c->personal || m->quoted != c->quoted ||
		m->no_pstn != c->no_pstn || m->registration != c->registration ||
		m->conflict != c->conflict)
		return "what is doubtful about it";
	return NULL;
}

static const char *
differs(struct arena *a, const struct extraction *x, const struct extraction *c)
{
	const char *why = NULL;
	if (x->n_meetings != c->n_meetings)
		return "how many meetings it has";
	for (size_t i = 0; i < x->n_meetings && why == NULL; i++)
		why = meeting_differs(a, &x->meetings[i], &c->meetings[i]);
	return why;
}

/* An ID or code of the original that the copy still has. */
static const char *
remains(struct arena *a, const struct extraction *x, const char *s, size_t n)
{
	for (size_t i = 0; i < x->n_meetings; i++)
		for (enum slot k = 0; k < N_SLOTS; k++) {
			const char *v = x->meetings[i].slots[k].value;
			if (v != NULL && has_length(k) && strlen(v) >= 6 &&
				memmem(s, n, v, strlen(v)) != NULL)
				return arena_printf(a, "the %s", slot_name(k));
		}
	return NULL;
}

static int
refuse(struct err *err, const char *path, const char *what, const char *why)
{
	err_set(err, ERR_BAD_REPLY, what, "%s: %s", path, why);
	err_cure(err,
		"Nothing was written. Replace names, IDs, codes and numbers by hand, "
		"by others of the same length, and compare what `convoke extract "
		"--explain` says of both.");
	return ERR_BAD_REPLY;
}

static int
try_once(struct copy *c, char **ret, size_t *ret_size, struct err *err)
{
	struct reader_invite invite;
	struct disguise *d = disguise_new(c->arena, c->rules, c->invites.providers);
	const struct extraction *x = c->original.extraction;
	disguise_name(d, c->original.event.organizer_name);
	disguise_found(d, x);
	int r = carrier_disguise(
		c->arena, d, c->path, c->bytes, c->size, ret, ret_size, err);
	if (r != ERR_NONE)
		return r;
	if (reader_extract(c->invites.reader, c->arena, c->path,
		    c->invites.policy.country, false, *ret, *ret_size, &invite,
		    err) != ERR_NONE)
		return refuse(err, c->path, "other_shape",
			"cannot be anonymised so that it can still be read");
	const char *why = differs(c->arena, x, invite.extraction);
	if (why != NULL)
		return refuse(err, c->path, "other_shape",
			arena_printf(c->arena,
				"cannot be anonymised so that it is still understood as "
				"it is: %s would be another",
				why));
	why = remains(c->arena, x, *ret, *ret_size);
	if (why != NULL)
		return refuse(err, c->path, "remains",
			arena_printf(c->arena,
				"cannot be anonymised: %s would still stand somewhere in "
				"it",
				why));
	return ERR_NONE;
}

static int
anonymise(struct copy *c, struct err *err)
{
	char *out = NULL;
	size_t n = 0;
	int r = invites_bytes(c->arena, c->path, &c->bytes, &c->size, err);
	if (r == ERR_NONE)
		r = reader_extract(c->invites.reader, c->arena, c->path,
			c->invites.policy.country, false, c->bytes, c->size, &c->original,
			err);
	if (r != ERR_NONE)
		return r;
	for (int i = 0; i < TRIES; i++) {
		r = try_once(c, &out, &n, err);
		if (r == ERR_NONE)
			break;
	}
	if (r == ERR_NONE)
		fwrite(out, 1, n, stdout);
	return r;
}

int
anonymise_run(const struct data_dirs *dirs, const char *country, const char *path)
{
	struct copy c = {.arena = arena_new(0), .path = path};
	struct err err = {0};
	int r = invites_open(dirs, country, &c.invites, &err);
	if (r == ERR_NONE)
		r = rules_load(dirs->patterns, dirs->site_patterns, c.invites.providers,
			&c.rules, &err);
	if (r == ERR_NONE)
		r = anonymise(&c, &err);
	if (r == ERR_NONE)
		fputs("Names are found where addresses and calendars have them: read the "
		      "copy before you send it.\n",
			stderr);
	else
		cli_fail(&err);
	rules_free(c.rules);
	invites_close(&c.invites);
	arena_free(c.arena);
	return r == ERR_NONE ? CLI_DONE : CLI_NO;
}
