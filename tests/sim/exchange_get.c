#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/exchange_soap.h"

/* Without a right, an item is as absent as one that was deleted. */
static const char *
find_item(struct call *c, const xmlNode *id, const struct room **ret_r,
	struct occurrence *ret_o)
{
	if (!node_is(id, NS_TYPES, "ItemId"))
		return "ErrorInvalidOperation"; /* the other kinds of id are not simulated
						 */
	const char *text = node_attribute(c->arena, id, "Id");
	if (*text == '\0')
		return "ErrorInvalidIdEmpty";
	switch (find_id(c->store, text, ret_r, ret_o)) {
	case ID_MALFORMED:
		return "ErrorInvalidIdMalformed";
	case ID_ABSENT:
		return "ErrorItemNotFound";
	case ID_FOLDER:
		return "ErrorCannotUseFolderIdForItemId";
	case ID_ITEM:
		break;
	}
	if (right_of(c, *ret_r) < RIGHT_READ_ITEMS)
		return "ErrorItemNotFound";
	if (c->version > version_of(*ret_r))
		return "ErrorInvalidSchemaVersionForMailboxVersion";
	return NULL;
}

static size_t
count(const xmlNode *list)
{
	size_t n = 0;
	for (list = node_child(list, NULL); list != NULL; list = node_next(list))
		n++;
	return n;
}

void
answer_get(struct call *c)
{
	struct shape shape;
	const xmlNode *ids = node_child(c->request, "ItemIds");
	size_t enough = c->store->server.batch_limit, at = 0;
	read_shape(c, node_child(c->request, "ItemShape"), &shape);
	if (c->spoil == SPOIL_STOPPED)
		enough = count(ids) / 2;
	bool stops = c->spoil == SPOIL_STOPPED || enough > 0;
	c->count->gets++;
	for (const xmlNode *id = node_child(ids, NULL); id != NULL;
		id = node_next(id), at++) {
		const char *code = spoilt_code(c, at);
		const struct room *r;
		struct occurrence o;
		if (stops && at >= enough)
			code = "ErrorBatchProcessingStopped";
		if (code == NULL)
			code = shape.code;
		if (code == NULL)
			code = find_item(c, id, &r, &o);
		if (code == NULL && o.meeting->corrupt && asks_for_body(&shape))
			code = "ErrorItemCorrupt";
		if (code != NULL) {
			put_trouble(c, code, "<m:Items/>");
			continue;
		}
		buf_str(&c->out, "<m:GetItemResponseMessage ResponseClass=\"Success\">"
				 "<m:ResponseCode>NoError</m:ResponseCode><m:Items>");
		put_item(c, &shape, r, &o, true);
		buf_str(&c->out, "</m:Items></m:GetItemResponseMessage>");
	}
}

/* The response is itself the message: no list is around it (Messages.xsd). */
void
answer_expiry(struct call *c)
{
	const char *whose =
		node_text(c->arena, node_child(c->request, "MailboxSmtpAddress"));
	const char *own =
		c->account->mailbox != NULL ? c->account->mailbox : c->account->user;
	int64_t t = c->account->password_expires;
	char text[WHEN_TEXT];
	const char *code = spoilt_code(c, 0);
	struct buf *b = &c->out;
	c->count->expiries++;
	if (code == NULL && whose != NULL && *whose != '\0' &&
		strcasecmp(whose, own) != 0)
		code = "ErrorAccessDenied";
	buf_printf(b,
		"<m:GetPasswordExpirationDateResponse ResponseClass=\"%s\" "
		"xmlns:m=\"" NS_MESSAGES "\" xmlns:t=\"" NS_TYPES "\">",
		code == NULL ? "Success" : "Error");
	if (code != NULL)
		buf_printf(b, "<m:MessageText>%s</m:MessageText>", words_of(code));
	buf_printf(b, "<m:ResponseCode>%s</m:ResponseCode>",
		code != NULL ? code : "NoError");
	if (code != NULL) /* the schema wants a date all the same */
		buf_str(b, "<m:PasswordExpirationDate>0001-01-01T00:00:00"
			   "</m:PasswordExpirationDate>");
	else
		buf_printf(b, "<m:PasswordExpirationDate>%s</m:PasswordExpirationDate>",
			t == INT64_MAX ? "9999-12-31T23:59:59.9999999Z"
				       : when_text(t, text));
	buf_str(b, "</m:GetPasswordExpirationDateResponse>");
}
