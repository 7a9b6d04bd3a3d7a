/* How a running node is, for `status`: what it says of itself, and every problem in a line. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/cmd_health.h"
#include "agent/cmd_state.h"
#include "agent/health.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"

static const char *date_of(json_int_t when, char out[40])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(out, 40, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0';
	return out;
}

static void add_text(json_t *doc, const char *what, const char *text)
{
	json_array_append_new(json_object_get(doc, "problems"),
						  json_pack("{s:s, s:s}", "what", what, "text", text));
}

static void add_problem(json_t *doc, const char *what, const json_t *fault)
{
	const char *subject = tong__json_str(fault, "subject");
	char text[700];

	if (!fault || json_is_null(fault))
		return;
	snprintf(text, sizeof text, subject && *subject ? "%s: %s" : "%s%s", subject ? subject : "",
			 tong__json_str(fault, "message"));
	add_text(doc, what, text);
}

static bool has_problem(const json_t *doc, const char *start)
{
	const json_t *p;
	size_t i;

	json_array_foreach(json_object_get(doc, "problems"), i, p)
		if (tong__starts(tong__json_str(p, "what"), start))
			return true;
	return false;
}

static void add_counts(json_t *doc, const json_t *node)
{
	long long bad = tong__json_int(json_object_get(node, "pages"), "bad", 0),
			  alarms = tong__json_int(node, "alarms", 0);
	char text[200];

	snprintf(text, sizeof text, _("%lld pages of the site cannot be made; the log names them"),
			 bad);
	if (bad)
		add_text(doc, "pages", text);
	snprintf(text, sizeof text,
			 _("%lld alarms about nodes of the levels below; tong-agent board tells which"),
			 alarms);
	if (alarms)
		add_text(doc, "alarms", text);
}

void tong__health_add(json_t *doc, const char *store)
{
	json_t *node = tong__state_read(store);

	if (!node)
		return;
	add_problem(doc, "sync", json_object_get(node, "sync"));
	if (!has_problem(doc, "clock"))
		tong__health_skew(tong__json_int(node, "skew", 0), json_object_get(doc, "problems"));
	add_problem(doc, "config", json_object_get(node, "config_fault"));
	add_problem(doc, "damage", json_object_get(node, "damage"));
	add_problem(doc, "webhook", json_object_get(node, "webhook"));
	add_counts(doc, node);
	json_object_set_new(doc, "node", node);
}

static void print_node(const json_t *node)
{
	const json_t *box = json_object_get(node, "sandbox"), *look = json_object_get(node, "look"),
				 *pages = json_object_get(node, "pages");
	const char *address = tong__json_str(node, "address");
	char text[200], date[40];

	snprintf(text, sizeof text, _("runs since %s, http://%s/"),
			 date_of(tong__json_int(node, "since", 0), date), address ? address : "");
	tong__field(_("node"), text);
	if (tong__json_int(box, "landlock", 0) || tong__json_bool(box, "seccomp"))
		snprintf(text, sizeof text, _("Landlock %lld, seccomp %s"),
				 (long long)tong__json_int(box, "landlock", 0),
				 tong__json_bool(box, "seccomp") ? _("yes") : _("no"));
	else
		snprintf(text, sizeof text, "%s", _("none"));
	tong__field(_("sandbox"), text);
	tong__field(_("next sync"), date_of(tong__json_int(node, "next", 0), date));
	if (tong__json_int(node, "checked", 0))
		tong__field(_("compared"), date_of(tong__json_int(node, "checked", 0), date));
	snprintf(text, sizeof text, _("page %lld of %lld"), (long long)tong__json_int(look, "page", 0),
			 (long long)tong__json_int(look, "pages", 0));
	tong__field(_("looked over"), look ? text : "");
	snprintf(text, sizeof text, _("%lld made, %lld of them in vain"),
			 (long long)tong__json_int(pages, "pages", 0),
			 (long long)tong__json_int(pages, "bad", 0));
	tong__field(_("pages"), pages ? text : "");
}

static void print_upward(const json_t *up)
{
	const char *state = tong__json_str(up, "state"), *url = tong__json_str(up, "url"),
			   *delivered = tong__json_str(up, "delivered");
	long long waiting = tong__json_int(up, "waiting", 0);
	char text[1400];

	if (!up)
		return;
	if (!url) {
		tong__field(_("reports"), tong__cli_upper_text("none"));
		return;
	}
	snprintf(text, sizeof text, "%s%s%s", url, *url ? ": " : "", tong__cli_upper_text(state));
	tong__field(_("reports"), text);
	snprintf(text, sizeof text, _("%lld wait; the level above last acknowledged some: %s"), waiting,
			 delivered ? delivered : _("never"));
	tong__field(_("outbox"), text);
}

void tong__health_print(const json_t *doc)
{
	const json_t *p, *node = json_object_get(doc, "node");
	size_t i;

	print_upward(json_object_get(doc, "upward"));
	if (node)
		print_node(node);
	json_array_foreach(json_object_get(doc, "problems"), i, p)
		tong__field(_("problem"), tong__json_str(p, "text"));
}
