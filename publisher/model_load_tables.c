/* Loading what is written as CSV. */
#include "publisher/model_load.h"

#include <stdlib.h>
#include <string.h>

#include "publisher/scope.h"

static int table(struct tong__load *l, const char *path, const char *const *known,
                 struct tong__table **out)
{
	return tong__table_read(out, path, l->text.data ? l->text.data : "", l->text.len, known, l->fs,
	                        l->err);
}

/* A one-digit level; 0 for anything else, which the check of regions reports. */
static int level_of(const char *s)
{
	return s[0] >= '1' && s[0] <= '9' && !s[1] ? s[0] - '0' : 0;
}

int tong__load_regions(struct tong__load *l, const char *path, const char *a, const char *b)
{
	static const char *const known[] = {"code", "name", "level", "type", "parent", "name_new",
	                                    NULL};
	struct tong__model *m = l->m;
	const struct tong__table *t;
	int rc = table(l, path, known, &m->region_table);

	(void)a, (void)b;
	if (rc)
		return rc;
	t = m->region_table;
	m->regions = calloc(t->n_rows + 1, sizeof *m->regions);
	if (!m->regions)
		return tong__fail_nomem(l->err);
	for (size_t i = 0; i < t->n_rows; i++)
		m->regions[i] = (struct tong__region){
			.code = tong__table_cell(t, i, "code"),
			.name = tong__table_cell(t, i, "name"),
			.type = tong__table_cell(t, i, "type"),
			.parent = tong__table_cell(t, i, "parent"),
			.name_new = tong__table_cell(t, i, "name_new"),
			.level = level_of(tong__table_cell(t, i, "level")),
			.line = t->lines[i],
		};
	m->n_regions = t->n_rows;
	return 0;
}

int tong__load_agencies(struct tong__load *l, const char *path, const char *a, const char *b)
{
	static const char *const known[] = {"id", "uscc", "name", "short_name", "region", "phone",
	                                    "address", "status", "codes_seen", "note", NULL};

	(void)a, (void)b;
	return table(l, path, known, &l->m->agencies);
}

int tong__load_intermediaries(struct tong__load *l, const char *path, const char *a, const char *b)
{
	static const char *const known[] = {"id", "uscc", "name", "region", "service", "phone",
	                                    "address", "source", "note", NULL};

	(void)a, (void)b;
	return table(l, path, known, &l->m->intermediaries);
}

int tong__load_scope(struct tong__load *l, const char *path, const char *a, const char *b)
{
	(void)a, (void)b;
	return table(l, path, tong__scope_columns, &l->m->scope);
}

int tong__load_names(struct tong__load *l, const char *path, const char *lang, const char *b)
{
	static const char *const known[] = {"kind", "id", "member", "text", "of", "source",
	                                    "reviewed_by", "reviewed_at", NULL};
	struct tong__model *m = l->m;
	struct tong__name_table *names;

	(void)b;
	if (!tong__load_room(&m->names, m->n_names, &l->cap_names, sizeof *names))
		return tong__fail_nomem(l->err);
	names = &m->names[m->n_names];
	*names = (struct tong__name_table){.lang = strdup(lang)};
	if (!names->lang)
		return tong__fail_nomem(l->err);
	m->n_names++;
	return table(l, path, known, &names->table);
}

int tong__load_waivers(struct tong__load *l, const char *path, const char *a, const char *b)
{
	static const char *const known[] = {"rule", "subject", "reason", "author", "until", NULL};

	(void)a, (void)b;
	return table(l, path, known, &l->m->waivers);
}

int tong__load_synonyms(struct tong__load *l, const char *path, const char *a, const char *b)
{
	static const char *const known[] = {"said", "meant", "note", NULL};

	(void)a, (void)b;
	return table(l, path, known, &l->m->synonyms);
}

/* Files come sorted by path, so that the two files of one region follow each other and regions
 * come in order. */
struct tong__local *tong__load_local(struct tong__load *l, const char *region)
{
	struct tong__model *m = l->m;
	struct tong__local *local;

	if (m->n_locals && !strcmp(m->locals[m->n_locals - 1].region, region))
		return &m->locals[m->n_locals - 1];
	if (!tong__load_room(&m->locals, m->n_locals, &l->cap_locals, sizeof *local))
		return NULL;
	local = &m->locals[m->n_locals];
	memset(local, 0, sizeof *local);
	local->region = strdup(region);
	if (!local->region)
		return NULL;
	m->n_locals++;
	return local;
}

int tong__load_listings(struct tong__load *l, const char *path, const char *region, const char *b)
{
	static const char *const known[] = {
		"item", "published_code", "published_name", "agency", "org_code", "impl_region", "level",
		"hall", "window", "address", "hours", "phone", "complaint_phone", "online_url",
		"portal_url", "limit_promised_days", "limit_promised_unit", "visits", "case_type",
		"online_depth", "handle_area", "source", "sample", "note",
		/* elements that no source tells yet (core/element.c) */
		"?body_nature", "?entrusted_by", "?power_source", "?other_agencies", "?transport",
		"?review_body", "?litigation_court", "?handle_form", "?booking", "?pay_online",
		"?courier", "?kiosk", NULL};
	struct tong__local *local = tong__load_local(l, region);

	(void)b;
	return local ? table(l, path, known, &local->items) : tong__fail_nomem(l->err);
}
