/* The door to libarchive's ZIP reader: an office file is untrusted bytes that expand. */
#include "publisher/xlsx_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/message.h"
#include "publisher/sheet.h"

static int broken(const struct tong__zip *z, struct archive *a, tong_error *err)
{
	const char *why = a ? archive_error_string(a) : NULL;

	return tong__fail(err, TONG_E_FORMAT, z->subject,
	                  "is no whole .xlsx file (%s); save it or send it again", why ? why :
	                  _("reading it fails"));
}

/* Only the reader that starts from the directory at the end: a file cut short has none. */
static int open_archive(const struct tong__zip *z, struct archive **out, tong_error *err)
{
	struct archive *a = archive_read_new();
	int rc = 0;

	*out = a;
	if (!a)
		return tong__fail_nomem(err);
	if (archive_read_support_format_zip_seekable(a) != ARCHIVE_OK ||
	    archive_read_open_memory(a, z->bytes, z->n) != ARCHIVE_OK)
		rc = broken(z, a, err);
	return rc;
}

/* The next entry; *e is NULL at the end. */
static int next(const struct tong__zip *z, struct archive *a, struct archive_entry **e,
                tong_error *err)
{
	int r = archive_read_next_header(a, e);

	if (r == ARCHIVE_EOF) {
		*e = NULL;
		return 0;
	}
	return r == ARCHIVE_OK || r == ARCHIVE_WARN ? 0 : broken(z, a, err);
}

static int add_part(struct tong__zip *z, struct archive_entry *e, tong_error *err)
{
	const char *name = archive_entry_pathname(e);
	struct tong__zip_part *p;

	if (!name || !archive_entry_size_is_set(e) || archive_entry_size(e) < 0)
		return tong__fail(err, TONG_E_FORMAT, z->subject,
		                  "the archive has a file without name or size");
	if (archive_entry_is_encrypted(e))
		return tong__fail(err, TONG_E_FORMAT, z->subject,
		                  "it has a password; remove that and save it again");
	if (z->n_parts == TONG_SHEET_ENTRIES)
		return tong__fail(err, TONG_E_LIMIT, z->subject, "more than %d files in the archive",
		                  TONG_SHEET_ENTRIES);
	if (tong__zip_has(z, name))
		return tong__fail(err, TONG_E_FORMAT, z->subject, "the archive has two of %s", name);
	p = realloc(z->parts, (z->n_parts + 1) * sizeof *p);
	if (!p)
		return tong__fail_nomem(err);
	z->parts = p;
	p += z->n_parts;
	p->name = strdup(name);
	p->size = (uint64_t)archive_entry_size(e);
	if (!p->name)
		return tong__fail_nomem(err);
	z->n_parts++;
	return 0;
}

/* What the entries say they expand to, before one of them does. */
static int check_quota(const struct tong__zip *z, tong_error *err)
{
	uint64_t total = 0;

	for (size_t i = 0; i < z->n_parts; i++) {
		if (z->parts[i].size > TONG_SHEET_EXPANDED)
			total = TONG_SHEET_EXPANDED;
		total += z->parts[i].size;
		if (total > TONG_SHEET_EXPANDED)
			return tong__fail(err, TONG_E_LIMIT, z->subject,
			                  "would unpack to more than %u MB, so it is not unpacked",
			                  TONG_SHEET_EXPANDED >> 20);
	}
	if (total > TONG_SHEET_RATIO_FROM && total / TONG_SHEET_RATIO > z->n)
		return tong__fail(err, TONG_E_LIMIT, z->subject,
		                  "%zu bytes would unpack to %llu, more than %d times as many, so it "
		                  "is not unpacked", z->n,
		                  (unsigned long long)total, TONG_SHEET_RATIO);
	return 0;
}

int tong__zip_open(struct tong__zip *z, const char *subject, const char *bytes, size_t n,
                   tong_error *err)
{
	struct archive *a = NULL;
	struct archive_entry *e;
	int rc;

	*z = (struct tong__zip){.subject = subject, .bytes = bytes, .n = n};
	rc = open_archive(z, &a, err);
	while (!rc) {
		rc = next(z, a, &e, err);
		if (rc || !e)
			break;
		if (archive_entry_filetype(e) == AE_IFREG)
			rc = add_part(z, e, err);
	}
	if (!rc)
		rc = check_quota(z, err);
	archive_read_free(a);
	return rc;
}

void tong__zip_close(struct tong__zip *z)
{
	for (size_t i = 0; i < z->n_parts; i++)
		free(z->parts[i].name);
	free(z->parts);
	z->parts = NULL;
	z->n_parts = 0;
}

static const struct tong__zip_part *find(const struct tong__zip *z, const char *name)
{
	for (size_t i = 0; i < z->n_parts; i++)
		if (!strcmp(z->parts[i].name, name))
			return &z->parts[i];
	return NULL;
}

bool tong__zip_has(const struct tong__zip *z, const char *name)
{
	return find(z, name) != NULL;
}

/* The declared size is the quota: what lies about it is damaged. */
static int stream(const struct tong__zip *z, struct archive *a, uint64_t quota,
                  int (*fn)(void *user, const char *bytes, size_t n, tong_error *), void *user,
                  tong_error *err)
{
	char chunk[16384];
	uint64_t got = 0;
	int rc = 0;

	while (!rc) {
		la_ssize_t n = archive_read_data(a, chunk, sizeof chunk);

		if (n == 0)
			break;
		if (n < 0)
			return broken(z, a, err);
		got += (uint64_t)n;
		if (got > quota)
			return tong__fail(err, TONG_E_LIMIT, z->subject, "unpacks to more than it tells");
		rc = fn(user, chunk, (size_t)n, err);
	}
	return rc;
}

int tong__zip_read(const struct tong__zip *z, const char *name,
                   int (*fn)(void *user, const char *bytes, size_t n, tong_error *), void *user,
                   tong_error *err)
{
	const struct tong__zip_part *p = find(z, name);
	struct archive *a = NULL;
	struct archive_entry *e;
	int rc;

	if (!p)
		return tong__fail(err, TONG_E_FORMAT, z->subject,
		                  "is no spreadsheet: the archive has no %s", name);
	rc = open_archive(z, &a, err);
	while (!rc) {
		rc = next(z, a, &e, err);
		if (!rc && !e)
			rc = broken(z, NULL, err);
		if (!rc && archive_entry_pathname(e) && !strcmp(archive_entry_pathname(e), name)) {
			rc = stream(z, a, p->size, fn, user, err);
			break;
		}
	}
	archive_read_free(a);
	return rc;
}
