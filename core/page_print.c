/* Paper: the QR code of an item, the sheet of codes of an agency, the brochure of a region. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/page.h"
#include "core/qr.h"

enum { QR_TEXT = 512, QR_PATH = 1 << 16, QR_KEPT = 4096 };

/* "HTTPS://GUIDE.EXAMPLE.CN/items/CODE/": where the site has an address; scheme and host in
 * capitals take less room in a code. Without one: the code and the fingerprint, which /verify/
 * asks for. */
static int qr_text(struct tong__page *p, const char *code, struct tong__buf *out)
{
	const char *url = tong__json_str(tong__json_obj(p->catalogue, "site"), "url"), *s = url;
	char print[TONG_FINGERPRINT];
	struct tong__buf line;
	int rc, slashes = 0;

	if (url) {
		for (; *s && slashes < 3; s++) {
			slashes += *s == '/';
			tong__buf_addc(out, (char)toupper((unsigned char)*s));
		}
		return tong__buf_addf(out, "%s%sitems/%s/", s, s[0] && s[strlen(s) - 1] == '/' ? "" :
		                      slashes == 3 && !*s ? "" : "/", code);
	}
	tong__buf_init(&line, TONG_MAX_RECORD);
	rc = tong__page_fingerprint(p, code, &line, print);
	tong__buf_free(&line);
	return rc ? rc : tong__buf_addf(out, "%s %s", code, print);
}

int tong__write_item_qr(struct tong__page *p, struct tong__buf *out)
{
	json_t *brief = tong__page_brief(p, p->arg[0]);
	struct tong__buf text;
	int rc = brief ? 0 : tong__page_notfound(p);

	json_decref(brief);
	tong__buf_init(&text, QR_TEXT);
	if (rc == 0)
		rc = qr_text(p, p->arg[0], &text);
	if (rc == 0)
		rc = tong__qr_svg(text.data, out);
	tong__buf_free(&text);
	return rc && !p->err.code ? tong__fail(&p->err, rc, p->url, "no QR code can be made") : rc;
}

static json_t *new_qr(struct tong__page *p, const char *code, int *rc)
{
	json_t *qr = json_object();
	struct tong__buf text, path;
	int side = 0;

	tong__buf_init(&text, QR_TEXT);
	tong__buf_init(&path, QR_PATH);
	*rc = qr_text(p, code, &text);
	if (*rc == 0)
		*rc = tong__qr_path(text.data, &path, &side);
	tong__page_int(p, qr, "side", (size_t)side);
	tong__page_str(p, qr, "path", path.data);
	tong__buf_free(&text);
	tong__buf_free(&path);
	return qr;
}

/* An item's code stands on the sheet of each agency that handles it: with a memory it is made once,
 * and its record only read again for who writes down what this page is made from. */
static json_t *kept_qr(struct tong__page *p, const char *code, int *rc)
{
	json_t **codes = &p->memory->codes, *qr = json_object_get(*codes, code);

	if (!qr) {
		qr = new_qr(p, code, rc);
		if (json_object_size(*codes) >= QR_KEPT) {
			json_decref(*codes);
			*codes = NULL;
		}
		if (!*codes)
			*codes = json_object();
		if (*rc == 0)
			tong__page_set(p, *codes, code, json_incref(qr));
		return qr;
	}
	tong__page_asked(p, "base", "item/", code);
	return json_incref(qr);
}

/* row.qr = {side, path} */
static int add_qr(struct tong__page *p, json_t *row)
{
	const char *code = tong__json_str(row, "code");
	int rc = code ? 0 : TONG_E_FORMAT;

	if (rc == 0)
		tong__page_set(p, row, "qr", p->memory ? kept_qr(p, code, &rc) : new_qr(p, code, &rc));
	return rc && !p->err.code ? tong__fail(&p->err, rc, p->url, "no QR code can be made") : rc;
}

/* The agency's own page, with a code at each of its items. */
int tong__build_codes(struct tong__page *p)
{
	int rc = tong__build_agency(p);
	json_t *type, *row;
	size_t i, j;

	json_array_foreach(json_object_get(p->view, "types"), i, type)
		json_array_foreach(json_object_get(type, "items"), j, row)
			if (rc == 0)
				rc = add_qr(p, row);
	return rc;
}

/* ---- brochure ---- */

struct brochure {
	struct tong__page *p;
	json_t *guides;
};

/* What the builders of an item's page put into the view, moved into the row. */
static void move(struct tong__page *p, json_t *row, const char *name)
{
	json_t *value = json_object_get(p->view, name);

	if (value) {
		tong__page_set(p, row, name, json_incref(value));
		json_object_del(p->view, name);
	}
}

static int add_guide(void *arg, const char *key, const json_t *listing)
{
	struct brochure *b = arg;
	const char *code = key + strlen("listing/");
	json_t *brief = tong__page_brief(b->p, code), *item = NULL, *row;

	if (tong__json_str(brief, "guide"))
		item = tong__page_get(b->p, "item/", code);
	if (item) {
		row = tong__page_row(b->p, b->guides);
		tong__page_str(b->p, row, "code", code);
		tong__page_copy(b->p, row, item, "name", "summary", NULL);
		tong__page_facts(b->p, item, tong__json_arr(listing, "cases"));
		tong__page_materials(b->p, item);
		tong__page_cases(b->p, listing);
		move(b->p, row, "facts");
		move(b->p, row, "materials");
		move(b->p, row, "cases");
	}
	json_decref(brief);
	json_decref(item);
	return b->p->nomem ? tong__fail_nomem(&b->p->err) : b->p->err.code;
}

/* The region's own page, with its guides in short. */
int tong__build_booklet(struct tong__page *p)
{
	int rc = tong__build_region(p);
	struct brochure b = {p, NULL};

	if (rc == 0 && !p->layer[0])
		rc = tong__page_notfound(p);
	if (rc)
		return rc;
	tong__page_str(p, p->view, "items_root", "../items/");
	b.guides = tong__page_array(p, p->view, "brochure");
	rc = tong__page_each(p, p->layer, "listing/", add_guide, &b);
	tong__page_wrap(p, p->view, "brochure");
	return rc;
}

/* Once for each region whose layer is at hand. */
int tong__list_held(struct tong__urls *u)
{
	json_t *code;
	size_t i;
	bool has;
	int rc = 0;

	json_array_foreach((json_t *)u->layers, i, code)
		if (rc == 0 && json_is_string(code) &&
		    tong__region_open(u->reader, u->layers, json_string_value(code), &has))
			rc = tong__urls_emit(u, json_string_value(code), NULL);
	return rc;
}
