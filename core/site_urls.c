/* The list of all URLs of the site, from the table of page kinds and the keys of records. */
#include <stdio.h>
#include <string.h>

#include "core/page.h"

static size_t append(char url[TONG_MAX_URL], size_t n, const char *text)
{
	size_t len = strlen(text);

	if (n + len >= TONG_MAX_URL)
		return TONG_MAX_URL;
	memcpy(url + n, text, len);
	return n + len;
}

int tong__urls_emit(struct tong__urls *u, const char *a, const char *b)
{
	char url[TONG_MAX_URL];
	size_t n = 0;

	if (u->lang) {
		n = append(url, n, "/");
		n = append(url, n, u->lang);
	}
	for (const char *s = u->kind->pattern; *s && n < sizeof url; s++) {
		if (*s != '*') {
			url[n++] = *s;
			continue;
		}
		n = append(url, n, a);
		a = b;
	}
	if (n >= sizeof url)
		return tong__fail(u->err, TONG_E_LIMIT, u->kind->pattern, "a URL over %d bytes",
		                  TONG_MAX_URL);
	url[n] = '\0';
	return u->fn(u->arg, url);
}

/* Files stand once, beside the trees of all languages. An older look lacks newer kinds. */
static bool in_tree(const struct tong__urls *u)
{
	return (!u->lang || tong__page_kind_is_page(u->kind)) &&
	       (!u->kind->template || tong__templates_have(u->site->templates, u->kind->template));
}

static int emit_key(void *arg, const char *key, struct tong__str line)
{
	struct tong__urls *u = arg;

	(void)line;
	return tong__urls_emit(u, key + strlen(u->kind->prefix), NULL);
}

/* The region, then what stands below it, row by row. */
static int emit_region(void *arg, const char *key, struct tong__str line)
{
	struct tong__urls *u = arg;
	const struct tong__page_kind *kind = u->kind, *end = tong__page_kinds + tong__page_n_kinds;
	bool has;
	int rc;

	(void)line;
	snprintf(u->region, sizeof u->region, "%s", key + strlen("region/"));
	if (!tong__region_open(u->reader, u->layers, u->region, &has))
		return 0;
	rc = tong__urls_emit(u, u->region, NULL);
	for (u->kind = kind + 1; rc == 0 && has && u->kind < end; u->kind++)
		if (in_tree(u))
			rc = u->kind->list(u);
	u->kind = kind;
	return rc;
}

int tong__list_regions(struct tong__urls *u)
{
	return u->reader->scan(u->reader->user, "base", "region/", "", emit_region, u, u->err);
}

int tong__list_region(struct tong__urls *u)
{
	return tong__urls_emit(u, u->region, NULL);
}

int tong__urls_scan_local(struct tong__urls *u, const char *prefix, tong__scan_fn fn, void *arg)
{
	char layer[TONG_MAX_ROLE_NAME];

	snprintf(layer, sizeof layer, "r%s", u->region);
	return u->reader->scan(u->reader->user, layer, prefix, NULL, fn, arg, u->err);
}

static int emit_region_item(void *arg, const char *key, struct tong__str line)
{
	struct tong__urls *u = arg;

	(void)line;
	return tong__urls_emit(u, u->region, key + strlen("listing/"));
}

int tong__list_region_items(struct tong__urls *u)
{
	return tong__urls_scan_local(u, "listing/", emit_region_item, u);
}

static int list_kind(struct tong__urls *u)
{
	if (u->kind->list)
		return u->kind->list(u);
	if (u->kind->prefix)
		return u->reader->scan(u->reader->user, "base", u->kind->prefix, "", emit_key, u, u->err);
	return strchr(u->kind->pattern, '*') ? 0 : tong__urls_emit(u, NULL, NULL);
}

/* One language's tree; of other languages than the source's the pages alone. */
static int list_tree(struct tong__urls *u, const char *lang)
{
	int rc = 0;

	u->lang = lang;
	for (size_t i = 0; rc == 0 && i < tong__page_n_kinds; i++) {
		u->kind = &tong__page_kinds[i];
		if (in_tree(u))
			rc = list_kind(u);
		if (u->kind->list == tong__list_regions)
			break;             /* the rows below it were listed with the regions */
	}
	return rc;
}

int tong__urls_all(struct tong__urls *u)
{
	json_t *catalogue = u->reader->get(u->reader->user, "base", "catalogue", u->err), *languages;
	int rc;

	if (!catalogue && u->err->code)
		return u->err->code;
	u->layers = tong__json_arr(catalogue, "layers");
	rc = list_tree(u, NULL);
	languages = tong__json_arr(catalogue, "languages");
	for (size_t i = 1; rc == 0 && i < json_array_size(languages); i++)
		if (json_is_string(json_array_get(languages, i)))
			rc = list_tree(u, json_string_value(json_array_get(languages, i)));
	json_decref(u->aliases);
	u->aliases = NULL;
	json_decref(catalogue);
	return rc;
}

int tong__site_urls(const struct tong__site *site, const struct tong__reader *reader,
                    int (*fn)(void *arg, const char *url), void *arg, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__urls u = {.site = site, .reader = reader, .fn = fn, .arg = arg, .err = err};

	if (!err)
		u.err = &own;
	u.err->code = 0;
	return tong__urls_all(&u);
}
