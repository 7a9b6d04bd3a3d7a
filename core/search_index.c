/* /data/search.json: what a search by names needs, in one file (FORMAT Q2). */
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/pinyin.h"
#include "core/search_fold.h"
#include "core/search_names.h"
#include "core/search_shards.h"
#include "core/text.h"

/* Lists as one text with an element a line: that compresses best, and reads fastest. */
struct index {
	struct tong__page *p;
	json_t *root;
	struct tong__buf codes, names, types, marks, limits, places;
	uint8_t *used;             /* characters below U+40000 that names hold, one bit each */
	json_t *rows;              /* of the kind being added */
	size_t items;
};

enum { MAX_CHARACTER = 0x40000 };
enum { GUIDE = 1, LATER = 2, ENDED = 4 };

static void use(struct index *x, const char *text)
{
	const char *p = text ? text : "", *end = p + strlen(p);

	while (p < end) {
		uint32_t c = tong__utf8_next(&p, end);

		if (c < MAX_CHARACTER)
			x->used[c / 8] |= (uint8_t)(1u << c % 8);
	}
}

/* ---- items ---- */

/* A line of a list; what would break the list is a blank. */
static void line(struct tong__buf *b, bool first, const char *text)
{
	if (!first)
		tong__buf_addc(b, '\n');
	for (; text && *text; text++)
		tong__buf_addc(b, (unsigned char)*text < ' ' ? ' ' : *text);
}

/* Who searches wants most often to begin something: what comes after it stands a little lower. */
static bool comes_later(const char *name)
{
	static const char *const words[] = {"变更", "注销", "补办", "补证", "补发", "补领", "换发",
	                                    "换证", "换领", "延续", "终止", "停业", "歇业", "撤销"};

	for (size_t i = 0; name && i < sizeof words / sizeof *words; i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

static int marks_of(const json_t *item)
{
	const char *state = tong__json_str(item, "state");
	bool ended = tong__json_str(item, "cancelled") || (state && strcmp(state, "1") != 0);

	return (tong__json_str(item, "guide") ? GUIDE : 0) |
	       (comes_later(tong__json_str(item, "name")) ? LATER : 0) | (ended ? ENDED : 0);
}

/* What is promised, else what the law allows: "20.1", days and the code of the unit. */
static void add_limit(struct index *x, const json_t *item)
{
	const json_t *limit = tong__json_obj(item, "limit_promised");
	const char *unit;
	char text[48] = "";

	limit = limit ? limit : tong__json_obj(item, "limit_statutory");
	unit = tong__json_str(limit, "unit");
	if (tong__json_int(limit, "days", -1) >= 0)
		snprintf(text, sizeof text, "%lld.%.8s", (long long)tong__json_int(limit, "days", 0),
		         unit ? unit : "");
	line(&x->limits, x->items == 0, text);
}

/* Where it is handled: the only region, or their number. */
static void add_places(struct index *x, const char *code)
{
	json_t *where = tong__page_get(x->p, "where/", code);
	const json_t *regions = tong__json_arr(where, "regions");
	char number[16] = "";

	if (json_array_size(regions) > 1)
		snprintf(number, sizeof number, "%zu", json_array_size(regions));
	line(&x->places, x->items == 0,
	     json_array_size(regions) == 1 ? json_string_value(json_array_get(regions, 0)) : number);
	json_decref(where);
}

static int add_item(void *arg, const char *key, const json_t *item)
{
	struct index *x = arg;
	const char *code = key + strlen("item/"), *name = tong__json_str(item, "name");

	line(&x->codes, x->items == 0, code);
	line(&x->names, x->items == 0, name);
	line(&x->types, x->items == 0, tong__json_str(item, "type"));
	tong__buf_addc(&x->marks, (char)('0' + marks_of(item)));
	add_limit(x, item);
	add_places(x, code);
	use(x, name);
	x->items++;
	return x->p->nomem ? tong__fail_nomem(&x->p->err) : 0;
}

static void set_text(struct index *x, const char *name, struct tong__buf *b)
{
	if (b->failed)
		x->p->nomem = true;
	tong__page_set(x->p, x->root, name, json_stringn(b->data ? b->data : "", b->len));
}

static int add_items(struct index *x)
{
	int rc = tong__page_each(x->p, "base", "item/", add_item, x);

	set_text(x, "codes", &x->codes);
	set_text(x, "names", &x->names);
	set_text(x, "types", &x->types);
	set_text(x, "marks", &x->marks);
	set_text(x, "limits", &x->limits);
	set_text(x, "places", &x->places);
	return rc;
}

static int add_alias(void *arg, const char *key, const json_t *rec)
{
	struct index *x = arg;

	tong__page_str(x->p, x->rows, key + strlen("alias/"), tong__json_str(rec, "item"));
	return 0;
}

/* ---- what else has a page: [id, name, other words for it…] ---- */

static json_t *add_row(struct index *x, const char *id, const char *name)
{
	json_t *row = json_array();

	tong__page_add(x->p, row, json_string(id));
	tong__page_add(x->p, row, json_string(name ? name : id));
	tong__page_add(x->p, x->rows, row);
	use(x, name);
	return row;
}

static int add_other(void *arg, const char *key, const json_t *rec)
{
	struct index *x = arg;
	const char *name = tong__json_str(rec, "name");
	const char *also = tong__json_str(rec, "short") ? tong__json_str(rec, "short")
	                                                : tong__json_str(rec, "short_name");
	json_t *row = add_row(x, strchr(key, '/') + 1, name ? name : tong__json_str(rec, "title"));
	json_t *word;
	size_t i;

	if (also)
		tong__page_add(x->p, row, json_string(also));
	use(x, also);
	json_array_foreach(tong__json_arr(rec, "words"), i, word) {
		tong__page_add(x->p, row, json_incref(word));
		use(x, json_string_value(word));
	}
	return x->p->nomem ? tong__fail_nomem(&x->p->err) : 0;
}

/* A character that few know how to type or to look up: of the extensions of the Han script. */
static bool is_rare(const char *name)
{
	const char *p = name ? name : "", *end = p + strlen(p);

	while (p < end) {
		uint32_t c = tong__utf8_next(&p, end);

		if ((c >= 0x3400 && c <= 0x4DBF) || c >= 0x20000)
			return true;
	}
	return false;
}

/* A town whose name, or a village's, has such a character. */
static void add_rare(struct index *x, const char *code, const json_t *rec)
{
	const char *name = tong__json_str(rec, "name");
	json_t *row = is_rare(name) ? add_row(x, code, name) : NULL, *village;
	size_t i;

	json_array_foreach(tong__json_arr(rec, "villages"), i, village) {
		json_t *also = json_array_get(village, 1);

		if (!is_rare(json_string_value(also)))
			continue;
		row = row ? row : add_row(x, code, name);
		tong__page_add(x->p, row, json_incref(also));
		use(x, json_string_value(also));
	}
}

/* The province, cities and counties; a town is found on the page of its county. */
static int add_region(void *arg, const char *key, const json_t *rec)
{
	struct index *x = arg;
	const char *code = key + strlen("region/");

	if (strlen(code) == 6)
		add_row(x, code, tong__json_str(rec, "name"));
	else
		add_rare(x, code, rec);
	return x->p->nomem ? tong__fail_nomem(&x->p->err) : 0;
}

/* Departments of the province and its cities, and the others while they are few: a county's are
 * found on its page. */
enum { FEW = 500 };

static bool is_wide(const json_t *rec)
{
	const char *region = tong__json_str(rec, "region");

	return !region || (strlen(region) == 6 && strcmp(region + 4, "00") == 0);
}

static int count(void *arg, const char *key, const json_t *rec)
{
	(void)key;
	(void)rec;
	++*(size_t *)arg;
	return 0;
}

static int add_wide(void *arg, const char *key, const json_t *rec)
{
	return is_wide(rec) ? add_other(arg, key, rec) : 0;
}

static int add_kind(struct index *x, const char *name, const char *prefix, tong__each_fn fn)
{
	int rc;

	x->rows = tong__page_array(x->p, json_object_get(x->root, "others"), name);
	rc = tong__page_each(x->p, "base", prefix, fn, x);
	if (json_array_size(x->rows) == 0)
		json_object_del(json_object_get(x->root, "others"), name);
	return rc;
}

/* In the order of the file (R1), as it decides between what is equally good. */
static int add_others(struct index *x)
{
	size_t agencies = 0;
	int rc = tong__page_each(x->p, "base", "agency/", count, &agencies);
	const struct {
		const char *name, *prefix;
		tong__each_fn fn;
	} kinds[] = {{"agencies", "agency/", agencies <= FEW ? add_other : add_wide},
	             {"intermediaries", "intermediary/", add_other},
	             {"laws", "law/", add_other},
	             {"licences", "licence/", add_other},
	             {"materials", "material/", add_other},
	             {"notices", "notice/", add_other},
	             {"regions", "region/", add_region},
	             {"themes", "theme/", add_other}};

	tong__page_object(x->p, x->root, "others");
	for (size_t i = 0; rc == 0 && i < sizeof kinds / sizeof *kinds; i++)
		rc = add_kind(x, kinds[i].name, kinds[i].prefix, kinds[i].fn);
	return rc;
}

/* ---- names in other languages: texts{LANG: {"items/CODE": name}} ---- */

/* The folder of the pages of a kind of record; NULL when it is not searched. */
static const char *folder_of(const char *kind, size_t n)
{
	static const char *const known[][2] = {
		{"item", "items"},     {"theme", "themes"},     {"material", "materials"},
		{"law", "laws"},       {"licence", "licences"}, {"notice", "notices"},
		{"region", "regions"}, {"agency", "agencies"}, {"intermediary", "intermediaries"}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i][0]) == n && memcmp(known[i][0], kind, n) == 0)
			return known[i][1];
	return NULL;
}

static int add_translation(void *arg, const char *key, const json_t *rec)
{
	struct index *x = arg;
	const json_t *t = tong__json_obj(rec, "t");
	const char *name = tong__json_str(t, "name") ? tong__json_str(t, "name")
	                                             : tong__json_str(t, "title");
	const char *lang = key + strlen("text/"), *kind = strchr(lang, '/'), *id, *folder;
	char tag[TONG_MAX_LANG], path[2 * TONG_MAX_KEY];
	json_t *names;

	id = kind ? strchr(kind + 1, '/') : NULL;
	folder = id ? folder_of(kind + 1, (size_t)(id - kind - 1)) : NULL;
	if (!name || !folder || (size_t)(kind - lang) >= sizeof tag)
		return 0;
	snprintf(tag, sizeof tag, "%.*s", (int)(kind - lang), lang);
	snprintf(path, sizeof path, "%s%s", folder, id);
	names = json_object_get(x->rows, tag);
	tong__page_str(x->p, names ? names : tong__page_object(x->p, x->rows, tag), path, name);
	return x->p->nomem ? tong__fail_nomem(&x->p->err) : 0;
}

/* ---- synonyms and readings ---- */

static void add_synonyms(struct index *x)
{
	json_t *rec = tong__page_get(x->p, "", "synonyms"), *pair;
	size_t i;

	json_array_foreach(tong__json_arr(rec, "pairs"), i, pair)
		use(x, json_string_value(json_array_get(pair, 0)));
	tong__page_copy(x->p, x->root, rec, "pairs", NULL);
	json_decref(rec);
}

/* Rows of the table with those of their characters that are in use: "ai爱碍 an安案". */
static void add_readings(struct index *x, struct tong__buf *out)
{
	for (const char *const *row = tong__pinyin_table; *row; row++) {
		const char *s = *row, *end = s + strlen(s), *from;
		size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"), before = out->len;

		for (s += n, from = s; s < end; from = s) {
			uint32_t c = tong__utf8_next(&s, end);

			if (c >= MAX_CHARACTER || !(x->used[c / 8] & 1u << c % 8))
				continue;
			if (out->len == before)
				tong__buf_addf(out, "%s%.*s", before ? " " : "", (int)n, *row);
			tong__buf_add(out, from, (size_t)(s - from));
		}
	}
}

static void index_free(struct index *x)
{
	struct tong__buf *all[] = {&x->codes, &x->names, &x->types, &x->marks, &x->limits, &x->places};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tong__buf_free(all[i]);
	free(x->used);
	json_decref(x->root);
}

static int fill(struct index *x)
{
	struct tong__buf readings;
	json_t *types;
	int rc = add_items(x);

	x->rows = tong__page_object(x->p, x->root, "aliases");
	if (rc == 0)
		rc = tong__page_each(x->p, "base", "alias/", add_alias, x);
	if (rc == 0)
		rc = add_others(x);
	x->rows = tong__page_object(x->p, x->root, "texts");
	if (rc == 0)
		rc = tong__page_each(x->p, "base", "text/", add_translation, x);
	add_synonyms(x);
	tong__buf_init(&readings, TONG_MAX_RECORD);
	add_readings(x, &readings);
	set_text(x, "readings", &readings);
	tong__buf_free(&readings);
	types = tong__page_object(x->p, x->root, "labels");
	for (const struct tong__enum_value *v = tong__item_types; v->code; v++)
		tong__page_str(x->p, types, v->code, v->label);
	tong__page_int(x->p, x->root, "slots", tong__search_slots(x->items));
	tong__page_int(x->p, x->root, "shards", tong__search_shards(x->items));
	return rc;
}

/* The page is only what builders lean on: a reader, an error, whether memory lasted. */
static int gather(struct tong__page *p, json_t **out)
{
	struct index x = {.p = p, .root = json_object(), .used = calloc(MAX_CHARACTER / 8, 1)};
	struct tong__buf *all[] = {&x.codes, &x.names, &x.types, &x.marks, &x.limits, &x.places};
	int rc;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tong__buf_init(all[i], TONG_MAX_LAYER);
	rc = x.used && x.root ? fill(&x) : tong__fail_nomem(&p->err);
	if (rc == 0 && p->nomem)
		rc = tong__fail_nomem(&p->err);
	*out = rc ? NULL : json_incref(x.root);
	index_free(&x);
	return rc;
}

int tong__search_data(const struct tong__reader *reader, json_t **out, tong_error *err)
{
	struct tong__page p = {.reader = reader, .url = "/data/search.json"};
	int rc = gather(&p, out);

	if (rc && err)
		*err = p.err;
	return rc;
}

int tong__write_search(struct tong__page *p, struct tong__buf *out)
{
	json_t *data;
	int rc = gather(p, &data);

	if (rc == 0 && (rc = tong__json_record(data, out)) == 0)
		rc = tong__buf_addc(out, '\n');
	json_decref(data);
	return rc && !p->err.code ? tong__fail(&p->err, rc, p->url, "cannot write the search data")
	                          : rc;
}
