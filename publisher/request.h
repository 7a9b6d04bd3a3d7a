/* A signing request and its answer: two files that travel on a stick (FORMAT S3-S6). */
#ifndef TONG_PUBLISHER_REQUEST_H
#define TONG_PUBLISHER_REQUEST_H

#include "publisher/signatures.h"

struct tong__request {
	json_t *json; /* the file; what follows is borrowed from it */
	const char *role;
	unsigned long version;
	json_t *body; /* what is to be signed */
	json_t *signatures;
	struct tong__judge judges[2];
	size_t n_judges;
	char sha256[TONG_HEX]; /* of what is to be signed: to be compared by telephone (S4) */
};

/* STAGE/requests/N.ROLE.request. */
int tong__request_write(const char *stage, const char *role, const json_t *body,
						const struct tong__judge *, size_t n, const json_t *signatures,
						tong_error *);

int tong__request_read(struct tong__request *, const char *path, tong_error *);
void tong__request_free(struct tong__request *);

/* What a person is about to sign, in lines; names are those of the own keyring. */
void tong__request_describe(const struct tong__request *, const struct tong__keys *,
							struct tong__buf *out);

/* Signs with the keys at hand and writes the answer (S5) to 'out'. TONG_E_KEY when no key here may
 * sign it. */
int tong__request_sign(struct tong__request *, struct tong__keys *, const char *out, tong_error *);

/* An answer: its entries are for one body only. New reference. */
int tong__answer_read(const char *path, json_t **out, tong_error *);
/* Is it for this role and body? */
bool tong__answer_fits(const json_t *answer, const char *role, const json_t *body);

#endif
