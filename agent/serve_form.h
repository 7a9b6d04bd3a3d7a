/* What a form or a program sent: names and values. */
#ifndef TONG_AGENT_SERVE_FORM_H
#define TONG_AGENT_SERVE_FORM_H

#include <stddef.h>

#include "core/err.h"

#define TONG_FORM_BYTES  (32u << 10) /* 2,000 Chinese characters are 18 KB in a form */
#define TONG_FORM_FIELDS 24

struct tong__form {
	size_t n;
	struct {
		char *name, *value; /* ours; no NUL inside */
	} field[TONG_FORM_FIELDS];
};

/* application/x-www-form-urlencoded, as the URL standard reads it, but for what no browser writes:
 * a broken %, a NUL, a name twice are TONG_E_FORMAT, too many fields TONG_E_LIMIT. The form is to
 * be freed in any case. */
int tong__form_read(struct tong__form *, const char *body, size_t n, tong_error *);
/* An object of strings and whole numbers, application/json. */
int tong__form_read_json(struct tong__form *, const char *body, size_t n, tong_error *);
/* NULL: not there. */
const char *tong__form_get(const struct tong__form *, const char *name);
void tong__form_free(struct tong__form *);

#endif
