/* Answers: headers, codings, tags, parts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/serve_in.h"
#include "core/site.h"
#include "core/text.h"

/* ---- what is asked ---- */

const char *tong__ask_header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

bool tong__ask_coding(struct tong__serve *s, struct MHD_Connection *c, bool large,
					  enum tong__coding *out, enum MHD_Result *ok)
{
	*out = TONG_PLAIN;
	if (tong__ask_header(c, "Range")) /* parts are parts of the plain body */
		return true;
	if (tong__coding_choose(tong__ask_header(c, "Accept-Encoding"), large, out))
		return true;
	*ok = tong__answer_text(s, c, MHD_HTTP_NOT_ACCEPTABLE,
							"br, gzip, zstd and identity are offered\n");
	return false;
}

/* ---- headers ---- */

static void say(struct MHD_Response *r, const char *name, const char *value)
{
	MHD_add_response_header(r, name, value);
}

void tong__answer_headers(struct MHD_Response *r, const char *type, const char *etag)
{
	/* Pages are ours and carry no inline script or style; JSON-LD is data, which the policy does
	 * not stop. */
	say(r, "Content-Security-Policy", TONG_CSP);
	say(r, "Permissions-Policy", TONG_PERMISSIONS);
	say(r, "Cross-Origin-Opener-Policy", "same-origin");
	say(r, "X-Content-Type-Options", "nosniff");
	say(r, "Referrer-Policy", "no-referrer");
	if (type)
		say(r, "Content-Type", type);
	if (type && !tong__starts(type, "text/html")) { /* data may be read by every site's scripts */
		say(r, "Access-Control-Allow-Origin", "*");
		say(r, "Access-Control-Expose-Headers", "Content-Range, ETag");
	}
	if (etag)
		say(r, "ETag", etag);
	say(r, "Cache-Control", etag ? "no-cache" : "no-store");
}

void tong__answer_range(struct MHD_Response *r, uint64_t from, uint64_t n, uint64_t size)
{
	char range[80];

	if (n)
		snprintf(range, sizeof range, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, from, from + n - 1,
				 size);
	else
		snprintf(range, sizeof range, "bytes */%" PRIu64, size);
	say(r, "Content-Range", range);
}

/* ---- answers ---- */

enum MHD_Result tong__answer(struct tong__serve *s, struct MHD_Connection *c, unsigned status,
							 struct MHD_Response *r)
{
	enum MHD_Result ok = r ? MHD_queue_response(c, status, r) : MHD_NO;

	tong__serve_count(&s->counts, s->kind, status);
	tong__conn_sends(c, s->body);
	if (r)
		MHD_destroy_response(r);
	return ok;
}

enum MHD_Result tong__answer_text(struct tong__serve *s, struct MHD_Connection *c, unsigned status,
								  const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);

	if (r)
		tong__answer_headers(r, TONG_TEXT_TYPE, NULL);
	return tong__answer(s, c, status, r);
}

enum MHD_Result tong__answer_away(struct tong__serve *s, struct MHD_Connection *c, unsigned status,
								  const char *to)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	if (!r)
		return MHD_NO;
	tong__answer_headers(r, NULL, NULL);
	say(r, "Location", to);
	return tong__answer(s, c, status, r);
}

enum MHD_Result tong__answer_method(struct tong__serve *s, struct MHD_Connection *c,
									const char *allow)
{
	static const char text[] = "this address does not take that method\n";
	struct MHD_Response *r = MHD_create_response_from_buffer(
		sizeof text - 1, (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);

	if (r) {
		tong__answer_headers(r, TONG_TEXT_TYPE, NULL);
		say(r, "Allow", allow);
	}
	return tong__answer(s, c, MHD_HTTP_METHOD_NOT_ALLOWED, r);
}

/* Scripts of other sites may read, and only read. */
enum MHD_Result tong__answer_options(struct tong__serve *s, struct MHD_Connection *c,
									 const char *allow)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	if (r) {
		say(r, "Allow", allow);
		say(r, "Access-Control-Allow-Origin", "*");
		say(r, "Access-Control-Allow-Methods", "GET, HEAD");
		say(r, "Access-Control-Allow-Headers", "If-None-Match, If-Range, Range");
		say(r, "Access-Control-Max-Age", "86400");
	}
	return tong__answer(s, c, MHD_HTTP_NO_CONTENT, r);
}

/* ---- bodies ---- */

static void let_go(void *kept)
{
	tong__body_drop(kept);
}

/* A response that sends n bytes of the page from 'from' on, and holds it until it is sent. */
static struct MHD_Response *body_of(struct tong__serve *s, struct tong__body *k, uint64_t from,
									uint64_t n)
{
	struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(
		n, k->bytes + from, let_go, k);

	if (r)
		tong__body_hold(k);
	s->body = n;
	return r;
}

static void describe(struct MHD_Response *r, const struct tong__body *k, bool tagged)
{
	tong__answer_headers(r, k->type, tagged ? k->etag : NULL);
	say(r, "Vary", "Accept-Encoding");
	if (k->coding != TONG_PLAIN)
		say(r, "Content-Encoding", tong__coding_names[k->coding]);
}

/* An address that carries the version of what is there never means anything else. */
static void may_stay(struct MHD_Connection *c, struct MHD_Response *r, const struct tong__body *k)
{
	const char *v = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "v");

	if (!v || strcmp(v, k->version) != 0)
		return;
	MHD_del_response_header(r, "Cache-Control", "no-cache");
	say(r, "Cache-Control", "public, max-age=31536000, immutable");
}

static enum MHD_Result send_page(struct tong__serve *s, struct MHD_Connection *c,
								 struct tong__body *k)
{
	uint64_t from = 0, n = k->n;
	enum tong__range part = k->coding == TONG_PLAIN && !s->head
								? tong__range_of(tong__ask_header(c, "Range"),
												 tong__ask_header(c, "If-Range"), k->etag, k->n,
												 &from, &n)
								: TONG_WHOLE;
	struct MHD_Response *r;

	if (part == TONG_BEYOND)
		n = 0;
	r = body_of(s, k, from, n);
	if (!r)
		return MHD_NO;
	describe(r, k, part != TONG_BEYOND);
	say(r, "Accept-Ranges", "bytes");
	may_stay(c, r, k);
	if (part != TONG_WHOLE)
		tong__answer_range(r, from, n, k->n);
	return tong__answer(s, c,
						part == TONG_WHOLE  ? MHD_HTTP_OK
						: part == TONG_PART ? MHD_HTTP_PARTIAL_CONTENT
											: MHD_HTTP_RANGE_NOT_SATISFIABLE,
						r);
}

enum MHD_Result tong__answer_body(struct tong__serve *s, struct MHD_Connection *c, unsigned status,
								  struct tong__body *k)
{
	struct MHD_Response *r;

	if (status == MHD_HTTP_OK && k->to) {
		status = MHD_HTTP_MOVED_PERMANENTLY;
	} else if (status == MHD_HTTP_OK) {
		if (!tong__etag_listed(tong__ask_header(c, "If-None-Match"), k->etag))
			return send_page(s, c, k);
		r = body_of(s, k, 0, 0);
		if (r)
			describe(r, k, true);
		return tong__answer(s, c, MHD_HTTP_NOT_MODIFIED, r);
	}
	r = body_of(s, k, 0, k->n);
	if (r)
		describe(r, k, false);
	if (r && k->to)
		say(r, "Location", k->to);
	return tong__answer(s, c, status, r);
}

enum MHD_Result tong__answer_bytes(struct tong__serve *s, struct MHD_Connection *c, unsigned status,
								   const char *bytes, size_t n, const char *type)
{
	struct tong__body *plain, *k = NULL;
	enum tong__coding coding;
	enum MHD_Result ok;

	if (!tong__ask_coding(s, c, false, &coding, &ok))
		return ok;
	plain = tong__body_new(bytes, n, type, NULL);
	if (plain)
		k = tong__press(s->press, plain, coding);
	tong__body_drop(plain);
	ok = k ? tong__answer_body(s, c, status, k) : MHD_NO;
	tong__body_drop(k);
	return ok;
}
