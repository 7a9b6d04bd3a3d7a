/* A staged release: a folder of what is to come into force, and the requests for what is still to
 * be signed (FORMAT S1-S7). */
#ifndef TONG_PUBLISHER_STAGE_H
#define TONG_PUBLISHER_STAGE_H

#include "publisher/release.h"

/* Joins the answers (paths, NULL-ended) and those in STAGE/requests, signs with the keys at hand,
 * and, when nothing is missing, walks what is staged as nodes will, brings it into force and
 * removes the folder. TONG_E_SIGNATURE with who must still sign: what came is kept.
 * TONG_E_VERSION when the repository has moved on (S7). Can be called again after a crash. */
int tong__stage_publish(const char *to, struct tong__keys *, const char *stage,
						const char *const answers[], const struct tong__release_options *,
						struct tong__release_report *, tong_error *);

/* A line for each staged file: signed, or who must still sign it. Nothing is written. */
int tong__stage_describe(const char *to, struct tong__keys *, const char *stage,
						 struct tong__buf *out, tong_error *);

#endif
