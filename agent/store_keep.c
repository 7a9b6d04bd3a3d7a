/* What a store keeps beside its database, in case that is lost: what it trusts, and who it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/store_sql.h"
#include "core/file.h"
#include "core/json.h"

#define KEPT     "node.json"
#define MAX_KEPT (32u << 20)

static int path_of(const char *dir, const char *name, char out[4096], tong_error *err)
{
	if ((size_t)snprintf(out, 4096, "%s/%s", dir, name) >= 4096)
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	return 0;
}

static int add_role(json_t *list, sqlite3_stmt *st)
{
	struct tong__str role = tong__sql_str(st, 0), bytes = tong__sql_str(st, 3);

	return json_array_append_new(
		list, json_pack("[s%, I, I, s%]", role.p, role.n, (json_int_t)sqlite3_column_int64(st, 1),
						(json_int_t)sqlite3_column_int64(st, 2), bytes.p, bytes.n));
}

static json_t *kept_of(struct tong__store *s, tong_error *err)
{
	json_t *doc = json_object(), *roles = json_array(), *meta = json_object();
	sqlite3_stmt *st = tong__sql(s, err, "SELECT role, version, expires, bytes FROM trusted", "");
	int row = st ? 1 : -1;

	while (row == 1 && (row = tong__sql_step(s, st, err)) == 1)
		if (add_role(roles, st))
			row = -1;
	tong__sql_done(s, st);
	st = row < 0 ? NULL
				 : tong__sql(s, err,
							 "SELECT name, value FROM meta WHERE name IN ('sources', 'regions', "
							 "'relay', 'left', 'release', 'forget')",
							 "");
	row = st ? 1 : -1;
	while (row == 1 && (row = tong__sql_step(s, st, err)) == 1)
		if (json_object_set_new(meta, (const char *)sqlite3_column_text(st, 0),
								json_string((const char *)sqlite3_column_text(st, 1))))
			row = -1;
	tong__sql_done(s, st);
	json_object_set_new(doc, "meta", meta);
	json_object_set_new(doc, "trusted", roles);
	if (row == 0)
		return doc;
	json_decref(doc);
	return NULL;
}

/* Over the two members, so that a flipped bit in a region's code is no other region. */
static void sum_hex(const json_t *doc, char hex[TONG_HEX])
{
	struct tong__hash hash;
	struct tong__buf text;

	tong__buf_init(&text, MAX_KEPT);
	tong__json_canonical(json_object_get(doc, "meta"), &text);
	tong__json_canonical(json_object_get(doc, "trusted"), &text);
	tong__sha256(text.data ? text.data : "", text.len, &hash);
	tong__hash_hex(&hash, hex);
	tong__buf_free(&text);
}

int tong__store_keep(struct tong__store *s, tong_error *err)
{
	json_t *doc = kept_of(s, err);
	char path[4096], hex[TONG_HEX], *text;
	int rc = doc ? path_of(s->dir, KEPT, path, err) : TONG_E_STORE;

	if (rc) {
		json_decref(doc);
		return rc;
	}
	sum_hex(doc, hex);
	json_object_set_new(doc, "sum", json_string(hex));
	text = json_dumps(doc, JSON_COMPACT);
	json_decref(doc);
	rc = text ? tong__file_write(path, text, strlen(text), err) : tong__fail_nomem(err);
	free(text);
	return rc;
}

json_t *tong__store_kept(const char *dir)
{
	struct tong__buf text;
	char path[4096], hex[TONG_HEX];
	tong_error none;
	json_t *doc = NULL;
	const char *sum;

	tong__buf_init(&text, MAX_KEPT);
	if (path_of(dir, KEPT, path, &none) == 0 && tong__file_read(path, &text, &none) == 0)
		tong__json_read(text.data ? text.data : "", text.len, 8, path, &doc, &none);
	tong__buf_free(&text);
	if (!doc)
		return NULL;
	sum = tong__json_str(doc, "sum");
	sum_hex(doc, hex);
	if (sum && strcmp(sum, hex) == 0)
		return doc;
	json_decref(doc);
	return NULL;
}
