/* sim-exchange: the simulated Exchange as a program */
#include "sim/exchange.h"

static int
start(const struct sim_config *c, void **ret, struct err *err)
{
	struct exchange *x;
	int grade = exchange_start(c, &x, err);
	if (grade == 0)
		*ret = x;
	return grade;
}

static void
stop(void *x)
{
	exchange_stop(x);
}

static int
reload(void *x, struct err *err)
{
	return exchange_reload(x, err);
}

static int
fail(void *x, const char *order, struct err *err)
{
	return exchange_fail(x, order, err);
}

static const char *
url(const void *x)
{
	return exchange_url(x);
}

static unsigned
port(const void *x)
{
	return exchange_port(x);
}

static const char *
ca(const void *x)
{
	return exchange_ca(x);
}

int
main(int argc, char **argv)
{
	static const struct sim_program program = {"sim-exchange", "Exchange server",
		"fixtures/calendars/exchange/README.md",
		", besides every ResponseCode (ErrorTimeoutExpired for each room or\n"
		"item, fault-ErrorTimeoutExpired for the whole request)",
		exchange_fault, start, stop, reload, fail, url, port, ca};
	return sim_main(argc, argv, &program);
}
