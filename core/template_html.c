/* Follows the fixed text of a template through HTML, so that every value is judged by where it
 * stands (X2). */
#include <string.h>

#include "core/message.h"
#include "core/template_op.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Appends while there is room: names longer than any we know are unknown names anyway. */
static void append(char *name, size_t size, char c)
{
	size_t n = strlen(name);

	if (n + 1 < size) {
		name[n] = lower(c);
		name[n + 1] = '\0';
	}
}

static bool one_of(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static bool is_raw(const char *tag)
{
	static const char *const raw[] = {"script", "style", "title", "textarea", NULL};

	return one_of(raw, tag);
}

static bool is_url(const char *attr)
{
	static const char *const url[] = {"href", "src", "action", "formaction", "xlink:href", "poster",
	                                  "data", "cite", "ping", "srcset", "background", NULL};

	return one_of(url, attr);
}

/* Attributes whose value is a program or a style sheet: no value is safe there. */
static bool is_code(const char *attr)
{
	return strncmp(attr, "on", 2) == 0 || strcmp(attr, "style") == 0 || strcmp(attr, "srcdoc") == 0;
}

static void end_tag(struct tong__html *h)
{
	h->state = !h->closing && is_raw(h->tag) ? TONG__H_RAW : TONG__H_TEXT;
	h->tail[0] = '\0';
}

static void step_open(struct tong__html *h, char c)
{
	if (c == '/' && !h->closing) {
		h->closing = true;
	} else if (c == '!' || c == '?') {
		h->state = TONG__H_DECL;
		h->tail[0] = '\0';
	} else if ((lower(c) >= 'a' && lower(c) <= 'z')) {
		h->state = TONG__H_NAME;
		h->tag[0] = '\0';
		append(h->tag, sizeof h->tag, c);
	} else {
		h->state = TONG__H_TEXT;
	}
}

/* Inside a tag: its name, its attributes' names, and the space between them. */
static void step_tag(struct tong__html *h, char c)
{
	if (c == '>') {
		end_tag(h);
	} else if (c == '/') {
		h->state = TONG__H_TAG;
	} else if (h->state == TONG__H_NAME) {
		if (is_space(c))
			h->state = TONG__H_TAG;
		else
			append(h->tag, sizeof h->tag, c);
	} else if (c == '=' && h->state != TONG__H_TAG) {
		h->state = TONG__H_EQ;
	} else if (is_space(c)) {
		if (h->state == TONG__H_ATTR)
			h->state = TONG__H_AFTER_ATTR;
	} else {
		if (h->state != TONG__H_ATTR)
			h->attr[0] = '\0';
		h->state = TONG__H_ATTR;
		append(h->attr, sizeof h->attr, c);
	}
}

static void step_value(struct tong__html *h, char c)
{
	switch (h->state) {
	case TONG__H_EQ:
		h->start = true;
		if (c == '"')
			h->state = TONG__H_DQ;
		else if (c == '\'')
			h->state = TONG__H_SQ;
		else if (c == '>')
			end_tag(h);
		else if (!is_space(c))
			h->state = TONG__H_BARE;
		break;
	case TONG__H_BARE:
		if (c == '>')
			end_tag(h);
		else if (is_space(c))
			h->state = TONG__H_TAG;
		break;
	default:
		if (c == (h->state == TONG__H_DQ ? '"' : '\''))
			h->state = TONG__H_TAG;
		h->start = false;
	}
}

static bool tail_ends(const struct tong__html *h, const char *end)
{
	size_t n = strlen(h->tail), m = strlen(end);

	return n >= m && strcmp(h->tail + n - m, end) == 0;
}

/* Keeps the last bytes only: enough for "--" and for "</textarea". */
static void tail_add(struct tong__html *h, char c)
{
	size_t n = strlen(h->tail);

	if (n + 1 == sizeof h->tail)
		memmove(h->tail, h->tail + 1, n--);
	h->tail[n] = lower(c);
	h->tail[n + 1] = '\0';
}

static void step_raw(struct tong__html *h, char c)
{
	char end[sizeof h->tag + 2] = "</";

	if (h->state == TONG__H_RAW) {
		memcpy(end + 2, h->tag, strlen(h->tag) + 1);
		if ((c == '>' || c == '/' || is_space(c)) && tail_ends(h, end)) {
			h->closing = true;
			h->state = TONG__H_TAG;
			step_tag(h, c);
			return;
		}
	} else if (c == '>' && (h->state == TONG__H_DECL || tail_ends(h, "--"))) {
		h->state = TONG__H_TEXT;
		return;
	}
	tail_add(h, c);
	if (h->state == TONG__H_DECL && strcmp(h->tail, "--") == 0) {
		h->state = TONG__H_COMMENT;
		h->tail[0] = '\0';
	}
}

const char *tong__html_text(struct tong__html *h, const char *p, size_t n)
{
	for (const char *end = p + n; p < end; p++) {
		if (h->delimit && *p != '>' && *p != '/' && !is_space(*p))
			return N_("X2: a section ends inside a name of this tag; put a space after it");
		h->delimit = false;
		switch (h->state) {
		case TONG__H_TEXT:
			if (*p == '<') {
				h->state = TONG__H_OPEN;
				h->closing = false;
			}
			break;
		case TONG__H_OPEN:
			step_open(h, *p);
			break;
		case TONG__H_NAME:
		case TONG__H_TAG:
		case TONG__H_ATTR:
		case TONG__H_AFTER_ATTR:
			step_tag(h, *p);
			break;
		case TONG__H_EQ:
		case TONG__H_BARE:
		case TONG__H_DQ:
		case TONG__H_SQ:
			step_value(h, *p);
			break;
		default:
			step_raw(h, *p);
		}
	}
	return NULL;
}

static const char *value_in_attr(struct tong__html *h, enum tong__escape as, const char *last)
{
	size_t n = last ? strlen(last) : 0;

	if (is_code(h->attr))
		return N_("X2: no value may stand in an attribute that is a program or a style sheet");
	if (as == TONG__AS_JSON || as == TONG__AS_HTML)
		return N_("X2: j: and h: may not stand in an attribute");
	if (!is_url(h->attr) || !h->start)
		return NULL;
	if (as == TONG__AS_LINK)
		h->start = false;
	else if (as != TONG__AS_URL && (n < 4 || strcmp(last + n - 4, "root") != 0))
		return N_("X2: a link must begin with u:, l: or a name that ends in root");
	return NULL;
}

const char *tong__html_value(struct tong__html *h, enum tong__escape as, const char *last_part)
{
	if (as == TONG__AS_CHINESE && h->state != TONG__H_TEXT)
		return N_("X5: z: may stand in text only");
	switch (h->state) {
	case TONG__H_TEXT:
		return NULL;
	case TONG__H_DQ:
	case TONG__H_SQ:
		return value_in_attr(h, as, last_part);
	case TONG__H_RAW:
		h->tail[0] = '\0';
		if (strcmp(h->tag, "script") == 0)
			return as == TONG__AS_JSON ? NULL : "X2: only j: may stand inside <script>";
		if (strcmp(h->tag, "style") == 0)
			return N_("X2: no value may stand inside <style>");
		return as == TONG__AS_HTML ? "X2: h: may not stand inside this element" : NULL;
	default:
		return N_("X2: a value may stand in text or between the quotes of an attribute only");
	}
}

const char *tong__html_break(struct tong__html *h)
{
	switch (h->state) {
	case TONG__H_OPEN:
	case TONG__H_EQ:
	case TONG__H_BARE:
		return N_("X2: a section may not stand inside a tag's name or an unquoted attribute");
	case TONG__H_NAME:
	case TONG__H_ATTR:
	case TONG__H_AFTER_ATTR:
		h->state = TONG__H_TAG;
		h->delimit = true;
		return NULL;
	default:
		h->tail[0] = '\0';
		return NULL;
	}
}

const char *tong__html_join(struct tong__html *h, const struct tong__html *before)
{
	bool tag = h->state != TONG__H_TEXT && h->state != TONG__H_COMMENT;
	bool attr = h->state == TONG__H_DQ || h->state == TONG__H_SQ;

	if (h->state != before->state || (tag && strcmp(h->tag, before->tag) != 0) ||
	    (tag && h->closing != before->closing) || (attr && strcmp(h->attr, before->attr) != 0))
		return N_("X2: the section must end in the place of HTML where it began");
	h->start = h->start || before->start;
	h->delimit = h->delimit || before->delimit;
	return NULL;
}
