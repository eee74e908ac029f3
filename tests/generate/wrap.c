/* Link wrappers, as mail gateways write them. */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "generate/parts.h"

static void
escape(struct buf *b, const char *s, char mark)
{
	for (; *s != '\0'; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s) != NULL)
			buf_char(b, *s);
		else
			buf_printf(b, "%c%02X", mark, (unsigned char)*s);
}

static const char *
wrap_query(struct arena *a, const char *before, const char *url, const char *after)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, before);
	escape(&b, url, '%');
	buf_str(&b, after);
	return b.s;
}

static const char *
safelinks(struct arena *a, const char *url)
{
	return wrap_query(a, "https://nam12.safelinks.protection.outlook.com/?url=", url,
		"&data=05%7C02%7Cann%40example.com%7C6f1e2d3c4b5a%7C0%7C0%7C638900000000000000"
		"%7CUnknown%7CTWFpbGZsb3d8&sdata=AbCdEf0123456789%3D&reserved=0");
}

static const char *
google(struct arena *a, const char *url)
{
	return wrap_query(a, "https://www.google.com/url?q=", url,
		"&sa=D&source=calendar&usg=AOvVaw0123456789");
}

/* v2: '-' for '%', '_' for '/'; what is neither stays. */
static const char *
proofpoint_v2(struct arena *a, const char *url)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, "https://urldefense.proofpoint.com/v2/url?u=");
	for (; *url != '\0'; url++)
		if (*url == '/')
			buf_char(&b, '_');
		else if (isalnum((unsigned char)*url) || *url == '.')
			buf_char(&b, *url);
		else
			buf_printf(&b, "-%02X", (unsigned char)*url);
	buf_str(&b, "&d=DwMFaQ&c=AbCdEf&r=GhIjKl&m=MnOpQr&s=StUvWx&e=");
	return b.s;
}

/* v3: a '*' for each '#', which the list behind gives back. */
static const char *
proofpoint_v3(struct arena *a, const char *url)
{
	struct buf b;
	size_t stars = 0;
	buf_init(&b, a);
	buf_str(&b, "https://urldefense.com/v3/__");
	for (; *url != '\0'; url++) {
		bool star = *url == '#' && stars < 2;
		stars += star;
		buf_char(&b, star ? '*' : *url);
	}
	buf_printf(&b, "__;%s!!AbC012!dEfGhIjK$",
		stars == 0   ? ""
		: stars == 1 ? "Iw"
			     : "IyM");
	return b.s;
}

static const char *
cisco(struct arena *a, const char *url)
{
	return wrap_query(a, "https://secure-web.cisco.com/1AbCdEfGhIjK/", url, "");
}

static const char *
barracuda(struct arena *a, const char *url)
{
	return wrap_query(
		a, "https://linkprotect.cudasvc.com/url?a=", url, "&c=E,1,AbCd&typo=1");
}

static const char *
mimecast(struct arena *a, const char *url)
{
	return arena_printf(a,
		"https://protect-us.mimecast.com/s/AbCdEfGhIj%zu?domain=example.com",
		strlen(url));
}

static const char *
nested(struct arena *a, const char *url)
{
	return safelinks(a, proofpoint_v2(a, url));
}

static const char *
nested_google(struct arena *a, const char *url)
{
	return google(a, safelinks(a, url));
}

static const struct wrapper wrappers[] = {{"safelinks", safelinks, false},
	{"safelinks", safelinks, false}, {"google", google, false},
	{"proofpoint-v2", proofpoint_v2, false}, {"proofpoint-v3", proofpoint_v3, false},
	{"cisco", cisco, false}, {"barracuda", barracuda, false},
	{"mimecast", mimecast, true}, {"safelinks+proofpoint", nested, false},
	{"google+safelinks", nested_google, false}};

const struct wrapper *
wrapper_pick(struct dice *d)
{
	if (chance(d, 60))
		return NULL;
	return &wrappers[dice_roll(d, sizeof wrappers / sizeof *wrappers)];
}
