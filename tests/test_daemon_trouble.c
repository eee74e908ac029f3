/* What can be wrong between a daemon and its calendars: each with its own message and cure, in
 * `link test` and in `status` alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/cli.h"
#include "help/daemon.h"
#include "help/help.h"
#include "help/run.h"
#include "sim/exchange.h"

static struct arena *a;
static struct exchange *server;
static struct daemon daemon_;

static void
serve(const struct sim_config *config)
{
	struct sim_config c = *config;
	struct err err;
	c.scenario = help_path(a, "fixtures/calendars/exchange/demo.yaml");
	if (exchange_start(&c, &server, &err) != ERR_NONE)
		fail_msg("%s", err.text);
}

static int
set_up(void **state)
{
	(void)state;
	a = arena_new(0);
	server = NULL;
	daemon_place(a, &daemon_);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	int status = daemon_.pid > 0 ? daemon_stop(&daemon_) : 0;
	exchange_stop(server);
	arena_free(a);
	return status;
}

struct trouble {
	const char *url, *user, *password, *mailbox, *fault;
	bool impersonate, no_ca_file;
	const char *says, *cure;
};

static void
add_link(const struct trouble *t)
{
	const char *ca_file = t->no_ca_file ? NULL : exchange_ca(server);
	run_convoke(a, CLI_DONE, "link", "add", "exchange", "hq", "--insecure-loopback",
		"--url", t->url != NULL ? t->url : exchange_url(server), "--user",
		t->user != NULL ? t->user : "svc-rooms@example.com", "--password-file",
		help_put(a, daemon_.dir, "password",
			t->password != NULL ? t->password : "test-only-delegate"),
		t->impersonate ? "--impersonate" : "--delegation",
		ca_file != NULL ? "--ca-file" : NULL,
		ca_file != NULL ? help_put(a, daemon_.dir, "ca.pem", ca_file) : NULL,
		NULL);
}

/* The same words reach all three ways of asking. */
static void
check(const struct trouble *t)
{
	struct err err;
	if (t->fault != NULL && exchange_fail(server, t->fault, &err) != ERR_NONE)
		fail_msg("%s", err.text);
	add_link(t);
	run_convoke(a, CLI_DONE, "room", "add", "A", "--mailbox",
		t->mailbox != NULL ? t->mailbox : "sea-38-0021@example.com", "--link",
		"hq", NULL);
	struct run *r = run_convoke(a, CLI_NO, "room", "poll", "A", NULL);
	run_has(a, r->out, t->says);
	run_has(a, r->out, t->cure);
	r = run_convoke(a, CLI_NO, "status", NULL);
	run_has(a, r->out, t->says);
	run_has(a, r->out, t->cure);
	r = run_convoke(a, CLI_NO, "status", "--json", NULL);
	json_t *o = json_loads(r->out, 0, NULL);
	const json_t *room = json_array_get(json_object_get(o, "rooms"), 0);
	const char *text = json_string_value(
		json_object_get(json_object_get(room, "error"), "text"));
	assert_non_null(text);
	run_has(a, text, t->says);
	json_decref(o);
	r = run_convoke(a, CLI_NO, "link", "test", "hq", NULL);
	run_has(a, r->out, "FAIL");
	r = run_convoke(a, CLI_NO, "join", "A", NULL);
	run_has(a, r->out, "The room's calendar was never read");
	run_has(a, r->out, "`convoke status`");
	assert_null(strstr(daemon_log(&daemon_), "test-only"));
}

static void
a_wrong_password(void **state)
{
	(void)state;
	serve(&(struct sim_config){.port = 0});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.password = "test-only-wrong",
		.says = "refuses the user name or password of svc-rooms@example.com (401)",
		.cure = "Check both, and the form of the name"});
	/* and it is cured by another one, without a restart */
	run_convoke(a, CLI_DONE, "link", "set", "hq", "--password-file",
		help_put(a, daemon_.dir, "password", "test-only-delegate\n"), NULL);
	run_has(a, run_convoke(a, CLI_DONE, "link", "test", "hq", NULL)->out, "ok login");
}

static void
the_address_of_owa(void **state)
{
	(void)state;
	serve(&(struct sim_config){.port = 0});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.fault = "owa:always",
		.says = "this is OWA's address or a login page, not EWS",
		.cure = "/EWS/Exchange.asmx"});
}

static void
basic_authentication_is_off(void **state)
{
	(void)state;
	serve(&(struct sim_config){.port = 0});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.fault = "no-basic:always",
		.says = "does not offer basic authentication (401); it offers",
		.cure = "Set-WebServicesVirtualDirectory"});
}

static void
nobody_is_there(void **state)
{
	(void)state;
	serve(&(struct sim_config){.port = 0});
	const char *url = arena_strdup(a, exchange_url(server));
	exchange_stop(server);
	serve(&(struct sim_config){.tls = true}); /* another, at another port */
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.url = url,
		.says = "the connection was refused",
		.cure = "Check the port in the link's URL"});
}

static void
an_expired_certificate(void **state)
{
	(void)state;
	serve(&(struct sim_config){.tls = true, .expired = true});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.says = "the certificate has expired",
		.cure = "Renew the certificate on the server"});
	assert_int_equal(exchange_counters(server).requests, 0); /* no password left us */
}

static void
a_certificate_of_an_authority_that_is_not_known(void **state)
{
	(void)state;
	serve(&(struct sim_config){.tls = true});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.no_ca_file = true,
		.says = "the certificate's authority is not one that this machine trusts",
		.cure = "CA file"});
	assert_int_equal(exchange_counters(server).requests, 0);
}

static void
a_calendar_without_permission(void **state)
{
	(void)state;
	serve(&(struct sim_config){.port = 0});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.mailbox = "sea-38-0099@example.com",
		.says = "may not read the calendar of sea-38-0099@example.com",
		.cure = "`Add-MailboxFolderPermission -Identity "
			"\"sea-38-0099@example.com:\\Calendar\" -User "
			"\"svc-rooms@example.com\" -AccessRights Reviewer`"});
}

static void
a_role_that_leaves_the_room_out(void **state)
{
	(void)state;
	serve(&(struct sim_config){.port = 0});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.user = "svc-impersonate@example.com",
		.password = "test-only-impersonate",
		.impersonate = true,
		.mailbox = "sea-38-0099@example.com",
		.says = "may not impersonate sea-38-0099@example.com",
		.cure = "New-ManagementRoleAssignment -Role ApplicationImpersonation"});
}

static void
a_mailbox_that_does_not_exist(void **state)
{
	(void)state;
	serve(&(struct sim_config){.port = 0});
	daemon_start(&daemon_, NULL);
	check(&(struct trouble){.mailbox = "nobody@example.com",
		.says = "there is no mailbox nobody@example.com on this Exchange",
		.cure = "Check the address"});
}

static void
http_is_not_for_other_machines(void **state)
{
	(void)state;
	daemon_start(&daemon_, NULL);
	const char *file = help_put(a, daemon_.dir, "password", "test-only\n");
	static const char *const urls[] = {"http://mail.example.com/EWS/Exchange.asmx",
		"http://127.0.0.1/EWS/Exchange.asmx", "ftp://mail.example.com/",
		"https://svc:test-only@mail.example.com/", "mail.example.com"};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct run *r = run_convoke(a, CLI_NO, "link", "add", "exchange", "hq",
			"--url", urls[i], "--user", "svc@example.com", "--password-file",
			file, NULL);
		run_has(a, r->err, " https");
		assert_null(strstr(r->err, "test-only"));
	}
}

static void
a_data_file_that_is_wrong(void **state)
{
	(void)state;
	daemon_start(&daemon_, NULL);
	struct run r = {0};
	run(a,
		(const char *[]){"/bin/mkdir",
			arena_printf(a, "%s/site/providers", daemon_.dir), NULL},
		&r);
	help_put(a, daemon_.dir, "site/providers/acme.yaml",
		"id: acme\nname: Acme\npin: sometimes\n");
	struct run *refused = run_convoke(a, CLI_NO, "reload", NULL);
	run_has(a, refused->err, "acme.yaml:3");
	struct run *status = run_convoke(a, CLI_NO, "status", NULL);
	run_has(a, status->out, "A reload was refused");
	run_has(a, status->out, "acme.yaml:3");
	run_has(a, run_convoke(a, CLI_DONE, "provider", "list", NULL)->out, "zoom");
	help_put(a, daemon_.dir, "site/providers/acme.yaml",
		"id: acme\nname: Acme\npin: never\n"
		"shapes:\n  - {slot: meeting_id, digits: true, "
		"min: 4, max: 8}\n"
		"tails: [',,{meeting_id}#']\n");
	run_convoke(a, CLI_DONE, "reload", NULL);
	run_has(a, run_convoke(a, CLI_DONE, "provider", "list", NULL)->out, "acme");
	run_convoke(a, CLI_DONE, "status", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_wrong_password, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_address_of_owa, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			basic_authentication_is_off, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_expired_certificate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_certificate_of_an_authority_that_is_not_known, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_calendar_without_permission, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_role_that_leaves_the_room_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_mailbox_that_does_not_exist, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			http_is_not_for_other_machines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_data_file_that_is_wrong, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("daemon: troubles", tests, NULL, NULL);
}
