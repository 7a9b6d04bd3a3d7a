/* New files of a catalogue: from a few answers to the text of a file in canonical form. */
#ifndef TONG_PUBLISHER_DRAFT_H
#define TONG_PUBLISHER_DRAFT_H

#include "core/buf.h"
#include "publisher/model.h"

/* What is asked for one kind of thing. */
struct tong__question {
	const char *name; /* as in NAME=VALUE */
	const char *text;   /* the prompt */
	bool required;
	const struct tong__enum_value *values; /* what may be answered, or NULL */
};

struct tong__draft_kind {
	const char *name;                       /* "item" */
	const struct tong__question *questions; /* ends with {.name = NULL} */
};
extern const struct tong__draft_kind tong__draft_kinds[]; /* ends with {.name = NULL} */
const struct tong__draft_kind *tong__draft_kind_named(const char *name);

/* Files to write: a region has two. */
struct tong__draft {
	char path[2][160];
	struct tong__buf text[2];
	size_t n;
};

/* 'answers' are strings by name; for an item any element of one line may be among them. An id or
 * code that exists is refused (TONG_E_DIFFERS), and one that ever existed too (promise P8). Free
 * in any case. */
int tong__draft_make(struct tong__draft *, const struct tong__draft_kind *, const json_t *answers,
					 const struct tong__model *, tong_error *);
void tong__draft_free(struct tong__draft *);

#endif
