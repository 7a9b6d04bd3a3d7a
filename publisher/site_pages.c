/* The list of a site's files, and the manifest that lets stale ones be removed, and no others. */
#include "publisher/site_pages.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/text.h"

#define MANIFEST ".tong-pages"
#define MAX_MANIFEST (256u << 20) /* three million pages of 80 bytes */

void tong__pages_free(struct tong__pages *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->at[i].url);
		free(p->at[i].file);
	}
	free(p->at);
	memset(p, 0, sizeof *p);
}

static int add(struct tong__pages *p, const char *url, const char *file)
{
	struct tong__page_file one = {url ? strdup(url) : NULL, strdup(file)};

	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 1024;
		struct tong__page_file *more = realloc(p->at, cap * sizeof *more);

		if (more) {
			p->at = more;
			p->cap = cap;
		}
	}
	if (p->n == p->cap || !one.file || (url && !one.url)) {
		free(one.url);
		free(one.file);
		return -1;
	}
	p->at[p->n++] = one;
	return 0;
}

/* ---- the pages of this run ---- */

struct listing {
	struct tong__pages *out;
	const char *const *regions;
	int code;
	tong_error err;
};

/* Is the URL, in whichever language, outside of /regions/CODE/, or CODE one of those wanted? */
static bool wanted(const char *url, const char *const *regions)
{
	static const char below[] = "/regions/";
	size_t n;

	url += tong__lang_prefix(url);
	if (!regions || !tong__starts(url, below) || !url[sizeof below - 1])
		return true;
	url += sizeof below - 1;
	n = strcspn(url, "/");
	for (; *regions; regions++)
		if (strlen(*regions) == n && memcmp(*regions, url, n) == 0)
			return true;
	return false;
}

static int take(void *arg, const char *url)
{
	struct listing *l = arg;
	char file[TONG_MAX_URL + 16];

	if (!wanted(url, l->regions))
		return 0;
	if (!tong__site_file(url, file, sizeof file) || !tong__path_safe(file))
		return l->code = tong__fail(&l->err, TONG_E_FORMAT, url, "W2: this URL has no file name");
	if (add(l->out, url, file))
		return l->code = tong__fail_nomem(&l->err);
	return 0;
}

struct guide {
	const char *item;          /* "" for a page that is no guide */
	size_t at;
};

static int by_item(const void *x, const void *y)
{
	const struct guide *a = x, *b = y;
	int c = strcmp(a->item, b->item);

	return c ? c : a->at < b->at ? -1 : a->at > b->at;
}

/* Guides of one item stand in a row, region after region, behind all other pages: each can be made
 * from what it has in common with the one before. */
static int sort_by_item(struct tong__pages *p, tong_error *err)
{
	struct tong__page_file *sorted = calloc(p->n + 1, sizeof *sorted);
	struct guide *guides = calloc(p->n + 1, sizeof *guides);

	if (!sorted || !guides) {
		free(sorted);
		free(guides);
		return tong__fail_nomem(err);
	}
	for (size_t i = 0; i < p->n; i++) {
		const char *region = strstr(p->at[i].url, "/regions/");
		const char *item = region ? strstr(region, "/items/") : NULL;

		guides[i] = (struct guide){item ? item : "", i};
	}
	qsort(guides, p->n, sizeof *guides, by_item);
	for (size_t i = 0; i < p->n; i++)
		sorted[i] = p->at[guides[i].at];
	free(guides);
	free(p->at);
	p->at = sorted;
	p->cap = p->n;
	return 0;
}

int tong__pages_list(struct tong__pages *out, const struct tong__site *site,
                     const struct tong__reader *reader, const char *const *regions, tong_error *err)
{
	struct listing l = {.out = out, .regions = regions};
	int code = tong__site_urls(site, reader, take, &l, err);

	if (l.code && err)
		*err = l.err;
	if (!l.code && !code)
		code = sort_by_item(out, err);
	return l.code ? l.code : code;
}

/* ---- the manifest ---- */

static char *manifest_of(const char *folder)
{
	char *path;

	return asprintf(&path, "%s/" MANIFEST, folder) < 0 ? NULL : path;
}

/* A line that could lead out of the folder is not one of ours. */
static int read_lines(struct tong__pages *out, char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")))
		if (tong__path_safe(line) && add(out, NULL, line))
			return -1;
	return 0;
}

int tong__pages_old(struct tong__pages *out, const char *folder, tong_error *err)
{
	char *path = manifest_of(folder);
	struct tong__buf text;
	int code;

	tong__buf_init(&text, MAX_MANIFEST);
	code = path ? tong__file_read(path, &text, err) : tong__fail_nomem(err);
	if (code == TONG_E_ABSENT)
		code = 0;
	else if (!code && text.len && read_lines(out, text.data))
		code = tong__fail_nomem(err);
	tong__buf_free(&text);
	free(path);
	return code;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* File names of both lists, sorted; borrowed. NULL when memory is out. */
static const char **names_of(const struct tong__pages *a, const struct tong__pages *b, size_t *n)
{
	const char **names = malloc((a->n + (b ? b->n : 0) + 1) * sizeof *names);
	size_t i;

	*n = 0;
	if (!names)
		return NULL;
	for (i = 0; i < a->n; i++)
		names[(*n)++] = a->at[i].file;
	for (i = 0; b && i < b->n; i++)
		names[(*n)++] = b->at[i].file;
	qsort(names, *n, sizeof *names, by_name);
	return names;
}

int tong__pages_save(const char *folder, const struct tong__pages *pages,
                     const struct tong__pages *before, tong_error *err)
{
	char *path = manifest_of(folder);
	struct tong__buf text;
	const char **names;
	size_t i, n;
	int code = 0;

	tong__buf_init(&text, MAX_MANIFEST);
	names = names_of(pages, before, &n);
	for (i = 0; names && i < n; i++)
		if (!i || strcmp(names[i - 1], names[i]) != 0)
			tong__buf_addf(&text, "%s\n", names[i]);
	if (text.failed == TONG_E_LIMIT)
		code = tong__fail(err, TONG_E_LIMIT, folder, "more pages than the manifest can name");
	else if (!path || !names || text.failed)
		code = tong__fail_nomem(err);
	else
		code = tong__file_write_fast(path, text.data ? text.data : "", text.len, NULL, err);
	tong__buf_free(&text);
	free(names);
	free(path);
	return code;
}

/* Removes a file and the folders above it that became empty; rmdir refuses one that did not. */
static int remove_file(const char *folder, const char *file, tong_error *err)
{
	size_t n = strlen(folder);
	char *path, *slash;
	int code;

	if (asprintf(&path, "%s/%s", folder, file) < 0)
		return tong__fail_nomem(err);
	code = tong__file_remove(path, err);
	while (!code && (slash = strrchr(path + n + 1, '/'))) {
		*slash = '\0';
		if (rmdir(path) < 0)
			break;
	}
	free(path);
	return code;
}

int tong__pages_remove_stale(const char *folder, const struct tong__pages *pages,
                             const struct tong__pages *before, size_t *removed, tong_error *err)
{
	const char **names;
	size_t i, n;
	int code = 0;

	names = names_of(pages, NULL, &n);
	if (!names)
		return tong__fail_nomem(err);
	for (i = 0; i < before->n && !code; i++) {
		const char *file = before->at[i].file;

		if (bsearch(&file, names, n, sizeof *names, by_name))
			continue;
		code = remove_file(folder, file, err);
		*removed += !code;
	}
	free(names);
	return code;
}
