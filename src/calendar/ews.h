/*
 * ews: Exchange Web Services, what its files share
 *
 * SOAP over HTTP as Exchange 2013 and later speak it, with a step down for older back
 * ends: learn.microsoft.com/exchange/client-developer/web-service-reference. Elements are
 * written in the order of Microsoft's schema, which Exchange insists on.
 *
 * Owns:    nothing; everything is the given arena's.
 * Threads: any.
 */
#ifndef CALENDAR_EWS_H
#define CALENDAR_EWS_H

#include "base/buf.h"
#include "calendar/calendar.h"

#define EWS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define EWS_TYPES "http://schemas.microsoft.com/exchange/services/2006/types"
#define EWS_MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"
#define EWS_ERRORS "http://schemas.microsoft.com/exchange/services/2006/errors"

enum {
	EWS_MAX_ENTRIES =
		250, /* of one room in one answer; Exchange counts all finds together */
	EWS_MAX_IDS = 50, /* in one GetItem; Exchange works at most a minute on one */
	EWS_MAX_BODY_KB = 256,
};

/* What a request was, and so what its reply is read as. */
enum ews_op {
	EWS_FIND = 1, /* which events rooms have: one answer a room */
	EWS_GET,      /* events whole: one answer an event */
	EWS_GET_BARE, /* the same, without the body that could not be had */
	EWS_EXPIRY,   /* when the account's password expires */
};

/* The schema a request is written in, newest first. */
struct ews_version {
	const char *name;
	int major;    /* of the servers that speak it */
	bool has_uid; /* calendar:UID */
	bool online;  /* MaximumBodySize and calendar:JoinOnlineMeetingUrl */
};
enum { EWS_VERSIONS = 3 };
extern const struct ews_version ews_versions[EWS_VERSIONS];
size_t ews_version_for(const char *server_version); /* an index; NULL: the newest */

struct ews_request {
	size_t version;
	const char *impersonate; /* a mailbox, or NULL */
};
/* `mailboxes` are named in the request unless it impersonates. */
void ews_write_find(struct buf *b, const struct ews_request *r,
	const char *const *mailboxes, size_t n, int64_t from, int64_t to);
void ews_write_get(struct buf *b, const struct ews_request *r, const char *const *ids,
	size_t n, bool body);
void ews_write_expiry(struct buf *b, const struct ews_request *r);

/* Whose trouble a code is, and what may still be tried. */
enum ews_scope {
	EWS_ROOM,          /* this room or event alone */
	EWS_ACCOUNT,       /* everything that the account asks for */
	EWS_SMALLER,       /* it may work with less asked at once */
	EWS_AGAIN,         /* this one was not looked at */
	EWS_OLDER,         /* the server wants an older schema */
	EWS_OLDER_MAILBOX, /* this mailbox does */
};
struct ews_trouble {
	const char *code; /* a ResponseCode of the schema, or one of ours */
	enum err_grade grade;
	enum ews_scope scope;
	const char *text, *cure; /* with {room}, {user} and {host} */
};
const struct ews_trouble *ews_trouble(const char *code); /* never NULL */

/* Grade, text and cure for a code that the reader or the server named. */
void ews_explain(struct err *err, const char *code, const char *room,
	const struct calendar_link *link);

/*
 * What a status says by itself. False: the body has the word. `is_soap`: it could be read
 * as an Exchange answer.
 */
bool ews_explain_http(struct err *err, const struct http_answer *http, bool is_soap,
	const struct calendar_link *link);

/*
 * A reply as records. *ret_events (may be NULL) has, for each sighting, the event with
 * its body and entries, which the sighting's own lacks.
 */
void ews_parse(struct arena *a, int op, const char *bytes, size_t size, struct reply *ret,
	const struct event **ret_events);

/* The address, before it is asked. */
int ews_check(const struct calendar_link *link, struct err *err);

struct poll *ews_begin(const struct calendar_link *link, const struct poll_room *rooms,
	size_t n_rooms, int64_t from, int64_t to);
bool ews_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op);
void ews_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed);
const struct poll_result *ews_results(struct poll *p);
void ews_end(struct poll *p);

#endif
