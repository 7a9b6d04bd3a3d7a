/* What every page builder shares: reading records within rule W1, filling a view, words and
 * labels. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/text.h"

#define TEXTS 16   /* that are joined at a time: nobody joins as many */

/* ---- records ---- */

static bool key_of(char key[2 * TONG_MAX_KEY], const char *prefix, const char *id)
{
	size_t n = strlen(prefix), m = id ? strlen(id) : 0;

	if (!id || n + m > TONG_MAX_KEY)
		return false;
	memcpy(key, prefix, n);
	memcpy(key + n, id, m + 1);
	return tong__key_valid(key, n + m);
}

json_t *tong__page_record(struct tong__page *p, const char *layer, const char *prefix,
                          const char *id)
{
	char key[2 * TONG_MAX_KEY];

	p->err.code = 0;
	return key_of(key, prefix, id) ? p->reader->get(p->reader->user, layer, key, &p->err) : NULL;
}

void tong__page_asked(const struct tong__page *p, const char *layer, const char *prefix,
                      const char *id)
{
	char key[2 * TONG_MAX_KEY];

	if (p->reader->asked && key_of(key, prefix, id))
		p->reader->asked(p->reader->user, layer, key);
}

json_t *tong__page_get_lean(struct tong__page *p, const char *prefix, const char *id)
{
	char key[2 * TONG_MAX_KEY];

	if (!p->reader->get_lean)
		return tong__page_get(p, prefix, id);
	p->err.code = 0;
	if (!key_of(key, prefix, id))
		return NULL;
	return tong__page_translate(p, prefix, id,
	                            p->reader->get_lean(p->reader->user, key, &p->err));
}

json_t *tong__page_get(struct tong__page *p, const char *prefix, const char *id)
{
	return tong__page_translate(p, prefix, id, tong__page_record(p, "base", prefix, id));
}

json_t *tong__page_brief(struct tong__page *p, const char *code)
{
	return tong__page_translate(p, "brief/", code,
	                            tong__page_record(p, "derived", "brief/", code));
}

json_t *tong__page_local(struct tong__page *p, const char *prefix, const char *id)
{
	json_t *rec = p->layer[0] ? tong__page_record(p, p->layer, prefix, id) : NULL;

	if (tong__json_bool(rec, "sample"))
		p->sample = true;
	return rec;
}

int tong__page_fingerprint(struct tong__page *p, const char *code, struct tong__buf *line,
                           char out[TONG_FINGERPRINT])
{
	char key[2 * TONG_MAX_KEY];
	int rc;

	snprintf(key, sizeof key, "item/%s", code);
	tong__buf_clear(line);
	rc = p->reader->line(p->reader->user, "base", key, line, &p->err);
	if (rc == 0)
		tong__fingerprint(line->data, line->len, out);
	return rc;
}

struct each {
	struct tong__page *p;
	tong__each_fn fn;
	void *arg;
};

static int each_translated(void *arg, const char *key, const json_t *rec)
{
	struct each *e = arg;
	const char *id = strchr(key, '/');
	char prefix[TONG_MAX_KEY + 1];
	json_t *translated;
	int rc;

	if (!id)
		return e->fn(e->arg, key, rec);
	snprintf(prefix, sizeof prefix, "%.*s", (int)(id + 1 - key), key);
	translated = tong__page_translate(e->p, prefix, id + 1, json_incref((json_t *)rec));
	if (!translated)
		return tong__fail_nomem(&e->p->err);
	rc = e->fn(e->arg, key, translated);
	json_decref(translated);
	return rc;
}

int tong__page_each(struct tong__page *p, const char *layer, const char *prefix, tong__each_fn fn,
                    void *arg)
{
	struct each e = {p, fn, arg};

	if (!layer[0])
		return 0;
	if (tong__page_foreign(p) && (!strcmp(layer, "base") || !strcmp(layer, "derived")))
		return p->reader->each(p->reader->user, layer, prefix, each_translated, &e, &p->err);
	return p->reader->each(p->reader->user, layer, prefix, fn, arg, &p->err);
}

struct with {
	struct tong__page *p;
	const char *layer;
	tong__each_fn fn;
	void *arg;
};

static int with_text(void *arg, const char *key, struct tong__str line)
{
	const struct with *w = arg;
	struct each e = {w->p, w->fn, w->arg};
	bool translate = tong__page_foreign(w->p) && !strcmp(w->layer, "base");
	json_t *rec;
	int rc;

	(void)line;
	rec = tong__page_record(w->p, w->layer, "", key);
	if (!rec)
		return w->p->err.code;
	rc = translate ? each_translated(&e, key, rec) : w->fn(w->arg, key, rec);
	json_decref(rec);
	return rc;
}

int tong__page_each_with(struct tong__page *p, const char *layer, const char *prefix,
                         const char *text, tong__each_fn fn, void *arg)
{
	struct with w = {p, layer, fn, arg};

	if (!layer[0])
		return 0;
	return p->reader->scan(p->reader->user, layer, prefix, text, with_text, &w, &p->err);
}

static int stop(void *arg, const char *key, const json_t *rec)
{
	(void)key, (void)rec;
	*(bool *)arg = true;
	return TONG_E_INTERRUPTED;
}

static int stop_line(void *arg, const char *key, struct tong__str line)
{
	(void)key, (void)line;
	*(bool *)arg = true;
	return TONG_E_INTERRUPTED;
}

int tong__page_touch(struct tong__page *p, const char *layer, const char *prefix)
{
	const struct tong__reader *r = p->reader;
	bool stopped = false;
	int rc = 0;

	if (!r->kept)   /* nobody writes it down */
		return 0;
	if (!strcmp(layer, "derived"))   /* has no lines */
		rc = r->each(r->user, layer, prefix, stop, &stopped, &p->err);
	else
		rc = r->scan(r->user, layer, prefix, NULL, stop_line, &stopped, &p->err);
	return stopped ? 0 : rc;
}

static int compare_code(const json_t *layers, size_t i, const char *region)
{
	const char *code = json_string_value(json_array_get(layers, i));

	return strcmp(code ? code : "", region);
}

/* The list is in order as the publisher writes it; no rule says that it must be. */
static bool stands_in_order(const json_t *layers, const char *region)
{
	size_t lo = 0, hi = json_array_size(layers);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = compare_code(layers, mid, region);

		if (!c)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static bool stands_anywhere(const json_t *layers, const char *region)
{
	for (size_t i = 0; i < json_array_size(layers); i++)
		if (!compare_code(layers, i, region))
			return true;
	return false;
}

bool tong__region_open(const struct tong__reader *reader, const json_t *layers, const char *region,
                       bool *has)
{
	char name[TONG_MAX_ROLE_NAME];

	*has = stands_in_order(layers, region) || stands_anywhere(layers, region);
	if (!*has)
		return true;
	snprintf(name, sizeof name, "r%s", region);
	return reader->has_layer(reader->user, name);
}

int tong__page_notfound(struct tong__page *p)
{
	if (p->err.code)
		return p->err.code;
	return tong__fail(&p->err, TONG_E_NOTFOUND, p->url, "there is no such page");
}

int tong__page_open_region(struct tong__page *p, const char *region)
{
	bool has;

	if (!tong__region_code_valid(region) ||
	    !tong__region_open(p->reader, tong__json_arr(p->catalogue, "layers"), region, &has))
		return tong__page_notfound(p);
	if (has)
		snprintf(p->layer, sizeof p->layer, "r%s", region);
	return 0;
}

/* ---- views ---- */

void tong__page_set(struct tong__page *p, json_t *obj, const char *name, json_t *value)
{
	if (json_object_set_new_nocheck(obj, name, value))
		p->nomem = true;
}

void tong__page_add(struct tong__page *p, json_t *arr, json_t *value)
{
	if (json_array_append_new(arr, value))
		p->nomem = true;
}

const json_t *tong__page_member(const struct tong__page *p, const char *name)
{
	const json_t *v = json_object_get(p->view, name);

	return v || !p->common ? v : json_object_get(tong__common_view(p->common), name);
}

json_t *tong__page_object(struct tong__page *p, json_t *obj, const char *name)
{
	json_t *made = json_object();

	tong__page_set(p, obj, name, made);
	return p->nomem ? NULL : made;
}

json_t *tong__page_array(struct tong__page *p, json_t *obj, const char *name)
{
	json_t *made = json_array();

	tong__page_set(p, obj, name, made);
	return p->nomem ? NULL : made;
}

json_t *tong__page_row(struct tong__page *p, json_t *arr)
{
	json_t *made = json_object();

	tong__page_add(p, arr, made);
	return p->nomem ? NULL : made;
}

void tong__page_str(struct tong__page *p, json_t *obj, const char *name, const char *s)
{
	if (s && *s)
		tong__page_set(p, obj, name, json_string(s));
}

void tong__page_int(struct tong__page *p, json_t *obj, const char *name, size_t n)
{
	tong__page_set(p, obj, name, json_integer((json_int_t)n));
	/* "1 service, 2 services": what the partial "count" asks. */
	if (strcmp(name, "n") == 0)
		tong__page_set(p, obj, "single", json_boolean(n == 1));
}

void tong__page_true(struct tong__page *p, json_t *obj, const char *name)
{
	tong__page_set(p, obj, name, json_true());
}

void tong__page_copy(struct tong__page *p, json_t *obj, const json_t *from, ...)
{
	const char *name;
	json_t *value;
	va_list names;

	va_start(names, from);
	while ((name = va_arg(names, const char *))) {
		value = json_object_get(from, name);
		if (value)
			tong__page_set(p, obj, name, json_incref(value));
	}
	va_end(names);
}

json_t *tong__page_join(struct tong__page *p, const struct tong__str *parts, size_t n)
{
	char few[512], *text = few;
	size_t len = 0, at = 0;
	json_t *value = NULL;

	few[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += parts[i].n;
	if (len > sizeof few)
		text = len > TONG_MAX_RECORD ? NULL : malloc(len);
	for (size_t i = 0; text && i < n; at += parts[i++].n)
		if (parts[i].n)
			memcpy(text + at, parts[i].p, parts[i].n);
	if (text)
		value = json_stringn(text, len);
	if (!value)
		p->nomem = true;
	if (text != few)
		free(text);
	return value;
}

json_t *tong__page_text(struct tong__page *p, const char *first, ...)
{
	struct tong__str parts[TEXTS];
	size_t n = 0;
	va_list more;

	va_start(more, first);
	for (const char *s = first; s && n < TEXTS; s = va_arg(more, const char *))
		parts[n++] = (struct tong__str){s, strlen(s)};
	va_end(more);
	return tong__page_join(p, parts, n);
}

void tong__page_wrap(struct tong__page *p, json_t *obj, const char *name)
{
	json_t *list = json_incref(json_object_get(obj, name)), *wrap;

	json_object_del(obj, name);
	if (json_array_size(list)) {
		wrap = tong__page_object(p, obj, name);
		tong__page_int(p, wrap, "n", json_array_size(list));
		tong__page_set(p, wrap, "list", json_incref(list));
	}
	json_decref(list);
}

/* ---- the frame of a page ---- */

void tong__page_title(struct tong__page *p, const char *title, const char *description)
{
	tong__page_str(p, p->view, "title", title);
	tong__page_str(p, p->view, "description", description);
}

void tong__page_crumb(struct tong__page *p, const char *name, const char *url)
{
	json_t *crumb = tong__page_row(p, json_object_get(p->view, "crumbs"));

	tong__page_str(p, crumb, "name", name);
	tong__page_set(p, crumb, "url", tong__page_text(p, p->root, url, NULL));
}

void tong__page_crumbs_region(struct tong__page *p, const char *region, bool itself)
{
	struct { const char *code; json_t *rec; } chain[4];
	size_t n = 0;
	char url[64];

	for (const char *code = region; code && n < 4;
	     code = tong__json_str(chain[n - 1].rec, "parent")) {
		chain[n].code = code;
		chain[n].rec = tong__page_get(p, "region/", code);
		if (!chain[n++].rec)
			break;
	}
	tong__page_crumb(p, tong__page_word(p, "regions"), "regions/");
	for (size_t i = n; i-- > 0;) {
		if (chain[i].rec && (i || itself)) {
			snprintf(url, sizeof url, "regions/%.15s/", chain[i].code);
			tong__page_crumb(p, tong__json_str(chain[i].rec, "name"), url);
		}
	}
	while (n-- > 0)
		json_decref(chain[n].rec);
}
