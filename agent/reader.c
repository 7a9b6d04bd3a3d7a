/* How pages see the store: tong__reader over records, with the last few kept parsed. */
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "core/json.h"

static uint32_t hash_of(const char *layer, const char *key)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (const char *p = layer; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	for (const char *p = key; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return h;
}

static void forget(struct tong__parsed *slots, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_decref(slots[i].rec);
		slots[i].rec = NULL;
	}
}

void tong__reader_forget(tong_agent *a)
{
	forget(a->parsed, TONG_PARSED);
	forget(a->lean, TONG_LEAN);
}

static void keep(struct tong__parsed *slot, const char *layer, const char *key, json_t *rec)
{
	if (strlen(layer) >= sizeof slot->layer || strlen(key) >= sizeof slot->key)
		return;
	json_decref(slot->rec);
	slot->rec = json_incref(rec);
	strcpy(slot->layer, layer);
	strcpy(slot->key, key);
}

/* A record came through the store's door, and each page of the store has a sum: it is looked at for
 * faults only when it has one, and that is damage then, not format. */
static json_t *parse(const char *key, const char *line, size_t n, tong_error *err)
{
	json_t *rec = tong__record_value(line, n);
	int rc;

	if (rec)
		return rec;
	rc = tong__json_read(line, n, TONG_MAX_RECORD_DEPTH, key, &rec, err);
	if (rc && rc != TONG_E_NOMEM)
		err->code = TONG_E_STORE;
	return rc ? NULL : rec;
}

/* Takes "items":[…] out of a canonical line: codes have no bracket, and inside of a text its quotes
 * would be escaped. */
static void cut_items(struct tong__buf *line)
{
	static const char name[] = "\"items\":[";
	char *at = line->data ? memmem(line->data, line->len, name, sizeof name - 1) : NULL, *end;

	if (!at || at == line->data || (at[-1] != ',' && at[-1] != '{'))
		return;
	end = memchr(at, ']', line->len - (size_t)(at - line->data));
	if (!end)
		return;
	end++;
	if (*end == ',')
		end++;
	else if (at[-1] == ',')
		at--;
	memmove(at, end, line->len - (size_t)(end - line->data) + 1);
	line->len -= (size_t)(end - at);
}

static json_t *fetch(tong_agent *a, struct tong__parsed *slot, const char *layer, const char *key,
					 bool lean, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__buf line;
	json_t *rec = NULL;
	int rc;

	if (slot->rec && strcmp(slot->key, key) == 0 && strcmp(slot->layer, layer) == 0)
		return json_incref(slot->rec);
	tong__buf_init(&line, TONG_MAX_RECORD);
	rc = tong__store_get(a->store, layer, key, &line, &own);
	if (!rc && lean)
		cut_items(&line);
	if (!rc)
		rec = parse(key, line.data ? line.data : "", line.len, &own);
	if (rec && line.len <= TONG_PARSED_MAX)
		keep(slot, layer, key, rec);
	tong__buf_free(&line);
	if (!rec && own.code != TONG_E_NOTFOUND && err)
		*err = own;
	return rec;
}

static json_t *get(void *user, const char *layer, const char *key, tong_error *err)
{
	tong_agent *a = user;

	return fetch(a, &a->parsed[hash_of(layer, key) % TONG_PARSED], layer, key, false, err);
}

static json_t *get_lean(void *user, const char *key, tong_error *err)
{
	tong_agent *a = user;

	return fetch(a, &a->lean[hash_of("base", key) % TONG_LEAN], "base", key, true, err);
}

static int line(void *user, const char *layer, const char *key, struct tong__buf *out,
				tong_error *err)
{
	tong_agent *a = user;

	return tong__store_get(a->store, layer, key, out, err);
}

struct each {
	int (*fn)(void *arg, const char *key, const json_t *rec);
	void *arg;
};

static int each_line(void *arg, const char *key, struct tong__str text, tong_error *err)
{
	struct each *e = arg;
	json_t *rec = parse(key, text.p, text.n, err);
	int rc;

	if (!rec)
		return err->code;
	rc = e->fn(e->arg, key, rec);
	json_decref(rec);
	return rc;
}

static int each(void *user, const char *layer, const char *prefix,
				int (*fn)(void *arg, const char *key, const json_t *rec), void *arg,
				tong_error *err)
{
	tong_agent *a = user;
	tong_error own = TONG_ERROR_INIT;
	struct each e = { fn, arg };

	return tong__store_each(a->store, layer, prefix, each_line, &e, err ? err : &own);
}

struct scan {
	const char *text;
	int (*fn)(void *arg, const char *key, struct tong__str line);
	void *arg;
};

static int scan_line(void *arg, const char *key, struct tong__str text, tong_error *err)
{
	struct scan *s = arg;

	(void)err;
	if (s->text && !memmem(text.p, text.n, s->text, strlen(s->text)))
		return 0;
	return s->fn(s->arg, key, text);
}

static int scan(void *user, const char *layer, const char *prefix, const char *text,
				int (*fn)(void *arg, const char *key, struct tong__str line), void *arg,
				tong_error *err)
{
	tong_agent *a = user;
	tong_error own = TONG_ERROR_INIT;
	struct scan s = { text, fn, arg };

	return tong__store_each(a->store, layer, prefix, scan_line, &s, err ? err : &own);
}

static bool has_layer(void *user, const char *layer)
{
	tong_agent *a = user;
	struct tong__store_layer held;
	tong_error own;

	return strcmp(layer, "derived") == 0 || tong__store_layer(a->store, layer, &held, &own) == 0;
}

void tong__reader_init(tong_agent *a)
{
	a->reader = (struct tong__reader){ a, get, line, each, has_layer, scan, NULL, get_lean, NULL };
}

int tong__agent_site(tong_agent *a, tong_error *err)
{
	return a->site ? 0 : tong__site_open(&a->site, &a->reader, err);
}

int tong__agent_names(tong_agent *a, tong_error *err)
{
	json_t *data = NULL;
	int rc = a->names ? 0 : tong__search_data(&a->reader, &data, err);

	if (!rc && !a->names)
		rc = tong__names_new(&a->names, data, err);
	json_decref(data);
	if (!rc && !a->rows)
		rc = tong__rows_new(&a->rows, a->store, a->names, err);
	return rc;
}
