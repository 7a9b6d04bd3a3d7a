/* The catalogue in memory: everything a commit says, cross-linked by id, each value with its
 * place. */
#ifndef TONG_PUBLISHER_MODEL_H
#define TONG_PUBLISHER_MODEL_H

#include "core/code.h"
#include "core/element.h"
#include "publisher/doc.h"
#include "publisher/table.h"
#include "publisher/tree.h"

struct tong__region {
	const char *code, *name, *type, *parent, *name_new;
	int level;
	unsigned line;
};

struct tong__item {
	const char *code;             /* from the file name */
	const char *folder;           /* two-digit type from the path */
	struct tong__doc *doc;
};

struct tong__law {
	const char *id;
	struct tong__doc *doc;
};

/* local/<region>/ */
struct tong__local {
	const char *region;
	struct tong__table *items;    /* NULL when there is no items.csv */
	struct tong__doc *halls;      /* NULL when there is no halls.yaml */
};

/* lang/<tag>/items/<code>.md: an item's text in another language. */
struct tong__text {
	const char *lang, *code;
	struct tong__doc *doc;
};

/* lang/<tag>/names.csv: the names of everything else. */
struct tong__name_table {
	const char *lang;
	struct tong__table *table;
};

struct tong__model {
	struct tong__doc *catalogue;
	struct tong__table *region_table;
	struct tong__region *regions;  size_t n_regions;   /* sorted by code */
	struct tong__table *agencies;                      /* NULL when missing, as all below */
	struct tong__law *laws;        size_t n_laws;      /* sorted by id */
	struct tong__doc *materials, *licences, *themes;
	struct tong__table *intermediaries, *waivers, *scope, *synonyms;
	struct tong__item *items;      size_t n_items;     /* sorted by code */
	struct tong__local *locals;    size_t n_locals;    /* sorted by region */
	struct tong__doc **notices;    size_t n_notices;
	struct tong__text *texts;      size_t n_texts;     /* sorted by language and code */
	struct tong__name_table *names;     size_t n_names;     /* sorted by language */
	json_t *changes, *retired;     /* see history.h; empty objects without Git */
	int64_t time;                  /* commit time */
	char commit[41];
	struct tong__model_index *index;   /* what the look-ups by id search; model_index.c */
};

/* Reads everything; faults of form become findings and what could be read stays. Returns only
 * failures of reading itself. */
int tong__model_load(struct tong__model **out, struct tong__tree *, struct tong__findings *,
                     tong_error *);
void tong__model_free(struct tong__model *);
/* What records were made of and nobody asks for again: the files of the items, those of the ith
 * region. */
void tong__model_forget_items(struct tong__model *);
void tong__model_forget_local(struct tong__model *, size_t i);

/* Look-ups by binary search; NULL when there is none. */
const struct tong__region *tong__model_region(const struct tong__model *, const char *code);
const struct tong__item *tong__model_item(const struct tong__model *, const char *code);
const struct tong__law *tong__model_law(const struct tong__model *, const char *id);
/* Row of agencies with this id, or -1. */
long tong__model_agency(const struct tong__model *, const char *id);
/* Entry of materials/licences/themes with this id (borrowed), or NULL. */
const json_t *tong__model_material(const struct tong__model *, const char *id);
const json_t *tong__model_licence(const struct tong__model *, const char *id);
const json_t *tong__model_theme(const struct tong__model *, const char *id);
/* A notice's id: its file name. */
void tong__notice_id(const struct tong__doc *, char out[65]);
const struct tong__section *tong__doc_section(const struct tong__doc *, const char *heading);

/* All checks over a model (check_*.c); waivers are applied and the findings sorted. */
void tong__check(const struct tong__model *, struct tong__findings *);

#endif
