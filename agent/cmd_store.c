/* Commands about the store: init, sync, status, verify, rollback. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/command.h"
#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"

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
	if (cli->json)
		printf("{\"store\":\"made\"}\n");
	else if (!cli->quiet)
		printf("已建立数据仓 %s；下一步：tong-agent sync\n", cli->store);
	return 0;
}

static void print_sync(const struct tong__cli *cli, const tong_sync_result *r)
{
	char down[24], up[24];

	if (cli->json) {
		json_t *doc =
			json_pack("{s:b, s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "changed",
					  (int)r->changed, "release", (json_int_t)r->release, "way", r->way, "source",
					  r->source, "requests", (json_int_t)r->requests, "bytes_down",
					  (json_int_t)r->bytes_down, "bytes_up", (json_int_t)r->bytes_up, "records",
					  (json_int_t)r->records, "bytes_month", (json_int_t)r->bytes_month,
					  "clock_skew", (json_int_t)r->clock_skew);
		char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;

		if (text)
			tong__print_json(text);
		free(text);
		json_decref(doc);
		return;
	}
	if (cli->quiet)
		return;
	printf("%s 第 %" PRIu64 " 版（%s）：%" PRIu64 " 条记录变动，%" PRIu64 " 次请求，收 %s，发 %s\n",
		   r->changed ? "已更新到" : "没有更新，现为", r->release, r->way, r->records, r->requests,
		   tong__size(r->bytes_down, down), tong__size(r->bytes_up, up));
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
	doc = json_loads(text, 0, NULL);
	until = tong__json_str(json_object_get(doc, "expires"), "timestamp");
	memset(&tm, 0, sizeof tm);
	if (until && strptime(until, "%Y-%m-%dT%H:%M:%SZ", &tm))
		printf("这份发布的时间戳有效至 %s，还有 %lld 天\n", until,
			   ((long long)timegm(&tm) - (long long)time(NULL)) / 86400);
	json_decref(doc);
	tong_agent_free(text);
}

int tong__cmd_sync(struct tong__cli *cli, tong_error *err)
{
	tong_sync_result result = TONG_SYNC_RESULT_INIT;
	tong_agent *a;
	int rc = tong__cli_open(cli, false, &a, err);

	if (rc)
		return rc;
	rc = tong_agent_sync(a, cli->from, &result, err);
	if (!rc) {
		print_sync(cli, &result);
		print_validity(cli, a);
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
	tong__pad("层", 12);
	tong__pad("记录", 10);
	tong__pad("大小", 12);
	puts("身份");
	json_array_foreach(layers, i, l)
	{
		const char *sha = tong__json_str(l, "sha256");
		char count[24];

		snprintf(count, sizeof count, "%" JSON_INTEGER_FORMAT, tong__json_int(l, "records", 0));
		tong__pad(tong__json_str(l, "name"), 12);
		tong__pad(count, 10);
		tong__pad(tong__size((uint64_t)tong__json_int(l, "length", 0), size), 12);
		printf("%.16s\n", sha ? sha : "损坏：请运行 tong-agent sync");
	}
}

static void join(const json_t *list, struct tong__buf *out)
{
	const json_t *v;
	size_t i;

	tong__buf_clear(out);
	json_array_foreach(list, i, v) tong__buf_addf(out, "%s%s", i ? "、" : "",
												  json_string_value(v) ? json_string_value(v) : "");
}

static void print_last_sync(const json_t *doc)
{
	const json_t *s = json_object_get(doc, "last_sync");
	char text[512], down[24];

	if (!s)
		return;
	snprintf(text, sizeof text, "%s（%s，%s，%" JSON_INTEGER_FORMAT " 次请求，收 %s）",
			 tong__json_str(s, "time") ? tong__json_str(s, "time") : "", tong__json_str(s, "way"),
			 tong__json_str(s, "source"), tong__json_int(s, "requests", 0),
			 tong__size((uint64_t)tong__json_int(s, "bytes_down", 0), down));
	tong__field("上次同步", text);
}

static void print_status(const json_t *doc)
{
	struct tong__buf list;
	bool current = tong__json_bool(doc, "current");
	json_int_t left = tong__json_int(doc, "left", 0);
	char text[128];

	snprintf(text, sizeof text, "第 %" JSON_INTEGER_FORMAT " 版，%s",
			 tong__json_int(doc, "release", 0), current ? "现行有效" : "不是现行版本");
	tong__field("发布版本", tong__json_int(doc, "release", 0) ? text : "尚未同步");
	snprintf(text, sizeof text, "已由操作员从第 %" JSON_INTEGER_FORMAT " 版退回", left);
	tong__field("退回", left ? text : "");
	tong__buf_init(&list, 65536);
	join(json_object_get(doc, "expired"), &list);
	tong__field("已过期", list.data);
	join(json_object_get(doc, "regions"), &list);
	tong__field("区域", list.len ? list.data : "全部");
	join(json_object_get(doc, "sources"), &list);
	tong__field("来源", list.data);
	tong__buf_free(&list);
	tong__field("有效期至", tong__json_str(json_object_get(doc, "expires"), "timestamp"));
	print_last_sync(doc);
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
	doc = json_loads(text, 0, NULL);
	current = tong__json_bool(doc, "current");
	if (cli->json)
		tong__print_json(text);
	else if (!cli->quiet)
		print_status(doc);
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
	if (cli->json)
		printf("{\"checked\":%" PRIu64 ",\"sound\":%s}\n", checked, rc ? "false" : "true");
	else if (!rc && !cli->quiet)
		printf("核对 %" PRIu64 " 项，与签发的内容一致\n", checked);
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
		puts("已退回上一版；离开的版本不会再次采用，更新的版本仍会采用");
	return 0;
}
