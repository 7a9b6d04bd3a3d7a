/* Signatures on metadata: whose count, which spoil a file, and how many are wanted. */
#include "core/err.h"
#include "tests/unit/tuf_holders.h"

static void rejects_files_that_nobody_entitled_signed(void)
{
	struct signer *stranger = signer_new("ed25519", "ed25519", "ed25519");

	for (int role = ROOT; role < ROLES; role++)
		for (int who = -1; who <= ROLES; who++) {
			struct client c;
			struct repo *r;

			if (who == role)
				continue;
			repo_begin(&r, &c);
			r->n_signs[role] = who >= 0; /* -1: unsigned */
			r->signs[role][0] = who < 0 || who == ROLES ? stranger : r->key[who];
			repo_publish(r);
			only_the_listed_sign(r);
			repo_refused(r, &c, role, "TONG_E_SIGNATURE");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
	signer_free(stranger);
}

/* Puts 'sigs', more entries of "signatures", before or after the file's own. */
static void insert_signatures(struct repo *r, int role, const char *sigs, bool before)
{
	static const char head[] = "{\"signatures\":[", middle[] = "],\"signed\"";
	size_t n = r->n[role] + strlen(sigs) + 2;
	char *text = malloc(n), *rest;

	rest = before ? r->file[role] + sizeof head - 1 : strstr(r->file[role], middle);
	snprintf(text, n, "%.*s%s%s%s%s", (int)(rest - r->file[role]), r->file[role], before ? "" : ",",
			 sigs, before ? "," : "", rest);
	repo_replace(r, role, text, strlen(text));
}

static void useless_signatures_spoil_nothing(void)
{
	static const char *const rows[] = {
		"{\"keyid\":\"\",\"sig\":\"\"}",
		"{\"keyid\":\"a\",\"sig\":\"not hex\"}",
		"{\"keyid\":\"b\",\"sig\":\"abc\"},{\"keyid\":\"c\",\"sig\":\"00\",\"x\":[]}",
		"{\"keyid\":\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\","
		"\"sig\":\"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\"}",
	};

	for (size_t i = 0; i < 4; i++)
		for (int before = 0; before < 2; before++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			repo_publish(r);
			for (int role = ROOT; role < ROLES; role++)
				insert_signatures(r, role, rows[i], before);
			CHECK_INT(client_update(&c, r, NULL), 0);
			repo_end(r, &c);
		}
}

/* The role has two keys and needs one: what the other makes of its place does not matter. */
static void one_bad_signature_of_two_is_enough(void)
{
	static const char *const sigs[] = { "", "00", "zz", "e5564300c360ac729086e2cc806e828a" };

	for (size_t i = 0; i < N_HOLDERS; i++)
		for (size_t k = 0; k < 4; k++) {
			struct signer *s = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");
			char text[300];
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			add_signer(r, &holders[i], s, 1, false);
			repo_publish(r);
			snprintf(text, sizeof text, "{\"keyid\":\"%s\",\"sig\":\"%s\"}", s->id, sigs[k]);
			insert_signatures(r, holders[i].of, text, true);
			CHECK_INT(client_update(&c, r, NULL), 0);
			repo_end(r, &c);
			signer_free(s);
		}
}

static void rejects_broken_signature_lists(void)
{
	static const char *const rows[] = {
		"7",
		"null",
		"\"\"",
		"[]",
		"{}",
		"{\"keyid\":\"a\"}",
		"{\"sig\":\"00\"}",
		"{\"keyid\":7,\"sig\":\"00\"}",
		"{\"keyid\":\"a\",\"sig\":7}",
		"{\"keyid\":\"a\",\"sig\":null}",
		"{\"keyid\":\"a\",\"sig\":\"00\"},{\"keyid\":\"a\",\"sig\":\"01\"}",
	};

	for (int role = ROOT; role < ROLES; role++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			repo_publish(r);
			insert_signatures(r, role, rows[i], i & 1);
			repo_refused(r, &c, role, "TONG_E_FORMAT");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
}

/* The same keyid twice invalidates the file even if it reaches its threshold (specification 4.2.1).
 */
static void rejects_duplicate_signatures(void)
{
	for (int role = ROOT; role < ROLES; role++) {
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		r->signs[role][r->n_signs[role]++] = r->key[role];
		repo_publish(r);
		only_the_listed_sign(r);
		repo_refused(r, &c, role, "TONG_E_FORMAT");
		CHECK_ALIVE();
		repo_recovers(r, &c);
		CHECK_ALIVE();
		repo_end(r, &c);
	}
}

static void rejects_too_many_signatures(void)
{
	size_t max = 1100 * 40;
	char *text = malloc(max);

	/* timestamp is too short for so many: its own ceiling comes first */
	for (int role = ROOT; role < ROLES; role++)
		for (int n = 1023; n <= 1024; n++) {
			size_t at = 0;
			struct client c;
			struct repo *r;

			if (role == TIMESTAMP)
				continue;
			for (int i = 0; i < n; i++)
				at += (size_t)snprintf(text + at, max - at, "%s{\"keyid\":\"%d\",\"sig\":\"\"}",
									   i ? "," : "", i);
			repo_begin(&r, &c);
			repo_publish(r);
			insert_signatures(r, role, text, true);
			if (n == 1023)
				CHECK_INT(client_update(&c, r, NULL), 0);
			else
				repo_refused(r, &c, role, "TONG_E_LIMIT");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
	free(text);
}

/* ---- thresholds ---- */

/* 2 of 3 keys, of three schemes: two are enough, one is not. */
static void counts_to_the_threshold(void)
{
	struct signer *b = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");
	struct signer *d = signer_new("sm2", "sm2", "sm2-sm3");

	for (size_t i = 0; i < N_HOLDERS; i++)
		for (int n = 1; n <= 3; n++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			add_signer(r, &holders[i], b, 1, n > 1);
			add_signer(r, &holders[i], d, 2, n > 2);
			edit_at(r, holders[i].role, holders[i].entry, "threshold", "2");
			repo_publish(r);
			if (n == 1)
				repo_refused(r, &c, holders[i].of, "TONG_E_SIGNATURE");
			else
				CHECK_INT(client_update(&c, r, NULL), 0);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
	signer_free(b);
	signer_free(d);
}

/* One key under two ids is one key (FORMAT T5). */
static void counts_a_key_once(void)
{
	struct signer *a = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");
	struct signer b = *a;

	b.json = json_deep_copy(a->json);
	json_object_set_new(b.json, "keytype", json_string("ecdsa-sha2-nistp256"));
	signer_identify(&b);
	for (size_t i = 0; i < N_HOLDERS; i++) {
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		add_signer(r, &holders[i], a, 1, true);
		add_signer(r, &holders[i], &b, 2, true);
		edit_at(r, holders[i].role, holders[i].entry, "threshold", "3");
		repo_publish(r);
		repo_refused(r, &c, holders[i].of, "TONG_E_SIGNATURE");
		CHECK_ALIVE();
		json_array_clear(r->edits);
		only_the_listed_sign(r);
		repo_recovers(r, &c);
		CHECK_ALIVE();
		repo_end(r, &c);
	}
	json_decref(b.json);
	signer_free(a);
}

int main(void)
{
	RUN(rejects_files_that_nobody_entitled_signed);
	RUN(useless_signatures_spoil_nothing);
	RUN(one_bad_signature_of_two_is_enough);
	RUN(rejects_broken_signature_lists);
	RUN(rejects_duplicate_signatures);
	RUN(rejects_too_many_signatures);
	RUN(counts_to_the_threshold);
	RUN(counts_a_key_once);
	return tong_test_done();
}
