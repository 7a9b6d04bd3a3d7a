/* `release show` and `release diff`: what is in force, what was, and what is staged. */
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "publisher/cmd_keys.h"
#include "publisher/metadata.h"
#include "publisher/release_old.h"
#include "publisher/stage.h"

/* The repository to look at: pinned by --keys, else by its own first root. */
struct look {
	struct tong__repo repo;
	struct tong__buf root;
};

static int open_look(struct look *l, const struct tong__args *a, tong_error *err)
{
	char *path = NULL;
	int code;

	*l = (struct look){ .repo.lock = -1 };
	tong__buf_init(&l->root, TONG_MAX_ROOT);
	if (asprintf(&path, "%s/1.root.json", a->keys ? a->keys : a->to) < 0)
		return tong__fail_nomem(err);
	code = tong__file_read(path, &l->root, err);
	if (code == TONG_E_ABSENT)
		code = tong__fail(err, TONG_E_NOTFOUND, path, "there is no such file");
	free(path);
	if (!code)
		code =
			tong__repo_open(&l->repo, a->to, (struct tong__str){ l->root.data, l->root.len }, err);
	if (!code && l->repo.empty)
		code = tong__fail(err, TONG_E_NOTFOUND, a->to, "%s",
						  _("holds no release yet: make one with `tong-publish release`"));
	l->repo.stage = a->stage;
	return code;
}

static void close_look(struct look *l)
{
	tong__repo_close(&l->repo);
	tong__buf_free(&l->root);
}

/* ---- show ---- */

static json_t *role_json(const struct tong__repo *r, const char *role)
{
	char date[TONG_DATE];

	tong__date(tong__trust_expires(r->trust, role), date);
	return json_pack("{s:I, s:s}", "version", (json_int_t)tong__trust_version(r->trust, role),
					 "expires", date);
}

static int layer_json(const struct tong__repo *r, const char *role, json_t *list, tong_error *err)
{
	struct tong__layer_target target;
	char hex[TONG_HEX];
	json_t *one;
	int code = tong__trust_layer(r->trust, role, &target, err);

	if (code)
		return code;
	tong__hash_hex(&target.sha256, hex);
	one = role_json(r, role);
	json_object_update_new(one, json_pack("{s:s, s:I, s:I, s:s}", "layer", role, "records",
										  (json_int_t)target.records, "length",
										  (json_int_t)target.length, "sha256", hex));
	tong__layer_target_free(&target);
	return json_array_append_new(list, one) ? tong__fail_nomem(err) : 0;
}

static void print_top(const json_t *answer)
{
	static const char *const top[] = { "root", "timestamp", "snapshot", "targets" };
	size_t i;

	printf(_("release %lld\n"), (long long)tong__json_int(answer, "release", 0));
	for (i = 0; i < 4; i++) {
		json_t *one = tong__json_obj(answer, top[i]);

		printf(_("%-12s version %lld, good until %s\n"), top[i],
			   (long long)tong__json_int(one, "version", 0), tong__json_str(one, "expires"));
	}
}

static void print_layers(const json_t *layers)
{
	json_t *one;
	size_t i;

	json_array_foreach(layers, i, one)
		printf(_("%-12s version %lld, good until %s, %s records, %s, %.16s\n"),
			   tong__json_str(one, "layer"), (long long)tong__json_int(one, "version", 0),
			   tong__json_str(one, "expires"),
			   tong__count((uint64_t)tong__json_int(one, "records", 0)),
			   tong__bytes((uint64_t)tong__json_int(one, "length", 0)),
			   tong__json_str(one, "sha256"));
}

/* The files of a stage, and who must still sign them. */
static int show_stage(const struct tong__args *a, json_t *answer, tong_error *err)
{
	struct tong__keys *keys = NULL;
	struct tong__buf text;
	struct tong__ask ask;
	int code = a->keys ? tong__cmd_open_keys(&keys, &ask, a, err)
					   : tong__fail(err, TONG_E_USAGE, "release",
									"wants --keys DIR, whose names say who must still sign");

	tong__buf_init(&text, 1 << 20);
	if (!code)
		code = tong__stage_describe(a->to, keys, a->stage, &text, err);
	if (!code && a->json)
		json_object_set_new(answer, "staged", json_stringn(text.data ? text.data : "", text.len));
	else if (!code)
		fputs(text.data ? text.data : "", stdout);
	tong__keys_free(keys);
	tong__buf_free(&text);
	return code;
}

static int show(const struct tong__args *a, struct look *l, tong_error *err)
{
	json_t *layers = json_array(), *answer;
	const char *role;
	int code = layers ? 0 : tong__fail_nomem(err);
	size_t i;

	answer =
		json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "release", (json_int_t)l->repo.snapshot, "root",
				  role_json(&l->repo, "root"), "timestamp", role_json(&l->repo, "timestamp"),
				  "snapshot", role_json(&l->repo, "snapshot"), "targets",
				  role_json(&l->repo, "targets"), "layers", layers);
	for (i = 0; !code && (role = tong__repo_role(&l->repo, i)); i++)
		code = layer_json(&l->repo, role, layers, err);
	if (!code && !a->json) {
		print_top(answer);
		print_layers(layers);
	}
	close_look(l); /* the stage opens it again */
	if (!code && a->stage)
		code = show_stage(a, answer, err);
	if (!code && a->json)
		return tong__answer(answer, err);
	json_decref(answer);
	return code;
}

int tong__cmd_release_show(const struct tong__args *a, tong_error *err)
{
	struct look l;
	int code = open_look(&l, a, err);

	if (!code)
		code = show(a, &l, err);
	close_look(&l);
	return code;
}

/* ---- diff ---- */

struct tally {
	json_t *list; /* for --json; NULL: lines */
	size_t added, removed, changed;
};

/* What a person calls the record. */
static json_t *name_of(struct tong__str line)
{
	static const char *const members[] = { "name", "title", "subtitle" };
	json_t *record, *name = NULL;
	size_t i;

	if (tong__json_read(line.p, line.n, TONG_MAX_RECORD_DEPTH, "record", &record, NULL))
		return json_string("");
	for (i = 0; i < 3 && !name; i++)
		name = json_incref(json_object_get(record, members[i]));
	json_decref(record);
	if (!json_is_string(name)) {
		json_decref(name);
		name = json_string("");
	}
	return name;
}

static int tell(void *arg, const struct tong__record_change *c, tong_error *err)
{
	struct tally *t = arg;
	const char *what = !c->before.p ? "added" : !c->after.p ? "removed" : "changed";
	json_t *name = name_of(c->after.p ? c->after : c->before);

	t->added += *what == 'a';
	t->removed += *what == 'r';
	t->changed += *what == 'c';
	if (!t->list) {
		printf("%c %-12s %.*s %s\n",
			   *what == 'a'   ? '+'
			   : *what == 'r' ? '-'
							  : '~',
			   c->layer, (int)c->key.n, c->key.p, json_string_value(name));
		json_decref(name);
		return 0;
	}
	return json_array_append_new(t->list,
								 json_pack("{s:s, s:s%, s:s, s:o}", "layer", c->layer, "key",
										   c->key.p, c->key.n, "what", what, "name", name))
			   ? tong__fail_nomem(err)
			   : 0;
}

/* A release's number, or "staged". */
static int layers_of(const struct look *l, const char *word, struct tong__layers **out,
					 tong_error *err)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (strcmp(word, "staged") == 0 && l->repo.stage)
		return tong__release_staged(&l->repo, out, err);
	if (*end || end == word)
		return tong__fail(err, TONG_E_USAGE, word,
						  "is no release: a number, or staged with --stage DIR");
	return tong__release_old(&l->repo, n, out, err);
}

static int diff(const struct tong__args *a, struct look *l, tong_error *err)
{
	struct tally t = { .list = a->json ? json_array() : NULL };
	struct tong__layers *before = NULL, *after = NULL;
	char now[32];
	int code = layers_of(l, a->words[1], &before, err);

	snprintf(now, sizeof now, "%lu", l->repo.snapshot);
	if (!code)
		code = layers_of(l, a->n_words > 2 ? a->words[2] : now, &after, err);
	if (!code)
		code = tong__release_compare(before, after, tell, &t, err);
	if (!code)
		tong__summary(a, "%s records changed, %s added, %s removed", tong__count(t.changed),
					  tong__count(t.added), tong__count(t.removed));
	if (!code && a->json)
		code = tong__answer(json_pack("{s:O}", "changes", t.list), err);
	json_decref(t.list);
	tong__layers_free(before);
	tong__layers_free(after);
	return code;
}

int tong__cmd_release_diff(const struct tong__args *a, tong_error *err)
{
	struct look l;
	int code = open_look(&l, a, err);

	if (!code)
		code = diff(a, &l, err);
	close_look(&l);
	return code;
}
