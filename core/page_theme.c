/* Themes and the four directories of items. */
#include <string.h>

#include "core/page.h"

int tong__build_themes(struct tong__page *p)
{
	json_t *rows = json_array(), *counts;
	int rc = tong__page_all_rows(p, rows);

	counts = tong__page_theme_counts(p, rows);
	tong__page_theme_groups(p, counts);
	tong__page_title(p, tong__page_word(p, "themes_title"),
	                 tong__page_word(p, "themes_description"));
	json_decref(counts);
	json_decref(rows);
	return rc;
}

static bool has_theme(const json_t *row, const char *id)
{
	const json_t *theme;
	size_t i;

	json_array_foreach(json_object_get(row, "themes"), i, theme)
		if (json_is_string(theme) && strcmp(json_string_value(theme), id) == 0)
			return true;
	return false;
}

/* ---- directories ---- */

static bool in_power(const json_t *row)
{
	const char *type = tong__json_str(row, "type");

	return type && strcmp(type, "20") != 0;
}

static bool in_approval(const json_t *row)
{
	const char *type = tong__json_str(row, "type");

	return type && strcmp(type, "01") == 0;
}

static bool in_approval_sub(const json_t *row)
{
	return in_approval(row) && tong__json_bool(row, "sub");
}

static bool in_public(const json_t *row)
{
	const char *type = tong__json_str(row, "type");

	return type && strcmp(type, "20") == 0;
}

static const struct directory {
	const char *id, *word, *about;
	bool (*has)(const json_t *row);
} directories[] = {
	{"power", "dir_power", "dir_power_about", in_power},
	{"approval", "dir_approval", "dir_approval_about", in_approval},
	{"approval-sub", "dir_approval_sub", "dir_approval_sub_about", in_approval_sub},
	{"public", "dir_public", "dir_public_about", in_public},
};

static const size_t n_directories = sizeof directories / sizeof *directories;

void tong__page_directories(struct tong__page *p, const json_t *rows)
{
	json_t *list = tong__page_array(p, p->view, "directories"), *dir, *row;
	size_t i, n;

	for (const struct directory *d = directories; d < directories + n_directories; d++) {
		n = 0;
		json_array_foreach((json_t *)rows, i, row)
			n += d->has(row);
		dir = tong__page_row(p, list);
		tong__page_str(p, dir, "id", d->id);
		tong__page_str(p, dir, "name", tong__page_word(p, d->word));
		tong__page_str(p, dir, "about", tong__page_word(p, d->about));
		tong__page_int(p, dir, "n", n);
	}
}

int tong__build_directories(struct tong__page *p)
{
	json_t *rows = json_array();
	int rc = tong__page_all_rows(p, rows);

	tong__page_directories(p, rows);
	tong__page_title(p, tong__page_word(p, "directories_title"),
	                 tong__page_word(p, "directories_description"));
	json_decref(rows);
	return rc ? rc : tong__page_scopes(p);
}

int tong__list_directories(struct tong__urls *u)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n_directories; i++)
		rc = tong__urls_emit(u, directories[i].id, NULL);
	return rc;
}

/* ---- lists of chosen items ---- */

/* The items of a directory, or (d NULL) of the theme 'id', by type. */
static int chosen(struct tong__page *p, const struct directory *d, const char *id)
{
	json_t *rows = json_array(), *some = json_array(), *row;
	int rc = tong__page_all_rows(p, rows);
	size_t i;

	json_array_foreach(rows, i, row)
		if (d ? d->has(row) : has_theme(row, id))
			tong__page_add(p, some, json_incref(row));
	tong__page_by_type(p, p->view, "types", some);
	if (json_array_size(json_object_get(p->view, "types")) > 1)
		tong__page_true(p, p->view, "jump");
	tong__page_int(p, p->view, "n", json_array_size(some));
	tong__page_set(p, p->view, "items_root", tong__page_text(p, p->root, "items/", NULL));
	json_decref(some);
	json_decref(rows);
	return rc;
}

int tong__build_directory(struct tong__page *p)
{
	for (const struct directory *d = directories; d < directories + n_directories; d++) {
		if (strcmp(d->id, p->arg[0]) != 0)
			continue;
		tong__page_title(p, tong__page_word(p, d->word), tong__page_word(p, d->about));
		tong__page_crumb(p, tong__page_word(p, "directories"), "directories/");
		return chosen(p, d, NULL);
	}
	return tong__page_notfound(p);
}

int tong__build_theme(struct tong__page *p)
{
	json_t *theme = tong__page_get(p, "theme/", p->arg[0]), *about;
	const char *name = tong__json_str(theme, "name"), *audience = tong__json_str(theme, "audience");

	if (!theme)
		return tong__page_notfound(p);
	if (!name)
		name = p->arg[0];
	about = tong__page_say(p, "theme_description", name);
	tong__page_title(p, name, json_string_value(about));
	tong__page_crumb(p, tong__page_word(p, "themes"), "themes/");
	tong__page_set(p, p->view, "theme", json_incref(theme));
	tong__page_feed(p, "themes/", p->arg[0]);
	if (audience)
		tong__page_str(p, p->view, "audience", tong__page_word_of(p, "audience", audience));
	json_decref(about);
	json_decref(theme);
	return chosen(p, NULL, p->arg[0]);
}
