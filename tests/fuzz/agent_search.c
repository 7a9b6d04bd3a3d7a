/* Fuzzes what people ask a node for: the lines of the input are words or a code, a region, a second
 * region or day; every call answers JSON or says why not. */
#include <stdint.h>

#include "agent/query.h"
#include "core/element.h"
#include "core/text.h"
#include "tests/unit/agent_node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static tong_agent *node;

/* Words of another language, sayings, themes: what the search by names knows besides names. */
static void start(void)
{
	static const char *const regions[] = { "511602", "510104", NULL };
	static struct province p;
	tong_sync_result r = TONG_SYNC_RESULT_INIT;
	tong_error err;

	p_new(&p, "search");
	p_put(&p, "base", "catalogue",
		  "{\"title\":\"指南\",\"layers\":[\"511602\"],\"languages\":[\"zh-CN\",\"en\"]}");
	p_put(&p, "base", "region/510000", "{\"name\":\"四川省\",\"level\":1}");
	p_put(&p, "base", "region/511602",
		  "{\"name\":\"广安区\",\"level\":3,\"parent\":\"510000\"}");
	p_put(&p, "base", "synonyms", "{\"pairs\":[[\"身份证\",\"居民身份证\"],[\"补办\",\"换领\"]]}");
	p_put(&p, "base", "theme/p01",
		  "{\"name\":\"户籍\",\"audience\":\"person\",\"words\":[\"身份证\",\"户口\"]}");
	p_put(&p, "base", "text/en/item/511A0138000000",
		  "{\"t\":{\"name\":\"Identity card\"},\"source\":\"us\"}");
	p_item(&p, "511A0138000002", "Café 许可 ＡＢＣ１２", "一二三");
	p_put(&p, "r510104", "listing/511A0138000000",
		  "{\"item\":\"511A0138000000\",\"cases\":[{\"visits\":1}]}");
	p_put(&p, "r510104", "listing/511A0007700001",
		  "{\"item\":\"511A0007700001\",\"cases\":[{\"visits\":0}]}");
	p_release(&p);
	p_node_of(&p, "search-node", regions, &node);
	if (tong_agent_sync(node, NULL, &r, &err))
		abort();
}

/* An answer is a JSON object, a refusal has its reason. */
static void check(int rc, char **answer, const tong_error *err)
{
	bool answers = !rc || rc == TONG_E_DIFFERS;
	json_t *doc = answers ? json_loads(*answer, 0, NULL) : NULL;

	if (answers ? !json_is_object(doc) : rc != err->code || !err->message[0])
		abort();
	if (answers)
		tong_agent_free(*answer);
	json_decref(doc);
}

static void ask(const char *what, const char *region, const char *other)
{
	tong_error err = TONG_ERROR_INIT;
	const char *in = *region ? region : NULL;
	char *text = NULL;

	check(tong_agent_search(node, what, in, 5, &text, &err), &text, &err);
	check(tong_agent_show(node, what, in, &text, &err), &text, &err);
	check(tong_agent_check(node, what, other, &text, &err), &text, &err);
	check(tong_agent_history(node, what, &text, &err), &text, &err);
	check(tong_agent_compare(node, region, other, &text, &err), &text, &err);
	check(tong_agent_whatsnew(node, other, &text, &err), &text, &err);
}

/* The query alone: its terms lie within the text, a snippet is one line of UTF-8. */
static void read_query(const char *typed)
{
	static const char text[] = "年满十六周岁的公民，凭居民户口簿 ID card 申请领取居民身份证。";
	struct tong__query q;
	struct tong__buf out;

	if (!tong__utf8_valid(typed, strlen(typed), NULL) || !tong__query_read(&q, typed))
		return;
	tong__buf_init(&out, 1 << 16);
	for (size_t i = 0; i < q.n_terms; i++)
		if (q.terms[i].n == 0 || q.terms[i].at + q.terms[i].n > strlen(q.text))
			abort();
	tong__query_all(&q, &out);
	tong__buf_free(&out);
	tong__buf_init(&out, 1 << 16);
	tong__query_snippet(&q, text, sizeof text - 1, &out);
	if (out.len && (memchr(out.data, '\n', out.len) || !tong__utf8_valid(out.data, out.len, NULL)))
		abort();
	tong__buf_free(&out);
}

static char *cut_line(char **p)
{
	char *line = *p;

	*p += strcspn(*p, "\n");
	if (**p)
		*(*p)++ = '\0';
	return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = strndup((const char *)data, n), *at = text, *what, *region;

	if (!node)
		start();
	if (!text)
		return 0;
	what = cut_line(&at);
	region = cut_line(&at);
	ask(what, region, cut_line(&at));
	read_query(what);
	free(text);
	return 0;
}
