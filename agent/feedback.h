/* What people said, joined with the catalogue: for lists, tables, editors' tasks and counts. */
#ifndef TONG_AGENT_FEEDBACK_H
#define TONG_AGENT_FEEDBACK_H

#include "agent/life.h"

/* In the order they came, each {id,made,what,node,closed?,note?,item?,name?,department?,region?,
 * place?,field?,text?,contact?,rating?,current?}; 'current' false: the standard has changed
 * since what was seen. 'all': closed ones too. *out is yours. */
int tong__feedback_rows(tong_agent *, bool all, json_t **out, tong_error *);
/* As CSV that no spreadsheet takes for formulas (FORMAT W4). */
int tong__feedback_csv(const json_t *rows, struct tong__buf *out, tong_error *);
/* DIR/CODE.md for each item that something is open about, "other.md" for the rest; without who said
 * it. *files counts. */
int tong__feedback_tasks(tong_agent *, const json_t *rows, const char *dir, uint64_t *files,
						 tong_error *);
/* [{department,open,closed,ratings,rating_sum}] of all rows, the most first. */
json_t *tong__feedback_stats(const json_t *rows);
/* "what" in words. */
const char *tong__feedback_what(const char *what);

#endif
