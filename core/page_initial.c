/* The index by initials: items by the first sound of their Chinese names, for when there is no
 * script to search with. */
#include <string.h>

#include "core/page.h"
#include "core/pinyin.h"
#include "core/search_fold.h"
#include "core/text.h"

static const char other[] = "other";   /* names that begin with no letter and no known character */

struct names {
	struct tong__pinyin *pinyin;
	json_t *by;                /* {letter: {syllable: {code: true}}} */
	tong_error *err;
};

static uint32_t first_of(const char *name)
{
	const char *p = name ? name : "", *end = p + strlen(p);
	uint32_t out[4];

	while (p < end)
		if (tong__search_fold_one(tong__utf8_next(&p, end), out))
			return out[0];
	return 0;
}

static json_t *below(json_t *obj, const char *name)
{
	json_t *found = json_object_get(obj, name);

	if (!found && json_object_set_new(obj, name, json_object()) == 0)
		found = json_object_get(obj, name);
	return found;
}

static int note(struct names *n, const char *letter, const char *syllable, const char *code)
{
	json_t *codes = below(below(n->by, letter), syllable);

	return codes && json_object_set_new(codes, code, json_true()) == 0 ? 0
	                                                                   : tong__fail_nomem(n->err);
}

/* A character that is read in several ways is found under each. */
static int add_name(void *arg, const char *key, const json_t *brief)
{
	struct names *n = arg;
	struct tong__syllable all[TONG_READINGS];
	const char *code = key + strlen("brief/");
	uint32_t c = first_of(tong__json_str(brief, "name"));
	size_t ways = c ? tong__pinyin_of(n->pinyin, c, all) : 0;
	char letter[2] = "", syllable[8];
	int rc = 0;

	if (c >= 'a' && c <= 'z') {
		letter[0] = (char)c;
		return note(n, letter, letter, code);
	}
	for (size_t i = 0; i < ways && rc == 0; i++) {
		letter[0] = all[i].p[0];
		snprintf(syllable, sizeof syllable, "%.*s", (int)all[i].n, all[i].p);
		rc = note(n, letter, syllable, code);
	}
	return ways ? rc : note(n, other, other, code);
}

/* The names of items as they are in Chinese, whatever the language of the page. */
static int read_names(const struct tong__reader *reader, json_t **out, tong_error *err)
{
	struct names n = {tong__pinyin_new(), json_object(), err};
	int rc = n.pinyin && n.by ? reader->each(reader->user, "derived", "brief/", add_name, &n, err)
	                          : tong__fail_nomem(err);

	tong__pinyin_free(n.pinyin);
	*out = n.by;
	return rc;
}

/* In the order of the alphabet, the others last. */
static const char *nth_letter(const json_t *by, size_t n, char out[2])
{
	out[1] = '\0';
	for (out[0] = 'a'; out[0] <= 'z'; out[0]++)
		if (json_object_get(by, out) && n-- == 0)
			return out;
	return json_object_get(by, other) && n == 0 ? other : NULL;
}

static const char *label_of(const struct tong__page *p, const char *letter, char upper[2])
{
	if (strcmp(letter, other) == 0)
		return tong__page_word(p, "initial_other");
	upper[0] = (char)(letter[0] - 'a' + 'A');
	upper[1] = '\0';
	return upper;
}

/* ---- addresses ---- */

int tong__list_initials(struct tong__urls *u)
{
	json_t *by;
	char out[2];
	const char *letter;
	int rc = read_names(u->reader, &by, u->err);

	for (size_t i = 0; rc == 0 && (letter = nth_letter(by, i, out)) != NULL; i++)
		rc = tong__urls_emit(u, letter, NULL);
	json_decref(by);
	return rc;
}

int tong__page_initials(struct tong__page *p)
{
	json_t *by, *list = tong__page_array(p, p->view, "initials"), *row;
	char out[2], upper[2];
	const char *letter;
	int rc = read_names(p->reader, &by, &p->err);

	for (size_t i = 0; rc == 0 && (letter = nth_letter(by, i, out)) != NULL; i++) {
		row = tong__page_row(p, list);
		tong__page_str(p, row, "id", letter);
		tong__page_str(p, row, "label", label_of(p, letter, upper));
	}
	json_decref(by);
	return rc;
}

/* ---- one letter ---- */

static void add_group(struct tong__page *p, json_t *groups, const char *name, const json_t *codes,
                      const json_t *rows)
{
	json_t *group = tong__page_row(p, groups), *items, *row;
	size_t i;

	tong__page_str(p, group, "id", name);
	tong__page_str(p, group, "label",
	               strcmp(name, other) == 0 ? tong__page_word(p, "initial_other") : name);
	items = tong__page_array(p, group, "items");
	json_array_foreach((json_t *)rows, i, row) {
		if (json_object_get(codes, tong__json_str(row, "code")))
			tong__page_add(p, items, json_incref(row));
	}
	tong__page_int(p, group, "n", json_array_size(items));
}

static int add_groups(struct tong__page *p, const json_t *of)
{
	json_t *groups = tong__page_array(p, p->view, "types"), *rows = json_array();
	int rc = tong__page_all_rows(p, rows);
	char name[8];

	if (json_object_get(of, p->arg[0]))   /* names that begin with the letter itself, or others */
		add_group(p, groups, p->arg[0], json_object_get(of, p->arg[0]), rows);
	for (const char *const *row = tong__pinyin_table; rc == 0 && *row; row++) {
		size_t n = strspn(*row, "abcdefghijklmnopqrstuvwxyz");

		snprintf(name, sizeof name, "%.*s", (int)n, *row);
		if (strcmp(name, p->arg[0]) != 0 && json_object_get(of, name))
			add_group(p, groups, name, json_object_get(of, name), rows);
	}
	json_decref(rows);
	return rc;
}

static size_t count(const json_t *groups)
{
	size_t n = 0, i;
	json_t *group;

	json_array_foreach((json_t *)groups, i, group)
		n += json_array_size(json_object_get(group, "items"));
	return n;
}

int tong__build_initial(struct tong__page *p)
{
	json_t *by, *title, *of;
	char upper[2];
	int rc = read_names(p->reader, &by, &p->err);

	of = json_object_get(by, p->arg[0]);
	if (rc || !of) {
		json_decref(by);
		return rc ? rc : tong__page_notfound(p);
	}
	title = tong__page_say(p, "initial_title", label_of(p, p->arg[0], upper));
	tong__page_title(p, json_string_value(title), tong__page_word(p, "initial_description"));
	tong__page_crumb(p, tong__page_word(p, "search_title"), "search/");
	rc = add_groups(p, of);
	tong__page_int(p, p->view, "n", count(json_object_get(p->view, "types")));
	tong__page_true(p, p->view, "jump");
	tong__page_set(p, p->view, "items_root", tong__page_text(p, p->root, "items/", NULL));
	json_decref(title);
	json_decref(by);
	return rc;
}
