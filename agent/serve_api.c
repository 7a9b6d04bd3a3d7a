/* The node's API: items, search and status as JSON under /api/v1/. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/serve.h"
#include "core/text.h"

#define MAX_PART 160

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

/* {"error":{"code":"TONG_E_NOTFOUND","message":…,"text":…}} */
static char *error_text(int rc, const tong_error *err)
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

static int search(tong_agent *a, const struct tong__serve_query *query, char **text,
				  tong_error *err)
{
	const char *q = query->arg(query->user, "q"), *region = query->arg(query->user, "region");
	const char *limit = query->arg(query->user, "limit");

	return tong_agent_search(a, q ? q : "", region && *region ? region : NULL,
							 limit ? (size_t)strtoul(limit, NULL, 10) : 0, text, err);
}

char *tong__serve_api(tong_agent *a, const char *path, const struct tong__serve_query *query,
					  unsigned *status)
{
	tong_error err = TONG_ERROR_INIT;
	char parts[2][MAX_PART], *text = NULL;
	int rc;

	if (match(path, "/api/v1/items/*", parts)) {
		rc = tong_agent_show(a, parts[0], NULL, &text, &err);
	} else if (match(path, "/api/v1/items/*/history", parts)) {
		rc = tong_agent_history(a, parts[0], &text, &err);
	} else if (match(path, "/api/v1/items/*/check/*", parts)) {
		rc = tong_agent_check(a, parts[0], parts[1], &text, &err);
		rc = rc == TONG_E_DIFFERS ? 0 : rc; /* an answer, with "match": false */
	} else if (match(path, "/api/v1/regions/*/items/*", parts)) {
		rc = tong_agent_show(a, parts[1], parts[0], &text, &err);
	} else if (match(path, "/api/v1/search", parts)) {
		rc = search(a, query, &text, &err);
	} else if (match(path, "/api/v1/status", parts)) {
		rc = tong_agent_status(a, &text, &err);
	} else {
		rc = TONG_E_NOTFOUND;
		snprintf(err.message, sizeof err.message, "no such call; see tong-agent(1)");
	}
	*status = status_of(rc);
	if (rc)
		tong_agent_free(text);
	return rc ? error_text(rc, &err) : text;
}
