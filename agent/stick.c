/* Reports on a stick: what waits as a file, what came in from files, and receipts beside them
 * (FORMAT U11). */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/upward.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/text.h"

#define SHORT    16 /* digits of an id in a file's name */
#define REPORTS  ".reports"
#define RECEIPT  ".receipt"
#define MAX_PATH 4096

static int too_long(const char *path, tong_error *err)
{
	return tong__fail(err, TONG_E_LIMIT, path, "the path is too long");
}

/* ---- leaving reports ---- */

static int gather(struct tong__outbox *o, struct tong__buf *file, uint64_t *total, tong_error *err)
{
	int64_t after = 0;
	size_t n = 1;
	int rc = 0;

	*total = 0;
	while (!rc && n && file->len + TONG_MAX_PACKET + 4096 < file->max) {
		rc = tong__outbox_packet(o, true, &after, file, &n, err);
		*total += n;
	}
	return rc;
}

int tong__reports_write(struct tong__outbox *o, const char *path, uint64_t *n, tong_error *err)
{
	struct tong__buf file;
	int rc;

	tong__buf_init(&file, TONG_MAX_REPORT_FILE);
	rc = gather(o, &file, n, err);
	if (!rc && *n)
		rc = tong__mkdirs_for(path, err);
	if (!rc)
		rc = *n ? tong__file_write(path, file.data, file.len, err) : tong__file_remove(path, err);
	tong__buf_free(&file);
	return rc;
}

/* ---- reading files of packets ---- */

typedef int lines_fn(void *arg, const struct tong__buf *lines, tong_error *);

static int each_packet(const char *path, lines_fn *fn, void *arg, tong_error *err)
{
	struct tong__buf file, lines;
	const char *p, *end;
	int rc;

	tong__buf_init(&file, TONG_MAX_REPORT_FILE);
	tong__buf_init(&lines, TONG_MAX_PACKET > TONG_MAX_RECEIPT ? TONG_MAX_PACKET : TONG_MAX_RECEIPT);
	rc = tong__file_read(path, &file, err);
	for (p = file.data, end = p + file.len; !rc && p < end;) {
		rc = tong__packet_read(&p, end, &lines, err);
		if (!rc)
			rc = fn(arg, &lines, err);
	}
	tong__buf_free(&file);
	tong__buf_free(&lines);
	if (rc && rc != TONG_E_NOMEM && !err->subject[0])
		snprintf(err->subject, sizeof err->subject, "%.150s", path);
	return rc;
}

/* Names in a folder that end so, in order; one that cannot be read has none. */
struct names {
	char **list;
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
}

static int list_names(const char *dir, const char *suffix, struct names *out, tong_error *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int rc = 0;

	memset(out, 0, sizeof *out);
	while (d && !rc && (e = readdir(d)) != NULL) {
		void *more;

		if (!tong__ends(e->d_name, suffix) || e->d_name[0] == '.')
			continue;
		if (out->n == TONG_MAX_REPORT_FILES)
			rc = tong__fail(err, TONG_E_LIMIT, dir, "more than %d files of reports",
							TONG_MAX_REPORT_FILES);
		else if ((more = realloc(out->list, (out->n + 1) * sizeof *out->list)) == NULL)
			rc = tong__fail_nomem(err);
		else if ((out->list = more)[out->n] = strdup(e->d_name), !out->list[out->n])
			rc = tong__fail_nomem(err);
		else
			out->n++;
	}
	if (d)
		closedir(d);
	if (out->n)
		qsort(out->list, out->n, sizeof *out->list, by_name);
	return rc;
}

/* ---- receipts for this node ---- */

struct taking {
	tong_agent *agent;
	struct tong__outbox *o;
	uint64_t done;
};

/* One that is not for us, or not from the level above, is told and passed over. */
static int take_receipt(void *arg, struct tong__str line, tong_error *err)
{
	struct taking *t = arg;
	tong_error why = TONG_ERROR_INIT;
	uint64_t done = 0;
	int rc = tong__outbox_receipt(t->o, line, &done, &why);

	t->done += done;
	if (!rc && done)
		rc = tong__outbox_delivered(t->o, tong__agent_now(t->agent), &why);
	if (rc == TONG_E_NOMEM || tong__exit_code(rc) == 6) {
		*err = why;
		return rc;
	}
	if (rc)
		tong__agent_log(t->agent, TONG__WARNING, "%s: %s", why.subject, why.message);
	return 0;
}

static int take_receipts(void *arg, const struct tong__buf *lines, tong_error *err)
{
	return tong__packet_each(lines, take_receipt, arg, err);
}

static int read_receipts(tong_agent *a, struct tong__outbox *o, const char *dir, uint64_t *done,
						 tong_error *err)
{
	struct taking t = { a, o, 0 };
	const char *me = tong__identity_id(o->me);
	struct names names;
	int rc = list_names(dir, RECEIPT, &names, err);

	for (size_t i = 0; !rc && i < names.n; i++) {
		char path[MAX_PATH];
		tong_error why = TONG_ERROR_INIT;

		if (strncmp(names.list[i], me, SHORT) != 0 || names.list[i][SHORT] != '.' ||
			(size_t)snprintf(path, sizeof path, "%s/%s", dir, names.list[i]) >= sizeof path)
			continue;
		if (each_packet(path, take_receipts, &t, &why)) /* a torn one: it comes again */
			tong__agent_log(a, TONG__WARNING, "%s: %s", why.subject, why.message);
	}
	free_names(&names);
	*done += t.done;
	return rc;
}

int tong__stick_visit(tong_agent *a, struct tong__outbox *o, const char *folder,
					  struct tong__delivery *sum, tong_error *err)
{
	char dir[MAX_PATH], path[MAX_PATH];
	uint64_t n = 0;
	int rc;

	if ((size_t)snprintf(dir, sizeof dir, "%s/" TONG_STICK, folder) >= sizeof dir ||
		(size_t)snprintf(path, sizeof path, "%s/%.*s" REPORTS, dir, SHORT,
						 tong__identity_id(o->me)) >= sizeof path)
		return too_long(folder, err);
	rc = read_receipts(a, o, dir, &sum->done, err);
	if (!rc)
		rc = tong__reports_write(o, path, &n, err);
	sum->sent += n;
	return rc;
}

/* ---- collecting ---- */

struct collecting {
	tong_agent *agent;
	struct tong__outbox *o;
	struct tong__intake *count;
	struct tong__buf receipts; /* packets */
};

static int take_packet(void *arg, const struct tong__buf *lines, tong_error *err)
{
	struct collecting *c = arg;
	struct tong__buf line;
	int rc;

	tong__buf_init(&line, TONG_MAX_RECEIPT);
	rc = tong__intake(c->o, lines, tong__agent_now(c->agent), &line, c->count, err);
	if (!rc)
		rc = tong__packet_write(line.data, line.len, &c->receipts, err);
	tong__buf_free(&line);
	return rc;
}

/* NAME.reports -> NAME.OURS.receipt. What was taken in before a fault is receipted all the same. */
static int collect_file(struct collecting *c, const char *path, tong_error *err)
{
	char to[MAX_PATH];
	size_t stem = strlen(path) - (tong__ends(path, REPORTS) ? sizeof REPORTS - 1 : 0);
	int rc, wrote = 0;

	tong__buf_clear(&c->receipts);
	rc = each_packet(path, take_packet, c, err);
	if (c->receipts.len == 0)
		return rc;
	if ((size_t)snprintf(to, sizeof to, "%.*s.%.*s" RECEIPT, (int)stem, path, SHORT,
						 tong__identity_id(c->o->me)) >= sizeof to)
		return too_long(path, err);
	wrote = tong__file_write(to, c->receipts.data, c->receipts.len, rc ? NULL : err);
	return rc ? rc : wrote;
}

/* A file that is broken does not keep the others from being read. */
static int collect_folder(struct collecting *c, const char *dir, uint64_t *files, tong_error *err)
{
	struct names names;
	int rc = list_names(dir, REPORTS, &names, err), bad = 0;

	for (size_t i = 0; !rc && i < names.n; i++) {
		char path[MAX_PATH];
		tong_error why = TONG_ERROR_INIT;

		if (strncmp(names.list[i], tong__identity_id(c->o->me), SHORT) == 0 ||
			(size_t)snprintf(path, sizeof path, "%s/%s", dir, names.list[i]) >= sizeof path)
			continue;
		if (collect_file(c, path, &why)) {
			tong__agent_log(c->agent, TONG__WARNING, "%s: %s", why.subject, why.message);
			*err = why;
			bad = why.code;
		} else {
			++*files;
		}
	}
	free_names(&names);
	return rc ? rc : bad;
}

int tong__collect(tong_agent *a, struct tong__outbox *o, const char *from,
				  struct tong__intake *count, uint64_t *files, tong_error *err)
{
	struct collecting c = { .agent = a, .o = o, .count = count };
	char inside[MAX_PATH];
	uint64_t done = 0;
	struct stat st;
	int rc;

	if (stat(from, &st) < 0)
		return tong__fail_errno(err, errno, from, "cannot open");
	if ((size_t)snprintf(inside, sizeof inside, "%s/" TONG_STICK, from) >= sizeof inside)
		return too_long(from, err);
	tong__buf_init(&c.receipts, TONG_MAX_REPORT_FILE);
	if (!S_ISDIR(st.st_mode)) {
		rc = collect_file(&c, from, err);
		*files += !rc;
	} else {
		if (stat(inside, &st) == 0 && S_ISDIR(st.st_mode))
			from = inside;
		rc = collect_folder(&c, from, files, err);
		if (!rc)
			rc = read_receipts(a, o, from, &done, err);
	}
	tong__buf_free(&c.receipts);
	return rc;
}
