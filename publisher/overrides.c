/* The tables that speak of an item, without reading them again. */
#include "publisher/overrides.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/blob_cache.h"
#include "publisher/model_load.h"
#include "publisher/model_reload.h"

#define CACHE "tables1"   /* other facts need another name */

/* Cells that are held against the item's own elements (check_overlays.c). */
static const char *const improved[] = {
	"limit_promised_days", "limit_promised_unit", "visits", "case_type", "online_depth",
	"handle_area", NULL,
};

static bool improves(const struct tong__table *t, size_t row)
{
	for (size_t i = 0; improved[i]; i++)
		if (*tong__table_cell(t, row, improved[i]))
			return true;
	return false;
}

/* Codes, each between two blanks, so that one can be looked for. */
static json_t *facts_of(const struct tong__table *t)
{
	struct tong__buf listed, better;
	json_t *facts = NULL;

	tong__buf_init(&listed, TONG_MAX_SOURCE_FILE);
	tong__buf_init(&better, TONG_MAX_SOURCE_FILE);
	tong__buf_adds(&listed, " ");
	tong__buf_adds(&better, " ");
	for (size_t row = 0; row < t->n_rows; row++) {
		const char *code = tong__table_cell(t, row, "item");

		tong__buf_addf(&listed, "%s ", code);
		if (improves(t, row))
			tong__buf_addf(&better, "%s ", code);
	}
	if (!listed.failed && !better.failed)
		facts = json_pack("{s:s, s:s}", "listed", listed.data, "improved", better.data);
	tong__buf_free(&listed);
	tong__buf_free(&better);
	return facts;
}

static bool nothing(void *user, const char *path)
{
	(void)user, (void)path;
	return false;
}

/* What the table says; a new reference. */
static int read_facts(struct tong__tree *t, const char *path, json_t **out, tong_error *err)
{
	struct tong__findings *form = NULL;
	struct tong__model *m = NULL;
	struct tong__buf text;
	int rc = tong__findings_new(&form) ? tong__fail_nomem(err) : 0;

	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	if (!rc)
		tong__findings_only(form, nothing, NULL);
	if (!rc)
		rc = tong__tree_read(t, path, &text, err);
	if (!rc)
		rc = tong__model_read_file(&m, path, text.data ? text.data : "", text.len, form, err);
	if (!rc && !(*out = m->n_locals && m->locals[0].items ? facts_of(m->locals[0].items)
	                                                      : json_object()))
		rc = tong__fail_nomem(err);
	tong__model_free(m);
	tong__buf_free(&text);
	tong__findings_free(form);
	return rc;
}

static int facts(struct tong__tree *t, struct tong__blob_cache *c, const struct tong__tree_file *f,
                 json_t **out, tong_error *err)
{
	int rc;

	*out = json_incref(tong__blob_cache_get(c, f));
	if (*out)
		return 0;
	rc = f->size > TONG_MAX_SOURCE_FILE ? 0 : read_facts(t, f->path, out, err);
	if (!rc && *out && !tong__blob_cache_put(c, f, *out))
		rc = tong__fail_nomem(err);
	return rc;
}

int tong__overrides(struct tong__tree *t, const char *code, enum tong__override what,
                    struct tong__paths *out, tong_error *err)
{
	struct tong__blob_cache *c = tong__blob_cache_open(t, CACHE);
	int rc = c ? 0 : tong__fail_nomem(err);
	char between[64];

	snprintf(between, sizeof between, " %s ", code);
	for (size_t i = 0; !rc && i < t->n; i++) {
		const char *said;
		json_t *f = NULL;

		if (!tong__starts(t->files[i].path, "local/") ||
		    !tong__ends(t->files[i].path, "/items.csv"))
			continue;
		rc = facts(t, c, &t->files[i], &f, err);
		said = tong__json_str(f, what == TONG__LISTED ? "listed" : "improved");
		if (!rc && said && strstr(said, between))
			rc = tong__paths_add(out, t->files[i].path, err);
		json_decref(f);
	}
	tong__blob_cache_close(c);
	return rc;
}
