/* The names that are searched: from the data of the search to entries, postings, synonyms. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/search_names_in.h"
#include "core/text.h"

/* ---- folded texts ---- */

/* -1 when memory is out. */
static int fold(struct tong__names *x, const char *text, struct tong__folded *out)
{
	size_t n = strlen(text), want = x->n_chars + 4 * n;

	if (want > x->cap_chars) {
		size_t cap = 2 * want + 4096;
		uint32_t *more = realloc(x->chars, cap * sizeof *more);

		if (!more)
			return -1;
		x->chars = more;
		x->cap_chars = cap;
	}
	out->at = (uint32_t)x->n_chars;
	out->n = (uint32_t)tong__search_fold(text, n, x->chars + x->n_chars, 4 * n);
	x->n_chars += out->n;
	return 0;
}

/* ---- entries ---- */

static int cross(struct tong__names *x, const uint32_t *t, uint32_t entry)
{
	struct tong__sound a[TONG_MAX_SOUNDS], b[TONG_MAX_SOUNDS];
	size_t n = tong__sounds_of(&x->sounds, t[0], a), m = tong__sounds_of(&x->sounds, t[1], b);
	int bad = 0;

	for (size_t i = 0; i < n * m && !bad; i++)
		bad = tong__postings_add(&x->slurs, tong__pair(a[i / m].slur, b[i % m].slur), entry) ||
		      tong__postings_add(&x->firsts, tong__pair(a[i / m].first, b[i % m].first), entry);
	return bad ? -1 : 0;
}

static int post(struct tong__names *x, uint32_t entry)
{
	const struct tong__folded *text = &x->entries[entry].text;
	const uint32_t *t = x->chars + text->at;
	int bad = 0;

	for (size_t i = 0; i < text->n && !bad; i++) {
		bad = tong__postings_add(&x->grams, tong__pair(t[i], 0), entry);
		if (!bad && i)
			bad = tong__postings_add(&x->grams, tong__pair(t[i - 1], t[i]), entry) ||
			      cross(x, t + i - 1, entry);
	}
	return bad;
}

static int add(struct tong__names *x, struct tong__entry e, const char *text)
{
	if (x->n == x->cap) {
		size_t cap = x->cap ? 2 * x->cap : 1024;
		struct tong__entry *more = realloc(x->entries, cap * sizeof *more);

		if (!more)
			return -1;
		x->entries = more;
		x->cap = cap;
	}
	if (fold(x, text, &e.text))
		return -1;
	x->entries[x->n++] = e;
	return post(x, (uint32_t)(x->n - 1));
}

/* Cuts off the first line of *list. */
static char *next_line(char **list)
{
	char *line = *list, *end = line + strcspn(line, "\n");

	*list = *end ? end + 1 : end;
	*end = '\0';
	return line;
}

static const char *text_of(const json_t *data, const char *name)
{
	const char *text = tong__json_str(data, name);

	return text ? text : "";
}

static int add_items(struct tong__names *x)
{
	const char *marks = text_of(x->data, "marks");
	char *codes, *names;
	int bad = 0;

	x->codes = strdup(text_of(x->data, "codes"));
	x->names = strdup(text_of(x->data, "names"));
	if (!x->codes || !x->names)
		return -1;
	codes = x->codes;
	names = x->names;
	while (*codes && !bad) {
		char *code = next_line(&codes), *name = next_line(&names);
		struct tong__entry e = {.kind = "items", .id = code, .name = *name ? name : code,
		                        .page = (uint32_t)x->n};

		e.mark = (uint8_t)(*marks ? *marks++ - '0' : 0);
		bad = add(x, e, name);
		x->items = x->n;
	}
	return bad;
}

/* [id, name, other words for it…] */
static int add_row(struct tong__names *x, const char *kind, const json_t *row)
{
	const char *id = json_string_value(json_array_get(row, 0));
	struct tong__entry e = {.kind = kind, .id = id, .page = (uint32_t)x->n};
	const json_t *word;
	size_t i;
	int bad = 0;

	e.name = json_string_value(json_array_get(row, 1));
	if (!e.id || !e.name)
		return 0;
	json_array_foreach(row, i, word) {
		const char *text = json_string_value(word);

		e.example = strcmp(kind, "themes") == 0 && text && strcmp(text, e.name) != 0;
		if (i && text && !bad)
			bad = add(x, e, text);
	}
	return bad;
}

static int add_others(struct tong__names *x)
{
	const char *kind;
	const json_t *row;
	json_t *rows;
	size_t i;
	int bad = 0;

	json_object_foreach(tong__json_obj(x->data, "others"), kind, rows) {
		json_array_foreach(rows, i, row) {
			if (!bad)
				bad = add_row(x, kind, row);
		}
	}
	return bad;
}

/* ---- names in other languages ---- */

static uint32_t entry_of(const struct tong__names *x, const char *path)
{
	const char *id = strchr(path, '/');
	uint32_t i = 0;

	for (; id && i < x->n; i++)
		if (strncmp(x->entries[i].kind, path, (size_t)(id - path)) == 0 &&
		    !x->entries[i].kind[id - path] && strcmp(x->entries[i].id, id + 1) == 0)
			return i;
	return UINT32_MAX;
}

static int add_told(struct tong__names *x)
{
	const char *lang, *path;
	json_t *names, *name;
	struct tong__told t, *more;

	json_object_foreach(tong__json_obj(x->data, "texts"), lang, names) {
		json_object_foreach(names, path, name) {
			t.entry = entry_of(x, path);
			if (t.entry == UINT32_MAX || !json_is_string(name))
				continue;
			more = realloc(x->told, (x->n_told + 1) * sizeof *more);
			if (more)
				x->told = more;
			if (!more || fold(x, json_string_value(name), &t.text))
				return -1;
			x->told[x->n_told++] = t;
		}
	}
	return 0;
}

/* ---- synonyms ---- */

static bool same(const struct tong__names *x, struct tong__folded a, struct tong__folded b)
{
	return a.n == b.n && memcmp(x->chars + a.at, x->chars + b.at, a.n * sizeof *x->chars) == 0;
}

static int fold_nth(struct tong__names *x, const json_t *pair, size_t i, struct tong__folded *out)
{
	const char *text = json_string_value(json_array_get(pair, i));

	return fold(x, text ? text : "", out);
}

/* The meanings of one saying are gathered: its pairs need not be neighbours. */
static void add_saying(struct tong__names *x, const struct tong__folded (*pairs)[2], size_t i,
                       size_t n)
{
	struct tong__said *s = &x->said[x->n_said];

	for (size_t k = 0; k < x->n_said; k++)
		if (same(x, x->said[k].text, pairs[i][0]))
			return;
	*s = (struct tong__said){.text = pairs[i][0], .first = (uint32_t)x->n_meant};
	for (; i < n; i++)
		if (same(x, s->text, pairs[i][0]))
			x->meant[x->n_meant++] = pairs[i][1];
	s->n = (uint32_t)x->n_meant - s->first;
	x->longest = s->text.n > x->longest ? s->text.n : x->longest;
	x->n_said++;
}

static int add_said(struct tong__names *x)
{
	const json_t *list = tong__json_arr(x->data, "pairs");
	size_t n = json_array_size(list);
	struct tong__folded (*pairs)[2] = calloc(n + 1, sizeof *pairs);
	int bad;

	x->said = calloc(n + 1, sizeof *x->said);
	x->meant = calloc(n + 1, sizeof *x->meant);
	bad = !pairs || !x->said || !x->meant;
	for (size_t i = 0; i < n && !bad; i++)
		bad = fold_nth(x, json_array_get(list, i), 0, &pairs[i][0]) ||
		      fold_nth(x, json_array_get(list, i), 1, &pairs[i][1]);
	for (size_t i = 0; i < n && !bad; i++)
		add_saying(x, (const struct tong__folded (*)[2])pairs, i, n);
	free(pairs);
	return bad ? -1 : 0;
}

/* ---- */

int tong__names_new(struct tong__names **out, json_t *data, tong_error *err)
{
	struct tong__names *x = calloc(1, sizeof *x);

	*out = NULL;
	if (!x)
		return tong__fail_nomem(err);
	x->data = json_incref(data);
	if (tong__sounds_read(&x->sounds, text_of(data, "readings")) || add_items(x) ||
	    add_others(x) || add_told(x) || add_said(x) || tong__postings_close(&x->grams) ||
	    tong__postings_close(&x->slurs) || tong__postings_close(&x->firsts)) {
		tong__names_free(x);
		return tong__fail_nomem(err);
	}
	*out = x;
	return 0;
}

size_t tong__names_items(const struct tong__names *x)
{
	return x->items;
}

const char *tong__names_code(const struct tong__names *x, size_t item)
{
	return x->entries[item].id;
}

/* Items come first, in the order of codes. */
size_t tong__names_item(const struct tong__names *x, const char *code)
{
	size_t lo = 0, hi = x->items;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(x->entries[mid].id, code) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->items && strcmp(x->entries[lo].id, code) == 0 ? lo : SIZE_MAX;
}

void tong__names_free(struct tong__names *x)
{
	if (!x)
		return;
	json_decref(x->data);
	free(x->codes);
	free(x->names);
	free(x->entries);
	free(x->chars);
	free(x->said);
	free(x->meant);
	free(x->told);
	tong__sounds_free(&x->sounds);
	tong__postings_free(&x->grams);
	tong__postings_free(&x->slurs);
	tong__postings_free(&x->firsts);
	free(x);
}
