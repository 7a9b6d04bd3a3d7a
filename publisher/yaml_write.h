/* The canonical text of catalogue files in YAML: what `fmt` and `import` write, the same bytes
 * for the same values. */
#ifndef TONG_PUBLISHER_YAML_WRITE_H
#define TONG_PUBLISHER_YAML_WRITE_H

#include "core/buf.h"
#include "core/element.h"
#include "publisher/doc.h"

/*
 * The form: members in the order of the element table (what it does not know comes last, in its
 * own order), two spaces of indent, lists of mappings as blocks, short mappings and lists of
 * words in one line, text of several lines as a block, double quotes only where plain text would
 * be read as something else, and always around a `code`. No comments: a comment of the source is
 * not in the values and is lost. */

/* Appends a file that is YAML only. 'order' may be NULL: members stay in their order. Returns
 * out->failed. */
int tong__yaml_write(const json_t *root, const struct tong__element *order, struct tong__buf *out);

/* Appends a Markdown file: front matter, then the sections, those that 'order' knows first and
 * in its order. */
int tong__yaml_write_markdown(const json_t *root, const struct tong__section *sections, size_t n,
                              const struct tong__element *order, struct tong__buf *out);

#endif
