/* Forms, and how often they may come. */
#include <tong/agent.h>

#include "agent/serve_form.h"
#include "agent/serve_limit.h"
#include "tests/lib/check.h"

static struct tong__form f;
static tong_error err;
static const struct tong__limit_rule people = TONG_LIMIT_PEOPLE;

static const char *reads(const char *body, size_t n, bool json)
{
	int rc;

	err = (tong_error)TONG_ERROR_INIT;
	rc = json ? tong__form_read_json(&f, body, n, &err) : tong__form_read(&f, body, n, &err);
	return tong_code_name(rc);
}

static const char *form(const char *body)
{
	return reads(body, strlen(body), false);
}

static const char *json(const char *body)
{
	return reads(body, strlen(body), true);
}

static void a_form_is_read_as_browsers_write_it(void)
{
	CHECK_STR(form("kind=wrong&text=%E7%AC%AC+3+%E6%9D%A1%0D%0A%26x%3D1&item=&contact=a%40b&flag"),
			  "TONG_OK");
	CHECK_INT(f.n, 5);
	CHECK_STR(tong__form_get(&f, "kind"), "wrong");
	CHECK_STR(tong__form_get(&f, "text"), "第 3 条\r\n&x=1");
	CHECK_STR(tong__form_get(&f, "item"), "");
	CHECK_STR(tong__form_get(&f, "contact"), "a@b");
	CHECK_STR(tong__form_get(&f, "flag"), "");
	CHECK(tong__form_get(&f, "none") == NULL);
	tong__form_free(&f);
	CHECK_STR(form(""), "TONG_OK");
	CHECK_INT(f.n, 0);
	CHECK_STR(form("&&a=b=c&"), "TONG_OK");
	CHECK_STR(tong__form_get(&f, "a"), "b=c");
	tong__form_free(&f);
}

static void what_no_browser_writes_is_refused(void)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%4g", "a=%zz", "%=1", "a=%00", "a=1&a=2",
									   "a=b%", "a=x%2" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_STR(form(bad[i]), "TONG_E_FORMAT");
		tong__form_free(&f);
	}
	CHECK_STR(reads("a=\0", 3, false), "TONG_E_FORMAT");
	tong__form_free(&f);
	CHECK_STR(form("a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x"), "TONG_OK");
	tong__form_free(&f);
	CHECK_STR(form("a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y"), "TONG_E_LIMIT");
	tong__form_free(&f);
}

static void json_is_an_object_of_strings_and_numbers(void)
{
	static const char *const bad[] = { "",          "[]",          "{",         "{\"a\":{}}",
									   "{\"a\":1.5}", "{\"a\":null}", "{\"a\":true}", "\"a\"",
									   "{\"a\":\"1\",\"a\":\"2\"}" };

	CHECK_STR(json("{\"text\":\"第3条\",\"rating\":5}"), "TONG_OK");
	CHECK_STR(tong__form_get(&f, "text"), "第3条");
	CHECK_STR(tong__form_get(&f, "rating"), "5");
	tong__form_free(&f);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_STR(json(bad[i]), "TONG_E_FORMAT");
		tong__form_free(&f);
	}
}

static void an_address_may_send_so_many_and_then_slowly(void)
{
	struct tong__limit *l = tong__limit_new(people);
	int64_t now = 1000000;

	for (int i = 0; i < TONG_LIMIT_ONE; i++)
		CHECK_INT(tong__limit_take(l, "10.0.0.1", now), 0);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", now), 20);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", now + 19999), 1);
	CHECK_INT(tong__limit_take(l, "10.0.0.2", now), 0); /* another is not its concern */
	CHECK_INT(tong__limit_take(l, "10.0.0.1", now + 20000), 0);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", now + 20000), 20);
	now += (int64_t)TONG_LIMIT_ONE * TONG_LIMIT_ONE_MS * 2; /* never more than at the beginning */
	for (int i = 0; i < TONG_LIMIT_ONE; i++)
		CHECK_INT(tong__limit_take(l, "10.0.0.1", now), 0);
	CHECK(tong__limit_take(l, "10.0.0.1", now) > 0);
	tong__limit_free(l);
}

static void all_together_may_send_so_many(void)
{
	struct tong__limit *l = tong__limit_new(people);
	char who[32];
	int taken = 0;

	for (int i = 0; i < 100000; i++) { /* more than the table can remember */
		snprintf(who, sizeof who, "2001:db8:%x:%x::", i / 256, i % 256);
		taken += tong__limit_take(l, who, 5000) == 0;
	}
	CHECK_INT(taken, TONG_LIMIT_ALL);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", 5000), 1);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", 6000), 0);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", 6000), 1);
	tong__limit_free(l);
}

static void work_in_vain_is_charged(void)
{
	struct tong__limit *l = tong__limit_new((struct tong__limit_rule)TONG_LIMIT_NODES);
	int64_t now = 5000;

	for (int i = 0; i < 183; i++)
		CHECK_INT(tong__limit_take(l, "10.0.0.1", now), 0);
	tong__limit_charge(l, "10.0.0.1", now, 2000);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", now), 119); /* 2184 - 1000 tokens, ten a second */
	CHECK_INT(tong__limit_take(l, "10.0.0.2", now), 0);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", now + 119000), 0);
	tong__limit_free(l);
}

/* Who has sent much is not forgotten because many others come. */
static void the_busiest_is_remembered(void)
{
	struct tong__limit *l = tong__limit_new(people);
	int64_t now = 5000;
	char who[32];

	for (int i = 0; i < TONG_LIMIT_ONE; i++)
		CHECK_INT(tong__limit_take(l, "busy", now), 0);
	for (int i = 0; i < 5000; i++) {
		snprintf(who, sizeof who, "10.1.%d.%d", i / 256, i % 256);
		tong__limit_form(l, who, now);
	}
	CHECK(tong__limit_take(l, "busy", now) > 0);
	tong__limit_free(l);
}

static void nobody_fills_in_a_form_at_once(void)
{
	struct tong__limit *l = tong__limit_new(people);

	CHECK_INT(tong__limit_take(l, "10.0.0.1", 0), 0); /* a saved page */
	tong__limit_form(l, "10.0.0.1", 10000);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", 10500), 3);
	CHECK_INT(tong__limit_take(l, "10.0.0.1", 10000 + TONG_LIMIT_FORM), 0);
	tong__limit_free(l);
}

int main(void)
{
	RUN(a_form_is_read_as_browsers_write_it);
	RUN(what_no_browser_writes_is_refused);
	RUN(json_is_an_object_of_strings_and_numbers);
	RUN(an_address_may_send_so_many_and_then_slowly);
	RUN(all_together_may_send_so_many);
	RUN(work_in_vain_is_charged);
	RUN(the_busiest_is_remembered);
	RUN(nobody_fills_in_a_form_at_once);
	return tong_test_done();
}
