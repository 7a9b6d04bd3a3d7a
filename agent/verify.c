/* Checks that the store holds exactly what was signed, and that every page can be made from it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "core/json.h"
#include "core/message.h"

#define MOST_TOLD 100 /* differences logged one by one: a template at fault spoils every page */

struct verify {
	tong_agent *agent;
	struct tong__trust *trust;            /* NULL: the signed chain is not complete */
	uint64_t checked, differences, pages; /* 'pages': those that cannot be made */
	char (*bad)[TONG_MAX_ROLE_NAME];      /* layers that are not what was signed */
	size_t n_bad;
	int rc;
	tong_error *err;
};

static void differ(struct verify *v, const char *subject, const char *what)
{
	v->differences++;
	if (v->differences <= MOST_TOLD)
		tong__agent_log(v->agent, TONG__ERROR, "%s: %s", subject, tong__text(what));
	else if (v->differences == MOST_TOLD + 1)
		tong__agent_log(v->agent, TONG__ERROR, "more differences are counted, not told");
}

static int note_bad(struct verify *v, const char *layer)
{
	void *more = realloc(v->bad, (v->n_bad + 1) * sizeof *v->bad);

	if (!more)
		return v->rc = tong__fail_nomem(v->err);
	v->bad = more;
	snprintf(v->bad[v->n_bad++], sizeof *v->bad, "%s", layer);
	return 0;
}

/* ---- the signed chain ---- */

static int load(struct verify *v, const char *role, struct tong__buf *b, tong_error *err)
{
	tong__buf_clear(b);
	return tong__store_trusted(v->agent->store, role, b, err);
}

/* From root to the roles, at a time before every expiry: what was signed once stays signed. */
static int build_chain(struct verify *v, struct tong__buf *b, tong_error *err)
{
	bool same;
	const char *name;
	int rc = load(v, "root", b, err);

	if (!rc)
		rc = tong__trust_new(&v->trust, b->data, b->len, 0, err);
	if (!rc)
		rc = tong__trust_root_done(v->trust, &same, err);
	if (!rc)
		rc = load(v, "timestamp", b, err);
	if (!rc)
		rc = tong__trust_timestamp(v->trust, b->data, b->len, &same, err);
	if (!rc)
		rc = load(v, "snapshot", b, err);
	if (!rc)
		rc = tong__trust_snapshot(v->trust, b->data, b->len, err);
	if (!rc)
		rc = load(v, "targets", b, err);
	if (!rc)
		rc = tong__trust_role(v->trust, "targets", NULL, b->data, b->len, err);
	for (size_t i = 0; !rc && (name = tong__trust_delegation(v->trust, "targets", i, NULL)) != NULL;
		 i++)
		if (load(v, name, b, err) == 0) /* a layer of another region is not held */
			rc = tong__trust_role(v->trust, name, "targets", b->data, b->len, err);
	return rc;
}

static void check_chain(struct verify *v)
{
	tong_error why = TONG_ERROR_INIT;
	struct tong__buf b;

	tong__buf_init(&b, TONG_MAX_TARGETS);
	if (build_chain(v, &b, &why)) {
		tong__trust_free(v->trust);
		v->trust = NULL;
		/* A newer root has come since the release was taken, and is kept whatever became of that
		 * sync (specification 5.3.8): the next one brings metadata that its keys signed. */
		if (tong__store_number(v->agent->store, "ahead", 0))
			tong__agent_log(v->agent, TONG__WARNING,
							"the signing keys changed since the last sync: "
							"layers are compared with what was noted then; run sync");
		else
			differ(v, why.subject, why.message);
	}
	tong__buf_free(&b);
}

/* ---- layers ---- */

static int signed_identity(struct verify *v, const struct tong__store_layer *noted,
						   struct tong__hash *out)
{
	struct tong__layer_target t = { .length = 0 };
	tong_error why = TONG_ERROR_INIT;

	*out = noted->sha256;
	if (!v->trust)
		return 0;
	if (tong__trust_layer(v->trust, noted->name, &t, &why)) {
		differ(v, noted->name, why.message);
		return 1;
	}
	*out = t.sha256;
	tong__layer_target_free(&t);
	return 0;
}

static int check_layer(void *arg, const struct tong__store_layer *noted)
{
	struct verify *v = arg;
	struct tong__store_layer now;
	struct tong__hash wanted;
	char text[200], a[TONG_HEX], b[TONG_HEX];
	int rc = tong__store_identity(v->agent->store, noted->name, &now, v->err);

	if (rc)
		return rc;
	v->checked += now.records;
	if (signed_identity(v, noted, &wanted) ||
		(noted->sound && tong__hash_equal(&now.sha256, &wanted)))
		return 0;
	tong__hash_hex(&now.sha256, a);
	tong__hash_hex(&wanted, b);
	snprintf(text, sizeof text, _("the layer is %.16s…, signed is %.16s…"), a, b);
	differ(v, noted->name, text);
	return note_bad(v, noted->name);
}

/* ---- what is derived ---- */

static int check_brief(void *arg, const char *key, struct tong__str line, tong_error *err)
{
	struct verify *v = arg;
	char brief_key[TONG_MAX_KEY + 8] = "brief/";
	struct tong__buf held, made;
	json_t *item = NULL, *brief;

	strncat(brief_key, key + strlen("item/"), TONG_MAX_KEY);
	if (tong__json_read(line.p, line.n, TONG_MAX_RECORD_DEPTH, key, &item, err))
		return err->code;
	brief = tong__brief_from_item(item);
	tong__buf_init(&held, TONG_MAX_RECORD);
	tong__buf_init(&made, TONG_MAX_RECORD);
	if (!brief || tong__json_record(brief, &made) ||
		tong__store_get(v->agent->store, "derived", brief_key, &held, err) ||
		held.len != made.len || memcmp(held.data, made.data, made.len) != 0) {
		differ(v, brief_key, "L9: is not what the item gives");
		if (v->n_bad == 0)
			note_bad(v, "base");
	}
	tong__buf_free(&held);
	tong__buf_free(&made);
	json_decref(brief);
	json_decref(item);
	return v->rc;
}

/* ---- pages ---- */

static int check_page(void *user, const char *url)
{
	struct verify *v = user;
	tong_error why = TONG_ERROR_INIT;
	struct tong__buf page;
	const char *type;
	int rc;

	tong__buf_init(&page, TONG_MAX_PAGE);
	rc = tong__agent_render(v->agent, url, &page, &type, &why);
	tong__buf_free(&page);

	v->checked++;
	if (rc == TONG_E_NOMEM)
		return v->rc = tong__fail_nomem(v->err);
	if (rc) {
		differ(v, url, why.message);
		v->pages++;
	}
	if (v->agent->opt.progress && v->agent->opt.progress(v->agent->opt.user, url, v->checked, 0))
		return v->rc = tong__fail(v->err, TONG_E_INTERRUPTED, url, "stopped");
	return 0;
}

/* ---- all ---- */

static int verify(struct verify *v, int pages)
{
	struct tong__store *store = v->agent->store;
	int rc = tong__store_quick_check(store, v->err);

	if (rc)
		return rc;
	check_chain(v);
	rc = tong__store_layers(store, check_layer, v, v->err);
	if (!rc && v->n_bad == 0)
		rc = tong__store_each(store, "base", "item/", check_brief, v, v->err);
	if (!rc && pages && v->n_bad == 0)
		rc = tong_agent_urls(v->agent, check_page, v, v->err);
	return rc ? rc : v->rc;
}

/* P2: what is not what was signed is not served any more; the next sync takes these layers whole.
 */
static void distrust(struct verify *v)
{
	struct tong__store *w = NULL;
	tong_error why = TONG_ERROR_INIT;
	int rc;

	if (v->n_bad == 0 || v->agent->opt.read_only)
		return;
	rc = tong__store_open(&w, v->agent->dir, true, &why);
	if (!rc)
		rc = tong__store_write_begin(w, &why);
	for (size_t i = 0; !rc && i < v->n_bad; i++)
		rc = tong__store_layer_distrust(w, v->bad[i], &why);
	if (!rc)
		rc = tong__store_number_set(w, "damaged", 1, &why);
	if (!rc)
		rc = tong__store_commit(w, &why);
	tong__store_close(w);
	if (rc)
		tong__agent_log(v->agent, TONG__ERROR, "the damage could not be noted in the store: %s",
						why.message);
}

int tong_agent_verify(tong_agent *a, int pages, uint64_t *checked, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	struct verify v = { .agent = a, .err = err ? err : &own };
	int rc = tong__agent_begin_any(a, v.err);

	if (rc)
		return rc;
	if (a->serial == 0)
		rc = tong__fail(v.err, TONG_E_NOTFOUND, a->dir, "nothing is held yet; run tong-agent sync");
	else
		rc = verify(&v, pages);
	tong__agent_end(a);
	tong__trust_free(v.trust);
	if (!rc)
		distrust(&v);
	free(v.bad);
	if (checked)
		*checked = v.checked;
	if (rc || v.differences == 0)
		return rc;
	if (v.pages == v.differences)
		return tong__fail(
			v.err, TONG_E_STORE, a->dir,
			"%llu pages cannot be made of this release; it may want a newer tong-agent",
			(unsigned long long)v.pages);
	return tong__fail(v.err, TONG_E_STORE, a->dir,
					  "%llu differences from what was signed; run tong-agent sync to repair",
					  (unsigned long long)v.differences);
}
