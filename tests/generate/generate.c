#include "generate/generate.h"

#include <string.h>

#include "base/arena.h"
#include "generate/parts.h"

/* One row of dice for each choice, so that leaving one out does not change the others. */
static struct dice
dice_of(uint64_t seed, uint64_t which)
{
	uint64_t z = seed * 16 + which + UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	struct dice d = {(z ^ z >> 31) | 1};
	for (int i = 0; i < 4; i++)
		dice_roll(&d, 2);
	return d;
}

static const struct template *
template_pick(const struct generator *g, struct dice *d)
{
	const struct template *t;
	do
		t = &g->list[dice_roll(d, (uint32_t)g->n)];
	while (t->fragment);
	return t;
}

/* A link that cannot be unwrapped says nothing: what only it says need not be found. */
static void
hide_links(struct sample *s)
{
	s->blind = true;
	for (size_t t = 0; t < s->n_truths; t++)
		for (size_t i = 0; i < s->truths[t].n_facts; i++)
			s->truths[t].facts[i].may = true;
}

void
generate(struct arena *a, const struct generator *g, uint64_t seed, unsigned plain,
	struct sample *ret)
{
	struct dice words = dice_of(seed, CHOOSE_TEMPLATE),
		    carries = dice_of(seed, CHOOSE_CARRIER),
		    wraps = dice_of(seed, CHOOSE_WRAPPER),
		    disturbs = dice_of(seed, CHOOSE_NOISE);
	struct filled f;
	const struct template *t = template_pick(g, &words);
	fill_template(a, t, &words, &f);
	*ret = (struct sample){
		.seed = seed, .provider = f.provider, .country = f.country, .ask = f.ask};
	if (f.truth.provider != NULL)
		ret->truths[ret->n_truths++] = f.truth;
	const struct carrier *c =
		carrier_pick(&carries, (plain & 1u << CHOOSE_CARRIER) != 0);
	const struct wrapper *w =
		(plain & 1u << CHOOSE_WRAPPER) != 0 ? NULL : wrapper_pick(&wraps);
	const char *noise = "none";
	if ((plain & 1u << CHOOSE_NOISE) == 0)
		noise = noise_add(a, g, &disturbs, c->is_text, &f, ret);
	if (w != NULL && w->opaque)
		hide_links(ret);
	c->carry(a, &carries, &f, w, ret);
	ret->choices[CHOOSE_TEMPLATE] = t->name;
	ret->choices[CHOOSE_CARRIER] = c->name;
	ret->choices[CHOOSE_WRAPPER] = w != NULL ? w->name : "none";
	ret->choices[CHOOSE_NOISE] = noise;
}
