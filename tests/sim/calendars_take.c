#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/when.h"
#include "sim/calendars.h"

enum { DAY = 86400, MAX_BODY = 4 << 20 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const busy_words[] = {
	"Busy", "Free", "Tentative", "OOF", "WorkingElsewhere", "NoData"};
static const char *const sensitivity_words[] = {
	"Normal", "Personal", "Private", "Confidential"};
static const char *const response_words[] = {
	"Accept", "Tentative", "Decline", "Organizer", "NoResponseReceived", "Unknown"};
static const char *const repeat_words[] = {"", "daily", "weekly"};
static const char *const day_words[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/* The number and unit at *s, which moves past them: "90m", "2h", "1d", "30s". */
static bool
take_span(const char **s, int64_t *ret)
{
	static const char units[] = "smhd";
	static const int seconds[] = {1, 60, 3600, DAY};
	char *end;
	if (**s < '0' || **s > '9')
		return false;
	long n = strtol(*s, &end, 10);
	const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
	if (unit == NULL || n > 100000)
		return false;
	*ret = n * seconds[unit - units];
	*s = end + 1;
	return true;
}

/* "+1d2h", "-10m" or nothing, at *s. */
static bool
take_spans(const char **s, int64_t *ret)
{
	int64_t sum = 0, one;
	int sign = **s == '+' ? 1 : **s == '-' ? -1 : 0;
	*ret = 0;
	if (sign == 0)
		return true;
	for ((*s)++; take_span(s, &one);)
		sum += one;
	*ret = sign * sum;
	return true;
}

bool
take_time(const char *text, int64_t now, int64_t *ret)
{
	const char *s = text;
	int64_t t = now, spans;
	int hour = 0, minute = 0, n = 0;
	if (when_parse(text, ret))
		return true;
	if (strncmp(s, "today", 5) == 0) {
		t -= t % DAY;
		s += 5;
	} else if (strncmp(s, "now", 3) == 0) {
		s += 3;
	} else if (*s != '+' && *s != '-') {
		return false;
	}
	if (!take_spans(&s, &spans))
		return false;
	if (t % DAY == 0 && *s == ' ' &&
		sscanf(s, " %2d:%2d%n", &hour, &minute, &n) == 2 && hour < 24 &&
		minute < 60)
		s += n;
	*ret = t + spans + hour * 3600 + minute * 60;
	return *s == '\0';
}

/* What is under way: whose fields, and where complaints go. */
struct take {
	const struct calendars *calendars;
	const char *name;
	struct err *err;
	bool bad;
};

static void __attribute__((format(printf, 2, 3)))
complain(struct take *t, const char *fmt, ...)
{
	char words[200];
	va_list args;
	va_start(args, fmt);
	vsnprintf(words, sizeof words, fmt, args);
	va_end(args);
	if (!t->bad)
		err_set(t->err, ERR_CONFIG, "bad_scenario", "meeting %s: %s",
			t->name != NULL ? t->name : "without a name", words);
	t->bad = true;
}

static const char *
copy(const struct take *t, const char *text)
{
	return text != NULL ? arena_strdup(t->calendars->arena, text) : NULL;
}

static int64_t
time_of(struct take *t, const char *what, const char *text)
{
	int64_t v = 0;
	if (text == NULL)
		complain(t, "it has no %s", what);
	else if (!take_time(text, t->calendars->now, &v))
		complain(t, "no time: %s", text);
	return v;
}

/* The index of the word, 0 for none. */
static unsigned
index_of(struct take *t, const char *const *words, size_t n, const char *text)
{
	for (unsigned i = 0; text != NULL && i < n; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	if (text != NULL)
		complain(t, "no such word: %s", text);
	return 0;
}

#define WORD(t, words, text) (words)[index_of(t, words, COUNT(words), text)]

static struct body
take_body(struct take *t, const char *text, const char *html, const char *file)
{
	struct body b = {
		.text = copy(t, html != NULL ? html : text), .html = html != NULL};
	if ((text != NULL) + (html != NULL) + (file != NULL) > 1)
		complain(t, "more than one of text, html and file");
	if (b.text != NULL)
		b.size = strlen(b.text);
	if (file == NULL)
		return b;
	struct arena *a = t->calendars->arena;
	const char *path =
		*file == '/' ? file
			     : arena_printf(a, "%s/%s", t->calendars->directory, file);
	const char *dot = strrchr(file, '.');
	struct err err;
	char *bytes;
	b.html = dot != NULL && strcmp(dot, ".html") == 0;
	if (!b.html && (dot == NULL || strcmp(dot, ".txt") != 0))
		complain(t, "a body's file ends in .html or .txt: %s", file);
	else if (file_read(a, path, MAX_BODY, &bytes, &b.size, &err) != ERR_NONE)
		complain(t, "%s", err.text);
	else
		b.text = bytes;
	return b;
}

/* "Ann Example <ann@example.com>", or a name alone. */
static void
take_organizer(struct take *t, const char *text, struct meeting *ret)
{
	struct arena *a = t->calendars->arena;
	if (text == NULL)
		return;
	const char *open = strchr(text, '<'), *close = strrchr(text, '>');
	if (open == NULL || close == NULL || close < open) {
		ret->organizer_name = copy(t, text);
		return;
	}
	size_t n = (size_t)(open - text);
	while (n > 0 && text[n - 1] == ' ')
		n--;
	ret->organizer_name = arena_strndup(a, text, n);
	ret->organizer = arena_strndup(a, open + 1, (size_t)(close - open - 1));
}

static void
take_properties(struct take *t, const struct sim_meeting *from, struct meeting *ret)
{
	struct property *to =
		arena_many(t->calendars->arena, struct property, from->properties_count);
	for (unsigned i = 0; i < from->properties_count; i++)
		to[i] = (struct property){copy(t, from->properties[i].name),
			copy(t, from->properties[i].value)};
	ret->properties = to;
	ret->n_properties = from->properties_count;
}

static void
take_exceptions(struct take *t, const struct sim_meeting *from, struct meeting *ret)
{
	struct exception *to =
		arena_many(t->calendars->arena, struct exception, from->exceptions_count);
	for (unsigned i = 0; i < from->exceptions_count; i++) {
		const struct sim_exception *e = &from->exceptions[i];
		to[i] = (struct exception){.instance = e->instance,
			.deleted = e->deleted,
			.cancelled = e->cancelled,
			.start = e->start != NULL ? time_of(t, "start", e->start) : 0,
			.end = e->end != NULL ? time_of(t, "end", e->end) : 0,
			.subject = copy(t, e->subject),
			.location = copy(t, e->location),
			.body = take_body(t, e->text, e->html, e->file)};
		if (e->instance == 0)
			complain(t, "an exception's instance counts from 1");
	}
	ret->exceptions = to;
	ret->n_exceptions = from->exceptions_count;
	if (from->exceptions_count > 0 && ret->repeat == REPEAT_NOT)
		complain(t, "exceptions of what is not repeated");
}

static void
take_rule(struct take *t, const struct sim_meeting *from, struct meeting *ret)
{
	ret->repeat =
		(enum repeat)index_of(t, repeat_words, COUNT(repeat_words), from->repeat);
	ret->every = from->every > 0 ? from->every : 1;
	ret->times = from->times;
	for (unsigned i = 0; i < from->days_count; i++)
		ret->days |= 1u
			     << index_of(t, day_words, COUNT(day_words), from->days[i]);
	if (ret->days == 0)
		ret->days = 1u << (ret->start / DAY + 4) % 7;
}

/* Of all that a client could see or that decides when it sees it. */
static unsigned long long
print_of(const struct meeting *m)
{
	const char *const texts[] = {m->subject, m->location, m->organizer_name,
		m->organizer, m->body.text, m->busy, m->sensitivity, m->response, m->zone,
		m->join_url};
	struct arena *a = arena_new(0);
	struct buf b;
	buf_init(&b, a);
	buf_printf(&b, "%lld %lld %d %d %d %d %d %u %u %u", (long long)m->start,
		(long long)m->end, m->body.html, m->all_day, m->cancelled, m->corrupt,
		m->repeat, m->every, m->times, m->days);
	for (size_t i = 0; i < m->n_exceptions; i++)
		buf_printf(&b, " %u %d %d %lld %lld %d %llx", m->exceptions[i].instance,
			m->exceptions[i].deleted, m->exceptions[i].cancelled,
			(long long)m->exceptions[i].start,
			(long long)m->exceptions[i].end, m->exceptions[i].body.html,
			hash_text(hash_text(hash_text(0, m->exceptions[i].subject),
					  m->exceptions[i].location),
				m->exceptions[i].body.text));
	unsigned long long h = hash_text(0, b.s);
	for (size_t i = 0; i < COUNT(texts); i++)
		h = hash_text(h, texts[i]);
	for (size_t i = 0; i < m->n_properties; i++)
		h = hash_text(
			hash_text(h, m->properties[i].name), m->properties[i].value);
	arena_free(a);
	return h;
}

int
take_meeting(const struct calendars *c, const struct sim_meeting *from,
	struct meeting **ret, struct err *err)
{
	struct take t = {.calendars = c, .name = from->name, .err = err};
	struct meeting *m = arena_one(c->arena, struct meeting);
	if (from->name == NULL)
		complain(&t, "a meeting needs a name");
	m->name = copy(&t, from->name);
	m->start = time_of(&t, "start", from->start);
	m->end = time_of(&t, "end", from->end);
	if (m->end < m->start)
		complain(&t, "it ends before it starts");
	m->created = c->now;
	m->subject = copy(&t, from->subject);
	m->location = copy(&t, from->location);
	take_organizer(&t, from->organizer, m);
	m->body = take_body(&t, from->text, from->html, from->file);
	m->busy = WORD(&t, busy_words, from->busy);
	m->sensitivity = WORD(&t, sensitivity_words, from->sensitivity);
	m->response = WORD(&t, response_words, from->response);
	m->zone = from->zone != NULL ? copy(&t, from->zone) : "UTC";
	m->join_url = copy(&t, from->join_url);
	m->all_day = from->all_day;
	m->cancelled = from->cancelled;
	m->corrupt = from->corrupt;
	take_properties(&t, from, m);
	take_rule(&t, from, m);
	take_exceptions(&t, from, m);
	if (t.bad)
		return ERR_CONFIG;
	m->print = print_of(m);
	*ret = m;
	return ERR_NONE;
}
