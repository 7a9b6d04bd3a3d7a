/* One site over a small world, for the tests of pages: begun, given its layers, made ready, and
 * asked for one page at a time. */
#ifndef TESTS_UNIT_SITE_WORLD_H
#define TESTS_UNIT_SITE_WORLD_H

#include "tests/unit/site_reader.h"

static struct world world;
static struct tong__reader reader;
static struct tong__site *site;
static struct tong__buf page;
static tong_error err;
static const char *type;

/* The page of this address, in 'page' and 'type'; returns an error's code. */
static inline int show(const char *url)
{
	tong__buf_free(&page);
	tong__buf_init(&page, TONG_MAX_PAGE);
	memset(&err, 0, sizeof err);
	return tong__site_render(site, &reader, url, &page, &type, &err);
}

static inline bool has(const char *text)
{
	return page.data && strstr(page.data, text);
}

static inline void close_world(void)
{
	tong__site_close(site);
	site = NULL;
	world_free(&world);
	tong__buf_free(&page);
}

/* An empty world but for the look; what was open is closed. */
static inline void begin_world(void)
{
	close_world();
	memset(&world, 0, sizeof world);
	world_site(&world);
}

/* After its layers were added with world_lines. */
static inline void ready_world(void)
{
	reader = world_reader(&world);
	if (tong__site_open(&site, &reader, &err))
		printf("%s: %s\n", err.subject, err.message);
	CHECK(site);
}

#endif
