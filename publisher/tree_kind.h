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

/* Something in the folder that is no file of a catalogue (S1), and why: a rule of the check and
 * what was found. */
struct tong__tree_odd {
	char *path;               /* fit to be shown: bytes that are no text are written as \xNN */
	const char *rule, *what;  /* static */
};

struct tong__tree {
	struct tong__tree_file *files;   /* sorted by path */
	size_t n, cap;
	struct tong__tree_odd *odd;
	size_t n_odd, odd_cap;
	char *dir;                /* files on disk: where they lie; NULL for a commit */
	char *folder;             /* the folder's path inside the repository */
	struct tong__git *git;    /* NULL outside of Git */
	char label[512];
};

/* An empty tree; NULL when memory is out. */
struct tong__tree *tong__tree_new(void);
/* Adds a file; the path is checked (safe, UTF-8) and copied. A path that is neither joins the odd
 * ones. */
int tong__tree_add(struct tong__tree *, const char *path, uint64_t size,
                   const struct tong__git_id *, tong_error *);
/* Notes what is no file of a catalogue. It is not read; the check reports it. */
int tong__tree_odd(struct tong__tree *, const char *path, const char *rule, const char *what,
                   tong_error *);
/* Sorts; the same path twice is refused. */
int tong__tree_sort(struct tong__tree *, tong_error *);

/* The file with this path; NULL when there is none. */
const struct tong__tree_file *tong__tree_file(const struct tong__tree *, const char *path);

/* Lists the regular files below tree->dir; anything else there is odd (S1). .git is passed
 * over. */
int tong__dir_list(struct tong__tree *, tong_error *);
/* A folder outside of all Git, for the templates of the site. */
int tong__tree_folder(struct tong__tree **out, const char *dir, tong_error *);

#endif
