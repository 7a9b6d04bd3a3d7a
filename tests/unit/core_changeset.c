/* Changesets: C1 to C7 of FORMAT.md, each lie in one made here and refused there. */
#include "core/changeset.h"
#include "tests/lib/check.h"
#include "tests/unit/changeset_plan.h"

static tong_error err;
static struct tong__buf out;

static int apply_bytes(const char *old)
{
	char *exact = malloc(n_bytes); /* so that a sanitizer sees a read past the end */
	int code;

	if (!exact)
		abort();
	memcpy(exact, bytes, n_bytes);
	memset(&err, 0, sizeof err);
	tong__buf_free(&out);
	tong__buf_init(&out, 1 << 20);
	code = tong__cs_apply(exact, n_bytes, &id, old, old ? strlen(old) : 0, &out, &err);
	free(exact);
	return code;
}

static int apply(const struct plan *p)
{
	write_plan(p);
	return apply_bytes(p->from);
}

#define A "{\"k\":\"item/a\",\"v\":1}\n"
#define B "{\"k\":\"item/b\",\"v\":1}\n"
#define B2 "{\"k\":\"item/b\",\"v\":22}\n"
#define C "{\"k\":\"item/c\",\"v\":1}\n"
#define D "{\"k\":\"item/d\",\"v\":1}\n"

/* a stays, b changes, c leaves, d comes. */
static const struct plan change = {
	"base", A B C, A B2 D, NULL, {{"item/b item/c item/d", B C, B2 D}}, 1, .lie_new = 0};
static const struct plan whole = {
	"base", NULL, A B C D, NULL, {{NULL, NULL, A B}, {NULL, NULL, C D}}, 2, .lie_new = 0};

static void C3_applies_a_change(void)
{
	CHECK_INT(apply(&change), 0);
	CHECK_STR(out.data, A B2 D);
}

static void C3_applies_groups_in_order(void)
{
	struct plan p = {
		"base", A C,         B C D, NULL, {{"item/a item/b", A, B}, {"item/d", "", D}},
		2,      .lie_new = 0};

	CHECK_INT(apply(&p), 0);
	CHECK_STR(out.data, B C D);
}

/* Found by the fuzzer: no old lines at all. */
static void C3_applies_additions_only(void)
{
	struct plan p = {"base", "", A B, NULL, {{"item/a item/b", "", A B}}, 1, .lie_new = 0};

	CHECK_INT(apply(&p), 0);
	CHECK_STR(out.data, A B);
	p.from = C;
	p.to = A B C;
	CHECK_INT(apply(&p), 0);
	CHECK_STR(out.data, A B C);
}

static void C4_applies_a_whole_layer(void)
{
	CHECK_INT(apply(&whole), 0);
	CHECK_STR(out.data, A B C D);
}

static void C4_applies_an_empty_layer(void)
{
	struct plan p = {.layer = "r511602", .to = "", .n = 0};

	CHECK_INT(apply(&p), 0);
	CHECK_INT(out.len, 0);
}

static void C5_applies_removals_only(void)
{
	struct plan p = {"base", A B, A, NULL, {{"item/b", B, ""}}, 1, .lie_new = 0};

	CHECK_INT(apply(&p), 0);
	CHECK_STR(out.data, A);
	p = (struct plan){"base", A, "", NULL, {{"item/a", A, ""}}, 1, .lie_new = 0};
	CHECK_INT(apply(&p), 0);
	CHECK_INT(out.len, 0);
}

static void refuses_what_is_no_changeset(void)
{
	write_plan(&change);
	bytes[6] = '2';
	CHECK_INT(apply_bytes(A B C), TONG_E_NEWER);
	bytes[0] = 'X';
	CHECK_INT(apply_bytes(A B C), TONG_E_FORMAT);
	n_bytes = 11;
	CHECK_INT(apply_bytes(A B C), TONG_E_FORMAT);
	n_bytes = 0;
	CHECK_INT(apply_bytes(A B C), TONG_E_FORMAT);
}

static void refuses_a_head_over_the_ceiling(void)
{
	write_plan(&change);
	bytes[11] = 1; /* 16 MiB */
	CHECK_INT(apply_bytes(A B C), TONG_E_LIMIT);
	memset(bytes + 8, 0, 4);
	CHECK_INT(apply_bytes(A B C), TONG_E_LIMIT);
}

static void C2_refuses_a_wrong_id(void)
{
	write_plan(&change);
	id.b[31] ^= 1;
	CHECK_INT(apply_bytes(A B C), TONG_E_HASH);
	CHECK(strstr(err.message, "C2") != NULL);
}

static void C2_refuses_every_changed_byte(void)
{
	size_t i;

	write_plan(&change);
	for (i = 0; i < n_bytes; i++) {
		bytes[i] ^= 4;
		if (!apply_bytes(A B C) || out.len)
			CHECK_INT(i, -1);
		bytes[i] ^= 4;
	}
	CHECK_INT(apply_bytes(A B C), 0);
}

static void refuses_every_cut(void)
{
	size_t n;

	write_plan(&change);
	for (n = n_bytes; n_bytes-- > 0;)
		if (!apply_bytes(A B C) || out.len)
			CHECK_INT(n_bytes, n);
}

static void C6_refuses_trailing_bytes(void)
{
	write_plan(&change);
	bytes[n_bytes++] = '\n';
	CHECK_INT(apply_bytes(A B C), TONG_E_FORMAT);
	CHECK_STR(err.message, "C6: 1 bytes after the last group");
}

static void C3_refuses_another_start(void)
{
	write_plan(&change);
	CHECK_INT(apply_bytes(A B2 C), TONG_E_VERSION);
	CHECK_INT(apply_bytes(NULL), TONG_E_VERSION);
}

static void C7_refuses_another_end(void)
{
	struct plan p = change;

	p.result = A B D;
	CHECK_INT(apply(&p), TONG_E_HASH);
	CHECK(strstr(err.message, "C7") != NULL);
	CHECK_INT(out.len, 0);
	p = change;
	p.lie_length = 1;
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	p = change;
	p.lie_records = 1;
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	p = whole;
	p.lie_length = 1;
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	CHECK(strstr(err.message, "C4") != NULL);
}

static int lie(int lie_new, int lie_old, int lie_size)
{
	struct plan p = change;

	p.lie_new = lie_new;
	p.lie_old = lie_old;
	p.lie_size = lie_size;
	return apply(&p);
}

static void C1_refuses_wrong_sizes(void)
{
	CHECK_INT(lie(1, 0, 0), TONG_E_FORMAT);
	CHECK_INT(lie(-1, 0, 0), TONG_E_FORMAT); /* a bomb: the frame holds more than told */
	CHECK_INT(lie(0, 1, 0), TONG_E_FORMAT);
	CHECK_INT(lie(0, -1, 0), TONG_E_FORMAT);
	CHECK_INT(lie(0, 0, 1), TONG_E_FORMAT);
	CHECK_INT(lie(0, 0, -1), TONG_E_HASH);
	CHECK_INT(lie(-100000, 0, 0), TONG_E_FORMAT);
	CHECK_INT(lie(TONG_MAX_GROUP, 0, 0), TONG_E_LIMIT); /* C5 */
	CHECK_INT(lie(0, TONG_MAX_GROUP, 0), TONG_E_LIMIT);
	CHECK_INT(lie(0, 0, 1 << 20), TONG_E_LIMIT);
}

static void C1_refuses_other_members(void)
{
	struct plan p = change;

	p.extra = "more";
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	p = whole;
	p.extra = "keys";
	CHECK_INT(apply(&p), TONG_E_FORMAT);
}

/* One group of a change that must be refused with these words. */
static const char *refused(const char *keys, const char *old, const char *new)
{
	static char text[512];
	struct plan p = change;

	p.g[0].keys = keys;
	p.g[0].old = old;
	p.g[0].new = new;
	text[0] = '\0';
	if (apply(&p))
		snprintf(text, sizeof text, "%s", err.message);
	return out.len ? "kept" : text;
}

static void C3_refuses_keys_out_of_order(void)
{
	struct plan p = change;

	CHECK_STR(refused("item/c item/b item/d", B C, B2 D), "C3: key item/b after item/c");
	CHECK_STR(refused("item/b item/b item/d", B C, B2 D), "C3: key item/b after item/b");
	p.g[1].keys = "item/d";
	p.g[1].new = "";
	p.n = 2;
	CHECK_INT(apply(&p), TONG_E_FORMAT); /* overlap of groups */
	CHECK_STR(err.message, "C3: key item/d after item/d");
}

static void C3_refuses_lines_that_are_not_in_keys(void)
{
	CHECK_STR(refused("item/b item/c", B C, B2 D),
		  "C3: a line of item/d, which is not the next key");
	CHECK_STR(refused("item/b item/c item/d", B C, D B2),
		  "C3: a line of item/b, which is not the next key");
	CHECK_STR(refused("item/b item/c item/d", B C, B2 B2 D),
		  "C3: a line of item/b, which is not the next key");
}

static void C3_refuses_what_does_not_change(void)
{
	CHECK_STR(refused("item/b item/c item/d", B C, B D), "C3: item/b does not change");
	CHECK_STR(refused("item/b item/bb item/c item/d", B C, B2 D),
		  "C3: item/bb has neither an old nor a new line");
	CHECK_STR(refused("item/b item/c item/e", B C, B2),
		  "C3: item/e has neither an old nor a new line");
	CHECK_STR(refused("", "", ""), "C3: a group without keys");
	CHECK_STR(refused("it\xc3\xa9m", "", ""), "R2: key 0 of a group is none");
}

static void C6_refuses_content_that_is_not_records(void)
{
	CHECK_STR(refused("item/b", B, "{\"k\":\"item/b\",\"v\":22}"),
		  "C6: the content ends without LF");
	CHECK_STR(refused("item/b", B, "\n"), "R1: a record starts with {\"k\":\"");
	CHECK_STR(refused("item/b", B, "{\"k\":\"item/b\",\"v\":\"\"}\n"),
		  "R4: the value of \"v\" is empty: leave it out");
	CHECK_STR(refused("item/b", B, "{\"k\":\"item/b\",\"v\":1.5}\n"),
		  "1:20: floating point is not used here");
	CHECK_STR(refused("item/b", B, "{\"k\":\"item/b\", \"v\":22}\n"),
		  "R1: not in record form from byte 14 on");
}

/* P7 */
static void P7_refuses_a_unified_record_in_a_region(void)
{
	struct plan p = whole;

	p.layer = "r511602";
	CHECK_INT(apply(&p), TONG_E_ROLE);
	CHECK_STR(err.message, "L7, P7: this layer may not hold the key item/a");
	p = change;
	p.layer = "r511602";
	CHECK_INT(apply(&p), TONG_E_ROLE);
	p.layer = "targets";
	CHECK_INT(apply(&p), TONG_E_FORMAT);
}

static void C4_refuses_disorder_across_groups(void)
{
	struct plan p = whole;

	p.g[1].new = B D;
	p.to = A B B D;
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	CHECK_STR(err.message, "L1: key item/b after item/b");
	p = whole;
	p.lie_old = 1;
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	CHECK(strstr(err.message, "C4") != NULL);
}

static void C6_refuses_other_frames(void)
{
	struct plan p = change;

	p.checksum = 1;
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	CHECK_STR(err.message, "C6: frame with a checksum");
	p = change;
	p.no_size = true;
	CHECK_INT(apply(&p), TONG_E_FORMAT);
	CHECK_STR(err.message, "C6: frame without content size");
}

/* A header that asks for 2 MiB is refused for its bytes: the content is a single character. */
static void C6_refuses_a_large_window(void)
{
	/* magic, 8 bytes of content size and no single segment, window 2^21, size 1, a raw block */
	static const char frame[18] = "\x28\xb5\x2f\xfd\xc0\x58\x01\0\0\0\0\0\0\0\x09\0\0x";

	memcpy(bytes, "TONGCS1\n\x12\0\0\0", 12);
	memcpy(bytes + 12, frame, sizeof frame);
	n_bytes = 12 + sizeof frame;
	tong__sha256(bytes, n_bytes, &id);
	CHECK_INT(apply_bytes(NULL), TONG_E_LIMIT);
	CHECK_STR(err.message, "C6: window larger than 1048576 bytes");
	bytes[12 + 5] = 0x50; /* 2^20 is allowed, and then the content is no head */
	tong__sha256(bytes, n_bytes, &id);
	CHECK_INT(apply_bytes(NULL), TONG_E_FORMAT);
	CHECK(strstr(err.message, "1:1") != NULL);
}

static int head_is(const char *text)
{
	struct plan p = change;

	p.lie_head = text;
	return apply(&p);
}

#define Z "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void C1_refuses_broken_heads(void)
{
	CHECK_INT(head_is("{\"from\":\"\",\"groups\":[],\"layer\":\"base\",\"to\":\"" Z
			  "\",\"to_length\":0,\"to_records\":0}"),
		  TONG_E_FORMAT); /* frames left */
	CHECK(strstr(err.message, "C6") != NULL);
	CHECK_INT(head_is("{\"from\":\"\",\"groups\":{},\"layer\":\"base\",\"to\":\"" Z
			  "\",\"to_length\":0,\"to_records\":0}"),
		  TONG_E_FORMAT);
	CHECK_INT(head_is("{\"from\":\"\",\"groups\":[7],\"layer\":\"base\",\"to\":\"" Z
			  "\",\"to_length\":0,\"to_records\":0}"),
		  TONG_E_FORMAT);
	CHECK_INT(head_is("{\"from\":\"\",\"groups\":[],\"layer\":\"base\",\"to\":\"" Z
			  "\",\"to_length\":0,\"to_records\":0,\"x\":0}"),
		  TONG_E_FORMAT);
	CHECK_INT(head_is("{\"from\":\"\",\"groups\":[],\"layer\":\"base\",\"to\":\"" Z
			  "\",\"to_length\":0,\"to_records\": 0}"),
		  TONG_E_FORMAT);
	CHECK(strstr(err.message, "record form") != NULL);
	CHECK_INT(head_is("{\"from\":\"x\",\"groups\":[],\"layer\":\"base\",\"to\":\"" Z
			  "\",\"to_length\":0,\"to_records\":0}"),
		  TONG_E_FORMAT);
	CHECK_INT(head_is("{\"from\":\"\",\"groups\":[],\"layer\":\"base\",\"to\":\"" Z
			  "\",\"to_length\":999999999999,\"to_records\":0}"),
		  TONG_E_LIMIT);
	CHECK_INT(head_is("[]"), TONG_E_FORMAT);
	CHECK_INT(head_is("[[[[[]]]]]"), TONG_E_FORMAT);
	CHECK_INT(head_is("x"), TONG_E_FORMAT);
}

/* Whoever holds a node's store sees each group: nothing is handed over from one that is refused. */
struct seen {
	int puts, dels;
};

static int see_old(void *user, const char *key, struct tong__buf *to, tong_error *e)
{
	(void)user;
	(void)e;
	return !strcmp(key, "item/b")   ? tong__buf_adds(to, B)
	       : !strcmp(key, "item/c") ? tong__buf_adds(to, C)
					: 0;
}

static int see_put(void *user, struct tong__str key, struct tong__str line, tong_error *e)
{
	(void)key;
	(void)line;
	(void)e;
	((struct seen *)user)->puts++;
	return 0;
}

static int see_del(void *user, const char *key, tong_error *e)
{
	(void)e;
	((struct seen *)user)->dels += !strcmp(key, "item/c") ? 1 : 100;
	return 0;
}

static int apply_first(const struct plan *p, struct seen *seen, size_t index)
{
	const struct tong__cs_target target = {seen, see_old, see_put, see_del};
	struct tong__cs_state state = {.started = false};
	struct tong__cs_head head;
	int code;

	write_plan(p);
	code = tong__cs_head_read(bytes, n_bytes, &id, &head, &err);
	if (!code)
		code = tong__cs_apply_group(&head, index, bytes + head.head_len,
					    n_bytes - head.head_len, &state, &target, &err);
	tong__cs_state_free(&state);
	tong__cs_head_free(&head);
	return code;
}

static void hands_over_whole_groups_only(void)
{
	struct seen seen = {0, 0};
	struct plan p = change;

	CHECK_INT(apply_first(&p, &seen, 0), 0);
	CHECK_INT(seen.puts, 2);
	CHECK_INT(seen.dels, 1);
	CHECK_INT(apply_first(&p, &seen, 1), TONG_E_FORMAT); /* no such group */
	p.g[0].new = B2 "{\"k\":\"item/d\",\"v\":null}\n";
	CHECK(apply_first(&p, &seen, 0) != 0);
	CHECK_INT(seen.puts, 2);
	tong__cs_head_free(NULL);
	tong__cs_state_free(NULL);
}

int main(void)
{
	RUN(C3_applies_a_change);
	RUN(C3_applies_groups_in_order);
	RUN(C3_applies_additions_only);
	RUN(C4_applies_a_whole_layer);
	RUN(C4_applies_an_empty_layer);
	RUN(C5_applies_removals_only);
	RUN(refuses_what_is_no_changeset);
	RUN(refuses_a_head_over_the_ceiling);
	RUN(C2_refuses_a_wrong_id);
	RUN(C2_refuses_every_changed_byte);
	RUN(refuses_every_cut);
	RUN(C6_refuses_trailing_bytes);
	RUN(C3_refuses_another_start);
	RUN(C7_refuses_another_end);
	RUN(C1_refuses_wrong_sizes);
	RUN(C1_refuses_other_members);
	RUN(C3_refuses_keys_out_of_order);
	RUN(C3_refuses_lines_that_are_not_in_keys);
	RUN(C3_refuses_what_does_not_change);
	RUN(C6_refuses_content_that_is_not_records);
	RUN(P7_refuses_a_unified_record_in_a_region);
	RUN(C4_refuses_disorder_across_groups);
	RUN(C6_refuses_other_frames);
	RUN(C6_refuses_a_large_window);
	RUN(C1_refuses_broken_heads);
	RUN(hands_over_whole_groups_only);
	tong__buf_free(&out);
	return tong_test_done();
}
