/* Folders that stay open leave room for other files, however many threads write. */
#include "publisher/site_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/check.h"

#define LIMIT 64
#define WRITERS 8
#define FOLDERS 40

/* A file in the folder of its own that pages have: "n/FOLDER/page/index.html". */
static void put_one(struct tong__files *f, int folder)
{
	char file[TONG__MAX_FILE];
	struct tong__buf bytes, old;
	tong_error err = TONG_ERROR_INIT;
	int fd;

	tong__buf_init(&bytes, 16);
	tong__buf_init(&old, 16);
	tong__buf_adds(&bytes, "x");
	snprintf(file, sizeof file, "n/%d/page/index.html", folder);
	CHECK_INT(tong__files_put(f, NULL, file, &bytes, &err), 0);
	CHECK(tong__files_same(f, file, &bytes, &old));
	tong__buf_free(&old);
	tong__buf_free(&bytes);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);   /* what other threads ask for meanwhile */
	CHECK(fd >= 0);
	close(fd);
}

static void leaves_room_for_other_files(void)
{
	struct rlimit before, few = {LIMIT, LIMIT};
	struct tong__files f[WRITERS];
	char path[WRITERS][4096];
	tong_error err = TONG_ERROR_INIT;

	getrlimit(RLIMIT_NOFILE, &before);
	few.rlim_max = before.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
	for (int i = 0; i < WRITERS; i++) {
		snprintf(path[i], sizeof path[i], "%s/%d", tong_test_dir(), i);
		CHECK(mkdir(path[i], 0777) == 0);
		CHECK_INT(tong__files_open(&f[i], path[i], &err), 0);
	}
	for (int folder = 0; folder < FOLDERS; folder++)
		for (int i = 0; i < WRITERS; i++)
			put_one(&f[i], folder);
	for (int i = 0; i < WRITERS; i++)
		tong__files_close(&f[i]);
	setrlimit(RLIMIT_NOFILE, &before);
}

static void same_file(const char *folder, const char *file)
{
	char one[4200], other[4200];
	struct stat a, b;

	snprintf(one, sizeof one, "%s/%s", folder, file);
	snprintf(other, sizeof other, "%s-twin/%s", folder, file);
	CHECK(stat(one, &a) == 0 && stat(other, &b) == 0);
	CHECK(a.st_ino == b.st_ino && a.st_nlink == 2 && a.st_size == 1);
}

/* In a folder of its own, a second one there, one that is replaced, one without a folder. */
static void names_each_file_twice(void)
{
	static const char *const files[] = {"a/b/page/index.html", "a/b/page/record.json",
	                                    "a/b/page/index.html", "a/c/page/index.html", "robots.txt"};
	struct tong__files f, twin;
	char folder[4096], beside[4110];
	struct tong__buf bytes;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&bytes, 16);
	tong__buf_adds(&bytes, "x");
	snprintf(folder, sizeof folder, "%s/both", tong_test_dir());
	snprintf(beside, sizeof beside, "%s-twin", folder);
	CHECK(mkdir(folder, 0777) == 0 && mkdir(beside, 0777) == 0);
	CHECK_INT(tong__files_open(&f, folder, &err), 0);
	CHECK_INT(tong__files_open(&twin, beside, &err), 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		CHECK_INT(tong__files_put(&f, &twin, files[i], &bytes, &err), 0);
		same_file(folder, files[i]);
	}
	tong__files_close(&f);
	tong__files_close(&twin);
	tong__buf_free(&bytes);
}

int main(void)
{
	RUN(leaves_room_for_other_files);
	RUN(names_each_file_twice);
	return tong_test_done();
}
