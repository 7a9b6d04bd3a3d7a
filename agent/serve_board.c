/* /board/: how the nodes of the levels below stand, as a page of the site's look. */
#include "agent/feedback.h"
#include "agent/serve_in.h"
#include "core/json.h"
#include "core/limits.h"

#define SHARE 20 /* of ten thousand nodes it takes a second to make: at most 1/20 of the time */
#define LEAST 2000 /* milliseconds for which what people said is not counted again */

/* The board as it is, or as it was a moment ago: the longer it takes to make, the longer it is
 * kept. It belongs to the server. */
static int facts(struct tong__serve *s, const json_t **out, tong_error *err)
{
	int64_t before = tong__serve_now(), after;
	json_t *fresh;
	int rc = 0;

	if (!s->board || before >= s->board_old) {
		rc = tong__board(s->agent, &s->alarm, &fresh, err);
		if (rc)
			return rc;
		after = tong__serve_now();
		json_decref(s->board);
		s->board = fresh;
		s->board_old = after + (after - before) * SHARE;
	}
	*out = s->board;
	return 0;
}

/* What people said, by department; programs that read the metrics do not wait for it. */
static int departments(struct tong__serve *s, tong_error *err)
{
	int64_t before = tong__serve_now(), after;
	json_t *rows;
	int rc;

	if (s->departments && before < s->departments_old)
		return 0;
	rc = tong__feedback_rows(s->agent, true, &rows, err);
	if (rc)
		return rc;
	json_decref(s->departments);
	s->departments = tong__feedback_stats(rows);
	json_decref(rows);
	after = tong__serve_now();
	s->departments_old = after + LEAST + (after - before) * SHARE;
	return s->departments ? 0 : tong__fail_nomem(err);
}

static int page(struct tong__serve *s, const char *url, struct tong__buf *out, const char **type,
				tong_error *err)
{
	const json_t *board;
	int rc = facts(s, &board, err);

	if (!rc)
		rc = departments(s, err);
	if (!rc && json_object_set(s->board, "departments", s->departments))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__agent_begin(s->agent, err);
	if (rc)
		return rc;
	rc = tong__agent_site(s->agent, err);
	if (!rc)
		rc = tong__site_board(s->agent->site, &s->agent->reader, url, board, out, type, err);
	tong__agent_end(s->agent);
	return rc;
}

enum MHD_Result tong__serve_board(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__buf out;
	const char *type;
	enum MHD_Result ok;
	int rc;

	tong__buf_init(&out, TONG_MAX_PAGE);
	rc = page(s, url, &out, &type, &err);
	if (rc)
		ok = tong__answer_text(s, c,
							   rc == TONG_E_NOTFOUND ? MHD_HTTP_NOT_FOUND
													 : MHD_HTTP_SERVICE_UNAVAILABLE,
							   err.message);
	else
		ok = tong__answer_bytes(s, c, MHD_HTTP_OK, out.data, out.len, type);
	tong__buf_free(&out);
	return ok;
}

void tong__serve_board_metrics(struct tong__serve *s, struct tong__buf *out)
{
	const json_t *board;
	tong_error none;

	if (facts(s, &board, &none) == 0)
		tong__board_metrics(board, out);
}
