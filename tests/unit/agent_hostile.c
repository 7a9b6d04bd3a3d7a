/* Hostile releases from a folder, over HTTP and on a stick: one table of trials (hostile_trust.h,
 * hostile_bytes.h), each refused by its name and followed by a healthy update (P2, P3, P4). */
#include <sys/resource.h>

#include "tests/unit/hostile_http.h"
#include "tests/unit/hostile_run.h"

#include "tests/unit/bundle_maker.h"

static const char *put_http(struct hostile *h)
{
	static char url[64];

	(void)h;
	snprintf(url, sizeof url, "http://127.0.0.1:%u/r/", s_server.port);
	return url;
}

static void put_member(struct maker *m, const struct h_file *f)
{
	if (f->how == LINK) {
		entry(m, f->name, AE_IFLNK, 0);
		archive_entry_set_symlink(m->e, "/etc/hostname");
		archive_write_header(m->a, m->e);
		return;
	}
	if (f->how == HUGE)
		zeroes(m, f->name, 2u << 30);
	else
		put(m, f->name, f->bytes, f->n);
	if (f->how == TWICE)
		put(m, f->name, f->bytes, f->n);
	if (f->how == OUTSIDE)
		put(m, "../outside", f->bytes, f->n);
}

static const char *put_stick(struct hostile *h)
{
	struct stat st;
	struct maker m;

	begin(&m, "stick");
	for (size_t i = 0; i < h->n; i++)
		if (h->file[i].how != GONE)
			put_member(&m, &h->file[i]);
	end(&m);
	if (stat(path, &st) || (h->cut_bundle && truncate(path, st.st_size - 20)) ||
		(h->long_bundle && truncate(path, st.st_size + 20)))
		abort();
	return path;
}

static const struct carrier over_http = { "HTTP", HTTP, put_http, 1 };
static const struct carrier in_a_folder = { "folder", DIR_, x_put_folder, 30 };
static const struct carrier on_a_stick = { "stick", STICK, put_stick, 30 };

/* A sanitizer or valgrind has memory of its own. */
static bool is_watched(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return true;
#else
	return getenv("TONG_WRAP") != NULL;
#endif
}

/* P4: what the ceilings allow, and a bundle's window beside it; not what a bomb unpacks to. */
static void P4_all_of_it_in_little_memory(void)
{
	long most = is_watched() ? 2048 << 10 : 64 << 10;
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	if (use.ru_maxrss >= most)
		printf("%ld KB\n", use.ru_maxrss);
	CHECK(use.ru_maxrss < most);
}

/* All ways, or those that are named: tests/tools/mutants.py asks for one at a time. */
static bool asked(int argc, char **argv, const struct carrier *c)
{
	bool found = argc < 2;

	for (int i = 1; i < argc; i++)
		found = found || !strcmp(argv[i], c->name);
	return found;
}

int main(int argc, char **argv)
{
	if (asked(argc, argv, &in_a_folder))
		x_run_all(&in_a_folder);
	if (asked(argc, argv, &on_a_stick))
		x_run_all(&on_a_stick);
	s_start(&it.h);
	if (asked(argc, argv, &over_http))
		x_run_all(&over_http);
	s_stop();
	RUN(P4_all_of_it_in_little_memory);
	return tong_test_done();
}
