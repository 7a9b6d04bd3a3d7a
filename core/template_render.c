/* Renders a compiled template over JSON values: a walk over its ops. */
#include <stdio.h>
#include <string.h>

#include "core/limits.h"
#include "core/message.h"
#include "core/template_op.h"

static int unknown(const struct tong__render *r, const struct tong__template *t,
                   const struct tong__op *op, const char *name)
{
	char text[160];

	snprintf(text, sizeof text, _("X1: there is no value named %s here"), name);
	return tong__template_fail(t, op->line, TONG_E_REFERENCE, text, r->err);
}

/* A name of the page, or of what pages have in common. */
static const json_t *member_of_page(const struct tong__render *r, const struct tong__part *part)
{
	const json_t *v = json_object_getn(r->root, part->name, part->len);

	if (!v && r->common)
		v = json_object_getn(tong__common_view(r->common), part->name, part->len);
	return v;
}

/* The first step of a name: of the element at hand, else of the page. */
static const json_t *first_step(const struct tong__render *r, const struct tong__template *t,
                                const struct tong__op *op, const json_t *frame)
{
	const struct tong__part *part = &t->parts[op->part];
	const json_t *v = NULL;

	if (frame != r->root)
		v = json_object_getn(frame, part->name, part->len);
	if (v)
		return v;
	return r->common ? tong__common_first(r->common, t, op, r->root) : member_of_page(r, part);
}

/* A name of the page: of what pages have in common it is looked up once. */
static const json_t *look_up_page(const struct tong__render *r, const struct tong__template *t,
                                  const struct tong__op *op)
{
	const json_t **known = r->common ? tong__common_known(r->common, t, op) : NULL;
	const struct tong__part *part = &t->parts[op->part];
	const json_t *v = known ? *known : NULL;

	if (v)
		return v;
	v = first_step(r, t, op, r->root);
	for (size_t i = 1; v && i < op->n_parts; i++)
		v = json_object_getn(v, part[i].name, part[i].len);
	if (known)
		*known = v;
	return v;
}

/* X1. NULL with *rc 0 when the value may be missing, with *rc set when it may not. */
static const json_t *look_up(const struct tong__render *r, const struct tong__template *t,
                             const struct tong__op *op, const json_t *frame, int *rc)
{
	const struct tong__part *part;
	const json_t *v = frame;

	*rc = 0;
	if (op->of_page && (v = look_up_page(r, t, op)))
		return v;
	v = op->of_page ? r->root : frame;
	for (size_t i = 0; i < op->n_parts; i++) {
		part = &t->parts[op->part + i];
		v = i ? json_object_getn(v, part->name, part->len) : first_step(r, t, op, v);
		if (v)
			continue;
		if (!part->optional)
			*rc = unknown(r, t, op, part->name);
		return NULL;
	}
	return v;
}

/* W2: a link of the text that begins at the site's root is written relative to this page. */
static int put_links(const struct tong__render *r, const char *s, size_t n)
{
	static const char at_root[] = "href=\"/";
	static const struct tong__part name = {"root", 4, true};
	const size_t skip = sizeof at_root - 2;   /* up to the quote; the slash goes */
	const char *root = json_string_value(member_of_page(r, &name)), *hit;
	const char *end = s + n;
	int rc = 0;

	while (root && rc == 0 && (hit = memmem(s, (size_t)(end - s), at_root, skip + 1))) {
		rc = tong__buf_add(r->out, s, (size_t)(hit - s) + skip);
		s = hit + skip;
		if (rc == 0 && s + 1 < end && s[1] != '/') {
			rc = tong__buf_adds(r->out, root);
			s++;
		}
	}
	return rc ? rc : tong__buf_add(r->out, s, (size_t)(end - s));
}

/* Text between tags is marked (X4), what is inside of tags is not. */
static int put_html(const struct tong__render *r, const char *s, size_t n)
{
	const char *end = s + n, *at;
	int rc = 0;

	if (!r->mark)
		return put_links(r, s, n);
	while (rc == 0 && s < end) {
		at = memchr(s, '<', (size_t)(end - s));
		at = at ? at : end;
		rc = tong__mark_text(r->out, s, (size_t)(at - s));
		s = at;
		at = s < end ? memchr(s, '>', (size_t)(end - s)) : NULL;
		at = at ? at + 1 : end;
		if (rc == 0)
			rc = put_links(r, s, (size_t)(at - s));
		s = at;
	}
	return rc;
}

static int put_string(const struct tong__render *r, enum tong__escape as, const char *s, size_t n)
{
	switch (as) {
	case TONG__AS_URL:
		return tong__escape_url(r->out, s, n);
	case TONG__AS_LINK:
		return tong__escape_link(r->out, s, n);
	case TONG__AS_HTML:
		return put_html(r, s, n);
	case TONG__AS_SVG:
		return put_links(r, s, n);
	case TONG__AS_PROSE:
		return r->mark ? tong__escape_prose(r->out, s, n) : tong__escape_text(r->out, s, n);
	case TONG__AS_CHINESE:
		return r->mark ? tong__escape_among(r->out, s, n, r->lang)
		               : tong__escape_text(r->out, s, n);
	default:
		return tong__escape_text(r->out, s, n);
	}
}

static int render_value(const struct tong__render *r, const struct tong__template *t,
                        const struct tong__op *op, const json_t *frame)
{
	int rc;
	const json_t *v = look_up(r, t, op, frame, &rc);

	if (op->escape == TONG__AS_JSON && rc == 0)
		return tong__escape_json(r->out, v, TONG_MAX_JSON_DEPTH);
	if (!v || json_is_null(v))
		return rc;
	if (json_is_string(v))
		return put_string(r, op->escape, json_string_value(v), json_string_length(v));
	if (json_is_integer(v))
		return tong__buf_addf(r->out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	return tong__template_fail(t, op->line, TONG_E_FORMAT,
	                           "wanted a text or a number here, found a list, an object or a truth",
	                           r->err);
}

static bool is_truthy(const json_t *v)
{
	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_OBJECT:
		return json_object_size(v) > 0;
	case JSON_ARRAY:
		return json_array_size(v) > 0;
	case JSON_STRING:
		return json_string_length(v) > 0;
	case JSON_INTEGER:
		return json_integer_value(v) != 0;
	default:
		return json_is_true(v);
	}
}

static int render_section(const struct tong__render *r, const struct tong__template *t, size_t at,
                          const json_t *frame)
{
	const struct tong__op *op = &t->ops[at];
	int rc;
	const json_t *v = look_up(r, t, op, frame, &rc);

	if (rc || is_truthy(v) != (op->kind == TONG__OP_SECTION))
		return rc;
	if (op->kind == TONG__OP_INVERTED || !v)
		return tong__render_ops(r, t, at + 1, op->len, frame);
	if (json_is_object(v))
		return tong__render_ops(r, t, at + 1, op->len, v);
	if (!json_is_array(v))
		return tong__render_ops(r, t, at + 1, op->len, frame);
	for (size_t i = 0; rc == 0 && i < json_array_size(v); i++)
		rc = tong__render_ops(r, t, at + 1, op->len, json_array_get(v, i));
	return rc;
}

size_t tong__op_end(const struct tong__template *t, size_t op)
{
	bool section = t->ops[op].kind == TONG__OP_SECTION || t->ops[op].kind == TONG__OP_INVERTED;

	return section ? t->ops[op].len : op + 1;
}

/* What hangs on the view itself is left for each page. */
static int cut(const struct tong__render *r, const struct tong__template *t, size_t at,
               const json_t *frame)
{
	int rc = tong__common_cut(r->common, t, at, frame == r->root ? NULL : frame);

	return rc ? tong__fail_nomem(r->err) : 0;
}

static int render_op(const struct tong__render *r, const struct tong__template *t, size_t at,
                     const json_t *frame)
{
	const struct tong__op *op = &t->ops[at];
	const struct tong__template *partial = &r->set->at[op->target];

	if (r->cut && tong__common_asks(r->common, t, op, frame, r->root))
		return cut(r, t, at, frame);
	switch (op->kind) {
	case TONG__OP_TEXT:
		return tong__buf_add(r->out, op->text, op->len);
	case TONG__OP_VALUE:
		return render_value(r, t, op, frame);
	case TONG__OP_PARTIAL:
		return tong__render_ops(r, partial, 0, partial->n_ops, frame);
	default:
		return render_section(r, t, at, frame);
	}
}

int tong__render_ops(const struct tong__render *r, const struct tong__template *t, size_t from,
                     size_t upto, const json_t *frame)
{
	int rc = 0;

	for (size_t i = from; rc == 0 && i < upto; i = tong__op_end(t, i))
		rc = render_op(r, t, i, frame);
	return rc;
}

int tong__template_render(const struct tong__templates *set, const char *name, const json_t *root,
                          struct tong__buf *out, tong_error *err)
{
	return tong__template_render_over(set, name, root, NULL, out, err);
}

bool tong__templates_have(const struct tong__templates *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->at[i].name, name) == 0)
			return true;
	return false;
}

int tong__template_render_over(const struct tong__templates *set, const char *name,
                               const json_t *root, struct tong__common *common,
                               struct tong__buf *out, tong_error *err)
{
	static const struct tong__part language = {"lang", 4, true};
	struct tong__render r = {set, root, common, out, err, false, NULL, false};
	const char *lang = json_string_value(member_of_page(&r, &language));
	int rc = 0;

	r.lang = lang;
	r.mark = lang && strncmp(lang, "zh", 2) != 0;
	if (!set->linked)
		return tong__fail(err, TONG_E_USAGE, name, "the templates are not linked");
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->at[i].name, name) != 0)
			continue;
		rc = common ? tong__common_render(common, &r, &set->at[i])
		            : tong__render_ops(&r, &set->at[i], 0, set->at[i].n_ops, root);
		if (out->failed)
			return out->failed == TONG_E_LIMIT
			               ? tong__fail(err, TONG_E_LIMIT, name, "a page over %zu bytes", out->max)
			               : tong__fail_nomem(err);
		return rc;
	}
	return tong__fail(err, TONG_E_REFERENCE, name, "there is no template of this name");
}
