#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "cli/show.h"

static bool
colours(FILE *out)
{
	const char *no = getenv("NO_COLOR");
	return isatty(fileno(out)) && (no == NULL || *no == '\0');
}

const char *
cli_bold(void)
{
	return colours(stdout) ? "\033[1m" : "";
}

const char *
cli_red(void)
{
	return colours(stdout) ? "\033[31m" : "";
}

const char *
cli_green(void)
{
	return colours(stdout) ? "\033[32m" : "";
}

const char *
cli_yellow(void)
{
	return colours(stdout) ? "\033[33m" : "";
}

const char *
cli_dim(void)
{
	return colours(stdout) ? "\033[2m" : "";
}

const char *
cli_plain(void)
{
	return colours(stdout) ? "\033[0m" : "";
}

static bool json_errors;

void
cli_errors_as_json(void)
{
	json_errors = true;
}

/* {"error":{"code":…,"text":…,"cure":…}} on one line. */
static void
say_as_json(struct arena *a, const struct err *err)
{
	json_t *o = json_pack("{s:o}", "error", show_err(a, err));
	char *text = json_dumps(o, JSON_COMPACT);
	fprintf(stderr, "%s\n", text != NULL ? text : "");
	free(text);
	json_decref(o);
}

int
cli_fail(const struct err *err)
{
	struct arena *a = arena_new(0);
	fflush(stdout); /* what was answered comes before what was not */
	if (json_errors) {
		say_as_json(a, err);
	} else {
		cli_wrap(stderr, 2, true,
			arena_printf(a, "convoke: %s", show_clean(a, err->text)));
		if (err->cure[0] != '\0')
			cli_wrap(stderr, 2, false, show_clean(a, err->cure));
	}
	arena_free(a);
	return CLI_NO;
}

int
cli_usage(const struct cli_command *command, const char *fmt, ...)
{
	struct err err;
	char text[sizeof err.text];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	err_set(&err, ERR_CONFIG, "usage", "%s", text);
	if (command == NULL)
		err_cure(&err, "`convoke --help` lists the commands.");
	else
		err_cure(&err, "`convoke %s%s%s --help` explains it.", command->noun,
			command->verb != NULL ? " " : "",
			command->verb != NULL ? command->verb : "");
	cli_fail(&err);
	return CLI_USAGE;
}

size_t
cli_width(const char *s)
{
	size_t w = 0, n = strlen(s);
	for (size_t i = 0; i < n;) {
		unsigned cp;
		if (s[i] == '\033') {
			while (i < n && s[i] != 'm')
				i++;
			i++;
			continue;
		}
		i += utf8_next(s + i, n - i, &cp);
		int cells = wcwidth((wchar_t)cp);
		w += cells > 0 ? (size_t)cells : 0;
	}
	return w;
}

/* How wide lines become. */
static size_t
columns_of(FILE *out)
{
	struct winsize size;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col < 40)
		return 80; /* no terminal, or not a usable one */
	return size.ws_col < 100 ? size.ws_col : 100; /* longer ones are hard to read */
}

/* Up to the next place where a line may end. */
static size_t
unbroken(const char *s)
{
	size_t n = 0;
	bool quoted = false;
	for (; s[n] != '\0' && s[n] != '\n' && (quoted || s[n] != ' '); n++)
		if (s[n] == '`')
			quoted = !quoted && strchr(s + n + 1, '`') != NULL;
	return n;
}

void
cli_wrap(FILE *out, size_t indent, bool hang, const char *text)
{
	struct arena *a = arena_new(0);
	size_t most = columns_of(out), at = 0;
	for (const char *s = text; *s != '\0';) {
		size_t n = unbroken(s);
		size_t wide = cli_width(arena_strndup(a, s, n));
		if (at > 0 && at + 1 + wide > most) {
			fputc('\n', out);
			at = 0;
		}
		size_t before = at > 0 ? 1 : hang ? 0 : indent;
		fprintf(out, "%*s", (int)before, "");
		fwrite(s, 1, n, out);
		at += before + wide;
		hang = false;
		s += n;
		if (*s == '\n') {
			fputc('\n', out);
			at = 0;
		}
		s += *s != '\0';
	}
	if (at > 0)
		fputc('\n', out);
	arena_free(a);
}
