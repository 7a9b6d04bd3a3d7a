/* What was taken out of a text and what was put in, for readers: character by character in
 * Chinese, whole words and numbers in Latin. */
#ifndef TONG_PUBLISHER_TEXT_DIFF_H
#define TONG_PUBLISHER_TEXT_DIFF_H

#include <stdbool.h>

#include "core/record.h"

enum tong__edit_kind { TONG__SAME, TONG__DELETED, TONG__INSERTED };

struct tong__edit {
	enum tong__edit_kind kind;
	struct tong__str text;   /* of the old text; an insertion: of the new one */
};

struct tong__edits {
	struct tong__edit *at;
	size_t n, cap;
};

/* The edits in order: SAME and DELETED together are the old text, SAME and INSERTED the new
 * one. Slices point into both. False when memory is out. Free in any case. */
bool tong__text_diff(struct tong__edits *, struct tong__str before, struct tong__str after);
void tong__edits_free(struct tong__edits *);

#endif
