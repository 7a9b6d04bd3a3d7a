/* /repository/: the release again, as it came, for nodes of the levels below. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/life.h"
#include "agent/relay.h"
#include "agent/serve_repo.h"
#include "core/repo_name.h"
#include "core/text.h"

struct piece {
	int fd;
	uint64_t size, from, n; /* of the file; what is sent of it */
	bool part;              /* 206 */
	char etag[48];
};

/* A file that is replaced has another inode. */
static void etag_of(const struct stat *st, char out[48])
{
	snprintf(out, 48, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "\"", (uint64_t)st->st_ino,
			 (uint64_t)st->st_size, (uint64_t)st->st_mtim.tv_sec * 1000000000u +
			 (uint64_t)st->st_mtim.tv_nsec);
}

static bool open_piece(const char *dir, const char *name, struct piece *p)
{
	char path[4096];
	struct stat st;

	memset(p, 0, sizeof *p);
	if (!tong__repo_name_valid(name) || !tong__relay_path(dir, name, path, sizeof path))
		return false;
	p->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (p->fd < 0)
		return false;
	if (fstat(p->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(p->fd);
		return false;
	}
	p->size = p->n = (uint64_t)st.st_size;
	etag_of(&st, p->etag);
	return true;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* A number without sign; moves on. False when there is none. */
static bool number(const char **p, uint64_t *out)
{
	char *end;

	if (**p < '0' || **p > '9')
		return false;
	errno = 0;
	*out = strtoull(*p, &end, 10);
	*p = end;
	return errno == 0;
}

/* "bytes=A-" or "bytes=A-B". */
static bool one_range(const char *p, uint64_t *from, uint64_t *to)
{
	*from = 0;
	*to = UINT64_MAX;
	if (!tong__starts(p, "bytes="))
		return false;
	p += strlen("bytes=");
	if (!number(&p, from) || *p++ != '-')
		return false;
	return (!*p || number(&p, to)) && !*p && *from <= *to;
}

/* RFC 9110, 14: one range from a place on. Others are answered with the whole file, as the RFC
 * allows. False: nothing of the file lies there. */
static bool choose_range(struct MHD_Connection *c, struct piece *p)
{
	const char *range = header(c, "Range"), *same = header(c, "If-Range");
	uint64_t from, to;

	if (!range || !one_range(range, &from, &to) || (same && strcmp(same, p->etag) != 0))
		return true;
	if (from >= p->size)
		return false;
	p->part = true;
	p->from = from;
	p->n = (to < p->size ? to + 1 : p->size) - from;
	return true;
}

static enum MHD_Result reply(struct MHD_Connection *c, unsigned status, struct MHD_Response *r)
{
	enum MHD_Result ok = r ? MHD_queue_response(c, status, r) : MHD_NO;

	if (r)
		MHD_destroy_response(r);
	return ok;
}

static void describe(struct MHD_Response *r, const char *name, const struct piece *p)
{
	char range[80];

	MHD_add_response_header(r, "ETag", p->etag);
	MHD_add_response_header(r, "Accept-Ranges", "bytes");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Cache-Control",
							tong__repo_name_immutable(name) ? "public, max-age=31536000, immutable"
															: "no-cache");
	MHD_add_response_header(r, "Content-Type",
							tong__ends(name, ".json") ? "application/json"
													  : "application/octet-stream");
	if (!p->part)
		return;
	snprintf(range, sizeof range, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, p->from,
			 p->from + p->n - 1, p->size);
	MHD_add_response_header(r, "Content-Range", range);
}

static enum MHD_Result refuse(struct MHD_Connection *c, unsigned status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);

	if (r)
		MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
	return reply(c, status, r);
}

enum MHD_Result tong__serve_repo(const tong_agent *a, struct MHD_Connection *c, const char *name)
{
	const char *seen = header(c, "If-None-Match");
	struct MHD_Response *r;
	struct piece p;

	if (!open_piece(a->dir, name, &p))
		return refuse(c, MHD_HTTP_NOT_FOUND, "this node hands on no such file\n");
	if (seen && strstr(seen, p.etag)) {
		close(p.fd);
		r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
		if (r)
			describe(r, name, &p);
		return reply(c, MHD_HTTP_NOT_MODIFIED, r);
	}
	if (!choose_range(c, &p)) {
		close(p.fd);
		return refuse(c, MHD_HTTP_RANGE_NOT_SATISFIABLE, "the file ends before that\n");
	}
	r = MHD_create_response_from_fd_at_offset64(p.n, p.fd, p.from); /* closes the file */
	if (!r)
		close(p.fd);
	else
		describe(r, name, &p);
	return reply(c, p.part ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, r);
}
