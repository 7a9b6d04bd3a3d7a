/* What an operator allows on the network: hours, and a month's bytes that outlive a crash. */
#include "agent/link.h"
#include "tests/unit/agent_node.h"

#define KB 1024u

static struct province p;
static tong_agent *a;
static struct tong__store *store;
static struct tong__link l;
static tong_error err;

static bool within(const char *hours, int hour, int minute)
{
	struct tong__hours h = { 0, 0 };

	return tong__hours_read(hours, &h, NULL) == 0 && tong__hours_contain(&h, hour * 60 + minute);
}

static void hours_are_read(void)
{
	static const char *const bad[] = { "",			  "22:00",		  "22:00-",		 "22-06",
									   "2:00-06:00",  "22:00-06:00 ", "22:60-06:00", "24:00-06:00",
									   "24:01-06:00", "06:00-06:00",  "22:00_06:00",
									   "22.00-06:00", "2/:00-06:00", "22:/5-06:00",
									   "22:0/-06:00" };
	struct tong__hours h = { 0, 0 };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_STR(tong__code_name(tong__hours_read(bad[i], &h, &err)), "TONG_E_USAGE");
	CHECK(within("22:00-06:00", 22, 0) && within("22:00-06:00", 0, 0));
	CHECK(within("22:00-06:00", 5, 59) && !within("22:00-06:00", 6, 0));
	CHECK(!within("22:00-06:00", 21, 59));
	CHECK(within("08:30-12:00", 8, 30) && within("08:30-12:00", 11, 59));
	CHECK(!within("08:30-12:00", 8, 29) && !within("08:30-12:00", 12, 0));
	CHECK(within("20:00-24:00", 23, 59) && !within("20:00-24:00", 0, 0));
	CHECK(within("00:00-24:00", 0, 0) && within("00:00-24:00", 23, 59));
}

/* A node with these options, its store open for writing. */
static void begin(const char *name, tong_options *opt)
{
	char dir[64];

	p_new(&p, name);
	p_release(&p);
	snprintf(dir, sizeof dir, "%s-node", name);
	p_node(&p, dir, &a);
	tong_agent_close(a);
	p_open_with(&a, p_node_dir(dir), opt);
	CHECK_ALIVE();
	CHECK_INT(tong__store_open(&store, p_node_dir(dir), true, &err), 0);
}

static void end(void)
{
	tong__store_close(store);
	tong_agent_close(a);
	p_free(&p);
}

static const char *opened(void)
{
	return tong__code_name(tong__link_open(&l, a, store, &err));
}

static const char *may(uint64_t more)
{
	return tong__code_name(tong__link_may(&l, more, &err));
}

static void refused(const char *name, tong_options opt)
{
	begin(name, &opt);
	CHECK_ALIVE();
	CHECK_STR(opened(), "TONG_E_USAGE");
	CHECK(!strstr(err.message, "secret") && !strstr(err.subject, "secret"));
	end();
}

static void options_that_make_no_sense_are_refused(void)
{
	tong_options none = TONG_OPTIONS_INIT, o = none;

	o.hours = "nights";
	refused("no-hours", o);
	o = none;
	o.proxy = "ftp://me:secret@host/";
	refused("no-proxy", o);
	o.proxy = "http://me:secret @host";
	refused("no-proxy-2", o);
	o.proxy = "http://";
	refused("no-proxy-3", o);
	o = none;
	o.rate = 1023;
	refused("no-rate", o);
	o = none;
	o.key_file = "key.pem";
	refused("no-cert", o);
	/* The first of several is told. */
	o.hours = "nights";
	o.proxy = "ftp://host/";
	o.rate = 1023;
	refused("no-sense", o);
	CHECK_STR(err.subject, "proxy");
	o.proxy = NULL;
	refused("no-sense-2", o);
	CHECK_STR(err.subject, "nights");
	o.hours = NULL;
	refused("no-sense-3", o);
	CHECK_STR(err.subject, "rate");
}

static void options_that_make_sense_are_taken(void)
{
	tong_options o = TONG_OPTIONS_INIT;

	o.hours = "22:00-06:00";
	o.proxy = "env";
	o.rate = 1024;
	o.cert_file = "cert.pem";
	o.key_file = "key.pem";
	begin("sense", &o);
	CHECK_ALIVE();
	CHECK_STR(opened(), "TONG_OK");
	end();
}

static void strings_are_copied(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	char hours[] = "00:00-24:00", proxy[] = "http://me:pw@proxy:3128";

	opt.hours = hours;
	opt.proxy = proxy;
	begin("copied", &opt);
	CHECK_ALIVE();
	memset(hours, 'x', sizeof hours - 1);
	memset(proxy, 'x', sizeof proxy - 1);
	CHECK_STR(opened(), "TONG_OK");
	CHECK_STR(l.proxy, "http://me:pw@proxy:3128");
	end();
}

/* TZ is UTC in every test (tests/run.sh); 2027-01-15 08:00:00 UTC is a Friday morning. */
static void hours_open_and_close(void)
{
	tong_options opt = TONG_OPTIONS_INIT;

	opt.hours = "22:00-06:00";
	begin("hours", &opt);
	CHECK_ALIVE();
	p_clock = 1800000000; /* 08:00 */
	CHECK_STR(opened(), "TONG_OK");
	CHECK_STR(may(0), "TONG_E_CLOSED");
	CHECK_STR(err.subject, "22:00-06:00");
	p_clock += 14 * 3600; /* 22:00 */
	CHECK_STR(may(0), "TONG_OK");
	p_clock += 8 * 3600 - 1;
	CHECK_STR(may(0), "TONG_OK");
	p_clock++; /* the window closes while bytes come */
	CHECK_STR(may(100), "TONG_E_CLOSED");
	CHECK_INT(tong__link_may(NULL, 1, &err), 0);
	end();
}

static void a_months_count_is_kept(void)
{
	tong_options opt = TONG_OPTIONS_INIT;

	opt.month_budget = 1000 * KB;
	begin("month", &opt);
	CHECK_ALIVE();
	p_clock = 1800000000;
	CHECK_STR(opened(), "TONG_OK");
	CHECK_INT(tong__link_left(&l), 1000 * KB);
	CHECK_STR(may(0), "TONG_OK");
	tong__link_spend(&l, 300 * KB);
	CHECK_INT(tong__link_settle(&l, &err), 0);
	CHECK_STR(opened(), "TONG_OK"); /* the next sync */
	CHECK_INT(tong__link_month(&l), 300 * KB);
	CHECK_STR(may(699 * KB), "TONG_OK");
	CHECK_STR(may(700 * KB), "TONG_E_BUDGET");
	tong__link_spend(&l, 700 * KB);
	CHECK_INT(tong__link_left(&l), 0);
	CHECK_STR(may(0), "TONG_E_BUDGET");
	CHECK_INT(tong__link_settle(&l, &err), 0);
	p_clock += 31 * 86400; /* February */
	CHECK_STR(opened(), "TONG_OK");
	CHECK_INT(tong__link_left(&l), 1000 * KB);
	CHECK_STR(may(0), "TONG_OK");
	end();
}

/* Killed before it could settle: the month counts at least what was spent, and little more. */
static void a_crash_never_makes_the_month_longer(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	uint64_t spent = 0;

	opt.month_budget = 2000 * KB;
	begin("crash", &opt);
	CHECK_ALIVE();
	CHECK_STR(opened(), "TONG_OK");
	for (uint64_t at = 0; at <= 900 * KB; at += 10 * KB) {
		CHECK_STR(may(at), "TONG_OK");
		spent = at;
	}
	CHECK_STR(opened(), "TONG_OK");
	CHECK(tong__link_month(&l) >= spent);
	CHECK(tong__link_month(&l) <= spent + 300 * KB);
	end();
}

static void what_was_not_spent_is_given_back(void)
{
	tong_options opt = TONG_OPTIONS_INIT;

	opt.month_budget = 1000 * KB;
	begin("back", &opt);
	CHECK_ALIVE();
	CHECK_STR(opened(), "TONG_OK");
	CHECK_STR(may(10 * KB), "TONG_OK");
	CHECK_INT(tong__link_settle(&l, &err), 0);
	CHECK_STR(opened(), "TONG_OK");
	CHECK_INT(tong__link_month(&l), 0);
	l.store = NULL; /* what is booked as it was spent needs no writing */
	CHECK_INT(tong__link_settle(&l, &err), 0);
	end();
}

static void without_a_budget_the_month_is_counted_too(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	char *text;

	begin("counted", &opt);
	CHECK_ALIVE();
	p_clock = 1800000000;
	CHECK_STR(opened(), "TONG_OK");
	CHECK_STR(may(1u << 30), "TONG_OK");
	CHECK_STR(opened(), "TONG_OK"); /* nothing is written ahead */
	CHECK_INT(tong__link_month(&l), 0);
	tong__link_spend(&l, 12345);
	CHECK_INT(tong__link_settle(&l, &err), 0);
	CHECK_INT(tong_agent_status(a, &text, &err), 0);
	CHECK(strstr(text, "\"network\":{\"month\":\"2027-01\",\"bytes\":12345}") != NULL);
	tong_agent_free(text);
	end();
}

static void a_stick_is_free(void)
{
	tong_options opt = TONG_OPTIONS_INIT;

	opt.hours = "22:00-06:00";
	opt.month_budget = 1;
	begin("stick", &opt);
	CHECK_ALIVE();
	tong__store_close(store);
	store = NULL;
	p_clock = 1800000000 - 1800000000 % 86400 + 43200; /* noon */
	p_sync(a, "TONG_OK", "full", NULL);
	end();
}

static void clocks_are_compared(void)
{
	tong_options opt = TONG_OPTIONS_INIT;

	begin("skew", &opt);
	CHECK_ALIVE();
	CHECK_STR(opened(), "TONG_OK");
	p_log[0] = '\0';
	tong__link_heard(&l, p_clock + 2);
	CHECK_INT(l.clock_skew, 2);
	CHECK_STR(p_log, "");
	tong__link_heard(&l, p_clock + 7200);
	tong__link_heard(&l, p_clock + 7201);
	CHECK_INT(l.clock_skew, 7201);
	CHECK(strstr(p_log, "7200 s ahead of this machine's") && !strstr(p_log, "7201"));
	end();
}

int main(void)
{
	RUN(hours_are_read);
	RUN(options_that_make_no_sense_are_refused);
	RUN(options_that_make_sense_are_taken);
	RUN(strings_are_copied);
	RUN(hours_open_and_close);
	RUN(a_months_count_is_kept);
	RUN(a_crash_never_makes_the_month_longer);
	RUN(what_was_not_spent_is_given_back);
	RUN(without_a_budget_the_month_is_counted_too);
	RUN(a_stick_is_free);
	RUN(clocks_are_compared);
	return tong_test_done();
}
