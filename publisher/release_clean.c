/* Removing what a release no longer names, once the release after it is in force (T7). */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"
#include "publisher/release_content.h"

static int keep_name(json_t *names, const char *name)
{
	return json_object_set_new(names, name, json_true());
}

/* What stays of one layer. */
static int keep_layer(json_t *names, const struct tong__repo *r, const char *role,
                      struct tong__repo_past *past, unsigned keep, tong_error *err)
{
	struct tong__layer_target held;
	char name[TONG_REPO_NAME];
	int failed = 0, code = tong__repo_layer(r, role, &held, err);
	size_t i, n;

	if (code)
		return code;
	for (i = 0; i < held.n_changes; i++) {
		tong__repo_changeset_name(&held.changes[i].id, name);
		failed |= keep_name(names, name);
	}
	if (held.older.length) {
		tong__repo_older_name(&held.older.id, name);
		failed |= keep_name(names, name);
	}
	n = tong__repo_history(r, role, past, keep);
	for (i = 0; i < n; i++) {
		tong__repo_changeset_name(&past[i].whole, name);
		failed |= keep_name(names, name);
		tong__repo_target_name(&past[i].sha256, role, name);
		if (i < 2)
			failed |= keep_name(names, name);
	}
	/* Once more from what is verified: history may be cut short. */
	tong__repo_target_name(&held.sha256, role, name);
	failed |= keep_name(names, name);
	if (strcmp(role, "base") != 0 && strcmp(role, "site") != 0) {
		snprintf(name, sizeof name, "heads/%s", role + 1);
		failed |= keep_name(names, name);
		snprintf(name, sizeof name, "heads/new-%s", role + 1);
		failed |= keep_name(names, name);
	}
	tong__layer_target_free(&held);
	return failed ? tong__fail_nomem(err) : 0;
}

/* Removes files of 'folder' that look like ours and are not named. A name that we never give is
 * somebody else's. */
static int sweep(const struct tong__repo *r, const char *folder, const char *pattern,
                 const json_t *names, tong_error *err)
{
	struct dirent *e;
	char *path = NULL;
	int code = 0;
	DIR *d;

	if (asprintf(&path, "%s/%s", r->dir, folder) < 0)
		return tong__fail_nomem(err);
	d = opendir(path);
	free(path);
	while (d && !code && (e = readdir(d))) {
		char name[TONG_REPO_NAME + 16];
		bool temporary = fnmatch(".tong-*.tmp", e->d_name, 0) == 0;

		snprintf(name, sizeof name, "%s/%s", folder, e->d_name);
		if (!temporary && (fnmatch(pattern, e->d_name, 0) != 0 || json_object_get(names, name)))
			continue;
		if (asprintf(&path, "%s/%s", r->dir, name) < 0)
			code = tong__fail_nomem(err);
		else {
			code = tong__file_remove(path, err);
			free(path);
		}
	}
	if (d)
		closedir(d);
	return code;
}

#define HEX8 "[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"
#define HEX64 HEX8 HEX8 HEX8 HEX8 HEX8 HEX8 HEX8 HEX8

int tong__content_clean(const struct tong__repo *r, unsigned keep, tong_error *err)
{
	static const struct {
		const char *folder, *pattern;
	} ours[] = {
		{"targets", HEX64 ".*.ndjson"},
		{"changesets", HEX64 ".tcs"},
		{"changesets", HEX64 ".older"},
		{"heads", "[0-9]*"},
		{"heads", "new-[0-9]*"},
		{".", ".tong-*.tmp"},
	};
	struct tong__repo_past *past = calloc(keep, sizeof *past);
	json_t *names = json_object();
	int code = past && names ? 0 : tong__fail_nomem(err);
	const char *role;
	size_t i;

	for (i = 0; !code && (role = tong__repo_role(r, i)); i++)
		code = keep_layer(names, r, role, past, keep, err);
	for (i = 0; !code && i < sizeof ours / sizeof *ours; i++)
		code = sweep(r, ours[i].folder, ours[i].pattern, names, err);
	json_decref(names);
	free(past);
	return code;
}
