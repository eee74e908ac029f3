/* What the application was granted, and what to grant it: in Entra for all mailboxes, in
 * Exchange for some (learn.microsoft.com/exchange/permissions-exo/application-rbac). */
#include <stdio.h>
#include <string.h>

#include "calendar/graph.h"

static bool
has(const struct calendar_token *t, const char *role)
{
	for (size_t i = 0; i < t->n_roles; i++)
		if (strcmp(t->roles[i], role) == 0)
			return true;
	return false;
}

static void
put_roles(const struct calendar_token *t, char *out, size_t size)
{
	out[0] = '\0';
	for (size_t i = 0, n = 0; i < t->n_roles && n < size; i++)
		n += (size_t)snprintf(
			out + n, size - n, "%s%s", i > 0 ? ", " : "", t->roles[i]);
}

/* Three commands, with what is known of this application filled in. */
static void
cure_by_role(struct err *err, const char *client_id, const struct calendar_token *t)
{
	err_cure(err,
		"In Exchange Online PowerShell, for rooms alone: `New-ServicePrincipal "
		"-AppId %s -ObjectId %s -DisplayName Convoke` `New-ManagementScope \"Convoke "
		"rooms\" -RecipientRestrictionFilter \"RecipientTypeDetails -eq "
		"'RoomMailbox'\"` `New-ManagementRoleAssignment -App %s -Role \"Application "
		"Calendars.Read\" -CustomResourceScope \"Convoke rooms\"` It takes up to 2 "
		"hours to act.",
		client_id, t->object_id != NULL ? t->object_id : "OBJECT_ID", client_id);
}

int
graph_permissions(const struct calendar_link *link, const struct calendar_token *token,
	const char *denied, struct err *err)
{
	char roles[300];
	put_roles(token, roles, sizeof roles);
	bool read = has(token, "Calendars.Read") || has(token, "Calendars.ReadWrite");
	bool basic = has(token, "Calendars.ReadBasic.All");
	err_clear(err);
	if (read) {
		/* whom it is refused to, a policy keeps out: the room's own finding says it */
		snprintf(err->text, sizeof err->text,
			"in Entra: %s, for all mailboxes that no policy excludes", roles);
		return ERR_NONE;
	}
	if (denied == NULL && !basic) {
		snprintf(err->text, sizeof err->text,
			"in Entra: %s; calendars by a role in Exchange",
			token->n_roles > 0 ? roles : "none");
		return ERR_NONE;
	}
	if (basic)
		err_set(err, ERR_DENIED, "basic_only",
			"in Entra: %s, which shows events without their text", roles);
	else
		err_set(err, ERR_DENIED, "no_calendars",
			"in Entra: %s; no role in Exchange opens %s to it",
			token->n_roles > 0 ? roles : "none", denied);
	cure_by_role(err, link->user, token);
	return ERR_DENIED;
}
