/* Who signs what, changed under a node that pinned the first root: it follows, also from the middle
 * of a run that was cut; and what was withdrawn signs nothing any more (T10, T11, S1-S7). */
#include <sys/inotify.h>

#include "publisher/stage.h"
#include "tests/unit/publisher_release.h"

static char ring[420], stage[440];

/* Keys of its own for each test, since they change. */
static void fresh_ring(const char *name)
{
	snprintf(keys_dir, sizeof keys_dir, "%s/ring-%s", tong_test_dir(), name);
	snprintf(ring, sizeof ring, "%s", keys_dir);
	snprintf(to, sizeof to, "%s/%s", tong_test_dir(), name);
	snprintf(stage, sizeof stage, "%s.stage", to);
	CHECK_INT(tong__keys_init(ring, NOW, NULL, NULL, NULL), 0);
}

static void make_key(const char *name)
{
	CHECK_INT(tong__keys_create(ring, name, "ed25519", NULL, NULL), 0);
}

static int publish_at(int64_t now, tong_error *err)
{
	struct tong__release_options o = { .now = now };
	struct tong__release_report report;
	struct tong__keys *keys;
	int code = tong__keys_open(&keys, ring, NULL, err);

	if (!code)
		code = tong__stage_publish(to, keys, stage, NULL, &o, &report, err);
	tong__keys_free(keys);
	return code;
}

/* REPLACE old by new; staged, and in force when 'publish'. */
static int replace(const char *old, const char *new, int64_t now, bool publish, tong_error *err)
{
	struct tong__policy_change c = { .act = TONG_POLICY_REPLACE, .n_keys = 1 };
	struct tong__release_options o = { .now = now, .change = &c, .stage = stage };
	struct tong__release_report report;
	struct tong__keys *keys;
	int code = tong__keys_open(&keys, ring, NULL, err);

	if (code)
		return code;
	c.keys[0] = tong__keys_named(keys, new);
	strcpy(c.old_id, tong__keys_named(keys, old)->id);
	code = tong__release_write(to, keys, NULL, &o, &report, err);
	tong__keys_free(keys);
	return code || !publish ? code : publish_at(now, err);
}

/* SET a role to these keys. */
static int set(const char *role, size_t threshold, const char *const names[], const char *where,
			   tong_error *err)
{
	struct tong__policy_change c = { .act = TONG_POLICY_SET, .role = role, .threshold = threshold };
	struct tong__release_options o = { .now = NOW, .change = &c, .stage = where };
	struct tong__release_report report;
	struct tong__keys *keys;
	int code = tong__keys_open(&keys, ring, NULL, err);

	if (code)
		return code;
	while (names[c.n_keys]) {
		c.keys[c.n_keys] = tong__keys_named(keys, names[c.n_keys]);
		c.n_keys++;
	}
	code = tong__release_write(to, keys, NULL, &o, &report, err);
	tong__keys_free(keys);
	return code || !where ? code : publish_at(NOW, err);
}

/* A line of shell about $A, $B and $C. */
static int shell(const char *line, const char *a, const char *b, const char *c)
{
	setenv("A", a, 1);
	setenv("B", b, 1);
	setenv("C", c, 1);
	return system(line);
}

/* ---- a run that is cut anywhere ---- */

#define MAX_EVENTS 200

static int watch(int fd)
{
	char path[1024];

	snprintf(path, sizeof path, "%s", to);
	return inotify_add_watch(fd, path, IN_MOVED_TO);
}

/* Names in the order in which they came to the top of the repository. */
static int read_names(int fd, char names[MAX_EVENTS][300])
{
	char buf[65536] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t got;
	int n = 0;

	while ((got = read(fd, buf, sizeof buf)) > 0) {
		char *p = buf;

		while (p < buf + got && n < MAX_EVENTS) {
			struct inotify_event *e = (struct inotify_event *)p;

			snprintf(names[n++], 300, "%s", e->name);
			p += sizeof *e + e->len;
		}
	}
	return n;
}

/* One state of the walk: what a node finds, and that either way of going on ends well. */
static void check_state(const char *crash, const char *again, const char *kept,
						unsigned long before, unsigned long after, bool in_force, bool root_moved)
{
	tong_error err = TONG_ERROR_INIT;
	struct world w = make_world(-1, "");
	unsigned long version = client_all(crash, NOW, &err);
	char whole[400], whole_stage[440];

	/* Between the new root and the new timestamp a node takes nothing, and keeps what it has. */
	if (!version)
		CHECK(root_moved && !in_force && err.code == TONG_E_SIGNATURE);
	else
		CHECK_INT(version, in_force ? after : before);
	strcpy(whole, to);
	strcpy(whole_stage, stage);
	snprintf(to, sizeof to, "%.390s", again);
	snprintf(stage, sizeof stage, "%s.stage", again);
	CHECK_INT(shell("rm -rf $A $A.stage && cp -a $B $A && cp -a $C $A.stage", again, crash, kept),
			  0);
	CHECK_INT(publish_at(NOW, &err), 0);
	CHECK_INT(client_all(to, NOW, &err), after);
	CHECK(access(stage, F_OK) != 0);
	CHECK_INT(shell("rm -rf $A $A.stage && cp -a $B $A", again, crash, ""), 0);
	release_ok(&w, NOW);
	CHECK_ALIVE();
	CHECK(client_all(to, NOW, &err) >= before);
	strcpy(to, whole);
	strcpy(stage, whole_stage);
	free_world(&w);
}

static void walk(const char *old, const char *new)
{
	static char names[MAX_EVENTS][300];
	char crash[420], again[420], kept[460];
	int n, i, fd = inotify_init1(IN_NONBLOCK);
	bool in_force = false, root_moved = false;
	unsigned long before = client_all(to, NOW, NULL), after;
	tong_error err = TONG_ERROR_INIT;

	snprintf(crash, sizeof crash, "%s-crash", to);
	snprintf(again, sizeof again, "%s-again", to);
	snprintf(kept, sizeof kept, "%s-kept", to);
	CHECK_INT(replace(old, new, NOW, false, &err), 0);
	CHECK_INT(shell("rm -rf $C $B && cp -a $A $B && cp -a $A.stage $C", to, crash, kept), 0);
	CHECK(watch(fd) >= 0);
	CHECK_INT(publish_at(NOW, &err), 0);
	n = read_names(fd, names);
	close(fd);
	after = client_all(to, NOW, NULL);
	CHECK(n > 1 && after >= before);
	for (i = 0; i < n; i++) {
		CHECK_INT(shell("cp -a $A/$C $B/$C", to, crash, names[i]), 0);
		in_force = in_force || strcmp(names[i], "timestamp.json") == 0;
		root_moved = root_moved || strstr(names[i], ".root.json");
		check_state(crash, again, kept, before, after, in_force, root_moved);
		CHECK_ALIVE();
	}
	CHECK(in_force);
}

static void a_rotation_that_is_cut_is_finished(void)
{
	static const char *const roles[] = {
		"timestamp", "snapshot", "targets", "root", "base", "local"
	};
	struct world w = make_world(-1, "");
	char next[64];
	size_t i;

	fresh_ring("cut");
	CHECK_ALIVE();
	release_ok(&w, NOW);
	for (i = 0; i < sizeof roles / sizeof *roles; i++) {
		snprintf(next, sizeof next, "%s-2", roles[i]);
		make_key(next);
		walk(roles[i], next);
		CHECK_ALIVE();
	}
	free_world(&w);
}

/* ---- what a run leaves before it is whole ---- */

/* S2: a stage without its mark is thrown away, one with it is kept. */
static void a_half_stage_is_nothing(void)
{
	struct world w = make_world(-1, ""), b = make_world(3, "新名");
	struct tong__release_options o = { .now = NOW, .stage = stage };
	struct tong__release_report r;
	char path[500];

	fresh_ring("half");
	release_ok(&w, NOW);
	CHECK_INT(publish_at(NOW, NULL), TONG_E_NOTFOUND);
	b.layers.at = b.at;
	CHECK_INT(release_with(ring, &b.layers, &o, &r, NULL), 0);
	CHECK_INT(client_all(to, NOW, NULL), 1);
	CHECK_INT(release_with(ring, &b.layers, &o, &r, NULL), TONG_E_USAGE);
	snprintf(path, sizeof path, "%s/staged", stage);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(publish_at(NOW, NULL), TONG_E_NOTFOUND);
	CHECK_INT(release_with(ring, &b.layers, &o, &r, NULL), 0);
	CHECK_INT(publish_at(NOW, NULL), 0);
	CHECK_INT(client_all(to, NOW, NULL), 2);
	free_world(&w);
	free_world(&b);
}

/* S7 */
static void what_has_moved_on_is_refused(void)
{
	struct world w = make_world(-1, ""), b = make_world(3, "新名"), c = make_world(4, "别名");
	struct tong__release_options o = { .now = NOW, .stage = stage };
	struct tong__release_report r;

	fresh_ring("moved");
	release_ok(&w, NOW);
	b.layers.at = b.at;
	CHECK_INT(release_with(ring, &b.layers, &o, &r, NULL), 0);
	release_ok(&c, NOW);
	CHECK_INT(publish_at(NOW, NULL), TONG_E_VERSION);
	CHECK_INT(client_all(to, NOW, NULL), 2);
	free_world(&w);
	free_world(&b);
	free_world(&c);
}

/* A staged file that somebody changed on the way is signed by nobody. */
static void a_stage_that_was_changed_is_refused(void)
{
	struct world w = make_world(-1, ""), b = make_world(3, "新名");
	struct tong__release_options o = { .now = NOW, .stage = stage };
	struct tong__release_report r;

	fresh_ring("changed");
	release_ok(&w, NOW);
	b.layers.at = b.at;
	CHECK_INT(release_with(ring, &b.layers, &o, &r, NULL), 0);
	CHECK_INT(shell("cd $A && sed -i 's/\"records\":[0-9]*/\"records\":1/' 2.base.json && "
					"rm $B/base.pem",
					stage, ring, ""),
			  0);
	CHECK_INT(publish_at(NOW, NULL), TONG_E_SIGNATURE);
	CHECK_INT(client_all(to, NOW, NULL), 1);
	free_world(&w);
	free_world(&b);
}

/* ---- lost, revoked, too few ---- */

/* The key is gone, and so is the time: root replaces it. */
static void a_lost_timestamp_key_that_has_run_out_is_replaced(void)
{
	struct tong__release_options o = { .now = NOW + 40 * DAY };
	struct world w = make_world(-1, "");
	tong_error err = TONG_ERROR_INIT;

	fresh_ring("lost-key");
	release_ok(&w, NOW);
	CHECK_INT(shell("rm $A/timestamp.pem", ring, "", ""), 0);
	CHECK_INT(client_all(to, NOW + 40 * DAY, &err), 0);
	CHECK_INT(err.code, TONG_E_EXPIRED);
	CHECK_INT(timestamp_with(ring, &o, &err), TONG_E_SIGNATURE);
	CHECK(strstr(err.message, "timestamp"));
	make_key("another");
	CHECK_INT(replace("timestamp", "another", NOW + 40 * DAY, true, &err), 0);
	CHECK_INT(client_all(to, NOW + 40 * DAY, &err), 1);
	CHECK_INT(timestamp_with(ring, &o, &err), 0);
	free_world(&w);
}

/* A release signed by keys of before, next to the new root: refused from its timestamp on. */
static void revoked_keys_sign_nothing(void)
{
	static const char *const roles[] = { "timestamp", "snapshot", "targets" };
	struct world w = make_world(-1, ""), b = make_world(3, "新名");
	tong_error err = TONG_ERROR_INIT;
	char next[64], thief[420], mine[420];
	size_t i;

	for (i = 0; i < 3; i++) {
		char name[64];

		snprintf(name, sizeof name, "revoked-%s", roles[i]);
		fresh_ring(name);
		release_ok(&w, NOW);
		CHECK_INT(shell("cp -a $A $A-old && cp -a $B $B-old", ring, to, ""), 0);
		snprintf(next, sizeof next, "%s-2", roles[i]);
		make_key(next);
		CHECK_INT(replace(roles[i], next, NOW, true, &err), 0);
		snprintf(mine, sizeof mine, "%s", to);
		snprintf(thief, sizeof thief, "%s-old", to);
		strcat(keys_dir, "-old");
		strcpy(to, thief);
		release_ok(&b, NOW);
		CHECK_INT(shell("cp $A/2.root.json $B/", mine, thief, ""), 0);
		CHECK_INT(client_all(thief, NOW, &err), 0);
		CHECK_INT(err.code, TONG_E_SIGNATURE);
		CHECK(client_all(mine, NOW, &err) >= 1);
		strcpy(keys_dir, ring);
	}
	free_world(&w);
	free_world(&b);
}

/* T11: who must still sign is told before anything is written. */
static void too_few_keys_are_refused_beforehand(void)
{
	static const char *const three[] = { "a", "b", "c", NULL };
	struct world w = make_world(-1, ""), n = make_world(3, "新名");
	tong_error err = TONG_ERROR_INIT;
	struct tong__release_report r;

	fresh_ring("few");
	release_ok(&w, NOW);
	make_key("a");
	make_key("b");
	make_key("c");
	CHECK_INT(set("base", 4, three, NULL, &err), TONG_E_USAGE);
	CHECK_INT(set("base", 2, three, stage, &err), 0);
	CHECK_INT(shell("rm $A/a.pem $A/c.pem && cp -a $B $B-before", ring, to, ""), 0);
	CHECK_INT(release_at(&n, NOW, &r, &err), TONG_E_SIGNATURE);
	CHECK(strstr(err.message, "3.base.json: 1 of 2, still to sign: a, c"));
	CHECK_INT(shell("diff -r $B $B-before", ring, to, ""), 0);
	CHECK_INT(client_all(to, NOW, NULL), 2);
	free_world(&w);
	free_world(&n);
}

static void a_key_is_named_once(void)
{
	static const char *const twice[] = { "a", "b", NULL };
	struct world w = make_world(-1, "");

	fresh_ring("twice");
	release_ok(&w, NOW);
	make_key("a");
	CHECK_INT(shell("cp $A/a.pem $A/b.pem && cp $A/a.pub $A/b.pub", ring, "", ""), 0);
	CHECK_INT(set("root", 2, twice, NULL, NULL), TONG_E_USAGE);
	free_world(&w);
}

int main(void)
{
	RUN(a_rotation_that_is_cut_is_finished);
	RUN(a_half_stage_is_nothing);
	RUN(what_has_moved_on_is_refused);
	RUN(a_stage_that_was_changed_is_refused);
	RUN(a_lost_timestamp_key_that_has_run_out_is_replaced);
	RUN(revoked_keys_sign_nothing);
	RUN(too_few_keys_are_refused_beforehand);
	RUN(a_key_is_named_once);
	return tong_test_done();
}
