/* Chooses the kind of source, tries again after a broken link, and collects small files in memory.
 */
#include "agent/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "core/text.h"

/* Attempts in a row that brought less than this are not progress. */
#define STEP     4096
#define ATTEMPTS 3
#define MAX_WAIT 60 /* seconds, whatever a busy server asks for */

static const struct tong__source_kind *const kinds[] = { &tong__source_https, &tong__source_http,
														 &tong__source_file_url, &tong__source_git,
														 &tong__source_dir };

struct tong__source {
	const struct tong__source_kind *kind;
	void *state;
	struct tong__source_options opt;
	struct tong__source_count count;
};

bool tong__source_is_url(const char *where)
{
	const char *colon = strstr(where, "://");

	return colon && colon > where && memchr(where, '/', (size_t)(colon - where)) == NULL;
}

const char *tong__source_shown(const char *where, char out[TONG_SOURCE_SHOWN])
{
	const char *host = strstr(where, "://"), *at, *colon;

	host = host ? host + 3 : where + strlen(where);
	at = memrchr(host, '@', strcspn(host, "/?#"));
	colon = at ? memchr(host, ':', (size_t)(at - host)) : NULL;
	if (colon)
		snprintf(out, TONG_SOURCE_SHOWN, "%.*s:***%s", (int)(colon - where), where, at);
	else
		snprintf(out, TONG_SOURCE_SHOWN, "%s", where);
	return out;
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int tong__source_open(struct tong__source **out, const char *where,
					  const struct tong__source_options *opt, tong_error *err)
{
	struct tong__source *s;
	size_t i = 0;
	int rc;

	while (!tong__starts(where, kinds[i]->prefix))
		i++;
	if (kinds[i] == &tong__source_dir && tong__source_is_url(where))
		return tong__fail(err, TONG_E_USAGE, where,
						  "a source is http://, https://, file://, git+https://, git+ssh://, "
						  "git+file://, a folder or a bundle");
	s = calloc(1, sizeof *s);
	if (!s)
		return tong__fail_nomem(err);
	s->kind = kinds[i] == &tong__source_dir && is_file(where) ? &tong__source_bundle : kinds[i];
	s->opt = *opt;
	rc = s->kind->open(&s->state, where, opt, err);
	if (rc) {
		free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void tong__source_close(struct tong__source *s)
{
	if (!s)
		return;
	s->kind->close(s->state);
	free(s);
}

struct tong__source_count tong__source_count(const struct tong__source *s)
{
	return s->count;
}

bool tong__source_on_network(const struct tong__source *s)
{
	return s->kind->network;
}

/* Between the caller's sink and the kind: knows how far the file came. */
struct meter {
	const struct tong__sink *inner;
	uint64_t at;
	bool begun;
};

static int meter_begin(void *user, uint64_t offset, tong_error *err)
{
	struct meter *m = user;

	if (m->begun && offset == m->at)
		return 0; /* goes on where it broke: nothing to say */
	m->begun = true;
	m->at = offset;
	return m->inner->begin(m->inner->user, offset, err);
}

static int meter_write(void *user, const void *bytes, size_t n, tong_error *err)
{
	struct meter *m = user;

	m->at += n;
	return m->inner->write(m->inner->user, bytes, n, err);
}

static bool stopped(const struct tong__source *s, const struct tong__get *get, uint64_t at)
{
	return s->opt.progress && s->opt.progress(s->opt.user, get->name, at, 0) != 0;
}

/* Half a second, then one, then two, or what the server asked for; each with up to half as much
 * again, so that a county's nodes do not come back to a restarted server in step. False: the host
 * wants to stop. */
static bool wait_before(const struct tong__source *s, const struct tong__get *get, unsigned attempt,
						unsigned long asked)
{
	uint32_t ms = 250u << (attempt < 3 ? attempt : 3), dice = 0;
	struct timespec slice = { 0, 100000000 };

	if (asked)
		ms = 1000 * (uint32_t)(asked < MAX_WAIT ? asked : MAX_WAIT);
	if (getrandom(&dice, sizeof dice, GRND_NONBLOCK) == (ssize_t)sizeof dice)
		ms += dice % (ms / 2);
	for (; ms >= 100; ms -= 100) {
		nanosleep(&slice, NULL);
		if (stopped(s, get, get->offset))
			return false;
	}
	return true;
}

int tong__source_get(struct tong__source *s, const struct tong__get *get, tong_error *err)
{
	struct meter m = { get->sink, get->offset, false };
	struct tong__sink sink = { &m, meter_begin, meter_write };
	struct tong__get part = *get;
	unsigned idle = 0;

	part.sink = &sink;
	for (;;) {
		struct tong__retry again = { false, 0 };
		uint64_t before = m.at;
		int rc = s->kind->get(s->state, &part, &s->count, &again, err);

		idle = m.at >= before + STEP ? 0 : idle + 1;
		if (!rc || !again.wanted || idle >= ATTEMPTS)
			return rc;
		part.offset = get->post_type ? 0 : m.at;
		if (!wait_before(s, &part, idle, again.after))
			return tong__fail(err, TONG_E_INTERRUPTED, get->name, "stopped");
	}
}

static int buf_begin(void *user, uint64_t offset, tong_error *err)
{
	(void)err;
	(void)offset; /* reading into memory always asks from 0; a second begin is a fresh start */
	tong__buf_clear(user);
	return 0;
}

static int buf_write(void *user, const void *bytes, size_t n, tong_error *err)
{
	struct tong__buf *b = user;

	if (tong__buf_add(b, bytes, n) == TONG_E_NOMEM)
		return tong__fail_nomem(err);
	return b->failed ? tong__fail(err, TONG_E_LIMIT, NULL, "more than %zu bytes", b->max) : 0;
}

int tong__source_read(struct tong__source *s, const char *name, struct tong__validator *v,
					  struct tong__buf *out, tong_error *err)
{
	struct tong__sink sink = { out, buf_begin, buf_write };
	struct tong__get get = { .name = name, .ceiling = out->max, .validator = v, .sink = &sink };

	tong__buf_clear(out);
	return tong__source_get(s, &get, err);
}

int tong__source_post(struct tong__source *s, const char *name, const char *type,
					  struct tong__str bytes, struct tong__buf *out, tong_error *err)
{
	struct tong__sink sink = { out, buf_begin, buf_write };
	struct tong__get get = { .name = name,
							 .ceiling = out->max,
							 .sink = &sink,
							 .post_type = type,
							 .post = bytes };

	if (s->kind != &tong__source_http && s->kind != &tong__source_https)
		return tong__fail(err, TONG_E_USAGE, name, "is sent over http:// or https:// only");
	tong__buf_clear(out);
	return tong__source_get(s, &get, err);
}
