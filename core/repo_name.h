/* Names of files in a release repository (FORMAT section 5). */
#ifndef TONG_CORE_REPO_NAME_H
#define TONG_CORE_REPO_NAME_H

#include <stdbool.h>

#include "core/hash.h"

/* 'out' holds any of them. */
#define TONG_REPO_NAME 256

/* Behind the name of a Git branch: the branch of its whole layers (T10). */
#define TONG_GIT_WHOLE "-whole"

/* N.ROLE.json */
void tong__repo_metadata_name(unsigned long version, const char *role, char out[TONG_REPO_NAME]);
void tong__repo_target_name(const struct tong__hash *, const char *layer, char out[TONG_REPO_NAME]);
void tong__repo_older_name(const struct tong__hash *id, char out[TONG_REPO_NAME]);
void tong__repo_changeset_name(const struct tong__hash *id, char out[TONG_REPO_NAME]);

/* Could a repository have a file of this name? A stranger's path becomes a path on disk only after
 * this: no '..', no empty part, no name beside those of section 5. */
bool tong__repo_name_valid(const char *name);
/* Does the file of this name never change? All but timestamp.json and heads/. */
bool tong__repo_name_immutable(const char *name);

#endif
