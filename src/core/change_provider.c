/* Providers' settings, and the data files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "core/change.h"
#include "core/check.h"
#include "provider.h"

static bool
affects_all(const struct room *r, const char *name)
{
	(void)r, (void)name;
	return true;
}

static int
put_provider(struct change *ch, const struct provider_settings *p, struct err *err)
{
	struct core *c = ch->c;
	int grade = check_provider(c->data->providers, p, err);
	if (grade == ERR_NONE)
		grade = change_prepare(ch, site_put(c->site, SITE_PROVIDERS, p), NULL,
			affects_all, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena,
		"provider.put %s pin=%s number=%s id_delay_ms=%d pin_delay_ms=%d sip_endpoint=%s "
		"h323_endpoint=%s sip_template=%s",
		p->provider, p->pin_set ? pin_need_name(p->pin) : "-",
		p->number != NULL ? p->number : "-", p->id_delay_ms, p->pin_delay_ms,
		p->sip_endpoint != NULL ? p->sip_endpoint : "-",
		p->h323_endpoint != NULL ? p->h323_endpoint : "-",
		p->sip_template != NULL ? p->sip_template : "-");
	return store_put(c->store, SITE_PROVIDERS, p, &ch->audit, err);
}

int
core_provider_put(struct core *c, const struct provider_settings *s, const char *who,
	struct err *err)
{
	struct change ch;
	change_begin(c, &ch, who);
	return change_end(&ch, put_provider(&ch, s, err));
}

static int
remove_provider(struct change *ch, const char *id, struct err *err)
{
	struct core *c = ch->c;
	const struct site *s = c->site;
	size_t i = 0;
	while (i < s->n_providers && strcmp(s->providers[i].provider, id) != 0)
		i++;
	int grade = i < s->n_providers
			    ? ERR_NONE
			    : check_known_provider(c->data->providers, id, err);
	if (grade != ERR_NONE)
		return grade;
	if (s->default_provider != NULL && strcmp(s->default_provider, id) == 0) {
		err_set(err, ERR_CONFIG, "default_provider",
			"%s is the default provider, and cannot be removed", id);
		err_cure(err,
			"Make another one the default first: `convoke provider default "
			"PROVIDER`");
		return ERR_CONFIG;
	}
	grade = change_prepare(
		ch, site_drop(s, SITE_PROVIDERS, id), NULL, affects_all, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena, "provider.remove %s", id);
	return store_drop(c->store, SITE_PROVIDERS, id, &ch->audit, err);
}

int
core_provider_remove(
	struct core *c, const char *provider, const char *who, struct err *err)
{
	struct change ch;
	change_begin(c, &ch, who);
	return change_end(&ch, remove_provider(&ch, provider, err));
}

static int
set_default(struct change *ch, const char *id, struct err *err)
{
	struct core *c = ch->c;
	int grade = check_known_provider(c->data->providers, id, err);
	if (grade == ERR_NONE)
		grade = change_prepare(
			ch, site_set_default(c->site, id), NULL, NULL, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena, "provider.default %s", id);
	return store_set_default(c->store, id, &ch->audit, err);
}

int
core_provider_default(
	struct core *c, const char *provider, const char *who, struct err *err)
{
	struct change ch;
	change_begin(c, &ch, who);
	return change_end(&ch, set_default(&ch, provider, err));
}

static void
set_data_error(struct core *c, const struct err *err)
{
	char *text = NULL;
	if (err != NULL && asprintf(&text, "%s%s%s", err->text,
				   *err->cure != '\0' ? ". " : "", err->cure) < 0)
		text = NULL;
	pthread_mutex_lock(&c->lock);
	char *had = c->data_error;
	c->data_error = text;
	pthread_mutex_unlock(&c->lock);
	free(had);
}

static int
reload(struct change *ch, struct err *err)
{
	struct data *data = NULL;
	int grade = data_load(&ch->c->config, &data, err);
	if (grade == ERR_NONE)
		grade = change_prepare(ch, NULL, data, affects_all, NULL, err);
	ch->audit.what = grade == ERR_NONE ? "reload" : "reload refused";
	struct err unstored;
	if (store_note(ch->c->store, &ch->audit, grade == ERR_NONE ? err : &unstored) !=
			0 &&
		grade == ERR_NONE)
		grade = (int)err->grade;
	return grade;
}

int
core_reload(struct core *c, const char *who, struct err *err)
{
	struct change ch;
	struct err own;
	if (err == NULL)
		err = &own;
	change_begin(c, &ch, who);
	int grade = reload(&ch, err);
	set_data_error(c, grade == ERR_NONE ? NULL : err);
	if (grade != ERR_NONE) {
		log_error("code=%s the data files stay as they were: %s. Cure: %s",
			err->code, err->text, err->cure);
		core_tell(c, CORE_STATUS_CHANGED, NULL);
	}
	return change_end(&ch, grade);
}
