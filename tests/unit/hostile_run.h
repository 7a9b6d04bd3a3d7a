/* Runs the table of trials over one way of carrying a release. A node that holds a good release is
 * offered a hostile one, must give the error that the table states, must hold, answer with and hand
 * on what it held (P2, P3), having read no more than is allowed (P4); then it must take a healthy
 * one. */
#ifndef TESTS_UNIT_HOSTILE_RUN_H
#define TESTS_UNIT_HOSTILE_RUN_H

#include <ftw.h>

#include "agent/store.h"
#include "tests/unit/hostile_bytes.h"
#include "tests/unit/hostile_trust.h"

#include "tests/unit/agent_node.h"

/* A way of carrying: puts the shelf there, and says where. */
struct carrier {
	const char *name;
	int bit;
	const char *(*put)(struct hostile *);
	uint64_t stall; /* seconds */
};

/* P4: most bytes that any refused release may cost: the largest metadata file, and what was under
 * way when it was found to be too long. */
#define P4_MOST (5000000u + (1u << 20))

static struct {
	struct hostile h;
	tong_agent *a;
	char dir[600];
	const struct carrier *c;
	const struct trial *t;
	int who; /* 0: the top-level role, 1: the delegated one */
	tong_sync_result r;
	unsigned held; /* number of the item's name that the node must show */
	uint64_t release;
} it;

/* ---- the node ---- */

static inline void x_relayed(char *out, size_t max)
{
	char name[700];
	struct tong__buf b;

	tong__buf_init(&b, 1u << 20);
	snprintf(name, sizeof name, "%s/relay/timestamp.json", it.dir);
	*out = '\0';
	if (!tong__file_read(name, &b, NULL))
		snprintf(out, max, "%.*s", (int)b.len, b.data);
	tong__buf_free(&b);
}

static inline long long x_root(void)
{
	struct tong__store *s;
	unsigned long version = 0;
	int64_t expires;

	if (tong__store_open(&s, it.dir, false, NULL))
		return 0;
	tong__store_trusted_facts(s, "root", &version, &expires);
	tong__store_close(s);
	return (long long)version;
}

static inline int x_sync(tong_error *err)
{
	tong_sync_result r = TONG_SYNC_RESULT_INIT;
	const char *where = it.c->put(&it.h);
	int rc;

	p_log[0] = '\0';
	rc = tong_agent_sync(it.a, where, &r, err);
	it.r = r;
	it.h.root = x_root();
	return rc;
}

static inline void x_begin(const struct carrier *c)
{
	const char *regions[] = { NULL }, *sources[] = { NULL };
	tong_options opt = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;
	struct h_file *root;

	it.c = c;
	h_new(&it.h);
	it.h.new_root = true;
	h_shelve_all(&it.h);
	root = h_find(&it.h, "1.root.json");
	snprintf(it.dir, sizeof it.dir, "%s/node-%s", tong_test_dir(), c->name);
	p_clock = NOW;
	opt.timeout_seconds = c->stall;
	CHECK_INT(tong_agent_init(it.dir, root->bytes, root->n, sources, regions, &err), 0);
	p_open_with(&it.a, it.dir, &opt);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_relay(it.a, 1, &err), 0);
	CHECK_STR(tong_code_name(x_sync(&err)), "TONG_OK");
	h_taken(&it.h);
	it.held = it.h.item;
	it.release = it.r.release;
}

static inline void x_end(void)
{
	tong_agent_close(it.a);
	h_free(&it.h);
	signer_free(h_stranger);
	h_stranger = NULL;
}

/* ---- one trial ---- */

/* P2: what the node answers with is what it held. */
static inline void P2_holds(unsigned item, const char *relayed)
{
	static char now[TONG_MAX_TIMESTAMP];

	CHECK_STR(p_name_of(it.a, H_ITEM), h_item_name(item));
	x_relayed(now, sizeof now);
	CHECK_STR(now, relayed);
}

static inline void x_make(bool hostile)
{
	const struct place *p = &it.t->at[it.who];

	h_next(&it.h);
	it.h.new_root = p->role == ROOT;
	for (int stage = LAYER; stage <= SHELF; stage++) {
		if (hostile)
			it.t->act(&it.h, (enum stage)stage, p, it.t->value);
		if (stage == LAYER)
			h_sign_layer(&it.h);
		else if (stage == SIGN)
			repo_publish(it.h.r);
		else if (stage == BYTES)
			h_shelve_all(&it.h);
	}
}

static inline void P3_refuses(void)
{
	static char relayed[TONG_MAX_TIMESTAMP];
	tong_error err = TONG_ERROR_INIT;
	int rc;

	x_relayed(relayed, sizeof relayed);
	rc = x_sync(&err);
	if (strcmp(tong_code_name(rc), it.t->want))
		printf("    %s: %s\n", err.subject, err.message);
	CHECK_STR(tong_code_name(rc), it.t->want);
	CHECK(rc && err.message[0]);
	CHECK_INT(it.r.changed, 0);
	CHECK(it.r.bytes_down <= P4_MOST);
	CHECK_INT(tong_agent_verify(it.a, 0, NULL, NULL), 0);
	P2_holds(it.held, relayed);
}

static inline void takes_the_next(void)
{
	tong_error err = TONG_ERROR_INIT;
	int rc;

	x_make(false);
	rc = x_sync(&err);
	if (rc)
		printf("    healthy: %s: %s\n", err.subject, err.message);
	CHECK_STR(tong_code_name(rc), "TONG_OK");
	CHECK(it.r.changed && it.r.release > it.release);
	it.release = it.r.release;
	it.held = it.h.item;
	h_taken(&it.h);
	P2_holds(it.held, h_find(&it.h, "timestamp.json")->bytes);
}

static inline void x_trial(void)
{
	x_make(true);
	P3_refuses();
	if (tong_test.failed)
		printf("    %s log: %s", it.t->name, p_log);
	CHECK_ALIVE();
	takes_the_next();
}

/* A node that a failed trial left in an unknown state would fail all that follow. */
static inline void x_again(void)
{
	const struct carrier *c = it.c;
	char aside[700];

	tong_test.failed = 0; /* it is counted */
	x_end();
	snprintf(aside, sizeof aside, "%s.%d", it.dir, tong_test.n_failed);
	if (rename(it.dir, aside))
		abort();
	x_begin(c);
}

static inline void x_run_table(const struct trial *t, size_t n)
{
	static char name[256];

	for (size_t i = 0; i < n; i++)
		for (int who = 0; who < 2; who++) {
			if ((t[i].over && !(t[i].over & it.c->bit)) || !t[i].at[who].path)
				continue;
			it.t = &t[i];
			it.who = who;
			snprintf(name, sizeof name, "P2 P3: %s (%s, %s)", t[i].name,
					 who ? "delegated" : "top-level", it.c->name);
			tong_test_run(name, x_trial);
			if (tong_test.failed)
				x_again();
		}
}

static inline void x_run_all(const struct carrier *c)
{
	x_begin(c);
	x_run_table(trust_trials, sizeof trust_trials / sizeof *trust_trials);
	x_run_table(bytes_trials, sizeof bytes_trials / sizeof *bytes_trials);
	x_end();
}

/* ---- a folder on disk, for ways that need one ---- */

static inline int x_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline const char *x_put_folder(struct hostile *h)
{
	static char dir[600], path[800];
	bool folder;

	snprintf(dir, sizeof dir, "%s/release", tong_test_dir());
	nftw(dir, x_remove, 16, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < h->n; i++) {
		struct h_file *f = &h->file[i];

		folder = f->how == FOLDER;
		snprintf(path, sizeof path, "%s/%s%s", dir, f->name, folder ? "/x" : "");
		if (f->how == GONE)
			continue;
		if (tong__mkdirs_for(path, NULL) ||
			(f->how == PIPE ? mkfifo(path, 0600)
							: tong__file_write_fast(path, f->bytes, f->n, NULL, NULL)))
			abort();
	}
	return dir;
}

#endif
