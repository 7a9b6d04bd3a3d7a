/* Keeps the parts of changesets in files, each frame checked against the signed id as soon as it is
 * whole. */
#include "agent/part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

struct tong__part {
	int fd;
	char path[4096];
	const struct tong__layer_target *target;
	const struct tong__layer_change *change;
	uint64_t have; /* bytes in the file */
	uint64_t good; /* of them verified: ends with the head or a whole frame */
	bool has_head;
	struct tong__cs_head head;
	size_t next;              /* group whose frame begins at 'good' */
	struct tong__buf pending; /* bytes from 'good' on */
};

bool tong__part_complete(const struct tong__part *p)
{
	return p->has_head && p->next == p->head.n_groups; /* check_head added their sizes up */
}

uint64_t tong__part_have(const struct tong__part *p)
{
	return p->have;
}

const struct tong__cs_head *tong__part_head(const struct tong__part *p)
{
	return &p->head;
}

static int refuse(const struct tong__part *p, const char *rule, tong_error *err)
{
	return tong__fail(err, TONG_E_HASH, p->path, "%s (changeset of layer %s)",
					  tong__text(rule), p->target->name);
}

/* Cuts the file back to what is verified. */
static int back_to_good(struct tong__part *p, tong_error *err)
{
	tong__buf_clear(&p->pending);
	p->have = p->good;
	if (ftruncate(p->fd, (off_t)p->good) != 0)
		return tong__fail_errno(err, errno, p->path, "cannot shorten");
	return 0;
}

int tong__part_reset(struct tong__part *p, tong_error *err)
{
	tong__cs_head_free(&p->head);
	memset(&p->head, 0, sizeof p->head);
	p->has_head = false;
	p->good = 0;
	p->next = 0;
	return back_to_good(p, err);
}

/* ---- verifying what is pending ---- */

/* The head is signed by its id; it must be the changeset that the role promised. */
static int check_head(const struct tong__part *p, const struct tong__cs_head *h, tong_error *err)
{
	const struct tong__layer_change *c = p->change;
	uint64_t all = h->head_len;

	if (strcmp(h->layer, p->target->name) != 0 || !tong__hash_equal(&h->to, &p->target->sha256) ||
		h->whole != c->whole || (!c->whole && !tong__hash_equal(&h->from, &c->from)))
		return refuse(p, "C1: it is for another layer or version than the role says", err);
	if (h->to_length != p->target->length || h->to_records != p->target->records)
		return refuse(p, "C1: it tells of another length than the role, or of other records", err);
	for (size_t i = 0; i < h->n_groups; i++)
		all += h->groups[i].size;
	return all == c->length ? 0 : refuse(p, "T3: it is not as long as the role says", err);
}

static int take_head(struct tong__part *p, size_t n, tong_error *err)
{
	struct tong__cs_head head = { .whole = false };
	int rc = tong__cs_head_read(p->pending.data, n, &p->change->id, &head, err);

	if (rc)
		return rc;
	rc = check_head(p, &head, err);
	if (rc) {
		tong__cs_head_free(&head);
		return rc;
	}
	p->head = head;
	p->has_head = true;
	return 0;
}

static int take_frame(struct tong__part *p, size_t n, tong_error *err)
{
	struct tong__hash sum;

	tong__sha256(p->pending.data, n, &sum);
	if (!tong__hash_equal(&sum, &p->head.groups[p->next].sha256))
		return refuse(p, "C1: a group is not the one signed", err);
	p->next++;
	return 0;
}

/* Bytes wanted from 'good' on for the next whole piece; 0 when nothing is missing any more. */
static int piece(struct tong__part *p, size_t *want, tong_error *err)
{
	if (p->has_head) {
		*want = p->next < p->head.n_groups ? p->head.groups[p->next].size : 0;
		return 0;
	}
	*want = 12;
	if (p->pending.len < 12)
		return 0;
	*want = tong__cs_head_len((const unsigned char *)p->pending.data, err);
	return *want ? 0 : err->code;
}

static int take_piece(struct tong__part *p, size_t n, tong_error *err)
{
	int rc = p->has_head ? take_frame(p, n, err) : take_head(p, n, err);

	if (rc)
		return rc;
	p->good += n;
	memmove(p->pending.data, p->pending.data + n, p->pending.len - n);
	p->pending.len -= n;
	return 0;
}

static int verify(struct tong__part *p, tong_error *err)
{
	for (;;) {
		size_t want = 0;
		int rc = piece(p, &want, err);

		if (rc)
			return rc;
		if (want == 0 && p->pending.len)
			return refuse(p, "C6: bytes after the last group", err);
		if (want == 0) {
			tong__buf_free(&p->pending); /* other parts come yet */
			return 0;
		}
		if (p->pending.len < want)
			return 0;
		rc = take_piece(p, want, err);
		if (rc)
			return rc;
	}
}

/* Adds to what is pending, a slice at a time so that the buffer stays small, and verifies. */
static int digest(struct tong__part *p, const char *bytes, size_t n, tong_error *err)
{
	while (n) {
		size_t k = n < 65536 ? n : 65536;
		int rc;

		if (tong__buf_add(&p->pending, bytes, k))
			return tong__fail(err, p->pending.failed, p->path,
							  "more than a changeset's head may have");
		rc = verify(p, err);
		if (rc)
			return rc;
		bytes += k;
		n -= k;
	}
	return 0;
}

int tong__part_add(struct tong__part *p, const void *bytes, size_t n, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	size_t done = 0;
	int rc;

	while (done < n) {
		ssize_t k = pwrite(p->fd, (const char *)bytes + done, n - done, (off_t)(p->have + done));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return tong__fail_errno(err, k < 0 ? errno : ENOSPC, p->path, "cannot write");
		done += (size_t)k;
	}
	p->have += n;
	rc = digest(p, bytes, n, err);
	if (rc)
		back_to_good(p, &own);
	return rc;
}

int tong__part_done(struct tong__part *p, tong_error *err)
{
	if (tong__part_complete(p))
		return 0;
	return tong__fail(err, TONG_E_FORMAT, p->path, "the changeset ends after %llu of %llu bytes",
					  (unsigned long long)p->have, (unsigned long long)p->change->length);
}

/* ---- files ---- */

/* Verifies what an earlier try left; what is no good is cut off. */
static int resume(struct tong__part *p, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	char buf[65536];
	ssize_t n;

	while ((n = pread(p->fd, buf, sizeof buf, (off_t)p->have)) > 0) {
		p->have += (uint64_t)n;
		if (digest(p, buf, (size_t)n, &own))
			return back_to_good(p, err);
	}
	if (n < 0)
		return tong__fail_errno(err, errno, p->path, "cannot read");
	return 0;
}

int tong__part_open(struct tong__part **out, const char *dir,
					const struct tong__layer_target *target,
					const struct tong__layer_change *change, tong_error *err)
{
	struct tong__part *p;
	char hex[TONG_HEX];
	int rc;

	if (change->length > TONG_MAX_CS)
		return tong__fail(err, TONG_E_LIMIT, target->name,
						  "a changeset of %llu bytes, at most %u are allowed",
						  (unsigned long long)change->length, TONG_MAX_CS);
	rc = tong__mkdirs(dir, err);
	if (rc)
		return rc;
	p = calloc(1, sizeof *p);
	if (!p)
		return tong__fail_nomem(err);
	p->target = target;
	p->change = change;
	tong__buf_init(&p->pending, 12 + TONG_MAX_CS_HEAD + 65536);
	tong__hash_hex(&change->id, hex);
	p->fd = -1;
	if ((size_t)snprintf(p->path, sizeof p->path, "%s/%s.part", dir, hex) >= sizeof p->path)
		rc = tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	else if ((p->fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666)) < 0)
		rc = tong__fail_errno(err, errno, p->path, "cannot open");
	else
		rc = resume(p, err);
	if (rc) {
		tong__part_close(p);
		return rc;
	}
	*out = p;
	return 0;
}

static int sink_begin(void *user, uint64_t offset, tong_error *err)
{
	struct tong__part *p = user;

	return offset == p->have ? 0 : tong__part_reset(p, err);
}

static int sink_write(void *user, const void *bytes, size_t n, tong_error *err)
{
	return tong__part_add(user, bytes, n, err);
}

struct tong__sink tong__part_sink(struct tong__part *p)
{
	return (struct tong__sink){ p, sink_begin, sink_write };
}

int tong__part_frame(struct tong__part *p, size_t index, struct tong__buf *out, tong_error *err)
{
	uint64_t at = p->head.head_len;
	size_t n = p->head.groups[index].size, done = 0;

	for (size_t i = 0; i < index; i++)
		at += p->head.groups[i].size;
	if (tong__buf_reserve(out, n))
		return tong__fail(err, out->failed, p->path, "a group is too long");
	while (done < n) {
		ssize_t k = pread(p->fd, out->data + out->len, n - done, (off_t)(at + done));

		if (k <= 0)
			return tong__fail_errno(err, k < 0 ? errno : EIO, p->path, "cannot read");
		out->len += (size_t)k;
		done += (size_t)k;
	}
	return 0;
}

void tong__part_close(struct tong__part *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	tong__cs_head_free(&p->head);
	tong__buf_free(&p->pending);
	free(p);
}

bool tong__parts_exist(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d)) != NULL)
		found = tong__ends(e->d_name, ".part");
	if (d)
		closedir(d);
	return found;
}

void tong__parts_remove(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)) != NULL)
		if (tong__ends(e->d_name, ".part"))
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}
