/* The kinds of files a change can touch, and what the parts of each are called. */
#ifndef TONG_PUBLISHER_REVIEW_KINDS_H
#define TONG_PUBLISHER_REVIEW_KINDS_H

#include "core/element.h"

enum tong__review_shape {
	TONG__SHAPE_FILE,    /* only that it changed is told */
	TONG__SHAPE_ITEM,    /* an item: front matter and sections */
	TONG__SHAPE_DOC,     /* one thing a file */
	TONG__SHAPE_LIST,    /* a YAML list of things */
	TONG__SHAPE_TABLE    /* a CSV table, one thing a row */
};

struct tong__review_kind {
	const char *pattern;        /* as in model_load.c */
	const char *name;           /* for programs: "law" */
	const char *label;          /* for readers: "法律法规" */
	enum tong__review_shape shape;
	const char *member;         /* of a LIST: where it stands */
	const char *keys[4];        /* of a LIST or TABLE: what tells its things apart, NULL-ended */
	const struct tong__element *elements;
	bool by_region;             /* the file is one region's: its things are told together */
};

/* The kind of a path below the catalogue; 'a' and 'b' as tong__file_kind_of gives them. Never
 * NULL. */
const struct tong__review_kind *tong__review_kind_of(const char *path, char a[65], char b[65]);
/* Its place in the order in which kinds are told. */
size_t tong__review_rank(const char *name);

#endif
