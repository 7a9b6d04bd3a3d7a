/* A growing byte buffer that never grows past the ceiling it was made with. */
#ifndef TONG_CORE_BUF_H
#define TONG_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct tong__buf {
	char *data;   /* NUL-terminated once anything was added; NULL before */
	size_t len;   /* bytes without the NUL */
	size_t cap;
	size_t max;   /* ceiling of len */
	int failed;   /* TONG_E_NOMEM or TONG_E_LIMIT once an addition failed; 0 otherwise */
};

/* No allocation. 'max' is the ceiling in bytes. */
void tong__buf_init(struct tong__buf *, size_t max);
void tong__buf_free(struct tong__buf *);           /* back to empty, ceiling kept */
void tong__buf_clear(struct tong__buf *);          /* len 0, memory kept */

/* Additions return 0, or the code in 'failed'; after a failure every addition is refused, so that
 * a writer may add many times and look at 'failed' once. */
int tong__buf_add(struct tong__buf *, const void *, size_t);
int tong__buf_adds(struct tong__buf *, const char *);
int tong__buf_addc(struct tong__buf *, char);
int tong__buf_addf(struct tong__buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int tong__buf_reserve(struct tong__buf *, size_t more);

/* The bytes as malloc'd memory of the caller; the buffer is empty afterwards. NULL if it failed or
 * is empty. */
char *tong__buf_take(struct tong__buf *, size_t *len);

#endif
