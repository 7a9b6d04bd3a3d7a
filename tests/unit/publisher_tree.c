/* Trees: the same files from a commit and from disk, and what is no file of a catalogue. */
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "publisher/tree_kind.h"
#include "tests/lib/scratch_repo.h"

static struct scratch s;
static struct tong__tree *tree;
static tong_error err;
static char seen[4096];

static int note(void *user, const char *path, uint64_t size)
{
	size_t n = strlen(seen);

	(void)user;
	snprintf(seen + n, sizeof seen - n, "%s:%d ", path, (int)size);
	return 0;
}

static const char *list(void)
{
	*seen = '\0';
	return tong__tree_each(tree, note, NULL, &err) ? "failed" : seen;
}

static int from_git(const char *rev, const char *folder)
{
	tong__tree_free(tree);
	memset(&err, 0, sizeof err);
	return tong__tree_git(&tree, s.dir, rev, folder, &err);
}

static int from_disk(const char *folder)
{
	tong__tree_free(tree);
	memset(&err, 0, sizeof err);
	return tong__tree_dir(&tree, s.dir, folder, &err);
}

static void write_file(const char *path, const char *text)
{
	char full[1024];

	snprintf(full, sizeof full, "%s/%s", s.dir, path);
	CHECK_INT(tong__mkdirs_for(full, NULL), 0);
	CHECK_INT(tong__file_write_fast(full, text, strlen(text), NULL, NULL), 0);
}

static void reads_a_commit(void)
{
	struct tong__buf b;

	scratch_put(&s, "data/b.md", "bb");
	scratch_put(&s, "data/b/a.md", "a");
	scratch_put(&s, "data/b0", "");
	scratch_put(&s, "other/x", "x");
	scratch_commit(&s, 1700000000, 480);
	CHECK_INT(from_git("HEAD", "data"), 0);
	CHECK_STR(list(), "b.md:2 b/a.md:1 b0:0 ");	/* bytes: '.' '/' '0' */
	CHECK_STR(tong__tree_commit(tree), s.head);
	CHECK_INT(tong__tree_time(tree), 1700000000);
	CHECK_STR(tong__tree_label(tree), "HEAD:data");
	CHECK(!tong__tree_uncommitted(tree));
	tong__buf_init(&b, 100);
	CHECK_INT(tong__tree_read(tree, "b.md", &b, &err), 0);
	CHECK_INT(tong__tree_read(tree, "b/a.md", &b, &err), 0);
	CHECK_STR(b.data, "bba");
	CHECK_INT(tong__tree_read(tree, "b/none", &b, &err), TONG_E_ABSENT);
	tong__buf_free(&b);
	tong__buf_init(&b, 1);
	CHECK_INT(tong__tree_read(tree, "b.md", &b, &err), TONG_E_LIMIT);
	tong__buf_free(&b);
	CHECK_INT(from_git("HEAD", ""), 0);
	CHECK_STR(list(), "data/b.md:2 data/b/a.md:1 data/b0:0 other/x:1 ");
	CHECK_INT(from_git(s.head, "./data/"), 0);
	CHECK_STR(list(), "b.md:2 b/a.md:1 b0:0 ");
}

static void names_what_is_missing(void)
{
	CHECK_INT(from_git("v9", "data"), TONG_E_REFERENCE);
	CHECK(strstr(err.message, "v9") && strstr(err.message, s.dir));
	CHECK_INT(from_git("HEAD:data", "data"), TONG_E_REFERENCE);	/* a tree is no commit */
	CHECK_INT(from_git("HEAD~9", "data"), TONG_E_REFERENCE);
	CHECK_INT(from_git("HEAD", "none"), TONG_E_REFERENCE);
	CHECK(strstr(err.message, "none"));
	CHECK_INT(from_git("HEAD", "data/b.md"), TONG_E_REFERENCE);
	CHECK_INT(from_git("HEAD", "../x"), TONG_E_USAGE);
	CHECK_INT(from_git("HEAD", "/etc"), TONG_E_USAGE);
	CHECK_INT(from_disk("none"), TONG_E_REFERENCE);
	CHECK_INT(tong__tree_git(&tree, "/proc/none", "HEAD", "", &err), TONG_E_REFERENCE);
	CHECK(!tree);
}

/* The tree has one odd entry, and it is this one. */
static void odd_is(const char *path, const char *rule)
{
	CHECK_INT(tree->n_odd, 1);
	CHECK_ALIVE();
	CHECK_STR(tree->odd[0].path, path);
	CHECK_STR(tree->odd[0].rule, rule);
}

static void notes_odd_modes_of_commits(void)
{
	static const unsigned odd[] = {GIT_FILEMODE_LINK, GIT_FILEMODE_COMMIT};

	for (size_t i = 0; i < 2; i++) {
		scratch_put_mode(&s, "data/z", "target", odd[i]);
		scratch_commit(&s, 1700000100, 0);
		CHECK_INT(from_git("HEAD", "data"), 0);
		odd_is("z", "file-kind");
		CHECK_STR(list(), "b.md:2 b/a.md:1 b0:0 ");
	}
	CHECK_INT(from_git("HEAD", "other"), 0);	/* elsewhere they concern nobody */
	scratch_put_mode(&s, "data/z", "target", GIT_FILEMODE_BLOB_EXECUTABLE);
	scratch_commit(&s, 1700000200, 0);
	CHECK_INT(from_git("HEAD", "data"), 0);
	scratch_remove(&s, "data/z");
	scratch_commit(&s, 1700000300, 0);
}

static void reads_a_folder(void)
{
	struct tong__buf b;

	write_file("data/b.md", "bb");
	write_file("data/b/a.md", "a");
	write_file("data/b0", "");
	write_file("data/.git/x", "not listed");
	CHECK_ALIVE();
	CHECK_INT(from_disk("data"), 0);
	CHECK_STR(list(), "b.md:2 b/a.md:1 b0:0 ");
	CHECK_STR(tong__tree_commit(tree), s.head);
	CHECK_INT(tong__tree_time(tree), 1700000300);
	CHECK(!tong__tree_uncommitted(tree));
	write_file("data/b/a.md", "A");
	CHECK_INT(from_disk("data"), 0);
	CHECK(tong__tree_uncommitted(tree));
	tong__buf_init(&b, 100);
	CHECK_INT(tong__tree_read(tree, "b/a.md", &b, &err), 0);
	CHECK_STR(b.data, "A");
	CHECK_INT(tong__tree_read(tree, "../other/x", &b, &err), TONG_E_ABSENT);
	tong__buf_free(&b);
}

static void notes_links_on_disk(void)
{
	char path[1024];

	snprintf(path, sizeof path, "%s/data/link", s.dir);
	CHECK_INT(symlink("b.md", path), 0);
	CHECK_INT(from_disk("data"), 0);
	odd_is("link", "file-kind");
	CHECK(tong__tree_uncommitted(tree));
	CHECK_INT(unlink(path), 0);
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK_INT(from_disk("data"), 0);
	odd_is("link", "file-kind");
	CHECK_INT(unlink(path), 0);
}

static void notes_names(void)
{
	scratch_put(&s, "bad/a\\b", "x");
	scratch_commit(&s, 1700000400, 0);
	CHECK_INT(from_git("HEAD", "bad"), 0);
	odd_is("a\\b", "file-name");
	scratch_remove(&s, "bad/a\\b");
	scratch_put(&s, "bad/\xff\n", "x");
	scratch_commit(&s, 1700000400, 0);
	CHECK_INT(from_git("HEAD", "bad"), 0);
	odd_is("\\xFF\\x0A", "file-name");
}

static void works_without_commits(void)
{
	scratch_close(&s);
	scratch_open(&s, "empty");
	write_file("data/a", "x");
	CHECK_ALIVE();
	CHECK_INT(from_disk("data"), 0);
	CHECK_STR(tong__tree_commit(tree), "");
	CHECK_INT(tong__tree_time(tree), 0);
	CHECK_INT(from_git("HEAD", "data"), TONG_E_REFERENCE);
}

int main(void)
{
	scratch_open(&s, "tree");
	RUN(reads_a_commit);
	RUN(names_what_is_missing);
	RUN(notes_odd_modes_of_commits);
	RUN(reads_a_folder);
	RUN(notes_links_on_disk);
	RUN(notes_names);
	RUN(works_without_commits);
	tong__tree_free(tree);
	scratch_close(&s);
	return tong_test_done();
}
