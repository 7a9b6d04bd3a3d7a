/* Edits to the places that say who may sign a role: one list for root and for delegations, so that
 * every test of the one is a test of the other. */
#ifndef TESTS_UNIT_TUF_HOLDERS_H
#define TESTS_UNIT_TUF_HOLDERS_H

#include "tests/unit/tuf_repo.h"

/* The three files that say who may sign another: where they say it, and of whom. */
static const struct holder {
	int role, of;
	const char *entry, *keys;
} holders[] = {
	{ ROOT, ROOT, "roles root", "keys" },
	{ ROOT, TIMESTAMP, "roles timestamp", "keys" },
	{ ROOT, SNAPSHOT, "roles snapshot", "keys" },
	{ ROOT, TARGETS, "roles targets", "keys" },
	{ TARGETS, BASE, "delegations roles 0", "delegations keys" },
	{ BASE, DEEP, "delegations roles 0", "delegations keys" },
};
#define N_HOLDERS (sizeof holders / sizeof *holders)

static inline void edit_at(struct repo *r, int role, const char *at, const char *member,
						   const char *value)
{
	char path[256];

	snprintf(path, sizeof path, "%s %s", at, member);
	repo_edit(r, role, path, value);
}

/* Lists a further key in the holder, perhaps under an id that is not its own. */
static inline void add_key(struct repo *r, const struct holder *h, const char *id,
						   const json_t *key)
{
	char *text = json_dumps(key, 0);

	edit_at(r, h->role, h->keys, id, text);
	free(text);
}

/* Makes a further key one of the role's, and lets it sign if wanted. */
static inline void add_signer(struct repo *r, const struct holder *h, struct signer *s, int place,
							  bool signs)
{
	char member[32], id[80];

	add_key(r, h, s->id, s->json);
	snprintf(member, sizeof member, "keyids %d", place);
	snprintf(id, sizeof id, "\"%s\"", s->id);
	edit_at(r, h->role, h->entry, member, id);
	if (signs)
		r->signs[h->of][r->n_signs[h->of]++] = s;
}

static inline void only_the_listed_sign(struct repo *r)
{
	for (int i = 0; i < ROLES; i++) {
		r->signs[i][0] = r->key[i];
		r->n_signs[i] = 1;
	}
}

#endif
