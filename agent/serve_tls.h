/* A certificate and its key from files, read again when they are renewed. */
#ifndef TONG_AGENT_SERVE_TLS_H
#define TONG_AGENT_SERVE_TLS_H

#include "core/err.h"

/* TLS 1.2 and 1.3, as GnuTLS writes it. */
#define TONG_TLS_VERSIONS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct tong__tls;

/* 'cert': PEM, the server's own first, then those that lead to the authority; 'key': PEM without a
 * passphrase, NULL: in the same file. */
int tong__tls_new(struct tong__tls **out, const char *cert, const char *key, tong_error *);
void tong__tls_free(struct tong__tls *);

/* For MHD_OPTION_HTTPS_CERT_CALLBACK; it knows no user, so there is one server with TLS in a
 * process, named here. NULL: none any more. */
void tong__tls_use(struct tong__tls *);
typedef void tong__tls_fn(void);
extern tong__tls_fn *const tong__tls_callback;

#endif
