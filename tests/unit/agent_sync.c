/* An update from a folder: the ways it takes, what it refuses, and what is held after each. */
#include "tests/unit/agent_node.h"

#define ITEM "511A0138000000"

static struct province p;
static tong_agent *a;
static tong_sync_result r;

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

static void remove_head(const char *name)
{
	CHECK_INT(tong__file_remove(p_node_dir(name), NULL), 0);
}

static void first_sync_takes_whole_layers(void)
{
	begin("first");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_ALIVE();
	CHECK_INT(r.changed, 1);
	CHECK_INT(r.release, 1);
	CHECK_INT(r.records, 12); /* 8 of base, 2 of the county, 2 of the look; not the other's */
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

static void no_change_is_one_request(void)
{
	begin("same");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_sync(a, "TONG_OK", "not modified", &r);
	CHECK_ALIVE();
	CHECK_INT(r.requests, 1);
	CHECK_INT(r.bytes_down, 0);
	CHECK_INT(r.changed, 0);
	end();
}

static void one_item_is_one_request(void)
{
	begin("one");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "居民身份证申领", "年满十六周岁的公民");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", &r);
	CHECK_ALIVE();
	CHECK_INT(r.requests, 1);
	CHECK_INT(r.records, 1);
	CHECK_STR(p_name_of(a, ITEM), "居民身份证申领");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

static void removes_and_adds(void)
{
	begin("removes");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_del(&p, "base", "item/511A0138000001");
	p_item(&p, "511A0199900000", "新的事项", "无");
	p_put(&p, "r511602", "hall/second", "{\"name\":\"第二大厅\"}");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", &r);
	CHECK_ALIVE();
	CHECK_INT(r.records, 3);
	CHECK_STR(p_name_of(a, "511A0138000001"), "");
	CHECK_STR(p_name_of(a, "511A0199900000"), "新的事项");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

static void without_heads_files_are_asked_for(void)
{
	begin("noheads");
	CHECK_ALIVE();
	remove_head("noheads/heads/511602");
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "居民身份证申领", "甲");
	p.no_head = true;
	p_release(&p);
	p_sync(a, "TONG_OK", "metadata", &r);
	CHECK_ALIVE();
	CHECK_INT(r.requests, 6); /* head, 2.root, timestamp, snapshot, base, changeset */
	CHECK_STR(p_name_of(a, ITEM), "居民身份证申领");
	end();
}

static void two_releases_behind_takes_the_whole(void)
{
	begin("behind");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_item(&p, ITEM, "三", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_ALIVE();
	CHECK_INT(r.records, 1); /* only what differs is written */
	CHECK_STR(p_name_of(a, ITEM), "三");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	end();
}

static void a_bad_changeset_falls_back_to_the_whole(void)
{
	struct tong__buf cs;
	char name[128];
	json_t *hex;
	const char *key;

	begin("fallback");
	CHECK_ALIVE();
	remove_head("fallback/heads/511602");
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p.no_head = true;
	p_release(&p);
	name[0] = '\0';
	json_object_foreach(p.head, key, hex) if (strncmp(key, "changesets/", 11) == 0)
		snprintf(name, sizeof name, "%s", key);
	cs = p_read(&p, name);
	cs.data[cs.len - 1] ^= 1;
	p_write(&p, name, cs.data, cs.len);
	tong__buf_free(&cs);
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "二");
	CHECK(strstr(p_log, "the whole layer is fetched") != NULL);
	end();
}

static void a_bad_whole_layer_changes_nothing(void)
{
	char id[TONG_HEX], name[128];
	struct tong__buf cs;

	begin("badwhole");
	CHECK_ALIVE();
	remove_head("badwhole/heads/511602");
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p.no_delta = p.no_head = true;
	p_release(&p);
	cs = p_changeset(&p, "base", NULL, json_object_get(p.layers, "base"), id);
	snprintf(name, sizeof name, "changesets/%s.tcs", id);
	cs.data[cs.len - 1] ^= 1;
	p_write(&p, name, cs.data, cs.len);
	p_sync(a, "TONG_E_HASH", "", NULL);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	cs.data[cs.len - 1] ^= 1;
	p_write(&p, name, cs.data, cs.len);
	tong__buf_free(&cs);
	/* A refusal never ends the node's ability to update. */
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "二");
	end();
}

static void refuses_an_unsigned_release(void)
{
	begin("unsigned");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_new_key(&p); /* a key that root does not know */
	p_item(&p, ITEM, "假的", "甲");
	p_release(&p);
	p_sync(a, "TONG_E_SIGNATURE", "", NULL);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	end();
}

static void P3_refuses_an_older_release(void)
{
	struct tong__buf old;

	begin("older");
	CHECK_ALIVE();
	old = p_read(&p, "timestamp.json");
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	p_write(&p, "timestamp.json", old.data, old.len);
	p_write(&p, "heads/511602", "gone", 4);
	tong__buf_free(&old);
	p_sync(a, "TONG_E_ROLLBACK", "", NULL);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "二");
	end();
}

static void an_expired_release_is_told_and_served(void)
{
	char *text;

	begin("expired");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_clock = NOW + 4 * 366 * 86400LL;
	/* The root has the same date; what is past it is refused whichever file it is. */
	p_sync(a, "TONG_E_EXPIRED", "", NULL);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	CHECK_INT(tong_agent_status(a, &text, NULL), 0);
	CHECK(strstr(text, "\"current\":false") != NULL);
	CHECK(strstr(text, "\"expired\":[\"root\",\"timestamp\"") != NULL);
	tong_agent_free(text);
	end();
}

static void a_new_timestamp_keeps_the_release(void)
{
	begin("stamp");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	json_object_clear(p.head);
	p_timestamp(&p);
	p_sync(a, "TONG_OK", "head", &r);
	CHECK_ALIVE();
	CHECK_INT(r.changed, 0);
	CHECK_INT(r.requests, 1);
	p_sync(a, "TONG_OK", "not modified", NULL);
	end();
}

static void keys_can_change(void)
{
	begin("rotate");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p_rotate(&p);
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "二");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	p_sync(a, "TONG_OK", "not modified", NULL);
	end();
}

static void P3_after_rollback_only_a_newer_release_is_taken(void)
{
	begin("left");
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_rollback(a, NULL)), "TONG_E_NOTFOUND");
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "坏的", "甲");
	p_del(&p, "base", "item/511A0138000001");
	p_item(&p, "511A0199900000", "新的事项", "无");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	CHECK_STR(p_name_of(a, "511A0138000001"), "临时居民身份证办理");
	CHECK_STR(p_name_of(a, "511A0199900000"), "");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	p_sync(a, "TONG_OK", "not modified", NULL);
	json_object_clear(p.head);
	p_timestamp(&p);
	p_sync(a, "TONG_OK", "left", &r);
	CHECK_INT(r.release, 1);
	CHECK_STR(tong_code_name(tong_agent_rollback(a, NULL)), "TONG_E_NOTFOUND");
	p_item(&p, ITEM, "好的", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_ALIVE();
	CHECK_INT(r.release, 3);
	CHECK_STR(p_name_of(a, ITEM), "好的");
	CHECK_STR(p_name_of(a, "511A0199900000"), "新的事项");
	end();
}

static void the_budget_is_told_before_fetching(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;

	begin("budget");
	CHECK_ALIVE();
	tong_agent_close(a);
	opt.byte_budget = 2500;
	p_open_with(&a, p_node_dir("budget-node"), &opt);
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_sync(a, NULL, NULL, &err)), "TONG_E_BUDGET");
	CHECK(strstr(err.message, "bytes") != NULL);
	end();
}

static int stop_at_changeset(void *user, const char *file, uint64_t done, uint64_t total)
{
	(void)user;
	(void)done;
	(void)total;
	return strncmp(file, "changesets/", 11) == 0;
}

static void an_interrupted_sync_goes_on_later(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;

	begin("stopped");
	CHECK_ALIVE();
	tong_agent_close(a);
	opt.progress = stop_at_changeset;
	p_open_with(&a, p_node_dir("stopped-node"), &opt);
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_sync(a, NULL, NULL, &err)), "TONG_E_INTERRUPTED");
	CHECK_STR(p_name_of(a, ITEM), "");
	tong_agent_close(a);
	p_open(&a, p_node_dir("stopped-node"));
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "居民身份证办理");
	end();
}

/* L4: layers of the regions above and below come along, others stay away. */
static void L4_takes_what_the_region_needs(void)
{
	char *text;

	begin("needs");
	CHECK_ALIVE();
	p_put(&p, "r511600", "hall/main", "{\"name\":\"广安市政务服务中心\"}");
	p_put(&p, "r511602101", "hall/main", "{\"name\":\"某镇便民服务中心\"}");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_status(a, &text, NULL), 0);
	CHECK(strstr(text, "\"r511600\"") && strstr(text, "\"r511602101\"") &&
		  strstr(text, "\"r511602\""));
	CHECK(!strstr(text, "\"r510104\""));
	tong_agent_free(text);
	end();
}

static void a_layer_that_is_gone_goes(void)
{
	char *text;

	begin("gone");
	CHECK_ALIVE();
	p_put(&p, "r511600", "hall/main", "{\"name\":\"广安市政务服务中心\"}");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	json_object_del(p.layers, "r511600");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_status(a, &text, NULL), 0);
	CHECK(!strstr(text, "\"r511600\""));
	tong_agent_free(text);
	end();
}

/* P7: a province's key for a county's layer must not reach into base; here the layer itself tries.
 */
static void P7_refuses_a_unified_record_in_a_county(void)
{
	begin("reach");
	CHECK_ALIVE();
	p_put(&p, "r511602", "item/" ITEM, "{\"code\":\"" ITEM "\",\"name\":\"县里改的\"}");
	p_release(&p);
	p_sync(a, "TONG_E_ROLE", "", NULL);
	CHECK_ALIVE();
	end();
}

static void the_next_source_is_tried(void)
{
	const char *sources[] = { "/nonexistent/stick", "SECOND", NULL }, *regions[] = { NULL };
	struct tong__buf root;

	p_new(&p, "sources");
	p_release(&p);
	sources[1] = p.dir;
	root = p_read(&p, "1.root.json");
	CHECK_INT(tong_agent_init(p_node_dir("sources-node"), root.data, root.len, sources, regions,
							  NULL),
			  0);
	tong__buf_free(&root);
	p_open(&a, p_node_dir("sources-node"));
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_STR(r.source, p.dir);
	CHECK_INT(r.records, 13); /* no region named: all of them */
	end();
}

int main(void)
{
	RUN(first_sync_takes_whole_layers);
	RUN(no_change_is_one_request);
	RUN(one_item_is_one_request);
	RUN(removes_and_adds);
	RUN(without_heads_files_are_asked_for);
	RUN(two_releases_behind_takes_the_whole);
	RUN(a_bad_changeset_falls_back_to_the_whole);
	RUN(a_bad_whole_layer_changes_nothing);
	RUN(refuses_an_unsigned_release);
	RUN(P3_refuses_an_older_release);
	RUN(an_expired_release_is_told_and_served);
	RUN(a_new_timestamp_keeps_the_release);
	RUN(keys_can_change);
	RUN(P3_after_rollback_only_a_newer_release_is_taken);
	RUN(the_budget_is_told_before_fetching);
	RUN(an_interrupted_sync_goes_on_later);
	RUN(L4_takes_what_the_region_needs);
	RUN(a_layer_that_is_gone_goes);
	RUN(P7_refuses_a_unified_record_in_a_county);
	RUN(the_next_source_is_tried);
	return tong_test_done();
}
