/* Heads and the file for new nodes: what they save, and that a lying one costs a request. */
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

/* H3: a broken or lying head costs one request and nothing else. */
static void H3_a_broken_head_is_a_missing_head(void)
{
	begin("broken");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_write(&p, "heads/511602", "TONGHD2\nnonsense", 16);
	p_sync(a, "TONG_OK", "metadata", &r);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "二");
	/* It stays as it is while releases go on: no 304 may hide them. */
	p.no_head = true;
	p_item(&p, ITEM, "三", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "metadata", &r);
	CHECK_ALIVE();
	CHECK_STR(p_name_of(a, ITEM), "三");
	end();
}

/* The file for new nodes (H4): all that the head of the first release has. */
static void start_from_first_head(void)
{
	struct tong__buf head = p_read(&p, "heads/511602");

	p_write(&p, "heads/new-511602", head.data, head.len);
	tong__buf_free(&head);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
}

static void H4_a_new_node_begins_with_one_file(void)
{
	uint64_t without;

	begin("start");
	CHECK_ALIVE();
	p_item(&p, ITEM, "一", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", &r);
	without = r.requests;
	end();
	begin("start2");
	CHECK_ALIVE();
	start_from_first_head();
	p_sync(a, "TONG_OK", "full", &r);
	CHECK_ALIVE();
	CHECK_INT(r.requests, 5); /* head, start, and the three layers */
	CHECK_INT(without, 8);
	CHECK_STR(p_name_of(a, ITEM), "二");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	p_item(&p, ITEM, "三", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", &r);
	CHECK_INT(r.requests, 1); /* nobody begins twice */
	end();
}

static void H4_a_broken_or_lying_start_is_a_missing_one(void)
{
	static const char forged[] = "{\"signatures\":[],\"signed\":{}}";
	char hex[sizeof forged * 2];

	begin("start3");
	CHECK_ALIVE();
	start_from_first_head();
	p_write(&p, "heads/new-511602", "TONGHD2\nnonsense", 16);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_STR(p_name_of(a, ITEM), "二");
	end();
	begin("start4");
	CHECK_ALIVE();
	tong__hex(forged, sizeof forged - 1, hex);
	json_object_set_new(p.head, "1.targets.json", json_string(hex));
	p_write_heads(&p);
	start_from_first_head();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(strstr(p_log, "does not hold") != NULL);
	CHECK_STR(p_name_of(a, ITEM), "二");
	end();
}

static void H3_a_head_with_a_false_timestamp_is_dropped(void)
{
	static const char forged[] = "{\"signatures\":[],\"signed\":{}}";
	char hex[sizeof forged * 2];

	begin("lying");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	tong__hex(forged, sizeof forged - 1, hex);
	json_object_set_new(p.head, "timestamp.json", json_string(hex));
	p_write_heads(&p);
	p_sync(a, "TONG_OK", "metadata", &r);
	CHECK_ALIVE();
	CHECK(strstr(p_log, "does not hold") != NULL);
	CHECK_STR(p_name_of(a, ITEM), "二");
	/* The lying head must not be answered with "not modified" later. */
	p_sync(a, "TONG_OK", "metadata", &r);
	CHECK_ALIVE();
	end();
}

static void H3_a_head_that_hides_the_new_root_is_dropped(void)
{
	begin("hides");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	p_rotate(&p);
	p.root = 1;
	p_write_heads(&p);
	p.root = 2;
	p_sync(a, "TONG_OK", "metadata", &r);
	CHECK_ALIVE();
	CHECK_INT(r.release, 2);
	end();
}

int main(void)
{
	RUN(H3_a_broken_head_is_a_missing_head);
	RUN(H4_a_new_node_begins_with_one_file);
	RUN(H4_a_broken_or_lying_start_is_a_missing_one);
	RUN(H3_a_head_with_a_false_timestamp_is_dropped);
	RUN(H3_a_head_that_hides_the_new_root_is_dropped);
	return tong_test_done();
}
