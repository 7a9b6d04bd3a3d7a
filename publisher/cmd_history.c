/* `history CODE`: who changed an item when, in plain words. */
#include <string.h>

#include "core/json.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/history.h"

static void print_entry(const json_t *entry)
{
	const char *date = tong__json_str(entry, "date"), *commit = tong__json_str(entry, "commit");
	const json_t *what = tong__json_arr(entry, "what"), *one;
	size_t i;

	printf("%s  %s  ", date ? date : "-", commit ? commit : "-");
	json_array_foreach(what, i, one)
		printf("%s%s", i ? "；" : "", json_string_value(one));
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
		printf("%s  已取消：%s\n", code, retired);
	json_array_foreach(log, i, entry)
		print_entry(entry);
	return 0;
}

int tong__cmd_history(const struct tong__args *a, tong_error *err)
{
	json_t *all = NULL, *retired = NULL, *log;
	struct tong__tree *tree = NULL;
	const char *item = a->n_words ? a->words[0] : NULL;
	int code;

	if (!item)
		return tong__fail(err, TONG_E_USAGE, "history", "wants the code of an item");
	code = tong__catalogue_tree(&tree, a, NULL, err);
	if (!code)
		code = tong__history_read(tree, &all, &retired, err);
	if (!code) {
		log = tong__json_arr(all, item);
		if (log)
			code = tell(item, log, tong__json_str(retired, item), a->json, err);
		else
			code = tong__fail(err, TONG_E_NOTFOUND, item, "no commit of %s knows this item",
			                  tong__tree_label(tree));
	}
	json_decref(all);
	json_decref(retired);
	tong__tree_free(tree);
	return code;
}
