/* /repository/: the release again, as it came, for nodes of the levels below. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/life.h"
#include "agent/relay.h"
#include "agent/serve_in.h"
#include "core/repo_name.h"
#include "core/text.h"

struct piece {
	int fd;
	uint64_t size, from, n; /* of the file; what is sent of it */
	enum tong__range part;
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

static void describe(struct MHD_Response *r, const char *name, const struct piece *p)
{
	MHD_add_response_header(r, "ETag", p->etag);
	MHD_add_response_header(r, "Accept-Ranges", "bytes");
	MHD_add_response_header(r, "Access-Control-Allow-Origin", "*");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Cache-Control",
							tong__repo_name_immutable(name) ? "public, max-age=31536000, immutable"
															: "no-cache");
	MHD_add_response_header(r, "Content-Type",
							tong__ends(name, ".json") ? "application/json"
													  : "application/octet-stream");
	if (p->part != TONG_WHOLE)
		tong__answer_range(r, p->from, p->part == TONG_PART ? p->n : 0, p->size);
}

/* Without a body: the client has it, or nothing of the file lies where it asks. */
static enum MHD_Result send_head(struct tong__serve *s, struct MHD_Connection *c, unsigned status,
								 const char *name, struct piece *p)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	close(p->fd);
	if (r)
		describe(r, name, p);
	return tong__answer(s, c, status, r);
}

enum MHD_Result tong__serve_repo(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	const char *name = url + strlen("/repository/");
	struct MHD_Response *r;
	struct piece p;

	if (!open_piece(s->agent->dir, name, &p))
		return tong__answer_text(s, c, MHD_HTTP_NOT_FOUND, "this node hands on no such file\n");
	if (tong__etag_listed(tong__ask_header(c, "If-None-Match"), p.etag))
		return send_head(s, c, MHD_HTTP_NOT_MODIFIED, name, &p);
	if (!s->head)
		p.part = tong__range_of(tong__ask_header(c, "Range"), tong__ask_header(c, "If-Range"),
								p.etag, p.size, &p.from, &p.n);
	if (p.part == TONG_BEYOND)
		return send_head(s, c, MHD_HTTP_RANGE_NOT_SATISFIABLE, name, &p);
	r = MHD_create_response_from_fd_at_offset64(p.n, p.fd, p.from); /* closes the file */
	if (!r)
		close(p.fd);
	else
		describe(r, name, &p);
	s->body = p.n;
	return tong__answer(s, c, p.part == TONG_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, r);
}
