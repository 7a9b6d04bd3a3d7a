/* The store: crashes, damage, versions, locks, readers beside a writer, media that cannot be
 * written. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "agent/store.h"
#include "agent/store_sum.h"
#include "tests/unit/agent_node.h"

#define ITEM "511A0138000000"

static struct province p;
static tong_agent *a;

static void begin(const char *name)
{
	p_begin(&p, name, &a);
}

static void end(void)
{
	tong_agent_close(a);
	a = NULL;
	p_free(&p);
}

/* Changes the database behind the store's back. */
static void sql(const char *node, const char *text)
{
	char path[2048], *why = NULL;
	struct tong__sums *sums = tong__sums_new(); /* no page is damaged by this */
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/tong.db", p_node_dir(node));
	CHECK_INT(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, tong__sums_name(sums)), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		printf("%s: %s\n", text, why);
	CHECK(why == NULL);
	sqlite3_close(db);
	tong__sums_free(sums);
}

static void P2_damage_is_found_not_served_and_repaired(void)
{
	char *text;

	begin("damage");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	sql("damage-node",
		"UPDATE record SET body = replace(body, '十六', '六十') WHERE key = 'item/" ITEM "'");
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, NULL)), "TONG_E_STORE");
	CHECK(strstr(p_log, "base: the layer is") != NULL);
	CHECK_STR(tong_code_name(tong_agent_show(a, ITEM, NULL, &text, NULL)), "TONG_E_STORE");
	CHECK(text == NULL);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	end();
}

static void a_repair_keeps_the_way_back(void)
{
	begin("repair");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	sql("repair-node", "DELETE FROM record WHERE key = 'item/511A0138000001'");
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, NULL)), "TONG_E_STORE");
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_STR(p_name_of(a, ITEM), "二");
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

static void damage_is_repaired_by_a_change_too(void)
{
	begin("damage2");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	sql("damage2-node", "DELETE FROM record WHERE key = 'item/511A0138000001'");
	/* Nobody looked; the next changeset does not lead to what is signed (C7), so the whole is
	 * taken. */
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_ALIVE();
	CHECK(strstr(p_log, "the whole layer is taken instead") != NULL);
	CHECK_STR(p_name_of(a, "511A0138000001"), "临时居民身份证办理");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

/* Records stand there although no list names their layer: they are looked at one by one. */
static void a_layer_that_no_list_names_is_repaired(void)
{
	begin("unlisted");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	sql("unlisted-node", "DELETE FROM layer WHERE name = 'base';"
						 "DELETE FROM record WHERE key = 'item/511A0138000001';"
						 "UPDATE record SET body = '{}' WHERE key = 'item/" ITEM "'");
	p_item(&p, "511A0138000001", "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	CHECK_STR(p_name_of(a, "511A0138000001"), "二");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

static void damage_to_what_is_derived_is_repaired(void)
{
	begin("derived");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	sql("derived-node", "UPDATE record SET body = '{}' WHERE key = 'brief/" ITEM "'");
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, NULL)), "TONG_E_STORE");
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

static void changed_metadata_is_found(void)
{
	begin("meta");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	sql("meta-node",
		"UPDATE trusted SET bytes = replace(bytes, '2030', '2040') WHERE role = 'base'");
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, NULL)), "TONG_E_STORE");
	end();
}

static void a_newer_store_is_refused(void)
{
	tong_error err = TONG_ERROR_INIT;
	tong_agent *b;

	begin("newer");
	CHECK_ALIVE();
	sql("newer-node", "PRAGMA user_version=3");
	CHECK_STR(tong_code_name(tong_agent_open(&b, p_node_dir("newer-node"), NULL, &err)),
			  "TONG_E_STORE_NEWER");
	CHECK(strstr(err.message, "version 3") != NULL);
	end();
}

static void init_wants_a_folder_of_its_own(void)
{
	const char *none[] = { NULL };
	struct tong__buf root;
	tong_error err = TONG_ERROR_INIT;
	tong_agent *b;

	begin("init");
	CHECK_ALIVE();
	root = p_read(&p, "1.root.json");
	CHECK_STR(tong_code_name(
				  tong_agent_init(p_node_dir("init-node"), root.data, root.len, none, none, &err)),
			  "TONG_E_USAGE");
	CHECK_STR(tong_code_name(tong_agent_init(p.dir, root.data, root.len, none, none, &err)),
			  "TONG_E_USAGE");
	CHECK_STR(tong_code_name(tong_agent_init(p_node_dir("init2"), "{}", 2, none, none, &err)),
			  "TONG_E_FORMAT");
	CHECK_STR(tong_code_name(tong_agent_open(&b, p_node_dir("nowhere"), NULL, &err)),
			  "TONG_E_STORE");
	/* What an init that did not come to its end left behind is taken over. */
	CHECK_INT(mkdir(p_node_dir("init3"), 0777), 0);
	CHECK_INT(tong__file_write(p_node_dir("init3/tong.db"), "", 0, NULL), 0);
	CHECK_STR(tong_code_name(tong_agent_open(&b, p_node_dir("init3"), NULL, &err)), "TONG_E_STORE");
	CHECK_INT(tong_agent_init(p_node_dir("init3"), root.data, root.len, none, none, &err), 0);
	CHECK_INT(tong_agent_open(&b, p_node_dir("init3"), NULL, &err), 0);
	CHECK_STR(p_name_of(b, ITEM), "");
	tong_agent_close(b);
	/* A power cut may keep the name of the log, and not that of the database. */
	CHECK_INT(mkdir(p_node_dir("init4"), 0777), 0);
	CHECK_INT(tong__file_write(p_node_dir("init4/tong.db-journal"), "x", 1, NULL), 0);
	CHECK_INT(tong__file_write(p_node_dir("init4/tong.db-wal"), "x", 1, NULL), 0);
	CHECK_INT(tong_agent_init(p_node_dir("init4"), root.data, root.len, none, none, &err), 0);
	CHECK_INT(tong_agent_open(&b, p_node_dir("init4"), NULL, &err), 0);
	tong_agent_close(b);
	tong__buf_free(&root);
	end();
}

static void one_writer_at_a_time(void)
{
	tong_error err = TONG_ERROR_INIT;
	int fd;

	begin("lock");
	CHECK_ALIVE();
	fd = open(p_node_dir("lock-node/tong.lock"), O_RDWR | O_CREAT, 0666);
	CHECK(fd >= 0 && flock(fd, LOCK_EX) == 0);
	CHECK_STR(tong_code_name(tong_agent_sync(a, NULL, NULL, &err)), "TONG_E_BUSY");
	close(fd);
	p_sync(a, "TONG_OK", "full", NULL);
	end();
}

static int other_release(void *user, const char *url)
{
	/* In the middle of a reading call the release changes beside it. */
	tong_agent *b = user;

	(void)url;
	if (!strcmp(p_name_of(a, ITEM), "居民身份证办理") && !strcmp(p_name_of(b, ITEM), "二"))
		return 7;
	return 8;
}

static void P5_a_reader_sees_one_release_to_its_end(void)
{
	tong_agent *b;

	begin("beside");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_open(&b, p_node_dir("beside-node"));
	CHECK_ALIVE();
	CHECK_STR(p_name_of(b, ITEM), "居民身份证办理");
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(b, "TONG_OK", "head", NULL);
	CHECK_STR(p_name_of(a, ITEM), "二");
	CHECK_STR(p_name_of(b, ITEM), "二");
	tong_agent_close(b);
	end();
}

static int sync_inside(void *user, const char *url)
{
	static bool once;

	if (once)
		return 0;
	once = true;
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(user, "TONG_OK", "head", NULL);
	return other_release(user, url);
}

static void P5_a_call_is_of_one_release(void)
{
	tong_agent *b;

	begin("inside");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_open(&b, p_node_dir("inside-node"));
	CHECK_ALIVE();
	CHECK_INT(tong_agent_urls(a, sync_inside, b, NULL), 7);
	CHECK_STR(p_name_of(a, ITEM), "二");
	tong_agent_close(b);
	end();
}

/* P1: a child syncs back and forth and is killed at any moment; what is found is one release or the
 * other. */
static void P1_after_a_kill_one_release_is_whole(void)
{
	bool second;

	begin("kill");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	tong_agent_close(a);
	for (int i = 0; i < 200; i++) {
		char key[32], text[1200];

		snprintf(key, sizeof key, "511A0500000%03d", i);
		memset(text, 'a' + i % 26, sizeof text - 1);
		text[sizeof text - 1] = '\0';
		p_item(&p, key, "许多事项之一", text);
	}
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	for (int round = 0; round < 25; round++) {
		pid_t child = fork();

		if (child == 0) {
			tong_agent *b = NULL;

			if (tong_agent_open(&b, p_node_dir("kill-node"), NULL, NULL))
				_exit(1);
			for (;;) {
				tong_agent_sync(b, NULL, NULL, NULL);
				tong_agent_rollback(b, NULL);
				/* So that the release left is taken again. */
				sql("kill-node",
					"UPDATE meta SET value = 0 WHERE name = 'left'; DELETE FROM source");
			}
		}
		usleep((useconds_t)(3000 + round * 2711 % 50000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		p_open(&a, p_node_dir("kill-node"));
		CHECK_ALIVE();
		second = !strcmp(p_name_of(a, ITEM), "二");
		CHECK(second || !strcmp(p_name_of(a, ITEM), "居民身份证办理"));
		CHECK_STR(p_name_of(a, "511A0500000199"), second ? "许多事项之一" : "");
		CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
		tong_agent_close(a);
		a = NULL;
	}
	end();
}

/* As another user, who may read the store and write nothing. */
static int read_as_nobody(const char *node)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		tong_agent *b;

		if (setgid(65534) || setuid(65534) || tong_agent_open(&b, p_node_dir(node), NULL, NULL))
			_exit(2);
		_exit(strcmp(p_name_of(b, ITEM), "居民身份证办理") == 0 ? 0 : 3);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void P5_reads_what_it_may_not_write(void)
{
	begin("readonly");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	tong_agent_close(a);
	a = NULL;
	if (geteuid() == 0) {
		CHECK_INT(chmod(tong_test_dir(), 0755), 0);
		CHECK_INT(read_as_nobody("readonly-node"), 0);
		/* A copy on a medium: no log, no shared memory file. */
		unlink(p_node_dir("readonly-node/tong.db-wal"));
		unlink(p_node_dir("readonly-node/tong.db-shm"));
		CHECK_INT(read_as_nobody("readonly-node"), 0);
	}
	end();
}

static void read_only_means_no_sync(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;

	begin("refuses");
	CHECK_ALIVE();
	tong_agent_close(a);
	opt.read_only = 1;
	p_open_with(&a, p_node_dir("refuses-node"), &opt);
	CHECK_STR(tong_code_name(tong_agent_sync(a, NULL, NULL, &err)), "TONG_E_USAGE");
	CHECK_STR(tong_code_name(tong_agent_rollback(a, &err)), "TONG_E_USAGE");
	end();
}

int main(void)
{
	RUN(P2_damage_is_found_not_served_and_repaired);
	RUN(a_repair_keeps_the_way_back);
	RUN(damage_is_repaired_by_a_change_too);
	RUN(a_layer_that_no_list_names_is_repaired);
	RUN(damage_to_what_is_derived_is_repaired);
	RUN(changed_metadata_is_found);
	RUN(a_newer_store_is_refused);
	RUN(init_wants_a_folder_of_its_own);
	RUN(one_writer_at_a_time);
	RUN(P5_a_reader_sees_one_release_to_its_end);
	RUN(P5_a_call_is_of_one_release);
	RUN(P1_after_a_kill_one_release_is_whole);
	RUN(P5_reads_what_it_may_not_write);
	RUN(read_only_means_no_sync);
	return tong_test_done();
}
