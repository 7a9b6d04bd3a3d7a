/* The file of a walk: SHA-256 of the rest, then the commits, newest first, each with its
 * changes. */
#include "publisher/history_cache.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"

/*
 * A commit: 'C', id, a byte whether it has a parent, the parent's id, the date; then its
 * changes: a byte with bit 0 for an old id and bit 1 for a new one, those ids, the path, NUL.
 * Facts only: what is said about them is worked out anew, so that a newer program need not
 * distrust an older one's file. FORMAT stands in the file's name: another format is another
 * file.
 */
#define FORMAT "walk1"
#define MAX_CACHE (512u << 20)  /* 300,000 files in 2,000 commits are 20 MB */
#define MAX_FILES 64            /* looked at in the folder */
#define KEPT 4                  /* files of one place: branches and versions that are compared */
#define WORTH 64                /* commits: fewer are walked as fast as a file is read */

struct file {
	struct tong__git_id commit;
	int64_t used;               /* nanoseconds */
};

struct cache {
	char *dir;                  /* NULL: nothing can be kept */
	char key[40];               /* what the names of this place's files begin with */
	struct file files[MAX_FILES];
	size_t n;
};

/* ---- where ---- */

static void set_key(struct cache *c, const char *folder, const char *below)
{
	struct tong__hash h;
	char place[2048], hex[TONG_HEX];
	int n = snprintf(place, sizeof place, "%s\n%s", folder, below);

	tong__sha256(place, n < (int)sizeof place ? (size_t)n : sizeof place - 1, &h);
	tong__hash_hex(&h, hex);
	snprintf(c->key, sizeof c->key, FORMAT "-%.12s-", hex);
}

static char *path_of(const struct cache *c, const struct tong__git_id *commit)
{
	char hex[41], *path = NULL;

	tong__git_id_hex(commit, hex);
	if (!c->dir || asprintf(&path, "%s/%s%s", c->dir, c->key, hex) < 0)
		return NULL;
	return path;
}

static void add_file(struct cache *c, const char *name)
{
	struct file *f = &c->files[c->n];
	struct stat st;
	char *path;

	if (c->n == MAX_FILES || !tong__starts(name, c->key) ||
	    !tong__git_id_read(name + strlen(c->key), &f->commit))
		return;
	path = path_of(c, &f->commit);
	if (path && !stat(path, &st) && S_ISREG(st.st_mode)) {
		f->used = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
		c->n++;
	}
	free(path);
}

static void open_cache(struct cache *c, struct tong__git *g, const char *folder, const char *below,
                       const char *dir)
{
	char *git = dir ? NULL : tong__git_dir(g);
	struct dirent *e;
	DIR *d;

	memset(c, 0, sizeof *c);
	set_key(c, folder, below);
	if ((!dir && !git) || asprintf(&c->dir, "%s%s", dir ? dir : git, dir ? "" : "tong/history") < 0)
		c->dir = NULL;
	free(git);
	d = c->dir ? opendir(c->dir) : NULL;
	while (d && (e = readdir(d)))
		add_file(c, e->d_name);
	if (d)
		closedir(d);
}

/* ---- writing ---- */

static void put_commit(struct tong__buf *b, const struct tong__git_commit *c)
{
	tong__buf_addc(b, 'C');
	tong__buf_add(b, c->id.b, sizeof c->id.b);
	tong__buf_addc(b, c->has_parent);
	tong__buf_add(b, c->parent.b, sizeof c->parent.b);
	tong__buf_add(b, c->date, sizeof c->date);
	for (size_t i = 0; i < c->n; i++) {
		const struct tong__git_change *ch = &c->changes[i];

		tong__buf_addc(b, (char)(ch->has_old | ch->has_new << 1));
		if (ch->has_old)
			tong__buf_add(b, ch->old_id.b, sizeof ch->old_id.b);
		if (ch->has_new)
			tong__buf_add(b, ch->new_id.b, sizeof ch->new_id.b);
		tong__buf_add(b, ch->path, strlen(ch->path) + 1);
	}
}

static int newest_first(const void *x, const void *y)
{
	const struct file *a = x, *b = y;

	return a->used < b->used ? 1 : -(a->used > b->used);
}

/* Of the files that were there the newest few stay. */
static void prune(struct cache *c)
{
	if (c->n)
		qsort(c->files, c->n, sizeof *c->files, newest_first);
	for (size_t i = KEPT - 1; i < c->n; i++) {
		char *path = path_of(c, &c->files[i].commit);

		if (path)
			tong__file_remove(path, NULL);
		free(path);
	}
}

/* Nothing here is worth a word: without the file the next walk is longer, no more. */
static void keep(struct cache *c, const struct tong__git_id *commit, const struct tong__buf *walk)
{
	char *path = path_of(c, commit), *whole;
	struct tong__hash h;

	whole = path && !walk->failed ? malloc(sizeof h + walk->len + 1) : NULL;
	if (whole && !tong__mkdirs(c->dir, NULL)) {
		tong__sha256(walk->data, walk->len, &h);
		memcpy(whole, h.b, sizeof h.b);
		memcpy(whole + sizeof h.b, walk->data, walk->len);
		if (!tong__file_write_fast(path, whole, sizeof h.b + walk->len, NULL, NULL))
			prune(c);
	}
	free(whole);
	free(path);
}

/* ---- reading ---- */

struct reader {
	const char *at, *end;
};

static bool take(struct reader *r, void *out, size_t n)
{
	if ((size_t)(r->end - r->at) < n)
		return false;
	memcpy(out, r->at, n);
	r->at += n;
	return true;
}

static bool take_change(struct reader *r, struct tong__git_change *ch)
{
	char flags;
	const char *nul;

	memset(ch, 0, sizeof *ch);
	if (!take(r, &flags, 1) || flags < 1 || flags > 3)
		return false;
	ch->has_old = flags & 1;
	ch->has_new = flags & 2;
	if ((ch->has_old && !take(r, &ch->old_id, sizeof ch->old_id)) ||
	    (ch->has_new && !take(r, &ch->new_id, sizeof ch->new_id)))
		return false;
	nul = memchr(r->at, '\0', (size_t)(r->end - r->at));
	ch->path = (char *)r->at;   /* stays the buffer's */
	r->at = nul ? nul + 1 : r->end;
	return nul;
}

/* The next commit; its paths are the buffer's, its array is the caller's. False at the end or
 * at what no writer of ours wrote. */
static bool take_commit(struct reader *r, struct tong__git_commit *c)
{
	char mark = 0, parent = 0;
	bool ok = take(r, &mark, 1) && mark == 'C' && take(r, &c->id, sizeof c->id) &&
	          take(r, &parent, 1) && take(r, &c->parent, sizeof c->parent) &&
	          take(r, c->date, sizeof c->date);

	c->n = 0;
	c->has_parent = parent;
	if (ok)
		tong__git_id_hex(&c->id, c->hex);
	while (ok && r->at < r->end && *r->at != 'C') {
		if (c->n == c->cap) {
			size_t cap = c->cap ? c->cap * 2 : 64;
			struct tong__git_change *more = realloc(c->changes, cap * sizeof *more);

			if (!more)
				return false;
			c->changes = more;
			c->cap = cap;
		}
		ok = take_change(r, &c->changes[c->n]);
		c->n += ok;
	}
	return ok;
}

/* Appends the walk that was kept for a commit; false when it is not whole. */
static bool load(const struct cache *c, const struct tong__git_id *commit, struct tong__buf *out)
{
	char *path = path_of(c, commit);
	struct tong__buf b;
	struct tong__hash h;
	bool ok;

	tong__buf_init(&b, MAX_CACHE);
	ok = path && !tong__file_read(path, &b, NULL) && b.len >= sizeof h.b;
	if (ok) {
		tong__sha256(b.data + sizeof h.b, b.len - sizeof h.b, &h);
		ok = !memcmp(h.b, b.data, sizeof h.b) &&
		     !tong__buf_add(out, b.data + sizeof h.b, b.len - sizeof h.b);
	}
	tong__buf_free(&b);
	free(path);
	return ok;
}

/* ---- the walk ---- */

struct walk {
	struct tong__buf seen;      /* what is kept afterwards */
	int (*fn)(void *, const struct tong__git_commit *, tong_error *);
	void *user;
};

static int on_commit(void *user, const struct tong__git_commit *c, tong_error *err)
{
	struct walk *w = user;

	put_commit(&w->seen, c);
	return w->fn(w->user, c, err);
}

static int replay(struct walk *w, size_t from, tong_error *err)
{
	struct reader r = {w->seen.data + from, w->seen.data + w->seen.len};
	struct tong__git_commit c = {.n = 0};
	int rc = 0;

	while (!rc && r.at < r.end)
		rc = take_commit(&r, &c) ? w->fn(w->user, &c, err)
		                         : tong__fail(err, TONG_E_STORE, "tong/history",
		                                      "is no cache of the history; remove it");
	free(c.changes);
	return rc;
}

/* The rest of a walk that met a commit whose file turned out to be damaged. */
static int walk_on(struct walk *w, struct tong__git *g, const char *folder, const char *below,
                   struct tong__git_stop *stop, tong_error *err)
{
	struct tong__git_id commit = g->commit;
	int rc;

	g->commit = stop->known[stop->met];
	stop->n = 0;
	rc = tong__git_walk_until(g, folder, below, stop, on_commit, w, err);
	g->commit = commit;
	return rc;
}

int tong__history_walk(struct tong__git *g, const char *folder, const char *below, const char *dir,
                       int (*fn)(void *, const struct tong__git_commit *, tong_error *),
                       void *user, bool *shallow, tong_error *err)
{
	struct walk w = {.fn = fn, .user = user};
	struct tong__git_id known[MAX_FILES];
	struct tong__git_stop stop = {.known = known};
	struct cache c;
	size_t steps;
	int rc;

	open_cache(&c, g, folder, below, dir);
	for (; stop.n < c.n; stop.n++)
		known[stop.n] = c.files[stop.n].commit;
	tong__buf_init(&w.seen, MAX_CACHE);
	rc = tong__git_walk_until(g, folder, below, &stop, on_commit, &w, err);
	steps = stop.steps;
	if (!rc && stop.met >= 0) {
		size_t fresh = w.seen.len;

		if (load(&c, &known[stop.met], &w.seen))
			rc = replay(&w, fresh, err);
		else if (!(rc = walk_on(&w, g, folder, below, &stop, err)))
			steps = WORTH;   /* the damaged file is to be replaced, perhaps under its own name */
	}
	if (!rc && steps >= WORTH && !stop.shallow)
		keep(&c, &g->commit, &w.seen);
	if (shallow)
		*shallow = stop.shallow;
	tong__buf_free(&w.seen);
	free(c.dir);
	return rc;
}
