#include "base/charset.h"

#include <string.h>
#include <strings.h>
#include <unicode/uclean.h>
#include <unicode/ucnv.h>
#include <unicode/udata.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

enum { MAX_NAME = 40, LOOKED_AT = 256, META_WITHIN = 1024 };

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
	{"koi8-r", "koi8-r"},
	{"koi8-u", "koi8-u"},
	{"ibm866", "ibm866"},
	{"macintosh", "macintosh"},
	{"iso-2022-jp", "iso-2022-jp-2"},
	{"iso-2022-jp-1", "iso-2022-jp-2"},
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

/* What a byte order mark says, or where the NULs of ASCII in UTF-16 are; NULL: nothing.
 */
static const char *
by_mark(const char *s, size_t n)
{
	size_t nul[2] = {0};
	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		return "utf-8";
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

static char *
repair_utf8(struct arena *a, const char *s, size_t n, size_t *ret_size)
{
	*ret_size = n;
	if (utf8_valid(s, n))
		return arena_strndup(a, s, n);
	struct buf to;
	buf_init(&to, a);
	for (size_t i = 0; i < n;) {
		unsigned cp;
		size_t len = utf8_next(s + i, n - i, &cp);
		buf_utf8(&to, cp);
		i += len;
	}
	*ret_size = to.n;
	return to.s;
}

/* ISO 8859-16 is Latin-1 but for these; ICU as Debian builds it lacks it. */
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

static char *
read_latin10(struct arena *a, const char *s, size_t n, size_t *ret_size)
{
	uint16_t table[256];
	struct buf to;
	for (unsigned c = 0; c < 256; c++)
		table[c] = (uint16_t)c;
	for (size_t i = 0; i < sizeof latin10 / sizeof *latin10; i++)
		table[latin10[i].at] = latin10[i].is;
	buf_init(&to, a);
	for (size_t i = 0; i < n; i++)
		buf_utf8(&to, table[(unsigned char)s[i]]);
	*ret_size = to.n;
	return to.s;
}

/* NULL when ICU cannot. */
static char *
convert(struct arena *a, const char *charset, const char *s, size_t n, size_t *ret_size)
{
	UErrorCode e = U_ZERO_ERROR;
	if (n > INT32_MAX / 4)
		return NULL;
	UConverter *c = ucnv_open(charset, &e);
	if (U_FAILURE(e))
		return NULL;
	size_t room = n * 3 + 16;
	char *out = arena_alloc(a, room);
	int32_t size = ucnv_toAlgorithmic(
		UCNV_UTF8, c, out, (int32_t)room - 1, s, (int32_t)n, &e);
	ucnv_close(c);
	if (U_FAILURE(e) || size < 0)
		return NULL;
	out[size] = '\0';
	*ret_size = (size_t)size;
	return out;
}

/* Without a byte order mark and NULs. */
static char *
tidy(char *s, size_t *size)
{
	for (size_t i = 0; i < *size; i++)
		if (s[i] == '\0')
			s[i] = ' ';
	if (*size < 3 || memcmp(s, "\xef\xbb\xbf", 3) != 0)
		return s;
	*size -= 3;
	return s + 3;
}

char *
charset_text(struct arena *a, const char *name, const char *s, size_t n, size_t *ret_size)
{
	const char *charset = by_mark(s, n);
	char *text = NULL;
	if (charset == NULL && name != NULL)
		charset = find(name);
	if (charset == NULL && name != NULL && strcasecmp(name, "iso-8859-16") == 0)
		text = read_latin10(a, s, n, ret_size);
	else if (charset == NULL && !utf8_valid(s, n))
		text = convert(a, "windows-1252", s, n, ret_size);
	else if (charset != NULL && strcmp(charset, "utf-8") != 0)
		text = convert(a, charset, s, n, ret_size);
	if (text == NULL)
		text = repair_utf8(a, s, n, ret_size);
	return tidy(text, ret_size);
}

/* The length of `word` when it stands at s, in any case; else 0. */
static size_t
word_at(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word);
	return n >= len && strncasecmp(s, word, len) == 0 ? len : 0;
}

/* The charset that a <meta> names, within its n bytes. False: none. */
static bool
charset_of_meta(const char *s, size_t n, char ret[MAX_NAME + 1])
{
	for (size_t i = 0; i < n; i++) {
		size_t len = word_at(s + i, n - i, "charset");
		if (len == 0)
			continue;
		for (i += len; i < n && (s[i] == ' ' || s[i] == '=' || s[i] == '"' ||
						s[i] == '\'');
			i++)
			;
		len = strcspn(s + i, " \t\r\n;\"'>/");
		if (len == 0 || len > MAX_NAME || len > n - i)
			return false;
		memcpy(ret, s + i, len);
		ret[len] = '\0';
		return true;
	}
	return false;
}

char *
charset_html(struct arena *a, const char *name, const char *s, size_t n, size_t *ret_size)
{
	char found[MAX_NAME + 1];
	size_t looked_at = n < META_WITHIN ? n : META_WITHIN;
	char *head = arena_strndup(a, s, looked_at);
	for (size_t i = 0; name == NULL && i < looked_at; i++) {
		if (word_at(head + i, looked_at - i, "<meta") == 0)
			continue;
		size_t len = strcspn(head + i, ">");
		/* what names itself in ASCII cannot be UTF-16 */
		if (charset_of_meta(head + i, len, found))
			name = word_at(found, strlen(found), "utf-16") != 0 ? "utf-8"
									    : found;
	}
	return charset_text(a, name, s, n, ret_size);
}
