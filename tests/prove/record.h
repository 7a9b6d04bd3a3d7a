/* What a program changed in files, in order, as a file that disk.py plays back.
 *
 * Each change is a line `NAME\tPATH\tPATH2\tOFFSET\tLENGTH\n` and, for a write, its LENGTH bytes:
 *
 *     create PATH with mode OFFSET    write PATH at OFFSET    size PATH to OFFSET
 *     mkdir PATH, which is inode OFFSET    rmdir PATH    unlink PATH    link PATH as PATH2
 *     rename PATH to PATH2    exchange PATH with PATH2
 *     sync PATH               syncfs PATH, and all around it */
#ifndef TESTS_PROVE_RECORD_H
#define TESTS_PROVE_RECORD_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "tests/prove/calls.h"

/* Memory of the traced program; false when it cannot be read. */
bool record_memory(pid_t pid, unsigned long long from, void *to, size_t n);

struct record {
	FILE *f;
};

static inline struct record *record_open(const char *path)
{
	struct record *r = malloc(sizeof *r);

	r->f = fopen(path, "w");
	return r->f ? r : NULL;
}

static inline bool record_close(struct record *r)
{
	bool good = fclose(r->f) == 0;

	free(r);
	return good;
}

static inline bool record_line(struct record *r, const char *name, const char *a, const char *b,
							   long long offset, long long n)
{
	return fprintf(r->f, "%s\t%s\t%s\t%lld\t%lld\n", name, a, b, offset, n) > 0;
}

/* Where a write(2) that has ended began. */
static inline long long record_position(pid_t pid, int fd, long long n)
{
	long long at = -1;
	char path[64];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)pid, fd);
	f = fopen(path, "r");
	if (!f || fscanf(f, "pos: %lld", &at) != 1)
		at = -1;
	if (f)
		fclose(f);
	return at - n;
}

static inline bool record_write(struct record *r, pid_t pid, const unsigned long long *args,
								bool here, long long n, const char *path)
{
	long long at = here ? (long long)args[3] : record_position(pid, (int)args[0], n);
	char *bytes = malloc((size_t)n + 1);
	bool good = at >= 0 && record_memory(pid, args[1], bytes, (size_t)n) &&
				record_line(r, "write", path, "", at, n) &&
				fwrite(bytes, 1, (size_t)n, r->f) == (size_t)n;

	free(bytes);
	return good;
}

/* What is new, with its mode or its inode. */
static inline bool record_new(struct record *r, const char *name, const char *path)
{
	bool file = !strcmp(name, "create");
	struct stat st;

	return stat(path, &st) == 0 &&
		   record_line(r, name, path, "", file ? st.st_mode & 07777 : (long long)st.st_ino, 0);
}

static inline bool record_open_call(struct record *r, const struct call *c,
									const unsigned long long *args, const char *path, bool there)
{
	if (!there)
		return record_new(r, "create", path);
	return !(args[c->flags] & O_TRUNC) || record_line(r, "size", path, "", 0, 0);
}

/* A call that succeeded with 'result'. 'there': its first path existed before. False when this call
 * is not one that can be played back. */
static inline bool record_call(struct record *r, pid_t pid, const struct call *c,
							   const unsigned long long *args, long long result, const char *a,
							   const char *b, bool there)
{
	static const char *const names[][2] = {
		{ "fsync", "sync" },    { "fdatasync", "sync" }, { "syncfs", "syncfs" },
		{ "rename", "rename" }, { "renameat", "rename" }, { "unlink", "unlink" },
		{ "rmdir", "rmdir" },   { "link", "link" },      { "linkat", "link" },
		{ "chmod", NULL },      { "fchmod", NULL },      { "fchmodat", NULL },
		{ "utimensat", NULL },
	};

	if (c->kind & OPENS)
		return record_open_call(r, c, args, a, there);
	if (!strcmp(c->name, "write") || !strcmp(c->name, "pwrite64"))
		return record_write(r, pid, args, c->name[0] == 'p', result, a);
	if (!strncmp(c->name, "mkdir", 5))
		return record_new(r, "mkdir", a);
	if (!strcmp(c->name, "ftruncate"))
		return record_line(r, "size", a, "", (long long)args[1], 0);
	if (!strcmp(c->name, "unlinkat"))
		return record_line(r, args[2] ? "rmdir" : "unlink", a, "", 0, 0);
	if (!strcmp(c->name, "renameat2"))
		return record_line(r, args[4] ? "exchange" : "rename", a, b, 0, 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(c->name, names[i][0]))
			return !names[i][1] || record_line(r, names[i][1], a, b, 0, 0);
	return false;
}

#endif
