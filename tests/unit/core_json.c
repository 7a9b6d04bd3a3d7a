/* JSON: what a signature must not cover is refused; the two canonical forms byte for byte. */
#include <stdint.h>

#include "core/json.h"
#include "tests/lib/check.h"

static tong_error err;

static int reads(const char *s, size_t n, int depth)
{
	json_t *v = NULL;
	int code;

	memset(&err, 0, sizeof err);
	code = tong__json_read(s, n, depth, "subject", &v, &err);
	json_decref(v);
	return code;
}

static int read_str(const char *s)
{
	return reads(s, strlen(s), 4);
}

static void reads_objects_and_arrays(void)
{
	CHECK_INT(read_str("{}"), 0);
	CHECK_INT(read_str(" [1, -7, true, null, \"\\u5ddd.e1 [[[[[[\"]\n"), 0);
	CHECK_INT(read_str("{\"a\":{\"b\":[[]]}}"), 0);
}

static void rejects_duplicate_name(void)
{
	CHECK_INT(read_str("{\"a\":1,\n\"a\":2}"), TONG_E_FORMAT);
	CHECK_STR(err.subject, "subject");
	CHECK(!strncmp(err.message, "2:", 2));
}

static void rejects_what_follows(void)
{
	CHECK_INT(read_str("{} {}"), TONG_E_FORMAT);
	CHECK_INT(read_str("{}x"), TONG_E_FORMAT);
	CHECK_INT(reads("{}\0", 3, 4), TONG_E_FORMAT);
}

static void rejects_scalars_and_nothing(void)
{
	CHECK_INT(read_str("1"), TONG_E_FORMAT);
	CHECK_INT(read_str("\"a\""), TONG_E_FORMAT);
	CHECK_INT(read_str(""), TONG_E_FORMAT);
	CHECK_INT(reads(NULL, 0, 4), TONG_E_FORMAT);
}

static void rejects_floating_point(void)
{
	CHECK_INT(read_str("[1.0]"), TONG_E_FORMAT);
	CHECK_STR(err.message, "1:3: floating point is not used here");
	CHECK_INT(read_str("[\n\"川\",1e5]"), TONG_E_FORMAT);
	CHECK_STR(err.message, "2:6: floating point is not used here");
	CHECK_INT(read_str("[1E5]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[99999999999999999999]"), TONG_E_FORMAT);
}

static void reads_whole_numbers(void)
{
	static const struct {
		const char *text;
		json_int_t n;
	} rows[] = {
		{ "[0]", 0 }, { "[-0]", 0 }, { "[-7]", -7 }, { "[123456789012345]", 123456789012345 },
		{ "[9223372036854775807]", INT64_MAX }, { "[-9223372036854775808]", INT64_MIN },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *v = NULL;

		tong__json_read(rows[i].text, strlen(rows[i].text), 4, "subject", &v, &err);
		CHECK(json_is_integer(json_array_get(v, 0)));
		CHECK_INT(json_integer_value(json_array_get(v, 0)), rows[i].n);
		json_decref(v);
	}
	CHECK_INT(read_str("[9223372036854775808]"), TONG_E_FORMAT);
	CHECK_STR(err.message, "1:20: this number is too large");
	CHECK_INT(read_str("[-9223372036854775809]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[00]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[-01]"), TONG_E_FORMAT);
	CHECK_STR(err.message, "1:4: a number does not begin with a zero");
	CHECK_INT(read_str("[-]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[+1]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[0x1]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[1"), TONG_E_FORMAT);
	CHECK_STR(err.message, "1:3: the text ends in the middle");
}

/* Both kinds of every mark, in its wrong place. */
static void rejects_bad_structure(void)
{
	static const char *const rows[] = {
		"[,]", "[1,]", "[1 2]", "[1}", "{]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
		"{1:1}", "[truE]", "[nul", "[nullx]", "[tru]", "[']", "[\"\\x\"]",
		"[\"\\u12g4\"]", "[\"\\u\"]", "{\"a\" 1}",
		"[\v1]", "\xef\xbb\xbf[]", "[\"\\udc00\"]", "[\"\\ud842\\u0041\"]", "{\"\\u0000\":1}",
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK_INT(read_str(rows[i]), TONG_E_FORMAT);
	CHECK_INT(read_str("{\"川\":1,\n \"\\u5ddd\":2}"), TONG_E_FORMAT);
	CHECK_STR(err.message, "2:2: this name stands there twice");
}

/* What this program wrote: the last of two, more levels, no scalar. */
static void reads_its_own(void)
{
	json_t *v = tong__json_text("{\"a\":1,\"a\":[[[[[[[[[[[[\"\\uD842\\uDFB7\"]]]]]]]]]]]]}");

	CHECK(json_is_array(json_object_get(v, "a")));
	json_decref(v);
	CHECK(!tong__json_text("1") && !tong__json_text("") && !tong__json_text(NULL));
}

static void rejects_bad_text(void)
{
	CHECK_INT(read_str("[\"\xff\"]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[\"\\u0000\"]"), TONG_E_FORMAT);
	CHECK_INT(reads("[\"\0\"]", 5, 4), TONG_E_FORMAT);
	CHECK_INT(reads("[null\0]", 7, 4), TONG_E_FORMAT);
	CHECK_INT(reads("[1\0]", 4, 4), TONG_E_FORMAT);
	CHECK_INT(read_str("[\"\\ud800\"]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[\"\n\"]"), TONG_E_FORMAT);
	CHECK_INT(read_str("[\"\\"), TONG_E_FORMAT);
	CHECK_INT(read_str("[\""), TONG_E_FORMAT);
}

static void rejects_depth(void)
{
	char deep[5001];

	CHECK_INT(read_str("[[[[]]]]"), 0);
	CHECK_INT(read_str("[[[[[]]]]]"), TONG_E_FORMAT);
	CHECK_STR(err.message, "1:5: deeper than 4 levels");
	memset(deep, '[', 5000);
	CHECK_INT(reads(deep, 5000, 32), TONG_E_FORMAT);
	memset(deep, ']', 5000); /* never below the ground */
	CHECK_INT(reads(deep, 5000, 32), TONG_E_FORMAT);
}

/* Both forms of the same value, as one text: OLPC, blank, record. */
static const char *both(const char *s)
{
	static char text[512];
	struct tong__buf b;
	json_t *v = NULL;

	tong__buf_init(&b, sizeof text - 1);
	text[0] = '\0';
	if (tong__json_read(s, strlen(s), 16, NULL, &v, NULL) || tong__json_canonical(v, &b))
		return text;
	tong__buf_addc(&b, ' ');
	if (!tong__json_record(v, &b))
		memcpy(text, b.data, b.len + 1);
	tong__buf_free(&b);
	json_decref(v);
	return text;
}

static void sorts_names_by_bytes(void)
{
	CHECK_STR(both("{\"b\":1,\"a\":2,\"B\":3,\"\":4}"),
		  "{\"\":4,\"B\":3,\"a\":2,\"b\":1} {\"\":4,\"B\":3,\"a\":2,\"b\":1}");
	/* U+FFFD before U+20BB7: not the order of UTF-16 */
	CHECK_STR(both("{\"\\ud842\\udfb7\":1,\"\\ufffd\":2}"),
		  "{\"\xef\xbf\xbd\":2,\"𠮷\":1} {\"\xef\xbf\xbd\":2,\"𠮷\":1}");
}

/* R1 */
static void record_puts_the_key_first(void)
{
	CHECK_STR(both("{\"a\":1,\"k\":{\"b\":1,\"a\":1,\"k\":1}}"),
		  "{\"a\":1,\"k\":{\"a\":1,\"b\":1,\"k\":1}} "
		  "{\"k\":{\"a\":1,\"b\":1,\"k\":1},\"a\":1}");
	CHECK_STR(both("{\"z\":1,\"k\":1,\"b\":1}"),
		  "{\"b\":1,\"k\":1,\"z\":1} {\"k\":1,\"b\":1,\"z\":1}");
}

/* R1 and OLPC differ in control characters only. */
static void escapes(void)
{
	CHECK_STR(both("[\"\\\"\\\\\\/\\u007f\\n\\u001f\\b\\t\\f\\r\"]"),
		  "[\"\\\"\\\\/\x7f\n\x1f\b\t\f\r\"] "
		  "[\"\\\"\\\\/\x7f\\n\\u001f\\b\\t\\f\\r\"]");
}

static void sorts_many_members(void)
{
	struct tong__buf b;
	json_t *v = json_object();
	char name[16];
	int i;

	for (i = 99; i >= 0; i--) {
		snprintf(name, sizeof name, "n%02d", i);
		json_object_set_new(v, name, json_integer(i));
	}
	tong__buf_init(&b, 10000);
	CHECK_INT(tong__json_record(v, &b), 0);
	CHECK(!strncmp(b.data, "{\"n00\":0,\"n01\":1,", 17));
	tong__buf_free(&b);
	json_decref(v);
}

static void refuses_to_write_what_it_does_not_read(void)
{
	json_t *real = json_pack("[f]", 1.5), *null = json_pack("[n]"), *deep = json_array();
	struct tong__buf b;
	int i;

	for (i = 0; i < 100; i++)
		deep = json_pack("[o]", deep);
	tong__buf_init(&b, 1000);
	CHECK_INT(tong__json_canonical(real, &b), TONG_E_FORMAT);
	CHECK_INT(tong__json_record(null, &b), TONG_E_FORMAT);
	CHECK_INT(tong__json_canonical(deep, &b), TONG_E_LIMIT);
	tong__buf_clear(&b);
	CHECK_INT(tong__json_canonical(null, &b), 0);
	CHECK_STR(b.data, "[null]");
	tong__buf_free(&b);
	tong__buf_init(&b, 3);
	CHECK_INT(tong__json_canonical(null, &b), TONG_E_LIMIT);
	tong__buf_free(&b);
	json_decref(real);
	json_decref(null);
	json_decref(deep);
}

static void finds_typed_members(void)
{
	json_t *v = json_pack("{s:s,s:i,s:b,s:[],s:{}}", "s", "x", "i", 7, "b", 1, "a", "o");

	CHECK_STR(tong__json_str(v, "s"), "x");
	CHECK(tong__json_str(v, "i") == NULL && tong__json_str(NULL, "s") == NULL);
	CHECK_INT(tong__json_int(v, "i", -1), 7);
	CHECK_INT(tong__json_int(v, "s", -1), -1);
	CHECK(tong__json_bool(v, "b") && !tong__json_bool(v, "i"));
	CHECK(tong__json_arr(v, "a") && !tong__json_arr(v, "o"));
	CHECK(tong__json_obj(v, "o") && !tong__json_obj(v, "a"));
	json_decref(v);
}

int main(void)
{
	RUN(reads_objects_and_arrays);
	RUN(rejects_duplicate_name);
	RUN(rejects_what_follows);
	RUN(rejects_scalars_and_nothing);
	RUN(rejects_floating_point);
	RUN(reads_whole_numbers);
	RUN(rejects_bad_structure);
	RUN(reads_its_own);
	RUN(rejects_bad_text);
	RUN(rejects_depth);
	RUN(sorts_names_by_bytes);
	RUN(record_puts_the_key_first);
	RUN(escapes);
	RUN(sorts_many_members);
	RUN(refuses_to_write_what_it_does_not_read);
	RUN(finds_typed_members);
	return tong_test_done();
}
