/* Fuzzes reports: as a packet, as the lines inside one, and as a body whose signature was good. */
#include <stdint.h>
#include <stdlib.h>

#include "agent/report.h"
#include "core/json.h"
#include "core/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int read_line(void *arg, struct tong__str line, tong_error *err)
{
	struct tong__report r;
	json_t *body = NULL;
	char digest[TONG_HEX];

	(void)arg;
	if (tong__report_read(line, TONG_MAX_REPORT, &r, err))
		return 0;
	if (r.body.n > line.n || r.seq < 0)
		abort();
	tong__report_signed(&r);
	tong__report_digest(&r, digest);
	if (tong__report_body(&r, &body, err) == 0 && !json_is_object(body))
		abort();
	json_decref(body);
	return 0;
}

static void read_packets(const char *p, const char *end)
{
	struct tong__buf lines;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&lines, TONG_MAX_PACKET);
	while (p < end && tong__packet_read(&p, end, &lines, &err) == 0) {
		if (lines.len == 0 || lines.len > TONG_MAX_PACKET)
			abort();
		tong__packet_each(&lines, read_line, NULL, &err);
	}
	tong__buf_free(&lines);
}

/* As the content of a packet: whole lines. */
static void read_lines(const uint8_t *data, size_t n)
{
	struct tong__buf lines;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&lines, TONG_MAX_PACKET);
	if (tong__buf_add(&lines, data, n) == 0 && tong__buf_addc(&lines, '\n') == 0)
		tong__packet_each(&lines, read_line, NULL, &err);
	tong__buf_free(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	json_t *body = NULL;
	tong_error err = TONG_ERROR_INIT;

	read_packets((const char *)data, (const char *)data + n);
	read_lines(data, n);
	if (tong__json_read((const char *)data, n, TONG_MAX_REPORT_DEPTH, "body", &body, &err) == 0)
		tong__report_check(body, &err);
	json_decref(body);
	return 0;
}
