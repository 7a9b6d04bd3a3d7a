/* Items that one need not go home for: those handled across a wider area than their own (通办), by
 * how wide it is. */
#include <string.h>

#include "core/enums.h"
#include "core/page.h"

static int take(void *arg, const char *key, const json_t *item)
{
	struct tong__page *p = arg;
	json_t *by = json_object_get(p->view, "by_area"), *rows, *brief;
	const char *area = tong__json_str(item, "handle_area");

	brief = area ? tong__page_brief(p, key + strlen("item/")) : NULL;
	rows = json_object_get(by, area);
	if (brief && !rows)
		rows = tong__page_array(p, by, area);
	if (brief)
		tong__page_add(p, rows, tong__page_item_row(p, brief));
	json_decref(brief);
	return p->nomem ? tong__fail_nomem(&p->err) : p->err.code;
}

int tong__build_scopes(struct tong__page *p)
{
	json_t *groups = tong__page_array(p, p->view, "types"), *group, *rows;
	json_t *by = tong__page_object(p, p->view, "by_area");
	int rc = tong__page_each_with(p, "base", "item/", "\"handle_area\":", take, p);
	size_t n = 0;

	for (const struct tong__enum_value *v = tong__handle_areas; rc == 0 && v->code; v++) {
		rows = json_object_get(by, v->code);
		if (!rows)
			continue;
		group = tong__page_row(p, groups);
		tong__page_str(p, group, "id", v->code);
		tong__page_str(p, group, "label", tong__page_label(p, "handle_area", NULL, v->code));
		tong__page_int(p, group, "n", json_array_size(rows));
		tong__page_set(p, group, "items", json_incref(rows));
		n += json_array_size(rows);
	}
	if (rc == 0 && n == 0)
		return tong__page_notfound(p);
	if (json_array_size(groups) > 1)
		tong__page_true(p, p->view, "jump");
	tong__page_int(p, p->view, "n", n);
	tong__page_set(p, p->view, "items_root", tong__page_text(p, p->root, "items/", NULL));
	tong__page_title(p, tong__page_word(p, "scopes_title"), tong__page_word(p, "scopes_about"));
	tong__page_crumb(p, tong__page_word(p, "directories"), "directories/");
	return rc;
}

static int first(void *arg, const char *key, struct tong__str line)
{
	(void)key, (void)line;
	*(bool *)arg = true;
	return 0;
}

/* Does any item say how wide it is handled? */
static int any(const struct tong__reader *reader, bool *found, tong_error *err)
{
	*found = false;
	return reader->scan(reader->user, "base", "item/", "\"handle_area\":", first, found, err);
}

int tong__page_scopes(struct tong__page *p)
{
	bool found;
	int rc = any(p->reader, &found, &p->err);

	if (rc == 0 && found)
		tong__page_true(p, p->view, "scopes");
	return rc;
}

int tong__list_scopes(struct tong__urls *u)
{
	bool found;
	int rc = any(u->reader, &found, u->err);

	return rc == 0 && found ? tong__urls_emit(u, NULL, NULL) : rc;
}
