#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "store.h"
#include "store/db.h"

/* A list in one text: "US,CA". None of what stands in one has a comma. */
static const char *
join(struct arena *a, const char *const *list, size_t n)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? "," : "", list[i]);
	return b.s;
}

static const char *const *
split(struct arena *a, const char *text, size_t *ret_n)
{
	size_t n = 0, room = 1;
	for (const char *s = text; *s != '\0'; s++)
		room += *s == ',';
	const char **list = arena_many(a, const char *, room);
	for (const char *s = text; *s != '\0'; s += *s == ',') {
		size_t len = strcspn(s, ",");
		if (len > 0)
			list[n++] = arena_strndup(a, s, len);
		s += len;
	}
	*ret_n = n;
	return list;
}

static int
put_link(struct store *s, struct arena *a, const void *item, struct err *err)
{
	const struct link *l = item;
	(void)a;
	return db_run(s, err, "REPLACE INTO link VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
		"sssssisissii", l->name, l->kind, l->url, l->user, l->credential,
		(int64_t)l->impersonate, l->ca_file, (int64_t)l->insecure_loopback,
		l->token_url, l->subject, l->secret_expires,
		(int64_t)l->legacy_assertion);
}

static int
put_room(struct store *s, struct arena *a, const void *item, struct err *err)
{
	const struct room *r = item;
	const char *names[N_TRANSPORTS];
	for (size_t i = 0; i < r->n_order; i++)
		names[i] = transport_name(r->order[i]);
	return db_run(s, err, "REPLACE INTO room VALUES (?,?,?,?,?,?)", "ssssss", r->name,
		r->description, r->mailbox, r->link, r->profile,
		join(a, names, r->n_order));
}

static int
put_profile(struct store *s, struct arena *a, const void *item, struct err *err)
{
	const struct profile *p = item;
	return db_run(s, err, "REPLACE INTO profile VALUES (?,?,?,?,?,?,?,?,?,?,?)",
		"ssssiiiiiss", p->name, p->address, p->time_zone, p->country,
		(int64_t)p->outbound, (int64_t)p->trust_invite_numbers,
		(int64_t)p->prefer_toll_free, (int64_t)p->confirm,
		(int64_t)p->withhold_subjects, join(a, p->countries, p->n_countries),
		join(a, p->allowed_hosts, p->n_allowed_hosts));
}

static int
put_provider(struct store *s, struct arena *a, const void *item, struct err *err)
{
	const struct provider_settings *p = item;
	(void)a;
	return db_run(s, err, "REPLACE INTO provider VALUES (?,?,?,?,?,?,?,?)",
		"sisiisss", p->provider, p->pin_set ? (int64_t)p->pin : (int64_t)-1,
		p->number, (int64_t)p->id_delay_ms, (int64_t)p->pin_delay_ms,
		p->sip_endpoint, p->h323_endpoint, p->sip_template);
}

static const struct table {
	int (*put)(struct store *s, struct arena *a, const void *item, struct err *err);
	const char *drops[3];
} tables[N_SITE_PARTS] = {
	[SITE_LINKS] = {put_link, {"DELETE FROM link WHERE name = ?",
					  "DELETE FROM link_facts WHERE link = ?"}},
	[SITE_ROOMS] = {put_room,
		{"DELETE FROM room WHERE name = ?", "DELETE FROM agenda WHERE room = ?",
			"DELETE FROM history WHERE room = ?"}},
	[SITE_PROFILES] = {put_profile, {"DELETE FROM profile WHERE name = ?"}},
	[SITE_PROVIDERS] = {put_provider, {"DELETE FROM provider WHERE name = ?"}},
};

/* What an administrator was told is done must be there after a power cut; an agenda need
 * not be, it comes again. Outside a transaction, or SQLite ignores it. */
static int
begin(struct store *s, struct err *err)
{
	pthread_mutex_lock(&s->lock);
	int grade = db_run(s, err, "PRAGMA synchronous = FULL", "");
	return grade == ERR_NONE ? db_run(s, err, "BEGIN IMMEDIATE", "") : grade;
}

static int
end(struct store *s, const struct store_audit *audit, int grade, struct err *err)
{
	if (grade == ERR_NONE)
		grade = db_run(s, err, "INSERT INTO audit (at, who, what) VALUES (?,?,?)",
			"iss", audit->at, audit->who, audit->what);
	if (grade == ERR_NONE)
		grade = db_run(s, err,
			"DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?",
			"i", (int64_t)STORE_MAX_AUDIT);
	if (grade == ERR_NONE)
		grade = db_run(s, err, "COMMIT", "");
	if (grade != ERR_NONE)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_exec(s->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
	pthread_mutex_unlock(&s->lock);
	return grade;
}

int
store_put(struct store *s, enum site_part part, const void *item,
	const struct store_audit *audit, struct err *err)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	int grade = begin(s, err);
	if (grade == ERR_NONE)
		grade = tables[part].put(s, a, item, err);
	grade = end(s, audit, grade, err);
	arena_free(a);
	return grade;
}

int
store_drop(struct store *s, enum site_part part, const char *name,
	const struct store_audit *audit, struct err *err)
{
	const struct table *t = &tables[part];
	int grade = begin(s, err);
	for (size_t i = 0; i < sizeof t->drops / sizeof *t->drops; i++)
		if (grade == ERR_NONE && t->drops[i] != NULL)
			grade = db_run(s, err, t->drops[i], "s", name);
	return end(s, audit, grade, err);
}

int
store_set_default(struct store *s, const char *provider, const struct store_audit *audit,
	struct err *err)
{
	int grade = begin(s, err);
	if (grade == ERR_NONE)
		grade = db_run(s, err,
			"REPLACE INTO setting VALUES ('default_provider', ?)", "s",
			provider);
	return end(s, audit, grade, err);
}

int
store_note(struct store *s, const struct store_audit *audit, struct err *err)
{
	return end(s, audit, begin(s, err), err);
}

static void
get_link(struct arena *a, sqlite3_stmt *q, void *ret)
{
	*(struct link *)ret = (struct link){.name = db_text(a, q, 0),
		.kind = db_text(a, q, 1),
		.url = db_text(a, q, 2),
		.user = db_text(a, q, 3),
		.credential = db_text(a, q, 4),
		.impersonate = sqlite3_column_int(q, 5) != 0,
		.ca_file = db_text(a, q, 6),
		.insecure_loopback = sqlite3_column_int(q, 7) != 0,
		.token_url = db_text(a, q, 8),
		.subject = db_text(a, q, 9),
		.secret_expires = sqlite3_column_int64(q, 10),
		.legacy_assertion = sqlite3_column_int(q, 11) != 0};
}

static void
get_room(struct arena *a, sqlite3_stmt *q, void *ret)
{
	struct room *r = ret;
	*r = (struct room){.name = db_text(a, q, 0),
		.description = db_text(a, q, 1),
		.mailbox = db_text(a, q, 2),
		.link = db_text(a, q, 3),
		.profile = db_text(a, q, 4)};
	size_t n;
	const char *const *names = split(a, db_text(a, q, 5), &n);
	for (size_t i = 0; i < n && r->n_order < N_TRANSPORTS; i++)
		if (transport_find(names[i], &r->order[r->n_order]))
			r->n_order++;
}

static void
get_profile(struct arena *a, sqlite3_stmt *q, void *ret)
{
	struct profile *p = ret;
	*p = (struct profile){.name = db_text(a, q, 0),
		.address = db_text(a, q, 1),
		.time_zone = db_text(a, q, 2),
		.country = db_text(a, q, 3),
		.outbound = sqlite3_column_int(q, 4) != 0,
		.trust_invite_numbers = sqlite3_column_int(q, 5) != 0,
		.prefer_toll_free = sqlite3_column_int(q, 6) != 0,
		.confirm = sqlite3_column_int(q, 7) != 0,
		.withhold_subjects = sqlite3_column_int(q, 8) != 0};
	p->countries = split(a, db_text(a, q, 9), &p->n_countries);
	p->allowed_hosts = split(a, db_text(a, q, 10), &p->n_allowed_hosts);
}

static void
get_provider(struct arena *a, sqlite3_stmt *q, void *ret)
{
	int pin = sqlite3_column_int(q, 1);
	*(struct provider_settings *)ret = (struct provider_settings){
		.provider = db_text(a, q, 0),
		.pin_set = pin >= PIN_NEVER && pin <= PIN_REQUIRED,
		.pin = pin >= PIN_NEVER && pin <= PIN_REQUIRED ? (enum pin_need)pin
							       : PIN_NEVER,
		.number = db_text(a, q, 2),
		.id_delay_ms = sqlite3_column_int(q, 3),
		.pin_delay_ms = sqlite3_column_int(q, 4),
		.sip_endpoint = db_text(a, q, 5),
		.h323_endpoint = db_text(a, q, 6),
		.sip_template = db_text(a, q, 7)};
}

static int
get_all(struct store *s, struct arena *a, const char *sql, size_t size,
	void (*get)(struct arena *a, sqlite3_stmt *q, void *ret), void **ret,
	size_t *ret_n, struct err *err)
{
	sqlite3_stmt *q = db_query(s, err, sql, "");
	if (q == NULL)
		return (int)err->grade;
	char *items = NULL;
	size_t n = 0, room = 0;
	int step;
	while ((step = sqlite3_step(q)) == SQLITE_ROW) {
		if (n == room) {
			char *more = arena_array(a, room = room * 2 + 16, size);
			if (n > 0)
				memcpy(more, items, n * size);
			items = more;
		}
		get(a, q, items + n++ * size);
	}
	*ret = items;
	*ret_n = n;
	return db_end(s, q, step, err);
}

static int
get_default(struct store *s, struct arena *a, const char **ret, struct err *err)
{
	sqlite3_stmt *q = db_query(
		s, err, "SELECT value FROM setting WHERE name = 'default_provider'", "");
	if (q == NULL)
		return (int)err->grade;
	int step = sqlite3_step(q);
	if (step == SQLITE_ROW) {
		*ret = db_text(a, q, 0);
		step = sqlite3_step(q);
	}
	return db_end(s, q, step, err);
}

static int
read_site(struct store *s, struct arena *a, struct site *ret, struct err *err)
{
	void *links = NULL, *rooms = NULL, *profiles = NULL, *providers = NULL;
	int grade = get_all(s, a, "SELECT * FROM link", sizeof(struct link), get_link,
		&links, &ret->n_links, err);
	if (grade == ERR_NONE)
		grade = get_all(s, a, "SELECT * FROM room", sizeof(struct room), get_room,
			&rooms, &ret->n_rooms, err);
	if (grade == ERR_NONE)
		grade = get_all(s, a, "SELECT * FROM profile", sizeof(struct profile),
			get_profile, &profiles, &ret->n_profiles, err);
	if (grade == ERR_NONE)
		grade = get_all(s, a, "SELECT * FROM provider",
			sizeof(struct provider_settings), get_provider, &providers,
			&ret->n_providers, err);
	ret->links = links;
	ret->rooms = rooms;
	ret->profiles = profiles;
	ret->providers = providers;
	return grade == ERR_NONE ? get_default(s, a, &ret->default_provider, err) : grade;
}

int
store_site(struct store *s, struct site **ret, struct err *err)
{
	struct arena *a = arena_new(0);
	struct site parts = {.generation = 0};
	struct err own;
	if (err == NULL)
		err = &own;
	if (a == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	pthread_mutex_lock(&s->lock);
	int grade = read_site(s, a, &parts, err);
	pthread_mutex_unlock(&s->lock);
	struct site *made = grade == ERR_NONE ? site_make(&parts) : NULL;
	arena_free(a);
	if (grade == ERR_NONE && made == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	if (grade == ERR_NONE)
		*ret = made;
	return grade;
}
