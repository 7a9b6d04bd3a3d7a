/* A growing byte buffer that never grows past its ceiling. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/memory.h"

void tong__buf_init(struct tong__buf *b, size_t max)
{
	memset(b, 0, sizeof *b);
	b->max = max;
}

void tong__buf_free(struct tong__buf *b)
{
	if (!b)
		return;
	free(b->data);
	tong__buf_init(b, b->max);
}

void tong__buf_clear(struct tong__buf *b)
{
	b->len = 0;
	b->failed = 0;
	if (b->data)
		b->data[0] = '\0';
}

/* Room for 'want' bytes and the NUL, at least doubling so that n additions cost O(n). */
static int grow(struct tong__buf *b, size_t want)
{
	size_t cap = b->cap ? b->cap : 64;
	char *data;

	while (cap <= want)
		cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
	if (b->max < SIZE_MAX - 1 && cap > b->max + 1)
		cap = b->max + 1;
	data = realloc(b->data, cap);
	if (!data) {
		tong__memory_note();
		return b->failed = TONG_E_NOMEM;
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

int tong__buf_reserve(struct tong__buf *b, size_t more)
{
	if (b->failed)
		return b->failed;
	if (more > b->max || b->len > b->max - more || more > SIZE_MAX - 1 - b->len)
		return b->failed = TONG_E_LIMIT;
	return b->len + more < b->cap ? 0 : grow(b, b->len + more);
}

int tong__buf_add(struct tong__buf *b, const void *p, size_t n)
{
	if (tong__buf_reserve(b, n))
		return b->failed;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
	return 0;
}

int tong__buf_adds(struct tong__buf *b, const char *s)
{
	return tong__buf_add(b, s, strlen(s));
}

int tong__buf_addc(struct tong__buf *b, char c)
{
	return tong__buf_add(b, &c, 1);
}

int tong__buf_addf(struct tong__buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 && !b->failed)
		b->failed = TONG_E_LIMIT;
	if (!b->failed && !tong__buf_reserve(b, (size_t)n)) {
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	return b->failed;
}

char *tong__buf_take(struct tong__buf *b, size_t *len)
{
	char *data = NULL;

	if (!b->failed && b->len) {
		data = b->data;
		b->data = NULL;
	}
	if (len)
		*len = data ? b->len : 0;
	tong__buf_free(b);
	return data;
}
