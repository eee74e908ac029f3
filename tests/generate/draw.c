/* Values, as they come up. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "generate/parts.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct draw {
	struct arena *arena;
	struct dice *dice;
};

const char *
pick(struct dice *d, const char *const *words, size_t n)
{
	return words[dice_roll(d, (uint32_t)n)];
}

bool
chance(struct dice *d, uint32_t percent)
{
	return dice_roll(d, 100) < percent;
}

/* Drawing */

static const char *
draw_from(struct draw *f, const char *alphabet, size_t n)
{
	char *s = arena_alloc(f->arena, n + 1);
	uint32_t all = (uint32_t)strlen(alphabet);
	for (size_t i = 0; i < n; i++)
		s[i] = alphabet[dice_roll(f->dice, all)];
	return s;
}

/* "9" or "6-10" */
static size_t
draw_length(struct draw *f, const char *args)
{
	char *end;
	unsigned long least = strtoul(args, &end, 10), most = least;
	if (*end == '-')
		most = strtoul(end + 1, NULL, 10);
	return least + dice_roll(f->dice, (uint32_t)(most - least + 1));
}

static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
static const char alnum[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

static const char *
draw_digits(struct draw *f, const char *args)
{
	char *s = (char *)draw_from(f, "0123456789", draw_length(f, args));
	if (s[0] == '0')
		s[0] = (char)('1' + dice_roll(f->dice, 9));
	return s;
}

static const char *
draw_digits0(struct draw *f, const char *args)
{
	return draw_from(f, "0123456789", draw_length(f, args));
}

static const char *
draw_secret(struct draw *f, const char *args)
{
	char *s = (char *)draw_from(f, alnum, draw_length(f, args));
	s[dice_roll(f->dice, (uint32_t)strlen(s))] = lower[dice_roll(f->dice, 26)];
	return s;
}

static const char *
draw_token(struct draw *f, const char *args)
{
	return draw_from(f, alnum, draw_length(f, args));
}

static const char *
draw_hex(struct draw *f, const char *args)
{
	return draw_from(f, "0123456789abcdef", draw_length(f, args));
}

static const char *
draw_meet(struct draw *f, const char *args)
{
	(void)args;
	const char *one = draw_from(f, lower, 3), *two = draw_from(f, lower, 4);
	return arena_printf(f->arena, "%s-%s-%s", one, two, draw_from(f, lower, 3));
}

static const char *
draw_guid(struct draw *f, const char *args)
{
	(void)args;
	const char *s = draw_from(f, "0123456789abcdef", 32);
	return arena_printf(
		f->arena, "%.8s-%.4s-%.4s-%.4s-%.12s", s, s + 8, s + 12, s + 16, s + 20);
}

/* A number with its groups: nobody's, by the plans of their countries where they have some. */
static const char *
draw_number(struct draw *f, const char *args)
{
	static const char *const areas[] = {"206", "212", "312", "323", "415", "469",
		"571", "646", "720", "857", "929"};
	const char *four = draw_from(f, "0123456789", 4);
	if (strcmp(args, "US") == 0)
		return arena_printf(f->arena, "+1 %s 555 01%.2s",
			pick(f->dice, areas, COUNT(areas)), four);
	if (strcmp(args, "free") == 0)
		return arena_printf(f->arena, "+1 8%s 555 01%.2s",
			chance(f->dice, 50) ? "77" : "55", four);
	if (strcmp(args, "GB") == 0)
		return arena_printf(f->arena, "+44 20 7946 0%.3s", four);
	if (strcmp(args, "DE") == 0)
		return arena_printf(f->arena, "+49 69 9050 %s", four);
	if (strcmp(args, "FR") == 0)
		return arena_printf(f->arena, "+33 1 99 00 %.2s %.2s", four, four + 2);
	if (strcmp(args, "ES") == 0)
		return arena_printf(f->arena, "+34 912 12 %.2s %.2s", four, four + 2);
	if (strcmp(args, "SE") == 0)
		return arena_printf(f->arena, "+46 8 465 00 %.3s", four);
	return arena_printf(f->arena, "+81 3 4578 %s", four); /* JP */
}

static const char *
draw_site(struct draw *f, const char *args)
{
	static const char *const sites[] = {"northwind", "contoso", "fabrikam",
		"example-corp", "adatum", "woodgrove"};
	(void)args;
	return pick(f->dice, sites, COUNT(sites));
}

static const char *
draw_person(struct draw *f, const char *args)
{
	static const char *const people[] = {
		"Ann Example", "Lee Example", "Jo Sample", "Kim Sample", "Sam Specimen"};
	(void)args;
	return pick(f->dice, people, COUNT(people));
}

static const char *
draw_user(struct draw *f, const char *args)
{
	static const char *const users[] = {
		"ann.example", "lee.example", "jo.sample", "kim_sample", "sam.specimen2"};
	(void)args;
	return pick(f->dice, users, COUNT(users));
}

static const char *
draw_topic(struct draw *f, const char *args)
{
	static const char *const topics[] = {"Design review", "Weekly sync", "Q3 numbers",
		"Budget 2027", "1:1", "Sprint 42 planning", "Project 4711 kick-off",
		"All hands"};
	(void)args;
	return pick(f->dice, topics, COUNT(topics));
}

static const char *
draw_oneof(struct draw *f, const char *args)
{
	size_t n = 1;
	for (const char *c = args; *c != '\0'; c++)
		n += *c == '|';
	for (uint32_t k = dice_roll(f->dice, (uint32_t)n); k > 0; k--)
		args = strchr(args, '|') + 1;
	return arena_strndup(f->arena, args, strcspn(args, "|"));
}

static const char *
draw_chance(struct draw *f, const char *args)
{
	return chance(f->dice, (uint32_t)atoi(args)) ? "yes" : NULL;
}

/* "PASSWORD 8": its first eight characters on a telephone's keypad, any symbol a 1. */
static const char *
draw_keypad(struct draw *f, const char *args)
{
	static const char keys[] = "22233344455566677778889999";
	size_t n = strcspn(args, " "),
	       most = args[n] != '\0' ? strtoul(args + n, NULL, 10) : 64;
	char *s = arena_strndup(f->arena, args, n);
	for (size_t i = 0; s[i] != '\0'; i++) {
		if (i == most) {
			s[i] = '\0';
			break;
		}
		if (isalpha((unsigned char)s[i]))
			s[i] = keys[tolower((unsigned char)s[i]) - 'a'];
		else if (!isdigit((unsigned char)s[i]))
			s[i] = '1';
	}
	return s;
}

static const char *
draw_same(struct draw *f, const char *args)
{
	return arena_strdup(f->arena, args);
}

static const struct {
	const char *name;
	const char *(*draw)(struct draw *f, const char *args);
} drawings[] = {{"digits", draw_digits}, {"digits0", draw_digits0},
	{"secret", draw_secret}, {"token", draw_token}, {"hex", draw_hex},
	{"meet", draw_meet}, {"guid", draw_guid}, {"number", draw_number},
	{"site", draw_site}, {"person", draw_person}, {"user", draw_user},
	{"topic", draw_topic}, {"oneof", draw_oneof}, {"chance", draw_chance},
	{"keypad", draw_keypad}, {"same", draw_same}};

const char *
draw_value(struct arena *a, struct dice *d, const char *kind, size_t n, const char *args)
{
	struct draw f = {a, d};
	for (size_t k = 0; k < COUNT(drawings); k++)
		if (strlen(drawings[k].name) == n &&
			strncmp(drawings[k].name, kind, n) == 0)
			return drawings[k].draw(&f, args);
	return NULL;
}
