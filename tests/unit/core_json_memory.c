/* JSON is read while memory fails at any allocation: out of memory is said, or the right tree. */
#include "tests/lib/failing_malloc.h"

#include "core/json.h"
#include "core/memory.h"
#include "core/message.h"
#include "tests/lib/check.h"

#define LONGEST 140

/* What a reader that grows a buffer while it reads may lose last: the quote that ends a string or a
 * name, the comma behind a number, the end of a word, at every length. */
static const struct {
	const char *before, *fill, *after;
	int most; /* fills that still make JSON */
} shapes[] = {
	{ "[\"", "a", "\"]", LONGEST },
	{ "[\"", "川", "\"]", LONGEST },
	{ "[\"", "\\n", "\"]", LONGEST },
	{ "[\"\\u5ddd", "b", "\\ud842\\udfb7\", {\"x\": [true]}]", LONGEST },
	{ "{\"", "n", "\":1}", LONGEST },
	{ "{\"", "\\u006e", "\":[]}", LONGEST },
	{ "[", "7", ",1]", 18 },
	{ "[-1", "0", "]", 18 },
	{ "[", "[1", ",2]", 0 },
	{ "[", "\"a\",", "true]", LONGEST },
	{ "[tru", "e", ",1]", 1 },
	{ "[", "{\"a\":1},", "{\"a\":{\"b\":null}}]", 20 },
};

static char text[16 * LONGEST];

static size_t fill(size_t shape, int times)
{
	strcpy(text, shapes[shape].before);
	while (times--)
		strcat(text, shapes[shape].fill);
	strcat(text, shapes[shape].after);
	return strlen(text);
}

/* Allocation n fails (for_ever: and all after it). */
static int read_without(size_t len, long n, json_t **v, tong_error *err)
{
	int rc;

	tong__memory_forget();
	calls = 0;
	fail_at = n;
	rc = tong__json_read(text, len, 8, "subject", v, err);
	fail_at = 0;
	return rc;
}

static void each_allocation(size_t len, const json_t *right)
{
	for (long n = 1;; n++) {
		tong_error err = TONG_ERROR_INIT;
		long before = live;
		json_t *v = NULL;
		int rc = read_without(len, n, &v, &err);

		if (calls < n) { /* all were tried; or a sanitizer has taken the allocator's place */
			CHECK_INT(rc, right ? 0 : TONG_E_FORMAT);
			json_decref(v);
			return;
		}
		CHECK(rc == TONG_E_NOMEM || (rc == TONG_E_FORMAT && !right));
		CHECK(!v && (rc != TONG_E_NOMEM || tong__memory_failed()));
		CHECK_INT(live, before);
	}
}

static void each_length(size_t shape)
{
	for (int times = 0; times <= LONGEST; times++) {
		size_t len = fill(shape, times);
		json_t *right = NULL;

		tong__json_read(text, len, 8, NULL, &right, NULL);
		CHECK(right || times > shapes[shape].most || !shapes[shape].most || times == 0);
		for (for_ever = 0; for_ever < 2; for_ever++) {
			each_allocation(len, right);
			CHECK_ALIVE();
		}
		json_decref(right);
	}
}

static void every_length_of_every_shape(void)
{
	tong__text("what gettext keeps comes before anything is counted");
	for (size_t shape = 0; shape < sizeof shapes / sizeof *shapes; shape++) {
		each_length(shape);
		CHECK_ALIVE();
	}
}

/* What this program wrote itself is none at all then, and that is noted. */
static void own_text(void)
{
	json_t *v;
	bool failed;

	for_ever = 0;
	tong__memory_forget();
	calls = 0;
	fail_at = 2;
	v = tong__json_text("[\"a\"]");
	fail_at = 0;
	failed = calls >= 2; /* a sanitizer has taken the allocator's place */
	CHECK(failed ? !v && tong__memory_failed() : v != NULL);
	json_decref(v);
}

int main(void)
{
	if (!failing_begin())
		return 2;
	RUN(every_length_of_every_shape);
	RUN(own_text);
	return tong_test_done();
}
