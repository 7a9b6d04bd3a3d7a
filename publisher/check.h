/* The families of checks; each only reports findings. */
#ifndef TONG_PUBLISHER_CHECK_H
#define TONG_PUBLISHER_CHECK_H

#include "publisher/model.h"

void tong__check_regions(const struct tong__model *, struct tong__findings *);
void tong__check_agencies(const struct tong__model *, struct tong__findings *);
void tong__check_items(const struct tong__model *, struct tong__findings *);
void tong__check_names(const struct tong__model *, struct tong__findings *);
void tong__check_urls(const struct tong__model *, struct tong__findings *);
void tong__check_aliases(const struct tong__model *, struct tong__findings *);
void tong__check_item_references(const struct tong__model *, struct tong__findings *);
void tong__check_halls(const struct tong__model *, struct tong__findings *);
void tong__check_listings(const struct tong__model *, struct tong__findings *);
void tong__check_overlays(const struct tong__model *, struct tong__findings *);

void tong__check_laws(const struct tong__model *, struct tong__findings *);
void tong__check_catalogues(const struct tong__model *, struct tong__findings *);
void tong__check_entries(const struct tong__model *, struct tong__findings *);
void tong__check_scope(const struct tong__model *, struct tong__findings *);
void tong__check_beside(const struct tong__model *, struct tong__findings *);
void tong__check_words(const struct tong__model *, struct tong__findings *);
void tong__check_markdown(const struct tong__model *, struct tong__findings *);
void tong__check_burdens(const struct tong__model *, struct tong__findings *);
void tong__check_steps(const struct tong__model *, struct tong__findings *);
void tong__check_consistency(const struct tong__model *, struct tong__findings *);
void tong__check_contacts(const struct tong__model *, struct tong__findings *);
void tong__check_life(const struct tong__model *, struct tong__findings *);
void tong__check_synonyms(const struct tong__model *, struct tong__findings *);
void tong__check_texts(const struct tong__model *, struct tong__findings *);
void tong__check_siblings(const struct tong__model *, struct tong__findings *);

/* ---- reporting: the place is worked out from what the finding is about ---- */

/* An element: member 'key' of 'container' in an item's front matter. */
void tong__report_item(struct tong__findings *, const char *rule, const struct tong__item *,
                       const json_t *container, const char *key, const char *wanted,
                       const char *found);
/* A place inside a section; 'at' points into s->markdown. */
void tong__report_text(struct tong__findings *, const char *rule, const struct tong__item *,
                       const struct tong__section *s, const char *at, const char *wanted,
                       const char *found);
/* The same in any Markdown file. */
void tong__report_section(struct tong__findings *, const char *rule, const struct tong__doc *,
                          const char *subject, const struct tong__section *s, const char *at,
                          const char *wanted, const char *found);
/* A cell of a region's items.csv; the subject is region/item. */
void tong__report_cell(struct tong__findings *, const char *rule, const struct tong__local *,
                       size_t row, const char *column, const char *wanted, const char *found);
/* A row of any other table. */
void tong__report_row(struct tong__findings *, const char *rule, const struct tong__table *,
                      size_t row, const char *subject, const char *wanted, const char *found);
/* An entry of a YAML list (a material, a theme), or a whole document. */
void tong__report_entry(struct tong__findings *, const char *rule, const struct tong__doc *,
                        const json_t *entry, const char *subject, const char *wanted,
                        const char *found);

/* Every element of 'obj' (a mapping of 'doc') against the table: unknown names, types,
 * enumerations, ceilings, required ones. */
void tong__check_elements(const struct tong__doc *doc, const json_t *obj,
                          const struct tong__element *table, const char *subject,
                          struct tong__findings *);

/* Is a waiver in force at one of the two, the model's time and 'then', and not at the other? Of
 * what hangs on the date alone nothing else can make an error. */
bool tong__check_ages(const struct tong__model *, int64_t then);

/* Where one of these words stands in the text; NULL when none does. 'words' ends with NULL. */
const char *tong__mentions(const char *text, const char *const words[]);

/* Is this a USCC or organisation code that its check digit confirms? */
bool tong__org_code_sound(const char *);

#endif
