/* libtong-agent for Node.js, on Node-API: answers come at once, a sync in a thread of its own.
 *
 *   cc -shared -fPIC tong.c -o tong.node -I/usr/include/node $(pkg-config --cflags --libs tong-agent)
 */
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

#include <tong/agent.h>

#define MAX_ARGS 4

static napi_value throw_error(napi_env env, const tong_error *err)
{
	char text[sizeof err->subject + sizeof err->message + 4] = "";

	if (err->subject[0])
		strcat(strcat(text, err->subject), ": ");
	napi_throw_error(env, tong_code_name(err->code), strcat(text, err->message));
	return NULL;
}

/* A string argument as malloc'd text; NULL when it is none, which means "not given". */
static char *text_of(napi_env env, napi_value v)
{
	char *text;
	size_t n;

	if (!v || napi_get_value_string_utf8(env, v, NULL, 0, &n) != napi_ok || !(text = malloc(n + 1)))
		return NULL;
	napi_get_value_string_utf8(env, v, text, n + 1, &n);
	return text;
}

static void args_of(napi_env env, napi_callback_info info, napi_value args[MAX_ARGS])
{
	size_t n = MAX_ARGS;

	memset(args, 0, MAX_ARGS * sizeof *args);
	napi_get_cb_info(env, info, &n, args, NULL, NULL);
}

/* ---- open(store) ---- */

static void forget(napi_env env, void *agent, void *hint)
{
	(void)env;
	(void)hint;
	tong_agent_close(agent);
}

static napi_value open_store(napi_env env, napi_callback_info info)
{
	tong_options options = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;
	napi_value args[MAX_ARGS], agent = NULL;
	tong_agent *a = NULL;
	char *dir;

	args_of(env, info, args);
	dir = text_of(env, args[0]);
	options.read_only = 1;
	if (tong_agent_open(&a, dir ? dir : "", &options, &err))
		throw_error(env, &err);
	else
		napi_create_external(env, a, forget, NULL, &agent);
	free(dir);
	return agent;
}

static tong_agent *agent_of(napi_env env, napi_value v)
{
	void *agent = NULL;

	if (!v || napi_get_value_external(env, v, &agent) != napi_ok)
		napi_throw_type_error(env, NULL, "what open() gave is wanted first");
	return agent;
}

/* ---- search(agent, words, region), page(agent, url) ---- */

/* JSON text: the caller parses it. */
static napi_value search(napi_env env, napi_callback_info info)
{
	tong_error err = TONG_ERROR_INIT;
	napi_value args[MAX_ARGS], answer = NULL;
	char *words, *region, *json = NULL;
	tong_agent *a;

	args_of(env, info, args);
	a = agent_of(env, args[0]);
	if (!a)
		return NULL;
	words = text_of(env, args[1]);
	region = text_of(env, args[2]);
	if (tong_agent_search(a, words ? words : "", region, 5, &json, &err))
		throw_error(env, &err);
	else
		napi_create_string_utf8(env, json, NAPI_AUTO_LENGTH, &answer);
	tong_agent_free(json);
	free(words);
	free(region);
	return answer;
}

static napi_value pair_of(napi_env env, const char *bytes, size_t n, const char *type)
{
	napi_value pair, body, kind;

	napi_create_object(env, &pair);
	napi_create_buffer_copy(env, n, bytes, NULL, &body);
	napi_create_string_utf8(env, type, NAPI_AUTO_LENGTH, &kind);
	napi_set_named_property(env, pair, "body", body);
	napi_set_named_property(env, pair, "type", kind);
	return pair;
}

static napi_value page(napi_env env, napi_callback_info info)
{
	tong_error err = TONG_ERROR_INIT;
	napi_value args[MAX_ARGS], answer = NULL;
	char *url, *bytes = NULL;
	const char *type;
	tong_agent *a;
	size_t n;

	args_of(env, info, args);
	a = agent_of(env, args[0]);
	if (!a)
		return NULL;
	url = text_of(env, args[1]);
	if (tong_agent_page(a, url ? url : "", &bytes, &n, &type, &err))
		throw_error(env, &err);
	else
		answer = pair_of(env, bytes, n, type);
	tong_agent_free(bytes);
	free(url);
	return answer;
}

/* ---- sync(store, source): a promise ---- */

struct job {
	napi_async_work work;
	napi_deferred promise;
	char *dir, *source;
	tong_sync_result result;
	tong_error err;
	int rc;
};

/* In another thread, so with an agent of its own: that of open() goes on reading meanwhile. */
static void run(napi_env env, void *arg)
{
	struct job *j = arg;
	tong_agent *a = NULL;

	(void)env;
	j->rc = tong_agent_open(&a, j->dir ? j->dir : "", NULL, &j->err);
	if (!j->rc)
		j->rc = tong_agent_sync(a, j->source, &j->result, &j->err);
	tong_agent_close(a);
}

static void done(napi_env env, napi_status status, void *arg)
{
	struct job *j = arg;
	napi_value v, code, text;

	(void)status;
	if (j->rc) {
		napi_create_string_utf8(env, tong_code_name(j->rc), NAPI_AUTO_LENGTH, &code);
		napi_create_string_utf8(env, j->err.message, NAPI_AUTO_LENGTH, &text);
		napi_create_error(env, code, text, &v);
		napi_reject_deferred(env, j->promise, v);
	} else {
		napi_create_int64(env, (int64_t)j->result.release, &v);
		napi_resolve_deferred(env, j->promise, v);
	}
	napi_delete_async_work(env, j->work);
	free(j->dir);
	free(j->source);
	free(j);
}

static napi_value sync(napi_env env, napi_callback_info info)
{
	struct job *j = calloc(1, sizeof *j);
	napi_value args[MAX_ARGS], promise = NULL, name;

	if (!j) {
		napi_throw_error(env, "TONG_E_NOMEM", "out of memory");
		return NULL;
	}
	args_of(env, info, args);
	j->result = (tong_sync_result)TONG_SYNC_RESULT_INIT;
	j->dir = text_of(env, args[0]);
	j->source = text_of(env, args[1]);
	napi_create_promise(env, &j->promise, &promise);
	napi_create_string_utf8(env, "tong sync", NAPI_AUTO_LENGTH, &name);
	napi_create_async_work(env, NULL, name, run, done, j, &j->work);
	napi_queue_async_work(env, j->work);
	return promise;
}

/* ---- the module ---- */

NAPI_MODULE_INIT()
{
	static const struct {
		const char *name;
		napi_callback fn;
	} all[] = { { "open", open_store }, { "search", search }, { "page", page }, { "sync", sync } };
	napi_value fn;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		napi_create_function(env, all[i].name, NAPI_AUTO_LENGTH, all[i].fn, NULL, &fn);
		napi_set_named_property(env, exports, all[i].name, fn);
	}
	return exports;
}
