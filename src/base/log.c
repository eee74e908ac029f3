#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Atomic int threshold = LOG_LEVEL_INFO;

void
log_threshold(enum log_level most_talkative)
{
	atomic_store(&threshold, (int)most_talkative);
}

void
log_write(enum log_level level, const char *fmt, ...)
{
	static const struct {
		const char *journal, *plain;
	} levels[] = {{"<3>", "error "}, {"<4>", "warn  "}, {"<6>", "info  "}, {"<7>", "debug "}};
	if ((int)level > atomic_load(&threshold))
		return;
	char words[2048], line[3 * 2048];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	int n = snprintf(line, sizeof line, "%s",
		getenv("JOURNAL_STREAM") != NULL ? levels[level].journal : levels[level].plain);
	for (const char *s = words; *s != '\0' && (size_t)n < sizeof line - 6; s++) {
		unsigned char c = (unsigned char)*s;
		if (c < 0x20 || c == 0x7f)
			n += snprintf(line + n, sizeof line - (size_t)n, "\\x%02x", c);
		else
			line[n++] = *s;
	}
	line[n++] = '\n';
	ssize_t ignored = write(STDERR_FILENO, line, (size_t)n); /* nowhere to complain to */
	(void)ignored;
}
