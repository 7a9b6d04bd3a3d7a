/* The home page, the search page, and the pages that explain. */
#include <string.h>

#include "core/page.h"

enum { HOME_THEMES = 12, HOME_GUIDES = 12, HOME_CHANGES = 6 };

/* Keeps the themes with the most items, in their own order: one screen of each audience. */
static void most_used(json_t *themes, size_t most)
{
	size_t i, least;
	json_t *theme;

	while (json_array_size(themes) > most) {
		least = 0;
		json_array_foreach(themes, i, theme)
			if (tong__json_int(theme, "n", 0) <=
			    tong__json_int(json_array_get(themes, least), "n", 0))
				least = i;
		json_array_remove(themes, least);
	}
}

static void home_themes(struct tong__page *p, const json_t *rows)
{
	json_t *counts = tong__page_theme_counts(p, rows), *group;
	size_t i, n;

	tong__page_theme_groups(p, counts);
	json_array_foreach(json_object_get(p->view, "audiences"), i, group) {
		n = json_array_size(json_object_get(group, "themes"));
		tong__page_int(p, group, "n", n);
		most_used(json_object_get(group, "themes"), HOME_THEMES);
	}
	json_decref(counts);
}

/* Items whose guide is more than a name and a code. */
static void home_guides(struct tong__page *p, const json_t *rows)
{
	json_t *guides = tong__page_array(p, p->view, "guides"), *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row)
		if (tong__json_str(row, "guide") && json_array_size(guides) < HOME_GUIDES)
			tong__page_add(p, guides, json_incref(row));
	tong__page_wrap(p, p->view, "guides");
}

static void home_cities(struct tong__page *p)
{
	json_t *list = tong__page_array(p, p->view, "cities"), *pair, *row;
	const char *code;
	json_t *province = tong__page_get(p, "region/", tong__json_str(p->catalogue, "province"));
	size_t i;

	json_array_foreach(tong__json_arr(province, "children"), i, pair) {
		row = tong__page_row(p, list);
		code = json_string_value(json_array_get(pair, 0));
		tong__page_str(p, row, "code", code);
		tong__page_set(p, row, "name",
		               tong__page_name(p, "region/", code,
		                               json_string_value(json_array_get(pair, 1))));
	}
	json_decref(province);
}

int tong__build_home(struct tong__page *p)
{
	json_t *rows = json_array();
	int rc = tong__page_all_rows(p, rows);

	if (rc == 0) {
		home_themes(p, rows);
		home_guides(p, rows);
		home_cities(p);
		tong__page_directories(p, rows);
		tong__page_int(p, p->view, "n", json_array_size(rows));
		tong__page_true(p, p->view, "home");
		tong__page_feed(p, "", "");
		rc = tong__page_latest(p, HOME_CHANGES, NULL);
	}
	json_decref(rows);
	tong__page_title(p,
	                 tong__json_str(p->catalogue, "title") ? tong__json_str(p->catalogue, "title")
	                                                       : tong__page_word(p, "home"),
	                 tong__page_word(p, "home_description"));
	return rc;
}

/* Without script the search page is the way by theme, by department and by directory. */
int tong__build_search(struct tong__page *p)
{
	json_t *rows = json_array(), *counts;
	int rc = tong__page_all_rows(p, rows);

	counts = tong__page_theme_counts(p, rows);
	tong__page_theme_groups(p, counts);
	tong__page_directories(p, rows);
	tong__page_true(p, p->view, "searching");
	tong__page_title(p, tong__page_word(p, "search_title"),
	                 tong__page_word(p, "search_description"));
	json_decref(counts);
	json_decref(rows);
	return rc ? rc : tong__page_initials(p);
}

int tong__build_verify(struct tong__page *p)
{
	tong__page_title(p, tong__page_word(p, "verify_title"),
	                 tong__page_word(p, "verify_description"));
	return 0;
}

/* With the version of all that is shown and the commit of its newest change, by which two copies of
 * the site are compared. */
int tong__build_about(struct tong__page *p)
{
	static const char *const layers[] = {"site", "base", NULL};
	char version[TONG_HEX];
	int rc = tong__page_version(p, layers, version);

	tong__page_title(p, tong__page_word(p, "about_title"), tong__page_word(p, "about_description"));
	if (rc == 0)
		tong__page_str(p, p->view, "version", version);
	return rc ? rc : tong__page_latest(p, 1, NULL);
}

int tong__build_404(struct tong__page *p)
{
	tong__page_title(p, tong__page_word(p, "404_title"), tong__page_word(p, "404_description"));
	return 0;
}
