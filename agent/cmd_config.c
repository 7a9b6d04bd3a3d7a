/* The configuration file at work: laid under what was typed, read again, checked and shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cmd_config_file.h"
#include "core/err.h"
#include "core/message.h"

/* ---- taking it ---- */

struct faults {
	const char *path;
	json_t *list;        /* NULL: told on stderr */
	char *first;         /* NULL: nobody wants it */
	size_t first_max, n;
};

static void on_fault(void *user, unsigned line, const char *text)
{
	struct faults *f = user;

	f->n++;
	if (f->first && f->n == 1)
		snprintf(f->first, f->first_max, "%u: %s", line, text);
	else if (f->list)
		json_array_append_new(f->list,
							  json_pack("{s:i, s:s}", "line", (int)line, "message", text));
	else if (!f->first)
		fprintf(stderr, "tong-agent: %s:%u: %s\n", f->path, line, text);
}

static int read_into(struct tong__cli *cli, const char *path, const char *typed, struct faults *f,
					 tong_error *err)
{
	struct tong__config *file = NULL;
	int rc = tong__config_read(&file, path, on_fault, f, err);

	if (!rc)
		rc = tong__config_apply(file, cli, typed, on_fault, f);
	if (rc == TONG_E_ABSENT)
		rc = tong__fail(err, TONG_E_REFERENCE, path, "there is no such configuration file");
	if (rc) {
		tong__config_free(file);
		return rc;
	}
	cli->file = file;
	return 0;
}

/* A node's own regions are for init alone, how `run` writes is for `run`. */
static const char *left_out(const char *letters)
{
	bool init = strchr(letters, 'R') != NULL, run = strchr(letters, 'i') != NULL;

	return run ? "r" : init ? "vG" : "rvG";
}

int tong__cli_configure(struct tong__cli *cli, const char *typed, const char *letters,
						tong_error *err)
{
	const char *env = getenv("TONG_CONFIG");
	struct faults f = { .path = cli->config };

	if (!f.path && env && *env)
		f.path = env;
	if (!f.path || strcmp(letters, TONG_CONFIG_COMMAND) == 0)
		return 0;
	snprintf(cli->typed, sizeof cli->typed, "%s%s", typed, left_out(letters));
	cli->before = malloc(sizeof *cli->before);
	if (!cli->before)
		return tong__fail_nomem(err);
	cli->config = f.path;
	*cli->before = *cli;
	return read_into(cli, f.path, cli->typed, &f, err);
}

int tong__cli_configure_again(struct tong__cli *cli, tong_error *err)
{
	struct tong__config *old = cli->file;
	struct tong__cli now;
	char first[600] = "";
	struct faults f = { .path = cli->config, .first = first, .first_max = sizeof first };
	int rc;

	if (!cli->before)
		return 0;
	now = *cli->before;
	now.before = cli->before;
	rc = read_into(&now, cli->config, cli->typed, &f, err);
	if (!rc && strcmp(now.store, cli->store) != 0) {
		tong__config_free(now.file);
		return tong__fail(err, TONG_E_USAGE, cli->config,
						  "another store wants a restart; the old configuration stays");
	}
	if (!rc) {
		*cli = now;
		tong__config_free(old);
		return 0;
	}
	if (f.n)
		return tong__fail(err, TONG_E_FORMAT, cli->config, "%s; the old configuration stays",
						  first);
	return rc;
}

/* ---- config check, config show ---- */

static void show(void *user, const char *key, const char *value)
{
	json_t *doc = user, *had = json_object_get(doc, key);

	if (!doc)
		printf("%s = %s\n", key, value);
	else if (json_is_array(had))
		json_array_append_new(had, json_string(value));
	else if (strcmp(key, "source") == 0 || strcmp(key, "region") == 0)
		json_object_set_new(doc, key, json_pack("[s]", value));
	else
		json_object_set_new(doc, key, json_string(value));
}

static int check(struct tong__cli *cli, const char *path, tong_error *err)
{
	struct faults f = { .path = path, .list = cli->json ? json_array() : NULL };
	int rc = read_into(cli, path, "", &f, err);

	if (rc && !f.n) {
		json_decref(f.list);
		return rc;
	}
	if (cli->json)
		tong__print_doc(
			json_pack("{s:s, s:b, s:o}", "file", path, "good", rc == 0, "faults", f.list));
	else if (!rc && !cli->quiet)
		printf(_("%s: all right\n"), path);
	return rc;
}

static int show_all(struct tong__cli *cli, const char *path, tong_error *err)
{
	struct faults f = { .path = path };
	json_t *doc = cli->json ? json_object() : NULL;
	int rc = path ? read_into(cli, path, "", &f, err) : 0;

	if (!rc)
		tong__options_show(cli, show, doc);
	if (!rc && doc)
		tong__print_doc(doc);
	else
		json_decref(doc);
	return rc;
}

int tong__cmd_config(struct tong__cli *cli, tong_error *err)
{
	const char *env = getenv("TONG_CONFIG"), *path = cli->config;
	bool checking = strcmp(cli->args[0], "check") == 0;

	if (cli->n_args > 1)
		path = cli->args[1];
	else if (!path && env && *env)
		path = env;
	if (!checking && strcmp(cli->args[0], "show") != 0)
		return tong__fail(err, TONG_E_USAGE, "config", "found %s, wanted check or show",
						  cli->args[0]);
	if (checking && !path)
		return tong__fail(err, TONG_E_USAGE, "config",
						  "wanted: tong-agent config check FILE, or --config, or $TONG_CONFIG");
	return checking ? check(cli, path, err) : show_all(cli, path, err);
}
