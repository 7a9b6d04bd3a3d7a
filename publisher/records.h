/* Making the records of a layer: one file record_*.c for each group of them. */
#ifndef TONG_PUBLISHER_RECORDS_H
#define TONG_PUBLISHER_RECORDS_H

#include "publisher/layers.h"

/* A line that was made, by its place in the bytes. */
struct tong__line {
	size_t at, len;              /* with LF */
	size_t key_len;              /* the key itself starts behind {"k":" */
};

/* One layer while it is made, and what one group learns for another. */
struct tong__build {
	const struct tong__model *m;
	struct tong__buf bytes;      /* lines as they come */
	struct tong__line *lines;
	size_t n, cap;
	json_t *law_items, *material_items;   /* id -> [codes], filled with the items */
	json_t *regions;             /* codes of the regions that have a layer */
	bool nomem;                  /* a value could not be made: the layer must not be used */
	tong_error *err;
};

int tong__build_init(struct tong__build *, const struct tong__model *, tong_error *);
void tong__build_free(struct tong__build *);
/* The lines sorted, as a layer; the build is empty afterwards and can make the next one. */
int tong__build_finish(struct tong__build *, const char *name, struct tong__layer *out);

/* ---- one record ---- */

/* A new record with the key prefix + id. */
json_t *tong__record_new(struct tong__build *, const char *prefix, const char *id);
/* Adds the record; takes over the reference. R2 and R3 are checked here, L1 at the end. */
int tong__record_put(struct tong__build *, json_t *rec);
/* A record that was made before, its line without LF. */
int tong__record_put_line(struct tong__build *, struct tong__str key, struct tong__str line);

/* Members. An unknown value (NULL, "", [], {}) is left out (R4); 'value' is taken over. */
void tong__set(struct tong__build *, json_t *obj, const char *name, json_t *value);
void tong__set_str(struct tong__build *, json_t *obj, const char *name, const char *value);
void tong__add(struct tong__build *, json_t *arr, json_t *value);
/* A deep copy without unknown values; NULL when nothing is known. */
json_t *tong__known(struct tong__build *, const json_t *value);
/* "a b" cut at the separator; NULL when empty. */
json_t *tong__split(struct tong__build *, const char *text, char separator);

/* ---- groups ---- */

int tong__records_catalogue(struct tong__build *);
int tong__records_regions(struct tong__build *);
int tong__records_items(struct tong__build *);         /* before laws and materials */
int tong__record_item(struct tong__build *, const struct tong__item *);   /* one of them */
/* What tong__records_items learns of laws and materials, without its records. */
int tong__records_uses(struct tong__build *);
int tong__records_agencies(struct tong__build *);
int tong__records_laws(struct tong__build *);
int tong__records_materials(struct tong__build *);
int tong__records_themes(struct tong__build *);
int tong__records_notices(struct tong__build *);
/* text/LANG/...: translations, and those that are out of date as that. */
int tong__records_texts(struct tong__build *);
int tong__record_text(struct tong__build *, const struct tong__text *);   /* of one item */
/* The sections of an item or its translation, as HTML: a new object. */
json_t *tong__record_sections(struct tong__build *, const struct tong__doc *);
int tong__records_licences(struct tong__build *);
int tong__records_intermediaries(struct tong__build *);
int tong__records_synonyms(struct tong__build *);
/* Which of the last three there are, as pages name them. A new list. */
json_t *tong__record_kinds(struct tong__build *);
int tong__records_aliases(struct tong__build *);
int tong__records_places(struct tong__build *);        /* where/CODE */
int tong__records_figures(struct tong__build *);       /* figures/REGION */
int tong__records_changes(struct tong__build *);
/* doc/ID: site_dir/handbook, and the generated reference. Nothing without such a folder. */
int tong__records_docs(struct tong__build *, const char *site_dir);
int tong__records_local(struct tong__build *, const struct tong__local *);
int tong__records_site(struct tong__build *, const char *site_dir);

#endif
