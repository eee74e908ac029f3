#include <string.h>

#include "serve/answer.h"
#include "serve/manage.h"
#include "serve/text.h"

static void
set_delay(json_t *o, const char *key, int ms)
{
	if (ms >= 0)
		json_object_set_new(o, key, json_integer(ms));
}

static json_t *
provider_object(struct call *c, const struct provider *p)
{
	const struct site *s = c->view.site;
	const struct provider_settings *set = answer_settings(s, p->id);
	bool is_default =
		s->default_provider != NULL && strcmp(s->default_provider, p->id) == 0;
	json_t *o = json_object();
	text_set(c->arena, o, "id", p->id, TEXT_NAME);
	text_set(c->arena, o, "name", p->name, TEXT_NAME);
	json_object_set_new(o, "pin", json_string(pin_need_name(answer_pin_need(s, p))));
	json_object_set_new(o, "default", json_boolean(is_default));
	text_set(c->arena, o, "retired", p->retired, TEXT_NAME);
	if (set == NULL)
		return o;
	text_set(c->arena, o, "number", set->number, TEXT_NAME);
	set_delay(o, "id_delay_ms", set->id_delay_ms);
	set_delay(o, "pin_delay_ms", set->pin_delay_ms);
	text_set(c->arena, o, "sip_endpoint", set->sip_endpoint, TEXT_NAME);
	text_set(c->arena, o, "h323_endpoint", set->h323_endpoint, TEXT_NAME);
	text_set(c->arena, o, "sip_template", set->sip_template, TEXT_NAME);
	return o;
}

json_t *
provider_list(struct call *c)
{
	const struct providers *ps = c->view.providers;
	json_t *list = json_array();
	for (size_t i = 0; i < providers_count(ps); i++)
		json_array_append_new(list, provider_object(c, providers_at(ps, i)));
	return json_pack("{s:o}", "providers", list);
}

json_t *
provider_get(struct call *c)
{
	const struct provider *p = call_provider(c, call_text(c, "provider"));
	return p != NULL ? provider_object(c, p) : NULL;
}

static void
take_delay(const struct call *c, const char *key, int *ms)
{
	if (json_object_get(c->params, key) != NULL)
		*ms = (int)call_number(c, key, -1);
}

static void
take_pin(const struct call *c, struct provider_settings *set)
{
	const char *word = call_text(c, "pin");
	if (json_object_get(c->params, "pin") == NULL)
		return;
	set->pin_set = word != NULL;
	for (enum pin_need need = PIN_NEVER; word != NULL && need <= PIN_REQUIRED; need++)
		if (strcmp(pin_need_name(need), word) == 0)
			set->pin = need;
}

json_t *
provider_set(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct provider *p = call_provider(c, call_text(c, "provider"));
	if (p == NULL)
		return NULL;
	const struct provider_settings *old = answer_settings(c->view.site, p->id);
	struct provider_settings set = {
		.provider = p->id, .id_delay_ms = -1, .pin_delay_ms = -1};
	if (old != NULL)
		set = *old;
	take_pin(c, &set);
	call_set_text(c, "number", &set.number);
	take_delay(c, "id_delay_ms", &set.id_delay_ms);
	take_delay(c, "pin_delay_ms", &set.pin_delay_ms);
	call_set_text(c, "sip_endpoint", &set.sip_endpoint);
	call_set_text(c, "h323_endpoint", &set.h323_endpoint);
	call_set_text(c, "sip_template", &set.sip_template);
	if (core_provider_put(c->view.core, &set, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	call_renew(c);
	return provider_get(c);
}

json_t *
provider_default(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct provider *p = call_provider(c, call_text(c, "provider"));
	if (p == NULL)
		return NULL;
	if (core_provider_default(c->view.core, p->id, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	call_renew(c);
	return provider_get(c);
}

/* Only its settings go: its file stays. */
json_t *
provider_remove(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct provider *p = call_provider(c, call_text(c, "provider"));
	if (p == NULL)
		return NULL;
	if (core_provider_remove(c->view.core, p->id, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	call_renew(c);
	return provider_get(c);
}
