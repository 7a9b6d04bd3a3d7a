/* `layers` and `site`: a catalogue as records, and as pages. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/layers_patch.h"
#include "publisher/md.h"
#include "publisher/site_past.h"
#include "publisher/site_write.h"

#define MAX_PROGRAM (256u << 20)

static int need_out(const struct tong__args *a, const char *command, tong_error *err)
{
	return a->out ? 0 : tong__fail(err, TONG_E_USAGE, command, "wants --out DIR");
}

/* ---- layers ---- */

static int write_layer(const struct tong__layer *l, const char *out, tong_error *err)
{
	char *path;
	int code;

	if (asprintf(&path, "%s/%s.ndjson", out, l->name) < 0)
		return tong__fail_nomem(err);
	code = tong__file_write_fast(path, l->bytes, l->len, NULL, err);
	free(path);
	return code;
}

/* A layer of an earlier run that the catalogue no longer has would be taken for current. */
static int remove_old(const struct tong__layers *layers, const char *out, tong_error *err)
{
	DIR *d = opendir(out);
	struct dirent *e;
	int code = 0;

	while (d && !code && (e = readdir(d))) {
		char name[TONG_MAX_ROLE_NAME], *path;
		size_t n = strlen(e->d_name);

		if (!tong__ends(e->d_name, ".ndjson") || n - 7 >= sizeof name)
			continue;
		memcpy(name, e->d_name, n - 7);
		name[n - 7] = '\0';
		if (!tong__layer_name_valid(name) || tong__layers_find(layers, name))
			continue;
		if (asprintf(&path, "%s/%s", out, e->d_name) < 0) {
			code = tong__fail_nomem(err);
		} else {
			code = tong__file_remove(path, err);
			free(path);
		}
	}
	if (d)
		closedir(d);
	return code;
}

static int tell_layers(const struct tong__layers *layers, bool json, tong_error *err)
{
	json_t *list = json_array();
	char hex[TONG_HEX];
	size_t i;

	for (i = 0; i < layers->n && list; i++) {
		const struct tong__layer *l = &layers->at[i];

		tong__hash_hex(&l->sha256, hex);
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I}", "layer", l->name, "sha256",
		                                      hex, "length", (json_int_t)l->len, "records",
		                                      (json_int_t)l->records));
		if (!json)
			printf("%s  %s.ndjson  %zu bytes  %zu records\n", hex, l->name, l->len, l->records);
	}
	if (json)
		return tong__answer(list, err);
	json_decref(list);
	return 0;
}

int tong__cmd_layers(const struct tong__args *a, tong_error *err)
{
	struct tong__layers *layers = NULL;
	struct tong__catalogue c = {0};
	size_t i;
	int code = need_out(a, "layers", err);

	if (!code)
		code = tong__catalogue_layers(&c, &layers, a, err);
	if (!code)
		code = tong__mkdirs(a->out, err);
	for (i = 0; !code && i < layers->n; i++)
		code = write_layer(&layers->at[i], a->out, err);
	if (!code)
		code = remove_old(layers, a->out, err);
	if (!code)
		code = tell_layers(layers, a->json, err);
	if (!code)
		tong__summary(a, "layers: %s items, %s region layers", tong__count(c.items),
		              tong__count(c.regions));
	tong__layers_free(layers);
	return code;
}

/* ---- site ---- */

static int tell_site(const struct tong__catalogue *c, const struct tong__site_report *r,
                     const struct tong__args *a, tong_error *err)
{
	const char *items = tong__count(c->items), *regions = tong__count(c->regions);
	const char *pages = tong__count(r->pages), *written = tong__count(r->written);
	const char *removed = tong__count(r->removed), *bytes = tong__bytes(r->bytes);

	tong__summary(a, "site: %s items, %s region layers, %s pages (%s, %s written, %s removed)",
	              items, regions, pages, bytes, written, removed);
	if (!a->json)
		return 0;
	return tong__answer(json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "items", (json_int_t)c->items,
	                              "regions", (json_int_t)c->regions, "pages", (json_int_t)r->pages,
	                              "written", (json_int_t)r->written, "removed",
	                              (json_int_t)r->removed, "bytes", (json_int_t)r->bytes),
	                    err);
}

/* --region A B C: what follows the first code belongs to it. */
static int all_regions(const struct tong__args *a, const struct tong__layers *layers,
                       const char ***out, tong_error *err)
{
	const char **list = calloc(a->n_regions + a->n_words + 1, sizeof *list);
	char name[TONG_MAX_ROLE_NAME];
	size_t i, n = 0;

	*out = NULL;
	if (!list)
		return tong__fail_nomem(err);
	for (i = 0; i < a->n_regions; i++)
		list[n++] = a->regions[i];
	for (i = 0; i < a->n_words; i++)
		list[n++] = a->words[i];
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "r%s", list[i]);
		if (!tong__layers_find(layers, name)) {
			int code = tong__fail(err, TONG_E_NOTFOUND, list[i],
			                      "the catalogue has no local elements of this region");

			free(list);
			return code;
		}
	}
	*out = list;
	return 0;
}

/* What makes pages and records besides the catalogue: this very program, and the library that makes
 * HTML. malloc'd; NULL (then nothing is taken over from the last publish) when it cannot be
 * read. */
static char *builder(void)
{
	char hex[TONG_HEX], *out = NULL;
	struct tong__hash hash;
	struct tong__buf self;

	tong__buf_init(&self, MAX_PROGRAM);
	if (!tong__file_read("/proc/self/exe", &self, NULL)) {
		tong__sha256(self.data, self.len, &hash);
		tong__hash_hex(&hash, hex);
		if (asprintf(&out, "%s cmark %s", hex, tong__md_version()) < 0)
			out = NULL;
	}
	tong__buf_free(&self);
	return out;
}

/* What this publish is made of, for the next one to begin from. */
struct origin {
	char *builder;
	struct tong__tree *tree;     /* NULL for files on disk, and when it cannot be read */
	json_t *source;              /* the same, in words; or NULL */
};

static void open_origin(struct origin *o, const struct tong__args *a)
{
	tong_error err = TONG_ERROR_INIT;

	o->builder = builder();
	if (!a->worktree && !tong__catalogue_tree(&o->tree, a, NULL, &err))
		o->source = tong__layers_source(o->tree);
}

/* Somebody may have committed since: then it cannot be said what was read. */
static void look_again(struct origin *o, const struct tong__args *a)
{
	const char *commit = tong__json_str(o->source, "commit");
	tong_error err = TONG_ERROR_INIT;
	char now[41];

	if (commit && !tong__catalogue_commit(now, a, &err) && !strcmp(now, commit))
		return;
	json_decref(o->source);
	o->source = NULL;
}

static void close_origin(struct origin *o)
{
	json_decref(o->source);
	free(o->builder);
}

static void count(struct tong__catalogue *c, const struct tong__layers *layers)
{
	const struct tong__layer *base = tong__layers_find(layers, "base");
	const char *at = base->bytes, *end = at + base->len;

	for (; (at = memmem(at, (size_t)(end - at), "\n{\"k\":\"item/", 12)); at++)
		c->items++;
	for (size_t i = 0; i < layers->n; i++)
		c->regions += layers->at[i].name[0] == 'r';
}

/* From the layers of the last publish, when only the text of some items is another; *out is NULL
 * when that cannot be, for whatever reason. */
static void patch_layers(struct tong__catalogue *c, struct tong__layers **out,
                         const struct tong__gen *gen, const struct origin *o,
                         const struct tong__args *a)
{
	const json_t *note = tong__gen_past(gen), *source = tong__json_obj(note, "source");
	const char *by = tong__json_str(note, "builder");
	struct tong__layers *past = NULL;
	char *site = tong__catalogue_site(a);
	tong_error err = TONG_ERROR_INIT;

	*out = NULL;
	if (site && source && o->source && !a->once && by && o->builder && !strcmp(by, o->builder) &&
	    !tong__past_layers(&past, gen, &err) && past &&
	    !tong__layers_patch(out, past, source, o->tree, site, &err) && *out) {
		count(c, *out);
		tong__verbose(a, "layers of the last publish, with what changed since");
	}
	tong__layers_free(past);
	free(site);
}

static int get_layers(struct tong__catalogue *c, struct tong__layers **out,
                      const struct tong__gen *gen, struct origin *o, const struct tong__args *a,
                      tong_error *err)
{
	int code = 0;

	open_origin(o, a);
	patch_layers(c, out, gen, o, a);
	tong__tree_free(o->tree);
	o->tree = NULL;
	if (!*out)
		code = tong__catalogue_layers(c, out, a, err);
	look_again(o, a);
	return code;
}

/* The layers of a province and its tables are not in memory together. */
static int settle(void *gen, struct tong__layer *made, tong_error *err)
{
	return tong__past_settle_one(gen, made, err);
}

/* Pages from the layers, into the folder. */
static int publish(struct tong__gen *gen, struct tong__layers *layers,
                   const struct origin *o, const struct tong__args *a,
                   struct tong__site_report *report, tong_error *err)
{
	const char **regions = NULL;
	struct tong__publication job = {
		.layers = layers, .builder = o->builder, .source = o->source, .threads = a->threads,
		.once = a->once, .progress = tong__progress, .user = (void *)(uintptr_t)a,
	};
	int code = all_regions(a, layers, &regions, err);

	job.regions = a->n_regions ? regions : NULL;
	if (!code && !a->once)
		code = tong__past_settle(gen, layers, err);
	if (!code)
		code = tong__site_write(gen, &job, report, err);
	free(regions);
	return code;
}

/* What the last publish kept may be damaged, which shows when it is looked into: then everything
 * is read after all, and kept anew. The folder beside the site is put in order first, as after a
 * publish that was cut off: pages may have been written by then. */
static int publish_or_read_all(struct tong__catalogue *c, struct tong__layers **layers,
                               struct tong__gen **gen, const struct origin *o,
                               const struct tong__args *a, struct tong__site_report *report,
                               tong_error *err)
{
	int code = publish(*gen, *layers, o, a, report, err);

	if (code != TONG_E_STORE)
		return code;
	tong__layers_free(*layers);
	*layers = NULL;
	tong__gen_close(*gen);
	*gen = NULL;
	*err = (tong_error)TONG_ERROR_INIT;
	code = tong__gen_open(gen, a->out, err);
	c->made = (struct tong__layer_made){a->once ? NULL : settle, *gen};
	if (!code)
		code = tong__catalogue_layers(c, layers, a, err);
	return code ? code : publish(*gen, *layers, o, a, report, err);
}

int tong__cmd_site(const struct tong__args *a, tong_error *err)
{
	struct tong__layers *layers = NULL;
	struct tong__site_report report;
	struct tong__catalogue c = {0};
	struct tong__gen *gen = NULL;
	struct origin o = {0};
	int code = need_out(a, "site", err);

	if (!code && a->n_words && !a->n_regions)
		code = tong__fail(err, TONG_E_USAGE, a->words[0], "codes of regions follow --region");
	if (!code)
		code = tong__gen_open(&gen, a->out, err);
	if (!a->once)
		c.made = (struct tong__layer_made){settle, gen};
	if (!code)
		code = get_layers(&c, &layers, gen, &o, a, err);
	if (!code)
		code = publish_or_read_all(&c, &layers, &gen, &o, a, &report, err);
	if (!code)
		code = tell_site(&c, &report, a, err);
	tong__gen_close(gen);
	tong__layers_free(layers);
	close_origin(&o);
	return code;
}
