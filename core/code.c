/* Item codes: which system a code belongs to, what a portal code is made of. */
#include <stdio.h>
#include <string.h>

#include "core/code.h"

/*
 * The forms of catalog-data/README.md "Codes". In a form 9 is any digit, A any capital letter, and
 * everything else itself. More particular forms come first: 5120 of 14 digits is its own system.
 */
static const struct {
	const char *form, *name;
	enum tong__code_system system;
} systems[] = {
	{"999999999999", "national-12", TONG__CODE_NATIONAL_12},
	{"519A99999999", "sichuan-12", TONG__CODE_SICHUAN_12},
	{"519A9999999999", "sichuan-14", TONG__CODE_SICHUAN_14},
	{"51209999999999", "sichuan-14-20", TONG__CODE_SICHUAN_14_20},
	{"A-999999-999", "legacy-letter", TONG__CODE_LEGACY_LETTER},
	{"A-999999-9999", "legacy-letter", TONG__CODE_LEGACY_LETTER},
	{"9A-9999-99999", "legacy-digit-letter", TONG__CODE_LEGACY_DIGIT_LETTER},
};

/* Types as Sichuan writes them in its 12-character codes, with the digits of the nation. */
static const char *const sichuan_types[][2] = {
	{"1A", "01"}, {"1E", "09"}, {"1F", "07"}, {"1G", "05"}, {"1Z", "10"},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The forms' own 5, 1, 2 and 0 stand for themselves; 9 and A stand for a class. */
static bool fits(const char *s, const char *form)
{
	for (; *form; s++, form++)
		if (*form == '9' ? !is_digit(*s) : *form == 'A' ? !is_capital(*s) : *s != *form)
			return false;
	return *s == '\0';
}

enum tong__code_system tong__code_system_of(const char *basic)
{
	size_t i;

	for (i = 0; i < sizeof systems / sizeof *systems; i++)
		if (fits(basic, systems[i].form))
			return systems[i].system;
	return TONG__CODE_UNKNOWN;
}

const char *tong__code_system_name(enum tong__code_system system)
{
	size_t i;

	for (i = 0; i < sizeof systems / sizeof *systems; i++)
		if (systems[i].system == system)
			return systems[i].name;
	return "unknown";
}

enum tong__code_system tong__code_system_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof systems / sizeof *systems; i++)
		if (!strcmp(systems[i].name, name))
			return systems[i].system;
	return TONG__CODE_UNKNOWN;
}

bool tong__code_national(const char *sichuan12, char out[13])
{
	size_t i;

	if (tong__code_system_of(sichuan12) != TONG__CODE_SICHUAN_12)
		return false;
	for (i = 0; i < sizeof sichuan_types / sizeof *sichuan_types; i++) {
		if (memcmp(sichuan12 + 2, sichuan_types[i][0], 2) != 0)
			continue;
		memcpy(out, sichuan12, 13);
		memcpy(out + 2, sichuan_types[i][1], 2);
		return true;
	}
	return false;
}

/* ---- portal codes ---- */

/* Copies s[0..n) when it is 1 to max - 1 of [0-9A-Za-z-]. */
static bool cut(const char *s, size_t n, char *out, size_t max)
{
	size_t i;

	if (n == 0 || n >= max)
		return false;
	for (i = 0; i < n; i++)
		if (!is_digit(s[i]) && !is_capital(s[i]) && !(s[i] >= 'a' && s[i] <= 'z') &&
		    s[i] != '-')
			return false;
	memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

/* "-REGION12-000-", which parts the basic code, hyphens and all, from the rest. */
static const char *find_region(const char *s)
{
	static const char mark[] = "-999999999999-000-";
	size_t i;

	for (; (s = strchr(s, '-')); s++) {
		for (i = 0; mark[i]; i++)
			if (mark[i] == '9' ? !is_digit(s[i]) : s[i] != mark[i])
				break;
		if (!mark[i])
			return s;
	}
	return NULL;
}

/* Without a region: a basic code of a known form, then whatever stands for the body. */
static void cut_without_region(const char *s, struct tong__portal_code *out)
{
	const char *end = s + strlen(s), *p;

	for (p = end; p > s; p--) {
		if ((*p && *p != '-') || !cut(s, (size_t)(p - s), out->basic, sizeof out->basic))
			continue;
		if (tong__code_system_of(out->basic) == TONG__CODE_UNKNOWN)
			continue;
		if (*p)
			cut(p + 1, (size_t)(end - p - 1), out->org, sizeof out->org);
		return;
	}
	out->basic[0] = '\0';
}

/* Where "-N-00" starts at the end of s: after the last hyphen but one. */
static const char *find_tail(const char *s)
{
	const char *end = s + strlen(s);
	int hyphens = 0;

	while (end > s)
		if (*--end == '-' && ++hyphens == 2)
			return end;
	return NULL;
}

bool tong__portal_code_read(const char *s, struct tong__portal_code *out)
{
	const char *region = find_region(s), *rest, *tail;
	bool ok;

	memset(out, 0, sizeof *out);
	if (!region) {
		cut_without_region(s, out);
		return false;
	}
	ok = cut(s, (size_t)(region - s), out->basic, sizeof out->basic);
	memcpy(out->region, region + 1, 12);
	rest = region + strlen("-999999999999-000-");
	tail = find_tail(rest);
	if (!tail) {
		cut(rest, strlen(rest), out->org, sizeof out->org);
		return false;
	}
	ok &= cut(rest, (size_t)(tail - rest), out->org, sizeof out->org);
	ok &= cut(tail + 1, strlen(tail + 1), out->tail, sizeof out->tail);
	/* N counts from 1; "null-00" is published too, and is an error to report. */
	return ok && strspn(out->tail, "0123456789") > 0 &&
	       !strcmp(out->tail + strspn(out->tail, "0123456789"), "-00");
}

bool tong__implementing_code(const char *uscc, int level, const char *basic12, char out[32])
{
	if (!tong__uscc_form(uscc) || level < 1 || level > 6 ||
	    tong__code_system_of(basic12) != TONG__CODE_NATIONAL_12)
		return false;
	snprintf(out, 32, "%s%d%s", uscc, level, basic12);
	return true;
}
