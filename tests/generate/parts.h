/*
 * parts: the steps from a template to bytes. Private to generate/.
 *
 * Owns:    everything lives in the given arena.
 * Threads: any.
 */
#ifndef GENERATE_PARTS_H
#define GENERATE_PARTS_H

#include "base/buf.h"
#include "generate/generate.h"
#include "help/judge.h"

/* Lines of text. A link is `<<words|url>>`; without words it is shown as it is. Cells of a
 * table are parted by " || ". */
struct doc {
	struct arena *arena;
	const char **lines;
	size_t n, room;
};

void doc_add(struct doc *d, const char *line);
void doc_insert(struct doc *d, size_t at, const struct doc *other);

/* The next link of a line from `s`, NULL when there is none. */
struct doc_link {
	const char *text, *url, *end; /* end: behind its ">>" */
	size_t n_text, n_url;
};
const char *doc_link(const char *s, struct doc_link *ret);

/* A calendar's own data: "video URL meetingCode=…". */
struct entry {
	const char *kind, *uri, *pin, *meeting_code, *access_code, *passcode;
};
enum { MAX_ENTRIES = 8 };

struct filled {
	struct doc doc;
	struct truth truth;
	const char *provider, *country, *subject, *location;
	bool ask;
	struct entry entries[MAX_ENTRIES];
	size_t n_entries;
};

struct template
{
	const char *name, *provider;
	const char *const *head; /* lines */
	size_t n_head;
	const char *const *body;
	size_t n_body;
	bool fragment; /* "sig/…", "old/…": stands only within others */
};

struct generator {
	struct template *list;
	size_t n;
};

void fill_template(
	struct arena *a, const struct template *t, struct dice *d, struct filled *ret);

/* A value of this kind (README.md lists them); NULL when there is no such kind, or a chance
 * does not come up. */
const char *draw_value(
	struct arena *a, struct dice *d, const char *kind, size_t n, const char *args);

/* Which of n words comes up. */
const char *pick(struct dice *d, const char *const *words, size_t n);
bool chance(struct dice *d, uint32_t percent);

/* Noise: changes the document, and tells what that changes of the truth. Returns its name. */
const char *noise_add(struct arena *a, const struct generator *g, struct dice *d,
	bool is_text, struct filled *f, struct sample *s);

/* Wrappers: NULL for none. `opaque` ones hide what they wrap. */
struct wrapper {
	const char *name;
	const char *(*wrap)(struct arena *a, const char *url);
	bool opaque;
};
const struct wrapper *wrapper_pick(struct dice *d);

/* Rendering */
const char *render_text(struct arena *a, const struct doc *d, const struct wrapper *w,
	int style, const char *newline);
const char *render_html(
	struct arena *a, const struct doc *d, const struct wrapper *w, int style);
enum { TEXT_STYLES = 3, HTML_STYLES = 4 };

/* Carriers: bytes and file of the sample. */
struct carrier {
	const char *name;
	bool is_text; /* what it holds is plain text */
	void (*carry)(struct arena *a, struct dice *d, const struct filled *f,
		const struct wrapper *w, struct sample *s);
};
const struct carrier *carrier_pick(struct dice *d, bool plain);

#endif
