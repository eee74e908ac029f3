#include "core/state.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

enum trouble_news
trouble_take(struct trouble *t, const struct err *err, int64_t now)
{
	if (err == NULL) {
		bool was = t->err.grade != ERR_NONE;
		*t = (struct trouble){.since = 0};
		return was ? TROUBLE_ENDED : TROUBLE_SAME;
	}
	enum trouble_news news = t->err.grade == ERR_NONE              ? TROUBLE_BEGAN
				 : strcmp(t->err.code, err->code) != 0 ? TROUBLE_CHANGED
								       : TROUBLE_SAME;
	if (news == TROUBLE_BEGAN)
		t->since = now;
	t->err = *err;
	t->failures++;
	return news;
}

void
trouble_tell(struct core *c, const char *noun, const char *name, enum trouble_news news,
	const struct err *err)
{
	char key[256];
	if (news == TROUBLE_SAME)
		return;
	if (news == TROUBLE_ENDED)
		log_info("%s=%s is well again", noun, name);
	else
		log_warn("%s=%s grade=%s code=%s %s%s%s", noun, name,
			err_grade_name(err->grade), err->code, err->text,
			err->cure[0] != '\0' ? ". Cure: " : "", err->cure);
	/* No room's name has a space. */
	snprintf(key, sizeof key, "%s%s", strcmp(noun, "link") == 0 ? "link " : "", name);
	store_add_event(c->store,
		&(struct store_event){.at = core_now(c),
			.room = key,
			.what = news == TROUBLE_ENDED ? "well" : "trouble",
			.text = news == TROUBLE_ENDED ? "" : err->text},
		NULL);
	core_tell(c, CORE_STATUS_CHANGED, strcmp(noun, "room") == 0 ? name : NULL);
}
