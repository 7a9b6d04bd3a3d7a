/* What a node says of its pages: that all of one release can be made, and of the bytes of each
 * layer's pages one digest, which the level above compares with its own (FORMAT U14; promise P6).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/upward.h"
#include "core/json.h"

#define FRESH ((int64_t)20 * 3600) /* an audit of once a day */

/* The pages of one layer. Their digests are added without order: a later version may list pages in
 * another one, and they are the same pages. */
struct sum {
	char layer[TONG_MAX_ROLE_NAME];
	struct tong__hash all;
};

struct pages {
	tong_agent *agent;
	int (*pace)(void *);
	void *user;
	int64_t release;
	uint64_t n, bad;
	struct sum *sums;
	size_t n_sums;
	struct tong__hasher *hasher;
	tong_error *err;
};

/* ---- whose page ---- */

/* The layer of the region, when one is held: what stands in 'code' up to the end of the region's
 * digits. */
static bool layer_of(tong_agent *a, const char *code, char layer[TONG_MAX_ROLE_NAME])
{
	size_t n = strspn(code, "0123456789");
	struct tong__store_layer held;
	tong_error own;

	return n && (size_t)snprintf(layer, TONG_MAX_ROLE_NAME, "r%.*s", (int)n, code) <
					TONG_MAX_ROLE_NAME &&
		   tong__store_layer(a->store, layer, &held, &own) == 0;
}

static bool layer_of_agency(tong_agent *a, const char *id, char layer[TONG_MAX_ROLE_NAME])
{
	char key[TONG_MAX_KEY + 1];
	tong_error own;
	json_t *agency;
	bool has;

	snprintf(key, sizeof key, "agency/%.*s", (int)strcspn(id, "/"), id);
	agency = a->reader.get_lean(a->reader.user, key, &own);
	has = tong__json_str(agency, "region") &&
		  layer_of(a, tong__json_str(agency, "region"), layer);
	json_decref(agency);
	return has;
}

/* W1: pages below a region, its agencies and its sitemap see its layer; all others base alone. */
static void layer_seen(tong_agent *a, const char *url, char layer[TONG_MAX_ROLE_NAME])
{
	static const char regions[] = "/regions/", maps[] = "/sitemaps/", agencies[] = "/agencies/";

	url += tong__lang_prefix(url);
	if (strncmp(url, regions, sizeof regions - 1) == 0 &&
		layer_of(a, url + sizeof regions - 1, layer))
		return;
	if (strncmp(url, maps, sizeof maps - 1) == 0 && layer_of(a, url + sizeof maps - 1, layer))
		return;
	if (strncmp(url, agencies, sizeof agencies - 1) == 0 && url[sizeof agencies - 1] &&
		layer_of_agency(a, url + sizeof agencies - 1, layer))
		return;
	strcpy(layer, "base");
}

/* ---- one page ---- */

static struct sum *sum_of(struct pages *p, const char *layer)
{
	struct sum *more;

	for (size_t i = p->n_sums; i-- > 0;) /* the last one mostly */
		if (strcmp(p->sums[i].layer, layer) == 0)
			return &p->sums[i];
	more = realloc(p->sums, (p->n_sums + 1) * sizeof *more);
	if (!more)
		return NULL;
	p->sums = more;
	memset(&more[p->n_sums], 0, sizeof *more);
	strcpy(more[p->n_sums].layer, layer);
	return &more[p->n_sums++];
}

static int add_up(struct pages *p, const char *url, const struct tong__buf *page)
{
	char layer[TONG_MAX_ROLE_NAME];
	struct tong__hash one;
	struct sum *s;

	layer_seen(p->agent, url, layer);
	s = sum_of(p, layer);
	if (!s)
		return tong__fail_nomem(p->err);
	tong__hasher_add(p->hasher, url, strlen(url));
	tong__hasher_add(p->hasher, "\n", 1);
	tong__hasher_add(p->hasher, page->data, page->len);
	tong__hasher_final(p->hasher, &one);
	for (size_t i = 0; i < TONG_HASH; i++)
		s->all.b[i] ^= one.b[i];
	return 0;
}

static int one_page(void *user, const char *url)
{
	struct pages *p = user;
	tong_error why = TONG_ERROR_INIT;
	struct tong__buf page;
	const char *type;
	int rc;

	if (p->n == 0) /* all are of one release */
		p->release = tong__store_number(p->agent->store, "release", 0);
	tong__buf_init(&page, TONG_MAX_PAGE);
	rc = tong__agent_render(p->agent, url, &page, &type, &why);
	p->n++;
	if (rc) {
		p->bad++;
		tong__agent_log(p->agent, TONG__ERROR, "%s: %s", url, why.message);
	} else {
		rc = add_up(p, url, &page);
	}
	tong__buf_free(&page);
	return rc == TONG_E_NOMEM ? rc : p->pace ? p->pace(p->user) : 0;
}

/* ---- what is kept ---- */

static json_t *digests(const struct pages *p)
{
	json_t *out = json_object();

	for (size_t i = 0; i < p->n_sums; i++) {
		char hex[TONG_HEX];

		tong__hash_hex(&p->sums[i].all, hex);
		hex[TONG_PAGES_HEX] = '\0';
		if (json_object_set_new(out, p->sums[i].layer, json_string(hex))) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static int keep(const struct pages *p, struct tong__outbox *o)
{
	json_t *doc = json_pack("{s:I, s:I, s:I, s:I, s:o}", "time",
							(json_int_t)tong__agent_now(p->agent), "release",
							(json_int_t)p->release, "pages", (json_int_t)p->n, "bad",
							(json_int_t)p->bad, "digests", digests(p));
	char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;
	int rc = text ? tong__ledger_text_set(o->ledger, "pages", text, p->err)
				  : tong__fail_nomem(p->err);

	free(text);
	json_decref(doc);
	return rc ? rc : tong__ledger_number_set(o->ledger, "attested_serial", -1, p->err);
}

int tong__attest_pages(tong_agent *a, struct tong__outbox *o, int (*pace)(void *), void *user,
					   tong_error *err)
{
	struct pages p = {
		.agent = a, .pace = pace, .user = user, .hasher = tong__hasher_new(), .err = err
	};
	int rc = p.hasher ? tong_agent_urls(a, one_page, &p, err) : tong__fail_nomem(err);

	if (!rc)
		rc = keep(&p, o);
	tong__hasher_free(p.hasher);
	free(p.sums);
	return rc;
}

json_t *tong__attest_pages_last(struct tong__ledger *ledger)
{
	struct tong__buf text;
	tong_error own;
	json_t *doc = NULL;

	tong__buf_init(&text, 65536);
	if (tong__ledger_text(ledger, "pages", &text, &own) == 0 && text.data)
		doc = tong__json_own(text.data, text.len);
	tong__buf_free(&text);
	return doc;
}

bool tong__attest_pages_fresh(tong_agent *a, struct tong__outbox *o)
{
	json_t *last = tong__attest_pages_last(o->ledger);
	int64_t age = tong__agent_now(a) - tong__json_int(last, "time", 0);
	bool fresh = last && age >= 0 && age < FRESH && json_object_get(last, "digests") &&
				 tong__json_int(last, "release", 0) == tong__store_number(a->store, "release", 0);

	json_decref(last);
	return fresh;
}
