/* The table of page kinds: what addresses the site has, who makes them and who lists them. */
#include <string.h>

#include "core/page.h"

static const char html[] = "text/html; charset=utf-8";
static const char json[] = "application/json";
static const char text[] = "text/plain; charset=utf-8";
static const char atom[] = "application/atom+xml; charset=utf-8";
static const char xml[] = "application/xml; charset=utf-8";

/* Tried in this order: a code that is no item may be an alias. Adding a kind of page touches one
 * row. */
const struct tong__page_kind tong__page_kinds[] = {
	{"/", "home", NULL, tong__build_home, NULL, NULL, html, NULL},
	{"/search/", "search", NULL, tong__build_search, NULL, NULL, html, NULL},
	{"/search/*/", "directory", NULL, tong__build_initial, NULL, tong__list_initials, html, ""},
	{"/items/*/", "item", "item/", tong__build_item, NULL, NULL, html, "item/"},
	{"/items/*/", "alias", "alias/", tong__build_alias, NULL, NULL, html, ""},
	{"/items/*/", "gone", "change/", tong__build_gone, NULL, tong__list_gone, html, ""},
	{"/items/*/report/", "report", "item/", tong__build_report_item, NULL, NULL, html, "item/"},
	{"/items/*/record.json", NULL, "item/", NULL, tong__write_record, NULL, json, NULL},
	{"/items/*/feed.atom", "feed", NULL, tong__build_feed_item, NULL, tong__list_feed_items, atom,
	 NULL},
	{"/regions/", "regions", NULL, tong__build_regions, NULL, NULL, html, NULL},
	{"/agencies/", "agencies", NULL, tong__build_agencies, NULL, NULL, html, ""},
	{"/items/*/qr.svg", NULL, "item/", NULL, tong__write_item_qr, NULL, "image/svg+xml", NULL},
	{"/agencies/*/qr/", "codes", NULL, tong__build_codes, NULL, tong__list_agencies, html, ""},
	{"/agencies/*/", "agency", NULL, tong__build_agency, NULL, tong__list_agencies, html,
	 "agency/"},
	{"/themes/", "themes", NULL, tong__build_themes, NULL, NULL, html, NULL},
	{"/themes/*/", "theme", "theme/", tong__build_theme, NULL, NULL, html, "theme/"},
	{"/themes/*/feed.atom", "feed", "theme/", tong__build_feed_theme, NULL, NULL, atom, NULL},
	{"/directories/", "directories", NULL, tong__build_directories, NULL, NULL, html, NULL},
	{"/directories/*/", "directory", NULL, tong__build_directory, NULL, tong__list_directories,
	 html, ""},
	{"/scopes/", "scopes", NULL, tong__build_scopes, NULL, tong__list_scopes, html, ""},
	{"/materials/", "materials", NULL, tong__build_materials, NULL, NULL, html, ""},
	{"/materials/*/", "material", "material/", tong__build_material, NULL, NULL, html, "material/"},
	{"/laws/", "laws", NULL, tong__build_laws, NULL, NULL, html, ""},
	{"/laws/*/", "law", "law/", tong__build_law, NULL, NULL, html, "law/"},
	{"/licences/", "licences", "licence/", tong__build_licences, NULL, tong__list_if_any, html, ""},
	{"/licences/*/", "licence", "licence/", tong__build_licence, NULL, NULL, html, "licence/"},
	{"/intermediaries/", "intermediaries", "intermediary/", tong__build_intermediaries, NULL,
	 tong__list_if_any, html, ""},
	{"/notices/", "notices", "notice/", tong__build_notices, NULL, tong__list_if_any, html, ""},
	{"/notices/*/", "notice", "notice/", tong__build_notice, NULL, NULL, html, ""},
	{"/changes/", "changes", NULL, tong__build_changes, NULL, NULL, html, ""},
	{"/changes/*/", "change", "change/", tong__build_change, NULL, NULL, html, ""},
	{"/feed.atom", "feed", NULL, tong__build_feed, NULL, NULL, atom, NULL},
	{"/report/", "report", NULL, tong__build_report, NULL, NULL, html, NULL},
	{"/report/*/", "report-outcome", NULL, tong__build_report_outcome, NULL,
	 tong__list_report_outcomes, html, NULL},
	{"/open-data/", "open-data", NULL, tong__build_open_data, NULL, NULL, html, NULL},
	{"/accessibility/", "accessibility", NULL, tong__build_accessibility, NULL, NULL, html, NULL},
	{"/verify/", "verify", NULL, tong__build_verify, NULL, NULL, html, NULL},
	{"/handbook/", "doc", NULL, tong__build_handbook, NULL, tong__list_handbook, html, ""},
	{"/handbook/*/", "doc", NULL, tong__build_doc, NULL, tong__list_docs, html, ""},
	{"/about/", "about", NULL, tong__build_about, NULL, NULL, html, NULL},
	{"/404.html", "404", NULL, tong__build_404, NULL, NULL, html, NULL},
	{"/offline/", "offline", NULL, tong__build_offline, NULL, NULL, html, NULL},
	{"/kiosk/", "kiosk", NULL, tong__build_kiosk, NULL, NULL, html, ""},
	{"/sw.js", NULL, NULL, NULL, tong__write_worker, NULL, "text/javascript; charset=utf-8", NULL},
	{"/manifest.webmanifest", NULL, NULL, NULL, tong__write_manifest, NULL,
	 "application/manifest+json", NULL},
	{"/stats/", "stats", NULL, tong__build_stats, NULL, NULL, html, NULL},
	{"/data/search.json", NULL, NULL, NULL, tong__write_search, NULL, json, NULL},
	{"/data/text/*", NULL, NULL, NULL, tong__write_search_text, tong__list_search_text, json,
	 NULL},
	{"/data/fingerprints.json", NULL, NULL, NULL, tong__write_fingerprints, NULL, json, NULL},
	{"/data/redirects.txt", NULL, NULL, NULL, tong__write_redirects, NULL, text, NULL},
	{"/data/redirects.map", NULL, NULL, NULL, tong__write_redirect_map, NULL, text, NULL},
	{"/data/*", NULL, NULL, NULL, tong__write_data, tong__list_data, NULL, NULL},
	{"/robots.txt", NULL, NULL, NULL, tong__write_robots, NULL, text, NULL},
	{"/sitemap.xml", NULL, NULL, NULL, tong__write_sitemap_index, tong__list_with_url, xml, NULL},
	{"/sitemaps/*", NULL, NULL, NULL, tong__write_sitemap, tong__list_sitemaps, xml, NULL},
	{"/opensearch.xml", NULL, NULL, NULL, tong__write_opensearch, tong__list_with_url,
	 "application/opensearchdescription+xml; charset=utf-8", NULL},
	{"/static/*", NULL, NULL, NULL, tong__write_asset, tong__list_assets, NULL, NULL},
	/* Pages below one region see its layer (W1). */
	{"/regions/*/offline.json", NULL, NULL, NULL, tong__write_keep, tong__list_held, json, NULL},
	{"/regions/*/brochure/", "booklet", NULL, tong__build_booklet, NULL, tong__list_held, html, ""},
	/* The rows from here on are listed region by region. */
	{"/regions/*/", "region", NULL, tong__build_region, NULL, tong__list_regions, html, "region/"},
	{"/regions/*/items/*/", "item", NULL, tong__build_region_item, NULL, tong__list_region_items,
	 html, "item/"},
	{"/regions/*/items/*/", "alias", NULL, tong__build_region_alias, NULL,
	 tong__list_region_aliases, html, ""},
	{"/regions/*/stats/", "stats", NULL, tong__build_region_stats, NULL, tong__list_region, html,
	 ""},
	{"/regions/*/feed.atom", "feed", NULL, tong__build_feed_region, NULL, tong__list_region, atom,
	 NULL},
	{"/regions/*/data/*", NULL, NULL, NULL, tong__write_region_data, tong__list_region_data, NULL,
	 NULL},
};

const size_t tong__page_n_kinds = sizeof tong__page_kinds / sizeof *tong__page_kinds;

bool tong__page_kind_is_page(const struct tong__page_kind *kind)
{
	return kind->type == html;
}
