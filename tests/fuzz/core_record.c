/* Fuzzes layers and records: what is accepted has a valid key and one spelling. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/record.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int line_in(void *user, struct tong__str key, struct tong__str line)
{
	struct tong__buf again;
	json_t *v = NULL, *quick = tong__record_value(line.p, line.n);
	tong_error err;

	(void)user;
	if (!tong__key_valid(key.p, key.n))
		abort();
	tong__record_allowed("base", key, &err);
	tong__record_allowed("r511602", key, &err);
	if (tong__record_check(line.p, line.n, &v, &err)) {
		if (tong__record_form(line.p, line.n, key))
			abort();
		json_decref(quick);
		return 0;
	}
	/* Names with escapes are left to the other reader. */
	if (quick ? !json_equal(quick, v) : !memchr(line.p, '\\', line.n))
		abort();
	json_decref(quick);
	tong__buf_init(&again, TONG_MAX_RECORD);
	if (tong__json_record(v, &again) || again.len != line.n ||
	    memcmp(again.data, line.p, line.n) != 0 || strlen(tong__json_str(v, "k")) != key.n)
		abort();
	tong__buf_free(&again);
	json_decref(tong__brief_from_item(v));
	json_decref(v);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char out[TONG_FINGERPRINT], read[TONG_FINGERPRINT], *typed;
	tong_error err;

	tong__layer_each("base", (const char *)data, n, line_in, NULL, &err);
	tong__record_check((const char *)data, n, NULL, &err);
	tong__fingerprint((const char *)data, n, out);
	if (!tong__fingerprint_read(out, read) || strcmp(out, read) != 0)
		abort();
	typed = strndup((const char *)data, n);
	if (typed && tong__fingerprint_read(typed, out) && !tong__fingerprint_read(out, out))
		abort();
	free(typed);
	return 0;
}
