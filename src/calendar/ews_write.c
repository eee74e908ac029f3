#include <stdlib.h>

#include "base/when.h"
#include "calendar/ews.h"

const struct ews_version ews_versions[EWS_VERSIONS] = {
	{"Exchange2013_SP1", 15, true, true},
	{"Exchange2010_SP2", 14, true, false},
	{"Exchange2007_SP1", 8, false, false},
};

size_t
ews_version_for(const char *server_version)
{
	int major = server_version != NULL ? atoi(server_version) : 0;
	for (size_t i = 0; i < EWS_VERSIONS; i++)
		if (ews_versions[i].major == major)
			return i;
	return 0;
}

/* FindItem gives these without opening each item; of texts it gives 255 characters. */
static const char *const fields[] = {
	"item:Subject",
	"item:Sensitivity",
	"calendar:Start",
	"calendar:End",
	"calendar:IsAllDayEvent",
	"calendar:LegacyFreeBusyStatus",
	"calendar:Location",
	"calendar:IsCancelled",
	"calendar:CalendarItemType",
	"calendar:MyResponseType",
	"calendar:Organizer",
	"calendar:AppointmentState",
};

/* Where Outlook's add-ins leave the join link; in rooms whose bodies are stripped, the
 * only trace of it. */
static const char *const public_strings[] = {
	"SkypeTeamsMeetingUrl",
	"OnlineMeetingExternalLink",
	"OnlineMeetingConfLink",
};

static void
open_envelope(struct buf *b, const struct ews_request *r)
{
	buf_printf(b,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		"<s:Envelope xmlns:s=\"" EWS_SOAP "\" xmlns:t=\"" EWS_TYPES
		"\" xmlns:m=\"" EWS_MESSAGES "\"><s:Header>"
		"<t:RequestServerVersion Version=\"%s\"/>",
		ews_versions[r->version].name);
	if (r->impersonate != NULL) {
		buf_str(b, "<t:ExchangeImpersonation><t:ConnectingSID><t:"
			   "PrimarySmtpAddress>");
		buf_xml(b, r->impersonate);
		buf_str(b, "</t:PrimarySmtpAddress></t:ConnectingSID></"
			   "t:ExchangeImpersonation>");
	}
	buf_str(b, "</s:Header><s:Body>");
}

static void
close_envelope(struct buf *b)
{
	buf_str(b, "</s:Body></s:Envelope>");
}

static void
write_field(struct buf *b, const char *field)
{
	buf_printf(b, "<t:FieldURI FieldURI=\"%s\"/>", field);
}

static void
write_fields(struct buf *b, const struct ews_version *v)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		write_field(b, fields[i]);
	if (v->has_uid)
		write_field(b, "calendar:UID");
}

void
ews_write_find(struct buf *b, const struct ews_request *r, const char *const *mailboxes,
	size_t n, int64_t from, int64_t to)
{
	char start[WHEN_TEXT], end[WHEN_TEXT];
	open_envelope(b, r);
	buf_str(b, "<m:FindItem "
		   "Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"
		   "<t:AdditionalProperties>");
	write_fields(b, &ews_versions[r->version]);
	buf_printf(b,
		"</t:AdditionalProperties></m:ItemShape>"
		"<m:CalendarView MaxEntriesReturned=\"%d\" StartDate=\"%s\" "
		"EndDate=\"%s\"/>"
		"<m:ParentFolderIds>",
		EWS_MAX_ENTRIES, when_text(from, start), when_text(to, end));
	for (size_t i = 0; i < n; i++) {
		buf_str(b, "<t:DistinguishedFolderId Id=\"calendar\"");
		if (r->impersonate != NULL) {
			buf_str(b, "/>");
			continue;
		}
		buf_str(b, "><t:Mailbox><t:EmailAddress>");
		buf_xml(b, mailboxes[i]);
		buf_str(b, "</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>");
	}
	buf_str(b, "</m:ParentFolderIds></m:FindItem>");
	close_envelope(b);
}

/* The body as it is stored: a server's own conversion to text loses links. */
void
ews_write_get(struct buf *b, const struct ews_request *r, const char *const *ids,
	size_t n, bool body)
{
	const struct ews_version *v = &ews_versions[r->version];
	open_envelope(b, r);
	buf_str(b, "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>");
	if (body)
		buf_str(b, "<t:BodyType>Best</t:BodyType>");
	if (body && v->online)
		buf_printf(
			b, "<t:MaximumBodySize>%d</t:MaximumBodySize>", EWS_MAX_BODY_KB);
	buf_str(b, "<t:AdditionalProperties>");
	write_fields(b, v);
	if (body)
		write_field(b, "item:Body");
	if (v->online)
		write_field(b, "calendar:JoinOnlineMeetingUrl");
	for (size_t i = 0; i < sizeof public_strings / sizeof *public_strings; i++)
		buf_printf(b,
			"<t:ExtendedFieldURI "
			"DistinguishedPropertySetId=\"PublicStrings\" "
			"PropertyName=\"%s\" PropertyType=\"String\"/>",
			public_strings[i]);
	buf_str(b, "</t:AdditionalProperties></m:ItemShape><m:ItemIds>");
	for (size_t i = 0; i < n; i++) {
		buf_str(b, "<t:ItemId Id=\"");
		buf_xml(b, ids[i]);
		buf_str(b, "\"/>");
	}
	buf_str(b, "</m:ItemIds></m:GetItem>");
	close_envelope(b);
}

void
ews_write_expiry(struct buf *b, const struct ews_request *r)
{
	open_envelope(b, r);
	buf_str(b, "<m:GetPasswordExpirationDate/>");
	close_envelope(b);
}
