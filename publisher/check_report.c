/* Where a finding of a check stands: the place of an element, a section or a cell. */
#include "publisher/check.h"

#include <stdio.h>
#include <string.h>

#include "core/message.h"

void tong__report_item(struct tong__findings *fs, const char *rule, const struct tong__item *it,
                       const json_t *container, const char *key, const char *wanted,
                       const char *found)
{
	struct tong__mark m = tong__doc_mark(it->doc, container, key, 0);
	const struct tong__element *e = tong__element_find(tong__item_elements, key);

	if (it->doc->unread)
		return;
	tong__find(fs, rule, it->doc->path, m.line, m.column, e ? e->label : "", it->code, wanted,
	           "%s", tong__text(found));
}

void tong__report_text(struct tong__findings *fs, const char *rule, const struct tong__item *it,
                       const struct tong__section *s, const char *at, const char *wanted,
                       const char *found)
{
	tong__report_section(fs, rule, it->doc, it->code, s, at, wanted, found);
}

void tong__report_section(struct tong__findings *fs, const char *rule, const struct tong__doc *doc,
                          const char *subject, const struct tong__section *s, const char *at,
                          const char *wanted, const char *found)
{
	unsigned line = s->line + 1, column = 1;

	for (const char *p = s->markdown; p && p < at; p++) {
		column = *p == '\n' ? 1 : column + ((*p & 0xc0) != 0x80);
		line += *p == '\n';
	}
	tong__find(fs, rule, doc->path, line, column, s->heading, subject, wanted, "%s",
	           tong__text(found));
}

void tong__report_cell(struct tong__findings *fs, const char *rule, const struct tong__local *l,
                       size_t row, const char *column, const char *wanted, const char *found)
{
	const struct tong__element *e = tong__element_find(tong__listing_elements, column);
	const struct tong__table *t = l->items;
	int c = tong__table_column(t, column);
	char subject[64];

	snprintf(subject, sizeof subject, "%s/%s", l->region, tong__table_cell(t, row, "item"));
	tong__find(fs, rule, t->path, t->lines[row], c < 0 ? 1 : (unsigned)c + 1,
	           e ? e->label : column, subject, wanted, "%s", tong__text(found));
}

void tong__report_row(struct tong__findings *fs, const char *rule, const struct tong__table *t,
                      size_t row, const char *subject, const char *wanted, const char *found)
{
	tong__find(fs, rule, t->path, t->lines[row], 1, "", subject, wanted, "%s", tong__text(found));
}

void tong__report_entry(struct tong__findings *fs, const char *rule, const struct tong__doc *doc,
                        const json_t *entry, const char *subject, const char *wanted,
                        const char *found)
{
	struct tong__mark m = tong__doc_mark(doc, entry, NULL, 0);

	if (doc->unread)
		return;
	tong__find(fs, rule, doc->path, m.line, m.column, "", subject, wanted, "%s", tong__text(found));
}
