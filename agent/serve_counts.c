/* Counts answers, and tells them as Prometheus reads it. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "agent/serve_in.h"
#include "core/json.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

static const char *const kinds[TONG_SERVE_N_KINDS] = { "page", "api", "repository", "feedback",
													   "probe" };

void tong__serve_count(struct tong__serve_counts *c, enum tong__serve_kind kind, unsigned status)
{
	struct tong__serve_count *row = c->answers[kind];
	unsigned i = 0;

	while (i + 1 < TONG_SERVE_N_STATUS && row[i].status && row[i].status != status)
		i++;
	row[i].status = row[i].status && row[i].status != status ? 0 : status;
	row[i].n++;
}

/* ---- the text ---- */

static void head(struct tong__buf *out, const char *name, const char *type, const char *help)
{
	tong__buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct tong__buf *out, const char *name, const char *type, const char *help,
				double value)
{
	head(out, name, type, help);
	tong__buf_addf(out, "%s %.15g\n", name, value);
}

static void add_answers(struct tong__buf *out, const struct tong__serve_counts *c)
{
	head(out, "tong_http_requests_total", "counter", "Requests answered, by kind of address.");
	for (unsigned k = 0; k < TONG_SERVE_N_KINDS; k++)
		for (unsigned i = 0; i < TONG_SERVE_N_STATUS && c->answers[k][i].n; i++)
			tong__buf_addf(out, "tong_http_requests_total{kind=\"%s\",code=\"%u\"} %llu\n",
						   kinds[k], c->answers[k][i].status,
						   (unsigned long long)c->answers[k][i].n);
}

static void add_pages(struct tong__buf *out, const struct tong__serve *s)
{
	struct tong__cache_counts cache;

	tong__serve_cache_counts(s->cache, &cache);
	head(out, "tong_http_render_seconds", "summary", "Time to make a page from the store.");
	tong__buf_addf(out,
				   "tong_http_render_seconds_sum %.9f\ntong_http_render_seconds_count %llu\n",
				   (double)s->counts.render_ns / 1e9, (unsigned long long)s->counts.rendered);
	one(out, "tong_http_cache_hits_total", "counter", "Pages that were kept when asked for.",
		(double)cache.hits);
	one(out, "tong_http_cache_misses_total", "counter", "Pages that were not.",
		(double)cache.misses);
	one(out, "tong_http_cache_evicted_total", "counter", "Pages that made room for others.",
		(double)cache.evicted);
	one(out, "tong_http_cache_bytes", "gauge", "Memory of the pages kept.", (double)cache.bytes);
	one(out, "tong_http_cache_pages", "gauge", "Pages kept.", (double)cache.pages);
}

static void add_results(struct tong__buf *out, const char *name, const char *help,
						const char *const *names, const uint64_t *counts, int n)
{
	head(out, name, "counter", help);
	for (int i = 0; i < n; i++)
		tong__buf_addf(out, "%s{result=\"%s\"} %llu\n", name, names[i],
					   (unsigned long long)counts[i]);
}

/* What is sent here: by people, and by nodes of the levels below. */
static void add_sent(struct tong__buf *out, const struct tong__serve_counts *c)
{
	static const char *const feedback[TONG_FEEDBACK_N] = { "taken", "refused", "limited",
														   "trapped" };
	static const char *const packets[TONG_PACKETS_N] = { "taken", "refused", "limited" };

	add_results(out, "tong_feedback_total", "Reports that were sent, by what became of them.",
				feedback, c->feedback, TONG_FEEDBACK_N);
	add_results(out, "tong_packets_total",
				"Packets of reports from nodes below, by what became of them.", packets, c->packets,
				TONG_PACKETS_N);
}

static void add_connections(struct tong__buf *out, const struct tong__serve *s)
{
	one(out, "tong_http_connections", "gauge", "Connections that are open.",
		(double)tong__conns_count(s->conns));
	one(out, "tong_http_connections_late_total", "counter",
		"Connections that were closed because they took too long.",
		(double)tong__conns_shut(s->conns));
}

static void add_process(struct tong__buf *out, const struct tong__serve *s)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;
	struct rusage use;

	if (f && fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	getrusage(RUSAGE_SELF, &use);
	one(out, "process_cpu_seconds_total", "counter", "CPU time used.",
		(double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
			(double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
	if (pages)
		one(out, "process_resident_memory_bytes", "gauge", "Memory in use.",
			(double)pages * (double)sysconf(_SC_PAGESIZE));
	one(out, "process_start_time_seconds", "gauge", "When the process started.",
		(double)s->started);
}

/* ---- the release ---- */

/* "2026-01-31T08:00:00Z"; 0 when it is none. */
static double seconds_of(const json_t *when)
{
	const char *text = json_string_value(when);
	struct tm tm = { .tm_year = 0 };

	if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return 0;
	return (double)timegm(&tm);
}

static void add_release(struct tong__buf *out, const json_t *doc)
{
	json_t *sync = json_object_get(doc, "last_sync"), *when;
	const char *role;

	one(out, "tong_release", "gauge", "Number of the release held; 0: none.",
		(double)tong__json_int(doc, "release", 0));
	one(out, "tong_release_current", "gauge", "1: whole, in force, nothing expired.",
		json_is_true(json_object_get(doc, "current")));
	one(out, "tong_release_sound", "gauge", "0: a check found damage.",
		json_is_true(json_object_get(doc, "sound")));
	one(out, "tong_records", "gauge", "Records held.",
		(double)tong__json_int(doc, "records", 0));
	head(out, "tong_metadata_expires_timestamp_seconds", "gauge", "When signed metadata expires.");
	json_object_foreach(json_object_get(doc, "expires"), role, when)
		tong__buf_addf(out, "tong_metadata_expires_timestamp_seconds{role=\"%s\"} %.0f\n", role,
					   seconds_of(when));
	if (!sync)
		return;
	one(out, "tong_last_sync_timestamp_seconds", "gauge", "When the last sync ended well.",
		seconds_of(json_object_get(sync, "time")));
	one(out, "tong_last_sync_bytes", "gauge", "Bytes that the last sync received.",
		(double)tong__json_int(sync, "bytes_down", 0));
}

/* This node's own reports to the level above. */
static void add_upward(struct tong__buf *out, const json_t *up)
{
	if (!up)
		return;
	one(out, "tong_reports_waiting", "gauge", "Reports that the level above has not acknowledged.",
		(double)tong__json_int(up, "waiting", 0));
	one(out, "tong_reports_aside", "gauge", "Reports that it refused for good.",
		(double)tong__json_int(up, "aside", 0));
	one(out, "tong_reports_delivered_timestamp_seconds", "gauge",
		"When it last acknowledged what this node sent; 0: never.",
		seconds_of(json_object_get(up, "delivered")));
}

enum MHD_Result tong__serve_metrics(struct tong__serve *s, struct MHD_Connection *c,
									const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	enum MHD_Result ok = MHD_NO;
	struct tong__buf out;
	char *text = NULL;
	json_t *doc;

	(void)url;
	tong__buf_init(&out, 1u << 20);
	head(&out, "tong_build_info", "gauge", "The program.");
	tong__buf_addf(&out, "tong_build_info{version=\"%s\"} 1\n", tong_version());
	if (tong_agent_status(s->agent, &text, &err) == 0) {
		doc = tong__json_text(text);
		add_release(&out, doc);
		add_upward(&out, json_object_get(doc, "upward"));
		json_decref(doc);
	}
	tong_agent_free(text);
	add_answers(&out, &s->counts);
	add_pages(&out, s);
	add_sent(&out, &s->counts);
	tong__serve_board_metrics(s, &out);
	add_connections(&out, s);
	add_process(&out, s);
	if (!out.failed)
		ok = tong__answer_bytes(s, c, MHD_HTTP_OK, out.data, out.len, METRICS_TYPE);
	tong__buf_free(&out);
	return ok;
}
