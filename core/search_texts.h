/* What is searched of a record: its texts for people, as plain text. */
#ifndef TONG_CORE_SEARCH_WORDS_H
#define TONG_CORE_SEARCH_WORDS_H

#include "core/record.h"

/* The text in which an item or listing is found: its names, other short facts, and the rest as
 * plain text. */
struct tong__searched {
	struct tong__buf name, also, text;
	struct tong__buf html; /* inside: one text before its tags go */
};
void tong__searched_init(struct tong__searched *);
void tong__searched_clear(struct tong__searched *);
void tong__searched_free(struct tong__searched *);
/* 'line' is a record's, without LF. */
void tong__searched_item(struct tong__searched *, struct tong__str line);
void tong__searched_listing(struct tong__searched *, struct tong__str line);

/* Appends HTML as plain text: tags become spaces, entities characters. */
void tong__searched_html(struct tong__buf *out, const char *html);

/* A code as it is compared: letters in upper case. */
void tong__alias_form(const char *code, char *out, size_t max);

#endif
