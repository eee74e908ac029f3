#include "slot.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

/* The characters of each slot beside letters and digits; NULL: digits alone. */
static const struct {
	const char *name;
	size_t max;
	const char *also;
} slots[N_SLOTS] = {
	[SLOT_URL] = {"url", 2048, "-._~:/?#[]@!$&'()*+,;=%"},
	[SLOT_MEETING_ID] = {"meeting_id", 64, "-._"},
	[SLOT_PASSCODE] = {"passcode", 128, ""},
	[SLOT_PHONE_ID] = {"phone_id", 24, NULL},
	[SLOT_PHONE_PIN] = {"phone_pin", 24, NULL},
	[SLOT_VIDEO_ID] = {"video_id", 24, NULL},
	[SLOT_TENANT] = {"tenant", 64, "-._"},
	[SLOT_GATEWAY] = {"gateway", 253, "-."},
	[SLOT_SITE] = {"site", 200, "-."},
	[SLOT_NAME] = {"name", 128, "-._~@+"},
	[SLOT_SIP] = {"sip", 254, "-._+@"},
	[SLOT_H323] = {"h323", 15, "."},
};

const char *
slot_name(enum slot slot)
{
	return slots[slot].name;
}

bool
slot_find(const char *name, size_t n, enum slot *ret)
{
	for (enum slot s = 0; s < N_SLOTS; s++) {
		if (strlen(slots[s].name) != n || memcmp(slots[s].name, name, n) != 0)
			continue;
		*ret = s;
		return true;
	}
	return false;
}

size_t
slot_max(enum slot slot)
{
	return slots[slot].max;
}

static bool
passcode_allows(const char *value, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		unsigned c;
		len = utf8_next(value + i, n - i, &c);
		/* controls, spaces of every width, and marks that turn or hide text */
		if (c == UTF8_BAD || c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0xad ||
			(c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
			(c >= 0x205f && c <= 0x206f) || c == 0x3000 || c == 0xfeff)
			return false;
	}
	return true;
}

/* The dots at the front of a path's segment, however they are written; `ret` is how many. */
static const char *
skip_dots(const char *s, size_t *ret)
{
	for (*ret = 0; *s == '.' || strncasecmp(s, "%2e", 3) == 0; ++*ret)
		s += *s == '.' ? 1 : 3;
	return s;
}

bool
slot_path_climbs(const char *path)
{
	size_t end = strcspn(path, "?#"), dots;
	for (const char *s = path; s < path + end; s++) {
		if (*s != '/')
			continue;
		const char *after = skip_dots(s + 1, &dots);
		if ((dots == 1 || dots == 2) && (after == path + end || *after == '/'))
			return true;
	}
	return false;
}

bool
slot_allows(enum slot slot, const char *value, size_t n)
{
	if (n == 0 || n > slots[slot].max)
		return false;
	if (slot == SLOT_PASSCODE)
		return passcode_allows(value, n);
	const char *also = slots[slot].also;
	for (size_t i = 0; i < n; i++) {
		char c = value[i];
		if (c >= '0' && c <= '9')
			continue;
		if (also == NULL || c == '\0')
			return false;
		if (!((c | 32) >= 'a' && (c | 32) <= 'z') && strchr(also, c) == NULL)
			return false;
	}
	return slot != SLOT_URL ||
	       (strncmp(value, "https://", 8) == 0 && !slot_path_climbs(value));
}
