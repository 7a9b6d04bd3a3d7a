/* Findings: what a check has to say, with place, rule, clause and hint. */
#ifndef TONG_PUBLISHER_FINDING_H
#define TONG_PUBLISHER_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/err.h"

enum tong__severity { TONG__NOTE, TONG__WARNING, TONG__ERROR };

/* A rule of the check: one row of the table in rules.c. */
struct tong__rule {
	const char *id;          /* "item-name-missing" */
	enum tong__severity severity;
	/* what it rests on: "GB 32100-2015", "S6", "优化营商环境条例 第三十六条"; never a standard not read */
	const char *clause;
	const char *zh, *en;     /* one sentence each: the rule */
	const char *hint_zh, *hint_en;   /* what to do */
};
extern const struct tong__rule tong__rules[];            /* ends with {.id = NULL} */
const struct tong__rule *tong__rule_find(const char *id);
/* The rule and what to do, in the language of the process; "error", "warning", "note" too. */
const char *tong__rule_text(const struct tong__rule *);
const char *tong__rule_hint(const struct tong__rule *);
const char *tong__severity_text(enum tong__severity);

struct tong__finding {
	const struct tong__rule *rule;
	char *path;              /* relative to the catalogue */
	unsigned line, column;   /* 1-based; 0 unknown */
	char *element;           /* the element's Chinese label, or "" */
	char *subject;           /* item code, region/item, agency id …: what a waiver names */
	char *found, *wanted;    /* one line each, in the language of the process */
	bool waived;
};

struct tong__findings;
int tong__findings_new(struct tong__findings **out);
void tong__findings_free(struct tong__findings *);

/* The one way to report. Unknown rule ids are a programming error (assert). Past TONG_MAX_FINDINGS
 * only counted. 'wanted' and 'found_fmt' are English and are translated here (core/message.h); a
 * value of the catalogue passes through. */
void tong__find(struct tong__findings *, const char *rule, const char *path, unsigned line,
                unsigned column, const char *element, const char *subject, const char *wanted,
                const char *found_fmt, ...)
	__attribute__((format(printf, 9, 10)));

/* From now on only findings in files for which 'wanted' says so are taken; the others are neither
 * kept nor counted. NULL: all are. */
void tong__findings_only(struct tong__findings *, bool (*wanted)(void *user, const char *path),
                         void *user);

/* Drops all findings but those in such files. */
void tong__findings_drop(struct tong__findings *, bool (*wanted)(void *user, const char *path),
                         void *user);

/* Adds to 'out' what 'now' has and 'before' has not, of this severity or a graver one and not
 * waived. Lines and columns do not tell findings apart; the same one twice is new once more. */
int tong__findings_fresh(struct tong__findings *out, const struct tong__findings *now,
                         const struct tong__findings *before, enum tong__severity least,
                         tong_error *);

/* Sorted by path, line, column, rule. */
void tong__findings_sort(struct tong__findings *);
size_t tong__findings_count(const struct tong__findings *);
const struct tong__finding *tong__findings_at(const struct tong__findings *, size_t);
struct tong__finding *tong__findings_edit(struct tong__findings *, size_t);   /* for waivers */
/* Unwaived ones of this severity, counted past the ceiling too. */
size_t tong__findings_of(const struct tong__findings *, enum tong__severity);

/* Output, in the language of the process. 'prefix' is put before every path ("catalog-data/"). */
const char *tong__finding_element(const struct tong__finding *);   /* as people call it */
enum tong__findings_format {
	TONG__FINDINGS_TEXT,
	TONG__FINDINGS_JSON,
	TONG__FINDINGS_SARIF,
};
int tong__findings_print(const struct tong__findings *, enum tong__findings_format,
                         const char *prefix, FILE *out, tong_error *);

#endif
