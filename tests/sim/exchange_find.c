#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/exchange_soap.h"

/* Whoever impersonates a room is its owner, and to all other rooms a stranger. */
enum right
right_of(const struct call *c, const struct room *r)
{
	if (c->as != NULL)
		return c->as == r ? RIGHT_OWNER : RIGHT_NONE;
	return right_on(c->account, r->mailbox);
}

static const struct room *
find_distinguished(struct call *c, const xmlNode *id, const char **ret_code)
{
	const char *name = node_attribute(c->arena, id, "Id");
	const xmlNode *mailbox = node_child(id, "Mailbox");
	const char *address = node_text(c->arena, node_child(mailbox, "EmailAddress"));
	const struct room *r = c->as;
	if (mailbox != NULL && address == NULL)
		address = ""; /* a name alone is resolved to nobody here */
	else if (mailbox == NULL && r == NULL)
		address = c->account->mailbox;
	if (address == NULL && r == NULL) {
		*ret_code = "ErrorMissingEmailAddress";
		return NULL;
	}
	if (address != NULL)
		r = calendars_room(&c->store->calendars, address);
	if (r == NULL)
		*ret_code = "ErrorNonExistentMailbox";
	else if (strcmp(name, "calendar") != 0)
		*ret_code = c->operation == OP_FIND
				    ? "ErrorCalendarFolderIsInvalidForCalendarView"
				    : "ErrorFolderNotFound";
	else
		return r;
	return NULL;
}

const struct room *
find_folder(struct call *c, const xmlNode *id, const char **ret_code)
{
	const struct room *r = NULL;
	struct occurrence o;
	if (node_is(id, NS_TYPES, "DistinguishedFolderId"))
		return find_distinguished(c, id, ret_code);
	switch (find_id(c->store, node_attribute(c->arena, id, "Id"), &r, &o)) {
	case ID_MALFORMED:
		*ret_code = "ErrorInvalidIdMalformed";
		return NULL;
	case ID_ABSENT:
		*ret_code = "ErrorFolderNotFound";
		return NULL;
	case ID_ITEM:
		*ret_code = "ErrorCannotUseItemIdForFolderId";
		return NULL;
	case ID_FOLDER:
		break;
	}
	return r;
}

/* ReadItems opens the meetings, and not the folder that they are in. */
static const char *
refusal(const struct call *c, const struct room *r)
{
	enum right least = c->operation == OP_FOLDER ? RIGHT_REVIEWER : RIGHT_READ_ITEMS;
	enum right right = right_of(c, r);
	if (right == RIGHT_HIDDEN)
		return "ErrorFolderNotFound";
	if (right < least)
		return "ErrorAccessDenied";
	if (c->version > version_of(r))
		return "ErrorInvalidSchemaVersionForMailboxVersion";
	return NULL;
}

/* What a FindItem asks of every folder. */
struct find {
	struct shape shape;
	bool view; /* else all meetings, series as their masters alone */
	int64_t from, to;
	size_t max;       /* of one folder; 0: no limit */
	size_t found;     /* in all folders until now */
	const char *code; /* why no folder can be looked at; NULL: they can */
};

/* A time without a zone is UTC's. */
static int64_t
date_of(struct call *c, const xmlNode *n, const char *name)
{
	const char *text = node_attribute(c->arena, n, name);
	int64_t t = 0;
	if (!when_parse(text, &t))
		when_parse(arena_printf(c->arena, "%sZ", text), &t);
	return t;
}

enum { TWO_YEARS = 2 * 366 * 86400 };

static void
read_find(struct call *c, struct find *f)
{
	const xmlNode *view = node_child(c->request, "CalendarView");
	read_shape(c, node_child(c->request, "ItemShape"), &f->shape);
	f->code = f->shape.code;
	if (view == NULL)
		return;
	const char *max = node_attribute(c->arena, view, "MaxEntriesReturned");
	f->view = true;
	f->from = date_of(c, view, "StartDate");
	f->to = date_of(c, view, "EndDate");
	f->max = max != NULL ? strtoul(max, NULL, 10) : 0;
	if (f->to < f->from)
		f->code = "ErrorCalendarEndDateIsEarlierThanStartDate";
	else if (f->to - f->from > TWO_YEARS)
		f->code = "ErrorCalendarViewRangeTooBig";
	else if (max != NULL && strtol(max, NULL, 10) < 1)
		f->code = "ErrorInvalidPagingMaxRows";
}

static size_t
all_masters(struct arena *a, const struct room *r, struct occurrence **ret)
{
	struct occurrence *all = arena_many(a, struct occurrence, r->n_meetings);
	for (size_t i = 0; i < r->n_meetings; i++)
		all[i] = (struct occurrence){.meeting = r->meetings[i],
			.start = r->meetings[i]->start,
			.end = r->meetings[i]->end};
	*ret = all;
	return r->n_meetings;
}

static void
put_found(struct call *c, const struct find *f, const struct room *r,
	const struct occurrence *all, size_t total)
{
	size_t n = f->max > 0 && total > f->max ? f->max : total;
	if (c->spoil == SPOIL_EMPTY)
		n = total = 0;
	bool last = n == total;
	if (c->spoil == SPOIL_LAST && n > 0)
		n--;
	buf_printf(&c->out,
		"<m:FindItemResponseMessage "
		"ResponseClass=\"Success\"><m:ResponseCode>NoError"
		"</m:ResponseCode><m:RootFolder TotalItemsInView=\"%zu\" "
		"IncludesLastItemInRange=\"%s\"><t:Items>",
		total, last ? "true" : "false");
	for (size_t i = 0; i < n; i++)
		put_item(c, &f->shape, r, &all[i], false);
	buf_str(&c->out, "</t:Items></m:RootFolder></m:FindItemResponseMessage>");
}

static void
find_in(struct call *c, struct find *f, const xmlNode *id, size_t at)
{
	const char *code = spoilt_code(c, at);
	struct occurrence *all;
	if (code == NULL)
		code = f->code;
	const struct room *r = code == NULL ? find_folder(c, id, &code) : NULL;
	if (r != NULL)
		code = refusal(c, r);
	if (code == NULL) {
		size_t n = f->view ? room_view(c->arena, r, f->from, f->to, &all)
				   : all_masters(c->arena, r, &all);
		f->found += f->max > 0 && n > f->max ? f->max : n;
		if (f->found <= c->store->server.find_limit) {
			put_found(c, f, r, all, n);
			return;
		}
		code = "ErrorExceededFindCountLimit";
	}
	put_trouble(c, code, "");
}

/* Beside a calendar's view, nothing may choose or sort; and no other view is simulated.
 */
static bool
is_plain(const struct call *c)
{
	const char *traversal = node_attribute(c->arena, c->request, "Traversal");
	for (const xmlNode *n = node_child(c->request, NULL); n != NULL; n = node_next(n))
		if (!node_is(n, NS_MESSAGES, "ItemShape") &&
			!node_is(n, NS_MESSAGES, "CalendarView") &&
			!node_is(n, NS_MESSAGES, "ParentFolderIds"))
			return false;
	return strcmp(traversal, "Shallow") == 0;
}

void
answer_find(struct call *c)
{
	struct find f = {.view = false};
	size_t at = 0;
	if (!is_plain(c)) {
		soap_fault(c, "ErrorInvalidRequest", NULL, NULL);
		return;
	}
	read_find(c, &f);
	c->count->finds++;
	const xmlNode *ids = node_child(c->request, "ParentFolderIds");
	for (const xmlNode *id = node_child(ids, NULL); id != NULL; id = node_next(id))
		find_in(c, &f, id, at++);
}

/* MS-OXCPERM's rights as EWS tells them. */
static void
put_rights(struct call *c, enum right right)
{
	const char *own = right == RIGHT_OWNER ? "true" : "false";
	buf_printf(&c->out,
		"<t:EffectiveRights><t:CreateAssociated>%s</t:CreateAssociated>"
		"<t:CreateContents>%s</t:CreateContents><t:CreateHierarchy>%s"
		"</t:CreateHierarchy><t:Delete>%s</t:Delete><t:Modify>%s</t:Modify>"
		"<t:Read>true</t:Read>",
		own, own, own, own, own);
	if (c->version >= V2010_SP1)
		buf_printf(&c->out, "<t:ViewPrivateItems>%s</t:ViewPrivateItems>", own);
	buf_str(&c->out, "</t:EffectiveRights>");
}

static void
put_folder(struct call *c, const struct room *r)
{
	char id[ID_TEXT], key[KEY_TEXT];
	buf_printf(&c->out,
		"<m:GetFolderResponseMessage "
		"ResponseClass=\"Success\"><m:ResponseCode>NoError"
		"</m:ResponseCode><m:Folders><t:CalendarFolder><t:FolderId Id=\"%s\" "
		"ChangeKey=\"%s\"/><t:DisplayName>Calendar</t:DisplayName>",
		folder_id(r, id), change_key(r, 0, key));
	put_rights(c, right_of(c, r));
	buf_str(&c->out, "</t:CalendarFolder></m:Folders></m:GetFolderResponseMessage>");
}

void
answer_folder(struct call *c)
{
	size_t at = 0;
	c->count->folders++;
	const xmlNode *ids = node_child(c->request, "FolderIds");
	for (const xmlNode *id = node_child(ids, NULL); id != NULL; id = node_next(id)) {
		const char *code = spoilt_code(c, at++);
		const struct room *r = code == NULL ? find_folder(c, id, &code) : NULL;
		if (r != NULL)
			code = refusal(c, r);
		if (code == NULL)
			put_folder(c, r);
		else
			put_trouble(c, code, "");
	}
}
