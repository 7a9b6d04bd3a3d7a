/* Reviewing: what a change means, thing by thing in plain words, as one document that every
 * format is written from. */
#ifndef TONG_PUBLISHER_REVIEW_H
#define TONG_PUBLISHER_REVIEW_H

#include <jansson.h>
#include <stdio.h>

#include "publisher/git.h"

/* One of the two versions that are compared. */
struct tong__version {
	struct tong__git *git;      /* at its commit; of the files on disk: at HEAD */
	const char *folder;         /* the catalogue inside the repository; "" for its root */
	bool disk;                  /* the files as they lie on disk */
	const char *label;          /* as the reader named it */
};

/* Appends a file of the catalogue; TONG_E_ABSENT when there is none. */
int tong__version_read(const struct tong__version *, const char *path, struct tong__buf *out,
                       tong_error *);

/* New reference: {from{label,commit,date}, to{…}, changes[{kind, label, change (added, removed,
 * changed), id, name, path, what[], fields[{label, before, after}], rows[{change, id, name,
 * what[], fields[]}], impact{items[{code,name}], regions[{code,name}], levels{}}}]}, in the
 * order of kinds and ids. Members without content are left out. Only changed files are read,
 * and for 'impact' what could hang on them. */
int tong__review(json_t **out, const struct tong__version *from, const struct tong__version *to,
                 tong_error *);

/* Formats: for a terminal, for a merge request, for a browser or paper. */
int tong__review_text(const json_t *, struct tong__buf *out);
int tong__review_markdown(const json_t *, struct tong__buf *out);
int tong__review_html(const json_t *, struct tong__buf *out);

/* Words the formats share. "影响 183 个县（市、区）、21 个市"; nothing is added when nothing hangs on it. */
void tong__impact_words(const json_t *impact, struct tong__buf *out);
/* "新增", "删除", "修改". */
const char *tong__review_verb(const char *change);
/* "法律法规 1 项、事项 2 个" … of all changes. */
void tong__review_count(const json_t *review, struct tong__buf *out);

#endif
