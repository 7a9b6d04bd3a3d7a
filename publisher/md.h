/* Markdown to safe HTML: raw HTML and dangerous links of the source do not come through. */
#ifndef TONG_PUBLISHER_MD_H
#define TONG_PUBLISHER_MD_H

#include <jansson.h>

/* HTML without a newline at the end; malloc'd. */
char *tong__md_html(const char *markdown);

/* A FAQ: each level-3 heading is a question, what follows it the answer: [{"q": text, "a_html":
 * html}…]. An answer that is not written yet is left out (FORMAT R4). Text before the first
 * question has no place and is left out: the loader reports it. */
json_t *tong__md_faq(const char *markdown);

/* Another version of the library may write other HTML. */
const char *tong__md_version(void);

#endif
