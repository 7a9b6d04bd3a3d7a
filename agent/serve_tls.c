/* The door to GnuTLS, which libmicrohttpd speaks TLS with: a certificate that is renewed without a
 * restart. */
#include <gnutls/abstract.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "agent/serve_tls.h"
#include "core/buf.h"
#include "core/file.h"

#define MAX_CHAIN 8
#define MAX_PEM   (1u << 20)
#define LOOK      1 /* seconds between looks at the files, while somebody comes */

/* What came from the files at one time. */
struct pair {
	gnutls_pcert_st chain[MAX_CHAIN];
	unsigned n;
	gnutls_privkey_t key;
};

struct tong__tls {
	char *cert, *key;
	struct stat seen[2];
	time_t looked;
	struct pair *now, *before; /* a handshake under way may still hold the one before */
};

static struct tong__tls *in_use;

/* ---- one pair ---- */

static void pair_free(struct pair *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < p->n; i++)
		gnutls_pcert_deinit(&p->chain[i]);
	if (p->key)
		gnutls_privkey_deinit(p->key);
	free(p);
}

/* 'data' lives as long as 'pem'. */
static int read_pem(const char *file, struct tong__buf *pem, gnutls_datum_t *data, tong_error *err)
{
	int rc;

	tong__buf_init(pem, MAX_PEM);
	rc = tong__file_read(file, pem, err);
	if (rc == TONG_E_ABSENT)
		return tong__fail(err, TONG_E_USAGE, file, "there is no such file");
	data->data = (unsigned char *)pem->data;
	data->size = (unsigned)pem->len;
	return rc;
}

static int read_chain(struct pair *p, const char *file, tong_error *err)
{
	struct tong__buf pem;
	gnutls_datum_t data;
	int rc = read_pem(file, &pem, &data, err);

	if (rc)
		return rc;
	p->n = MAX_CHAIN;
	rc = gnutls_pcert_list_import_x509_raw(p->chain, &p->n, &data, GNUTLS_X509_FMT_PEM, 0);
	tong__buf_free(&pem);
	if (rc == 0 && p->n)
		return 0;
	p->n = 0;
	return tong__fail(err, TONG_E_FORMAT, file, "no certificate in PEM: %s", gnutls_strerror(rc));
}

static int read_key(struct pair *p, const char *file, tong_error *err)
{
	struct tong__buf pem;
	gnutls_datum_t data;
	int rc = read_pem(file, &pem, &data, err);

	if (rc)
		return rc;
	rc = gnutls_privkey_init(&p->key);
	if (!rc)
		rc = gnutls_privkey_import_x509_raw(p->key, &data, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (pem.data)
		explicit_bzero(pem.data, pem.len);
	tong__buf_free(&pem);
	if (rc)
		rc = tong__fail(err, TONG_E_FORMAT, file, "no key in PEM without a passphrase: %s",
						gnutls_strerror(rc));
	return rc;
}

/* A key of another certificate, as for a moment while both are being replaced, is refused. */
static bool belongs(const struct pair *p)
{
	unsigned char a[64], b[64];
	size_t an = sizeof a, bn = sizeof b;
	gnutls_pubkey_t public;
	bool same = false;

	if (gnutls_pubkey_init(&public))
		return false;
	if (gnutls_pubkey_import_privkey(public, p->key, 0, 0) == 0 &&
		gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA256, a, &an) == 0 &&
		gnutls_pubkey_get_key_id(p->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, b, &bn) == 0)
		same = an == bn && memcmp(a, b, an) == 0;
	gnutls_pubkey_deinit(public);
	return same;
}

static int pair_read(struct pair **out, const struct tong__tls *t, tong_error *err)
{
	struct pair *p = calloc(1, sizeof *p);
	int rc = p ? read_chain(p, t->cert, err) : tong__fail_nomem(err);

	if (!rc)
		rc = read_key(p, t->key, err);
	if (!rc && !belongs(p))
		rc = tong__fail(err, TONG_E_FORMAT, t->key, "is not the key of %s", t->cert);
	if (rc)
		pair_free(p);
	else
		*out = p;
	return rc;
}

/* ---- renewal ---- */

static bool changed(struct tong__tls *t)
{
	const char *const file[2] = { t->cert, t->key };
	bool other = false;
	struct stat st;

	for (int i = 0; i < 2; i++) {
		if (stat(file[i], &st) != 0)
			return false;
		other = other || st.st_ino != t->seen[i].st_ino || st.st_size != t->seen[i].st_size ||
				st.st_mtim.tv_sec != t->seen[i].st_mtim.tv_sec ||
				st.st_mtim.tv_nsec != t->seen[i].st_mtim.tv_nsec;
		t->seen[i] = st;
	}
	return other;
}

/* Files that are not whole yet, or do not fit, change nothing; they are looked at again when they
 * change. */
static void renew(struct tong__tls *t)
{
	tong_error err = TONG_ERROR_INIT;
	struct timespec now;
	struct pair *p;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec < t->looked + LOOK)
		return;
	t->looked = now.tv_sec;
	if (!changed(t) || pair_read(&p, t, &err))
		return;
	pair_free(t->before);
	t->before = t->now;
	t->now = p;
}

static int retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int n_authorities,
					const gnutls_pk_algorithm_t *algorithms, int n_algorithms,
					gnutls_pcert_st **chain, unsigned *n, gnutls_privkey_t *key)
{
	(void)session;
	(void)authorities;
	(void)n_authorities;
	(void)algorithms;
	(void)n_algorithms;
	if (!in_use)
		return -1;
	renew(in_use);
	*chain = in_use->now->chain;
	*n = in_use->now->n;
	*key = in_use->now->key;
	return 0;
}

tong__tls_fn *const tong__tls_callback = (tong__tls_fn *)retrieve;

void tong__tls_use(struct tong__tls *t)
{
	in_use = t;
}

/* ---- beginning and end ---- */

int tong__tls_new(struct tong__tls **out, const char *cert, const char *key, tong_error *err)
{
	struct tong__tls *t = calloc(1, sizeof *t);
	int rc = 0;

	if (t) {
		t->cert = strdup(cert);
		t->key = strdup(key ? key : cert);
	}
	if (!t || !t->cert || !t->key)
		rc = tong__fail_nomem(err);
	if (!rc) {
		changed(t);
		rc = pair_read(&t->now, t, err);
	}
	if (rc)
		tong__tls_free(t);
	else
		*out = t;
	return rc;
}

void tong__tls_free(struct tong__tls *t)
{
	if (!t)
		return;
	pair_free(t->now);
	pair_free(t->before);
	free(t->cert);
	free(t->key);
	free(t);
}
