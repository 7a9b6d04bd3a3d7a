/* What a commit and a folder on disk share as trees: the sorted list of files, and where it came
 * from. */
#ifndef TONG_PUBLISHER_TREE_KIND_H
#define TONG_PUBLISHER_TREE_KIND_H

#include "publisher/git.h"
#include "publisher/tree.h"

struct tong__tree_file {
	char *path;               /* relative to the folder */
	uint64_t size;
	struct tong__git_id id;   /* of the blob; zero for files on disk */
};

struct tong__tree {
	struct tong__tree_file *files;   /* sorted by path */
	size_t n, cap;
	char *dir;                /* files on disk: where they lie; NULL for a commit */
	char *folder;             /* the folder's path inside the repository */
	struct tong__git *git;    /* NULL outside of Git */
	char label[512];
};

/* An empty tree; NULL when memory is out. */
struct tong__tree *tong__tree_new(void);
/* Adds a file; the path is checked (safe, UTF-8) and copied. */
int tong__tree_add(struct tong__tree *, const char *path, uint64_t size,
                   const struct tong__git_id *, tong_error *);
/* Sorts; the same path twice is refused. */
int tong__tree_sort(struct tong__tree *, tong_error *);

/* The file with this path; NULL when there is none. */
const struct tong__tree_file *tong__tree_file(const struct tong__tree *, const char *path);

/* Lists the regular files below tree->dir; anything else there is refused (S1). .git is passed
 * over. */
int tong__dir_list(struct tong__tree *, tong_error *);
/* A folder outside of all Git, for the templates of the site. */
int tong__tree_folder(struct tong__tree **out, const char *dir, tong_error *);

#endif
