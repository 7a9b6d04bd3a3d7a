/* The site: the table of page kinds, from a URL to bytes, and the list of all URLs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/text.h"

static const char html[] = "text/html; charset=utf-8";
static const char json[] = "application/json";

/* Tried in this order: a code that is no item may be an alias. Adding a kind of page touches one
 * row. */
static const struct tong__page_kind kinds[] = {
	{"/", "home", NULL, tong__build_home, NULL, NULL, html, NULL},
	{"/search/", "search", NULL, tong__build_search, NULL, NULL, html, NULL},
	{"/items/*/", "item", "item/", tong__build_item, NULL, NULL, html, "item/"},
	{"/items/*/", "alias", "alias/", tong__build_alias, NULL, NULL, html, ""},
	{"/regions/", "regions", NULL, tong__build_regions, NULL, NULL, html, NULL},
	{"/agencies/", "agencies", NULL, tong__build_agencies, NULL, NULL, html, ""},
	{"/items/*/qr.svg", NULL, "item/", NULL, tong__write_item_qr, NULL, "image/svg+xml", NULL},
	{"/agencies/*/qr/", "codes", NULL, tong__build_codes, NULL, tong__list_agencies, html, ""},
	{"/agencies/*/", "agency", NULL, tong__build_agency, NULL, tong__list_agencies, html,
	 "agency/"},
	{"/themes/", "themes", NULL, tong__build_themes, NULL, NULL, html, NULL},
	{"/themes/*/", "theme", "theme/", tong__build_theme, NULL, NULL, html, "theme/"},
	{"/directories/", "directories", NULL, tong__build_directories, NULL, NULL, html, NULL},
	{"/directories/*/", "directory", NULL, tong__build_directory, NULL, tong__list_directories,
	 html, ""},
	{"/materials/", "materials", NULL, tong__build_materials, NULL, NULL, html, ""},
	{"/materials/*/", "material", "material/", tong__build_material, NULL, NULL, html, "material/"},
	{"/laws/", "laws", NULL, tong__build_laws, NULL, NULL, html, ""},
	{"/laws/*/", "law", "law/", tong__build_law, NULL, NULL, html, "law/"},
	{"/licences/", "licences", "licence/", tong__build_licences, NULL, tong__list_if_any, html, ""},
	{"/licences/*/", "licence", "licence/", tong__build_licence, NULL, NULL, html, "licence/"},
	{"/intermediaries/", "intermediaries", "intermediary/", tong__build_intermediaries, NULL,
	 tong__list_if_any, html, ""},
	{"/notices/", "notices", "notice/", tong__build_notices, NULL, tong__list_if_any, html, ""},
	{"/notices/*/", "notice", "notice/", tong__build_notice, NULL, NULL, html, ""},
	{"/changes/", "changes", NULL, tong__build_changes, NULL, NULL, html, ""},
	{"/changes/*/", "change", "change/", tong__build_change, NULL, NULL, html, ""},
	{"/verify/", "verify", NULL, tong__build_verify, NULL, NULL, html, NULL},
	{"/handbook/", "doc", NULL, tong__build_handbook, NULL, tong__list_handbook, html, ""},
	{"/handbook/*/", "doc", NULL, tong__build_doc, NULL, tong__list_docs, html, ""},
	{"/about/", "about", NULL, tong__build_about, NULL, NULL, html, NULL},
	{"/404.html", "404", NULL, tong__build_404, NULL, NULL, html, NULL},
	{"/offline/", "offline", NULL, tong__build_offline, NULL, NULL, html, NULL},
	{"/kiosk/", "kiosk", NULL, tong__build_kiosk, NULL, NULL, html, ""},
	{"/sw.js", NULL, NULL, NULL, tong__write_worker, NULL, "text/javascript; charset=utf-8", NULL},
	{"/manifest.webmanifest", NULL, NULL, NULL, tong__write_manifest, NULL,
	 "application/manifest+json", NULL},
	{"/data/search.json", NULL, NULL, NULL, tong__write_search, NULL, json, NULL},
	{"/data/text/*", NULL, NULL, NULL, tong__write_search_text, tong__list_search_text, json,
	 NULL},
	{"/data/fingerprints.json", NULL, NULL, NULL, tong__write_fingerprints, NULL, json, NULL},
	{"/robots.txt", NULL, NULL, NULL, tong__write_robots, NULL, "text/plain; charset=utf-8", NULL},
	{"/static/*", NULL, NULL, NULL, tong__write_asset, tong__list_assets, NULL, NULL},
	/* Pages below one region see its layer (W1) and are listed region by region. */
	{"/regions/*/offline.json", NULL, NULL, NULL, tong__write_keep, tong__list_held, json, NULL},
	{"/regions/*/brochure/", "booklet", NULL, tong__build_booklet, NULL, tong__list_held, html, ""},
	{"/regions/*/", "region", NULL, tong__build_region, NULL, tong__list_regions, html, "region/"},
	{"/regions/*/items/*/", "item", NULL, tong__build_region_item, NULL, NULL, html, "item/"},
};

static const size_t n_kinds = sizeof kinds / sizeof *kinds;

/* ---- opening ---- */

static int add_template(void *arg, const char *key, const json_t *rec)
{
	struct tong__page *p = arg;
	const char *text = tong__json_str(rec, "text");

	if (!text)
		return tong__fail(&p->err, TONG_E_FORMAT, key, "L8: a template has a text");
	return tong__templates_add(p->site->templates, key + strlen("template/"), text, strlen(text),
	                           &p->err);
}

/* An asset's version is part of its link, so that a browser keeps it for as long as it is the
 * same. */
static int add_version(void *arg, const char *key, const json_t *rec)
{
	struct tong__page *p = arg;
	const char *text = tong__json_str(rec, "text");
	char name[TONG_MAX_KEY + 1], hex[TONG_HEX];
	struct tong__hash hash;

	if (!text || !tong__json_str(rec, "type"))
		return tong__fail(&p->err, TONG_E_FORMAT, key, "L8: an asset has a type and a text");
	tong__sha256(text, strlen(text), &hash);
	tong__hash_hex(&hash, hex);
	hex[8] = '\0';
	snprintf(name, sizeof name, "%s", key + strlen("asset/"));
	for (char *dot = name; (dot = strchr(dot, '.'));)
		*dot = '_';
	tong__page_str(p, p->site->versions, name, hex);
	return p->nomem ? tong__fail_nomem(&p->err) : 0;
}

int tong__look_check(const json_t *look, tong_error *err)
{
	json_int_t needs = tong__json_int(look, "renderer", 1);

	if (needs <= TONG_RENDERER)
		return 0;
	return tong__fail(err, TONG_E_NEWER, "look",
	                  "L8: these pages need page builder %lld, this program has %d; install a "
	                  "newer one",
	                  (long long)needs, TONG_RENDERER);
}

static int read_look(struct tong__page *p)
{
	json_t *look = p->reader->get(p->reader->user, "site", "look", &p->err);
	int rc = p->err.code ? p->err.code : tong__look_check(look, &p->err);

	json_decref(look);
	return rc;
}

int tong__site_open(struct tong__site **out, const struct tong__reader *reader, tong_error *err)
{
	struct tong__site *site = calloc(1, sizeof *site);
	struct tong__page p = {.site = site, .reader = reader};
	int rc;

	*out = NULL;
	if (!site)
		return tong__fail_nomem(err);
	site->versions = json_object();
	site->search = tong__search_kept_new();
	rc = site->versions && site->search ? tong__templates_new(&site->templates, &p.err)
	                                    : tong__fail_nomem(&p.err);
	if (rc == 0)
		rc = read_look(&p);
	if (rc == 0)
		rc = tong__page_each(&p, "site", "template/", add_template, &p);
	if (rc == 0)
		rc = tong__templates_link(site->templates, &p.err);
	if (rc == 0)
		rc = tong__page_each(&p, "site", "asset/", add_version, &p);
	if (rc == 0)
		rc = tong__site_words(site, &p);
	if (rc == 0) {
		*out = site;
		return 0;
	}
	tong__site_close(site);
	if (err)
		*err = p.err;
	return rc;
}

void tong__site_close(struct tong__site *site)
{
	if (!site)
		return;
	tong__templates_free(site->templates);
	for (size_t i = 0; i < site->n_words; i++)
		json_decref(site->words[i].t);
	free(site->words);
	json_decref(site->versions);
	tong__search_kept_free(site->search);
	free(site);
}

/* ---- one page ---- */

/* Does the URL have the form of the pattern? Each '*' is one segment, kept in arg. */
static bool matches(const char *pattern, const char *url, char arg[2][TONG_MAX_KEY + 1])
{
	size_t n, i = 0;

	for (; *pattern; pattern++) {
		if (*pattern != '*') {
			if (*url++ != *pattern)
				return false;
			continue;
		}
		n = strcspn(url, "/");
		if (n == 0 || n > TONG_MAX_KEY)
			return false;
		memcpy(arg[i], url, n);
		arg[i++][n] = '\0';
		url += n;
	}
	return *url == '\0';
}

bool tong__site_kind(const char *url, size_t nth, struct tong__site_kind *out)
{
	for (size_t i = 0; i < n_kinds; i++) {
		memset(out, 0, sizeof *out);
		if (!matches(kinds[i].pattern, url, out->arg) || nth--)
			continue;
		out->pattern = kinds[i].pattern;
		out->prefix = kinds[i].prefix;
		return true;
	}
	return false;
}

/* "./", "../", "../../": never empty, so that a link built on it stays a relative one. */
static void up(char out[64], const char *path)
{
	size_t depth = 0, n = 0;

	for (const char *s = path + 1; *s; s++)
		depth += *s == '/';
	if (depth == 0)
		strcpy(out, "./");
	for (; depth > 0 && n + 4 < 64; depth--, n += 3)
		memcpy(out + n, "../", 4);
}

/* The page for unknown addresses is shown at any depth, hence its links begin at the root of the
 * host. */
static void set_root(struct tong__page *p)
{
	if (strcmp(p->path, "/404.html") == 0) {
		snprintf(p->root, sizeof p->root, "%.*s/", (int)(p->path - p->url), p->url);
		strcpy(p->asset_root, "/");
	} else {
		up(p->root, p->path);
		up(p->asset_root, p->url);
	}
}

/* The footer leads to what not every catalogue has where this one has it. */
static void mark_extras(struct tong__page *p)
{
	json_t *doc = tong__page_get(p, "doc/", "index"), *kind;
	json_t *has = tong__page_object(p, p->view, "has");
	size_t i;

	json_array_foreach(tong__json_arr(p->catalogue, "kinds"), i, kind)
		if (json_is_string(kind))
			tong__page_true(p, has, json_string_value(kind));
	if (doc)
		tong__page_true(p, p->view, "handbook");
	json_decref(doc);
}

/* What the head, header and footer of every page show. */
static int begin_view(struct tong__page *p)
{
	json_t *site;

	tong__page_str(p, p->view, "root", p->root);
	tong__page_str(p, p->view, "asset_root", p->asset_root);
	tong__page_str(p, p->view, "lang", p->lang);
	tong__page_set(p, p->view, "t", json_incref((json_t *)p->t));
	tong__page_set(p, p->view, "v", json_incref(p->site->versions));
	site = tong__page_object(p, p->view, "site");
	tong__page_copy(p, site, p->catalogue, "title", "subtitle", "notice", "hotline", NULL);
	tong__page_copy(p, site, tong__json_obj(p->catalogue, "site"), "owner", "address", "phone",
	                "site_id", "icp", NULL);
	if (p->template)
		mark_extras(p);
	if (p->err.code)
		return p->err.code;
	return p->nomem ? tong__fail_nomem(&p->err) : 0;
}

static int render_view(struct tong__page *p, struct tong__buf *out)
{
	int rc;

	if (p->sample)
		tong__page_true(p, p->view, "sample");
	rc = p->nomem ? tong__fail_nomem(&p->err) : 0;
	if (rc == 0)
		rc = tong__template_render_over(p->site->templates, p->template, p->view, p->common, out,
		                                &p->err);
	return rc;
}

static int make(struct tong__page *p, struct tong__buf *out)
{
	const struct tong__page_kind *kind = p->kind;
	int rc;

	p->err.code = 0;
	p->template = kind->template;
	set_root(p);
	rc = tong__page_begin(p);
	if (rc == 0 && !p->common)
		rc = begin_view(p);
	if (rc == 0)
		rc = kind->template ? kind->build(p) : kind->write(p, out);
	if (rc == 0 && p->err.code)
		rc = p->err.code;
	if (rc == 0 && kind->template)
		tong__page_languages(p, kind->subject);
	if (rc == 0 && kind->template)
		rc = render_view(p, out);
	if (rc == 0 && out->failed)
		rc = tong__fail(&p->err, out->failed, p->url, "the page does not fit");
	json_decref(p->view);
	p->view = NULL;
	return rc;
}

/* The catalogue, which says of a prefix whether it is a language; then its record again with that
 * language's words. */
static int begin(struct tong__page *p)
{
	char tag[TONG_MAX_LANG] = TONG_LANG;
	size_t n = tong__lang_prefix(p->url);

	p->catalogue = p->reader->get(p->reader->user, "base", "catalogue", &p->err);
	if (p->err.code)
		return p->err.code;
	p->path = p->url + n;
	if (n)
		snprintf(tag, sizeof tag, "%.*s", (int)n - 1, p->url + 1);
	if (!tong__page_language(p, tag))
		return TONG_E_NOTFOUND;
	p->catalogue = tong__page_translate(p, "", "catalogue", p->catalogue);
	return p->nomem ? tong__fail_nomem(&p->err) : 0;
}

/* Files stand once, beside the trees of all languages. */
static bool fits(const struct tong__page_kind *kind, struct tong__page *p)
{
	if (!kind->template && p->path != p->url)
		return false;
	return matches(kind->pattern, p->path, p->arg);
}

static int try_kinds(const struct tong__page *first, struct tong__page *p, struct tong__buf *out)
{
	int rc = TONG_E_NOTFOUND;

	for (size_t i = 0; rc == TONG_E_NOTFOUND && i < n_kinds; i++) {
		*p = *first;
		p->kind = &kinds[i];
		p->type = kinds[i].type;
		if (fits(&kinds[i], p))
			rc = make(p, out);
	}
	return rc;
}

int tong__site_render(const struct tong__site *site, const struct tong__reader *reader,
                      const char *url, struct tong__buf *out, const char **type, tong_error *err)
{
	return tong__site_render_next(site, reader, NULL, url, out, type, err);
}

int tong__site_render_next(const struct tong__site *site, const struct tong__reader *reader,
                           struct tong__site_memory *memory, const char *url,
                           struct tong__buf *out, const char **type, tong_error *err)
{
	struct tong__page first = {.site = site, .reader = reader, .memory = memory, .url = url}, p;
	size_t before = out->len;
	int rc;

	if (strlen(url) > TONG_MAX_URL)
		return tong__fail(err, TONG_E_LIMIT, NULL, "a URL over %d bytes", TONG_MAX_URL);
	rc = begin(&first);
	p = first;
	if (rc == 0)
		rc = try_kinds(&first, &p, out);
	json_decref(first.catalogue);
	*type = p.type;
	if (rc && !out->failed)
		out->len = before;
	if (rc == TONG_E_NOTFOUND)
		return tong__fail(err, rc, url, "there is no such page");
	if (rc && err)
		*err = p.err;
	return rc;
}

/* ---- all pages ---- */

int tong__urls_emit(struct tong__urls *u, const char *a, const char *b)
{
	char url[TONG_MAX_URL];
	size_t n = 0;

	if (u->lang)
		n = (size_t)snprintf(url, sizeof url, "/%s", u->lang);
	for (const char *s = u->kind->pattern; *s && n < sizeof url; s++) {
		if (*s != '*') {
			url[n++] = *s;
			continue;
		}
		n += (size_t)snprintf(url + n, sizeof url - n, "%s", a);
		a = b;
	}
	if (n >= sizeof url)
		return tong__fail(u->err, TONG_E_LIMIT, u->kind->pattern, "a URL over %d bytes",
		                  TONG_MAX_URL);
	url[n] = '\0';
	return u->fn(u->arg, url);
}

static int emit_key(void *arg, const char *key, struct tong__str line)
{
	struct tong__urls *u = arg;

	(void)line;
	return tong__urls_emit(u, key + strlen(u->kind->prefix), NULL);
}

static int emit_region_item(void *arg, const char *key, struct tong__str line)
{
	struct tong__urls *u = arg;

	(void)line;
	return tong__urls_emit(u, u->region, key + strlen("listing/"));
}

static int emit_region(void *arg, const char *key, struct tong__str line)
{
	struct tong__urls *u = arg;
	const struct tong__page_kind *kind = u->kind;
	char layer[TONG_MAX_ROLE_NAME];
	bool has;
	int rc;

	(void)line;
	snprintf(u->region, sizeof u->region, "%s", key + strlen("region/"));
	if (!tong__region_open(u->reader, u->layers, u->region, &has))
		return 0;
	rc = tong__urls_emit(u, u->region, NULL);
	if (rc || !has)
		return rc;
	snprintf(layer, sizeof layer, "r%s", u->region);
	u->kind = kind + 1;
	rc = u->reader->scan(u->reader->user, layer, "listing/", NULL, emit_region_item, u, u->err);
	u->kind = kind;
	return rc;
}

int tong__list_regions(struct tong__urls *u)
{
	return u->reader->scan(u->reader->user, "base", "region/", NULL, emit_region, u, u->err);
}

static int list_kind(struct tong__urls *u)
{
	if (u->kind->list)
		return u->kind->list(u);
	if (u->kind->prefix)
		return u->reader->scan(u->reader->user, "base", u->kind->prefix, NULL, emit_key, u, u->err);
	return strchr(u->kind->pattern, '*') ? 0 : tong__urls_emit(u, NULL, NULL);
}

/* One language's tree; of other languages than the source's the pages alone. */
static int list_tree(struct tong__urls *u, const char *lang)
{
	int rc = 0;

	u->lang = lang;
	for (size_t i = 0; rc == 0 && i < n_kinds; i++) {
		u->kind = &kinds[i];
		if (kinds[i].template || !lang)
			rc = list_kind(u);
	}
	return rc;
}

int tong__site_urls(const struct tong__site *site, const struct tong__reader *reader,
                    int (*fn)(void *arg, const char *url), void *arg, tong_error *err)
{
	struct tong__urls u = {.site = site, .reader = reader, .fn = fn, .arg = arg, .err = err};
	tong_error own = TONG_ERROR_INIT;
	json_t *catalogue, *languages;
	int rc;

	if (!err)
		u.err = &own;
	u.err->code = 0;
	catalogue = reader->get(reader->user, "base", "catalogue", u.err);
	if (!catalogue && u.err->code)
		return u.err->code;
	u.layers = tong__json_arr(catalogue, "layers");
	rc = list_tree(&u, NULL);
	languages = tong__json_arr(catalogue, "languages");
	for (size_t i = 1; rc == 0 && i < json_array_size(languages); i++)
		if (json_is_string(json_array_get(languages, i)))
			rc = list_tree(&u, json_string_value(json_array_get(languages, i)));
	json_decref(catalogue);
	return rc;
}

bool tong__site_file(const char *url, char *out, size_t max)
{
	int n;

	if (url[0] != '/')
		return false;
	n = snprintf(out, max, "%s%s", url + 1, tong__ends(url, "/") ? "index.html" : "");
	return n > 0 && (size_t)n < max;
}
