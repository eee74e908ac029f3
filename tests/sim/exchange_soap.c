#include "sim/exchange_soap.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"

const char *const operation_names[] = {
	"", "FindItem", "GetItem", "GetFolder", "GetPasswordExpirationDate"};

static const struct {
	const char *code, *words;
} sayings[] = {
	{"ErrorAccessDenied", "Access is denied. Check credentials and try again."},
	{"ErrorBatchProcessingStopped",
		"Batch processing was stopped before this one was looked at."},
	{"ErrorCalendarEndDateIsEarlierThanStartDate",
		"EndDate is earlier than StartDate."},
	{"ErrorCalendarFolderIsInvalidForCalendarView",
		"A calendar view is of a calendar folder only."},
	{"ErrorCalendarViewRangeTooBig",
		"The calendar view is wider than the two years that are allowed."},
	{"ErrorExceededFindCountLimit", "You have exceeded the maximum number of objects "
					"that can be returned for "
					"the find operation."},
	{"ErrorFolderNotFound", "The specified folder could not be found in the store."},
	{"ErrorImpersonateUserDenied", "The account does not have permission to "
				       "impersonate the requested user."},
	{"ErrorIncorrectSchemaVersion", "The request is valid but does not specify the "
					"correct server version in the "
					"RequestServerVersion SOAP header."},
	{"ErrorInternalServerError",
		"An internal server error occurred. The operation failed."},
	{"ErrorInvalidIdMalformed", "Id is malformed."},
	{"ErrorInvalidPropertyRequest", "Property is not valid for this object type."},
	{"ErrorInvalidRequest", "The request is invalid."},
	{"ErrorInvalidSchemaVersionForMailboxVersion",
		"The schema version supplied is incompatible with the mailbox version."},
	{"ErrorInvalidServerVersion", "The specified server version is invalid."},
	{"ErrorItemCorrupt", "The item is corrupt."},
	{"ErrorItemNotFound", "The specified object was not found in the store."},
	{"ErrorMissingEmailAddress",
		"When making a request as an account that does not have a mailbox, every "
		"distinguished folder id needs a mailbox address."},
	{"ErrorNonExistentMailbox",
		"The SMTP address has no mailbox associated with it."},
	{"ErrorSchemaValidation", "The request failed schema validation."},
	{"ErrorServerBusy",
		"The server cannot service this request right now. Try again later."},
	{"ErrorTimeoutExpired", "The request was not completed in time."},
};

const char *
words_of(const char *code)
{
	for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++)
		if (strcmp(sayings[i].code, code) == 0)
			return sayings[i].words;
	return code;
}

static void
begin(struct call *c)
{
	buf_init(&c->out, c->arena);
	buf_str(&c->out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
			 "<s:Envelope xmlns:s=\"" NS_SOAP "\">");
}

void
soap_fault(struct call *c, const char *code, const char *words, const char *inside)
{
	struct buf *b = &c->out;
	begin(c);
	if (words == NULL)
		words = words_of(code);
	buf_printf(b,
		"<s:Body><s:Fault><faultcode xmlns:a=\"" NS_TYPES "\">a:%s</faultcode>"
		"<faultstring xml:lang=\"en-US\">",
		code);
	buf_xml(b, words);
	buf_printf(b,
		"</faultstring><detail><e:ResponseCode xmlns:e=\"" NS_ERRORS
		"\">%s</e:ResponseCode><e:Message xmlns:e=\"" NS_ERRORS "\">",
		code);
	buf_xml(b, words_of(code));
	buf_str(b, "</e:Message>");
	if (inside != NULL && *inside != '\0')
		buf_printf(b, "<t:MessageXml xmlns:t=\"" NS_TYPES "\">%s</t:MessageXml>",
			inside);
	buf_str(b, "</detail></s:Fault></s:Body></s:Envelope>");
	c->status = 500;
	c->count->refused++;
}

/* SOAP's own trouble, which no code of Exchange's names. */
static void
soap_trouble(struct call *c, const char *code, const char *words)
{
	begin(c);
	buf_printf(&c->out,
		"<s:Body><s:Fault><faultcode>s:%s</faultcode><faultstring "
		"xml:lang=\"en-US\">"
		"%s</faultstring></s:Fault></s:Body></s:Envelope>",
		code, words);
	c->status = 500;
	c->count->refused++;
}

bool
soap_read(struct call *c, const char *bytes, size_t size)
{
	c->document = xmlReadMemory(bytes, (int)size, "request", NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (c->document == NULL || xmlGetIntSubset(c->document) != NULL)
		return false;
	c->envelope = xmlDocGetRootElement(c->document);
	const xmlNode *body = node_child(c->envelope, "Body");
	c->request = node_child(body, NULL);
	for (int i = OP_FIND; c->request != NULL && i <= OP_EXPIRY; i++)
		if (node_is(c->request, NS_MESSAGES, operation_names[i]))
			c->operation = (enum operation)i;
	return true;
}

void
soap_end(struct call *c)
{
	xmlFreeDoc(c->document);
}

static bool
check(struct call *c, const xmlNode *n, const struct schema_type *type)
{
	struct schema_check k = {.arena = c->arena,
		.asked = c->version,
		.server = c->store->server.newest};
	if (schema_check(&k, n, type))
		return true;
	struct buf inside;
	buf_init(&inside, c->arena);
	buf_printf(&inside,
		"<t:LineNumber>%ld</t:LineNumber><t:LinePosition>1</t:LinePosition>"
		"<t:Violation>",
		k.line);
	buf_xml(&inside, k.words);
	buf_str(&inside, "</t:Violation>");
	soap_fault(c, "ErrorSchemaValidation",
		arena_printf(
			c->arena, "The request failed schema validation: %s", k.words),
		inside.s);
	return false;
}

/* SOAP 1.1 (w3.org/TR/2000/NOTE-SOAP-20000508), 4: a Header, if any, then the Body. */
static bool
check_envelope(struct call *c, const xmlNode **ret_header)
{
	const xmlNode *n = node_child(c->envelope, NULL);
	*ret_header = NULL;
	if (!node_is(c->envelope, NS_SOAP, "Envelope")) {
		soap_trouble(c, "VersionMismatch", "This is no envelope of SOAP 1.1.");
		return false;
	}
	if (node_is(n, NS_SOAP, "Header")) {
		*ret_header = n;
		n = node_next(n);
	}
	if (!node_is(n, NS_SOAP, "Body") || node_next(n) != NULL || c->request == NULL ||
		node_next(c->request) != NULL) {
		soap_trouble(c, "Client", "The message could not be processed.");
		return false;
	}
	return true;
}

static bool
must_be_understood(const xmlNode *n)
{
	xmlChar *v = xmlGetNsProp(
		n, (const xmlChar *)"mustUnderstand", (const xmlChar *)NS_SOAP);
	bool must = v != NULL && strcmp((const char *)v, "1") == 0;
	xmlFree(v);
	return must;
}

static const xmlNode *
find_header(const xmlNode *header, const char *name)
{
	for (const xmlNode *n = node_child(header, NULL); n != NULL; n = node_next(n))
		if (node_is(n, NS_TYPES, name))
			return n;
	return NULL;
}

/* Those that are not known are passed over; their order means nothing. */
static bool
check_headers(struct call *c, const xmlNode *header)
{
	for (const xmlNode *n = node_child(header, NULL); n != NULL; n = node_next(n)) {
		const struct schema_child *known =
			schema_header(n->ns != NULL ? (const char *)n->ns->href : "",
				(const char *)n->name);
		if (known == NULL && must_be_understood(n)) {
			soap_trouble(c, "MustUnderstand", "A header is not understood.");
			return false;
		}
		if (known == NULL)
			continue;
		if (find_header(header, known->name) != n) {
			soap_fault(c, "ErrorDuplicateSOAPHeader", NULL, NULL);
			return false;
		}
		if (!check(c, n, known->type))
			return false;
	}
	return true;
}

/* Without the header, a request is one of Exchange 2007's first clients. */
static bool
read_version(struct call *c, const xmlNode *header)
{
	const xmlNode *n = find_header(header, "RequestServerVersion");
	const char *name =
		n != NULL ? node_attribute(c->arena, n, "Version") : "Exchange2007";
	c->version = name != NULL ? version_named(name) : V_NONE;
	if (c->version <= c->store->server.newest)
		return true;
	soap_fault(c, "ErrorInvalidServerVersion", NULL, NULL);
	return false;
}

static bool
may_impersonate(const struct account *a, const char *mailbox)
{
	for (size_t i = 0; i < a->n_impersonates; i++)
		if (matches(a->impersonates[i], mailbox))
			return true;
	return false;
}

/* Which mailbox a ConnectingSID names; its other kinds are answered as for a stranger. */
static const char *
unknown_code(const char *kind)
{
	if (strcmp(kind, "PrincipalName") == 0)
		return "ErrorInvalidUserPrincipalName";
	return strcmp(kind, "SID") == 0 ? "ErrorInvalidSid" : "ErrorNonExistentMailbox";
}

static bool
read_impersonation(struct call *c, const xmlNode *header)
{
	const xmlNode *n = find_header(header, "ExchangeImpersonation");
	if (n == NULL || c->operation == OP_EXPIRY) /* its binding has no such header */
		return true;
	const xmlNode *who = node_child(node_child(n, "ConnectingSID"), NULL);
	const struct room *r =
		calendars_room(&c->store->calendars, node_text(c->arena, who));
	c->count->unanchored += !c->anchored;
	if (r == NULL)
		soap_fault(c, unknown_code((const char *)who->name), NULL, NULL);
	else if (!may_impersonate(c->account, r->mailbox))
		soap_fault(c, "ErrorImpersonateUserDenied", NULL, NULL);
	c->as = r;
	return c->status == 0;
}

/* All times are told in UTC; whoever wants another zone would get wrong ones. */
static bool
check_zone(struct call *c, const xmlNode *header)
{
	const xmlNode *n = node_child(find_header(header, "TimeZoneContext"), NULL);
	const char *id = n != NULL ? node_attribute(c->arena, n, "Id") : "UTC";
	if (id != NULL && strcmp(id, "UTC") == 0)
		return true;
	soap_fault(c, "ErrorTimeZone", "Only UTC is simulated.", NULL);
	return false;
}

static const struct {
	void (*answer)(struct call *);
	bool wrapped; /* in ResponseMessages */
} answers[] = {
	[OP_FIND] = {answer_find, true},
	[OP_GET] = {answer_get, true},
	[OP_FOLDER] = {answer_folder, true},
	[OP_EXPIRY] = {answer_expiry, false},
};

static void
answer(struct call *c)
{
	const struct server *v = &c->store->server;
	const char *name = operation_names[c->operation];
	struct buf *b = &c->out;
	begin(c);
	buf_printf(b,
		"<s:Header><h:ServerVersionInfo MajorVersion=\"%d\" MinorVersion=\"%d\" "
		"MajorBuildNumber=\"%d\" MinorBuildNumber=\"%d\"",
		v->major, v->minor, v->build, v->revision);
	if (v->schema != NULL)
		buf_printf(b, " Version=\"%s\"", v->schema);
	buf_str(b,
		" xmlns:h=\"" NS_TYPES "\" xmlns=\"" NS_TYPES "\"/></s:Header><s:Body>");
	if (answers[c->operation].wrapped)
		buf_printf(b,
			"<m:%sResponse xmlns:m=\"" NS_MESSAGES "\" xmlns:t=\"" NS_TYPES
			"\"><m:ResponseMessages>",
			name);
	c->status = 200;
	answers[c->operation].answer(c);
	if (c->status != 200)
		return; /* a fault took its place */
	if (answers[c->operation].wrapped)
		buf_printf(b, "</m:ResponseMessages></m:%sResponse>", name);
	buf_str(b, "</s:Body></s:Envelope>");
}

void
soap_answer(struct call *c)
{
	const xmlNode *header;
	const struct schema_child *operation;
	if (c->spoil == SPOIL_FAULT) {
		soap_fault(c, c->code, NULL, c->values);
		return;
	}
	if (!check_envelope(c, &header) || !read_version(c, header) ||
		!check_headers(c, header))
		return;
	operation = c->operation != OP_NONE
			    ? schema_operation(NS_MESSAGES, operation_names[c->operation])
			    : NULL;
	if (operation == NULL)
		soap_fault(c, "ErrorInvalidRequest", NULL, NULL);
	else if (operation->since > c->version)
		soap_fault(c, "ErrorIncorrectSchemaVersion", NULL, NULL);
	else if (check(c, c->request, operation->type) && read_impersonation(c, header) &&
		 check_zone(c, header))
		answer(c);
}

/* How XML wants the character written; NULL: as it is. Control characters are written as
 * references, which XML forbids: so does Exchange. */
static const char *
escaped(unsigned char c, char number[8])
{
	if (c < ' ' && c != '\n' && c != '\t') {
		snprintf(number, 8, "&#x%X;", c);
		return number;
	}
	return c == '&'   ? "&amp;"
	       : c == '<' ? "&lt;"
	       : c == '>' ? "&gt;"
	       : c == '"' ? "&quot;"
			  : NULL;
}

/* Where the first `limit` characters of a text end. */
static const char *
end_of(const char *text, size_t limit)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80 && limit-- == 0)
			return text;
	return text;
}

void
put_text(struct buf *b, const char *text, size_t limit)
{
	const char *end = limit > 0 ? end_of(text, limit) : text + strlen(text);
	const char *plain = text;
	char number[8];
	for (; text < end; text++) {
		const char *as = escaped((unsigned char)*text, number);
		if (as == NULL)
			continue;
		buf_add(b, plain, (size_t)(text - plain));
		buf_str(b, as);
		plain = text + 1;
	}
	buf_add(b, plain, (size_t)(end - plain));
}

const char *
spoilt_code(const struct call *c, size_t i)
{
	return c->spoil == SPOIL_MESSAGES || (c->spoil == SPOIL_ITEM && i == 0) ? c->code
										: NULL;
}

void
put_trouble(struct call *c, const char *code, const char *inside)
{
	bool stopped = strcmp(code, "ErrorBatchProcessingStopped") == 0;
	const char *name = operation_names[c->operation];
	struct buf *b = &c->out;
	buf_printf(b, "<m:%sResponseMessage ResponseClass=\"%s\"><m:MessageText>", name,
		stopped ? "Warning" : "Error");
	buf_xml(b, words_of(code));
	buf_printf(b,
		"</m:MessageText><m:ResponseCode>%s</"
		"m:ResponseCode><m:DescriptiveLinkKey>0"
		"</m:DescriptiveLinkKey>",
		code);
	if (c->values != NULL && spoilt_code(c, 0) == code)
		buf_printf(b, "<m:MessageXml>%s</m:MessageXml>", c->values);
	buf_printf(b, "%s</m:%sResponseMessage>", inside, name);
}
