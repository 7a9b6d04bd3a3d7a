/* Inside the web server: what it holds, and how its parts answer. Everything here happens in the
 * one thread that MHD runs. */
#ifndef TONG_AGENT_SERVE_IN_H
#define TONG_AGENT_SERVE_IN_H

#include <microhttpd.h>

#include "agent/board.h"
#include "agent/serve.h"
#include "agent/serve_cache.h"
#include "agent/serve_conns.h"
#include "agent/serve_counts.h"
#include "agent/serve_limit.h"
#include "agent/serve_press.h"
#include "agent/serve_tls.h"

#define TONG_JSON_TYPE "application/json; charset=utf-8"
#define TONG_TEXT_TYPE "text/plain; charset=utf-8"

struct tong__serve {
	tong_agent *agent;
	struct MHD_Daemon *daemon;
	struct tong__serve_cache *cache;
	struct tong__press *press;
	struct tong__conns *conns;
	struct tong__limit *limit, *packets; /* of what people say; of nodes' reports */
	struct tong__tls *tls; /* NULL: plain HTTP */
	bool kiosk;
	struct tong__alarm_rules alarm;
	json_t *board;     /* as it was made last; NULL: not yet */
	int64_t board_old; /* when it is to be made again, in milliseconds */
	json_t *departments; /* what people said, counted last; NULL: not yet */
	int64_t departments_old;
	int64_t serial; /* of the release the cache belongs to */
	int64_t looked; /* when that was asked last, in milliseconds */
	int64_t started; /* seconds since 1970 */
	struct tong__serve_counts counts;
	/* of the request being answered */
	enum tong__serve_kind kind;
	bool head;     /* it wants the headers alone */
	uint64_t body; /* bytes that its answer sends after the headers */
};

/* ---- serve_answer.c ---- */

/* A header of the request; NULL when it is not there. */
const char *tong__ask_header(struct MHD_Connection *, const char *name);
/* The coding the body will have; false: the client takes none, and was told so (*ok). */
bool tong__ask_coding(struct tong__serve *, struct MHD_Connection *, bool large,
					  enum tong__coding *out, enum MHD_Result *ok);

/* What every answer says about its body: type (NULL: none), tag (NULL: none, and nobody keeps
 * it). */
void tong__answer_headers(struct MHD_Response *, const char *type, const char *etag);
/* Takes the response over (NULL: out of memory). */
enum MHD_Result tong__answer(struct tong__serve *, struct MHD_Connection *, unsigned status,
							 struct MHD_Response *);
enum MHD_Result tong__answer_text(struct tong__serve *, struct MHD_Connection *, unsigned status,
								  const char *text);
/* With 200: 304 when the client has it, 301 when it leads on, 206 or 416 when it asks for a
 * part. */
enum MHD_Result tong__answer_body(struct tong__serve *, struct MHD_Connection *, unsigned status,
								  struct tong__body *);
/* The same of a text that is made for this request alone, in a coding that the client takes. */
enum MHD_Result tong__answer_bytes(struct tong__serve *, struct MHD_Connection *, unsigned status,
								   const char *bytes, size_t n, const char *type);
/* 301, 302, 303: to another address, relative so that a front with a prefix stays right. */
enum MHD_Result tong__answer_away(struct tong__serve *, struct MHD_Connection *, unsigned status,
								  const char *to);
/* 206 and 416 say which part they are. */
void tong__answer_range(struct MHD_Response *, uint64_t from, uint64_t n, uint64_t size);
/* 204 for OPTIONS: what may be asked, from where. */
enum MHD_Result tong__answer_options(struct tong__serve *, struct MHD_Connection *,
									 const char *allow);
/* 405, with the methods that are taken. */
enum MHD_Result tong__answer_method(struct tong__serve *, struct MHD_Connection *,
									const char *allow);

/* Milliseconds of a clock that never jumps. */
int64_t tong__serve_now(void);

/* ---- what is at which address ---- */

typedef enum MHD_Result tong__serve_fn(struct tong__serve *, struct MHD_Connection *,
									   const char *url);

/* serve_page.c: a page of the site. */
tong__serve_fn tong__serve_page;
/* Is there such a page? */
bool tong__serve_has(struct tong__serve *, const char *url);
/* serve_repo.c: a file of the release; 'url' is its name. */
tong__serve_fn tong__serve_repo;
/* serve_api.c: '/api/v1/…' */
tong__serve_fn tong__serve_api;
/* {"error":{"code":"TONG_E_NOTFOUND","message":…,"text":…}}, yours to free; NULL: no memory. */
char *tong__serve_error(int rc, const tong_error *);
/* serve_openapi.c: '/api/openapi.json' */
tong__serve_fn tong__serve_openapi;
/* serve_probe.c, serve_counts.c */
tong__serve_fn tong__serve_health, tong__serve_ready, tong__serve_metrics;

/* What a POST is answered by, when its body has come. 'body' is NULL when it was over the
 * ceiling. */
typedef enum MHD_Result tong__serve_post_fn(struct tong__serve *, struct MHD_Connection *,
											const char *body, size_t n);

/* serve_board.c: how the nodes below stand; and the same as Prometheus reads it. */
tong__serve_fn tong__serve_board;
void tong__serve_board_metrics(struct tong__serve *, struct tong__buf *out);
/* serve_reports.c: a packet from a node below (FORMAT U10). */
tong__serve_post_fn tong__serve_reports;
#define TONG_PACKET_BYTES (TONG_MAX_PACKET + 4096) /* packed it may be longer by a little */

/* serve_feedback.c: '/feedback' */
tong__serve_post_fn tong__serve_feedback;
/* Who asks, as far as limits are concerned: an address, or a network of IPv6. */
void tong__serve_peer(struct MHD_Connection *, char *out, size_t max);
/* The page of thanks with the number of the report that it was asked for with (?id=); false: it is
 * not asked for with one. *out is yours to free. */
bool tong__serve_number(struct MHD_Connection *, struct tong__body *page, char **out, size_t *n);

/* serve_listen.c: reads ADDR:PORT and begins to listen, with 's' handed to both. */
int tong__serve_listen(struct tong__serve *, const char *where, MHD_AccessHandlerCallback handler,
					   MHD_RequestCompletedCallback done, char *address, size_t max,
					   tong_error *);

#endif
