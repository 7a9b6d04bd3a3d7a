/* Generations of a published folder: the next one is made out of sight and changes places with the
 * one that readers see, at once. */
#ifndef TONG_PUBLISHER_SITE_GEN_H
#define TONG_PUBLISHER_SITE_GEN_H

#include <jansson.h>

#include "core/err.h"
#include "publisher/site_files.h"

/*
 * Beside the folder NAME stands .NAME.tong, which belongs to us: 'work', the generation that is
 * being made; 'spare', the generation before the one that is shown, for the next to begin from;
 * 'twin', what will be the spare while a first one is made; what was rendered from what; a lock.
 * Both generations are trees of plain files, and most files are in both (hard links), so that a
 * publish costs as much as it changes. The folder that a reader opened stays as it was until the
 * publish after the next begins, or ends a very large one (MAX_LAG).
 */
struct tong__gen;

/* Files by number, for trees that are made anew. */
struct tong__file_list {
	const void *user;
	size_t n;
	/* Writes the i-th file's path. */
	void (*name)(const void *user, size_t i, char out[TONG__MAX_FILE]);
};

/* Opens and locks the folder, and brings what an interrupted run left in order. TONG_E_BUSY:
 * another run holds it. TONG_E_USAGE: the folder holds files that are not ours. */
int tong__gen_open(struct tong__gen **out, const char *folder, tong_error *);
void tong__gen_close(struct tong__gen *);

/* The folder itself, and a path beside it in our own folder (malloc'd; NULL when memory is out). */
const char *tong__gen_folder(const struct tong__gen *);
char *tong__gen_path(const struct tong__gen *, const char *name);
/* What the last publish noted; NULL: there is no site of ours here. Borrowed. */
const json_t *tong__gen_past(const struct tong__gen *);
/* Number of the note that comes next; it only grows. */
json_int_t tong__gen_number(const struct tong__gen *);

/* Begins a generation that is equal to the one that is shown, of the files 'shown'; NULL: an empty
 * one. Its path is borrowed. 'twin', unless NULL: the path of a folder that shall hold all files of
 * an empty one too, to be the spare then; NULL comes out when none is wanted. */
int tong__gen_begin(struct tong__gen *, const struct tong__file_list *shown, const char **path,
                    const char **twin, tong_error *);
/* Shows it: on the disk, then in place at once. 'note' is what tong__gen_past will answer, 'tops'
 * the names in the folder's root, 'changed' the files in which it differs from the one before. */
int tong__gen_show(struct tong__gen *, const json_t *note, const json_t *tops,
                   const struct tong__file_list *changed, tong_error *);
/* Only the note changes. */
int tong__gen_note(struct tong__gen *, const json_t *note, tong_error *);
/* After tong__gen_show: makes the spare ready where that takes longer than a small publish may,
 * which is after a first and after a large one. 'shown': all files now. */
int tong__gen_prepare(struct tong__gen *, const struct tong__file_list *shown,
                      const struct tong__file_list *changed, tong_error *);
/* Removes what stands beside the folder and is not in the list of names; ours always stay. */
void tong__gen_tidy(struct tong__gen *, const json_t *names);

#endif
