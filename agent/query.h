/* What a person typed into a search box, cut into terms and turned into a full-text expression. */
#ifndef TONG_AGENT_QUERY_H
#define TONG_AGENT_QUERY_H

#include <stdbool.h>

#include "core/buf.h"

#define TONG_MAX_QUERY 512 /* bytes; more is no question */
#define TONG_MAX_TERMS 48

struct tong__query {
	char text[TONG_MAX_QUERY]; /* as typed, without blanks around it, ASCII in lower case,
								  full-width as ASCII */
	bool is_code;              /* one word of letters, digits and hyphens with a digit */
	struct {
		unsigned at, n;
	} terms[TONG_MAX_TERMS]; /* places in text */
	size_t n_terms;
};

/* False when there is no word in it, or too many. */
bool tong__query_read(struct tong__query *, const char *typed);
/* Every term a phrase that must occur. */
void tong__query_all(const struct tong__query *, struct tong__buf *expr);
/* A window of 'text' around the first place of a term, one line; empty when there is none. */
void tong__query_snippet(const struct tong__query *, const char *text, size_t n,
						 struct tong__buf *out);

#endif
