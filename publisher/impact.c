/* Looking for what hangs on things: one pass over the items, one over the tables of the regions. */
#include "publisher/impact.h"

#include <stdlib.h>
#include <string.h>

#include "core/element.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/csv_scan.h"
#include "publisher/doc.h"

struct tong__impact {
	json_t *asked;         /* "law:x" -> {items{code: {code, name, how[]}}, regions{code: rows}} */
	json_t *ids;           /* id -> [answers]: of laws, materials and themes */
	json_t *by_item;       /* item code -> [answers]: regions that list it are theirs */
	json_t *by_agency;     /* agency id -> [answers] */
	json_t *region_names;
};

/* While running. */
struct run {
	struct tong__impact *im;
	struct tong__tree *tree;
	struct tong__buf text;
	char region[16];       /* whose table is read */
	const struct tong__doc *item;
	const char *code;
	bool nomem;
	tong_error *err;
};

struct tong__impact *tong__impact_new(void)
{
	struct tong__impact *im = calloc(1, sizeof *im);

	if (!im)
		return NULL;
	im->asked = json_object();
	im->ids = json_object();
	im->by_item = json_object();
	im->by_agency = json_object();
	im->region_names = json_object();
	return im;
}

void tong__impact_free(struct tong__impact *im)
{
	if (!im)
		return;
	json_decref(im->asked);
	json_decref(im->ids);
	json_decref(im->by_item);
	json_decref(im->by_agency);
	json_decref(im->region_names);
	free(im);
}

static void key_of(const char *kind, const char *id, char out[128])
{
	snprintf(out, 128, "%.20s:%.90s", kind, id);
}

/* Adds an answer to the list under a name; once. */
static bool listen(json_t *index, const char *name, json_t *answer)
{
	json_t *list = json_object_get(index, name), *v;
	size_t i;

	if (!list) {
		list = json_array();
		if (json_object_set_new(index, name, list))
			return false;
	}
	json_array_foreach(list, i, v)
		if (v == answer)
			return true;
	return !json_array_append(list, answer);
}

bool tong__impact_ask(struct tong__impact *im, const char *kind, const char *id)
{
	bool item = !strcmp(kind, "item"), agency = !strcmp(kind, "agency");
	char key[128];
	json_t *answer;

	if (!item && !agency && strcmp(kind, "law") && strcmp(kind, "material") &&
	    strcmp(kind, "theme"))
		return true;
	key_of(kind, id, key);
	if (json_object_get(im->asked, key))
		return true;
	answer = json_pack("{s:s, s:{}, s:{}}", "kind", kind, "items", "regions");
	if (!answer || json_object_set_new(im->asked, key, answer))
		return false;
	return listen(item ? im->by_item : agency ? im->by_agency : im->ids, id, answer);
}

/* ---- items ---- */

static bool id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == '-';
}

/* Does one of the ids stand anywhere in the text? Most items end here, unparsed. */
static bool mentions(const struct tong__impact *im, const struct tong__buf *text)
{
	const char *p = text->data, *end = text->data + text->len;

	while (p < end) {
		const char *q = p;

		while (q < end && id_char(*q))
			q++;
		if (q > p && json_object_getn(im->ids, p, (size_t)(q - p)))
			return true;
		p = q + (q == p);
	}
	return false;
}

static void add_how(json_t *list, const char *how)
{
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (!strcmp(json_string_value(v), how))
			return;
	json_array_append_new(list, json_string(how));
}

static void add_item(struct run *r, json_t *answer, const char *how)
{
	json_t *items = json_object_get(answer, "items"), *entry = json_object_get(items, r->code);
	const char *name = tong__json_str(r->item->root, "name");

	if (!entry) {
		entry = json_pack("{s:s, s:s, s:[]}", "code", r->code, "name", name ? name : "", "how");
		if (json_object_set_new(items, r->code, entry))
			r->nomem = true;
	}
	add_how(json_object_get(entry, "how"), how);
	if (!listen(r->im->by_item, r->code, answer))
		r->nomem = true;
}

/* The item names 'id' as a thing of this kind. */
static void note(struct run *r, const char *kind, const char *id, const char *how)
{
	json_t *answer;
	size_t i;

	if (!id)
		return;
	json_array_foreach(json_object_get(r->im->ids, id), i, answer)
		if (!strcmp(tong__json_str(answer, "kind"), kind))
			add_item(r, answer, how);
}

static void note_law(struct run *r, const json_t *basis, const char *what)
{
	const char *article = tong__json_str(basis, "article");
	char how[300];

	snprintf(how, sizeof how, "%s%s%.200s", what, article ? " " : "", article ? article : "");
	note(r, "law", tong__json_str(basis, "law"), how);
}

static void note_references(struct run *r)
{
	const json_t *root = r->item->root, *v;
	size_t i;

	json_array_foreach(tong__json_arr(root, "basis"), i, v)
		note_law(r, v, "设定依据");
	json_array_foreach(tong__json_arr(root, "materials"), i, v) {
		note(r, "material", tong__json_str(v, "material"), "申请材料");
		note_law(r, tong__json_obj(v, "basis"), "材料依据");
	}
	json_array_foreach(tong__json_arr(root, "themes"), i, v)
		note(r, "theme", json_string_value(v), "主题");
}

static int read_item(struct run *r, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	char code[64];
	int rc = 0;

	if (!mentions(r->im, &r->text))
		return 0;
	snprintf(code, sizeof code, "%.*s", (int)strlen(slash + 1) - 3, slash + 1);
	if (tong__findings_new(&fs))
		return tong__fail_nomem(r->err);
	rc = tong__doc_markdown(&d, path, r->text.data, r->text.len, fs, r->err);
	if (!rc) {
		r->item = d;
		r->code = code;
		note_references(r);
	}
	tong__doc_free(d);
	tong__findings_free(fs);
	return rc;
}

/* ---- regions ---- */

static void count_row(struct run *r, const json_t *answers)
{
	json_t *answer, *regions;
	size_t i;

	json_array_foreach(answers, i, answer) {
		regions = json_object_get(answer, "regions");
		if (json_object_set_new(regions, r->region, json_integer(
				tong__json_int(regions, r->region, 0) + 1)))
			r->nomem = true;
		if (json_object_set_new(r->im->region_names, r->region, json_null()))
			r->nomem = true;
	}
}

static void add_agency_item(const json_t *answers, struct tong__str code)
{
	json_t *answer;
	size_t i;

	json_array_foreach(answers, i, answer) {
		json_t *items = json_object_get(answer, "items");

		if (!json_object_getn(items, code.p, code.n))
			json_object_setn_new(items, code.p, code.n,
			                     json_pack("{s:s%, s:[s]}", "code", code.p, code.n, "how", "实施主体"));
	}
}

static bool on_listing(void *user, const struct tong__str *cells)
{
	struct run *r = user;
	const json_t *of_item = json_object_getn(r->im->by_item, cells[0].p, cells[0].n);
	const json_t *of_agency = json_object_getn(r->im->by_agency, cells[1].p, cells[1].n);

	count_row(r, of_item);
	count_row(r, of_agency);
	add_agency_item(of_agency, cells[0]);
	return !r->nomem;
}

static bool on_region(void *user, const struct tong__str *cells)
{
	struct run *r = user;

	if (json_object_getn(r->im->region_names, cells[0].p, cells[0].n))
		json_object_setn_new(r->im->region_names, cells[0].p, cells[0].n,
		                     json_stringn(cells[1].p, cells[1].n));
	return true;
}

static void read_listings(struct run *r, const char *path)
{
	static const char *const columns[] = {"item", "agency", NULL};

	snprintf(r->region, sizeof r->region, "%.*s", (int)strcspn(path + 6, "/"), path + 6);
	tong__csv_scan(r->text.data, r->text.len, columns, on_listing, r);
}

/* ---- running ---- */

static bool is_item(const char *path)
{
	return tong__starts(path, "items/") && tong__ends(path, ".md");
}

static bool is_listing(const char *path)
{
	return tong__starts(path, "local/") && tong__ends(path, "/items.csv");
}

static int load(struct run *r, const char *path)
{
	tong__buf_clear(&r->text);
	return tong__tree_read(r->tree, path, &r->text, r->err);
}

static int first_pass(void *user, const char *path, uint64_t size)
{
	struct run *r = user;
	int rc;

	if (!is_item(path) || !size || size > TONG_MAX_ITEM_FILE)
		return 0;
	rc = load(r, path);
	return rc ? rc : read_item(r, path);
}

static int second_pass(void *user, const char *path, uint64_t size)
{
	struct run *r = user;
	int rc;

	if (!is_listing(path) || !size)
		return 0;
	rc = load(r, path);
	if (!rc)
		read_listings(r, path);
	return rc;
}

/* Items of an agency are known by their code only: their names are asked for here. */
static int name_items(struct run *r, json_t *items)
{
	const char *code;
	json_t *entry;

	json_object_foreach(items, code, entry) {
		struct tong__doc *d = NULL;
		struct tong__findings *fs = NULL;
		char path[128] = "";
		int rc = 0;

		if (tong__json_str(entry, "name"))
			continue;
		for (const struct tong__enum_value *t = tong__item_types; t->code && !r->text.len; t++) {
			snprintf(path, sizeof path, "items/%s/%.40s.md", t->code, code);
			tong__tree_read(r->tree, path, &r->text, NULL);
		}
		if (r->text.len && !tong__findings_new(&fs))
			rc = tong__doc_markdown(&d, path, r->text.data, r->text.len, fs, r->err);
		if (d && tong__json_str(d->root, "name"))
			json_object_set(entry, "name", json_object_get(d->root, "name"));
		tong__doc_free(d);
		tong__findings_free(fs);
		tong__buf_clear(&r->text);
		if (rc)
			return rc;
	}
	return 0;
}

static int name_all(struct run *r)
{
	static const char *const columns[] = {"code", "name", NULL};
	const char *key;
	json_t *answer;
	int rc = 0;

	tong__buf_clear(&r->text);
	if (json_object_size(r->im->region_names) &&
	    !tong__tree_read(r->tree, "regions.csv", &r->text, NULL))
		tong__csv_scan(r->text.data, r->text.len, columns, on_region, r);
	tong__buf_clear(&r->text);
	json_object_foreach(r->im->asked, key, answer)
		if (!rc && !strcmp(tong__json_str(answer, "kind"), "agency"))
			rc = name_items(r, json_object_get(answer, "items"));
	return rc;
}

int tong__impact_run(struct tong__impact *im, struct tong__tree *tree, tong_error *err)
{
	struct run r = {.im = im, .tree = tree, .err = err};
	int rc = 0;

	tong__buf_init(&r.text, TONG_MAX_SOURCE_FILE);
	if (json_object_size(im->ids))
		rc = tong__tree_each(tree, first_pass, &r, err);
	if (!rc && json_object_size(im->by_item) + json_object_size(im->by_agency))
		rc = tong__tree_each(tree, second_pass, &r, err);
	if (!rc)
		rc = name_all(&r);
	tong__buf_free(&r.text);
	return rc ? rc : r.nomem ? tong__fail_nomem(err) : 0;
}

/* ---- answers ---- */

static const char *const levels[] = {"省本级", "市（州）", "县（市、区）", "乡镇（街道）", "村（社区）"};
#define N_LEVELS (sizeof levels / sizeof *levels)

/* Which of the five levels a region's code is of. */
static size_t level_of(const char *region)
{
	size_t n = strlen(region);

	if (n != 6)
		return n == 9 ? 3 : 4;
	return !strcmp(region + 2, "0000") ? 0 : !strcmp(region + 4, "00") ? 1 : 2;
}

static int by_code(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Keys of an object, sorted and NULL-ended; NULL when memory is out. */
static const char **sorted_keys(json_t *obj)
{
	const char **keys = calloc(json_object_size(obj) + 1, sizeof *keys), *key;
	size_t n = 0;
	json_t *v;

	if (!keys)
		return NULL;
	json_object_foreach(obj, key, v)
		keys[n++] = key;
	if (n)
		qsort(keys, n, sizeof *keys, by_code);
	return keys;
}

static void add_regions(const struct tong__impact *im, json_t *regions, json_t *out)
{
	const char **keys = sorted_keys(regions);
	json_t *list = json_array(), *counts = json_object();
	long long n[N_LEVELS] = {0};

	for (size_t i = 0; keys && keys[i]; i++) {
		const char *name = tong__json_str(im->region_names, keys[i]);

		json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "code", keys[i], "name",
		                                      name ? name : keys[i], "rows",
		                                      tong__json_int(regions, keys[i], 0)));
		n[level_of(keys[i])]++;
	}
	for (size_t i = 0; i < N_LEVELS; i++)
		if (n[i])
			json_object_set_new(counts, levels[i], json_integer(n[i]));
	free(keys);
	json_object_set_new(out, "regions", list);
	json_object_set_new(out, "levels", counts);
}

json_t *tong__impact_of(const struct tong__impact *im, const char *kind, const char *id)
{
	json_t *answer, *items, *regions, *out, *list;
	const char **keys;
	char key[128];

	key_of(kind, id, key);
	answer = json_object_get(im->asked, key);
	items = json_object_get(answer, "items");
	regions = json_object_get(answer, "regions");
	if (!json_object_size(items) && !json_object_size(regions))
		return NULL;
	out = json_object();
	if (json_object_size(items)) {
		list = json_array();
		keys = sorted_keys(items);
		for (size_t i = 0; keys && keys[i]; i++)
			json_array_append(list, json_object_get(items, keys[i]));
		free(keys);
		json_object_set_new(out, "items", list);
	}
	if (json_object_size(regions))
		add_regions(im, regions, out);
	return out;
}
