/* Commands for the levels below: relay and export. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/command.h"
#include "agent/upward.h"
#include "core/err.h"
#include "core/message.h"

int tong__cmd_relay(struct tong__cli *cli, tong_error *err)
{
	const char *word = cli->args[0];
	bool on = strcmp(word, "on") == 0;
	tong_agent *a;
	int rc;

	if (!on && strcmp(word, "off") != 0)
		return tong__fail(err, TONG_E_USAGE, word, "`relay on` or `relay off` is wanted");
	rc = tong__cli_open(cli, false, &a, err);
	if (rc)
		return rc;
	rc = tong_agent_relay(a, on, err);
	tong_agent_close(a);
	if (rc)
		return rc;
	if (cli->json)
		printf("{\"relay\":%s}\n", on ? "true" : "false");
	else if (!cli->quiet)
		puts(on ? _("from the next sync on the release is kept for the levels below; their source "
					"is http://this-node/repository/")
				: _("the release is no longer kept for the levels below"));
	return 0;
}

static void print_export(const struct tong__cli *cli, const tong_export_result *r)
{
	time_t expires = (time_t)r->expires;
	char until[40] = "", size[24];
	struct tm tm;

	if (gmtime_r(&expires, &tm))
		strftime(until, sizeof until, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (cli->json)
		printf("{\"bytes\":%" PRIu64 ",\"changesets\":%" PRIu64
			   ",\"expires\":\"%s\",\"layers\":%" PRIu64 ",\"release\":%" PRIu64 "}\n",
			   r->bytes, r->changesets, until, r->layers, r->release);
	else if (!cli->quiet)
		printf(_("%s: release %llu, %llu layers, %s, valid until %s\n"), cli->args[0],
			   (unsigned long long)r->release, (unsigned long long)r->layers,
			   tong__size(r->bytes, size), until);
}

/* What waits for the level above, in one file that somebody carries there. */
static int export_reports(const struct tong__cli *cli, tong_error *err)
{
	struct tong__outbox o;
	uint64_t n = 0;
	int rc = tong__outbox_open(&o, cli->store, err);

	if (rc)
		return rc;
	rc = tong__reports_write(&o, cli->reports, &n, err);
	tong__outbox_close(&o);
	if (!rc && cli->json && !cli->n_args)
		printf("{\"reports\":%" PRIu64 "}\n", n);
	else if (!rc && !cli->json && !cli->quiet)
		printf(_("%s: %llu reports\n"), cli->reports, (unsigned long long)n);
	return rc;
}

static int export(struct tong__cli *cli, tong_error *err)
{
	tong_export_options opt = TONG_EXPORT_OPTIONS_INIT;
	tong_export_result result = TONG_EXPORT_RESULT_INIT;
	tong_agent *a;
	int rc = tong__cli_open(cli, true, &a, err);

	if (rc)
		return rc;
	opt.regions = cli->regions;
	opt.since = cli->since;
	if (cli->reports)
		rc = export_reports(cli, err);
	if (!rc && cli->n_args)
		rc = tong_agent_export(a, cli->args[0], &opt, &result, err);
	tong_agent_close(a);
	if (!rc && cli->n_args)
		print_export(cli, &result);
	return rc;
}

int tong__cmd_export(struct tong__cli *cli, tong_error *err)
{
	if (!cli->n_args && !cli->reports)
		return tong__fail(err, TONG_E_USAGE, "export", "a file is wanted, or --reports FILE");
	return export(cli, err);
}
