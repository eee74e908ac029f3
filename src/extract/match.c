#include "extract/rules.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/datafile.h"
#include "extract/runaway.h"
#include "extract/value.h"

enum { MAX_REST = 2048, MAX_GROUPS = 32, MAX_EXPRESSION = 2048 };

/* What could lift the limits, run code or recurse: no pattern has need of it. */
static const char *const forbidden[] = {"(*", "(?C", "(?R", "(?&", "(?P>", "(?0", "(?1",
	"(?+", "(?-1", "\\g<", "(?J", "(?|", NULL};

static int
refuse(const struct pattern *p, const char *path, const char *bytes, struct err *err,
	const char *why, const char *cure)
{
	err_set(err, ERR_CONFIG, "bad_pattern", "%s:%d: %s: %s", path,
		datafile_line(bytes, p->match), p->name, why);
	err_cure(err, "%s", cure);
	return ERR_CONFIG;
}

static bool
read_captures(struct pattern *p)
{
	uint32_t n, size;
	PCRE2_SPTR table;
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMETABLE, &table);
	if (n > sizeof p->captures / sizeof *p->captures)
		return false;
	for (uint32_t i = 0; i < n; i++, table += size) {
		const char *name = (const char *)table + 2;
		enum slot slot = 0;
		int which = CAPTURE_KEY;
		if (slot_find(name, strlen(name), &slot))
			which = (int)slot;
		else if (strcmp(name, "key") != 0)
			return false;
		p->captures[i].group = (uint32_t)(table[0] << 8 | table[1]);
		p->captures[i].slot = which;
	}
	p->n_captures = n;
	return true;
}

int
pattern_compile(struct pattern *p, bool is_address, const struct rule_set *set,
	struct arena *a, const char *path, const char *bytes, struct err *err)
{
	p->set = set;
	p->label = arena_printf(a, "%s/%s", set->provider->id, p->name);
	for (size_t i = 0; forbidden[i] != NULL; i++)
		if (strstr(p->match, forbidden[i]) != NULL)
			return refuse(p, path, bytes, err,
				"recursion, verbs and callouts",
				"Write it as a plain expression; docs/patterns.md has "
				"examples.");
	const char *nested = runaway_nested(p->match);
	if (nested != NULL)
		return refuse(p, path, bytes, err,
			arena_printf(a, "can run away: \"%.40s\" repeats a repetition",
				nested),
			"Repeat it once, `[a-z]+` for `([a-z]+)+`; or make the inner one "
			"give nothing back, `[a-z]++`.");
	if (strlen(p->match) > MAX_EXPRESSION)
		return refuse(p, path, bytes, err,
			"an expression of more than 2048 bytes",
			"Make several links of it.");
	if (p->hosts_count == 0)
		return refuse(p, path, bytes, err, "no hosts",
			"Give the file or this entry a list of hosts.");
	/* an ID ends where its path segment does: nobody has to remember to say so */
	const char *whole =
		arena_printf(a, is_address ? "(?:%s)$" : "(?:%s)(?=[/?#&]|$)", p->match);
	int code;
	size_t at;
	p->code = pcre2_compile((PCRE2_SPTR)whole, PCRE2_ZERO_TERMINATED,
		PCRE2_ANCHORED | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP |
			PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY,
		&code, &at, NULL);
	if (p->code == NULL) {
		char words[160];
		pcre2_get_error_message(code, (PCRE2_UCHAR *)words, sizeof words);
		return refuse(p, path, bytes, err, words,
			arena_printf(a, "Correct the expression near character %zu.",
				at > 3 ? at - 2 : 1));
	}
	uint32_t groups;
	pcre2_pattern_info(p->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups >= MAX_GROUPS || !read_captures(p))
		return refuse(p, path, bytes, err,
			"a group that is neither a slot nor `key`",
			"Name groups after slots (meeting_id, passcode …) or `key`; "
			"write "
			"(?:…) for the rest.");
	return ERR_NONE;
}

void
matcher_init(struct matcher *m, const struct rules *rules, struct arena *a)
{
	m->rules = rules;
	m->arena = a;
	m->data = pcre2_match_data_create(MAX_GROUPS, NULL);
}

void
matcher_release(struct matcher *m)
{
	pcre2_match_data_free(m->data);
}

static bool
run(struct matcher *m, const struct pattern *p, const char *subject, size_t n,
	struct captures *ret)
{
	struct captures c = {.open = false};
	if (m->data == NULL || pcre2_match(p->code, (PCRE2_SPTR)subject, n, 0, 0, m->data,
				       m->rules->limits) <= 0)
		return false;
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);
	uint32_t pairs = pcre2_get_ovector_count(m->data);
	for (size_t i = 0; i < p->n_captures; i++) {
		uint32_t g = p->captures[i].group;
		if (g >= pairs || at[2 * g] == PCRE2_UNSET || at[2 * g + 1] <= at[2 * g])
			continue;
		char *value = arena_strndup(
			m->arena, subject + at[2 * g], at[2 * g + 1] - at[2 * g]);
		int slot = p->captures[i].slot;
		if (slot != CAPTURE_KEY &&
			!value_fits(p->set->provider, (enum slot)slot, value))
			return false;
		c.values[p->captures[i].slot] = value;
	}
	*ret = c;
	return true;
}

static int
compare_host(const struct host_rule *h, const char *host, bool wild)
{
	int c = strcmp(h->host, host);
	return c != 0 ? c : (int)h->wild - (int)wild;
}

/* The first rule of that very host; the others of it follow. */
static const struct host_rule *
find_host(const struct host_rule *rules, size_t n, const char *host, bool wild)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (compare_host(&rules[mid], host, wild) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && compare_host(&rules[low], host, wild) == 0 ? &rules[low] : NULL;
}

typedef bool wanted(const struct pattern *p, const void *arg);

/* What is looked for in a table of hosts. */
struct lookup {
	const struct host_rule *rules;
	size_t n;
	const char *host, *subject;
	size_t size;
	wanted *want;
	const void *arg;
};

/* Whether a file names the host, or a domain that it is in. */
bool
rules_know_host(const struct rules *r, const char *host)
{
	bool wild = false;
	for (const char *h = host; h != NULL; h = strchr(h, '.'), wild = true) {
		h += wild;
		if (find_host(r->link_hosts, r->n_link_hosts, h, wild) != NULL ||
			find_host(r->address_hosts, r->n_address_hosts, h, wild) != NULL)
			return true;
	}
	return false;
}

bool
match_look_alike(struct matcher *m, const char *host)
{
	for (const char *end = host; (end = strchr(end, '.')) != NULL; end++)
		if (rules_know_host(m->rules,
			    arena_strndup(m->arena, host, (size_t)(end - host))))
			return true;
	return false;
}

/* Under one name of the table, in the file's order. `n_sub` bytes of the host are a slot's. */
static const struct pattern *
match_name(struct matcher *m, const struct lookup *l, const char *name, bool wild,
	size_t n_sub, struct captures *ret)
{
	const struct host_rule *h = find_host(l->rules, l->n, name, wild);
	for (; h != NULL && h < l->rules + l->n && compare_host(h, name, wild) == 0;
		h++) {
		struct captures c;
		if (!l->want(h->pattern, l->arg) ||
			!run(m, h->pattern, l->subject, l->size, &c))
			continue;
		if (h->slot >= 0) {
			char *sub = arena_strndup(m->arena, l->host, n_sub);
			if (!slot_allows((enum slot)h->slot, sub, strlen(sub)))
				continue;
			c.values[h->slot] = sub;
		}
		*ret = c;
		return h->pattern;
	}
	return NULL;
}

/* Exact host first, then its parents, nearest first; then those that may be anywhere. */
static const struct pattern *
match_host(struct matcher *m, const struct lookup *l, struct captures *ret)
{
	const struct pattern *p;
	const char *dot = NULL;
	for (const char *name = l->host; name != NULL;
		name = dot != NULL ? dot + 1 : NULL) {
		size_t above = (size_t)(name - l->host);
		p = match_name(m, l, name, above > 0, above > 0 ? above - 1 : 0, ret);
		if (p != NULL)
			return p;
		dot = strchr(name, '.');
	}
	dot = strchr(l->host, '.');
	if (dot == NULL || match_look_alike(m, l->host))
		return NULL;
	const char *first =
		arena_printf(m->arena, "%.*s.*", (int)(dot - l->host), l->host);
	p = match_name(m, l, first, false, 0, ret);
	if (p == NULL)
		p = match_name(m, l, "*", false, 0, ret);
	ret->open = p != NULL;
	return p;
}

static bool
lists_scheme(const struct pattern *p, const char *scheme)
{
	for (unsigned i = 0; i < p->schemes_count; i++)
		if (strcmp(p->schemes[i], scheme) == 0)
			return true;
	return false;
}

static bool
has_scheme(const struct pattern *p, const void *arg)
{
	const struct invite_link *link = arg;
	if (p->schemes_count == 0)
		return link->schemeless || strcmp(link->scheme, "https") == 0 ||
		       strcmp(link->scheme, "http") == 0;
	return !link->schemeless && lists_scheme(p, link->scheme);
}

/* An address is one however it is written, unless the pattern says how. */
static bool
is_written(const struct pattern *p, const void *arg)
{
	const struct written *w = arg;
	return p->set->provider->general == w->general &&
	       (p->schemes_count == 0 || lists_scheme(p, w->scheme));
}

/* Between "//" and the path stand the host, perhaps ":443" or ":80", and nothing else. */
static bool
plain_authority(const struct invite_link *link)
{
	const char *s = strstr(link->url, "://");
	s = s != NULL && !link->schemeless ? s + 3 : link->url;
	size_t host = strlen(link->host), n = strcspn(s, "/?#");
	if (n < host || strncasecmp(s, link->host, host) != 0)
		return false;
	s += host;
	n -= host;
	if (n > 0 && *s == '.') {
		s++;
		n--;
	}
	return n == 0 || (n == 4 && strncmp(s, ":443", 4) == 0) ||
	       (n == 3 && strncmp(s, ":80", 3) == 0);
}

const struct pattern *
match_link(struct matcher *m, const struct invite_link *link, struct captures *ret)
{
	struct lookup l = {.rules = m->rules->link_hosts,
		.n = m->rules->n_link_hosts,
		.host = link->host,
		.subject = link->rest,
		.want = has_scheme,
		.arg = link};
	if (slot_path_climbs(link->rest))
		return NULL;
	if (link->host[0] != '\0') {
		if (!plain_authority(link))
			return NULL;
	} else { /* "msteams:/l/…", "conf:sip:…" */
		l.host = arena_printf(m->arena, "%s:", link->scheme);
		l.subject = strchr(link->url, ':');
		if (l.subject == NULL)
			return NULL;
		l.subject++;
	}
	l.size = strlen(l.subject);
	return l.size <= MAX_REST ? match_host(m, &l, ret) : NULL;
}

const struct pattern *
match_address(struct matcher *m, const char *address, const struct written *written,
	struct captures *ret)
{
	const char *host = strchr(address, '@');
	if (host == NULL)
		return NULL;
	struct lookup l = {.rules = m->rules->address_hosts,
		.n = m->rules->n_address_hosts,
		.host = host + 1,
		.subject = address,
		.size = strlen(address),
		.want = is_written,
		.arg = written};
	return match_host(m, &l, ret);
}
