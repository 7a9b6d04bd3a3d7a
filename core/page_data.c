/* Files that are no pages: what verification loads, and the assets. */
#include <string.h>

#include "core/page.h"

struct data {
	struct tong__page *p;
	json_t *into;
	struct tong__buf line;
};

static int add_alias(void *arg, const char *key, const json_t *rec)
{
	struct data *d = arg;
	const char *code = tong__json_str(rec, "item");

	if (code)
		tong__page_str(d->p, d->into, key + strlen("alias/"), code);
	return d->p->nomem ? tong__fail_nomem(&d->p->err) : 0;
}

/* The view so far, as JSON. */
static int write_json(struct tong__page *p, const json_t *v, struct tong__buf *out)
{
	int rc = p->nomem ? TONG_E_NOMEM : tong__json_record(v, out);

	if (rc == 0)
		rc = tong__buf_addc(out, '\n');
	return rc ? tong__fail(&p->err, rc, p->url, "cannot write the data") : 0;
}

static int add_fingerprint(void *arg, const char *key, const json_t *brief)
{
	struct data *d = arg;
	char text[TONG_FINGERPRINT];
	int rc = tong__page_fingerprint(d->p, key + strlen("brief/"), &d->line, text);

	(void)brief;
	if (rc)
		return rc;
	tong__page_str(d->p, d->into, key + strlen("brief/"), text);
	return d->p->nomem ? tong__fail_nomem(&d->p->err) : 0;
}

int tong__write_fingerprints(struct tong__page *p, struct tong__buf *out)
{
	json_t *all = json_object();
	struct data d = {.p = p};
	int rc;

	tong__buf_init(&d.line, TONG_MAX_RECORD);
	d.into = tong__page_object(p, all, "items");
	rc = tong__page_each(p, "derived", "brief/", add_fingerprint, &d);
	d.into = tong__page_object(p, all, "aliases");
	if (rc == 0)
		rc = tong__page_each(p, "base", "alias/", add_alias, &d);
	if (rc == 0)
		rc = write_json(p, all, out);
	tong__buf_free(&d.line);
	json_decref(all);
	return rc;
}

/* The types an asset may have: a page's type is a static string; nothing else is ever served. */
static const char *asset_type(const char *type)
{
	static const char *const known[] = {"text/css; charset=utf-8", "text/javascript; charset=utf-8",
	                                    "image/svg+xml", "application/json",
	                                    "text/plain; charset=utf-8"};
	size_t n = strcspn(type, ";");

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strncmp(known[i], type, n) == 0 && strcspn(known[i], ";") == n)
			return known[i];
	return "application/octet-stream";
}

int tong__write_asset(struct tong__page *p, struct tong__buf *out)
{
	json_t *asset = tong__page_record(p, "site", "asset/", p->arg[0]);
	const char *text, *type;
	int rc;

	text = tong__json_str(asset, "text");
	type = tong__json_str(asset, "type");
	if (text && type) {
		p->type = asset_type(type);
		rc = tong__buf_add(out, text, json_string_length(json_object_get(asset, "text")));
	} else {
		rc = tong__page_notfound(p);
	}
	json_decref(asset);
	return rc;
}

static int emit_asset(void *arg, const char *key, const json_t *rec)
{
	struct tong__urls *u = arg;

	(void)rec;
	return tong__urls_emit(u, key + strlen("asset/"), NULL);
}

int tong__list_assets(struct tong__urls *u)
{
	return u->reader->each(u->reader->user, "site", "asset/", emit_asset, u, u->err);
}
