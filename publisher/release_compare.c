/* Two releases record by record: layers are sorted lines, so one pass over both is enough (L1). */
#include <string.h>

#include "publisher/release_old.h"

/* The next line of a layer, with its LF left out; false past the end. */
static bool next_line(const struct tong__layer *l, size_t *at, struct tong__str *line)
{
	const char *end;

	if (!l || *at >= l->len)
		return false;
	end = memchr(l->bytes + *at, '\n', l->len - *at);
	line->p = l->bytes + *at;
	line->n = end ? (size_t)(end - line->p) : l->len - *at;
	*at += line->n + 1;
	return true;
}

/* {"k":"KEY"… : keys have nothing to escape (R2). */
static struct tong__str key_of(struct tong__str line)
{
	static const char start[] = "{\"k\":\"";
	size_t n = sizeof start - 1;
	const char *end;

	if (line.n < n || memcmp(line.p, start, n) != 0)
		return (struct tong__str){ line.p, 0 };
	end = memchr(line.p + n, '"', line.n - n);
	return (struct tong__str){ line.p + n, end ? (size_t)(end - line.p) - n : 0 };
}

static int compare_keys(struct tong__str a, struct tong__str b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_layer(const struct tong__layer *a, const struct tong__layer *b,
						 tong__record_fn *fn, void *arg, tong_error *err)
{
	struct tong__record_change c = { .layer = a ? a->name : b->name };
	static const struct tong__str none = { NULL, 0 };
	struct tong__str la, lb;
	size_t ia = 0, ib = 0;
	bool ha = next_line(a, &ia, &la), hb = next_line(b, &ib, &lb);
	int code = 0;

	while (!code && (ha || hb)) {
		int order = !ha ? 1 : !hb ? -1 : compare_keys(key_of(la), key_of(lb));

		c.key = key_of(order <= 0 ? la : lb);
		c.before = order <= 0 ? la : none;
		c.after = order >= 0 ? lb : none;
		if (order || la.n != lb.n || memcmp(la.p, lb.p, la.n) != 0)
			code = fn(arg, &c, err);
		if (order <= 0)
			ha = next_line(a, &ia, &la);
		if (order >= 0)
			hb = next_line(b, &ib, &lb);
	}
	return code;
}

int tong__release_compare(const struct tong__layers *before, const struct tong__layers *after,
						  tong__record_fn *fn, void *arg, tong_error *err)
{
	int code = 0;
	size_t i;

	for (i = 0; i < before->n && !code; i++)
		code = compare_layer(&before->at[i], tong__layers_find(after, before->at[i].name), fn, arg,
							 err);
	for (i = 0; i < after->n && !code; i++)
		if (!tong__layers_find(before, after->at[i].name))
			code = compare_layer(NULL, &after->at[i], fn, arg, err);
	return code;
}
