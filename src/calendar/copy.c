#include "calendar/copy.h"

#include <string.h>
#include <strings.h>

#include "base/when.h"
#include "extract.h"

/* While the room's event is the same there is nothing more to find. */
#define NEVER INT64_C(253402300799) /* the end of the year 9999 */

enum { ID_HEAD = 32, ID_DATE = 8 }; /* hex digits of a GlobalObjectId */

static int64_t
now_of(const struct calendar_link *link)
{
	return link->now != NULL ? link->now() : when_now();
}

bool
copy_is_same_uid(const char *a, const char *b)
{
	static const char head[] = "040000008200E00074C5B7101A82E008";
	if (a == NULL || b == NULL)
		return false;
	if (strcmp(a, b) == 0)
		return true;
	size_t n = strlen(a), date = ID_HEAD + ID_DATE;
	return n == strlen(b) && n > date && strncasecmp(a, head, ID_HEAD) == 0 &&
	       strncasecmp(b, head, ID_HEAD) == 0 && strcasecmp(a + date, b + date) == 0;
}

bool
copy_is_wanted(const struct event *e, const struct extraction *x,
	const struct event_copy *copy, int64_t now)
{
	return x != NULL && x->n_meetings == 0 && !e->is_private && !e->cancelled &&
	       !e->all_day && e->busy != EVENT_FREE && e->response != EVENT_DECLINED &&
	       e->organizer != NULL && e->uid != NULL && e->end > now &&
	       e->start <= now + COPY_AHEAD_S && copy->again_at <= now;
}

bool
copy_is_refused(const struct event *e, const struct event_copy *copy, int64_t now)
{
	return e->organizer != NULL && copy->again_at > now && copy->again_at != NEVER;
}

static const char *
domain_of(const char *address)
{
	const char *at = address != NULL ? strrchr(address, '@') : NULL;
	return at != NULL ? at + 1 : "";
}

static bool
is_colleague(const char *organizer, const char *mailbox, const struct calendar_link *link)
{
	const char *domain = domain_of(organizer);
	for (const char *p = organizer; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ')
			return false;
	return *domain != '\0' && strcasecmp(organizer, mailbox) != 0 &&
	       (strcasecmp(domain, domain_of(mailbox)) == 0 ||
		       strcasecmp(domain, domain_of(link->user)) == 0);
}

/* When one who was asked for about another meeting may be asked for again; 0: now. */
static int64_t
refused_until(const struct window *w, const char *organizer, int64_t now)
{
	const struct poll_room *r = w->asked;
	for (size_t i = 0; i < r->n_refusals; i++)
		if (strcasecmp(r->refusals[i].organizer, organizer) == 0 &&
			r->refusals[i].until > now)
			return r->refusals[i].until;
	return 0;
}

static void
gather(struct copies *c, const struct window *w, const struct calendar_link *link)
{
	int64_t now = now_of(link);
	for (size_t i = 0; i < w->n_items && c->n < COPY_MAX; i++) {
		struct item *item = &w->items[i];
		struct sighting *s = &item->sighting;
		const struct event *e = &s->event;
		if (item->known || s->err.grade != ERR_NONE ||
			!copy_is_wanted(e, s->extraction, &s->copy, now))
			continue;
		if (!is_colleague(e->organizer, w->asked->mailbox, link))
			s->copy.again_at = NEVER;
		else
			s->copy.again_at = refused_until(w, e->organizer, now);
		if (s->copy.again_at == 0)
			c->list[c->n++] = (struct copy){.item = item,
				.organizer = e->organizer,
				.from = e->start,
				.to = e->end > e->start ? e->end : e->start + 60};
	}
}

struct copy *
copies_next(struct copies *c, const struct window *(*at)(const struct poll *p, size_t i),
	const struct poll *p, size_t n, const struct calendar_link *link)
{
	for (size_t i = 0; i < n && !c->gathered; i++)
		if (at(p, i)->err.grade == ERR_NONE)
			gather(c, at(p, i), link);
	c->gathered = true;
	return c->done < c->n ? &c->list[c->done] : NULL;
}

static void
end_one(struct copies *c, int64_t again_at)
{
	c->list[c->done++].item->sighting.copy.again_at = again_at;
}

void
copies_fail(struct copies *c, const struct calendar_link *link, enum err_grade grade)
{
	bool passing = grade == ERR_RETRY || grade == ERR_WAIT || grade == ERR_LIMIT;
	int64_t again_at = now_of(link) + (passing ? COPY_LATER_S : COPY_DENIED_S);
	const char *organizer = c->list[c->done].organizer;
	end_one(c, again_at);
	/* Nobody else either while the server is in trouble; and nobody twice. */
	size_t kept = c->done;
	for (size_t i = c->done; i < c->n; i++) {
		bool same = strcasecmp(c->list[i].organizer, organizer) == 0;
		if (passing || same)
			c->list[i].item->sighting.copy.again_at = again_at;
		else
			c->list[kept++] = c->list[i];
	}
	c->n = kept;
}

static bool
is_same(const struct event *room, const struct event *own)
{
	return copy_is_same_uid(room->uid, own->uid) && room->start == own->start &&
	       !own->is_private && !own->cancelled;
}

void
copies_take(
	struct copies *c, const struct calendar_link *link, const struct reply *reply)
{
	struct copy *copy = &c->list[c->done];
	struct sighting *s = &copy->item->sighting;
	const struct sighting *found = NULL;
	if (reply->n_answers != 1 || reply->answers[0].err.grade != ERR_NONE) {
		copies_fail(c, link,
			reply->n_answers == 1 ? reply->answers[0].err.grade
					      : ERR_BAD_REPLY);
		return;
	}
	for (size_t i = 0; i < reply->n_sightings && found == NULL; i++)
		if (reply->sightings[i].err.grade == ERR_NONE &&
			is_same(&s->event, &reply->sightings[i].event))
			found = &reply->sightings[i];
	if (found != NULL && copy->id == NULL) {
		copy->id = found->event.id;
		return;
	}
	if (found != NULL && found->extraction != NULL &&
		found->extraction->n_meetings > 0) {
		s->extraction = found->extraction;
		s->copy.used = true;
	}
	end_one(c, NEVER);
}
