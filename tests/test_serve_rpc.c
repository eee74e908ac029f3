/* The wire itself: what is said to whom, how much, how long, and through which file. */
#include "help/office.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve/listen.h"

static void
say(struct office *o, const char *text)
{
	char *copy = arena_strdup(o->a, text);
	for (char *s = copy; *s != '\0'; s++)
		*s = *s == '\'' ? '"' : *s;
	line_send(o->c, copy, strlen(copy));
}

/* The next answer is this error, to that id. */
static void
error_is(struct office *o, const char *id, int code)
{
	json_t *got = line_json(o->c), *want = parse(id);
	if (!json_equal(json_object_get(got, "id"), want) ||
		json_integer_value(part(got, "error.code")) != code)
		fail_msg("not %s %d: %s", id, code, json_dumps(got, 0));
	assert_null(json_object_get(got, "result"));
	json_decref(want);
	json_decref(got);
}

static void
answer_is(struct office *o, const char *id)
{
	json_t *got = line_json(o->c), *want = parse(id);
	if (!json_equal(json_object_get(got, "id"), want) ||
		json_object_get(got, "result") == NULL)
		fail_msg("not %s: %s", id, json_dumps(got, 0));
	json_decref(want);
	json_decref(got);
}

/* As long as one may be. */
#define LONG_ID "1234567890123456789012345678901234567890123456789012345678901234"
#define ASK(id) "{'jsonrpc':'2.0','id':" id ",'method':'profile.list'}\n"

static void
what_is_no_json_is_said_and_forgiven(void **state)
{
	struct office *o = *state;
	static const char *const lines[] = {
		"hello\n",
		"\n",
		"\r\n",
		"{\n",
		"\xef\xbb\xbf{'jsonrpc':'2.0','id':1,'method':'profile.list'}\n",
		"{'jsonrpc':'2.0','id':1,'method':'profile.list'}{}\n",
		"{'jsonrpc':'2.0','id':1,'id':1,'method':'profile.list'}\n",
		"{'jsonrpc':'2.0','id':1,'method':'profile.list','params':{'a':'\\u0000'}}\n",
		"{'jsonrpc':'2.0','id':1,'method':'profile.list','params':{'a':'\xff'}}\n",
		"{'jsonrpc':'2.0','id':1e400,'method':'profile.list'}\n",
		"{'jsonrpc':'2.0','id':99999999999999999999,'method':'profile.list'}\n",
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		say(o, lines[i]);
		error_is(o, "null", -32700);
		say(o, ASK("7"));
		answer_is(o, "7");
	}
	char *deep = arena_alloc(o->a, 60002);
	memset(deep, '[', 60000);
	deep[60000] = '\n';
	say(o, deep);
	error_is(o, "null", -32700);
	line_send(o->c, "\0\n", 2);
	error_is(o, "null", -32700);
}

static void
what_is_no_request_is_said_and_forgiven(void **state)
{
	struct office *o = *state;
	static const char *const lines[] = {
		"5\n",
		"null\n",
		"'meeting.join'\n",
		"[]\n",
		"[{'jsonrpc':'2.0','id':1,'method':'profile.list'}]\n",
		"{}\n",
		"{'id':1,'method':'profile.list'}\n",
		"{'jsonrpc':'1.0','id':1,'method':'profile.list'}\n",
		"{'jsonrpc':2.0,'id':1,'method':'profile.list'}\n",
		"{'jsonrpc':'2.0','id':1}\n",
		"{'jsonrpc':'2.0','id':1,'method':5}\n",
		"{'jsonrpc':'2.0','id':{},'method':'profile.list'}\n",
		"{'jsonrpc':'2.0','id':[1],'method':'profile.list'}\n",
		"{'jsonrpc':'2.0','id':1.5,'method':'profile.list'}\n",
		"{'jsonrpc':'2.0','id':true,'method':'profile.list'}\n",
		ASK("'" LONG_ID "5'"),
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		say(o, lines[i]);
		error_is(o, "null", -32600);
	}
	say(o, ASK("7"));
	answer_is(o, "7");
}

static void
methods_and_parameters_are_known_by_name(void **state)
{
	struct office *o = *state;
	is(line_error(o->c, "meeting.jion", "{}"),
		"{'code':-32601,'message':'no method is called \\\"meeting.jion\\\"',"
		"'data':{'cure':'docs/socket.md has every method.'}}");
	is(line_error(o->c, "meeting.list", "{'room':'" ROOM "','form':'x'}"),
		"{'code':-32602,'message':'meeting.list knows no parameter \\\"form\\\"',"
		"'data':{'cure':'It takes room, from, to.'}}");
	is(line_error(o->c, "profile.list", "{'x\\u001b[2J':1}"),
		"{'code':-32602,'message':'profile.list knows no parameter \\\"x[2J\\\"',"
		"'data':{'cure':'It takes none.'}}");
	is(line_error(o->c, "meeting.join", "{'room':5}"),
		"{'code':-32602,'message':'\\\"room\\\" must be a text'}");
	is(line_error(o->c, "meeting.join", "{}"),
		"{'code':-32602,'message':'\\\"room\\\" is missing'}");
	is(line_error(o->c, "meeting.join", "{'room':''}"),
		"{'code':-32005,'message':'\\\"room\\\": must not be empty'}");
	is(line_error(o->c, "meeting.join", "['" ROOM "']"),
		"{'code':-32602,'message':'\\\"params\\\" must be an object: parameters are "
		"named'}");
	is(line_error(o->c, "meeting.join", "{'room':'" ROOM "','transports':['fax']}"),
		"{'code':-32005,'message':'\\\"transports\\\": one or more of sip, h323, "
		"pstn, web, each once, best first'}");
	fails(o, "meeting.join", "{'room':null}", -32602);
	fails(o, "meeting.join", "{'room':'" ROOM "','declined':'a'}", -32602);
	fails(o, "meeting.join", "{'room':'" ROOM "','declined':[1]}", -32602);
	fails(o, "meeting.join", "{'room':'" ROOM "','declined':['a\\u0007']}", -32005);
	fails(o, "meeting.join", "{'room':'" ROOM "','pin':'1\\n2'}", -32005);
	fails(o, "meeting.join", "{'room':'" ROOM "','max_wait_ms':'1'}", -32602);
	fails(o, "meeting.join", "{'room':'" ROOM "','max_wait_ms':1.0}", -32602);
	fails(o, "meeting.join", "{'room':'" ROOM "','max_wait_ms':-1}", -32005);
	fails(o, "meeting.join", "{'room':'" ROOM "','at':5}", -32602);
	fails(o, "link.set", "{'name':'hq','impersonate':1}", -32602);
}

/* A PIN or a password stands in no error. */
static void
a_value_is_never_repeated(void **state)
{
	struct office *o = *state;
	static const char *const calls[][2] = {
		{"meeting.join", "{'room':'" ROOM "','pin':'canary\\n'}"},
		{"meeting.join", "{'room':'canary'}"},
		{"meeting.dial", "{'room':'" ROOM "','meeting_id':'canary'}"},
		{"meeting.dial",
			"{'room':'" ROOM "','meeting_id':'91847302265','pin':'canary'}"},
		{"link.set", "{'name':'hq','secret':'canary\\u0001'}"},
		{"provider.set", "{'provider':'zoom','pin':'canary'}"},
	};
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		json_t *e = line_error(o->c, calls[i][0], calls[i][1]);
		char *text = json_dumps(e, 0);
		assert_null(strstr(text, "canary"));
		free(text);
		json_decref(e);
	}
}

static void
ids_come_back_as_they_were(void **state)
{
	struct office *o = *state;
	static const char *const ids[] = {"0", "-5", "9223372036854775807", "null", "''",
		"'a b'", "'caf\xc3\xa9'", "'\\u00e9\\n\\\\'",
		"'" LONG_ID "'"};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		say(o, arena_printf(o->a, ASK("%s"), ids[i]));
		answer_is(o, ids[i]);
		say(o, arena_printf(o->a,
			       "{'method':'meeting.join','params':{'room':'" ROOM
			       "'},'id':%s,'jsonrpc':'2.0'}\n",
			       ids[i]));
		answer_is(o, ids[i]);
	}
}

/* A request without an id is run, and not answered. */
static void
who_wants_no_answer_gets_none(void **state)
{
	struct office *o = *state;
	say(o, "{'jsonrpc':'2.0','method':'profile.list'}\n"
	       "{'jsonrpc':'2.0','method':'no.such'}\n"
	       "{'jsonrpc':'2.0','method':'meeting.join','params':{'room':'" ROOM "'}}\n"
	       "{'jsonrpc':'2.0','method':'reload'}\n" ASK("7"));
	answer_is(o, "7");
	assert_memory_equal(o->core.last, "reload by", 9);
}

/* The usual question in any dress is the usual question, and what is not is none. */
static void
the_usual_question_is_read_as_json_is(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	static const struct {
		const char *line;
		int code; /* 0: joined */
	} lines[] = {
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "'}}\n",
			0},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "'}}\r\n",
			0},
		{" { 'params' : { 'room' : '" ROOM "' } , 'method' : 'meeting.join' , "
		 "'jsonrpc' : '2.0' , 'id' : 1 } \n",
			0},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':"
		 "'SEA_38_002\\u0031'}}\n",
			0},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting\\u002ejoin','params':{'room':"
		 "'" ROOM "'}}\n",
			0},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "'},'meta':{}}\n",
			0},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "','pin':null}}\n",
			0},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "'}}}\n",
			-32700},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "'},}\n",
			-32700},
		{"{'jsonrpc':'2.0','id':01,'method':'meeting.join','params':{'room':"
		 "'" ROOM "'}}\n",
			-32700},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "'},'id':1}\n",
			-32700},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "','room':'" ROOM "'}}\n",
			-32700},
		{"{'jsonrpc':'2.1','id':1,'method':'meeting.join','params':{'room':'" ROOM
		 "'}}\n",
			-32600},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':"
		 "'sea_38_0021'}}\n",
			-32001},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'*'}}\n",
			-32001},
		{"{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':"
		 "'../" ROOM "'}}\n",
			-32001},
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		say(o, lines[i].line);
		json_t *got = line_json(o->c);
		if (json_integer_value(part(got, "error.code")) != lines[i].code ||
			(lines[i].code == 0 && part(got, "result.decision") == NULL))
			fail_msg("%s gives %s", lines[i].line, json_dumps(got, 0));
		json_decref(got);
	}
}

static void
many_requests_may_come_at_once(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	char *all = arena_alloc(o->a, 300 * 120), *at = all;
	for (int i = 0; i < 300; i++)
		at += sprintf(at,
			"{'jsonrpc':'2.0','id':%d,'method':'meeting.%s','params':"
			"{'room':'" ROOM "'}}\n",
			i, i % 3 == 0 ? "list" : "join");
	say(o, all);
	for (int i = 0; i < 300; i++)
		answer_is(o, arena_printf(o->a, "%d", i));
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	struct office *o = *state;
	static const char two[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"profile.list\"}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"meeting.join\","
		"\"params\":{\"room\":\"" ROOM "\"}}\r\n";
	for (size_t cut = 1; cut < sizeof two - 1; cut++) {
		line_send(o->c, two, cut);
		struct line_client *other = line_open(o->path); /* it was seen by then */
		json_decref(line_call(other, "profile.list", "{}"));
		line_close(other);
		line_send(o->c, two + cut, sizeof two - 1 - cut);
		answer_is(o, "1");
		answer_is(o, "2");
	}
	for (size_t i = 0; i < sizeof two - 1; i++)
		line_send(o->c, two + i, 1);
	answer_is(o, "1");
	answer_is(o, "2");
}

static char *
long_line(struct office *o, size_t n)
{
	static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":1,",
			  tail[] = "\"method\":\"profile.list\"}";
	char *line = arena_alloc(o->a, n + 1);
	memset(line, ' ', n);
	memcpy(line, head, sizeof head - 1);
	memcpy(line + n - (sizeof tail - 1), tail, sizeof tail - 1);
	line[n] = '\n';
	return line;
}

static void
a_line_has_64_kib_and_no_more(void **state)
{
	struct office *o = *state;
	line_send(o->c, long_line(o, SERVE_MAX_LINE), SERVE_MAX_LINE + 1);
	answer_is(o, "1");
	line_send(o->c, long_line(o, SERVE_MAX_LINE + 1), SERVE_MAX_LINE + 2);
	error_is(o, "null", -32700);
	assert_null(line_next(o->c)); /* closed */
}

/* Who sends much more than that still hears why. */
static void
a_line_without_end_is_answered_before_it_ends(void **state)
{
	struct office *o = *state;
	char *much = arena_alloc(o->a, 1 << 20);
	memset(much, 'x', 1 << 20);
	line_send(o->c, much, 1 << 20);
	error_is(o, "null", -32700);
	assert_null(line_next(o->c));
}

static void
restart(struct office *o, int patience_ms)
{
	line_close(o->c);
	serve_stop(o->serve);
	office_start(o, &(struct serve_config){.path = o->path,
				.now = office_clock,
				.patience_ms = patience_ms});
	o->c = line_open(o->path);
}

static void
a_line_that_is_not_finished_is_not_waited_for(void **state)
{
	struct office *o = *state;
	restart(o, 20);
	say(o, ASK("7") "{'jsonrpc':");
	answer_is(o, "7");
	error_is(o, "null", -32700);
	assert_null(line_next(o->c));
}

/* Keeps asking, and never reads; until it is let go of. */
static void
who_never_reads_is_dropped(void **state)
{
	struct office *o = *state;
	restart(o, 20);
	const char *line = arena_printf(
		o->a, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"provider.list\"}\n");
	size_t n = strlen(line);
	for (;;) {
		struct pollfd p = {.fd = o->c->fd, .events = POLLOUT};
		assert_int_equal(poll(&p, 1, 10000), 1);
		if (send(o->c->fd, line, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
			errno != EAGAIN)
			break;
	}
	struct line_client *other = line_open(o->path);
	json_decref(line_call(other, "profile.list", "{}"));
	line_close(other);
}

static void
a_watcher_that_never_reads_is_dropped(void **state)
{
	struct office *o = *state;
	is(line_call(o->c, "watch", "{}"), "{}");
	struct pollfd p = {.fd = o->c->fd};
	for (int i = 0; i < 100000 && poll(&p, 1, 0) == 0; i++) {
		fake_happens(&o->core, CORE_AGENDA_CHANGED, ROOM);
		p.events = 0;       /* only whether it was closed */
		if (i % 100 == 0) { /* in step */
			struct line_client *other = line_open(o->path);
			json_decref(line_call(other, "profile.list", "{}"));
			line_close(other);
		}
	}
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_true((p.revents & POLLHUP) != 0);
}

enum { MUCH = 5000 };

static void *
ask_much(void *arg)
{
	static const char line[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"provider.list\"}\n";
	for (int i = 0; i < MUCH; i++)
		line_send(arg, line, sizeof line - 1);
	return NULL;
}

/* Much asked for and read late is no offence: more comes than would be kept unread. */
static void
a_slow_reader_gets_all(void **state)
{
	struct office *o = *state;
	struct line_client *other = line_open(o->path);
	pthread_t thread;
	size_t size = 0;
	pthread_create(&thread, NULL, ask_much, o->c);
	for (int i = 0; i < 20; i++)
		json_decref(line_call(other, "provider.list", "{}"));
	for (int i = 0; i < MUCH; i++)
		size += strlen(line_next(o->c));
	assert_true(size > 2 * SERVE_MAX_UNSENT);
	pthread_join(thread, NULL);
	line_close(other);
}

/* Who asks and does not read is soon not listened to either. */
static void
what_is_not_read_is_not_made(void **state)
{
	static const char line[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"provider.list\"}\n";
	struct office *o = *state;
	struct line_client *other = line_open(o->path);
	size_t sent = 0;
	for (int stuck = 0; stuck < 5;) {
		size_t from = sent % (sizeof line - 1);
		ssize_t n = send(o->c->fd, line + from, sizeof line - 1 - from,
			MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0) {
			sent += (size_t)n;
			stuck = 0;
		} else { /* it had its turn, and took nothing */
			json_decref(line_call(other, "profile.list", "{}"));
			stuck++;
		}
		assert_true(sent < 1 << 20);
	}
	line_close(other);
}

static size_t
open_files(void)
{
	size_t n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
clients_are_counted(void **state)
{
	struct office *o = *state;
	struct line_client *all[SERVE_MAX_CLIENTS];
	all[0] = o->c;
	for (size_t i = 1; i < SERVE_MAX_CLIENTS; i++)
		all[i] = line_open(o->path);
	for (size_t i = 0; i < SERVE_MAX_CLIENTS; i++)
		json_decref(line_call(all[i], "profile.list", "{}"));
	struct line_client *one_more = line_open(o->path);
	json_t *got = line_json(one_more);
	part_is(got, "error.code", "-32006");
	part_is(got, "id", "null");
	assert_null(line_next(one_more));
	json_decref(got);
	line_close(one_more);
	for (size_t i = 1; i < SERVE_MAX_CLIENTS; i++)
		line_close(all[i]);
	bool served = false;
	while (!served) { /* until those that left were seen */
		one_more = line_open(o->path);
		got = parse("{'jsonrpc':'2.0','id':1,'method':'profile.list'}");
		char *text = json_dumps(got, JSON_COMPACT);
		json_decref(got);
		send(one_more->fd, text, strlen(text), MSG_NOSIGNAL);
		send(one_more->fd, "\n", 1, MSG_NOSIGNAL);
		free(text);
		got = line_json(one_more);
		served = json_object_get(got, "result") != NULL;
		json_decref(got);
		line_close(one_more);
	}
}

/* Out of descriptors, it goes on for those who are in, and lets the next in later. */
static void
without_descriptors_clients_wait(void **state)
{
	struct office *o = *state;
	struct rlimit before, none;
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	strcpy(at.sun_path, o->path);
	json_decref(line_call(o->c, "profile.list", "{}")); /* this one is in */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), next = dup(fd);
	close(next);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = (rlim_t)next;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	json_decref(line_call(o->c, "profile.list", "{}"));
	json_decref(line_call(o->c, "profile.list", "{}"));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	struct line_client *later = calloc(1, sizeof *later);
	later->fd = fd;
	json_decref(line_call(later, "profile.list", "{}"));
	line_close(later);
}

static void
who_leaves_at_any_byte_does_no_harm(void **state)
{
	struct office *o = *state;
	static const char line[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"provider.list\"}\n";
	for (size_t n = 0; n < sizeof line; n++) {
		struct line_client *other = line_open(o->path);
		line_send(other, line, n);
		line_close(other);
	}
	json_decref(line_call(o->c, "profile.list", "{}"));
}

static void
who_has_said_all_still_hears_the_answers(void **state)
{
	struct office *o = *state;
	say(o, "{'jsonrpc':'2.0','id':1,'method':'reload'}\n" ASK("2") "{'jsonrpc'");
	shutdown(o->c->fd, SHUT_WR);
	answer_is(o, "1");
	answer_is(o, "2");
	assert_null(line_next(o->c));
}

/* Descriptors sent along are closed, not kept. */
static void
descriptors_are_not_taken(void **state)
{
	struct office *o = *state;
	json_decref(line_call(o->c, "profile.list", "{}"));
	size_t before = open_files();
	int fds[100];
	for (size_t i = 0; i < 100; i++)
		fds[i] = STDIN_FILENO;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof fds)];
	} control;
	const char *line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"profile.list\"}\n";
	struct iovec bytes = {(char *)line, strlen(line)};
	struct msghdr m = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control};
	memset(&control, 0, sizeof control);
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(&control.head), fds, sizeof fds);
	assert_true(sendmsg(o->c->fd, &m, MSG_NOSIGNAL) > 0);
	answer_is(o, "1");
	assert_int_equal(open_files(), before);
}

static void *
stop(void *arg)
{
	serve_stop(arg);
	return NULL;
}

static void
what_is_in_hand_is_finished_before_the_end(void **state)
{
	struct office *o = *state;
	see(o, "Design review", 0, 60, zoom(o, false));
	book(o);
	fake_shut(&o->core);
	say(o, "{'jsonrpc':'2.0','id':1,'method':'meeting.join','params':{'room':'" ROOM
	       "','max_wait_ms':5000}}\n{'jsonrpc':'2.0','id':2,'method':'reload'}\n" ASK(
		       "3"));
	pthread_mutex_lock(&o->core.lock);
	while (o->core.waiting < 2)
		pthread_cond_wait(&o->core.changed, &o->core.lock);
	pthread_mutex_unlock(&o->core.lock);
	pthread_t thread;
	pthread_create(&thread, NULL, stop, o->serve);
	struct pollfd p = {.fd = o->c->fd, .events = POLLIN};
	assert_int_equal(poll(&p, 1, 20), 0); /* it waits for its helpers */
	fake_open(&o->core, 2);
	int seen = 0;
	for (int i = 0; i < 3; i++) {
		json_t *got = line_json(o->c);
		assert_non_null(json_object_get(got, "result"));
		seen |= 1 << json_integer_value(json_object_get(got, "id"));
		json_decref(got);
	}
	assert_int_equal(seen, 0xe);
	assert_null(line_next(o->c));
	pthread_join(thread, NULL);
	o->serve = NULL;
	assert_int_equal(access(o->path, F_OK), -1);
}

static int
start_error(struct office *o, const struct serve_config *config, const char *code)
{
	struct serve *s = NULL;
	struct err err = {.grade = ERR_NONE};
	int grade = serve_start(&o->core, config, &s, &err);
	if (grade == ERR_NONE)
		fail_msg("it started, where %s was expected", code);
	assert_string_equal(err.code, code);
	assert_true(err.cure[0] != '\0');
	return grade;
}

static void
bind_at(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	strcpy(at.sun_path, path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	close(fd);
}

static void
only_a_dead_socket_is_replaced(void **state)
{
	struct office *o = *state;
	struct stat st;
	start_error(o, &(struct serve_config){.path = o->path}, "socket_in_use");
	json_decref(line_call(o->c, "profile.list", "{}")); /* the first one lives on */
	line_close(o->c);
	o->c = NULL;
	serve_stop(o->serve);
	o->serve = NULL;

	const struct serve_config config = {.path = o->path, .now = office_clock};
	help_write(o->path, "x", 1);
	start_error(o, &config, "socket_path");
	assert_int_equal(stat(o->path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	unlink(o->path);

	mkdir(o->path, 0700);
	start_error(o, &config, "socket_path");
	rmdir(o->path);

	assert_int_equal(symlink("elsewhere", o->path), 0);
	start_error(o, &config, "socket_path");
	unlink(o->path);

	if (getuid() == 0) {
		bind_at(o->path);
		assert_int_equal(chown(o->path, 65534, 65534), 0);
		start_error(o, &config, "socket_path");
		unlink(o->path);
	}
	start_error(o, &(struct serve_config){.path = ""}, "socket_path");
	start_error(o,
		&(struct serve_config){
			.path = arena_printf(o->a, "%s/%0100d", o->dir, 1)},
		"socket_path");
	start_error(o,
		&(struct serve_config){.path = arena_printf(o->a, "%s/no/sock", o->dir)},
		"socket_path");
	start_error(o, &(struct serve_config){.path = o->path, .group = "no-such-group"},
		"socket_group");
	start_error(o,
		&(struct serve_config){.path = o->path, .admin_group = "no-such-group"},
		"socket_group");
	assert_int_equal(access(o->path, F_OK), -1);

	bind_at(o->path);
	office_start(o, &config);
	o->c = line_open(o->path);
	json_decref(line_call(o->c, "profile.list", "{}"));
	assert_int_equal(stat(o->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
}

static void
the_group_is_the_sockets(void **state)
{
	struct office *o = *state;
	struct stat st;
	if (getuid() != 0)
		skip();
	line_close(o->c);
	serve_stop(o->serve);
	office_start(o, &(struct serve_config){
				.path = o->path, .now = office_clock, .group = "users"});
	o->c = line_open(o->path);
	assert_int_equal(stat(o->path, &st), 0);
	assert_int_equal(st.st_gid, 100);
	assert_int_equal(st.st_mode & 07777, 0660);
}

/* Whatever took the file's place meanwhile stays. */
static void
only_its_own_file_is_removed(void **state)
{
	struct office *o = *state;
	unlink(o->path);
	help_write(o->path, "x", 1);
	line_close(o->c);
	o->c = NULL;
	serve_stop(o->serve);
	o->serve = NULL;
	assert_int_equal(access(o->path, F_OK), 0);
}

static void
a_socket_passed_by_systemd_is_used_and_kept(void **state)
{
	struct office *o = *state;
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const char *passed = arena_printf(o->a, "%s/passed", o->dir);
	strcpy(at.sun_path, passed);
	int saved = dup(3), fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 5), 0);
	line_close(o->c);
	o->c = NULL;
	serve_stop(o->serve);
	o->serve = NULL;
	assert_int_equal(dup2(fd, 3), 3);
	setenv("LISTEN_PID", arena_printf(o->a, "%ld", (long)getpid()), 1);
	setenv("LISTEN_FDS", "1", 1);
	office_start(o, &(struct serve_config){.path = o->path, .now = office_clock});
	o->c = line_open(passed);
	json_decref(line_call(o->c, "profile.list", "{}"));
	assert_int_equal(access(o->path, F_OK), -1);
	assert_int_equal(fcntl(3, F_GETFD), FD_CLOEXEC);
	line_close(o->c);
	o->c = NULL;
	serve_stop(o->serve);
	o->serve = NULL;
	assert_int_equal(access(passed, F_OK), 0);

	assert_int_equal(dup2(STDERR_FILENO, 3), 3);
	start_error(o, &(struct serve_config){.path = o->path}, "socket_passed");
	setenv("LISTEN_PID", "1", 1); /* meant for somebody else */
	office_start(o, &(struct serve_config){.path = o->path, .now = office_clock});
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	if (saved >= 0)
		dup2(saved, 3);
	close(saved);
	close(fd);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, office_set_up, office_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_json_is_said_and_forgiven),
		TEST(what_is_no_request_is_said_and_forgiven),
		TEST(methods_and_parameters_are_known_by_name),
		TEST(a_value_is_never_repeated),
		TEST(ids_come_back_as_they_were),
		TEST(who_wants_no_answer_gets_none),
		TEST(the_usual_question_is_read_as_json_is),
		TEST(many_requests_may_come_at_once),
		TEST(a_request_may_come_byte_by_byte),
		TEST(a_line_has_64_kib_and_no_more),
		TEST(a_line_without_end_is_answered_before_it_ends),
		TEST(a_line_that_is_not_finished_is_not_waited_for),
		TEST(who_never_reads_is_dropped),
		TEST(a_watcher_that_never_reads_is_dropped),
		TEST(a_slow_reader_gets_all),
		TEST(what_is_not_read_is_not_made),
		TEST(clients_are_counted),
		TEST(without_descriptors_clients_wait),
		TEST(who_leaves_at_any_byte_does_no_harm),
		TEST(who_has_said_all_still_hears_the_answers),
		TEST(descriptors_are_not_taken),
		TEST(what_is_in_hand_is_finished_before_the_end),
		TEST(only_a_dead_socket_is_replaced),
		TEST(the_group_is_the_sockets),
		TEST(only_its_own_file_is_removed),
		TEST(a_socket_passed_by_systemd_is_used_and_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
