/* Reads forms: application/x-www-form-urlencoded, and the same as JSON. */
#include "core/noted.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/serve_form.h"
#include "core/json.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "4E" -> 0x4E; -1: it is no byte. */
static int byte_of(const char *p)
{
	int high = hex(p[0]), low = hex(p[1]);

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Decodes p[0..n) into new memory; NULL with the fault told. */
static char *decode(const char *p, size_t n, tong_error *err)
{
	char *out = malloc(n + 1), *to = out;
	int c = 1;

	if (!out) {
		tong__fail_nomem(err);
		return NULL;
	}
	for (size_t i = 0; i < n && c > 0; i++) {
		c = p[i] == '+' ? ' ' : (unsigned char)p[i];
		if (p[i] == '%') {
			c = n - i > 2 ? byte_of(p + i + 1) : -1;
			i += 2;
		}
		*to++ = (char)c;
	}
	*to = '\0';
	if (c > 0)
		return out;
	free(out);
	tong__fail(err, TONG_E_FORMAT, "form", "is not written as forms are");
	return NULL;
}

/* Takes both over. */
static int add(struct tong__form *f, char *name, char *value, tong_error *err)
{
	int rc = 0;

	if (!name || !value)
		rc = err->code ? err->code : tong__fail_nomem(err);
	else if (tong__form_get(f, name))
		rc = tong__fail(err, TONG_E_FORMAT, name, "is there twice");
	else if (f->n == TONG_FORM_FIELDS)
		rc = tong__fail(err, TONG_E_LIMIT, "form", "more than %u fields", TONG_FORM_FIELDS);
	if (rc) {
		free(name);
		free(value);
		return rc;
	}
	f->field[f->n].name = name;
	f->field[f->n++].value = value;
	return 0;
}

int tong__form_read(struct tong__form *f, const char *body, size_t n, tong_error *err)
{
	const char *p = body, *end = body + n;
	int rc = 0;

	f->n = 0;
	while (!rc && p < end) {
		const char *next = memchr(p, '&', (size_t)(end - p)), *is;

		next = next ? next : end;
		is = memchr(p, '=', (size_t)(next - p));
		if (next > p)
			rc = add(f, decode(p, (size_t)((is ? is : next) - p), err),
					 is ? decode(is + 1, (size_t)(next - is - 1), err) : strdup(""), err);
		p = next + 1;
	}
	return rc;
}

int tong__form_read_json(struct tong__form *f, const char *body, size_t n, tong_error *err)
{
	json_t *doc = NULL, *v;
	const char *name;
	int rc = tong__json_read(body, n, 2, "body", &doc, err);

	f->n = 0;
	if (!rc && !json_is_object(doc))
		rc = tong__fail(err, TONG_E_FORMAT, "body", "wanted: an object");
	json_object_foreach(doc, name, v) {
		char number[32];

		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
		if (!rc && !json_is_string(v) && !json_is_integer(v))
			rc = tong__fail(err, TONG_E_FORMAT, name, "wanted: a string or a whole number");
		if (!rc)
			rc = add(f, strdup(name), strdup(json_is_string(v) ? json_string_value(v) : number),
					 err);
	}
	json_decref(doc);
	return rc;
}

const char *tong__form_get(const struct tong__form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->field[i].name, name) == 0)
			return f->field[i].value;
	return NULL;
}

void tong__form_free(struct tong__form *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->field[i].name);
		free(f->field[i].value);
	}
	f->n = 0;
}
