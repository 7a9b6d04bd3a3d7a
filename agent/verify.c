/* Checks that the store holds exactly what was signed, and that every page can be made from it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/held.h"
#include "agent/relay.h"
#include "agent/verify_relay.h"
#include "core/json.h"
#include "core/message.h"

#define DAMAGED \
	"P2: a check found records that are not what was signed; tong-agent sync repairs"
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

static void differ(void *user, const char *subject, const char *what)
{
	struct verify *v = user;

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

static int read_role(void *user, const char *role, unsigned long version, struct tong__buf *out,
					 tong_error *err)
{
	struct verify *v = user;

	(void)version;
	return tong__store_trusted(v->agent->store, role, out, err);
}

/* A layer of another region is not held. */
static bool is_held(void *user, const char *layer)
{
	struct verify *v = user;
	unsigned long version;
	int64_t expires;

	return tong__store_trusted_facts(v->agent->store, layer, &version, &expires);
}

/* At a time before every expiry: what was signed once stays signed. */
static void check_chain(struct verify *v)
{
	const struct tong__held held = { v, 0, read_role, is_held };
	tong_error why = TONG_ERROR_INIT;

	if (!tong__held_trust(&v->trust, &held, &why))
		return;
	/* A newer root has come since the release was taken, and is kept whatever became of that sync
	 * (specification 5.3.8): the next one brings metadata that its keys signed. */
	if (tong__store_number(v->agent->store, "ahead", 0))
		tong__agent_log(v->agent, TONG__WARNING,
						"the signing keys changed since the last sync: "
						"layers are compared with what was noted then; run sync");
	else
		differ(v, why.subject, why.message);
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
	const struct tong__verify_told told = { v, differ, &v->checked };
	struct tong__store *store = v->agent->store;
	int rc = tong__store_quick_check(store, v->err);

	if (rc)
		return rc;
	check_chain(v);
	rc = tong__store_layers(store, check_layer, v, v->err);
	if (!rc && v->differences == 0 && tong__store_number(store, "damaged", 0))
		differ(v, v->agent->dir, DAMAGED); /* lost layers are not there to differ */
	if (!rc && v->n_bad == 0)
		rc = tong__store_each(store, "base", "item/", check_brief, v, v->err);
	if (!rc && tong__relay_on(store))
		rc = tong__relay_verify(v->agent, &told, v->err);
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

	if (!rc && a->serial == 0)
		rc = tong__fail(v.err, TONG_E_NOTFOUND, a->dir, "nothing is held yet; run tong-agent sync");
	else if (!rc)
		rc = verify(&v, pages);
	rc = tong__agent_told(rc, v.err); /* what could not be looked at is no damage */
	if (rc != TONG_E_NOMEM && !tong__store_is_damage(rc, v.err) && tong__store_met_damage(a->store))
		rc = tong__store_damage(a->dir, v.err);
	tong__agent_end(a);
	tong__trust_free(v.trust);
	if (!rc)
		distrust(&v);
	else if (!a->opt.read_only && tong__store_is_damage(rc, v.err))
		tong__store_mark(a->dir, NULL); /* the next sync makes the database anew */
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
