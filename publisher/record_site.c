/* Records of the layer site: templates, words and assets, from the folder that designers edit. */
#include "publisher/records.h"

#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "publisher/tree_kind.h"

struct site {
	struct tong__build *b;
	struct tong__tree *tree;
	struct tong__buf text;
};

/* Media types of assets: text only, because a record holds text. */
static const struct { const char *ending, *type; } types[] = {
	{".css", "text/css; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".json", "application/json"},
	{".svg", "image/svg+xml"},
	{".txt", "text/plain; charset=utf-8"},
	{".webmanifest", "application/manifest+json"},
	{".xml", "application/xml"},
	{".xsl", "text/xsl; charset=utf-8"},
};

static const char *type_of(const char *path)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (tong__ends(path, types[i].ending))
			return types[i].type;
	return NULL;
}

static int put_text(struct site *s, const char *prefix, const char *name, const char *type)
{
	json_t *rec = tong__record_new(s->b, prefix, name);

	tong__set_str(s->b, rec, "type", type);
	tong__set(s->b, rec, "text", json_stringn(s->text.data ? s->text.data : "", s->text.len));
	return tong__record_put(s->b, rec);
}

static int put_strings(struct site *s, const char *path, const char *name)
{
	json_t *rec, *words = NULL;
	int rc = tong__json_read(s->text.data ? s->text.data : "", s->text.len, 4, path, &words,
	                         s->b->err);

	if (rc)
		return rc;
	rec = tong__record_new(s->b, "strings/", name);
	tong__set(s->b, rec, "t", words);
	return tong__record_put(s->b, rec);
}

/* Scripts travel without the lines that only explain them: a telephone has no use for those. */
static void drop_comments(struct tong__buf *text)
{
	char *to = text->data, *from = to, *end = to ? to + text->len : to;

	while (from < end) {
		char *next = memchr(from, '\n', (size_t)(end - from));
		size_t n = (size_t)((next ? next + 1 : end) - from), blank = strspn(from, " \t");

		if (strncmp(from + blank, "//", 2) != 0) {
			memmove(to, from, n);
			to += n;
		}
		from += n;
	}
	if (text->data)
		text->data[text->len = (size_t)(to - text->data)] = '\0';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The end of what is copied as it stands: a text in quotes; else one byte. */
static const char *copied(const char *from, const char *end)
{
	char quote = *from++;

	if (quote != '"' && quote != '\'')
		return from;
	while (from < end && *from != quote)
		from += 1 + (*from == '\\' && from + 1 < end);
	return from < end ? from + 1 : end;
}

/* Style sheets travel without comments, and without white space where it says nothing: around
 * braces, and after a colon and what ends a declaration or a name in a list. */
static void squeeze(struct tong__buf *text)
{
	const char *from = text->data, *end = from ? from + text->len : from, *upto;
	char *to = text->data;

	while (from < end) {
		if (end - from > 1 && from[0] == '/' && from[1] == '*') {
			upto = memmem(from + 2, (size_t)(end - from - 2), "*/", 2);
			from = upto ? upto + 2 : end;
			continue;
		}
		if (is_space(*from) && (to == text->data || is_space(to[-1]) || strchr("{};:,", to[-1]))) {
			from++;
			continue;
		}
		if (strchr("{}", *from) && to > text->data && is_space(to[-1]))
			to--;
		upto = copied(from, end);
		memmove(to, from, (size_t)(upto - from));
		to += upto - from;
		from = upto;
	}
	if (text->data)
		text->data[text->len = (size_t)(to - text->data)] = '\0';
}

/* templates/item.html -> item */
static bool name_of(const char *path, const char *folder, const char *ending,
                    char out[TONG_MAX_KEY])
{
	size_t skip = strlen(folder), n = strlen(path), cut = strlen(ending);

	if (!tong__starts(path, folder) || !tong__ends(path, ending) || n <= skip + cut ||
	    n - skip - cut >= TONG_MAX_KEY)
		return false;
	memcpy(out, path + skip, n - skip - cut);
	out[n - skip - cut] = '\0';
	return true;
}

/* look.json: {"renderer": 1} */
static int put_look(struct site *s)
{
	json_t *look = NULL;
	int rc = tong__tree_read(s->tree, "look.json", &s->text, s->b->err);

	if (rc == TONG_E_ABSENT)
		return 0;
	if (!rc)
		rc = tong__json_read(s->text.data ? s->text.data : "", s->text.len, 4, "look.json", &look,
		                     s->b->err);
	if (rc)
		return rc;
	json_object_set_new(look, "k", json_string("look"));
	return tong__record_put(s->b, look);
}

static int take_file(void *user, const char *path, uint64_t size)
{
	struct site *s = user;
	char name[TONG_MAX_KEY];
	bool text = name_of(path, "templates/", ".html", name), words = !text &&
	            name_of(path, "strings/", ".json", name);
	int rc;

	(void)size;
	if (!text && !words && !name_of(path, "static/", "", name))
		return 0;   /* a README beside the three folders */
	if (!text && !words && !type_of(path))
		return tong__fail(s->b->err, TONG_E_FORMAT, path,
		                  "rule L8: no such file may be an asset of the site; there are css, "
		                  "js, json, svg, txt, xml");
	tong__buf_clear(&s->text);
	rc = tong__tree_read(s->tree, path, &s->text, s->b->err);
	if (rc)
		return rc;
	if (!tong__utf8_valid(s->text.data ? s->text.data : "", s->text.len, NULL))
		return tong__fail(s->b->err, TONG_E_ENCODING, path,
		                  "rule L8: an asset of the site is text in UTF-8");
	if (words)
		return put_strings(s, path, name);
	if (tong__ends(path, ".js"))
		drop_comments(&s->text);
	if (tong__ends(path, ".css"))
		squeeze(&s->text);
	return put_text(s, text ? "template/" : "asset/", name, text ? NULL : type_of(path));
}

int tong__records_site(struct tong__build *b, const char *site_dir)
{
	struct site s = {.b = b};
	int rc = tong__tree_folder(&s.tree, site_dir, b->err);

	tong__buf_init(&s.text, TONG_MAX_RECORD);
	if (!rc)
		rc = put_look(&s);
	if (!rc)
		rc = tong__tree_each(s.tree, take_file, &s, b->err);
	tong__buf_free(&s.text);
	tong__tree_free(s.tree);
	return rc;
}
