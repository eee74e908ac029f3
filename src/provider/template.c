#include "provider/template.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

enum {
	TAIL_PAUSE_S = 2,
	TAIL_MAX_PAUSE_S = 30, /* longer, and somebody hears a silent room */
	TAIL_MAX_TONES = 64,
};

struct template_piece
template_next(const char *t)
{
	struct template_piece p = {PIECE_LITERAL, *t, 0, t + 1};
	switch (*t) {
	case '\0':
		return (struct template_piece){PIECE_END, 0, 0, t};
	case '[':
		p.kind = PIECE_OPEN;
		return p;
	case ']':
		p.kind = PIECE_CLOSE;
		return p;
	case '}':
		p.kind = PIECE_BAD;
		return p;
	case '{':
		break;
	default:
		return p;
	}
	size_t n = strcspn(t + 1, "}");
	enum slot slot;
	p.next = t + 1 + n + (t[1 + n] == '}');
	if (t[1 + n] != '}')
		p.kind = PIECE_BAD;
	else if ((n == 2 && memcmp(t + 1, "ip", 2) == 0) ||
		 (n == 8 && memcmp(t + 1, "endpoint", 8) == 0))
		p.kind = PIECE_SLOT, p.slot = SLOT_ADDRESS;
	else if (slot_find(t + 1, n, &slot))
		p.kind = PIECE_SLOT, p.slot = (int)slot;
	else
		p.kind = PIECE_BAD;
	return p;
}

static const struct {
	const char *literals, *complaint;
} uses[] = {
	[TEMPLATE_TAIL] = {"0123456789*#,",
		"a tail is made of digits, '*', '#', ',' and slots"},
	[TEMPLATE_SIP] =
		{"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@",
			"an address is made of letters, digits, '.', '_', '-', '+', one "
			"'@' and slots"},
	[TEMPLATE_H323] = {"0123456789.#*",
		"an H.323 string is made of digits, '.', '#', '*' and "
		"slots"},
};

const char *
template_wrong(const char *template, enum template_use use, const struct provider *p)
{
	bool inside = false, slot_inside = false;
	size_t tones = 0, pauses = 0, ats = 0;
	for (const char *t = template;;) {
		struct template_piece piece = template_next(t);
		t = piece.next;
		switch (piece.kind) {
		case PIECE_END:
			if (inside)
				return "a '[' is not closed";
			if (use == TEMPLATE_SIP && ats != 1)
				return "an address has one '@'";
			if (pauses * TAIL_PAUSE_S > TAIL_MAX_PAUSE_S)
				return "the pauses are longer than 30 seconds together";
			if (tones > TAIL_MAX_TONES)
				return "more than 64 tones could be keyed";
			return NULL;
		case PIECE_BAD:
			return "there is no such slot, or a brace stands alone";
		case PIECE_OPEN:
			if (inside)
				return "a '[' stands within another";
			inside = true;
			slot_inside = false;
			break;
		case PIECE_CLOSE:
			if (!inside || !slot_inside)
				return "a ']' needs a '[' and a slot before it";
			inside = false;
			break;
		case PIECE_LITERAL:
			if (strchr(uses[use].literals, piece.literal) == NULL)
				return uses[use].complaint;
			ats += piece.literal == '@';
			pauses += piece.literal == ',';
			tones += use == TEMPLATE_TAIL && piece.literal != ',';
			break;
		case PIECE_SLOT:
			slot_inside = true;
			if (use != TEMPLATE_TAIL)
				break;
			if (piece.slot == SLOT_ADDRESS || !p->shapes[piece.slot].digits)
				return "a tail keys digits: the slot needs a shape with "
				       "digits: "
				       "true";
			tones += p->shapes[piece.slot].max;
			break;
		}
	}
}

static const char *
value_of(int slot, const char *const *values, const char *ip)
{
	const char *v = slot == SLOT_ADDRESS ? ip : values[slot];
	return v != NULL && *v != '\0' ? v : NULL;
}

/* `t` stands after a '['. */
static bool
bracket_known(const char *t, const char *const *values, const char *ip)
{
	for (;;) {
		struct template_piece piece = template_next(t);
		if (piece.kind == PIECE_CLOSE)
			return true;
		if (piece.kind == PIECE_END || piece.kind == PIECE_BAD ||
			(piece.kind == PIECE_SLOT &&
				value_of(piece.slot, values, ip) == NULL))
			return false;
		t = piece.next;
	}
}

static const char *
after_bracket(const char *t)
{
	t += strcspn(t, "]");
	return *t == ']' ? t + 1 : t;
}

char *
template_fill(
	struct arena *a, const char *template, const char *const *values, const char *ip)
{
	struct buf b;
	buf_init(&b, a);
	for (const char *t = template;;) {
		struct template_piece piece = template_next(t);
		t = piece.next;
		const char *value;
		switch (piece.kind) {
		case PIECE_END:
			return b.s;
		case PIECE_BAD:
			return NULL;
		case PIECE_OPEN:
			if (!bracket_known(t, values, ip))
				t = after_bracket(t);
			break;
		case PIECE_CLOSE:
			break;
		case PIECE_LITERAL:
			buf_char(&b, piece.literal);
			break;
		case PIECE_SLOT:
			value = value_of(piece.slot, values, ip);
			if (value == NULL)
				return NULL;
			buf_str(&b, value);
			break;
		}
	}
}

struct reading {
	struct arena *arena;
	const struct provider *provider;
	const char *end;
	const char *values[N_SLOTS];
};

static bool
is_pause(char c)
{
	return c == ',' || c == ';';
}

static bool
read_slot(struct reading *r, int slot, const char **s)
{
	const char *from = *s;
	while (*s < r->end && **s >= '0' && **s <= '9')
		(*s)++;
	if (slot == SLOT_ADDRESS || *s == from)
		return false;
	const char *value = arena_strndup(r->arena, from, (size_t)(*s - from));
	const char *had = r->values[slot];
	if (had != NULL && strcmp(had, value) != 0)
		return false;
	r->values[slot] = value;
	return provider_accepts(r->provider, (enum slot)slot, value);
}

/* The only choice is whether a bracket is there; a template has few. */
static bool
read_from(struct reading *r, const char *t, const char *s)
{
	for (;;) {
		struct template_piece piece = template_next(t);
		t = piece.next;
		struct reading before;
		switch (piece.kind) {
		case PIECE_END:
			return s == r->end;
		case PIECE_BAD:
			return false;
		case PIECE_CLOSE:
			break;
		case PIECE_OPEN:
			before = *r;
			if (read_from(r, t, s))
				return true;
			*r = before;
			t = after_bracket(t);
			break;
		case PIECE_SLOT:
			if (!read_slot(r, piece.slot, &s))
				return false;
			break;
		case PIECE_LITERAL:
			if (piece.literal == ',') {
				if (s == r->end || !is_pause(*s))
					return false;
				while (s < r->end && is_pause(*s))
					s++;
				t += strspn(t, ",");
			} else if (s < r->end && *s == piece.literal) {
				s++;
			} else if (s == r->end && piece.literal == '#') {
				/* the last '#' is often not printed */
				return t[*t == ']'] == '\0';
			} else {
				return false;
			}
			break;
		}
	}
}

bool
template_read(struct arena *a, const char *template, const char *printed, size_t n,
	const struct provider *p, const char *ret_values[N_SLOTS])
{
	struct reading r = {.arena = a, .provider = p, .end = printed + n};
	if (!read_from(&r, template, printed))
		return false;
	memcpy(ret_values, r.values, sizeof r.values);
	return true;
}
