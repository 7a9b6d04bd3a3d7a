/* The folder of a staged release: begun, marked, moved into the repository, removed (S1, S2). */
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "publisher/release_steps.h"

#define MARK "staged" /* S2: written last */

static char *path_in(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

static bool is_whole(const char *stage)
{
	char *path = path_in(stage, MARK);
	bool whole = path && access(path, F_OK) == 0;

	free(path);
	return whole;
}

json_t *tong__stage_names(const char *dir, const char *folder, const char *pattern)
{
	char *path = path_in(dir, folder);
	struct dirent **all;
	json_t *out = json_array();
	int n = path ? scandir(path, &all, NULL, alphasort) : -1, i;

	for (i = 0; i < n; i++) {
		if (fnmatch(pattern, all[i]->d_name, FNM_PERIOD) == 0)
			json_array_append_new(out, json_string(all[i]->d_name));
		free(all[i]);
	}
	if (n >= 0)
		free(all);
	free(path);
	return out;
}

/* What a run left that was cut is thrown away: nobody was asked to sign it. */
int tong__stage_begin(const char *stage, tong_error *err)
{
	if (is_whole(stage))
		return tong__fail(err, TONG_E_USAGE, stage,
						  "S2: holds a staged release already: bring it into force with `release "
						  "publish`, or remove the folder");
	tong__stage_remove(stage);
	return tong__mkdirs(stage, err);
}

int tong__stage_finish(const char *stage, tong_error *err)
{
	char *path = path_in(stage, MARK);
	int code = path ? tong__file_write(path, "", 0, err) : tong__fail_nomem(err);

	free(path);
	return code;
}

int tong__stage_check(const char *stage, tong_error *err)
{
	return is_whole(stage) ? 0
						   : tong__fail(err, TONG_E_NOTFOUND, stage,
										"S2: no whole release is staged in this folder");
}

/* ---- moving ---- */

static int move_names(struct tong__making *x, const char *stage, const char *folder,
					  const char *pattern, const char *but, tong_error *err)
{
	json_t *names = tong__stage_names(stage, folder, pattern), *one;
	struct tong__buf bytes;
	int code = 0;
	size_t i;

	tong__buf_init(&bytes, TONG_MAX_LAYER);
	json_array_foreach(names, i, one)
	{
		char name[2 * TONG_REPO_NAME], *path;

		if (code || fnmatch(but, json_string_value(one), 0) == 0)
			continue;
		snprintf(name, sizeof name, "%s%s%s", *folder == '.' ? "" : folder,
				 *folder == '.' ? "" : "/", json_string_value(one));
		path = path_in(stage, name);
		tong__buf_clear(&bytes);
		code = path ? tong__file_read(path, &bytes, err) : tong__fail_nomem(err);
		if (!code)
			code =
				tong__repo_put(&x->repo, name,
							   (struct tong__str){ bytes.data ? bytes.data : "", bytes.len }, err);
		free(path);
	}
	json_decref(names);
	tong__buf_free(&bytes);
	return code;
}

/* Content, then metadata, the root last of what is named by its version (P1). */
int tong__stage_move(struct tong__making *x, const char *stage, tong_error *err)
{
	int code;

	x->repo.stage = NULL;
	code = tong__put_first_root(x, err);
	if (!code)
		code = move_names(x, stage, "targets", "*", "", err);
	if (!code)
		code = move_names(x, stage, "changesets", "*", "", err);
	if (!code)
		code = move_names(x, stage, ".", "[1-9]*.json", "*.root.json", err);
	return code ? code : move_names(x, stage, ".", "[1-9]*.root.json", "", err);
}

/* Names that are ours; anything else stays, and with it the folder. */
void tong__stage_remove(const char *stage)
{
	static const char *const ours[][2] = { { "targets", "*.ndjson" },
										   { "changesets", "*.tcs" },
										   { "changesets", "*.older" },
										   { "requests", "*.request" },
										   { "requests", "*.signature" },
										   { ".", "[1-9]*.json" },
										   { ".", MARK } };
	static const char *const folders[] = { "targets", "changesets", "requests", "" };
	size_t i, k;

	for (i = 0; i < sizeof ours / sizeof *ours; i++) {
		json_t *names = tong__stage_names(stage, ours[i][0], ours[i][1]), *one;

		json_array_foreach(names, k, one)
		{
			char *path = NULL;

			if (asprintf(&path, "%s/%s/%s", stage, ours[i][0], json_string_value(one)) >= 0)
				unlink(path);
			free(path);
		}
		json_decref(names);
	}
	for (i = 0; i < 4; i++) {
		char *path = path_in(stage, folders[i]);

		if (path)
			rmdir(path);
		free(path);
	}
}
