#include "sim/exchange_store.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"

/* FNV-1a (RFC 9923), 64 bits. */
unsigned long long
hash_text(unsigned long long h, const char *s)
{
	if (h == 0)
		h = 0xcbf29ce484222325u;
	for (; s != NULL && *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u; /* "ab" "c" is not "a" "bc" */
}

static unsigned long long
key_of(const char *mailbox)
{
	char lower[320];
	size_t n = 0;
	for (; mailbox[n] != '\0' && n + 1 < sizeof lower; n++)
		lower[n] = (char)tolower((unsigned char)mailbox[n]);
	lower[n] = '\0';
	return hash_text(0, lower);
}

struct store *
store_new(int64_t now)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct store *s = arena_one(a, struct store);
	s->arena = a;
	s->now = now;
	s->directory = ".";
	store_put_server(s, &(struct exchange_server){0}, NULL);
	return s;
}

void
store_free(struct store *s)
{
	if (s != NULL)
		arena_free(s->arena);
}

struct account *
store_account(struct store *s, const char *user)
{
	for (size_t i = 0; i < s->n_accounts; i++)
		if (strcasecmp(s->accounts[i]->user, user) == 0)
			return s->accounts[i];
	return NULL;
}

/* Where the room of this key stands, or would. */
static size_t
place_of(const struct store *s, unsigned long long key)
{
	size_t low = 0, high = s->n_rooms;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->rooms[middle]->key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct room *
store_room_of(const struct store *s, unsigned long long key)
{
	size_t i = place_of(s, key);
	return i < s->n_rooms && s->rooms[i]->key == key ? s->rooms[i] : NULL;
}

struct room *
store_room(const struct store *s, const char *mailbox)
{
	struct room *r = store_room_of(s, key_of(mailbox));
	return r != NULL && strcasecmp(r->mailbox, mailbox) == 0 ? r : NULL;
}

bool
matches(const char *pattern, const char *mailbox)
{
	if (*pattern != '*')
		return strcasecmp(pattern, mailbox) == 0;
	size_t tail = strlen(pattern + 1), n = strlen(mailbox);
	return n >= tail && strcasecmp(pattern + 1, mailbox + n - tail) == 0;
}

enum right
right_on(const struct account *a, const char *mailbox)
{
	if (a->mailbox != NULL && strcasecmp(a->mailbox, mailbox) == 0)
		return RIGHT_OWNER;
	for (size_t i = 0; i < a->n_grants; i++)
		if (matches(a->grants[i].mailbox, mailbox))
			return a->grants[i].right;
	return RIGHT_NONE;
}

/* Room for one more pointer in a list of the arena's. */
static void *
grown(struct arena *a, void *list, size_t n, size_t *space)
{
	if (n < *space)
		return list;
	*space = *space > 0 ? *space * 2 : 16;
	void **more = arena_many(a, void *, *space);
	if (n > 0)
		memcpy(more, list, n * sizeof *more);
	return more;
}

static void
add_account(struct store *s, struct account *a)
{
	for (size_t i = 0; i < s->n_accounts; i++)
		if (strcasecmp(s->accounts[i]->user, a->user) == 0) {
			s->accounts[i] = a;
			return;
		}
	s->accounts = grown(s->arena, s->accounts, s->n_accounts, &s->account_space);
	s->accounts[s->n_accounts++] = a;
}

static void
add_room(struct store *s, struct room *r)
{
	size_t at = place_of(s, r->key);
	s->rooms = grown(s->arena, s->rooms, s->n_rooms, &s->room_space);
	memmove(&s->rooms[at + 1], &s->rooms[at], (s->n_rooms - at) * sizeof *s->rooms);
	s->rooms[at] = r;
	s->n_rooms++;
}

static struct meeting **
find_meeting(const struct room *r, const char *name)
{
	for (size_t i = 0; i < r->n_meetings; i++)
		if (strcmp(r->meetings[i]->name, name) == 0)
			return &r->meetings[i];
	return NULL;
}

int
store_put_meeting(struct store *s, struct room *r, const struct exchange_meeting *from,
	struct err *err)
{
	struct meeting *m;
	if (take_meeting(s, from, &m, err) != ERR_NONE)
		return ERR_CONFIG;
	m->version = ++s->last_version;
	struct meeting **old = find_meeting(r, m->name);
	if (old != NULL) {
		m->number = (*old)->number;
		*old = m;
		return ERR_NONE;
	}
	m->number = ++r->last_number;
	r->meetings = grown(s->arena, r->meetings, r->n_meetings, &r->space);
	r->meetings[r->n_meetings++] = m;
	return ERR_NONE;
}

static const char *
copy(const struct store *s, const char *text)
{
	return text != NULL ? arena_strdup(s->arena, text) : NULL;
}

int
store_put_room(struct store *s, const struct exchange_room *from, struct err *err)
{
	enum version newest = V_NONE;
	if (from->mailbox == NULL || strchr(from->mailbox, '@') == NULL)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"a room's mailbox is an address");
	if (from->version != NULL && (newest = version_named(from->version)) == V_NONE)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"%s: no version of Exchange: %s", from->mailbox, from->version);
	struct room *r = store_room(s, from->mailbox);
	if (r == NULL) {
		r = arena_one(s->arena, struct room);
		r->mailbox = copy(s, from->mailbox);
		r->key = key_of(r->mailbox);
		add_room(s, r);
	}
	r->name = copy(s, from->name != NULL ? from->name : from->mailbox);
	r->newest = newest;
	r->delete_comments = from->delete_comments;
	r->delete_subject = from->delete_subject;
	r->add_organizer_to_subject = from->add_organizer_to_subject;
	for (unsigned i = 0; i < from->meetings_count; i++)
		if (store_put_meeting(s, r, &from->meetings[i], err) != ERR_NONE)
			return ERR_CONFIG;
	return ERR_NONE;
}

bool
store_delete(struct store *s, const char *mailbox, const char *name)
{
	struct room *r = store_room(s, mailbox);
	struct meeting **m;
	if (r == NULL)
		return false;
	if (name == NULL) {
		struct room **at = &s->rooms[place_of(s, r->key)];
		memmove(at, at + 1, (size_t)(s->rooms + --s->n_rooms - at) * sizeof *at);
		return true;
	}
	if ((m = find_meeting(r, name)) == NULL)
		return false;
	memmove(m, m + 1, (size_t)(r->meetings + --r->n_meetings - m) * sizeof *m);
	return true;
}

static const char *const state_words[] = {"", "disabled", "locked", "blocked"};
static const char *const right_words[] = {
	"none", "hidden", "ReadItems", "Reviewer", "Owner"};

/* Which of the words; -1: none of them. */
static int
word(const char *const *words, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], text) == 0)
			return (int)i;
	return -1;
}

int
store_put_account(struct store *s, const struct exchange_account *from, struct err *err)
{
	struct account *a = arena_one(s->arena, struct account);
	if (from->user == NULL || from->password == NULL)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"an account needs a user and a password");
	a->user = copy(s, from->user);
	a->password = copy(s, from->password);
	a->mailbox = copy(s, from->mailbox);
	a->no_basic = from->no_basic;
	a->password_expires = INT64_MAX;
	if (from->password_expires != NULL &&
		strcmp(from->password_expires, "never") != 0 &&
		!take_time(from->password_expires, s->now, &a->password_expires))
		return err_set(err, ERR_CONFIG, "bad_scenario", "%s: no time: %s",
			a->user, from->password_expires);
	int state = word(state_words, 4, from->state != NULL ? from->state : "");
	if (state < 0)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"%s: no state of an account: %s", a->user, from->state);
	a->state = (enum account_state)state;
	struct grant *grants = arena_many(s->arena, struct grant, from->rights_count);
	for (unsigned i = 0; i < from->rights_count; i++) {
		int right = word(right_words, 5, from->rights[i].right);
		if (right < 0)
			return err_set(err, ERR_CONFIG, "bad_scenario",
				"%s: no right: %s", a->user, from->rights[i].right);
		grants[i] = (struct grant){
			copy(s, from->rights[i].mailbox), (enum right)right};
	}
	a->grants = grants;
	a->n_grants = from->rights_count;
	const char **scope = arena_many(s->arena, const char *, from->impersonates_count);
	for (unsigned i = 0; i < from->impersonates_count; i++)
		scope[i] = copy(s, from->impersonates[i]);
	a->impersonates = scope;
	a->n_impersonates = from->impersonates_count;
	add_account(s, a);
	if (a->mailbox == NULL || store_room(s, a->mailbox) != NULL)
		return ERR_NONE;
	return store_put_room(s, &(struct exchange_room){.mailbox = a->mailbox}, err);
}
