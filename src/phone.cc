#include "phone.h"

#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <string>

#include <phonenumbers/phonenumberutil.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

/* Area codes of +1 that are not the United States': those that our data may not know yet, and
 * those of islands, where a call costs more than people expect (nanpa.com, "area code map"). */
const struct {
	const char *country, *areas;
} nanp[] = {
	{"AG", "268"}, {"AI", "264"}, {"AS", "684"}, {"BB", "246"}, {"BM", "441"}, {"BS", "242"},
	{"DM", "767"}, {"DO", "809 829 849"}, {"GD", "473"}, {"GU", "671"}, {"JM", "658 876"},
	{"KN", "869"}, {"KY", "345"}, {"LC", "758"}, {"MP", "670"}, {"MS", "664"},
	{"PR", "787 939"}, {"SX", "721"}, {"TC", "649"}, {"TT", "868"}, {"VC", "784"},
	{"VG", "284"}, {"VI", "340"},
	{"CA", "204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 403 416 418 428 431 "
	       "437 438 450 468 474 506 514 519 548 579 581 584 587 604 613 639 647 672 683 705 "
	       "709 742 753 778 780 782 807 819 825 867 873 879 902 905 942"},
	/* carriers', government's and personal numbers: no country's */
	{"", "500 521 522 523 524 525 526 527 528 529 533 544 566 577 588 600 622 633 644 655 677 "
	     "688 700 710"},
};

/* What people write beside the names that ICU has. */
const struct {
	const char *name, *country;
} aliases[] = {
	{"usa", "US"}, {"u.s.", "US"}, {"u.s.a.", "US"}, {"united states of america", "US"},
	{"america", "US"}, {"vereinigte staaten von amerika", "US"},
	{"\xc3\x89tats-unis d'am\xc3\xa9rique", "US"}, {"estados unidos de am\xc3\xa9rica", "US"},
	{"uk", "GB"}, {"great britain", "GB"}, {"england", "GB"}, {"korea", "KR"},
	{"republic of korea", "KR"}, {"korea, republic of", "KR"}, {"hong kong", "HK"},
	{"hongkong", "HK"}, {"czech republic", "CZ"}, {"the netherlands", "NL"},
	{"holland", "NL"}, {"russian federation", "RU"}, {"turkey", "TR"}, {"macau", "MO"},
	{"viet nam", "VN"}, {"uae", "AE"}, {"slovak republic", "SK"},
};

/* Of a whole country rather than a place, yet charged as a call to a place: the United Kingdom's
 * 03 (ofcom.org.uk, "Calling numbers beginning with 03") and the Netherlands' 088. */
const char *const as_geographic[] = {"+443", "+3188"};

const char *const languages[] = {"en", "de", "fr", "es", "ja", "pt", "it", "nl", "sv", "fi"};

std::string
lower(const char *s, size_t n)
{
	std::string out(s, n);
	for (char &c : out)
		if (c >= 'A' && c <= 'Z')
			c = static_cast<char>(c + 32);
	return out;
}

/* Read-only once made, and made whole at the first call: a process that seals itself makes
 * that call before. */
struct library {
	const PhoneNumberUtil &util;
	std::set<std::string> regions;
	std::map<std::string, std::string> names, nanp_areas;

	library() : util(*PhoneNumberUtil::GetInstance())
	{
		util.GetSupportedRegions(&regions);
		for (const auto &group : nanp)
			for (const char *p = group.areas; *p != '\0'; p += strspn(p, " ")) {
				size_t n = strcspn(p, " ");
				nanp_areas[std::string(p, n)] = group.country;
				p += n;
			}
		for (const std::string &region : regions) {
			std::string locale = "und_" + region;
			names[region] = region;
			const char *iso3 = uloc_getISO3Country(locale.c_str());
			if (iso3 != nullptr && *iso3 != '\0')
				names[iso3] = region;
			for (const char *language : languages)
				learn(locale, language, region);
		}
		for (const auto &alias : aliases)
			names[lower(alias.name, strlen(alias.name))] = alias.country;
	}

	void
	learn(const std::string &locale, const char *language, const std::string &region)
	{
		UChar wide[128];
		char text[256];
		int32_t n;
		UErrorCode e = U_ZERO_ERROR;
		uloc_getDisplayCountry(locale.c_str(), language, wide, 128, &e);
		u_strToUTF8(text, sizeof text, &n, wide, -1, &e);
		if (U_SUCCESS(e) && n > 2 && static_cast<size_t>(n) < sizeof text)
			names.emplace(lower(text, static_cast<size_t>(n)), region);
	}
};

const library &
lib()
{
	static const library *const only = new library;
	return *only;
}

/* Digits, one leading '+', and what people put between. Nothing else: no letter, no other
 * script's digit, no '*', '#', ',' or ';'. */
bool
printed_as_number(const char *s, size_t n, std::string *ret)
{
	static const char *const between[] = {"\xc2\xa0", "\xc2\xad", "\xe2\x80\x87", "\xe2\x80\x89",
		"\xe2\x80\xaf", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93",
		"\xe2\x80\x94", "\xe2\x88\x92"};
	size_t digits = 0;
	for (size_t i = 0; i < n;) {
		char c = s[i];
		if (c == '+' && (digits > 0 || ret->find('+') != std::string::npos))
			return false;
		if (c != '\0' && strchr("+0123456789 -.()/", c) != nullptr) {
			digits += c >= '0' && c <= '9';
			ret->push_back(c);
			i++;
			continue;
		}
		size_t len = 0;
		for (const char *b : between)
			if (n - i >= strlen(b) && memcmp(s + i, b, strlen(b)) == 0)
				len = strlen(b);
		if (len == 0)
			return false;
		ret->push_back(' ');
		i += len;
	}
	return digits > 0 && digits <= 24;
}

enum phone_kind
kind_of(PhoneNumberUtil::PhoneNumberType type)
{
	switch (type) {
	case PhoneNumberUtil::TOLL_FREE:
		return PHONE_TOLL_FREE;
	case PhoneNumberUtil::PREMIUM_RATE:
	case PhoneNumberUtil::SHARED_COST:
		return PHONE_PREMIUM;
	case PhoneNumberUtil::PERSONAL_NUMBER:
	case PhoneNumberUtil::PAGER:
	case PhoneNumberUtil::VOICEMAIL:
	case PhoneNumberUtil::UAN:
		return PHONE_OTHER;
	default:
		return PHONE_ORDINARY;
	}
}

/*
 * The library's region, or, for a number that its data does not know, the one that its
 * country code or area code tells. Under +1 the tables above come first; an area code that
 * they do not have is a new one of the United States, where nearly all new ones are.
 */
std::string
country_of(const PhoneNumber &number, const std::string &e164)
{
	const library &l = lib();
	if (number.country_code() == 1) {
		auto known = l.nanp_areas.find(e164.substr(2, 3));
		return known != l.nanp_areas.end() ? known->second : "US";
	}
	std::string region;
	l.util.GetRegionCodeForNumber(number, &region);
	if (region.empty() || region == "ZZ")
		l.util.GetRegionCodeForCountryCode(number.country_code(), &region);
	return region.size() == 2 && region != "ZZ" ? region : "";
}

} // namespace

bool
phone_parse(const char *text, size_t n, const char *country, struct phone *ret)
{
	const library &l = lib();
	std::string clean;
	if (n > 64 || !printed_as_number(text, n, &clean))
		return false;
	PhoneNumber number;
	if (l.util.Parse(clean, phone_known_country(country) ? country : "ZZ", &number) !=
		PhoneNumberUtil::NO_PARSING_ERROR)
		return false;
	/* "possible only locally" is not possible from here */
	if (l.util.IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE)
		return false;
	std::string e164;
	l.util.Format(number, PhoneNumberUtil::E164, &e164);
	if (e164.size() < 8 || e164.size() >= PHONE_E164_MAX)
		return false;
	std::string region = country_of(number, e164);
	memset(ret, 0, sizeof *ret);
	memcpy(ret->e164, e164.c_str(), e164.size() + 1);
	memcpy(ret->country, region.c_str(), region.size() + 1);
	ret->country_code = number.country_code();
	ret->kind = kind_of(l.util.GetNumberType(number));
	for (const char *begin : as_geographic)
		if (ret->kind == PHONE_OTHER && e164.compare(0, strlen(begin), begin) == 0)
			ret->kind = PHONE_ORDINARY;
	return true;
}

bool
phone_is_national(const char *text, size_t n, const char *country, bool known)
{
	const PhoneNumberUtil &util = lib().util;
	struct phone p;
	PhoneNumber number;
	if (!phone_known_country(country) || !phone_parse(text, n, country, &p))
		return false;
	std::string digits, trunk;
	for (size_t i = 0; i < n; i++)
		if (text[i] >= '0' && text[i] <= '9')
			digits.push_back(text[i]);
	if (p.country_code == 1) { /* ten digits, or eleven from 1 (nanpa.com) */
		size_t at = digits[0] == '1';
		return digits.size() - at == 10 && digits[at] >= '2' && digits[at + 3] >= '2';
	}
	bool valid = util.Parse(p.e164, "ZZ", &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
		     util.IsValidNumberForRegion(number, country);
	util.GetNddPrefixForRegion(country, true, &trunk);
	if (trunk.empty())
		return valid;
	bool behind = digits.size() > trunk.size() &&
		      digits.compare(0, trunk.size(), trunk) == 0 && digits[trunk.size()] != '0';
	return behind || (known && valid);
}

const char *
phone_country(const char *name, size_t n)
{
	const library &l = lib();
	while (n > 0 && (name[0] == ' ' || name[0] == '('))
		name++, n--;
	while (n > 0 && (name[n - 1] == ' ' || name[n - 1] == ')'))
		n--;
	if (n < 2 || n > 100)
		return nullptr;
	auto found = l.names.find(std::string(name, n)); /* codes, in capitals */
	if (found == l.names.end())
		found = l.names.find(lower(name, n));
	return found != l.names.end() ? found->second.c_str() : nullptr;
}

bool
phone_known_country(const char *code)
{
	return code != nullptr && strlen(code) == 2 && lib().regions.count(code) == 1;
}

const char *
phone_pretty(const struct phone *p, char *buf, size_t size)
{
	PhoneNumber number;
	std::string text = p->e164;
	if (lib().util.Parse(text, "ZZ", &number) == PhoneNumberUtil::NO_PARSING_ERROR)
		lib().util.Format(number, PhoneNumberUtil::INTERNATIONAL, &text);
	snprintf(buf, size, "%s", text.c_str());
	return buf;
}

char
phone_key(char c)
{
	static const char keys[] = "22233344455566677778889999";
	if (c >= '0' && c <= '9')
		return c;
	int letter = (c | 32) - 'a';
	return letter >= 0 && letter < 26 ? keys[letter] : '1';
}
