/* A small world to release, and a client that walks what was released: for the tests of releases.
 */
#ifndef TESTS_UNIT_PUBLISHER_RELEASE_H
#define TESTS_UNIT_PUBLISHER_RELEASE_H

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/changeset.h"
#include "core/file.h"
#include "core/head.h"
#include "core/tuf.h"
#include "publisher/keys.h"
#include "publisher/release.h"
#include "tests/lib/check.h"

#define NOW 1795586400
#define DAY 86400
#define MAX_LAYERS 6

/* ---- a small world ---- */

static char keys_dir[400], to[400];

/* A fresh repository folder, and keys that all tests share. */
static inline void fresh(const char *name)
{
	snprintf(keys_dir, sizeof keys_dir, "%s/keys", tong_test_dir());
	snprintf(to, sizeof to, "%s/%s", tong_test_dir(), name);
	if (access(keys_dir, F_OK) != 0)
		CHECK_INT(tong__keys_init(keys_dir, NOW, NULL, NULL, NULL), 0);
}

struct world {
	struct tong__layer at[MAX_LAYERS];
	struct tong__layers layers;
};

static inline void add_layer(struct world *w, const char *name, struct tong__buf *text)
{
	struct tong__layer *l = &w->at[w->layers.n++];
	size_t i;

	w->layers.at = w->at;
	snprintf(l->name, sizeof l->name, "%s", name);
	l->bytes = tong__buf_take(text, &l->len);
	if (!l->bytes)
		l->bytes = strdup("");
	l->records = 0;
	for (i = 0; i < l->len; i++)
		l->records += l->bytes[i] == '\n';
	tong__sha256(l->bytes, l->len, &l->sha256);
}

/* base has 300 items, of which item 'edited' has the name 'name'; one region; the look. Each item
 * has a text that does not pack, so that a whole layer costs what it does in life. */
static inline struct world make_world(int edited, const char *name)
{
	struct world w = {.layers = {NULL, 0}};
	char text[TONG_HEX];
	struct tong__hash hash;
	struct tong__buf b;
	int i;

	tong__buf_init(&b, TONG_MAX_LAYER);
	for (i = 0; i < 300; i++) {
		tong__sha256(&i, sizeof i, &hash);
		tong__hash_hex(&hash, text);
		tong__buf_addf(&b, "{\"k\":\"item/%06d\",\"name\":\"%s\",\"summary\":\"%s\"}\n", i,
		               i == edited ? name : "居民身份证办理", text);
	}
	add_layer(&w, "base", &b);
	tong__buf_addf(&b, "{\"k\":\"hall/a\",\"address\":\"滨河路1号\",\"name\":\"政务服务中心\"}\n");
	add_layer(&w, "r511602", &b);
	tong__buf_addf(&b, "{\"k\":\"template/page\",\"text\":\"<p>{{name}}</p>\"}\n");
	add_layer(&w, "site", &b);
	return w;
}

/* The same with a second region between them. */
static inline struct world make_wide_world(void)
{
	struct world w = make_world(-1, ""), out = {.layers = {NULL, 0}};
	struct tong__buf b;

	tong__buf_init(&b, TONG_MAX_LAYER);
	out.at[0] = w.at[0];
	out.at[1] = w.at[1];
	out.layers.n = 2;
	tong__buf_addf(&b, "{\"k\":\"hall/b\",\"name\":\"便民服务中心\"}\n");
	add_layer(&out, "r511602101", &b);
	out.at[out.layers.n++] = w.at[2];
	return out;
}

static inline void free_world(struct world *w)
{
	while (w->layers.n)
		free(w->at[--w->layers.n].bytes);
}

/* tong__release_write with the keys of a folder. */
static inline int release_with(const char *dir, const struct tong__layers *layers,
                               const struct tong__release_options *o,
                               struct tong__release_report *report, tong_error *err)
{
	struct tong__keys *keys;
	int code = tong__keys_open(&keys, dir, NULL, err);

	if (!code)
		code = tong__release_write(to, keys, layers, o, report, err);
	tong__keys_free(keys);
	return code;
}

static inline int timestamp_with(const char *dir, const struct tong__release_options *o,
                                 tong_error *err)
{
	struct tong__keys *keys;
	int code = tong__keys_open(&keys, dir, NULL, err);

	if (!code)
		code = tong__release_timestamp(to, keys, o, err);
	tong__keys_free(keys);
	return code;
}

/* The world lies in its own struct: a copy needs its pointer mended. */
static inline int release_at(struct world *w, int64_t now, struct tong__release_report *report,
                             tong_error *err)
{
	struct tong__release_options o = {.now = now};

	w->layers.at = w->at;
	return release_with(keys_dir, &w->layers, &o, report, err);
}

static inline struct tong__release_report release_ok(struct world *w, int64_t now)
{
	struct tong__release_report report = {0};
	tong_error err = TONG_ERROR_INIT;

	if (release_at(w, now, &report, &err))
		printf("%s: %s: ", err.subject, err.message), tong_test.failed++;
	return report;
}

/* ---- a client ---- */

static inline int get(const char *dir, const char *name, struct tong__buf *out, tong_error *err)
{
	char path[1024];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	tong__buf_clear(out);
	return tong__file_read(path, out, err);
}

static inline int get_metadata(const char *dir, unsigned long version, const char *role,
                               struct tong__buf *out, tong_error *err)
{
	char name[256];

	snprintf(name, sizeof name, "%lu.%s.json", version, role);
	return get(dir, name, out, err);
}

/* Specification 5.3 to 5.6, from the pinned root. */
static inline int client_trust(struct tong__trust **t, const char *dir, int64_t now,
                               tong_error *err)
{
	unsigned long v = 2;
	struct tong__buf b;
	const char *role;
	bool flag;
	size_t i;
	int code;

	tong__buf_init(&b, TONG_MAX_TARGETS);
	code = get_metadata(keys_dir, 1, "root", &b, err);
	if (!code)
		code = tong__trust_new(t, b.data, b.len, now, err);
	while (!code && !get_metadata(dir, v++, "root", &b, err))
		code = tong__trust_root(*t, b.data, b.len, err);
	code = code ? code : tong__trust_root_done(*t, &flag, err);
	code = code ? code : get(dir, "timestamp.json", &b, err);
	code = code ? code : tong__trust_timestamp(*t, b.data, b.len, &flag, err);
	code = code ? code : get_metadata(dir, tong__trust_snapshot_version(*t), "snapshot", &b, err);
	code = code ? code : tong__trust_snapshot(*t, b.data, b.len, err);
	code = code ? code
	            : get_metadata(dir, tong__trust_role_version(*t, "targets"), "targets", &b, err);
	code = code ? code : tong__trust_role(*t, "targets", NULL, b.data, b.len, err);
	for (i = 0; !code && (role = tong__trust_delegation(*t, "targets", i, NULL)); i++) {
		code = get_metadata(dir, tong__trust_role_version(*t, role), role, &b, err);
		code = code ? code : tong__trust_role(*t, role, "targets", b.data, b.len, err);
	}
	tong__buf_free(&b);
	return code;
}

/* T8: the older ways too, as a node reads them that needs one. */
static inline int client_older(struct tong__layer_target *target, const char *dir, tong_error *err)
{
	char name[256], hex[TONG_HEX];
	struct tong__buf file;
	int code;

	if (!target->older.length)
		return 0;
	tong__buf_init(&file, TONG_MAX_OLDER);
	tong__hash_hex(&target->older.id, hex);
	snprintf(name, sizeof name, "changesets/%s.older", hex);
	code = get(dir, name, &file, err);
	if (!code)
		code = tong__layer_target_older(target, file.data, file.len, err);
	tong__buf_free(&file);
	return code;
}

/* Brings a layer by the changeset from 'from' (NULL: from nothing), and compares it with what is
 * signed and with the plain file. */
static inline int client_layer(struct tong__trust *t, const char *dir, const char *role,
                               const struct tong__layer *from, struct tong__buf *out,
                               tong_error *err)
{
	struct tong__layer_target target;
	char name[256], hex[TONG_HEX];
	struct tong__buf file;
	struct tong__hash hash;
	int code = tong__trust_layer(t, role, &target, err);
	size_t i;

	if (code)
		return code;
	tong__buf_init(&file, TONG_MAX_CS);
	code = client_older(&target, dir, err);
	code = code ? code : TONG_E_NOTFOUND;
	for (i = 0; i < target.n_changes; i++) {
		if (from ? target.changes[i].whole
		               || !tong__hash_equal(&target.changes[i].from, &from->sha256)
		         : !target.changes[i].whole)
			continue;
		tong__hash_hex(&target.changes[i].id, hex);
		snprintf(name, sizeof name, "changesets/%s.tcs", hex);
		code = get(dir, name, &file, err);
		if (!code)
			code = tong__cs_apply(file.data, file.len, &target.changes[i].id,
			                      from ? from->bytes : NULL, from ? from->len : 0, out, err);
	}
	tong__sha256(out->len ? out->data : "", out->len, &hash);
	if (!code && !tong__hash_equal(&hash, &target.sha256))
		code = TONG_E_HASH;
	tong__hash_hex(&target.sha256, hex);
	snprintf(name, sizeof name, "targets/%s.%s.ndjson", hex, role);
	code = code ? code : get(dir, name, &file, err);
	if (!code && (file.len != out->len || memcmp(file.data, out->data, out->len) != 0))
		code = TONG_E_DIFFERS;
	tong__layer_target_free(&target);
	tong__buf_free(&file);
	return code;
}

/* Everything that a new node would fetch. Returns the snapshot's version, 0 with *err set when the
 * folder is not good. */
static inline unsigned long client_all(const char *dir, int64_t now, tong_error *err)
{
	struct tong__trust *t = NULL;
	struct tong__buf layer;
	unsigned long version;
	const char *role;
	int code = client_trust(&t, dir, now, err);
	size_t i;

	tong__buf_init(&layer, TONG_MAX_LAYER);
	for (i = 0; !code && (role = tong__trust_delegation(t, "targets", i, NULL)); i++) {
		tong__buf_clear(&layer);
		code = client_layer(t, dir, role, NULL, &layer, err);
	}
	version = code ? 0 : tong__trust_version(t, "snapshot");
	if (code && err && !err->code)
		err->code = code;
	tong__buf_free(&layer);
	tong__trust_free(t);
	return version;
}

/* Can a node that holds 'old' of base go straight to what is in force? */
static inline int client_delta(const struct tong__layer *old)
{
	struct tong__trust *t = NULL;
	struct tong__buf layer;
	int code = client_trust(&t, to, NOW, NULL);

	tong__buf_init(&layer, TONG_MAX_LAYER);
	code = code ? code : client_layer(t, to, "base", old, &layer, NULL);
	tong__buf_free(&layer);
	tong__trust_free(t);
	return code;
}

static inline bool has(const char *name)
{
	char path[1024];

	snprintf(path, sizeof path, "%s/%s", to, name);
	return access(path, F_OK) == 0;
}

static inline int count(const char *folder)
{
	char path[1024];
	struct dirent *e;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof path, "%s/%s", to, folder);
	d = opendir(path);
	while (d && (e = readdir(d)))
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

#endif
