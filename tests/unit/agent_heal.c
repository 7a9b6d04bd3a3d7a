/* Damage: every page of a store with a flipped bit is refused when it is read, and healed (P1, P2);
 * a lost record costs its group alone; a lost database comes back from what lies beside it (P3). */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/store.h"
#include "agent/store_sum.h"
#include "tests/unit/agent_node.h"

#define ITEM  "511A0138000000"
#define ITEMS 400

static struct province p;
static tong_agent *a;
static tong_sync_result result;
static tong_error err;

/* ---- files ---- */

static const char *in_node(const char *node, const char *name)
{
	static char path[2048];

	snprintf(path, sizeof path, "%s/%s", p_node_dir(node), name);
	return path;
}

static void slurp(const char *node, const char *name, struct tong__buf *out)
{
	tong__buf_init(out, 64u << 20);
	CHECK_INT(tong__file_read(in_node(node, name), out, NULL), 0);
}

static void restore(const char *node, const struct tong__buf *database)
{
	tong__file_remove(in_node(node, "tong.db-wal"), NULL);
	tong__file_remove(in_node(node, "tong.db-shm"), NULL);
	tong__file_remove(in_node(node, "tong.damaged"), NULL);
	CHECK_INT(tong__file_write_fast(in_node(node, "tong.db"), database->data, database->len, NULL,
									NULL),
			  0);
}

/* Turns one bit of one page of the database. */
static void flip(const char *node, size_t page, size_t bit)
{
	off_t at = (off_t)(page * TONG_PAGE + bit / 8);
	int fd = open(in_node(node, "tong.db"), O_RDWR);
	unsigned char c = 0;

	CHECK(fd >= 0);
	CHECK_INT(pread(fd, &c, 1, at), 1);
	c ^= (unsigned char)(1u << bit % 8);
	CHECK_INT(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

/* ---- a node ---- */

static void begin(const char *name, bool many)
{
	char node[64], code[32], text[400];

	p_new(&p, name);
	for (int i = 0; many && i < ITEMS; i++) {
		snprintf(code, sizeof code, "511A9%09d", i);
		/* unlike one another, so that no group compresses to nothing */
		snprintf(text, sizeof text, "%x %x %x %x 条件", i * 2654435761u, i * 40503u * 977u,
				 i * 2246822519u, i * 3266489917u);
		p_item(&p, code, text, text);
	}
	p.group = many ? 4000 : p.group;
	p_release(&p);
	snprintf(node, sizeof node, "%s-node", name);
	p_node(&p, node, &a);
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
}

static void end(void)
{
	tong_agent_close(a);
	a = NULL;
	p_free(&p);
}

/* What a reader may ask; the answer of each, "" when it is refused as damage. */
enum { QUESTIONS = 8 };

static void ask(tong_agent *who, int i, char **out)
{
	static const char *const codes[] = { ITEM, "511A0138000001", "511Z07001006" };
	int rc;

	*out = NULL;
	if (i < 3)
		rc = tong_agent_show(who, codes[i], "511602", out, &err);
	else if (i == 3)
		rc = tong_agent_search(who, "身份证", NULL, 0, out, &err);
	else if (i == 4)
		rc = tong_agent_search(who, "体检 B超", NULL, 0, out, &err);
	else if (i == 5)
		rc = tong_agent_history(who, ITEM, out, &err);
	else if (i == 6)
		rc = tong_agent_whatsnew(who, "2020-01-01", out, &err);
	else
		rc = tong_agent_status(who, out, &err);
	if (rc && rc != TONG_E_STORE)
		printf("question %d: %s: %s\n", i, tong_code_name(rc), err.message);
	CHECK(!rc || rc == TONG_E_STORE);
}

static void ask_all(tong_agent *who, char *answers[QUESTIONS])
{
	for (int i = 0; i < QUESTIONS; i++) {
		ask(who, i, &answers[i]);
		CHECK_ALIVE();
	}
}

static void forget(char *answers[QUESTIONS])
{
	for (int i = 0; i < QUESTIONS; i++)
		tong_agent_free(answers[i]);
}

/* What a disk has left changes while we look. */
static bool same(const char *x, const char *y)
{
	const char *disk = strstr(x, ",\"disk\"");

	return disk ? strncmp(x, y, (size_t)(disk - x)) == 0 : strcmp(x, y) == 0;
}

/* P2: right or refused, whichever page is hurt. */
static void read_hurt(const char *node, char *truth[QUESTIONS], int *refused)
{
	tong_options opt = TONG_OPTIONS_INIT;
	char *now[QUESTIONS];
	tong_agent *b = NULL;

	opt.read_only = 1;
	opt.now = p_now;
	if (tong_agent_open(&b, p_node_dir(node), &opt, &err)) {
		CHECK_STR(tong_code_name(err.code), "TONG_E_STORE");
		++*refused;
		return;
	}
	ask_all(b, now);
	CHECK_ALIVE();
	for (int i = 0; i < QUESTIONS; i++) {
		bool said = now[i] && strstr(now[i], "\"sound\":false");

		if (now[i] && !said && !same(now[i], truth[i]))
			printf("question %d: %s\n", i, now[i]);
		CHECK(!now[i] || said || same(now[i], truth[i]));
		*refused += !now[i] || said;
	}
	forget(now);
	tong_agent_close(b);
}

static void heal(const char *node, char *truth[QUESTIONS])
{
	char *now[QUESTIONS];
	tong_agent *b = NULL;
	int rc;

	CHECK_INT(tong__store_mark(p_node_dir(node), &err), 0);
	p_open(&b, p_node_dir(node));
	CHECK_ALIVE();
	rc = tong_agent_sync(b, NULL, &result, &err);
	if (rc)
		printf("sync: %s: %s\n", err.subject, err.message);
	CHECK_INT(rc, 0);
	CHECK_INT(tong_agent_verify(b, 0, NULL, &err), 0);
	ask_all(b, now);
	CHECK_ALIVE();
	for (int i = 0; i < QUESTIONS - 1; i++) /* status tells of the sync */
		CHECK_STR(now[i], truth[i]);
	forget(now);
	tong_agent_close(b);
	CHECK(!tong__store_marked(p_node_dir(node)));
}

static void P1_P2_every_page_is_refused_or_healed(void)
{
	struct tong__buf good;
	char *truth[QUESTIONS];
	int refused = 0;
	size_t pages;

	begin("flip", false);
	CHECK_ALIVE();
	ask_all(a, truth);
	CHECK_ALIVE();
	tong_agent_close(a);
	a = NULL;
	slurp("flip-node", "tong.db", &good);
	CHECK_ALIVE();
	pages = good.len / TONG_PAGE;
	CHECK(pages > 20);
	for (size_t page = 0; page < pages; page++) {
		struct tong__scan scan = { .next = 1 };

		restore("flip-node", &good);
		flip("flip-node", page, (page * 7919 + 161) % (TONG_PAGE * 8));
		CHECK_ALIVE();
		CHECK_INT(tong__store_scan(p_node_dir("flip-node"), &scan, 1u << 30, &err), 0);
		CHECK_INT(scan.bad, page + 1);
		read_hurt("flip-node", truth, &refused);
		CHECK_ALIVE();
		heal("flip-node", truth);
		CHECK_ALIVE();
	}
	CHECK(refused > 20); /* the damage was met, not missed */
	forget(truth);
	tong__buf_free(&good);
	end();
}

/* Bits of the header say how the rest is to be read. */
static void P2_every_bit_of_the_header(void)
{
	struct tong__buf good;
	char *truth[QUESTIONS];
	int refused = 0;

	begin("header", false);
	CHECK_ALIVE();
	ask_all(a, truth);
	tong_agent_close(a);
	a = NULL;
	slurp("header-node", "tong.db", &good);
	CHECK_ALIVE();
	for (size_t bit = 0; bit < 100 * 8; bit++) {
		restore("header-node", &good);
		flip("header-node", 0, bit);
		read_hurt("header-node", truth, &refused);
		if (tong_test.failed)
			printf("bit %zu of byte %zu\n", bit % 8, bit / 8);
		CHECK_ALIVE();
	}
	CHECK_INT(refused >= 800, 1);
	forget(truth);
	tong__buf_free(&good);
	end();
}

static void pages_at_a_wrong_place_and_lost_ones(void)
{
	struct tong__scan scan = { .next = 1 };
	struct tong__buf good;
	char zero[TONG_PAGE] = "";
	int fd;

	begin("place", false);
	CHECK_ALIVE();
	slurp("place-node", "tong.db", &good);
	fd = open(in_node("place-node", "tong.db"), O_RDWR);
	CHECK(pwrite(fd, good.data + 4 * TONG_PAGE, TONG_PAGE, 5 * TONG_PAGE) == TONG_PAGE);
	CHECK_INT(tong__store_scan(p_node_dir("place-node"), &scan, 1u << 30, &err), 0);
	CHECK_INT(scan.bad, 6);
	CHECK(pwrite(fd, good.data + 5 * TONG_PAGE, TONG_PAGE, 5 * TONG_PAGE) == TONG_PAGE);
	/* One that reads as zeroes may be one that was never written; SQLite, which knows, refuses. */
	CHECK(pwrite(fd, zero, TONG_PAGE, TONG_PAGE) == TONG_PAGE);
	close(fd);
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, &err)), "TONG_E_STORE");
	p_sync(a, "TONG_OK", "not modified", NULL); /* nothing was lost that lies nowhere else */
	CHECK_INT(tong_agent_verify(a, 0, NULL, &err), 0);
	tong__buf_free(&good);
	end();
}

/* ---- little is fetched ---- */

/* The page that holds this text. */
static size_t page_with(const char *node, const char *text)
{
	struct tong__buf all;
	char *at;
	size_t page;

	slurp(node, "tong.db", &all);
	at = all.data ? memmem(all.data, all.len, text, strlen(text)) : NULL;
	page = at ? (size_t)(at - all.data) / TONG_PAGE : 0;
	tong__buf_free(&all);
	return page;
}

static void a_lost_record_is_fetched_alone(void)
{
	char *json;
	uint64_t whole;

	begin("alone", true);
	CHECK_ALIVE();
	whole = 0;
	CHECK_INT(tong_agent_status(a, &json, &err), 0);
	{
		json_t *doc = json_loads(json, 0, NULL);

		whole = (uint64_t)json_integer_value(
			json_object_get(json_object_get(doc, "last_sync"), "bytes_down"));
		json_decref(doc);
	}
	tong_agent_free(json);
	flip("alone-node", page_with("alone-node", "\"k\":\"item/511A9000000200\""), 4000);
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, &err)), "TONG_E_STORE");
	p_sync(a, "TONG_OK", "mended", &result);
	printf("%llu bytes to mend, %llu for all\n", (unsigned long long)result.bytes_down,
		   (unsigned long long)whole);
	CHECK(result.bytes_down * 2 < whole);
	CHECK_INT(tong_agent_verify(a, 0, NULL, &err), 0);
	/* And the next release comes as a change. */
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	CHECK_STR(p_name_of(a, ITEM), "二");
	end();
}

/* A group that came out by its length, and is not what was signed: the whole is taken (C7). */
static void what_does_not_mend_comes_whole(void)
{
	char path[2048];
	struct tong__sums *sums = tong__sums_new();
	sqlite3 *db;

	begin("whole", true);
	CHECK_ALIVE();
	snprintf(path, sizeof path, "%s", in_node("whole-node", "tong.db"));
	CHECK_INT(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, tong__sums_name(sums)), SQLITE_OK);
	CHECK_INT(sqlite3_exec(db,
						   "UPDATE record SET body = replace(body, '条件', '条禾') WHERE key ="
						   " 'item/511A9000000007';"
						   "DELETE FROM record WHERE key = 'item/511A9000000300'",
						   NULL, NULL, NULL),
			  SQLITE_OK);
	sqlite3_close(db);
	tong__sums_free(sums);
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, &err)), "TONG_E_STORE");
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_verify(a, 0, NULL, &err), 0);
	end();
}

/* ---- all is lost ---- */

static void copy_folder(const char *from, const char *to)
{
	pid_t pid = fork();

	if (pid == 0)
		execlp("cp", "cp", "-r", from, to, (char *)NULL);
	waitpid(pid, NULL, 0);
}

static void a_lost_database_comes_back(void)
{
	char older[sizeof p.dir + 8];
	tong_agent *b = NULL;
	char *text;

	begin("lost", false);
	CHECK_ALIVE();
	snprintf(older, sizeof older, "%s-older", p.dir);
	copy_folder(p.dir, older);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	tong_agent_close(a);
	a = NULL;
	CHECK_INT(tong__file_write(in_node("lost-node", "tong.db"), "no database", 11, NULL), 0);
	p_open(&b, p_node_dir("lost-node")); /* heals what can be healed without a source */
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_show(b, ITEM, NULL, &text, &err)), "TONG_E_STORE");
	/* P3: it knows how far it was. */
	CHECK_STR(tong_code_name(tong_agent_sync(b, older, NULL, &err)), "TONG_E_ROLLBACK");
	p_sync(b, "TONG_OK", "full", NULL);
	CHECK_STR(p_name_of(b, ITEM), "二");
	CHECK_INT(tong_agent_status(b, &text, &err), 0);
	CHECK(strstr(text, "\"regions\":[\"511602\"]") != NULL);
	tong_agent_free(text);
	tong_agent_close(b);
	end();
}

static void node_json_that_is_hurt_is_not_believed(void)
{
	struct tong__buf kept;
	tong_agent *b = NULL;
	char *at;

	begin("beside", false);
	CHECK_ALIVE();
	tong_agent_close(a);
	a = NULL;
	slurp("beside-node", "node.json", &kept);
	at = strstr(kept.data, "511602");
	CHECK(at != NULL);
	at[5] = '3'; /* another region */
	CHECK_INT(tong__file_write(in_node("beside-node", "node.json"), kept.data, kept.len, NULL), 0);
	CHECK_INT(tong__file_write(in_node("beside-node", "tong.db"), "no database", 11, NULL), 0);
	CHECK_STR(tong_code_name(tong_agent_open(&b, p_node_dir("beside-node"), NULL, &err)),
			  "TONG_E_STORE");
	CHECK(strstr(err.message, "make a new store") != NULL);
	tong__buf_free(&kept);
	end();
}

int main(void)
{
	RUN(P1_P2_every_page_is_refused_or_healed);
	RUN(P2_every_bit_of_the_header);
	RUN(pages_at_a_wrong_place_and_lost_ones);
	RUN(a_lost_record_is_fetched_alone);
	RUN(what_does_not_mend_comes_whole);
	RUN(a_lost_database_comes_back);
	RUN(node_json_that_is_hurt_is_not_believed);
	return tong_test_done();
}
