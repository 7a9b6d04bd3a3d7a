/* What a browser needs to go on without a network: the worker and its version, the list of a
 * region's pages, the manifest; and the pages for a visitor without a network and for a kiosk. */
#include <string.h>

#include "core/hash.h"
#include "core/page.h"

/* The files every saved copy starts with, besides those that carry a version. */
static const char *const shell[] = {"",         "search/", "regions/", "themes/",
                                    "offline/", "verify/", "data/search.json",
                                    "data/fingerprints.json", "manifest.webmanifest", NULL};

static const char *const assets[] = {"style.css", "site.js", "search.js", "verify.js",
                                     "favicon.svg", NULL};

static int add_line(void *arg, const char *key, struct tong__str line)
{
	(void)key;
	tong__hasher_add(arg, line.p, line.n);
	return 0;
}

int tong__page_version(struct tong__page *p, const char *const *layers, char out[TONG_HEX])
{
	struct tong__hasher *h = tong__hasher_new();
	struct tong__hash sum;
	int rc = h ? 0 : tong__fail_nomem(&p->err);

	for (; rc == 0 && *layers; layers++)
		rc = p->reader->scan(p->reader->user, *layers, "", NULL, add_line, h, &p->err);
	if (h)
		tong__hasher_final(h, &sum);
	tong__hasher_free(h);
	if (rc)
		return rc;
	tong__hash_hex(&sum, out);
	out[16] = '\0';
	return 0;
}

/* "static/NAME?v=…" for each asset that every page links. */
static void add_assets(struct tong__page *p, json_t *list)
{
	char name[64];
	const char *v;

	for (const char *const *a = assets; *a; a++) {
		strcpy(name, *a);
		*strchr(name, '.') = '_';
		v = tong__json_str(p->site->versions, name);
		if (v)
			tong__page_add(p, list, tong__page_text(p, "static/", *a, "?v=", v, NULL));
	}
}

/* One small file that changes when anything of the shell may have: browsers ask for it at each
 * visit, and make the new copy whole before they leave the old one. */
int tong__write_worker(struct tong__page *p, struct tong__buf *out)
{
	static const char *const layers[] = {"site", "base", NULL};
	json_t *asset = tong__page_record(p, "site", "asset/", "sw.js"), *list = json_array();
	const char *text = tong__json_str(asset, "text");
	char version[TONG_HEX];
	int rc = text ? tong__page_version(p, layers, version) : tong__page_notfound(p);

	for (const char *const *s = shell; *s; s++)
		tong__page_add(p, list, tong__page_text(p, "./", *s, NULL));
	add_assets(p, list);
	if (rc == 0 && p->nomem)
		rc = tong__fail_nomem(&p->err);
	if (rc == 0) {
		tong__buf_addf(out, "const VERSION = '%s', SHELL = ", version);
		rc = tong__json_record(list, out);
		tong__buf_adds(out, ";\n");
		tong__buf_adds(out, text);
	}
	json_decref(list);
	json_decref(asset);
	return rc ? rc : out->failed;
}

static int write_json(struct tong__page *p, json_t *v, struct tong__buf *out)
{
	int rc = p->nomem ? TONG_E_NOMEM : tong__json_record(v, out);

	if (rc == 0)
		rc = tong__buf_addc(out, '\n');
	json_decref(v);
	return rc ? tong__fail(&p->err, rc, p->url, "cannot write the data") : 0;
}

int tong__write_manifest(struct tong__page *p, struct tong__buf *out)
{
	json_t *m = json_object(), *icon;

	tong__page_copy(p, m, p->catalogue, "title", NULL);
	tong__page_str(p, m, "name", tong__json_str(p->catalogue, "title"));
	json_object_del(m, "title");
	tong__page_str(p, m, "short_name", tong__page_word(p, "find"));
	tong__page_str(p, m, "start_url", "./");
	tong__page_str(p, m, "scope", "./");
	tong__page_str(p, m, "display", "minimal-ui");
	tong__page_str(p, m, "lang", TONG_LANG);
	tong__page_str(p, m, "background_color", "#ffffff");
	tong__page_str(p, m, "theme_color", "#0b5563");
	icon = tong__page_row(p, tong__page_array(p, m, "icons"));
	tong__page_str(p, icon, "src", "static/favicon.svg");
	tong__page_str(p, icon, "sizes", "any");
	tong__page_str(p, icon, "type", "image/svg+xml");
	return write_json(p, m, out);
}

struct pages {
	struct tong__page *p;
	json_t *list;
};

static int add_page(void *arg, const char *key, struct tong__str line)
{
	struct pages *to = arg;

	(void)line;
	tong__page_add(to->p, to->list, tong__page_text(to->p, "regions/", to->p->arg[0], "/items/",
	                                                key + strlen("listing/"), "/", NULL));
	return to->p->nomem ? tong__fail_nomem(&to->p->err) : 0;
}

/* {name, version, urls}: everything a visitor who keeps this region's guides must fetch. */
int tong__write_keep(struct tong__page *p, struct tong__buf *out)
{
	int rc = tong__page_open_region(p, p->arg[0]);
	json_t *region, *all;
	const char *const layers[] = {p->layer, NULL};
	char version[TONG_HEX];
	struct pages to = {p, NULL};

	if (rc == 0 && !p->layer[0])
		rc = tong__page_notfound(p);
	if (rc == 0)
		rc = tong__page_version(p, layers, version);
	if (rc)
		return rc;
	all = json_object();
	region = tong__page_get(p, "region/", p->arg[0]);
	tong__page_copy(p, all, region, "name", NULL);
	json_decref(region);
	tong__page_str(p, all, "version", version);
	to.list = tong__page_array(p, all, "urls");
	tong__page_add(p, to.list, tong__page_text(p, "regions/", p->arg[0], "/", NULL));
	rc = p->reader->scan(p->reader->user, p->layer, "listing/", NULL, add_page, &to, &p->err);
	add_assets(p, to.list);
	if (rc) {
		json_decref(all);
		return rc;
	}
	return write_json(p, all, out);
}

int tong__build_offline(struct tong__page *p)
{
	tong__page_title(p, tong__page_word(p, "offline_title"), tong__page_word(p, "offline_text"));
	return 0;
}

/* The start page of a kiosk: themes, and letters to spell the initials of a name. */
int tong__build_kiosk(struct tong__page *p)
{
	json_t *rows = json_array(), *counts, *keys = tong__page_array(p, p->view, "keys");
	char key[2] = "a";
	int rc = tong__page_all_rows(p, rows);

	if (rc == 0) {
		counts = tong__page_theme_counts(p, rows);
		tong__page_theme_groups(p, counts);
		json_decref(counts);
	}
	for (; key[0] <= 'z'; key[0]++)
		tong__page_add(p, keys, json_string(key));
	tong__page_true(p, p->view, "kiosk");
	tong__page_title(p, tong__page_word(p, "kiosk_title"), tong__page_word(p, "kiosk_text"));
	json_decref(rows);
	return rc;
}
