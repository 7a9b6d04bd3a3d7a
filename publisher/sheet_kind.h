/* What can be a spreadsheet: five kinds of rows, and the columns of each, made from the element
 * table. */
#ifndef TONG_PUBLISHER_SHEET_KIND_H
#define TONG_PUBLISHER_SHEET_KIND_H

#include "core/buf.h"
#include "core/element.h"

enum tong__kind_id {
	/* in the order in which import takes them: later ones name earlier ones */
	TONG__KIND_MATERIALS,
	TONG__KIND_AGENCIES,
	TONG__KIND_ITEMS,
	TONG__KIND_ITEM_MATERIALS,
	TONG__KIND_LOCAL,
	TONG__N_KINDS
};

struct tong__kind {
	const char *name;            /* --kind */
	const char *sheet;           /* name of its sheet; of a region's table: before _ and the code */
	const char *subject;         /* what one row is, in messages */
	const struct tong__element *elements;
	/* of a list in a YAML file: the file's elements, for their order */
	const struct tong__element *file;
};
extern const struct tong__kind tong__kinds[TONG__N_KINDS];
/* By name; NULL when there is none. */
const struct tong__kind *tong__kind_named(const char *);

enum tong__column_role {
	TONG__COLUMN_VALUE,
	TONG__COLUMN_KEY,            /* the row's code */
	/* the name of the code in the column before: for people, and to find a code by */
	TONG__COLUMN_NAME
};

struct tong__column {
	char header[64];             /* 承诺办结时限·时限单位 */
	char name[64];               /* limit_promised.unit: understood too */
	enum tong__column_role role;
	const struct tong__element *element;   /* NULL for names */
	/* member of the element's mapping, spread over columns; or NULL */
	const struct tong__element *field;
};

#define TONG_KIND_COLUMNS 64
struct tong__columns {
	struct tong__column at[TONG_KIND_COLUMNS];
	size_t n;
};

void tong__columns_of(const struct tong__kind *, struct tong__columns *out);
/* Column for a header as somebody wrote it: label, English name or a usual synonym. -1 when
 * unknown; -2 when memory is out. */
int tong__columns_find(const struct tong__kind *, const struct tong__columns *, const char *header);

/* What one cell of this column holds. */
static inline const struct tong__element *tong__column_leaf(const struct tong__column *c)
{
	return c->field ? c->field : c->element;
}

/* Does this element stand for a reference to an article of law (a mapping or a list of
 * mappings)? */
bool tong__is_basis(const struct tong__element *);
bool tong__is_section(const struct tong__element *);

/* Columns that a region's table always has, whether filled or not, in their order (NULL-ended). */
extern const char *const tong__listing_columns[];

#endif
