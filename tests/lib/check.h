/* The unit test runner: CHECK in a test function, RUN in main, one line for each failing test. */
#ifndef TESTS_LIB_CHECK_H
#define TESTS_LIB_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A failed check ends its test function (these macros hide a return, which is why they live in
 * tests only): what comes after a failed open would crash and hide the reason. A helper that
 * checks must be void; after calling it a test that depends on it writes CHECK_ALIVE().
 *
 *     static void rejects_duplicate_key(void) { CHECK(...); CHECK_STR(a, b); CHECK_INT(a, b); }
 *     int main(void) { RUN(rejects_duplicate_key); return tong_test_done(); }
 */
static struct {
	const char *name;	/* the running test */
	int failed;		/* it has failed already: say so once */
	int n_passed, n_failed;
} tong_test;

#define CHECK(x)	   TONG_TEST_OR_RETURN(tong_test_ok((x) != 0, TONG_TEST_HERE, #x))
#define CHECK_INT(a, b)	   TONG_TEST_OR_RETURN(tong_test_int((a), (b), TONG_TEST_HERE, #a))
#define CHECK_STR(a, b)	   TONG_TEST_OR_RETURN(tong_test_str((a), (b), TONG_TEST_HERE, #a))
#define CHECK_MEM(a, b, n) CHECK(memcmp((a), (b), (n)) == 0)
#define CHECK_ALIVE()	   TONG_TEST_OR_RETURN(!tong_test.failed)
#define RUN(f)		   tong_test_run(#f, f)

#define TONG_TEST_HERE	   __FILE__, __LINE__
#define TONG_TEST_OR_RETURN(ok) do { if (!(ok)) return; } while (0)

static inline int tong_test_fail(const char *file, int line)
{
	if (!tong_test.failed)
		printf("%s:%d: %s: ", file, line, tong_test.name);
	return tong_test.failed++;
}

static inline int tong_test_ok(int ok, const char *file, int line, const char *text)
{
	if (!ok && !tong_test_fail(file, line))
		printf("not true: %s\n", text);
	return ok;
}

static inline int tong_test_int(long long a, long long b, const char *file, int line,
				const char *text)
{
	if (a != b && !tong_test_fail(file, line))
		printf("%s is %lld, wanted %lld\n", text, a, b);
	return a == b;
}

static inline int tong_test_str(const char *a, const char *b, const char *file, int line,
				const char *text)
{
	int same = a && b ? strcmp(a, b) == 0 : a == b;

	if (!same && !tong_test_fail(file, line))
		printf("%s is \"%s\", wanted \"%s\"\n", text, a ? a : "(null)", b ? b : "(null)");
	return same;
}

/* For tests/tools/mutants.py: TONG_ONLY, names one a line, are the tests to run; TONG_FIRST ends
 * with the first that fails; and its library hears after each. */
extern void tong_test_after(const char *name) __attribute__((weak));

static inline int tong_test_wanted(const char *name)
{
	const char *only = getenv("TONG_ONLY"), *at = only;
	size_t n = strlen(name);

	while (at && (at = strstr(at, name)) != NULL) {
		if ((at == only || at[-1] == '\n') && (at[n] == '\n' || !at[n]))
			return 1;
		at += n;
	}
	return !only;
}

static inline void tong_test_run(const char *name, void (*f)(void))
{
	if (!tong_test_wanted(name))
		return;
	tong_test.name = name;
	tong_test.failed = 0;
	f();
	if (tong_test_after)
		tong_test_after(name);
	if (tong_test.failed && getenv("TONG_FIRST")) {
		printf("\n%s\n", name);
		exit(1);
	}
	if (tong_test.failed)
		tong_test.n_failed++;
	else
		tong_test.n_passed++;
	fflush(stdout);	/* a crash in the next test must not swallow this one's line */
}

static inline int tong_test_done(void)
{
	printf("%d passed, %d failed\n", tong_test.n_passed, tong_test.n_failed);
	return tong_test.n_failed != 0;
}

/* A folder to write in: fresh and removed by tests/run.sh; alone, one under /tmp that stays. */
static inline const char *tong_test_dir(void)
{
	static char made[256];
	const char *in = getenv("TONG_TMP");

	if (!*made) {
		snprintf(made, sizeof made, "%s/tong-unit-XXXXXX", in ? in : "/tmp");
		if (!mkdtemp(made)) {
			perror(made);
			exit(1);
		}
	}
	return made;
}

#endif
