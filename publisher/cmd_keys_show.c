/* `keys show`: which keys there are, where they sign, and for what. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/cmd_keys.h"
#include "publisher/policy.h"
#include "publisher/release_repo.h"

static const char *place_name(enum tong__key_place place)
{
	switch (place) {
	case TONG_KEY_PUBLIC:
		return "public";
	case TONG_KEY_PEM:
		return "here";
	case TONG_KEY_LOCKED:
		return "encrypted";
	case TONG_KEY_EXTERNAL:
		return "external";
	}
	return "?";
}

/* Who signs what in a repository; empty without one. */
static int read_policy(struct tong__policy *p, const struct tong__keys *keys, const char *to,
					   tong_error *err)
{
	struct tong__str root = tong__keys_root(keys);
	struct tong__repo repo = { .lock = -1 };
	json_t *body = NULL;
	int code;

	if (!to)
		return 0;
	if (!root.p)
		return tong__fail(err, TONG_E_KEY, to, "the keys folder has no 1.root.json");
	code = tong__repo_open(&repo, to, root, err);
	if (!code)
		code = tong__signed_part((struct tong__str){ repo.newest.data, repo.newest.len },
								 "root.json", &body, err);
	if (!code)
		code = tong__policy_read(p, body, repo.delegations, err);
	json_decref(body);
	tong__repo_close(&repo);
	return code;
}

static void show_one(const struct tong__keys_key *k, const struct tong__policy *p, json_t *list)
{
	struct tong__buf roles;

	tong__buf_init(&roles, 1 << 16);
	if (p->root)
		tong__policy_roles_of(p, k->id, &roles);
	if (list)
		json_array_append_new(list,
							  json_pack("{s:s, s:s, s:O, s:s, s:s*}", "name", k->name, "keyid",
										k->id, "key", k->public, "place", place_name(k->place),
										"roles", roles.len ? roles.data : NULL));
	else
		printf("%-14s %-19s %-9s %s%s%.200s\n", k->name, tong__json_str(k->public, "scheme"),
			   place_name(k->place), k->id, roles.len ? "  " : "", roles.len ? roles.data : "");
	tong__buf_free(&roles);
}

/* "root  2 of a, b, c" */
static void show_role(const char *name, const struct tong__policy *p, const struct tong__keys *keys,
					  json_t *out)
{
	struct tong__judge j = tong__policy_judge(p, name);
	json_t *names = json_array(), *id;
	size_t i;

	json_array_foreach(tong__json_arr(j.role, "keyids"), i, id)
	{
		const struct tong__keys_key *k = tong__keys_by_id(keys, json_string_value(id));

		json_array_append_new(names, json_string(k ? k->name : json_string_value(id)));
	}
	if (!out) {
		printf("%-14s %zu of", name, tong__judge_threshold(&j));
		json_array_foreach(names, i, id) printf("%s %s", i ? "," : "", json_string_value(id));
		putchar('\n');
	} else {
		json_object_set_new(out, name,
							json_pack("{s:I, s:O}", "threshold",
									  (json_int_t)tong__judge_threshold(&j), "keys", names));
	}
	json_decref(names);
}

static void show_roles(const struct tong__policy *p, const struct tong__keys *keys, json_t *out)
{
	static const char *const top[] = { "root", "targets", "snapshot", "timestamp" };
	json_t *entry;
	size_t i;

	for (i = 0; i < 4 && p->root; i++)
		show_role(top[i], p, keys, out);
	json_array_foreach(tong__json_arr(p->delegations, "roles"), i, entry)
		show_role(tong__json_str(entry, "name"), p, keys, out);
}

int tong__cmd_keys_show(const struct tong__args *a, tong_error *err)
{
	json_t *list = a->json ? json_array() : NULL, *roles = a->json ? json_object() : NULL;
	struct tong__policy policy = { NULL, NULL };
	struct tong__keys *keys = NULL;
	char hex[TONG_HEX] = "";
	struct tong__hash hash;
	struct tong__ask ask;
	int code = tong__cmd_open_keys(&keys, &ask, a, err);
	size_t i;

	if (!code)
		code = read_policy(&policy, keys, a->to, err);
	for (i = 0; !code && tong__keys_at(keys, i); i++)
		show_one(tong__keys_at(keys, i), &policy, list);
	if (!code)
		show_roles(&policy, keys, roles);
	if (!code && tong__keys_root(keys).p) {
		tong__sha256(tong__keys_root(keys).p, tong__keys_root(keys).n, &hash);
		tong__hash_hex(&hash, hex);
	}
	if (!code && a->json)
		code = tong__answer(json_pack("{s:O, s:O, s:s}", "keys", list, "roles", roles,
									  "root_sha256", hex),
							err);
	else if (!code && *hex)
		printf("1.root.json sha256 %s\n", hex);
	json_decref(list);
	json_decref(roles);
	tong__policy_free(&policy);
	tong__keys_free(keys);
	return code;
}
