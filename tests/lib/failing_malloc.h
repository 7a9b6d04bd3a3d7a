/* An allocator whose n-th call fails, in malloc's place for the whole program, libraries too; it
 * counts what is allocated. Included by one file of a test program.
 *
 * libcrypto keeps its own memory: some of its paths do not survive a failure (SM2's verification
 * in 3.0 calls BN_CTX_end(NULL)), and what it cannot compute is a signature that is not good. */
#ifndef TESTS_LIB_FAILING_MALLOC_H
#define TESTS_LIB_FAILING_MALLOC_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OURS 0 /* the sanitizer has taken malloc's place already */
#else
#define OURS 1
#endif

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

/* calls: since fail_at was set; 0 in fail_at: none fails and none is counted. */
static _Atomic long calls, fail_at, live;
static int for_ever;
static void (*failing_where)(void) __attribute__((unused)); /* is told of each failure */

#if OURS
static int fails(void)
{
	long n;

	if (!fail_at)
		return 0;
	n = ++calls;
	if (for_ever ? n < fail_at : n != fail_at)
		return 0;
	if (failing_where)
		failing_where();
	errno = ENOMEM;
	return 1;
}

#pragma GCC visibility push(default) /* the libraries must find these, not libc's */

void *malloc(size_t n)
{
	void *p = fails() ? NULL : __libc_malloc(n);

	live += p != NULL;
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = fails() ? NULL : __libc_calloc(n, size);

	live += p != NULL;
	return p;
}

void *realloc(void *old, size_t n)
{
	void *p = fails() ? NULL : __libc_realloc(old, n);

	live += p != NULL && !old;
	return p;
}

void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}

#pragma GCC visibility pop

static inline void *crypto_malloc(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return __libc_malloc(n);
}

static inline void *crypto_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return __libc_realloc(p, n);
}

static inline void crypto_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	__libc_free(p);
}

extern int CRYPTO_set_mem_functions(void *(*)(size_t, const char *, int),
									void *(*)(void *, size_t, const char *, int),
									void (*)(void *, const char *, int));
#endif

/* First of all in main; false: libcrypto allocated something before. */
static inline bool failing_begin(void)
{
#if OURS
	return CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) != 0;
#else
	return true;
#endif
}

#endif
