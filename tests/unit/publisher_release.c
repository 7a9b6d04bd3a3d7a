/* Releases: what a client finds in the folder after each of them. */
#include <fcntl.h>
#include <sys/file.h>

#include "core/repo_name.h"
#include "tests/unit/publisher_release.h"

/* Is the layer's changeset from nothing in it? */
static bool has_whole(const struct tong__head *head, const char *role)
{
	struct tong__trust *t = NULL;
	struct tong__layer_target now;
	char name[TONG_REPO_NAME];
	bool found = false;

	if (!client_trust(&t, to, NOW, NULL) && !tong__trust_layer(t, role, &now, NULL)) {
		for (size_t i = 0; i < now.n_changes; i++) {
			tong__repo_changeset_name(&now.changes[i].id, name);
			found = found || (now.changes[i].whole && tong__head_get(head, name).p);
		}
		tong__layer_target_free(&now);
	}
	tong__trust_free(t);
	return found;
}

/* H4: targets, the local and the site's role, and their layers from nothing; not base. */
static void holds_what_a_new_node_needs(const char *name)
{
	struct tong__head *head = NULL;
	struct tong__buf file;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&file, TONG_MAX_HEAD);
	CHECK_INT(get(to, name, &file, NULL), 0);
	CHECK_INT(tong__head_read(file.data, file.len, &head, &err), 0);
	CHECK_INT(tong__head_root(head), 1);
	CHECK(tong__head_get(head, "1.targets.json").p && tong__head_get(head, "1.r511602.json").p);
	CHECK(tong__head_get(head, "1.site.json").p && !tong__head_get(head, "1.base.json").p);
	CHECK(has_whole(head, "r511602") && has_whole(head, "site") && !has_whole(head, "base"));
	tong__head_free(head);
	tong__buf_free(&file);
}

static void a_first_release_is_complete(void)
{
	struct world w = make_world(-1, "");
	struct tong__release_report r;
	tong_error err = TONG_ERROR_INIT;

	fresh("first");
	r = release_ok(&w, NOW);
	CHECK_ALIVE();
	CHECK(r.changed);
	CHECK_INT(r.version, 1);
	CHECK_INT(r.layers_changed, 3);
	CHECK_INT(r.changesets, 3);
	CHECK_INT(client_all(to, NOW, &err), 1);
	CHECK(has("1.root.json") && has("1.r511602.json") && has("heads/511602") && has("heads/all"));
	CHECK(has("heads/new-511602") && has("heads/new-all"));
	holds_what_a_new_node_needs("heads/new-511602");
	CHECK_INT(count("heads"), 4);
	CHECK_INT(client_all(to, NOW + 29 * DAY, &err), 1);
	CHECK_INT(client_all(to, NOW + 31 * DAY, &err), 0);
	CHECK_INT(err.code, TONG_E_EXPIRED);
	free_world(&w);
}

static void no_change_writes_nothing(void)
{
	struct world w = make_world(-1, "");
	struct tong__release_report r;
	struct stat before, after;
	char path[420];

	fresh("same");
	release_ok(&w, NOW);
	snprintf(path, sizeof path, "%s/timestamp.json", to);
	CHECK_INT(stat(path, &before), 0);
	r = release_ok(&w, NOW + DAY);
	CHECK_ALIVE();
	CHECK(!r.changed);
	CHECK_INT(r.version, 1);
	CHECK_INT(r.bytes_written, 0);
	CHECK_INT(stat(path, &after), 0);
	CHECK_INT(before.st_ino, after.st_ino);
	free_world(&w);
}

/* Design section 5: a one-item change signs the layer's role, snapshot and timestamp, and nothing
 * else. */
static void one_item_touches_three_metadata_files(void)
{
	struct world a = make_world(-1, ""), b = make_world(7, "居民身份证换领");
	struct tong__release_report r;

	fresh("one");
	release_ok(&a, NOW);
	r = release_ok(&b, NOW);
	CHECK_ALIVE();
	CHECK_INT(r.version, 2);
	CHECK_INT(r.layers_changed, 1);
	CHECK_INT(r.changesets, 2);
	CHECK(has("2.base.json") && has("2.snapshot.json"));
	CHECK(!has("2.site.json") && !has("2.r511602.json") && !has("2.targets.json")
	      && !has("2.root.json"));
	CHECK_INT(client_all(to, NOW, NULL), 2);
	CHECK_INT(client_delta(&a.at[0]), 0);
	CHECK_INT(count("targets"), 4);
	free_world(&a);
	free_world(&b);
}

/* A whole update comes with the head: signed files and the changeset, each as it lies in the
 * folder. */
static void a_head_carries_the_update(void)
{
	struct world a = make_world(-1, ""), b = make_world(7, "居民身份证换领");
	static const char *const inside[] = {"timestamp.json", "2.snapshot.json", "2.base.json"};
	static const char *const outside[] = {"1.site.json", "1.targets.json", "1.r511602.json"};
	struct tong__buf head, file;
	struct tong__head *h;
	size_t i;

	fresh("head");
	release_ok(&a, NOW);
	release_ok(&b, NOW);
	CHECK_ALIVE();
	tong__buf_init(&head, TONG_MAX_HEAD);
	tong__buf_init(&file, TONG_MAX_HEAD);
	CHECK_INT(get(to, "heads/511602", &head, NULL), 0);
	CHECK(head.len < 4096);
	CHECK_INT(tong__head_read(head.data, head.len, &h, NULL), 0);
	CHECK_INT(tong__head_root(h), 1);
	for (i = 0; i < sizeof inside / sizeof *inside; i++) {
		struct tong__str in = tong__head_get(h, inside[i]);

		CHECK_INT(get(to, inside[i], &file, NULL), 0);
		CHECK_INT(in.n, file.len);
		CHECK_MEM(in.p, file.data, in.n);
	}
	for (i = 0; i < sizeof outside / sizeof *outside; i++)
		CHECK(!tong__head_get(h, outside[i]).p);
	tong__head_free(h);
	tong__buf_free(&head);
	tong__buf_free(&file);
	free_world(&a);
	free_world(&b);
}

/* 34 versions before the last: a changeset from each of the last 32 (T8), four of them named in
 * the metadata itself; the whole-layer ones of as many, two plain layers; the 33rd goes the long
 * way. */
enum { VERSIONS = 34, REACH = 32, NEAR = 4 };

static void changesets_reach_back_32_versions(void)
{
	struct world w[VERSIONS], last = make_world(299, "最后一版");
	struct tong__layer_target base;
	struct tong__trust *t = NULL;
	char name[64];
	int i;

	fresh("many");
	for (i = 0; i < VERSIONS; i++) {
		snprintf(name, sizeof name, "第%d版", i);
		w[i] = make_world(i, name);
		release_ok(&w[i], NOW);
		CHECK_ALIVE();
	}
	release_ok(&last, NOW);
	CHECK_ALIVE();
	CHECK_INT(client_all(to, NOW, NULL), VERSIONS + 1);
	for (i = 0; i < VERSIONS; i++)
		CHECK_INT(client_delta(&w[i].at[0]), i < VERSIONS - REACH ? TONG_E_NOTFOUND : 0);
	CHECK_INT(client_trust(&t, to, NOW, NULL), 0);
	CHECK_INT(tong__trust_layer(t, "base", &base, NULL), 0);
	CHECK_INT(base.n_changes, 1 + NEAR);
	tong__layer_target_free(&base);
	tong__trust_free(t);
	/* base: 32 deltas, 32 whole and the list; site and region: 1 each */
	CHECK_INT(count("changesets"), REACH + REACH + 1 + 2);
	CHECK_INT(count("targets"), 2 + 2);
	/* Back to an older version: that one is what it was, no changeset leads from it to itself. */
	release_ok(&w[9], NOW);
	CHECK_ALIVE();
	CHECK_INT(client_all(to, NOW, NULL), VERSIONS + 2);
	CHECK_INT(client_delta(&last.at[0]), 0);
	CHECK_INT(client_delta(&w[9].at[0]), TONG_E_NOTFOUND);
	for (i = 0; i < VERSIONS; i++)
		free_world(&w[i]);
	free_world(&last);
}

/* What a role signs of older ways stays when only its date is renewed, and a list that was lost is
 * written again. */
static void a_lost_list_of_older_ways_is_mended(void)
{
	struct world w[7];
	char name[64], path[1024];
	struct dirent *e;
	DIR *d;
	int i;

	fresh("mended");
	for (i = 0; i < 7; i++) {
		snprintf(name, sizeof name, "第%d版", i);
		w[i] = make_world(i, name);
		release_ok(&w[i], NOW);
		CHECK_ALIVE();
	}
	CHECK_INT(client_delta(&w[0].at[0]), 0);
	CHECK_INT(release_ok(&w[6], NOW + 300 * DAY).changed, true);
	CHECK_INT(client_delta(&w[0].at[0]), 0);
	snprintf(path, sizeof path, "%s/changesets", to);
	d = opendir(path);
	while (d && (e = readdir(d)))
		if (strstr(e->d_name, ".older"))
			CHECK_INT(unlinkat(dirfd(d), e->d_name, 0), 0);
	closedir(d);
	CHECK(client_delta(&w[0].at[0]) != 0);
	release_ok(&w[6], NOW + 300 * DAY);
	CHECK_INT(client_delta(&w[0].at[0]), 0);
	for (i = 0; i < 7; i++)
		free_world(&w[i]);
}

/* A region comes, goes and returns: delegated or not, but never missing from snapshot. */
static void a_region_comes_and_goes(void)
{
	struct world narrow = make_world(-1, ""), wide = make_wide_world(), again = make_wide_world();
	struct tong__trust *t = NULL;

	fresh("regions");
	release_ok(&narrow, NOW);
	release_ok(&wide, NOW);
	CHECK_ALIVE();
	CHECK_INT(client_all(to, NOW, NULL), 2);
	CHECK(has("2.targets.json") && has("1.r511602101.json") && has("heads/511602101"));
	release_ok(&narrow, NOW);
	CHECK_ALIVE();
	CHECK_INT(client_all(to, NOW, NULL), 3);
	CHECK(has("3.targets.json") && !has("heads/511602101"));
	CHECK(!has("heads/new-511602101"));
	CHECK_INT(client_trust(&t, to, NOW, NULL), 0);
	CHECK_INT(tong__trust_role_version(t, "r511602101"), 1);
	CHECK(!tong__trust_has_role(t, "r511602101"));
	tong__trust_free(t);
	release_ok(&again, NOW);
	CHECK_ALIVE();
	CHECK_INT(client_all(to, NOW, NULL), 4);
	CHECK(has("4.targets.json") && has("2.r511602101.json"));
	free_world(&narrow);
	wide.layers.at = again.layers.at = NULL;
	free_world(&wide);
	free_world(&again);
}

static void a_new_timestamp_changes_nothing_else(void)
{
	struct world w = make_world(-1, "");
	struct tong__release_options o = {.now = NOW + 20 * DAY};
	struct tong__buf head;
	struct tong__head *h;
	struct tong__str in;

	fresh("stamp");
	CHECK_INT(timestamp_with(keys_dir, &o, NULL), TONG_E_NOTFOUND);
	CHECK_INT(tong__mkdirs(to, NULL), 0);
	CHECK_INT(timestamp_with(keys_dir, &o, NULL), TONG_E_NOTFOUND);
	release_ok(&w, NOW);
	CHECK_INT(timestamp_with(keys_dir, &o, NULL), 0);
	CHECK_INT(client_all(to, NOW + 49 * DAY, NULL), 1);
	CHECK(!has("2.snapshot.json"));
	tong__buf_init(&head, TONG_MAX_HEAD);
	CHECK_INT(get(to, "heads/all", &head, NULL), 0);
	CHECK_INT(tong__head_read(head.data, head.len, &h, NULL), 0);
	in = tong__head_get(h, "timestamp.json");
	CHECK_INT(get(to, "timestamp.json", &head, NULL), 0);
	CHECK_INT(in.n, head.len);
	CHECK_MEM(in.p, head.data, in.n);
	CHECK(tong__head_get(h, "1.base.json").p);
	/* Snapshot runs out after 90 days: a new date on timestamp cannot help. */
	o.now = NOW + 91 * DAY;
	CHECK_INT(timestamp_with(keys_dir, &o, NULL), TONG_E_EXPIRED);
	tong__head_free(h);
	tong__buf_free(&head);
	free_world(&w);
}

/* Half of the time over: renewed by the next release, even when no layer changed. */
static void old_metadata_is_renewed(void)
{
	struct world w = make_world(-1, "");
	struct tong__release_report r;

	fresh("renew");
	release_ok(&w, NOW);
	r = release_ok(&w, NOW + 16 * DAY);
	CHECK(r.changed && !has("2.snapshot.json"));
	r = release_ok(&w, NOW + 200 * DAY);
	CHECK_ALIVE();
	CHECK(r.changed);
	CHECK_INT(r.layers_changed, 0);
	CHECK(has("2.snapshot.json") && has("2.base.json") && has("2.targets.json")
	      && !has("2.root.json"));
	CHECK_INT(client_all(to, NOW + 220 * DAY, NULL), 2);
	r = release_ok(&w, NOW + 800 * DAY);
	CHECK_ALIVE();
	CHECK(has("2.root.json"));
	CHECK_INT(client_all(to, NOW + 810 * DAY, NULL), 3);
	free_world(&w);
}

static void damage_is_refused_and_kept(void)
{
	static const char *const files[] = {"timestamp.json", "1.snapshot.json", "1.base.json",
	                                    "1.targets.json", "1.root.json"};
	struct world a = make_world(-1, ""), b = make_world(1, "新");
	struct tong__release_report r;
	struct tong__buf good;
	char path[1024];
	size_t i;

	fresh("damage");
	release_ok(&a, NOW);
	CHECK_ALIVE();
	tong__buf_init(&good, TONG_MAX_TARGETS);
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		tong_error err = TONG_ERROR_INIT;

		CHECK_INT(get(to, files[i], &good, NULL), 0);
		snprintf(path, sizeof path, "%s/%s", to, files[i]);
		good.data[good.len / 2] ^= 1;
		CHECK_INT(tong__file_write(path, good.data, good.len, NULL), 0);
		CHECK(release_at(&b, NOW, &r, &err) != 0 && *err.message);
		CHECK(!has("2.base.json"));
		if (strcmp(files[i], "1.root.json") != 0) {
			CHECK_INT(unlink(path), 0);
			CHECK(release_at(&b, NOW, &r, &err) != 0 && *err.message);
		}
		CHECK(!has("2.base.json"));
		good.data[good.len / 2] ^= 1;
		CHECK_INT(tong__file_write(path, good.data, good.len, NULL), 0);
	}
	release_ok(&b, NOW);
	CHECK_INT(client_all(to, NOW, NULL), 2);
	tong__buf_free(&good);
	free_world(&a);
	free_world(&b);
}

static void lost_content_is_made_again(void)
{
	struct world w = make_world(-1, "");
	char path[1100], hex[TONG_HEX];

	fresh("lost");
	release_ok(&w, NOW);
	tong__hash_hex(&w.at[0].sha256, hex);
	snprintf(path, sizeof path, "%s/targets/%s.base.ndjson", to, hex);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(client_all(to, NOW, NULL), 0);
	CHECK(release_ok(&w, NOW).changed);
	CHECK_INT(client_all(to, NOW, NULL), 2);
	free_world(&w);
}

static void other_keys_are_refused(void)
{
	struct world w = make_world(-1, "");
	struct tong__release_options o = {.now = NOW};
	struct tong__release_report r;
	char other[420], pem[440], theirs[440];

	fresh("foreign");
	release_ok(&w, NOW);
	snprintf(other, sizeof other, "%s/other", tong_test_dir());
	CHECK_INT(tong__keys_init(other, NOW, NULL, NULL, NULL), 0);
	w.layers.at = w.at;
	CHECK_INT(release_with(other, &w.layers, &o, &r, NULL), TONG_E_KEY);
	/* A key that root does not name signs nothing. */
	snprintf(pem, sizeof pem, "%s/timestamp.pem", other);
	snprintf(theirs, sizeof theirs, "%s/snapshot.pem", other);
	CHECK_INT(tong__file_rename(theirs, pem, NULL), 0);
	snprintf(theirs, sizeof theirs, "%s/timestamp.pub", other);
	CHECK_INT(unlink(theirs), 0);
	snprintf(theirs, sizeof theirs, "%s/snapshot.pub", other);
	CHECK_INT(unlink(theirs), 0);
	snprintf(to, sizeof to, "%s/foreign2", tong_test_dir());
	CHECK_INT(release_with(other, &w.layers, &o, &r, NULL), TONG_E_SIGNATURE);
	CHECK(!has("timestamp.json"));
	free_world(&w);
}

static void one_writer_at_a_time(void)
{
	struct world w = make_world(-1, "");
	struct tong__release_report r;
	int fd;

	fresh("busy");
	CHECK_INT(tong__mkdirs(to, NULL), 0);
	fd = open(to, O_RDONLY | O_DIRECTORY);
	CHECK_INT(flock(fd, LOCK_EX), 0);
	CHECK_INT(release_at(&w, NOW, &r, NULL), TONG_E_BUSY);
	close(fd);
	release_ok(&w, NOW);
	free_world(&w);
}

/* P6 for signed files: the same keys, date and layers give the same folder (Ed25519). */
static void same_input_same_bytes(void)
{
	struct world a = make_world(-1, ""), b = make_world(9, "新名");
	char cmd[1024], one[400];

	fresh("same1");
	release_ok(&a, NOW);
	release_ok(&b, NOW);
	strcpy(one, to);
	fresh("same2");
	release_ok(&a, NOW);
	release_ok(&b, NOW);
	CHECK_ALIVE();
	snprintf(cmd, sizeof cmd, "diff -r %s %s", one, to);
	CHECK_INT(system(cmd), 0);
	free_world(&a);
	free_world(&b);
}

int main(void)
{
	RUN(a_first_release_is_complete);
	RUN(no_change_writes_nothing);
	RUN(one_item_touches_three_metadata_files);
	RUN(a_head_carries_the_update);
	RUN(changesets_reach_back_32_versions);
	RUN(a_lost_list_of_older_ways_is_mended);
	RUN(a_region_comes_and_goes);
	RUN(a_new_timestamp_changes_nothing_else);
	RUN(old_metadata_is_renewed);
	RUN(damage_is_refused_and_kept);
	RUN(lost_content_is_made_again);
	RUN(other_keys_are_refused);
	RUN(one_writer_at_a_time);
	RUN(same_input_same_bytes);
	return tong_test_done();
}
