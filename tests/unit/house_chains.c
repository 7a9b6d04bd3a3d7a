/* T8 end to end: a node that was away for up to 32 releases comes to the newest with one
 * changeset. */
#include <tong/agent.h>

#include "tests/unit/publisher_release.h"

enum { VERSIONS = 36, REACH = 32 };

/* What a sync asked for, by way of the log. */
struct asked {
	int lists, changesets;
};

static void note(void *user, int64_t level, const char *text)
{
	struct asked *a = user;

	(void)level;
	if (!strstr(text, "asking for changesets/"))
		return;
	if (strstr(text, ".older"))
		a->lists++;
	else
		a->changesets++;
}

static int64_t clock_at(void *user)
{
	(void)user;
	return NOW + DAY;
}

static void node_dir(int version, char out[400])
{
	snprintf(out, 400, "%s/node%d", tong_test_dir(), version);
}

/* A node that holds the release that is in force now. */
static void make_node(int version)
{
	tong_options opt = TONG_OPTIONS_INIT;
	const char *sources[] = {to, NULL}, *regions[] = {"511602", NULL};
	tong_error err = TONG_ERROR_INIT;
	char dir[400], path[420];
	struct tong__buf root;
	tong_agent *a;

	opt.now = clock_at;
	node_dir(version, dir);
	tong__buf_init(&root, TONG_MAX_ROOT);
	snprintf(path, sizeof path, "%s/1.root.json", keys_dir);
	CHECK_INT(tong__file_read(path, &root, NULL), 0);
	CHECK_INT(tong_agent_init(dir, root.data, root.len, sources, regions, &err), 0);
	CHECK_INT(tong_agent_open(&a, dir, &opt, &err), 0);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_sync(a, NULL, NULL, &err), 0);
	tong_agent_close(a);
	tong__buf_free(&root);
}

static void catch_up(int version, struct asked *asked, tong_sync_result *result)
{
	tong_options opt = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;
	char dir[400];
	tong_agent *a;

	*asked = (struct asked){0};
	opt.now = clock_at;
	opt.log = note;
	opt.user = asked;
	node_dir(version, dir);
	CHECK_INT(tong_agent_open(&a, dir, &opt, &err), 0);
	if (tong_agent_sync(a, NULL, result, &err))
		printf("%s: %s: ", err.subject, err.message), tong_test.failed++;
	CHECK_INT(tong_agent_verify(a, 0, NULL, &err), 0);
	tong_agent_close(a);
}

/* One item a release has another name; 'w' is the last world. */
static void publish_all(struct world *w)
{
	char name[64];

	for (int i = 0; i < VERSIONS; i++) {
		snprintf(name, sizeof name, "第%d版的名称", i);
		*w = make_world(i, name);
		release_ok(w, NOW);
		make_node(i);
		if (i + 1 < VERSIONS)
			free_world(w);
	}
}

static void whole_length(uint64_t *n)
{
	struct tong__layer_target base;
	struct tong__trust *t = NULL;

	CHECK_INT(client_trust(&t, to, NOW, NULL), 0);
	CHECK_INT(tong__trust_layer(t, "base", &base, NULL), 0);
	for (size_t i = 0; i < base.n_changes; i++)
		if (base.changes[i].whole)
			*n = base.changes[i].length;
	tong__layer_target_free(&base);
	tong__trust_free(t);
}

static void one_changeset_from_any_of_the_last_32(void)
{
	struct world last;
	uint64_t whole = 0;

	fresh("chains");
	publish_all(&last);
	CHECK_ALIVE();
	whole_length(&whole);
	for (int i = VERSIONS - 2; i >= 0; i--) {
		int back = VERSIONS - 1 - i;
		struct asked asked;
		tong_sync_result r = TONG_SYNC_RESULT_INIT;

		catch_up(i, &asked, &r);
		CHECK_ALIVE();
		CHECK_INT(r.changed, 1);
		/* The head brings the step from the release before; four more stand in the metadata. */
		CHECK_INT(asked.changesets, back > 1);
		CHECK_INT(asked.lists, back > 4);
		CHECK((r.bytes_down < whole) == (back <= REACH));
	}
	free_world(&last);
}

int main(void)
{
	RUN(one_changeset_from_any_of_the_last_32);
	return tong_test_done();
}
