#include "base/charset.h"

#include <string.h>
#include <strings.h>
#include <unicode/uclean.h>
#include <unicode/ucnv.h>
#include <unicode/udata.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

enum { MAX_NAME = 40, LOOKED_AT = 256 };

/* What is read, by any name that ICU knows it by; and what it is read as. */
static const struct {
	const char *name, *read_as;
} charsets[] = {
	{"utf-8", "utf-8"},
	{"utf-16", "utf-16"},
	{"utf-16le", "utf-16le"},
	{"utf-16be", "utf-16be"},
	{"utf-7", "utf-7"},
	{"us-ascii", NULL}, /* often UTF-8 all the same */
	{"iso-8859-1", "windows-1252"},
	{"iso-8859-2", "iso-8859-2"},
	{"iso-8859-3", "iso-8859-3"},
	{"iso-8859-4", "iso-8859-4"},
	{"iso-8859-5", "iso-8859-5"},
	{"iso-8859-6", "iso-8859-6"},
	{"iso-8859-7", "iso-8859-7"},
	{"iso-8859-8", "iso-8859-8"},
	{"iso-8859-9", "windows-1254"},
	{"iso-8859-10", "iso-8859-10"},
	{"iso-8859-11", "windows-874"},
	{"iso-8859-13", "iso-8859-13"},
	{"iso-8859-14", "iso-8859-14"},
	{"iso-8859-15", "iso-8859-15"},
	{"windows-874", "windows-874"},
	{"windows-1250", "windows-1250"},
	{"windows-1251", "windows-1251"},
	{"windows-1252", "windows-1252"},
	{"windows-1253", "windows-1253"},
	{"windows-1254", "windows-1254"},
	{"windows-1255", "windows-1255"},
	{"windows-1256", "windows-1256"},
	{"windows-1257", "windows-1257"},
	{"windows-1258", "windows-1258"},
	{"koi8-r", "koi8-u"},
	{"koi8-u", "koi8-u"},
	{"ibm866", "ibm866"},
	{"macintosh", "macintosh"},
	{"iso-2022-jp", "iso-2022-jp-2"},
	{"iso-2022-jp-2", "iso-2022-jp-2"},
	{"shift_jis", "windows-31j"},
	{"euc-jp", "euc-jp"},
	{"gb2312", "gb18030"},
	{"gbk", "gb18030"},
	{"gb18030", "gb18030"},
	{"big5", "windows-950"},
	{"cp950", "windows-950"},
	{"big5-hkscs", "big5-hkscs"},
	{"euc-kr", "windows-949"},
	{"ks_c_5601-1987", "windows-949"},
	{"iso-2022-kr", "iso-2022-kr"},
};

void
charset_setup(void)
{
	UErrorCode e = U_ZERO_ERROR;
	udata_setFileAccess(UDATA_NO_FILES, &e);
	u_init(&e);
}

/* ICU's own name for it, whichever alias was given; NULL when it knows none such. */
static const char *
canonical(const char *name)
{
	UErrorCode e = U_ZERO_ERROR;
	const char *found = ucnv_getAlias(name, 0, &e);
	if (found == NULL && strncasecmp(name, "x-", 2) == 0) {
		e = U_ZERO_ERROR;
		found = ucnv_getAlias(name + 2, 0, &e);
	}
	return found;
}

/* What ICU reads `name` as; NULL: by what is in the text. */
static const char *
find(const char *name)
{
	const char *wanted = strlen(name) <= MAX_NAME ? canonical(name) : NULL;
	for (size_t i = 0; wanted != NULL && i < sizeof charsets / sizeof *charsets;
		i++) {
		const char *own = canonical(charsets[i].name);
		if (own != NULL && strcmp(own, wanted) == 0)
			return charsets[i].read_as;
	}
	return NULL;
}

/* "utf-16le" or "utf-16be" by a byte order mark, or by where the NULs of ASCII are. */
static const char *
utf16(const char *s, size_t n)
{
	size_t nul[2] = {0};
	if (n >= 2 && memcmp(s, "\xff\xfe", 2) == 0)
		return "utf-16le";
	if (n >= 2 && memcmp(s, "\xfe\xff", 2) == 0)
		return "utf-16be";
	if (n > LOOKED_AT)
		n = LOOKED_AT;
	for (size_t i = 0; i < n; i++)
		nul[i % 2] += s[i] == '\0';
	if (nul[1] > n / 4 && nul[0] == 0)
		return "utf-16le";
	return nul[0] > n / 4 && nul[1] == 0 ? "utf-16be" : NULL;
}

static void
repair_utf8(struct buf *to, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned cp;
		size_t len = utf8_next(s + i, n - i, &cp);
		buf_utf8(to, cp);
		i += len;
	}
}

/*
 * ISO 8859-16 is Latin-1 but for these; ICU as Debian builds it lacks it.
 */
static const struct {
	unsigned char at;
	uint16_t is;
} latin10[] = {{0xa1, 0x104}, {0xa2, 0x105}, {0xa3, 0x141}, {0xa4, 0x20ac},
	{0xa5, 0x201e}, {0xa6, 0x160}, {0xa8, 0x161}, {0xaa, 0x218}, {0xac, 0x179},
	{0xae, 0x17a}, {0xaf, 0x17b}, {0xb2, 0x10c}, {0xb3, 0x142}, {0xb4, 0x17d},
	{0xb5, 0x201d}, {0xb8, 0x17e}, {0xb9, 0x10d}, {0xba, 0x219}, {0xbc, 0x152},
	{0xbd, 0x153}, {0xbe, 0x178}, {0xbf, 0x17c}, {0xc3, 0x102}, {0xc5, 0x106},
	{0xd0, 0x110}, {0xd1, 0x143}, {0xd5, 0x150}, {0xd7, 0x15a}, {0xd8, 0x170},
	{0xdd, 0x118}, {0xde, 0x21a}, {0xe3, 0x103}, {0xe5, 0x107}, {0xf0, 0x111},
	{0xf1, 0x144}, {0xf5, 0x151}, {0xf7, 0x15b}, {0xf8, 0x171}, {0xfd, 0x119},
	{0xfe, 0x21b}};

static void
read_latin10(struct buf *to, const char *s, size_t n)
{
	uint16_t table[256];
	for (unsigned c = 0; c < 256; c++)
		table[c] = (uint16_t)c;
	for (size_t i = 0; i < sizeof latin10 / sizeof *latin10; i++)
		table[latin10[i].at] = latin10[i].is;
	for (size_t i = 0; i < n; i++)
		buf_utf8(to, table[(unsigned char)s[i]]);
}

/* False when ICU cannot: then nothing was added. */
static bool
convert(struct buf *to, const char *charset, const char *s, size_t n)
{
	UErrorCode e = U_ZERO_ERROR;
	UConverter *c = ucnv_open(charset, &e);
	if (U_FAILURE(e) || n > INT32_MAX / 4)
		return ucnv_close(c), false;
	size_t room = n * 3 + 16;
	char *out = arena_alloc(to->arena, room);
	int32_t size =
		ucnv_toAlgorithmic(UCNV_UTF8, c, out, (int32_t)room, s, (int32_t)n, &e);
	ucnv_close(c);
	if (U_FAILURE(e) || size < 0)
		return false;
	repair_utf8(to, out, (size_t)size);
	return true;
}

static void
read_as(struct buf *to, const char *charset, const char *s, size_t n)
{
	if (strcmp(charset, "utf-8") == 0)
		repair_utf8(to, s, n);
	else if (!convert(to, charset, s, n))
		repair_utf8(to, s, n);
}

char *
charset_text(struct arena *a, const char *name, const char *s, size_t n, size_t *ret_size)
{
	struct buf to;
	buf_init(&to, a);
	const char *wide = utf16(s, n);
	const char *charset = name != NULL ? find(name) : NULL;
	if (wide != NULL && (charset == NULL || strcmp(charset, "utf-16") == 0))
		charset = wide;
	if (charset != NULL)
		read_as(&to, charset, s, n);
	else if (name != NULL && strcasecmp(name, "iso-8859-16") == 0)
		read_latin10(&to, s, n);
	else
		read_as(&to, utf8_valid(s, n) ? "utf-8" : "windows-1252", s, n);
	for (size_t i = 0; i < to.n; i++)
		if (to.s[i] == '\0')
			to.s[i] = ' ';
	bool marked = to.n >= 3 && memcmp(to.s, "\xef\xbb\xbf", 3) == 0;
	*ret_size = to.n - (marked ? 3 : 0);
	return to.s + (marked ? 3 : 0);
}
