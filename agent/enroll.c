/* Joining the level above: where reports go, and the request to be approved there (FORMAT U2). */
#include <string.h>

#include "agent/upward.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

static int check(const char *name, const char *url, const char *key, tong_error *err)
{
	if (!tong__utf8_valid(name, strlen(name), NULL) || !*name ||
		tong__utf8_count(name, strlen(name)) > TONG_MAX_NODE_NAME)
		return tong__fail(err, TONG_E_USAGE, name, "a node's name has 1 to %d characters",
						  TONG_MAX_NODE_NAME);
	if (url && !tong__starts(url, "https://") && !tong__starts(url, "http://"))
		return tong__fail(err, TONG_E_USAGE, url,
						  "the address of the node above is wanted, http:// or https://");
	if (key && !tong__node_id_valid(key))
		return tong__fail(err, TONG_E_USAGE, key,
						  "the id of the node above is wanted, 64 digits as its `nodes` shows");
	return 0;
}

/* Another level above knows nothing of what the last one decided. */
static int set_upper(struct tong__outbox *o, const char *url, const char *key, tong_error *err)
{
	struct tong__upper now;
	bool same = tong__outbox_upper(o, &now) && strcmp(now.url, url ? url : "") == 0;
	int rc = tong__ledger_text_set(o->ledger, "upper_url", url, err);

	if (!rc && (key || !same))
		rc = tong__ledger_text_set(o->ledger, "upper", key, err);
	if (!rc && (!same || (key && strcmp(key, now.key) != 0)))
		rc = tong__ledger_text_set(o->ledger, "upper_state", NULL, err);
	return rc ? rc : tong__ledger_number_set(o->ledger, "enrolled", 1, err);
}

static int ask(tong_agent *a, struct tong__outbox *o, const char *name, tong_error *err)
{
	json_t *body = json_pack("{s:s, s:s, s:s}", "kind", "request", "name", name, "agent",
							 tong_version()),
		   *regions = tong__agent_list(a, "regions");
	int rc = body ? 0 : tong__fail_nomem(err);

	if (!rc && json_array_size(regions) && json_object_set(body, "regions", regions))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__outbox_add(o, body, tong__agent_now(a), err);
	if (!rc)
		rc = tong__ledger_number_set(o->ledger, "request",
									 tong__ledger_next(o->ledger, tong__identity_id(o->me)) - 1,
									 err);
	json_decref(regions);
	json_decref(body);
	return rc;
}

struct vouching {
	struct tong__outbox *o;
	int64_t now;
	tong_error *err;
};

static int vouch(void *arg, const struct tong__node *n)
{
	const struct vouching *v = arg;

	return n->state == TONG__APPROVED && !n->via[0] ? tong__vouch(v->o, n, v->now, v->err) : 0;
}

int tong__enroll(tong_agent *a, struct tong__outbox *o, const char *name, const char *url,
				 const char *key, tong_error *err)
{
	struct vouching v = { o, tong__agent_now(a), err };
	int rc = check(name, url, key, err);

	if (!rc)
		rc = tong__ledger_begin(o->ledger, err);
	if (!rc)
		rc = set_upper(o, url, key, err);
	if (!rc)
		rc = ask(a, o, name, err);
	if (!rc)
		rc = tong__ledger_nodes(o->ledger, vouch, &v, err);
	if (!rc)
		rc = tong__ledger_commit(o->ledger, err);
	if (rc)
		tong__ledger_abort(o->ledger);
	return rc;
}
