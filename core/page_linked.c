/* What a guide says to programs: schema.org GovernmentService. Only what is known, and nothing that
 * was invented for a sample. */
#include <string.h>

#include "core/page.h"

/* A part with its type; NULL names are left out. */
static json_t *part(struct tong__page *p, json_t *ld, const char *member, const char *type)
{
	json_t *one = tong__page_object(p, ld, member);

	tong__page_str(p, one, "@type", type);
	return one;
}

static void named(struct tong__page *p, json_t *ld, const char *member, const char *type,
                  const char *name)
{
	if (name)
		tong__page_str(p, part(p, ld, member, type), "name", name);
}

/* One window of the region: where it is, its telephone, its page for applying. */
static void channel(struct tong__page *p, json_t *list, const json_t *row)
{
	const char *url = tong__json_str(tong__json_obj(row, "online"), "url");
	const char *phone = tong__json_str(row, "phone"), *address = tong__json_str(row, "address");
	json_t *one, *place;

	if (!url && !phone && !address)
		return;
	one = tong__page_row(p, list);
	tong__page_str(p, one, "@type", "ServiceChannel");
	tong__page_str(p, one, "serviceUrl", url);
	if (phone)
		tong__page_str(p, part(p, one, "servicePhone", "ContactPoint"), "telephone", phone);
	if (address) {
		place = part(p, one, "serviceLocation", "Place");
		tong__page_str(p, place, "name", tong__json_str(row, "hall"));
		tong__page_str(p, place, "address", address);
	}
}

static void channels(struct tong__page *p, json_t *ld)
{
	json_t *list = tong__page_array(p, ld, "availableChannel"), *row;
	size_t i;

	json_array_foreach(json_object_get(p->view, "cases"), i, row)
		channel(p, list, row);
	if (json_array_size(list) == 0)
		json_object_del(ld, "availableChannel");
}

static void who_and_what(struct tong__page *p, json_t *ld, const json_t *item)
{
	json_t *served = tong__page_labels(p, "served", json_object_get(item, "served")), *offer;

	if (served)
		tong__page_set(p, part(p, ld, "audience", "Audience"), "audienceType", served);
	named(p, ld, "serviceOutput", "Thing", tong__json_str(tong__json_obj(item, "result"), "name"));
	if (json_is_false(json_object_get(tong__json_obj(item, "fee"), "charged"))) {
		offer = part(p, ld, "offers", "Offer");
		tong__page_str(p, offer, "price", "0");
		tong__page_str(p, offer, "priceCurrency", "CNY");
	}
}

/* Where a member stands is part of the page's bytes: null keeps a place. */
static void keep_place(struct tong__page *p, json_t *ld, const char *name)
{
	tong__page_set(p, ld, name, json_null());
}

void tong__page_linked_item(struct tong__page *p, const json_t *item)
{
	json_t *ld = tong__page_object(p, p->view, "ld");
	const char *type = tong__json_str(item, "type");

	tong__page_str(p, ld, "@context", "https://schema.org");
	tong__page_str(p, ld, "@type", "GovernmentService");
	tong__page_copy(p, ld, item, "name", NULL);
	tong__page_str(p, ld, "identifier", tong__json_str(item, "code"));
	tong__page_str(p, ld, "description", tong__json_str(item, "summary"));
	keep_place(p, ld, "url");
	if (type)
		tong__page_str(p, ld, "serviceType", tong__page_label(p, "type", NULL, type));
	keep_place(p, ld, "areaServed");
	keep_place(p, ld, "provider");
	who_and_what(p, ld, item);
}

/* NULL: the member goes. */
static void fill_place(struct tong__page *p, json_t *ld, const char *member, const char *type,
                       const char *name)
{
	if (name)
		named(p, ld, member, type, name);
	else
		json_object_del(ld, member);
}

void tong__page_linked(struct tong__page *p, const json_t *item, const json_t *region,
                       const json_t *agency)
{
	json_t *ld = json_copy((json_t *)tong__page_member(p, "ld"));
	const char *provider = tong__json_str(agency, "name");

	tong__page_set(p, p->view, "ld", ld);
	if (p->nomem)
		return;
	if (p->base[0])
		tong__page_set(p, ld, "url", tong__page_text(p, p->base, p->url, NULL));
	else
		json_object_del(ld, "url");
	fill_place(p, ld, "areaServed", "AdministrativeArea", tong__json_str(region, "name"));
	fill_place(p, ld, "provider", "GovernmentOrganization",
	           provider || region ? provider : tong__json_str(item, "authority"));
	if (region && !p->sample)
		channels(p, ld);
}
