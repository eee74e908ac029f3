#include <string.h>

#include "base/buf.h"
#include "sim/exchange_store.h"

enum { NOISE = 78, MAILBOX = 13, NUMBER = 8, ORIGINAL = 12 };

/* Thirty-two digits of which each two differ in case alone: whoever compares ids without
 * regard to it takes one meeting for another. */
static const char digits[] = "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp";

static char *
put_number(char *out, unsigned long long v, int n)
{
	for (int i = n - 1; i >= 0; i--, v /= 32)
		out[i] = digits[v % 32];
	return out + n;
}

static bool
get_number(const char **in, int n, unsigned long long *ret)
{
	unsigned long long v = 0;
	for (; n > 0; n--, (*in)++) {
		const char *d = **in != '\0' ? strchr(digits, **in) : NULL;
		if (d == NULL)
			return false;
		v = v * 32 + (unsigned long long)(d - digits);
	}
	*ret = v;
	return true;
}

static char *
put_noise(char *out, unsigned long long seed, int n)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (int i = 0; i < n; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		*out++ = letters[seed >> 58];
	}
	return out;
}

static const char *
make_id(const struct room *r, unsigned number, int64_t original, char ret[ID_TEXT])
{
	char *p = ret;
	memcpy(p, "AAMkA", 5);
	p = put_noise(p + 5, r->key, NOISE);
	p = put_number(p, r->key, MAILBOX);
	p = put_number(p, number, NUMBER);
	p = put_number(p, (unsigned long long)original, ORIGINAL);
	memcpy(p, "AAA=", 5);
	return ret;
}

const char *
item_id(const struct room *r, const struct occurrence *o, char ret[ID_TEXT])
{
	return make_id(r, o->meeting->number, o->original, ret);
}

const char *
folder_id(const struct room *r, char ret[ID_TEXT])
{
	return make_id(r, 0, 0, ret);
}

const char *
change_key(const struct room *r, unsigned long version, char ret[KEY_TEXT])
{
	char *p = ret;
	memcpy(p, "DwAAABYAAAB", 11);
	p = put_noise(p + 11, ~r->key, 17);
	p = put_number(p, version, 8);
	memcpy(p, "AAA=", 5);
	return ret;
}

/* Is there such an occurrence? */
static bool
find_occurrence(const struct room *r, unsigned long long number, int64_t original,
	struct occurrence *ret)
{
	const struct meeting *m = room_meeting(r, (unsigned)number);
	if (m == NULL || original != 0)
		return m != NULL && occurrence_at(m, original, ret);
	*ret = (struct occurrence){.meeting = m, .start = m->start, .end = m->end};
	return true;
}

enum id_kind
find_id(const struct store *s, const char *id, const struct room **ret_r,
	struct occurrence *ret_o)
{
	unsigned long long key, number, original;
	char again[ID_TEXT];
	if (strlen(id) != ID_LENGTH)
		return ID_MALFORMED;
	const char *p = id + 5 + NOISE;
	if (!get_number(&p, MAILBOX, &key) || !get_number(&p, NUMBER, &number) ||
		!get_number(&p, ORIGINAL, &original) || original > INT64_MAX)
		return ID_MALFORMED;
	struct room like = {.key = key};
	if (strcmp(make_id(&like, (unsigned)number, (int64_t)original, again), id) != 0)
		return ID_MALFORMED;
	const struct room *r = calendars_room_of(&s->calendars, key);
	if (r == NULL)
		return ID_ABSENT;
	*ret_r = r;
	if (number == 0)
		return ID_FOLDER;
	return find_occurrence(r, number, (int64_t)original, ret_o) ? ID_ITEM : ID_ABSENT;
}

/* MS-OXOCAL 2.2.1.27: the bytes that every GlobalObjectId begins with, then our own. One
 * that nobody organized is the room's own. */
void
put_uid(struct buf *b, const struct room *r, const struct meeting *m)
{
	const char *whose = m->organizer != NULL ? m->organizer : r->mailbox;
	unsigned long long h = hash_text(hash_text(0, whose), m->name);
	buf_str(b, "040000008200E00074C5B7101A82E00800000000");
	for (int i = 0; i < 4; i++, h = h * 6364136223846793005u + 1)
		buf_printf(b, "%016llX", h);
	buf_str(b, "00000000");
}
