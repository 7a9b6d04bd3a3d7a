/* /healthz and /readyz: does the process answer, and has it something to answer from? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/life.h"
#include "agent/serve_in.h"
#include "core/json.h"

/* Alive: the store can be read. What is in it is not asked: to start a node anew that holds nothing
 * yet would not help it. */
enum MHD_Result tong__serve_health(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	int rc = tong__agent_begin_any(s->agent, &err);

	(void)url;
	if (rc)
		return tong__answer_text(s, c, MHD_HTTP_SERVICE_UNAVAILABLE, err.message);
	tong__agent_end(s->agent);
	return tong__answer_text(s, c, MHD_HTTP_OK, "ok\n");
}

static void add_list(char *out, size_t max, const char *what, const json_t *list)
{
	size_t n = strlen(out), i;
	json_t *v;

	json_array_foreach((json_t *)list, i, v) {
		n += (size_t)snprintf(out + n, n < max ? max - n : 0, "%s%s", i ? ", " : what,
							  json_string_value(v));
		if (n >= max)
			return;
	}
}

/* Ready: a verified release is held. One that has expired, or to which the operator went back, is
 * still the best there is, and is said to be what it is. */
enum MHD_Result tong__serve_ready(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	char said[1024], *text = NULL;
	json_t *doc;
	int64_t left;
	int rc = tong__agent_begin(s->agent, &err);

	(void)url;
	if (!rc) {
		tong__agent_end(s->agent);
		rc = tong_agent_status(s->agent, &text, &err);
	}
	if (rc) {
		snprintf(said, sizeof said, "not ready: %s\n", err.message);
		return tong__answer_text(s, c, MHD_HTTP_SERVICE_UNAVAILABLE, said);
	}
	doc = tong__json_text(text);
	tong_agent_free(text);
	if (!json_is_true(json_object_get(doc, "sound"))) {
		json_decref(doc);
		return tong__answer_text(s, c, MHD_HTTP_SERVICE_UNAVAILABLE,
								 "not ready: P2: what is held is damaged; a sync repairs it\n");
	}
	snprintf(said, sizeof said, "ready: release %" PRId64 "%s",
			 (int64_t)tong__json_int(doc, "release", 0),
			 json_is_true(json_object_get(doc, "current")) ? ", current" : ", not current");
	add_list(said, sizeof said - 64, "; expired: ", json_object_get(doc, "expired"));
	left = tong__json_int(doc, "left", 0);
	if (left)
		snprintf(said + strlen(said), sizeof said - strlen(said),
				 "; the operator went back from release %" PRId64, left);
	json_decref(doc);
	strcat(said, "\n");
	return tong__answer_text(s, c, MHD_HTTP_OK, said);
}
