/* The library's door: making, opening and closing an agent, and what every public call begins and
 * ends with. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/heal.h"
#include "agent/identity.h"
#include "agent/source.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"

#ifndef TONG_VERSION
#define TONG_VERSION "0.1.0"
#endif

const char *tong_version(void)
{
	return TONG_VERSION;
}

const char *tong_code_name(int code)
{
	return tong__code_name(code);
}

const char *tong_code_text(int code)
{
	return tong__code_zh(code);
}

/* ---- making a store ---- */

/* A folder is remembered with its whole path: sync may run from elsewhere. */
static json_t *source_text(const char *where, tong_error *err)
{
	struct tong__buf path;
	char cwd[4096];
	json_t *text;

	if (tong__source_is_url(where) || where[0] == '/')
		return json_string(where);
	if (!getcwd(cwd, sizeof cwd)) {
		tong__fail_errno(err, errno, where, "cannot tell the working folder");
		return NULL;
	}
	tong__buf_init(&path, 8192);
	tong__buf_addf(&path, "%s/%s", cwd, where);
	text = path.data && !path.failed ? json_string(path.data) : NULL;
	tong__buf_free(&path);
	return text;
}

static int list_of(const char *const *from, bool regions, char **out, tong_error *err)
{
	json_t *list = json_array();
	int rc = list ? 0 : tong__fail_nomem(err);

	for (; !rc && from && *from; from++) {
		json_t *text = regions ? json_string(*from) : source_text(*from, err);

		if (regions && !tong__region_code_valid(*from))
			rc = tong__fail(err, TONG_E_USAGE, *from,
							"not a region code: 6, 9 or 12 digits are wanted");
		else if (!text && !err->code)
			rc = tong__fail(err, TONG_E_ENCODING, NULL, "a source's name is not UTF-8");
		else if (!text)
			rc = err->code;
		if (json_array_append_new(list, text) && !rc)
			rc = tong__fail_nomem(err);
	}
	if (rc)
		json_decref(list);
	return rc ? rc : tong__agent_say(NULL, list, out, err);
}

int tong_agent_init(const char *dir, const void *root, size_t root_len, const char *const *sources,
					const char *const *regions, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__trust *trust = NULL;
	struct tong__identity *me = NULL;
	char *source_list = NULL, *region_list = NULL;
	int rc;

	err = err ? err : &own;
	err->code = 0;
	rc = tong__trust_new(&trust, root, root_len, 0, err);
	if (!rc)
		rc = list_of(sources, false, &source_list, err);
	if (!rc)
		rc = list_of(regions, true, &region_list, err);
	if (!rc) {
		const char *const meta[] = { "sources", source_list, "regions", region_list, NULL };

		rc = tong__store_create(dir, root, root_len, tong__trust_root_version(trust), meta, err);
		if (!rc)
			rc = tong__identity_open(&me, dir, true, err);
		tong__identity_close(me);
	}
	free(source_list);
	free(region_list);
	tong__trust_free(trust);
	return rc;
}

/* ---- life ---- */

/* The strings of the options, which the host may free once we are open. */
static const char **strings(tong_agent *a, size_t i)
{
	const char **all[] = { &a->opt.proxy, &a->opt.ca_file, &a->opt.cert_file, &a->opt.key_file,
						   &a->opt.hours };

	return i < sizeof all / sizeof *all ? all[i] : NULL;
}

static int keep_strings(tong_agent *a, tong_error *err)
{
	const char **s;
	int rc = 0;

	for (size_t i = 0; (s = strings(a, i)) != NULL; i++)
		if (*s && (*s = strdup(*s)) == NULL)
			rc = tong__fail_nomem(err);
	return rc;
}

static int keep_sources(tong_agent *a, tong_error *err)
{
	const char *const *from = a->opt.sources;
	int rc = 0;

	a->opt.sources = NULL; /* ours is the list below */
	a->sources = from ? json_array() : NULL;
	for (; !rc && from && *from; from++) {
		json_t *text = source_text(*from, err);

		rc = text ? 0 : err->code ? err->code : tong__fail(err, TONG_E_ENCODING, NULL,
														   "a source's name is not UTF-8");
		json_array_append_new(a->sources, text);
	}
	return rc;
}

static void free_strings(tong_agent *a)
{
	const char **s;

	for (size_t i = 0; (s = strings(a, i)) != NULL; i++)
		free((void *)*s);
}

int tong_agent_open(tong_agent **out, const char *dir, const tong_options *opt, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	tong_agent *a;
	int rc;

	err = err ? err : &own;
	*out = NULL;
	tong__memory_forget();
	a = calloc(1, sizeof *a);
	if (!a)
		return tong__fail_nomem(err);
	rc = tong__options_take(&a->opt, sizeof a->opt, opt, "tong_options", err);
	if (rc) {
		free(a);
		return rc;
	}
	rc = keep_strings(a, err);
	if (!rc)
		rc = keep_sources(a, err);
	a->dir = strdup(dir);
	a->serial = -1;
	tong__reader_init(a);
	if (!rc)
		rc = a->dir ? tong__store_open(&a->store, dir, false, err) : tong__fail_nomem(err);
	if (!a->opt.read_only && tong__store_is_damage(rc, err) && !tong__memory_failed()) {
		rc = tong__heal(a, err);
		if (!rc)
			rc = tong__store_open(&a->store, dir, false, err);
	}
	if (rc) {
		tong_agent_close(a);
		return tong__agent_told(rc, err);
	}
	*out = a;
	return 0;
}

void tong_agent_close(tong_agent *a)
{
	if (!a)
		return;
	tong__site_close(a->site);
	tong__names_free(a->names);
	tong__rows_free(a->rows);
	tong__reader_forget(a);
	tong__store_close(a->store);
	free_strings(a);
	json_decref(a->sources);
	free(a->dir);
	free(a);
}

int64_t tong__agent_now(const tong_agent *a)
{
	return a->opt.now ? a->opt.now(a->opt.user) : (int64_t)time(NULL);
}

void tong__agent_log(const tong_agent *a, int level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (!a->opt.log)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, tong__text(fmt), ap);
	va_end(ap);
	a->opt.log(a->opt.user, level, text);
}

/* ---- one call, one release ---- */

int tong__agent_begin_any(tong_agent *a, tong_error *err)
{
	int64_t serial = 0;
	int rc;

	if (!tong__store_is_reading(a->store))
		tong__memory_forget();
	if (tong__store_replaced(a->store))
		tong__heal_reopen(a);
	rc = tong__store_read_begin(a->store, err);
	if (rc)
		return rc;
	rc = tong__store_number_get(a->store, "serial", &serial, err);
	if (rc) {
		tong__store_read_end(a->store);
		return rc;
	}
	if (serial != a->serial) {
		tong__site_close(a->site);
		a->site = NULL;
		tong__names_free(a->names);
		a->names = NULL;
		tong__rows_free(a->rows);
		a->rows = NULL;
		tong__reader_forget(a);
		a->serial = serial;
	}
	return 0;
}

int tong__agent_begin(tong_agent *a, tong_error *err)
{
	int64_t damaged = 0;
	int rc = tong__agent_begin_any(a, err);

	if (rc)
		return rc;
	rc = tong__store_number_get(a->store, "damaged", &damaged, err);
	if (rc)
		;
	else if (a->serial == 0)
		rc = tong__fail(err, TONG_E_NOTFOUND, a->dir, "nothing is held yet; run tong-agent sync");
	else if (damaged)
		rc = tong__fail(
			err, TONG_E_STORE, a->dir,
			"P2: a check found records that are not what was signed; tong-agent sync repairs");
	if (rc)
		tong__agent_end(a);
	return rc;
}

void tong__agent_end(tong_agent *a)
{
	tong__store_read_end(a->store);
}

int tong__agent_done(tong_agent *a, int rc, tong_error *err)
{
	if (tong__store_met_damage(a->store) && !tong__store_is_damage(rc, err))
		rc = tong__store_damage(a->dir, err);
	tong__agent_end(a);
	return tong__agent_told(rc, err);
}

int tong__agent_told(int rc, tong_error *err)
{
	return tong__memory_failed() ? tong__fail_nomem(err) : rc;
}

int64_t tong__agent_serial(tong_agent *a)
{
	return tong__store_number(a->store, "serial", -1);
}

json_t *tong__agent_list(tong_agent *a, const char *name)
{
	struct tong__buf text;
	tong_error own;
	json_t *list = NULL;

	if (a->sources && strcmp(name, "sources") == 0)
		return json_incref(a->sources);
	tong__buf_init(&text, 1u << 20);
	if (tong__store_meta(a->store, name, &text, &own) == 0)
		list = tong__json_own(text.data, text.len);
	tong__buf_free(&text);
	return json_is_array(list) ? list : json_array();
}

/* ---- pages ---- */

int tong__agent_render(tong_agent *a, const char *url, struct tong__buf *page, const char **type,
					   tong_error *err)
{
	int rc = tong__agent_begin(a, err);

	if (rc)
		return rc;
	rc = tong__agent_site(a, err);
	if (!rc)
		rc = tong__site_render(a->site, &a->reader, url, page, type, err);
	rc = tong__agent_done(a, rc, err);
	return rc;
}

int tong_agent_page(tong_agent *a, const char *url, char **bytes, size_t *len, const char **type,
					tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__buf page;
	int rc;

	err = err ? err : &own;
	*bytes = NULL;
	tong__buf_init(&page, TONG_MAX_PAGE);
	rc = tong__agent_render(a, url, &page, type, err);
	*len = page.len;
	if (!rc)
		rc = tong__agent_give(a, &page, bytes, err);
	tong__buf_free(&page);
	return rc;
}

int tong_agent_urls(tong_agent *a, int (*fn)(void *user, const char *url), void *user,
					tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	int rc;

	err = err ? err : &own;
	rc = tong__agent_begin(a, err);
	if (rc)
		return rc;
	rc = tong__agent_site(a, err);
	if (!rc)
		rc = tong__site_urls(a->site, &a->reader, fn, user, err);
	rc = tong__agent_done(a, rc, err);
	return rc;
}
