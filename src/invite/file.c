/* A file as an event: what it is by its name, else by what is in it. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/charset.h"
#include "base/err.h"
#include "base/zone.h"
#include "invite/formats.h"

void
invite_preload(void)
{
	charset_setup();
	zone_setup();
}

static int
read_text(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	size_t n;
	(void)err;
	const char *text = charset_text(d->arena, NULL, bytes, size, &n);
	draft_body(d, EVENT_TEXT, "body", text, n);
	return ERR_NONE;
}

static int
read_html(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	size_t n;
	(void)err;
	const char *text = charset_text(d->arena, NULL, bytes, size, &n);
	draft_body(d, EVENT_HTML, "body", text, n);
	return ERR_NONE;
}

static int
read_ics(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	size_t n;
	const char *text = charset_text(d->arena, NULL, bytes, size, &n);
	return ics_read(d, text, n, err);
}

struct format {
	const char *ending;
	int (*read)(struct draft *d, const char *bytes, size_t size, struct err *err);
};

static const struct format formats[] = {
	{".txt", read_text},
	{".html", read_html},
	{".htm", read_html},
	{".ics", read_ics},
	{".vcs", read_ics},
};

static const struct format *
format_of_name(const char *name)
{
	const char *dot = name != NULL ? strrchr(name, '.') : NULL;
	for (size_t i = 0; dot != NULL && i < sizeof formats / sizeof *formats; i++)
		if (strcasecmp(formats[i].ending, dot) == 0)
			return &formats[i];
	return &formats[0];
}

int
invite_read_file(struct arena *a, const char *name, const char *bytes, size_t size,
	struct event *ret_event, struct err *err)
{
	struct draft d;
	draft_init(&d, a);
	int r = format_of_name(name)->read(&d, bytes, size, err);
	if (r == ERR_NONE)
		draft_event(&d, ret_event);
	return r;
}
