/* Commands about the way up: enroll, report, collect. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/upward.h"
#include "core/message.h"

/* ---- reporting ---- */

static json_t *report_doc(const tong_report_result *r)
{
	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:s}", "attested", (int)r->made, "sent",
					 (json_int_t)r->sent, "acknowledged", (json_int_t)r->done, "waiting",
					 (json_int_t)r->waiting, "aside", (json_int_t)r->aside, "state", r->state);
}

const char *tong__cli_upper_text(const char *state)
{
	static const char *const texts[][2] = {
		{ "none", N_("this node reports to nobody; `enroll` names a level above") },
		{ "waiting", N_("the level above has not approved this node yet") },
		{ "approved", N_("the level above knows this node") },
		{ "rejected", N_("the level above has rejected this node") },
		{ "revoked", N_("the level above takes no more reports of this node") },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(texts[i][0], state) == 0)
			return tong__text(texts[i][1]);
	return state;
}

static void print_report(const struct tong__cli *cli, const tong_report_result *r)
{
	if (cli->json)
		tong__print_doc(report_doc(r));
	if (cli->json || cli->quiet)
		return;
	printf(_("%llu reports sent, %llu acknowledged, %llu wait\n"), (unsigned long long)r->sent,
		   (unsigned long long)r->done, (unsigned long long)r->waiting);
	if (r->aside)
		printf(_("%llu were refused for good and are set aside\n"), (unsigned long long)r->aside);
	puts(tong__cli_upper_text(r->state));
}

/* The folder of what was synced from, when it can be carried. NULL: it is on the network. */
static char *stick_of(const char *from)
{
	struct stat st;
	char *folder, *slash;

	if (!from || strstr(from, "://") || stat(from, &st) < 0)
		return NULL;
	folder = strdup(from);
	if (!folder || S_ISDIR(st.st_mode))
		return folder;
	slash = strrchr(folder, '/');
	if (!slash) {
		free(folder);
		return strdup(".");
	}
	slash[slash == folder] = '\0';
	return folder;
}

/* A release that arrived is not held up by reports that did not leave. */
void tong__cli_report(struct tong__cli *cli, tong_agent *a)
{
	tong_report_result result = TONG_REPORT_RESULT_INIT;
	tong_error err = TONG_ERROR_INIT;
	char *stick = stick_of(cli->from), text[600];

	if (tong_agent_report(a, stick, &result, &err)) {
		snprintf(text, sizeof text, _("the reports wait for another time: %s: %s"), err.subject,
				 err.message);
		tong__cli_log(cli, 1, text);
	} else if (result.sent && !cli->json) {
		snprintf(text, sizeof text, _("%llu reports sent, %llu acknowledged, %llu wait"),
				 (unsigned long long)result.sent, (unsigned long long)result.done,
				 (unsigned long long)result.waiting);
		if (cli->verbose)
			tong__cli_log(cli, 2, text);
	}
	free(stick);
}

static int attest_now(struct tong__cli *cli, tong_agent *a, tong_error *err)
{
	struct tong__outbox o;
	bool made;
	int rc = tong__outbox_open(&o, cli->store, err);

	if (rc)
		return rc;
	if (cli->pages)
		rc = tong__attest_pages(a, &o, NULL, NULL, err);
	if (!rc)
		rc = tong__attest(a, &o, true, &made, err);
	tong__outbox_close(&o);
	return rc;
}

int tong__cmd_report(struct tong__cli *cli, tong_error *err)
{
	tong_report_result result = TONG_REPORT_RESULT_INIT;
	tong_agent *a;
	int rc = tong__cli_open(cli, false, &a, err);

	if (rc)
		return rc;
	rc = attest_now(cli, a, err);
	if (!rc)
		rc = tong_agent_report(a, cli->out, &result, err);
	if (!rc)
		print_report(cli, &result);
	tong_agent_close(a);
	return rc;
}

/* ---- joining ---- */

static char *host_name(void)
{
	char *name = calloc(1, 65);

	if (name && gethostname(name, 64) != 0)
		name[0] = '\0';
	return name;
}

static void print_enrolled(const struct tong__cli *cli, const struct tong__outbox *o)
{
	const char *id = tong__identity_id(o->me);
	char spoken[TONG_NODE_SPOKEN];

	tong__node_spoken(id, spoken);
	if (cli->json)
		tong__print_doc(json_pack("{s:s, s:s}", "node", id, "spoken", spoken));
	if (cli->json || cli->quiet)
		return;
	printf(_("this node is %s (id %s)\n"), spoken, id);
	puts(_("the level above sees that with `tong-agent nodes` and compares it by telephone before "
		   "it approves"));
}

static int enroll(struct tong__cli *cli, tong_agent *a, tong_error *err)
{
	char *host = cli->name ? NULL : host_name();
	struct tong__outbox o;
	uint64_t n;
	int rc = tong__outbox_open(&o, cli->store, err);

	if (!rc) {
		rc = tong__enroll(a, &o,
						  cli->name ? cli->name
						  : host    ? host
									: "",
						  cli->n_args ? cli->args[0] : NULL, cli->upper, err);
		if (!rc && cli->out)
			rc = tong__reports_write(&o, cli->out, &n, err);
		if (!rc)
			print_enrolled(cli, &o);
		tong__outbox_close(&o);
	}
	free(host);
	return rc;
}

int tong__cmd_enroll(struct tong__cli *cli, tong_error *err)
{
	tong_report_result result = TONG_REPORT_RESULT_INIT;
	tong_agent *a;
	int rc = tong__cli_open(cli, false, &a, err);

	if (rc)
		return rc;
	rc = enroll(cli, a, err);
	if (!rc && cli->n_args) {
		rc = tong_agent_report(a, NULL, &result, err);
		if (!rc && !cli->json && !cli->quiet)
			puts(tong__cli_upper_text(result.state));
	}
	tong_agent_close(a);
	return rc;
}

/* ---- from below ---- */

static void print_collected(const struct tong__cli *cli, const struct tong__intake *c,
							uint64_t files)
{
	if (cli->json)
		tong__print_doc(json_pack("{s:I, s:I, s:I, s:I, s:I}", "files", (json_int_t)files, "new",
								  (json_int_t)c->fresh, "again", (json_int_t)c->again, "refused",
								  (json_int_t)c->refused, "broken", (json_int_t)c->broken));
	if (cli->json || cli->quiet)
		return;
	printf(_("%llu files: %llu new reports, %llu held before, %llu refused\n"),
		   (unsigned long long)files, (unsigned long long)c->fresh, (unsigned long long)c->again,
		   (unsigned long long)c->refused);
	if (c->broken)
		printf(_("%llu lines were no reports\n"), (unsigned long long)c->broken);
	if (c->refused)
		puts(_("`tong-agent nodes` tells which nodes wait to be approved"));
}

int tong__cmd_collect(struct tong__cli *cli, tong_error *err)
{
	struct tong__intake count = { 0, 0, 0, 0 };
	struct tong__outbox o;
	uint64_t files = 0;
	tong_agent *a;
	int rc;

	if (!cli->from)
		return tong__fail(err, TONG_E_USAGE, "collect",
						  "--from FILE or --from FOLDER is wanted; over the network reports come "
						  "to `serve` and `run` by themselves");
	rc = tong__cli_open(cli, false, &a, err);
	if (rc)
		return rc;
	rc = tong__outbox_open(&o, cli->store, err);
	if (!rc) {
		rc = tong__collect(a, &o, cli->from, &count, &files, err);
		tong__outbox_close(&o);
	}
	if (!rc || files)
		print_collected(cli, &count, files);
	tong_agent_close(a);
	return rc;
}
