/* The walk of an update over files that are here: no source is asked. */
#include "agent/held.h"

#include "core/limits.h"

static int load_root(struct tong__trust **out, const struct tong__held *h, struct tong__buf *b,
					 tong_error *err)
{
	int rc = h->read(h->user, "root", 0, b, err);

	if (!rc)
		rc = tong__trust_new(out, b->data ? b->data : "", b->len, h->now, err);
	return rc ? rc : tong__trust_root_done(*out, NULL, err);
}

static int load_online(struct tong__trust *t, const struct tong__held *h, struct tong__buf *b,
					   tong_error *err)
{
	bool same;
	int rc;

	tong__buf_clear(b);
	rc = h->read(h->user, "timestamp", 0, b, err);
	if (!rc)
		rc = tong__trust_timestamp(t, b->data ? b->data : "", b->len, &same, err);
	tong__buf_clear(b);
	if (!rc)
		rc = h->read(h->user, "snapshot", tong__trust_snapshot_version(t), b, err);
	return rc ? rc : tong__trust_snapshot(t, b->data ? b->data : "", b->len, err);
}

static int load_role(struct tong__trust *t, const struct tong__held *h, const char *role,
					 const char *delegator, struct tong__buf *b, tong_error *err)
{
	int rc;

	tong__buf_clear(b);
	rc = h->read(h->user, role, tong__trust_role_version(t, role), b, err);
	return rc ? rc : tong__trust_role(t, role, delegator, b->data ? b->data : "", b->len, err);
}

static int load_all(struct tong__trust **out, const struct tong__held *h, struct tong__buf *b,
					tong_error *err)
{
	const char *name;
	int rc = load_root(out, h, b, err);

	if (!rc)
		rc = load_online(*out, h, b, err);
	if (!rc)
		rc = load_role(*out, h, "targets", NULL, b, err);
	for (size_t i = 0; !rc && (name = tong__trust_delegation(*out, "targets", i, NULL)); i++)
		if (h->wants(h->user, name) && !tong__trust_has_role(*out, name))
			rc = load_role(*out, h, name, "targets", b, err);
	return rc;
}

int tong__held_trust(struct tong__trust **out, const struct tong__held *h, tong_error *err)
{
	struct tong__buf b;
	int rc;

	*out = NULL;
	tong__buf_init(&b, TONG_MAX_TARGETS);
	rc = load_all(out, h, &b, err);
	tong__buf_free(&b);
	if (rc) {
		tong__trust_free(*out);
		*out = NULL;
	}
	return rc;
}

const char *tong__held_layer(const struct tong__trust *t, size_t i)
{
	const char *name;

	for (size_t k = 0; (name = tong__trust_delegation(t, "targets", k, NULL)); k++)
		if (tong__trust_has_role(t, name) && i-- == 0)
			return name;
	return NULL;
}
