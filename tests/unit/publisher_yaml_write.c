/* Writing YAML: every file of the real catalogue comes back byte for byte, and hard values come
 * back as they were. */
#include "publisher/translation.h"
#include "publisher/yaml_write.h"

#include <dirent.h>
#include <limits.h>

#include "core/file.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/model.h"
#include "tests/lib/check.h"

static size_t n_files;

static const struct tong__element *order_of(const char *path)
{
	if (strstr(path, "/lang/"))
		return tong__text_elements;
	return strstr(path, "/items/") ? tong__item_elements : NULL;
}

/* Reads, writes, compares. */
static void one_file(const char *path)
{
	struct tong__buf text, out;
	struct tong__findings *fs;
	struct tong__doc *d;
	tong_error err = TONG_ERROR_INIT;
	bool md = tong__ends(path, ".md");

	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	tong__buf_init(&out, TONG_MAX_SOURCE_FILE);
	CHECK_INT(tong__findings_new(&fs), 0);
	CHECK_INT(tong__file_read(path, &text, &err), 0);
	CHECK_INT((md ? tong__doc_markdown : tong__doc_yaml)(&d, path, text.data, text.len, fs, &err),
	          0);
	CHECK_INT(tong__findings_count(fs), 0);
	if (md)
		CHECK_INT(tong__yaml_write_markdown(d->root, d->sections, d->n_sections,
		                                    order_of(path), &out), 0);
	else
		CHECK_INT(tong__yaml_write(d->root, order_of(path), &out), 0);
	if (strcmp(out.data, text.data))
		printf("%s\n", path);
	CHECK_STR(out.data, text.data);
	n_files++;
	tong__doc_free(d);
	tong__findings_free(fs);
	tong__buf_free(&text);
	tong__buf_free(&out);
}

static void every_file(const char *dir)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(dir);

	CHECK(d != NULL);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (e->d_type == DT_DIR)
			every_file(path);
		else if (tong__ends(path, ".yaml") || (strstr(path, "/items/") && tong__ends(path, ".md")))
			one_file(path);
		CHECK_ALIVE();
	}
	closedir(d);
}

static void real_catalogue_comes_back(void)
{
	every_file("catalog-data");
	CHECK_ALIVE();
	CHECK(n_files > 1200);
}

/* Values -> text -> the same values. */
static void comes_back(const json_t *root)
{
	struct tong__buf out;
	struct tong__findings *fs;
	struct tong__doc *d;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&out, TONG_MAX_SOURCE_FILE);
	CHECK_INT(tong__findings_new(&fs), 0);
	CHECK_INT(tong__yaml_write(root, NULL, &out), 0);
	CHECK_INT(tong__doc_yaml(&d, "x.yaml", out.data, out.len, fs, &err), 0);
	if (tong__findings_count(fs))
		printf("%s\n%s\n", tong__findings_at(fs, 0)->found, out.data);
	CHECK_INT(tong__findings_count(fs), 0);
	if (!json_equal(root, d->root))
		printf("%s\n", out.data);
	CHECK(json_equal(root, d->root));
	tong__doc_free(d);
	tong__findings_free(fs);
	tong__buf_free(&out);
}

static const char *const hard[] = {
	"", " ", "a ", " a", "true", "NO", "null", "~", "0123", "12", "-1", "1.5", "2026-01-01",
		"12:30",
	"1e5", "0x1F", "a: b", "a:", "a #b", "#a", "- a", "-a", "? a", "[a]", "{a}", "a, b", "a]b",
		"&a",
	"*a", "!a", "|", ">", "%a", "@a", "`a", "\"a\"", "'a'", "it's", "a\\b", "a\nb", "a\nb\n",
		"\na\n",
	"a\n\n", " a\nb\n", "a\tb", "\ta\n", "a\x01" "b", "\xc2\x85", "\xe2\x80\xa8",
		"\xef\xbb\xbf" "a",
	"中文：值", "（括号）", "《法》第十条；《法》第十一条", "---", "...", "a\n---\nb\n", "𠮷野家", "=1+1", "<<",
	"- a\n- b\n", "a\n  b\n", "a \nb\n",
};

static void hard_values_come_back(void)
{
	json_t *root = json_object(), *list = json_array();

	for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
		char name[16];

		snprintf(name, sizeof name, "k%zu", i);
		json_object_set_new(root, name, json_string(hard[i]));
		json_array_append_new(list, json_string(hard[i]));
	}
	json_object_set_new(root, "list", list);
	json_object_set(root, "map", json_object_get(root, "list"));
	json_object_set_new(root, "flow", json_pack("{s:O, s:s}", "list", list, "x", "a\nb\n"));
	json_object_set_new(root, "number", json_integer(-5));
	json_object_set_new(root, "yes", json_true());
	json_object_set_new(root, "none", json_array());
	json_object_set_new(root, "nothing", json_object());
	comes_back(root);
	json_object_set_new(root, "articles", json_pack("[{s:s, s:s}, {s:s}]", "article", "第一条",
	                                                "text", "甲\n\n乙\n", "article", "第二条"));
	comes_back(root);
	json_decref(root);
}

/* The order of members is the table's, whatever order they came in. */
static void order_is_the_tables(void)
{
	struct tong__buf out;
	json_t *root = json_pack("{s:s, s:{s:s, s:i}, s:s, s:s}", "source", "x", "limit_promised",
	                         "unit", "1", "days", 5, "code", "1", "strange", "z");

	tong__buf_init(&out, 4096);
	CHECK_INT(tong__yaml_write(root, tong__item_elements, &out), 0);
	CHECK_STR(out.data,
	          "code: \"1\"\nlimit_promised: {days: 5, unit: \"1\"}\nsource: x\nstrange: z\n");
	tong__buf_free(&out);
	json_decref(root);
}

int main(void)
{
	RUN(real_catalogue_comes_back);
	RUN(hard_values_come_back);
	RUN(order_is_the_tables);
	return tong_test_done();
}
