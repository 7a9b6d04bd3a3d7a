/* The door to libyaml: mappings, sequences and scalars; every other feature of YAML is a
 * finding. */
#include "publisher/yaml_read.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/limits.h"
#include "core/message.h"
#include "publisher/encoding.h"
#include "publisher/yaml_words.h"

/* A mapping or sequence that is still open. */
struct level {
	json_t *value;
	struct tong__mark at;
	char *key;                 /* mapping: the key whose value comes next */
	bool skip;                 /* that value has no place: its key is a duplicate or no name */
	/* of its members; the memory serves the next container of this depth */
	struct tong__mark *marks;
	size_t n, cap;
};

struct reader {
	const char *path, *text;
	unsigned first_line;
	struct tong__findings *fs;
	yaml_parser_t parser;
	struct level stack[TONG_MAX_YAML_DEPTH];
	size_t depth, nodes;
	/* 'dropped' keeps values without a place alive while they are read */
	json_t *root, *dropped;
	struct tong__marks *marks;
	bool bad, nomem;
};

static struct tong__mark mark_of(const struct reader *r, yaml_mark_t m)
{
	return (struct tong__mark){(unsigned)m.line + r->first_line, (unsigned)m.column + 1};
}

static void report(struct reader *r, const char *rule, struct tong__mark m, const char *wanted,
                   const char *found)
{
	tong__find(r->fs, rule, r->path, m.line, m.column, "", r->path, wanted, "%s",
	           tong__text(found));
}

/* The text cannot be read on. */
static void refuse(struct reader *r, const char *rule, struct tong__mark m, const char *wanted,
                   const char *found)
{
	report(r, rule, m, wanted, found);
	r->bad = true;
}

/* libyaml reports a quote that is never closed at the end of the file; the editor needs the place
 * where it opens. */
static void syntax_error(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct tong__mark m = mark_of(r, p->problem_mark);

	if (p->error == YAML_MEMORY_ERROR) {
		r->nomem = true;
		return;
	}
	if (p->error == YAML_READER_ERROR) {
		tong__place_of(r->text, p->problem_offset, &m.line, &m.column);
		m.line += r->first_line - 1;
	} else if (p->context && strstr(p->context, "quoted scalar")) {
		m = mark_of(r, p->context_mark);
	}
	refuse(r, "yaml-syntax", m, tong__yaml_context(p->context),
	       tong__yaml_problem(p->problem));
}

static bool add_mark(struct level *l, struct tong__mark m)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		struct tong__mark *p = realloc(l->marks, cap * sizeof *p);

		if (!p)
			return false;
		l->marks = p;
		l->cap = cap;
	}
	l->marks[l->n++] = m;
	return true;
}

/* Puts a finished scalar or a container that opens where it belongs; takes over the reference. */
static void place(struct reader *r, json_t *value, struct tong__mark m)
{
	struct level *l = r->depth ? &r->stack[r->depth - 1] : NULL;
	int rc;

	if (!l) {
		rc = json_array_append_new(r->dropped, value);
		if (json_is_object(value))
			r->root = json_incref(value);
		else
			refuse(r, "yaml-syntax", m, "a group of “name: value”",
			       "the file as a whole is no group of names and values");
	} else if (json_is_array(l->value)) {
		rc = json_array_append_new(l->value, value) || !add_mark(l, m) ? -1 : 0;
	} else if (l->skip) {
		rc = json_array_append_new(r->dropped, value);
		l->skip = false;
	} else {
		rc = json_object_set_new_nocheck(l->value, l->key, value);
		free(l->key);
		l->key = NULL;
	}
	if (rc)
		r->nomem = true;
}

static bool wants_key(const struct reader *r)
{
	const struct level *l = r->depth ? &r->stack[r->depth - 1] : NULL;

	return l && json_is_object(l->value) && !l->key && !l->skip;
}

static void take_key(struct reader *r, const yaml_event_t *e, struct tong__mark m)
{
	struct level *l = &r->stack[r->depth - 1];
	const char *s = (const char *)e->data.scalar.value;

	if (strlen(s) != e->data.scalar.length) {
		report(r, "yaml-feature", m, "a plain name", "a NUL character in a name");
		l->skip = true;
	} else if (json_object_get(l->value, s)) {
		report(r, "yaml-duplicate-key", m, "each name once", s);
		l->skip = true;
	} else {
		l->key = strdup(s);
		if (!l->key || !add_mark(l, m))
			r->nomem = true;
	}
}

/* -?[0-9]+ ; 1 to 15 digits stay exact everywhere (FORMAT R1), longer ones are text. */
static bool is_integer(const char *s, size_t n)
{
	size_t sign = n && *s == '-';

	if (n == sign || n - sign > 15)
		return false;
	for (size_t i = sign; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

/* 0123 is 83 to one program, 123 to another and a code to a person: it has to be quoted. */
static bool is_ambiguous(const char *s, size_t n)
{
	size_t sign = n && *s == '-';

	return is_integer(s, n) && s[sign] == '0' && (n > sign + 1 || sign);
}

static json_t *scalar_value(struct reader *r, const yaml_event_t *e, struct tong__mark m)
{
	const char *s = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	if (memchr(s, '\0', n)) {
		report(r, "yaml-feature", m, "a plain text", "a NUL character in a text");
		return json_string("");
	}
	if (plain && !strcmp(s, "true"))
		return json_true();
	if (plain && !strcmp(s, "false"))
		return json_false();
	if (plain && is_ambiguous(s, n)) {
		report(r, "yaml-feature", m, "quotes around a number that begins with 0", s);
		return json_string(s);
	}
	if (plain && is_integer(s, n))
		return json_integer(strtoll(s, NULL, 10));
	return json_stringn(s, n);
}

static void take_scalar(struct reader *r, const yaml_event_t *e, struct tong__mark m)
{
	json_t *v;

	if (wants_key(r)) {
		take_key(r, e, m);
		return;
	}
	v = scalar_value(r, e, m);
	if (v)
		place(r, v, m);
	else
		r->nomem = true;
}

static void open_container(struct reader *r, json_t *v, struct tong__mark m)
{
	struct level *l;

	if (!v) {
		r->nomem = true;
		return;
	}
	if (wants_key(r) || r->depth == TONG_MAX_YAML_DEPTH) {
		json_decref(v);
		if (wants_key(r))
			refuse(r, "yaml-feature", m, "a text as name", "a group of values as name");
		else
			refuse(r, "file-too-large", m, "at most 16 levels", "nested deeper than 16 levels");
		return;
	}
	place(r, v, m);
	l = &r->stack[r->depth++];
	l->value = v;
	l->at = m;
	l->n = 0;
	l->skip = false;
}

static void close_container(struct reader *r)
{
	struct level *l = &r->stack[--r->depth];

	if (!tong__marks_add(r->marks, l->value, l->at, l->marks, l->n))
		r->nomem = true;
}

/* The features that the format leaves out (catalog-data/README.md): each is said where it stands,
 * and reading goes on. */
static void check_features(struct reader *r, const yaml_event_t *e, struct tong__mark m)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (e->type == YAML_SCALAR_EVENT) {
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
	}
	if (anchor)
		report(r, "yaml-feature", m, "the content written out", "an anchor &");
	if (tag)
		report(r, "yaml-feature", m, "the content written out", "a tag !");
}

static void take_alias(struct reader *r, struct tong__mark m)
{
	report(r, "yaml-feature", m, "the content written out", "an alias *");
	if (wants_key(r)) {
		r->stack[r->depth - 1].skip = true;
		return;
	}
	place(r, json_string(""), m);
}

static void take_document(struct reader *r, const yaml_event_t *e, struct tong__mark m)
{
	if (e->data.document_start.version_directive ||
	    e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
		report(r, "yaml-feature", m, "no directive %", "a directive %");
	if (r->root || r->nodes > 0)
		refuse(r, "yaml-feature", m, "one document in a file", "a second document (---)");
}

static void take(struct reader *r, const yaml_event_t *e)
{
	struct tong__mark m = mark_of(r, e->start_mark);

	check_features(r, e, m);
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		take_document(r, e, m);
		return;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		close_container(r);
		return;
	case YAML_SCALAR_EVENT:
		take_scalar(r, e, m);
		break;
	case YAML_ALIAS_EVENT:
		take_alias(r, m);
		break;
	case YAML_MAPPING_START_EVENT:
		open_container(r, json_object(), m);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_container(r, json_array(), m);
		break;
	default:
		return;
	}
	if (++r->nodes > TONG_MAX_YAML_NODES)
		refuse(r, "file-too-large", m, "at most 200000 values", "more than 200000 values");
}

static void read_all(struct reader *r)
{
	yaml_event_t e;
	bool end = false;

	while (!end && !r->bad && !r->nomem) {
		if (!yaml_parser_parse(&r->parser, &e)) {
			syntax_error(r);
			return;
		}
		end = e.type == YAML_STREAM_END_EVENT;
		take(r, &e);
		yaml_event_delete(&e);
	}
}

static void clean(struct reader *r)
{
	for (size_t i = 0; i < TONG_MAX_YAML_DEPTH; i++) {
		free(r->stack[i].key);
		free(r->stack[i].marks);
	}
	json_decref(r->dropped);
	yaml_parser_delete(&r->parser);
}

int tong__yaml_read(const char *path, const char *text, size_t n, unsigned first_line,
                    struct tong__findings *fs, json_t **root, struct tong__marks *marks,
                    tong_error *err)
{
	struct reader r = {.path = path, .text = text, .first_line = first_line, .fs = fs,
	                   .marks = marks};

	*root = NULL;
	if (!yaml_parser_initialize(&r.parser))
		return tong__fail_nomem(err);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, n);
	r.dropped = json_array();
	if (r.dropped)
		read_all(&r);
	else
		r.nomem = true;
	if (r.bad || !r.root) {
		json_decref(r.root);
		r.root = json_object();
	}
	clean(&r);
	tong__marks_sort(marks);
	if (r.nomem || !r.root) {
		json_decref(r.root);
		return tong__fail_nomem(err);
	}
	*root = r.root;
	return 0;
}
