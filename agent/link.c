/* Keeps the node's use of the network within what its operator allows: hours, bytes of a month. */
#include "agent/link.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"

/* Booked ahead of what is received: one write to disk for so much, and at most so much of a month
 * is lost to a crash. */
#define AHEAD    (256u << 10)
#define FAR      300  /* seconds; a clock so far off is worth a word */

/* ---- hours ---- */

/* "06:30" or "24:00", moved over. -1: not a time. */
static int read_time(const char **p)
{
	const char *s = *p;
	int h, m;

	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]) || s[2] != ':' ||
		!isdigit((unsigned char)s[3]) || !isdigit((unsigned char)s[4]))
		return -1;
	h = (s[0] - '0') * 10 + s[1] - '0';
	m = (s[3] - '0') * 10 + s[4] - '0';
	*p = s + 5;
	return m > 59 || h * 60 + m > 24 * 60 ? -1 : h * 60 + m;
}

int tong__hours_read(const char *text, struct tong__hours *out, tong_error *err)
{
	const char *p = text;

	out->from = read_time(&p);
	out->to = out->from >= 0 && *p++ == '-' ? read_time(&p) : -1;
	if (out->to < 0 || *p || out->from == out->to || out->from == 24 * 60)
		return tong__fail(err, TONG_E_USAGE, text, "not hours; wanted e.g. 22:00-06:00");
	return 0;
}

bool tong__hours_contain(const struct tong__hours *h, int minute)
{
	if (h->from == h->to)
		return true;
	if (h->from < h->to)
		return minute >= h->from && minute < h->to;
	return minute >= h->from || minute < h->to;
}

static void local_time(const struct tong__link *l, struct tm *out)
{
	time_t now = (time_t)tong__agent_now(l->agent);

	if (!localtime_r(&now, out))
		memset(out, 0, sizeof *out);
}

/* The window may close while a long file comes: looked at once a second. */
static bool is_open(struct tong__link *l)
{
	int64_t now = tong__agent_now(l->agent);
	struct tm tm;

	if (now != l->asked_at) {
		local_time(l, &tm);
		l->open = tong__hours_contain(&l->hours, tm.tm_hour * 60 + tm.tm_min);
		l->asked_at = now;
	}
	return l->open;
}

/* ---- options ---- */

/* A URL of a proxy may hold a password: it is never told back. */
int tong__link_check_proxy(const char *proxy, tong_error *err)
{
	static const char *const schemes[] = { "http://", "https://", "socks5://", "socks5h://" };
	const char *host = NULL;

	if (!proxy || strcmp(proxy, "env") == 0)
		return 0;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (tong__starts(proxy, schemes[i]))
			host = proxy + strlen(schemes[i]);
	if (!host || !*host || strpbrk(proxy, " \t\r\n\\"))
		return tong__fail(err, TONG_E_USAGE, "proxy",
						  "wanted \"env\" or the URL of a proxy: http://, https://, socks5:// or "
						  "socks5h://[name:password@]host[:port]");
	return 0;
}

static int check_options(struct tong__link *l, tong_error *err)
{
	const tong_options *o = &l->agent->opt;
	int rc = tong__link_check_proxy(o->proxy, err);

	if (!rc && o->hours)
		rc = tong__hours_read(o->hours, &l->hours, err);
	if (!rc && o->rate && o->rate < TONG_MIN_RATE)
		rc = tong__fail(err, TONG_E_USAGE, "rate", "at least %d bytes a second are wanted",
						TONG_MIN_RATE);
	if (!rc && o->key_file && !o->cert_file)
		rc = tong__fail(err, TONG_E_USAGE, o->key_file,
						"a key without the certificate that goes with it");
	return rc;
}

/* ---- the month ---- */

static void open_month(struct tong__link *l)
{
	struct tm tm;

	local_time(l, &tm);
	l->month = ((int64_t)tm.tm_year + 1900) * 100 + tm.tm_mon + 1;
	if (tong__store_number(l->store, "month", 0) == l->month)
		l->month_before = (uint64_t)tong__store_number(l->store, "month_bytes", 0);
}

static int book(struct tong__link *l, uint64_t bytes, tong_error *err)
{
	int rc = tong__store_write_begin(l->store, err);

	if (!rc)
		rc = tong__store_number_set(l->store, "month", l->month, err);
	if (!rc)
		rc = tong__store_number_set(l->store, "month_bytes", (int64_t)(l->month_before + bytes),
									err);
	if (rc) {
		tong__store_abort(l->store);
		return rc;
	}
	rc = tong__store_commit(l->store, err);
	if (!rc)
		l->booked = bytes;
	return rc;
}

int tong__link_open(struct tong__link *l, tong_agent *a, struct tong__store *store, tong_error *err)
{
	const tong_options *o = &a->opt;

	*l = (struct tong__link){ .proxy = o->proxy,
							  .ca_file = o->ca_file,
							  .cert_file = o->cert_file,
							  .key_file = o->key_file,
							  .rate = o->rate,
							  .agent = a,
							  .store = store,
							  .asked_at = INT64_MIN };
	open_month(l);
	return check_options(l, err);
}

uint64_t tong__link_month(const struct tong__link *l)
{
	return l->month_before + l->spent;
}

uint64_t tong__link_left(const struct tong__link *l)
{
	uint64_t budget = l->agent->opt.month_budget, used = tong__link_month(l);

	if (!budget)
		return UINT64_MAX;
	return used < budget ? budget - used : 0;
}

int tong__link_may(struct tong__link *l, uint64_t more, tong_error *err)
{
	if (!l)
		return 0;
	if (!is_open(l))
		return tong__fail(err, TONG_E_CLOSED, l->agent->opt.hours,
						  "the network may be used only in these hours; what came so far is kept");
	if (!l->agent->opt.month_budget)
		return 0;
	if (more >= tong__link_left(l))
		return tong__fail(err, TONG_E_BUDGET, NULL,
						  "this month's %llu bytes are spent; "
						  "raise the budget or bring the release on a stick",
						  (unsigned long long)l->agent->opt.month_budget);
	return l->spent + more < l->booked ? 0 : book(l, l->spent + more + AHEAD, err);
}

void tong__link_spend(struct tong__link *l, uint64_t bytes)
{
	if (l)
		l->spent += bytes;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t tong__link_wait(struct tong__link *l, uint64_t bytes)
{
	int64_t now;

	if (!l || !l->rate)
		return 0;
	now = now_ms();
	l->due = (l->due > now ? l->due : now) + (int64_t)(bytes * 1000 / l->rate);
	return (uint64_t)(l->due - now);
}

int tong__link_settle(struct tong__link *l, tong_error *err)
{
	if (l->booked == l->spent)
		return 0;
	return book(l, l->spent, err);
}

/* ---- the clock ---- */

void tong__link_heard(struct tong__link *l, int64_t server_time)
{
	int64_t skew;

	if (!l)
		return;
	skew = server_time - tong__agent_now(l->agent);
	if (llabs(skew) >= FAR && llabs(l->clock_skew) < FAR)
		tong__agent_log(l->agent, TONG__WARNING,
						skew > 0 ? "the source's clock is %lld s ahead of this machine's; "
								   "expiry is judged by this machine's"
								 : "the source's clock is %lld s behind this machine's; "
								   "expiry is judged by this machine's",
						llabs(skew));
	l->clock_skew = skew;
	l->agent->skew = skew;
}
