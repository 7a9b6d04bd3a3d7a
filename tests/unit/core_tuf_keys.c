/* Who may sign: roles and keys as root and delegations list them. */
#include "core/err.h"
#include "tests/unit/tuf_holders.h"

/* ---- the shape of a role's entry ---- */

static const struct shape {
	const char *member, *value, *want;
} shapes[] = {
	{ "threshold", "0", "TONG_E_FORMAT" },
	{ "threshold", "-1", "TONG_E_FORMAT" },
	{ "threshold", "\"1\"", "TONG_E_FORMAT" },
	{ "threshold", "true", "TONG_E_FORMAT" },
	{ "threshold", "null", "TONG_E_FORMAT" },
	{ "threshold", "[1]", "TONG_E_FORMAT" },
	{ "threshold", NULL, "TONG_E_FORMAT" },
	{ "threshold", "-9223372036854775808", "TONG_E_FORMAT" },
	{ "threshold", "9223372036854775807", "TONG_E_FORMAT" },
	{ "threshold", "1025", "TONG_E_LIMIT" },
	{ "threshold", "2147483648", "TONG_E_LIMIT" },
	{ "threshold", "4294967297", "TONG_E_LIMIT" },
	{ "keyids", NULL, "TONG_E_FORMAT" },
	{ "keyids", "{}", "TONG_E_FORMAT" },
	{ "keyids", "\"\"", "TONG_E_FORMAT" },
	{ "keyids", "[7]", "TONG_E_FORMAT" },
	{ "keyids", "[\"a\",null]", "TONG_E_FORMAT" },
	{ "keyids", "[\"a\",\"b\",\"a\"]", "TONG_E_FORMAT" },
};

static void try_shape(const struct holder *h, const struct shape *s)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	edit_at(r, h->role, h->entry, s->member, s->value);
	repo_publish(r);
	repo_refused(r, &c, h->role, s->want);
	if (!tong_test.failed)
		repo_recovers(r, &c);
	if (tong_test.failed)
		printf("%s of %s in %s: %s\n", s->member, role_names[h->of], role_names[h->role],
			   s->value ? s->value : "(gone)");
	repo_end(r, &c);
}

static void rejects_misshapen_roles(void)
{
	for (size_t i = 0; i < N_HOLDERS; i++)
		for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
			try_shape(&holders[i], &shapes[k]);
			CHECK_ALIVE();
		}
}

/* A role that lists nobody, or a threshold nobody can reach, is a role nobody can sign. */
static void nobody_signs_an_unreachable_role(void)
{
	static const char *const edits[][2] = {
		{ "keyids", "[]" }, { "keyids", "[\"a\"]" }, { "threshold", "2" }, { "threshold", "1024" }
	};

	for (size_t i = 0; i < N_HOLDERS; i++)
		for (size_t k = 0; k < 4; k++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			edit_at(r, holders[i].role, holders[i].entry, edits[k][0], edits[k][1]);
			repo_publish(r);
			repo_refused(r, &c, holders[i].of, "TONG_E_SIGNATURE");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
}

/* 1,025 ids, none with a key: they would cost a search each. */
static void limits_the_keyids_of_a_role(void)
{
	json_t *ids = json_array();
	char id[16], *text;

	for (int i = 0; i < 1025; i++) {
		snprintf(id, sizeof id, "id%d", i);
		json_array_append_new(ids, json_string(id));
	}
	text = json_dumps(ids, 0);
	for (size_t i = 0; i < N_HOLDERS; i++) {
		try_shape(&holders[i], &(struct shape){ "keyids", text, "TONG_E_LIMIT" });
		CHECK_ALIVE();
	}
	free(text);
	json_decref(ids);
}

/* ---- keys in a file ---- */

/* A key without a type or a scheme is misshapen, not one for newer readers; its id is its own. */
static void rejects_keys_of_no_type(void)
{
	static const char *const members[] = { "keytype", "scheme" };

	for (size_t i = 0; i < N_HOLDERS; i++)
		for (size_t k = 0; k < 2; k++) {
			json_t *key = json_pack("{s:s, s:{s:s}}", members[k], "of-tomorrow", "keyval", "public",
									"");
			char id[TONG_HEX];
			struct client c;
			struct repo *r;

			CHECK_INT(tong__key_identify(key, NULL, id, NULL), 0);
			repo_begin(&r, &c);
			add_key(r, &holders[i], id, key);
			repo_publish(r);
			repo_refused(r, &c, holders[i].role, "TONG_E_KEY");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
			json_decref(key);
		}
}

static const struct bad_key {
	const char *kind, *keytype, *scheme;
} bad_keys[] = {
	{ "P-384", "ecdsa", "ecdsa-sha2-nistp256" },
	{ "P-256", "ecdsa", "ecdsa-sha2-nistp384" },
	{ "secp256k1", "ecdsa", "ecdsa-sha2-nistp256" },
	{ "sm2", "ecdsa", "ecdsa-sha2-nistp256" },
	{ "P-256", "sm2", "sm2-sm3" },
	{ "P-256", "rsa", "rsassa-pss-sha256" },
	{ "rsa1024", "rsa", "rsassa-pss-sha256" },
	{ "ed25519", "ed25519", "ecdsa-sha2-nistp256" },
	{ "ed25519", "ecdsa", "ed25519" },
	{ "P-256", "ed25519", "ed25519" },
};

/* A wrong key refuses the file that lists it, signed by it or not. */
static void rejects_files_with_wrong_keys(void)
{
	for (size_t i = 0; i < N_HOLDERS; i++)
		for (size_t k = 0; k < sizeof bad_keys / sizeof *bad_keys; k++) {
			struct signer *s =
				signer_new(bad_keys[k].kind, bad_keys[k].keytype, bad_keys[k].scheme);
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			add_signer(r, &holders[i], s, 1, true);
			repo_publish(r);
			only_the_listed_sign(r);
			repo_refused(r, &c, holders[i].role, "TONG_E_KEY");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
			signer_free(s);
		}
}

static void rejects_ids_that_are_not_the_keys(void)
{
	struct signer *s = signer_new("ed25519", "ed25519", "ed25519");

	for (size_t i = 0; i < N_HOLDERS; i++)
		for (int way = 0; way < 4; way++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			if (way == 0) /* another's id */
				add_key(r, &holders[i], r->key[holders[i].of]->id, s->json);
			if (way == 1)
				add_key(r, &holders[i], "1", s->json);
			if (way == 2) { /* a member more, the id of before */
				json_object_set_new(s->json, "x", json_integer(1));
				add_key(r, &holders[i], s->id, s->json);
				json_object_del(s->json, "x");
			}
			if (way == 3) { /* an unknown type must have its own id too */
				json_object_set_new(s->json, "keytype", json_string("ml-dsa"));
				add_key(r, &holders[i], s->id, s->json);
				json_object_set_new(s->json, "keytype", json_string("ed25519"));
			}
			repo_publish(r);
			repo_refused(r, &c, holders[i].role, "TONG_E_KEY");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
	signer_free(s);
}

/* A key for newer readers harms nothing and counts for nothing. */
static void unknown_key_types_count_for_nothing(void)
{
	struct signer *s = signer_new("ed25519", "ml-dsa", "ml-dsa-65");

	for (size_t i = 0; i < N_HOLDERS; i++) {
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		add_signer(r, &holders[i], s, 1, true);
		repo_publish(r);
		CHECK_INT(client_update(&c, r, NULL), 0);
		repo_next(r, &c);
		only_the_listed_sign(r);
		add_signer(r, &holders[i], s, 1, true);
		edit_at(r, holders[i].role, holders[i].entry, "threshold", "2");
		repo_publish(r);
		only_the_listed_sign(r);
		repo_refused(r, &c, holders[i].of, "TONG_E_SIGNATURE");
		CHECK_ALIVE();
		repo_recovers(r, &c);
		CHECK_ALIVE();
		repo_end(r, &c);
	}
	signer_free(s);
}

static void rejects_too_many_keys(void)
{
	static const struct holder *const some[] = { &holders[1], &holders[4], &holders[5] };
	json_t *keys = json_object(), *key;
	char *text;

	for (int i = 0; i < 1025; i++) {
		struct signer *s = signer_new("ed25519", "ed25519", "ed25519");

		json_object_set(keys, s->id, s->json);
		signer_free(s);
	}
	for (int n = 1025; n >= 1024; n--) {
		text = json_dumps(keys, 0);
		for (size_t i = 0; i < 3; i++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			repo_edit(r, some[i]->role, some[i]->keys, text);
			repo_publish(r);
			/* with 1,024 the file is read; its role's own key just is not among them */
			if (n == 1025)
				repo_refused(r, &c, some[i]->role, "TONG_E_LIMIT");
			else
				repo_refused(r, &c, some[i]->role == ROOT ? ROOT : some[i]->of, "TONG_E_SIGNATURE");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			repo_end(r, &c);
			CHECK_ALIVE();
		}
		free(text);
		key = json_object_iter_value(json_object_iter(keys));
		CHECK(json_is_object(key));
		json_object_del(keys, json_object_iter_key(json_object_iter(keys)));
	}
	json_decref(keys);
}

int main(void)
{
	RUN(rejects_misshapen_roles);
	RUN(limits_the_keyids_of_a_role);
	RUN(rejects_keys_of_no_type);
	RUN(nobody_signs_an_unreachable_role);
	RUN(rejects_files_with_wrong_keys);
	RUN(rejects_ids_that_are_not_the_keys);
	RUN(unknown_key_types_count_for_nothing);
	RUN(rejects_too_many_keys);
	return tong_test_done();
}
