#include "provider.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/datafile.h"
#include "base/err.h"
#include "base/file.h"
#include "phone.h"
#include "provider/template.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { MAX_PROVIDERS = 256 };

struct providers {
	struct arena *arena;
	atomic_uint refs;
	struct provider *list; /* by id */
	size_t n;
};

/* A file as libcyaml reads it. */
struct shape_entry {
	enum slot slot;
	bool digits;
	unsigned min, max;
};

struct number_entry {
	char *number, *country;
	bool toll_free;
};

struct gateway_entry {
	char *dial, *after, **hosts;
	unsigned hosts_count;
};

struct provider_file {
	char *id, *name, *retired;
	enum pin_need pin;
	enum slot *id_slot, *pin_slot;
	struct shape_entry *shapes;
	char **tails;
	struct number_entry *numbers;
	bool own_numbers, general;
	struct gateway_entry *sip, *h323;
	unsigned shapes_count, tails_count, numbers_count, sip_count, h323_count;
};

static const cyaml_strval_t slots[] = {{"url", SLOT_URL}, {"meeting_id", SLOT_MEETING_ID},
	{"passcode", SLOT_PASSCODE}, {"phone_id", SLOT_PHONE_ID},
	{"phone_pin", SLOT_PHONE_PIN}, {"video_id", SLOT_VIDEO_ID},
	{"tenant", SLOT_TENANT}, {"gateway", SLOT_GATEWAY}, {"site", SLOT_SITE},
	{"name", SLOT_NAME}, {"sip", SLOT_SIP}, {"h323", SLOT_H323}};
static const cyaml_strval_t pins[] = {
	{"never", PIN_NEVER}, {"optional", PIN_OPTIONAL}, {"required", PIN_REQUIRED}};

static const cyaml_schema_value_t text = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 300)};

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(key, flags, type, member)                                                   \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), type, member, 1, 300)
#define SLOT(key, flags, type, member)                                                   \
	CYAML_FIELD_ENUM_PTR(                                                            \
		key, (flags) | CYAML_FLAG_STRICT, type, member, slots, COUNT(slots))

static const cyaml_schema_field_t shape_fields[] = {
	CYAML_FIELD_ENUM(
		"slot", CYAML_FLAG_STRICT, struct shape_entry, slot, slots, COUNT(slots)),
	CYAML_FIELD_BOOL("digits", CYAML_FLAG_OPTIONAL, struct shape_entry, digits),
	CYAML_FIELD_UINT("min", CYAML_FLAG_DEFAULT, struct shape_entry, min),
	CYAML_FIELD_UINT("max", CYAML_FLAG_DEFAULT, struct shape_entry, max),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t shape = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct shape_entry, shape_fields)};

static const cyaml_schema_field_t number_fields[] = {
	TEXT("number", 0, struct number_entry, number),
	TEXT("country", 0, struct number_entry, country),
	CYAML_FIELD_BOOL(
		"toll_free", CYAML_FLAG_OPTIONAL, struct number_entry, toll_free),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t number = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct number_entry, number_fields)};

static const cyaml_schema_field_t gateway_fields[] = {
	TEXT("dial", 0, struct gateway_entry, dial),
	TEXT("after", CYAML_FLAG_OPTIONAL, struct gateway_entry, after),
	CYAML_FIELD_SEQUENCE(
		"hosts", OPTIONAL, struct gateway_entry, hosts, &text, 0, 100),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t gateway = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gateway_entry, gateway_fields)};

static const cyaml_schema_field_t file_fields[] = {
	TEXT("id", 0, struct provider_file, id),
	TEXT("name", 0, struct provider_file, name),
	TEXT("retired", CYAML_FLAG_OPTIONAL, struct provider_file, retired),
	CYAML_FIELD_ENUM(
		"pin", CYAML_FLAG_STRICT, struct provider_file, pin, pins, COUNT(pins)),
	SLOT("id_slot", OPTIONAL, struct provider_file, id_slot),
	SLOT("pin_slot", OPTIONAL, struct provider_file, pin_slot),
	CYAML_FIELD_SEQUENCE(
		"shapes", OPTIONAL, struct provider_file, shapes, &shape, 0, N_SLOTS),
	CYAML_FIELD_SEQUENCE(
		"tails", OPTIONAL, struct provider_file, tails, &text, 0, 20),
	CYAML_FIELD_SEQUENCE("access_numbers", OPTIONAL, struct provider_file, numbers,
		&number, 0, 1000),
	CYAML_FIELD_BOOL(
		"own_numbers", CYAML_FLAG_OPTIONAL, struct provider_file, own_numbers),
	CYAML_FIELD_BOOL("general", CYAML_FLAG_OPTIONAL, struct provider_file, general),
	CYAML_FIELD_SEQUENCE("sip", OPTIONAL, struct provider_file, sip, &gateway, 0, 20),
	CYAML_FIELD_SEQUENCE(
		"h323", OPTIONAL, struct provider_file, h323, &gateway, 0, 20),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct provider_file, file_fields)};

/* One file on its way in: what an error names. */
struct source {
	struct arena *arena;
	const char *path, *bytes;
	struct err *err;
};

static int
wrong(const struct source *s, const char *where, const char *what, const char *cure)
{
	err_set(s->err, ERR_CONFIG, "bad_provider", "%s:%d: %s: %s", s->path,
		datafile_line(s->bytes, where), where, what);
	err_cure(s->err, "%s", cure);
	return ERR_CONFIG;
}

static bool
is_date(const char *d)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;
	for (; form[i] != '\0'; i++)
		if (form[i] == 'd' ? d[i] < '0' || d[i] > '9' : d[i] != form[i])
			return false;
	return d[i] == '\0';
}

static bool
is_host(const char *h)
{
	struct in_addr address;
	char net[INET_ADDRSTRLEN];
	size_t n = strcspn(h, "/");
	if (strspn(h, "0123456789./") == strlen(h)) {
		int bits = h[n] == '/' ? atoi(h + n + 1) : 32;
		if (n >= sizeof net || bits < 8 || bits > 32)
			return false;
		memcpy(net, h, n);
		net[n] = '\0';
		return inet_pton(AF_INET, net, &address) == 1;
	}
	if (strncmp(h, "*.", 2) == 0)
		h += 2;
	return strspn(h, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(h) &&
	       strchr(h, '.') != NULL && h[0] != '.' && strstr(h, "..") == NULL;
}

static const char *const *
copy_texts(struct arena *a, char *const *from, size_t n)
{
	const char **to = arena_many(a, const char *, n);
	for (size_t i = 0; i < n; i++)
		to[i] = arena_strdup(a, from[i]);
	return to;
}

static int
take_shapes(const struct source *s, const struct provider_file *f, struct provider *p)
{
	for (unsigned i = 0; i < f->shapes_count; i++) {
		const struct shape_entry *e = &f->shapes[i];
		if (p->shapes[e->slot].used)
			return wrong(s, slot_name(e->slot), "two shapes of one slot",
				"Keep one of them.");
		if (e->min == 0 || e->min > e->max || e->max > slot_max(e->slot) ||
			e->max > 255)
			return wrong(s, slot_name(e->slot), "min and max do not fit",
				"min is at least 1, max at least min and at most what "
				"the slot "
				"holds (24 for what is keyed on a phone).");
		p->shapes[e->slot] = (struct slot_shape){
			true, e->digits, (uint8_t)e->min, (uint8_t)e->max};
	}
	p->id_slot = f->id_slot != NULL ? *f->id_slot : SLOT_MEETING_ID;
	p->pin_slot = f->pin_slot != NULL ? *f->pin_slot : SLOT_PHONE_PIN;
	if (!p->shapes[p->id_slot].used)
		return wrong(s, "id:", "the slot of the meeting ID has no shape",
			"Add it to shapes, with digits, min and max.");
	if (p->pin != PIN_NEVER && !p->shapes[p->pin_slot].used)
		return wrong(s, "pin:", "there can be a PIN, but its slot has no shape",
			"Add it to shapes, with digits, min and max; or say pin: never.");
	return ERR_NONE;
}

static int
take_numbers(const struct source *s, const struct provider_file *f, struct provider *p)
{
	struct provider_number *to =
		arena_many(s->arena, struct provider_number, f->numbers_count);
	for (unsigned i = 0; i < f->numbers_count; i++) {
		const struct number_entry *e = &f->numbers[i];
		struct phone phone;
		if (e->number[0] != '+' ||
			!phone_parse(e->number, strlen(e->number), NULL, &phone))
			return wrong(s, e->number, "not a possible telephone number",
				"Write it with '+' and its country code.");
		if (phone.kind != PHONE_ORDINARY && phone.kind != PHONE_TOLL_FREE)
			return wrong(s, e->number,
				"a premium, shared-cost or personal number",
				"Take it out: such numbers are never dialled.");
		if (strcmp(phone.country, e->country) != 0 &&
			!(phone.kind == PHONE_TOLL_FREE && phone.country_code == 1))
			return wrong(s, e->number, "the number is of another country",
				"Correct the country, an ISO 3166-1 code in capitals, or "
				"the "
				"number.");
		if (e->toll_free != (phone.kind == PHONE_TOLL_FREE))
			return wrong(s, e->number, "toll_free is not what the number is",
				"Say toll_free: true exactly for the numbers that are "
				"free to "
				"call.");
		to[i] = (struct provider_number){arena_strdup(s->arena, phone.e164),
			arena_strdup(s->arena, e->country), e->toll_free};
	}
	p->numbers = to;
	p->n_numbers = f->numbers_count;
	return ERR_NONE;
}

static int
take_gateways(const struct source *s, const struct provider *p, enum template_use use,
	const struct gateway_entry *from, size_t n, const struct provider_gateway **ret)
{
	struct provider_gateway *to = arena_many(s->arena, struct provider_gateway, n);
	for (size_t i = 0; i < n; i++) {
		const struct gateway_entry *e = &from[i];
		const char *why = template_wrong(e->dial, use, p);
		if (why != NULL)
			return wrong(
				s, e->dial, why, "docs/providers.md has the notation.");
		why = e->after != NULL ? template_wrong(e->after, TEMPLATE_TAIL, p)
				       : NULL;
		if (why != NULL)
			return wrong(
				s, e->after, why, "docs/providers.md has the notation.");
		for (unsigned h = 0; h < e->hosts_count; h++)
			if (!is_host(e->hosts[h]))
				return wrong(s, e->hosts[h], "not a host",
					"Write a name in lower case, '*.' before it for "
					"its "
					"sub-domains, or an IPv4 address or network.");
		to[i].template = arena_strdup(s->arena, e->dial);
		to[i].after = e->after != NULL ? arena_strdup(s->arena, e->after) : NULL;
		to[i].hosts = copy_texts(s->arena, e->hosts, e->hosts_count);
		to[i].n_hosts = e->hosts_count;
	}
	*ret = to;
	return ERR_NONE;
}

static int
take_file(const struct source *s, const struct provider_file *f, struct provider *p)
{
	static const char id_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	if (strlen(f->id) > 40 || strspn(f->id, id_bytes) != strlen(f->id))
		return wrong(s, "id:", "not an identifier",
			"Use at most 40 of a-z, 0-9, '_' and '-'.");
	if (f->retired != NULL && !is_date(f->retired))
		return wrong(s, "retired:", "not a date", "Write it as 2026-02-20.");
	*p = (struct provider){.id = arena_strdup(s->arena, f->id),
		.name = arena_strdup(s->arena, f->name),
		.retired = f->retired != NULL ? arena_strdup(s->arena, f->retired) : NULL,
		.pin = f->pin,
		.n_tails = f->tails_count,
		.own_numbers = f->own_numbers,
		.general = f->general,
		.n_sip = f->sip_count,
		.n_h323 = f->h323_count,
		.file = s->path};
	int e = take_shapes(s, f, p);
	for (unsigned i = 0; i < f->tails_count && e == ERR_NONE; i++) {
		const char *why = template_wrong(f->tails[i], TEMPLATE_TAIL, p);
		if (why != NULL)
			e = wrong(s, f->tails[i], why,
				"docs/providers.md has the notation.");
	}
	p->tails = copy_texts(s->arena, f->tails, f->tails_count);
	if (e == ERR_NONE)
		e = take_numbers(s, f, p);
	if (e == ERR_NONE)
		e = take_gateways(s, p, TEMPLATE_SIP, f->sip, f->sip_count, &p->sip);
	if (e == ERR_NONE)
		e = take_gateways(s, p, TEMPLATE_H323, f->h323, f->h323_count, &p->h323);
	return e;
}

/* `shipped` is how many there were before this directory: those may be replaced. */
static int
add(struct providers *ps, const struct source *s, const struct provider *p,
	size_t shipped)
{
	for (size_t i = 0; i < ps->n; i++) {
		if (strcmp(ps->list[i].id, p->id) != 0)
			continue;
		if (i >= shipped)
			return wrong(s, "id:", "two files of one directory have this id",
				"Remove one of them.");
		ps->list[i] = *p;
		return ERR_NONE;
	}
	if (ps->n == MAX_PROVIDERS)
		return err_set(s->err, ERR_LIMIT, "too_many_files",
			"%s: more than %d providers", s->path, MAX_PROVIDERS);
	ps->list[ps->n++] = *p;
	return ERR_NONE;
}

static int
load_directory(struct providers *ps, const char *dir, struct err *err)
{
	char **paths;
	size_t n, shipped = ps->n;
	int e = file_list(ps->arena, dir, ".yaml", &paths, &n, err);
	for (size_t i = 0; e == ERR_NONE && i < n; i++) {
		struct provider_file *file = NULL;
		struct provider p;
		char *bytes;
		size_t size;
		e = file_read(ps->arena, paths[i], DATAFILE_MAX, &bytes, &size, err);
		if (e == ERR_NONE)
			e = datafile_load(
				paths[i], bytes, size, &file_schema, (void **)&file, err);
		if (e != ERR_NONE)
			break;
		struct source s = {ps->arena, paths[i], bytes, err};
		e = take_file(&s, file, &p);
		if (e == ERR_NONE)
			e = add(ps, &s, &p, shipped);
		datafile_free(&file_schema, file);
	}
	return e;
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct provider *)a)->id, ((const struct provider *)b)->id);
}

int
providers_load(
	const char *dir, const char *site_dir, struct providers **ret, struct err *err)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return err_set(
			err, ERR_RETRY, "no_memory", "not enough memory for providers");
	struct providers *ps = arena_one(a, struct providers);
	ps->arena = a;
	atomic_init(&ps->refs, 1);
	ps->list = arena_many(a, struct provider, MAX_PROVIDERS);
	int e = load_directory(ps, dir, err);
	if (e == ERR_NONE && site_dir != NULL)
		e = load_directory(ps, site_dir, err);
	if (e != ERR_NONE) {
		arena_free(a);
		return e;
	}
	qsort(ps->list, ps->n, sizeof *ps->list, by_id);
	*ret = ps;
	return ERR_NONE;
}

/* The count is all that changes of a set that is loaded. */
const struct providers *
providers_ref(const struct providers *ps)
{
	if (ps != NULL)
		atomic_fetch_add(&((struct providers *)ps)->refs, 1);
	return ps;
}

void
providers_free(const struct providers *ps)
{
	struct providers *mine = (struct providers *)ps;
	if (mine != NULL && atomic_fetch_sub(&mine->refs, 1) == 1)
		arena_free(mine->arena);
}

const struct provider *
providers_find(const struct providers *ps, const char *id)
{
	struct provider key = {.id = id};
	return id == NULL ? NULL
			  : bsearch(&key, ps->list, ps->n, sizeof *ps->list, by_id);
}

size_t
providers_count(const struct providers *ps)
{
	return ps->n;
}

const struct provider *
providers_at(const struct providers *ps, size_t i)
{
	return &ps->list[i];
}
