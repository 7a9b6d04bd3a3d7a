/* A lower and an upper node for the tests of reports: each with a key and a ledger, packets between
 * them. */
#ifndef TESTS_UNIT_AGENT_REPORTS_H
#define TESTS_UNIT_AGENT_REPORTS_H

#include <sys/stat.h>

#include "agent/intake.h"
#include "core/json.h"
#include "core/limits.h"
#include "tests/unit/agent_node.h"

static struct tong__outbox low, high;
static int64_t now_is = NOW;

static inline const char *dir_of(const char *name)
{
	static char path[2][512];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", tong_test_dir(), name);
	mkdir(path[turn], 0777);
	return path[turn];
}

/* A lower node and an upper one, each with a key and a ledger of its own. */
static inline void begin(const char *name)
{
	char lower[64], upper[64];

	snprintf(lower, sizeof lower, "%s-low", name);
	snprintf(upper, sizeof upper, "%s-high", name);
	CHECK_INT(tong__outbox_open(&low, dir_of(lower), NULL), 0);
	CHECK_INT(tong__outbox_open(&high, dir_of(upper), NULL), 0);
}

static inline void end(void)
{
	tong__outbox_close(&low);
	tong__outbox_close(&high);
}

static inline void add(struct tong__outbox *o, const char *text)
{
	json_t *body = json_loads(text, 0, NULL);

	CHECK(body != NULL);
	CHECK_INT(tong__ledger_begin(o->ledger, NULL), 0);
	CHECK_INT(tong__outbox_add(o, body, now_is, NULL), 0);
	CHECK_INT(tong__ledger_commit(o->ledger, NULL), 0);
	json_decref(body);
}

static inline void say(struct tong__outbox *o, const char *id)
{
	char text[256];

	snprintf(text, sizeof text,
			 "{\"kind\":\"feedback\",\"id\":\"%s\",\"what\":\"wrong\",\"text\":\"x\","
			 "\"time\":%lld,\"until\":%lld}",
			 id, (long long)now_is, (long long)now_is + 86400);
	add(o, text);
}

/* Asks the level above to be approved; nothing is sent yet. */
static inline void ask(struct tong__outbox *o, const char *name, const char *region)
{
	char text[256];

	snprintf(text, sizeof text, "{\"kind\":\"request\",\"name\":\"%s\",\"regions\":[\"%s\"]}", name,
			 region);
	add(o, text);
	CHECK_INT(tong__ledger_number_set(o->ledger, "enrolled", 1, NULL), 0);
	CHECK_INT(tong__ledger_number_set(o->ledger, "request",
									  tong__ledger_next(o->ledger, tong__identity_id(o->me)) - 1,
									  NULL),
			  0);
}

static inline void decide(struct tong__outbox *o, struct tong__outbox *who,
						  enum tong__node_state state)
{
	CHECK_INT(tong__ledger_node_decide(o->ledger, tong__identity_id(who->me), state, NULL, NOW,
									   NULL),
			  0);
}

static struct tong__intake counted;

/* One packet up and its receipt back; 'lose': the receipt never arrives. */
static inline void send(struct tong__outbox *from, struct tong__outbox *to, bool lose)
{
	struct tong__buf packet, lines, receipt;
	int64_t after = 0;
	uint64_t done;
	size_t n = 0;

	memset(&counted, 0, sizeof counted);
	tong__buf_init(&packet, TONG_MAX_PACKET + 4096);
	tong__buf_init(&lines, TONG_MAX_PACKET);
	tong__buf_init(&receipt, TONG_MAX_RECEIPT);
	CHECK_INT(tong__outbox_packet(from, false, &after, &packet, &n, NULL), 0);
	if (n) {
		const char *p = packet.data;

		CHECK_INT(tong__packet_read(&p, packet.data + packet.len, &lines, NULL), 0);
		CHECK_INT(tong__intake(to, &lines, now_is, &receipt, &counted, NULL), 0);
		if (!lose)
			CHECK_INT(tong__outbox_receipt(from,
										   (struct tong__str){ receipt.data, receipt.len - 1 },
										   &done, NULL),
					  0);
	}
	tong__buf_free(&packet);
	tong__buf_free(&lines);
	tong__buf_free(&receipt);
}

static inline int count_one(void *arg, const struct tong__said *s)
{
	(void)s;
	++*(int *)arg;
	return 0;
}

/* How many feedbacks the node counts. */
static inline int said(struct tong__outbox *o)
{
	int n = 0;

	return tong__ledger_said(o->ledger, true, count_one, &n, NULL) ? -1 : n;
}

static inline int pending(struct tong__outbox *o)
{
	return (int)tong__ledger_count(o->ledger, "pending");
}

/* An approved lower node with nothing to tell. */
static inline void begin_approved(const char *name)
{
	begin(name);
	CHECK_ALIVE();
	ask(&low, "锦江区", "510104");
	send(&low, &high, false);
	decide(&high, &low, TONG__APPROVED);
	send(&low, &high, false);
	CHECK_INT(pending(&low), 0);
}

#endif
