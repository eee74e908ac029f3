#include "extract/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "extract/schema.h"

enum { MAX_FILES = 256 };

/*
 * An expression is data that people write: it may cost at most this, whatever it meets. A
 * link that would cost more is nobody's.
 */
enum { MATCH_DEPTH = 500, MATCH_HEAP_KIB = 512 };

struct source {
	const char *path, *bytes;
	struct rule_set *set;
};

static struct rule_set *
set_for(struct rules *r, const struct provider *p)
{
	for (size_t i = 0; i < r->n_sets; i++)
		if (r->sets[i].provider == p)
			return &r->sets[i];
	struct rule_set *set = &r->sets[r->n_sets];
	set->provider = p;
	set->index = r->n_sets++;
	return set;
}

static int
load_file(struct rules *r, const struct providers *ps, const char *path,
	struct source *ret, struct err *err)
{
	char *bytes;
	size_t size;
	if (file_read(r->arena, path, DATAFILE_MAX, &bytes, &size, err) != ERR_NONE)
		return err != NULL ? (int)err->grade : ERR_CONFIG;
	struct pattern_file *file = NULL;
	int e = datafile_load(path, bytes, size, &pattern_schema, (void **)&file, err);
	if (e != ERR_NONE)
		return e;
	r->files[r->n_files++] = file;
	*ret = (struct source){path, bytes, NULL};
	if (file->provider == NULL && file->numbers != NULL)
		return ERR_NONE;
	const struct provider *p = providers_find(ps, file->provider);
	if (p == NULL) {
		err_set(err, ERR_CONFIG, "unknown_provider",
			"%s:%d: there is no provider %s", path,
			datafile_line(bytes, "provider:"),
			file->provider != NULL ? file->provider : "named");
		err_cure(err, "Add providers/%s.yaml, or correct the name.",
			file->provider != NULL ? file->provider : "ID");
		return ERR_CONFIG;
	}
	struct rule_set *set = set_for(r, p);
	if (file->replaces)
		set->n_files = 0;
	if (set->n_files == sizeof set->files / sizeof *set->files)
		return err_set(err, ERR_CONFIG, "too_many_files",
			"%s: more than %zu files speak of %s", path, set->n_files,
			file->provider);
	set->files[set->n_files++] = file;
	ret->set = set;
	return ERR_NONE;
}

/* Hosts of the file are those of what names none; rules_free takes them back. */
static void
lend_hosts(const struct pattern_file *f, struct pattern *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (list[i].hosts_count == 0) {
			list[i].hosts = f->hosts;
			list[i].hosts_count = f->hosts_count;
		}
}

static void
release_patterns(const struct pattern_file *f, struct pattern *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		pcre2_code_free(list[i].code);
		if (list[i].hosts == f->hosts) {
			list[i].hosts = NULL;
			list[i].hosts_count = 0;
		}
	}
}

static int
compile_file(
	struct rules *r, struct pattern_file *f, const struct source *s, struct err *err)
{
	int e = ERR_NONE;
	lend_hosts(f, f->links, f->links_count);
	lend_hosts(f, f->addresses, f->addresses_count);
	for (unsigned i = 0; i < f->links_count && e == ERR_NONE; i++)
		e = pattern_compile(
			&f->links[i], false, s->set, r->arena, s->path, s->bytes, err);
	for (unsigned i = 0; i < f->addresses_count && e == ERR_NONE; i++)
		e = pattern_compile(
			&f->addresses[i], true, s->set, r->arena, s->path, s->bytes, err);
	for (unsigned i = 0; i < f->labels_count; i++)
		f->labels[i].label = arena_printf(r->arena, "%s/label:%s", f->provider,
			slot_name(f->labels[i].slot));
	r->summary.patterns += f->links_count + f->addresses_count + f->labels_count;
	return e;
}

static int
load_all(struct rules *r, const char *const *dirs, const struct providers *ps,
	struct err *err)
{
	struct source *sources = arena_many(r->arena, struct source, MAX_FILES);
	for (size_t d = 0; d < 2; d++) {
		char **paths;
		size_t n;
		if (dirs[d] == NULL)
			continue;
		int e = file_list(r->arena, dirs[d], ".yaml", &paths, &n, err);
		if (e == ERR_NONE && n > MAX_FILES - r->n_files)
			e = err_set(err, ERR_LIMIT, "too_many_files",
				"%s: more than %d pattern files", dirs[d], MAX_FILES);
		for (size_t i = 0; i < n && e == ERR_NONE; i++)
			e = load_file(r, ps, paths[i], &sources[r->n_files], err);
		if (e != ERR_NONE)
			return e;
	}
	for (size_t i = 0; i < r->n_files; i++) {
		if (sources[i].set == NULL)
			continue;
		int e = compile_file(r, r->files[i], &sources[i], err);
		if (e != ERR_NONE)
			return e;
	}
	rules_index(r);
	for (size_t i = 0; i < r->n_files; i++) {
		const struct source *s = &sources[i];
		if (s->set == NULL)
			continue;
		int e = rules_prove(r, s->set, r->files[i], s->path, s->bytes,
			&r->summary.proofs, err);
		if (e != ERR_NONE)
			return e;
	}
	r->summary.files = r->n_files;
	return ERR_NONE;
}

int
rules_load(const char *dir, const char *site_dir, const struct providers *ps,
	struct rules **ret, struct err *err)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	struct rules *r = arena_one(a, struct rules);
	r->arena = a;
	r->files = arena_many(a, struct pattern_file *, MAX_FILES);
	r->sets = arena_many(a, struct rule_set, MAX_FILES);
	r->limits = pcre2_match_context_create(NULL);
	if (r->limits == NULL) {
		rules_free(r);
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	}
	pcre2_set_match_limit(r->limits, RULES_MATCH_STEPS);
	pcre2_set_depth_limit(r->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(r->limits, MATCH_HEAP_KIB);
	int e = load_all(r, (const char *const[]){dir, site_dir}, ps, err);
	if (e != ERR_NONE)
		rules_free(r);
	else
		*ret = r;
	return e;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n_files; i++) {
		struct pattern_file *f = r->files[i];
		release_patterns(f, f->links, f->links_count);
		release_patterns(f, f->addresses, f->addresses_count);
		datafile_free(&pattern_schema, f);
	}
	pcre2_match_context_free(r->limits);
	arena_free(r->arena);
}

struct rules_summary
rules_summary(const struct rules *r)
{
	return r->summary;
}
