/* libtong-agent: keeps a verified copy of a Tong release on this machine and answers from it, with
 * the cable out.
 *
 * Rules that hold for every function
 *   - 0 is success; anything else is an enum tong_code, and 'err' (NULL is fine) says what, where
 *     and what to do. After a success 'err' means nothing.
 *   - Strings are UTF-8 and NUL-terminated. What came through **out is yours to free with the
 *     function named there, and is NULL after a failure unless something else is said; a pointer
 *     returned from a getter lives as long as its object.
 *   - The library prints nothing, never exits, catches no signal, changes no process-wide setting,
 *     has no global state. Of the libraries below it libcurl, libcrypto and SQLite make themselves
 *     ready in their first call, each once in a process, whichever thread that is.
 *   - Threads: any number of agents may be at work at once, also on one store. One agent is used by
 *     one thread at a time, whichever that is; between two of them stands a lock or a join of
 *     yours. An agent is not carried over fork().
 *   - On one store one agent or process writes (sync, relay, rollback, and verify when it finds
 *     damage); a second one is told TONG_E_BUSY. All others read meanwhile, and each call sees the
 *     release that was whole when it began.
 *   - Callbacks come from the thread that called, and before the call returns. They do not call the
 *     same agent again, but for tong_agent_page from within tong_agent_urls.
 *   - Option and result structs start with their size, set by the _INIT macro; zero always means
 *     the default. Members are only added at the end, and what stands there keeps its place and its
 *     meaning: a host made for an older library runs with a newer one. A newer host asking an older
 *     library for what it does not know is told TONG_E_USAGE. */
#ifndef TONG_AGENT_H
#define TONG_AGENT_H

#include <stddef.h>
#include <stdint.h>

#include <tong/error.h>

#if defined(__GNUC__)
#define TONG_API __attribute__((visibility("default")))
#else
#define TONG_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tong_agent tong_agent;

/* ---- life ---- */

typedef struct tong_options {
	size_t size;
	void *user;                 /* handed to every callback */
	int64_t (*now)(void *user); /* seconds since 1970 UTC; NULL: the machine's clock */
	/* 'level': 0 error, 1 warning, 2 info, 3 debug. 'text' lives during the call. */
	void (*log)(void *user, int64_t level, const char *text);
	/* 'done' of 'total' bytes (0: not known) of one file; return other than 0 to interrupt. */
	int (*progress)(void *user, const char *file, uint64_t done, uint64_t total);
	uint64_t read_only;       /* 1: the release is never changed; sync is refused */
	uint64_t timeout_seconds; /* give up on a source that sends nothing for so long; 0: 30 */
	uint64_t byte_budget;     /* most bytes one sync may fetch; 0: no limit */
	/* The network, when a source is on it; strings are copied by tong_agent_open. */
	const char *proxy;     /* a URL, with name:password@ if it wants them; "env": http_proxy and its
							* family in the environment; NULL: none */
	const char *ca_file;   /* PEM: only these authorities are trusted; NULL: the system's */
	const char *cert_file; /* PEM: this node's certificate, for a server that asks; NULL: none */
	const char *key_file;  /* PEM, not locked: its key; NULL: in cert_file */
	const char *hours;     /* local time in which the network may be used, "22:00-06:00" */
	uint64_t rate;         /* most bytes a second; 0: no limit */
	uint64_t month_budget; /* most bytes of a calendar month, both ways; 0: no limit */
	/* Memory for the answers (**json, **bytes), which you then free your own way; NULL: malloc's,
	 * freed with tong_agent_free. 'n' is never 0; NULL from it is TONG_E_NOMEM. What the library
	 * keeps for itself comes from malloc: the libraries below can only be given another allocator
	 * for the whole process, and that is for the process to decide. */
	void *(*allocate)(void *user, size_t n);
	const char *const *sources; /* NULL-ended, in place of those remembered; copied */
} tong_options;
#define TONG_OPTIONS_INIT { sizeof(tong_options), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Makes a store in 'dir' (created if missing, must be empty): pins the root metadata, remembers
 * sources and regions (NULL-ended lists). Nothing is fetched. */
TONG_API int tong_agent_init(const char *dir, const void *root, size_t root_len,
							 const char *const *sources, const char *const *regions,
							 tong_error *err);

/* Opens a store. TONG_E_STORE_NEWER when a newer version wrote it; after a crash the old release or
 * the new one is there whole (P1). */
TONG_API int tong_agent_open(tong_agent **out, const char *dir, const tong_options *,
							 tong_error *err);
TONG_API void tong_agent_close(tong_agent *); /* NULL is fine */

/* ---- work ---- */

typedef struct tong_sync_result {
	size_t size;
	uint64_t changed;    /* 1: a newer release is held now */
	uint64_t requests;   /* asked of the source */
	uint64_t bytes_down; /* received: bodies, headers, TLS handshakes */
	uint64_t bytes_up;   /* requests sent */
	uint64_t records;    /* put or removed */
	uint64_t release;    /* snapshot version held now */
	char way[64];        /* "head", "metadata", "not modified", "full" … */
	char source[256];    /* which source answered */
	uint64_t bytes_month; /* over the network in this calendar month, this sync included */
	int64_t clock_skew;   /* seconds that the source's clock is ahead of ours; 0 also: not known */
} tong_sync_result;
#define TONG_SYNC_RESULT_INIT { sizeof(tong_sync_result), 0, 0, 0, 0, 0, 0, { 0 }, { 0 }, 0, 0 }

/* Brings the store to the newest release of 'source' (a URL, a folder or a bundle; NULL: those
 * remembered, in order). All or nothing. */
TONG_API int tong_agent_sync(tong_agent *, const char *source, tong_sync_result *, tong_error *err);

/* 'on' 1: from the next sync on the release is kept in DIR/relay as it came, for nodes of the
 * levels below: `tong-agent serve` gives it at /repository/, tong_agent_export on a stick. 0: no
 * longer, and the folder is emptied. */
TONG_API int tong_agent_relay(tong_agent *, int on, tong_error *err);

typedef struct tong_export_options {
	size_t size;
	const char *const *regions; /* NULL-ended; NULL: all that are held */
	uint64_t since; /* only for nodes that hold this release or a newer one; 0: for any node */
} tong_export_options;
#define TONG_EXPORT_OPTIONS_INIT { sizeof(tong_export_options), 0, 0 }

typedef struct tong_export_result {
	size_t size;
	uint64_t release, layers, changesets, bytes;
	int64_t expires; /* when the first of what is signed expires */
} tong_export_result;
#define TONG_EXPORT_RESULT_INIT { sizeof(tong_export_result), 0, 0, 0, 0, 0 }

/* Writes what DIR/relay holds into one file for a stick (FORMAT section 9). The same release gives
 * the same bytes. 'options' and 'result' may be NULL. */
TONG_API int tong_agent_export(tong_agent *, const char *file, const tong_export_options *,
							   tong_export_result *, tong_error *err);

/* Goes back to the release before the last sync (kept once). The release left behind is not taken
 * again; a newer one is (P3). */
TONG_API int tong_agent_rollback(tong_agent *, tong_error *err);

/* Re-hashes every layer, and every file kept for the levels below, and compares with what was
 * signed; with 'pages' 1 also renders every page.
 * Each difference is logged as an error; TONG_E_STORE when there was one. *checked (may be NULL)
 * counts records and pages. */
TONG_API int tong_agent_verify(tong_agent *, int pages, uint64_t *checked, tong_error *err);

/* ---- upward (FORMAT section 14) ---- */

/* What somebody says of a guide. Strings are UTF-8, NULL or "" where nothing was said; white space
 * around them is dropped, control characters but LF and TAB are refused. */
typedef struct tong_feedback {
	size_t size;
	const char *kind;        /* "wrong" "old" "differs" "unclear" "link" "other" "rating" */
	const char *item;        /* a code or alias, as typed; at most 40 characters, as 'region' */
	const char *region;      /* a code or a name, as typed */
	const char *field;       /* the element in question, like "limit_promised" */
	const char *text;        /* at most 2,000 characters; wanted unless kind is "rating" */
	const char *contact;     /* at most 100; kept to the end date only */
	const char *fingerprint; /* of the standard seen; one of another form is left out, as 'lang' */
	const char *lang;        /* of the page */
	uint64_t rating;         /* 1 to 5 with kind "rating", else 0 */
	char id[32];             /* out: what may be quoted, "XXXX-XXXX-XXXX-XXXX" */
} tong_feedback;
#define TONG_FEEDBACK_INIT { sizeof(tong_feedback), 0, 0, 0, 0, 0, 0, 0, 0, 0, { 0 } }

/* Takes it into the outbox: when 0 is returned it is on disk to stay (P9). Needs no network, does
 * not wait for a sync, and works with an agent that was opened read_only too, which is about the
 * release. A fault of a member has its name as subject; TONG_E_FULL: too many wait already. */
TONG_API int tong_agent_feedback(tong_agent *, tong_feedback *, tong_error *err);

typedef struct tong_report_result {
	size_t size;
	uint64_t made;    /* 1: this node said anew what it holds and how it is */
	uint64_t sent;    /* reports handed to the level above, or left on the stick */
	uint64_t done;    /* acknowledged by it */
	uint64_t waiting; /* in the outbox now, those sent and not acknowledged too */
	uint64_t aside;   /* refused for good */
	char state[16];   /* of this node there: "none", "waiting", "approved", "rejected", "revoked" */
} tong_report_result;
#define TONG_REPORT_RESULT_INIT { sizeof(tong_report_result), 0, 0, 0, 0, 0, { 0 } }

/* Says what this node holds, when that is due, and hands what waits in the outbox to the level
 * above: over the network, or to the folder 'stick' (NULL: the network), from which receipts are
 * taken too. Nothing is lost or counted twice however often it fails (P9). A node that did not
 * enrol (tong-agent(1)) keeps its reports. */
TONG_API int tong_agent_report(tong_agent *, const char *stick, tong_report_result *, tong_error *);

/* ---- reading: needs no network and no write (P5) ---- */

/* Each answer is one JSON document (compact, NUL-terminated), its own copy: it outlives the agent.
 * Free with tong_agent_free, or your own way when you gave 'allocate'. */

/* State: release, layers with identity, regions, last sync, expiry, whether current. */
TONG_API int tong_agent_status(tong_agent *, char **json, tong_error *err);
/* An item by code or alias, joined with the region's local elements when 'region' is not NULL.
 * TONG_E_NOTFOUND. */
TONG_API int tong_agent_show(tong_agent *, const char *code, const char *region, char **json,
							 tong_error *err);
/* Names, codes, sounds and full text, best first, as on the site:
 * {"total":n,"way":"code|words|loose","counts":{GROUP:n},"hits":[…]}; tong-agent(1) has the
 * members of a hit. At most 'limit' hits (0: 20). The first call of a release makes the index of
 * names, which the agent keeps. */
TONG_API int tong_agent_search(tong_agent *, const char *words, const char *region, size_t limit,
							   char **json, tong_error *err);
/* TONG_OK: the fingerprint is that of the item in force; TONG_E_DIFFERS: it is not, and there is an
 * answer too; TONG_E_NOTFOUND: no such item. 'json' may be NULL. */
TONG_API int tong_agent_check(tong_agent *, const char *code, const char *fingerprint, char **json,
							  tong_error *err);
/* The item's log of changes. */
TONG_API int tong_agent_history(tong_agent *, const char *code, char **json, tong_error *err);
/* What differs between two regions: items that one of them lists (only_a, only_b), and of those
 * that both list the elements that a region may improve (differ). */
TONG_API int tong_agent_compare(tong_agent *, const char *region_a, const char *region_b,
								char **json, tong_error *err);
/* What changed in any item on that day ("2026-01-31") or later, the newest first. */
TONG_API int tong_agent_whatsnew(tong_agent *, const char *since, char **json, tong_error *err);
/* The bytes of a page of the site (a NUL behind them is not counted), freed like an answer, and
 * its media type (static). The same bytes as the province's site (P6). */
TONG_API int tong_agent_page(tong_agent *, const char *url, char **bytes, size_t *len,
							 const char **type, tong_error *err);
/* Every URL this store can render, one call each; 'fn' returns 0 to go on, and anything else ends
 * the walk and is returned. */
TONG_API int tong_agent_urls(tong_agent *, int (*fn)(void *user, const char *url), void *user,
							 tong_error *err);

TONG_API void tong_agent_free(void *); /* NULL is fine */

/* ---- words ---- */

/* Messages, of tong_error and of the log, are English, and Chinese in a process whose locale asks
 * for it (gettext, domain "tong"): this library never calls setlocale, and looks where libc looks
 * unless the process calls bindtextdomain("tong", DIR). They are UTF-8 in any locale. Programs go
 * by codes. */

TONG_API const char *tong_version(void);
/* "TONG_E_HASH"; and the same in a short Chinese sentence. */
TONG_API const char *tong_code_name(int code);
TONG_API const char *tong_code_text(int code);

#ifdef __cplusplus
}
#endif
#endif
