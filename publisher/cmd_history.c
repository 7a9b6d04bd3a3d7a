/* `history CODE`: who changed an item when, in plain words. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/git.h"
#include "publisher/history.h"

static void print_entry(const json_t *entry)
{
	const char *date = tong__json_str(entry, "date"), *commit = tong__json_str(entry, "commit");
	const json_t *what = tong__json_arr(entry, "what"), *one;
	size_t i;

	printf("%s  %s  ", date ? date : "-", commit ? commit : "-");
	json_array_foreach(what, i, one)
		printf("%s%s", i ? _("; ") : "", json_string_value(one));
	putchar('\n');
}

static int tell(const char *code, json_t *log, const char *retired, bool json, tong_error *err)
{
	const json_t *entry;
	size_t i;

	if (json)
		return tong__answer(json_pack("{s:s, s:s*, s:O}", "code", code, "retired", retired, "log",
		                              log),
		                    err);
	if (retired)
		printf(_("%s  cancelled: %s\n"), code, retired);
	json_array_foreach(log, i, entry)
		print_entry(entry);
	return 0;
}

/* The repository and the catalogue's folder in it, without a slash at its end. */
static int open_git(struct tong__git **git, char **folder, const struct tong__args *a,
                    tong_error *err)
{
	char *repo = tong__catalogue_repo(a);
	int code;

	*folder = tong__catalogue_prefix(a);
	if (*folder && **folder)
		(*folder)[strlen(*folder) - 1] = '\0';
	code = *folder ? tong__git_open(git, repo ? repo : ".", a->rev, err) : tong__fail_nomem(err);
	free(repo);
	return code;
}

int tong__cmd_history(const struct tong__args *a, tong_error *err)
{
	json_t *all = NULL, *retired = NULL, *log;
	const char *item = a->n_words ? a->words[0] : NULL;
	struct tong__git *git = NULL;
	char *folder = NULL;
	bool shallow = false;
	int code;

	if (!item)
		return tong__fail(err, TONG_E_USAGE, "history", "wants the code of an item");
	code = open_git(&git, &folder, a, err);
	if (!code)
		code = tong__history_of(git, folder, item, &all, &retired, &shallow, err);
	log = tong__json_arr(all, item);
	if (!code && shallow)
		tong__summary(a, "a shallow clone: git fetch --unshallow brings what is older");
	if (!code && log)
		code = tell(item, log, tong__json_str(retired, item), a->json, err);
	else if (!code)
		code = tong__fail(err, TONG_E_NOTFOUND, item, "no commit of %s:%s knows this item", a->rev,
		                  folder);
	json_decref(all);
	json_decref(retired);
	tong__git_close(git);
	free(folder);
	return code;
}
