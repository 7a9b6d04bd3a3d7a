/* Reports as lines and packets: written, taken apart, held to their ceilings first (FORMAT U4, U7).
 */
#include "agent/report.h"

#include <inttypes.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/zstd_frame.h"
#include "core/zstd_write.h"

#define MAX_SEQ    ((int64_t)1 << 53) /* exact in every language's numbers */
#define MAX_DIGITS 16
#define MAX_FRONT  256 /* of what is signed, before the body */

static const char domain[] = "tong-report-1\n", magic[] = "TONGRP1\n";

enum { MAGIC = sizeof magic - 1, HEADER = MAGIC + 4 };

/* ---- one line ---- */

/* What is signed (U4): with a domain, so that no signature made for something else fits. */
static int signed_bytes(const char *node, int64_t seq, const char *body, size_t n,
						struct tong__buf *out)
{
	tong__buf_addf(out, "%s%s %" PRId64 " ", domain, node, seq);
	return tong__buf_add(out, body, n);
}

int tong__report_write(const struct tong__identity *me, int64_t seq, const json_t *body, size_t max,
					   struct tong__buf *out, tong_error *err)
{
	struct tong__buf text, message;
	char sig[TONG_NODE_SIG];
	size_t before = out->len;
	int rc;

	tong__buf_init(&text, max);
	tong__buf_init(&message, max + MAX_FRONT);
	rc = tong__json_record(body, &text);
	if (!rc)
		rc = signed_bytes(tong__identity_id(me), seq, text.data, text.len, &message);
	if (rc)
		tong__fail(err, rc, NULL, "the report cannot be written in record form");
	if (!rc)
		rc = tong__identity_sign(me, message.data, message.len, sig, err);
	if (!rc) {
		tong__buf_addf(out, "%s %" PRId64 " %s ", tong__identity_id(me), seq, sig);
		tong__buf_add(out, text.data, text.len);
		tong__buf_addc(out, '\n');
		if (out->failed || out->len - before > max)
			rc = tong__fail(err, TONG_E_LIMIT, NULL, "U4: a report of over %zu bytes", max);
	}
	tong__buf_free(&text);
	tong__buf_free(&message);
	return rc;
}

/* The next part up to a blank, at most 'max' bytes with NUL; false when it is longer or empty. */
static bool part(const char **p, const char *end, char *out, size_t max)
{
	const char *blank = memchr(*p, ' ', (size_t)(end - *p));
	size_t n = blank ? (size_t)(blank - *p) : 0;

	if (n == 0 || n >= max)
		return false;
	memcpy(out, *p, n);
	out[n] = '\0';
	*p = blank + 1;
	return true;
}

static bool is_sig(const char *s)
{
	return strlen(s) == TONG_NODE_SIG - 1 && strspn(s, "0123456789abcdef") == TONG_NODE_SIG - 1;
}

/* Decimal without leading zero; 0 is for receipts. */
static bool number(const char *s, int64_t *out)
{
	int64_t n = 0;

	if (!*s || (s[0] == '0' && s[1]))
		return false;
	for (; *s >= '0' && *s <= '9'; s++)
		n = n * 10 + (*s - '0');
	*out = n;
	return *s == '\0' && n < MAX_SEQ;
}

int tong__report_read(struct tong__str line, size_t max, struct tong__report *out, tong_error *err)
{
	const char *p = line.p, *end = line.p + line.n;
	char digits[MAX_DIGITS + 1];

	if (line.n >= max)
		return tong__fail(err, TONG_E_LIMIT, NULL,
						  "U4: a report of %zu bytes, at most %zu are allowed", line.n + 1, max);
	if (!part(&p, end, out->node, sizeof out->node) || !tong__node_id_valid(out->node) ||
		!part(&p, end, digits, sizeof digits) || !number(digits, &out->seq) ||
		!part(&p, end, out->sig, sizeof out->sig) || !is_sig(out->sig) || p == end)
		return tong__fail(err, TONG_E_FORMAT, NULL, "U4: not NODE SEQ SIG BODY");
	out->body = (struct tong__str){ p, (size_t)(end - p) };
	out->line = line;
	return 0;
}

bool tong__report_signed(const struct tong__report *r)
{
	struct tong__buf message;
	bool good;

	tong__buf_init(&message, r->body.n + MAX_FRONT);
	good = signed_bytes(r->node, r->seq, r->body.p, r->body.n, &message) == 0 &&
		   tong__node_verify(r->node, message.data, message.len, r->sig);
	tong__buf_free(&message);
	return good;
}

/* Written again it must be the same bytes (R1): what is signed has one meaning for every reader. */
static int check_form(const json_t *body, struct tong__str text, tong_error *err)
{
	struct tong__buf again;
	bool same;

	tong__buf_init(&again, text.n);
	same = tong__json_record(body, &again) == 0 && again.len == text.n &&
		   memcmp(again.data, text.p, text.n) == 0;
	tong__buf_free(&again);
	return same ? 0 : tong__fail(err, TONG_E_FORMAT, NULL, "U4: the body is not in record form");
}

int tong__report_body(const struct tong__report *r, json_t **out, tong_error *err)
{
	int rc = tong__json_read(r->body.p, r->body.n, TONG_MAX_REPORT_DEPTH, r->node, out, err);

	if (rc)
		return rc;
	rc = check_form(*out, r->body, err);
	if (!rc)
		rc = tong__report_check(*out, err);
	if (rc) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}

void tong__report_digest(const struct tong__report *r, char out[TONG_HEX])
{
	struct tong__hash h;

	tong__sha256(r->line.p, r->line.n, &h);
	tong__hash_hex(&h, out);
}

/* ---- packets ---- */

int tong__packet_write(const char *lines, size_t n, struct tong__buf *out, tong_error *err)
{
	size_t start = out->len, length;
	int rc;

	tong__buf_add(out, magic, MAGIC);
	tong__buf_add(out, "\0\0\0\0", 4);
	rc = tong__zstd_write(lines, n, NULL, 0, out, err);
	if (rc)
		return rc;
	length = out->len - start - HEADER;
	for (int i = 0; i < 4; i++)
		out->data[start + MAGIC + (size_t)i] = (char)(length >> 8 * i & 255);
	return 0;
}

int tong__packet_read(const char **p, const char *end, struct tong__buf *lines, tong_error *err)
{
	size_t left = (size_t)(end - *p), n = 0;
	const unsigned char *size = (const unsigned char *)*p + MAGIC;
	int rc;

	tong__buf_clear(lines);
	if (left < HEADER || memcmp(*p, magic, MAGIC) != 0)
		return tong__fail(err, TONG_E_FORMAT, NULL, "U7: this is no packet of reports");
	for (int i = 3; i >= 0; i--)
		n = n << 8 | size[i];
	if (n > left - HEADER)
		return tong__fail(err, TONG_E_FORMAT, NULL, "U7: the packet is cut off");
	rc = tong__zstd_read(*p + HEADER, n, NULL, 0, SIZE_MAX, lines, "packet", err);
	if (rc)
		return rc;
	if (lines->len == 0 || lines->data[lines->len - 1] != '\n')
		return tong__fail(err, TONG_E_FORMAT, NULL, "U7: the packet does not hold whole lines");
	*p += HEADER + n;
	return 0;
}

int tong__packet_each(const struct tong__buf *lines,
					  int (*fn)(void *arg, struct tong__str line, tong_error *), void *arg,
					  tong_error *err)
{
	const char *p = lines->data, *end = p + lines->len;
	int n = 0;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		int rc;

		if (++n > TONG_MAX_PACKET_REPORTS)
			return tong__fail(err, TONG_E_LIMIT, NULL, "U7: more than %d reports in one packet",
							  TONG_MAX_PACKET_REPORTS);
		rc = fn(arg, (struct tong__str){ p, (size_t)(lf - p) }, err);
		if (rc)
			return rc;
		p = lf + 1;
	}
	return 0;
}
