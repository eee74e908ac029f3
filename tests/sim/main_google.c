/* sim-google: the simulated Google Workspace as a program */
#include "sim/google.h"

static int
start(const struct sim_config *c, void **ret, struct err *err)
{
	struct suite *x;
	int grade = suite_start(c, &x, err);
	if (grade == 0)
		*ret = x;
	return grade;
}

static void
stop(void *x)
{
	suite_stop(x);
}

static int
reload(void *x, struct err *err)
{
	return suite_reload(x, err);
}

static int
fail(void *x, const char *order, struct err *err)
{
	return suite_fail(x, order, err);
}

static const char *
url(const void *x)
{
	return suite_url(x);
}

static unsigned
port(const void *x)
{
	return suite_port(x);
}

static const char *
ca(const void *x)
{
	return suite_ca(x);
}

int
main(int argc, char **argv)
{
	static const struct sim_program program = {"sim-google", "Google Workspace",
		"fixtures/calendars/google/README.md", "", suite_fault, start, stop,
		reload, fail, url, port, ca};
	return sim_main(argc, argv, &program);
}
