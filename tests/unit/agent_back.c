/* Back, and not back: what an operator's rollback means for this node and for the levels below, and
 * that nobody else brings an older release (P3). */
#include <sqlite3.h>

#include "tests/unit/agent_node.h"

#define ITEM "511A0138000000"

static struct province p;
static tong_agent *a;
static char node[64];

static void date(const char *expires)
{
	p.expires = expires;
	p_timestamp(&p);
	p.expires = LATER;
}

/* Two releases taken, the first dated until June; its timestamp is kept for later. */
static void begin(const char *name, struct tong__buf *first)
{
	p_new(&p, name);
	p_release(&p);
	date("2027-06-01T00:00:00Z");
	snprintf(node, sizeof node, "%s-node", name);
	p_node(&p, node, &a);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_relay(a, 1, NULL), 0);
	p_sync(a, "TONG_OK", "full", NULL);
	*first = p_read(&p, "timestamp.json");
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
}

static void end(struct tong__buf *first)
{
	tong_agent_close(a);
	a = NULL;
	tong__buf_free(first);
	p_free(&p);
}

static bool relays(const char *name)
{
	struct tong__buf there = p_read(&p, name), here;
	char path[1200];
	bool same;

	tong__buf_init(&here, 1u << 20);
	snprintf(path, sizeof path, "%s/relay/%s", p_node_dir(node), name);
	same = !tong__file_read(path, &here, NULL) && here.len == there.len &&
		   !memcmp(here.data, there.data, here.len);
	tong__buf_free(&here);
	tong__buf_free(&there);
	return same;
}

/* The province goes on dating the release that this node left. It stays left, whenever what is held
 * expires; the levels below, which kept it, get the new dates. */
static void P3_new_dates_of_the_release_left(void)
{
	struct tong__buf first;
	tong_sync_result r;
	char *text;

	begin("dates", &first);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	for (int night = 0; night < 3; night++) {
		p_clock += 200 * 86400;
		json_object_clear(p.head);
		date(LATER);
		p_sync(a, "TONG_OK", "left", &r);
		CHECK_ALIVE();
		CHECK_INT(r.release, 1);
		CHECK(relays("timestamp.json"));
		CHECK(relays("heads/511602"));
	}
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	CHECK_INT(tong_agent_status(a, &text, NULL), 0);
	CHECK(strstr(text, "\"left\":2") && strstr(text, "\"current\":false"));
	CHECK(strstr(text, "\"expired\":[\"timestamp\"]") != NULL);
	tong_agent_free(text);
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end(&first);
}

/* A mirror that lags behind has the release that is held: its newer dates are taken. */
static void new_dates_of_the_release_held(void)
{
	struct tong__buf first;
	tong_sync_result r;

	begin("held", &first);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	p.snapshot = 1;
	json_object_clear(p.head);
	p.no_head = true;
	p_write(&p, "heads/511602", "none", 4);
	p_timestamp(&p);
	p_sync(a, "TONG_OK", "metadata", &r);
	CHECK_ALIVE();
	CHECK_INT(r.release, 1);
	CHECK(!relays("timestamp.json")); /* the levels below do not go back */
	p.snapshot = 2;
	p_item(&p, ITEM, "三", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_ALIVE();
	CHECK_INT(r.release, 3);
	CHECK(relays("timestamp.json"));
	end(&first);
}

/* The keys of targets change, and the sync that brings that goes back: the root stays, and what is
 * held is judged by what was noted. */
static void the_root_stays(void)
{
	struct tong__buf first;

	begin("root", &first);
	CHECK_ALIVE();
	p_item(&p, ITEM, "三", "甲");
	p_rotate(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	CHECK_STR(p_name_of(a, ITEM), "二");
	p_log[0] = '\0';
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	CHECK(strstr(p_log, "the signing keys changed") != NULL);
	end(&first);
}

static void sql(const char *text)
{
	char path[2048];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/tong.db", p_node_dir(node));
	CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
	CHECK_INT(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Damaged copies of what was signed give nobody the way back, and hold nobody up. */
static void P3_damaged_copies_are_no_way_back(void)
{
	static const char *const roles[] = { "timestamp", "snapshot", "targets", "base",
										 "timestamp' OR role = 'snapshot" };
	char text[200], name[32];

	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		struct tong__buf first, second;

		snprintf(name, sizeof name, "copies%zu", i);
		begin(name, &first);
		CHECK_ALIVE();
		second = p_read(&p, "timestamp.json");
		snprintf(text, sizeof text,
				 "UPDATE trusted SET bytes = substr(bytes, 1, 200) WHERE role = '%s'", roles[i]);
		sql(text);
		p_write(&p, "heads/511602", "none", 4);
		p_write(&p, "timestamp.json", first.data, first.len);
		p_sync(a, "TONG_E_ROLLBACK", "", NULL);
		CHECK_ALIVE();
		CHECK_STR(p_name_of(a, ITEM), "二");
		p_write(&p, "timestamp.json", second.data, second.len);
		p_sync(a, "TONG_OK", "metadata", NULL);
		CHECK_ALIVE();
		CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
		tong__buf_free(&second);
		end(&first);
	}
}

/* Somebody with stolen keys runs the versions up. New keys of the root's bring them down again, of
 * the top-level roles and of a delegated one. */
static void fast_forward_is_recovered_from(void)
{
	for (int delegated = 0; delegated < 2; delegated++) {
		struct tong__buf first;

		begin(delegated ? "fast-base" : "fast-snapshot", &first);
		CHECK_ALIVE();
		if (delegated)
			json_object_set_new(p.roles, "base", json_integer(1000000000));
		else
			p.snapshot = 1000000000;
		p_item(&p, ITEM, "坏的", "甲");
		p_release(&p);
		p_sync(a, "TONG_OK", "head", NULL);
		json_object_set_new(p.roles, "base", json_integer(10));
		p.snapshot = 10;
		p_item(&p, ITEM, "好的", "甲");
		p_release(&p);
		p_sync(a, "TONG_E_ROLLBACK", "", NULL);
		CHECK_STR(p_name_of(a, ITEM), "坏的");
		p_rotate(&p);
		p_sync(a, "TONG_OK", "full", NULL);
		CHECK_ALIVE();
		CHECK_STR(p_name_of(a, ITEM), "好的");
		CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
		end(&first);
	}
}

int main(void)
{
	RUN(fast_forward_is_recovered_from);
	RUN(P3_new_dates_of_the_release_left);
	RUN(new_dates_of_the_release_held);
	RUN(the_root_stays);
	RUN(P3_damaged_copies_are_no_way_back);
	return tong_test_done();
}
