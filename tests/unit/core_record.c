/* Records and layers: R1 to R4, L1, L2, L5 to L8, F1 of FORMAT.md. */
#include <stdlib.h>

#include "core/json.h"
#include "core/record.h"
#include "tests/lib/check.h"

static tong_error err;

static int check(const char *line)
{
	memset(&err, 0, sizeof err);
	return tong__record_check(line, strlen(line), NULL, &err);
}

static void R1_accepts_record_form(void)
{
	json_t *v = NULL;
	const char *line =
		"{\"k\":\"item/1\",\"a\":[1,-2,true,\"\",[]],\"name\":\"身份证 \\\"\\\\/\\n\\u001f\"}";

	CHECK_INT(check("{\"k\":\"a\"}"), 0);
	CHECK_INT(tong__record_check(line, strlen(line), &v, &err), 0);
	CHECK_STR(tong__json_str(v, "k"), "item/1");
	json_decref(v);
	CHECK_INT(check("{\"k\":\"a\",\"n\":9007199254740991}"), 0);
}

static void R1_refuses_other_forms(void)
{
	static const char *const bad[] = {
		"{\"k\":\"a\" }",
		"{ \"k\":\"a\"}",
		"{\"k\":\"a\", \"b\":1}",
		"{\"b\":1,\"k\":\"a\"}",
		"{\"k\":\"a\",\"c\":1,\"b\":1}",
		"{\"k\":\"a\",\"b\":1,\"b\":1}",
		"{\"k\":\"a\",\"b\":\"\\/\"}",
		"{\"k\":\"a\",\"b\":\"\\u0041\"}",
		"{\"k\":\"a\",\"b\":\"\\u000a\"}",
		"{\"k\":\"a\",\"b\":\"\\u001F\"}",
		"{\"k\":\"a\",\"b\":-0}",
		"{\"k\":\"a\",\"b\":01}",
		"{\"k\":\"a\",\"b\":1.5}",
		"{\"k\":\"a\",\"b\":1e3}",
		"{\"k\":\"a\",\"b\":null}",
		"{\"k\":\"a\",\"b\":[null]}",
		"{\"k\":\"a\",\"b\":9007199254740992}",
		"{\"k\":\"a\",\"b\":-9007199254740992}",
		"{\"k\":\"a\",\"b\":\"\xff\"}",
		"{\"k\":\"a\"}\n",
		"{\"k\":\"a\"}x",
		"{\"k\":\"a\",}",
		"{\"k\":\"a\",\"k\":\"b\"}",
		"[\"k\"]",
		"",
	};
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		if (check(bad[i]) != TONG_E_FORMAT)
			CHECK_STR(bad[i], "refused");
	CHECK_INT(check("{\"k\":\"a\",\"b\":-0}"), TONG_E_FORMAT);
	CHECK_STR(err.message, "R1: not in record form from byte 13 on");
	CHECK_STR(err.subject, "a");
}

/* Without looking for faults, and never beyond the end: each beginning of a line is none. */
static void reads_checked_lines_quickly(void)
{
	static const char line[] =
		"{\"k\":\"item/1\",\"a\":[1,-2,true,false,\"\",[],{}],\"big\":-9007199254740991,"
		"\"name\":\"身份证 \\\"\\\\/\\n\\b\\t\\f\\r\\u001f\",\"o\":{\"p\":{\"q\":\"r\"}}}";
	const size_t n = sizeof line - 1;
	json_t *slow = NULL, *quick = tong__record_value(line, n);

	CHECK_INT(tong__json_read(line, n, TONG_MAX_RECORD_DEPTH, "line", &slow, &err), 0);
	CHECK(quick && json_equal(quick, slow));
	json_decref(quick);
	json_decref(slow);
	for (size_t i = 0; i < n; i++) {
		char *cut = malloc(i ? i : 1);   /* so that a watcher sees who reads on */

		memcpy(cut, line, i);
		quick = tong__record_value(cut, i);
		free(cut);
		CHECK(!quick);
	}
	CHECK(!tong__record_value("{\"k\":null}", 10));
	CHECK(!tong__record_value("{\"k\":\"\\u1234\"}", 14));
	CHECK(!tong__record_value("[\"k\"]", 5));
}

/* The look at the bytes alone and the one through a tree: the first may not take what the second
 * refuses, nor refuse what has no odd name. */
static bool agree(const char *line, size_t n)
{
	struct tong__str key;
	tong_error why;
	json_t *tree = NULL;
	bool fast, slow;

	if (tong__record_key(line, n, &key, &why))
		return true;
	fast = tong__record_form(line, n, key);
	slow = tong__record_check(line, n, &tree, &why) == 0;
	json_decref(tree);
	return fast == slow || (slow && memchr(line, '\\', n));
}

static void R1_one_pass_sees_what_a_tree_shows(void)
{
	static const char *const lines[] = {
		"{\"k\":\"a\",\"a\":[1,-2,true,false,\"\",[],{}],"
		"\"b\":{\"k\":1,\"ka\":\"x\"},\"c\":\"身é😀\"}",
		"{\"k\":\"a\",\"b\":\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f\\u000b\","
		"\"n\":-9007199254740991}",
		"{\"k\":\"a\",\"b\":[9007199254740991,9007199254740992,0,10,-1]}",
		"{\"k\":\"a\",\"b\":{\"\":1,\"a\":{\"a\":[[[]]]},\"ab\":[{\"x\":\"y\"}]}}",
	};
	static const char bytes[] = "{}[]\":,\\ue0019-tfnk a\n\x01\x7f"
								"\xe4\xba\xbf\xed\xa0\x80\xc0\xf0\xf4\x90";
	unsigned long r = 1;
	char line[256];

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		for (int k = 0; k < 30000; k++) {
			size_t n = strlen(lines[i]);

			memcpy(line, lines[i], n);
			for (int edits = 1 + k % 3; edits; edits--) {
				size_t at = 6 + r / 65536 % (n - 6);
				char c = bytes[r / 4294967296u % (sizeof bytes - 1)];

				r = r * 6364136223846793005ul + 1442695040888963407ul;
				if (r >> 62 == 0)
					memmove(line + at, line + at + 1, --n - at);
				else if (r >> 62 == 1)
					memmove(line + at + 1, line + at, n++ - at), line[at] = c;
				else
					line[at] = c;
			}
			if (!agree(line, n))
				CHECK_STR(strndup(line, n), "seen alike");
		}
	}
}

static void R2_refuses_keys(void)
{
	char line[200] = "{\"k\":\"";

	CHECK_INT(check("{\"k\":\"\"}"), TONG_E_FORMAT);
	CHECK(!strncmp(err.message, "R2", 2));
	CHECK_INT(check("{\"k\":\"a/../b\"}"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a b\"}"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a\\u0041\"}"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":1}"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a\""), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a\":"), TONG_E_FORMAT);
	memset(line + 6, 'a', 128);
	memcpy(line + 134, "\"}", 3);
	CHECK_INT(check(line), 0);
	memcpy(line + 134, "a\"}", 4);
	CHECK_INT(check(line), TONG_E_FORMAT);
}

static void R3_refuses_long_and_deep(void)
{
	char *line = malloc(TONG_MAX_RECORD + 1);
	char deep[80] = "{\"k\":\"a\",\"b\":";
	size_t n = TONG_MAX_RECORD - 1; /* and LF */
	int i;

	CHECK(line != NULL);
	memset(line, 'x', TONG_MAX_RECORD);
	memcpy(line, "{\"k\":\"a\",\"b\":\"", 14);
	memcpy(line + n - 2, "\"}", 2);
	CHECK_INT(tong__record_check(line, n, NULL, &err), 0);
	memcpy(line + n - 2, "xx\"}", 4);
	CHECK_INT(tong__record_check(line, n + 1, NULL, &err), TONG_E_LIMIT);
	free(line);
	for (i = 0; i < 15; i++)
		strcat(deep, "[");
	strcat(deep, "1");
	for (i = 0; i < 15; i++)
		strcat(deep, "]");
	strcat(deep, "}");
	CHECK_INT(check(deep), 0);
	memmove(deep + 14, deep + 13, strlen(deep + 13) + 1);
	deep[strlen(deep) - 1] = '\0';
	strcat(deep, "]}");
	CHECK_INT(check(deep), TONG_E_FORMAT);
	CHECK(strstr(err.message, "deeper than 16") != NULL);
}

static void R4_refuses_empty_values(void)
{
	CHECK_INT(check("{\"k\":\"a\",\"b\":\"\"}"), TONG_E_FORMAT);
	CHECK_STR(err.message, "R4: the value of \"b\" is empty: leave it out");
	CHECK_INT(check("{\"k\":\"a\",\"b\":[]}"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a\",\"b\":{}}"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a\",\"b\":[{\"c\":\"\"}]}"), TONG_E_FORMAT);
	CHECK_INT(check("{\"k\":\"a\",\"b\":[\"\"]}"), 0);
}

static void finds_the_key_without_parsing(void)
{
	struct tong__str key;
	const char *line = "{\"k\":\"item/1\",\"a\":broken";

	CHECK_INT(tong__record_key(line, strlen(line), &key, NULL), 0);
	CHECK_INT(key.n, 6);
	CHECK_MEM(key.p, "item/1", 6);
}

static int compare(const char *a, const char *b)
{
	return tong__key_cmp((struct tong__str){a, strlen(a)}, (struct tong__str){b, strlen(b)});
}

static void orders_keys_by_bytes(void)
{
	CHECK(compare("a", "b") < 0 && compare("b", "a") > 0 && compare("a", "a") == 0);
	CHECK(compare("a", "aa") < 0 && compare("aa", "a") > 0);
	CHECK(compare("a-", "a/") < 0 && compare("Z", "a") < 0 && compare("", "a") < 0);
}

static int allowed(const char *layer, const char *key)
{
	return tong__record_allowed(layer, (struct tong__str){key, strlen(key)}, &err);
}

static void L2_layer_names(void)
{
	CHECK(tong__layer_name_valid("site") && tong__layer_name_valid("base"));
	CHECK(tong__layer_name_valid("r511602") && tong__layer_name_valid("r511921101"));
	CHECK(!tong__layer_name_valid("r511602000000") && !tong__layer_name_valid("r51160"));
	CHECK(!tong__layer_name_valid("") && !tong__layer_name_valid("targets"));
	CHECK(!tong__layer_name_valid("r51160x") && !tong__layer_name_valid("../base"));
}

/* P7: a region cannot set a unified element. */
static void L7_a_region_holds_local_records_only(void)
{
	CHECK_INT(allowed("r511602", "hall/main"), 0);
	CHECK_INT(allowed("r511602", "listing/511A0138000000"), 0);
	CHECK_INT(allowed("r511602", "item/511A0138000000"), TONG_E_ROLE);
	CHECK_STR(err.message, "L7, P7: this layer may not hold the key item/511A0138000000");
	CHECK_STR(err.subject, "r511602");
	CHECK_INT(allowed("r511602", "catalogue"), TONG_E_ROLE);
	CHECK_INT(allowed("r511602", "template/item"), TONG_E_ROLE);
	CHECK_INT(allowed("r511602", "hall"), TONG_E_ROLE);
	CHECK_INT(allowed("r511602", "halls/x"), TONG_E_ROLE);
}

static void L5_L8_base_and_site(void)
{
	CHECK_INT(allowed("base", "catalogue"), 0);
	CHECK_INT(allowed("base", "doc/rules"), 0);
	CHECK_INT(allowed("r511602", "doc/rules"), TONG_E_ROLE);
	CHECK_INT(allowed("site", "doc/rules"), TONG_E_ROLE);
	CHECK_INT(allowed("base", "notice/1"), 0);
	CHECK_INT(allowed("r511602", "notice/1"), TONG_E_ROLE);
	CHECK_INT(allowed("site", "licence/1"), TONG_E_ROLE);
	CHECK_INT(allowed("base", "intermediary/1"), 0);
	CHECK_INT(allowed("base", "item/1"), 0);
	CHECK_INT(allowed("base", "where/1"), 0);
	CHECK_INT(allowed("base", "to-come/1"), 0); /* L10 */
	CHECK_INT(allowed("r511602", "to-come/1"), TONG_E_ROLE); /* L7 */
	CHECK_INT(allowed("base", "brief/1"), TONG_E_ROLE); /* L9: never shipped */
	CHECK_INT(allowed("base", "listing/1"), TONG_E_ROLE);
	CHECK_INT(allowed("site", "template/page"), 0);
	CHECK_INT(allowed("site", "strings/zh-CN"), 0);
	CHECK_INT(allowed("site", "asset/style.css"), 0);
	CHECK_INT(allowed("site", "item/1"), TONG_E_ROLE);
	CHECK_INT(allowed("targets", "item/1"), TONG_E_ROLE);
}

static int count(void *user, struct tong__str key, struct tong__str line)
{
	int *n = user;

	*n += (int)(key.n + line.n);
	return *n > 1000 ? 77 : 0;
}

static int each(const char *bytes)
{
	int n = 0;

	memset(&err, 0, sizeof err);
	return tong__layer_each("base", bytes, strlen(bytes), count, &n, &err);
}

static void L1_walks_a_layer(void)
{
	int n = 0;
	const char *bytes = "{\"k\":\"a\"}\n{\"k\":\"a-\"}\n{\"k\":\"a/b\",broken}\n";

	CHECK_INT(tong__layer_each("base", bytes, strlen(bytes), count, &n, NULL), 0);
	CHECK_INT(n, 1 + 9 + 2 + 10 + 3 + 18);
	CHECK_INT(each(""), 0);
	CHECK_INT(tong__layer_each("base", NULL, 0, count, &n, NULL), 0);
	n = 1000;
	CHECK_INT(tong__layer_each("base", bytes, strlen(bytes), count, &n, NULL), 77);
}

static void L1_refuses_disorder(void)
{
	CHECK_INT(each("{\"k\":\"b\"}\n{\"k\":\"a\"}\n"), TONG_E_FORMAT);
	CHECK_STR(err.message, "line 2: L1: key a after b");
	CHECK_STR(err.subject, "base");
	CHECK_INT(each("{\"k\":\"a\"}\n{\"k\":\"a\"}\n"), TONG_E_FORMAT);
	CHECK_INT(each("{\"k\":\"a\"}"), TONG_E_FORMAT);
	CHECK_INT(each("{\"k\":\"a\"}\n\n"), TONG_E_FORMAT);
	CHECK_INT(each("\n{\"k\":\"a\"}\n"), TONG_E_FORMAT);
	CHECK_INT(each("{\"k\":\"a\"}\r\n{\"k\":\"b\"}\n{\"k\":\"a b\"}\n"), TONG_E_FORMAT);
	CHECK(!strncmp(err.message, "line 3: R2", 10));
}

static void L1_R3_refuses_a_long_line(void)
{
	size_t n = TONG_MAX_RECORD + 1;
	char *bytes = malloc(n);
	int sum = 0;

	CHECK(bytes != NULL);
	memset(bytes, 'x', n);
	memcpy(bytes, "{\"k\":\"a\",", 9);
	bytes[n - 2] = '\n';
	CHECK_INT(tong__layer_each("base", bytes, n - 1, count, &sum, &err), 77);
	bytes[n - 2] = 'x';
	bytes[n - 1] = '\n';
	CHECK_INT(tong__layer_each("base", bytes, n, count, &sum, &err), TONG_E_LIMIT);
	free(bytes);
}

static void F1_fingerprint(void)
{
	char out[TONG_FINGERPRINT];

	/* SHA-256 of "abc" starts ba7816bf8f: 10111 01001 11100 00001 01101 01111 11100 01111 */
	tong__fingerprint("abc", 3, out);
	CHECK_STR(out, "RBW3-FHWH");
}

static void F1_reads_what_people_type(void)
{
	char out[TONG_FINGERPRINT];

	CHECK(tong__fingerprint_read("rbw3fhwh", out));
	CHECK_STR(out, "RBW3-FHWH");
	CHECK(tong__fingerprint_read(" rBw3 — fhwh。0 1 O I", out));
	CHECK_STR(out, "RBW3-FHWH");
	CHECK(!tong__fingerprint_read("RBW3-FHW", out));
	CHECK(!tong__fingerprint_read("RBW3-FHWHH", out));
	CHECK(!tong__fingerprint_read("", out));
}

/* L9 */
/* The one from the line is that from the tree. */
static void L9_brief_of_a_line(void)
{
	static const char *const lines[] = {
		"{\"k\":\"item/1\"}",
		"{\"k\":\"item/1\",\"code\":\"1\",\"code_system\":\"national-12\","
		"\"type\":\"01\"}",
		"{\"k\":\"item/1\",\"code\":\"510100001001\",\"code_system\":\"national-12\","
		"\"guide\":true,\"name\":\"\\\"甲\",\"state\":\"active\","
		"\"themes\":[\"a\"],\"type\":\"01\",\"visits\":1}",
		"{\"k\":\"item/1\",\"code\":\"510100001000\",\"code_system\":\"national-12\","
		"\"name\":\"乙\"}",
		"{\"k\":\"item/1\",\"code\":\"510100001001\",\"code_system\":\"other\",\"name\":\"丙\"}",
		"{\"k\":\"item/1\",\"main_item\":\"甲\",\"name\":\"丁\"}",
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		json_t *item = json_loads(lines[i], 0, NULL), *brief = tong__brief_from_item(item);
		struct tong__buf tree, line;

		tong__buf_init(&tree, 1024);
		tong__buf_init(&line, 1024);
		CHECK_INT(tong__json_record(brief, &tree), 0);
		tong__brief_from_line((struct tong__str){lines[i], strlen(lines[i])}, &line);
		CHECK_STR(line.data, tree.data);
		tong__buf_free(&tree);
		tong__buf_free(&line);
		json_decref(brief);
		json_decref(item);
	}
}

static void L9_brief(void)
{
	json_t *item =
		json_pack("{s:s,s:s,s:s,s:s,s:[s],s:s,s:i}", "k", "item/1", "code", "1", "name",
			  "甲", "type", "01", "themes", "p01", "main_item", "乙", "visits", 1);
	json_t *brief = tong__brief_from_item(item);

	CHECK_STR(tong__json_str(brief, "name"), "甲");
	CHECK(tong__json_bool(brief, "sub"));
	CHECK(json_object_get(brief, "visits") == NULL && json_object_get(brief, "state") == NULL);
	json_decref(brief);
	json_decref(item);
}

int main(void)
{
	RUN(R1_accepts_record_form);
	RUN(R1_refuses_other_forms);
	RUN(reads_checked_lines_quickly);
	RUN(R1_one_pass_sees_what_a_tree_shows);
	RUN(R2_refuses_keys);
	RUN(R3_refuses_long_and_deep);
	RUN(R4_refuses_empty_values);
	RUN(finds_the_key_without_parsing);
	RUN(orders_keys_by_bytes);
	RUN(L2_layer_names);
	RUN(L7_a_region_holds_local_records_only);
	RUN(L5_L8_base_and_site);
	RUN(L1_walks_a_layer);
	RUN(L1_refuses_disorder);
	RUN(L1_R3_refuses_a_long_line);
	RUN(F1_fingerprint);
	RUN(F1_reads_what_people_type);
	RUN(L9_brief);
	RUN(L9_brief_of_a_line);
	return tong_test_done();
}
