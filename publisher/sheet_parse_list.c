/* Cells that hold lists: codes, themes, other codes of an item, articles of law. */
#include <stdlib.h>
#include <string.h>

#include "core/code.h"
#include "core/json.h"
#include "core/text.h"
#include "publisher/sheet_parse.h"

/* ---- 《居民身份证法》第十条、第十一条 ---- */

/* 第41条 is 第四十一条 in the law. Numbers up to 999; *out is "" when there is nothing to change. */
static void chinese_number(const char *s, char out[128])
{
	static const char *const digit[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
	size_t before = strcspn(s, "0123456789"), n = strspn(s + before, "0123456789"), o = 0;
	unsigned long v = strtoul(s + before, NULL, 10);

	out[0] = '\0';
	if (!n || n > 3 || !v || strlen(s) > 60)
		return;
	memcpy(out, s, before);
	o = before;
#define ADD(word) (memcpy(out + o, word, 4), o += 3)
	if (v >= 100)
		ADD(digit[v / 100]), ADD("百");
	if (v >= 100 && v % 100 && v % 100 < 10)
		ADD("零");
	if (v >= 20 && v % 100 >= 10)
		ADD(digit[v / 10 % 10]);
	if (v % 100 >= 10)
		ADD("十");
	if (v % 10)
		ADD(digit[v % 10]);
#undef ADD
	memcpy(out + o, s + before + n, strlen(s + before + n) + 1);
}

static bool has_article(const struct tong__law *law, const char *article)
{
	const json_t *all = tong__json_arr(law->doc->root, "articles"), *one;
	size_t i;

	json_array_foreach(all, i, one) {
		const char *s = tong__json_str(one, "article");

		if (s && !strcmp(s, article))
			return true;
	}
	return false;
}

static json_t *make_basis(struct tong__parse *p, const struct tong__law *law, const char *article)
{
	char other[128];

	if (*article && !has_article(law, article)) {
		chinese_number(article, other);
		if (!*other || !has_article(law, other))
			return tong__parse_fault(p,
			                         "an article that this law has in laws/; add what is "
			                         "missing first", "%s has no %s",
			                         law->id, article);
		article = other;
	}
	return tong__parse_made(p, json_pack(*article ? "{s:s, s:s}" : "{s:s}", "law", law->id,
	                                     "article", article));
}

/* The title of "《title》article", or the first word of "id article"; *rest is what follows.
 * malloc'd, NULL: nomem. */
static char *cut_title(const char *word, const char **rest)
{
	const char *end = NULL, *at = word;
	size_t n;

	if (tong__starts(word, "《")) {
		at += strlen("《");
		for (const char *p = at; (p = strstr(p, "》")) != NULL; p += strlen("》"))
			end = p;
	}
	if (end) {
		*rest = tong__text_trim(end + strlen("》"), &n);
	} else {
		end = at + strcspn(at, " ");
		*rest = tong__text_trim(end, &n);
	}
	return strndup(at, (size_t)(end - at));
}

/* 第十条、第十一条 of one law: one entry each. */
static bool add_articles(struct tong__parse *p, const struct tong__law *law, const char *rest,
                         json_t *list)
{
	struct tong__buf article;
	bool any = false, good = true;
	json_t *v;

	tong__buf_init(&article, TONG_SHEET_CELL);
	while (good && tong__next_word(&rest, true, &article)) {
		v = make_basis(p, law, article.data);
		good = v && !json_array_append_new(list, v);
		any = true;
	}
	if (good && !any) {
		v = make_basis(p, law, "");
		good = v && !json_array_append_new(list, v);
	}
	tong__buf_free(&article);
	return good;
}

static bool add_basis(struct tong__parse *p, const char *word, json_t *list)
{
	const struct tong__law *law;
	const char *rest;
	char *title = cut_title(word, &rest);
	bool good = false;

	if (!title) {
		*p->nomem = true;
		return false;
	}
	law = tong__lookup_law(p->lookup, title);
	if (law)
		good = add_articles(p, law, rest, list);
	else
		tong__parse_fault(p, "“《…》第…条”: the short title of a law in laws/ and an article",
		                  "there is no law called %s", title);
	free(title);
	return good;
}

/* ---- 四川 12 位编码：511A04001005 ---- */

static bool add_alias(struct tong__parse *p, const char *word, json_t *list)
{
	const struct tong__element *system = tong__element_find(p->e->fields, "system");
	const char *colon = strstr(word, "："), *code = colon ? colon + strlen("：") : word;
	char *left;
	json_t *v = NULL, *c;
	size_t n;

	if (!colon && (colon = strchr(word, ':')) != NULL)
		code = colon + 1;
	code = tong__text_trim(code, &n);
	left = strndup(word, colon ? (size_t)(colon - word) : 0);
	if (!left)
		*p->nomem = true;
	else
		v = tong__parse_word(p, system, colon ? left
		                     : tong__code_system_name(tong__code_system_of(code)));
	free(left);
	c = v ? tong__parse_word(p, tong__element_find(p->e->fields, "code"), code) : NULL;
	if (!c) {
		json_decref(v);
		return false;
	}
	v = tong__parse_made(p, json_pack("{s:o, s:o}", "system", v, "code", c));
	return v && !json_array_append_new(list, v);
}

/* ---- words ---- */

/* "p02 户籍办理" is p02. */
static bool add_word(struct tong__parse *p, const char *word, json_t *list)
{
	size_t n = strcspn(word, " ");
	char *id = strndup(word, n);
	json_t *v = NULL;

	if (!id)
		*p->nomem = true;
	else if (p->e->type == TONG__T_TEXTS && word[n] && tong__lookup_name(p->lookup, p->e->name, id))
		v = tong__parse_made(p, json_string(id));
	else
		v = tong__parse_word(p, p->e, word);
	free(id);
	return v && !json_array_append_new(list, v);
}

static bool add_one(struct tong__parse *p, const char *word, json_t *list)
{
	if (p->e->fields && tong__element_find(p->e->fields, "law"))
		return add_basis(p, word, list);
	if (p->e->fields && tong__element_find(p->e->fields, "system"))
		return add_alias(p, word, list);
	return add_word(p, word, list);
}

/* A mapping is the one entry of its list. */
static json_t *only(struct tong__parse *p, json_t *list)
{
	json_t *v = NULL;

	if (json_array_size(list) == 1)
		v = json_incref(json_array_get(list, 0));
	else
		tong__parse_fault(p, "one law", "%zu are written", json_array_size(list));
	json_decref(list);
	return v;
}

json_t *tong__parse_list(struct tong__parse *p)
{
	const char *at = p->text;
	struct tong__buf word;
	json_t *list = tong__parse_made(p, json_array());
	bool good = list != NULL, words = p->e->type == TONG__T_ENUMS || p->e->type == TONG__T_TEXTS;

	tong__buf_init(&word, TONG_SHEET_CELL);
	while (good && tong__next_word(&at, words, &word))
		good = add_one(p, word.data, list);
	if (good && p->e->max && json_array_size(list) > p->e->max) {
		tong__parse_fault(p, "fewer entries", "%zu entries, the ceiling is %u",
		                  json_array_size(list), p->e->max);
		good = false;
	}
	tong__buf_free(&word);
	if (!good) {
		json_decref(list);
		return NULL;
	}
	return p->e->type == TONG__T_MAP ? only(p, list) : list;
}
