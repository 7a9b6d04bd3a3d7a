/* Pages from records: which URLs there are, and the bytes of each (FORMAT section 7; promise
 * P6). */
#ifndef TONG_CORE_SITE_H
#define TONG_CORE_SITE_H

#include "core/buf.h"
#include "core/record.h"

/* What pages keep for pages to come (struct tong__site_memory). */
enum tong__kept { TONG__KEPT_COMMON, TONG__KEPT_AGENCIES, TONG__KEPT_CHANGES, TONG__N_KEPT };
enum tong__keeping { TONG__KEEP_BEGIN, TONG__KEEP_END, TONG__KEEP_USE };

/* How pages see records. Implementations: the publisher's layers in memory, the node's store. All
 * calls are reads; a reader belongs to one thread. */
struct tong__reader {
	void *user;
	/* The record 'key' of 'layer' ("site", "base", "r511602", or "derived" for L9), as a new
	 * reference; NULL when there is none. Errors (a damaged store) go to the tong_error and
	 * return NULL with err->code set. */
	json_t *(*get)(void *user, const char *layer, const char *key, tong_error *);
	/* The line itself, without LF, appended to out (for fingerprints); TONG_E_NOTFOUND when there
	 * is none. */
	int (*line)(void *user, const char *layer, const char *key, struct tong__buf *out,
	            tong_error *);
	/* Every record of 'layer' whose key starts with 'prefix', in key order. fn returns 0 to go
	 * on; 'rec' is borrowed. */
	int (*each)(void *user, const char *layer, const char *prefix,
	            int (*fn)(void *arg, const char *key, const json_t *rec), void *arg, tong_error *);
	/* Does the reader hold this layer? */
	bool (*has_layer)(void *user, const char *layer);
	/* As each, but the lines as they are, and of those only the ones that hold 'text' (NULL: all):
	 * for who wants only keys, or few of many records; "": all, for who looks at their keys alone
	 * and not at the line. Not for "derived", which has no lines. */
	int (*scan)(void *user, const char *layer, const char *prefix, const char *text,
	            int (*fn)(void *arg, const char *key, struct tong__str line), void *arg,
	            tong_error *);
	/* May be NULL. For a reader that writes down what a page is made from: what is read from BEGIN
	 * to END is kept, and this page and those that say USE are made from it. */
	void (*kept)(void *user, enum tong__kept, enum tong__keeping);
	/* May be NULL: then 'get' is asked. The same record of "base" without "items", its list of the
	 * items that name it: long, and looked at by the record's own page alone. For a reader that
	 * parses a record each time. */
	json_t *(*get_lean)(void *user, const char *key, tong_error *);
	/* May be NULL. For a reader that writes down: as if 'get' had been called for this record. */
	void (*asked)(void *user, const char *layer, const char *key);
};

/* What every server of these pages tells the browser beside them (docs/recipes/site says it for
 * nginx): only our own scripts, styles and pictures, in no foreign frame. Where forms may go each
 * page says itself (templates/top.html), because the form of a report may go to a collector. */
#define TONG_CSP \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " \
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; " \
	"frame-ancestors 'self'"
#define TONG_PERMISSIONS "camera=(), geolocation=(), microphone=()"

/* The language that items are written in; every other one is a translation. */
#define TONG_LANG "zh-CN"
#define TONG_MAX_LANG 16

/* "/en/items/X/" -> 3, the length of the language's prefix; 0 when there is none. A prefix is a
 * language tag in form: no page's own path begins with two or three letters alone (W5). */
size_t tong__lang_prefix(const char *url);

/* The version of this page builder, against which a release's look is held (FORMAT L8). */
#define TONG_RENDERER 4

/* TONG_E_NEWER when this look ("look" of the site layer; NULL: none) needs a newer builder. */
int tong__look_check(const json_t *look, tong_error *);

struct tong__site;

/* Compiles templates and strings of the site layer. The reader must outlive the site. Rendering
 * is thread-safe when the reader's calls are. */
int tong__site_open(struct tong__site **out, const struct tong__reader *, tong_error *);
void tong__site_close(struct tong__site *);
/* Of the same records as 'other', for another thread: what is large and made once is made for both.
 * Right after opening. */
void tong__site_share(struct tong__site *, const struct tong__site *other);
/* For readers whose base changes while a site is open: what was kept of it is made anew. */
void tong__site_records_changed(struct tong__site *);

/* May this be site.url of a catalogue? "https://host" or "https://host/folder", http too, at most
 * TONG_MAX_SITE_URL - 1 bytes of plain characters. NULL: no. */
bool tong__site_url_valid(const char *url);

/* May this be site.report_url? A whole http or https address, or a path on the host itself, of the
 * characters that an address is written with. */
bool tong__report_url_valid(const char *url);

/* Renders the page at 'url' ("/", "/items/511A0138000000/", "/static/style.css"). *type is set to
 * its media type (static string). TONG_E_NOTFOUND: no such page; its page body (404) can be had
 * with url "/404.html". */
int tong__site_render(const struct tong__site *, const struct tong__reader *, const char *url,
                      struct tong__buf *out, const char **type, tong_error *);

/* The board at 'url', "/board/" or "/TAG/board/": a page that is no function of records. 'facts' is
 * what agent/board.h says, and "departments" what agent/feedback.h counts. TONG_E_NOTFOUND when the
 * look has none yet, or the catalogue no such language. */
int tong__site_board(const struct tong__site *, const struct tong__reader *, const char *url,
                     const json_t *facts, struct tong__buf *out, const char **type, tong_error *);

/* What a thread keeps from one page to the next, so that many guides of one item in a row cost
 * less: some hundred kilobytes. It belongs to one site. */
struct tong__site_memory;

struct tong__site_memory *tong__site_memory_new(void);   /* NULL when memory is out */
void tong__site_memory_free(struct tong__site_memory *);
/* As tong__site_render, the same bytes; 'memory' may be NULL. */
int tong__site_render_next(const struct tong__site *, const struct tong__reader *,
                           struct tong__site_memory *memory, const char *url,
                           struct tong__buf *out, const char **type, tong_error *);

/* The kind of page that an address has the form of: the nth such row of the table of kinds, from 0
 * on. False when there are no more. Whether the page exists is for its records to say. */
struct tong__site_kind {
	const char *pattern;         /* "/items/<*>/" without the brackets */
	const char *prefix;          /* of the records that have one such page each; may be NULL */
	char arg[2][TONG_MAX_KEY + 1];   /* what stands for each '*' */
};
bool tong__site_kind(const char *url, size_t nth, struct tong__site_kind *out);

/* Every URL this reader can render, in a fixed order (base pages, then region by region as far as
 * layers are held, W1). */
int tong__site_urls(const struct tong__site *, const struct tong__reader *,
                    int (*fn)(void *arg, const char *url), void *arg, tong_error *);

/* "/items/X/" -> "items/X/index.html", "/feed.atom" -> "feed.atom": the file of a URL. False when
 * it does not fit. */
bool tong__site_file(const char *url, char *out, size_t max);

#endif
