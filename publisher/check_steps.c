/* The steps of the process: how often they send people somewhere, and special ones without a
 * basis. */
#include "publisher/check.h"

#include <string.h>

#include "core/json.h"

#define LINE 400   /* bytes of a step that are looked at */

/* Copies the line at 'p', cut where the buffer ends; the next line, or NULL. */
static const char *take_line(const char *p, char line[LINE])
{
	size_t n = strcspn(p, "\n"), kept = n < LINE ? n : LINE - 1;

	while (kept < n && kept && (p[kept] & 0xc0) == 0x80)
		kept--;   /* not inside a character */
	memcpy(line, p, kept);
	line[kept] = '\0';
	return p[n] ? p + n + 1 : NULL;
}

/* "the same site visit twice": more steps send people somewhere than the number of visits says. */
static void check_visits(const struct tong__item *it, struct tong__findings *fs)
{
	static const char *const going[] = {
		"到现场", "到窗口", "到大厅", "到政务服务中心", "现场提交", "现场领取", "现场核验", "窗口领取", "窗口提交", NULL,
	};
	const struct tong__section *s = tong__doc_section(it->doc, "办理流程");
	json_int_t visits = tong__json_int(it->doc->root, "visits", -1);
	json_int_t told = 0;
	char line[LINE];

	for (const char *p = s ? s->markdown : NULL, *next; p; p = next) {
		next = take_line(p, line);
		told += tong__mentions(line, going) != NULL;
	}
	if (visits >= 0 && told > visits)
		tong__report_text(fs, "visits-steps", it, s, s->markdown,
		                  "as many as the visits that are told",
		                  "the steps speak of more visits");
}

/* Hearings, tests, inspections: such a step is only there where law asks for it. A step that names
 * its law, or an item whose special procedures name theirs, has said so. */
static void check_steps(const struct tong__item *it, struct tong__findings *fs)
{
	static const char *const special[] = {
		"听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审", "现场踏勘", "现场勘验", "公示", NULL,
	};
	const struct tong__section *s = tong__doc_section(it->doc, "办理流程");
	const struct tong__section *apart = tong__doc_section(it->doc, "特别程序");
	char line[LINE];

	if (!s || (apart && strstr(apart->markdown, "《")))
		return;
	for (const char *p = s->markdown, *next; p; p = next) {
		next = take_line(p, line);
		if (tong__mentions(line, special) && !strstr(line, "《"))
			tong__report_text(fs, "step-basis", it, s, p,
			                  "“《依据》第几条”: the law and its article", line);
	}
}

void tong__check_steps(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_items; i++) {
		check_visits(&m->items[i], fs);
		check_steps(&m->items[i], fs);
	}
}
