/* Numbers in XLSX: which styles show a date, day numbers as dates, and whole numbers digit by
 * digit. */
#include "publisher/xlsx_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"

#define MAX_STYLES 65536

struct reader {
	struct tong__xlsx *x;
	bool in_cell_formats;
	unsigned *dates;           /* ids of the workbook's own date formats */
	size_t n_dates;
};

/* Ids whose meaning the standard fixes; 27 to 36 and 50 to 58 are East Asian dates. */
static bool is_builtin_date(unsigned id)
{
	return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
	       (id >= 50 && id <= 58);
}

/* A format code with y, d, h or s outside of quotes and brackets; m alone may mean minutes: also
 * a time. */
static bool is_date_code(const char *p)
{
	for (; *p; p++) {
		if (*p == '"' || *p == '[') {
			const char *end = strchr(p + 1, *p == '"' ? '"' : ']');

			if (!end)
				return false;
			p = end;
		} else if (*p == '\\' || *p == '_' || *p == '*') {
			if (!*++p)
				return false;
		} else if (strchr("ymdhsYMDHS", *p)) {
			return true;
		}
	}
	return false;
}

static unsigned number_of(const char *s)
{
	return s ? (unsigned)strtoul(s, NULL, 10) : 0;
}

static bool is_own_date(const struct reader *r, unsigned id)
{
	for (size_t i = 0; i < r->n_dates; i++)
		if (r->dates[i] == id)
			return true;
	return false;
}

static int add_own_date(struct reader *r, unsigned id, tong_error *err)
{
	unsigned *p;

	if (r->n_dates == 1024)
		return 0;
	p = realloc(r->dates, (r->n_dates + 1) * sizeof *p);
	if (!p)
		return tong__fail_nomem(err);
	r->dates = p;
	p[r->n_dates++] = id;
	return 0;
}

static int add_style(struct reader *r, unsigned format, tong_error *err)
{
	struct tong__xlsx *x = r->x;
	unsigned char *p;

	if (x->n_styles == MAX_STYLES)
		return tong__fail(err, TONG_E_LIMIT, x->zip.subject, "more than %d cell styles",
		                  MAX_STYLES);
	if (!(x->n_styles & (x->n_styles - 1))) {
		p = realloc(x->is_date, x->n_styles ? x->n_styles * 2 : 1);
		if (!p)
			return tong__fail_nomem(err);
		x->is_date = p;
	}
	x->is_date[x->n_styles++] = is_builtin_date(format) || is_own_date(r, format);
	return 0;
}

static int on_start(void *user, const char *name, const char **a, tong_error *err)
{
	struct reader *r = user;
	const char *code = tong__xml_attribute(a, "formatCode");

	if (!strcmp(name, "cellXfs"))
		r->in_cell_formats = true;
	else if (!strcmp(name, "numFmt") && code && is_date_code(code))
		return add_own_date(r, number_of(tong__xml_attribute(a, "numFmtId")), err);
	else if (!strcmp(name, "xf") && r->in_cell_formats)
		return add_style(r, number_of(tong__xml_attribute(a, "numFmtId")), err);
	return 0;
}

static int on_end(void *user, const char *name, tong_error *err)
{
	struct reader *r = user;

	(void)err;
	if (!strcmp(name, "cellXfs"))
		r->in_cell_formats = false;
	return 0;
}

int tong__xlsx_styles(struct tong__xlsx *x, const char *path, tong_error *err)
{
	static const struct tong__xml_handler h = {on_start, on_end, NULL};
	struct reader r = {.x = x};
	int rc = tong__xml_part(&x->zip, path, &h, &r, err);

	free(r.dates);
	return rc;
}

/* Civil date of a day since 1970-01-01 (days in eras of 400 years). */
static void civil(long days, long *year, unsigned *month, unsigned *day)
{
	long z = days + 719468, era = z / 146097, doe = z - era * 146097;
	long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

bool tong__xlsx_date(const struct tong__xlsx *x, const char *number, char out[16])
{
	char *end;
	long days = strtol(number, &end, 10), year;
	unsigned month, day;
	static const char digits[] = "0123456789";

	/* From day 61 on; before, the calendar of 1900 has a day too many. 2958465 is 9999-12-31. */
	if (end == number || *end || days < 61 || days > 2958465)
		return false;
	civil(days - 25569 + (x->from_1904 ? 1462 : 0), &year, &month, &day);
	for (int i = 3; i >= 0; i--, year /= 10)
		out[i] = digits[year % 10];
	out[4] = out[7] = '-';
	out[5] = digits[month / 10];
	out[6] = digits[month % 10];
	out[8] = digits[day / 10];
	out[9] = digits[day % 10];
	out[10] = '\0';
	return true;
}

/* Digits and the place of the point of "-1.50E+3"; false for anything else. */
static bool take_apart(const char *s, char digits[32], size_t *n, long *point)
{
	bool dot = false;
	char *end;

	*n = 0;
	*point = 0;
	for (; (*s >= '0' && *s <= '9') || *s == '.'; s++) {
		if (*s == '.' ? dot : *n == 31)
			return false;
		if (*s == '.') {
			dot = true;
		} else if (*n || *s != '0') {
			digits[(*n)++] = *s;
			*point += !dot;
		} else {
			*point -= dot;
		}
	}
	if (*s == 'E' || *s == 'e') {
		long e = strtol(s + 1, &end, 10);

		if (end == s + 1 || e > 400 || e < -400)
			return false;
		*point += e;
		s = end;
	}
	while (*n && digits[*n - 1] == '0')
		--*n;
	if (!*n)
		*point = 0;
	return !*s;
}

void tong__xlsx_number(const char *s, char out[64])
{
	char digits[32];
	size_t n, o = 0;
	long point;

	snprintf(out, 64, "%s", strlen(s) < 64 ? s : _("too long a number"));
	if (!take_apart(s, digits, &n, &point) || point > 15 || (long)n > point || (!n && !strchr(s,
	                                                                                          '0')))
		return;
	for (; o < n; o++)
		out[o] = digits[o];
	while ((long)o < point)
		out[o++] = '0';
	if (!n) {
		out[0] = '0';
		o = 1;
	}
	out[o] = '\0';
}
