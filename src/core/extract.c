/* An invite that a client gives, read by a reader of its own: polling never waits for it. */
#include "core/state.h"

#include "base/err.h"

static struct reader *
reader_now(struct core *c)
{
	pthread_mutex_lock(&c->lock);
	struct data *d = data_ref(c->data);
	pthread_mutex_unlock(&c->lock);
	if (c->extractor != NULL && c->extractor_data == d) {
		data_unref(d);
		return c->extractor;
	}
	reader_free(c->extractor);
	data_unref(c->extractor_data);
	c->extractor_data = d;
	c->extractor = data_reader(d, &c->stop);
	return c->extractor;
}

int
core_extract(struct core *c, struct arena *a, const char *name, const char *country,
	const char *bytes, size_t size, struct reader_invite *ret, struct err *err)
{
	if (pthread_mutex_trylock(&c->extracting) != 0) {
		err_set(err, ERR_LIMIT, "busy", "another invite is being read");
		err_cure(err, "Ask again in a second.");
		return ERR_LIMIT;
	}
	struct reader *r = reader_now(c);
	int grade = r == NULL ? err_set(err, ERR_RETRY, "memory", "out of memory")
			      : reader_extract(r, a, name, country, false, bytes, size,
					ret, err);
	pthread_mutex_unlock(&c->extracting);
	return grade;
}
