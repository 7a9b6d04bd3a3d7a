/* Contact data of a region: telephones with area code, hours that parse, consulting apart from
 * complaining. */
#include "publisher/check.h"

#include <string.h>

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

static void check_row(const struct tong__local *l, size_t row, struct tong__findings *fs)
{
	const char *phone = tong__table_cell(l->items, row, "phone");
	const char *complaint = tong__table_cell(l->items, row, "complaint_phone");
	const char *open = tong__table_cell(l->items, row, "hours");

	if (*phone && !phones(phone))
		tong__report_cell(fs, "phone-form", l, row, "phone", "带区号的电话，如 0826-2222222", phone);
	if (*complaint && !phones(complaint))
		tong__report_cell(fs, "phone-form", l, row, "complaint_phone", "带区号的电话，如 0826-2222222",
		                  complaint);
	if (*phone && !strcmp(phone, complaint))
		tong__report_cell(fs, "phone-same", l, row, "complaint_phone", "与咨询电话不同的号码", complaint);
	if (*open && !hours(open))
		tong__report_cell(fs, "hours-form", l, row, "hours", "如 周一至周五 9:00-12:00，13:00-17:00",
		                  open);
}

void tong__check_contacts(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_locals; i++)
		for (size_t n = 0; m->locals[i].items && n < m->locals[i].items->n_rows; n++)
			check_row(&m->locals[i], n, fs);
}
