/* /board/: how the nodes of the levels below stand, as a page of the site's look. */
#include "agent/board.h"
#include "agent/serve_in.h"
#include "core/limits.h"

static int page(tong_agent *a, const char *url, struct tong__buf *out, const char **type,
				tong_error *err)
{
	struct tong__alarm_rules rules = TONG_ALARM_RULES;
	json_t *facts;
	int rc = tong__board(a, &rules, &facts, err);

	if (rc)
		return rc;
	rc = tong__agent_begin(a, err);
	if (!rc) {
		rc = tong__agent_site(a, err);
		if (!rc)
			rc = tong__site_board(a->site, &a->reader, url, facts, out, type, err);
		tong__agent_end(a);
	}
	json_decref(facts);
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
	rc = page(s->agent, url, &out, &type, &err);
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
