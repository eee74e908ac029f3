/* The reader process itself: loads, seals, then job after job until its socket closes. */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "extract.h"
#include "reader/job.h"
#include "reader/reader.h"
#include "reader/sandbox.h"
#include "reader/wire.h"

enum {
	JOB_MEMORY = 192 << 20,
	RETIRE_CPU_S =
		SANDBOX_CPU_S / 2, /* a fresh one takes over before the limit bites */
};

/* An orderly end: the core hears nothing more and starts another. */
static _Noreturn void
retire(void)
{
	_exit(0);
}

static void
read_exactly(char *to, size_t n)
{
	while (n > 0) {
		ssize_t got = read(JOB_FD, to, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			retire();
		to += got;
		n -= (size_t)got;
	}
}

static void
write_exactly(const char *from, size_t n)
{
	while (n > 0) {
		ssize_t put = write(JOB_FD, from, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			retire();
		from += put;
		n -= (size_t)put;
	}
}

static void
begin(struct buf *b, struct arena *a)
{
	buf_init(b, a);
	buf_add(b, "\0\0\0\0", JOB_HEAD);
}

static void
send_frame(struct buf *b)
{
	size_t n = b->n - JOB_HEAD;
	for (size_t i = 0; i < JOB_HEAD; i++)
		b->s[i] = (char)(n >> (8 * i) & 0xff);
	write_exactly(b->s, b->n);
}

static void
send_err(struct arena *a, const struct err *err)
{
	struct buf b;
	begin(&b, a);
	wire_put_err(&b, err);
	send_frame(&b);
}

struct library {
	struct providers *providers;
	struct rules *rules;
};

static int
do_read(struct arena *a, const struct library *lib, struct record *job,
	struct buf *answer, struct err *err)
{
	size_t size;
	const char *name = record_text(job, JOB_MAX_NAME);
	int op = (int)record_u32(job, INT_MAX);
	const char *country = record_text_or_null(job, 2);
	const char *bytes = record_bytes(job, READER_MAX_JOB, &size);
	if (!record_done(job))
		retire();
	const struct calendar_kind *kind = calendar_kind(name);
	if (kind == NULL)
		return err_set(err, ERR_CONFIG, "unknown_kind",
			"no calendar is of kind \"%s\"", name);
	struct reply reply = {0};
	kind->read(a, op, bytes, size, lib->rules, country, &reply);
	wire_put_reply(answer, &reply);
	return ERR_NONE;
}

static int
do_invite(struct arena *a, const struct library *lib, struct record *job,
	struct buf *answer, struct err *err)
{
	size_t size;
	const char *name = record_text_or_null(job, JOB_MAX_NAME);
	const char *country = record_text_or_null(job, 2);
	bool explain = record_bool(job);
	const char *bytes = record_bytes(job, READER_MAX_JOB, &size);
	if (!record_done(job))
		retire();
	struct reader_invite ret = {0};
	int r = invite_read_file(a, name, bytes, size, &ret.event, err);
	if (r != ERR_NONE)
		return r;
	const struct invite *invite = invite_clean(a, &ret.event);
	ret.extraction = extract(a, lib->rules, invite, country);
	if (explain) {
		ret.parts = invite->parts;
		ret.n_parts = invite->n_parts;
		ret.links = invite->links;
		ret.n_links = invite->n_links;
	}
	wire_put_invite(answer, &ret);
	return ERR_NONE;
}

static int
do_prove(struct arena *a, const struct library *lib, struct record *job,
	struct buf *answer, struct err *err)
{
	(void)a, (void)lib, (void)answer;
	const char *what = record_text(job, JOB_MAX_NAME);
	if (!sandbox_try(what))
		return err_set(err, ERR_CONFIG, "unknown_try",
			"nothing to try is called \"%s\"", what);
	return ERR_NONE;
}

static int (*const jobs[N_JOBS])(struct arena *a, const struct library *lib,
	struct record *job, struct buf *answer, struct err *err) = {
	[JOB_READ] = do_read,
	[JOB_INVITE] = do_invite,
	[JOB_PROVE] = do_prove,
};

static void
one_job(const struct library *lib)
{
	unsigned char head[JOB_HEAD];
	read_exactly((char *)head, sizeof head);
	size_t n = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 |
		   (size_t)head[3] << 24;
	if (n > READER_MAX_JOB + JOB_OVERHEAD)
		retire();
	struct arena *a = arena_new(JOB_MEMORY);
	if (a == NULL)
		retire();
	char *bytes = arena_alloc(a, n + 1);
	read_exactly(bytes, n);
	struct record job;
	struct buf answer;
	struct err err = {0};
	record_open(&job, bytes, n);
	uint8_t kind = record_u8(&job, N_JOBS - 1);
	if (job.wrong != NULL)
		retire();
	begin(&answer, a);
	wire_put_err(&answer, &err);
	int r = jobs[kind](a, lib, &job, &answer, &err);
	if (r == ERR_NONE && answer.n - JOB_HEAD > READER_MAX_ANSWER)
		r = err_set(&err, ERR_LIMIT, "answer_too_long",
			"what was read fills more than %d MiB", READER_MAX_ANSWER >> 20);
	if (r != ERR_NONE)
		send_err(a, &err);
	else
		send_frame(&answer);
	arena_free(a);
}

/* What one job gave back serves the next: the kernel's part in getting it again costs more than
 * all of the reading. */
static void
keep_memory(void)
{
	mallopt(M_TRIM_THRESHOLD, JOB_MEMORY);
	mallopt(M_MMAP_THRESHOLD, JOB_MEMORY);
	mallopt(M_TOP_PAD, 1 << 20);
}

/* Whatever would open a file when first used is used here, before the seal. */
static void
preload(void)
{
	struct phone phone;
	tzset();
	xmlInitParser();
	phone_parse("+12125550123", strlen("+12125550123"), NULL, &phone);
	invite_preload();
}

static const char *
if_given(const char *argument)
{
	return *argument != '\0' ? argument : NULL;
}

static int
load(char **dirs, struct library *ret, struct err *err)
{
	int r = providers_load(dirs[2], if_given(dirs[3]), &ret->providers, err);
	if (r == ERR_NONE)
		r = rules_load(
			dirs[0], if_given(dirs[1]), ret->providers, &ret->rules, err);
	return r;
}

void
reader_main_if_asked(int argc, char **argv)
{
	if (argc != 6 || strcmp(argv[1], JOB_ARGUMENT) != 0)
		return;
	sandbox_enter(JOB_FD);
	keep_memory();
	struct library lib = {0};
	struct err err = {0};
	int r = load(argv + 2, &lib, &err);
	if (r == ERR_NONE) {
		preload();
		if (!sandbox_seal(JOB_FD)) {
			r = err_set(&err, ERR_CONFIG, "no_seccomp",
				"the kernel refuses to seal the reader (seccomp)");
			err_cure(&err, "Nothing is read unsealed. A unit or a container around "
				       "it has to allow seccomp(2): see the "
				       "SystemCallFilter= of the unit that is shipped.");
		}
	}
	struct arena *a = arena_new(0);
	if (a == NULL)
		retire();
	send_err(a, &err);
	arena_free(a);
	while (r == ERR_NONE)
		one_job(&lib);
	retire();
}
