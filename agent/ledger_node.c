/* The nodes that the ledger knows: who asked, who was approved and by whom (FORMAT U2, U3). */
#include <stdlib.h>
#include <string.h>

#include "agent/ledger_sql.h"
#include "core/json.h"
#include "core/limits.h"

#define MAX_VOUCHERS 8 /* levels between a node and whoever approved its voucher */

static const char *const states[] = { "waiting", "approved", "rejected", "revoked", "unknown" };

const char *tong__node_state_name(enum tong__node_state s)
{
	return states[s];
}

enum tong__node_state tong__node_state_read(const char *name)
{
	size_t i = 0;

	while (i < TONG__UNKNOWN && (!name || strcmp(states[i], name) != 0))
		i++;
	return (enum tong__node_state)i;
}

/* Its own state and who vouched for it. */
static enum tong__node_state noted_state(struct tong__ledger *l, const char *id,
										 char via[TONG_NODE_ID])
{
	tong_error own;
	sqlite3_stmt *st =
		tong__sql(&l->sql, &own, "SELECT state, via FROM node WHERE id = ?", "t", id);
	enum tong__node_state state = TONG__UNKNOWN;

	via[0] = '\0';
	if (st && tong__sql_step(&l->sql, st, &own) == 1) {
		const char *v = (const char *)sqlite3_column_text(st, 1);
		int n = sqlite3_column_int(st, 0);

		state = n >= 0 && n < TONG__UNKNOWN ? (enum tong__node_state)n : TONG__UNKNOWN;
		if (v && tong__node_id_valid(v))
			memcpy(via, v, TONG_NODE_ID);
	}
	tong__sql_done(&l->sql, st);
	return state;
}

enum tong__node_state tong__ledger_node_state(struct tong__ledger *l, const char *id)
{
	char via[TONG_NODE_ID], above[TONG_NODE_ID];
	enum tong__node_state state = noted_state(l, id, via);

	for (int i = 0; state == TONG__APPROVED && via[0]; i++) {
		if (i == MAX_VOUCHERS)
			return TONG__UNKNOWN;
		state = noted_state(l, via, above);
		if (state == TONG__REJECTED || state == TONG__WAITING)
			state = TONG__REVOKED;
		memcpy(via, above, sizeof via);
	}
	return state;
}

/* ---- rows ---- */

static char *copy(sqlite3_stmt *st, int column)
{
	const char *s = (const char *)sqlite3_column_text(st, column);

	return strdup(s ? s : "");
}

void tong__node_free(struct tong__node *n)
{
	free(n->name);
	free(n->regions);
	free(n->agent);
	memset(n, 0, sizeof *n);
}

/* id, name, regions, agent, via, asked, decided, heard */
static int read_row(struct tong__ledger *l, sqlite3_stmt *st, struct tong__node *n)
{
	const char *id = (const char *)sqlite3_column_text(st, 0),
			   *via = (const char *)sqlite3_column_text(st, 4);

	memset(n, 0, sizeof *n);
	if (id && strlen(id) < sizeof n->id)
		strcpy(n->id, id);
	if (via && strlen(via) < sizeof n->via)
		strcpy(n->via, via);
	n->name = copy(st, 1);
	n->regions = copy(st, 2);
	n->agent = copy(st, 3);
	n->asked = sqlite3_column_int64(st, 5);
	n->decided = sqlite3_column_int64(st, 6);
	n->heard = sqlite3_column_int64(st, 7);
	n->state = tong__ledger_node_state(l, n->id);
	if (n->name && n->regions && n->agent)
		return 0;
	tong__node_free(n);
	return TONG_E_NOMEM;
}

#define COLUMNS "SELECT id, name, regions, agent, via, asked, decided, heard FROM node "

int tong__ledger_node(struct tong__ledger *l, const char *id, struct tong__node *out,
					  tong_error *err)
{
	sqlite3_stmt *st = tong__sql(&l->sql, err, COLUMNS "WHERE id = ?", "t", id);
	int row = st ? tong__sql_step(&l->sql, st, err) : -1, rc = row < 0 ? err->code : 0;

	if (row == 0)
		rc = tong__fail(err, TONG_E_NOTFOUND, id, "no node of this id is known here");
	if (row == 1 && read_row(l, st, out))
		rc = tong__fail_nomem(err);
	tong__sql_done(&l->sql, st);
	return rc;
}

int tong__ledger_nodes(struct tong__ledger *l, int (*fn)(void *arg, const struct tong__node *),
					   void *arg, tong_error *err)
{
	sqlite3_stmt *st = tong__sql(&l->sql, err, COLUMNS "ORDER BY name, id", "");
	int row = st ? 1 : -1, rc = 0;

	while (!rc && row == 1 && (row = tong__sql_step(&l->sql, st, err)) == 1) {
		struct tong__node n;

		rc = read_row(l, st, &n) ? tong__fail_nomem(err) : fn(arg, &n);
		if (rc != TONG_E_NOMEM)
			tong__node_free(&n);
	}
	tong__sql_done(&l->sql, st);
	return row < 0 ? err->code : rc;
}

/* ---- changes ---- */

static int64_t count(struct tong__ledger *l, const char *sql)
{
	tong_error own;
	sqlite3_stmt *st = tong__sql(&l->sql, &own, sql, "");
	int64_t n =
		st && tong__sql_step(&l->sql, st, &own) == 1 ? sqlite3_column_int64(st, 0) : INT64_MAX;

	tong__sql_done(&l->sql, st);
	return n;
}

static int check_room(struct tong__ledger *l, const char *id, tong_error *err)
{
	char via[TONG_NODE_ID];

	if (noted_state(l, id, via) != TONG__UNKNOWN)
		return 0;
	if (count(l, "SELECT count(*) FROM node WHERE state = 0") < TONG_MAX_WAITING &&
		count(l, "SELECT count(*) FROM node") < TONG_MAX_NODES)
		return 0;
	return tong__fail(err, TONG_E_LIMIT, id,
					  "U2: %d nodes wait for a decision, or %d are known: no more are taken",
					  TONG_MAX_WAITING, TONG_MAX_NODES);
}

int tong__ledger_node_put(struct tong__ledger *l, const char *id, int64_t seq,
						  const json_t *request, int64_t now, bool *fresh,
						  tong_error *err)
{
	const char *name = tong__json_str(request, "name"), *agent = tong__json_str(request, "agent");
	const json_t *list = tong__json_arr(request, "regions");
	char *regions = list ? json_dumps(list, JSON_COMPACT) : strdup("[]");
	int rc = regions ? check_room(l, id, err) : tong__fail_nomem(err);

	if (!rc)
		rc = tong__sql_run(
			&l->sql, err,
			"INSERT INTO node VALUES(?, ?, ?, ?, 0, '', ?, 0, 0, ?)"
			" ON CONFLICT(id) DO UPDATE SET name = excluded.name,"
			" regions = CASE WHEN state = 0 OR excluded.seq = 0 THEN excluded.regions"
			" ELSE regions END,"
			" agent = CASE excluded.agent WHEN '' THEN agent ELSE excluded.agent END,"
			" seq = max(seq, excluded.seq) WHERE excluded.seq > seq OR excluded.seq = 0",
			"ttttii", id, name ? name : "", regions, agent ? agent : "", now, seq);
	*fresh = !rc && sqlite3_changes(l->sql.db) > 0;
	free(regions);
	return rc;
}

int tong__ledger_node_decide(struct tong__ledger *l, const char *id, enum tong__node_state state,
							 const char *via, int64_t now, tong_error *err)
{
	return tong__sql_run(&l->sql, err,
						 "UPDATE node SET state = ?, via = ?, decided = ? WHERE id = ?", "itit",
						 (int64_t)state, via ? via : "", now, id);
}

int tong__ledger_node_heard(struct tong__ledger *l, const char *id, int64_t now, tong_error *err)
{
	return tong__sql_run(&l->sql, err, "UPDATE node SET heard = max(heard, ?) WHERE id = ?", "it",
						 now, id);
}
