/* Records doc/ID of the base: the editors' handbook beside the templates, and the generated
 * reference. */
#include "publisher/records.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "publisher/md.h"
#include "publisher/schema.h"
#include "publisher/tree_kind.h"

struct docs {
	struct tong__build *b;
	struct tong__tree *tree;
	struct tong__buf text;
	bool any;
};

/* 'markdown' is the text behind the title. */
static int put_doc(struct docs *d, const char *id, const char *title, const char *markdown)
{
	json_t *rec = tong__record_new(d->b, "doc/", id);
	char *html = tong__md_html(markdown);

	tong__set_str(d->b, rec, "title", title);
	tong__set_str(d->b, rec, "html", html);
	free(html);
	return tong__record_put(d->b, rec);
}

/* The first line of a page is its title: "# 怎样修改事项". */
static int put_page(struct docs *d, const char *path, const char *id)
{
	char *text = d->text.data, *end = text ? strchr(text, '\n') : NULL;

	if (!end || strncmp(text, "# ", 2))
		return tong__fail(d->b->err, TONG_E_FORMAT, path,
		                  "the first line of a page of the handbook is its title: # …");
	*end = '\0';
	return put_doc(d, id, text + 2, end + 1);
}

static int take_file(void *user, const char *path, uint64_t size)
{
	struct docs *d = user;
	const char *name = path + strlen("handbook/");
	char id[65];
	int rc;

	(void)size;
	if (!tong__starts(path, "handbook/") || !tong__ends(path, ".md") || strchr(name, '/') ||
		strlen(name) - 3 >= sizeof id)
		return 0;
	snprintf(id, sizeof id, "%.*s", (int)strlen(name) - 3, name);
	if (!tong__id_valid(id))
		return tong__fail(d->b->err, TONG_E_FORMAT, path,
		                  "the name of a page of the handbook is letters, digits, - or _");
	tong__buf_clear(&d->text);
	rc = tong__tree_read(d->tree, path, &d->text, d->b->err);
	if (!rc && tong__buf_add(&d->text, "", 0))
		rc = tong__fail_nomem(d->b->err);
	if (rc)
		return rc;
	if (!tong__utf8_valid(d->text.data, d->text.len, NULL))
		return tong__fail(d->b->err, TONG_E_ENCODING, path,
		                  "a page of the handbook is text in UTF-8");
	d->any = true;
	return put_page(d, path, id);
}

static int put_reference(struct docs *d, const char *id, const char *title,
						 int (*write)(struct tong__buf *))
{
	tong__buf_clear(&d->text);
	if (write(&d->text))
		return tong__fail_nomem(d->b->err);
	return put_doc(d, id, title, d->text.data);
}

int tong__records_docs(struct tong__build *b, const char *site_dir)
{
	struct docs d = { .b = b };
	int rc = tong__tree_folder(&d.tree, site_dir, b->err);

	tong__buf_init(&d.text, TONG_MAX_PAGE);
	if (!rc)
		rc = tong__tree_each(d.tree, take_file, &d, b->err);
	/* Without a handbook there is no place from which the reference could be reached. */
	if (!rc && d.any)
		rc = put_reference(&d, "elements", "要素", tong__reference_elements);
	if (!rc && d.any)
		rc = put_reference(&d, "rules", "检查规则", tong__reference_rules);
	tong__buf_free(&d.text);
	tong__tree_free(d.tree);
	return rc;
}
