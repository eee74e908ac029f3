#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "sim/exchange_store.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Which server is the first to know a version, and what such a server calls its own
 * schema. The rows follow enum version. */
static const struct {
	const char *name;
	int major, minor, build;
	const char *schema;
} versions[] = {
	{"Exchange2007", 8, 0, 0, NULL},
	{"Exchange2007_SP1", 8, 1, 0, NULL},
	{"Exchange2009", 14, 0, 0, NULL},
	{"Exchange2010", 14, 0, 0, "Exchange2010"},
	{"Exchange2010_SP1", 14, 1, 0, "Exchange2010_SP1"},
	{"Exchange2010_SP2", 14, 2, 0, "Exchange2010_SP2"},
	{"Exchange2012", 15, 0, 0, NULL},
	{"Exchange2013", 15, 0, 0, "V2_1"},
	{"Exchange2013_SP1", 15, 0, 847, "V2_23"},
	{"Exchange2015", 15, 1, 0, "V2017_07_11"},
	{"Exchange2016", 15, 1, 0, "V2017_07_11"},
};

enum version
version_named(const char *name)
{
	for (size_t i = 0; i < COUNT(versions); i++)
		if (strcmp(versions[i].name, name) == 0)
			return (enum version)i;
	return V_NONE;
}

static bool
is_as_new(const struct server *v, size_t row)
{
	if (v->major != versions[row].major)
		return v->major > versions[row].major;
	if (v->minor != versions[row].minor)
		return v->minor > versions[row].minor;
	return v->build >= versions[row].build;
}

enum version
version_of(const struct room *r)
{
	return r->version != NULL ? version_named(r->version) : V_NONE;
}

int
store_put_server(struct store *s, const struct exchange_server *from, struct err *err)
{
	struct server v = {.find_limit = from->find_limit > 0 ? from->find_limit : 1000,
		.batch_limit = from->batch_limit,
		.lockout_after = from->lockout_after > 0 ? from->lockout_after : 10};
	const char *text = from->version != NULL ? from->version : "15.2.1544.9";
	if (sscanf(text, "%d.%d.%d.%d", &v.major, &v.minor, &v.build, &v.revision) != 4 ||
		v.major < 8)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"no version of an Exchange server: %s", text);
	for (size_t i = 0; i < COUNT(versions) && is_as_new(&v, i); i++) {
		v.newest = (enum version)i;
		v.schema = versions[i].schema;
	}
	s->server = v;
	return ERR_NONE;
}
