#include "sim/exchange_store.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"

struct store *
store_new(int64_t now)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct store *s = arena_one(a, struct store);
	s->arena = a;
	calendars_init(&s->calendars, a, now);
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

static const char *
copy(const struct store *s, const char *text)
{
	return text != NULL ? arena_strdup(s->arena, text) : NULL;
}

int
check_version(const struct sim_room *r, struct err *err)
{
	if (r->state != NULL)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"%s: a room of Exchange has no state", r->mailbox);
	if (r->version == NULL || version_named(r->version) != V_NONE)
		return ERR_NONE;
	return err_set(err, ERR_CONFIG, "bad_scenario", "%s: no version of Exchange: %s",
		r->mailbox, r->version);
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
		!take_time(
			from->password_expires, s->calendars.now, &a->password_expires))
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
	if (a->mailbox == NULL || calendars_room(&s->calendars, a->mailbox) != NULL)
		return ERR_NONE;
	return calendars_put_room(
		&s->calendars, &(struct sim_room){.mailbox = a->mailbox}, err);
}
