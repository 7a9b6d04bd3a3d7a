/* One report as it travels: a signed line; and packets of them (FORMAT U4, U7). */
#ifndef TONG_AGENT_REPORT_H
#define TONG_AGENT_REPORT_H

#include "core/noted.h"
#include <stdint.h>

#include "agent/identity.h"
#include "core/buf.h"
#include "core/record.h"

/* Slices point into the line. */
struct tong__report {
	char node[TONG_NODE_ID];
	char sig[TONG_NODE_SIG];
	int64_t seq;
	struct tong__str body;
	struct tong__str line; /* without LF */
};

/* 'max' bytes with LF: TONG_MAX_REPORT, of a receipt TONG_MAX_RECEIPT. TONG_E_LIMIT. */

/* Signs 'body' and appends its line with LF. */
int tong__report_write(const struct tong__identity *, int64_t seq, const json_t *body, size_t max,
					   struct tong__buf *out, tong_error *);
/* The envelope alone: trusted for nothing before tong__report_signed. */
int tong__report_read(struct tong__str line, size_t max, struct tong__report *out, tong_error *);
bool tong__report_signed(const struct tong__report *);
/* The body as JSON, checked by its kind (U6). *out is yours. */
int tong__report_body(const struct tong__report *, json_t **out, tong_error *);
/* SHA-256 of the line without LF, in hex. */
void tong__report_digest(const struct tong__report *, char out[TONG_HEX]);

/* Is this body what U6 asks of its kind? TONG_E_FORMAT, TONG_E_LIMIT with the member as subject. */
int tong__report_check(const json_t *body, tong_error *);

/* Appends the packet of these lines. */
int tong__packet_write(const char *lines, size_t n, struct tong__buf *out, tong_error *);
/* The packet at *p, which moves behind it; its lines replace what 'lines' held. */
int tong__packet_read(const char **p, const char *end, struct tong__buf *lines, tong_error *);
/* Each line of a packet's content without its LF; 'fn' returns 0 to go on. */
int tong__packet_each(const struct tong__buf *lines,
					  int (*fn)(void *arg, struct tong__str line, tong_error *), void *arg,
					  tong_error *);

#endif
