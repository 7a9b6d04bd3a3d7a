/* What the folder for the levels below holds, and taking away what it holds no more. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/relay.h"
#include "core/file.h"
#include "core/json.h"
#include "core/repo_name.h"
#include "core/text.h"

#define KEPT "kept.json"
#define MAX_KEPT (16u << 20)

bool tong__relay_path(const char *dir, const char *name, char *out, size_t max)
{
	return (size_t)snprintf(out, max, "%s/relay%s%s", dir, *name ? "/" : "", name) < max;
}

json_t *tong__relay_kept(const char *dir)
{
	struct tong__buf text;
	json_t *kept = NULL;
	tong_error none;
	char path[4096];

	tong__buf_init(&text, MAX_KEPT);
	if (tong__relay_path(dir, KEPT, path, sizeof path) && !tong__file_read(path, &text, &none))
		kept = tong__json_own(text.data, text.len);
	tong__buf_free(&text);
	if (json_is_object(kept))
		return kept;
	json_decref(kept);
	return json_object();
}

int tong__relay_file(const char *dir, const char *name, struct tong__buf *out, tong_error *err)
{
	char path[4096];

	tong__buf_clear(out);
	if (!tong__relay_path(dir, name, path, sizeof path))
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	return tong__file_read(path, out, err);
}

static bool read_root(const char *dir, unsigned long version, struct tong__buf *out)
{
	char name[TONG_REPO_NAME];
	tong_error none;

	tong__repo_metadata_name(version, "root", name);
	return !tong__relay_file(dir, name, out, &none);
}

int tong__relay_root(const char *dir, const json_t *kept, struct tong__buf *out, tong_error *err)
{
	json_t *files = json_object_get(kept, "files"), *v;
	unsigned long newest = 0, version;
	const char *name;

	json_object_foreach(files, name, v)
	{
		version = tong__ends(name, ".root.json") ? strtoul(name, NULL, 10) : 0;
		if (version > newest && read_root(dir, version, out))
			newest = version;
	}
	return newest && read_root(dir, newest, out)
			   ? 0
			   : tong__fail(err, TONG_E_ABSENT, "root", "is not in the folder");
}

int tong__relay_kept_write(const char *dir, const json_t *kept, tong_error *err)
{
	char *text = json_dumps(kept, JSON_COMPACT | JSON_SORT_KEYS), path[4096];
	int rc;

	if (!text)
		return tong__fail_nomem(err);
	if (tong__relay_path(dir, KEPT, path, sizeof path))
		rc = tong__file_write(path, text, strlen(text), err);
	else
		rc = tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	free(text);
	return rc;
}

/* One folder of the repository: "", "changesets/" or "heads/". */
static void sweep_in(const char *dir, const char *below, const json_t *now, const json_t *before)
{
	char path[4096], name[TONG_REPO_NAME];
	struct dirent *e;
	DIR *d;

	if (!tong__relay_path(dir, below, path, sizeof path) || !(d = opendir(path)))
		return;
	while ((e = readdir(d)) != NULL)
		if ((size_t)snprintf(name, sizeof name, "%s%s", below, e->d_name) < sizeof name &&
			tong__repo_name_valid(name) && !json_object_get(now, name) &&
			!json_object_get(before, name))
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
}

void tong__relay_sweep(const char *dir, const json_t *now, const json_t *before)
{
	static const char *const folders[] = { "", "changesets/", "heads/" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		sweep_in(dir, folders[i], now, before);
}

void tong__relay_remove(const char *dir)
{
	static const char *const folders[] = { "changesets", "heads", "" };
	char path[4096];

	tong__relay_sweep(dir, NULL, NULL);
	if (tong__relay_path(dir, KEPT, path, sizeof path))
		unlink(path);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (tong__relay_path(dir, folders[i], path, sizeof path))
			rmdir(path);
}
