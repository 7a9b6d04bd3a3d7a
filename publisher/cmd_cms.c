/* `cms`: writes the configuration of a web editor and the page that loads it. */
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/cms.h"
#include "publisher/tree_kind.h"
#include "publisher/yaml_write.h"

#define MAX_CONFIG (16u << 20)

/* NAME=VALUE words into the members they mean. */
static int read_words(const struct tong__args *a, struct tong__cms *c, tong_error *err)
{
	const struct {
		const char *name, **to;
	} words[] = { { "backend", &c->backend },
				  { "repo", &c->project },
				  { "base_url", &c->base_url },
				  { "app_id", &c->app_id },
				  { "branch", &c->branch } };
	size_t n = sizeof words / sizeof *words, k;

	for (size_t i = 0; i < a->n_words; i++) {
		for (k = 0; k < n; k++)
			if (tong__starts(a->words[i], words[k].name) &&
				a->words[i][strlen(words[k].name)] == '=')
				break;
		if (k == n)
			return tong__fail(err, TONG_E_USAGE, a->words[i],
							  "wants backend=, repo=, base_url=, app_id= or branch=");
		*words[k].to = a->words[i] + strlen(words[k].name) + 1;
	}
	return 0;
}

static int check(const struct tong__args *a, const struct tong__cms *c, tong_error *err)
{
	static const char *const known[] = { "local", "git-gateway", "gitlab", "gitea" };
	size_t i = 0;

	while (i < 4 && strcmp(known[i], c->backend))
		i++;
	if (i == 4)
		return tong__fail(err, TONG_E_USAGE, c->backend,
						  "wants local, git-gateway, gitlab or gitea");
	if (i >= 2 && !*c->project)
		return tong__fail(err, TONG_E_USAGE, "repo", "wants repo=OWNER/NAME at the Git host");
	return a->out ? 0 : tong__fail(err, TONG_E_USAGE, "cms", "wants --out DIR");
}

/* Regions with a file of halls, in their order; NULL-ended, with their strings to be freed. */
static char **hall_regions(const struct tong__tree *t)
{
	char **list = calloc(t->n + 1, sizeof *list), region[16];
	size_t n = 0;

	for (size_t i = 0; list && i < t->n; i++)
		if (tong__ends(t->files[i].path, "/halls.yaml") &&
			sscanf(t->files[i].path, "local/%15[0-9]/", region) == 1 &&
			!(list[n++] = strdup(region)))
			break;
	return list;
}

static int write_file(const char *dir, const char *name, const char *bytes, size_t n,
					  tong_error *err)
{
	char *path;
	int rc;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return tong__fail_nomem(err);
	rc = tong__file_write_fast(path, bytes, n, NULL, err);
	free(path);
	return rc;
}

static int write_all(const struct tong__args *a, const struct tong__cms *c, tong_error *err)
{
	json_t *config = tong__cms_config(c);
	struct tong__buf out;
	int rc = config ? tong__mkdirs(a->out, err) : tong__fail_nomem(err);

	tong__buf_init(&out, MAX_CONFIG);
	if (!rc && tong__yaml_write(config, NULL, &out))
		rc = tong__fail(err, out.failed, "config.yml", "does not fit");
	if (!rc)
		rc = write_file(a->out, "config.yml", out.data, out.len, err);
	if (!rc)
		rc = write_file(a->out, "index.html", tong__cms_page, strlen(tong__cms_page), err);
	if (!rc && !a->quiet)
		fprintf(stderr,
				_("wrote %s; put decap-cms.js beside it (dist/ of the npm package decap-cms)\n"),
				a->out);
	json_decref(config);
	tong__buf_free(&out);
	return rc;
}

int tong__cmd_cms(const struct tong__args *a, tong_error *err)
{
	struct tong__args here = *a;
	struct tong__cms c = {
		.backend = "local", .project = "", .base_url = "", .app_id = "", .branch = "main"
	};
	struct tong__tree *tree = NULL;
	char *prefix = tong__catalogue_prefix(a), **regions = NULL;
	int rc = prefix ? read_words(a, &c, err) : tong__fail_nomem(err);

	here.worktree = true;
	if (!rc)
		rc = check(a, &c, err);
	if (!rc)
		rc = tong__catalogue_tree(&tree, &here, NULL, err);
	if (!rc) {
		regions = hall_regions(tree);
		c.folder = prefix;
		c.regions = (const char *const *)regions;
		rc = regions ? write_all(a, &c, err) : tong__fail_nomem(err);
	}
	for (char **r = regions; r && *r; r++)
		free(*r);
	free(regions);
	tong__tree_free(tree);
	free(prefix);
	return rc;
}
