/* Delegations of a trusted targets role: their order, and which paths they cover. */
#include <string.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/tuf_trust.h"

/* The next character, whole: a ? stands for one 同, not for a third of it. */
static const char *after_char(const char *s)
{
	do
		s++;
	while (((unsigned char)*s & 0xc0) == 0x80);
	return s;
}

/* Shell wildcards that stay within one part of the path (specification 4.5). After a mismatch the
 * last * takes one character more; an earlier * never needs to, so the time is at most the product
 * of the lengths. */
static bool glob(const char *pattern, const char *path)
{
	const char *star = NULL, *resume = NULL;

	while (*path) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = path;
		} else if (*pattern == '?' && *path != '/') {
			pattern++;
			path = after_char(path);
		} else if (*pattern == *path) {
			pattern++;
			path++;
		} else if (star && *resume != '/') {
			pattern = star;
			path = ++resume; /* within a character: a ? takes its rest */
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static bool hash_begins(const json_t *prefixes, const char *path)
{
	struct tong__hash hash;
	char hex[TONG_HEX];
	json_t *one;
	size_t i;

	tong__sha256(path, strlen(path), &hash);
	tong__hash_hex(&hash, hex);
	json_array_foreach(prefixes, i, one) if (!strncmp(hex, json_string_value(one),
													  json_string_length(one))) return true;
	return false;
}

static bool covers(const struct tong__meta_role *role, const char *path)
{
	json_t *one;
	size_t i;

	if (role->path_hash_prefixes)
		return hash_begins(role->path_hash_prefixes, path);
	json_array_foreach(role->paths, i, one) if (glob(json_string_value(one), path)) return true;
	return false;
}

bool tong__trust_delegates(const struct tong__trust *t, const char *delegator, const char *role,
						   const char *path)
{
	const struct tong__trust_held *held = delegator ? tong__trust_held(t, delegator) : NULL;
	const struct tong__meta_role *found = held ? tong__meta_role(held->meta, role) : NULL;

	return found && covers(found, path);
}

const char *tong__trust_delegation(const struct tong__trust *t, const char *delegator, size_t i,
								   bool *terminating)
{
	const struct tong__trust_held *held = tong__trust_held(t, delegator);

	if (!held || i >= held->meta->n_roles)
		return NULL;
	if (terminating)
		*terminating = held->meta->roles[i].terminating;
	return held->meta->roles[i].name;
}
