/* A layer under SQLite's files that sums each page of the database where it is written and where it
 * is read. The log (WAL) is left alone: SQLite has sums of its own there, and its pages come to the
 * database through here. Sums are of the kind of Fletcher's with 64 bits, as in SQLite's own
 * extension cksumvfs; the number of the page goes in, so that a page at a wrong place is found too.
 * Against whom can write the file they help nothing: that is what signatures are for. */
#include "agent/store_sum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUMMED (TONG_PAGE - TONG_PAGE_SUM)

struct tong__sums {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	bool shown;
	char name[40];
};

struct file {
	sqlite3_file base;
	bool sums; /* the file carries them */
	/* SQLite's own file follows */
};

static sqlite3_file *real_of(sqlite3_file *f)
{
	return (sqlite3_file *)(void *)((struct file *)(void *)f + 1);
}

/* ---- the sum ---- */

static void sum_of(const unsigned char *page, uint32_t number, unsigned char out[8])
{
	uint32_t a = number, b = ~number, w[2];

	for (size_t i = 0; i < SUMMED; i += sizeof w) {
		memcpy(w, page + i, sizeof w);
		a += w[0] + b;
		b += w[1] + a;
	}
	memcpy(out, &a, 4);
	memcpy(out + 4, &b, 4);
}

static bool is_zero(const unsigned char *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* What stands between content and sum is zero, so that no bit of the page is outside. */
static bool good(const unsigned char *page, uint32_t number)
{
	unsigned char sum[8];

	sum_of(page, number, sum);
	return memcmp(page + SUMMED, sum, sizeof sum) == 0 &&
		   is_zero(page + SUMMED + sizeof sum, TONG_PAGE_SUM - sizeof sum);
}

bool tong__page_sound(const unsigned char page[TONG_PAGE], uint32_t number)
{
	return good(page, number) || is_zero(page, TONG_PAGE);
}

/* Byte 20 of the header: how many bytes at the end of each page SQLite leaves alone. */
bool tong__page_has_sums(const unsigned char first[TONG_PAGE])
{
	return first[20] != 0;
}

/* Bytes 16 and 17 of the header, the first high. */
static bool has_our_size(const unsigned char *first)
{
	return first[16] == TONG_PAGE >> 8 && first[17] == (TONG_PAGE & 0xff);
}

static bool is_page(const struct file *f, int n, sqlite3_int64 at)
{
	return f->sums && n == TONG_PAGE && at % TONG_PAGE == 0;
}

/* ---- files ---- */

static int sum_read(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at)
{
	struct file *own = (struct file *)(void *)f;
	int rc = real_of(f)->pMethods->xRead(real_of(f), bytes, n, at);

	if (rc != SQLITE_OK)
		return rc;
	if (at == 0 && n >= 100) {
		own->sums = tong__page_has_sums(bytes);
		if (!has_our_size(bytes))
			return SQLITE_CORRUPT; /* pages of another size would not be summed */
	}
	if (is_page(own, n, at) && !good(bytes, (uint32_t)(at / TONG_PAGE) + 1))
		return SQLITE_CORRUPT;
	return SQLITE_OK;
}

static int sum_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	struct file *own = (struct file *)(void *)f;
	unsigned char page[TONG_PAGE];

	if (at == 0 && n >= 100)
		own->sums = tong__page_has_sums(bytes);
	if (is_page(own, n, at)) {
		memcpy(page, bytes, SUMMED);
		sum_of(page, (uint32_t)(at / TONG_PAGE) + 1, page + SUMMED);
		memset(page + SUMMED + 8, 0, TONG_PAGE_SUM - 8);
		bytes = page;
	}
	return real_of(f)->pMethods->xWrite(real_of(f), bytes, n, at);
}

static int sum_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int sum_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return real_of(f)->pMethods->xTruncate(real_of(f), n);
}

static int sum_sync(sqlite3_file *f, int flags)
{
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int sum_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), n);
}

static int sum_lock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xLock(real_of(f), how);
}

static int sum_unlock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), how);
}

static int sum_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int sum_control(sqlite3_file *f, int what, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), what, arg);
}

static int sum_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int sum_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int sum_shm_map(sqlite3_file *f, int page, int n, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, n, extend, out);
}

static int sum_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}

static void sum_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int sum_shm_unmap(sqlite3_file *f, int remove)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

/* Version 2: without mapped pages, which nobody would sum. */
static const sqlite3_io_methods methods = {
	2,           sum_close,    sum_read,     sum_write,  sum_truncate, sum_sync,
	sum_size,    sum_lock,     sum_unlock,   sum_reserved, sum_control, sum_sector,
	sum_device,  sum_shm_map,  sum_shm_lock, sum_shm_barrier, sum_shm_unmap, NULL, NULL
};

static int sum_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct tong__sums *s = (struct tong__sums *)(void *)v;
	int rc;

	if (!(flags & SQLITE_OPEN_MAIN_DB))
		return s->real->xOpen(s->real, name, f, flags, out);
	memset(f, 0, sizeof(struct file));
	real_of(f)->pMethods = NULL;
	rc = s->real->xOpen(s->real, name, real_of(f), flags, out);
	if (real_of(f)->pMethods)
		f->pMethods = &methods;
	return rc;
}

/* ---- the file system ---- */

struct tong__sums *tong__sums_new(void)
{
	struct tong__sums *s = calloc(1, sizeof *s);
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	if (!s || !real) {
		free(s);
		return NULL;
	}
	s->real = real;
	s->vfs = *real; /* its other functions look at this struct, not at where it lies */
	s->vfs.pNext = NULL;
	snprintf(s->name, sizeof s->name, "tong-%p", (void *)s);
	s->vfs.zName = s->name;
	s->vfs.szOsFile = (int)sizeof(struct file) + real->szOsFile;
	s->vfs.xOpen = sum_open;
	s->shown = sqlite3_vfs_register(&s->vfs, 0) == SQLITE_OK;
	if (s->shown)
		return s;
	free(s);
	return NULL;
}

const char *tong__sums_name(const struct tong__sums *s)
{
	return s->name;
}

void tong__sums_hide(struct tong__sums *s)
{
	if (s->shown)
		sqlite3_vfs_unregister(&s->vfs);
	s->shown = false;
}

void tong__sums_free(struct tong__sums *s)
{
	if (s)
		tong__sums_hide(s);
	free(s);
}
