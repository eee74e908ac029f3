/*
 * talk: requests written by hand to the simulated Exchange
 *
 * Owns:    an env owns the server, the conversation and the arena that answers live in.
 * Threads: one.
 */
#ifndef HELP_TALK_H
#define HELP_TALK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/http.h"
#include "sim/exchange.h"

#define NOW "2026-11-23T15:00:00Z"

#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define TYPES "http://schemas.microsoft.com/exchange/services/2006/types"
#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"

#define VERSION(v) "<t:RequestServerVersion Version=\"" v "\"/>"
#define ENVELOPE(headers, body)                                                          \
	"<s:Envelope xmlns:s=\"" SOAP "\" xmlns:t=\"" TYPES "\" xmlns:m=\"" MESSAGES     \
	"\"><s:Header>" headers "</s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define ASK(body) ENVELOPE(VERSION("Exchange2013_SP1"), body)
#define AS(mailbox, body)                                                                \
	ENVELOPE(                                                                        \
		VERSION("Exchange2013_SP1") "<t:ExchangeImpersonation><t:ConnectingSID>" \
					    "<t:PrimarySmtpAddress>" mailbox             \
					    "</t:PrimarySmtpAddress></"                  \
					    "t:ConnectingSID></"                         \
					    "t:ExchangeImpersonation>",                  \
		body)
#define ROOM(mailbox)                                                                    \
	"<t:DistinguishedFolderId Id=\"calendar\"><t:Mailbox><t:EmailAddress>" mailbox   \
	"</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>"
#define OWN "<t:DistinguishedFolderId Id=\"calendar\"/>"
#define FIELD(uri) "<t:FieldURI FieldURI=\"" uri "\"/>"
#define SHAPE(more, fields)                                                              \
	"<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>" more                            \
	"<t:AdditionalProperties>" fields "</t:AdditionalProperties></m:ItemShape>"
#define VIEW(attributes) "<m:CalendarView " attributes "/>"
#define FIND(shape, view, folders)                                                       \
	"<m:FindItem Traversal=\"Shallow\">" shape view "<m:ParentFolderIds>" folders    \
	"</m:ParentFolderIds></m:FindItem>"
#define DAY VIEW("StartDate=\"2026-11-23T00:00:00Z\" EndDate=\"2026-11-24T00:00:00Z\"")
#define TIMES FIELD("item:Subject") FIELD("calendar:Start") FIELD("calendar:End")
#define GET(shape, ids) "<m:GetItem>" shape "<m:ItemIds>" ids "</m:ItemIds></m:GetItem>"

/* The id of the n-th item in the last answer. */
#define ITEM_ID(e, n) between((e)->a, (e)->answer.body, "<t:ItemId Id=\"", "\"", n)

struct env {
	struct arena *a;
	struct exchange *x;
	struct http *h;
	struct http_answer answer;
	struct err err;
	const char *header; /* one more of the next request */
};

/* A server of its own; `scenario` stands below the source tree, NULL: nobody and nothing. */
void open_env(struct env *e, const char *scenario);
void close_env(struct env *e);

/* Rooms one@example.com and two@example.com, without meetings, and a Reviewer of both. */
void open_two_rooms(struct env *e);
void speak_as(struct env *e, const char *user, const char *password);

/* http_do's grade. */
int send_to(struct env *e, const char *path, const char *type, const char *body);

/* Sends `body` to EWS and has an answer of this status, with this in it. */
void expect(struct env *e, const char *body, long status, const char *within);
void has(const struct env *e, const char *within);
void has_not(const struct env *e, const char *within);

size_t occurrences(const char *text, const char *what);

/* What stands between `open` and the next `close` after the n-th `open`, from 0. */
const char *between(
	struct arena *a, const char *text, const char *open, const char *close, size_t n);

void put_meeting(struct env *e, const char *mailbox, const struct sim_meeting *m);

#endif
