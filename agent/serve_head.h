/* What the headers of a request ask for, read from their text alone (RFC 9110). */
#ifndef TONG_AGENT_SERVE_HEAD_H
#define TONG_AGENT_SERVE_HEAD_H

#include <stdbool.h>
#include <stdint.h>

/* How a body is written. */
enum tong__coding { TONG_PLAIN, TONG_GZIP, TONG_BR, TONG_ZSTD, TONG_N_CODINGS };

extern const char *const tong__coding_names[TONG_N_CODINGS];

/* Section 12.5.3: the coding that Accept-Encoding (NULL: absent) likes best of those there are.
 * Among equals 'large' decides: br is shortest for a page, zstd takes least time for a large file.
 * False: it takes none of them, not even a body as it is. */
bool tong__coding_choose(const char *accept, bool large, enum tong__coding *out);

/* Section 13.1.2: does If-None-Match name this tag (with its quotes)? Compared weakly. */
bool tong__etag_listed(const char *list, const char *etag);

/* Section 14: the part that Range asks for, when If-Range allows it (either may be NULL). More than
 * one range, and what is no range of bytes, is answered with the whole, as the RFC allows. */
enum tong__range { TONG_WHOLE, TONG_PART, TONG_BEYOND };
enum tong__range tong__range_of(const char *range, const char *if_range, const char *etag,
								uint64_t size, uint64_t *from, uint64_t *n);

#endif
