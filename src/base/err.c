#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
err_clear(struct err *e)
{
	memset(e, 0, sizeof *e);
}

int
err_set(struct err *e, enum err_grade grade, const char *code, const char *fmt, ...)
{
	if (e == NULL)
		return (int)grade;
	err_clear(e);
	e->grade = grade;
	snprintf(e->code, sizeof e->code, "%s", code);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return (int)grade;
}

void
err_cure(struct err *e, const char *fmt, ...)
{
	if (e == NULL)
		return;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(e->cure, sizeof e->cure, fmt, ap);
	va_end(ap);
}

const char *
err_grade_name(enum err_grade grade)
{
	static const char *const names[] = {"none", "retry", "wait", "denied", "bad_reply",
		"config", "absent", "limit"};
	return (unsigned)grade < sizeof names / sizeof *names ? names[grade] : "unknown";
}
