/* What a hostile or careless publisher, host or courier does to a release: the verbs of the table
 * of trials. */
#ifndef TESTS_UNIT_HOSTILE_ACTS_H
#define TESTS_UNIT_HOSTILE_ACTS_H

#include "tests/unit/hostile_repo.h"

/* When a verb acts: on the content, on what is signed, on the signed bytes, on the files. */
enum stage { LAYER, SIGN, BYTES, SHELF };

/* Where: a role's file, a path in it; and what a role so judged is ('of', for who may sign). */
struct place {
	int role;
	const char *path;
	int of;
};

typedef void act_fn(struct hostile *, enum stage, const struct place *, const char *value);

/* ---- what is signed, rightly, and wrong ---- */

static inline void edit(struct hostile *h, enum stage stage, const struct place *p,
						const char *value)
{
	if (stage == SIGN)
		repo_edit(h->r, p->role, p->path, value);
}

/* The same where files are listed with length and hashes. */
static inline void edit_hashed(struct hostile *h, enum stage stage, const struct place *p,
							   const char *value)
{
	h->r->hashes = true;
	edit(h, stage, p, value);
}

/* A list or an object of so many members. */
static inline void many(struct hostile *h, enum stage stage, const struct place *p,
						const char *value)
{
	json_t *list;
	char name[32], *text;

	if (stage != SIGN)
		return;
	list = *value == '{' ? json_object() : json_array();
	for (int i = 0; i < atoi(value + 1); i++) {
		snprintf(name, sizeof name, "%d", i);
		if (json_is_array(list))
			json_array_append_new(list, json_string(name));
		else
			json_object_set_new(list, name, json_object());
	}
	text = json_dumps(list, 0);
	repo_edit(h->r, p->role, p->path, text);
	free(text);
	json_decref(list);
}

/* ---- keys ---- */

static inline const struct holder *holder_of(const struct place *p)
{
	return p->role == ROOT ? &holders[3] : &holders[4];
}

static struct signer *h_stranger;

/* 'value' is the kind, keytype and scheme of a further key of the role, which signs too. */
static inline void wrong_key(struct hostile *h, enum stage stage, const struct place *p,
							 const char *value)
{
	char kind[32], type[32], scheme[40];

	if (stage != SIGN)
		return;
	signer_free(h_stranger);
	sscanf(value, "%31s %31s %39s", kind, type, scheme);
	h_stranger = signer_new(kind, type, scheme);
	add_signer(h->r, holder_of(p), h_stranger, 1, true);
}

/* The key of a stranger under an id that is not its own: 'value', or the role's own. */
static inline void wrong_id(struct hostile *h, enum stage stage, const struct place *p,
							const char *value)
{
	if (stage != SIGN)
		return;
	signer_free(h_stranger);
	h_stranger = signer_new("ed25519", "ed25519", "ed25519");
	add_key(h->r, holder_of(p), value ? value : h->r->key[p->of]->id, h_stranger->json);
}

/* One member of the stranger's key is not as it should be. */
static inline void odd_key(struct hostile *h, enum stage stage, const struct place *p,
						   const char *value)
{
	char path[64], id[TONG_HEX];

	if (stage != SIGN)
		return;
	signer_free(h_stranger);
	h_stranger = signer_new("ed25519", "ed25519", "ed25519");
	snprintf(path, sizeof path, "%.*s", (int)strcspn(value, "="), value);
	value = strchr(value, '=');
	repo_apply(h_stranger->json, path, value ? value + 1 : NULL);
	if (tong__key_identify(h_stranger->json, NULL, id, NULL))
		abort();
	add_key(h->r, holder_of(p), id, h_stranger->json);
}

/* Two keys must sign; the second is the first once more, or does not sign at all. */
static inline void two_of_two(struct hostile *h, enum stage stage, const struct place *p,
							  const char *value)
{
	const struct holder *holder = holder_of(p);

	if (stage != SIGN)
		return;
	signer_free(h_stranger);
	h_stranger = signer_new("ed25519", "ed25519", "ed25519");
	if (!strcmp(value, "twin")) { /* the same key, listed with a member more: another id */
		json_t *twin = json_deep_copy(h->r->key[p->of]->json);

		json_object_set_new(twin, "x-note", json_string("second"));
		json_decref(h_stranger->json);
		EVP_PKEY_free(h_stranger->pkey);
		h_stranger->json = twin;
		h_stranger->pkey = h->r->key[p->of]->pkey;
		EVP_PKEY_up_ref(h_stranger->pkey);
		signer_identify(h_stranger);
	}
	if (!strcmp(value, "unknown")) {
		signer_free(h_stranger);
		h_stranger = signer_new("ed25519", "of-tomorrow", "of-tomorrow");
	}
	add_signer(h->r, holder, h_stranger, 1, strcmp(value, "silent"));
	if (!strcmp(value, "unlisted")) {
		char path[128];

		snprintf(path, sizeof path, "%s %s", holder->keys, h_stranger->id);
		repo_edit(h->r, holder->role, path, NULL);
	}
	edit_at(h->r, holder->role, holder->entry, "threshold", "2");
}

/* ---- who signs ---- */

/* Nobody, a stranger, or another role's key. */
static inline void signed_by(struct hostile *h, enum stage stage, const struct place *p,
							 const char *value)
{
	if (stage != SIGN)
		return;
	signer_free(h_stranger);
	h_stranger = signer_new("ed25519", "ed25519", "ed25519");
	h->r->n_signs[p->role] = strcmp(value, "nobody") != 0;
	h->r->signs[p->role][0] = h_stranger;
	for (int i = 0; i < ROLES; i++)
		if (!strcmp(value, role_names[i]))
			h->r->signs[p->role][0] = h->r->key[i];
	if (!strcmp(value, "twice")) {
		h->r->signs[p->role][0] = h->r->signs[p->role][1] = h->r->key[p->role];
		h->r->n_signs[p->role] = 2;
	}
}

/* ---- bytes ---- */

/* Edits the envelope after it was signed; 'path' begins there. */
static inline void envelope(struct hostile *h, enum stage stage, const struct place *p,
							const char *value)
{
	json_t *whole;
	char *text;

	if (stage != BYTES)
		return;
	whole = json_loads(h->r->file[p->role], 0, NULL);
	if (value && *value == '{' && value[1] >= '0' && value[1] <= '9') { /* so many signatures */
		json_t *list = json_object_get(whole, "signatures");

		for (int i = 0; i < atoi(value + 1); i++)
			json_array_append_new(list, json_pack("{s:o, s:s}", "keyid",
												  json_sprintf("%d", i), "sig", ""));
	} else {
		repo_apply(whole, p->path, value);
	}
	text = json_dumps(whole, JSON_COMPACT);
	json_decref(whole);
	repo_replace(h->r, p->role, text, strlen(text));
}

/* 'value' is OLD|NEW: the first OLD of the file becomes NEW. */
static inline void text(struct hostile *h, enum stage stage, const struct place *p,
						const char *value)
{
	size_t old = strcspn(value, "|");
	char what[128], *at, *whole;

	if (stage != BYTES)
		return;
	snprintf(what, sizeof what, "%.*s", (int)old, value);
	at = strstr(h->r->file[p->role], what);
	if (!at)
		fprintf(stderr, "tests: no %s in %s\n", what, h->r->file[p->role]), abort();
	whole = malloc(h->r->n[p->role] + strlen(value) + 1);
	sprintf(whole, "%.*s%s%s", (int)(at - h->r->file[p->role]), h->r->file[p->role],
			value + old + 1, at + old);
	repo_replace(h->r, p->role, whole, strlen(whole));
}

/* BEFORE|AFTER: bytes around the file. */
static inline void around(struct hostile *h, enum stage stage, const struct place *p,
						  const char *value)
{
	size_t n = strcspn(value, "|");
	char *whole;

	if (stage != BYTES)
		return;
	whole = malloc(h->r->n[p->role] + strlen(value) + 1);
	sprintf(whole, "%.*s%s%s", (int)n, value, h->r->file[p->role], value + n + 1);
	repo_replace(h->r, p->role, whole, strlen(whole));
}

/* Only so many thousandths of the file. */
static inline void part_of(struct hostile *h, enum stage stage, const struct place *p,
						   const char *value)
{
	if (stage == BYTES)
		h->r->n[p->role] = h->r->n[p->role] * (size_t)atoi(value) / 1000;
}

/* Blanks after the file, to so many bytes. */
static inline void as_long_as(struct hostile *h, enum stage stage, const struct place *p,
							  const char *value)
{
	size_t n = strtoul(value, NULL, 10);
	char *whole;

	if (stage != BYTES)
		return;
	whole = malloc(n + 1);
	memset(whole, ' ', n);
	whole[n] = '\0';
	memcpy(whole, h->r->file[p->role], h->r->n[p->role]);
	repo_replace(h->r, p->role, whole, n);
}

/* A member that goes so deep. */
static inline void deep(struct hostile *h, enum stage stage, const struct place *p,
						const char *value)
{
	static const char member[] = "\"spec_version\"|\"x\":";
	int n = atoi(value);
	char *whole = malloc(sizeof member + 2 * (size_t)n + 40), *at = stpcpy(whole, member);

	memset(at, '[', (size_t)n);
	memset(at + n, ']', (size_t)n);
	strcpy(at + 2 * n, ",\"spec_version\"");
	text(h, stage, p, whole);
	free(whole);
}

/* One bit of the file's signed part. */
static inline void flip(struct hostile *h, enum stage stage, const struct place *p,
						const char *value)
{
	(void)value;
	if (stage == BYTES)
		strstr(h->r->file[p->role], "\"expires\":\"2")[11] ^= 1;
}

/* ---- time and order ---- */

/* The role's version is below the one held. */
static inline void version_back(struct hostile *h, enum stage stage, const struct place *p,
								const char *value)
{
	if (stage == LAYER)
		h->r->hashes = strcmp(value, "hashed") == 0;
	if (stage == LAYER)
		h->r->version[p->role] = 1;
}

/* The file of the release before, rightly signed, in the place of the new one. */
static inline void mixed(struct hostile *h, enum stage stage, const struct place *p,
						 const char *value)
{
	if (stage == LAYER)
		h->r->hashes = strcmp(value, "hashed") == 0;
	if (stage == BYTES)
		repo_replace(h->r, p->role, strndup(h->before[p->role], h->before_n[p->role]),
					 h->before_n[p->role]);
}

/* ---- content ---- */

/* The layer of another publisher: signed as it is. */
static inline void layer_text(struct hostile *h, enum stage stage, const struct place *p,
							  const char *value)
{
	(void)p;
	if (stage != LAYER)
		return;
	h->no_delta = true;
	tong__buf_clear(&h->text);
	tong__buf_adds(&h->text, value);
}

/* The head of the whole layer's changeset says something else. */
static inline void changeset(struct hostile *h, enum stage stage, const struct place *p,
							 const char *value)
{
	if (stage != LAYER)
		return;
	h->no_delta = true;
	json_array_append_new(h->cs_edits, json_pack("[s, s?]", p->path, value));
}

/* ---- files ---- */

/* The file of the role, or the changesets (DEEP), lie on the shelf as 'of', an enum how, tells. */
static inline void lies(struct hostile *h, enum stage stage, const struct place *p,
						const char *value)
{
	(void)value;
	for (size_t i = 0; stage == SHELF && i < h->n; i++)
		if (p->role == DEEP ? tong__ends(h->file[i].name, ".tcs")
							: !strcmp(h->file[i].name, h_name(h, p->role)))
			h->file[i].how = (enum how)p->of;
}

/* What is on the shelf of a changeset is not what was signed: one bit, or so many bytes more. */
static inline void other_bytes(struct hostile *h, enum stage stage, const struct place *p,
							   const char *value)
{
	(void)p;
	for (size_t i = 0; stage == SHELF && i < h->n; i++) {
		struct h_file *f = &h->file[i];

		if (!tong__ends(f->name, ".tcs"))
			continue;
		if (!strcmp(value, "bit"))
			f->bytes[f->n / 2] ^= 4;
		else if (!strcmp(value, "last bit"))
			f->bytes[f->n - 1] ^= 4;
		else if (!strcmp(value, "magic"))
			f->bytes[0] ^= 1;
		else if (!strcmp(value, "head too long"))
			memset(f->bytes + 8, 0x7f, 4);
		else if (!strcmp(value, "short"))
			f->n--;
		else if (!strcmp(value, "empty"))
			f->n = 0;
		else if (!strcmp(value, "long"))
			f->bytes[f->n++] = '\0'; /* h_shelve left room for it */
	}
}

/* The bundle as one file. */
static inline void stick(struct hostile *h, enum stage stage, const struct place *p,
						 const char *value)
{
	(void)p;
	if (stage == SHELF) {
		h->cut_bundle = !strcmp(value, "cut");
		h->long_bundle = !strcmp(value, "long");
	}
}

/* Files without versions in their names, as a root says that does not ask for consistent
 * snapshots. */
static inline void without_versions(struct hostile *h, enum stage stage, const struct place *p,
									const char *value)
{
	(void)p;
	(void)value;
	if (stage == SIGN)
		repo_edit(h->r, ROOT, "consistent_snapshot", "false");
	for (size_t i = 0; stage == SHELF && i < h->n; i++) {
		char *name = h->file[i].name, *dot = strchr(name, '.');

		if (dot && name[0] >= '0' && name[0] <= '9' && !strstr(name, ".root."))
			memmove(name, dot + 1, strlen(dot));
	}
}

/* A delegation whose name has so many bytes. */
static inline void long_name(struct hostile *h, enum stage stage, const struct place *p,
							 const char *value)
{
	char name[512] = "\"";
	size_t n = strtoul(value, NULL, 10);

	(void)p;
	if (stage != SIGN)
		return;
	memset(name + 1, 'a', n);
	strcpy(name + 1 + n, "\"");
	repo_edit(h->r, TARGETS, "delegations roles 0 name", name);
}

/* The delegation once more. */
static inline void again(struct hostile *h, enum stage stage, const struct place *p,
						 const char *value)
{
	json_t *d;
	char *role;

	(void)p;
	(void)value;
	if (stage != SIGN)
		return;
	d = repo_delegations(h->r, BASE, "base.ndjson");
	role = json_dumps(json_array_get(json_object_get(d, "roles"), 0), 0);
	repo_edit(h->r, TARGETS, "delegations roles 1", role);
	free(role);
	json_decref(d);
}

/* The delegation goes by these hash prefixes instead of a path. */
static inline void prefixes(struct hostile *h, enum stage stage, const struct place *p,
							const char *value)
{
	(void)p;
	if (stage != SIGN)
		return;
	repo_edit(h->r, TARGETS, "delegations roles 0 paths", NULL);
	repo_edit(h->r, TARGETS, "delegations roles 0 path_hash_prefixes", value);
}

#endif
