/* Which addresses a site will have: the form from the table of pages, the rest from the model. */
#include "publisher/links.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/site.h"

static bool has_item(const struct tong__model *m, const char *code)
{
	return tong__model_item(m, code) != NULL;
}

static bool has_alias(const struct tong__model *m, const char *code)
{
	size_t k;
	json_t *alias;

	for (size_t i = 0; i < m->n_items; i++)
		json_array_foreach(tong__json_arr(m->items[i].doc->root, "aliases"), k, alias) {
			const char *known = tong__json_str(alias, "code");

			if (known && !strcmp(known, code))
				return true;
		}
	return false;
}

static bool has_theme(const struct tong__model *m, const char *id)
{
	return tong__model_theme(m, id) != NULL;
}

static bool has_material(const struct tong__model *m, const char *id)
{
	return tong__model_material(m, id) != NULL;
}

static bool has_law(const struct tong__model *m, const char *id)
{
	return tong__model_law(m, id) != NULL;
}

static bool has_licence(const struct tong__model *m, const char *id)
{
	return tong__model_licence(m, id) != NULL;
}

static bool has_notice(const struct tong__model *m, const char *id)
{
	char own[65];

	for (size_t i = 0; i < m->n_notices; i++) {
		tong__notice_id(m->notices[i], own);
		if (!strcmp(own, id))
			return true;
	}
	return false;
}

static bool has_agency(const struct tong__model *m, const char *id)
{
	return tong__model_agency(m, id) >= 0;
}

/* A village has no page of its own. */
static bool has_region(const struct tong__model *m, const char *code)
{
	const struct tong__region *r = tong__model_region(m, code);

	return r && r->level < 5;
}

/* Is there any record of this kind? A list of what few catalogues have is a page only then. */
static bool any_of(const struct tong__model *m, const char *prefix)
{
	if (!strcmp(prefix, "notice/"))
		return m->n_notices;
	if (!strcmp(prefix, "licence/"))
		return m->licences && json_array_size(tong__json_arr(m->licences->root, "licences"));
	if (!strcmp(prefix, "intermediary/"))
		return m->intermediaries && m->intermediaries->n_rows;
	return true;
}

/* Who knows the name in an address: by the records that the pages come from, or by the pattern. */
static const struct {
	const char *kind;
	bool (*has)(const struct tong__model *, const char *name);
} known[] = {
	{"item/", has_item}, {"alias/", has_alias}, {"theme/", has_theme},
	{"material/", has_material}, {"law/", has_law}, {"licence/", has_licence},
	{"notice/", has_notice}, {"change/", has_item}, {"/agencies/*/", has_agency},
	{"/regions/*/", has_region},
};

static bool has_name(const struct tong__model *m, const struct tong__site_kind *k)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i].kind, k->prefix ? k->prefix : k->pattern))
			return known[i].has(m, k->arg[0]);
	return true;
}

static bool has_page(const struct tong__model *m, const struct tong__site_kind *k)
{
	if (!strchr(k->pattern, '*'))
		return !k->prefix || any_of(m, k->prefix);
	if (*k->arg[1])
		return has_region(m, k->arg[0]) && has_item(m, k->arg[1]);
	return has_name(m, k);
}

bool tong__link_alive(const struct tong__model *m, const char *url)
{
	size_t n = strcspn(url, "?#");
	char path[TONG_MAX_URL + 1];
	struct tong__site_kind kind;

	if (n > TONG_MAX_URL)
		return false;
	memcpy(path, url, n);
	path[n] = '\0';
	for (size_t nth = 0; tong__site_kind(path, nth, &kind); nth++)
		if (has_page(m, &kind))
			return true;
	return false;
}
