/* Downloads that break at every 4 KB over HTTP, by SIGKILL and by a cut connection, of a new node
 * and of an update: the old release whole or the new one (P1), and what is fetched twice is at most
 * one frame and 2 % (P10). */
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/changeset.h"
#include "tests/unit/hostile_http.h"

#include "tests/unit/agent_node.h"

#define STEP    4096
#define RECORDS 1000

static struct hostile h;
static char node[600], held[600];
static pid_t child;
static uint64_t frame; /* the longest of the changeset that is fetched */

/* ---- content: a tenth of it news, so that frames are small against the whole ---- */

static void add_record(unsigned i, unsigned seed)
{
	uint32_t x = 2463534242u + i * 7919 + seed * 104729;

	tong__buf_addf(&h.text, "{\"k\":\"law/%05u\",\"title\":\"", i);
	for (int k = 0; k < 60; k++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		tong__buf_addf(&h.text, "%08x 依法申请的，应当受理", x);
	}
	tong__buf_adds(&h.text, "\"}\n");
}

/* 'seed' changes every other record. */
static void write_layer(unsigned seed)
{
	tong__buf_clear(&h.text);
	for (unsigned i = 0; i < RECORDS; i++)
		add_record(i, i & 1 ? seed : 0);
	h.records = RECORDS;
}

static void longest_frame(const struct tong__buf *cs, const char *id)
{
	struct tong__cs_head head;
	struct tong__hash hash;
	size_t n = tong__cs_head_len((const unsigned char *)cs->data, NULL);

	CHECK(tong__hash_parse(id, &hash));
	CHECK_INT(tong__cs_head_read(cs->data, n, &hash, &head, NULL), 0);
	frame = head.head_len;
	for (size_t i = 0; i < head.n_groups; i++)
		if (head.groups[i].size > frame)
			frame = head.groups[i].size;
	CHECK(head.n_groups >= 4);
	tong__cs_head_free(&head);
}

static void publish(unsigned seed)
{
	h_next(&h);
	h.real = true;
	h.new_root = seed == 1;
	write_layer(seed);
	h_sign_layer(&h);
	repo_publish(h.r);
	h_shelve_all(&h);
}

/* ---- the node, in a process of its own ---- */

static const char *url(void)
{
	static char where[64];

	snprintf(where, sizeof where, "http://127.0.0.1:%u/r/", s_server.port);
	return where;
}

static int sync_here(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	tong_agent *a;
	int rc;

	opt.now = p_now;
	if (tong_agent_open(&a, node, &opt, NULL))
		return 1;
	rc = tong_agent_sync(a, url(), NULL, NULL);
	tong_agent_close(a);
	return rc;
}

/* The exit code, or -1 when it was killed. */
static int sync_there(void)
{
	int status, go[2]; /* it begins when the server knows whom to kill */
	char byte = 0;

	if (pipe(go))
		abort();
	child = fork();
	if (child == 0)
		_exit(read(go[0], &byte, 1) == 1 ? sync_here() : 1);
	if (child < 0 || write(go[1], &byte, 1) != 1 || waitpid(child, &status, 0) != child)
		abort();
	close(go[0]);
	close(go[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static uint64_t parts(void)
{
	char path[1400];
	uint64_t n = 0;
	struct dirent *e;
	struct stat st;
	DIR *d;

	snprintf(path, sizeof path, "%s/incoming", node);
	d = opendir(path);
	while (d && (e = readdir(d)))
		if (tong__ends(e->d_name, ".part") && !fstatat(dirfd(d), e->d_name, &st, 0))
			n += (uint64_t)st.st_size;
	if (d)
		closedir(d);
	return n;
}

/* What is on its way arrives first: a kill loses what the process has, not what the wire has. */
static void kill_it(void)
{
	struct timespec tick = { 0, 2000000 };

	for (int i = 0; i < 100 && parts() + 12000 < s_server.sent; i++)
		nanosleep(&tick, NULL);
	kill(child, SIGKILL);
}

static void cut_it(void)
{
	shutdown(s_server.client, SHUT_RDWR);
}

static void copy_store(void)
{
	char from[1400], to[1400];
	struct tong__buf b;
	struct dirent *e;
	DIR *d = opendir(held);

	tong__buf_init(&b, 64u << 20);
	tong__mkdirs(node, NULL);
	while (d && (e = readdir(d))) {
		if (e->d_type != DT_REG)
			continue;
		snprintf(from, sizeof from, "%s/%s", held, e->d_name);
		snprintf(to, sizeof to, "%s/%s", node, e->d_name);
		tong__buf_clear(&b);
		if (tong__file_read(from, &b, NULL) ||
			tong__file_write_fast(to, b.data ? b.data : "", b.len, NULL, NULL))
			abort();
	}
	if (d)
		closedir(d);
	tong__buf_free(&b);
}

/* A node that holds nothing, or the release before. */
static void begin_node(bool new)
{
	static unsigned n;
	const char *none[] = { NULL };
	struct h_file *root;

	snprintf(node, sizeof node, "%s/node%u", tong_test_dir(), n++);
	if (!new) {
		copy_store();
		return;
	}
	root = h_find(&h, "1.root.json");
	CHECK_INT(tong_agent_init(node, root->bytes, root->n, none, none, NULL), 0);
}

/* P1: whole, old or new; 'want' is what must be held, 0: either. */
static void P1_is_whole(unsigned long want)
{
	tong_options opt = TONG_OPTIONS_INIT;
	tong_agent *a;
	char *text;
	int rc;

	opt.now = p_now;
	CHECK_INT(tong_agent_open(&a, node, &opt, NULL), 0);
	rc = tong_agent_verify(a, 0, NULL, NULL);
	CHECK_INT(tong_agent_status(a, &text, NULL), 0);
	if (want) {
		char release[64];

		snprintf(release, sizeof release, "\"release\":%lu,", want);
		CHECK(strstr(text, release) != NULL);
		CHECK_INT(rc, 0);
	} else {
		CHECK(rc == 0 || rc == TONG_E_NOTFOUND);
	}
	tong_agent_free(text);
	tong_agent_close(a);
}

static uint64_t worst;

/* Broken after so many bytes, and gone on with. False past the end. */
static bool break_at(uint64_t at, bool new, bool kill, uint64_t whole)
{
	int rc;

	begin_node(new);
	s_server.sent = 0;
	s_server.stop_after = at;
	s_server.stopped = kill ? kill_it : cut_it;
	rc = sync_there();
	tong_test_ok(!kill || rc == -1, TONG_TEST_HERE, "it is killed");
	if (kill)
		P1_is_whole(0);
	s_server.stop_after = 0;
	if (rc)
		rc = sync_there();
	tong_test_ok(rc == 0, TONG_TEST_HERE, "the next sync succeeds");
	P1_is_whole((unsigned long)h.top);
	if (s_server.sent > whole && s_server.sent - whole > worst)
		worst = s_server.sent - whole;
	return !tong_test.failed;
}

static void P10_breaks(bool new, bool kill)
{
	uint64_t whole;
	unsigned n = 0;

	begin_node(new);
	s_server.sent = s_server.stop_after = 0;
	CHECK_INT(sync_there(), 0);
	whole = s_server.sent;
	P1_is_whole((unsigned long)h.top);
	worst = 0;
	for (uint64_t at = STEP; at < whole && break_at(at, new, kill, whole); at += STEP)
		n++;
	CHECK_ALIVE();
	printf("# %s %s at %u places of %llu bytes: at most %llu twice, the longest frame has %llu\n",
		   new ? "a new node" : "an update", kill ? "killed" : "cut", n,
		   (unsigned long long)whole, (unsigned long long)worst, (unsigned long long)frame);
	CHECK(n >= 20);
	CHECK(worst <= frame + whole / 50);
}

static void P10_a_new_node_is_killed(void)
{
	longest_frame(&h.whole, h.whole_id);
	P10_breaks(true, true);
}

static void P10_a_new_node_is_cut_off(void)
{
	P10_breaks(true, false);
}

static void P10_an_update_is_killed(void)
{
	snprintf(held, sizeof held, "%s", node); /* the last one of before */
	h_taken(&h);
	publish(2);
	longest_frame(&h.delta, h.delta_id);
	CHECK(h.delta.len < h.whole.len);
	P10_breaks(false, true);
}

static void P10_an_update_is_cut_off(void)
{
	P10_breaks(false, false);
}

int main(void)
{
	h_new(&h);
	h.root = 0;
	publish(1);
	s_start(&h);
	RUN(P10_a_new_node_is_killed);
	RUN(P10_a_new_node_is_cut_off);
	RUN(P10_an_update_is_killed);
	RUN(P10_an_update_is_cut_off);
	s_stop();
	h_free(&h);
	return tong_test_done();
}
