/* One cell and one value: words for people in the cell, codes in the catalogue, both ways. */
#ifndef TONG_PUBLISHER_SHEET_VALUE_H
#define TONG_PUBLISHER_SHEET_VALUE_H

#include <jansson.h>

#include "publisher/model.h"
#include "publisher/sheet.h"

/* Where names of codes come from: the catalogue, and what the same import has added. */
struct tong__lookup {
	const struct tong__model *model;
	const char *region;          /* whose halls are meant; NULL outside of a region's table */
	/* "item", "material", "agency": object id -> name; NULL: nothing added */
	json_t *added;
};

/* 'what' is the name of an element that holds such a code: item (or code), material, agency,
 * theme, licence, hall, window, region. Is it one of these? */
bool tong__lookup_knows(const char *what);
/* Name of a code, or NULL when there is no such code; "" when it has no name. */
const char *tong__lookup_name(const struct tong__lookup *, const char *what, const char *id);
/* The one code with this name; NULL when there is none or more than one, which *n tells. */
const char *tong__lookup_id(const struct tong__lookup *, const char *what, const char *name,
                            size_t *n);
/* The law with this id, title or short title. */
const struct tong__law *tong__lookup_law(const struct tong__lookup *, const char *words);

/* Appends the words for a value of an element. What the element's type does not fit is shown as
 * it is. */
int tong__show_json(const struct tong__lookup *, const struct tong__element *, const json_t *,
                    struct tong__buf *out);
/* The same for a cell of a CSV table of the catalogue: lists are joined by ^ there. */
int tong__show_csv(const struct tong__lookup *, const struct tong__element *, const char *text,
                   struct tong__buf *out);

/* Why a cell was not understood. */
struct tong__fault {
	char reason[256];
	char wanted[256];
};

/* The value of a cell that is not empty, as a new reference. NULL: not understood, or *nomem. */
json_t *tong__parse_cell(const struct tong__lookup *, const struct tong__element *,
                         struct tong__cell, struct tong__fault *, bool *nomem);
/* The text of a value in a CSV table; NULL when memory is out. */
char *tong__csv_text(const json_t *);

/* A list as offices write it: cut at ；;, line ends and ^ outside of brackets; with 'comma' also
 * at 、，, . */
bool tong__next_word(const char **at, bool comma, struct tong__buf *word);

#endif
