/* `hook`: what Git calls before a commit and at a push, and the installing of it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/gate.h"

#define MAX_OBJECTS 16   /* folders of objects that Git may name */
#define MARK "tong-publish hook install"

/* Who pushes, as the host tells: the first that is set. Clients cannot set these unless the
 * server lets them. */
static const char *pusher(void)
{
	static const char *const names[] = {"TONG_PUSHER", "GIT_PUSH_USER", "GL_USERNAME",
	                                    "GITEA_PUSHER_EMAIL", "REMOTE_USER"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

/* Objects of a push lie in a folder of their own until every hook has agreed. 'copy' holds the
 * names. */
static void objects_of_push(const char *out[MAX_OBJECTS + 1], char **copy)
{
	const char *own = getenv("GIT_OBJECT_DIRECTORY");
	const char *others = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	char *save = NULL, *one;
	size_t n = 0;

	*copy = NULL;
	if (own && *own)
		out[n++] = own;
	if (others && *others)
		*copy = strdup(others);
	for (one = *copy ? strtok_r(*copy, ":", &save) : NULL; one && n < MAX_OBJECTS;
	     one = strtok_r(NULL, ":", &save))
		if (access(one, F_OK) == 0)
			out[n++] = one;
	out[n] = NULL;
}

/* The catalogue's folder without a slash at its end; malloc'd. */
static char *folder_of(const struct tong__args *a)
{
	char *folder = tong__catalogue_prefix(a);

	if (folder && *folder)
		folder[strlen(folder) - 1] = '\0';
	return folder;
}

/* ---- the hooks ---- */

static int pre_commit(struct tong__gate *g, const struct tong__args *a, tong_error *err)
{
	/* `git commit -a` and `git commit FILE` use one of their own */
	const char *index = getenv("GIT_INDEX_FILE");
	int rc = index && *index ? tong__git_use_index(g->git, index, err) : 0;

	(void)a;
	return rc ? rc : tong__gate_staged(g, err);
}

static int judge(struct tong__gate *g, const char *ref, const char *from, const char *to,
                 tong_error *err)
{
	struct tong__git_id a, b;

	if (!tong__git_id_read(from, &a) || !tong__git_id_read(to, &b))
		return tong__fail(err, TONG_E_USAGE, ref,
		                  "wants two commits of 40 hex digits, not '%.60s' and '%.60s'", from, to);
	return tong__gate_push(g, ref, &a, &b, err);
}

static int update(struct tong__gate *g, const struct tong__args *a, tong_error *err)
{
	if (a->n_words != 4)
		return tong__fail(err, TONG_E_USAGE, "hook update", "wants REF OLD NEW, as Git gives them");
	return judge(g, a->words[1], a->words[2], a->words[3], err);
}

/* Lines "OLD NEW REF": all are looked at, so that an editor mends all at once. */
static int pre_receive(struct tong__gate *g, const struct tong__args *a, tong_error *err)
{
	char line[4096], from[64], to[64], ref[2048];
	int rc = 0, one;

	(void)a;
	while (fgets(line, sizeof line, stdin)) {
		if (sscanf(line, "%63s %63s %2047[^\n]", from, to, ref) != 3)
			return tong__fail(err, TONG_E_USAGE, "hook pre-receive",
			                  "wants lines OLD NEW REF, as Git gives them");
		one = judge(g, ref, from, to, err);
		if (one && one != TONG_E_FINDINGS && one != TONG_E_ROLE)
			return one;
		rc = rc ? rc : one;
	}
	return rc;
}

/* ---- installing ---- */

/* In single quotes, for the shell. */
static void add_quoted(struct tong__buf *b, const char *s)
{
	tong__buf_addc(b, '\'');
	for (; *s; s++)
		if (*s == '\'')
			tong__buf_adds(b, "'\\''");
		else
			tong__buf_addc(b, *s);
	tong__buf_addc(b, '\'');
}

static void write_script(struct tong__buf *b, const char *hook, const char *folder,
                         const struct tong__args *a)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	exe[n < 0 ? 0 : n] = '\0';
	tong__buf_adds(b, "#!/bin/sh\n# Written by " MARK "; delete this file to open the gate.\n"
	                  "tong=$(command -v tong-publish) || tong=");
	add_quoted(b, exe);
	tong__buf_addf(b, "\nexec \"$tong\" hook %s --path ", hook);
	add_quoted(b, folder);
	if (a->lang) {
		tong__buf_adds(b, " --lang ");
		add_quoted(b, a->lang);
	}
	tong__buf_adds(b, !strcmp(hook, "update") ? " \"$1\" \"$2\" \"$3\"\n" : "\n");
}

/* A hook that somebody else wrote is not ours to replace. */
static int check_free(const char *path, tong_error *err)
{
	struct tong__buf b;
	int rc;

	tong__buf_init(&b, 1u << 20);
	rc = tong__file_read(path, &b, NULL);
	if (rc == TONG_E_ABSENT || (!rc && b.data && strstr(b.data, MARK)))
		rc = 0;
	else
		rc = tong__fail(err, TONG_E_USAGE, path, "there is a hook already: move it away, or call "
		                "`tong-publish hook` from it");
	tong__buf_free(&b);
	return rc;
}

static int put_script(const char *path, const char *hook, const char *folder,
                      const struct tong__args *a, tong_error *err)
{
	struct tong__buf b;
	int rc = check_free(path, err);

	tong__buf_init(&b, 65536);
	write_script(&b, hook, folder, a);
	if (!rc)
		rc = b.failed ? tong__fail_nomem(err) : tong__mkdirs_for(path, err);
	if (!rc)
		rc = tong__file_write(path, b.data, b.len, err);
	if (!rc && chmod(path, 0755))
		rc = tong__fail_errno(err, 1, path, "cannot make it executable");
	tong__buf_free(&b);
	return rc;
}

/* In a bare repository pre-receive, since what it refuses never enters; in an editor's
 * pre-commit. */
static int install(struct tong__gate *g, const struct tong__args *a, tong_error *err)
{
	const char *hook = a->n_words > 1 ? a->words[1] : a->bare ? "pre-receive" : "pre-commit";
	char *dir, *path = NULL;
	int rc;

	if (strcmp(hook, "pre-commit") && strcmp(hook, "pre-receive") && strcmp(hook, "update"))
		return tong__fail(err, TONG_E_USAGE, hook,
		                  "there is no such hook: pre-commit, pre-receive or update");
	dir = tong__git_hooks(g->git);
	if (!dir || asprintf(&path, "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", hook) < 0)
		rc = tong__fail_nomem(err);
	else
		rc = put_script(path, hook, g->folder, a, err);
	if (!rc && !a->quiet)
		printf("%s\n", path);
	free(dir);
	free(path);
	return rc;
}

static const struct {
	const char *name;
	int (*run)(struct tong__gate *, const struct tong__args *, tong_error *);
} hooks[] = {
	{"pre-commit", pre_commit},
	{"pre-receive", pre_receive},
	{"update", update},
	{"install", install},
};

int tong__cmd_hook(const struct tong__args *a, tong_error *err)
{
	struct tong__gate g = {.pusher = pusher(), .out = stderr};
	const char *name = a->n_words ? a->words[0] : "", *objects[MAX_OBJECTS + 1];
	const char *repo = a->bare ? a->bare : a->repo ? a->repo : ".";
	char *copy, *folder = folder_of(a);
	size_t i = 0, n = sizeof hooks / sizeof *hooks;
	int rc = folder ? 0 : tong__fail_nomem(err);

	while (i < n && strcmp(hooks[i].name, name))
		i++;
	if (!rc && i == n)
		rc = tong__fail(err, TONG_E_USAGE, "hook",
		                "wants pre-commit, pre-receive, update or install");
	objects_of_push(objects, &copy);
	g.folder = folder;
	if (!rc)
		rc = tong__git_open_store(&g.git, repo, objects, err);
	if (!rc)
		rc = hooks[i].run(&g, a, err);
	if ((rc == TONG_E_FINDINGS || rc == TONG_E_ROLE) && err)
		*err->message = '\0';   /* the editor was told */
	tong__git_close(g.git);
	free(copy);
	free(folder);
	return rc;
}
