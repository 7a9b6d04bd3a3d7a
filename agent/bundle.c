/* Reading a bundle: one format, one filter, regular files, all within ceilings. */
#include "agent/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/limits.h"
#include "core/text.h"
#include "core/ustar.h"
#include "core/zstd_stream.h"

struct tong__bundle {
	const char *path;
	int fd;
	uint64_t size; /* of the file */
	struct tong__unzstd *in;
	uint64_t left;  /* bytes of this member that were not given yet */
	size_t pad;     /* bytes after it, up to the next header */
	uint64_t total; /* bytes that the members so far say they have */
	unsigned members;
	char name[TONG_USTAR_NAME];
};

/* ---- B2: the frame ---- */

static int cut(const struct tong__bundle *b, tong_error *err)
{
	return tong__fail(err, TONG_E_FORMAT, b->path,
					  "B2: the file is cut short; write it onto the stick once more and wait until "
					  "it says that it may be taken out");
}

static int bytes_at(const struct tong__bundle *b, uint64_t at, unsigned char *out, size_t n,
					tong_error *err)
{
	ssize_t got = pread(b->fd, out, n, (off_t)at);

	if (got < 0)
		return tong__fail_errno(err, errno, b->path, "cannot read");
	return (size_t)got == n ? 0 : cut(b, err);
}

static uint64_t little(const unsigned char *p, unsigned n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

/* RFC 8878, 3.1.1.1: where the blocks begin, and whether a checksum comes after them. */
static int frame_header(const struct tong__bundle *b, uint64_t *blocks, bool *checksum,
						tong_error *err)
{
	static const unsigned char magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };
	static const unsigned sizes[4] = { 0, 2, 4, 8 };
	unsigned char h[14] = { 0 };
	unsigned n, at = 5;
	uint64_t window;
	bool single;
	int rc = bytes_at(b, 0, h, b->size < sizeof h ? (size_t)b->size : sizeof h, err);

	if (rc)
		return rc;
	if (b->size < 9 || memcmp(h, magic, sizeof magic) != 0)
		return tong__fail(err, TONG_E_FORMAT, b->path,
						  "B1: not a bundle: it does not begin as a zstd frame does");
	single = h[4] & 0x20;
	*checksum = h[4] & 4;
	n = sizes[h[4] >> 6];
	if (single) {
		n = n ? n : 1;
		window = little(h + at, n) + (n == 2 ? 256 : 0);
	} else {
		window = (uint64_t)1 << (10 + (h[at] >> 3));
		window += window / 8 * (h[at] & 7u);
		at++;
	}
	if (h[4] & 0x0b || window > TONG_MAX_BUNDLE_WINDOW)
		return tong__fail(err, TONG_E_FORMAT, b->path,
						  "B2: a dictionary, or a window over %u bytes: not the frame of a bundle",
						  TONG_MAX_BUNDLE_WINDOW);
	*blocks = at + n;
	return 0;
}

/* From block to block without unpacking any: exactly one frame, and it is all there. */
static int check_frame(const struct tong__bundle *b, tong_error *err)
{
	bool checksum = false, last = false;
	unsigned blocks = 0;
	uint64_t at = 0;
	int rc = frame_header(b, &at, &checksum, err);

	while (!rc && !last) {
		unsigned char h[3];
		uint64_t v;

		if (blocks++ == TONG_MAX_BUNDLE_BLOCKS)
			return tong__fail(err, TONG_E_LIMIT, b->path, "B6: more than %d blocks",
							  TONG_MAX_BUNDLE_BLOCKS);
		rc = bytes_at(b, at, h, sizeof h, err);
		if (rc)
			return rc;
		v = little(h, 3);
		last = v & 1;
		at += 3 + ((v >> 1 & 3) == 1 ? 1 : v >> 3);
	}
	if (rc)
		return rc;
	at += checksum ? 4 : 0;
	if (at > b->size)
		return cut(b, err);
	return at == b->size ? 0
						 : tong__fail(err, TONG_E_FORMAT, b->path,
									  "B2: bytes after the frame: not a bundle");
}

/* ---- open and close ---- */

int tong__bundle_rewind(struct tong__bundle *b, tong_error *err)
{
	tong__unzstd_free(b->in);
	b->in = NULL;
	b->left = b->total = 0;
	b->pad = 0;
	b->members = 0;
	if (lseek(b->fd, 0, SEEK_SET) != 0)
		return tong__fail_errno(err, errno, b->path, "cannot read");
	return tong__unzstd_new(&b->in, b->fd, TONG_MAX_BUNDLE_WINDOW_LOG, b->path, err);
}

static int open_file(struct tong__bundle *b, tong_error *err)
{
	struct stat st;

	b->fd = open(b->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us up */
	if (b->fd < 0 || fstat(b->fd, &st) != 0)
		return tong__fail_errno(err, errno, b->path, "cannot open");
	if (!S_ISREG(st.st_mode))
		return tong__fail(err, TONG_E_FORMAT, b->path, "not a file");
	b->size = (uint64_t)st.st_size;
	if (b->size > TONG_MAX_BUNDLE)
		return tong__fail(err, TONG_E_LIMIT, b->path, "B6: more than %u bytes", TONG_MAX_BUNDLE);
	return 0;
}

int tong__bundle_open(struct tong__bundle **out, const char *path, tong_error *err)
{
	struct tong__bundle *b = calloc(1, sizeof *b);
	int rc;

	*out = NULL;
	if (!b)
		return tong__fail_nomem(err);
	b->path = path;
	b->fd = -1;
	rc = open_file(b, err);
	if (!rc)
		rc = check_frame(b, err);
	if (!rc)
		rc = tong__bundle_rewind(b, err);
	if (rc)
		tong__bundle_close(b);
	else
		*out = b;
	return rc;
}

void tong__bundle_close(struct tong__bundle *b)
{
	if (!b)
		return;
	tong__unzstd_free(b->in);
	if (b->fd >= 0)
		close(b->fd);
	free(b);
}

/* ---- members ---- */

/* B6: by what the members say of themselves, before any of it is unpacked. */
static int check_quota(const struct tong__bundle *b, tong_error *err)
{
	if (b->total > TONG_MAX_BUNDLE)
		return tong__fail(err, TONG_E_LIMIT, b->path, "B6: expands to more than %u bytes",
						  TONG_MAX_BUNDLE);
	if (b->total > TONG_BUNDLE_RATIO_FROM && b->total / TONG_MAX_BUNDLE_RATIO > b->size)
		return tong__fail(err, TONG_E_LIMIT, b->path,
						  "B6: %llu bytes expand to %llu, more than %d times as many",
						  (unsigned long long)b->size, (unsigned long long)b->total,
						  TONG_MAX_BUNDLE_RATIO);
	return 0;
}

/* Exactly n bytes; with NULL they are passed over. */
static int take(struct tong__bundle *b, void *out, uint64_t n, tong_error *err)
{
	char none[4096];

	while (n) {
		size_t most = out ? (size_t)n : n < sizeof none ? (size_t)n : sizeof none, got;
		int rc = tong__unzstd_read(b->in, out ? out : none, most, &got, err);

		if (rc)
			return rc;
		if (got < most)
			return tong__fail(err, TONG_E_FORMAT, b->path,
							  "B1: not a bundle, or damaged: the tar in it has no end");
		n -= got;
	}
	return 0;
}

static int check_entry(struct tong__bundle *b, enum tong__ustar type, tong_error *err)
{
	if (++b->members > TONG_MAX_BUNDLE_MEMBERS)
		return tong__fail(err, TONG_E_LIMIT, b->path, "B6: more than %d members",
						  TONG_MAX_BUNDLE_MEMBERS);
	if (strlen(b->name) > TONG_MAX_BUNDLE_NAME || !tong__path_safe(b->name))
		return tong__fail(err, TONG_E_FORMAT, b->path,
						  "B3: the name of member %u is no path inside a repository", b->members);
	if (type != TONG_USTAR_FILE)
		return tong__fail(err, TONG_E_FORMAT, b->path, "B3: member %u (%s) is no plain ustar file",
						  b->members, b->name);
	if (b->left > TONG_MAX_CS)
		return tong__fail(err, TONG_E_LIMIT, b->path, "B6: %s has %lld bytes, at most %u may be",
						  b->name, (long long)b->left, TONG_MAX_CS);
	b->total += b->left;
	return check_quota(b, err);
}

int tong__bundle_next(struct tong__bundle *b, const char **name, uint64_t *size, tong_error *err)
{
	unsigned char head[TONG_USTAR_BLOCK];
	enum tong__ustar type;
	int rc = take(b, NULL, b->left + b->pad, err);

	*name = NULL;
	b->left = 0;
	b->pad = 0;
	if (!rc)
		rc = take(b, head, sizeof head, err);
	if (rc)
		return rc;
	type = tong__ustar_read(head, b->name, &b->left);
	if (type == TONG_USTAR_END)
		return 0;
	if (type == TONG_USTAR_NONE)
		return tong__fail(err, TONG_E_FORMAT, b->path,
						  "B1: not a bundle, or damaged: no tar in the format ustar");
	rc = check_entry(b, type, err);
	if (rc)
		return rc;
	b->pad = tong__ustar_pad(b->left);
	*name = b->name;
	*size = b->left;
	return 0;
}

int tong__bundle_read(struct tong__bundle *b, void *out, size_t max, size_t *n, tong_error *err)
{
	size_t k = b->left < max ? (size_t)b->left : max;
	int rc = take(b, out, k, err);

	*n = rc ? 0 : k;
	b->left -= *n;
	return rc;
}
