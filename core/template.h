/* The logic-less template engine (FORMAT section 8): compiled once, rendered over JSON values. */
#ifndef TONG_CORE_TEMPLATE_H
#define TONG_CORE_TEMPLATE_H

#include "core/noted.h"

#include "core/buf.h"
#include "core/err.h"

/* a set of named templates that may include one another; read-only once linked */
struct tong__templates;

int tong__templates_new(struct tong__templates **out, tong_error *);
void tong__templates_free(struct tong__templates *);

/* Compiles and adds one; errors name template:line and the rule (X1-X3). */
int tong__templates_add(struct tong__templates *, const char *name,
                        const char *text, size_t n, tong_error *);
/* After the last addition: every {{>name}} exists, no cycles. */
int tong__templates_link(struct tong__templates *, tong_error *);

bool tong__templates_have(const struct tong__templates *, const char *name);

/* Appends the page. Thread-safe on a linked set. An unknown name is TONG_E_REFERENCE (X1). */
int tong__template_render(const struct tong__templates *, const char *name, const json_t *root,
                          struct tong__buf *out, tong_error *);

/* ---- pages that have much in common ---- */

/* What many views share: members that a view itself does not have are looked up here. Of a page it
 * keeps the text that asks for nothing of the view itself, and copies it into the next page. For
 * one thread and one set; "lang" and "root" are the same in all views that share it. */
struct tong__common;

/* Takes over 'view' also when memory is out (NULL then). */
struct tong__common *tong__common_new(json_t *view);
void tong__common_free(struct tong__common *);
const json_t *tong__common_view(const struct tong__common *);
int tong__template_render_over(const struct tong__templates *, const char *name,
                               const json_t *root, struct tong__common *, struct tong__buf *out,
                               tong_error *);

/* Appends text so that it cannot leave an element or a quoted attribute. The buffer's error. */
int tong__escape_text(struct tong__buf *, const char *, size_t);

#endif
