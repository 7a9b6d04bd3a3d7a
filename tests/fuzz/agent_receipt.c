/* Fuzzes receipts: the body of one, signed by the node above, and the line as it is. */
#include "tests/fuzz/ledgers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct tong__identity *above;
static struct named names[4] = { { "@L", "" }, { "@H", "" }, { "@1", "" }, { "@2", "" } };
static struct kept lower;

/* The digest by which the receipt names the report, of this node's report 'seq'. */
static void digest_of(int64_t seq, struct named *name)
{
	char digest[TONG_HEX];
	struct tong__report r;
	struct tong__buf line;

	tong__buf_init(&line, TONG_MAX_REPORT);
	if (tong__ledger_line(low.ledger, tong__identity_id(low.me), seq, &line, NULL) ||
		tong__report_read((struct tong__str){ line.data, line.len }, TONG_MAX_REPORT, &r, NULL))
		abort();
	tong__report_digest(&r, digest);
	snprintf(name->text, sizeof name->text, "%.16s", digest);
	tong__buf_free(&line);
}

static void start(void)
{
	begin_approved("receipt");
	above = high.me;
	say(&low, "0000-0000-0000-0001");
	say(&low, "0000-0000-0000-0002");
	strcpy(names[0].text, tong__identity_id(low.me));
	strcpy(names[1].text, tong__identity_id(above));
	digest_of(2, &names[2]);
	digest_of(3, &names[3]);
	keep_ledger(&lower, &low, dir_of("receipt-low"));
}

/* A receipt leaves no more waiting than before, unless it has reports numbered anew (U5). */
static void take(const char *line, size_t n)
{
	tong_error err = TONG_ERROR_INIT;
	uint64_t done = 0;
	int before = pending(&low);
	int rc = tong__outbox_receipt(&low, (struct tong__str){ line, n }, &done, &err);

	if (rc ? rc != err.code || !err.message[0] || pending(&low) != before
		   : pending(&low) > before && !memmem(line, n, "number", 6))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tong__buf line;
	json_t *body;
	char *text;

	if (!lower.bytes.data)
		start();
	text = fill(data, n, names, 4);
	open_again(&lower, &low);
	take(text, strlen(text));
	body = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	tong__buf_init(&line, TONG_MAX_RECEIPT);
	if (body && tong__report_write(above, 0, body, TONG_MAX_RECEIPT, &line, NULL) == 0)
		take(line.data, line.len - 1);
	tong__buf_free(&line);
	json_decref(body);
	free(text);
	tong__outbox_close(&low);
	return 0;
}
