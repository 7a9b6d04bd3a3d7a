/* A release repository as a branch of a Git repository, for nodes that read it from a Git host. */
#ifndef TONG_PUBLISHER_GIT_PUBLISH_H
#define TONG_PUBLISHER_GIT_PUBLISH_H

#include <stdint.h>

#include "core/err.h"

/* 'place' is REPO#BRANCH; without "#" the branch is "release". REPO is made, bare, when it is not
 * there. The branch gets one commit with the files that the folder 'from' holds now, at 'now'
 * (seconds since 1970 UTC), or none when they are those of its last commit: *commit then tells that
 * one. A branch that is checked out is refused. Pushing it to a host is Git's own work.
 *
 * targets/ stays out: whole layers, which only other TUF clients ask for, would make every node of
 * a branch fetch them all. */
int tong__git_publish(const char *from, const char *place, int64_t now, char commit[41],
                      tong_error *);

#endif
