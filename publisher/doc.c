/* Documents: YAML files, and Markdown files cut into front matter and sections. */
#include "publisher/doc.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "publisher/encoding.h"
#include "publisher/model.h"
#include "publisher/sections.h"
#include "publisher/yaml_read.h"

void tong__doc_free(struct tong__doc *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n_sections; i++) {
		free(d->sections[i].heading);
		free(d->sections[i].markdown);
	}
	free(d->sections);
	tong__marks_free(d->marks);
	json_decref(d->root);
	free(d->path);
	free(d);
}

struct tong__mark tong__doc_mark(const struct tong__doc *d, const json_t *container,
                                 const char *key, size_t index)
{
	return tong__marks_find(d->marks, container, key, index);
}

const struct tong__section *tong__doc_section(const struct tong__doc *d, const char *heading)
{
	for (size_t i = 0; i < d->n_sections; i++)
		if (!strcmp(d->sections[i].heading, heading))
			return &d->sections[i];
	return NULL;
}

/* NULL when memory is out. */
static struct tong__doc *new_doc(const char *path)
{
	struct tong__doc *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->path = strdup(path);
	d->marks = tong__marks_new();
	if (d->path && d->marks)
		return d;
	tong__doc_free(d);
	return NULL;
}

static bool too_large(const char *path, size_t n, size_t max, struct tong__findings *fs)
{
	if (n <= max)
		return false;
	tong__find(fs, "file-too-large", path, 0, 0, "", path, "a smaller file",
	           "%zu bytes, the ceiling is %zu", n, max);
	return true;
}

/* The document as it is when nothing could be read. */
static int finish(struct tong__doc **out, struct tong__doc *d, int rc, bool told, tong_error *err)
{
	d->unread = told && !json_object_size(d->root);
	if (!rc && !d->root)
		d->root = json_object();
	if (!rc && !d->root)
		rc = tong__fail_nomem(err);
	if (rc) {
		tong__doc_free(d);
		d = NULL;
	}
	*out = d;
	return rc;
}

int tong__doc_of(struct tong__doc **out, const char *path, json_t *root, tong_error *err)
{
	struct tong__doc *d = new_doc(path);

	if (d)
		d->root = root;
	else
		json_decref(root);
	return d ? finish(out, d, 0, false, err) : tong__fail_nomem(err);
}

int tong__doc_yaml(struct tong__doc **out, const char *path, const char *text, size_t n,
                   struct tong__findings *fs, tong_error *err)
{
	struct tong__doc *d = new_doc(path);
	size_t before = tong__findings_count(fs);
	int rc = 0;

	*out = NULL;
	if (!d)
		return tong__fail_nomem(err);
	if (!too_large(path, n, TONG_MAX_SOURCE_FILE, fs) && tong__encoding_check(path, text, n, fs))
		rc = tong__yaml_read(path, text, n, 1, fs, &d->root, d->marks, err);
	return finish(out, d, rc, tong__findings_count(fs) > before, err);
}

static bool is_rule(struct tong__str line)
{
	while (line.n > 3 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
		line.n--;
	return line.n == 3 && !memcmp(line.p, "---", 3);
}

/* Front matter between the first two lines ---; false when there is none. */
static bool front_matter(struct tong__lines_of *l, struct tong__str *yaml)
{
	struct tong__str line;

	if (!tong__next_line(l, &line) || !is_rule(line))
		return false;
	yaml->p = l->at;
	while (tong__next_line(l, &line))
		if (is_rule(line)) {
			yaml->n = (size_t)(line.p - yaml->p);
			return true;
		}
	return false;
}

static int read_markdown(struct tong__doc *d, const char *text, size_t n,
                         struct tong__findings *fs, tong_error *err)
{
	struct tong__lines_of l = {text, text + n, 0};
	struct tong__str yaml = {"", 0};
	int rc;

	if (!front_matter(&l, &yaml)) {
		tong__find(fs, "front-matter-missing", d->path, 1, 1, "", d->path,
		           "a first line ---, and another --- after the fields",
		           "no fields between two lines ---");
		return 0;
	}
	rc = tong__yaml_read(d->path, yaml.p, yaml.n, 2, fs, &d->root, d->marks, err);
	return rc ? rc : tong__sections_cut(d, l, fs, err);
}

int tong__doc_markdown(struct tong__doc **out, const char *path, const char *text, size_t n,
                       struct tong__findings *fs, tong_error *err)
{
	struct tong__doc *d = new_doc(path);
	size_t before = tong__findings_count(fs);
	int rc = 0;

	*out = NULL;
	if (!d)
		return tong__fail_nomem(err);
	if (!too_large(path, n, TONG_MAX_ITEM_FILE, fs) && tong__encoding_check(path, text, n, fs))
		rc = read_markdown(d, text, n, fs, err);
	return finish(out, d, rc, tong__findings_count(fs) > before, err);
}
