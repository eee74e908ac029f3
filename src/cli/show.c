#include "cli/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "base/when.h"
#include "cli/cli.h"
#include "report.h"

void
show_json(const json_t *v)
{
	char *text =
		json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
	if (text != NULL)
		puts(text);
	free(text);
}

json_t *
show_err(struct arena *a, const struct err *err)
{
	return json_pack("{s:s, s:s, s:s}", "code", err->code, "text",
		show_clean(a, err->text), "cure", show_clean(a, err->cure));
}

static bool
steers(unsigned cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
	       cp == 0xfeff;
}

const char *
show_clean(struct arena *a, const char *s)
{
	struct buf b;
	buf_init(&b, a);
	size_t n = s != NULL ? strlen(s) : 0;
	for (size_t i = 0; i < n;) {
		unsigned cp;
		i += utf8_next(s + i, n - i, &cp);
		if (cp == '\n' || cp == '\t')
			buf_char(&b, ' ');
		else
			buf_utf8(&b, steers(cp) ? UTF8_BAD : cp);
	}
	return b.s;
}

static const char *
as_text(struct arena *a, const json_t *v)
{
	if (json_is_string(v))
		return show_clean(a, json_string_value(v));
	if (json_is_integer(v))
		return arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	if (json_is_real(v))
		return arena_printf(a, "%g", json_real_value(v));
	if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	if (!json_is_array(v))
		return "";
	struct buf b;
	buf_init(&b, a);
	size_t i;
	json_t *item;
	json_array_foreach (v, i, item)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "",
			json_is_array(item) ? "" : as_text(a, item));
	return b.s;
}

const char *
show_get(struct arena *a, const json_t *object, const char *key)
{
	return as_text(a, json_object_get(object, key));
}

const json_t *
show_list(const json_t *v, const char *key)
{
	return json_is_array(v) ? v : json_object_get(v, key);
}

/* 0 when it is no time. */
static int64_t
time_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	int64_t t = 0;
	if (json_is_integer(v))
		return json_integer_value(v);
	return json_is_string(v) && when_parse(json_string_value(v), &t) ? t : 0;
}

const char *
show_when(struct arena *a, const json_t *object, const char *key)
{
	int64_t at = time_of(object, key);
	time_t t = (time_t)at;
	struct tm tm;
	char text[64];
	if (at == 0 || localtime_r(&t, &tm) == NULL)
		return "";
	strftime(text, sizeof text, "%a %e %b %H:%M", &tm);
	return arena_strdup(a, text);
}

const char *
show_ago(struct arena *a, const json_t *object, const char *key, int64_t now)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	int64_t at = time_of(object, key);
	if (at == 0)
		return "never";
	int64_t away = at > now ? at - now : now - at;
	size_t u = 0;
	while (u < 3 && away < units[u].seconds)
		u++;
	long long n = (long long)(away / units[u].seconds);
	if (n == 0)
		return "now";
	return at > now ? arena_printf(a, "in %lld %s", n, units[u].name)
			: arena_printf(a, "%lld %s ago", n, units[u].name);
}

static void
line(const char *indent, const char *label, const char *text)
{
	printf("%s%-8s %s\n", indent, label, text);
}

/* "ID 91847302265  PIN 04471963": the members that are there, under these names. */
static const char *
named(struct arena *a, const json_t *object, const char *const pairs[][2], size_t n)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		const char *v = show_get(a, object, pairs[i][0]);
		if (*v != '\0')
			buf_printf(&b, "%s%s %s%s%s", b.n > 0 ? "   " : "", pairs[i][1],
				cli_bold(), v, cli_plain());
	}
	return b.s;
}

static void
show_phone(struct arena *a, const json_t *pstn, const char *indent)
{
	static const char *const pairs[][2] = {{"id", "ID"}, {"pin", "PIN"}};
	const char *number = show_get(a, pstn, "number"),
		   *dial = show_get(a, pstn, "dial");
	const char *country = show_get(a, pstn, "country");
	const char *ids = named(a, pstn, pairs, sizeof pairs / sizeof *pairs);
	const char *others = show_get(a, pstn, "alternatives");
	size_t found = json_array_size(json_object_get(pstn, "numbers"));
	if (*number != '\0')
		line(indent, "phone",
			arena_printf(a, "%s%s%s%s%s%s%s", number, *country ? " (" : "",
				country, *country ? ")" : "",
				json_is_true(json_object_get(pstn, "toll_free"))
					? " toll-free"
					: "",
				*ids ? "   " : "", ids));
	else if (*ids != '\0' || found > 0)
		line(indent, "phone",
			arena_printf(a, "no number to dial%s%s", *ids ? "   " : "", ids));
	if (*dial != '\0')
		line(indent, "", arena_printf(a, "dial %s", dial));
	if (*others != '\0')
		line(indent, "", arena_printf(a, "or %s", others));
	if (found > 1)
		line(indent, "", arena_printf(a, "%zu numbers in the invite", found));
}

/* A gateway's address, and what is keyed once it answers. */
static void
show_gateway(struct arena *a, const json_t *gateway, const char *label,
	const char *address, const char *indent)
{
	const char *text = show_get(a, gateway, address);
	size_t i;
	json_t *step;
	if (*text != '\0')
		line(indent, label, text);
	json_array_foreach (json_object_get(gateway, "steps"), i, step)
		if (json_object_get(step, "send") != NULL)
			line(indent, "",
				arena_printf(
					a, "then key %s", show_get(a, step, "send")));
}

static const struct {
	const char *reason, *words;
} refusals[] = {
	{"emergency", "is an emergency or service number, which is never dialled"},
	{"short", "is too short to be dialled"},
	{"premium", "is a premium-rate number, which is never dialled"},
	{"satellite", "is a satellite number, which is never dialled"},
	{"invalid", "is no telephone number"},
	{"country", "is in a country that the room may not dial (see its profile)"},
	{"host", "is not a host of this provider (an administrator can allow it)"},
	{"tones", "would be followed by tones that this service does not ask for"},
	{"number", "would ring a telephone instead of a video system"},
	{"registration", "cannot be joined before everybody has registered"},
	{"outbound", "would be a call to the telephone network, which is switched off"},
};

static void
show_refused(struct arena *a, const json_t *dial, const char *indent)
{
	size_t i;
	json_t *r;
	json_array_foreach (json_object_get(dial, "refused"), i, r) {
		const char *reason = show_get(a, r, "reason"), *words = reason;
		const char *ends = show_get(a, r, "ends_with");
		for (size_t w = 0; w < sizeof refusals / sizeof *refusals; w++)
			if (strcmp(refusals[w].reason, reason) == 0)
				words = refusals[w].words;
		line(indent, "refused",
			arena_printf(a, "%s%s%s%s %s%s", cli_yellow(),
				show_transport(show_get(a, r, "transport")),
				*ends ? " …" : "", ends, words, cli_plain()));
	}
}

const char *
show_transport(const char *name)
{
	static const char *const names[][2] = {
		{"sip", "SIP"}, {"h323", "H.323"}, {"pstn", "phone"}, {"web", "web"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], name) == 0)
			return names[i][1];
	return name;
}

void
show_dial(struct arena *a, const json_t *dial, const char *indent)
{
	static const char *const web_pairs[][2] = {
		{"meeting_id", "ID"}, {"passcode", "passcode"}};
	const json_t *web = json_object_get(dial, "web");
	show_gateway(a, json_object_get(dial, "sip"), "SIP", "uri", indent);
	show_gateway(a, json_object_get(dial, "h323"), "H.323", "dial", indent);
	show_phone(a, json_object_get(dial, "pstn"), indent);
	const char *url = show_get(a, web, "url");
	const char *ids = named(a, web, web_pairs, sizeof web_pairs / sizeof *web_pairs);
	if (*url != '\0')
		line(indent, "web", url);
	if (*ids != '\0')
		line(indent, *url != '\0' ? "" : "web", ids);
	show_refused(a, dial, indent);
}
