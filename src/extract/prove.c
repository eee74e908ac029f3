#include "extract/rules.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/datafile.h"
#include "extract/runaway.h"
#include "extract/value.h"
#include "invite/url.h"

enum { MAX_LINES = 16 };

struct proof {
	struct arena *arena;
	struct matcher matcher;
	const char *path, *bytes;
	struct err *err;
	size_t n;
};

static int
fail(struct proof *p, const char *name, const char *line, const char *why)
{
	err_set(p->err, ERR_CONFIG, "bad_proof", "%s:%d: %s: \"%.80s\" %s", p->path,
		datafile_line(p->bytes, line), name, line, why);
	err_cure(p->err,
		"Correct the pattern or this line: `yes` lines are TEXT -> slot=value, "
		"`no` lines must not be taken.");
	return ERR_CONFIG;
}

/* The link that a proof's text is, as invite_clean would give it. */
static struct invite_link
link_of(struct arena *a, const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	bool schemeless = text[n] != ':';
	struct url u = {.scheme = "", .host = "", .rest = ""};
	url_read(a, text, schemeless, &u);
	return (struct invite_link){.url = text,
		.scheme = u.scheme,
		.host = u.host,
		.rest = u.rest,
		.schemeless = schemeless};
}

/* `text` up to " -> "; then *ret_want is what follows, NULL when nothing does. */
static const char *
proof_text(struct arena *a, const char *line, const char **ret_want)
{
	const char *arrow = strstr(line, " -> ");
	*ret_want = arrow != NULL ? arrow + strlen(" -> ") : NULL;
	return arrow != NULL ? arena_strndup(a, line, (size_t)(arrow - line)) : line;
}

/* "meeting_id=91847302265 site=northwind": each as captured, and nothing else captured.
 */
static bool
as_wanted(struct arena *a, const struct captures *c, const char *want)
{
	size_t wanted = 0, captured = 0;
	for (int s = 0; s <= N_SLOTS; s++)
		captured += c->values[s] != NULL;
	while (want != NULL && *want != '\0') {
		size_t n = strcspn(want, " "), name = strcspn(want, "=");
		enum slot slot;
		int at = -1;
		if (name < n && slot_find(want, name, &slot))
			at = (int)slot;
		else if (name == 3 && strncmp(want, "key", 3) == 0)
			at = CAPTURE_KEY;
		if (at < 0 || c->values[at] == NULL ||
			strcmp(c->values[at],
				arena_strndup(a, want + name + 1, n - name - 1)) != 0)
			return false;
		wanted++;
		want += n;
		want += strspn(want, " ");
	}
	return wanted == captured;
}

static bool
try_pattern(struct proof *p, const struct pattern *pattern, bool is_address,
	const char *text, struct captures *ret)
{
	if (is_address) {
		size_t scheme = strcspn(text, ":");
		bool plain = text[scheme] == '\0';
		const struct written w = {
			plain ? "" : arena_strndup(p->arena, text, scheme),
			pattern->set->provider->general};
		return pattern == match_address(&p->matcher,
					  plain ? text : text + scheme + 1, &w, ret);
	}
	struct invite_link l = link_of(p->arena, text);
	return pattern == match_link(&p->matcher, &l, ret);
}

/* What the pattern sees of a proof's text. */
static const char *
subject_of(struct arena *a, bool is_address, const char *text)
{
	return is_address ? text : link_of(a, text).rest;
}

/* One proof shows the way to every repetition that it goes through; the others go through
 * the same ones. */
static int
prove_bounded(struct proof *p, const struct pattern *t, bool is_address)
{
	const char *want, *text = proof_text(p->arena, t->yes[0], &want);
	const char *w =
		runaway_witness(&p->matcher, t, subject_of(p->arena, is_address, text));
	if (w == NULL)
		return ERR_NONE;
	err_set(p->err, ERR_CONFIG, "runaway_pattern",
		"%s:%d: %s: can run away: on \"%.120s\" it tries more ways than it may",
		p->path, datafile_line(p->bytes, t->match), t->label, w);
	err_cure(p->err, "Let a repetition end at a character that it does not take "
			 "(`[^/]+/`), bound it (`{1,40}`), or make it give nothing back "
			 "(`[^/]++`).");
	return ERR_CONFIG;
}

static int
prove_patterns(struct proof *p, const struct pattern *list, unsigned n, bool is_address)
{
	for (unsigned i = 0; i < n; i++) {
		const struct pattern *t = &list[i];
		if (t->overridden)
			continue;
		if (t->yes_count == 0)
			return fail(p, t->label, t->match, "has no `yes` line");
		for (unsigned k = 0; k < t->yes_count; k++, p->n++) {
			const char *want, *text = proof_text(p->arena, t->yes[k], &want);
			struct captures c = {.open = false};
			if (!try_pattern(p, t, is_address, text, &c))
				return fail(p, t->label, t->yes[k], "is not taken");
			if (!as_wanted(p->arena, &c, want))
				return fail(p, t->label, t->yes[k], "gives other values");
		}
		for (unsigned k = 0; k < t->no_count; k++, p->n++) {
			struct captures c;
			if (try_pattern(p, t, is_address, t->no[k], &c))
				return fail(p, t->label, t->no[k], "is taken");
		}
		int e = prove_bounded(p, t, is_address);
		if (e != ERR_NONE)
			return e;
	}
	return ERR_NONE;
}

/* The value that the label reads from a few lines of text, or NULL. */
static const char *
try_label(struct proof *p, const struct rule_set *set, const struct label *label,
	const char *text)
{
	struct invite_line lines[MAX_LINES] = {{0}};
	struct invite_part part = {.text = text, .size = strlen(text), .lines = lines};
	for (size_t at = 0; at <= part.size && part.n_lines < MAX_LINES; part.n_lines++) {
		size_t n = strcspn(text + at, "\n");
		lines[part.n_lines].at = (uint32_t)at;
		lines[part.n_lines].len = (uint32_t)n;
		at += n + 1;
	}
	struct words_hit words[64];
	size_t from = 0;
	size_t n = words_find(p->matcher.rules, text, part.size, &from, words, 64);
	uint32_t read = 0; /* "VTC Conference ID" is read whole, as scan_fragment does */
	for (size_t i = 0; i < n; i++) {
		size_t line = 0;
		bool ours = false;
		if (words[i].at < read)
			continue;
		while (line + 1 < part.n_lines && lines[line + 1].at <= words[i].at)
			line++;
		for (size_t u = 0; u < words[i].phrase->n_uses; u++) {
			const struct use *use = &words[i].phrase->uses[u];
			struct value_place v;
			ours |= use->set == set;
			if (use->label == label &&
				value_read(p->arena, set->provider, label, &part, line,
					&words[i], &v))
				return v.value;
		}
		if (ours)
			read = words[i].at + words[i].len;
	}
	return NULL;
}

static int
prove_labels(struct proof *p, const struct rule_set *set, const struct pattern_file *file)
{
	for (unsigned i = 0; i < file->labels_count; i++) {
		const struct label *l = &file->labels[i];
		if (l->yes_count == 0)
			return fail(p, l->label, l->words_count > 0 ? l->words[0] : "",
				"has no `yes` line");
		for (unsigned k = 0; k < l->yes_count; k++, p->n++) {
			const char *want, *text = proof_text(p->arena, l->yes[k], &want);
			struct captures c = {.open = false};
			c.values[l->slot] = try_label(p, set, l, text);
			if (c.values[l->slot] == NULL)
				return fail(p, l->label, l->yes[k], "is not taken");
			if (!as_wanted(p->arena, &c, want))
				return fail(
					p, l->label, l->yes[k], "gives another value");
		}
		for (unsigned k = 0; k < l->no_count; k++, p->n++)
			if (try_label(p, set, l, l->no[k]) != NULL)
				return fail(p, l->label, l->no[k], "is taken");
	}
	return ERR_NONE;
}

int
rules_prove(const struct rules *r, const struct rule_set *set,
	const struct pattern_file *file, const char *path, const char *bytes,
	size_t *ret_proofs, struct err *err)
{
	bool in_force = false;
	for (size_t i = 0; i < set->n_files; i++)
		in_force |= set->files[i] == file;
	if (!in_force)
		return ERR_NONE;
	struct arena *a = arena_new(0);
	if (a == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	struct proof p = {.arena = a, .path = path, .bytes = bytes, .err = err};
	matcher_init(&p.matcher, r, a);
	int e = prove_patterns(&p, file->links, file->links_count, false);
	if (e == ERR_NONE)
		e = prove_patterns(&p, file->addresses, file->addresses_count, true);
	if (e == ERR_NONE)
		e = prove_labels(&p, set, file);
	matcher_release(&p.matcher);
	arena_free(a);
	if (e == ERR_NONE)
		*ret_proofs += p.n;
	return e;
}
