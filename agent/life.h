/* What a tong_agent is inside: options, the store opened for reading, and what is kept of the
 * release between calls. */
#ifndef TONG_AGENT_LIFE_H
#define TONG_AGENT_LIFE_H

#include <tong/agent.h>

#include "agent/rows.h"
#include "agent/store.h"
#include "core/search_names.h"
#include "core/site.h"

enum { TONG__ERROR, TONG__WARNING, TONG__INFO, TONG__DEBUG }; /* levels of tong_options.log */

#define TONG_PARSED     64   /* records kept parsed between pages */
#define TONG_LEAN       512  /* laws and materials, which guides name: small without "items" */
#define TONG_PARSED_MAX 8192 /* longer ones are not kept: they would fill the node's memory */

struct tong__parsed {
	char layer[TONG_MAX_ROLE_NAME];
	char key[TONG_MAX_KEY + 1];
	json_t *rec;
};

struct tong_agent {
	tong_options opt; /* its strings are ours */
	char *dir;
	json_t *sources; /* tong_options.sources; NULL: those that the store remembers */
	struct tong__store *store; /* for reading only: sync and rollback open their own */
	int64_t skew;              /* that a server's clock was ahead when it was heard last */
	bool rebuilt;              /* the database was made anew since the agent was opened */
	int64_t serial;            /* which release site, names and parsed belong to */
	struct tong__reader reader;
	struct tong__site *site; /* compiled when the first page is asked for */
	struct tong__names *names; /* made when the first search is asked for, rows too */
	struct tong__rows *rows;
	struct tong__parsed parsed[TONG_PARSED];
	struct tong__parsed lean[TONG_LEAN]; /* records of base without "items" */
};

void tong__agent_log(const tong_agent *, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int64_t tong__agent_now(const tong_agent *);

/* A public call that reads: one release from begin to end, what was kept of an older one dropped.
 * Calls nest. TONG_E_NOTFOUND when nothing was ever synced, TONG_E_STORE when a check found damage
 * (P2); then end is not called. */
int tong__agent_begin(tong_agent *, tong_error *);
/* The same without these two demands, for status and verify. */
int tong__agent_begin_any(tong_agent *, tong_error *);
void tong__agent_end(tong_agent *);
/* The same, with what came of the call: TONG_E_STORE when damage was met on the way, as what could
 * not be read may have looked as if it were not there (P2). */
int tong__agent_done(tong_agent *, int rc, tong_error *);
/* rc, or TONG_E_NOMEM when memory failed since the call began, whatever came of it. */
int tong__agent_told(int rc, tong_error *);

/* Grows with every change of the release; for caches of pages. -1 when it cannot be read. */
int64_t tong__agent_serial(tong_agent *);

/* reader.c */
void tong__reader_init(tong_agent *);
void tong__reader_forget(tong_agent *); /* the parsed records */
int tong__agent_site(tong_agent *, tong_error *);
int tong__agent_names(tong_agent *, tong_error *);

/* The page at 'url', appended; what tong_agent_page gives to the host. */
int tong__agent_render(tong_agent *, const char *url, struct tong__buf *page, const char **type,
					   tong_error *);

/* host.c. An answer is handed out last, when the call can no longer fail: it may lie in memory that
 * only the host can free. 'a' NULL: it stays in the library, malloc'd. */

/* 'text' as it is, NUL-terminated; its own failure is told. 'text' is empty afterwards. */
int tong__agent_give(const tong_agent *a, struct tong__buf *text, char **out, tong_error *);
/* JSON, compact; takes over 'doc' (NULL: out of memory). TONG_E_STORE when damage was met. */
int tong__agent_answer(const tong_agent *a, json_t *doc, char **out, tong_error *);
/* The same of damage itself, and of what was not read from the store. */
int tong__agent_say(const tong_agent *a, json_t *doc, char **out, tong_error *);
/* Options of a host that may be older or newer than the library, into 'to', which holds defaults.
 * 'from' NULL: none were given. TONG_E_USAGE names 'name'. */
int tong__options_take(void *to, size_t n, const void *from, const char *name, tong_error *);
/* What of a result such a host has room for; its 'size' stays. 'to' may be NULL. */
void tong__result_give(void *to, const void *result, size_t n);

/* lookup.c: the item code that 'typed' (a code or alias, any case) means. */
#define TONG_MAX_CODE 64
int tong__lookup_code(tong_agent *, const char *typed, char out[TONG_MAX_CODE], tong_error *);
/* The region whose layer answers for 'region': itself, or the county that holds it. */
int tong__lookup_region(tong_agent *, const char *region, char layer[TONG_MAX_ROLE_NAME],
						tong_error *);

/* place.c: what people call the region, like "广安市广安区": with those above it but the province.
 * NULL: not known here. Yours. */
char *tong__place_name(tong_agent *, const char *code);
/* The same as a member of 'doc', when it is known. */
void tong__place_add(tong_agent *, json_t *doc, const char *member, const char *code);
/* "广安市广安区 511602", of two members of 'doc' that may be missing. */
void tong__place_text(const json_t *doc, const char *place, const char *region, char out[200]);

/* Lists kept as JSON in meta: "sources", "regions". */
json_t *tong__agent_list(tong_agent *, const char *name);

#endif
