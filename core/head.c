/* Heads: many repository files in one envelope, trusted for nothing (FORMAT H1). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/head.h"
#include "core/text.h"
#include "core/zstd_frame.h"

#define MAX_DIGITS 9 /* of a length or a version: fits every unsigned long */

static const char magic[] = "TONGHD2\n", before[] = "TONGHD1\n"; /* without prefix */

struct entry {
	const char *name; /* into the content, where its blank became a NUL */
	struct tong__str bytes;
};

struct tong__head {
	struct tong__buf content;
	struct entry *entries; /* sorted by name once read */
	size_t n, cap;
	unsigned long root;
};

/* Decimal digits without leading zero at s[0..n). */
static bool read_number(const char *s, size_t n, unsigned long *out)
{
	size_t i;

	*out = 0;
	if (n == 0 || n > MAX_DIGITS || (n > 1 && s[0] == '0'))
		return false;
	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*out = *out * 10 + (unsigned long)(s[i] - '0');
	}
	return true;
}

static int add(struct tong__head *h, struct entry e, tong_error *err)
{
	if (h->n == h->cap) {
		size_t cap = h->cap ? h->cap * 2 : 64;
		struct entry *more = realloc(h->entries, cap * sizeof *more);

		if (!more)
			return tong__fail_nomem(err);
		h->entries = more;
		h->cap = cap;
	}
	h->entries[h->n++] = e;
	return 0;
}

/* One entry at *p: "NAME LENGTH" LF, LENGTH bytes, LF. */
static int read_entry(struct tong__head *h, char **p, char *end, tong_error *err)
{
	char *lf = memchr(*p, '\n', (size_t)(end - *p));
	char *blank = lf ? memchr(*p, ' ', (size_t)(lf - *p)) : NULL;
	unsigned long length;
	struct entry e;

	if (!blank || !read_number(blank + 1, (size_t)(lf - blank - 1), &length))
		return tong__fail(err, TONG_E_FORMAT, NULL, "H1: entry %zu: no NAME LENGTH", h->n);
	if (!tong__utf8_valid(*p, (size_t)(blank - *p), NULL))
		return tong__fail(err, TONG_E_FORMAT, NULL, "H1: entry %zu: name not in UTF-8",
				  h->n);
	*blank = '\0';
	e.name = *p;
	if (!tong__path_safe(e.name))
		return tong__fail(err, TONG_E_FORMAT, NULL, "H1: entry %zu: no path inside: %s",
				  h->n, e.name);
	if (length >= (size_t)(end - lf - 1) || lf[1 + length] != '\n')
		return tong__fail(err, TONG_E_FORMAT, NULL, "H1: %s is not %lu bytes and LF",
				  e.name, length);
	e.bytes = (struct tong__str){lf + 1, length};
	*p = lf + 1 + length + 1;
	return add(h, e, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static int read_entries(struct tong__head *h, tong_error *err)
{
	char *p = h->content.data, *end = p + h->content.len;
	size_t i;
	int code = 0;

	while (!code && p < end)
		code = read_entry(h, &p, end, err);
	if (code)
		return code;
	if (!h->n || strcmp(h->entries[0].name, "root") != 0 ||
	    !read_number(h->entries[0].bytes.p, h->entries[0].bytes.n, &h->root) || !h->root)
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "H1: does not begin with the root version");
	qsort(h->entries, h->n, sizeof *h->entries, by_name);
	for (i = 1; i < h->n; i++)
		if (!by_name(&h->entries[i - 1], &h->entries[i]))
			return tong__fail(err, TONG_E_FORMAT, NULL, "H1: %s occurs twice",
					  h->entries[i].name);
	return 0;
}

int tong__head_read(const void *bytes, size_t n, struct tong__head **out, tong_error *err)
{
	const size_t start = sizeof magic - 1;
	struct tong__str prefix = tong__head_prefix;
	struct tong__head *h;
	int code;

	if (n >= start && memcmp(bytes, before, start) == 0)
		prefix.n = 0;
	else if (n < start || memcmp(bytes, magic, start) != 0)
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "H1: not a head: no TONGHD2 at its start");
	if (n > start + TONG_MAX_HEAD + 8192u) /* what does not compress grows by 4 KiB at most */
		return tong__fail(err, TONG_E_LIMIT, NULL,
				  "H1: a head of %zu bytes, content at most %u", n, TONG_MAX_HEAD);
	h = calloc(1, sizeof *h);
	if (!h)
		return tong__fail_nomem(err);
	tong__buf_init(&h->content, TONG_MAX_HEAD);
	code = tong__zstd_read((const char *)bytes + start, n - start, prefix.p, prefix.n,
			       SIZE_MAX, &h->content, "head", err);
	if (!code)
		code = read_entries(h, err);
	if (code)
		tong__head_free(h);
	else
		*out = h;
	return code;
}

struct tong__str tong__head_get(const struct tong__head *h, const char *name)
{
	const struct entry wanted = {name, {NULL, 0}};
	const struct entry *e = bsearch(&wanted, h->entries, h->n, sizeof *h->entries, by_name);

	return e ? e->bytes : (struct tong__str){NULL, 0};
}

unsigned long tong__head_root(const struct tong__head *h)
{
	return h->root;
}

void tong__head_free(struct tong__head *h)
{
	if (!h)
		return;
	tong__buf_free(&h->content);
	free(h->entries);
	free(h);
}
