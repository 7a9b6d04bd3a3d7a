/* One zstd frame of any length, piece by piece: the door to libzstd's streams. */
#include "core/zstd_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#define PIECE 65536

static int fault(size_t code, const char *subject, tong_error *err)
{
	if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
		return tong__fail_nomem(err);
	return tong__fail(err, TONG_E_FORMAT, subject,
					  "B1: not a bundle, or damaged (%s); write it onto the stick once more",
					  ZSTD_getErrorName(code));
}

/* ---- reading ---- */

struct tong__unzstd {
	const char *subject;
	int fd;
	bool ended;
	ZSTD_DCtx *ctx;
	ZSTD_inBuffer in;
	char bytes[PIECE];
};

int tong__unzstd_new(struct tong__unzstd **out, int fd, int window_log, const char *subject,
					 tong_error *err)
{
	struct tong__unzstd *u = calloc(1, sizeof *u);

	*out = u;
	if (!u)
		return tong__fail_nomem(err);
	u->subject = subject;
	u->fd = fd;
	u->in.src = u->bytes;
	u->ctx = ZSTD_createDCtx();
	if (!u->ctx)
		return tong__fail_nomem(err);
	ZSTD_DCtx_setParameter(u->ctx, ZSTD_d_windowLogMax, window_log);
	return 0;
}

static int refill(struct tong__unzstd *u, tong_error *err)
{
	ssize_t got;

	do
		got = read(u->fd, u->bytes, sizeof u->bytes);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return tong__fail_errno(err, errno, u->subject, "cannot read");
	if (got == 0)
		return tong__fail(err, TONG_E_FORMAT, u->subject, "B2: the frame is cut short");
	u->in.size = (size_t)got;
	u->in.pos = 0;
	return 0;
}

int tong__unzstd_read(struct tong__unzstd *u, void *out, size_t max, size_t *n, tong_error *err)
{
	ZSTD_outBuffer to = {out, max, 0};
	int rc = 0;

	while (!rc && to.pos < max && !u->ended) {
		size_t r = ZSTD_decompressStream(u->ctx, &to, &u->in);

		if (ZSTD_isError(r))
			rc = fault(r, u->subject, err);
		else if (r == 0)
			u->ended = true;
		else if (to.pos < max && u->in.pos == u->in.size)
			rc = refill(u, err);
	}
	*n = rc ? 0 : to.pos;
	return rc;
}

void tong__unzstd_free(struct tong__unzstd *u)
{
	if (!u)
		return;
	ZSTD_freeDCtx(u->ctx);
	free(u);
}

/* ---- writing ---- */

struct tong__zstd_out {
	const char *subject;
	int fd;
	ZSTD_CCtx *ctx;
	char bytes[PIECE];
};

int tong__zstd_out_new(struct tong__zstd_out **out, int fd, int level, const char *subject,
					   tong_error *err)
{
	struct tong__zstd_out *o = calloc(1, sizeof *o);

	*out = o;
	if (!o)
		return tong__fail_nomem(err);
	o->subject = subject;
	o->fd = fd;
	o->ctx = ZSTD_createCCtx();
	if (!o->ctx)
		return tong__fail_nomem(err);
	ZSTD_CCtx_setParameter(o->ctx, ZSTD_c_compressionLevel, level);
	return 0;
}

static int write_all(const struct tong__zstd_out *o, size_t n, tong_error *err)
{
	for (size_t done = 0; done < n;) {
		ssize_t put = write(o->fd, o->bytes + done, n - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return tong__fail_errno(err, put < 0 ? errno : ENOSPC, o->subject, "cannot write");
		done += (size_t)put;
	}
	return 0;
}

static int push(struct tong__zstd_out *o, ZSTD_inBuffer *in, ZSTD_EndDirective how, tong_error *err)
{
	size_t left = 1;
	int rc = 0;

	while (!rc && (how == ZSTD_e_end ? left > 0 : in->pos < in->size)) {
		ZSTD_outBuffer to = {o->bytes, sizeof o->bytes, 0};

		left = ZSTD_compressStream2(o->ctx, &to, in, how);
		rc = ZSTD_isError(left) ? tong__fail_nomem(err) : write_all(o, to.pos, err);
	}
	return rc;
}

int tong__zstd_out_add(struct tong__zstd_out *o, const void *bytes, size_t n, tong_error *err)
{
	ZSTD_inBuffer in = {bytes, n, 0};

	return push(o, &in, ZSTD_e_continue, err);
}

int tong__zstd_out_end(struct tong__zstd_out *o, tong_error *err)
{
	ZSTD_inBuffer in = {NULL, 0, 0};

	return push(o, &in, ZSTD_e_end, err);
}

void tong__zstd_out_free(struct tong__zstd_out *o)
{
	if (!o)
		return;
	ZSTD_freeCCtx(o->ctx);
	free(o);
}
