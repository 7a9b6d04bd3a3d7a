/* P1 for releases: after a crash at any write the release before is in force whole, or the new one.
 */
#include <sys/inotify.h>

#include "tests/unit/publisher_release.h"

#define MAX_EVENTS 200

/* The order in which files came to their names while 'w' was released; from inotify, whose events
 * are in order. */
static int record_release(struct world *w, char names[MAX_EVENTS][300])
{
	static const char *const folders[] = {"", "/targets", "/changesets", "/heads"};
	char buf[65536] __attribute__((aligned(__alignof__(struct inotify_event)))), path[1024];
	int fd = inotify_init1(IN_NONBLOCK), at[4], n = 0, i;
	ssize_t got;

	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s%s", to, folders[i]);
		tong__mkdirs(path, NULL);
		at[i] = inotify_add_watch(fd, path, IN_MOVED_TO);
	}
	release_ok(w, NOW);
	while ((got = read(fd, buf, sizeof buf)) > 0) {
		char *p = buf;

		while (p < buf + got && n < MAX_EVENTS) {
			struct inotify_event *e = (struct inotify_event *)p;

			for (i = 0; i < 4; i++)
				if (at[i] == e->wd)
					snprintf(names[n], 300, "%s/%s", *folders[i] ? folders[i] + 1 : ".", e->name);
			n++;
			p += sizeof *e + e->len;
		}
	}
	close(fd);
	return n;
}

/* A line of shell about $A, $B and $C. */
static int shell(const char *line, const char *a, const char *b, const char *c)
{
	setenv("A", a, 1);
	setenv("B", b, 1);
	setenv("C", c, 1);
	return system(line);
}

/* After each write: the old release whole or the new one whole; and from each such state the
 * release can be made. */
static void walk_crashes(struct world *before, struct world *after, unsigned long from)
{
	static char names[MAX_EVENTS][300];
	char whole[400], crash[420], again[420];
	int n, i, in_force = 0;

	if (before)
		release_ok(before, NOW);
	strcpy(whole, to);
	snprintf(crash, sizeof crash, "%s-crash", whole);
	snprintf(again, sizeof again, "%s-again", whole);
	CHECK_INT(shell("mkdir -p $A && rm -rf $B $C && cp -a $A $B", whole, crash, again), 0);
	n = record_release(after, names);
	CHECK_ALIVE();
	CHECK(n > 5);
	for (i = 0; i < n; i++) {
		tong_error err = TONG_ERROR_INIT;
		unsigned long version;

		CHECK_INT(shell("mkdir -p $(dirname $B/$C) && cp -a $A/$C $B/$C", whole, crash, names[i]),
		          0);
		version = client_all(crash, NOW, &err);
		if (strcmp(names[i], "./timestamp.json") == 0)
			in_force = 1;
		CHECK_INT(version, from + (unsigned long)in_force);
		CHECK_INT(shell("rm -rf $C && cp -a $B $C", whole, crash, again), 0);
		snprintf(to, sizeof to, "%.390s", again);
		release_ok(after, NOW);
		CHECK_ALIVE();
		CHECK_INT(client_all(to, NOW, &err), from + 1);
		CHECK_INT(shell("diff -r $A $C", whole, crash, again), 0);
		strcpy(to, whole);
	}
	CHECK(in_force);
}

static void a_crash_of_a_first_release_leaves_nothing_in_force(void)
{
	struct world w = make_world(-1, "");

	fresh("crash1");
	walk_crashes(NULL, &w, 0);
	free_world(&w);
}

static void a_crash_leaves_the_release_before_in_force(void)
{
	struct world a = make_world(-1, ""), b = make_wide_world();

	fresh("crash2");
	walk_crashes(&a, &b, 1);
	free_world(&a);
	free_world(&b);
}

/* A step that cannot write: an error, and the release before is in force. */
static void a_failed_step_leaves_the_release_before_in_force(void)
{
	static const char *const obstacles[] = {"2.base.json", "2.snapshot.json"};
	struct world a = make_world(-1, ""), b = make_world(3, "新名");
	struct tong__release_report r;
	char path[1024];
	size_t i;

	fresh("fail");
	release_ok(&a, NOW);
	for (i = 0; i < sizeof obstacles / sizeof *obstacles; i++) {
		tong_error err = TONG_ERROR_INIT;

		snprintf(path, sizeof path, "%s/%s", to, obstacles[i]);
		CHECK_INT(mkdir(path, 0777), 0);
		CHECK_INT(release_at(&b, NOW, &r, &err), TONG_E_IO);
		CHECK(*err.message);
		CHECK_INT(client_all(to, NOW, NULL), 1);
		CHECK_INT(rmdir(path), 0);
	}
	release_ok(&b, NOW);
	CHECK_INT(client_all(to, NOW, NULL), 2);
	free_world(&a);
	free_world(&b);
}

int main(void)
{
	RUN(a_crash_of_a_first_release_leaves_nothing_in_force);
	RUN(a_crash_leaves_the_release_before_in_force);
	RUN(a_failed_step_leaves_the_release_before_in_force);
	return tong_test_done();
}
