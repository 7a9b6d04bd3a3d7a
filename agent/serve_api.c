/* The node's API: items, search and status as JSON under /api/v1/. */
#include "core/json.h"
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "agent/serve_in.h"
#include "core/err.h"
#include "core/text.h"

#define MAX_PART  160
#define MOST_HITS 1000u

static unsigned status_of(int code)
{
	switch (code / 10) {
	case 0:
		return 200;
	case 1:
		return 404;
	case 2:
		return 400;
	default:
		return code == TONG_E_LIMIT ? 413 : 503;
	}
}

char *tong__serve_error(int rc, const tong_error *err)
{
	json_t *doc = json_pack("{s:{s:s, s:s, s:s}}", "error", "code", tong_code_name(rc), "message",
							err->message, "text", tong_code_text(rc));
	char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;

	json_decref(doc);
	return text;
}

/* Cuts 'path' at 'pattern', where each * is one part, into parts. */
static bool match(const char *path, const char *pattern, char parts[][MAX_PART])
{
	for (; *pattern; pattern++) {
		size_t n;

		if (*pattern != '*') {
			if (*path++ != *pattern)
				return false;
			continue;
		}
		n = strcspn(path, "/");
		if (n == 0 || n >= MAX_PART)
			return false;
		memcpy(*parts, path, n);
		(*parts++)[n] = '\0';
		path += n;
	}
	return *path == '\0' || strcmp(path, "/") == 0;
}

static const char *argument(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
}

static int search(tong_agent *a, struct MHD_Connection *c, char **text, tong_error *err)
{
	const char *q = argument(c, "q"), *region = argument(c, "region");
	const char *limit = argument(c, "limit");

	unsigned long most = 0;
	char *end = NULL;

	if (limit) {
		most = strtoul(limit, &end, 10);
		if (*limit < '1' || *limit > '9' || *end || most > MOST_HITS)
			return tong__fail(err, TONG_E_USAGE, "limit", "wanted: a number from 1 to %u",
							  MOST_HITS);
	}
	return tong_agent_search(a, q ? q : "", region && *region ? region : NULL, most, text, err);
}

/* Where the node fetches from and reports to is its operator's affair: a source may be a path, or
 * carry a name. */
static int status(tong_agent *a, char **text, tong_error *err)
{
	int rc = tong_agent_status(a, text, err);
	json_t *doc = rc ? NULL : tong__json_text(*text);

	if (rc)
		return rc;
	tong_agent_free(*text);
	json_object_del(doc, "sources");
	json_object_del(json_object_get(doc, "last_sync"), "source");
	json_object_del(json_object_get(doc, "upward"), "url");
	return tong__agent_answer(a, doc, text, err);
}

static int ask(tong_agent *a, struct MHD_Connection *c, const char *path, char **text,
			   tong_error *err)
{
	char parts[2][MAX_PART];
	int rc;

	if (match(path, "/api/v1/items/*", parts))
		return tong_agent_show(a, parts[0], NULL, text, err);
	if (match(path, "/api/v1/items/*/history", parts))
		return tong_agent_history(a, parts[0], text, err);
	if (match(path, "/api/v1/items/*/check/*", parts)) {
		rc = tong_agent_check(a, parts[0], parts[1], text, err);
		return rc == TONG_E_DIFFERS ? 0 : rc; /* an answer, with "match": false */
	}
	if (match(path, "/api/v1/regions/*/items/*", parts))
		return tong_agent_show(a, parts[1], parts[0], text, err);
	if (match(path, "/api/v1/search", parts))
		return search(a, c, text, err);
	if (match(path, "/api/v1/compare/*/*", parts))
		return tong_agent_compare(a, parts[0], parts[1], text, err);
	if (match(path, "/api/v1/whatsnew", parts))
		return tong_agent_whatsnew(a, argument(c, "since"), text, err);
	if (match(path, "/api/v1/status", parts))
		return status(a, text, err);
	return tong__fail(err, TONG_E_NOTFOUND, path, "no such call; /api/openapi.json lists all");
}

enum MHD_Result tong__serve_api(struct tong__serve *s, struct MHD_Connection *c, const char *path)
{
	tong_error err = TONG_ERROR_INIT;
	char *text = NULL;
	int rc = ask(s->agent, c, path, &text, &err);
	enum MHD_Result ok;

	if (rc) {
		tong_agent_free(text);
		text = tong__serve_error(rc, &err);
	}
	if (!text)
		return MHD_NO;
	ok = tong__answer_bytes(s, c, status_of(rc), text, strlen(text), TONG_JSON_TYPE);
	free(text);
	return ok;
}
