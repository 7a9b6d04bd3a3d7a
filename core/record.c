/* Records: the lines that travel, their keys, and what a line may look like. */
#include <string.h>

#include "core/json.h"
#include "core/record.h"
#include "core/text.h"

#define KEY_START "{\"k\":\""
#define MAX_INTEGER (((json_int_t)1 << 53) - 1) /* R1: exact in every language's numbers */

int tong__record_key(const char *line, size_t n, struct tong__str *key, tong_error *err)
{
	const size_t start = sizeof KEY_START - 1;
	const char *end;

	if (n <= start || memcmp(line, KEY_START, start) != 0)
		return tong__fail(err, TONG_E_FORMAT, NULL, "R1: a record starts with %s", KEY_START);
	n -= start;
	end = memchr(line + start, '"', n <= TONG_MAX_KEY ? n : TONG_MAX_KEY + 1);
	key->p = line + start;
	key->n = end ? (size_t)(end - key->p) : 0;
	if (!end || !tong__key_valid(key->p, key->n))
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "R2: a key is 1 to %d of [0-9A-Za-z._/-] in parts", TONG_MAX_KEY);
	if (key->n + 1 == n || (end[1] != ',' && end[1] != '}'))
		return tong__fail(err, TONG_E_FORMAT, NULL, "R1: no , or } after the key");
	return 0;
}

static bool is_empty(const json_t *v)
{
	return (json_is_string(v) && json_string_length(v) == 0) ||
	       (json_is_array(v) && json_array_size(v) == 0) ||
	       (json_is_object(v) && json_object_size(v) == 0);
}

/* What the record form alone does not show: sizes of integers, null, and R4. */
static int check_values(const json_t *v, const char *subject, tong_error *err)
{
	const char *name;
	json_t *member;
	size_t i;
	int code = 0;

	if (json_is_null(v))
		return tong__fail(err, TONG_E_FORMAT, subject, "R1: null does not occur");
	if (json_is_integer(v) &&
	    (json_integer_value(v) > MAX_INTEGER || json_integer_value(v) < -MAX_INTEGER))
		return tong__fail(err, TONG_E_FORMAT, subject,
				  "R1: %lld has more than 53 bits",
				  (long long)json_integer_value(v));
	for (i = 0; i < json_array_size(v) && !code; i++)
		code = check_values(json_array_get(v, i), subject, err);
	if (!json_is_object(v))
		return code;
	json_object_foreach((json_t *)v, name, member)
	{
		if (is_empty(member))
			return tong__fail(err, TONG_E_FORMAT, subject,
					  "R4: the value of \"%s\" is empty: leave it out", name);
		code = check_values(member, subject, err);
		if (code)
			return code;
	}
	return code;
}

/* Written again it must be the same bytes: order, blanks, escapes, numbers in one comparison. */
static int check_form(const json_t *v, const char *line, size_t n, const char *subject,
		      tong_error *err)
{
	struct tong__buf again;
	size_t i = 0;
	int code;

	tong__buf_init(&again, n); /* a longer one differs anyway */
	tong__buf_reserve(&again, n);
	code = tong__json_record(v, &again);
	if (code == TONG_E_NOMEM) {
		code = tong__fail_nomem(err);
	} else if (code || again.len != n || memcmp(again.data, line, n) != 0) {
		while (i < again.len && again.data[i] == line[i])
			i++;
		code = tong__fail(err, TONG_E_FORMAT, subject,
				  "R1: not in record form from byte %zu on", i);
	}
	tong__buf_free(&again);
	return code;
}

int tong__record_check(const char *line, size_t n, json_t **out, tong_error *err)
{
	char subject[TONG_MAX_KEY + 1];
	struct tong__str key;
	json_t *v = NULL;
	int code;

	if (n >= TONG_MAX_RECORD)
		return tong__fail(err, TONG_E_LIMIT, NULL,
				  "R3: a record of %zu bytes, at most %u are allowed", n + 1,
				  TONG_MAX_RECORD);
	code = tong__record_key(line, n, &key, err);
	if (code || (!out && tong__record_form(line, n, key)))
		return code;
	memcpy(subject, key.p, key.n);
	subject[key.n] = '\0';
	code = tong__json_read(line, n, TONG_MAX_RECORD_DEPTH, subject, &v, err);
	if (!code)
		code = check_values(v, subject, err);
	if (!code)
		code = check_form(v, line, n, subject, err);
	if (!code && out)
		*out = v;
	else
		json_decref(v);
	return code;
}

int tong__key_cmp(struct tong__str a, struct tong__str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static const char symbols[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/* Eight symbols as people read them. */
static void show(const char eight[8], char out[TONG_FINGERPRINT])
{
	memcpy(out, eight, 4);
	out[4] = '-';
	memcpy(out + 5, eight + 4, 4);
	out[9] = '\0';
}

void tong__symbols(const unsigned char five[5], char out[TONG_FINGERPRINT])
{
	uint64_t bits = 0;
	char eight[8];
	int i;

	for (i = 0; i < 5; i++)
		bits = bits << 8 | five[i];
	for (i = 0; i < 8; i++)
		eight[i] = symbols[bits >> (35 - 5 * i) & 31];
	show(eight, out);
}

void tong__fingerprint(const char *line, size_t n, char out[TONG_FINGERPRINT])
{
	struct tong__hash h;

	tong__sha256(line, n, &h);
	tong__symbols(h.b, out);
}

bool tong__fingerprint_read(const char *typed, char out[TONG_FINGERPRINT])
{
	char eight[8];
	size_t n = 0;

	for (; *typed; typed++) {
		char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;

		if (!strchr(symbols, c))
			continue;
		if (n == sizeof eight)
			return false;
		eight[n++] = c;
	}
	if (n != sizeof eight)
		return false;
	show(eight, out);
	return true;
}
