/* The floor of publishing: the same bytes to the same files by a bare loop, and nothing else.
 *
 * bare_write BLOB OUT < LIST: each line of LIST is "SIZE FILE"; the bytes follow one another in
 * BLOB. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static void make_folders(int dir, char *file)
{
	char *slash = strrchr(file, '/');

	if (!slash)
		return;
	*slash = '\0';
	if (mkdirat(dir, file, 0777) && errno == ENOENT) {
		make_folders(dir, file);
		mkdirat(dir, file, 0777);
	}
	*slash = '/';
}

static int write_file(int dir, char *file, const char *bytes, size_t n)
{
	int fd;

	make_folders(dir, file);
	fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		return fail(file);
	close(fd);
	return 0;
}

static int write_all(int dir, const char *blob, size_t left)
{
	char line[4096];

	while (fgets(line, sizeof line, stdin)) {
		char *file;
		size_t n = strtoul(line, &file, 10);

		line[strcspn(line, "\n")] = '\0';
		if (*file != ' ' || n > left || write_file(dir, file + 1, blob, n))
			return 1;
		blob += n;
		left -= n;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct stat st;
	char *blob;
	int fd, dir;

	if (argc != 3)
		return 2;
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	dir = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || dir < 0 || fstat(fd, &st))
		return fail(argv[1]);
	blob = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	return blob == MAP_FAILED ? fail(argv[1]) : write_all(dir, blob, (size_t)st.st_size);
}
