#include "generate/tally.h"

#include <stdlib.h>
#include <string.h>

static struct tally_row *
row_of(struct tally_row *rows, const char *name, size_t n)
{
	n = n < TALLY_NAME ? n : TALLY_NAME - 1;
	for (size_t i = 0; i < TALLY_ROWS; i++) {
		if (rows[i].name[0] == '\0') {
			memcpy(rows[i].name, name, n);
			return &rows[i];
		}
		if (strncmp(rows[i].name, name, n) == 0 && rows[i].name[n] == '\0')
			return &rows[i];
	}
	return &rows[TALLY_ROWS - 1];
}

static void
count(struct tally *t, enum tally_column c, const char *name, size_t n, enum verdict v)
{
	row_of(t->rows[c], name, n)->counts[v]++;
}

void
tally_add(struct tally *t, const struct sample *s, const struct judgement *j)
{
	t->counts[j->verdict]++;
	count(t, BY_PROVIDER, s->provider, strlen(s->provider), j->verdict);
	static const enum tally_column columns[N_CHOICES] = {
		BY_TEMPLATE, BY_CARRIER, BY_WRAPPER, BY_NOISE};
	for (int c = 0; c < N_CHOICES; c++) {
		const char *name = s->choices[c];
		for (size_t n; *name != '\0'; name += n + (name[n] == '+')) {
			n = c == CHOOSE_NOISE ? strcspn(name, "+") : strlen(name);
			count(t, columns[c], name, n, j->verdict);
		}
	}
	if (j->confidence >= 0) {
		t->confidence[j->confidence].n++;
		t->confidence[j->confidence].right += j->true_first;
	}
}

void
tally_sum(struct tally *t, const struct tally *other)
{
	for (int v = 0; v < N_VERDICTS; v++)
		t->counts[v] += other->counts[v];
	for (int c = 0; c < N_COLUMNS; c++)
		for (size_t i = 0; i < TALLY_ROWS && other->rows[c][i].name[0] != '\0';
			i++) {
			const struct tally_row *from = &other->rows[c][i];
			struct tally_row *to =
				row_of(t->rows[c], from->name, strlen(from->name));
			for (int v = 0; v < N_VERDICTS; v++)
				to->counts[v] += from->counts[v];
		}
	for (int p = 0; p <= 100; p++) {
		t->confidence[p].n += other->confidence[p].n;
		t->confidence[p].right += other->confidence[p].right;
	}
}

static uint64_t
sum_of(const uint64_t counts[N_VERDICTS])
{
	uint64_t n = 0;
	for (int v = 0; v < N_VERDICTS; v++)
		n += counts[v];
	return n;
}

uint64_t
tally_all(const struct tally *t)
{
	return sum_of(t->counts);
}

static void
print_row(FILE *f, const char *name, const uint64_t counts[N_VERDICTS])
{
	uint64_t n = sum_of(counts);
	fprintf(f, "%-28s %10llu %9.3f %%", name, (unsigned long long)n,
		n > 0 ? 100.0 * (double)counts[VERDICT_RIGHT] / (double)n : 0);
	for (int v = VERDICT_INCOMPLETE; v < N_VERDICTS; v++)
		fprintf(f, " %10llu", (unsigned long long)counts[v]);
	fputc('\n', f);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
		((const struct tally_row *)a)->name, ((const struct tally_row *)b)->name);
}

void
tally_print(FILE *f, const struct tally *t)
{
	static const char *const titles[N_COLUMNS] = {
		"provider", "template", "carrier", "wrapper", "noise"};
	for (int c = 0; c < N_COLUMNS; c++) {
		struct tally_row rows[TALLY_ROWS];
		size_t n = 0;
		while (n < TALLY_ROWS && t->rows[c][n].name[0] != '\0') {
			rows[n] = t->rows[c][n];
			n++;
		}
		qsort(rows, n, sizeof *rows, by_name);
		fprintf(f, "%-28s %10s %11s %10s %10s %10s\n", titles[c], "invites",
			"right", "incomplete", "asked", "wrong");
		for (size_t i = 0; i < n; i++)
			print_row(f, rows[i].name, rows[i].counts);
		fputc('\n', f);
	}
	print_row(f, "all", t->counts);
}

void
tally_print_confidence(FILE *f, const struct tally *t)
{
	static const int bands[] = {
		0, 30, 40, 50, 60, 70, 75, 80, 85, 90, 93, 96, 98, 101};
	fprintf(f, "%-12s %10s %10s\n", "confidence", "invites", "right");
	for (size_t b = 0; b + 1 < sizeof bands / sizeof *bands; b++) {
		uint64_t n = 0, right = 0;
		for (int p = bands[b]; p < bands[b + 1]; p++) {
			n += t->confidence[p].n;
			right += t->confidence[p].right;
		}
		if (n > 0)
			fprintf(f, "%3d to %3d   %10llu %8.2f %%\n", bands[b],
				bands[b + 1] - 1, (unsigned long long)n,
				100.0 * (double)right / (double)n);
	}
}
