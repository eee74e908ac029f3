#include "extract/runaway.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum {
	MAX_DEPTH = 32,
	MAX_PUMPS = 48,
	PUMP_BYTES = 8,
	PUMPED = 512, /* bytes of repetition: where squares are beyond the bound */
	MAX_PLACES =
		160, /* of a subject; links are longer, but then they repeat themselves */
	MANY = 16, /* repetitions at most, from which a bounded one counts as unbounded */
};

/* Bytes of one atom: "a", "\d", "[…]". A '(' is 1, and the group follows. */
static size_t
atom(const char *s)
{
	if (*s == '\\')
		return s[1] != '\0' ? 2 : 1;
	if (*s != '[')
		return 1;
	size_t n = 1 + (s[1] == '^');
	n += s[n] == ']';
	while (s[n] != '\0' && s[n] != ']')
		n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
	return n + (s[n] == ']');
}

/* A quantifier at s: its bytes, and whether it repeats without bound and gives back. */
static size_t
quantifier(const char *s, bool *ret_repeats)
{
	size_t n = 0;
	*ret_repeats = *s == '*' || *s == '+';
	if (*s == '*' || *s == '+' || *s == '?') {
		n = 1;
	} else if (*s == '{' && s[1] >= '0' && s[1] <= '9') {
		const char *comma = s + 1 + strspn(s + 1, "0123456789");
		n = strcspn(s, "}") + 1;
		if (*comma == ',')
			*ret_repeats = comma[1] == '}' || atoi(comma + 1) >= MANY;
	}
	if (n > 0 && s[n] == '+') { /* possessive: gives nothing back */
		*ret_repeats = false;
		n++;
	} else if (n > 0 && s[n] == '?') {
		n++;
	}
	return n;
}

/* Bytes of "?:", "?<name>", "?=" … behind a '('. */
static size_t
group_head(const char *s, bool *ret_atomic)
{
	*ret_atomic = s[0] == '?' && s[1] == '>';
	if (s[0] != '?')
		return 0;
	if (s[1] == '<' && s[2] != '=' && s[2] != '!')
		return strcspn(s, ">") + 1;
	return 1 + strcspn(s + 1, ":=!>") + 1;
}

const char *
runaway_nested(const char *match)
{
	struct {
		const char *at;
		size_t atoms; /* of the alternative that is read */
		bool repeats; /* one of them does, without bound */
		bool bad;     /* an alternative was nothing but that */
		bool atomic;
	} groups[MAX_DEPTH] = {{0}};
	size_t depth = 0;
	for (const char *s = match; *s != '\0';) {
		const char *begin = s;
		bool repeats, bad = false;
		if (*s == '(') {
			if (++depth == MAX_DEPTH)
				return s;
			memset(&groups[depth], 0, sizeof groups[depth]);
			groups[depth].at = s++;
			s += group_head(s, &groups[depth].atomic);
			continue;
		}
		if (*s == '|') {
			groups[depth].bad |=
				groups[depth].atoms == 1 && groups[depth].repeats;
			groups[depth].atoms = 0;
			groups[depth].repeats = false;
			s++;
			continue;
		}
		if (*s == ')' && depth > 0) {
			begin = groups[depth].at;
			bad = groups[depth].bad ||
			      (groups[depth].atoms == 1 && groups[depth].repeats);
			bad &= !groups[depth].atomic;
			depth--;
			s++;
		} else {
			s += atom(s);
		}
		s += quantifier(s, &repeats);
		if (bad && repeats)
			return begin;
		groups[depth].atoms++;
		groups[depth].repeats |= repeats || bad;
	}
	return NULL;
}

/* Fewer than two repetitions have no other way to share what they take; one of a group may
 * take the same by several of its alternatives. */
static bool
is_simple(const char *match)
{
	size_t n = 0;
	for (const char *s = match; *s != '\0';) {
		bool repeats, atomic;
		if (*s == '(') {
			s++;
			s += group_head(s, &atomic);
			continue;
		}
		bool group = *s == ')';
		s += atom(s);
		s += quantifier(s, &repeats);
		n += repeats ? (group ? 2 : 1) : 0;
	}
	return n < 2;
}

struct pumps {
	char list[MAX_PUMPS][PUMP_BYTES + 1];
	size_t n;
};

static void
add_pump(struct pumps *p, const char *s, size_t n)
{
	if (n == 0 || n > PUMP_BYTES || p->n == MAX_PUMPS)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (strlen(p->list[i]) == n && memcmp(p->list[i], s, n) == 0)
			return;
	memcpy(p->list[p->n++], s, n);
}

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("/_-=&%@#:;,~! ", c) != NULL);
}

/* What a repetition may take: one of each kind of character, every literal of the expression
 * (also within a class), and its runs of literals. */
static void
pumps_of(const char *match, struct pumps *ret)
{
	static const char always[] = "a0/.&";
	memset(ret, 0, sizeof *ret);
	for (const char *c = always; *c != '\0'; c++)
		add_pump(ret, c, 1);
	for (const char *s = match; *s != '\0';) {
		size_t n = 0;
		while (is_plain(s[n]))
			n++;
		add_pump(ret, s, n);
		for (size_t i = 0; i < n; i++)
			add_pump(ret, s + i, 1);
		s += n + (n == 0);
	}
}

static int
kind_of(char c)
{
	return c >= '0' && c <= '9' ? 1 : (c | 32) >= 'a' && (c | 32) <= 'z' ? 2 : 3;
}

/* Within a word every place is as good as the last: only its edges are tried. */
static bool
is_edge(const char *subject, size_t at)
{
	return at == 0 || subject[at] == '\0' || kind_of(subject[at]) == 3 ||
	       kind_of(subject[at]) != kind_of(subject[at - 1]);
}

static bool
over_bound(struct matcher *m, const struct pattern *p, pcre2_match_context *limits,
	const char *s, size_t n)
{
	return pcre2_match(p->code, (PCRE2_SPTR)s, n, 0, 0, m->data, limits) ==
	       PCRE2_ERROR_MATCHLIMIT;
}

static const char *
try_all(struct matcher *m, const struct pattern *p, pcre2_match_context *limits,
	const char *subject)
{
	struct pumps pumps;
	size_t places = strlen(subject);
	pumps_of(p->match, &pumps);
	places = places < MAX_PLACES ? places : MAX_PLACES;
	char *text = arena_alloc(m->arena, 2 * places + PUMPED + 2);
	for (size_t at = 0; at <= places; at++)
		for (size_t i = 0; i < pumps.n && is_edge(subject, at); i++) {
			size_t n = at, one = strlen(pumps.list[i]);
			memcpy(text, subject, at);
			for (; n + one <= at + PUMPED; n += one)
				memcpy(text + n, pumps.list[i], one);
			/* no end, and one that it cannot have though all is there that it
			 * has to have: so every way is tried */
			size_t whole = n + 1 + places - at;
			text[n] = '\n';
			memcpy(text + n + 1, subject + at, places - at);
			if (over_bound(m, p, limits, text, n) ||
				over_bound(m, p, limits, text, whole))
				return arena_printf(m->arena, "%.*s%s%s%s…", (int)at,
					subject, pumps.list[i], pumps.list[i],
					pumps.list[i]);
		}
	return NULL;
}

const char *
runaway_witness(struct matcher *m, const struct pattern *p, const char *subject)
{
	if (m->data == NULL || is_simple(p->match))
		return NULL;
	/* steps alone: how deep they go grows with the link, however tame the expression */
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	if (limits == NULL)
		return NULL; /* short of memory: what follows will say so */
	pcre2_set_match_limit(limits, RULES_MATCH_STEPS);
	const char *w = try_all(m, p, limits, subject);
	pcre2_match_context_free(limits);
	return w;
}
