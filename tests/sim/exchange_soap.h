/*
 * exchange_soap: one request to a simulated Exchange, and the words of its answer
 *
 * A request is read as SOAP, checked against the schema, its version and its headers, and
 * answered by its operation: response messages in the order asked, or one fault.
 *
 * Owns:    everything lives in the call's arena.
 * Threads: a call belongs to one thread, which holds the store's lock.
 */
#ifndef SIM_EXCHANGE_SOAP_H
#define SIM_EXCHANGE_SOAP_H

#include "base/buf.h"
#include "sim/exchange_schema.h"
#include "sim/fault.h"

enum operation { OP_NONE, OP_FIND, OP_GET, OP_FOLDER, OP_EXPIRY };
extern const char *const operation_names[]; /* "" for OP_NONE; OP_EXPIRY is the last */
extern const struct faults exchange_faults;

/* What an ordered fault changes in an answer; the rest of it is as it would be. */
enum spoil {
	SPOIL_NOT,
	SPOIL_FAULT,      /* the code, of the request as a whole */
	SPOIL_MESSAGES,   /* the code, of each room or item */
	SPOIL_ITEM,       /* the code, of the first room or item */
	SPOIL_STOPPED,    /* the second half of the items is not looked at */
	SPOIL_EMPTY,      /* calendars without a single item */
	SPOIL_LAST,       /* one item fewer than there are, which the answer hides */
	SPOIL_CHARACTERS, /* such as XML forbids */
};

struct call {
	struct arena *arena;
	struct store *store;
	struct exchange_counters *count;
	struct account *account;
	bool anchored; /* with X-AnchorMailbox */

	/* set by soap_read */
	xmlDoc *document; /* freed by soap_end */
	const xmlNode *envelope, *request;
	enum operation operation;

	/* an ordered fault's */
	enum spoil spoil;
	const char *code, *values; /* values: what MessageXml holds */

	/* found out while answering */
	enum version version;
	const struct room *as; /* who is impersonated; NULL: nobody */

	unsigned status;
	struct buf out;
};

/* False: not XML at all. */
bool soap_read(struct call *c, const char *bytes, size_t size);
void soap_answer(struct call *c); /* after soap_read said true */
void soap_end(struct call *c);

/* Replaces whatever was written. `words` NULL: those of the code. */
void soap_fault(struct call *c, const char *code, const char *words, const char *inside);

/* `words` for a code as Exchange says them, or the code itself. */
const char *words_of(const char *code);

void answer_find(struct call *c);
void answer_get(struct call *c);
void answer_folder(struct call *c);
void answer_expiry(struct call *c);

/* A response message without data. `inside` stands after the code; may be "". */
void put_trouble(struct call *c, const char *code, const char *inside);
void put_text(struct buf *b, const char *text, size_t limit); /* characters; 0: all */
/* What an ordered fault says of the i-th room or item; NULL: nothing. */
const char *spoilt_code(const struct call *c, size_t i);

/* The calendar that a FolderId or DistinguishedFolderId means; NULL: *ret_code says why
 * not. */
const struct room *find_folder(struct call *c, const xmlNode *id, const char **ret_code);
enum right right_of(const struct call *c, const struct room *r);

/* Which properties are asked for, and how. */
struct shape {
	unsigned long long fields; /* a bit for each row of the table of fields */
	const char **properties;
	size_t n_properties;
	enum { BODY_BEST, BODY_HTML, BODY_TEXT } body;
	size_t max_body;  /* bytes; 0: all */
	const char *code; /* why it cannot be had; NULL: it can */
};

/* What an item may tell, in the schema's order. */
struct item;
struct item_field {
	const char *uri;
	void (*put)(const struct item *i, const char *name);
	bool by_default; /* of BaseShape Default */
	bool whole;      /* GetItem alone gives it */
};
enum { ITEM_FIELDS = 28, FIELD_BODY = 4, FIELD_PROPERTIES = 6 };
extern const struct item_field item_fields[ITEM_FIELDS];

void read_shape(struct call *c, const xmlNode *shape, struct shape *ret);
bool asks_for_body(const struct shape *s);
void put_item(struct call *c, const struct shape *s, const struct room *r,
	const struct occurrence *o, bool whole);

#endif
