/*
 * slot: the typed pieces of a meeting
 *
 * A web passcode, a phone PIN, and Teams' three IDs are different things and never fill
 * each other's places. Pattern files capture into these names, provider files build
 * from them. Values are strings: leading zeros live.
 */
#ifndef SLOT_H
#define SLOT_H

#include <stdbool.h>
#include <stddef.h>

enum slot {
	SLOT_URL,          /* the join link, whole */
	SLOT_MEETING_ID,   /* the ID a person types in the web client */
	SLOT_PASSCODE,     /* the web passcode, any characters */
	SLOT_PHONE_ID,     /* the ID keyed on the phone; where it differs from meeting_id */
	SLOT_PHONE_PIN,    /* digits keyed after it */
	SLOT_VIDEO_ID,     /* the ID for SIP/H.323 gateways; where it differs */
	SLOT_TENANT,       /* a gateway's tenant key: "813878896" of 813878896@t.plcm.vc */
	SLOT_GATEWAY,      /* the gateway's host: "t.plcm.vc" */
	SLOT_SITE,         /* "northwind" of northwind.webex.com */
	SLOT_NAME,         /* a personal room or vanity name */
	SLOT_SIP,          /* user@host, as printed */
	SLOT_H323,         /* an IPv4 address, as printed */
	N_SLOTS
};

const char *slot_name(enum slot slot);                      /* "meeting_id" */
bool slot_find(const char *name, size_t n, enum slot *ret); /* by that name */

/* The longest value a slot may have, in bytes. */
size_t slot_max(enum slot slot);

/* Whether a URL, or its path, has a segment "." or ".." (RFC 3986, 5.2.4; "%2e" is one too):
 * a browser takes them out, and what it then opens is another page than was matched. */
bool slot_path_climbs(const char *path);

/* Whether `value` is made of what the slot allows: digits only for the phone's, no control
 * character or space in any, printable ASCII in all but a passcode, and no path that climbs in a url. */
bool slot_allows(enum slot slot, const char *value, size_t n);

#endif
