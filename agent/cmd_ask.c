/* Commands that answer about items: show, search, check, history, whatsnew, compare. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/life.h"
#include "core/err.h"
#include "core/json.h"
#include "core/message.h"

/* Prints what a call answered, as it is or through 'print'. */
static void answer(const struct tong__cli *cli, char *text, void (*print)(const json_t *))
{
	json_t *doc;

	if (!text)
		return;
	if (cli->json) {
		tong__print_json(text);
	} else if (!cli->quiet) {
		doc = tong__json_text(text);
		print(doc);
		json_decref(doc);
	}
	tong_agent_free(text);
}

/* ---- show ---- */

static void print_list(const char *label, const json_t *list)
{
	struct tong__buf text;
	const json_t *v;
	size_t i;

	tong__buf_init(&text, 65536);
	json_array_foreach(list, i, v) tong__buf_addf(&text, "%s%s", i ? _(", ") : "",
												  json_string_value(v) ? json_string_value(v) : "");
	tong__field(label, text.data);
	tong__buf_free(&text);
}

static void print_show(const json_t *doc)
{
	tong__field(_("fingerprint"), tong__json_str(doc, "fingerprint"));
	tong__print_item(json_object_get(doc, "item"));
	print_list(_("themes"), json_object_get(doc, "themes"));
	if (json_object_get(doc, "listing"))
		tong__print_listing(doc);
	else if (tong__json_str(doc, "region"))
		printf(_("\nregion %s does not list this item\n"), tong__json_str(doc, "region"));
	if (!tong__json_str(doc, "region"))
		print_list(_("listed by"), json_object_get(doc, "where"));
}

int tong__cmd_show(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	char *text, *region;
	int rc = tong__cli_open(cli, true, &a, err);

	if (rc)
		return rc;
	region = tong__cli_region(cli, a);
	rc = tong_agent_show(a, cli->args[0], region, &text, err);
	answer(cli, text, print_show);
	tong_agent_free(region);
	tong_agent_close(a);
	return rc;
}

/* ---- search ---- */

static const char *group_name(const char *group)
{
	static const char *const names[][2] = {
		{ "items", N_("items") },         { "inside", N_("in the text of items") },
		{ "themes", N_("themes") },       { "materials", N_("materials") },
		{ "laws", N_("laws") },           { "licences", N_("licences") },
		{ "notices", N_("notices") },     { "regions", N_("regions") },
		{ "agencies", N_("agencies") },   { "intermediaries", N_("intermediaries") },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], group) == 0)
			return tong__text(names[i][1]);
	return group;
}

static void print_hit(const json_t *h)
{
	const char *snippet = tong__json_str(h, "snippet"), *type = tong__json_str(h, "type_name");
	const char *code = tong__json_str(h, "code"), *name = tong__json_str(h, "name");

	tong__pad(code ? code : tong__json_str(h, "id"), 22);
	tong__pad(type ? type : "", 14);
	if (json_object_get(h, "listed"))
		fputs(json_is_true(json_object_get(h, "listed")) ? "● " : "　 ", stdout);
	puts(name ? name : "");
	if (snippet)
		printf("%*s%s\n", 22, "", snippet);
}

/* Each group once, where its best hit stands. */
static void print_groups(const json_t *doc)
{
	const json_t *hits = json_object_get(doc, "hits"), *h;
	json_t *counts = json_deep_copy(json_object_get(doc, "counts"));
	size_t i;

	json_array_foreach(hits, i, h)
	{
		const char *group = tong__json_str(h, "group");
		long long n = tong__json_int(counts, group, 0);

		if (n == 0 || json_object_del(counts, group))
			continue;
		printf("%s%s: %lld\n", i ? "\n" : "", group_name(group), n);
		for (size_t k = i; k < json_array_size(hits); k++)
			if (strcmp(tong__json_str(json_array_get(hits, k), "group"), group) == 0)
				print_hit(json_array_get(hits, k));
	}
	json_decref(counts);
}

static void print_search(const json_t *doc)
{
	print_groups(doc);
	if (tong__json_int(doc, "total", 0) == 0)
		puts(_("nothing found"));
	else if (strcmp(tong__json_str(doc, "way"), "loose") == 0)
		puts(_("none has exactly these words; these come near"));
}

int tong__cmd_search(struct tong__cli *cli, tong_error *err)
{
	struct tong__buf words;
	tong_agent *a;
	char *text = NULL, *region;
	json_t *doc;
	int rc = tong__cli_open(cli, true, &a, err);

	if (rc)
		return rc;
	tong__buf_init(&words, 4096);
	for (int i = 0; i < cli->n_args; i++)
		tong__buf_addf(&words, "%s%s", i ? " " : "", cli->args[i]);
	region = tong__cli_region(cli, a);
	if (words.failed)
		rc = tong__fail(err, TONG_E_USAGE, "search", "more than 4096 bytes of words");
	else
		rc = tong_agent_search(a, words.data, region, cli->limit, &text, err);
	if (!rc) {
		doc = tong__json_text(text);
		if (tong__json_int(doc, "total", 0) == 0)
			rc = TONG_E_NOTFOUND; /* the answer says so; the exit code too */
		json_decref(doc);
	}
	answer(cli, text, print_search);
	tong_agent_free(region);
	tong__buf_free(&words);
	tong_agent_close(a);
	return rc;
}

/* ---- check ---- */

static void print_check(const json_t *doc)
{
	bool match = tong__json_bool(doc, "match");

	tong__field(_("item"), tong__json_str(doc, "name"));
	tong__field(_("code"), tong__json_str(doc, "code"));
	tong__field(_("result"),
	            match ? _("the same: this is the standard in force")
					  : _("not the same: this is not the standard in force"));
	if (!match)
		tong__field(_("in force"), tong__json_str(doc, "fingerprint"));
}

int tong__cmd_check(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	char *text;
	int rc = tong__cli_open(cli, true, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_check(a, cli->args[0], cli->args[1], &text, err);
	answer(cli, text, print_check);
	tong_agent_close(a);
	return rc;
}

/* ---- history ---- */

static void print_history(const json_t *doc)
{
	const json_t *log = json_object_get(doc, "log"), *entry, *what;
	size_t i, j;

	printf("%s  %s\n", tong__json_str(doc, "code"),
		   tong__json_str(doc, "name") ? tong__json_str(doc, "name") : "");
	json_array_foreach(log, i, entry)
	{
		const char *commit = tong__json_str(entry, "commit");

		printf("\n%s  %.12s\n", tong__json_str(entry, "date") ? tong__json_str(entry, "date") : "",
			   commit ? commit : "");
		json_array_foreach(json_object_get(entry, "what"), j, what)
			printf("  - %s\n", json_string_value(what) ? json_string_value(what) : "");
	}
	if (json_array_size(log) == 0)
		puts(_("no changes are recorded"));
}

int tong__cmd_history(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	char *text;
	int rc = tong__cli_open(cli, true, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_history(a, cli->args[0], &text, err);
	answer(cli, text, print_history);
	tong_agent_close(a);
	return rc;
}

/* ---- whatsnew ---- */

static void print_news(const json_t *doc)
{
	const json_t *list = json_object_get(doc, "changes"), *entry, *what;
	size_t i, j;

	json_array_foreach(list, i, entry)
	{
		printf("%s  ", tong__json_str(entry, "date"));
		tong__pad(tong__json_str(entry, "code"), 22);
		puts(tong__json_str(entry, "name") ? tong__json_str(entry, "name") : "");
		json_array_foreach(json_object_get(entry, "what"), j, what)
			printf("  - %s\n", json_string_value(what) ? json_string_value(what) : "");
	}
	if (json_array_size(list) == 0)
		printf(_("nothing has changed since %s\n"), tong__json_str(doc, "since"));
}

int tong__cmd_whatsnew(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	char *text;
	json_t *doc;
	int rc;

	if (!cli->since_text)
		return tong__fail(err, TONG_E_USAGE, "whatsnew",
						  "wanted: --since and a day like 2026-01-31");
	rc = tong__cli_open(cli, true, &a, err);
	if (rc)
		return rc;
	rc = tong_agent_whatsnew(a, cli->since_text, &text, err);
	if (!rc) {
		doc = tong__json_text(text);
		if (json_array_size(json_object_get(doc, "changes")) == 0)
			rc = TONG_E_NOTFOUND; /* the answer says so; the exit code too */
		json_decref(doc);
	}
	answer(cli, text, print_news);
	tong_agent_close(a);
	return rc;
}

/* ---- compare ---- */

static void print_items(const json_t *list, const char *region)
{
	const json_t *entry;
	size_t i;

	if (json_array_size(list))
		printf(_("only %s lists:\n"), region);
	json_array_foreach(list, i, entry)
	{
		fputs("  ", stdout);
		tong__pad(tong__json_str(entry, "code"), 20);
		puts(tong__json_str(entry, "name") ? tong__json_str(entry, "name") : "");
	}
}

static bool do_differ(const json_t *doc)
{
	return json_array_size(json_object_get(doc, "differ")) ||
		   json_array_size(json_object_get(doc, "only_a")) ||
		   json_array_size(json_object_get(doc, "only_b"));
}

static void print_compared(const json_t *doc)
{
	const json_t *differ = json_object_get(doc, "differ"), *entry, *one;
	char a[200], b[200];
	size_t i, j;

	tong__place_text(doc, "place_a", "a", a);
	tong__place_text(doc, "place_b", "b", b);
	print_items(json_object_get(doc, "only_a"), a);
	print_items(json_object_get(doc, "only_b"), b);
	json_array_foreach(differ, i, entry)
	{
		tong__pad(tong__json_str(entry, "code"), 22);
		puts(tong__json_str(entry, "name") ? tong__json_str(entry, "name") : "");
		json_array_foreach(json_object_get(entry, "elements"), j, one)
			tong__print_two(tong__json_str(one, "element"), a, json_object_get(one, "a"), b,
							json_object_get(one, "b"));
	}
	if (!do_differ(doc))
		printf(_("%s and %s do not differ\n"), a, b);
}

int tong__cmd_compare(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	char *text;
	json_t *doc;
	int rc = tong__cli_open(cli, true, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_compare(a, cli->args[0], cli->args[1], &text, err);
	if (!rc) {
		doc = tong__json_text(text);
		if (do_differ(doc))
			rc = TONG_E_DIFFERS; /* the answer says so; the exit code too */
		json_decref(doc);
	}
	answer(cli, text, print_compared);
	tong_agent_close(a);
	return rc;
}
