/* Source text must be UTF-8 without BOM, with LF line ends and without control characters. */
#ifndef TONG_PUBLISHER_ENCODING_H
#define TONG_PUBLISHER_ENCODING_H

#include "publisher/finding.h"

/* Reports the first fault as file-encoding, and marks of a merge as file-conflict. False
 * when the text cannot be read on: not UTF-8. */
bool tong__encoding_check(const char *path, const char *text, size_t n, struct tong__findings *);

/* Line and column (in characters) of a byte offset, 1-based. */
void tong__place_of(const char *text, size_t offset, unsigned *line, unsigned *column);

#endif
