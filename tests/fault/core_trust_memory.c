/* Memory fails at every allocation of an update, once and for ever: the update is refused, nothing
 * stays allocated, and the same files are taken as soon as there is memory again.
 *
 * The answer is TONG_E_NOMEM. libcrypto keeps its own memory here (tests/lib/failing_malloc.h). */
#include "core/err.h"
#include "core/message.h"
#include "tests/lib/failing_malloc.h"
#include "tests/unit/tuf_repo.h"

/* Every file of an update, with local copies, ending with a layer. */
static int update(const struct repo *r, const struct client *c, tong_error *err)
{
	struct tong__layer_target layer = { .n_changes = 0 };
	struct tong__trust *t;
	bool flag;
	int rc = tong__trust_new(&t, c->root, strlen(c->root), NOW, err);

	if (rc)
		return rc;
	rc = tong__trust_root(t, r->file[ROOT], r->n[ROOT], err);
	if (!rc)
		rc = tong__trust_root_done(t, &flag, err);
	if (!rc)
		rc = tong__trust_local_timestamp(t, c->timestamp, strlen(c->timestamp), err);
	if (!rc)
		rc = tong__trust_local_snapshot(t, c->snapshot, strlen(c->snapshot), err);
	if (!rc)
		rc = tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &flag, err);
	if (!rc)
		rc = tong__trust_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], err);
	if (!rc)
		rc = tong__trust_role(t, "targets", NULL, r->file[TARGETS], r->n[TARGETS], err);
	if (!rc)
		rc = tong__trust_role(t, "base", "targets", r->file[BASE], r->n[BASE], err);
	if (!rc)
		rc = tong__trust_layer(t, "base", &layer, err);
	tong__layer_target_free(&layer);
	tong__trust_free(t);
	return rc;
}

static struct repo *r;
static struct client c;

static void fail_each(void)
{
	long before, told = 0, n, made;
	int rc;

	tong__text("what gettext keeps for the life of the process comes before anything is counted");
	before = live;
	for (n = 1;; n++) {
		tong_error err = TONG_ERROR_INIT;

		calls = 0;
		fail_at = n;
		rc = update(r, &c, &err);
		made = calls;
		fail_at = 0;
		CHECK_INT(live, before);
		if (made < n)
			break;
		CHECK_INT(rc, TONG_E_NOMEM);
		CHECK_INT(err.code, rc);
		told += rc == TONG_E_NOMEM;
	}
	CHECK_INT(rc, 0);
	CHECK((n > 200 && told > 50) || !OURS);
	CHECK_INT(update(r, &c, NULL), 0);
}

static void allocation_fails_once(void)
{
	for_ever = 0;
	fail_each();
}

static void allocation_fails_for_ever(void)
{
	for_ever = 1;
	fail_each();
}

int main(void)
{
	if (!failing_begin())
		return 1;
	repo_begin(&r, &c);
	repo_edit(r, BASE, "targets base.ndjson custom tong changesets",
			  "[{\"from\":\"\",\"id\":\"" EMPTY_SHA256 "\",\"length\":12}]");
	r->hashes = true;
	repo_publish(r);
	RUN(allocation_fails_once);
	RUN(allocation_fails_for_ever);
	repo_end(r, &c);
	return tong_test_done();
}
