/* Fuzzes the JSON reader: it gives what jansson's gives, another reader of the same language; what
 * it accepts is written in both forms, and each reads back as itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void again(int (*write)(const json_t *, struct tong__buf *), const json_t *v)
{
	struct tong__buf one, two;
	json_t *back = NULL;

	tong__buf_init(&one, 1 << 24);
	tong__buf_init(&two, 1 << 24);
	if (!write(v, &one)) {
		if (tong__json_read(one.data, one.len, 32, NULL, &back, NULL) ||
		    write(back, &two) || one.len != two.len ||
		    memcmp(one.data, two.data, one.len) != 0)
			abort();
	}
	json_decref(back);
	tong__buf_free(&one);
	tong__buf_free(&two);
}

/* OLPC leaves control characters as they are, and then it is no JSON: read back only without them.
 */
static int canonical(const json_t *v, struct tong__buf *out)
{
	int code = tong__json_canonical(v, out);
	size_t i;

	for (i = 0; !code && i < out->len; i++)
		if ((unsigned char)out->data[i] < 0x20)
			return 1;
	return code;
}

/* A member is told as what it is, or not at all. */
static void ask(const json_t *v)
{
	const json_t *a = json_object_get(v, "a");
	const char *s = tong__json_str(v, "a");

	if ((s != NULL) != json_is_string(a) || (tong__json_arr(v, "a") != NULL) != json_is_array(a) ||
		(tong__json_obj(v, "a") != NULL) != json_is_object(a) ||
		tong__json_bool(v, "a") != json_is_true(a) ||
		(tong__json_int(v, "a", 7) != 7 && !json_is_integer(a)))
		abort();
}

/* Floating point, depth and NUL, which jansson passes over behind a word or a number, are what this
 * reader alone refuses. */
static void same_as_jansson(const char *s, size_t n, const json_t *ours, const tong_error *err)
{
	json_t *theirs = json_loadb(s, n, JSON_REJECT_DUPLICATES, NULL);

	if (ours ? !json_equal(ours, theirs)
			 : theirs && !strstr(err->message, "floating point") &&
				   !strstr(err->message, "deeper") && !memchr(s, '\0', n))
		abort();
	json_decref(theirs);
}

/* Of a name that stands twice both take the last. */
static void own_text(const char *s, size_t n)
{
	json_t *ours = tong__json_own(s, n), *theirs = json_loadb(s, n, 0, NULL);

	if (ours && !json_equal(ours, theirs))
		abort();
	json_decref(ours);
	json_decref(theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	json_t *v = NULL;
	tong_error err = TONG_ERROR_INIT;
	int rc = tong__json_read((const char *)data, n, 32, "fuzz", &v, &err);

	same_as_jansson((const char *)data, n, v, &err);
	own_text((const char *)data, n);
	if (rc)
		return 0;
	ask(v);
	again(tong__json_record, v);
	again(canonical, v);
	json_decref(v);
	return 0;
}
