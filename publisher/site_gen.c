/* Making a generation, showing it, and keeping the one before for the next to begin from. */
#include "publisher/site_gen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "publisher/parallel.h"
#include "publisher/site_home.h"

/* Files by which the spare may lag behind; the next publish catches up in a moment. */
#define MAX_LAG 20000

/* ---- the way to a new generation ---- */

#define PIECE 1024        /* files that one thread shares in a row: mostly of one folder */

struct sharing {
	const struct tong__gen *g;
	const struct tong__file_list *list;
};

static int share_piece(void *arg, size_t piece, tong_error *err)
{
	const struct sharing *s = arg;
	struct tong__files from = {.root = -1}, to = from;
	char file[TONG__MAX_FILE];
	size_t end = (piece + 1) * PIECE < s->list->n ? (piece + 1) * PIECE : s->list->n;
	int rc = tong__files_open(&from, s->g->out, err);

	if (!rc)
		rc = tong__files_open(&to, s->g->work, err);
	for (size_t i = piece * PIECE; !rc && i < end; i++) {
		s->list->name(s->list->user, i, file);
		rc = tong__files_share(&to, &from, file, err);
	}
	tong__files_close(&from);
	tong__files_close(&to);
	return rc;
}

static int share_all(struct tong__gen *g, const struct tong__file_list *list, tong_error *err)
{
	struct sharing s = {g, list};

	return tong__parallel((list->n + PIECE - 1) / PIECE, share_piece, &s, err);
}

static void lag_name(const void *user, size_t i, char out[TONG__MAX_FILE])
{
	const char *name = json_string_value(json_array_get(user, i));

	snprintf(out, TONG__MAX_FILE, "%s", name ? name : "");
}

/* The spare, brought up to what is shown. */
static int from_spare(struct tong__gen *g, tong_error *err)
{
	const json_t *lag = tong__json_arr(g->doc, "lag");
	const struct tong__file_list list = {lag, json_array_size(lag), lag_name};
	int rc = tong__file_rename(g->spare, g->work, err);

	g->has_spare = false;
	return rc ? rc : share_all(g, &list, err);
}

/* Not the spare itself, which the note of what is shown may name until the new one is shown. */
static int begin_twin(struct tong__gen *g, tong_error *err)
{
	int rc = tong__gen_remove(g->twin, err);

	if (!rc && mkdir(g->twin, 0777) < 0)
		rc = tong__fail_errno(err, errno, g->twin, "cannot make folder");
	g->has_twin = !rc;
	return rc;
}

static int from_nothing(struct tong__gen *g, const struct tong__file_list *shown, tong_error *err)
{
	int rc = tong__gen_remove(g->spare, err);

	g->has_spare = false;
	if (!rc && mkdir(g->work, 0777) < 0)
		rc = tong__fail_errno(err, errno, g->work, "cannot make folder");
	if (rc)
		return rc;
	return shown && g->doc ? share_all(g, shown, err) : 0;
}

/* Who may read the folder was decided where it stands: the next one is open to the same. */
static int dress(const struct tong__gen *g, tong_error *err)
{
	struct stat st;

	if (stat(g->out, &st) < 0)
		return 0;
	if (chmod(g->work, st.st_mode & 07777) < 0)
		return tong__fail_errno(err, errno, g->work, "cannot set the rights of");
	if (chown(g->work, (uid_t)-1, st.st_gid) < 0 && errno != EPERM)
		return tong__fail_errno(err, errno, g->work, "cannot set the group of");
	return 0;
}

int tong__gen_begin(struct tong__gen *g, const struct tong__file_list *shown, const char **path,
                    const char **twin, tong_error *err)
{
	int rc = g->has_spare && shown ? from_spare(g, err) : from_nothing(g, shown, err);

	g->anew = !shown;
	*path = g->work;
	if (!rc && twin && !shown)
		rc = begin_twin(g, err);
	if (twin)
		*twin = g->has_twin ? g->twin : NULL;
	return rc ? rc : dress(g, err);
}

/* ---- showing it ---- */

/* Everything that was written is on the disk before anybody sees it: a power cut leaves the old
 * site or the new one. */
static int settle(const char *folder, tong_error *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0 || syncfs(fd) < 0)
		rc = tong__fail_errno(err, errno, folder, "cannot bring to the disk");
	if (fd >= 0)
		close(fd);
	return rc;
}

static int save(const char *path, const json_t *doc, tong_error *err)
{
	struct tong__buf text;
	int rc;

	tong__buf_init(&text, TONG__MAX_NOTE);
	rc = tong__json_dump(doc, JSON_COMPACT | JSON_SORT_KEYS, &text);
	rc = rc ? tong__fail(err, rc, path, "cannot write")
	        : tong__file_write(path, text.data, text.len, err);
	tong__buf_free(&text);
	return rc;
}

static json_t *lag_of(const struct tong__file_list *changed)
{
	json_t *lag = json_array();
	char file[TONG__MAX_FILE];

	for (size_t i = 0; i < changed->n; i++) {
		changed->name(changed->user, i, file);
		json_array_append_new(lag, json_string(file));
	}
	return lag;
}

/* One of the two is shown at any moment, where the file system can exchange folders. Where it
 * cannot (some network shares) the folder is missing for a moment, and for as long as it takes to
 * run this program again when that moment is a crash. */
static int swap(struct tong__gen *g, tong_error *err)
{
	int rc;

	if (!g->doc)
		return tong__file_rename(g->next, g->out, err);
	if (tong__file_exchange(g->next, g->out))
		return tong__file_sync_dir(g->home, err);
	if (errno == EBUSY || errno == EXDEV)
		return tong__fail_errno(err, errno, g->out,
		                        "is a mount point; publish into a folder below it");
	if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return tong__fail_errno(err, errno, g->out, "cannot exchange");
	rc = tong__file_rename(g->out, g->old, err);
	if (!rc)
		rc = tong__file_rename(g->next, g->out, err);
	return rc ? rc : tong__file_rename(g->old, g->next, err);
}

/* The note of a generation that stands in 'work'; 'keep': the one before becomes its spare. */
static json_t *note_of(struct tong__gen *g, const json_t *note, const json_t *tops,
                       const struct tong__file_list *changed, bool keep, tong_error *err)
{
	struct stat live, before = {.st_ino = 0};
	json_t *doc;

	if (stat(g->work, &live) || (keep && stat(g->out, &before))) {
		tong__fail_errno(err, errno, g->work, "cannot look at");
		return NULL;
	}
	doc = json_pack("{s:i, s:I, s:I, s:I, s:I, s:o, s:O, s:O}", "format", TONG__GEN_FORMAT, "n",
	                tong__gen_number(g), "dev", (json_int_t)live.st_dev, "live",
	                (json_int_t)live.st_ino, "spare", (json_int_t)before.st_ino, "lag",
	                keep ? lag_of(changed) : json_array(), "tops", tops, "note", note);
	if (!doc)
		tong__fail_nomem(err);
	return doc;
}

/* What was shown, and stands where the new one stood. */
static int put_away(struct tong__gen *g, bool keep, tong_error *err)
{
	if (g->anew)
		return tong__gen_remove(g->next, err);
	return tong__file_rename(g->next, keep ? g->spare : g->work, err);
}

int tong__gen_show(struct tong__gen *g, const json_t *note, const json_t *tops,
                   const struct tong__file_list *changed, tong_error *err)
{
	bool replaces = g->doc != NULL, keep = replaces && !g->anew && changed->n <= MAX_LAG;
	int rc = settle(g->work, err);
	json_t *doc;

	if (rc)
		return rc;
	doc = note_of(g, note, tops, changed, keep, err);
	if (!doc)
		return TONG_E_IO;
	rc = tong__file_rename(g->work, g->next, err);
	if (!rc)
		rc = save(g->coming, doc, err);
	if (!rc)
		rc = swap(g, err);
	if (!rc)
		rc = tong__file_rename(g->coming, g->file, err);
	if (rc) {
		json_decref(doc);
		return rc;
	}
	json_decref(g->doc);
	g->doc = doc;
	if (replaces)
		rc = put_away(g, keep, err);
	g->has_spare = !rc && keep;
	return rc;
}

/* Another note of the same generation; takes 'doc' over. */
static int renote(struct tong__gen *g, json_t *doc, tong_error *err)
{
	int rc = save(g->file, doc, err);

	if (rc) {
		json_decref(doc);
		return rc;
	}
	json_decref(g->doc);
	g->doc = doc;
	return 0;
}

int tong__gen_note(struct tong__gen *g, const json_t *note, tong_error *err)
{
	json_t *doc = json_copy(g->doc);

	if (!doc || json_object_set(doc, "note", (json_t *)note) ||
	    json_object_set_new(doc, "n", json_integer(tong__gen_number(g)))) {
		json_decref(doc);
		return tong__fail_nomem(err);
	}
	return renote(g, doc, err);
}

/* What was shown before becomes equal to what is shown; or a new folder, where there is none. */
static int catch_up(struct tong__gen *g, const struct tong__file_list *shown,
                    const struct tong__file_list *changed, tong_error *err)
{
	bool before = access(g->work, F_OK) == 0;

	if (!before && mkdir(g->work, 0777) < 0)
		return tong__fail_errno(err, errno, g->work, "cannot make folder");
	return share_all(g, before ? changed : shown, err);
}

int tong__gen_prepare(struct tong__gen *g, const struct tong__file_list *shown,
                      const struct tong__file_list *changed, tong_error *err)
{
	const char *made = g->has_twin ? g->twin : g->work;
	struct stat st;
	json_t *doc;
	int rc = 0;

	if (g->has_spare)
		return 0;
	if (!g->has_twin)
		rc = catch_up(g, shown, changed, err);
	if (!rc && stat(made, &st))
		rc = tong__fail_errno(err, errno, made, "cannot look at");
	if (!rc)
		rc = tong__file_rename(made, g->spare, err);
	g->has_twin = false;
	if (rc)
		return rc;
	doc = json_copy(g->doc);
	if (!doc || json_object_set_new(doc, "spare", json_integer((json_int_t)st.st_ino)) ||
	    json_object_set_new(doc, "lag", json_array())) {
		json_decref(doc);
		return tong__fail_nomem(err);
	}
	g->has_spare = true;
	return renote(g, doc, err);
}
