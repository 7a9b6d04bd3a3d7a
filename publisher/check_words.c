/* The words of names and sections: template remains, characters that do not belong, widths and
 * brackets. */
#include "publisher/check.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"

/* Words that a template leaves when nobody filled it in. */
static const char *const template_words[] = {
	"待补充", "待完善", "待定", "请填写", "请输入", "此处填写", "XX" "X", "xxx", "×××", "测试事项",
	"示例文本", "点击此处", NULL,
};

static const char *first_of(const char *text, const char *const *words)
{
	const char *at = NULL;

	for (size_t i = 0; words[i] && !at; i++)
		at = strstr(text, words[i]);
	return at;
}

/* Invisible or private characters: they look right and are not found, not sorted, not read aloud.
 * */
static bool forbidden(uint32_t cp)
{
	return (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) ||
	       (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) || cp == 0xfeff ||
	       cp == 0xfffd || (cp >= 0xe000 && cp <= 0xf8ff);
}

static const char *find_forbidden(const char *text, uint32_t *which)
{
	const char *end = text + strlen(text), *p = text;

	while (p < end) {
		const char *at = p;

		*which = tong__utf8_next(&p, end);
		if (forbidden(*which))
			return at;
	}
	return NULL;
}

static bool ascii_mark(uint32_t cp)
{
	return cp == ',' || cp == ';' || cp == '?' || cp == '!' || cp == '(' || cp == ')';
}

/* A half-width mark with Han characters on both sides. */
static const char *find_half_width(const char *text)
{
	const char *end = text + strlen(text), *p = text;
	uint32_t before = 0;

	while (p < end) {
		const char *at = p, *next;
		uint32_t cp = tong__utf8_next(&p, end);

		next = p;
		if (ascii_mark(cp) && tong__is_han(before) && p < end &&
		    tong__is_han(tong__utf8_next(&next, end)))
			return at;
		before = cp;
	}
	return NULL;
}

static bool full_width_letter(uint32_t cp)
{
	return (cp >= 0xff10 && cp <= 0xff19) || (cp >= 0xff21 && cp <= 0xff3a) ||
	       (cp >= 0xff41 && cp <= 0xff5a);
}

static bool has_full_width(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
		if (full_width_letter(tong__utf8_next(&text, end)))
			return true;
	return false;
}

/* Opening and closing brackets of a name, whatever their width: "（…)" is one pair, "（（…）" is not.
 * */
static bool brackets_pair(const char *text)
{
	const char *end = text + strlen(text);
	int depth = 0;

	while (text < end) {
		uint32_t cp = tong__utf8_next(&text, end);

		depth += cp == '(' || cp == 0xff08;
		depth -= cp == ')' || cp == 0xff09;
		if (depth < 0)
			return false;
	}
	return !depth;
}

static bool brackets_mixed(const char *text)
{
	bool half = strchr(text, '(') || strchr(text, ')');
	bool full = strstr(text, "（") || strstr(text, "）");

	return half && full;
}

static void check_name(const struct tong__item *it, const char *name, struct tong__findings *fs)
{
	const json_t *root = it->doc->root;
	uint32_t cp;

	if (first_of(name, template_words))
		tong__report_item(fs, "text-template", it, root, "name", "its official name", name);
	if (find_forbidden(name, &cp))
		tong__report_item(fs, "text-character", it, root, "name", "characters that can be seen",
		                  name);
	if (!brackets_pair(name))
		tong__report_item(fs, "name-brackets", it, root, "name", "brackets in pairs", name);
	else if (brackets_mixed(name))
		tong__report_item(fs, "name-brackets-width", it, root, "name", "brackets of one width",
		                  name);
	if (has_full_width(name))
		tong__report_item(fs, "text-full-width", it, root, "name",
		                  "letters and digits of half width", name);
	if (name[0] == ' ' || tong__ends(name, " ") || strstr(name, "  ") || tong__starts(name, "　"))
		tong__report_item(fs, "text-space", it, root, "name", "no needless blanks", name);
	if (tong__utf8_count(name, strlen(name)) > 60)
		tong__report_item(fs, "name-long", it, root, "name", "at most 60 characters", name);
	if (strchr(name, '\\') || strchr(name, '|') || strstr(name, "省政府令"))
		tong__report_item(fs, "name-note", it, root, "name", "the name only", name);
}

static void check_section(const struct tong__item *it, const struct tong__section *s,
                          struct tong__findings *fs)
{
	const char *at = first_of(s->markdown, template_words);
	uint32_t cp = 0;
	char found[32];

	if (at)
		tong__report_text(fs, "text-template", it, s, at, "what is really meant",
		                  "words of a template");
	at = find_forbidden(s->markdown, &cp);
	snprintf(found, sizeof found, "U+%04X", (unsigned)cp);
	if (at)
		tong__report_text(fs, "text-character", it, s, at, "characters that can be seen", found);
	at = find_half_width(s->markdown);
	if (at)
		tong__report_text(fs, "text-half-width", it, s, at, "punctuation of full width",
		                  "punctuation of half width between Chinese characters");
}

void tong__check_words(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_items; i++) {
		const struct tong__item *it = &m->items[i];
		const char *name = tong__json_str(it->doc->root, "name");

		if (name)
			check_name(it, name, fs);
		for (size_t k = 0; k < it->doc->n_sections; k++)
			check_section(it, &it->doc->sections[k], fs);
	}
}
