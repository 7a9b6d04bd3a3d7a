/* Findings for the preview: of one file at once, of the whole catalogue by a process of its own. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/json.h"
#include "publisher/preview_store.h"

static const char *severity(const struct tong__finding *f)
{
	static const char *const names[] = { "note", "warning", "error" };

	return names[f->rule->severity];
}

static void add(json_t *list, const struct tong__finding *f)
{
	json_array_append_new(list,
						  json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s}",
									"rule", f->rule->id, "severity", severity(f), "file", f->path,
									"line", (int)f->line, "column", (int)f->column, "element",
									f->element, "found", f->found, "wanted", f->wanted, "text",
									f->rule->zh, "hint", f->rule->hint_zh, "subject", f->subject));
}

static void add_of(json_t *list, const struct tong__findings *fs, const char *path,
				   const char *subject)
{
	for (size_t i = 0; i < tong__findings_count(fs); i++) {
		const struct tong__finding *f = tong__findings_at(fs, i);

		if (!f->waived && !strcmp(f->path, path) && (!subject || !strcmp(f->subject, subject)))
			add(list, f);
	}
}

/* The same checks over a model that has only this item, and only this region: what others have to
 * do with it is found by the full check. */
static void check_alone(const struct tong__preview_store *s, const struct tong__item *it,
						const struct tong__local *local, struct tong__findings *fs)
{
	struct tong__model alone = *tong__preview_store_model(s);

	alone.items = (struct tong__item *)(uintptr_t)it;
	alone.n_items = it != NULL;
	alone.locals = (struct tong__local *)(uintptr_t)local;
	alone.n_locals = local != NULL;
	alone.agencies = local ? alone.agencies : NULL;
	alone.n_names = 0;
	tong__check(&alone, fs);
}

/* What is said of its translations, too: a change of the Chinese puts them out of date. */
static void add_texts(const struct tong__preview_store *s, const char *code,
					  const struct tong__findings *fs, json_t *list)
{
	const struct tong__model *m = tong__preview_store_model(s);

	for (size_t i = 0; i < m->n_texts; i++)
		if (!strcmp(m->texts[i].code, code) && m->texts[i].doc) {
			add_of(list, tong__preview_store_form(s), m->texts[i].doc->path, NULL);
			add_of(list, fs, m->texts[i].doc->path, NULL);
		}
}

void tong__preview_check(const struct tong__preview_store *s, const char *path, const char *code,
						 const char *region, json_t *list)
{
	const struct tong__model *m = tong__preview_store_model(s);
	const struct tong__item *it = code ? tong__model_item(m, code) : NULL;
	const struct tong__local *local = region ? tong__preview_local(m, region) : NULL;
	struct tong__findings *fs = NULL;
	char file[64], subject[128];

	add_of(list, tong__preview_store_form(s), path, NULL);
	if (!it || tong__findings_new(&fs))
		return;
	check_alone(s, it, local, fs);
	add_of(list, fs, path, NULL);
	add_texts(s, code, fs, list);
	if (local) {
		snprintf(file, sizeof file, "local/%.12s/items.csv", region);
		snprintf(subject, sizeof subject, "%.12s/%s", region, code);
		add_of(list, fs, file, subject);
		add_of(list, tong__preview_store_form(s), file, NULL);
	}
	tong__findings_free(fs);
}

/* ---- the whole catalogue ---- */

/* In the child: the answer goes to 'fd', and nothing of the parent is touched. */
static void check_all(const struct tong__preview_store *s, int fd)
{
	const struct tong__findings *form = tong__preview_store_form(s);
	struct tong__findings *fs = NULL;
	json_t *list = json_array();

	if (tong__findings_new(&fs))
		_exit(1);
	tong__check(tong__preview_store_model(s), fs);
	for (size_t i = 0; i < tong__findings_count(form); i++)
		add(list, tong__findings_at(form, i));
	for (size_t i = 0; i < tong__findings_count(fs); i++)
		if (!tong__findings_at(fs, i)->waived)
			add(list, tong__findings_at(fs, i));
	_exit(json_dumpfd(list, fd, JSON_COMPACT) != 0);
}

int tong__preview_check_start(const struct tong__preview_store *s, pid_t *child)
{
	int ends[2];

	if (pipe(ends))
		return -1;
	*child = fork();
	if (*child == 0) {
		close(ends[0]);
		signal(SIGPIPE, SIG_DFL);
		check_all(s, ends[1]);
	}
	close(ends[1]);
	if (*child > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

json_t *tong__preview_check_read(const char *bytes, size_t n)
{
	json_t *list = json_loadb(bytes ? bytes : "", n, 0, NULL);

	if (json_is_array(list))
		return list;
	json_decref(list);
	return NULL;
}
