/* Changesets as the publisher writes them: every edit comes back through core's reader. */
#include "core/zstd_frame.h"
#include "core/zstd_write.h"
#include "core/changeset.h"
#include "core/limits.h"
#include "core/changeset_write.h"
#include "tests/lib/check.h"

/* A layer under construction; text after the key is up to the test. */
struct layer {
	struct tong__buf b;
};

static void begin(struct layer *l)
{
	tong__buf_init(&l->b, TONG_MAX_LAYER);
}

static void item(struct layer *l, int number, const char *name)
{
	tong__buf_addf(&l->b, "{\"k\":\"item/%08d\",\"name\":\"%s\"}\n", number, name);
}

static struct tong__str bytes(const struct layer *l)
{
	return (struct tong__str){l->b.data ? l->b.data : "", l->b.len};
}

/* From 'old' (NULL: nothing) to 'fresh' and back through the reader. */
static void round_trip(const struct layer *old, const struct layer *fresh, struct tong__buf *out)
{
	struct tong__str from = old ? bytes(old) : (struct tong__str){NULL, 0}, to = bytes(fresh);
	struct tong__buf got;
	struct tong__hash id;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&got, TONG_MAX_LAYER);
	tong__buf_clear(out);
	CHECK_INT(tong__changeset_write("base", old ? &from : NULL, to, out, &id, &err), 0);
	if (tong__cs_apply(out->data, out->len, &id, from.p, from.n, &got, &err))
		CHECK_STR(err.message, "");
	CHECK_INT(got.len, to.n);
	CHECK(!to.n || memcmp(got.data, to.p, to.n) == 0);
	tong__buf_free(&got);
}

static void out_init(struct tong__buf *out)
{
	tong__buf_init(out, TONG_MAX_CS);
}

static void brings_a_whole_layer(void)
{
	struct tong__buf out;
	struct layer l;
	int i;

	out_init(&out);
	begin(&l);
	for (i = 0; i < 1000; i++)
		item(&l, i, "身份证办理");
	round_trip(NULL, &l, &out);
	CHECK_ALIVE();
	CHECK(out.len < l.b.len / 4);
	tong__buf_free(&out);
	tong__buf_free(&l.b);
}

/* Every kind of edit alone: at the start, in the middle, at the end. */
static void brings_every_edit(void)
{
	struct tong__buf out;
	struct layer a, b;
	int at, kind, i;

	out_init(&out);
	for (kind = 0; kind < 3; kind++)
		for (at = 0; at < 30; at++) {
			begin(&a);
			begin(&b);
			for (i = 0; i < 30; i++) {
				if (kind != 0 || i != at)
					item(&a, i, "旧");
				if (kind != 1 || i != at)
					item(&b, i, kind == 2 && i == at ? "新" : "旧");
			}
			round_trip(&a, &b, &out);
			CHECK_ALIVE();
			CHECK(out.len < 700);
			CHECK(memmem(out.data, out.len, "\"to_length\":", 12) != NULL); /* C8: stored */
			tong__buf_free(&a.b);
			tong__buf_free(&b.b);
		}
	tong__buf_free(&out);
}

static void brings_many_edits_at_once(void)
{
	struct tong__buf out;
	struct layer a, b;
	int i;

	out_init(&out);
	begin(&a);
	begin(&b);
	for (i = 0; i < 5000; i++) {
		if (i % 7)
			item(&a, i, "旧");
		if (i % 5)
			item(&b, i, i % 3 ? "旧" : "新的名称");
	}
	round_trip(&a, &b, &out);
	CHECK_ALIVE();
	round_trip(&b, &a, &out);
	tong__buf_free(&out);
	tong__buf_free(&a.b);
	tong__buf_free(&b.b);
}

static void empty_layers_are_layers(void)
{
	struct tong__buf out;
	struct layer none, some;

	out_init(&out);
	begin(&none);
	begin(&some);
	item(&some, 1, "一");
	round_trip(NULL, &none, &out);
	CHECK_ALIVE();
	round_trip(&none, &some, &out);
	CHECK_ALIVE();
	round_trip(&some, &none, &out);
	CHECK_ALIVE();
	round_trip(&none, &none, &out);
	tong__buf_free(&out);
	tong__buf_free(&some.b);
}

/* One item with a name of 'n' letters. */
static void long_item(struct layer *l, int number, size_t n, char c)
{
	char *name = malloc(n + 1);

	memset(name, c, n);
	name[n] = '\0';
	item(l, number, name);
	free(name);
}

/* R3's longest record fills a group alone (C5); removals of much are cut by their old lines. */
static void groups_stay_within_their_ceiling(void)
{
	size_t longest = TONG_MAX_RECORD - sizeof "{\"k\":\"item/00000000\",\"name\":\"\"}";
	struct tong__buf out;
	struct layer a, b, none;
	struct tong__hash id;
	struct tong__cs_head head;
	tong_error err = TONG_ERROR_INIT;
	struct tong__str from, to;
	size_t i;

	out_init(&out);
	begin(&a);
	begin(&b);
	begin(&none);
	for (i = 0; i < 5; i++) {
		long_item(&a, (int)i, i % 2 ? 1000 : longest, 'a');
		long_item(&b, (int)i, i % 2 ? longest : 1000, 'b');
	}
	round_trip(NULL, &a, &out);
	CHECK_ALIVE();
	round_trip(&a, &none, &out);
	CHECK_ALIVE();
	round_trip(&a, &b, &out);
	CHECK_ALIVE();
	from = bytes(&a);
	to = bytes(&b);
	tong__buf_clear(&out);
	CHECK_INT(tong__changeset_write("base", &from, to, &out, &id, &err), 0);
	CHECK_INT(tong__cs_head_read(out.data, tong__cs_head_len((unsigned char *)out.data, &err), &id,
	                             &head, &err),
	          0);
	CHECK_INT(head.n_groups, 5);
	for (i = 0; i < head.n_groups; i++)
		CHECK(head.groups[i].new_len <= TONG_MAX_GROUP && head.groups[i].old_len <= TONG_MAX_GROUP);
	tong__cs_head_free(&head);
	tong__buf_free(&out);
	tong__buf_free(&a.b);
	tong__buf_free(&b.b);
}

/* P6: the bytes depend on the layers only, not on where they lie in memory. */
static void same_layers_same_bytes(void)
{
	struct tong__buf first, again;
	struct tong__hash one, two;
	struct tong__str from, to;
	struct layer a, b;
	char *copy;
	int i;

	out_init(&first);
	out_init(&again);
	begin(&a);
	begin(&b);
	for (i = 0; i < 20000; i++) {
		item(&a, i, "办理材料清单与收费标准");
		item(&b, i, i % 11 ? "办理材料清单与收费标准" : "办理材料与收费");
	}
	from = bytes(&a);
	to = bytes(&b);
	CHECK_INT(tong__changeset_write("base", &from, to, &first, &one, NULL), 0);
	CHECK_INT(tong__changeset_write("base", NULL, to, &first, &one, NULL), 0);
	CHECK_INT(tong__changeset_write_best("base", from, to, &first, &one, NULL), 0);
	copy = malloc(from.n + to.n + 3);
	from.p = memcpy(copy + 3, from.p, from.n);
	to.p = memcpy(copy + 3 + from.n, to.p, to.n);
	CHECK_INT(tong__changeset_write("base", &from, to, &again, &two, NULL), 0);
	CHECK_INT(tong__changeset_write("base", NULL, to, &again, &two, NULL), 0);
	CHECK_INT(tong__changeset_write_best("base", from, to, &again, &two, NULL), 0);
	CHECK_INT(first.len, again.len);
	CHECK_MEM(first.data, again.data, first.len);
	CHECK(tong__hash_equal(&one, &two));
	free(copy);
	tong__buf_free(&first);
	tong__buf_free(&again);
	tong__buf_free(&a.b);
	tong__buf_free(&b.b);
}

/* What breaks L1, R3 or P7 is refused before it can be signed. */
static void refuses_what_is_no_layer(void)
{
	static const struct {
		const char *layer, *text;
		int code;
	} bad[] = {
		{"base", "{\"k\":\"item/2\",\"name\":\"a\"}\n{\"k\":\"item/1\",\"name\":\"a\"}\n",
	     TONG_E_FORMAT},
		{"base", "{\"k\":\"item/1\",\"name\":\"a\"}\n{\"k\":\"item/1\",\"name\":\"b\"}\n",
	     TONG_E_FORMAT},
		{"base", "{\"k\":\"item/1\",\"name\":\"a\"}", TONG_E_FORMAT},
		{"base", "\n", TONG_E_FORMAT},
		{"r511602", "{\"k\":\"item/1\",\"name\":\"a\"}\n", TONG_E_ROLE},
	};
	static const struct tong__str nothing = {"", 0};
	struct tong__buf out;
	struct tong__hash id;
	size_t i;

	out_init(&out);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct tong__str to = {bad[i].text, strlen(bad[i].text)};

		CHECK_INT(tong__changeset_write(bad[i].layer, NULL, to, &out, &id, NULL), bad[i].code);
		CHECK_INT(tong__changeset_write(bad[i].layer, &nothing, to, &out, &id, NULL), bad[i].code);
	}
	tong__buf_free(&out);
}

/* One changed item of 1,500 costs what the design says: a few hundred bytes. */
static void one_item_is_small(void)
{
	struct tong__str from, to;
	struct tong__buf out;
	struct tong__hash id;
	struct layer a, b;
	int i;

	out_init(&out);
	begin(&a);
	begin(&b);
	for (i = 0; i < 1500; i++) {
		item(&a, i, "承诺办结时限十个工作日，到现场次数一次");
		item(&b, i,
		     i == 700 ? "承诺办结时限五个工作日，到现场次数一次"
		              : "承诺办结时限十个工作日，到现场次数一次");
	}
	from = bytes(&a);
	to = bytes(&b);
	CHECK_INT(tong__changeset_write("base", &from, to, &out, &id, NULL), 0);
	CHECK(out.len < 450);
	tong__buf_free(&out);
	tong__buf_free(&a.b);
	tong__buf_free(&b.b);
}

static void stored_frames_are_frames(void)
{
	static char bytes[TONG_ZSTD_STORED + 1];
	const size_t sizes[] = {0, 1, 255, 256, 65536, TONG_ZSTD_STORED};
	struct tong__buf frame, back;

	tong__buf_init(&frame, SIZE_MAX);
	tong__buf_init(&back, SIZE_MAX);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		tong__buf_clear(&frame);
		tong__buf_clear(&back);
		CHECK_INT(tong__zstd_store(bytes, sizes[i], &frame, NULL), 0);
		CHECK_INT(tong__zstd_read(frame.data, frame.len, NULL, 0, sizes[i], &back, "", NULL), 0);
		CHECK_INT(back.len, sizes[i]);
		CHECK(sizes[i] == 0 || memcmp(back.data, bytes, sizes[i]) == 0);
	}
	CHECK_INT(tong__zstd_store(bytes, sizeof bytes, &frame, NULL), TONG_E_LIMIT);
	tong__buf_free(&frame);
	tong__buf_free(&back);
}

int main(void)
{
	RUN(stored_frames_are_frames);
	RUN(brings_a_whole_layer);
	RUN(brings_every_edit);
	RUN(brings_many_edits_at_once);
	RUN(empty_layers_are_layers);
	RUN(groups_stay_within_their_ceiling);
	RUN(same_layers_same_bytes);
	RUN(refuses_what_is_no_layer);
	RUN(one_item_is_small);
	return tong_test_done();
}
