/* Cells as values: labels or codes, half-width or full-width, and a plain reason for what is
 * neither. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "publisher/sheet_parse.h"

json_t *tong__parse_fault(struct tong__parse *p, const char *wanted, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->fault->reason, sizeof p->fault->reason, tong__text(fmt), ap);
	va_end(ap);
	snprintf(p->fault->wanted, sizeof p->fault->wanted, "%s", tong__text(wanted));
	return NULL;
}

json_t *tong__parse_made(struct tong__parse *p, json_t *v)
{
	if (!v)
		*p->nomem = true;
	return v;
}

/* Bytes of the separator at p, 0 for none. Half-width commas separate words, never texts. */
static size_t separator(const char *p, bool comma)
{
	static const char *const always[] = {"；", ";", "\n", "^"}, *const also[] = {"、", "，", ","};

	for (size_t i = 0; i < 4; i++)
		if (tong__starts(p, always[i]))
			return strlen(always[i]);
	for (size_t i = 0; comma && i < 3; i++)
		if (tong__starts(p, also[i]))
			return strlen(also[i]);
	return 0;
}

bool tong__next_word(const char **at, bool comma, struct tong__buf *word)
{
	const char *p = *at, *end = p + strlen(p), *from;
	int depth = 0;
	size_t n = 0;

	tong__buf_clear(word);
	while (!word->len && p < end) {
		for (from = p; p < end; tong__utf8_next(&p, end)) {
			depth += tong__starts(p, "（") || *p == '(';
			depth -= depth && (tong__starts(p, "）") || *p == ')');
			n = depth ? 0 : separator(p, comma);
			if (n)
				break;
		}
		tong__buf_add(word, from, (size_t)(p - from));
		tong__buf_adds(word, "");
		if (!word->failed) {
			size_t kept;
			const char *s = tong__text_trim(word->data, &kept);

			memmove(word->data, s, kept);
			word->len = kept;
			word->data[kept] = '\0';
		}
		p += p < end ? n : 0;
	}
	*at = p;
	return word->len > 0 && !word->failed;
}

/* 5.1E+11: a spreadsheet program has thrown digits away when it showed a code as a number. */
static bool is_damaged(const char *s)
{
	size_t n = strspn(s, "0123456789.");

	return n && (s[n] == 'E' || s[n] == 'e') && (s[n + 1] == '+' || s[n + 1] == '-') &&
	       s[n + 2] && strspn(s + n + 2, "0123456789") == strlen(s + n + 2);
}

static bool digits_only(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

/* What a spreadsheet program made of a text before anybody could keep it from doing so. */
static bool cell_is_sound(struct tong__parse *p, struct tong__cell c)
{
	switch (c.kind) {
	case TONG__CELL_ERROR:
		tong__parse_fault(p, "mend the formula, or paste the value",
		                  "the cell holds a formula's error: %s", c.text);
		return false;
	case TONG__CELL_COVERED:
		tong__parse_fault(p, "split the cells and fill in each",
		                  "cells merged across columns: it is not known to which column the "
		                  "value belongs");
		return false;
	case TONG__CELL_DATE:
		if (!strcmp(p->e->name, "effective") || !strcmp(p->e->name, "cancelled") ||
		    p->e->type == TONG__T_MARKDOWN)
			return true;
		tong__parse_fault(p, "format the cell as text and type it again",
		                  "the spreadsheet program took it for a date (%s)", c.text);
		return false;
	case TONG__CELL_NUMBER:
		if (!digits_only(c.text) && p->e->type != TONG__T_TEXT && p->e->type != TONG__T_MARKDOWN) {
			tong__parse_fault(p, "format the cell as text and type it again",
			                  "the number %s is not what was typed (more than 15 digits, or a "
			                  "fraction)", c.text);
			return false;
		}
		return true;
	default:
		return true;
	}
}

static json_t *parse_text(struct tong__parse *p, const char *s)
{
	size_t n = tong__utf8_count(s, strlen(s));

	for (const char *c = s; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return tong__parse_fault(p, "one line of text", *c == '\n'
			                         ? N_("a line break in the cell")
			                         : N_("control characters in it"));
	if (p->e->max && n > p->e->max)
		return tong__parse_fault(p, "no longer than its ceiling",
		                         "%zu characters, the ceiling is %u", n, p->e->max);
	if (is_damaged(s))
		return tong__parse_fault(p, "format the column as text and type the code again",
		                         "%s is in scientific notation: the digits are lost", s);
	return tong__parse_made(p, json_string(s));
}

static json_t *parse_int(struct tong__parse *p, const char *folded)
{
	unsigned long v;

	if (is_damaged(folded) || strlen(folded) > 9 || !digits_only(folded))
		return tong__parse_fault(p, "the number alone; its unit has a column of its own",
		                         "%s is no whole number", p->text);
	v = strtoul(folded, NULL, 10);
	if (p->e->max && v > p->e->max)
		return tong__parse_fault(p, "a smaller number", "%lu is over the ceiling of %u", v,
		                         p->e->max);
	return tong__parse_made(p, json_integer((json_int_t)v));
}

static json_t *parse_bool(struct tong__parse *p, const char *folded)
{
	static const char *const yes[] = {"是", "true", "TRUE", "yes", "有", "√", "1"};
	static const char *const no[] = {"否", "false", "FALSE", "no", "无", "×", "0"};

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (!strcmp(folded, yes[i]))
			return json_true();
		if (!strcmp(folded, no[i]))
			return json_false();
	}
	return tong__parse_fault(p, "“是” or “否”", "%s is neither “是” nor “否”", p->text);
}

/* "行政许可、行政处罚 …": what can be written. */
static void list_choices(const struct tong__enum_value *v, char out[256])
{
	size_t n = 0;

	out[0] = '\0';
	for (; v->code; v++) {
		size_t more = strlen(v->label) + (n ? 3 : 0);

		if (n + more + 4 >= 256) {
			memcpy(out + n, "…", sizeof "…");
			return;
		}
		snprintf(out + n, 256 - n, "%s%s", n ? "、" : "", v->label);
		n += more;
	}
}

static bool same_folded(const char *label, const char *folded, struct tong__parse *p)
{
	return !tong__text_fold(label, &p->fold2) && !strcmp(p->fold2.data, folded);
}

/* By code, label, or a code that lost its zeros as a number. NULL when it is none. */
static const char *enum_code(struct tong__parse *p, const char *folded)
{
	const char *loose = NULL;

	for (const struct tong__enum_value *v = p->e->values; v && v->code; v++) {
		if (!strcmp(v->code, folded) || same_folded(v->label, folded, p))
			return v->code;
		if (digits_only(folded) && digits_only(v->code) &&
		    strtoul(folded, NULL, 10) == strtoul(v->code, NULL, 10))
			loose = v->code;
	}
	if (!loose && !strcmp(p->e->name, "sample") && parse_bool(p, folded) == json_true())
		return "yes";
	return loose;
}

static json_t *parse_enum(struct tong__parse *p, const char *folded)
{
	const char *code = enum_code(p, folded);
	char choices[256];

	if (code)
		return tong__parse_made(p, json_string(code));
	list_choices(p->e->values, choices);
	return tong__parse_fault(p, choices, "%s is not in the enumeration", p->text);
}

/* A code: of the catalogue's own, by code or by name; else as it is. */
static json_t *parse_code(struct tong__parse *p, const char *folded)
{
	const char *id;
	size_t n;

	if (is_damaged(folded))
		return tong__parse_fault(p, "format the column as text and type the code again",
		                         "%s is in scientific notation: the digits are lost",
		                         p->text);
	if (!tong__lookup_knows(p->e->name) || !strcmp(p->e->name, "code"))
		return parse_text(p, p->text);
	if (tong__lookup_name(p->lookup, p->e->name, folded))
		return tong__parse_made(p, json_string(folded));
	id = tong__lookup_id(p->lookup, p->e->name, p->text, &n);
	if (id)
		return tong__parse_made(p, json_string(id));
	return tong__parse_fault(p, n ? N_("write the id")
	                         : N_("an id or name of the catalogue; add a new one to its own "
	                              "sheet first"),
	                         n ? N_("of the name %s there are %zu") : N_("the catalogue has no %s"),
	                         p->text, n);
}

static json_t *parse_markdown(struct tong__parse *p)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	struct tong__buf text;
	json_t *v = NULL;
	bool same;

	tong__buf_init(&text, TONG_SHEET_CELL + 64);
	tong__buf_addf(&text, "---\nx: y\n---\n\n## %s\n\n%s\n", p->e->label, p->text);
	if (text.failed || tong__findings_new(&fs) ||
	    tong__doc_markdown(&d, "x.md", text.data, text.len, fs, NULL)) {
		*p->nomem = true;
	} else {
		same = d->n_sections == 1 && !strcmp(d->sections[0].markdown, p->text);
		if (tong__findings_count(fs) || !same)
			tong__parse_fault(p, "headings from level three (###) on, and no control characters",
			                  "this text would become another section, or it has characters "
			                  "that may not be used");
		else if (p->e->type == TONG__T_QA && strncmp(p->text, "### ", 4))
			tong__parse_fault(p, "each question as a line “### …?”, with its answer below",
			                  "text before the first question");
		else
			v = tong__parse_made(p, json_string(p->text));
	}
	tong__doc_free(d);
	tong__findings_free(fs);
	tong__buf_free(&text);
	return v;
}

static json_t *parse_value(struct tong__parse *p)
{
	switch (p->e->type) {
	case TONG__T_TEXT: return parse_text(p, p->text);
	case TONG__T_CODE: return parse_code(p, p->fold.data);
	case TONG__T_ENUM: return parse_enum(p, p->fold.data);
	case TONG__T_INT: return parse_int(p, p->fold.data);
	case TONG__T_BOOL: return parse_bool(p, p->fold.data);
	case TONG__T_MARKDOWN:
	case TONG__T_QA: return parse_markdown(p);
	default: return tong__parse_list(p);
	}
}

/* One word of a list, as if it stood alone. */
json_t *tong__parse_word(struct tong__parse *p, const struct tong__element *e, const char *word)
{
	struct tong__parse one = *p;
	json_t *v;

	one.e = e;
	one.text = word;
	tong__buf_init(&one.fold, TONG_SHEET_CELL);
	tong__buf_init(&one.fold2, TONG_SHEET_CELL);
	if (tong__text_fold(word, &one.fold)) {
		*p->nomem = true;
		v = NULL;
	} else if (e->type == TONG__T_ENUMS) {
		v = parse_enum(&one, one.fold.data);
	} else if (e->type == TONG__T_TEXTS) {
		v = parse_code(&one, one.fold.data);
	} else {
		v = parse_value(&one);
	}
	tong__buf_free(&one.fold);
	tong__buf_free(&one.fold2);
	return v;
}

json_t *tong__parse_cell(const struct tong__lookup *l, const struct tong__element *e,
                         struct tong__cell c, struct tong__fault *fault, bool *nomem)
{
	struct tong__parse p = {.lookup = l, .e = e, .fault = fault, .nomem = nomem};
	json_t *v = NULL;
	size_t n;
	const char *s = tong__text_trim(c.text, &n);
	char *text = strndup(s, n);

	fault->reason[0] = fault->wanted[0] = '\0';
	*nomem = !text;
	tong__buf_init(&p.fold, TONG_SHEET_CELL);
	tong__buf_init(&p.fold2, TONG_SHEET_CELL);
	p.text = text;
	if (text && tong__text_fold(text, &p.fold))
		*nomem = true;
	if (text && !*nomem && cell_is_sound(&p, c))
		v = parse_value(&p);
	if (v)
		fault->reason[0] = '\0';
	tong__buf_free(&p.fold);
	tong__buf_free(&p.fold2);
	free(text);
	return v;
}
