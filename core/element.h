/* The catalogue's element table: the one list that drives reading, checks, records and labels
 * (design section 3). */
#ifndef TONG_CORE_ELEMENT_H
#define TONG_CORE_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

enum tong__element_class { TONG__U, TONG__M, TONG__L };   /* unified, may only be improved, local */
enum tong__element_type {
	TONG__T_TEXT,      /* one line of text, ceiling in code points */
	TONG__T_CODE,
	TONG__T_ENUM,      /* one code of an enumeration */
	TONG__T_ENUMS,     /* list of codes */
	TONG__T_INT,
	TONG__T_BOOL,
	TONG__T_LIST,      /* list of mappings: 'fields' */
	TONG__T_MAP,       /* mapping: 'fields' */
	TONG__T_TEXTS,     /* list of one-line texts or ids */
	TONG__T_MARKDOWN,  /* a level-2 section of the body */
	TONG__T_QA         /* the FAQ section */
};

/* The label in Chinese and in English. */
struct tong__enum_value { const char *code, *label, *english; };

struct tong__element {
	const char *name;          /* front matter key, CSV column or section member */
	const char *label;         /* Chinese label; for sections the heading */
	enum tong__element_class cls;
	enum tong__element_type type;
	unsigned max;              /* ceiling: code points, items, or greatest integer */
	bool required;
	const struct tong__enum_value *values;   /* for ENUM and ENUMS; ends with a NULL code */
	const struct tong__element *fields;      /* for LIST and MAP; ends with {.name = NULL} */
	int number;                /* row of the element list it comes from, 0 when ours */
	const char *english;       /* English label */
};

/* items/<type>/<code>.md; ends with {.name = NULL} */
extern const struct tong__element tong__item_elements[];
extern const struct tong__element tong__listing_elements[];  /* local/<region>/items.csv */

const struct tong__element *tong__element_find(const struct tong__element *, const char *name);
/* Label of a code, or NULL. */
const char *tong__enum_label(const struct tong__enum_value *, const char *code);
/* The same in a language ("en"); in Chinese for those the table does not speak. */
const char *tong__enum_label_in(const struct tong__enum_value *, const char *code,
                                const char *lang);

extern const struct tong__enum_value tong__item_types[];     /* 01 行政许可 … */
extern const struct tong__enum_value tong__time_units[];     /* 1 工作日, 2 日 */
/* others are reached through the element's 'values' */

#endif
