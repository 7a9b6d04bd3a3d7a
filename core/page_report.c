/* Saying that something is wrong, and what the site does so that everyone can use it. */
#include <string.h>

#include "core/page.h"
#include "core/text.h"

bool tong__report_url_valid(const char *url)
{
	if (!url || strlen(url) >= TONG_MAX_URL)
		return false;
	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"<>\\^`{|}", *c))
			return false;
	return (url[0] == '/' && url[1] && url[1] != '/') || tong__starts(url, "https://") ||
	       tong__starts(url, "http://");
}

/* The collector as a policy names it (Content Security Policy 3, section 2.3.1): without a query,
 * and without what would end the name. */
static void allow(struct tong__page *p, const char *url)
{
	struct tong__buf name;
	size_t n = strcspn(url, "?#");

	tong__buf_init(&name, 3 * TONG_MAX_URL);
	for (size_t i = 0; i < n; i++) {
		if (url[i] == ';' || url[i] == ',')
			tong__buf_adds(&name, url[i] == ';' ? "%3B" : "%2C");
		else
			tong__buf_addc(&name, url[i]);
	}
	p->nomem = p->nomem || name.failed;
	tong__page_str(p, p->view, "report_to", name.data);
	tong__buf_free(&name);
}

/* Where reports go: to a collector, or to the host itself when the address begins with '/'. Nothing
 * configured: the telephone only, because a plain static host cannot take a form. */
static bool set_action(struct tong__page *p)
{
	const char *url = tong__json_str(tong__json_obj(p->catalogue, "site"), "report_url");
	bool here = url && url[0] == '/';

	if (!url || !tong__report_url_valid(url))
		return false;
	tong__page_set(p, p->view, "report_action",
	               tong__page_text(p, here ? p->asset_root : "", here ? url + 1 : url, NULL));
	if (!here)
		allow(p, url);
	return true;
}

/* Which standard was seen: it may have changed when the report is read. */
static int set_print(struct tong__page *p)
{
	char print[TONG_FINGERPRINT];
	struct tong__buf line;
	int rc;

	tong__buf_init(&line, TONG_MAX_RECORD);
	rc = tong__page_fingerprint(p, p->arg[0], &line, print);
	if (rc == 0)
		tong__page_str(p, p->view, "print", print);
	tong__buf_free(&line);
	return rc;
}

int tong__build_report(struct tong__page *p)
{
	set_action(p);
	tong__page_title(p, tong__page_word(p, "report_title"),
	                 tong__page_word(p, "report_description"));
	return 0;
}

/* A page for each item, so that its code is in the form without a script. */
int tong__build_report_item(struct tong__page *p)
{
	json_t *brief = tong__page_brief(p, p->arg[0]), *title, *url;
	const char *name = tong__json_str(brief, "name");
	int rc;

	if (!brief)
		return tong__page_notfound(p);
	if (!name)
		name = tong__page_word(p, "no_name");
	rc = set_action(p) ? set_print(p) : 0;
	title = tong__page_text(p, tong__page_word(p, "report_title"), tong__page_word(p, "colon"),
	                        name, NULL);
	url = tong__page_text(p, "items/", p->arg[0], "/", NULL);
	tong__page_title(p, json_string_value(title), tong__page_word(p, "report_description"));
	tong__page_str(p, p->view, "item_code", p->arg[0]);
	tong__page_str(p, p->view, "heading", name);
	tong__page_true(p, p->view, "noindex");
	if (url)
		tong__page_crumb(p, name, json_string_value(url));
	json_decref(title);
	json_decref(url);
	json_decref(brief);
	return rc ? rc : p->err.code;
}

/* What a server tells somebody who sent a report, one page for each outcome: a server that knows
 * the number of a report writes it into the first (agent/serve_feedback.c). */
static const char *const outcomes[] = {"thanks", "empty", "long", "later", "refused", "trouble",
                                       NULL};

int tong__build_report_outcome(struct tong__page *p)
{
	const char *const *o = outcomes;

	while (*o && strcmp(*o, p->arg[0]) != 0)
		o++;
	if (!*o)
		return tong__page_notfound(p);
	tong__page_title(p, tong__page_word_of(p, "report_title", *o),
	                 tong__page_word_of(p, "report_text", *o));
	if (o == outcomes)
		tong__page_true(p, p->view, "taken");
	tong__page_true(p, p->view, "noindex");
	return p->err.code;
}

/* Only where there is a form. */
int tong__list_report_outcomes(struct tong__urls *u)
{
	json_t *c = u->reader->get(u->reader->user, "base", "catalogue", u->err);
	const char *url = tong__json_str(tong__json_obj(c, "site"), "report_url");
	bool form = tong__report_url_valid(url);
	int rc = c ? 0 : u->err->code;

	json_decref(c);
	for (size_t i = 0; form && rc == 0 && outcomes[i]; i++)
		rc = tong__urls_emit(u, outcomes[i], NULL);
	return rc;
}

int tong__build_accessibility(struct tong__page *p)
{
	tong__page_title(p, tong__page_word(p, "a11y_title"), tong__page_word(p, "a11y_description"));
	return 0;
}
