/* One item's elements against one another: limits, visits, fees, results (rules as seen in a public
 * checking program). */
#include "publisher/check.h"

#include <string.h>

#include "core/json.h"
#include "core/text.h"

static bool is(const json_t *root, const char *key, const char *value)
{
	const char *s = tong__json_str(root, key);

	return s && !strcmp(s, value);
}

static void check_case_type(const struct tong__item *it, struct tong__findings *fs)
{
	const json_t *root = it->doc->root;
	json_int_t days = tong__json_int(tong__json_obj(root, "limit_promised"), "days", -1);

	if (is(root, "case_type", "1") && days > 1)
		tong__report_item(fs, "case-immediate", it, root, "case_type", "done on the same day",
		                  "done at once by its type, yet it promises more than 1 day");
	if (is(root, "case_type", "2") && days < 0 && !tong__json_obj(root, "limit_statutory"))
		tong__report_item(fs, "case-limit", it, root, "case_type", "a promised time limit",
		                  "a type that promises a limit, and no limit");
}

static void check_visits(const struct tong__item *it, struct tong__findings *fs)
{
	const json_t *root = it->doc->root;
	json_int_t visits = tong__json_int(root, "visits", -1);
	const char *reason = tong__json_str(root, "visits_reason");
	bool told = reason && *reason && strcmp(reason, "无");

	if (visits > 0 && !told)
		tong__report_item(fs, "visits-reason", it, root, "visits",
		                  "the reason why one has to come", "no reason is written");
	if (visits == 0 && told)
		tong__report_item(fs, "visits-none", it, root, "visits_reason", "nothing", reason);
	if (visits == 0 && tong__json_obj(root, "limit_promised") &&
	    !json_array_size(tong__json_arr(root, "online_depth")))
		tong__report_item(fs, "visits-online", it, root, "visits",
		                  "say how far it can be done online",
		                  "nobody has to come, and it cannot be done online");
}

static void check_fee(const struct tong__item *it, struct tong__findings *fs)
{
	const json_t *fee = tong__json_obj(it->doc->root, "fee");
	const char *basis = tong__json_str(fee, "basis"), *standard = tong__json_str(fee, "standard");
	bool charged = tong__json_bool(fee, "charged");

	if (charged && (!basis || !*basis || !standard || !*standard))
		tong__report_item(fs, "fee-basis", it, it->doc->root, "fee",
		                  "the basis and the rate of the fee",
		                  "a fee that is not fully described");
	if (fee && !charged && standard && *standard)
		tong__report_item(fs, "fee-free", it, it->doc->root, "fee", "charged: true, or no rate",
		                  "free, yet with a rate");
}

static bool bare_end(const char *name, const char *end)
{
	char quoted[32];

	strcpy(quoted, end);
	strcat(quoted, "》");
	return tong__ends(name, end) || tong__ends(name, quoted);
}

static void check_result(const struct tong__item *it, struct tong__findings *fs)
{
	const json_t *result = tong__json_obj(it->doc->root, "result");
	const char *name = tong__json_str(result, "name"), *type = tong__json_str(result, "type");

	if (!name || !*name || !type || !*type)
		return;
	if ((bare_end(name, "证") || bare_end(name, "证书") || bare_end(name, "执照")) && strcmp(type, "10"))
		tong__report_item(fs, "result-type", it, result, "type", "10 (a licence or certificate)",
		                  name);
	if ((bare_end(name, "批复") || bare_end(name, "批准文件")) && strcmp(type, "20"))
		tong__report_item(fs, "result-type", it, result, "type", "20 (a written approval)", name);
}

/* A full guide says who, what to bring, how, how long. */
static void check_guide(const struct tong__item *it, struct tong__findings *fs)
{
	const json_t *root = it->doc->root;

	if (!tong__json_str(root, "guide"))
		return;
	if (!tong__doc_section(it->doc, "受理条件"))
		tong__report_item(fs, "guide-conditions", it, root, "guide", "a section “## 受理条件”",
		                  "not written");
	if (!tong__doc_section(it->doc, "办理流程"))
		tong__report_item(fs, "guide-process", it, root, "guide", "a section “## 办理流程”",
		                  "not written");
	if (is(root, "type", "01") && !tong__doc_section(it->doc, "常见问题"))
		tong__report_item(fs, "guide-faq", it, root, "guide", "a section “## 常见问题”",
		                  "not written");
	if (!json_array_size(tong__json_arr(root, "basis")))
		tong__report_item(fs, "guide-basis", it, root, "guide", "basis", "not written");
}

void tong__check_consistency(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_items; i++) {
		const struct tong__item *it = &m->items[i];

		check_case_type(it, fs);
		check_visits(it, fs);
		check_fee(it, fs);
		check_result(it, fs);
		check_guide(it, fs);
	}
}
