/* Files: ceilings before reading, whole files or none, and errors that say which. */
#include <errno.h>
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "tests/lib/check.h"

static char *at(const char *name)
{
	static char paths[4][4096];
	static int next;
	char *p = paths[next++ % 4];

	snprintf(p, 4096, "%s/%s", tong_test_dir(), name);
	return p;
}

static void writes_and_reads_back(void)
{
	struct tong__buf b;

	tong__buf_init(&b, 100);
	CHECK_INT(tong__file_write(at("a"), "one", 3, NULL), 0);
	CHECK_INT(tong__file_write(at("a"), "two!", 4, NULL), 0);
	CHECK_INT(tong__file_read(at("a"), &b, NULL), 0);
	CHECK_INT(tong__file_read(at("a"), &b, NULL), 0); /* appends */
	CHECK_STR(b.data, "two!two!");
	CHECK_INT(tong__file_write(at("empty"), NULL, 0, NULL), 0);
	CHECK_INT(tong__file_read(at("empty"), &b, NULL), 0);
	CHECK_INT(b.len, 8);
	tong__buf_free(&b);
}

static void refuses_a_file_over_the_ceiling(void)
{
	tong_error e = TONG_ERROR_INIT;
	struct tong__buf b;

	CHECK_INT(tong__file_write(at("five"), "12345", 5, NULL), 0);
	tong__buf_init(&b, 5);
	CHECK_INT(tong__file_read(at("five"), &b, &e), 0);
	CHECK_INT(b.len, 5);
	tong__buf_free(&b);
	tong__buf_init(&b, 4);
	CHECK_INT(tong__file_read(at("five"), &b, &e), TONG_E_LIMIT);
	CHECK(b.data == NULL); /* before reading */
	CHECK_STR(e.subject, at("five"));
	tong__buf_free(&b);
}

/* A pipe tells no size: the ceiling holds while it is read. */
static void refuses_a_stream_over_the_ceiling(void)
{
	char path[32], chunk[1000];
	struct tong__buf b;
	int fds[2];

	memset(chunk, 'x', sizeof chunk);
	CHECK_INT(pipe(fds), 0);
	CHECK_INT(write(fds[1], chunk, sizeof chunk), sizeof chunk);
	close(fds[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
	tong__buf_init(&b, 999);
	CHECK_INT(tong__file_read(path, &b, NULL), TONG_E_LIMIT);
	close(fds[0]);
	tong__buf_free(&b);

	CHECK_INT(pipe(fds), 0);
	CHECK_INT(write(fds[1], chunk, sizeof chunk), sizeof chunk);
	close(fds[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
	tong__buf_init(&b, 1000);
	CHECK_INT(tong__file_read(path, &b, NULL), 0);
	CHECK_INT(b.len, 1000);
	close(fds[0]);
	tong__buf_free(&b);
}

static void says_what_is_missing(void)
{
	tong_error e = TONG_ERROR_INIT;
	struct tong__buf b;

	tong__buf_init(&b, 100);
	CHECK_INT(tong__file_read(at("none"), &b, &e), TONG_E_ABSENT);
	CHECK_INT(e.cause, ENOENT);
	CHECK_INT(tong__file_read(tong_test_dir(), &b, &e), TONG_E_IO);
	CHECK_INT(tong__file_write(at("none/none"), "x", 1, &e), TONG_E_ABSENT);
	CHECK_INT(tong__file_remove(at("none"), &e), 0);
	CHECK_INT(tong__file_rename(at("none"), at("b"), &e), TONG_E_ABSENT);
	tong__buf_free(&b);
}

static int count(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 2;
}

/* P1: a write that fails in the middle leaves the old file, and no litter. */
static void keeps_the_old_file_when_writing_fails(void)
{
	struct rlimit was, small;
	struct tong__buf b;
	char *big = calloc(1, 100000);
	int code, code2;

	CHECK(big != NULL);
	CHECK_INT(tong__mkdirs(at("full"), NULL), 0);
	CHECK_INT(tong__file_write(at("full/a"), "old", 3, NULL), 0);
	getrlimit(RLIMIT_FSIZE, &was);
	small = was;
	small.rlim_cur = 1000;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	code = tong__file_write(at("full/a"), big, 100000, NULL);
	code2 = tong__file_write_fast(at("full/a"), big, 100000, NULL, NULL);
	setrlimit(RLIMIT_FSIZE, &was);
	free(big);
	CHECK_INT(code, TONG_E_IO);
	CHECK_INT(code2, TONG_E_IO);
	CHECK_INT(count(at("full")), 1);
	tong__buf_init(&b, 100);
	CHECK_INT(tong__file_read(at("full/a"), &b, NULL), 0);
	CHECK_STR(b.data, "old");
	tong__buf_free(&b);
}

/* A crashed writer's temporary file is in nobody's way. */
static void steps_over_stale_temporary_files(void)
{
	char name[64];

	CHECK_INT(tong__mkdirs(at("stale"), NULL), 0);
	snprintf(name, sizeof name, "stale/.tong-%ld-0.tmp", (long)getpid());
	CHECK_INT(tong__file_write_fast(at(name), "half", 4, NULL, NULL), 0);
	CHECK_INT(tong__file_write(at("stale/a"), "x", 1, NULL), 0);
	CHECK_INT(count(at("stale")), 2);
}

static void fast_leaves_the_same_bytes_alone(void)
{
	struct stat before, after;
	bool same = true;

	CHECK_INT(tong__file_write_fast(at("f"), "abc", 3, &same, NULL), 0);
	CHECK(!same);
	stat(at("f"), &before);
	CHECK_INT(tong__file_write_fast(at("f"), "abc", 3, &same, NULL), 0);
	CHECK(same);
	stat(at("f"), &after);
	CHECK_INT(before.st_ino, after.st_ino);
	CHECK_INT(tong__file_write_fast(at("f"), "abd", 3, &same, NULL), 0);
	CHECK(!same);
	CHECK_INT(tong__file_write_fast(at("f"), "", 0, &same, NULL), 0);
	CHECK_INT(tong__file_write_fast(at("f"), "", 0, &same, NULL), 0);
	CHECK(same);
}

static void makes_folders(void)
{
	tong_error e = TONG_ERROR_INIT;

	CHECK_INT(tong__mkdirs(at("x/y//z/"), &e), 0);
	CHECK_INT(tong__mkdirs(at("x/y/z"), &e), 0);
	CHECK_INT(tong__mkdirs_for(at("p/q/file"), &e), 0);
	CHECK_INT(tong__file_write(at("p/q/file"), "x", 1, &e), 0);
	CHECK_INT(tong__mkdirs_for("file", &e), 0);
	CHECK_INT(tong__mkdirs_for("/file", &e), 0);
	CHECK_INT(tong__mkdirs(at("p/q/file/r"), &e), TONG_E_IO);
	CHECK_INT(e.cause, ENOTDIR);
	CHECK_INT(tong__mkdirs(at("p/q/file"), &e), TONG_E_IO);
}

static void renames_and_removes(void)
{
	struct stat st;

	CHECK_INT(tong__file_write(at("old"), "x", 1, NULL), 0);
	CHECK_INT(tong__file_rename(at("old"), at("new"), NULL), 0);
	CHECK_INT(stat(at("old"), &st), -1);
	CHECK_INT(tong__file_remove(at("new"), NULL), 0);
	CHECK_INT(tong__file_remove(at("new"), NULL), 0);
	CHECK_INT(tong__file_sync_dir(tong_test_dir(), NULL), 0);
	CHECK_INT(tong__file_sync_dir(at("none"), NULL), TONG_E_ABSENT);
}

int main(void)
{
	RUN(writes_and_reads_back);
	RUN(refuses_a_file_over_the_ceiling);
	RUN(refuses_a_stream_over_the_ceiling);
	RUN(says_what_is_missing);
	RUN(keeps_the_old_file_when_writing_fails);
	RUN(steps_over_stale_temporary_files);
	RUN(fast_leaves_the_same_bytes_alone);
	RUN(makes_folders);
	RUN(renames_and_removes);
	return tong_test_done();
}
