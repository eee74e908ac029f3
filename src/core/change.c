#include "core/change.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"

void
change_begin(struct core *c, struct change *ret, const char *who)
{
	pthread_mutex_lock(&c->changing);
	*ret = (struct change){
		.c = c, .arena = arena_new(0), .audit = {.at = core_now(c), .who = who}};
}

/* Everything that could go wrong has not: it is in force. Else nothing has changed. */
int
change_end(struct change *ch, int grade)
{
	struct core *c = ch->c;
	struct err err;
	if (grade == ERR_NONE) {
		adoption_take(c, ch->adoption);
		log_info("who=\"%s\" %s", ch->audit.who, ch->audit.what);
		core_tell(c, CORE_STATUS_CHANGED, NULL);
		if (core_grow(c, &err) != ERR_NONE)
			log_error("code=%s %s", err.code, err.text);
	} else {
		adoption_drop(c, ch->adoption);
	}
	arena_free(ch->arena);
	pthread_mutex_unlock(&c->changing);
	return grade;
}

int
change_prepare(struct change *ch, struct site *site, struct data *data,
	bool (*affects)(const struct room *r, const char *name), const char *name,
	struct err *err)
{
	if (ch->arena == NULL || (site == NULL && data == NULL)) {
		site_unref(site);
		data_unref(data);
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	}
	ch->adoption = adoption_new(ch->c, site, data, affects, name, err);
	return ch->adoption != NULL ? ERR_NONE : ERR_RETRY;
}

int
change_exists(const char *noun, const char *name, struct err *err)
{
	char code[40];
	snprintf(code, sizeof code, "%s_exists", noun);
	err_set(err, ERR_CONFIG, code, "there is a %s \"%s\" already", noun, name);
	err_cure(err, "Change it: `convoke %s set %s`", noun, name);
	return ERR_CONFIG;
}

int
change_in_use(
	const char *noun, const char *name, size_t n, const char *room, struct err *err)
{
	char code[40];
	snprintf(code, sizeof code, "%s_in_use", noun);
	err_set(err, ERR_CONFIG, code, "%zu room%s the %s %s: %s%s", n,
		n == 1 ? " uses" : "s use", noun, name, room, n > 1 ? " and others" : "");
	err_cure(err, "Give each another one first: `convoke room set %s --%s NAME`",
		room, noun);
	return ERR_CONFIG;
}

size_t
change_count(const struct site *s, bool (*has)(const struct room *r, const char *name),
	const char *name, const char **ret_first)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_rooms; i++)
		if (has(&s->rooms[i], name) && n++ == 0)
			*ret_first = s->rooms[i].name;
	return n;
}
