/* `feedback`: what people said, to be sorted, closed, handed to editors and counted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/feedback.h"
#include "agent/outbox.h"
#include "core/json.h"
#include "core/message.h"

#define MAX_CSV (256u << 20)

/* ---- list ---- */

static void print_row(const json_t *row)
{
	const char *item = tong__json_str(row, "item"), *name = tong__json_str(row, "name");
	json_int_t rating = tong__json_int(row, "rating", 0);
	char when[40], text[32], about[200], where[200];

	printf("%s  %s  %s\n", tong__json_str(row, "id"),
		   tong__day(tong__json_int(row, "made", 0), when),
		   tong__feedback_what(tong__json_str(row, "what")));
	snprintf(about, sizeof about, "%s %s", item ? item : "", name ? name : "");
	tong__field(_("  item"), item ? about : "");
	tong__place_text(row, "place", "region", where);
	tong__field(_("  region"), where);
	tong__field(_("  department"), tong__json_str(row, "department"));
	tong__field(_("  field"), tong__json_str(row, "field"));
	snprintf(text, sizeof text, _("%lld of 5"), (long long)rating);
	tong__field(_("  rating"), rating ? text : "");
	tong__field(_("  said"), tong__json_str(row, "text"));
	tong__field(_("  contact"), tong__json_str(row, "contact"));
	if (json_is_false(json_object_get(row, "current")))
		tong__field(_("  standard"), _("has changed since"));
	tong__field(_("  closed"), json_object_get(row, "closed")
								   ? tong__day(tong__json_int(row, "closed", 0), when)
								   : "");
	tong__field(_("  note"), tong__json_str(row, "note"));
}

static int list(struct tong__cli *cli, tong_agent *a, tong_error *err)
{
	json_t *rows, *row;
	size_t i;
	int rc = tong__feedback_rows(a, cli->all, &rows, err);

	if (rc)
		return rc;
	if (cli->json) {
		tong__print_doc(rows);
		return 0;
	}
	json_array_foreach(rows, i, row) print_row(row);
	if (!cli->quiet)
		printf(_("%zu open\n"), json_array_size(rows));
	json_decref(rows);
	return 0;
}

/* ---- close ---- */

static int close_one(struct tong__cli *cli, tong_agent *a, tong_error *err)
{
	struct tong__outbox o;
	char note[500] = "";
	int rc;

	if (cli->n_args < 2)
		return tong__fail(err, TONG_E_USAGE, "close",
						  "an id is wanted, then a note if there is one");
	for (int i = 2; i < cli->n_args; i++)
		snprintf(note + strlen(note), sizeof note - strlen(note), "%s%s", i > 2 ? " " : "",
				 cli->args[i]);
	rc = tong__outbox_open(&o, cli->store, err);
	if (rc)
		return rc;
	rc = tong__ledger_begin(o.ledger, err);
	if (!rc)
		rc = tong__ledger_said_close(o.ledger, cli->args[1], note[0] ? note : NULL,
									 tong__agent_now(a), err);
	if (!rc)
		rc = tong__ledger_commit(o.ledger, err);
	tong__outbox_close(&o);
	if (!rc && cli->json)
		tong__print_doc(json_pack("{s:s}", "closed", cli->args[1]));
	else if (!rc && !cli->quiet)
		printf(_("%s is closed; what was said is forgotten in 30 days\n"), cli->args[1]);
	return rc;
}

/* ---- export ---- */

static int export(struct tong__cli *cli, tong_agent *a, tong_error *err)
{
	struct tong__buf csv;
	uint64_t files = 0;
	json_t *rows;
	int rc;

	if (!cli->csv == !cli->tasks)
		return tong__fail(err, TONG_E_USAGE, "export", "--csv or --tasks FOLDER is wanted");
	rc = tong__feedback_rows(a, cli->all, &rows, err);
	if (rc)
		return rc;
	tong__buf_init(&csv, MAX_CSV);
	if (cli->tasks)
		rc = tong__feedback_tasks(a, rows, cli->tasks, &files, err);
	else
		rc = tong__feedback_csv(rows, &csv, err);
	if (!rc && cli->csv)
		fwrite(csv.data, 1, csv.len, stdout);
	else if (!rc && cli->json)
		printf("{\"tasks\":%" PRIu64 "}\n", files);
	else if (!rc && !cli->quiet)
		printf(_("%s: %llu tasks\n"), cli->tasks, (unsigned long long)files);
	tong__buf_free(&csv);
	json_decref(rows);
	return rc;
}

/* ---- stats ---- */

static void print_stats(const json_t *stats)
{
	const json_t *one;
	char text[64];
	size_t i;

	tong__pad(_("open"), 8);
	tong__pad(_("closed"), 8);
	tong__pad(_("rating"), 14);
	puts(_("department"));
	json_array_foreach(stats, i, one)
	{
		json_int_t n = tong__json_int(one, "ratings", 0),
				   sum = tong__json_int(one, "rating_sum", 0);
		const char *name = tong__json_str(one, "department");

		snprintf(text, sizeof text, "%lld", (long long)tong__json_int(one, "open", 0));
		tong__pad(text, 8);
		snprintf(text, sizeof text, "%lld", (long long)tong__json_int(one, "closed", 0));
		tong__pad(text, 8);
		snprintf(text, sizeof text, "%lld.%lld (%lld)", n ? (long long)(sum / n) : 0,
				 n ? (long long)(sum * 10 / n % 10) : 0, (long long)n);
		tong__pad(n ? text : "–", 14);
		puts(name && *name ? name : _("not known"));
	}
}

static int stats(struct tong__cli *cli, tong_agent *a, tong_error *err)
{
	json_t *rows, *sums;
	int rc = tong__feedback_rows(a, true, &rows, err);

	if (rc)
		return rc;
	sums = tong__feedback_stats(rows);
	json_decref(rows);
	if (cli->json) {
		tong__print_doc(sums);
		return 0;
	}
	print_stats(sums);
	json_decref(sums);
	return 0;
}

int tong__cmd_feedback(struct tong__cli *cli, tong_error *err)
{
	static const struct {
		const char *word;
		int (*run)(struct tong__cli *, tong_agent *, tong_error *);
		int max;
	} verbs[] = { { "list", list, 1 },
				  { "close", close_one, 32 },
				  { "export", export, 1 },
				  { "stats", stats, 1 } };
	const char *word = cli->n_args ? cli->args[0] : "list";
	tong_agent *a;
	int rc;

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(verbs[i].word, word) != 0 || cli->n_args > verbs[i].max)
			continue;
		rc = tong__cli_open(cli, true, &a, err);
		if (rc)
			return rc;
		rc = verbs[i].run(cli, a, err);
		tong_agent_close(a);
		return rc;
	}
	return tong__fail(err, TONG_E_USAGE, word, "wanted: feedback list, close, export or stats");
}
