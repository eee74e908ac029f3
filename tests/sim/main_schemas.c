/*
 * sim-schemas: our requests and the simulated Exchange's replies, by Microsoft's schema
 *
 * usage: sim-schemas DIR OUT. DIR has Messages.xsd and Types.xsd; in OUT every request and
 * reply is left. Ends with 1 when one of them is not valid, or when the simulator's own
 * tables judge a request otherwise than the schema does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/http.h"
#include "calendar/calendar.h"
#include "extract.h"
#include "provider.h"
#include "sim/exchange.h"
#include "sim/schemas.h"

#define SCENARIO "fixtures/calendars/exchange/demo.yaml"

struct run {
	struct arena *a;
	struct exchange *x;
	struct rules *rules;
	struct xsd xsd;
	const char *out;
	struct validated requests, replies;
	struct judged judged;
	size_t shown;         /* requests of the server that were looked at */
	const char *seen[32]; /* kinds of requests whose changes were judged */
	size_t n_seen;
};

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "schemas: %s: %s\n", what, why);
	exit(2);
}

static void
must(int grade, const struct err *err)
{
	if (grade != ERR_NONE)
		die(err->code, err->text);
}

static void
write_file(struct run *r, size_t i, const char *operation, const char *what,
	const char *bytes, size_t size)
{
	const char *path =
		arena_printf(r->a, "%s/%03zu-%s-%s.xml", r->out, i, operation, what);
	FILE *f = fopen(path, "wb");
	if (f == NULL || fwrite(bytes, 1, size, f) != size || fclose(f) != 0)
		die(path, strerror(errno));
}

/* Once for each operation, way of access and version: what if it were otherwise? */
static void
judge_once(struct run *r, const struct exchange_request *q)
{
	const char *version = strstr(q->body, "Version=\"");
	const char *kind = arena_printf(r->a, "%s %.26s%s%s", q->operation, version,
		strstr(q->body, "Impersonation") != NULL ? " as" : "",
		strstr(q->body, "item:Body") != NULL ? " body" : "");
	for (size_t i = 0; i < r->n_seen; i++)
		if (strcmp(r->seen[i], kind) == 0)
			return;
	if (r->n_seen == sizeof r->seen / sizeof *r->seen)
		return;
	r->seen[r->n_seen++] = kind;
	judge_changes(&r->xsd, q->body, &r->judged);
}

/* What the server was asked since the last time. */
static void
check_new(struct run *r)
{
	struct exchange_request q;
	for (; exchange_request(r->x, r->shown, &q); r->shown++) {
		size_t i = r->shown;
		write_file(r, i, q.operation, "request", q.body, q.body_size);
		write_file(r, i, q.operation, "reply", q.reply, q.reply_size);
		xsd_check_envelope(&r->xsd, arena_printf(r->a, "%03zu request", i),
			q.body, q.body_size, &r->requests);
		xsd_check_envelope(&r->xsd, arena_printf(r->a, "%03zu reply", i), q.reply,
			q.reply_size, &r->replies);
		judge_once(r, &q);
	}
}

/* Everything that our client can ask. */

struct caller {
	const char *user, *password;
	bool impersonate;
};
static const struct caller delegate = {
	"svc-rooms@example.com", "test-only-delegate", false};
static const struct caller impersonator = {
	"svc-impersonate@example.com", "test-only-impersonate", true};

static struct http *
conversation(struct run *r, const struct caller *who)
{
	struct http_config c = {.url = exchange_url(r->x),
		.user = who->user,
		.password = who->password,
		.loopback = true};
	struct http *h;
	struct err err;
	must(http_new(&c, &h, &err), &err);
	return h;
}

static void
poll_as(struct run *r, const struct caller *who, const struct poll_room *rooms, size_t n)
{
	const struct calendar_kind *k = &calendar_exchange;
	struct calendar_link link = {.url = exchange_url(r->x),
		.user = who->user,
		.impersonate = who->impersonate};
	struct http *h = conversation(r, who);
	int64_t now = exchange_now(r->x);
	struct poll *p = k->begin(&link, rooms, n, now - 86400, now + 7 * 86400);
	struct http_ask ask;
	int op;
	while (k->ask(p, r->a, &ask, &op)) {
		struct http_answer *http = arena_one(r->a, struct http_answer);
		struct reply *reply = arena_one(r->a, struct reply);
		struct err err;
		must(http_do(h, &ask, r->a, http, &err), &err);
		k->read(r->a, op, http->body, http->body_size, r->rules, NULL, reply);
		k->take(p, http, reply, NULL);
	}
	k->end(p);
	http_free(h);
	check_new(r);
}

static void
poll_every_way(struct run *r)
{
	static const char *const servers[] = {
		"15.2.1544.9", "15.0.847.32", "14.3.123.4", "8.3.485.1"};
	static const char *const orders[] = {"busy", "busy-message", "busy-inner",
		"item-corrupt@GetItem", "batch-stopped", "empty-calendar", "one-missing",
		"ErrorTimeoutExpired"};
	static const struct poll_room rooms[] = {{.mailbox = "sea-38-0021@example.com"},
		{.mailbox = "sea-38-0022@example.com"},
		{.mailbox = "sea-38-0099@example.com"},
		{.mailbox = "ord-01-0300@example.com"}, {.mailbox = "nobody@example.com"},
		{.mailbox = "muc-02-0103@example.com"}};
	static const struct caller *const accounts[] = {&delegate, &impersonator};
	struct err err;
	for (size_t a = 0; a < 2; a++) {
		for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
			struct exchange_server s = {.version = servers[i]};
			must(exchange_put_server(r->x, &s, &err), &err);
			poll_as(r, accounts[a], rooms, 6);
			poll_as(r, accounts[a], NULL, 0);
		}
		must(exchange_put_server(
			     r->x, &(struct exchange_server){.version = NULL}, &err),
			&err);
		for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
			must(exchange_fail(r->x, orders[i], &err), &err);
			poll_as(r, accounts[a], rooms, 6);
			exchange_heal(r->x);
		}
	}
}

/* What our client does not ask, and the simulator answers all the same. */

#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define TYPES "http://schemas.microsoft.com/exchange/services/2006/types"
#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"
#define ENVELOPE(body)                                                                            \
	"<s:Envelope xmlns:s=\"" SOAP "\" xmlns:t=\"" TYPES "\" xmlns:m=\"" MESSAGES              \
	"\"><s:Header><t:RequestServerVersion Version=\"Exchange2016\"/></s:Header><s:Body>" body \
	"</s:Body></s:Envelope>"
#define ROOM                                                                             \
	"<t:DistinguishedFolderId Id=\"calendar\"><t:Mailbox><t:EmailAddress>"           \
	"sea-38-0021@example.com</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>"

static const char *
send_request(struct run *r, struct http *h, const char *body)
{
	struct http_ask ask = {.method = HTTP_POST,
		.url = exchange_url(r->x),
		.body = body,
		.body_size = strlen(body),
		.content_type = "text/xml"};
	struct http_answer http;
	struct err err;
	must(http_do(h, &ask, r->a, &http, &err), &err);
	return http.body;
}

static void
ask_the_rest(struct run *r)
{
	static const char *const shapes[] = {"IdOnly", "Default", "AllProperties"};
	struct http *h = conversation(r, &delegate);
	send_request(r, h,
		ENVELOPE("<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape>"
			 "</m:FolderShape><m:FolderIds>" ROOM
			 "<t:FolderId Id=\"x\"/></m:FolderIds></m:GetFolder>"));
	send_request(r, h,
		ENVELOPE("<m:GetPasswordExpirationDate><m:MailboxSmtpAddress>a@b.example"
			 "</m:MailboxSmtpAddress></m:GetPasswordExpirationDate>"));
	for (int i = 0; i < 3; i++) {
		const char *found = send_request(r, h,
			arena_printf(r->a,
				ENVELOPE("<m:FindItem Traversal=\"Shallow\"><m:ItemShape>"
					 "<t:BaseShape>%s</t:BaseShape></m:ItemShape>"
					 "<m:ParentFolderIds>" ROOM
					 "</m:ParentFolderIds></m:FindItem>"),
				shapes[i]));
		const char *id = strstr(found, "<t:ItemId Id=\"");
		if (id == NULL)
			die("FindItem", "nothing was found");
		id += strlen("<t:ItemId Id=\"");
		for (int html = 0; html < 2; html++)
			send_request(r, h,
				arena_printf(r->a,
					ENVELOPE(
						"<m:GetItem><m:ItemShape><t:BaseShape>%s"
						"</t:BaseShape><t:BodyType>%s</t:BodyType>"
						"</m:ItemShape><m:ItemIds><t:ItemId "
						"Id=\"%.*s\"/></m:ItemIds></m:GetItem>"),
					shapes[i], html ? "HTML" : "Text",
					(int)strcspn(id, "\""), id));
	}
	http_free(h);
	check_new(r);
}

int
main(int argc, char **argv)
{
	struct run r = {.a = arena_new(0)};
	struct providers *providers;
	struct err err;
	struct sim_config c = {
		.scenario = SCENARIO, .now = "2026-11-23T15:00:00Z", .keep = 2000};
	if (argc != 3)
		die("usage", "sim-schemas DIR OUT, from the top of the source tree");
	r.out = argv[2];
	if (mkdir(r.out, 0777) != 0 && errno != EEXIST)
		die(r.out, strerror(errno));
	if (!xsd_load(&r.xsd, argv[1]))
		die(argv[1], r.xsd.why);
	must(providers_load("providers", NULL, &providers, &err), &err);
	must(rules_load("patterns", NULL, providers, &r.rules, &err), &err);
	must(exchange_start(&c, &r.x, &err), &err);
	poll_every_way(&r);
	ask_the_rest(&r);
	exchange_stop(r.x);
	printf("%zu requests, %zu replies and %zu headers validated, %zu faults beside; "
	       "%zu wrong\n%zu changed requests judged, %zu of them refused; %zu otherwise "
	       "than by the schema\n",
		r.requests.bodies, r.replies.bodies,
		r.requests.headers + r.replies.headers, r.replies.faults,
		r.requests.wrong + r.replies.wrong, r.judged.changes, r.judged.refused,
		r.judged.differ);
	bool good = r.requests.wrong + r.replies.wrong + r.judged.differ == 0 &&
		    r.requests.bodies > 0 && r.judged.changes > 0;
	rules_free(r.rules);
	providers_free(providers);
	arena_free(r.a);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
