/* One publish: what changed since the last, which pages that touches, the generation with them, and
 * what the next publish must know. */
#include "publisher/site_write.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/site_past.h"
#include "publisher/site_render.h"

struct publish {
	struct tong__gen *gen;
	const struct tong__publication *job;
	const json_t *note;                /* of the last publish; NULL: there is none */
	struct tong__pages past, now;
	bool shown;                        /* past is what the folder shows */
	bool same;                         /* now has the very pages of the past, whose list went */
	struct tong__changed changed;
	struct tong__reader reader;
	struct tong__recorder site_deps, list_deps;
	unsigned char *chosen, *stays, *differs;
	bool relisted;                     /* now was listed anew; else it is the past's list */
	struct tong__site *site;
	struct tong__render render;
	struct tong__site_report *report;
};

/* ---- what was ---- */

static int load_past(struct publish *p, tong_error *err)
{
	const char *name = tong__json_str(p->note, "pages");
	char *path = name ? tong__gen_path(p->gen, name) : NULL;
	int rc = TONG_E_ABSENT;

	if (name && !path)
		return tong__fail_nomem(err);
	if (path)
		rc = tong__pages_load(&p->past, path, err);
	free(path);
	if (rc == TONG_E_NOMEM)
		return rc;
	p->shown = !rc;   /* a damaged list: the site is made from nothing */
	return 0;
}

/* ---- what changed ---- */

static json_t *regions_of(const struct tong__publication *job)
{
	json_t *list = job->regions ? json_array() : json_null();

	for (size_t i = 0; job->regions && job->regions[i]; i++)
		json_array_append_new(list, json_string(job->regions[i]));
	return list;
}

static bool same_builder(const struct publish *p)
{
	const char *was = tong__json_str(p->note, "builder");

	return was && p->job->builder && !strcmp(was, p->job->builder);
}

static int find_changes(struct publish *p, tong_error *err)
{
	struct tong__layers *past = NULL;
	int rc = 0;

	p->changed.all = true;
	if (!p->shown || !same_builder(p))
		return 0;
	rc = tong__past_layers(&past, p->gen, err);
	if (rc || !past)
		return rc;
	p->changed.all = false;
	rc = tong__past_changes(&p->changed, past, p->job->layers, err);
	tong__layers_free(past);
	if (!rc)
		p->changed.all |= tong__page_hit(&p->past, &p->past.site, &p->changed);
	return rc;
}

/* ---- which pages ---- */

static bool same_regions(const struct publish *p)
{
	json_t *now = regions_of(p->job);
	bool same = json_equal(now, json_object_get(p->note, "regions"));

	json_decref(now);
	return same;
}

/* Two lists of a province's pages are tens of megabytes: equal ones are one. */
static void drop_same(struct publish *p)
{
	p->same = p->shown && p->now.n == p->past.n && !memchr(p->stays, 0, p->past.n);
	if (p->same)
		tong__pages_free(&p->past);
}

static int list_anew(struct publish *p, tong_error *err)
{
	size_t n;
	int rc;

	p->relisted = true;
	if (p->changed.all)   /* each page is made, and learns anew */
		tong__pages_forget(&p->past);
	tong__pages_free(&p->now);
	rc = tong__pages_list(&p->now, p->site, &p->list_deps.reader, p->job->regions, err);
	if (rc)
		return rc;
	n = p->now.n;
	p->chosen = calloc(n + 1, 1);
	p->stays = calloc(p->past.n + 1, 1);
	if (!p->chosen || !p->stays || tong__pages_adopt(&p->now, &p->past, p->chosen, p->stays) ||
	    tong__pages_learn(&p->now, &p->now.list, &p->list_deps))
		return tong__fail_nomem(err);
	drop_same(p);
	if (p->changed.all)
		malloc_trim(0);   /* what was known of each page is as large as what will be */
	for (size_t i = 0; i < n; i++)   /* known ones only when something hits them */
		p->chosen[i] = p->changed.all || !p->chosen[i];
	return tong__pages_hit(&p->now, &p->changed, p->chosen) ? tong__fail_nomem(err) : 0;
}

static int choose(struct publish *p, tong_error *err)
{
	if (p->changed.all || !same_regions(p) || tong__page_hit(&p->past, &p->past.list, &p->changed))
		return list_anew(p, err);
	p->chosen = calloc(p->past.n + 1, 1);
	if (!p->chosen || tong__pages_hit(&p->past, &p->changed, p->chosen))
		return tong__fail_nomem(err);
	return 0;
}

/* ---- what goes ---- */

/* Before anything is written: a file may stand where a folder will be. */
static int remove_stale(struct publish *p, tong_error *err)
{
	struct tong__files next = {.root = -1};
	char file[TONG__MAX_FILE];
	int rc = 0;

	for (size_t i = 0; !rc && p->shown && p->relisted && i < p->past.n; i++) {
		if (p->stays[i])
			continue;
		rc = tong__render_begin(&p->render, err);
		if (!rc && next.root < 0)
			rc = tong__files_open(&next, p->render.next, err);
		tong__pages_file(&p->past, i, file);
		if (!rc)
			rc = tong__files_drop(&next, file, err);
		p->report->removed += !rc;
	}
	tong__files_close(&next);
	return rc;
}

/* ---- what the next publish must know ---- */

static struct tong__pages *pages_of(struct publish *p)
{
	return p->relisted ? &p->now : &p->past;
}

static json_t *note_of(struct publish *p, const char *pages, json_t *layers)
{
	json_t *note = json_pack("{s:s, s:o, s:O}", "pages", pages, "regions", regions_of(p->job),
	                         "layers", layers);

	if (note && p->job->builder && !p->job->once)
		json_object_set_new(note, "builder", json_string(p->job->builder));
	if (note && p->job->source && !p->job->once)
		json_object_set(note, "source", (json_t *)p->job->source);
	return note;
}

/* Names in the folder's root. */
static json_t *tops_of(const struct tong__pages *pages)
{
	json_t *tops = json_array(), *seen = json_object();
	char file[TONG__MAX_FILE], last[TONG__MAX_FILE] = "";

	for (size_t i = 0; i < pages->n; i++) {
		tong__pages_file(pages, i, file);
		file[strcspn(file, "/")] = '\0';
		if (!strcmp(file, last))   /* most lie beside the one before */
			continue;
		strcpy(last, file);
		if (!json_object_get(seen, file)) {
			json_object_set_new(seen, file, json_true());
			json_array_append_new(tops, json_string(file));
		}
	}
	json_decref(seen);
	return tops;
}

/* The files in which the two generations differ. */
struct differing {
	const struct publish *p;
	uint32_t *at;            /* page numbers of now; those of the past follow from 'gone' on */
	size_t n, gone;
};

static void differing_name(const void *user, size_t i, char out[TONG__MAX_FILE])
{
	const struct differing *d = user;
	const struct publish *p = d->p;

	tong__pages_file(i >= d->gone || !p->relisted ? &p->past : &p->now, d->at[i], out);
}

static int find_differing(const struct publish *p, const struct tong__pages *now,
                          struct differing *d, tong_error *err)
{
	*d = (struct differing){.p = p};
	d->at = malloc((now->n + p->past.n + 1) * sizeof *d->at);
	if (!d->at)
		return tong__fail_nomem(err);
	for (size_t i = 0; i < now->n; i++)
		if (p->differs[i])
			d->at[d->n++] = (uint32_t)i;
	d->gone = d->n;
	for (size_t i = 0; p->shown && p->relisted && i < p->past.n; i++)
		if (!p->stays[i])
			d->at[d->n++] = (uint32_t)i;
	return 0;
}

static int show(struct publish *p, const json_t *note, tong_error *err)
{
	struct tong__pages *now = pages_of(p);
	const struct tong__file_list all = {now, now->n, tong__pages_file};
	json_t *tops = tops_of(now);
	struct tong__file_list changed;
	struct differing d;
	int rc = tops ? find_differing(p, now, &d, err) : tong__fail_nomem(err);

	if (!tops || rc) {
		json_decref(tops);
		return rc;
	}
	changed = (struct tong__file_list){&d, d.n, differing_name};
	rc = tong__gen_show(p->gen, note, tops, &changed, err);
	if (!rc && !p->job->once)
		rc = tong__gen_prepare(p->gen, &all, &changed, err);
	json_decref(tops);
	free(d.at);
	return rc;
}

/* Does everything stand as it was noted? Then nothing at all is written. */
static bool nothing_new(const struct publish *p, const json_t *layers)
{
	const json_t *source = json_object_get(p->note, "source");

	return !p->render.next && !p->relisted && !p->report->rendered && !p->job->once &&
	       (source ? json_equal(source, p->job->source) : !p->job->source) &&
	       json_equal(layers, json_object_get(p->note, "layers"));
}

static int save_pages(struct publish *p, char name[32], tong_error *err)
{
	const char *was = tong__json_str(p->note, "pages");
	char *path;
	int rc;

	if (!p->relisted && !p->report->rendered && was && strlen(was) < 32) {
		strcpy(name, was);
		return 0;
	}
	snprintf(name, 32, "pages-%lld", (long long)tong__gen_number(p->gen));
	path = tong__gen_path(p->gen, name);
	rc = path ? tong__pages_save(pages_of(p), path, err) : tong__fail_nomem(err);
	free(path);
	return rc;
}

static int keep(struct publish *p, tong_error *err)
{
	json_t *layers = json_object(), *names = json_object(), *note = NULL;
	char pages[32];
	int rc = layers && names ? 0 : tong__fail_nomem(err);

	if (!rc && !p->job->once)
		rc = tong__past_keep(p->gen, p->job->layers, layers, names, err);
	if (!rc && nothing_new(p, layers))
		goto out;
	if (!rc)
		rc = save_pages(p, pages, err);
	if (!rc && !(note = note_of(p, pages, layers)))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = p->render.next ? show(p, note, err) : tong__gen_note(p->gen, note, err);
	if (!rc && !json_object_set_new(names, pages, json_true()))
		tong__gen_tidy(p->gen, names);
out:
	json_decref(layers);
	json_decref(names);
	json_decref(note);
	return rc;
}

/* ---- ---- */

static int render(struct publish *p, tong_error *err)
{
	struct tong__pages *now = pages_of(p);
	int rc;

	p->differs = calloc(now->n + 1, 1);
	if (!p->differs || tong__pages_learn(now, &now->site, &p->site_deps))
		return tong__fail_nomem(err);
	p->render = (struct tong__render){
		.job = p->job, .site = p->site, .gen = p->gen, .pages = now,
		.shown = p->same ? now : p->shown ? &p->past : NULL, .chosen = p->chosen,
		.differs = p->differs, .report = p->report,
	};
	rc = p->shown ? 0 : tong__render_begin(&p->render, err);
	if (!rc)
		rc = remove_stale(p, err);
	if (!rc)
		rc = tong__render_pages(&p->render, err);
	p->report->pages = now->n;
	for (size_t i = 0; i < now->n; i++)
		p->report->bytes += now->at[i].size;
	return rc;
}

int tong__site_write(struct tong__gen *gen, const struct tong__publication *job,
                     struct tong__site_report *report, tong_error *err)
{
	struct publish p = {.gen = gen, .job = job, .report = report, .note = tong__gen_past(gen)};
	int rc;

	*report = (struct tong__site_report){0};
	tong__pages_init(&p.past);
	tong__pages_init(&p.now);
	tong__recorder_init(&p.site_deps, &p.reader);
	tong__recorder_init(&p.list_deps, &p.reader);
	rc = tong__layers_reader(&p.reader, job->layers, err);
	if (!rc)
		rc = tong__site_open(&p.site, &p.site_deps.reader, err);
	if (!rc)
		rc = load_past(&p, err);
	if (!rc)
		rc = find_changes(&p, err);
	if (!rc)
		rc = choose(&p, err);
	if (!rc)
		rc = render(&p, err);
	if (!rc)
		rc = keep(&p, err);
	tong__site_close(p.site);
	tong__recorder_free(&p.site_deps);
	tong__recorder_free(&p.list_deps);
	tong__layers_reader_free(&p.reader);
	tong__changed_free(&p.changed);
	tong__pages_free(&p.past);
	tong__pages_free(&p.now);
	free(p.chosen);
	free(p.stays);
	free(p.differs);
	return rc;
}
