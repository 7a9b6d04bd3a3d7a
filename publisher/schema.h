/* What the element table and the rules say, for programs and for editors: generated, never
 * written by hand. */
#ifndef TONG_PUBLISHER_SCHEMA_H
#define TONG_PUBLISHER_SCHEMA_H

#include <jansson.h>

#include "core/buf.h"
#include "core/element.h"

/* JSON Schema (draft 2020-12) of an item's front matter. New reference; NULL when memory is out. */
json_t *tong__schema(void);

/* Markdown: every element with class, type, ceiling and enumeration; every rule with clause and
 * hint. Return out->failed. */
int tong__reference_elements(struct tong__buf *out);
int tong__reference_rules(struct tong__buf *out);

/* "统一", "只可更优", "本地". */
const char *tong__class_zh(enum tong__element_class);

#endif
