/* A YAML document, or a Markdown file with YAML front matter, as JSON values that remember their
 * line and column. */
#ifndef TONG_PUBLISHER_DOC_H
#define TONG_PUBLISHER_DOC_H

#include <jansson.h>

#include "publisher/finding.h"

struct tong__section {
	char *heading;      /* text of the level-2 heading */
	char *markdown;     /* what follows it, without the heading */
	unsigned line;      /* of the heading, 1-based */
};

struct tong__doc {
	char *path;         /* relative to the catalogue */
	json_t *root;       /* object; empty object when the text could not be read */
	bool unread;        /* … which a finding of form says: what is missing says nothing */
	struct tong__section *sections;   /* Markdown files only */
	size_t n_sections;
	struct tong__marks *marks;
};

/* Reads text. Every fault (bad UTF-8, YAML syntax, duplicate key, anchor, tag, over a ceiling, no
 * front matter) is a finding of a form rule, never a failure; only NOMEM is returned. Plain
 * scalars: true/false -> bool, decimal integers -> integer (YAML 1.2 core; quoted ones stay
 * strings), everything else a string; empty -> "". */
int tong__doc_yaml(struct tong__doc **out, const char *path, const char *text, size_t n,
                   struct tong__findings *, tong_error *);
int tong__doc_markdown(struct tong__doc **out, const char *path, const char *text, size_t n,
                       struct tong__findings *, tong_error *);
void tong__doc_free(struct tong__doc *);
/* A document of these values only, at no known place. 'root' is taken over, also on failure. */
int tong__doc_of(struct tong__doc **out, const char *path, json_t *root, tong_error *);

/* Where member 'key' (or element 'index' when key is NULL) of 'container' stands; the container's
 * own place when unknown. */
struct tong__mark { unsigned line, column; };
struct tong__mark tong__doc_mark(const struct tong__doc *, const json_t *container,
                                 const char *key, size_t index);

#endif
