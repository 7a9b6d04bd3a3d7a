/* The site: opened from its layer, and from a URL to bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/text.h"

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
	const struct tong__page_kind *kind = tong__page_kinds;

	for (; kind < tong__page_kinds + tong__page_n_kinds; kind++) {
		memset(out, 0, sizeof *out);
		if (!matches(kind->pattern, url, out->arg) || nth--)
			continue;
		out->pattern = kind->pattern;
		out->prefix = kind->prefix;
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
	tong__page_identity(p, site);
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
	if (rc == 0 && tong__page_kind_is_page(kind))
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
	tong__page_set_base(p);
	if (n)
		snprintf(tag, sizeof tag, "%.*s", (int)n - 1, p->url + 1);
	if (!tong__page_language(p, tag))
		return TONG_E_NOTFOUND;
	p->catalogue = tong__page_translate(p, "", "catalogue", p->catalogue);
	return p->nomem ? tong__fail_nomem(&p->err) : 0;
}

/* Files stand once, beside the trees of all languages. An older look lacks newer kinds. */
static bool fits(const struct tong__page_kind *kind, const struct tong__page *p,
                 char arg[2][TONG_MAX_KEY + 1])
{
	if (!tong__page_kind_is_page(kind) && p->path != p->url)
		return false;
	return matches(kind->pattern, p->path, arg) &&
	       (!kind->template || tong__templates_have(p->site->templates, kind->template));
}

static int try_kinds(const struct tong__page *first, struct tong__page *p, struct tong__buf *out)
{
	char arg[2][TONG_MAX_KEY + 1] = {"", ""};
	int rc = TONG_E_NOTFOUND;

	for (size_t i = 0; rc == TONG_E_NOTFOUND && i < tong__page_n_kinds; i++) {
		p->type = tong__page_kinds[i].type;
		if (!fits(&tong__page_kinds[i], first, arg))
			continue;
		*p = *first;
		p->kind = &tong__page_kinds[i];
		p->type = p->kind->type;
		memcpy(p->arg, arg, sizeof arg);
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

/* ---- pages that are no function of records ---- */

int tong__site_board(const struct tong__site *site, const struct tong__reader *reader,
                     const char *url, const json_t *more, struct tong__buf *out,
                     const char **type, tong_error *err)
{
	struct tong__page_kind kind = {.template = "board", .build = tong__build_board,
	                               .type = tong__page_kinds[0].type, .subject = ""};
	struct tong__page p = {.site = site, .reader = reader, .url = url, .kind = &kind, .more = more};
	size_t before = out->len;
	int rc = begin(&p);

	*type = kind.type;
	if (rc == 0)
		rc = tong__templates_have(site->templates, kind.template) ? make(&p, out) : TONG_E_NOTFOUND;
	json_decref(p.catalogue);
	if (rc && !out->failed)
		out->len = before;
	if (rc == TONG_E_NOTFOUND)
		return tong__fail(err, rc, url, "there is no such page");
	if (rc && err)
		*err = p.err;
	return rc;
}

bool tong__site_file(const char *url, char *out, size_t max)
{
	static const char index[] = "index.html";
	size_t n = strlen(url), more = n && url[n - 1] == '/' ? sizeof index : 1;

	if (url[0] != '/' || n - 1 + more > max)
		return false;
	memcpy(out, url + 1, n - 1);
	memcpy(out + n - 1, index + sizeof index - more, more);
	return true;
}
