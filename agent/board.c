/* The board's facts: what nodes said last, beside what this node holds. */
#include "agent/board.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ledger.h"
#include "agent/upward.h"
#include "core/json.h"

struct board {
	tong_agent *agent;
	struct tong__ledger *ledger;
	const struct tong__alarm_rules *rules;
	json_t *nodes, *counts, *own; /* own: what this node attested last, or NULL */
	json_t *pages;                /* what came of its own last look at all pages, or NULL */
	int64_t now, release, alarms;
	tong_error *err;
};

/* ---- one node beside this one ---- */

struct sight {
	const json_t *said; /* its last attestation, or NULL */
	int64_t heard, release, since;
	size_t other;  /* layers that it holds and that are not ours */
	size_t pages;  /* layers of the same release whose pages have other bytes than ours */
	bool compared; /* there were pages to compare */
	int64_t newer; /* since when we hold a version that it lacks; 0: not known */
	const char *standing;
	json_t *problems, *layers;
};

static int64_t own_since(const struct board *b, const char *name)
{
	const json_t *l;
	size_t i;

	json_array_foreach(tong__json_arr(b->own, "layers"), i, l)
	{
		const char *n = tong__json_str(l, "name");

		if (n && strcmp(n, name) == 0)
			return tong__json_int(l, "since", 0);
	}
	return 0;
}

/* A layer that this node does not hold cannot be compared here; the one who holds it can. */
static void see_layer(struct board *b, struct sight *s, const json_t *l)
{
	const char *name = tong__json_str(l, "name"), *sha = tong__json_str(l, "sha256");
	int64_t since = tong__json_int(l, "since", 0);
	struct tong__store_layer ours;
	char hex[TONG_HEX];
	tong_error own;
	json_t *doc = json_pack("{s:s, s:I}", "name", name, "since", (json_int_t)since);
	bool same;

	if (since > s->since)
		s->since = since;
	if (doc && tong__store_layer(b->agent->store, name, &ours, &own) == 0) {
		tong__hash_hex(&ours.sha256, hex);
		same = strcmp(hex, sha) == 0;
		json_object_set_new(doc, "same", json_boolean(same));
		if (!same) {
			int64_t newer = own_since(b, name);

			s->other++;
			if (newer && (!s->newer || newer < s->newer))
				s->newer = newer;
		}
	}
	json_array_append_new(s->layers, doc);
}

/* P6: the same records give the same bytes. What this node did not make itself is not compared. */
static void see_pages(struct board *b, struct sight *s)
{
	const json_t *theirs = tong__json_obj(s->said, "pages"),
				 *ours = tong__json_obj(b->pages, "digests");
	const char *layer;
	json_t *v;

	if (tong__json_int(theirs, "release", -1) != tong__json_int(b->pages, "release", 0))
		return;
	json_object_foreach(tong__json_obj(theirs, "digests"), layer, v)
	{
		const char *here = tong__json_str(ours, layer), *there = json_string_value(v);

		if (!here)
			continue;
		s->compared = true;
		s->pages += !there || strcmp(here, there) != 0;
	}
}

static void note(struct board *b, struct sight *s, const char *what, int64_t value)
{
	json_array_append_new(s->problems,
						  json_pack("{s:s, s:I}", "what", what, "value", (json_int_t)value));
	b->alarms++;
}

static bool over(int64_t value, int64_t limit)
{
	return limit >= 0 && value > limit;
}

static const char *standing(const struct board *b, const struct sight *s)
{
	bool sound = tong__json_bool(s->said, "sound") &&
				 tong__json_int(tong__json_obj(s->said, "pages"), "bad", 0) == 0;

	if (!s->said)
		return "never";
	if (!sound || s->pages || (s->other && s->release == b->release))
		return "divergent";
	if (over(b->now - s->heard, b->rules->silent))
		return "silent";
	if (s->release > b->release)
		return "ahead";
	return s->other || s->release == 0 ? "behind" : "current";
}

static void see_health(struct board *b, struct sight *s, const struct tong__node *n)
{
	const struct tong__alarm_rules *r = b->rules;
	const json_t *disk = tong__json_obj(s->said, "disk");
	int64_t total = tong__json_int(disk, "total", 0), skew = tong__json_int(s->said, "skew", 0),
			free = total ? tong__json_int(disk, "free", 0) * 100 / total : 100,
			pending = tong__json_int(s->said, "pending", 0), quiet = b->now - s->heard;

	if (s->pages)
		note(b, s, "pages", (int64_t)s->pages);
	else if (strcmp(s->standing, "divergent") == 0)
		note(b, s, "divergent", s->release == b->release ? (int64_t)s->other : 0);
	if (s->said && over(quiet, r->silent))
		note(b, s, "silent", quiet);
	if (!s->said && over(b->now - n->decided, r->silent))
		note(b, s, "never", b->now - n->decided);
	if (strcmp(s->standing, "behind") == 0 && s->newer && over(b->now - s->newer, r->behind))
		note(b, s, "behind", b->now - s->newer);
	if (total && r->disk >= 0 && free < r->disk)
		note(b, s, "disk", free);
	if (over(llabs(skew), r->clock))
		note(b, s, "clock", skew);
	if (over(pending, r->pending))
		note(b, s, "pending", pending);
}

static void see(struct board *b, struct sight *s, const struct tong__node *n)
{
	const json_t *l;
	size_t i;

	s->release = tong__json_int(s->said, "release", 0);
	json_array_foreach(tong__json_arr(s->said, "layers"), i, l) see_layer(b, s, l);
	see_pages(b, s);
	if (n->state == TONG__APPROVED) {
		s->standing = standing(b, s);
		see_health(b, s, n);
	} else {
		s->standing = tong__node_state_name(n->state);
		if (n->state == TONG__WAITING && over(b->now - n->asked, b->rules->waiting))
			note(b, s, "waiting", b->now - n->asked);
	}
}

/* ---- rows ---- */

static json_t *row_of(const struct board *b, const struct tong__node *n, const struct sight *s)
{
	char spoken[TONG_NODE_SPOKEN];
	const char *place;
	json_t *row;

	tong__node_spoken(n->id, spoken);
	row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:O, s:O}", "id",
					n->id, "spoken", spoken, "name", n->name, "state",
					tong__node_state_name(n->state), "standing", s->standing, "agent", n->agent,
					"release", (json_int_t)s->release, "since", (json_int_t)s->since, "synced",
					(json_int_t)tong__json_int(s->said, "synced", 0), "heard", (json_int_t)s->heard,
					"regions", tong__json_text(n->regions), "layers", s->layers, "problems",
					s->problems);
	place = json_string_value(json_array_get(tong__json_arr(row, "regions"), 0));
	tong__place_add(b->agent, row, "place", place);
	if (row && s->compared)
		json_object_set_new(row, "pages_same", json_boolean(s->pages == 0));
	if (row && n->via[0])
		json_object_set_new(row, "via", json_string(n->via));
	return row;
}

static int add_node(void *arg, const struct tong__node *n)
{
	struct board *b = arg;
	json_t *said = tong__ledger_attested(b->ledger, n->id, NULL), *row;
	struct sight s = {
		.said = said, .heard = n->heard, .problems = json_array(), .layers = json_array()
	};
	int rc;

	see(b, &s, n);
	row = row_of(b, n, &s);
	rc =
		row && json_array_append_new(b->nodes, row) == 0 &&
				json_object_set_new(b->counts, s.standing,
									json_integer(tong__json_int(b->counts, s.standing, 0) + 1)) == 0
			? 0
			: tong__fail_nomem(b->err);
	json_decref(said);
	json_decref(s.problems);
	json_decref(s.layers);
	return rc;
}

/* ---- those in trouble first ---- */

static int rank(const json_t *row)
{
	static const char *const order[] = { "divergent", "silent",  "never",    "behind", "waiting",
										 "ahead",     "current", "rejected", "revoked" };
	const char *s = tong__json_str(row, "standing");
	int i = 0;

	while (i < (int)(sizeof order / sizeof *order) && strcmp(order[i], s) != 0)
		i++;
	return 2 * i - (json_array_size(tong__json_arr(row, "problems")) > 0 && i > 4 ? 5 : 0);
}

static int by_rank(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int d = rank(x) - rank(y);

	return d ? d : strcmp(tong__json_str(x, "name"), tong__json_str(y, "name"));
}

static int sort_rows(json_t *rows, tong_error *err)
{
	size_t n = json_array_size(rows);
	json_t **list = calloc(n + 1, sizeof *list);

	if (!list)
		return tong__fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		list[i] = json_incref(json_array_get(rows, i));
	qsort(list, n, sizeof *list, by_rank);
	json_array_clear(rows);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(rows, list[i]);
	free(list);
	return 0;
}

/* What this node attested last says since when it holds its layers. */
static json_t *own_word(struct board *b)
{
	struct tong__identity *me;
	tong_error own;
	json_t *said;

	if (tong__identity_open(&me, b->agent->dir, false, &own))
		return NULL;
	said = tong__ledger_attested(b->ledger, tong__identity_id(me), NULL);
	tong__identity_close(me);
	return said;
}

static int gather(struct board *b, tong_error *err)
{
	int rc = tong__ledger_open(&b->ledger, b->agent->dir, false, err);

	if (rc == TONG_E_NOTFOUND)
		return 0; /* nobody ever asked: an empty board */
	if (rc)
		return rc;
	b->own = own_word(b);
	b->pages = tong__attest_pages_last(b->ledger);
	rc = tong__ledger_nodes(b->ledger, add_node, b, err);
	json_decref(b->own);
	json_decref(b->pages);
	tong__ledger_close(b->ledger);
	return rc;
}

int tong__board(tong_agent *a, const struct tong__alarm_rules *rules, json_t **out, tong_error *err)
{
	struct board b = { .agent = a,
					   .rules = rules,
					   .nodes = json_array(),
					   .counts = json_object(),
					   .now = tong__agent_now(a),
					   .err = err };
	int rc = b.nodes && b.counts ? tong__agent_begin_any(a, err) : tong__fail_nomem(err);

	*out = NULL;
	if (!rc) {
		b.release = tong__store_number(a->store, "release", 0);
		rc = gather(&b, err);
		tong__agent_end(a);
	}
	if (!rc)
		rc = sort_rows(b.nodes, err);
	if (!rc) {
		*out = json_pack("{s:I, s:I, s:O, s:I, s:O}", "release", (json_int_t)b.release, "time",
						 (json_int_t)b.now, "counts", b.counts, "alarms", (json_int_t)b.alarms,
						 "nodes", b.nodes);
		if (!*out)
			rc = tong__fail_nomem(err);
	}
	json_decref(b.nodes);
	json_decref(b.counts);
	return rc;
}

/* ---- for Prometheus ---- */

static void add_kinds(const json_t *doc, struct tong__buf *out)
{
	static const char *const kinds[] = { "divergent", "pages", "silent",  "never",  "behind",
										 "disk",      "clock", "waiting", "pending" };
	const json_t *row, *p;
	size_t i, k;

	tong__buf_adds(out, "# HELP tong_alarms What is wrong with them.\n# TYPE tong_alarms gauge\n");
	for (size_t n = 0; n < sizeof kinds / sizeof *kinds; n++) {
		size_t count = 0;

		json_array_foreach(tong__json_arr(doc, "nodes"), i, row)
		{
			json_array_foreach(tong__json_arr(row, "problems"), k, p) count +=
				strcmp(tong__json_str(p, "what"), kinds[n]) == 0;
		}
		tong__buf_addf(out, "tong_alarms{what=\"%s\"} %zu\n", kinds[n], count);
	}
}

void tong__board_metrics(const json_t *doc, struct tong__buf *out)
{
	const char *name;
	json_t *n;

	if (json_array_size(tong__json_arr(doc, "nodes")) == 0)
		return;
	tong__buf_adds(out, "# HELP tong_nodes Nodes of the levels below, by how they stand.\n"
						"# TYPE tong_nodes gauge\n");
	json_object_foreach(json_object_get(doc, "counts"), name, n)
		tong__buf_addf(out, "tong_nodes{standing=\"%s\"} %" PRId64 "\n", name,
					   (int64_t)json_integer_value(n));
	add_kinds(doc, out);
}
