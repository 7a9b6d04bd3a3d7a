/* What passes between the library and its host: structs of any age in, answers in memory of the
 * host's choice out. */
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "core/json.h"

/* ---- structs that grow ---- */

/* A newer host's members are known to it alone: fine while they hold the default, refused when they
 * ask for something. */
int tong__options_take(void *to, size_t n, const void *from, const char *name, tong_error *err)
{
	const unsigned char *bytes = from;
	size_t size;

	if (!from)
		return 0;
	memcpy(&size, from, sizeof size);
	if (size < sizeof size)
		return tong__fail(err, TONG_E_USAGE, name, "begin with its _INIT macro");
	for (size_t i = n; i < size; i++)
		if (bytes[i])
			return tong__fail(err, TONG_E_USAGE, name,
							  "asks for what came with a newer tong-agent; this is %s",
							  tong_version());
	memcpy((char *)to + sizeof size, bytes + sizeof size, (size < n ? size : n) - sizeof size);
	return 0;
}

void tong__result_give(void *to, const void *result, size_t n)
{
	size_t size = 0;

	if (to)
		memcpy(&size, to, sizeof size);
	if (size > n)
		size = n;
	if (size > sizeof size)
		memcpy((char *)to + sizeof size, (const char *)result + sizeof size, size - sizeof size);
}

/* ---- answers ---- */

void tong_agent_free(void *p)
{
	free(p);
}

/* Into the host's own memory, which is the only one that it can free. */
static int copy_out(const tong_agent *a, const struct tong__buf *from, char **out, tong_error *err)
{
	*out = a->opt.allocate(a->opt.user, from->len + 1);
	if (!*out)
		return tong__fail_nomem(err);
	if (from->len)
		memcpy(*out, from->data, from->len);
	(*out)[from->len] = '\0';
	return 0;
}

int tong__agent_give(const tong_agent *a, struct tong__buf *text, char **out, tong_error *err)
{
	int rc = 0;

	*out = NULL;
	if (text->failed == TONG_E_LIMIT)
		rc = tong__fail(err, TONG_E_LIMIT, NULL, "the answer is longer than %u bytes",
						TONG_MAX_PAGE);
	else if (text->failed)
		rc = tong__fail_nomem(err);
	else if (a && a->opt.allocate)
		rc = copy_out(a, text, out, err);
	else if ((*out = text->len ? tong__buf_take(text, NULL) : calloc(1, 1)) == NULL)
		rc = tong__fail_nomem(err);
	tong__buf_free(text);
	return rc;
}

static int add_bytes(const char *bytes, size_t n, void *user)
{
	return tong__buf_add(user, bytes, n) ? -1 : 0;
}

int tong__agent_answer(const tong_agent *a, json_t *doc, char **out, tong_error *err)
{
	*out = NULL;
	if (!tong__store_met_damage(a->store))
		return tong__agent_say(a, doc, out, err);
	json_decref(doc);
	return tong__store_damage(a->dir, err);
}

int tong__agent_say(const tong_agent *a, json_t *doc, char **out, tong_error *err)
{
	struct tong__buf text;

	*out = NULL;
	tong__buf_init(&text, TONG_MAX_PAGE);
	if ((!doc || json_dump_callback(doc, add_bytes, &text, JSON_COMPACT)) && !text.failed)
		text.failed = TONG_E_NOMEM;
	json_decref(doc);
	if (tong__memory_failed() && !text.failed)
		text.failed = TONG_E_NOMEM; /* the document may have a hole */
	return tong__agent_give(a, &text, out, err);
}
