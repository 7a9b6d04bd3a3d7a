/* A changeset on its way: only what is signed is kept, however it comes. */
#include "agent/part.h"
#include "core/text.h"
#include "tests/unit/agent_layers.h"

static struct province p;
static struct tong__buf cs;
static struct tong__layer_target target;
static struct tong__layer_change change;
static struct tong__part *part;
static tong_error err;

static const char *dir(void)
{
	static char path[600];

	snprintf(path, sizeof path, "%s/parts", tong_test_dir());
	return path;
}

/* A layer of 40 records, and the changeset of several groups that brings it from an older version
 * ('whole': from nothing). */
static void make(bool whole)
{
	char key[32], id[TONG_HEX];
	struct tong__buf text;
	json_t *old, *new;

	tong__buf_free(&cs);
	json_decref(p.layers);
	p.layers = json_object();
	p.group = 60;
	for (int version = 0; version < 2; version++)
		for (int i = 0; i < 40; i++) {
			snprintf(key, sizeof key, "item/%02d", i);
			p_put(&p, version ? "new" : "old", key, version ? "{\"v\":2}" : "{\"v\":1}");
		}
	old = json_object_get(p.layers, "old");
	new = json_object_get(p.layers, "new");
	cs = p_changeset(&p, "base", whole ? NULL : old, new, id);
	text = p_layer_text(new);
	target = (struct tong__layer_target){ .name = "base", .length = text.len, .records = 40 };
	tong__sha256(text.data, text.len, &target.sha256);
	tong__buf_free(&text);
	change = (struct tong__layer_change){ .whole = whole, .length = cs.len };
	tong__hash_parse(id, &change.id);
	text = p_layer_text(old);
	if (!whole)
		tong__sha256(text.data, text.len, &change.from);
	tong__buf_free(&text);
	tong__parts_remove(dir());
}

static const char *opened(void)
{
	return tong__code_name(tong__part_open(&part, dir(), &target, &change, &err));
}

/* The next n bytes of the changeset. */
static const char *added(size_t n)
{
	return tong__code_name(tong__part_add(part, cs.data + tong__part_have(part), n, &err));
}

/* Where the first group ends. */
static size_t first_group(void)
{
	const struct tong__cs_head *h = tong__part_head(part);

	return h->head_len + h->groups[0].size;
}

static void closed(void)
{
	tong__part_close(part);
	part = NULL;
}

static void comes_byte_by_byte(void)
{
	struct tong__buf frames;

	for (int whole = 0; whole < 2; whole++) {
		make(whole);
		CHECK(!tong__parts_exist(dir()));
		CHECK_STR(opened(), "TONG_OK");
		CHECK(tong__parts_exist(dir()));
		while (tong__part_have(part) < cs.len) {
			CHECK(!tong__part_complete(part));
			CHECK_INT(tong__part_done(part, &err), TONG_E_FORMAT);
			CHECK_STR(added(1), "TONG_OK");
		}
		CHECK(tong__part_complete(part) && tong__part_head(part)->n_groups > 3);
		CHECK_INT(tong__part_done(part, &err), 0);
		tong__buf_init(&frames, cs.len - tong__part_head(part)->head_len);
		for (size_t i = 0; i < tong__part_head(part)->n_groups; i++)
			CHECK_INT(tong__part_frame(part, i, &frames, &err), 0);
		CHECK_INT(frames.len, cs.len - tong__part_head(part)->head_len);
		CHECK_MEM(frames.data, cs.data + cs.len - frames.len, frames.len);
		CHECK(tong__part_frame(part, 0, &frames, &err) != 0); /* there is no room for it */
		tong__buf_free(&frames);
		closed();
	}
}

/* Bytes that carry the signed name, but are not what the role promised. */
static const char *refused(void)
{
	const char *code;

	tong__parts_remove(dir());
	if (strcmp(opened(), "TONG_OK") != 0)
		return "not opened";
	code = added(cs.len);
	if (tong__part_have(part) != 0)
		code = "kept";
	closed();
	return code;
}

static void refuses_what_the_role_did_not_promise(void)
{
	struct tong__layer_target t;
	struct tong__layer_change c;

	make(false);
	t = target;
	c = change;
	strcpy(target.name, "site");
	CHECK_STR(refused(), "TONG_E_HASH");
	target = t;
	target.sha256.b[0] ^= 1;
	CHECK_STR(refused(), "TONG_E_HASH");
	target = t;
	target.length++;
	CHECK_STR(refused(), "TONG_E_HASH");
	target = t;
	target.records++;
	CHECK_STR(refused(), "TONG_E_HASH");
	target = t;
	change.from.b[31] ^= 1;
	CHECK_STR(refused(), "TONG_E_HASH");
	change = c;
	change.whole = true;
	CHECK_STR(refused(), "TONG_E_HASH");
	change = c;
	change.length++;
	CHECK_STR(refused(), "TONG_E_HASH");
	change = c;
	change.id.b[0] ^= 1;
	CHECK_STR(refused(), "TONG_E_HASH");
	make(true);
	change.whole = false;
	CHECK_STR(refused(), "TONG_E_HASH");
}

static void keeps_what_is_good(void)
{
	char wrong[64];
	size_t good;

	make(false);
	CHECK_STR(opened(), "TONG_OK");
	CHECK_STR(added(cs.len - 1), "TONG_OK");
	good = first_group();
	CHECK_INT(tong__part_reset(part, &err), 0);
	CHECK_INT(tong__part_have(part), 0);
	CHECK_STR(added(good + 3), "TONG_OK");
	memset(wrong, 'x', sizeof wrong);
	CHECK_INT(tong__part_add(part, wrong, sizeof wrong, &err), TONG_E_HASH);
	CHECK_INT(tong__part_have(part), good);
	CHECK_STR(added(cs.len - good), "TONG_OK");
	CHECK_INT(tong__part_done(part, &err), 0);
	CHECK_INT(tong__part_add(part, "x", 1, &err), TONG_E_HASH); /* nothing comes after the last */
	CHECK_INT(tong__part_have(part), cs.len);
	CHECK(tong__part_complete(part));
	closed();
}

/* What lies there from an earlier try, changed by a broken disk or by somebody. */
static void checks_what_an_earlier_try_left(void)
{
	char path[800], hex[TONG_HEX];
	size_t good;
	FILE *f;

	make(false);
	tong__hash_hex(&change.id, hex);
	snprintf(path, sizeof path, "%s/%s.part", dir(), hex);
	CHECK_STR(opened(), "TONG_OK");
	CHECK_STR(added(cs.len - 1), "TONG_OK");
	good = first_group();
	closed();
	CHECK_STR(opened(), "TONG_OK");
	CHECK_INT(tong__part_have(part), cs.len - 1);
	closed();
	f = fopen(path, "r+");
	fseek(f, (long)good + 1, SEEK_SET);
	fputc(cs.data[good + 1] ^ 1, f);
	fclose(f);
	CHECK_STR(opened(), "TONG_OK");
	CHECK_INT(tong__part_have(part), good);
	CHECK_STR(added(cs.len - good), "TONG_OK");
	closed();
	f = fopen(path, "a");
	fputs("and more", f);
	fclose(f);
	CHECK_STR(opened(), "TONG_OK");
	CHECK_INT(tong__part_have(part), cs.len);
	CHECK(tong__part_complete(part));
	closed();
}

static void opens_only_a_file_of_its_own(void)
{
	static char far[4096];
	char path[800], hex[TONG_HEX];

	make(false);
	change.length = TONG_MAX_CS + 1;
	CHECK_STR(opened(), "TONG_E_LIMIT");
	change.length = cs.len;
	CHECK(chdir(tong_test_dir()) == 0);
	for (size_t i = 0; i < 4060; i++)
		far[i] = i % 2 ? '/' : '.';
	CHECK_INT(tong__part_open(&part, far, &target, &change, &err), TONG_E_LIMIT);
	tong__hash_hex(&change.id, hex);
	snprintf(path, sizeof path, "%s/%s.part", dir(), hex);
	CHECK(symlink("/etc/passwd", path) == 0);
	CHECK(strcmp(opened(), "TONG_OK") != 0);
	unlink(path);
	CHECK_STR(opened(), "TONG_OK");
	closed();
	tong__parts_remove(dir());
	CHECK(!tong__parts_exist(dir()));
}

int main(void)
{
	RUN(comes_byte_by_byte);
	RUN(refuses_what_the_role_did_not_promise);
	RUN(keeps_what_is_good);
	RUN(checks_what_an_earlier_try_left);
	RUN(opens_only_a_file_of_its_own);
	tong__buf_free(&cs);
	json_decref(p.layers);
	return tong_test_done();
}
