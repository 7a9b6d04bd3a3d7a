/* How long it takes and what it costs, in full: what the facts of the first screen leave out. */
#include <string.h>

#include "core/enums.h"
#include "core/page.h"

struct terms {
	struct tong__page *p;
	json_t *list;
};

/* The label of an element of the item; a NULL value is not known, and no row. Steals it. */
static void put(struct terms *t, const char *label, json_t *value)
{
	json_t *row = value ? tong__page_row(t->p, t->list) : NULL;

	if (!value)
		return;
	tong__page_str(t->p, row, "label", label);
	tong__page_set(t->p, row, "value", value);
}

static const char *label_of(const struct terms *t, const char *element)
{
	return tong__page_element(t->p, tong__element_find(tong__item_elements, element));
}

static json_t *word(const struct terms *t, const char *name)
{
	return tong__page_text(t->p, tong__page_word(t->p, name), NULL);
}

/* What the cases of the region say together, or that they differ. */
static void time_promised(struct terms *t, const json_t *item, const json_t *cases)
{
	bool varied;
	const json_t *limit = tong__page_effective(item, cases, "limit_promised", &varied);
	const json_t *type;

	put(t, label_of(t, "limit_promised"),
	    varied ? word(t, "varied") : tong__page_limit(t->p, limit));
	type = tong__page_effective(item, cases, "case_type", &varied);
	if (!varied && json_is_string(type))
		put(t, label_of(t, "case_type"),
		    tong__page_text(t->p, tong__page_label(t->p, "case_type", NULL,
		                                           json_string_value(type)), NULL));
}

static json_t *text_of(struct tong__page *p, const json_t *obj, const char *name)
{
	const char *text = tong__json_str(obj, name);

	return text ? tong__page_text(p, text, NULL) : NULL;
}

static void time_by_law(struct terms *t, const json_t *limit)
{
	put(t, label_of(t, "limit_statutory"), tong__page_limit(t->p, limit));
	put(t, tong__page_word(t->p, "limit_from"), text_of(t->p, limit, "from"));
	put(t, tong__page_word(t->p, "remote_note"), text_of(t->p, limit, "remote_note"));
}

static void cost(struct terms *t, const json_t *fee)
{
	const json_t *charged = json_object_get(fee, "charged");

	if (json_is_boolean(charged))
		put(t, label_of(t, "fee"), word(t, json_is_true(charged) ? "charged" : "free"));
	put(t, tong__page_word(t->p, "fee_standard"), text_of(t->p, fee, "standard"));
}

void tong__page_terms(struct tong__page *p, const json_t *item, const json_t *cases)
{
	struct terms time = {p, tong__page_array(p, p->view, "time")};
	struct terms charge = {p, tong__page_array(p, p->view, "charge")};

	time_promised(&time, item, cases);
	time_by_law(&time, json_object_get(item, "limit_statutory"));
	cost(&charge, json_object_get(item, "fee"));
	tong__page_wrap(p, p->view, "time");
	tong__page_wrap(p, p->view, "charge");
}
