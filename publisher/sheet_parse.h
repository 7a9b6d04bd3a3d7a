/* Inside the reading of cells: what the readers of single values and of lists share. */
#ifndef TONG_PUBLISHER_SHEET_PARSE_H
#define TONG_PUBLISHER_SHEET_PARSE_H

#include <stdarg.h>

#include "publisher/sheet_value.h"

struct tong__parse {
	const struct tong__lookup *lookup;
	const struct tong__element *e;
	const char *text;            /* trimmed */
	struct tong__buf fold;       /* the text folded (tong__text_fold) */
	struct tong__buf fold2;      /* for labels */
	struct tong__fault *fault;
	bool *nomem;
};

/* Fills the fault; always NULL. */
json_t *tong__parse_fault(struct tong__parse *, const char *wanted, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The value, or NULL with nomem set. */
json_t *tong__parse_made(struct tong__parse *, json_t *);
/* A word as a value of 'e'; a list's element stands for its members. */
json_t *tong__parse_word(struct tong__parse *, const struct tong__element *e, const char *word);
/* Lists and references to articles (sheet_parse_list.c). */
json_t *tong__parse_list(struct tong__parse *);

#endif
