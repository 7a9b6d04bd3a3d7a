/* A page of the preview: the page of the site, and what is wrong with the file it came from. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/preview.h"

#define SHOWN 50 /* findings on a page of the whole catalogue */

/* What a page came from. */
struct origin {
	char path[128], code[64], region[16];
};

static void origin_of(const struct tong__preview_store *s, const char *url, struct origin *o)
{
	const char *path = NULL;

	memset(o, 0, sizeof *o);
	url += tong__lang_prefix(url);
	if (sscanf(url, "/items/%41[0-9A-Za-z-]/", o->code) == 1 ||
		sscanf(url, "/regions/%12[0-9]/items/%41[0-9A-Za-z-]/", o->region, o->code) == 2)
		path = tong__preview_store_item(s, o->code);
	if (path)
		snprintf(o->path, sizeof o->path, "%s", path);
	else if (sscanf(url, "/laws/%64[0-9A-Za-z_-]/", o->code) == 1)
		snprintf(o->path, sizeof o->path, "laws/%s.yaml", o->code);
	else if (sscanf(url, "/regions/%12[0-9]/", o->region) == 1)
		snprintf(o->path, sizeof o->path, "local/%s/items.csv", o->region);
	else if (tong__starts(url, "/materials/"))
		strcpy(o->path, "materials.yaml");
	else if (tong__starts(url, "/themes/"))
		strcpy(o->path, "themes.yaml");
}

static bool same_finding(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "rule"), json_object_get(b, "rule")) &&
		   json_equal(json_object_get(a, "file"), json_object_get(b, "file")) &&
		   json_equal(json_object_get(a, "line"), json_object_get(b, "line")) &&
		   json_equal(json_object_get(a, "found"), json_object_get(b, "found"));
}

static bool has(const json_t *list, const json_t *finding)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) if (same_finding(v, finding)) return true;
	return false;
}

/* From the last full check: of this file, or errors anywhere when the page came from no file. */
static void add_from_all(const struct tong__preview *p, const struct origin *o, json_t *list)
{
	const char *file, *severity;
	size_t i;
	json_t *f;

	json_array_foreach(p->all, i, f)
	{
		file = tong__json_str(f, "file");
		severity = tong__json_str(f, "severity");
		if (json_array_size(list) >= SHOWN || !file || !severity)
			break;
		if (*o->path ? !strcmp(file, o->path) : !strcmp(severity, "error"))
			if (!has(list, f))
				json_array_append(list, f);
	}
}

static json_t *findings_of(const struct tong__preview *p, const char *url)
{
	json_t *list = json_array();
	struct origin o;

	origin_of(p->store, url, &o);
	if (*o.path)
		tong__preview_check(p->store, o.path, tong__starts(o.path, "items/") ? o.code : NULL,
							*o.region ? o.region : NULL, list);
	add_from_all(p, &o, list);
	return list;
}

static void plain_page(struct tong__buf *out, const tong_error *err)
{
	tong__buf_addf(out,
				   "<!doctype html>\n<html lang=\"%s\"><meta charset=\"utf-8\"><title>%s</title>\n"
				   "<main><h1>%s</h1>\n<pre>",
				   tong__chinese() ? "zh-CN" : "en", _("preview"),
				   _("this page cannot be made now"));
	for (const char *s = err->message; *s; s++)
		if (*s == '<' || *s == '&')
			tong__buf_addf(out, "&#%d;", *s);
		else
			tong__buf_addc(out, *s);
	tong__buf_adds(out, "</pre></main>\n");
}

/* In the language of the address, if it is one. */
static int render_missing(struct tong__preview *p, const char *url, struct tong__buf *out,
						  const char **type, tong_error *err)
{
	char missing[TONG_MAX_LANG + sizeof "/404.html"];
	int rc;

	snprintf(missing, sizeof missing, "%.*s/404.html", (int)tong__lang_prefix(url), url);
	rc = tong__site_render(p->site, &p->reader, missing, out, type, err);
	if (rc == TONG_E_NOTFOUND)
		rc = tong__site_render(p->site, &p->reader, "/404.html", out, type, err);
	return rc;
}

static unsigned render(struct tong__preview *p, const char *url, struct tong__buf *out,
					   const char **type)
{
	tong_error err = TONG_ERROR_INIT;
	unsigned status = 200;
	int rc = tong__site_render(p->site, &p->reader, url, out, type, &err);

	if (!rc)
		return 200;
	status = rc == TONG_E_NOTFOUND ? 404 : 500;
	if (rc == TONG_E_NOTFOUND)
		rc = render_missing(p, url, out, type, &err);
	if (rc) {
		tong__buf_clear(out);
		plain_page(out, &err);
	}
	*type = "text/html; charset=utf-8";
	return status;
}

unsigned tong__preview_page(struct tong__preview *p, const char *url, struct tong__buf *out,
							const char **type)
{
	json_t *findings;
	unsigned status;

	pthread_mutex_lock(&p->lock);
	status = render(p, url, out, type);
	if (tong__starts(*type, "text/html")) {
		findings = findings_of(p, url);
		tong__preview_panel(out, findings, p->prefix, p->generation,
							tong__preview_store_complete(p->store)
								? NULL
								: _("The catalogue is still being read; lists and numbers "
								  "will fill in by themselves."));
		json_decref(findings);
	}
	p->asked = true;
	pthread_mutex_unlock(&p->lock);
	return status;
}
