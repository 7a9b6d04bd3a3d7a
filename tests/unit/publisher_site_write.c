/* Writing a site: what is touched, what stays, what goes. The pages come from a table here, not
 * from core/site_kinds.c. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/text.h"
#include "publisher/site_write.h"
#include "tests/lib/check.h"

/* ---- a site of a few pages; these stand in for core's, which the linker then leaves out ---- */

struct page {
	const char *url, *body;
};

static const struct page *site_pages;
static const char *broken_url;

struct tong__site {
	int opened;
};

int tong__site_open(struct tong__site **out, const struct tong__reader *reader, tong_error *err)
{
	(void)reader;
	*out = calloc(1, sizeof **out);
	return *out ? 0 : tong__fail_nomem(err);
}

void tong__site_close(struct tong__site *site)
{
	free(site);
}

void tong__site_share(struct tong__site *site, const struct tong__site *other)
{
	(void)site, (void)other;
}

struct tong__site_memory {
	int made;
};

struct tong__site_memory *tong__site_memory_new(void)
{
	return calloc(1, sizeof(struct tong__site_memory));
}

void tong__site_memory_free(struct tong__site_memory *m)
{
	free(m);
}

int tong__site_render_next(const struct tong__site *site, const struct tong__reader *reader,
                           struct tong__site_memory *memory, const char *url,
                           struct tong__buf *out, const char **type, tong_error *err)
{
	const struct page *p;

	(void)site, (void)reader, (void)memory;
	*type = "text/html";
	if (broken_url && strcmp(url, broken_url) == 0)
		return tong__fail(err, TONG_E_REFERENCE, url, "broken on purpose");
	for (p = site_pages; p->url; p++)
		if (strcmp(p->url, url) == 0)
			return tong__buf_adds(out, p->body);
	return tong__fail(err, TONG_E_NOTFOUND, url, "no such page");
}

int tong__site_urls(const struct tong__site *site, const struct tong__reader *reader,
                    int (*fn)(void *arg, const char *url), void *arg, tong_error *err)
{
	const struct page *p;
	int rc = 0;

	(void)site, (void)reader, (void)err;
	for (p = site_pages; p->url && !rc; p++)
		rc = fn(arg, p->url);
	return rc;
}

bool tong__site_file(const char *url, char *out, size_t max)
{
	return (size_t)snprintf(out, max, "%s%s", url + 1, tong__ends(url, "/") ? "index.html" : "")
	       < max;
}

static const struct page first[] = {
	{"/", "home"},
	{"/items/A/", "item A"},
	{"/items/B/", "item B"},
	{"/static/style.css", "p {}"},
	{"/regions/", "regions"},
	{"/regions/511602/", "region"},
	{"/regions/511602/items/A/", "A here"},
	{"/regions/512000/", "another"},
	{NULL, NULL},
};
/* A changed, B gone, C new. */
static const struct page second[] = {
	{"/", "home"},
	{"/items/A/", "item A, better"},
	{"/items/C/", "item C"},
	{"/static/style.css", "p {}"},
	{"/regions/", "regions"},
	{"/regions/511602/", "region"},
	{"/regions/511602/items/A/", "A here"},
	{"/regions/512000/", "another"},
	{NULL, NULL},
};

/* ---- helpers ---- */

static char out[400];

static void folder(const char *name)
{
	snprintf(out, sizeof out, "%s/%s", tong_test_dir(), name);
	broken_url = NULL;
}

static int publish_job(const struct page *pages, const struct tong__publication *job,
                       struct tong__site_report *report, tong_error *err)
{
	struct tong__gen *gen;
	int rc = tong__gen_open(&gen, out, err);

	site_pages = pages;
	if (!rc)
		rc = tong__site_write(gen, job, report, err);
	tong__gen_close(gen);
	return rc;
}

static const struct tong__layers layers;

static int publish(const struct page *pages, const char *const *regions, unsigned threads,
                   struct tong__site_report *report, tong_error *err)
{
	const struct tong__publication job = {
		.layers = &layers, .regions = regions, .threads = threads,
	};

	return publish_job(pages, &job, report, err);
}

static struct tong__site_report publish_ok(const struct page *pages)
{
	struct tong__site_report r = {0};
	tong_error err = TONG_ERROR_INIT;

	if (publish(pages, NULL, 2, &r, &err))
		printf("%s: %s: ", err.subject, err.message), tong_test.failed++;
	return r;
}

static const char *path_of(const char *file)
{
	static char path[1024];

	snprintf(path, sizeof path, "%s/%s", out, file);
	return path;
}

/* The text of a file, "" when there is none. */
static const char *text_of(const char *file)
{
	static struct tong__buf buf;

	tong__buf_free(&buf);
	tong__buf_init(&buf, 1 << 20);
	return tong__file_read(path_of(file), &buf, NULL) || !buf.len ? "" : buf.data;
}

static ino_t inode_of(const char *file)
{
	struct stat st;

	return stat(path_of(file), &st) ? 0 : st.st_ino;
}

static bool there(const char *file)
{
	return access(path_of(file), F_OK) == 0;
}

/* ---- tests ---- */

static void writes_every_page(void)
{
	struct tong__site_report r;

	folder("all");
	r = publish_ok(first);
	CHECK_ALIVE();
	CHECK_INT(r.pages, 8);
	CHECK_INT(r.written, 8);
	CHECK_INT(r.removed, 0);
	CHECK_INT(r.bytes, strlen("homeitem Aitem Bp {}regionsregionA hereanother"));
	CHECK_STR(text_of("index.html"), "home");
	CHECK_STR(text_of("static/style.css"), "p {}");
	CHECK_STR(text_of("regions/511602/items/A/index.html"), "A here");
}

static void touches_nothing_that_is_the_same(void)
{
	struct tong__site_report r;
	ino_t before;

	folder("same");
	publish_ok(first);
	before = inode_of("items/A/index.html");
	r = publish_ok(first);
	CHECK_ALIVE();
	CHECK_INT(r.pages, 8);
	CHECK_INT(r.written, 0);
	CHECK_INT(inode_of("items/A/index.html"), before);
}

static void writes_what_differs_and_removes_what_is_gone(void)
{
	struct tong__site_report r;
	ino_t home;

	folder("change");
	publish_ok(first);
	home = inode_of("index.html");
	r = publish_ok(second);
	CHECK_ALIVE();
	CHECK_INT(r.written, 2);
	CHECK_INT(r.removed, 1);
	CHECK_STR(text_of("items/A/index.html"), "item A, better");
	CHECK_STR(text_of("items/C/index.html"), "item C");
	CHECK_INT(inode_of("index.html"), home);
	CHECK(!there("items/B"));
	publish_ok(first);
	r = publish_ok(second);
	CHECK_INT(r.removed, 1);
	CHECK(!there("items/B"));
	CHECK_STR(text_of("items/B/index.html"), "");
}

/* The folder changes places as a whole: a stranger's file in it would go with it. */
static void leaves_a_folder_alone_that_others_use(void)
{
	struct tong__site_report r;
	tong_error err = TONG_ERROR_INIT;

	folder("others");
	CHECK_INT(tong__mkdirs(out, NULL), 0);
	CHECK_INT(tong__file_write(path_of("CNAME"), "mine", 4, NULL), 0);
	CHECK_INT(publish(first, NULL, 1, &r, &err), TONG_E_USAGE);
	CHECK(strstr(err.message, "CNAME") != NULL);
	CHECK(there("CNAME") && !there("index.html") && !there("../.others.tong"));
	CHECK_INT(unlink(path_of("CNAME")), 0);
	publish_ok(first);
	CHECK_INT(tong__file_write(path_of("CNAME"), "mine", 4, NULL), 0);
	CHECK_INT(publish(second, NULL, 1, &r, &err), TONG_E_USAGE);
	CHECK(there("CNAME"));
	CHECK_STR(text_of("items/A/index.html"), "item A");
}

/* Whoever has the folder open goes on to see what it was. */
static void readers_see_one_generation(void)
{
	struct stat was, is;
	char old[16] = "";
	int dir, fd;

	folder("readers");
	publish_ok(first);
	CHECK_INT(stat(out, &was), 0);
	dir = open(out, O_RDONLY | O_DIRECTORY);
	publish_ok(second);
	CHECK_INT(stat(out, &is), 0);
	CHECK(was.st_ino != is.st_ino);
	fd = openat(dir, "items/B/index.html", O_RDONLY);
	CHECK_INT(read(fd, old, sizeof old - 1), 6);
	CHECK_STR(old, "item B");
	close(fd);
	fd = openat(dir, "items/A/index.html", O_RDONLY);
	CHECK_INT(read(fd, old, sizeof old - 1), 6);
	CHECK_STR(old, "item A");
	close(fd);
	close(dir);
}

/* One at a time; the other one is told. */
static void two_do_not_write_at_once(void)
{
	struct tong__gen *gen, *other;
	tong_error err = TONG_ERROR_INIT;

	folder("two");
	publish_ok(first);
	CHECK_INT(tong__gen_open(&gen, out, NULL), 0);
	CHECK_INT(tong__gen_open(&other, out, &err), TONG_E_BUSY);
	tong__gen_close(other);
	tong__gen_close(gen);
	publish_ok(second);
	CHECK_ALIVE();
}

/* A folder that was put in the place of ours, from a copy: nothing is taken over from what is
 * noted of the other one. */
static void a_copy_is_made_anew(void)
{
	struct tong__site_report r;

	folder("copy");
	publish_ok(first);
	setenv("A", out, 1);
	CHECK_INT(system("cp -r \"$A\" \"$A.2\" && rm -r \"$A\" && mv \"$A.2\" \"$A\""), 0);
	CHECK_INT(tong__file_write(path_of("index.html"), "else", 4, NULL), 0);
	CHECK_INT(publish(first, NULL, 1, &r, NULL), TONG_E_USAGE);
	CHECK_INT(system("rm -r \"$A\""), 0);
	r = publish_ok(first);
	CHECK_INT(r.written, 8);
	CHECK_STR(text_of("index.html"), "home");
}

static void a_part_of_the_regions(void)
{
	static const char *const wanted[] = {"511602", NULL}, *const none[] = {NULL};
	struct tong__site_report r;

	folder("regions");
	CHECK_INT(publish(first, wanted, 1, &r, NULL), 0);
	CHECK_INT(r.pages, 7);
	CHECK(there("regions/511602/items/A/index.html") && there("regions/index.html"));
	CHECK(!there("regions/512000"));
	CHECK_INT(publish(first, none, 1, &r, NULL), 0);
	CHECK_INT(r.pages, 5);
	CHECK_INT(r.removed, 2);
	CHECK(!there("regions/511602") && there("regions/index.html"));
}

/* P6: threads change nothing but the time. */
static void threads_change_no_byte(void)
{
	static struct page many[2001];
	static char urls[2000][32], bodies[2000][64];
	struct tong__site_report r;
	char one[400];
	int i;

	for (i = 0; i < 2000; i++) {
		snprintf(urls[i], sizeof urls[i], "/items/%04d/", i);
		snprintf(bodies[i], sizeof bodies[i], "page %d %s", i, i % 3 ? "" : "a longer one");
		many[i] = (struct page){urls[i], bodies[i]};
	}
	folder("threads1");
	CHECK_INT(publish(many, NULL, 1, &r, NULL), 0);
	strcpy(one, out);
	folder("threads8");
	CHECK_INT(publish(many, NULL, 8, &r, NULL), 0);
	CHECK_INT(r.pages, 2000);
	setenv("A", one, 1);
	setenv("B", out, 1);
	CHECK_INT(system("diff -r \"$A\" \"$B\""), 0);
}

static void a_broken_page_leaves_a_usable_folder(void)
{
	struct tong__site_report r;
	tong_error err = TONG_ERROR_INIT;

	folder("broken");
	publish_ok(first);
	broken_url = "/items/A/";
	CHECK_INT(publish(second, NULL, 2, &r, &err), TONG_E_REFERENCE);
	CHECK_STR(err.subject, "/items/A/");
	CHECK_STR(text_of("items/A/index.html"), "item A");
	CHECK_STR(text_of("items/B/index.html"), "item B");
	CHECK(!there("items/C"));
	broken_url = NULL;
	publish_ok(second);
	CHECK_ALIVE();
	CHECK(!there("items/B"));
	CHECK_STR(text_of("items/A/index.html"), "item A, better");
}

static int stop(void *user, size_t done, size_t total)
{
	atomic_int *calls = user;

	return done <= total && atomic_fetch_add(calls, 1) == 0;
}

/* Stopped half way: nothing moved, and the next run knows what it may remove. */
static void stops_when_asked(void)
{
	atomic_int calls = 0;
	const struct tong__publication job = {
		.layers = &layers, .threads = 1, .progress = stop, .user = &calls,
	};
	struct tong__site_report r;

	folder("stop");
	publish_ok(first);
	CHECK_INT(publish_job(second, &job, &r, NULL), TONG_E_INTERRUPTED);
	CHECK_INT(calls, 1);
	CHECK(there("items/B/index.html") && !there("items/C"));
	publish_ok(second);
	CHECK_ALIVE();
	CHECK(!there("items/B") && there("items/C/index.html"));
}

/* The note of the last publish is a file that anybody may have written to: it leads nowhere
 * else. */
static void a_hostile_note_leads_nowhere(void)
{
	char victim[1024];

	folder("hostile");
	publish_ok(first);
	publish_ok(second);
	snprintf(victim, sizeof victim, "%s/victim", tong_test_dir());
	CHECK_INT(tong__file_write(victim, "x", 1, NULL), 0);
	setenv("A", out, 1);
	CHECK_INT(system("sed -i 's|\"lag\":\\[[^]]*|\"lag\":[\"../victim\",\"/etc/none\"|' "
	                 "\"${A%hostile}.hostile.tong/generation\""), 0);
	CHECK(strstr(text_of("../.hostile.tong/generation"), "../victim") != NULL);
	publish(first, NULL, 1, &(struct tong__site_report){0}, NULL);
	CHECK_INT(access(victim, F_OK), 0);
	publish_ok(first);
	CHECK_ALIVE();
	CHECK(there("items/B/index.html"));
}

/* A link where a page belongs is replaced, not followed. */
static void a_link_is_not_followed(void)
{
	char victim[1024];

	folder("link");
	publish_ok(first);
	snprintf(victim, sizeof victim, "%s/victim2", tong_test_dir());
	CHECK_INT(tong__file_write(victim, "outside", 7, NULL), 0);
	CHECK_INT(unlink(path_of("items/A/index.html")), 0);
	CHECK_INT(symlink(victim, path_of("items/A/index.html")), 0);
	setenv("A", out, 1);
	CHECK_INT(system("mv \"$A/regions\" \"$A/items/\" && ln -s \"$A/..\" \"$A/regions\""), 0);
	publish_ok(second);
	CHECK_ALIVE();
	CHECK_STR(text_of("items/A/index.html"), "item A, better");
	CHECK_STR(text_of("../victim2"), "outside");
	CHECK_STR(text_of("regions/index.html"), "regions");
	CHECK_STR(text_of("../index.html"), "");
}

int main(void)
{
	RUN(writes_every_page);
	RUN(touches_nothing_that_is_the_same);
	RUN(writes_what_differs_and_removes_what_is_gone);
	RUN(leaves_a_folder_alone_that_others_use);
	RUN(readers_see_one_generation);
	RUN(two_do_not_write_at_once);
	RUN(a_copy_is_made_anew);
	RUN(a_part_of_the_regions);
	RUN(threads_change_no_byte);
	RUN(a_broken_page_leaves_a_usable_folder);
	RUN(stops_when_asked);
	RUN(a_hostile_note_leads_nowhere);
	RUN(a_link_is_not_followed);
	return tong_test_done();
}
