/* `nodes`: who asks to report here, and who may. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/command.h"
#include "agent/upward.h"
#include "core/json.h"
#include "core/message.h"

#define SHORTEST 8 /* digits of an id that name a node */

const char *tong__day(int64_t when, char out[40])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (!when || !localtime_r(&t, &tm) || strftime(out, 40, "%Y-%m-%d %H:%M", &tm) == 0)
		return "–";
	return out;
}

static const char *state_text(enum tong__node_state s)
{
	static const char *const texts[] = { N_("waiting"), N_("approved"), N_("rejected"),
										 N_("revoked"), N_("unknown") };

	return tong__text(texts[s]);
}

/* ---- list ---- */

struct list {
	const struct tong__cli *cli;
	json_t *rows;
	size_t n;
};

static json_t *node_doc(const struct tong__node *n, const char *spoken)
{
	json_t *doc =
		json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:I, s:I, s:I}", "id", n->id, "spoken", spoken,
				  "name", n->name, "state", tong__node_state_name(n->state), "regions",
				  tong__json_text(n->regions), "agent", n->agent, "asked", (json_int_t)n->asked,
				  "decided", (json_int_t)n->decided, "heard", (json_int_t)n->heard);

	if (doc && n->via[0])
		json_object_set_new(doc, "via", json_string(n->via));
	return doc;
}

static void print_node(const struct tong__node *n, const char *spoken)
{
	json_t *regions = tong__json_text(n->regions);
	char when[40];

	tong__pad(spoken, 21);
	tong__pad(state_text(n->state), 12);
	tong__pad(tong__day(n->heard, when), 18);
	tong__pad(json_array_size(regions) ? json_string_value(json_array_get(regions, 0)) : _("all"),
			  14);
	puts(n->name);
	json_decref(regions);
}

static int list_one(void *arg, const struct tong__node *n)
{
	struct list *l = arg;
	char spoken[TONG_NODE_SPOKEN];

	tong__node_spoken(n->id, spoken);
	if (l->cli->json)
		return json_array_append_new(l->rows, node_doc(n, spoken)) ? TONG_E_NOMEM : 0;
	if (l->n++ == 0) {
		tong__pad(_("node"), 21);
		tong__pad(_("state"), 12);
		tong__pad(_("heard last"), 18);
		tong__pad(_("region"), 14);
		puts(_("node's name"));
	}
	print_node(n, spoken);
	return 0;
}

static int list(const struct tong__cli *cli, struct tong__outbox *o, tong_error *err)
{
	struct list l = { cli, json_array(), 0 };
	char spoken[TONG_NODE_SPOKEN];
	int rc = tong__ledger_nodes(o->ledger, list_one, &l, err);

	tong__node_spoken(tong__identity_id(o->me), spoken);
	if (!rc && cli->json)
		tong__print_doc(json_pack("{s:s, s:s, s:O}", "id", tong__identity_id(o->me), "spoken",
								  spoken, "nodes", l.rows));
	else if (!rc && !cli->quiet)
		printf(l.n ? _("\nthis node is %s\n") : _("no node below has asked yet; this node is %s\n"),
			   spoken);
	json_decref(l.rows);
	return rc == TONG_E_NOMEM ? tong__fail_nomem(err) : rc;
}

/* ---- decisions ---- */

struct find {
	const char *typed;
	char id[TONG_NODE_ID];
	size_t n;
};

/* By its whole id, at least eight digits of its beginning, or as it is spoken. */
static int find_one(void *arg, const struct tong__node *n)
{
	struct find *f = arg;
	char spoken[TONG_NODE_SPOKEN];

	tong__node_spoken(n->id, spoken);
	if (strcasecmp(f->typed, spoken) != 0 &&
		(strlen(f->typed) < SHORTEST || strncmp(n->id, f->typed, strlen(f->typed)) != 0))
		return 0;
	memcpy(f->id, n->id, sizeof f->id);
	f->n++;
	return 0;
}

static int find(struct tong__outbox *o, const char *typed, struct tong__node *out, tong_error *err)
{
	struct find f = { typed, "", 0 };
	int rc = tong__ledger_nodes(o->ledger, find_one, &f, err);

	if (!rc && f.n == 0)
		return tong__fail(err, TONG_E_NOTFOUND, typed,
						  "no node of this id; `tong-agent nodes` lists all");
	if (!rc && f.n > 1)
		return tong__fail(err, TONG_E_USAGE, typed, "several nodes' ids begin so");
	return rc ? rc : tong__ledger_node(o->ledger, f.id, out, err);
}

static int decide(tong_agent *a, struct tong__outbox *o, const char *typed,
				  enum tong__node_state state, struct tong__node *n, tong_error *err)
{
	bool tell;
	int rc = tong__ledger_begin(o->ledger, err);

	if (!rc)
		rc = find(o, typed, n, err);
	tell = !rc && (state == TONG__APPROVED || n->state == TONG__APPROVED);
	if (!rc && state == TONG__REVOKED && n->state != TONG__APPROVED)
		rc = tong__fail(err, TONG_E_USAGE, typed, "is not approved; `reject` says no to a request");
	if (!rc)
		rc = tong__ledger_node_decide(o->ledger, n->id, state, NULL, tong__agent_now(a), err);
	if (!rc)
		n->state = state;
	if (!rc && tell)
		rc = tong__vouch(o, n, tong__agent_now(a), err);
	if (!rc)
		rc = tong__ledger_commit(o->ledger, err);
	if (rc)
		tong__ledger_abort(o->ledger);
	return rc;
}

static int change(const struct tong__cli *cli, tong_agent *a, struct tong__outbox *o,
				  enum tong__node_state state, tong_error *err)
{
	struct tong__node n = { .name = NULL };
	int rc = decide(a, o, cli->args[1], state, &n, err);
	char spoken[TONG_NODE_SPOKEN];

	if (!rc) {
		tong__node_spoken(n.id, spoken);
		if (cli->json)
			tong__print_doc(node_doc(&n, spoken));
		else if (!cli->quiet)
			printf(_("%s (%s): %s\n"), spoken, n.name, state_text(state));
	}
	tong__node_free(&n);
	return rc;
}

static enum tong__node_state verb(const char *word)
{
	static const struct {
		const char *word;
		enum tong__node_state state;
	} verbs[] = { { "approve", TONG__APPROVED },
				  { "reject", TONG__REJECTED },
				  { "revoke", TONG__REVOKED } };

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].word, word) == 0)
			return verbs[i].state;
	return TONG__UNKNOWN;
}

int tong__cmd_nodes(struct tong__cli *cli, tong_error *err)
{
	const char *word = cli->n_args ? cli->args[0] : "list";
	enum tong__node_state state = verb(word);
	bool listing = strcmp(word, "list") == 0;
	struct tong__outbox o;
	tong_agent *a;
	int rc;

	if ((listing && cli->n_args > 1) || (!listing && (state == TONG__UNKNOWN || cli->n_args != 2)))
		return tong__fail(err, TONG_E_USAGE, word,
						  "wanted: nodes list, or nodes approve, reject or "
						  "revoke with a node");
	rc = tong__cli_open(cli, false, &a, err);
	if (rc)
		return rc;
	rc = tong__outbox_open(&o, cli->store, err);
	if (!rc) {
		rc = listing ? list(cli, &o, err) : change(cli, a, &o, state, err);
		tong__outbox_close(&o);
	}
	tong_agent_close(a);
	return rc;
}
