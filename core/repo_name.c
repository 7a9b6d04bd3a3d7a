/* Names of files in a release repository, made and recognised in one place. */
#include "core/repo_name.h"

#include <stdio.h>
#include <string.h>

#include "core/limits.h"
#include "core/text.h"

void tong__repo_metadata_name(unsigned long version, const char *role, char out[TONG_REPO_NAME])
{
	snprintf(out, TONG_REPO_NAME, "%lu.%s.json", version, role);
}

void tong__repo_target_name(const struct tong__hash *hash, const char *layer,
                            char out[TONG_REPO_NAME])
{
	char hex[TONG_HEX];

	tong__hash_hex(hash, hex);
	snprintf(out, TONG_REPO_NAME, "targets/%s.%s.ndjson", hex, layer);
}

void tong__repo_older_name(const struct tong__hash *id, char out[TONG_REPO_NAME])
{
	char hex[TONG_HEX];

	tong__hash_hex(id, hex);
	snprintf(out, TONG_REPO_NAME, "changesets/%s.older", hex);
}

void tong__repo_changeset_name(const struct tong__hash *id, char out[TONG_REPO_NAME])
{
	char hex[TONG_HEX];

	tong__hash_hex(id, hex);
	snprintf(out, TONG_REPO_NAME, "changesets/%s.tcs", hex);
}

static const char lower_hex[] = "0123456789abcdef";
static const char role_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

/* HASH and one of these ends. */
static bool is_changeset(const char *name)
{
	return strspn(name, lower_hex) == TONG_HEX - 1 &&
	       (!strcmp(name + TONG_HEX - 1, ".tcs") || !strcmp(name + TONG_HEX - 1, ".older"));
}

/* HASH.LAYER.ndjson */
static bool is_target(const char *name)
{
	size_t n;

	if (strspn(name, lower_hex) != TONG_HEX - 1 || name[TONG_HEX - 1] != '.')
		return false;
	name += TONG_HEX;
	n = strspn(name, role_chars);
	return n && n < TONG_MAX_ROLE_NAME && !strcmp(name + n, ".ndjson");
}

static bool is_metadata(const char *name)
{
	size_t digits = strspn(name, "0123456789"), n;

	if (!digits || digits > 10 || *name == '0' || name[digits] != '.')
		return false;
	name += digits + 1;
	n = strspn(name, role_chars);
	return n && n < TONG_MAX_ROLE_NAME && !strcmp(name + n, ".json");
}

static bool is_head(const char *name)
{
	size_t n = strspn(name, role_chars);

	return n && n < TONG_MAX_ROLE_NAME && !name[n];
}

bool tong__repo_name_valid(const char *name)
{
	if (tong__starts(name, "changesets/"))
		return is_changeset(name + strlen("changesets/"));
	if (tong__starts(name, "targets/"))
		return is_target(name + strlen("targets/"));
	if (tong__starts(name, "heads/"))
		return is_head(name + strlen("heads/"));
	return !strcmp(name, "timestamp.json") || is_metadata(name);
}

bool tong__repo_name_immutable(const char *name)
{
	return strcmp(name, "timestamp.json") != 0 && !tong__starts(name, "heads/");
}
