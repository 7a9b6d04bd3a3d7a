/* SQLite's database file format, version 3 (https://www.sqlite.org/fileformat2.html), as far as
 * tables of rows that only grow need it: leaves in a row, what points to them above, long rows
 * continued on pages of their own. */
#include "core/sqlite_write.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"

#define PAGE 4096u
/* The file's own head stands on its first page, before the page's. */
#define HEAD 100u
/* What a row keeps on its leaf when it is longer than a leaf (section 1.6). */
#define MAX_LOCAL (PAGE - 35)
#define MIN_LOCAL ((PAGE - 12) * 32 / 255 - 23)
/* Of 262 that a page can point to. */
#define FAN 256u
#define LEAF 0x0d
#define INTERIOR 0x05

struct page {
	unsigned char at[PAGE];
	uint16_t cell[PAGE / 4];   /* where each begins */
	size_t n, low;             /* how many, and where the last one begins */
};

struct child {
	uint32_t page;
	int64_t last;              /* number of its last row */
};

struct tong__sqlite {
	struct tong__buf *out;
	struct page page;          /* the leaf being filled; then what points to leaves */
	struct tong__buf types, body, cell;
	struct tong__buf children; /* struct child */
	json_t *tables;            /* [[name, root, sql]…] */
	json_t *name, *sql;        /* of the table being filled */
	int64_t row;
	int failed;
};

/* ---- numbers ---- */

static void put(struct tong__buf *out, uint64_t v, unsigned bytes)
{
	while (bytes--)
		tong__buf_addc(out, (char)(v >> (8 * bytes)));
}

static void store(unsigned char *at, uint32_t v, unsigned bytes)
{
	while (bytes--)
		*at++ = (unsigned char)(v >> (8 * bytes));
}

/* Seven bits a byte, the first ones first; below 2^56. */
static void put_varint(struct tong__buf *out, uint64_t v)
{
	unsigned more = 0;

	while (v >> (7 * (more + 1)))
		more++;
	for (; more; more--)
		tong__buf_addc(out, (char)(0x80 | (v >> (7 * more) & 0x7f)));
	tong__buf_addc(out, (char)(v & 0x7f));
}

/* ---- pages ---- */

static uint32_t pages(const struct tong__sqlite *db)
{
	return (uint32_t)(db->out->len / PAGE);
}

static void clear(struct page *p)
{
	memset(p, 0, sizeof *p);
	p->low = PAGE;
}

static bool fits(const struct page *p, size_t len)
{
	/* room for the head on every page: any of them may become the first one */
	return HEAD + 12 + 2 * (p->n + 1) + len <= p->low;
}

static void add_cell(struct page *p, const struct tong__buf *cell)
{
	p->low -= cell->len;
	memcpy(p->at + p->low, cell->data, cell->len);
	p->cell[p->n++] = (uint16_t)p->low;
}

/* Writes the page's own head, 'skip' bytes from its beginning. */
static void close_page(struct page *p, size_t skip, int kind, uint32_t right)
{
	unsigned char *at = p->at + skip;

	at[0] = (unsigned char)kind;
	store(at + 3, (uint32_t)p->n, 2);
	store(at + 5, (uint32_t)p->low, 2);
	if (kind == INTERIOR)
		store(at + 8, right, 4);
	at += kind == INTERIOR ? 12 : 8;
	for (size_t i = 0; i < p->n; i++)
		store(at + 2 * i, p->cell[i], 2);
}

static void flush_page(struct tong__sqlite *db, int kind, uint32_t right, int64_t last)
{
	struct child c = {.last = last};

	close_page(&db->page, 0, kind, right);
	tong__buf_add(db->out, db->page.at, PAGE);
	c.page = pages(db);
	tong__buf_add(&db->children, &c, sizeof c);
	clear(&db->page);
}

/* ---- rows ---- */

static void put_int(struct tong__sqlite *db, int64_t v)
{
	static const struct {
		unsigned bytes, type;
	} sizes[] = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {6, 5}, {8, 6}};
	size_t i = 0;

	if (v == 0 || v == 1) {
		put_varint(&db->types, (uint64_t)(8 + v));
		return;
	}
	while (i < 5 && (v < -(INT64_C(1) << (8 * sizes[i].bytes - 1)) ||
	                 v >= INT64_C(1) << (8 * sizes[i].bytes - 1)))
		i++;
	put_varint(&db->types, sizes[i].type);
	put(&db->body, (uint64_t)v, sizes[i].bytes);
}

static void put_text(struct tong__sqlite *db, const char *s, size_t len)
{
	put_varint(&db->types, 13 + 2 * (uint64_t)len);
	tong__buf_add(&db->body, s, len);
}

static void put_list(struct tong__sqlite *db, const json_t *v)
{
	struct tong__buf text;

	tong__buf_init(&text, TONG_MAX_RECORD);
	if (tong__json_dump(v, JSON_COMPACT, &text))
		db->failed = TONG_E_NOMEM;
	else
		put_text(db, text.data, text.len);
	tong__buf_free(&text);
}

static void put_value(struct tong__sqlite *db, const json_t *v)
{
	if (json_is_string(v))
		put_text(db, json_string_value(v), json_string_length(v));
	else if (json_is_integer(v))
		put_int(db, json_integer_value(v));
	else if (json_is_boolean(v))
		put_int(db, json_is_true(v));
	else if (v)
		put_list(db, v);
	else
		put_varint(&db->types, 0);
}

/* The rest of a row, page after page; each names the next one, the last one none. */
static void put_overflow(struct tong__sqlite *db, const char *rest, size_t len)
{
	static const unsigned char zeros[PAGE];
	size_t n;

	for (; len; rest += n, len -= n) {
		n = len < PAGE - 4 ? len : PAGE - 4;
		put(db->out, len > n ? pages(db) + 2 : 0, 4);
		tong__buf_add(db->out, rest, n);
		tong__buf_add(db->out, zeros, PAGE - 4 - n);
	}
}

/* From types and body the cell of a leaf. */
static void make_cell(struct tong__sqlite *db)
{
	size_t head = db->types.len + (db->types.len < 127 ? 1 : 2);
	size_t len = head + db->body.len, here = len;

	if (len > MAX_LOCAL) {
		here = MIN_LOCAL + (len - MIN_LOCAL) % (PAGE - 4);
		if (here > MAX_LOCAL)
			here = MIN_LOCAL;
	}
	tong__buf_clear(&db->cell);
	put_varint(&db->cell, len);
	put_varint(&db->cell, (uint64_t)db->row);
	put_varint(&db->cell, head);
	tong__buf_add(&db->cell, db->types.data, db->types.len);
	if (here == len) {
		tong__buf_add(&db->cell, db->body.data, db->body.len);
		return;
	}
	tong__buf_add(&db->cell, db->body.data, here - head);
	put(&db->cell, pages(db) + 1, 4);
	put_overflow(db, db->body.data + (here - head), len - here);
}

static bool broken(struct tong__sqlite *db)
{
	const struct tong__buf *all[] = {db->out, &db->types, &db->body, &db->cell, &db->children};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		db->failed = db->failed ? db->failed : all[i]->failed;
	return db->failed != 0;
}

void tong__sqlite_row(struct tong__sqlite *db, const json_t *const *values, size_t n)
{
	if (broken(db) || n > TONG_SQLITE_COLUMNS)
		return;
	tong__buf_clear(&db->types);
	tong__buf_clear(&db->body);
	db->row++;
	for (size_t i = 0; i < n; i++)
		put_value(db, values[i]);
	if (broken(db))
		return;
	make_cell(db);
	if (broken(db))
		return;
	if (!fits(&db->page, db->cell.len))
		flush_page(db, LEAF, 0, db->row - 1);
	add_cell(&db->page, &db->cell);
}

/* ---- tables ---- */

/* A page that points to 'n' pages; the last of them is its right one. */
static void point_to(struct tong__sqlite *db, const struct child *c, size_t n)
{
	clear(&db->page);
	for (size_t i = 0; i + 1 < n; i++) {
		tong__buf_clear(&db->cell);
		put(&db->cell, c[i].page, 4);
		put_varint(&db->cell, (uint64_t)c[i].last);
		if (broken(db))
			return;
		add_cell(&db->page, &db->cell);
	}
}

/* One level of pages above 'from', each with about as many below it. */
static void add_level(struct tong__sqlite *db, const struct child *from, size_t n)
{
	size_t groups = (n + FAN - 1) / FAN, at, end;

	for (size_t g = 0; g < groups && !broken(db); g++) {
		at = g * n / groups;
		end = (g + 1) * n / groups;
		point_to(db, from + at, end - at);
		flush_page(db, INTERIOR, from[end - 1].page, from[end - 1].last);
	}
}

/* What points to all rows since the last table lies on db->page afterwards, not yet closed: the
 * kind of the page, *right as its head needs it. */
static int gather(struct tong__sqlite *db, uint32_t *right)
{
	const struct child *all;
	struct tong__buf below;
	size_t n;

	*right = 0;
	if (db->children.len == 0)
		return LEAF;
	flush_page(db, LEAF, 0, db->row);
	while (!broken(db) && db->children.len / sizeof(struct child) > FAN) {
		below = db->children;
		tong__buf_init(&db->children, below.max);
		add_level(db, (const struct child *)(const void *)below.data,
		          below.len / sizeof(struct child));
		tong__buf_free(&below);
	}
	if (broken(db))
		return INTERIOR;
	all = (const struct child *)(const void *)db->children.data;
	n = db->children.len / sizeof *all;
	point_to(db, all, n);
	*right = all[n - 1].page;
	return INTERIOR;
}

static void open_rows(struct tong__sqlite *db)
{
	clear(&db->page);
	tong__buf_clear(&db->children);
	db->row = 0;
}

static void close_table(struct tong__sqlite *db)
{
	json_t *table;
	uint32_t right;
	int kind;

	if (!db->name || broken(db))
		return;
	kind = gather(db, &right);
	close_page(&db->page, 0, kind, right);
	tong__buf_add(db->out, db->page.at, PAGE);
	table = json_pack("[O,I,O]", db->name, (json_int_t)pages(db), db->sql);
	if (!table || json_array_append_new(db->tables, table))
		db->failed = TONG_E_NOMEM;
	json_decref(db->name);
	json_decref(db->sql);
	db->name = db->sql = NULL;
}

void tong__sqlite_table(struct tong__sqlite *db, const char *name, const char *sql)
{
	close_table(db);
	open_rows(db);
	json_decref(db->name);
	json_decref(db->sql);
	db->name = json_string(name);
	db->sql = json_string(sql);
	if (!db->name || !db->sql)
		db->failed = TONG_E_NOMEM;
}

/* ---- the file ---- */

struct tong__sqlite *tong__sqlite_new(struct tong__buf *out)
{
	struct tong__sqlite *db = calloc(1, sizeof *db);

	if (!db)
		return NULL;
	db->out = out;
	db->tables = json_array();
	db->failed = db->tables ? 0 : TONG_E_NOMEM;
	tong__buf_init(&db->types, out->max);
	tong__buf_init(&db->body, out->max);
	tong__buf_init(&db->cell, out->max);
	tong__buf_init(&db->children, out->max);
	open_rows(db);
	tong__buf_add(out, db->page.at, PAGE);   /* the first page is written last */
	return db;
}

/* Section 1.3. */
static void write_head(unsigned char *at, uint32_t n_pages)
{
	memcpy(at, "SQLite format 3", 16);
	store(at + 16, PAGE, 2);
	memcpy(at + 18, "\1\1\0\100\40\40", 6);  /* no journal of its own; the payload's fractions */
	store(at + 24, 1, 4);                    /* how often it was changed */
	store(at + 28, n_pages, 4);
	store(at + 40, 1, 4);                    /* version of the schema */
	store(at + 44, 4, 4);                    /* of the schema's format */
	store(at + 56, 1, 4);                    /* UTF-8 */
	store(at + 92, 1, 4);                    /* the number of pages is that of the first change */
	store(at + 96, 3040000, 4);              /* as SQLite 3.40 would have written it */
}

/* The list of tables; what points to its rows stands on the first page. */
static void write_schema(struct tong__sqlite *db)
{
	const json_t *table;
	json_t *kind = json_string("table");
	uint32_t right;
	int form;
	size_t i;

	open_rows(db);
	json_array_foreach(db->tables, i, table) {
		const json_t *name = json_array_get(table, 0);
		const json_t *row[] = {kind, name, name, json_array_get(table, 1),
		                       json_array_get(table, 2)};

		tong__sqlite_row(db, row, 5);
	}
	json_decref(kind);
	form = gather(db, &right);
	if (broken(db))
		return;
	close_page(&db->page, HEAD, form, right);
	write_head(db->page.at, pages(db));
	memcpy(db->out->data, db->page.at, PAGE);
}

int tong__sqlite_end(struct tong__sqlite *db)
{
	int rc;

	if (!db)
		return TONG_E_NOMEM;
	close_table(db);
	if (!broken(db))
		write_schema(db);
	rc = broken(db) ? db->failed : 0;
	json_decref(db->name);
	json_decref(db->sql);
	json_decref(db->tables);
	tong__buf_free(&db->types);
	tong__buf_free(&db->body);
	tong__buf_free(&db->cell);
	tong__buf_free(&db->children);
	free(db);
	return rc;
}
