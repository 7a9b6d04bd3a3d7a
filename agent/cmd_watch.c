/* Children of a running node that look at the nodes of the levels below, and tell of alarms. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/board.h"
#include "agent/cmd_chores.h"
#include "agent/cmd_hook.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/json.h"

/* Whatever their order and their values: what is wrong with whom. */
static uint64_t which(const json_t *doc)
{
	const json_t *row, *p;
	uint64_t all = 0;
	size_t i, k;

	json_array_foreach(tong__json_arr(doc, "nodes"), i, row)
	{
		json_array_foreach(tong__json_arr(row, "problems"), k, p)
		{
			struct tong__buf text;
			struct tong__hash sum;
			uint64_t one;

			tong__buf_init(&text, 200);
			tong__buf_addf(&text, "%s %s", tong__json_str(row, "id"), tong__json_str(p, "what"));
			tong__sha256(text.data ? text.data : "", text.len, &sum);
			tong__buf_free(&text);
			memcpy(&one, sum.b, sizeof one);
			all ^= one;
		}
	}
	return all;
}

static int write_board(int to, const json_t *doc, tong_error *err)
{
	return json_dumpfd(doc, to, JSON_COMPACT) == 0
			   ? 0
			   : tong__fail(err, TONG_E_IO, "board", "cannot write it for the alarm's program");
}

/* It reads what strangers wrote, and is held like the server. */
void tong__watch_look(struct tong__cli *cli, struct tong__child_word *w, int fd)
{
	struct tong__alarm_rules rules = TONG_ALARM_RULES;
	struct tong__child_ledger ledger;
	json_t *doc = NULL;
	tong_agent *a = NULL;

	w->rc = cli->alarm ? tong__alarm_read(cli->alarm, &rules, &w->err) : 0;
	if (!w->rc)
		w->rc = tong__cli_open(cli, true, &a, &w->err);
	if (!w->rc)
		w->rc = tong__child_enter_reader(cli, &ledger, w);
	tong__child_stoppable();
	if (!w->rc)
		w->rc = tong__board(a, &rules, &doc, &w->err);
	if (!w->rc)
		w->rc = write_board(cli->board, doc, &w->err);
	if (!w->rc) {
		w->count = tong__json_int(doc, "alarms", 0);
		w->which = which(doc);
	}
	tong__child_speak(fd, w);
	json_decref(doc);
	tong_agent_close(a);
}

/* Not held: what the operator's program needs nobody here knows. */
void tong__watch_tell(struct tong__cli *cli, struct tong__child_word *w, int fd)
{
	tong__child_stoppable();
	w->rc = tong__hook_run(cli->webhook, cli->board, &w->err);
	tong__child_speak(fd, w);
}
