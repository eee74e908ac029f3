#include "cli/survey.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/folder.h"
#include "cli/show.h"

enum {
	FILE_MOST = 44, /* cells of a file's name */
	ID_CELLS = 14,
	VIA_CELLS = 15, /* "SIP H.323 phone" */
	MAX_CURES = 8,
};

/* How a meeting is joined, for people who count; a meeting may be joined in several ways. */
struct tally {
	size_t files, via[N_TRANSPORTS], web_only, not_at_all;
};

struct survey {
	struct arena *arena;
	const struct providers *providers;
	size_t file_cells, provider_cells;
	size_t common;         /* bytes of every path that are not shown */
	struct tally *tallies; /* as providers_at */
	size_t files, nothing, unread;
	char codes[MAX_CURES][64], cures[MAX_CURES][600];
	size_t n_cures;
};

static const char *
below(const struct survey *s, const char *path)
{
	return strlen(path) > s->common ? path + s->common : path;
}

struct survey *
survey_new(struct arena *a, const struct folder *folder, const struct providers *ps)
{
	struct survey *s = arena_one(a, struct survey);
	s->arena = a;
	s->providers = ps;
	s->tallies = arena_many(a, struct tally, providers_count(ps));
	s->common = folder->common;
	struct arena *names = arena_new(0);
	for (size_t i = 0; i < folder->n; i++) {
		size_t w = cli_width(show_clean(names, below(s, folder->files[i].path)));
		if (w > s->file_cells)
			s->file_cells = w > FILE_MOST ? FILE_MOST : w;
	}
	arena_free(names);
	for (size_t i = 0; i < providers_count(ps); i++)
		if (strlen(providers_at(ps, i)->id) > s->provider_cells)
			s->provider_cells = strlen(providers_at(ps, i)->id);
	return s;
}

/* The end of a long name says which file it is. */
static const char *
shortened(struct arena *a, const char *path, size_t cells)
{
	const char *s = show_clean(a, path);
	if (cli_width(s) <= cells)
		return s;
	while (cli_width(s) > cells - 1) {
		unsigned cp;
		s += utf8_next(s, strlen(s), &cp);
	}
	return arena_printf(a, "…%s", s);
}

static void
cell(const char *text, size_t cells)
{
	size_t w = cli_width(text);
	printf("%s%*s  ", text, w < cells ? (int)(cells - w) : 0, "");
}

/* "918 4730 2265" is what a person would compare: the ID that is dialled, else the room's. */
static const char *
id_of(const struct meeting *m, const struct provider *p)
{
	static const enum slot rather[] = {
		SLOT_MEETING_ID, SLOT_PHONE_ID, SLOT_VIDEO_ID, SLOT_NAME};
	if (p != NULL && m->slots[p->id_slot].value != NULL)
		return m->slots[p->id_slot].value;
	for (size_t i = 0; i < sizeof rather / sizeof *rather; i++)
		if (m->slots[rather[i]].value != NULL)
			return m->slots[rather[i]].value;
	return "";
}

static const char *
ways(struct arena *a, const struct plan *plan)
{
	struct buf b;
	buf_init(&b, a);
	for (enum transport via = 0; via < N_TRANSPORTS; via++)
		if (plan->has[via] && via != VIA_WEB)
			buf_printf(&b, "%s%s", b.n > 0 ? " " : "",
				show_transport(transport_name(via)));
	if (b.n == 0)
		buf_str(&b, plan->has[VIA_WEB] ? "web only" : "nothing");
	return b.s;
}

/* What somebody who looks down the column would want to look into. */
static const char *
remark(struct arena *a, const struct extraction *x, const struct plan *plan)
{
	struct buf b;
	const struct meeting *m = &x->meetings[0];
	buf_init(&b, a);
	for (size_t i = 0; i < plan->n_refused; i++) {
		const char *one = arena_printf(a, "%s refused: %s",
			show_transport(transport_name(plan->refused[i].via)),
			plan->refused[i].reason);
		if (strstr(b.s, one) == NULL)
			buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", one);
	}
	if (x->tie)
		buf_printf(&b, "%stwo are equally good", b.n > 0 ? ", " : "");
	if (m->conflict)
		buf_printf(&b, "%scontradicts itself", b.n > 0 ? ", " : "");
	if (m->quoted)
		buf_printf(&b, "%sonly quoted", b.n > 0 ? ", " : "");
	return b.s;
}

static void
count(struct survey *s, const struct meeting *m, const struct plan *plan)
{
	for (size_t i = 0; i < providers_count(s->providers); i++) {
		struct tally *t = &s->tallies[i];
		if (strcmp(providers_at(s->providers, i)->id, m->provider) != 0)
			continue;
		bool dialled = false;
		t->files++;
		for (enum transport via = 0; via < VIA_WEB; via++) {
			t->via[via] += plan->has[via];
			dialled |= plan->has[via];
		}
		t->web_only += !dialled && plan->has[VIA_WEB];
		t->not_at_all += !dialled && !plan->has[VIA_WEB];
	}
}

void
survey_invite(struct survey *s, struct arena *a, const char *path,
	const struct extraction *x, const struct policy *policy)
{
	s->files++;
	cell(shortened(a, below(s, path), s->file_cells), s->file_cells);
	if (x->n_meetings == 0) {
		s->nothing++;
		printf("%snothing to join%s%s%s\n", cli_dim(),
			x->n_warnings > 0 ? ": " : "",
			x->n_warnings > 0 ? show_clean(a, x->warnings[0]) : "",
			cli_plain());
		return;
	}
	const struct meeting *m = &x->meetings[0];
	struct plan shown = *plan_make(a, s->providers, m, policy, NULL, 0, NULL);
	const struct plan *plan = &shown;
	/* one of several gateways, where the invite names none, says nothing about it */
	shown.has[VIA_H323] &= m->slots[SLOT_H323].value != NULL;
	count(s, m, plan);
	cell(show_clean(a, m->provider), s->provider_cells);
	cell(shortened(a, id_of(m, providers_find(s->providers, m->provider)), ID_CELLS),
		ID_CELLS);
	cell(ways(a, plan), VIA_CELLS);
	const char *doubt = remark(a, x, plan);
	printf("%3d %%%s%s%s%s\n", m->confidence, *doubt != '\0' ? "  " : "",
		cli_yellow(), doubt, cli_plain());
}

/* A cure is said once, below, however many files want it. */
static void
remember_cure(struct survey *s, const struct err *err)
{
	for (size_t i = 0; i < s->n_cures; i++)
		if (strcmp(s->codes[i], err->code) == 0)
			return;
	if (s->n_cures == MAX_CURES || err->cure[0] == '\0')
		return;
	snprintf(s->codes[s->n_cures], sizeof *s->codes, "%s", err->code);
	snprintf(s->cures[s->n_cures++], sizeof *s->cures, "%s", err->cure);
}

void
survey_unread(struct survey *s, struct arena *a, const char *path, const struct err *err)
{
	const char *text = err->text;
	size_t n = strlen(path);
	if (strncmp(text, path, n) == 0 && strncmp(text + n, ": ", 2) == 0)
		text += n + 2; /* the line begins with it */
	s->unread++;
	remember_cure(s, err);
	cell(shortened(a, below(s, path), s->file_cells), s->file_cells);
	printf("%snot read: %s%s\n", cli_red(), show_clean(a, text), cli_plain());
}

static void
add_row(struct cli_table *t, struct arena *a, const char *name, const struct tally *y)
{
	cli_table_row(t, name, arena_printf(a, "%zu", y->files),
		arena_printf(a, "%zu", y->via[VIA_PSTN]),
		arena_printf(a, "%zu", y->via[VIA_SIP]),
		arena_printf(a, "%zu", y->via[VIA_H323]),
		arena_printf(a, "%zu", y->web_only),
		arena_printf(a, "%zu", y->not_at_all), NULL);
}

void
survey_sum(struct survey *s, size_t passed_over)
{
	struct cli_table *t = cli_table_new("PROVIDER", "FILES", "PHONE", "SIP", "H.323",
		"WEB ONLY", "REFUSED", NULL);
	struct tally all = {0};
	for (size_t i = 0; i < providers_count(s->providers); i++) {
		const struct tally *y = &s->tallies[i];
		if (y->files == 0)
			continue;
		add_row(t, s->arena,
			show_clean(s->arena, providers_at(s->providers, i)->id), y);
		all.files += y->files;
		for (enum transport via = 0; via < N_TRANSPORTS; via++)
			all.via[via] += y->via[via];
		all.web_only += y->web_only;
		all.not_at_all += y->not_at_all;
	}
	add_row(t, s->arena, "all", &all);
	putchar('\n');
	cli_table_print(t, stdout);
	printf("\n%zu %s read, %zu with nothing to join; %zu could not be read; %zu others "
	       "passed over\n",
		s->files, s->files == 1 ? "file" : "files", s->nothing, s->unread,
		passed_over);
	for (size_t i = 0; i < s->n_cures; i++)
		cli_wrap(stdout, 2, false, show_clean(s->arena, s->cures[i]));
}
