/* The state of a running node in a file of one size, written in place. */
#include "agent/cmd_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "core/json.h"

#define FILE_NAME "tong.run"
#define SIZE      4096
#define PATIENCE  20 /* tenths of a second */

static int path_of(const char *dir, char path[4096], tong_error *err)
{
	if ((size_t)snprintf(path, 4096, "%s/" FILE_NAME, dir) >= 4096)
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	return 0;
}

static bool locked(int fd)
{
	struct timespec tenth = { 0, 100000000 };

	for (int i = 0; i < PATIENCE; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		nanosleep(&tenth, NULL);
	}
	return false;
}

int tong__state_take(const char *dir, int *fd, tong_error *err)
{
	char path[4096], blank[SIZE];
	int rc = path_of(dir, path, err);

	*fd = -1;
	if (rc)
		return rc;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (*fd < 0)
		return errno == EROFS || errno == ENOSPC || errno == EDQUOT
				   ? 0 /* such a node still answers */
				   : tong__fail_errno(err, errno, path, "cannot open");
	if (!locked(*fd)) {
		close(*fd);
		*fd = -1;
		return tong__fail(err, TONG_E_BUSY, dir,
						  "another tong-agent runs on this store; tong-agent status tells of it");
	}
	memset(blank, ' ', sizeof blank); /* its place on the disk, while there is some */
	if (pwrite(*fd, blank, sizeof blank, 0) == (ssize_t)sizeof blank)
		fsync(*fd);
	return 0;
}

void tong__state_say(int fd, const json_t *doc)
{
	char page[SIZE + 1], *text = json_dumps(doc, JSON_COMPACT);

	if (fd >= 0 && text && strlen(text) < SIZE) {
		snprintf(page, sizeof page, "%-*s", SIZE, text);
		(void)!pwrite(fd, page, SIZE, 0);
	}
	free(text);
}

json_t *tong__state_fault(int code, const char *subject, const char *message)
{
	return json_pack("{s:s, s:s, s:s, s:I}", "code", tong_code_name(code), "subject", subject,
					 "message", message, "time", (json_int_t)time(NULL));
}

/* A writer may be half through: once more, then. */
static json_t *read_doc(int fd)
{
	char page[SIZE];
	json_t *doc = NULL;

	for (int i = 0; !doc && i < 3; i++) {
		struct timespec moment = { 0, 5000000 };
		ssize_t n = pread(fd, page, sizeof page, 0);

		doc = n > 0 ? tong__json_own(page, (size_t)n) : NULL;
		if (!doc)
			nanosleep(&moment, NULL);
	}
	return doc;
}

json_t *tong__state_read(const char *dir)
{
	char path[4096];
	tong_error none;
	json_t *doc = NULL;
	int fd = path_of(dir, path, &none) ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return NULL;
	if (flock(fd, LOCK_SH | LOCK_NB) != 0)
		doc = read_doc(fd);
	close(fd);
	return doc;
}
