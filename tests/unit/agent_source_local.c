/* Sources that are here: folders, file URLs and bundles give what is asked for, within what is
 * allowed, and stop when they are told to. */
#include <sys/stat.h>
#include <unistd.h>

#include "agent/source.h"
#include "core/file.h"
#include "tests/unit/bundle_maker.h"

#define FILE_NAME "changesets/a.tcs"

static tong_error err;
static struct tong__source *s;

/* What came: where it began, and the bytes. */
static struct {
	uint64_t from;
	char bytes[64];
	size_t n;
	int refuse, write_refuses;
} came;

static int on_begin(void *user, uint64_t offset, tong_error *e)
{
	(void)user;
	came.from = offset;
	came.n = 0;
	return came.refuse ? tong__fail(e, came.refuse, "sink", "is told to") : 0;
}

static int on_write(void *user, const void *bytes, size_t n, tong_error *e)
{
	(void)user;
	if (came.write_refuses)
		return tong__fail(e, came.write_refuses, "sink", "is full");
	if (came.n + n >= sizeof came.bytes)
		abort();
	memcpy(came.bytes + came.n, bytes, n);
	came.n += n;
	came.bytes[came.n] = '\0';
	return 0;
}

static int progress_says;

static int on_progress(void *user, const char *name, uint64_t done, uint64_t total)
{
	(void)user;
	(void)name;
	(void)done;
	(void)total;
	return progress_says;
}

static const char *get(const char *name, uint64_t offset, uint64_t until, uint64_t ceiling)
{
	struct tong__sink sink = { NULL, on_begin, on_write };
	struct tong__get g = { .name = name, .sink = &sink, .offset = offset, .until = until,
						   .ceiling = ceiling };

	memset(&err, 0, sizeof err);
	came.n = 0;
	came.bytes[0] = '\0';
	return tong__code_name(tong__source_get(s, &g, &err));
}

/* A folder and a bundle with the same file. */
static const char *folder(void)
{
	static char dir[600];
	char file[700];

	snprintf(dir, sizeof dir, "%s/folder", tong_test_dir());
	snprintf(file, sizeof file, "%s/" FILE_NAME, dir);
	if (tong__mkdirs_for(file, NULL) || tong__file_write_fast(file, "content", 7, NULL, NULL))
		abort();
	return dir;
}

static const char *bundle(void)
{
	struct maker m;

	begin(&m, "bundle");
	put(&m, FILE_NAME, "content", 7);
	end(&m);
	return path;
}

static void open_both(int which, const struct tong__source_options *opt)
{
	s = NULL;
	CHECK_INT(tong__source_open(&s, which ? bundle() : folder(), opt, &err), 0);
}

static void what_is_asked_for_comes(void)
{
	const struct tong__source_options none = { 0 };

	for (int which = 0; which < 2; which++) {
		open_both(which, &none);
		CHECK_ALIVE();
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_OK");
		CHECK_STR(came.bytes, "content");
		CHECK_STR(get(FILE_NAME, 3, 0, 7), "TONG_OK");
		CHECK_STR(came.bytes, "tent");
		CHECK_INT(came.from, 3);
		CHECK_STR(get(FILE_NAME, 8, 0, 7), "TONG_OK"); /* longer than it is: from the beginning */
		CHECK_STR(came.bytes, "content");
		CHECK_STR(get(FILE_NAME, 0, 0, 6), "TONG_E_LIMIT");
		CHECK_STR(get("changesets/b.tcs", 0, 0, 7), "TONG_E_ABSENT");
		tong__source_close(s);
	}
	open_both(0, &none);
	CHECK_STR(get(FILE_NAME, 2, 5, 7), "TONG_OK");
	CHECK_STR(came.bytes, "nte");
	CHECK_STR(get(FILE_NAME, 5, 5, 7), "TONG_OK");
	CHECK_STR(came.bytes, "");
	CHECK_STR(get(FILE_NAME "/x", 0, 0, 7), "TONG_E_ABSENT");
	tong__source_close(s);
	tong__source_close(NULL);
}

static void P4_a_budget_ends_it(void)
{
	struct tong__source_options opt = { .budget = 7 };

	for (int which = 0; which < 2; which++) {
		opt.budget = 7;
		open_both(which, &opt);
		CHECK_ALIVE();
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_OK");
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_E_BUDGET");
		CHECK_INT(came.n, 0);
		tong__source_close(s);
	}
}

static void the_host_may_stop_it(void)
{
	struct tong__source_options opt = { .progress = on_progress };

	for (int which = 0; which < 2; which++) {
		open_both(which, &opt);
		CHECK_ALIVE();
		progress_says = 0;
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_OK");
		progress_says = 1;
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_E_INTERRUPTED");
		progress_says = 0;
		came.refuse = TONG_E_IO;
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_E_IO");
		CHECK_STR(err.subject, "sink");
		CHECK_INT(came.n, 0);
		came.refuse = 0;
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_OK");
		came.write_refuses = TONG_E_IO; /* what went wrong first is told */
		progress_says = 1;
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_E_IO");
		CHECK_STR(err.message, "is full");
		came.write_refuses = progress_says = 0;
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_OK");
		tong__source_close(s);
	}
}

/* Somebody writes another bundle over it meanwhile, and puts the first one back. */
static void a_bundle_that_changes_is_found(void)
{
	static const char *const names[] = { "changesets/c.tcs", "changesets/a.tcs" };
	const struct tong__source_options none = { 0 };
	struct tong__buf was, other;
	struct maker m;

	tong__buf_init(&was, 65536);
	tong__buf_init(&other, 65536);
	open_both(1, &none);
	CHECK_ALIVE();
	CHECK_INT(tong__file_read(path, &was, &err), 0);
	for (int i = 0; i < 2; i++) {
		char at[sizeof path];
		FILE *f;

		memcpy(at, path, sizeof at);
		begin(&m, "other");
		put(&m, names[i], "longer than it was", i ? 18 : 7);
		end(&m);
		tong__buf_clear(&other);
		CHECK_INT(tong__file_read(path, &other, &err), 0);
		memcpy(path, at, sizeof at);
		f = fopen(path, "w");
		fwrite(other.data, 1, other.len, f);
		fclose(f);
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_E_IO");
		f = fopen(path, "w");
		fwrite(was.data, 1, was.len, f);
		fclose(f);
		CHECK_STR(get(FILE_NAME, 0, 0, 7), "TONG_OK");
		CHECK_STR(came.bytes, "content");
	}
	tong__source_close(s);
	tong__buf_free(&was);
	tong__buf_free(&other);
}

static const char *opened(const char *where)
{
	const struct tong__source_options none = { 0 };
	int rc;

	memset(&err, 0, sizeof err);
	rc = tong__source_open(&s, where, &none, &err);
	if (!rc)
		tong__source_close(s);
	return tong__code_name(rc);
}

static void file_urls(void)
{
	static const char *const odd[] = { "file://host/x", "file:///%zz", "file:///%00",
										"file:///%0g" };
	char where[6000], dir[700];

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		CHECK_STR(opened(odd[i]), "TONG_E_USAGE");
	snprintf(dir, sizeof dir, "%s/a b%%", tong_test_dir());
	CHECK_INT(mkdir(dir, 0777), 0);
	snprintf(where, sizeof where, "file://%s/a%%20b%%25", tong_test_dir());
	CHECK_STR(opened(where), "TONG_OK");
	snprintf(where, sizeof where, "file://%s/a%%20b%%", tong_test_dir()); /* cut: as it stands */
	CHECK_STR(opened(where), "TONG_OK");
	snprintf(dir, sizeof dir, "%s/c%%2", tong_test_dir());
	CHECK_INT(mkdir(dir, 0777), 0);
	snprintf(where, sizeof where, "file://%s/c%%2", tong_test_dir());
	CHECK_STR(opened(where), "TONG_OK");
	memset(where, 'x', sizeof where);
	memcpy(where, "file:///", 8);
	where[5000] = '\0';
	CHECK_STR(opened(where), "TONG_E_LIMIT");
}

static void what_is_no_source(void)
{
	char where[700], text[TONG_SOURCE_SHOWN];

	snprintf(where, sizeof where, "%s/pipe", tong_test_dir());
	CHECK_INT(mkfifo(where, 0600), 0);
	CHECK_STR(opened(where), "TONG_E_USAGE");
	CHECK(strstr(err.message, "not a folder") != NULL);
	CHECK(tong__source_is_url("x://y") && !tong__source_is_url("://y"));
	CHECK(!tong__source_is_url("a/b://y") && !tong__source_is_url("a:b"));
	CHECK_STR(tong__source_shown("https://me:pw@host/x", text), "https://me:***@host/x");
	CHECK_STR(tong__source_shown("https://me@host/x", text), "https://me@host/x");
	CHECK_STR(tong__source_shown("https://host:8/x@y", text), "https://host:8/x@y");
}

/* What cannot be opened is not taken for what is not there. */
static void a_loop_is_a_fault(void)
{
	const struct tong__source_options none = { 0 };
	char link[800];

	open_both(0, &none);
	CHECK_ALIVE();
	snprintf(link, sizeof link, "%s/loop", folder());
	CHECK_INT(symlink("loop", link), 0);
	CHECK_STR(get("loop", 0, 0, 7), "TONG_E_IO");
	tong__source_close(s);
}

int main(void)
{
	RUN(what_is_asked_for_comes);
	RUN(P4_a_budget_ends_it);
	RUN(the_host_may_stop_it);
	RUN(a_bundle_that_changes_is_found);
	RUN(file_urls);
	RUN(what_is_no_source);
	RUN(a_loop_is_a_fault);
	return tong_test_done();
}
