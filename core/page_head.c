/* Where the site stands, and what the head of a page says of that: absolute links, the tags of
 * government sites, feeds. */
#include <stdio.h>
#include <string.h>

#include "core/page.h"
#include "core/text.h"

bool tong__site_url_valid(const char *url)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	                            "-._~:/";
	size_t skip;

	if (!url || (!tong__starts(url, "https://") && !tong__starts(url, "http://")))
		return false;
	skip = (size_t)(strstr(url, "://") - url) + 3;
	return url[skip] && url[skip] != '/' && strlen(url) + 1 < TONG_MAX_SITE_URL &&
	       url[strspn(url, plain)] == '\0';
}

void tong__page_set_base(struct tong__page *p)
{
	const char *url = tong__json_str(tong__json_obj(p->catalogue, "site"), "url");
	size_t n = url ? strlen(url) : 0;

	if (!tong__site_url_valid(url))
		return;
	while (n && url[n - 1] == '/')
		n--;
	memcpy(p->base, url, n);
	snprintf(p->base_root, sizeof p->base_root, "%.*s/", (int)n, url);
}

void tong__page_identity(struct tong__page *p, json_t *site)
{
	const char *host = strstr(p->base, "://");

	if (!host)
		return;
	tong__page_set(p, site, "host", json_stringn(host + 3, strcspn(host + 3, "/")));
	tong__page_true(p, p->view, "opensearch");
}

void tong__page_article(struct tong__page *p, const char *date, const char *source,
                        const char *keywords)
{
	json_t *article = tong__page_object(p, p->view, "article");
	const json_t *site = tong__page_member(p, "site");
	const char *owner = tong__json_str(site, "owner");

	tong__page_str(p, article, "date", date);
	tong__page_str(p, article, "source", source ? source : owner);
	tong__page_str(p, article, "keywords", keywords);
}

const char *tong__page_link_root(const struct tong__page *p)
{
	return p->base_root[0] ? p->base_root : p->root;
}

void tong__page_feed(struct tong__page *p, const char *folder, const char *id)
{
	tong__page_set(p, p->view, "feed_url", tong__page_text(p, p->asset_root, folder, id,
	                                                       *id ? "/feed.atom" : "feed.atom", NULL));
}
