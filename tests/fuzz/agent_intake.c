/* Fuzzes what a collector takes in: lines "WHO SEQ BODY" are signed by that node (a approved, w
 * waiting, n new), others come as they are. */
#include "agent/intake.h"
#include "tests/fuzz/ledgers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct tong__identity *nodes[3];
static struct named names[3] = { { "@A", "" }, { "@W", "" }, { "@N", "" } };
static struct kept upper;

static void start(void)
{
	begin_approved("intake");
	ask(&high, "自己", "510000");
	nodes[0] = low.me;
	for (int i = 1; i < 3; i++)
		if (tong__identity_open(&nodes[i], dir_of(i == 1 ? "waiting" : "new"), true, NULL))
			abort();
	for (int i = 0; i < 3; i++)
		strcpy(names[i].text, tong__identity_id(nodes[i]));
	keep_ledger(&upper, &high, dir_of("intake-high"));
}

/* One line of the input becomes one of the packet. */
static void add_line(const char *line, size_t n, struct tong__buf *out)
{
	static const char who[] = "awn";
	const char *at = n > 1 && line[1] == ' ' ? strchr(who, line[0]) : NULL;
	char *body;
	long long seq = at ? strtoll(line + 2, &body, 10) : 0;
	json_t *json = NULL;

	if (at && body < line + n)
		json = json_loadb(body, (size_t)(line + n - body), JSON_REJECT_DUPLICATES, NULL);
	if (!json || tong__report_write(nodes[at - who], seq, json, TONG_MAX_REPORT, out, NULL)) {
		tong__buf_add(out, line, n);
		tong__buf_addc(out, '\n');
	}
	json_decref(json);
}

/* The receipt is a line of this node's, signed. */
static void check_receipt(const struct tong__buf *receipt)
{
	struct tong__report r;

	if (receipt->len < 2 ||
		tong__report_read((struct tong__str){ receipt->data, receipt->len - 1 }, TONG_MAX_RECEIPT,
						  &r, NULL) ||
		!tong__report_signed(&r) || strcmp(r.node, tong__identity_id(high.me)) != 0 || r.seq != 0)
		abort();
}

static uint64_t take_in(const struct tong__buf *lines)
{
	struct tong__intake count = { 0, 0, 0, 0 };
	tong_error err = TONG_ERROR_INIT;
	struct tong__buf receipt;
	int rc;

	tong__buf_init(&receipt, TONG_MAX_RECEIPT);
	rc = tong__intake(&high, lines, NOW + 5, &receipt, &count, &err);
	if (!rc)
		check_receipt(&receipt);
	else if (rc != err.code)
		abort();
	tong__buf_free(&receipt);
	return rc ? 0 : count.fresh;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tong__buf lines;
	char *text, *end;

	if (!upper.bytes.data)
		start();
	text = fill(data, n, names, 3);
	open_again(&upper, &high);
	tong__buf_init(&lines, TONG_MAX_PACKET);
	for (char *line = text; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		add_line(line, (size_t)(end - line), &lines);
	}
	if (!lines.failed && lines.len) {
		take_in(&lines);
		/* P9: counted once. A vouching may let in what came before it. */
		if (take_in(&lines) && !strstr(text, "vouch"))
			abort();
	}
	tong__buf_free(&lines);
	free(text);
	tong__outbox_close(&high);
	return 0;
}
