/* The board of a node that others report to: which node holds which standard since when. Not a
 * function of records: the facts come from the node (agent/board.h). */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/page.h"

static const char *const standings[] = { "divergent", "silent", "never",    "behind", "waiting",
	                                 "ahead",     "current", "rejected", "revoked" };

enum { N_STANDINGS = sizeof standings / sizeof *standings };

/* "2026-01-31 08:00" in UTC: the same page wherever it is made. */
static void put_time(struct tong__page *p, json_t *row, const char *name, json_int_t when)
{
	time_t t = (time_t)when;
	char text[40];
	struct tm tm;

	if (when && gmtime_r(&t, &tm) && strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm))
		tong__page_str(p, row, name, text);
}

/* ---- what is wrong ---- */

/* How much, in the unit that people would say. */
static json_t *amount(struct tong__page *p, const char *what, json_int_t value)
{
	char word[64], number[24];

	if (strcmp(what, "divergent") == 0 && value == 0) /* no layer: pages, or damage */
		snprintf(word, sizeof word, "board_divergent_own");
	else if (strcmp(what, "disk") == 0 || strcmp(what, "pending") == 0 ||
	         strcmp(what, "divergent") == 0 || strcmp(what, "pages") == 0)
		snprintf(word, sizeof word, "board_%s_n", what);
	else if (value < 0)
		return amount(p, what, -value);
	else
		snprintf(word, sizeof word, "board_%s_%s", strcmp(what, "clock") == 0 ? "clock" : "for",
		         value >= 2 * 86400 ? "days" : value >= 2 * 3600 ? "hours" : "minutes");
	if (strstr(word, "_days"))
		value /= 86400;
	else if (strstr(word, "_hours"))
		value /= 3600;
	else if (strstr(word, "_minutes"))
		value /= 60;
	snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, value);
	return tong__page_say(p, word, number);
}

static void put_problems(struct tong__page *p, json_t *row, const json_t *list)
{
	json_t *out = tong__page_array(p, row, "problems");
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		const char *what = tong__json_str(one, "what");
		json_t *text = what ? amount(p, what, tong__json_int(one, "value", 0)) : NULL;

		if (text)
			tong__page_set(p, tong__page_row(p, out), "text", text);
	}
	tong__page_wrap(p, row, "problems");
}

/* ---- one node ---- */

static void put_node(struct tong__page *p, json_t *list, const json_t *node)
{
	const char *standing = tong__json_str(node, "standing"), *name = tong__json_str(node, "name");
	json_int_t release = tong__json_int(node, "release", 0);
	json_t *row = tong__page_row(p, list);
	char word[64];

	if (!row || !standing)
		return;
	snprintf(word, sizeof word, "board_%s", standing);
	tong__page_str(p, row, "name", name ? name : "");
	tong__page_str(p, row, "spoken", tong__json_str(node, "spoken"));
	tong__page_str(p, row, "region",
	               json_string_value(json_array_get(tong__json_arr(node, "regions"), 0)));
	tong__page_str(p, row, "place", tong__json_str(node, "place"));
	tong__page_str(p, row, "standing", tong__page_word(p, word));
	if (strcmp(standing, "current") == 0)
		tong__page_true(p, row, "good");
	else if (strcmp(standing, "rejected") != 0 && strcmp(standing, "revoked") != 0)
		tong__page_true(p, row, "ill");
	if (release)
		tong__page_int(p, row, "release", (size_t)release);
	put_time(p, row, "since", tong__json_int(node, "since", 0));
	put_time(p, row, "heard", tong__json_int(node, "heard", 0));
	put_problems(p, row, tong__json_arr(node, "problems"));
}

/* ---- what people said ---- */

static void put_department(struct tong__page *p, json_t *list, const json_t *one)
{
	const char *name = tong__json_str(one, "department");
	json_int_t n = tong__json_int(one, "ratings", 0),
	           tenths = n ? tong__json_int(one, "rating_sum", 0) * 10 / n : 0;
	json_t *row = tong__page_row(p, list);
	char text[40];

	if (!row)
		return;
	tong__page_str(p, row, "name",
	               name && *name ? name : tong__page_word(p, "board_department_none"));
	tong__page_int(p, row, "open", (size_t)tong__json_int(one, "open", 0));
	tong__page_int(p, row, "closed", (size_t)tong__json_int(one, "closed", 0));
	if (!n)
		return;
	snprintf(text, sizeof text, "%d.%d", (int)(tenths / 10), (int)(tenths % 10));
	tong__page_str(p, row, "rating", text);
	tong__page_int(p, row, "ratings", (size_t)n);
}

static void put_departments(struct tong__page *p)
{
	json_t *list = tong__page_array(p, p->view, "departments");
	const json_t *one;
	size_t i;

	json_array_foreach(tong__json_arr(p->more, "departments"), i, one)
		put_department(p, list, one);
	tong__page_wrap(p, p->view, "departments");
}

static void put_counts(struct tong__page *p)
{
	json_t *counts = tong__json_obj(p->more, "counts"),
	       *out = tong__page_array(p, p->view, "counts");

	for (size_t i = 0; i < N_STANDINGS; i++) {
		json_int_t n = tong__json_int(counts, standings[i], 0);
		char word[64];
		json_t *row;

		if (!n || !(row = tong__page_row(p, out)))
			continue;
		snprintf(word, sizeof word, "board_%s", standings[i]);
		tong__page_str(p, row, "label", tong__page_word(p, word));
		tong__page_int(p, row, "n", (size_t)n);
	}
}

int tong__build_board(struct tong__page *p)
{
	json_t *list = tong__page_array(p, p->view, "nodes");
	const json_t *node;
	size_t i;

	put_counts(p);
	json_array_foreach(tong__json_arr(p->more, "nodes"), i, node) put_node(p, list, node);
	tong__page_wrap(p, p->view, "nodes");
	put_departments(p);
	put_time(p, p->view, "made", tong__json_int(p->more, "time", 0));
	if (tong__json_int(p->more, "release", 0))
		tong__page_int(p, p->view, "here", (size_t)tong__json_int(p->more, "release", 0));
	tong__page_title(p, tong__page_word(p, "board_title"), tong__page_word(p, "board_description"));
	tong__page_true(p, p->view, "noindex");
	return p->err.code;
}
