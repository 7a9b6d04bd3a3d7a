/* Reports upward: identity, lines, packets, the outbox, who is believed, receipts (FORMAT section
 * 14, promise P9). */
#include <unistd.h>

#include "core/file.h"
#include "tests/unit/agent_reports.h"

static void copy_file(const char *from, const char *to, const char *name)
{
	char a[700], b[700];
	struct tong__buf bytes;

	snprintf(a, sizeof a, "%s/%s", from, name);
	snprintf(b, sizeof b, "%s/%s", to, name);
	tong__buf_init(&bytes, 1u << 24);
	if (tong__file_read(a, &bytes, NULL) == 0)
		CHECK_INT(tong__file_write(b, bytes.data ? bytes.data : "", bytes.len, NULL), 0);
	chmod(b, 0600);
	tong__buf_free(&bytes);
}

/* ---- identity ---- */

static void U1_a_key_is_made_once_and_for_its_owner_alone(void)
{
	struct tong__identity *a, *b;
	const char *dir = dir_of("key");
	char path[600], spoken[TONG_NODE_SPOKEN];
	struct stat st;

	CHECK_STR(tong_code_name(tong__identity_open(&a, dir, false, NULL)), "TONG_E_ABSENT");
	CHECK_INT(tong__identity_open(&a, dir, true, NULL), 0);
	CHECK_INT(tong__identity_open(&b, dir, true, NULL), 0);
	CHECK_STR(tong__identity_id(a), tong__identity_id(b));
	CHECK(tong__node_id_valid(tong__identity_id(a)));
	tong__node_spoken(tong__identity_id(a), spoken);
	CHECK_INT(strlen(spoken), 19);
	snprintf(path, sizeof path, "%s/node.key", dir);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	tong__identity_close(a);
	tong__identity_close(b);
	chmod(path, 0640);
	CHECK_STR(tong_code_name(tong__identity_open(&a, dir, true, NULL)), "TONG_E_KEY");
	chmod(path, 0600);
	CHECK_INT(truncate(path, 20), 0);
	CHECK_STR(tong_code_name(tong__identity_open(&a, dir, true, NULL)), "TONG_E_KEY");
}

/* ---- lines and packets ---- */

static void U4_a_line_is_signed_as_a_whole(void)
{
	struct tong__report r;
	struct tong__buf line;
	json_t *body = json_pack("{s:s, s:i, s:s}", "kind", "x", "time", 1, "text", "一"), *again;

	begin("line");
	CHECK_ALIVE();
	tong__buf_init(&line, TONG_MAX_REPORT);
	CHECK_INT(tong__report_write(low.me, 7, body, TONG_MAX_REPORT, &line, NULL), 0);
	CHECK_INT(tong__report_read((struct tong__str){ line.data, line.len - 1 }, TONG_MAX_REPORT, &r,
								NULL),
			  0);
	CHECK(tong__report_signed(&r));
	CHECK_INT(r.seq, 7);
	CHECK_INT(tong__report_body(&r, &again, NULL), 0);
	CHECK(json_equal(body, again));
	json_decref(again);
	r.seq = 8;
	CHECK(!tong__report_signed(&r));
	r.seq = 7;
	line.data[line.len - 4] ^= 1;
	CHECK(!tong__report_signed(&r));
	line.data[line.len - 4] ^= 1;
	r.sig[0] = r.sig[0] == 'a' ? 'b' : 'a';
	CHECK(!tong__report_signed(&r));
	tong__buf_free(&line);
	json_decref(body);
	end();
}

static void U4_what_is_no_line_is_refused(void)
{
	static const char hex[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	static const struct {
		const char *before, *seq, *after, *body, *code;
	} lines[] = { { "", " 1 ", "", " {}", "TONG_OK" },
				  { "", " 01 ", "", " {}", "TONG_E_FORMAT" },
				  { "", " -1 ", "", " {}", "TONG_E_FORMAT" },
				  { "", " 9007199254740992 ", "", " {}", "TONG_E_FORMAT" },
				  { "", " 1 ", "", " ", "TONG_E_FORMAT" },
				  { "", " 1 ", "", "", "TONG_E_FORMAT" },
				  { "", "  ", "", " {}", "TONG_E_FORMAT" },
				  { "x", " 1 ", "", " {}", "TONG_E_FORMAT" },
				  { "", " 1 ", "Z", " {}", "TONG_E_FORMAT" },
				  { "", " 1 ", "0", " {}", "TONG_E_FORMAT" } };
	struct tong__report r;
	char line[400];

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		int n = snprintf(line, sizeof line, "%s%s%s%s%s%s%s", lines[i].before, hex, lines[i].seq,
						 lines[i].after, hex, hex, lines[i].body);

		CHECK_STR(tong_code_name(tong__report_read((struct tong__str){ line, (size_t)n },
												   TONG_MAX_REPORT, &r, NULL)),
				  lines[i].code);
	}
	CHECK_STR(tong_code_name(tong__report_read((struct tong__str){ line, TONG_MAX_REPORT },
											   TONG_MAX_REPORT, &r, NULL)),
			  "TONG_E_LIMIT");
}

static void U7_packets_are_whole_or_refused(void)
{
	struct tong__buf packet, lines;
	const char *p;

	tong__buf_init(&packet, 4096);
	tong__buf_init(&lines, TONG_MAX_PACKET);
	CHECK_INT(tong__packet_write("a\nb\n", 4, &packet, NULL), 0);
	CHECK_INT(tong__packet_write("c\n", 2, &packet, NULL), 0);
	p = packet.data;
	CHECK_INT(tong__packet_read(&p, packet.data + packet.len, &lines, NULL), 0);
	CHECK_STR(lines.data, "a\nb\n");
	CHECK_INT(tong__packet_read(&p, packet.data + packet.len, &lines, NULL), 0);
	CHECK_STR(lines.data, "c\n");
	CHECK(p == packet.data + packet.len);
	for (size_t n = 0; n < packet.len / 2; n++) {
		p = packet.data;
		CHECK(tong__packet_read(&p, packet.data + n, &lines, NULL) != 0);
	}
	tong__buf_clear(&packet);
	CHECK_INT(tong__packet_write("a", 1, &packet, NULL), 0);
	p = packet.data;
	CHECK_STR(tong_code_name(tong__packet_read(&p, packet.data + packet.len, &lines, NULL)),
			  "TONG_E_FORMAT");
	tong__buf_free(&packet);
	tong__buf_free(&lines);
}

/* ---- delivered at least once, counted once ---- */

static void P9_a_lost_receipt_sends_again_and_counts_once(void)
{
	begin_approved("lost");
	CHECK_ALIVE();
	say(&low, "A");
	say(&low, "B");
	CHECK_INT(pending(&low), 2);
	send(&low, &high, true);
	CHECK_INT(counted.fresh, 2);
	CHECK_INT(pending(&low), 2);
	send(&low, &high, false);
	CHECK_INT(counted.fresh, 0);
	CHECK_INT(counted.again, 2);
	CHECK_INT(pending(&low), 0);
	CHECK_INT(said(&high), 2);
	end();
}

static void U2_nobody_is_heard_before_approval(void)
{
	begin("waiting");
	CHECK_ALIVE();
	say(&low, "A");
	send(&low, &high, false);
	CHECK_INT(counted.fresh + counted.refused, 0); /* it reports to nobody */
	ask(&low, "锦江区", "510104");
	send(&low, &high, false);
	CHECK_INT(counted.fresh, 1); /* its request alone (U10) */
	CHECK_INT(tong__ledger_node_state(high.ledger, tong__identity_id(low.me)), TONG__WAITING);
	send(&low, &high, false);
	CHECK_INT(said(&high), 0);
	decide(&high, &low, TONG__REJECTED);
	send(&low, &high, false);
	CHECK_INT(said(&high), 0);
	CHECK_INT(tong__ledger_text_set(low.ledger, "upper_state", "approved", NULL), 0);
	send(&low, &high, false); /* one that says so itself is told no, and keeps what it has */
	CHECK(counted.refused >= 1);
	CHECK_INT(said(&high), 0);
	decide(&high, &low, TONG__APPROVED);
	send(&low, &high, false);
	send(&low, &high, false);
	CHECK_INT(said(&high), 1);
	CHECK_INT(pending(&low), 0);
	end();
}

static void U5_a_number_that_is_taken_is_signed_anew_and_counted_once(void)
{
	struct tong__outbox restored;
	char key[600], copy[600];

	begin_approved("restored");
	CHECK_ALIVE();
	/* A backup: the same key, the ledger as it is now. */
	snprintf(key, sizeof key, "%s", dir_of("restored-low"));
	snprintf(copy, sizeof copy, "%s", dir_of("restored-copy"));
	CHECK_INT(tong__outbox_open(&restored, key, NULL), 0);
	tong__outbox_close(&restored);
	copy_file(key, copy, "node.key");
	copy_file(key, copy, "ledger.db");
	copy_file(key, copy, "ledger.db-wal");
	say(&low, "A");
	say(&low, "B");
	send(&low, &high, false);
	CHECK_INT(said(&high), 2);
	tong__outbox_close(&low);
	CHECK_INT(tong__outbox_open(&low, copy, NULL), 0);
	say(&low, "C"); /* under the number that A had */
	send(&low, &high, false);
	CHECK_INT(counted.refused, 1);
	send(&low, &high, false);
	CHECK_INT(counted.fresh, 1);
	CHECK_INT(said(&high), 3);
	CHECK_INT(pending(&low), 0);
	end();
}

/* ---- what people say ---- */

static const char *say_to(tong_agent *a, tong_feedback f)
{
	static tong_error err;

	err = (tong_error)TONG_ERROR_INIT;
	tong_agent_feedback(a, &f, &err);
	return err.code ? err.subject : f.id[0] ? "" : "no id";
}

static void feedback_is_checked_member_by_member(void)
{
	struct province p;
	tong_agent *a;
	tong_feedback f = TONG_FEEDBACK_INIT;
	char many[TONG_MAX_FEEDBACK * 3 + 8] = "";

	p_new(&p, "said");
	p_release(&p);
	p_node(&p, "said-node", &a);
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	f.kind = "wrong";
	f.text = " 地址不对\r\n第二行 ";
	f.item = "511Z07001006";
	f.fingerprint = "no";
	CHECK_STR(say_to(a, f), "");
	f.text = " \n ";
	CHECK_STR(say_to(a, f), "text");
	f.text = "a\033[2J";
	CHECK_STR(say_to(a, f), "text");
	f.text = "\xff";
	CHECK_STR(say_to(a, f), "text");
	for (int i = 0; i < TONG_MAX_FEEDBACK; i++)
		strcat(many, "字");
	f.text = many;
	CHECK_STR(say_to(a, f), "");
	strcat(many, "字");
	CHECK_STR(say_to(a, f), "text");
	f.text = "x";
	f.field = "no_such_element";
	CHECK_STR(say_to(a, f), "field");
	f.field = "limit_promised";
	CHECK_STR(say_to(a, f), "");
	f.kind = "praise";
	CHECK_STR(say_to(a, f), "what");
	f.kind = "rating";
	CHECK_STR(say_to(a, f), "rating");
	f.rating = 6;
	CHECK_STR(say_to(a, f), "rating");
	f.rating = 5;
	CHECK_STR(say_to(a, f), "");
	CHECK_INT(tong__outbox_open(&low, p_node_dir("said-node"), NULL), 0);
	CHECK_INT(said(&low), 4);
	tong__outbox_close(&low);
	tong_agent_close(a);
	p_free(&p);
}

/* Also in what is no row any more. */
static bool in_files(const char *dir, const char *text)
{
	static const char *const names[] = { "ledger.db", "ledger.db-wal" };
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		struct tong__buf b;
		char path[4096];

		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		tong__buf_init(&b, 1u << 24);
		if (tong__file_read(path, &b, NULL) == 0 && b.data)
			found = found || memmem(b.data, b.len, text, strlen(text));
		tong__buf_free(&b);
	}
	return found;
}

static int first_said(void *arg, const struct tong__said *s)
{
	*(json_t **)arg = json_pack("{s:s?, s:O?}", "item", s->item, "body", s->body);
	return 1;
}

static void U12_what_was_said_comes_to_its_end(void)
{
	json_t *s;

	begin("ends");
	CHECK_ALIVE();
	say(&low, "A");
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 86399, NULL), 0);
	CHECK_INT(tong__ledger_said(low.ledger, false, first_said, &s, NULL), 1);
	CHECK(json_is_object(json_object_get(s, "body")));
	json_decref(s);
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 86400, NULL), 0);
	CHECK_INT(tong__ledger_said(low.ledger, false, first_said, &s, NULL), 1);
	CHECK(!json_is_object(json_object_get(s, "body")));
	json_decref(s);
	CHECK_INT(said(&low), 1);
	CHECK_INT(tong__ledger_count(low.ledger, "ended"), 1);
	end();
}

static void U12_nothing_of_it_is_left_in_the_files(void)
{
	char text[400], dir[512];

	begin("gone");
	CHECK_ALIVE();
	snprintf(dir, sizeof dir, "%s/gone-low", tong_test_dir());
	snprintf(text, sizeof text,
			 "{\"kind\":\"feedback\",\"id\":\"A\",\"what\":\"wrong\",\"text\":\"words of "
			 "somebody\",\"contact\":\"13800000000\",\"until\":%lld}",
			 (long long)now_is + 86400);
	add(&low, text);
	CHECK(in_files(dir, "13800000000"));
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 86399, NULL), 0);
	CHECK(in_files(dir, "13800000000"));
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 86400, NULL), 0);
	CHECK(!in_files(dir, "13800000000"));
	CHECK(!in_files(dir, "words of somebody"));
	end();
}

/* P9: a clock that jumps is given a day to be set right. */
static void P9_a_clock_that_jumps_ends_nothing(void)
{
	begin("jump");
	CHECK_ALIVE();
	say(&low, "A");
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 10, NULL), 0);
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 400 * 86400, NULL), 0);
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 400 * 86400 + 86399, NULL), 0);
	CHECK_INT(tong__ledger_count(low.ledger, "ended"), 0);
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 20, NULL), 0); /* set right */
	CHECK_INT(tong__ledger_count(low.ledger, "ended"), 0);
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 400 * 86400, NULL), 0);
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 401 * 86400, NULL), 0); /* it was right */
	CHECK_INT(tong__ledger_count(low.ledger, "ended"), 1);
	end();
}

/* P9: what was said while the clock stood in 1970 has its time from when that was seen. */
static void P9_a_clock_of_1970_ends_nothing(void)
{
	int64_t right = now_is;

	begin("1970");
	CHECK_ALIVE();
	now_is = 86400;
	say(&low, "A");
	CHECK_INT(tong__ledger_purge(low.ledger, now_is + 1000, NULL), 0);
	now_is = right;
	CHECK_INT(tong__ledger_purge(low.ledger, right, NULL), 0);
	CHECK_INT(tong__ledger_count(low.ledger, "ended"), 0);
	CHECK_INT(tong__ledger_purge(low.ledger, right + 86399, NULL), 0);
	CHECK_INT(tong__ledger_count(low.ledger, "ended"), 0);
	CHECK_INT(tong__ledger_purge(low.ledger, right + 86400, NULL), 0);
	CHECK_INT(tong__ledger_count(low.ledger, "ended"), 1);
	end();
}

int main(void)
{
	RUN(U1_a_key_is_made_once_and_for_its_owner_alone);
	RUN(U4_a_line_is_signed_as_a_whole);
	RUN(U4_what_is_no_line_is_refused);
	RUN(U7_packets_are_whole_or_refused);
	RUN(P9_a_lost_receipt_sends_again_and_counts_once);
	RUN(U2_nobody_is_heard_before_approval);
	RUN(U5_a_number_that_is_taken_is_signed_anew_and_counted_once);
	RUN(feedback_is_checked_member_by_member);
	RUN(U12_what_was_said_comes_to_its_end);
	RUN(U12_nothing_of_it_is_left_in_the_files);
	RUN(P9_a_clock_that_jumps_ends_nothing);
	RUN(P9_a_clock_of_1970_ends_nothing);
	return tong_test_done();
}
