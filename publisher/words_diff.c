/* The marked difference of two texts, with the long parts that stayed cut to what stands around the
 * changes. */
#include "publisher/words_diff.h"

#include <stdbool.h>
#include <string.h>

#include "core/buf.h"
#include "publisher/text_diff.h"

/* Bytes of all changes, their number with what stands between them; characters around each. */
enum { MOST = 4000, PARTS = 100, AROUND = 16 };

static bool inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Where the nth character from the beginning ends. */
static size_t forth(struct tong__str s, size_t n)
{
	size_t at = 0;

	for (; at < s.n; at++)
		if (!inside(s.p[at]) && n-- == 0)
			break;
	return at;
}

/* Where the nth character from the end begins. */
static size_t back(struct tong__str s, size_t n)
{
	size_t at = s.n;

	while (at && n)
		n -= !inside(s.p[--at]);
	return at;
}

/* What stayed, between two changes or at an end. */
static json_t *cut(struct tong__str s, bool first, bool last)
{
	size_t head = first ? 0 : forth(s, AROUND), tail = last ? s.n : back(s, AROUND);
	struct tong__buf b;
	json_t *v;

	if (head >= tail)
		return json_stringn(s.p, s.n);
	tong__buf_init(&b, s.n + 8);
	tong__buf_add(&b, s.p, head);
	tong__buf_adds(&b, "…");
	tong__buf_add(&b, s.p + tail, s.n - tail);
	v = b.failed ? NULL : json_stringn(b.data, b.len);
	tong__buf_free(&b);
	return v;
}

static json_t *parts_of(const struct tong__edits *e)
{
	static const char *const names[] = {"same", "old", "new"};
	json_t *list = json_array(), *text;

	for (size_t i = 0; list && i < e->n; i++) {
		struct tong__str s = e->at[i].text;

		text = e->at[i].kind ? json_stringn(s.p, s.n) : cut(s, i == 0, i + 1 == e->n);
		if (json_array_append_new(list, json_pack("{s:o}", names[e->at[i].kind], text))) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

static size_t changed(const struct tong__edits *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++)
		if (e->at[i].kind)
			n += e->at[i].text.n;
	return n;
}

int tong__words_diff(json_t *list, const char *element, const char *old, const char *new)
{
	struct tong__edits e;
	int rc = 0;

	if (!list)
		return 0;
	if (!tong__text_diff(&e, (struct tong__str){old, strlen(old)},
	                     (struct tong__str){new, strlen(new)}))
		return -1;
	if (changed(&e) <= MOST && e.n <= PARTS)
		rc = json_array_append_new(list, json_pack("{s:s, s:o}", "element", element, "parts",
		                                           parts_of(&e)));
	tong__edits_free(&e);
	return rc;
}
