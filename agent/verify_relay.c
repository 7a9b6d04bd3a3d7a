/* Checks that the folder kept for the levels below holds what was signed (P2). */
#include "agent/verify_relay.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/held.h"
#include "agent/relay.h"
#include "core/changeset_copy.h"
#include "core/json.h"
#include "core/repo_name.h"
#include "core/text.h"

struct check {
	tong_agent *agent;
	json_t *kept, *files; /* kept.json, and its files: NAME -> true */
	json_t *bad;          /* NAME -> true */
	struct tong__trust *trust;
	const struct tong__verify_told *told;
};

static void differ(struct check *c, const char *name, const char *what)
{
	char subject[TONG_REPO_NAME + 8];

	snprintf(subject, sizeof subject, "relay/%s", name);
	c->told->differ(c->told->user, subject, what);
	json_object_set_new(c->bad, name, json_true());
}

/* ---- signed metadata ---- */

/* A root may be missing: only as many as could be had are there. */
static bool read_root(struct check *c, unsigned long version, struct tong__buf *out)
{
	char name[TONG_REPO_NAME];
	tong_error none;

	tong__repo_metadata_name(version, "root", name);
	return json_object_get(c->files, name) && !tong__relay_file(c->agent->dir, name, out, &none);
}

static int read_role(void *user, const char *role, unsigned long version, struct tong__buf *out,
					 tong_error *err)
{
	struct check *c = user;
	char name[TONG_REPO_NAME] = "timestamp.json";

	if (!strcmp(role, "root"))
		return tong__relay_root(c->agent->dir, c->kept, out, err);
	if (version)
		tong__repo_metadata_name(version, role, name);
	return tong__relay_file(c->agent->dir, name, out, err);
}

/* Those of the regions that were held when the folder was written. */
static bool wants(void *user, const char *layer)
{
	struct check *c = user;
	json_t *history = json_object_get(c->kept, "history");
	char number[24];

	snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, tong__json_int(c->kept, "release", 0));
	return json_object_get(json_object_get(history, number), layer) != NULL;
}

static bool is_metadata(const char *name)
{
	return !strchr(name, '/') && !tong__ends(name, ".root.json");
}

/* Which of the files is to blame need not be known: they are small, and all are written anew. */
static void check_chain(struct check *c)
{
	const struct tong__held held = { c, 0, read_role, wants };
	tong_error why = TONG_ERROR_INIT;
	const char *name;
	json_t *v;

	if (!tong__held_trust(&c->trust, &held, &why))
		return;
	differ(c, "timestamp.json", why.message);
	json_object_foreach(c->files, name, v)
		if (is_metadata(name))
			json_object_set_new(c->bad, name, json_true());
}

/* One that is there is signed by its own keys, and leads to the next that is there. */
static void check_root(struct check *c, const char *name, struct tong__buf *root,
					   struct tong__buf *next)
{
	unsigned long version = strtoul(name, NULL, 10);
	struct tong__trust *t = NULL;
	tong_error why = TONG_ERROR_INIT;
	int rc = 0;

	if (!read_root(c, version, root))
		return;
	rc = tong__trust_new(&t, root->data ? root->data : "", root->len, 0, &why);
	if (!rc && read_root(c, version + 1, next))
		rc = tong__trust_root(t, next->data ? next->data : "", next->len, &why);
	if (rc)
		differ(c, name, why.message);
	tong__trust_free(t);
}

/* ---- changesets and heads ---- */

static int nothing_begins(void *user, const char *name, uint64_t size, tong_error *err)
{
	(void)user;
	(void)name;
	(void)size;
	(void)err;
	return 0;
}

static int nothing_kept(void *user, const void *bytes, size_t n, tong_error *err)
{
	(void)user;
	(void)bytes;
	(void)n;
	(void)err;
	return 0;
}

static void check_layer(struct check *c, const char *layer)
{
	const struct tong__cs_sink nowhere = { NULL, nothing_begins, nothing_kept };
	struct tong__layer_target t;
	tong_error why = TONG_ERROR_INIT;
	char name[TONG_REPO_NAME], dir[4096];

	if (!tong__relay_path(c->agent->dir, "", dir, sizeof dir))
		return;
	if (tong__trust_layer(c->trust, layer, &t, &why)) {
		differ(c, layer, why.message);
		return;
	}
	for (size_t i = 0; i < t.n_changes; i++) {
		tong__repo_changeset_name(&t.changes[i].id, name);
		++*c->told->checked;
		if (tong__changeset_copy(dir, &t.changes[i], &nowhere, &why))
			differ(c, name, why.message);
	}
	tong__layer_target_free(&t);
}

/* A head is trusted for nothing; all the same its files are those beside it. */
static void check_head(struct check *c, const char *name, struct tong__buf *bytes,
					   struct tong__buf *file)
{
	struct tong__head *head = NULL;
	tong_error why = TONG_ERROR_INIT;
	const char *other;
	json_t *v;

	if (tong__relay_file(c->agent->dir, name, bytes, &why)) {
		if (why.code != TONG_E_ABSENT) /* one that could not be had is left out */
			differ(c, name, why.message);
		return;
	}
	if (tong__head_read(bytes->data ? bytes->data : "", bytes->len, &head, &why)) {
		differ(c, name, why.message);
		return;
	}
	json_object_foreach(c->files, other, v)
	{
		struct tong__str in = tong__head_get(head, other);

		if (in.p && !json_object_get(c->bad, other) &&
			!tong__relay_file(c->agent->dir, other, file, &why) &&
			(in.n != file->len || memcmp(in.p, file->data, in.n) != 0)) {
			differ(c, name, "a file in it is not the one beside it");
			break;
		}
	}
	tong__head_free(head);
}

/* Was the last update of the folder cut off between its timestamp and its heads? Then those of the
 * release before are there, which is no damage; the next sync writes them. */
static bool cut_off(struct check *c, struct tong__buf *timestamp)
{
	const char *kept = tong__json_str(c->kept, "timestamp");
	char hex[TONG_HEX];
	struct tong__hash hash;
	tong_error none;

	if (!c->trust || tong__relay_file(c->agent->dir, "timestamp.json", timestamp, &none))
		return false;
	tong__sha256(timestamp->data ? timestamp->data : "", timestamp->len, &hash);
	tong__hash_hex(&hash, hex);
	return !kept || strcmp(kept, hex) != 0;
}

static void check_files(struct check *c)
{
	struct tong__buf a, b;
	const char *name;
	bool heads;
	json_t *v;

	tong__buf_init(&a, TONG_MAX_HEAD);
	tong__buf_init(&b, TONG_MAX_CS);
	heads = !cut_off(c, &a);
	json_object_foreach(c->files, name, v)
	{
		++*c->told->checked;
		if (tong__ends(name, ".root.json"))
			check_root(c, name, &a, &b);
		else if (heads && tong__starts(name, "heads/"))
			check_head(c, name, &a, &b);
	}
	tong__buf_free(&a);
	tong__buf_free(&b);
}

/* ---- the whole ---- */

/* What is not what was signed is handed on no more; the next sync puts it there again. */
static int distrust(struct check *c, tong_error *err)
{
	char path[4096];
	const char *name;
	json_t *v;

	json_object_foreach(c->bad, name, v)
		if (tong__relay_path(c->agent->dir, name, path, sizeof path))
			unlink(path);
	json_object_del(c->kept, "timestamp");
	return tong__relay_kept_write(c->agent->dir, c->kept, err);
}

static int check_all(struct check *c, tong_error *err)
{
	const char *layer;

	check_chain(c);
	for (size_t i = 0; c->trust && (layer = tong__held_layer(c->trust, i)); i++)
		check_layer(c, layer);
	check_files(c);
	if (tong__memory_failed()) /* what could not be looked at is no damage */
		return tong__fail_nomem(err);
	if (!json_object_size(c->bad) || c->agent->opt.read_only)
		return 0;
	return distrust(c, err);
}

int tong__relay_verify(tong_agent *a, const struct tong__verify_told *told, tong_error *err)
{
	struct check c = { .agent = a, .told = told };
	int rc;

	c.kept = tong__relay_kept(a->dir);
	c.files = json_object_get(c.kept, "files");
	c.bad = json_object();
	if (!c.kept || !c.bad)
		rc = tong__fail_nomem(err);
	else
		rc = tong__json_int(c.kept, "release", 0) ? check_all(&c, err) : 0;
	tong__trust_free(c.trust);
	json_decref(c.bad);
	json_decref(c.kept);
	return rc;
}
