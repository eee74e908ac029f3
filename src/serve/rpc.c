#include "serve/rpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "serve/param.h"
#include "serve/text.h"

static int
add_piece(const char *s, size_t n, void *out)
{
	bytes_add(out, s, n);
	return 0;
}

void
rpc_put_result(
	struct bytes *out, const char *id, size_t n_id, const char *result, size_t n)
{
	bytes_str(out, "{\"jsonrpc\":\"2.0\",\"id\":");
	bytes_add(out, id, n_id);
	bytes_str(out, ",\"result\":");
	bytes_add(out, result, n);
	bytes_str(out, "}\n");
}

static void
put_result(struct bytes *out, const char *id, const json_t *result)
{
	bytes_str(out, "{\"jsonrpc\":\"2.0\",\"id\":");
	bytes_str(out, id);
	bytes_str(out, ",\"result\":");
	json_dump_callback(result, add_piece, out, REPORT_FLAGS);
	bytes_str(out, "}\n");
}

static void
put_error(struct arena *a, struct bytes *out, const char *id, enum rpc_code code,
	const struct err *err)
{
	json_t *data = json_object();
	json_t *error = json_pack("{s:i}", "code", (int)code);
	text_set(a, error, "message", err->text, TEXT_LONG);
	text_set(a, data, "code", err->code, TEXT_NAME);
	text_set(a, data, "cure", err->cure, TEXT_LONG);
	if (json_object_size(data) > 0)
		json_object_set(error, "data", data);
	bytes_str(out, "{\"jsonrpc\":\"2.0\",\"id\":");
	bytes_str(out, id);
	bytes_str(out, ",\"error\":");
	json_dump_callback(error, add_piece, out, JSON_COMPACT);
	bytes_str(out, "}\n");
	json_decref(data);
	json_decref(error);
}

void
rpc_put_error(
	struct bytes *out, enum rpc_code code, const char *message, const char *cure)
{
	struct arena *a = arena_new(0);
	struct err err;
	err_set(&err, ERR_CONFIG, "", "%s", message);
	err_cure(&err, "%s", cure);
	put_error(a, out, "null", code, &err);
	arena_free(a);
}

void
rpc_put_notice(struct bytes *out, const char *method, json_t *params)
{
	json_t *notice = json_pack(
		"{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", params);
	json_dump_callback(notice, add_piece, out, JSON_COMPACT);
	bytes_str(out, "\n");
	json_decref(notice);
}

/* False when it is no id that is given back. An absent one is "". */
static bool
read_id(const json_t *id, char ret[8 * RPC_MAX_ID])
{
	ret[0] = '\0';
	if (id == NULL)
		return true;
	if (!json_is_integer(id) && !json_is_null(id) &&
		!(json_is_string(id) && json_string_length(id) <= RPC_MAX_ID))
		return false;
	size_t n = json_dumpb(id, ret, 8 * RPC_MAX_ID - 1, JSON_ENCODE_ANY);
	ret[n] = '\0';
	return true;
}

static const struct method *
find_method(const char *name)
{
	for (const struct method *m = methods; m->name != NULL; m++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

/* What is wrong with the envelope, in words; NULL for nothing. */
static const char *
read_envelope(const json_t *line, struct rpc_request *r)
{
	if (json_is_array(line))
		return "one request a line, no batches";
	if (!json_is_object(line))
		return "a request is an object";
	if (!read_id(json_object_get(line, "id"), r->id))
		return "an id is a whole number, or a text of at most 64 bytes";
	const char *version = json_string_value(json_object_get(line, "jsonrpc"));
	if (version == NULL || strcmp(version, "2.0") != 0)
		return "\"jsonrpc\" must be \"2.0\"";
	if (!json_is_string(json_object_get(line, "method")))
		return "\"method\" must be a text";
	return NULL;
}

static bool
look_up(struct call *c, const json_t *line, bool admin, struct rpc_request *r)
{
	const char *name = json_string_value(json_object_get(line, "method"));
	json_t *params = json_object_get(line, "params");
	r->method = find_method(name);
	if (r->method == NULL) {
		call_fail(c, RPC_NO_METHOD, "no method is called \"%s\"",
			text_clean(c->arena, name, RPC_MAX_ID));
		call_cure(c, "docs/socket.md has every method.");
		return false;
	}
	if (r->method->who == ADMINS && !admin) {
		call_fail(c, RPC_NOT_PERMITTED, "%s is for administrators",
			r->method->name);
		call_cure(c, "Ask as root, as the daemon's own user, or as a member of "
			     "its administrators' group (--admin-group).");
		return false;
	}
	if (params != NULL && !json_is_object(params)) {
		call_fail(c, RPC_PARAMS,
			"\"params\" must be an object: parameters are named");
		return false;
	}
	r->params = params != NULL ? json_incref(params) : json_object();
	return params_check(c, r->method, r->params);
}

bool
rpc_read(const char *line, size_t n, bool admin, struct rpc_request *ret,
	struct bytes *out)
{
	json_error_t why;
	json_t *got = json_loadb(line, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	*ret = (struct rpc_request){.method = NULL};
	if (got == NULL) {
		rpc_put_error(out, RPC_NOT_JSON, "a line that is not JSON",
			"One object a line, in UTF-8, each name once.");
		return false;
	}
	const char *wrong = read_envelope(got, ret);
	if (wrong != NULL) {
		rpc_put_error(out, RPC_NO_REQUEST, wrong,
			"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"meeting.join\","
			"\"params\":{\"room\":\"…\"}} is a request.");
		json_decref(got);
		return false;
	}
	struct call c = {.arena = arena_new(0)};
	bool good = look_up(&c, got, admin, ret);
	if (!good && ret->id[0] != '\0')
		put_error(c.arena, out, ret->id, c.code, &c.err);
	if (!good)
		rpc_release(ret);
	json_decref(got);
	arena_free(c.arena);
	return good;
}

bool
rpc_waits(const struct rpc_request *r)
{
	return r->method->when == WAITS || r->method->when == IN_TURN ||
	       (r->method->when == WAITS_IF_TOLD &&
		       json_integer_value(json_object_get(r->params, "max_wait_ms")) > 0);
}

bool
rpc_run(const struct rpc_request *r, struct core *core, int64_t (*clock)(void), uid_t uid,
	int waited_ms, struct bytes *out)
{
	struct call c = {
		.arena = arena_new(0),
		.params = r->params,
		.uid = uid,
		.waited_ms = waited_ms,
	};
	view_open(&c.view, core, clock);
	json_t *result = r->method->run(&c);
	bool good = result != NULL;
	if (!good && c.err.text[0] == '\0')
		call_fail(&c, RPC_FAULT, "the answer could not be made");
	if (r->id[0] != '\0' && good)
		put_result(out, r->id, result);
	else if (r->id[0] != '\0')
		put_error(c.arena, out, r->id, c.code, &c.err);
	json_decref(result);
	view_close(&c.view);
	arena_free(c.arena);
	return good;
}

void
rpc_release(struct rpc_request *r)
{
	const char *name;
	json_t *v;
	json_object_foreach (r->params, name, v)
		if (json_is_string(v))
			explicit_bzero(
				(char *)json_string_value(v), json_string_length(v));
	json_decref(r->params);
	r->params = NULL;
}
