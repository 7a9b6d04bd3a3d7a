/* Writing YAML: the canonical form of the source format (catalog-data/README.md). */
#include "publisher/yaml_write.h"

#include <string.h>
#include <strings.h>

#include "core/text.h"

struct writer {
	struct tong__buf *out;
	bool flow;                 /* inside {…} or […] */
};

static void indent(struct writer *w, unsigned depth)
{
	while (depth--)
		tong__buf_adds(w->out, "  ");
}

/* ---- scalars ---- */

/* Words that YAML 1.1, 1.2 or a spreadsheet habit would read as something other than text. */
static bool is_word(const char *s)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null",
	                                    "~", "<<", "=", ".inf", ".nan", "-.inf", "+.inf"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcasecmp(s, words[i]))
			return true;
	return false;
}

/* Numbers, dates and times, written a little wide: quotes too many do no harm. */
static bool is_numeric(const char *s)
{
	static const char of_numbers[] = "0123456789+-.:,_eExXoOabcdfABCDFtTzZ ";

	return strchr("0123456789+-.", *s) && strspn(s, of_numbers) == strlen(s);
}

/* Control characters, line ends of every kind and a byte order mark need an escape, thus quotes. */
static bool needs_escape(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff;
}

static bool any_escape(const char *s)
{
	const char *end = s + strlen(s);

	while (s < end)
		if (needs_escape(tong__utf8_next(&s, end)))
			return true;
	return false;
}

static bool is_plain(const char *s, bool flow)
{
	size_t n = strlen(s);

	if (!n || strchr(" -?:,[]{}#&*!|>%@`\"'", s[0]) || s[n - 1] == ' ' || s[n - 1] == ':')
		return false;
	if (strstr(s, ": ") || strstr(s, " #") || (flow && strpbrk(s, ",[]{}")))
		return false;
	return !is_word(s) && !is_numeric(s) && !any_escape(s);
}

static void add_escaped(struct tong__buf *out, uint32_t cp)
{
	char utf8[4];

	if (cp == '"' || cp == '\\')
		tong__buf_addf(out, "\\%c", (int)cp);
	else if (cp == '\n')
		tong__buf_adds(out, "\\n");
	else if (cp == '\t')
		tong__buf_adds(out, "\\t");
	else if (needs_escape(cp))
		tong__buf_addf(out, cp > 0xff ? "\\u%04X" : "\\x%02X", (unsigned)cp);
	else
		tong__buf_add(out, utf8, tong__utf8_put(cp, utf8));
}

static void add_quoted(struct tong__buf *out, const char *s)
{
	const char *end = s + strlen(s);

	tong__buf_addc(out, '"');
	while (s < end)
		add_escaped(out, tong__utf8_next(&s, end));
	tong__buf_addc(out, '"');
}

/* A literal block keeps these lines as they are: it ends in one line feed, and begins neither
 * blank nor indented. */
static bool is_block_text(const char *s, bool flow)
{
	size_t n = strlen(s);

	if (flow || n < 2 || s[n - 1] != '\n' || s[n - 2] == '\n' || strchr(" \n\t", s[0]))
		return false;
	for (const char *p = s, *end = s + n; p < end;) {
		uint32_t cp = tong__utf8_next(&p, end);

		if (cp != '\n' && needs_escape(cp))
			return false;
	}
	return true;
}

static void add_block_text(struct writer *w, const char *s, unsigned depth)
{
	tong__buf_adds(w->out, "|");
	while (*s) {
		size_t n = strcspn(s, "\n");

		tong__buf_addc(w->out, '\n');
		if (n)
			indent(w, depth);
		tong__buf_add(w->out, s, n);
		s += n + (s[n] == '\n');
	}
}

/* 'key' is the name of the member, or of the list that holds the value. */
static void scalar(struct writer *w, const char *key, const json_t *v, unsigned depth)
{
	const char *s = json_string_value(v);

	if (json_is_integer(v))
		tong__buf_addf(w->out, "%lld", (long long)json_integer_value(v));
	else if (json_is_boolean(v))
		tong__buf_adds(w->out, json_is_true(v) ? "true" : "false");
	else if (!s)
		tong__buf_adds(w->out, "\"\"");
	else if (is_block_text(s, w->flow))
		add_block_text(w, s, depth);
	else if (strcmp(key, "code") && is_plain(s, w->flow))
		tong__buf_adds(w->out, s);
	else
		add_quoted(w->out, s);
}

/* ---- order ---- */

static size_t rank(const struct tong__element *order, const char *name)
{
	size_t i = 0;

	while (order && order[i].name && strcmp(order[i].name, name))
		i++;
	return i;
}

static size_t ranks(const struct tong__element *order)
{
	return order ? rank(order, "") : 0;
}

static const struct tong__element *fields_of(const struct tong__element *order, const char *name)
{
	const struct tong__element *e = order ? tong__element_find(order, name) : NULL;

	return e ? e->fields : NULL;
}

/* Calls fn for each member: known ones in the table's order, then the others as they come. */
static void each_member(const json_t *obj, const struct tong__element *order,
                        void (*fn)(struct writer *, const char *, const json_t *,
                                   const struct tong__element *, unsigned, bool),
                        struct writer *w, unsigned depth)
{
	size_t last = ranks(order);
	const char *name;
	json_t *v;
	bool first = true;

	for (size_t i = 0; i < last; i++) {
		v = json_object_get(obj, order[i].name);
		if (v) {
			fn(w, order[i].name, v, order[i].fields, depth, first);
			first = false;
		}
	}
	json_object_foreach((json_t *)obj, name, v) {
		if (rank(order, name) < last)
			continue;
		fn(w, name, v, fields_of(order, name), depth, first);
		first = false;
	}
}

/* ---- one line: {a: 1, b: 2} and [a, b] ---- */

static void flow_value(struct writer *, const char *key, const json_t *,
                       const struct tong__element *);

static void flow_member(struct writer *w, const char *name, const json_t *v,
                        const struct tong__element *fields, unsigned depth, bool first)
{
	(void)depth;
	tong__buf_addf(w->out, "%s%s: ", first ? "" : ", ", name);
	flow_value(w, name, v, fields);
}

static void flow_value(struct writer *w, const char *key, const json_t *v,
                       const struct tong__element *fields)
{
	bool outer = w->flow;
	size_t i;
	json_t *one;

	w->flow = true;
	if (json_is_object(v)) {
		tong__buf_addc(w->out, '{');
		each_member(v, fields, flow_member, w, 0);
		tong__buf_addc(w->out, '}');
	} else if (json_is_array(v)) {
		tong__buf_addc(w->out, '[');
		json_array_foreach(v, i, one) {
			tong__buf_adds(w->out, i ? ", " : "");
			flow_value(w, key, one, fields);
		}
		tong__buf_addc(w->out, ']');
	} else {
		scalar(w, key, v, 0);
	}
	w->flow = outer;
}

/* ---- blocks ---- */

/* Members whose mappings are long: each of theirs has a line of its own. */
static bool is_long(const char *key)
{
	static const char *const names[] = {"materials", "licences", "themes", "articles", "halls",
	                                    "site"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(key, names[i]))
			return true;
	return false;
}

static bool has_mappings(const json_t *v)
{
	size_t i;
	json_t *one;

	json_array_foreach(v, i, one)
		if (!json_is_object(one))
			return false;
	return json_array_size(v) > 0;
}

static void block_member(struct writer *, const char *, const json_t *,
                         const struct tong__element *, unsigned, bool);

static void block_list(struct writer *w, const char *key, const json_t *list,
                       const struct tong__element *fields, unsigned depth)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one) {
		tong__buf_addc(w->out, '\n');
		indent(w, depth);
		tong__buf_adds(w->out, "- ");
		if (is_long(key) && json_object_size(one))
			each_member(one, fields, block_member, w, depth + 1);
		else
			flow_value(w, key, one, fields);
	}
}

/* The first member stands where its container begins, every other on a line of its own. */
static void block_member(struct writer *w, const char *name, const json_t *v,
                         const struct tong__element *fields, unsigned depth, bool first)
{
	if (!first) {
		tong__buf_addc(w->out, '\n');
		indent(w, depth);
	}
	tong__buf_addf(w->out, "%s:", name);
	if (has_mappings(v)) {
		block_list(w, name, v, fields, depth + 1);
	} else if (json_is_object(v) && is_long(name) && json_object_size(v)) {
		tong__buf_addc(w->out, '\n');
		indent(w, depth + 1);
		each_member(v, fields, block_member, w, depth + 1);
	} else {
		tong__buf_addc(w->out, ' ');
		if (json_is_object(v) || json_is_array(v))
			flow_value(w, name, v, fields);
		else
			scalar(w, name, v, depth + 1);
	}
}

int tong__yaml_write(const json_t *root, const struct tong__element *order, struct tong__buf *out)
{
	struct writer w = {out, false};

	if (json_object_size(root)) {
		each_member(root, order, block_member, &w, 0);
		tong__buf_addc(out, '\n');
	}
	return out->failed;
}

static void section(struct tong__buf *out, const struct tong__section *s)
{
	tong__buf_addc(out, '\n');
	if (*s->heading)
		tong__buf_addf(out, "## %s\n\n", s->heading);
	if (*s->markdown)
		tong__buf_addf(out, "%s\n", s->markdown);
}

static bool is_known(const struct tong__element *order, const char *heading)
{
	for (; order && order->name; order++)
		if ((order->type == TONG__T_MARKDOWN || order->type == TONG__T_QA) &&
		    !strcmp(order->label, heading))
			return true;
	return false;
}

int tong__yaml_write_markdown(const json_t *root, const struct tong__section *sections, size_t n,
                              const struct tong__element *order, struct tong__buf *out)
{
	tong__buf_adds(out, "---\n");
	tong__yaml_write(root, order, out);
	tong__buf_adds(out, "---\n");
	for (size_t i = 0; i < n; i++)
		if (!*sections[i].heading)
			section(out, &sections[i]);
	for (const struct tong__element *e = order; e && e->name; e++)
		for (size_t i = 0; i < n; i++)
			if ((e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA) &&
			    !strcmp(e->label, sections[i].heading))
				section(out, &sections[i]);
	for (size_t i = 0; i < n; i++)
		if (*sections[i].heading && !is_known(order, sections[i].heading))
			section(out, &sections[i]);
	return out->failed;
}
