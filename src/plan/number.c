/*
 * Which numbers are never dialled. What stands in this file is lifted by no setting; the
 * tables err on the side of refusing.
 */
#include <string.h>

#include "base/utf8.h"
#include "plan/build.h"

enum {
	TEXT_MAX_BYTES = 64,
	SHORT_DIGITS = 7,     /* fewer are service codes wherever they are */
	EMERGENCY_DIGITS = 8, /* 00 and the longest of them */
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* National emergency and crisis numbers of the world, and what dials like one. */
static const char *const emergency[] = {"911", "112", "999", "000", "988", "08", "14",
	"15", "17", "18", "19", "01", "02", "03", "04", "060", "061", "062", "065", "066",
	"080", "085", "088", "089", "091", "092", "100", "101", "102", "103", "104",
	"105", "106", "107", "108", "109", "110", "111", "113", "114", "115", "116",
	"117", "118", "119", "120", "121", "122", "123", "125", "127", "128", "129",
	"130", "131", "132", "133", "140", "144", "147", "150", "151", "153", "154",
	"155", "156", "157", "158", "159", "160", "161", "165", "166", "171", "177",
	"180", "185", "190", "191", "192", "193", "194", "195", "196", "197", "198",
	"199", "990", "991", "992", "993", "994", "995", "996", "997", "998", "1122",
	"1414", "1669", "10111", "10177", "116117", "116123"};

/* Country codes of no country: satellite, global and shared services, and what the ITU
 * has not assigned (ITU-T E.164, list of assigned country codes). */
static const char *const global[] = {"210", "214", "215", "217", "219", "259", "28",
	"384", "422", "424", "425", "426", "427", "428", "429", "693", "694", "695",
	"696", "697", "698", "699", "801", "802", "803", "804", "805", "806", "807",
	"808", "809", "83", "851", "854", "857", "858", "859", "87", "881", "882", "883",
	"884", "885", "887", "888", "889", "89", "969", "978", "979", "990", "991", "997",
	"999"};

/* Premium, shared-cost, personal and directory numbers, beside those that libphonenumber
 * knows: each a country code and what follows it in that country's numbering plan. */
static const char *const premium[] = {"1900", "3090", "3118", "3190", "3270", "3290",
	"33118", "3381", "3382", "3389", "34118", "34803", "34806", "34807", "34901",
	"34902", "34905", "34907", "35160", "353118", "35315", "358600", "358700",
	"35990", "3690", "38690", "39144", "39166", "39178", "39199", "3984", "3989",
	"4090", "4118", "4184", "4190", "42090", "42190", "43118", "4381", "4382", "4390",
	"4393", "44118", "4470", "4484", "4487", "449", "4590", "46900", "46939", "46944",
	"4699", "4782", "4830", "4870", "4912", "49118", "49137", "49180", "49190",
	"49700", "49900", "52900", "55300", "55500", "55900", "6119", "64900", "65190",
	"7803", "7809", "81180", "81570", "81990", "8260", "852900", "90898", "90900",
	"9721900"};

/* Where no trunk digit stands before a subscriber's number, a switch that cuts off its
 * own country code would come to these: no subscriber's number begins so. */
static const char *const emergency_within[] = {"30112", "34112", "351112", "352112",
	"354112", "356112", "357112", "371112", "372112", "39112", "39113", "39118",
	"420112", "45112", "47112", "48112", "48999", "52911", "65995", "65999", "852999",
	"853999"};

/* Digits of other scripts, so that they are told for what they are. */
static const unsigned zeros[] = {'0', 0x660, 0x6f0, 0x966, 0xff10};

/* A text reduced to its digits. */
struct spelling {
	char all[TEXT_MAX_BYTES + 1];
	size_t n_all;
	char head[TEXT_MAX_BYTES + 1]; /* those before anything that ends a number */
	size_t n_head;
	bool plus; /* international: '+' stands before the first digit */
	bool letters, codes;
};

static int
digit_of(unsigned c)
{
	for (size_t i = 0; i < COUNT(zeros); i++)
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int)(c - zeros[i]);
	return -1;
}

static void
spell(const char *text, size_t n, struct spelling *ret)
{
	bool head = true;
	unsigned c;
	*ret = (struct spelling){.plus = false};
	if (n > 4 && strncmp(text, "tel:", 4) == 0) {
		text += 4;
		n -= 4;
		ret->letters = true;
	}
	for (size_t i = 0; i < n;) {
		i += utf8_next(text + i, n - i, &c);
		int digit = digit_of(c);
		if (digit >= 0) {
			ret->all[ret->n_all++] = (char)('0' + digit);
			if (head)
				ret->head[ret->n_head++] = (char)('0' + digit);
			continue;
		}
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
		ret->letters |= letter;
		ret->codes |= c == '*' || c == '#';
		if (c == '+' && ret->n_all == 0)
			ret->plus = true;
		else if (ret->n_all > 0)
			head &= !letter && c != ',' && c != ';' && c != '*' && c != '#' &&
				c != '+';
	}
}

static bool
is_one_of(const char *s, size_t n, const char *const *list, size_t n_list)
{
	for (size_t i = 0; i < n_list; i++)
		if (strlen(list[i]) == n && memcmp(list[i], s, n) == 0)
			return true;
	return false;
}

static bool
begins_as(const char *digits, const char *const *list, size_t n_list)
{
	for (size_t i = 0; i < n_list; i++)
		if (strncmp(digits, list[i], strlen(list[i])) == 0)
			return true;
	return false;
}

/* Behind up to three digits that reach an outside line or a trunk: "9911", "00112". */
static bool
is_emergency(const char *digits, size_t n)
{
	if (n > EMERGENCY_DIGITS)
		return false;
	for (size_t skip = 0; skip <= 3 && skip < n; skip++) {
		if (is_one_of(digits + skip, n - skip, emergency, COUNT(emergency)))
			return true;
		if (strchr("0189", digits[skip]) == NULL)
			break;
	}
	return false;
}

/* The digits from the country code on, where the text has one. */
static const char *
international(const struct spelling *s, const char *country)
{
	bool nanp = country != NULL &&
		    (strcmp(country, "US") == 0 || strcmp(country, "CA") == 0);
	if (s->plus)
		return s->head;
	if (strncmp(s->head, "00", 2) == 0)
		return s->head + 2;
	return nanp && strncmp(s->head, "011", 3) == 0 ? s->head + 3 : "";
}

static enum number_verdict
check_digits(const char *digits)
{
	if (begins_as(digits, emergency_within, COUNT(emergency_within)))
		return NUMBER_EMERGENCY;
	if (begins_as(digits, global, COUNT(global)))
		return NUMBER_SATELLITE;
	if (begins_as(digits, premium, COUNT(premium)))
		return NUMBER_PREMIUM;
	return NUMBER_OK;
}

/*
 * +1: an area code or an exchange is NXX with N from 2 to 9, and never N11, which
 * switches take for a service before the rest is dialled (nanpa.com). 976 and 555-1212
 * cost extra in every area; area codes that are no country's are carriers' and personal
 * numbers.
 */
static enum number_verdict
check_nanp(const struct phone *p)
{
	const char *area = p->e164 + 2, *exchange = p->e164 + 5;
	if (strlen(p->e164) != 12)
		return NUMBER_INVALID;
	if (memcmp(area, "911", 3) == 0 || memcmp(exchange, "911", 3) == 0)
		return NUMBER_EMERGENCY;
	if (area[0] < '2' || memcmp(area + 1, "11", 2) == 0 || area[1] == '9' ||
		exchange[0] < '2' || memcmp(exchange + 1, "11", 2) == 0)
		return NUMBER_INVALID;
	if (memcmp(exchange, "976", 3) == 0 || strcmp(exchange, "5551212") == 0 ||
		p->country[0] == '\0')
		return NUMBER_PREMIUM;
	return NUMBER_OK;
}

static enum number_verdict
check_phone(const struct phone *p)
{
	enum number_verdict v = check_digits(p->e164 + 1);
	if (v == NUMBER_OK && p->country_code == 1)
		v = check_nanp(p);
	if (v == NUMBER_OK && (p->kind == PHONE_PREMIUM || p->kind == PHONE_OTHER))
		v = NUMBER_PREMIUM;
	return v;
}

static enum number_verdict
check_spelling(const struct spelling *s, const char *country)
{
	if (is_emergency(s->all, s->n_all) || is_emergency(s->head, s->n_head))
		return NUMBER_EMERGENCY;
	enum number_verdict v = check_digits(international(s, country));
	if (v != NUMBER_OK)
		return v;
	if (s->codes || s->letters || s->n_all == 0)
		return NUMBER_INVALID;
	/* seven alone are a subscriber's, without the area that they need */
	if (s->n_all < SHORT_DIGITS || (s->n_all == SHORT_DIGITS && !s->plus))
		return NUMBER_SHORT;
	return NUMBER_OK;
}

enum number_verdict
number_check(const char *text, const struct policy *policy, struct phone *ret)
{
	struct spelling s;
	struct phone phone;
	size_t n = strnlen(text, TEXT_MAX_BYTES + 1);
	if (n > TEXT_MAX_BYTES)
		return NUMBER_INVALID;
	spell(text, n, &s);
	enum number_verdict v = check_spelling(&s, policy->country);
	if (v != NUMBER_OK)
		return v;
	if (!phone_parse(text, n, policy->country, &phone))
		return NUMBER_INVALID;
	v = check_phone(&phone);
	if (v != NUMBER_OK)
		return v;
	if (ret != NULL)
		*ret = phone;
	return policy_allows(policy, phone.country) ? NUMBER_OK : NUMBER_COUNTRY;
}

static const char *const verdicts[] = {
	[NUMBER_OK] = "ok",
	[NUMBER_INVALID] = "invalid",
	[NUMBER_EMERGENCY] = "emergency",
	[NUMBER_SHORT] = "short",
	[NUMBER_PREMIUM] = "premium",
	[NUMBER_SATELLITE] = "satellite",
	[NUMBER_COUNTRY] = "country",
};

const char *
number_verdict_name(enum number_verdict v)
{
	return verdicts[v];
}

/*
 * A device may hand the user of an address to a telephone gateway. A meeting's ID is digits
 * too; what is not is a '+', a service code, and an emergency number behind digits that
 * reach an outside line.
 */
bool
user_is_number(const char *user)
{
	static const char *const worst[] = {"911", "112", "999", "000"};
	size_t n = strlen(user);
	if (user[0] == '+')
		return true;
	if (strspn(user, "0123456789") != n || n < 2 || n > 5)
		return false;
	if (n <= 3)
		return strcmp(user + n - 2, "11") == 0 ||
		       is_one_of(user, n, emergency, COUNT(emergency));
	return strspn(user, "019") >= n - 3 &&
	       is_one_of(user + n - 3, 3, worst, COUNT(worst));
}
