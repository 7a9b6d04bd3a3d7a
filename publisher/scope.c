/* Reading the scope file and asking it. */
#include "publisher/scope.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/message.h"
#include "core/text.h"
#include "publisher/table.h"

const char *const tong__scope_columns[] = {"path", "author", "?note", NULL};

struct tong__scope {
	struct tong__table *table;
};

/* '*' stands for anything, slashes too: "local/511602/" and everything below it is
 * "local/511602/" with a star. */
static bool covers(const char *pattern, const char *path)
{
	const char *star = NULL, *again = NULL;

	while (*path) {
		if (*pattern == '*') {
			star = pattern++;
			again = path;
		} else if (*pattern == *path) {
			pattern++;
			path++;
		} else if (star) {
			pattern = star + 1;
			path = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* "*" is everyone, "@example.cn" everyone of that domain, else the very same. */
static bool is_author(const char *wanted, const char *author)
{
	const char *domain = strrchr(author, '@');

	if (!strcmp(wanted, "*"))
		return true;
	if (*wanted == '@')
		return domain && !strcasecmp(domain, wanted);
	return *author && !strcasecmp(author, wanted);
}

static bool path_valid(const char *s)
{
	return *s && *s != '/' && !strstr(s, "..") && !strstr(s, "//") && !strchr(s, '\\');
}

static bool author_valid(const char *s)
{
	return *s && !strpbrk(s, " \t,;<>") && strcmp(s, "@");
}

const char *tong__scope_fault(const struct tong__table *t, size_t row, const char **wanted)
{
	*wanted = N_("a path inside the catalogue, for example local/511602/*");
	if (!path_valid(tong__table_cell(t, row, "path")))
		return "path";
	*wanted = N_("an address, @DOMAIN, a user name or *");
	return author_valid(tong__table_cell(t, row, "author")) ? NULL : "author";
}

static int check_row(const struct tong__table *t, size_t row, tong_error *err)
{
	const char *wanted, *column = tong__scope_fault(t, row, &wanted);

	if (!column)
		return 0;
	return tong__fail(err, TONG_E_FORMAT, "scope.csv",
	                  "rule S10: line %u: %s is “%s”; wanted: %s", t->lines[row], column,
	                  tong__table_cell(t, row, column), tong__text(wanted));
}

static int check_table(const struct tong__table *t, const struct tong__findings *fs,
                       tong_error *err)
{
	const struct tong__finding *f;
	int rc = 0;

	if (tong__findings_count(fs)) {
		f = tong__findings_at(fs, 0);
		return tong__fail(err, TONG_E_FORMAT, "scope.csv",
		                  "rule S10: line %u: %s; found: %s; wanted: %s",
		                  f->line, tong__rule_text(f->rule), f->found, f->wanted);
	}
	for (size_t i = 0; !rc && i < t->n_rows; i++)
		rc = check_row(t, i, err);
	return rc;
}

int tong__scope_read(struct tong__scope **out, const char *text, size_t n, tong_error *err)
{
	struct tong__scope *s = calloc(1, sizeof *s);
	struct tong__findings *fs = NULL;
	int rc = s && !tong__findings_new(&fs) ? 0 : tong__fail_nomem(err);

	*out = NULL;
	if (!rc)
		rc = tong__table_read(&s->table, "scope.csv", text, n, tong__scope_columns, fs, err);
	if (!rc)
		rc = check_table(s->table, fs, err);
	tong__findings_free(fs);
	if (rc) {
		tong__scope_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void tong__scope_free(struct tong__scope *s)
{
	if (!s)
		return;
	tong__table_free(s->table);
	free(s);
}

bool tong__scope_allows(const struct tong__scope *s, const char *author, const char *path)
{
	for (size_t i = 0; s && i < s->table->n_rows; i++)
		if (is_author(tong__table_cell(s->table, i, "author"), author) &&
		    covers(tong__table_cell(s->table, i, "path"), path))
			return true;
	return !s;
}

void tong__scope_paths(const struct tong__scope *s, const char *author, struct tong__buf *out)
{
	for (size_t i = 0; s && i < s->table->n_rows; i++)
		if (is_author(tong__table_cell(s->table, i, "author"), author))
			tong__buf_addf(out, "%s%s", out->len ? "、" : "", tong__table_cell(s->table, i, "path"));
}
