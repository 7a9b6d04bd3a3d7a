/* Contact data: telephones with area code, hours that parse, consulting apart from complaining. */
#include "publisher/check.h"

#include <string.h>

#include "core/json.h"
#include "core/message.h"

static size_t digits(const char *p)
{
	return strspn(p, "0123456789");
}

/* 0826-2222222, 028-86600000, a mobile number, a five-digit hotline or 400/800; an extension may
 * follow after - or 转. */
static bool one_phone(const char *p, size_t n)
{
	size_t d = digits(p);

	if (p[0] == '0' && (d == 3 || d == 4) && p[d] == '-') {
		size_t rest = digits(p + d + 1);

		return (rest == 7 || rest == 8) && d + 1 + rest <= n;
	}
	if (p[0] == '1' && d == 11)
		return n >= 11;
	if (p[0] == '1' && d == 5)
		return n == 5;
	return (!strncmp(p, "400", 3) || !strncmp(p, "800", 3)) && n >= 10;
}

/* Several, separated by "、", "，", ";", "," or blanks. */
static bool phones(const char *p)
{
	static const char *const separators[] = {"、", "，", "；", ";", ",", " ", "/"};

	while (*p) {
		size_t n = strlen(p), skip = 0;

		for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
			const char *at = strstr(p, separators[i]);

			if (at && (size_t)(at - p) < n) {
				n = (size_t)(at - p);
				skip = strlen(separators[i]);
			}
		}
		if (!one_phone(p, n))
			return false;
		p += n + skip;
	}
	return true;
}

/* "9:00-12:00", also with —, ～ or 至 between: two times of day that exist. */
static bool has_span(const char *s)
{
	for (const char *p = strchr(s, ':'); p; p = strchr(p + 1, ':')) {
		size_t d = digits(p + 1);
		const char *rest = p + 1 + d;

		if (d != 2 || p == s || p[-1] < '0' || p[-1] > '9' || p[1] > '5')
			return false;
		if (strchr(rest, ':'))
			return true;
	}
	return false;
}

static bool hours(const char *s)
{
	return strstr(s, "24小时") || strstr(s, "24 小时") || strstr(s, "全天") || has_span(s);
}

#define PHONE N_("a telephone number with area code, like 0826-2222222")
#define HOURS N_("like “周一至周五 9:00-12:00，13:00-17:00”")

static void check_row(const struct tong__local *l, size_t row, struct tong__findings *fs)
{
	const char *phone = tong__table_cell(l->items, row, "phone");
	const char *complaint = tong__table_cell(l->items, row, "complaint_phone");
	const char *open = tong__table_cell(l->items, row, "hours");

	if (*phone && !phones(phone))
		tong__report_cell(fs, "phone-form", l, row, "phone", PHONE, phone);
	if (*complaint && !phones(complaint))
		tong__report_cell(fs, "phone-form", l, row, "complaint_phone", PHONE, complaint);
	if (*phone && !strcmp(phone, complaint))
		tong__report_cell(fs, "phone-same", l, row, "complaint_phone",
		                  "a number other than the one for questions", complaint);
	if (*open && !hours(open))
		tong__report_cell(fs, "hours-form", l, row, "hours", HOURS, open);
}

static void check_hall(const struct tong__local *l, const json_t *hall, struct tong__findings *fs)
{
	const char *phone = tong__json_str(hall, "phone"), *open = tong__json_str(hall, "hours");
	struct tong__mark p = tong__doc_mark(l->halls, hall, "phone", 0);
	struct tong__mark h = tong__doc_mark(l->halls, hall, "hours", 0);

	if (phone && *phone && !phones(phone))
		tong__find(fs, "phone-form", l->halls->path, p.line, p.column, "电话", l->region, PHONE, "%s",
		           phone);
	if (open && *open && !hours(open))
		tong__find(fs, "hours-form", l->halls->path, h.line, h.column, "办公时间", l->region, HOURS,
		           "%s", open);
}

static void check_halls(const struct tong__local *l, struct tong__findings *fs)
{
	size_t i;
	json_t *hall;

	json_array_foreach(l->halls ? tong__json_arr(l->halls->root, "halls") : NULL, i, hall)
		check_hall(l, hall, fs);
}

/* The column "phone" of agencies and intermediaries. */
static void check_phones(const struct tong__table *t, struct tong__findings *fs)
{
	for (size_t row = 0; t && row < t->n_rows; row++) {
		const char *phone = tong__table_cell(t, row, "phone"), *id = tong__table_cell(t, row, "id");

		if (*phone && !phones(phone))
			tong__report_row(fs, "phone-form", t, row, id, PHONE, phone);
	}
}

void tong__check_contacts(const struct tong__model *m, struct tong__findings *fs)
{
	check_phones(m->agencies, fs);
	check_phones(m->intermediaries, fs);
	for (size_t i = 0; i < m->n_locals; i++)
		check_halls(&m->locals[i], fs);
	for (size_t i = 0; i < m->n_locals; i++)
		for (size_t n = 0; m->locals[i].items && n < m->locals[i].items->n_rows; n++)
			check_row(&m->locals[i], n, fs);
}
