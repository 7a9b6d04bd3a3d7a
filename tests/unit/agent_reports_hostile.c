/* Reports that somebody forged, replayed or dated wrongly (FORMAT U2 to U9, U12, U13). */
#include "tests/unit/agent_reports.h"

/* These lines as they are, as anybody could send them. */
static void bring(const char *lines, size_t n)
{
	struct tong__buf b, receipt;

	memset(&counted, 0, sizeof counted);
	tong__buf_init(&b, TONG_MAX_PACKET);
	tong__buf_init(&receipt, TONG_MAX_RECEIPT);
	tong__buf_add(&b, lines, n);
	CHECK_INT(tong__intake(&high, &b, now_is, &receipt, &counted, NULL), 0);
	tong__buf_free(&b);
	tong__buf_free(&receipt);
}

/* A line of this node, signed with its own key, that its outbox would not make. */
static void bring_signed(struct tong__outbox *who, int64_t seq, const char *text, bool spoil)
{
	json_t *body = json_loads(text, 0, NULL);
	struct tong__buf line;

	CHECK(body != NULL);
	tong__buf_init(&line, TONG_MAX_REPORT);
	CHECK_INT(tong__report_write(who->me, seq, body, TONG_MAX_REPORT, &line, NULL), 0);
	if (spoil) /* a digit of the signature */
		line.data[70] = line.data[70] == '0' ? '1' : '0';
	bring(line.data, line.len);
	tong__buf_free(&line);
	json_decref(body);
}

static void hostile_reports_are_refused_and_change_nothing(void)
{
	static const char good[] =
		"{\"kind\":\"feedback\",\"id\":\"Z\",\"what\":\"wrong\",\"text\":\"x\","
		"\"time\":1800000000,\"until\":1800086400}";
	static const char *const bad[] = {
		"{\"kind\":\"feedback\",\"id\":\"Z\",\"what\":\"praise\",\"time\":1,\"until\":2}",
		"{\"kind\":\"feedback\",\"id\":\"Z\",\"what\":\"wrong\",\"time\":1}",
		"{\"kind\":\"feedback\",\"id\":\"Z\",\"what\":\"wrong\",\"time\":1,\"until\":99999999}",
		"{\"kind\":\"feedback\",\"id\":\"Z\",\"what\":\"wrong\",\"text\":7,\"time\":1,\"until\":2}",
		"{\"kind\":\"attestation\",\"agent\":\"1\",\"release\":-1,\"sound\":true,\"time\":1}",
		"{\"kind\":\"attestation\",\"agent\":\"1\",\"release\":1,\"sound\":true,\"time\":1,"
		"\"layers\":[{\"name\":\"../x\",\"sha256\":\"00\"}]}",
		"{\"kind\":\"receipt\",\"time\":1}",
		"{\"kind\":\"../x\",\"time\":1}",
		"{\"time\":1}",
	};
	struct tong__outbox stranger;

	begin_approved("hostile");
	CHECK_ALIVE();
	bring_signed(&low, 50, good, true);
	CHECK_INT(counted.refused, 1);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		bring_signed(&low, 60 + (int64_t)i, bad[i], false);
		CHECK_INT(counted.refused, 1);
	}
	CHECK_INT(tong__outbox_open(&stranger, dir_of("hostile-stranger"), NULL), 0);
	bring_signed(&stranger, 1, good, false);
	CHECK_INT(counted.refused, 1);
	tong__outbox_close(&stranger);
	bring("nonsense\n\n", 10);
	CHECK_INT(counted.broken, 2);
	CHECK_INT(said(&high), 0);
	bring_signed(&low, 50, good, false);
	CHECK_INT(counted.fresh, 1);
	bring_signed(&low, 51, good, false); /* the same words under another number */
	CHECK_INT(said(&high), 1);
	end();
}

/* U13: it changes what is said of the time, never whether it is taken; U12: nor how long it is
 * kept. */
static void a_clock_that_is_far_off_loses_nothing(void)
{
	begin_approved("clock");
	CHECK_ALIVE();
	bring_signed(&low, 50,
				 "{\"kind\":\"feedback\",\"id\":\"P\",\"what\":\"wrong\",\"text\":\"x\",\"time\":0,"
				 "\"until\":86400}",
				 false);
	CHECK_INT(counted.fresh, 1);
	bring_signed(&low, 51,
				 "{\"kind\":\"feedback\",\"id\":\"F\",\"what\":\"wrong\",\"text\":\"x\","
				 "\"time\":4000000000,\"until\":4000086400}",
				 false);
	CHECK_INT(counted.fresh, 1);
	CHECK_INT(tong__ledger_purge(high.ledger, now_is + 86399, NULL), 0);
	CHECK_INT(tong__ledger_count(high.ledger, "ended"), 0);
	CHECK_INT(tong__ledger_purge(high.ledger, now_is + 86401, NULL), 0);
	CHECK_INT(tong__ledger_count(high.ledger, "ended"), 2);
	CHECK_INT(said(&high), 2);
	end();
}

static void U3_who_vouches_stays_within_his_regions(void)
{
	static const char format[] = "{\"kind\":\"vouch\",\"name\":\"x\",\"node\":\"%s\","
								 "\"regions\":[\"%s\"],"
								 "\"state\":\"approved\",\"time\":1}";
	static const char *const regions[] = { "510105", "510000" };
	struct tong__outbox village;
	char text[400];
	const char *id;

	begin_approved("vouch"); /* 510104 */
	CHECK_ALIVE();
	CHECK_INT(tong__outbox_open(&village, dir_of("vouch-village"), NULL), 0);
	id = tong__identity_id(village.me);
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof text, format, id, regions[i]);
		bring_signed(&low, 50 + i, text, false);
		CHECK_INT(counted.refused, 1);
		CHECK_INT(tong__ledger_node_state(high.ledger, id), TONG__UNKNOWN);
	}
	snprintf(text, sizeof text, format, id, "510104001");
	bring_signed(&low, 52, text, false);
	CHECK_INT(tong__ledger_node_state(high.ledger, id), TONG__APPROVED);
	decide(&high, &low, TONG__REVOKED);
	CHECK_INT(tong__ledger_node_state(high.ledger, id), TONG__REVOKED);
	tong__outbox_close(&village);
	end();
}

static void U9_a_receipt_of_somebody_else_acknowledges_nothing(void)
{
	struct tong__outbox other;
	struct tong__buf line;
	json_t *body;
	uint64_t done;

	begin_approved("forged");
	CHECK_ALIVE();
	say(&low, "A");
	CHECK_INT(tong__outbox_open(&other, dir_of("forged-other"), NULL), 0);
	body = json_pack("{s:s, s:i}", "kind", "receipt", "time", 1);
	tong__buf_init(&line, TONG_MAX_RECEIPT);
	CHECK_INT(tong__report_write(other.me, 0, body, TONG_MAX_RECEIPT, &line, NULL), 0);
	CHECK_STR(tong_code_name(tong__outbox_receipt(&low,
												  (struct tong__str){ line.data, line.len - 1 },
												  &done, NULL)),
			  "TONG_E_KEY");
	line.data[70] = line.data[70] == '0' ? '1' : '0';
	CHECK_STR(tong_code_name(tong__outbox_receipt(&low,
												  (struct tong__str){ line.data, line.len - 1 },
												  &done, NULL)),
			  "TONG_E_SIGNATURE");
	CHECK_INT(pending(&low), 1);
	tong__buf_free(&line);
	json_decref(body);
	tong__outbox_close(&other);
	end();
}

int main(void)
{
	RUN(hostile_reports_are_refused_and_change_nothing);
	RUN(a_clock_that_is_far_off_loses_nothing);
	RUN(U3_who_vouches_stays_within_his_regions);
	RUN(U9_a_receipt_of_somebody_else_acknowledges_nothing);
	return tong_test_done();
}
