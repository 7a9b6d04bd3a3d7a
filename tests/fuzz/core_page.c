/* Fuzzes the records that pages are made from: lines "LAYER KEY JSON" over the real look; every
 * page of them is made, or refused with its reason. */
#include <stdint.h>

#include "core/site.h"
#include "tests/unit/site_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MOST 60 /* records of an input */

static struct world look;

/* A copy of the look to add to; each record has an owner more. */
static struct world *new_world(void)
{
	struct world *w = malloc(sizeof *w);

	if (!look.n)
		world_site(&look);
	if (!w)
		abort();
	*w = look;
	for (size_t i = 0; i < w->n; i++) {
		json_incref(w->at[i].rec);
		w->at[i].line = strndup(w->at[i].line, w->at[i].n);
	}
	return w;
}

/* What a layer refuses never reaches a page: the record is read as a node reads it. */
static void add_record(struct world *w, char *line)
{
	char *key = strchr(line, ' '), *json = key ? strchr(key + 1, ' ') : NULL;
	json_t *rec;

	if (!json)
		return;
	*key++ = '\0';
	*json++ = '\0';
	rec = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(rec) || !tong__key_valid(key, strlen(key)) || strlen(line) > 20 ||
		world_find(w, line, key) || json_object_set_new(rec, "k", json_string(key)) ||
		tong__record_allowed(line, (struct tong__str){ key, strlen(key) }, NULL))
		json_decref(rec);
	else
		world_put(w, line, key, rec);
}

static int render(struct tong__site *site, const struct tong__reader *r, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__buf out;
	const char *type = NULL;
	int rc;

	tong__buf_init(&out, TONG_MAX_PAGE);
	rc = tong__site_render(site, r, url, &out, &type, &err);
	if (rc ? rc != err.code || !err.message[0] : !type)
		abort();
	tong__buf_free(&out);
	return 0;
}

struct all {
	struct tong__site *site;
	const struct tong__reader *reader;
};

static int render_one(void *arg, const char *url)
{
	const struct all *a = arg;

	return render(a->site, a->reader, url);
}

/* NULL: refused. */
static struct tong__site *open_site(const struct tong__reader *reader)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__site *site = NULL;
	int rc = tong__site_open(&site, reader, &err);

	if (rc && (rc != err.code || !err.message[0]))
		abort();
	return rc ? NULL : site;
}

static void render_all(struct tong__site *site, const struct tong__reader *reader)
{
	tong_error err = TONG_ERROR_INIT;

	tong__site_urls(site, reader, render_one, &(struct all){ site, reader }, &err);
	render(site, reader, "/404.html");
	render(site, reader, "/en/404.html");
}

/* The look is compiled once; anew for an input with records of its own for it. */
static void try_world(struct world *w, bool own_look)
{
	static struct tong__reader kept;
	static struct tong__site *usual;
	struct tong__reader reader = world_reader(w);
	struct tong__site *site;

	if (!usual) {
		kept = world_reader(&look);
		usual = open_site(&kept);
	}
	tong__site_records_changed(usual);
	site = own_look ? open_site(&reader) : usual;
	if (site)
		render_all(site, &reader);
	if (own_look)
		tong__site_close(site);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = strndup((const char *)data, n), *next = text;
	struct world *w = new_world();
	bool own_look = text && strstr(text, "site ") != NULL;

	for (int i = 0; i < MOST && next && *next; i++) {
		char *line = next, *end = line + strcspn(line, "\n");

		next = *end ? end + 1 : end;
		*end = '\0';
		add_record(w, line);
	}
	try_world(w, own_look);
	world_free(w);
	free(w);
	free(text);
	return 0;
}
