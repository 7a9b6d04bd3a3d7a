/* P9: feedback and reports, once accepted, are delivered at least once, and counted once, while the
 * collector is killed ten times. TONG_P9=10000 for as many of each (tests/bench/collector.sh). */
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/intake.h"
#include "core/json.h"
#include "core/limits.h"
#include "tests/lib/check.h"

#define NOW   1800000000
#define KILLS 10
#define EACH  300

static struct tong__outbox low;
static char below[512], above[512];
static int n_kills, n_each;

/* ---- the collector: a process of its own ---- */

static bool all_of(int fd, void *bytes, size_t n, bool out)
{
	for (char *p = bytes; n;) {
		ssize_t k = out ? send(fd, p, n, MSG_NOSIGNAL) : recv(fd, p, n, 0);

		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool send_bytes(int fd, const struct tong__buf *b)
{
	uint32_t n = (uint32_t)b->len;

	return all_of(fd, &n, sizeof n, true) && all_of(fd, b->data, b->len, true);
}

static bool read_bytes(int fd, struct tong__buf *b)
{
	uint32_t n;

	tong__buf_clear(b);
	if (!all_of(fd, &n, sizeof n, false) || n > b->max || tong__buf_reserve(b, n))
		return false;
	b->len = n;
	return all_of(fd, b->data, n, false);
}

static void collect_for_ever(int fd)
{
	struct tong__outbox o;
	struct tong__buf packet, lines, receipt;
	struct tong__intake count;
	const char *p;

	tong__buf_init(&packet, TONG_MAX_PACKET + 4096);
	tong__buf_init(&lines, TONG_MAX_PACKET);
	tong__buf_init(&receipt, TONG_MAX_RECEIPT);
	if (tong__outbox_open(&o, above, NULL))
		_exit(1);
	while (read_bytes(fd, &packet)) {
		p = packet.data;
		tong__buf_clear(&receipt);
		if (tong__packet_read(&p, p + packet.len, &lines, NULL) ||
			tong__intake(&o, &lines, NOW, &receipt, &count, NULL) || !send_bytes(fd, &receipt))
			_exit(1);
	}
	_exit(0);
}

static pid_t start_collector(int *fd)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -1;
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		collect_for_ever(pair[1]);
	}
	close(pair[1]);
	*fd = pair[0];
	return pid;
}

/* ---- what is to be told ---- */

static void add_one(int i, bool feedback)
{
	json_t *body = feedback
					   ? json_pack("{s:s, s:s, s:s, s:s, s:i}", "kind", "feedback", "what", "wrong",
								   "text", "地址不对", "id", "x", "until", NOW + 86400)
					   : json_pack("{s:s, s:s, s:i, s:b}", "kind", "attestation", "agent", "1",
								   "release", i, "sound", 1);
	char id[16];

	snprintf(id, sizeof id, "%d", i);
	if (feedback)
		json_object_set_new(body, "id", json_string(id));
	CHECK_INT(tong__outbox_add(&low, body, NOW, NULL), 0);
	json_decref(body);
}

static void add_more(int more)
{
	CHECK_INT(tong__ledger_begin(low.ledger, NULL), 0);
	for (int i = 0; i < more; i++, n_each++) {
		add_one(n_each, true);
		add_one(n_each, false);
		CHECK_ALIVE();
	}
	CHECK_INT(tong__ledger_commit(low.ledger, NULL), 0);
}

static void approve(void)
{
	struct tong__outbox high;
	json_t *who = json_pack("{s:s}", "name", "锦江区");
	bool fresh;

	CHECK_INT(tong__outbox_open(&high, above, NULL), 0);
	CHECK_INT(tong__ledger_node_put(high.ledger, tong__identity_id(low.me), 1, who, NOW, &fresh,
									NULL),
			  0);
	CHECK_INT(tong__ledger_node_decide(high.ledger, tong__identity_id(low.me), TONG__APPROVED, NULL,
									   NOW, NULL),
			  0);
	CHECK_INT(tong__ledger_number_set(low.ledger, "enrolled", 1, NULL), 0);
	CHECK_INT(tong__ledger_text_set(low.ledger, "upper_state", "approved", NULL), 0);
	tong__outbox_close(&high);
	json_decref(who);
}

/* ---- sending, while it dies ---- */

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* One packet; the collector is killed at a moment of its work, or after it, when its answer may be
 * lost. True: a receipt came. */
static bool send_one(int fd, pid_t pid, const struct tong__buf *packet, struct tong__buf *receipt,
					 int64_t kill_after)
{
	struct timeval patience = { 0, 0 };

	if (!send_bytes(fd, packet))
		return false;
	if (kill_after < 0)
		return read_bytes(fd, receipt);
	usleep((useconds_t)kill_after);
	kill(pid, SIGKILL);
	n_kills++;
	patience.tv_usec = 1000;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	return n_kills % 2 && read_bytes(fd, receipt); /* every other time what it said is lost too */
}

static void deliver(int each)
{
	int64_t after = 0, took = 50000, begun;
	struct tong__buf packet, receipt;
	uint64_t done;
	pid_t pid;
	bool die = false;
	size_t n = 1;
	int fd;

	tong__buf_init(&packet, TONG_MAX_PACKET + 4096);
	tong__buf_init(&receipt, TONG_MAX_RECEIPT);
	pid = start_collector(&fd);
	CHECK(pid > 0);
	while (n) {
		bool came;

		tong__buf_clear(&packet);
		after = 0; /* what is not acknowledged comes again */
		CHECK_INT(tong__outbox_packet(&low, false, &after, &packet, &n, NULL), 0);
		if (n == 0 && n_kills < KILLS) { /* a small world: until it died often enough */
			add_more(each);
			CHECK_ALIVE();
			n = 1;
			continue;
		}
		if (n == 0)
			break;
		die = n_kills < KILLS && !die;
		begun = now_us();
		came = send_one(fd, pid, &packet, &receipt, die ? rand() % (took * 5 / 4 + 1) : -1);
		if (!die)
			took = now_us() - begun;
		if (came)
			CHECK_INT(tong__outbox_receipt(&low,
										   (struct tong__str){ receipt.data, receipt.len - 1 },
										   &done, NULL),
					  0);
		if (!die)
			continue;
		close(fd);
		waitpid(pid, NULL, 0);
		pid = start_collector(&fd);
		CHECK(pid > 0);
	}
	close(fd);
	waitpid(pid, NULL, 0);
	tong__buf_free(&packet);
	tong__buf_free(&receipt);
}

/* ---- what was counted ---- */

static int count_said(void *arg, const struct tong__said *s)
{
	int *seen = arg;

	seen[atoi(s->id)]++;
	return 0;
}

static void P9_nothing_is_lost_or_doubled_while_the_collector_dies(void)
{
	const char *want = getenv("TONG_P9");
	int each = want ? atoi(want) : EACH, wrong = 0;
	int *seen = calloc(3 * KILLS * (size_t)each, sizeof *seen);
	struct tong__outbox high;
	const char *id;

	snprintf(below, sizeof below, "%s/below", tong_test_dir());
	snprintf(above, sizeof above, "%s/above", tong_test_dir());
	mkdir(below, 0777);
	mkdir(above, 0777);
	CHECK(seen != NULL);
	CHECK_INT(tong__outbox_open(&low, below, NULL), 0);
	approve();
	CHECK_ALIVE();
	add_more(each);
	CHECK_ALIVE();
	srand(9);
	deliver(each);
	CHECK_ALIVE();
	CHECK_INT(tong__outbox_open(&high, above, NULL), 0);
	id = tong__identity_id(low.me);
	CHECK_INT(tong__ledger_said(high.ledger, true, count_said, seen, NULL), 0);
	for (int i = 0; i < n_each; i++)
		wrong += seen[i] != 1;
	CHECK_INT(wrong, 0);
	CHECK_INT(tong__ledger_next(high.ledger, id), 2 * n_each + 1);
	CHECK_INT(tong__ledger_count(high.ledger, "pending"), 2 * n_each);
	CHECK_INT(tong__ledger_count(low.ledger, "pending"), 0);
	CHECK_INT(n_kills, KILLS);
	printf("P9: %d feedbacks and %d attestations, killed %d times: none lost, none doubled\n",
		   n_each, n_each, n_kills);
	tong__outbox_close(&high);
	tong__outbox_close(&low);
	free(seen);
}

int main(void)
{
	RUN(P9_nothing_is_lost_or_doubled_while_the_collector_dies);
	return tong_test_done();
}
