/* What search engines read: robots.txt, the sitemap index, one sitemap for each region and as many
 * as needed for the rest, and the description of the search. All but robots.txt need the address of
 * the site. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/text.h"

#define PER_SITEMAP 50000u     /* the ceiling of the protocol */

/* W1: what the base has is listed as if no region's layer were there. */
static bool no_layer(void *user, const char *layer)
{
	(void)user, (void)layer;
	return false;
}

struct map {
	struct tong__page *p;
	struct tong__buf *out;     /* NULL: only count */
	size_t n, skip, most;
	struct tong__urls *urls;   /* while the pages of the base are listed */
};

static int put_url(struct map *m, const char *lang, const char *path)
{
	if (m->out && m->n >= m->skip && m->n - m->skip < m->most &&
	    tong__buf_addf(m->out, "<url><loc>%s%s%s%s</loc></url>\n", m->p->base, lang ? "/" : "",
	                   lang ? lang : "", path))
		return m->out->failed;
	m->n++;
	return 0;
}

/* Pages that lead on, repeat another page for paper, or are about the visit itself. */
static bool is_listed(const struct tong__page_kind *kind)
{
	static const char *const apart[] = {"alias", "gone",    "404",   "offline",
	                                    "kiosk", "booklet", "codes", "report-outcome", NULL};

	if (!tong__page_kind_is_page(kind) || strcmp(kind->pattern, "/items/*/report/") == 0)
		return false;
	for (size_t i = 0; apart[i]; i++)
		if (strcmp(kind->template, apart[i]) == 0)
			return false;
	return true;
}

/* What stands for the '*' of the pattern. */
static void id_of(const struct tong__page_kind *kind, const char *path, char id[TONG_MAX_KEY + 1])
{
	size_t at = strcspn(kind->pattern, "*");
	size_t n = at < strlen(path) ? strcspn(path + at, "/") : 0;

	snprintf(id, TONG_MAX_KEY + 1, "%.*s", (int)n, n ? path + at : "");
}

static int take_base(void *arg, const char *url)
{
	struct map *m = arg;
	const struct tong__page_kind *kind = m->urls->kind;
	const char *lang = m->urls->lang, *path = url + (lang ? strlen(lang) + 1 : 0);
	char id[TONG_MAX_KEY + 1];

	if (!is_listed(kind))
		return 0;
	id_of(kind, path, id);
	if (lang && !tong__page_translated(m->p, lang, kind->subject, id))
		return m->p->err.code;
	return put_url(m, lang, path);
}

static int each_base(struct map *m)
{
	struct tong__reader alone = *m->p->reader;
	struct tong__urls urls = {.site = m->p->site, .reader = &alone, .fn = take_base, .arg = m,
	                          .err = &m->p->err};
	int rc;

	alone.has_layer = no_layer;
	m->urls = &urls;
	rc = tong__urls_all(&urls);
	m->urls = NULL;
	return rc;
}

/* ---- one region ---- */

/* 'subject' and 'id' say whose translation makes the page a translated one. */
static int put_all(struct map *m, const char *path, const char *subject, const char *id)
{
	const json_t *languages = tong__json_arr(m->p->catalogue, "languages");
	int rc = put_url(m, NULL, path);

	for (size_t i = 1; rc == 0 && i < json_array_size(languages); i++) {
		const char *lang = json_string_value(json_array_get(languages, i));

		if (lang && tong__page_translated(m->p, lang, subject, id))
			rc = put_url(m, lang, path);
	}
	return rc ? rc : m->p->err.code;
}

static int take_listing(void *arg, const char *key, struct tong__str line)
{
	const char *code = key + strlen("listing/");
	struct map *m = arg;
	char url[TONG_MAX_URL];

	(void)line;
	snprintf(url, sizeof url, "/regions/%s/items/%s/", m->p->layer + 1, code);
	return put_all(m, url, "item/", code);
}

static int take_agency(void *arg, const char *key, const json_t *rec)
{
	const char *region = tong__json_str(rec, "region"), *id = key + strlen("agency/");
	struct map *m = arg;
	char url[TONG_MAX_URL];

	if (!region || strcmp(region, m->p->layer + 1) != 0)
		return 0;
	snprintf(url, sizeof url, "/agencies/%s/", id);
	return put_all(m, url, "agency/", id);
}

static int each_region(struct map *m)
{
	const struct tong__reader *reader = m->p->reader;
	const char *code = m->p->layer + 1;
	char url[64], text[64];
	int rc;

	snprintf(url, sizeof url, "/regions/%.15s/", code);
	snprintf(text, sizeof text, "\"region\":\"%.15s\"", code);
	rc = put_all(m, url, "region/", code);
	snprintf(url, sizeof url, "/regions/%.15s/stats/", code);
	if (rc == 0)
		rc = put_all(m, url, "", "");
	if (rc == 0)
		rc = tong__page_each_with(m->p, "base", "agency/", text, take_agency, m);
	return rc ? rc : reader->scan(reader->user, m->p->layer, "listing/", NULL, take_listing, m,
	                              &m->p->err);
}

/* ---- files ---- */

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
#define NS "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""

static int sitemap(struct map *m, int (*each)(struct map *))
{
	int rc;

	tong__buf_addf(m->out, "%s<urlset " NS ">\n", head);
	rc = each(m);
	tong__buf_adds(m->out, "</urlset>\n");
	return rc ? rc : m->out->failed;
}

/* "pages-1.xml" -> 1; "510104.xml" -> 0 with the code. */
static size_t part_of(const char *name, char region[16])
{
	size_t part = 0;
	char end[8] = "";

	region[0] = '\0';
	if (sscanf(name, "pages-%3zu%7s", &part, end) == 2 && strcmp(end, ".xml") == 0 &&
	    name[strlen("pages-")] != '0')
		return part;
	if (sscanf(name, "%15[0-9]%7s", region, end) != 2 || strcmp(end, ".xml") != 0)
		region[0] = '\0';
	return 0;
}

int tong__write_sitemap(struct tong__page *p, struct tong__buf *out)
{
	struct map m = {p, out, 0, 0, PER_SITEMAP, NULL};
	char region[16];
	size_t part = part_of(p->arg[0], region);
	int rc;

	if (!p->base[0] || (!part && !region[0]))
		return tong__page_notfound(p);
	if (part) {
		m.skip = (part - 1) * PER_SITEMAP;
		rc = sitemap(&m, each_base);
		return rc == 0 && m.n <= m.skip ? tong__page_notfound(p) : rc;
	}
	rc = tong__page_open_region(p, region);
	if (rc == 0 && !p->layer[0])
		rc = tong__page_notfound(p);
	return rc ? rc : sitemap(&m, each_region);
}

/* How many sitemaps the pages of the base need. */
static int count_parts(struct tong__page *p, size_t *parts)
{
	struct map m = {.p = p};
	int rc = each_base(&m);

	*parts = (m.n + PER_SITEMAP - 1) / PER_SITEMAP;
	return rc;
}

int tong__write_sitemap_index(struct tong__page *p, struct tong__buf *out)
{
	size_t parts, i;
	json_t *code;
	int rc;

	if (!p->base[0])
		return tong__page_notfound(p);
	rc = count_parts(p, &parts);
	tong__buf_addf(out, "%s<sitemapindex " NS ">\n", head);
	for (i = 1; i <= parts; i++)
		tong__buf_addf(out, "<sitemap><loc>%s/sitemaps/pages-%zu.xml</loc></sitemap>\n", p->base,
		               i);
	json_array_foreach(tong__json_arr(p->catalogue, "layers"), i, code)
		tong__buf_addf(out, "<sitemap><loc>%s/sitemaps/%s.xml</loc></sitemap>\n", p->base,
		               json_string_value(code));
	tong__buf_adds(out, "</sitemapindex>\n");
	return rc ? rc : out->failed;
}

int tong__write_robots(struct tong__page *p, struct tong__buf *out)
{
	tong__buf_adds(out, "User-agent: *\nDisallow:\n");
	if (p->base[0])
		tong__buf_addf(out, "\nSitemap: %s/sitemap.xml\n", p->base);
	return out->failed;
}

/* Text of an element of XML. */
static void put_text(struct tong__buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			tong__buf_adds(out, "&lt;");
		else if (*s == '&')
			tong__buf_adds(out, "&amp;");
		else
			tong__buf_addc(out, *s);
	}
}

int tong__write_opensearch(struct tong__page *p, struct tong__buf *out)
{
	const char *title = tong__json_str(p->catalogue, "title");

	if (!p->base[0])
		return tong__page_notfound(p);
	tong__buf_addf(out, "%s<OpenSearchDescription "
	                    "xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n<ShortName>", head);
	put_text(out, title ? title : tong__page_word(p, "find"));
	tong__buf_adds(out, "</ShortName>\n<Description>");
	put_text(out, tong__page_word(p, "search_description"));
	tong__buf_addf(out, "</Description>\n<InputEncoding>UTF-8</InputEncoding>\n"
	                    "<Url type=\"text/html\" template=\"%s/search/?q={searchTerms}\"/>\n"
	                    "</OpenSearchDescription>\n", p->base);
	return out->failed;
}

/* ---- lists ---- */

/* The catalogue, where it tells the address of the site. */
static json_t *catalogue_of(struct tong__urls *u)
{
	json_t *c = u->reader->get(u->reader->user, "base", "catalogue", u->err);

	if (c && tong__site_url_valid(tong__json_str(tong__json_obj(c, "site"), "url")))
		return c;
	json_decref(c);
	return NULL;
}

int tong__list_with_url(struct tong__urls *u)
{
	json_t *c = catalogue_of(u);
	int rc = c ? tong__urls_emit(u, NULL, NULL) : u->err->code;

	json_decref(c);
	return rc;
}

static int list_regions(struct tong__urls *u)
{
	char name[32];
	json_t *code;
	size_t i;
	int rc = 0;

	json_array_foreach((json_t *)u->layers, i, code) {
		bool has, open;

		if (rc || !json_is_string(code))
			continue;
		open = tong__region_open(u->reader, u->layers, json_string_value(code), &has);
		snprintf(name, sizeof name, "%.15s.xml", json_string_value(code));
		if (open)
			rc = tong__urls_emit(u, name, NULL);
	}
	return rc;
}

int tong__list_sitemaps(struct tong__urls *u)
{
	json_t *c = catalogue_of(u);
	struct tong__page p = {.site = u->site, .reader = u->reader, .url = "/sitemaps/",
	                       .catalogue = c};
	char name[32];
	size_t parts = 0;
	int rc;

	if (!c)
		return u->err->code;
	if (u->fn == take_base) {  /* a sitemap lists itself: no maps of maps */
		json_decref(c);
		return 0;
	}
	rc = count_parts(&p, &parts);
	if (rc)
		*u->err = p.err;
	for (size_t i = 1; rc == 0 && i <= parts; i++) {
		snprintf(name, sizeof name, "pages-%zu.xml", i);
		rc = tong__urls_emit(u, name, NULL);
	}
	json_decref(c);
	return rc ? rc : list_regions(u);
}
