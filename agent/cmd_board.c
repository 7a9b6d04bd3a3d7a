/* `board`: which node holds which standard since when, in a terminal or as JSON; alarms. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/board.h"
#include "agent/cmd_hook.h"
#include "agent/command.h"
#include "agent/life.h"
#include "core/err.h"
#include "core/json.h"
#include "core/message.h"

/* ---- words ---- */

static const struct word {
	const char *standing, *text, *colour;
} words[] = {
	{ "current", N_("up to date"), "\033[32m" },  { "behind", N_("behind"), "\033[33m" },
	{ "ahead", N_("ahead of us"), "\033[36m" },      { "divergent", N_("divergent"), "\033[1;31m" },
	{ "silent", N_("silent"), "\033[31m" },          { "never", N_("not heard yet"), "\033[33m" },
	{ "waiting", N_("wants approval"), "\033[33m" }, { "rejected", N_("rejected"), "\033[2m" },
	{ "revoked", N_("revoked"), "\033[2m" },
};

static const struct word *word_of(const char *standing)
{
	size_t i = 0;

	while (i + 1 < sizeof words / sizeof *words && strcmp(words[i].standing, standing) != 0)
		i++;
	return &words[i];
}

/* "3 d", "5 h" */
static const char *span(int64_t seconds, char out[40])
{
	if (seconds >= 2 * 86400)
		snprintf(out, 40, _("%lld days"), (long long)(seconds / 86400));
	else if (seconds >= 2 * 3600)
		snprintf(out, 40, _("%lld hours"), (long long)(seconds / 3600));
	else
		snprintf(out, 40, _("%lld minutes"), (long long)(seconds / 60));
	return out;
}

static void say_problem(const json_t *p, char out[120])
{
	const char *what = tong__json_str(p, "what");
	int64_t value = tong__json_int(p, "value", 0);
	char t[40];

	if (strcmp(what, "divergent") == 0)
		snprintf(out, 120, "%s", _("what it holds is not what was signed"));
	else if (strcmp(what, "pages") == 0)
		snprintf(out, 120, _("its pages differ from ours (layers: %lld)"), (long long)value);
	else if (strcmp(what, "silent") == 0)
		snprintf(out, 120, _("silent for %s"), span(value, t));
	else if (strcmp(what, "never") == 0)
		snprintf(out, 120, _("approved %s ago and not heard since"), span(value, t));
	else if (strcmp(what, "behind") == 0)
		snprintf(out, 120, _("the newer standard is %s old"), span(value, t));
	else if (strcmp(what, "disk") == 0)
		snprintf(out, 120, _("%lld %% of the disk is free"), (long long)value);
	else if (strcmp(what, "clock") == 0)
		snprintf(out, 120, _("its clock is off by %s"), span(llabs((long long)value), t));
	else if (strcmp(what, "waiting") == 0)
		snprintf(out, 120, _("asked %s ago"), span(value, t));
	else
		snprintf(out, 120, _("%lld reports wait in it"), (long long)value);
}

/* ---- the table ---- */

static void print_row(const json_t *row, bool colour)
{
	const struct word *w = word_of(tong__json_str(row, "standing"));
	int64_t release = tong__json_int(row, "release", 0);
	char when[40], text[120], place[200];
	const json_t *p;
	size_t i;

	fputs(colour ? w->colour : "", stdout);
	tong__pad(tong__text(w->text), 16);
	fputs(colour ? "\033[0m" : "", stdout);
	snprintf(text, sizeof text, "%" PRId64, release);
	tong__pad(release ? text : "–", 9);
	tong__pad(tong__day(tong__json_int(row, "since", 0), when), 18);
	tong__pad(tong__day(tong__json_int(row, "heard", 0), when), 18);
	tong__place_text(row, "place", "region", place);
	printf("%s%s%s\n", tong__json_str(row, "name"), *place ? "  " : "", place);
	json_array_foreach(tong__json_arr(row, "problems"), i, p)
	{
		say_problem(p, text);
		printf("%16s! %s\n", "", text);
	}
}

static void print_counts(const json_t *doc)
{
	const char *between = "";

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		int64_t n = tong__json_int(tong__json_obj(doc, "counts"), words[i].standing, 0);

		if (!n)
			continue;
		printf("%s%s %" PRId64, between, tong__text(words[i].text), n);
		between = _(", ");
	}
	putchar('\n');
}

static void print_board(const json_t *doc)
{
	bool colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	const json_t *row;
	size_t i;

	if (json_array_size(tong__json_arr(doc, "nodes")) == 0) {
		puts(_("no node of the levels below reports here"));
		return;
	}
	printf(_("release %lld here; nodes: "), (long long)tong__json_int(doc, "release", 0));
	print_counts(doc);
	putchar('\n');
	tong__pad(_("state"), 16);
	tong__pad(_("release"), 9);
	tong__pad(_("since"), 18);
	tong__pad(_("heard last"), 18);
	puts(_("node"));
	json_array_foreach(tong__json_arr(doc, "nodes"), i, row) print_row(row, colour);
}

/* ---- alarms ---- */

static int tell(const char *program, const json_t *doc, tong_error *err)
{
	char *text = json_dumps(doc, JSON_COMPACT);
	int fd = text ? tong__hook_text(text, err) : -1, rc;

	if (!text)
		tong__fail_nomem(err);
	free(text);
	if (fd < 0)
		return err->code;
	rc = tong__hook_run(program, fd, err);
	close(fd);
	return rc;
}

/* With rules asked for, something wrong is a no (exit code 1). */
static int sound_alarm(const struct tong__cli *cli, json_t *doc, tong_error *err)
{
	int64_t n = tong__json_int(doc, "alarms", 0);
	int rc = 0;

	if (n && cli->webhook)
		rc = tell(cli->webhook, doc, err);
	if (!rc && n && (cli->alarm || cli->webhook)) {
		err->code = 0;
		err->message[0] = '\0';
		return TONG_E_FINDINGS;
	}
	return rc;
}

int tong__cmd_board(struct tong__cli *cli, tong_error *err)
{
	struct tong__alarm_rules rules = TONG_ALARM_RULES;
	json_t *doc = NULL;
	tong_agent *a;
	int rc = cli->alarm ? tong__alarm_read(cli->alarm, &rules, err) : 0;

	if (!rc && cli->webhook)
		rc = tong__hook_check(cli->webhook, err);
	if (!rc)
		rc = tong__cli_open(cli, true, &a, err);
	if (rc)
		return rc;
	rc = tong__board(a, &rules, &doc, err);
	if (!rc && cli->json)
		tong__print_doc(json_incref(doc));
	else if (!rc && !cli->quiet)
		print_board(doc);
	if (!rc)
		rc = sound_alarm(cli, doc, err);
	json_decref(doc);
	tong_agent_close(a);
	return rc;
}
