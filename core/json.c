/* JSON: the two canonical forms that we write and check, and looking into trees. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"

#define FEW 32 /* members sorted without allocation: most objects have fewer */

/* ---- writing ---- */

struct member {
	const char *name;
	const json_t *value;
};

struct writer {
	struct tong__buf *out;
	bool record; /* record form (R1); otherwise OLPC */
};

static int write_value(const struct writer *, const json_t *, int level);

/* A run of bytes that need no escape is copied at once: most strings are one such run. */
static int write_string(const struct writer *w, const char *s, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t i, from = 0;

	tong__buf_addc(w->out, '"');
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *name;

		if (c != '"' && c != '\\' && (c >= 0x20 || !w->record))
			continue;
		name = memchr("\bb\tt\nn\ff\rr", c, 10);
		tong__buf_add(w->out, s + from, i - from);
		from = i + 1;
		tong__buf_addc(w->out, '\\');
		if (c >= 0x20) {
			tong__buf_addc(w->out, (char)c);
		} else if (name) {
			tong__buf_addc(w->out, name[1]);
		} else {
			tong__buf_adds(w->out, "u00");
			tong__buf_addc(w->out, digits[c >> 4]);
			tong__buf_addc(w->out, digits[c & 15]);
		}
	}
	tong__buf_add(w->out, s + from, n - from);
	return tong__buf_addc(w->out, '"');
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

/* Bytes order UTF-8 as code points, so one order serves both forms. */
static void sort_members(struct member *m, size_t n, bool key_first)
{
	size_t i;

	for (i = 0; key_first && i < n; i++)
		if (!strcmp(m[i].name, "k")) {
			struct member k = m[i];

			m[i] = m[0];
			m[0] = k;
			m++;
			n--;
			break;
		}
	for (i = 1; i < n; i++)
		if (by_name(&m[i - 1], &m[i]) > 0) {
			qsort(m, n, sizeof *m, by_name);
			return;
		}
}

static int write_object(const struct writer *w, const json_t *o, int level)
{
	struct member few[FEW], *m = few;
	size_t n = json_object_size(o), i = 0;
	void *it;
	int code = 0;

	if (n > FEW)
		m = malloc(n * sizeof *m);
	if (!m)
		return TONG_E_NOMEM;
	for (it = json_object_iter((json_t *)o); it; it = json_object_iter_next((json_t *)o, it)) {
		m[i].name = json_object_iter_key(it);
		m[i++].value = json_object_iter_value(it);
	}
	n = i;
	sort_members(m, n, w->record && level == 1);
	tong__buf_addc(w->out, '{');
	for (i = 0; i < n && !code; i++) {
		if (i)
			tong__buf_addc(w->out, ',');
		write_string(w, m[i].name, strlen(m[i].name));
		tong__buf_addc(w->out, ':');
		code = write_value(w, m[i].value, level);
	}
	if (m != few)
		free(m);
	return code ? code : tong__buf_addc(w->out, '}');
}

static int write_array(const struct writer *w, const json_t *a, int level)
{
	size_t i;
	int code;

	tong__buf_addc(w->out, '[');
	for (i = 0; i < json_array_size(a); i++) {
		if (i)
			tong__buf_addc(w->out, ',');
		code = write_value(w, json_array_get(a, i), level);
		if (code)
			return code;
	}
	return tong__buf_addc(w->out, ']');
}

static int write_value(const struct writer *w, const json_t *v, int level)
{
	if (level >= TONG_MAX_JSON_DEPTH)
		return TONG_E_LIMIT;
	switch (v ? json_typeof(v) : JSON_REAL) {
	case JSON_OBJECT:
		return write_object(w, v, level + 1);
	case JSON_ARRAY:
		return write_array(w, v, level + 1);
	case JSON_STRING:
		return write_string(w, json_string_value(v), json_string_length(v));
	case JSON_INTEGER:
		return tong__buf_addf(w->out, "%lld", (long long)json_integer_value(v));
	case JSON_TRUE:
		return tong__buf_adds(w->out, "true");
	case JSON_FALSE:
		return tong__buf_adds(w->out, "false");
	case JSON_NULL:
		return w->record ? TONG_E_FORMAT : tong__buf_adds(w->out, "null");
	default:
		return TONG_E_FORMAT;
	}
}

int tong__json_canonical(const json_t *v, struct tong__buf *out)
{
	struct writer w = {out, false};

	return write_value(&w, v, 0);
}

int tong__json_record(const json_t *v, struct tong__buf *out)
{
	struct writer w = {out, true};

	return write_value(&w, v, 0);
}

/* ---- members ---- */

static int put(const char *bytes, size_t n, void *out)
{
	return tong__buf_add(out, bytes, n) ? -1 : 0;
}

int tong__json_dump(const json_t *v, size_t flags, struct tong__buf *out)
{
	if (json_dump_callback(v, put, out, flags) && !out->failed)
		out->failed = TONG_E_NOMEM;
	return out->failed;
}

const char *tong__json_str(const json_t *obj, const char *name)
{
	return json_string_value(json_object_get(obj, name));
}

json_int_t tong__json_int(const json_t *obj, const char *name, json_int_t otherwise)
{
	const json_t *v = json_object_get(obj, name);

	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

bool tong__json_bool(const json_t *obj, const char *name)
{
	return json_is_true(json_object_get(obj, name));
}

json_t *tong__json_arr(const json_t *obj, const char *name)
{
	json_t *v = json_object_get(obj, name);

	return json_is_array(v) ? v : NULL;
}

json_t *tong__json_obj(const json_t *obj, const char *name)
{
	json_t *v = json_object_get(obj, name);

	return json_is_object(v) ? v : NULL;
}
