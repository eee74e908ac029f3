#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "cli/show.h"
#include "reader/reader.h"

enum {
	MAX_PIECES = 64, /* marked in one part */
	CONTEXT = 2,     /* lines shown around a marked one */
};

/* Something found, as a range of a part's clean text. */
struct piece {
	const char *name;
	size_t at, end;
};

/* The clean range whose bytes came from original[at, at + len). */
static bool
clean_range(const struct invite_part *p, const struct evidence *e, struct piece *ret)
{
	size_t from = e->at, to = (size_t)e->at + e->len;
	bool found = false;
	for (size_t s = 0; s < p->n_spans; s++) {
		const struct invite_span *span = &p->spans[s];
		size_t next = s + 1 < p->n_spans ? p->spans[s + 1].at : p->size;
		size_t first = span->at, last = next;
		if (span->literal) { /* byte by byte: cut to the overlap */
			size_t origin_end = span->origin + (next - span->at);
			if (origin_end <= from || span->origin >= to)
				continue;
			if (span->origin < from)
				first += from - span->origin;
			if (origin_end > to)
				last -= origin_end - to;
		} else if (span->origin < from || span->origin >= to) {
			continue;
		}
		if (first >= last)
			continue;
		ret->at = found ? ret->at : first;
		ret->end = last;
		found = true;
	}
	return found;
}

static void
add_piece(const struct invite_part *p, const struct evidence *e, const char *name,
	struct piece *pieces, size_t *n)
{
	if (*n == MAX_PIECES || e->part == NULL || strcmp(e->part, p->name) != 0 ||
		e->len == 0)
		return;
	struct piece piece = {.name = name};
	if (!clean_range(p, e, &piece))
		return;
	for (size_t i = 0; i < *n; i++)
		if (pieces[i].at == piece.at && pieces[i].end == piece.end)
			return; /* named already */
	pieces[(*n)++] = piece;
}

static size_t
pieces_of(const struct invite_part *p, const struct extraction *x,
	struct piece pieces[MAX_PIECES])
{
	size_t n = 0;
	for (size_t i = 0; i < x->n_meetings; i++) {
		const struct meeting *m = &x->meetings[i];
		for (size_t s = 0; s < N_SLOTS; s++)
			if (m->slots[s].value != NULL)
				add_piece(p, &m->slots[s].from, slot_name((enum slot)s),
					pieces, &n);
		for (size_t k = 0; k < m->n_numbers; k++)
			add_piece(p, &m->numbers[k].from, "number", pieces, &n);
		for (size_t k = 0; k < m->n_dropped; k++)
			add_piece(p, &m->dropped[k].from, "refused", pieces, &n);
	}
	return n;
}

/* Text between two places where a mark opens or closes. */
static void
print_run(struct arena *a, const char *s, size_t n, bool marked)
{
	char *text = arena_strndup(a, s, n);
	printf("%s%s%s", marked ? cli_green() : "", show_clean(a, text),
		marked ? cli_plain() : "");
}

static void
print_line(struct arena *a, const struct invite_part *p, const struct invite_line *l,
	const struct piece *pieces, size_t n)
{
	size_t end = l->at + l->len, open = 0;
	printf("  %s", l->hidden ? "(hidden) " : "");
	for (unsigned q = 0; q < l->quote && q < 8; q++)
		fputs("> ", stdout);
	for (size_t i = 0; i < n; i++) /* those that go on from an earlier line */
		open += pieces[i].at < l->at && pieces[i].end > l->at;
	for (size_t at = l->at; at < end;) {
		size_t next = end;
		for (size_t i = 0; i < n; i++) {
			if (pieces[i].at > at && pieces[i].at < next)
				next = pieces[i].at;
			if (pieces[i].end > at && pieces[i].end < next)
				next = pieces[i].end;
			if (pieces[i].at == at) {
				fputs(open == 0 ? "«" : "", stdout);
				open++;
			}
		}
		print_run(a, p->text + at, next - at, open > 0);
		for (size_t i = 0; i < n; i++)
			if (pieces[i].end == next) {
				open -= open > 0;
				printf("%s%s‹%s›%s", open == 0 ? "»" : "", cli_dim(),
					pieces[i].name, cli_plain());
			}
		at = next;
	}
	putchar('\n');
}

static bool
is_marked(const struct invite_line *l, const struct piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pieces[i].at < (size_t)l->at + l->len && pieces[i].end > l->at)
			return true;
	return false;
}

static void
print_part(struct arena *a, const struct invite_part *p, const struct extraction *x)
{
	struct piece pieces[MAX_PIECES];
	size_t n = pieces_of(p, x, pieces), left_out = 0;
	bool *shown = arena_many(a, bool, p->n_lines);
	for (size_t i = 0; i < p->n_lines; i++)
		for (size_t j = i > CONTEXT ? i - CONTEXT : 0;
			is_marked(&p->lines[i], pieces, n) && j < p->n_lines &&
			j <= i + CONTEXT;
			j++)
			shown[j] = true;
	printf("\n%s── %s%s\n", cli_dim(), show_clean(a, p->name), cli_plain());
	for (size_t i = 0; i < p->n_lines; i++) {
		bool few = p->n_lines <= 12; /* short parts are shown whole */
		if (!shown[i] && !few) {
			left_out++;
			continue;
		}
		if (left_out > 0)
			printf("  %s… %zu lines%s\n", cli_dim(), left_out, cli_plain());
		left_out = 0;
		print_line(a, p, &p->lines[i], pieces, n);
	}
	if (left_out > 0)
		printf("  %s… %zu lines%s\n", cli_dim(), left_out, cli_plain());
}

static void
add_field(struct arena *a, struct cli_table *t, const char *name, const char *value,
	const struct evidence *e)
{
	const char *where = e->part == NULL ? ""
					    : arena_printf(a, "%s at %u",
						      show_clean(a, e->part), e->at);
	cli_table_row(t, name, show_clean(a, value), show_clean(a, e->rule), where,
		show_clean(a, e->quote), NULL);
}

static void
print_fields(struct arena *a, const struct meeting *m)
{
	struct cli_table *t = cli_table_new(
		"  FIELD", "VALUE", "RULE", "WHERE", "AS IT STANDS THERE", NULL);
	for (size_t s = 0; s < N_SLOTS; s++)
		if (m->slots[s].value != NULL)
			add_field(a, t,
				arena_printf(a, "  %s%s", slot_name((enum slot)s),
					m->slots[s].derived ? " (derived)" : ""),
				m->slots[s].value, &m->slots[s].from);
	for (size_t i = 0; i < m->n_numbers && i < 8; i++)
		add_field(
			a, t, "  number", m->numbers[i].phone.e164, &m->numbers[i].from);
	for (size_t i = 0; i < m->n_dropped; i++)
		add_field(a, t, "  refused", m->dropped[i].text, &m->dropped[i].from);
	cli_table_print(t, stdout);
	if (m->n_numbers > 8)
		printf("  … and %zu numbers more\n", m->n_numbers - 8);
	for (size_t i = 0; i < m->n_notes; i++)
		printf("  %s\n", show_clean(a, m->notes[i]));
}

static const char *
as_written(
	struct arena *a, const struct reader_invite *invite, const struct invite_link *l)
{
	return arena_strndup(a, invite->parts[l->part].text + l->at, l->len);
}

static void
print_wrappers(struct arena *a, const struct reader_invite *invite)
{
	for (size_t i = 0; i < invite->n_links; i++) {
		const struct invite_link *l = &invite->links[i];
		if (l->n_wrappers == 0)
			continue;
		printf("\n%s── a wrapped link%s\n  %s\n", cli_dim(), cli_plain(),
			show_clean(a, as_written(a, invite, l)));
		for (size_t w = 0; w < l->n_wrappers; w++)
			printf("  %zu. %s undone\n", w + 1,
				show_clean(a, l->wrappers[w]));
		printf("  → %s%s%s\n", cli_bold(), show_clean(a, l->url), cli_plain());
		if (l->mismatch)
			printf("  %sits visible text names another host%s\n",
				cli_yellow(), cli_plain());
	}
}

void
explain_invite(struct arena *a, const struct reader_invite *invite)
{
	const struct extraction *x = invite->extraction;
	for (size_t i = 0; i < invite->n_parts; i++)
		print_part(a, &invite->parts[i], x);
	print_wrappers(a, invite);
	for (size_t i = 0; i < x->n_meetings; i++) {
		printf("\n%s── found: %s%s\n", cli_dim(),
			show_clean(a, x->meetings[i].provider), cli_plain());
		print_fields(a, &x->meetings[i]);
	}
	for (size_t i = 0; i < x->n_lost; i++) {
		printf("\n%s── put aside: %s%s\n", cli_dim(),
			show_clean(a, x->lost[i].provider), cli_plain());
		print_fields(a, &x->lost[i]);
	}
	putchar('\n');
}

json_t *
explain_wrappers(const struct reader_invite *invite)
{
	json_t *list = json_array();
	for (size_t i = 0; i < invite->n_links; i++) {
		const struct invite_link *l = &invite->links[i];
		if (l->n_wrappers == 0)
			continue;
		json_t *names = json_array();
		for (size_t w = 0; w < l->n_wrappers; w++)
			json_array_append_new(names, json_string(l->wrappers[w]));
		json_array_append_new(
			list, json_pack("{s:s, s:s%, s:o}", "url", l->url, "as_written",
				      invite->parts[l->part].text + l->at, l->len,
				      "wrappers", names));
	}
	return list;
}
