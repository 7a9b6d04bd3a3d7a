/* Bundles: what a good one gives, and every way in which a hostile one is refused before it costs
 * anything. */
#include <glob.h>
#include <sys/resource.h>

#include "tests/unit/agent_node.h"
#include "tests/unit/bundle_opened.h"

/* ---- a good one ---- */

static struct tong__buf got;

static const char *read_name(struct tong__source *s, const char *name)
{
	return tong__code_name(tong__source_read(s, name, NULL, &got, &err));
}

static void gives_its_members(void)
{
	struct tong__source *s;
	struct maker m;

	tong__buf_init(&got, 1000);
	begin(&m, "good");
	put(&m, "timestamp.json", "stamp", 5);
	put(&m, "1.root.json", "", 0);
	put(&m, "changesets/a.tcs", "first", 5);
	put(&m, "changesets/b.tcs", "second", 6);
	put(&m, "note", "of no use", 9);
	end(&m);
	CHECK_INT(tong__source_open(&s, path, &no_options, &err), 0);
	CHECK_STR(read_name(s, "timestamp.json"), "TONG_OK");
	CHECK_STR(got.data, "stamp");
	CHECK_STR(read_name(s, "1.root.json"), "TONG_OK");
	CHECK_INT(got.len, 0);
	CHECK_STR(read_name(s, "2.root.json"), "TONG_E_ABSENT");
	for (int round = 0; round < 2; round++) {
		CHECK_STR(read_name(s, "changesets/b.tcs"), "TONG_OK");
		CHECK_STR(got.data, "second");
		CHECK_STR(read_name(s, "changesets/a.tcs"), "TONG_OK");
		CHECK_STR(got.data, "first");
	}
	got.max = 4;
	CHECK_STR(read_name(s, "changesets/a.tcs"), "TONG_E_LIMIT");
	CHECK_STR(read_name(s, "timestamp.json"), "TONG_E_LIMIT");
	tong__source_close(s);
	tong__buf_free(&got);
}

static int at_begin(void *user, uint64_t offset, tong_error *e)
{
	(void)e;
	*(uint64_t *)user = offset;
	return 0;
}

static int at_write(void *user, const void *bytes, size_t n, tong_error *e)
{
	(void)e;
	(void)user;
	return tong__buf_add(&got, bytes, n);
}

static void goes_on_from_an_offset(void)
{
	struct tong__source *s;
	uint64_t from = 99;
	struct tong__sink sink = { &from, at_begin, at_write };
	struct tong__get get = {
		.name = "changesets/b.tcs", .offset = 4, .ceiling = 100, .sink = &sink
	};

	tong__buf_init(&got, 1000);
	snprintf(path, sizeof path, "%s/good", tong_test_dir());
	CHECK_INT(tong__source_open(&s, path, &no_options, &err), 0);
	CHECK_INT(tong__source_get(s, &get, &err), 0);
	CHECK_INT(from, 4);
	CHECK_STR(got.data, "nd");
	CHECK_INT(tong__source_count(s).down, 2);
	tong__source_close(s);
	tong__buf_free(&got);
}

/* ---- hostile ones ---- */

static void B1_one_format_one_filter(void)
{
	static const char *const formats[] = { "cpio", "zip", "gnutar", "newc", "mtree", "7zip" };
	static const char *const filters[] = { "gzip", "xz", "", "zstd zstd", "gzip zstd" };
	char name[40];
	struct maker m;

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		snprintf(name, sizeof name, "format-%zu", i);
		begin_as(&m, name, formats[i], "zstd");
		put(&m, "timestamp.json", "stamp", 5);
		end(&m);
		CHECK_STR(opened(), "TONG_E_FORMAT");
	}
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		snprintf(name, sizeof name, "filter-%zu", i);
		begin_as(&m, name, "ustar", filters[i]);
		put(&m, "timestamp.json", "stamp", 5);
		end(&m);
		REFUSED("TONG_E_FORMAT", "B1");
	}
}

static void B3_plain_files_only(void)
{
	static const int types[] = { AE_IFLNK, AE_IFDIR, AE_IFCHR, AE_IFBLK, AE_IFIFO };
	char name[40];
	struct maker m;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		snprintf(name, sizeof name, "type-%zu", i);
		begin(&m, name);
		entry(&m, "1.root.json", types[i], 0);
		if (types[i] == AE_IFLNK)
			archive_entry_set_symlink(m.e, "/etc/passwd");
		archive_write_header(m.a, m.e);
		end(&m);
		REFUSED("TONG_E_FORMAT", "B3");
	}
	begin(&m, "hard");
	entry(&m, "1.root.json", AE_IFREG, 0);
	archive_entry_set_hardlink(m.e, "/etc/passwd");
	archive_write_header(m.a, m.e);
	end(&m);
	REFUSED("TONG_E_FORMAT", "B3");
}

static void B3_names_stay_inside(void)
{
	static const char *const names[] = { "/etc/passwd",      "../1.root.json", "a/../../x",
										 "a//b",             "./timestamp.json", "a\\b",
										 "changesets/\x01x", "timestamp.json/" };
	char name[40], longest[TONG_MAX_BUNDLE_NAME + 2];
	struct maker m;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(name, sizeof name, "name-%zu", i);
		begin(&m, name);
		put(&m, names[i], "x", 1);
		end(&m);
		REFUSED("TONG_E_FORMAT", "B3");
	}
	memset(longest, 'a', sizeof longest);
	longest[90] = '/';
	longest[sizeof longest - 1] = '\0';
	begin(&m, "long");
	put(&m, longest, "x", 1);
	end(&m);
	REFUSED("TONG_E_FORMAT", "B3");
	begin(&m, "longest");
	put(&m, longest + 1, "x", 1);
	end(&m);
	CHECK_STR(opened(), "TONG_OK");
}

static void B3_nothing_twice(void)
{
	struct maker m;

	begin(&m, "twice");
	put(&m, "timestamp.json", "one", 3);
	put(&m, "1.root.json", "x", 1);
	put(&m, "timestamp.json", "two", 3);
	end(&m);
	REFUSED("TONG_E_FORMAT", "B3");
}

static void B3_no_extended_headers(void)
{
	struct maker m;

	begin_as(&m, "pax", "pax", "zstd");
	entry(&m, "timestamp.json", AE_IFREG, 1);
	archive_entry_xattr_add_entry(m.e, "user.x", "x", 1);
	archive_write_header(m.a, m.e);
	archive_write_data(m.a, "x", 1);
	end(&m);
	REFUSED("TONG_E_FORMAT", "B3");
	begin_as(&m, "sparse", "pax", "zstd");
	entry(&m, "changesets/a.tcs", AE_IFREG, (uint64_t)1 << 40);
	archive_entry_sparse_add_entry(m.e, 0, 1);
	archive_write_header(m.a, m.e);
	archive_write_data(m.a, "x", 1);
	end(&m);
	REFUSED("TONG_E_FORMAT", "B3");
}

static long peak_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void B6_bombs_do_not_go_off(void)
{
	struct tong__buf file;
	struct maker m;
	long before;

	begin(&m, "bomb");
	zeroes(&m, "changesets/a.tcs", 100u << 20);
	end(&m);
	tong__buf_init(&file, 1u << 20);
	CHECK_INT(tong__file_read(path, &file, &err), 0);
	CHECK(file.len < 20000);
	tong__buf_free(&file);
	before = peak_kib();
	REFUSED("TONG_E_LIMIT", "B6");
	CHECK(peak_kib() - before < 16384);
	begin(&m, "metadata-bomb");
	zeroes(&m, "1.root.json", 4u << 20);
	end(&m);
	REFUSED("TONG_E_LIMIT", "B6");
	begin(&m, "too-long");
	zeroes(&m, "changesets/a.tcs", (uint64_t)TONG_MAX_CS + 1);
	end(&m);
	REFUSED("TONG_E_LIMIT", "B6");
	CHECK(strstr(err.message, "changesets/a.tcs has") != NULL);
}

static void B6_metadata_has_a_ceiling(void)
{
	static const char *const kept[] = { "1.targets.json", "heads/1", "changesets/a.older" };
	char name[40];
	struct maker m;

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		begin(&m, "metadata-one");
		noise(&m, kept[i], TONG_MAX_TARGETS + 1);
		end(&m);
		REFUSED("TONG_E_LIMIT", "B6");
	}
	begin(&m, "metadata-all");
	for (int i = 1; i <= 5; i++) {
		snprintf(name, sizeof name, "%d.root.json", i);
		noise(&m, name, 4u << 20);
	}
	end(&m);
	REFUSED("TONG_E_LIMIT", "B6");
}

static void B6_members_are_counted(void)
{
	char name[40];
	struct maker m;

	begin(&m, "many");
	for (int i = 0; i <= TONG_MAX_BUNDLE_MEMBERS; i++) {
		snprintf(name, sizeof name, "x/%d", i * 7919);
		noise(&m, name, 40);
	}
	end(&m);
	REFUSED("TONG_E_LIMIT", "B6");
}

/* ---- B2: the frame ---- */

static void B2_cut_short_anywhere(void)
{
	struct tong__buf file;
	struct maker m;

	begin(&m, "whole");
	put(&m, "timestamp.json", "stamp", 5);
	noise(&m, "changesets/a.tcs", 3000);
	end(&m);
	tong__buf_init(&file, 1u << 20);
	CHECK_INT(tong__file_read(path, &file, &err), 0);
	CHECK_STR(opened(), "TONG_OK");
	snprintf(path, sizeof path, "%s/cut", tong_test_dir());
	for (size_t n = 0; n < file.len; n += 7) {
		tong__file_write_fast(path, file.data, n, NULL, NULL);
		CHECK_STR(opened(), "TONG_E_FORMAT");
	}
	tong__buf_add(&file, "x", 1);
	tong__file_write_fast(path, file.data, file.len, NULL, NULL);
	REFUSED("TONG_E_FORMAT", "B2");
	tong__buf_free(&file);
}

static void frame(const char *name, const void *content, size_t size, int parameter, int value)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	char out[1000];
	size_t n;

	snprintf(path, sizeof path, "%s/%s", tong_test_dir(), name);
	ZSTD_CCtx_setParameter(c, (ZSTD_cParameter)parameter, value);
	ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
	n = ZSTD_compress2(c, out, sizeof out, content, size);
	ZSTD_freeCCtx(c);
	if (ZSTD_isError(n))
		abort();
	out[5] = parameter == ZSTD_c_windowLog ? (char)((value - 10) << 3) : out[5];
	tong__file_write_fast(path, out, n, NULL, NULL);
}

static void B2_the_window_is_bounded(void)
{
	static const char empty[1024];
	char rubbish[512];

	frame("no-tar", "this is no tar file", 19, ZSTD_c_checksumFlag, 1);
	REFUSED("TONG_E_FORMAT", "B1");
	memset(rubbish, 'x', sizeof rubbish);
	frame("rubbish", rubbish, sizeof rubbish, ZSTD_c_checksumFlag, 1);
	REFUSED("TONG_E_FORMAT", "B1");
	frame("checksum", empty, sizeof empty, ZSTD_c_checksumFlag, 1);
	CHECK_STR(opened(), "TONG_OK");
	frame("window-ok", empty, sizeof empty, ZSTD_c_windowLog, 23);
	CHECK_STR(opened(), "TONG_OK");
	frame("window", empty, sizeof empty, ZSTD_c_windowLog, 24);
	REFUSED("TONG_E_FORMAT", "B2");
}

/* ---- a sync from one ---- */

static void put_file(struct maker *m, const struct province *p, const char *name, bool damaged)
{
	struct tong__buf b = p_read(p, name);

	if (damaged)
		b.data[b.len / 2] ^= 1;
	put(m, name, b.data ? b.data : "", b.len);
	tong__buf_free(&b);
}

static void put_all(struct maker *m, const struct province *p, const char *pattern, bool damaged)
{
	char whole[1100];
	glob_t g;

	snprintf(whole, sizeof whole, "%s/%s", p->dir, pattern);
	if (glob(whole, 0, NULL, &g) != 0)
		return; /* a province without heads */
	for (size_t i = 0; i < g.gl_pathc; i++)
		put_file(m, p, g.gl_pathv[i] + strlen(p->dir) + 1, damaged);
	globfree(&g);
}

/* The province's folder as a bundle; 'lie': a pattern of the files that are not what was signed. */
static void carry(const struct province *p, const char *name, const char *lie)
{
	static const char *const parts[] = { "*.json", "heads/*", "changesets/*" };
	struct maker m;

	begin(&m, name);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		put_all(&m, p, parts[i], strcmp(parts[i], lie) == 0);
	end(&m);
}

static const char *taken(tong_agent *a, tong_sync_result *r)
{
	err.message[0] = '\0';
	return tong__code_name(tong_agent_sync(a, path, r, &err));
}

static void a_node_syncs_from_one(void)
{
	tong_sync_result r = TONG_SYNC_RESULT_INIT;
	struct province p;
	tong_agent *a;

	p_new(&p, "province");
	p_release(&p);
	carry(&p, "release", "");
	p_node(&p, "node", &a);
	CHECK_STR(taken(a, &r), "TONG_OK");
	CHECK_STR(p_name_of(a, "511A0138000000"), "居民身份证办理");
	CHECK_STR(r.source, path);
	CHECK_INT(r.changed, 1);
	tong_agent_close(a);
	p_free(&p);
}

static void P2_a_lying_one_changes_nothing(void)
{
	tong_sync_result r = TONG_SYNC_RESULT_INIT;
	struct province p;
	tong_agent *a;

	p_new(&p, "liars");
	p.no_head = true;
	p_release(&p);
	p_node(&p, "lied-to", &a);
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, "511A0138000000", "身份证办理（新）", "年满十六周岁的公民");
	p_release(&p);
	carry(&p, "lie-changesets", "changesets/*");
	CHECK_STR(taken(a, &r), "TONG_E_HASH");
	CHECK_STR(p_name_of(a, "511A0138000000"), "居民身份证办理");
	carry(&p, "lie-metadata", "*.json");
	CHECK(strcmp(taken(a, &r), "TONG_OK") != 0);
	CHECK_STR(p_name_of(a, "511A0138000000"), "居民身份证办理");
	carry(&p, "truth", "");
	CHECK_STR(taken(a, &r), "TONG_OK");
	CHECK_STR(p_name_of(a, "511A0138000000"), "身份证办理（新）");
	tong_agent_close(a);
	p_free(&p);
}

int main(void)
{
	RUN(gives_its_members);
	RUN(goes_on_from_an_offset);
	RUN(B1_one_format_one_filter);
	RUN(B3_plain_files_only);
	RUN(B3_names_stay_inside);
	RUN(B3_nothing_twice);
	RUN(B3_no_extended_headers);
	RUN(B6_bombs_do_not_go_off);
	RUN(B6_metadata_has_a_ceiling);
	RUN(B6_members_are_counted);
	RUN(B2_cut_short_anywhere);
	RUN(B2_the_window_is_bounded);
	RUN(a_node_syncs_from_one);
	RUN(P2_a_lying_one_changes_nothing);
	return tong_test_done();
}
