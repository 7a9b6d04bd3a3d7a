/* Codes: USCC, organisation code, national basic and implementing codes, Sichuan portal forms
 * (catalog-data/README.md "Codes"). */
#ifndef TONG_CORE_CODE_H
#define TONG_CORE_CODE_H

#include <stdbool.h>
#include <stddef.h>

/* GB 32100-2015: 18 characters of its alphabet; the last is the check digit. */
bool tong__uscc_form(const char *);
bool tong__uscc_valid(const char *);          /* form and check digit */
char tong__uscc_check_digit(const char *first17);  /* 0 when a character is outside the alphabet */
/* GB 11714-1997: 9 characters, optional hyphen before the last. */
bool tong__orgcode_valid(const char *);

enum tong__code_system {
	TONG__CODE_UNKNOWN,
	TONG__CODE_NATIONAL_12,
	TONG__CODE_SICHUAN_12,
	TONG__CODE_SICHUAN_14,
	TONG__CODE_SICHUAN_14_20,
	TONG__CODE_LEGACY_LETTER,
	TONG__CODE_LEGACY_DIGIT_LETTER
};
enum tong__code_system tong__code_system_of(const char *basic);
const char *tong__code_system_name(enum tong__code_system);       /* "national-12" …; "unknown" */
enum tong__code_system tong__code_system_named(const char *name); /* UNKNOWN when there is none */
/* sichuan-12 -> national-12 (type written 1A.. becomes 01..): false when it is not that form. */
bool tong__code_national(const char *sichuan12, char out[13]);

/* A Sichuan portal code BASIC-REGION12-000-ORG-N-00 cut into its parts; false (and what could be
 * cut) when it does not have the form. */
struct tong__portal_code {
	char basic[41], region[13], org[33], tail[17];
};
bool tong__portal_code_read(const char *, struct tong__portal_code *out);

/* 31 = USCC + level + basic 12; false unless both parts have the form. */
bool tong__implementing_code(const char *uscc, int level, const char *basic12, char out[32]);

#endif
