/* The pools of JSON: values that one thread makes and another drops, of every size. */
#include "publisher/json_pool.h"

#include <jansson.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "tests/lib/check.h"

#define LONGEST 600   /* bytes: well beyond what pools keep */
#define THREADS 6

/* [[text of 0 bytes, text of 1 byte…]] */
static void *make(void *number)
{
	char text[LONGEST + 1];
	json_t *list = json_array();

	for (size_t n = 0; n <= LONGEST; n++) {
		memset(text, 'a' + (int)(intptr_t)number, n);
		json_array_append_new(list, json_stringn(text, n));
	}
	return list;
}

static size_t bad_in(const json_t *list, char filled)
{
	size_t bad = json_array_size(list) != LONGEST + 1;

	for (size_t n = 0; n < json_array_size(list); n++) {
		const json_t *v = json_array_get(list, n);

		bad += json_string_length(v) != n || strspn(json_string_value(v), (char[]){filled, 0}) != n;
	}
	return bad;
}

static void *drop(void *list)
{
	json_decref(list);
	return NULL;
}

static void *in_thread(void *(*fn)(void *), void *arg)
{
	pthread_t thread;
	void *answer = NULL;

	if (!pthread_create(&thread, NULL, fn, arg))
		pthread_join(thread, &answer);
	return answer;
}

/* What ended threads left is used again, by two at once, and never by two at the same time. */
static void values_outlive_their_threads(void)
{
	json_t *lists[THREADS];

	for (intptr_t i = 0; i < THREADS; i++)
		lists[i] = in_thread(make, (void *)i);
	in_thread(drop, lists[0]);
	lists[0] = in_thread(make, (void *)(intptr_t)0);
	for (int i = 0; i < THREADS; i++)
		CHECK(bad_in(lists[i], (char)('a' + i)) == 0);
	for (int i = 0; i < THREADS; i++)
		json_decref(lists[i]);
}

static void threads_at_once(void)
{
	pthread_t threads[THREADS];
	void *lists[THREADS];

	for (int round = 0; round < 20; round++) {
		for (intptr_t i = 0; i < THREADS; i++)
			CHECK(pthread_create(&threads[i], NULL, make, (void *)i) == 0);
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], &lists[i]);
		for (int i = 0; i < THREADS; i++) {
			CHECK(bad_in(lists[i], (char)('a' + i)) == 0);
			json_decref(lists[i]);
		}
	}
}

int main(void)
{
	tong__json_pool();
	RUN(values_outlive_their_threads);
	RUN(threads_at_once);
	return tong_test_done();
}
