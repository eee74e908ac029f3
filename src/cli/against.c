#include "cli/against.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/folder.h"
#include "cli/invites.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "report.h"

enum change { SAME, CHANGED, GAINED, LOST, UNREAD, N_CHANGES };

static const char *const names[N_CHANGES] = {
	"same", "changed", "gained", "lost", "unreadable"};

struct against {
	struct invites before, after;
	bool json;
	size_t counts[N_CHANGES];
	struct progress progress;
};

/* Adds {"field","before","after"} for each value that differs; what is absent is null. */
static void
differ(struct arena *a, json_t *out, const char *at, const json_t *before,
	const json_t *after)
{
	const char *key;
	json_t *value;
	if (json_equal(before, after))
		return;
	if (json_is_object(before) && json_is_object(after)) {
		const char *dot = *at != '\0' ? "." : "";
		json_object_foreach ((json_t *)before, key, value)
			differ(a, out, arena_printf(a, "%s%s%s", at, dot, key), value,
				json_object_get(after, key));
		json_object_foreach ((json_t *)after, key, value)
			if (json_object_get(before, key) == NULL)
				differ(a, out, arena_printf(a, "%s%s%s", at, dot, key),
					NULL, value);
		return;
	}
	if (json_is_array(before) && json_is_array(after)) {
		size_t n = json_array_size(before), m = json_array_size(after);
		for (size_t i = 0; i < n || i < m; i++)
			differ(a, out, arena_printf(a, "%s[%zu]", at, i),
				json_array_get(before, i), json_array_get(after, i));
		return;
	}
	json_array_append_new(out, json_pack("{s:s, s:O?, s:O?}", "field", at, "before",
					   before, "after", after));
}

static const char *
shown(struct arena *a, const json_t *v)
{
	if (v == NULL || json_is_null(v))
		return "nothing";
	if (json_is_string(v))
		return show_clean(a, json_string_value(v));
	char *text = json_dumps(v, REPORT_FLAGS | JSON_ENCODE_ANY);
	const char *clean = show_clean(a, text);
	free(text);
	return clean;
}

static void
tell(const struct against *g, struct arena *a, const char *path, enum change change,
	json_t *fields)
{
	size_t i;
	json_t *f;
	if (g->json) {
		json_t *o = invites_row(a, path);
		json_object_set_new(o, "change", json_string(names[change]));
		json_object_set(o, "fields", fields);
		show_json(o);
		json_decref(o);
		return;
	}
	printf("%s%s%s  %s%s%s\n", cli_bold(), show_clean(a, path), cli_plain(),
		change == GAINED ? cli_green() : cli_yellow(), names[change],
		cli_plain());
	json_array_foreach (fields, i, f)
		printf("  %s: %s → %s\n", show_get(a, f, "field"),
			shown(a, json_object_get(f, "before")),
			shown(a, json_object_get(f, "after")));
}

static enum change
compare(struct against *g, struct arena *a, const char *path,
	const struct extraction *before, const struct extraction *after)
{
	json_t *b = report_extraction(
		       before, g->before.providers, &g->before.policy, false),
	       *n = report_extraction(after, g->after.providers, &g->after.policy, false);
	json_t *fields = json_array();
	differ(a, fields, "", b, n);
	enum change change = json_array_size(fields) == 0 ? SAME
			     : before->n_meetings == 0    ? GAINED
			     : after->n_meetings == 0     ? LOST
							  : CHANGED;
	if (change == GAINED && after->n_meetings == 0)
		change = CHANGED; /* another warning, still nothing to join */
	if (change != SAME) {
		progress_clear(&g->progress);
		tell(g, a, path, change, fields);
	}
	json_decref(fields);
	json_decref(b);
	json_decref(n);
	return change;
}

static enum change
one_file(struct against *g, const struct folder_file *file)
{
	struct arena *a = arena_new(0);
	struct err err = file->err;
	struct reader_invite before, after;
	enum change change = UNREAD;
	int r = (int)err.grade;
	if (r == ERR_NONE)
		r = invites_read(&g->before, a, file->path, false, &before, &err);
	if (r == ERR_NONE)
		r = invites_read(&g->after, a, file->path, false, &after, &err);
	if (r == ERR_NONE) {
		change = compare(g, a, file->path, before.extraction, after.extraction);
	} else {
		struct err said;
		progress_clear(&g->progress);
		err_set(&said, err.grade, err.code, "%s: %s", file->path, err.text);
		err_cure(&said, "%s", err.cure);
		cli_fail(&said);
	}
	arena_free(a);
	return change;
}

static void
sum(const struct against *g, size_t files)
{
	if (g->json) {
		json_t *o = json_pack("{s:I}", "files", (json_int_t)files);
		for (size_t i = 0; i < N_CHANGES; i++)
			json_object_set_new(
				o, names[i], json_integer((json_int_t)g->counts[i]));
		show_json(o);
		json_decref(o);
		return;
	}
	printf("%zu %s", files, files == 1 ? "file" : "files");
	for (size_t i = 0; i < N_CHANGES; i++)
		printf(", %zu %s", g->counts[i], names[i]);
	putchar('\n');
}

static int
compare_all(struct against *g, const char *folder)
{
	struct arena *a = arena_new(0);
	struct folder files;
	char *words[] = {arena_strdup(a, folder)};
	folder_find(a, words, 1, &files);
	progress_start(&g->progress, files.n);
	for (size_t i = 0; i < files.n; i++) {
		g->counts[one_file(g, &files.files[i])]++;
		progress_at(&g->progress, i + 1);
	}
	progress_clear(&g->progress);
	sum(g, files.n);
	int status = g->counts[SAME] == files.n ? CLI_DONE : CLI_NO;
	arena_free(a);
	return status;
}

int
against_run(const struct cli_args *args, const char *folder,
	const struct data_dirs *before, const struct data_dirs *after)
{
	struct against g = {.json = args->json};
	struct err err = {0};
	int r = invites_open(before, NULL, &g.before, &err);
	if (r == ERR_NONE)
		r = invites_open(after, NULL, &g.after, &err);
	int status = r == ERR_NONE ? compare_all(&g, folder) : cli_fail(&err);
	invites_close(&g.before);
	invites_close(&g.after);
	return status;
}
