/* Commands about the store: init, sync, status, verify, rollback. */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/cmd_health.h"
#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"

/* The pinned root decides about everything after it: what is wrong with it is said of the file. */
static int refused(const char *path, tong_error *err)
{
	char why[sizeof err->message];

	if (err->code == TONG_E_ABSENT)
		return tong__fail(err, TONG_E_REFERENCE, path,
						  "there is no such file; give the 1.root.json that the province "
						  "handed out");
	if (tong__exit_code(err->code) != 3 && tong__exit_code(err->code) != 4)
		return err->code;
	memcpy(why, err->message, sizeof why);
	return tong__fail(err, err->code, path, "this is not usable as root metadata: %.250s", why);
}

static int set_relay(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	int rc = tong__cli_open(cli, false, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_relay(a, 1, err);
	tong_agent_close(a);
	return rc;
}

int tong__cmd_init(struct tong__cli *cli, tong_error *err)
{
	struct tong__buf root;
	int rc;

	if (!cli->root)
		return tong__fail(err, TONG_E_USAGE, "init",
						  "--root FILE is wanted: the root metadata to trust "
						  "(1.root.json), brought by a road you trust");
	tong__buf_init(&root, TONG_MAX_ROOT);
	rc = tong__file_read(cli->root, &root, err);
	if (!rc)
		rc = tong_agent_init(cli->store, root.data ? root.data : "", root.len, cli->sources,
							 cli->regions, err);
	tong__buf_free(&root);
	if (rc)
		return refused(cli->root, err);
	if (cli->relay && (rc = set_relay(cli, err)) != 0)
		return rc;
	if (cli->json)
		printf("{\"store\":\"made\"}\n");
	else if (!cli->quiet)
		printf(_("made the store %s; next: tong-agent sync\n"), cli->store);
	return 0;
}

json_t *tong__cli_sync_doc(const tong_sync_result *r)
{
	return json_pack("{s:b, s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "changed",
					 (int)r->changed, "release", (json_int_t)r->release, "way", r->way, "source",
					 r->source, "requests", (json_int_t)r->requests, "bytes_down",
					 (json_int_t)r->bytes_down, "bytes_up", (json_int_t)r->bytes_up, "records",
					 (json_int_t)r->records, "bytes_month", (json_int_t)r->bytes_month,
					 "clock_skew", (json_int_t)r->clock_skew);
}

static void print_sync(const struct tong__cli *cli, const tong_sync_result *r)
{
	char down[24], up[24];

	if (cli->json)
		tong__print_doc(tong__cli_sync_doc(r));
	if (cli->json || cli->quiet)
		return;
	printf(r->changed ? _("now at release %llu (%s): %llu records changed, %llu requests, "
						  "%s received, %s sent\n")
					  : _("nothing new, at release %llu (%s): %llu records changed, %llu requests, "
						  "%s received, %s sent\n"),
		   (unsigned long long)r->release, r->way, (unsigned long long)r->records,
		   (unsigned long long)r->requests, tong__size(r->bytes_down, down),
		   tong__size(r->bytes_up, up));
}

/* What was carried by hand may be old: how long the province's word for it is still good. */
static void print_validity(const struct tong__cli *cli, tong_agent *a)
{
	tong_error own = TONG_ERROR_INIT;
	const char *until;
	json_t *doc;
	char *text;
	struct tm tm;

	if (cli->json || cli->quiet || !cli->from || strstr(cli->from, "://") ||
		tong_agent_status(a, &text, &own))
		return;
	doc = tong__json_text(text);
	until = tong__json_str(json_object_get(doc, "expires"), "timestamp");
	memset(&tm, 0, sizeof tm);
	if (until && strptime(until, "%Y-%m-%dT%H:%M:%SZ", &tm))
		printf(_("the timestamp of this release is valid until %s, %lld days more\n"), until,
			   ((long long)timegm(&tm) - (long long)time(NULL)) / 86400);
	json_decref(doc);
	tong_agent_free(text);
}

int tong__cmd_sync(struct tong__cli *cli, tong_error *err)
{
	tong_sync_result result = TONG_SYNC_RESULT_INIT;
	tong_agent *a;
	int rc;

	/* The groups of a changeset, 256 KiB each, go back to the system at once. */
	mallopt(M_MMAP_THRESHOLD, 131072);
	mallopt(M_TRIM_THRESHOLD, 65536);
	rc = tong__cli_open(cli, false, &a, err);
	if (rc)
		return rc;
	rc = tong_agent_sync(a, cli->from, &result, err);
	if (!rc) {
		print_sync(cli, &result);
		print_validity(cli, a);
		tong__cli_report(cli, a);
	}
	tong_agent_close(a);
	return rc;
}

static void print_layers(const json_t *layers)
{
	const json_t *l;
	char size[24];
	size_t i;

	puts("");
	tong__pad(_("layer"), 12);
	tong__pad(_("records"), 10);
	tong__pad(_("size"), 12);
	puts(_("identity"));
	json_array_foreach(layers, i, l)
	{
		const char *sha = tong__json_str(l, "sha256");
		char count[24];

		snprintf(count, sizeof count, "%" JSON_INTEGER_FORMAT, tong__json_int(l, "records", 0));
		tong__pad(tong__json_str(l, "name"), 12);
		tong__pad(count, 10);
		tong__pad(tong__size((uint64_t)tong__json_int(l, "length", 0), size), 12);
		printf("%.16s\n", sha ? sha : _("damaged: run tong-agent sync"));
	}
}

static void join(const json_t *list, struct tong__buf *out)
{
	const json_t *v;
	size_t i;

	tong__buf_clear(out);
	json_array_foreach(list, i, v) tong__buf_addf(out, "%s%s", i ? _(", ") : "",
												  json_string_value(v) ? json_string_value(v) : "");
}

static void print_last_sync(const json_t *doc)
{
	const json_t *s = json_object_get(doc, "last_sync");
	char text[512], down[24];

	if (!s)
		return;
	snprintf(text, sizeof text, _("%s (%s, %s, %lld requests, %s received)"),
			 tong__json_str(s, "time") ? tong__json_str(s, "time") : "", tong__json_str(s, "way"),
			 tong__json_str(s, "source"), (long long)tong__json_int(s, "requests", 0),
			 tong__size((uint64_t)tong__json_int(s, "bytes_down", 0), down));
	tong__field(_("last sync"), text);
}

static void print_relay(const json_t *relay)
{
	json_int_t release = tong__json_int(relay, "release", 0);
	char text[64];

	snprintf(text, sizeof text, _("release %lld"), (long long)release);
	tong__field(_("handed on"), relay ? release ? text : _("nothing yet") : "");
}

static void print_status(const json_t *doc)
{
	struct tong__buf list;
	bool current = tong__json_bool(doc, "current");
	json_int_t left = tong__json_int(doc, "left", 0);
	char text[128];

	snprintf(text, sizeof text, current ? _("%lld, in force") : _("%lld, not in force"),
			 (long long)tong__json_int(doc, "release", 0));
	tong__field(_("release"), tong__json_int(doc, "release", 0) ? text : _("not synced yet"));
	snprintf(text, sizeof text, _("by an operator, from release %lld"), (long long)left);
	tong__field(_("went back"), left ? text : "");
	tong__buf_init(&list, 65536);
	join(json_object_get(doc, "expired"), &list);
	tong__field(_("expired"), list.data);
	join(json_object_get(doc, "regions"), &list);
	tong__field(_("regions"), list.len ? list.data : _("all"));
	join(json_object_get(doc, "sources"), &list);
	tong__field(_("sources"), list.data);
	tong__buf_free(&list);
	tong__field(_("valid until"), tong__json_str(json_object_get(doc, "expires"), "timestamp"));
	print_last_sync(doc);
	print_relay(json_object_get(doc, "relay"));
	tong__health_print(doc);
	if (json_array_size(json_object_get(doc, "layers")))
		print_layers(json_object_get(doc, "layers"));
}

int tong__cmd_status(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	char *text;
	json_t *doc;
	bool current;
	int rc = tong__cli_open(cli, true, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_status(a, &text, err);
	tong_agent_close(a);
	if (rc)
		return rc;
	doc = tong__json_text(text);
	current = tong__json_bool(doc, "current");
	tong__health_add(doc, cli->store);
	if (!cli->json && !cli->quiet)
		print_status(doc);
	if (cli->json)
		tong__print_doc(doc);
	else
		json_decref(doc);
	tong_agent_free(text);
	/* The answer was given; that it is "no" is told by the exit code alone. */
	return current ? 0 : TONG_E_DIFFERS;
}

int tong__cmd_verify(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	uint64_t checked = 0;
	int rc = tong__cli_open(cli, false, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_verify(a, cli->pages, &checked, err);
	tong_agent_close(a);
	if (cli->json && (!rc || rc == TONG_E_STORE)) /* anything else is no answer */
		printf("{\"checked\":%" PRIu64 ",\"sound\":%s}\n", checked, rc ? "false" : "true");
	else if (!rc && !cli->quiet)
		printf(_("%llu compared, all as signed\n"), (unsigned long long)checked);
	return rc;
}

int tong__cmd_rollback(struct tong__cli *cli, tong_error *err)
{
	tong_agent *a;
	int rc = tong__cli_open(cli, false, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_rollback(a, err);
	tong_agent_close(a);
	if (rc)
		return rc;
	if (cli->json)
		printf("{\"rolled_back\":true}\n");
	else if (!cli->quiet)
		puts(_("back at the release before; the one left is not taken again, newer ones are"));
	return 0;
}
