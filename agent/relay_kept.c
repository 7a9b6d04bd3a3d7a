/* What the folder for the levels below holds, and taking away what it holds no more. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/relay.h"
#include "core/file.h"
#include "core/repo_name.h"

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
		kept = json_loadb(text.data, text.len, 0, NULL);
	tong__buf_free(&text);
	if (json_is_object(kept))
		return kept;
	json_decref(kept);
	return json_object();
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
