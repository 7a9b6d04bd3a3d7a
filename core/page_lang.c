/* Languages of a page: its words, translations laid over records, and what it says of both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/text.h"

/* ---- the address ---- */

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t tong__lang_prefix(const char *url)
{
	size_t n = 1;

	if (url[0] != '/')
		return 0;
	while (url[n] >= 'a' && url[n] <= 'z')
		n++;
	if (n < 3 || n > 4)
		return 0;
	while (url[n] == '-' || letter(url[n]) || (url[n] >= '0' && url[n] <= '9'))
		n++;
	return url[n] == '/' && n < TONG_MAX_LANG ? n : 0;
}

/* ---- words ---- */

static int by_tag(const void *a, const void *b)
{
	return strcmp(((const struct tong__ui_words *)a)->tag, ((const struct tong__ui_words *)b)->tag);
}

static int add_words(void *arg, const char *key, const json_t *rec)
{
	struct tong__page *p = arg;
	struct tong__site *site = (struct tong__site *)p->site;
	struct tong__ui_words *more, *w;
	const char *tag = key + strlen("strings/");

	if (!tong__json_obj(rec, "t") || strlen(tag) >= TONG_MAX_LANG)
		return 0;
	more = realloc(site->words, (site->n_words + 1) * sizeof *more);
	if (!more)
		return tong__fail_nomem(&p->err);
	site->words = more;
	w = &more[site->n_words++];
	*w = (struct tong__ui_words){.t = json_copy(tong__json_obj(rec, "t"))};
	memcpy(w->tag, tag, strlen(tag) + 1);
	return w->t ? 0 : tong__fail_nomem(&p->err);
}

/* A word that a language lacks is shown in the source language rather than not at all. */
static int complete(struct tong__ui_words *w, json_t *source)
{
	const char *name;
	json_t *word;

	json_object_foreach(source, name, word) {
		if (json_object_get(w->t, name))
			continue;
		w->partial = true;
		if (json_object_set(w->t, name, word))
			return -1;
	}
	return 0;
}

static struct tong__ui_words *find_words(const struct tong__site *site, const char *tag)
{
	struct tong__ui_words key = {.t = NULL};

	snprintf(key.tag, sizeof key.tag, "%s", tag);
	return site->n_words ? bsearch(&key, site->words, site->n_words, sizeof key, by_tag) : NULL;
}

int tong__site_words(struct tong__site *site, struct tong__page *p)
{
	const struct tong__ui_words *source;
	int rc = tong__page_each(p, "site", "strings/", add_words, p);

	if (rc)
		return rc;
	source = find_words(site, TONG_LANG);
	if (!source)
		return tong__fail(&p->err, TONG_E_REFERENCE, "strings/" TONG_LANG,
		                  "L8: the site layer has no strings");
	site->strings = source->t;
	for (size_t i = 0; i < site->n_words; i++)
		if (complete(&site->words[i], site->strings))
			return tong__fail_nomem(&p->err);
	return 0;
}

/* ---- the language of a page ---- */

bool tong__page_foreign(const struct tong__page *p)
{
	return p->lang[0] && strcmp(p->lang, TONG_LANG) != 0;
}

static bool listed(const json_t *catalogue, const char *tag)
{
	const json_t *languages = json_object_get(catalogue, "languages"), *one;
	size_t i;

	json_array_foreach((json_t *)languages, i, one)
		if (i > 0 && json_is_string(one) && strcmp(json_string_value(one), tag) == 0)
			return true;
	return false;
}

bool tong__page_language(struct tong__page *p, const char *tag)
{
	const struct tong__ui_words *words = find_words(p->site, tag);
	bool source = p->path == p->url;

	if (!source && !listed(p->catalogue, tag))
		return false;
	snprintf(p->lang, sizeof p->lang, "%s", tag);
	p->t = words ? words->t : p->site->strings;
	p->partial = !words || words->partial;
	return true;
}

/* ---- translations of records ---- */

static json_t *translation(struct tong__page *p, const char *lang, const char *prefix,
                           const char *id)
{
	char start[2 * TONG_MAX_KEY];
	json_t *rec;

	snprintf(start, sizeof start, "text/%s/%s", lang, prefix);
	rec = tong__page_record(p, "base", start, id);
	p->nomem = p->nomem || p->err.code == TONG_E_NOMEM;
	return rec;
}

static json_t *lay_over(struct tong__page *, const json_t *under, const json_t *over);

static json_t *lay_list(struct tong__page *p, const json_t *under, const json_t *over)
{
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(under); i++)
		tong__page_add(p, list,
		               lay_over(p, json_array_get(under, i), json_array_get(over, i)));
	return list;
}

/* Members of 'over' replace those of the same name that are there; lists of objects are gone
 * through together. */
static json_t *lay_over(struct tong__page *p, const json_t *under, const json_t *over)
{
	const char *name;
	json_t *made, *v, *there;

	if (json_is_array(under) && json_is_object(json_array_get(under, 0)) &&
	    json_array_size(under) == json_array_size(over))
		return lay_list(p, under, over);
	if (!json_is_object(under) || !json_is_object(over))
		return json_incref((json_t *)over);
	made = json_copy((json_t *)under);
	json_object_foreach((json_t *)over, name, v) {
		there = json_object_get(under, name);
		if (there)
			tong__page_set(p, made, name, lay_over(p, there, v));
	}
	return made;
}

json_t *tong__page_translate(struct tong__page *p, const char *prefix, const char *id, json_t *rec)
{
	json_t *text, *made;
	const json_t *t;

	if (!rec || !tong__page_foreign(p))
		return rec;
	text = translation(p, p->lang, strcmp(prefix, "brief/") ? prefix : "item/", id);
	t = tong__json_obj(text, "t");
	made = t ? lay_over(p, rec, t) : NULL;
	if (t && !made)
		p->nomem = true;
	if (made) {
		json_decref(rec);
		rec = made;
		p->unreviewed = p->unreviewed || !json_object_get(text, "reviewed");
	}
	json_decref(text);
	return rec;
}

json_t *tong__page_name(struct tong__page *p, const char *prefix, const char *id, const char *name)
{
	json_t *text = tong__page_foreign(p) ? translation(p, p->lang, prefix, id) : NULL;
	const char *own = tong__json_str(tong__json_obj(text, "t"), "name");
	json_t *value = tong__page_text(p, own ? own : name ? name : "", NULL);

	if (own && !json_object_get(text, "reviewed"))
		p->unreviewed = true;
	json_decref(text);
	return value;
}

static enum tong__translation state_of(const json_t *text)
{
	if (!text)
		return TONG__NONE;
	if (!json_object_get(text, "t"))
		return TONG__STALE;
	return json_object_get(text, "reviewed") ? TONG__REVIEWED : TONG__UNREVIEWED;
}

/* ---- what the page says of languages ---- */

static const char *last_arg(const struct tong__page *p)
{
	return p->arg[1][0] ? p->arg[1] : p->arg[0];
}

bool tong__page_translated(struct tong__page *p, const char *lang, const char *subject,
                           const char *id)
{
	const struct tong__ui_words *words = find_words(p->site, lang);
	enum tong__translation state;
	json_t *text;

	if (strcmp(lang, TONG_LANG) == 0)
		return true;
	if (!words || words->partial)
		return false;
	if (!subject || !*subject)
		return subject == NULL;
	text = translation(p, lang, subject, id);
	state = state_of(text);
	json_decref(text);
	return state >= TONG__UNREVIEWED;
}

static json_t *url_from(struct tong__page *p, const char *root, const char *lang)
{
	bool source = strcmp(lang, TONG_LANG) == 0;

	return tong__page_text(p, root, source ? "" : lang, source ? "" : "/", p->path + 1, NULL);
}

static json_t *url_in(struct tong__page *p, const char *lang)
{
	return url_from(p, p->asset_root, lang);
}

/* For programs: the whole address where the site knows its host. */
static json_t *address_in(struct tong__page *p, const char *lang)
{
	return url_from(p, p->base[0] ? p->base_root : p->asset_root, lang);
}

static bool translated(struct tong__page *p, const char *lang, const char *subject)
{
	return tong__page_translated(p, lang, subject, last_arg(p));
}

/* A page that is not translated is the source's; one that is, or is the source's, names itself if
 * it knows its host. */
static void canonical(struct tong__page *p, const char *subject)
{
	bool own = translated(p, p->lang, subject);

	if (!own || p->base[0])
		tong__page_set(p, p->view, "canonical", address_in(p, own ? p->lang : TONG_LANG));
}

static void add_language(struct tong__page *p, json_t *list, const char *lang)
{
	const struct tong__ui_words *words = find_words(p->site, lang);
	const char *name = words ? tong__json_str(words->t, "language_name") : NULL;
	json_t *row = tong__page_row(p, list);

	/* a list of words without the language's own name has that of the source language */
	if (!name || (words->t != p->site->strings &&
	              strcmp(name, tong__json_str(p->site->strings, "language_name")) == 0))
		name = lang;
	tong__page_str(p, row, "tag", lang);
	tong__page_str(p, row, "name", name);
	tong__page_set(p, row, "url", url_in(p, lang));
	if (strcmp(lang, p->lang) == 0)
		tong__page_true(p, row, "here");
}

/* Alternates are told only between pages that say the same thing; x-default is the source. */
static void alternates(struct tong__page *p, const json_t *languages, const char *subject)
{
	json_t *list = json_array(), *lang, *row;
	size_t i;

	json_array_foreach((json_t *)languages, i, lang) {
		if (!json_is_string(lang) || !translated(p, json_string_value(lang), subject))
			continue;
		row = tong__page_row(p, list);
		tong__page_str(p, row, "tag", json_string_value(lang));
		tong__page_set(p, row, "url", address_in(p, json_string_value(lang)));
	}
	if (translated(p, p->lang, subject) && json_array_size(list) > 1)
		tong__page_set(p, p->view, "alternates", json_incref(list));
	tong__page_wrap(p, p->view, "alternates");
	if (json_object_get(p->view, "alternates"))
		tong__page_set(p, json_object_get(p->view, "alternates"), "default_url",
		               address_in(p, TONG_LANG));
	json_decref(list);
}

static void reviewed_by(struct tong__page *p, json_t *note, const json_t *text)
{
	const json_t *reviewed = tong__json_obj(text, "reviewed");
	json_t *who = tong__page_text(p, tong__json_str(reviewed, "by"), " ",
	                              tong__json_str(reviewed, "date"), NULL);

	tong__page_set(p, note, "text", tong__page_say(p, "note_reviewed", json_string_value(who)));
	json_decref(who);
}

/* One note on each page that is not in the source language: what its text is worth. */
static void note(struct tong__page *p, const char *subject)
{
	json_t *text = NULL, *view = tong__page_object(p, p->view, "language_note");
	const char *word = subject && !*subject ? "note_none" : "note_mixed";

	if (subject && *subject) {
		text = translation(p, p->lang, subject, last_arg(p));
		switch (state_of(text)) {
		case TONG__NONE:
			word = "note_none";
			break;
		case TONG__STALE:
			word = "note_stale";
			break;
		default:
			word = p->unreviewed ? "note_unreviewed" : "note_reviewed";
		}
		if (tong__json_str(text, "source"))
			tong__page_set(p, view, "source",
			               tong__page_say(p, "note_source", tong__json_str(text, "source")));
	}
	if (strcmp(word, "note_reviewed") == 0)
		reviewed_by(p, view, text);
	else
		tong__page_str(p, view, "text", tong__page_word(p, word));
	tong__page_set(p, view, "url", url_in(p, TONG_LANG));
	tong__page_str(p, view, "tag", TONG_LANG);
	tong__page_str(p, view, "link", tong__json_str(p->site->strings, "note_link"));
	json_decref(text);
}

void tong__page_languages(struct tong__page *p, const char *subject)
{
	const json_t *languages = json_object_get(p->catalogue, "languages");
	json_t *list, *lang;
	size_t i;

	if (strcmp(p->path, "/404.html") == 0)
		return;
	canonical(p, subject);
	if (json_array_size(languages) < 2)
		return;
	list = tong__page_array(p, p->view, "languages");
	json_array_foreach((json_t *)languages, i, lang)
		if (json_is_string(lang))
			add_language(p, list, json_string_value(lang));
	tong__page_wrap(p, p->view, "languages");
	alternates(p, languages, subject);
	if (tong__page_foreign(p) && !p->more) /* what a node says of itself is said in any language */
		note(p, subject);
}
