/* Inside the template engine: the compiled form, and the HTML contexts that rule X2 speaks of. */
#ifndef TONG_CORE_TEMPLATE_OP_H
#define TONG_CORE_TEMPLATE_OP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/template.h"

#define TONG_TEMPLATE_NESTING 32   /* sections in sections; ours need 5 */

enum tong__op_kind {
	TONG__OP_TEXT,
	TONG__OP_VALUE,
	TONG__OP_SECTION,
	TONG__OP_INVERTED,
	TONG__OP_PARTIAL
};
enum tong__escape {
	TONG__AS_TEXT, TONG__AS_URL, TONG__AS_LINK, TONG__AS_JSON, TONG__AS_HTML,
	TONG__AS_CHINESE,          /* text in an element that the template marks as Chinese */
	TONG__AS_PROSE,            /* text outside of tags, where an element may stand */
	TONG__AS_SVG               /* as HTML, but no HTML element may stand in it */
};

/* One step of a name; the strings lie in the template's own copy of its text. */
struct tong__part {
	const char *name;
	size_t len;
	bool optional;             /* written with '?' */
};

struct tong__op {
	enum tong__op_kind kind;
	enum tong__escape escape;
	const char *text;          /* text, or the partial's name */
	size_t len;                /* of text; of a section: index of the op after it */
	size_t part, n_parts;      /* the name; 0 parts is the current element */
	size_t target;             /* a partial's template, known once linked */
	unsigned line;
	bool of_page;              /* the name is of the page, whatever the element has (X1) */
};

struct tong__template {
	char *name, *text;
	struct tong__op *ops;
	size_t n_ops, cap_ops;
	struct tong__part *parts;
	size_t n_parts, cap_parts;
	size_t first;              /* its ops are numbered from here on, in a linked set */
	int depth;                 /* partials below it; -1 not known yet, -2 being looked at */
};

struct tong__templates {
	struct tong__template *at;
	size_t n, cap;
	size_t n_ops;              /* of all, once linked */
	bool linked;
};

/* Fills ops and parts from t->text (n bytes, NUL after them, cut up in place). */
int tong__template_compile(struct tong__template *, size_t n, tong_error *);
/* The fault of a template: subject "name:line". */
int tong__template_fail(const struct tong__template *, unsigned line, int code, const char *text,
                        tong_error *);

/* ---- one page being rendered ---- */

struct tong__render {
	const struct tong__templates *set;
	const json_t *root;
	struct tong__common *common;   /* or NULL */
	struct tong__buf *out;
	tong_error *err;
	bool mark;                 /* X4: the page is not Chinese */
	const char *lang;          /* of the page; NULL: not said */
	bool cut;                  /* into pieces of what is common; 'out' is their text */
};

int tong__render_ops(const struct tong__render *, const struct tong__template *, size_t from,
                     size_t upto, const json_t *frame);
/* Where a name of the page is kept, once it was found in what is common; NULL: it cannot be. */
const json_t **tong__common_known(struct tong__common *, const struct tong__template *,
                                  const struct tong__op *);
/* The first step of the op's name in the page, or in what is common: for most names it is known
 * once for all pages in which of the two they are not. */
const json_t *tong__common_first(struct tong__common *, const struct tong__template *,
                                 const struct tong__op *, const json_t *root);
/* Index of the op after this one and what belongs to it. */
size_t tong__op_end(const struct tong__template *, size_t op);

/* Does the op ask for what views have of their own? */
bool tong__common_asks(const struct tong__common *, const struct tong__template *,
                       const struct tong__op *, const json_t *frame, const json_t *root);
/* The text so far is a piece, this op follows it; 'frame' NULL: the view. Or TONG_E_NOMEM. */
int tong__common_cut(struct tong__common *, const struct tong__template *, size_t op,
                     const json_t *frame);
/* Renders from pieces, made for this view unless those of the view before serve. */
int tong__common_render(struct tong__common *, const struct tong__render *,
                        const struct tong__template *);

/* ---- contexts: where in HTML the next byte of a template stands ---- */

enum tong__html_state {
	TONG__H_TEXT, TONG__H_OPEN, TONG__H_NAME, TONG__H_TAG, TONG__H_ATTR, TONG__H_AFTER_ATTR,
	TONG__H_EQ, TONG__H_DQ, TONG__H_SQ, TONG__H_BARE, TONG__H_COMMENT, TONG__H_DECL, TONG__H_RAW
};

struct tong__html {
	enum tong__html_state state;
	bool closing;              /* </name */
	/* in an attribute: no fixed text yet, so a value decides the scheme */
	bool start;
	bool delimit;              /* a section ended inside a name: a delimiter must follow */
	char tag[16], attr[24];    /* lower case, cut off */
	char tail[16];             /* what was read towards the end of a comment or raw text */
};

/* Each returns NULL, or what X2 says against it. */
const char *tong__html_text(struct tong__html *, const char *, size_t);
const char *tong__html_value(struct tong__html *, enum tong__escape, const char *last_part);
/* A section begins or ends, or a partial stands here. */
const char *tong__html_break(struct tong__html *);
/* At the end of a section: it may run never or often, so it must leave the context as it was. */
const char *tong__html_join(struct tong__html *, const struct tong__html *before);

/* ---- escaping: append by context; no allocation but the buffer's own ---- */

int tong__escape_url(struct tong__buf *, const char *, size_t);
int tong__escape_link(struct tong__buf *, const char *, size_t);
int tong__escape_json(struct tong__buf *, const json_t *, int depth);
/* X4: text with its Chinese marked; the second is escaped already. */
int tong__escape_prose(struct tong__buf *, const char *, size_t);
int tong__mark_text(struct tong__buf *, const char *, size_t);
/* X5: of a text among Chinese, marked as of the page's language when it holds no Chinese. */
int tong__escape_among(struct tong__buf *, const char *, size_t, const char *lang);

#endif
