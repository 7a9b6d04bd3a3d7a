/* Messages on stderr: for a terminal, for the journal, or as JSON lines for a collector. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/command.h"
#include "core/buf.h"
#include "core/text.h"

/* A path in a message may be no UTF-8, which JSON cannot hold. */
static json_t *in_utf8(const char *text)
{
	const char *end = text + strlen(text);
	struct tong__buf clean;
	json_t *out;

	tong__buf_init(&clean, 4096);
	while (text < end) {
		char put[4];

		tong__buf_add(&clean, put, tong__utf8_put(tong__utf8_next(&text, end), put));
	}
	out = json_string(clean.data ? clean.data : "");
	tong__buf_free(&clean);
	return out;
}

static void as_json(int64_t level, const char *text, json_t *members)
{
	static const char *const names[] = { "error", "warning", "info", "debug" };
	time_t now = time(NULL);
	struct tm tm;
	char stamp[40] = "";
	json_t *doc;

	if (gmtime_r(&now, &tm))
		strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &tm);
	doc = json_pack("{s:s, s:s, s:o}", "time", stamp, "level", names[level & 3], "message",
					in_utf8(text));
	json_object_update_missing(doc, members);
	if (json_dumpf(doc, stderr, JSON_COMPACT) == 0)
		fputc('\n', stderr);
	json_decref(doc);
}

/* sd-daemon(3): the journal reads <N>, and tells who wrote. */
void tong__cli_event(const struct tong__cli *cli, int64_t level, const char *text, json_t *members)
{
	static const int priority[] = { 3, 4, 6, 7 };

	if (level == 1 && cli->quiet && !cli->verbose)
		;
	else if (cli->log && strcmp(cli->log, "json") == 0)
		as_json(level, text, members);
	else if (getenv("JOURNAL_STREAM"))
		fprintf(stderr, "<%d>%s\n", priority[level & 3], text);
	else
		fprintf(stderr, "tong-agent: %s\n", text);
	json_decref(members);
}

void tong__cli_log(const struct tong__cli *cli, int64_t level, const char *text)
{
	tong__cli_event(cli, level, text, NULL);
}

void tong__cli_fault(const struct tong__cli *cli, int64_t level, const char *what,
					 const tong_error *err)
{
	char text[700];

	snprintf(text, sizeof text, err->subject[0] ? "%s: %s: %s" : "%s%s: %s", what, err->subject,
			 err->message);
	tong__cli_log(cli, level, text);
}
