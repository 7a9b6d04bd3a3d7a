/* Messages in the reader's language: English in the code, other languages in po/. */
#ifndef TONG_CORE_MESSAGE_H
#define TONG_CORE_MESSAGE_H

#include <stdbool.h>

/*
 * The text of a message in the language of the process (gettext, domain "tong"); the English text
 * itself when there is no other. Never NULL; not yours; lives as long as the process. UTF-8,
 * whatever the character set of the locale. An empty text stays empty.
 *
 * The libraries choose no language: whoever calls setlocale does (core/language.h for our own
 * programs). Nor do they say where the catalogue lies: unless the process calls
 * bindtextdomain("tong", DIR), libc looks below its own share/locale, which is right for a
 * package installed in /usr.
 */
const char *tong__text(const char *english) __attribute__((format_arg(1)));

/* Marks a text where it is printed, and one in a table that is printed through tong__text later.
 * The functions that translate what they are given (tong__fail, tong__find …) stand in
 * po/keywords; their callers write plain English. */
#define _(english) tong__text(english)
#define N_(english) english

/* Is the language Chinese? The catalogue itself tells. For tables that hold both languages. */
bool tong__chinese(void);

#endif
