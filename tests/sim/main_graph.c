/* sim-graph: the simulated Microsoft 365 as a program */
#include "sim/graph.h"

static int
start(const struct sim_config *c, void **ret, struct err *err)
{
	struct graph *x;
	int grade = graph_start(c, &x, err);
	if (grade == 0)
		*ret = x;
	return grade;
}

static void
stop(void *x)
{
	graph_stop(x);
}

static int
reload(void *x, struct err *err)
{
	return graph_reload(x, err);
}

static int
fail(void *x, const char *order, struct err *err)
{
	return graph_fail(x, order, err);
}

static const char *
url(const void *x)
{
	return graph_base(x);
}

static unsigned
port(const void *x)
{
	return graph_port(x);
}

static const char *
ca(const void *x)
{
	return graph_ca(x);
}

int
main(int argc, char **argv)
{
	static const struct sim_program program = {"sim-graph",
		"Microsoft 365 (Entra and Graph)",
		"fixtures/calendars/office365/README.md",
		", besides every code of Graph's (ErrorAccessDenied) and Entra's "
		"(AADSTS7000215)",
		graph_fault, start, stop, reload, fail, url, port, ca};
	return sim_main(argc, argv, &program);
}
