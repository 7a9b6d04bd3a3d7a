/* The canonical form of a catalogue file: the same content, one way to write it. */
#ifndef TONG_PUBLISHER_FORMAT_H
#define TONG_PUBLISHER_FORMAT_H

#include "publisher/finding.h"

struct tong__buf;

/* Appends the canonical form of the file 'path' (relative to the catalogue) to 'out'. A byte order
 * mark and CR LF go; members, quotes and the order of rows (S3, S8) become those of the format;
 * values, texts and the order of lists stay. What cannot be read leaves 'out' empty: faults of form
 * are findings, a comment is TONG_E_FORMAT with path:line:column, for it would be lost. Files that
 * have no form of ours (README.md) are copied. */
int tong__format(const char *path, const char *text, size_t n, struct tong__buf *out,
				 struct tong__findings *, tong_error *);

/* The first comment of a YAML text: its line and column, counted from 'line'. False: none. */
bool tong__yaml_comment(const char *text, size_t n, unsigned *line, unsigned *column);

#endif
