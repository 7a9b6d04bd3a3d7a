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
	struct tong__buf bytes;
	tong_error err = TONG_ERROR_INIT;
	int fd;

	tong__buf_init(&bytes, 16);
	tong__buf_adds(&bytes, "x");
	snprintf(file, sizeof file, "n/%d/page/index.html", folder);
	CHECK_INT(tong__files_put(f, file, &bytes, &err), 0);
	CHECK(tong__files_same(f, file, &bytes, &(struct tong__buf){.max = 16}));
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

int main(void)
{
	RUN(leaves_room_for_other_files);
	return tong_test_done();
}
