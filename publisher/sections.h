/* The body of a Markdown file: lines and level-2 sections. */
#ifndef TONG_PUBLISHER_SECTIONS_H
#define TONG_PUBLISHER_SECTIONS_H

#include "core/record.h"
#include "publisher/doc.h"

/* Text read line by line. */
struct tong__lines_of {
	const char *at, *end;
	unsigned number;   /* of the line given last; 0 before the first */
};

/* The next line, without its end of line. */
bool tong__next_line(struct tong__lines_of *, struct tong__str *line);

/* Adds the sections of the rest of the text to the document. Text before the first heading is a
 * section with an empty heading: notices have such text, items must not. */
int tong__sections_cut(struct tong__doc *, struct tong__lines_of rest, struct tong__findings *,
                       tong_error *);

#endif
