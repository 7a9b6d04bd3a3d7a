/* Inside the site: a page being made, the table of page kinds, and the words the builders share. */
#ifndef TONG_CORE_PAGE_H
#define TONG_CORE_PAGE_H

#include "core/element.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/site.h"
#include "core/template.h"

/* The words of the user interface in one language. */
struct tong__ui_words {
	char tag[TONG_MAX_LANG];
	json_t *t;                 /* those it lacks are taken from the source language */
	bool partial;              /* it lacks some */
};

struct tong__site {
	struct tong__templates *templates;
	struct tong__ui_words *words; /* one for each record strings/LANG */
	size_t n_words;
	json_t *strings;           /* of the source language, borrowed from words */
	/* name of an asset with '.' as '_' -> first 8 hex digits of its hash */
	json_t *versions;
	struct tong__search_kept *search;   /* full text, made when its first file is asked for */
};

struct tong__urls;

/* A page being made. Builders fill 'view'; a failure to allocate is kept until the end. */
struct tong__page {
	const struct tong__site *site;
	const struct tong__reader *reader;
	const char *url;
	const char *path;          /* the URL inside its language's tree: "/items/X/" */
	char lang[TONG_MAX_LANG];  /* of the page */
	const json_t *t;           /* the words of that language */
	bool partial;              /* some of them are the source language's */
	bool unreviewed;           /* it shows a translation that nobody has reviewed */
	const char *template;      /* what the view will be rendered with */
	const char *type;          /* media type, a static string */
	char arg[2][TONG_MAX_KEY + 1];   /* what stands for each '*' of the kind's pattern */
	char root[64];             /* relative prefix to the root of the language's tree */
	char asset_root[64];       /* to the root of the site */
	char base[TONG_MAX_SITE_URL];  /* "https://host" of catalogue.site.url, or "": not told */
	char base_root[TONG_MAX_SITE_URL];  /* base and '/', or "" */
	char layer[TONG_MAX_ROLE_NAME];  /* the one region layer this page may see (W1), or "" */
	json_t *catalogue, *view;
	const struct tong__page_kind *kind;
	struct tong__site_memory *memory;   /* of the thread, or NULL */
	struct tong__common *common;     /* what the view shares with the page before, or NULL */
	const json_t *more;        /* facts of a page that is no function of records, or NULL */
	bool sample, nomem;        /* it shows sample data; memory is out */
	tong_error err;
};

/* One kind of page: a row of the table in site_kinds.c. */
struct tong__page_kind {
	const char *pattern;       /* "/items/<*>/" without the brackets: '*' is one segment */
	const char *template;      /* NULL: 'write' makes the bytes */
	const char *prefix;        /* records of base that have one such page each, or NULL */
	int (*build)(struct tong__page *);
	int (*write)(struct tong__page *, struct tong__buf *out);
	/* comes before prefix; NULL with prefix NULL: the pattern itself */
	int (*list)(struct tong__urls *);
	const char *type;
	/* Whose translation makes the page a translated one: the prefix of the record that the last
	 * '*' names; NULL: it is made of words of the user interface; "": never. */
	const char *subject;
};

extern const struct tong__page_kind tong__page_kinds[];
extern const size_t tong__page_n_kinds;

/* A page for people, in every language; everything else stands once. */
bool tong__page_kind_is_page(const struct tong__page_kind *);

/* The listing of all URLs. */
struct tong__urls {
	const struct tong__site *site;
	const struct tong__reader *reader;
	const struct tong__page_kind *kind;
	const json_t *layers;      /* catalogue.layers */
	int (*fn)(void *arg, const char *url);
	void *arg;
	tong_error *err;
	char region[16];           /* while the pages of one region are listed */
	const char *lang;          /* of the tree being listed; NULL: the source language's */
	json_t *aliases;           /* alias -> item, made when first asked for */
};

/* Hands out the kind's pattern with the first '*' replaced by a, the second by b. */
int tong__urls_emit(struct tong__urls *, const char *a, const char *b);

/* Lists every URL: site, reader, fn, arg and err are set. */
int tong__urls_all(struct tong__urls *);

typedef int (*tong__scan_fn)(void *arg, const char *key, struct tong__str line);
/* Every line of the layer of u->region whose key begins with 'prefix'. */
int tong__urls_scan_local(struct tong__urls *, const char *prefix, tong__scan_fn, void *arg);

/* May pages show this region? Not when it has a layer and the reader does not hold it. *has tells
 * whether it has one. */
bool tong__region_open(const struct tong__reader *, const json_t *layers, const char *region,
                       bool *has);

/* ---- records ---- */

/* base: prefix + id; a new reference, NULL when there is none (err.code 0) or on a fault
 * (err.code set). */
json_t *tong__page_get(struct tong__page *, const char *prefix, const char *id);
/* The same without "items", the list of the items that name it, which a node need not read then. */
json_t *tong__page_get_lean(struct tong__page *, const char *prefix, const char *id);
/* The same of any layer, for those W1 lets this page see. */
json_t *tong__page_record(struct tong__page *, const char *layer, const char *prefix,
                          const char *id);
json_t *tong__page_brief(struct tong__page *, const char *code);
/* As if it had been got now: for what is made from what is kept of it. */
void tong__page_asked(const struct tong__page *, const char *layer, const char *prefix,
                      const char *id);
/* The page's region layer; remembers that the page shows sample data. */
json_t *tong__page_local(struct tong__page *, const char *prefix, const char *id);
/* As if the records had been read now: for pages made from what the site itself keeps of them. */
int tong__page_touch(struct tong__page *, const char *layer, const char *prefix);
/* The standard fingerprint of an item (F1), by way of the caller's buffer. */
int tong__page_fingerprint(struct tong__page *, const char *code, struct tong__buf *line,
                           char out[TONG_FINGERPRINT]);
typedef int (*tong__each_fn)(void *arg, const char *key, const json_t *rec);
int tong__page_each(struct tong__page *, const char *layer, const char *prefix, tong__each_fn,
                    void *arg);
/* Only those records whose line holds 'text' somewhere: the others are not parsed. */
int tong__page_each_with(struct tong__page *, const char *layer, const char *prefix,
                         const char *text, tong__each_fn, void *arg);
/* Takes the layer of 'region' for this page. TONG_E_NOTFOUND when it has one that is not held. */
int tong__page_open_region(struct tong__page *, const char *region);
int tong__page_notfound(struct tong__page *);

/* ---- languages (page_lang.c) ---- */

/* In which state a translation is. */
enum tong__translation { TONG__NONE, TONG__STALE, TONG__UNREVIEWED, TONG__REVIEWED };

/* Is the page in another language than the source's? */
bool tong__page_foreign(const struct tong__page *);
/* The one place where a name becomes that of another language: 'rec' is the record prefix + id of
 * base or derived, and a reference to it is taken over; what comes back is the same record with
 * the members that are translated into the page's language laid over it. tong__page_get, _brief
 * and _each of base do this themselves. */
json_t *tong__page_translate(struct tong__page *, const char *prefix, const char *id, json_t *rec);
/* The name of another record in the page's language, else 'name': a new string. */
json_t *tong__page_name(struct tong__page *, const char *prefix, const char *id, const char *name);
/* Finds the words of the language; false when the catalogue does not list it. */
bool tong__page_language(struct tong__page *, const char *tag);
/* After the builder: the switch between languages, alternate and canonical links, the note. */
void tong__page_languages(struct tong__page *, const char *subject);
int tong__site_words(struct tong__site *, struct tong__page *);
/* Does the page of such a kind (tong__page_kind.subject) about 'id' say in 'lang' more than its
 * frame? */
bool tong__page_translated(struct tong__page *, const char *lang, const char *subject,
                           const char *id);

/* What a thread keeps from page to page: lists that many pages look into, and what pages that
 * differ only in the first '*' of their pattern have in common, from the last that was made. */
struct tong__site_memory {
	json_t *agencies;          /* for region pages: region -> [{id, name}…] */
	char agencies_lang[TONG_MAX_LANG];
	const struct tong__page_kind *kind;
	char arg[TONG_MAX_KEY + 1], root[64], lang[TONG_MAX_LANG];
	bool unreviewed;
	struct tong__common *common;
	json_t *crumbs;            /* of guides: root and region -> [codes, crumbs, the region] */
	json_t *agency_views;      /* of guides: agency -> {name, phone} */
	json_t *places;            /* of guides: layer, hall and window -> {sample, row} */
	json_t *codes;             /* item -> its QR code, {side, path} */
	json_t *handled;           /* of one layer: agency -> {codes, sample}, of its listings */
	char handled_layer[TONG_MAX_ROLE_NAME];
	char asked_layer[TONG_MAX_ROLE_NAME];   /* whose agencies were asked for last */
	struct tong__changes *changes;   /* of all items, newest first, in the source language */
};

void tong__changes_free(struct tong__changes *);

/* The view so far is the same for all pages that differ only in the first '*': it becomes what
 * they have in common, if there is a memory for it. A builder that finds p->common set need not
 * make it again. */
int tong__page_remember(struct tong__page *);
/* Tells the reader: whatever stays in memory for pages to come is read between BEGIN and END, and
 * told again by each page that takes it from there. */
void tong__page_keeps(const struct tong__page *, enum tong__kept, enum tong__keeping);
/* Keeps 'value', which is taken over, in one of the memory's objects, emptied when it has 'most'
 * members. Borrowed; NULL when memory is out. */
json_t *tong__page_kept(struct tong__page *, json_t **all, size_t most, const char *key,
                        json_t *value);
/* A new view with crumbs alone, and p->common if the page before left what fits this one. */
int tong__page_begin(struct tong__page *);

/* ---- views: values are stolen; a NULL value is memory that ran out ---- */

void tong__page_set(struct tong__page *, json_t *obj, const char *name, json_t *value);
void tong__page_add(struct tong__page *, json_t *arr, json_t *value);
/* A member of the view or of what it has in common with others, borrowed; NULL for none. */
const json_t *tong__page_member(const struct tong__page *, const char *name);
/* a new member, borrowed */
json_t *tong__page_object(struct tong__page *, json_t *obj, const char *name);
json_t *tong__page_array(struct tong__page *, json_t *obj, const char *name);
/* a new object at its end */
json_t *tong__page_row(struct tong__page *, json_t *arr);
/* NULL, "": left out */
void tong__page_str(struct tong__page *, json_t *obj, const char *name, const char *);
void tong__page_int(struct tong__page *, json_t *obj, const char *name, size_t);
void tong__page_true(struct tong__page *, json_t *obj, const char *name);
/* The list 'name' becomes {n, list}, and is left out when empty: a template can ask once whether
 * there is any. */
void tong__page_wrap(struct tong__page *, json_t *obj, const char *name);
/* Members of another object under the same names, if it has them; the list ends with NULL. */
void tong__page_copy(struct tong__page *, json_t *obj, const json_t *from, ...)
	__attribute__((sentinel));
/* The texts joined; the list ends with NULL. */
json_t *tong__page_text(struct tong__page *, const char *, ...) __attribute__((sentinel));
json_t *tong__page_join(struct tong__page *, const struct tong__str *, size_t n);

/* A word of the strings; a missing one refuses the page (X1), here it is shown as its name. */
const char *tong__page_word(const struct tong__page *, const char *name);
/* The word with its "{}" replaced: languages put a name in different places of a sentence. */
json_t *tong__page_say(struct tong__page *, const char *word, const char *name);
/* The word PREFIX_CODE, or the code itself. */
const char *tong__page_word_of(const struct tong__page *, const char *prefix, const char *code);
/* Label of a code of an element ("type", or field "need" of "materials") in the language of the
 * page; the code itself when it has none. */
const char *tong__page_label(const struct tong__page *, const char *element, const char *field,
                             const char *code);
/* Label of an element in the language of the page. */
const char *tong__page_element(const struct tong__page *, const struct tong__element *);
/* Labels of a list of codes joined by the list comma; NULL (no memory lost) when the list is
 * empty. */
json_t *tong__page_labels(struct tong__page *, const char *element, const json_t *codes);

/* obj.more: the named elements that the record has, as {list: [{label,value}…]}. NULL ends
 * names. */
void tong__page_more(struct tong__page *, json_t *obj, const json_t *rec,
                     const struct tong__element *table, const char *const *names);

void tong__page_title(struct tong__page *, const char *title, const char *description);
/* What absolute links begin with, "https://host/"; the relative root where no host is told. */
const char *tong__page_link_root(const struct tong__page *);
/* p->base: "https://host/folder" of the catalogue. Only plain characters: it goes into XML, too. */
void tong__page_set_base(struct tong__page *);
/* site.host, for the standard of government sites, and view.opensearch, where there is a host. */
void tong__page_identity(struct tong__page *, json_t *site);
/* The page is an article in the sense of the standard of government sites; unknown: NULL. */
void tong__page_article(struct tong__page *, const char *date, const char *source,
                        const char *keywords);
/* The feed that this page has: of the thing 'id' in 'folder', "" of all. */
void tong__page_feed(struct tong__page *, const char *folder, const char *id);
/* A step of the way from the home page; url is relative to the root ("regions/511602/"). */
void tong__page_crumb(struct tong__page *, const char *name, const char *url);
/* The steps down to a region, itself left out or not. */
void tong__page_crumbs_region(struct tong__page *, const char *region, bool itself);

/* ---- lists of items ---- */

/* A row for lists: the brief's members and what a list shows of them. */
json_t *tong__page_item_row(struct tong__page *, const json_t *brief);
/* Groups rows by item type: [{id,label,n,items}…] in the order of types; for 01 sub-items count
 * as such. */
void tong__page_by_type(struct tong__page *, json_t *obj, const char *name, const json_t *rows);
/* Groups rows by theme and audience: [{label,n,themes:[{id,name,mark,n,types}]}…]. */
void tong__page_by_theme(struct tong__page *, json_t *obj, const char *name, const json_t *rows);
/* All briefs as rows, in the order of codes. */
int tong__page_all_rows(struct tong__page *, json_t *rows);
/* view.initials: [{id,label}…], the pages of the index by initials. */
int tong__page_initials(struct tong__page *);
/* Number of briefs for each theme: {id: n}. */
json_t *tong__page_theme_counts(struct tong__page *, const json_t *rows);
/* view.audiences: themes that have items, [{id,label,themes:[{id,n,name,mark,words}…]}…];
 * view.empty_themes: {n,list} of the others, likewise; only the whole list names them. */
void tong__page_theme_groups(struct tong__page *, const json_t *counts);
/* The four directories with the number of items of each. */
void tong__page_directories(struct tong__page *, const json_t *rows);

/* ---- parts of an item's page ---- */

/* What a region's cases say together about an element they may improve (class M); the item's own
 * otherwise. Borrowed. */
const json_t *tong__page_effective(const json_t *item, const json_t *cases, const char *name,
                                   bool *varied);
void tong__page_facts(struct tong__page *, const json_t *item, const json_t *cases);
/* view.time and view.charge, {list: [{label, value}…]}: the same in full. */
void tong__page_terms(struct tong__page *, const json_t *item, const json_t *cases);
/* view.ld for programs; after the cases. 'region' and 'agency' may be NULL. */
/* view.ld: what holds of the item wherever it is handled ... */
void tong__page_linked_item(struct tong__page *, const json_t *item);
/* ... and a copy of it, with what holds here; NULL region: nowhere in particular. */
void tong__page_linked(struct tong__page *, const json_t *item, const json_t *region,
                       const json_t *agency);
/* Do the cases say anything that the facts show? Otherwise they are those of the item alone. */
bool tong__page_facts_differ(const json_t *cases);
/* A number and its word, "2 次". */
json_t *tong__page_count(struct tong__page *, json_int_t n, const char *word);
json_t *tong__page_limit(struct tong__page *, const json_t *limit);    /* "20 个工作日"; NULL */
void tong__page_materials(struct tong__page *, const json_t *item);
void tong__page_basis(struct tong__page *, const json_t *item);
void tong__page_life(struct tong__page *, const json_t *item);
void tong__page_cases(struct tong__page *, const json_t *listing);
void tong__page_halls(struct tong__page *, json_t *obj);
void tong__page_changes(struct tong__page *, const char *code, size_t most);
/* view.latest: the newest changes of the items that are wanted (NULL: all), [{date,
 * rows:[{code,name,what,commit}…]}…]. */
int tong__page_latest(struct tong__page *, size_t most,
                      bool (*wants)(struct tong__page *, const char *code));

/* 16 hex digits of everything in the layers, whose names end with NULL: other records, another
 * version. */
int tong__page_version(struct tong__page *, const char *const *layers, char out[TONG_HEX]);

struct tong__search_kept *tong__search_kept_new(void);   /* NULL when memory is out */
void tong__search_kept_free(struct tong__search_kept *);

/* ---- builders and listers, one file a group (page_*.c) ---- */

int tong__build_home(struct tong__page *);
int tong__build_search(struct tong__page *);
int tong__build_verify(struct tong__page *);
int tong__build_about(struct tong__page *);
int tong__build_board(struct tong__page *);
int tong__build_handbook(struct tong__page *);
int tong__build_doc(struct tong__page *);
int tong__build_404(struct tong__page *);
int tong__build_item(struct tong__page *);
int tong__build_alias(struct tong__page *);
int tong__build_region_item(struct tong__page *);
int tong__build_regions(struct tong__page *);
int tong__build_region(struct tong__page *);
int tong__build_agencies(struct tong__page *);
int tong__build_agency(struct tong__page *);
int tong__build_themes(struct tong__page *);
int tong__build_theme(struct tong__page *);
int tong__build_directories(struct tong__page *);
int tong__build_directory(struct tong__page *);
int tong__build_initial(struct tong__page *);
int tong__build_materials(struct tong__page *);
int tong__build_material(struct tong__page *);
int tong__build_laws(struct tong__page *);
int tong__build_law(struct tong__page *);
int tong__build_licences(struct tong__page *);
int tong__build_licence(struct tong__page *);
int tong__build_notices(struct tong__page *);
int tong__build_notice(struct tong__page *);
int tong__build_intermediaries(struct tong__page *);
int tong__build_changes(struct tong__page *);
int tong__build_change(struct tong__page *);
int tong__build_codes(struct tong__page *);
int tong__build_booklet(struct tong__page *);
int tong__build_offline(struct tong__page *);
int tong__build_kiosk(struct tong__page *);
int tong__write_item_qr(struct tong__page *, struct tong__buf *);
int tong__write_worker(struct tong__page *, struct tong__buf *);
int tong__write_manifest(struct tong__page *, struct tong__buf *);
int tong__write_keep(struct tong__page *, struct tong__buf *);
int tong__build_feed(struct tong__page *);
int tong__build_feed_region(struct tong__page *);
int tong__build_feed_theme(struct tong__page *);
int tong__build_feed_item(struct tong__page *);
int tong__build_report(struct tong__page *);
int tong__build_report_outcome(struct tong__page *);
int tong__build_report_item(struct tong__page *);
int tong__build_accessibility(struct tong__page *);
int tong__build_open_data(struct tong__page *);
int tong__build_stats(struct tong__page *);
int tong__build_region_stats(struct tong__page *);
int tong__build_scopes(struct tong__page *);
/* view.scopes, if there is such a page. */
int tong__page_scopes(struct tong__page *);
int tong__list_scopes(struct tong__urls *);
int tong__build_gone(struct tong__page *);
int tong__build_region_alias(struct tong__page *);
int tong__write_data(struct tong__page *, struct tong__buf *);
int tong__write_region_data(struct tong__page *, struct tong__buf *);
/* All tables of base, or of the region's layer, as a database (page_open_db.c): "catalogue.sqlite",
 * "region.sqlite". */
const char *tong__database_name(bool local);
int tong__write_database(struct tong__page *, struct tong__buf *, bool local);
int tong__write_record(struct tong__page *, struct tong__buf *);
int tong__write_redirects(struct tong__page *, struct tong__buf *);
int tong__write_redirect_map(struct tong__page *, struct tong__buf *);
int tong__write_sitemap_index(struct tong__page *, struct tong__buf *);
int tong__write_sitemap(struct tong__page *, struct tong__buf *);
int tong__write_opensearch(struct tong__page *, struct tong__buf *);
/* Below u->region: one page, its items, other codes of its items. */
int tong__list_region(struct tong__urls *);
int tong__list_region_items(struct tong__urls *);
int tong__list_region_aliases(struct tong__urls *);
int tong__list_data(struct tong__urls *);
int tong__list_region_data(struct tong__urls *);
int tong__list_gone(struct tong__urls *);
int tong__list_feed_items(struct tong__urls *);
int tong__list_with_url(struct tong__urls *);
int tong__list_sitemaps(struct tong__urls *);
int tong__write_search(struct tong__page *, struct tong__buf *);
int tong__write_fingerprints(struct tong__page *, struct tong__buf *);
int tong__write_robots(struct tong__page *, struct tong__buf *);
int tong__write_asset(struct tong__page *, struct tong__buf *);
int tong__write_search_text(struct tong__page *, struct tong__buf *);
int tong__list_search_text(struct tong__urls *);
int tong__list_agencies(struct tong__urls *);
/* The pattern itself, when there are records of the kind's prefix. */
int tong__list_if_any(struct tong__urls *);
int tong__list_handbook(struct tong__urls *);
int tong__list_docs(struct tong__urls *);
int tong__list_report_outcomes(struct tong__urls *);
int tong__list_directories(struct tong__urls *);
int tong__list_initials(struct tong__urls *);
int tong__list_assets(struct tong__urls *);
int tong__list_regions(struct tong__urls *);
/* Once for each region that has a layer the reader holds. */
int tong__list_held(struct tong__urls *);

#endif
