/* The public functions: what they answer, what they refuse, and what they leave alone. */
#include "tests/unit/agent_node.h"

#define ITEM "511A0138000000"

static struct province p;
static tong_agent *a;
static tong_error err;
static char *text;

static void begin(const char *name)
{
	p_begin(&p, name, &a);
}

static void end(void)
{
	tong_agent_free(text);
	text = NULL;
	tong_agent_close(a);
	p_free(&p);
}

static bool says(const char *part)
{
	bool found = text && strstr(text, part);

	if (!found)
		printf("no %s in %s\n", part, text ? text : "(null)");
	return found;
}

static void before_the_first_sync(void)
{
	const char *type;
	size_t n;

	begin("empty");
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_show(a, ITEM, NULL, &text, &err)), "TONG_E_NOTFOUND");
	CHECK(strstr(err.message, "tong-agent sync") != NULL);
	CHECK_STR(tong_code_name(tong_agent_search(a, "证", NULL, 0, &text, &err)), "TONG_E_NOTFOUND");
	CHECK_STR(tong_code_name(tong_agent_page(a, "/", &text, &n, &type, &err)), "TONG_E_NOTFOUND");
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, &err)), "TONG_E_NOTFOUND");
	CHECK_INT(tong_agent_status(a, &text, &err), 0);
	CHECK(says("\"release\":0") && says("\"current\":false") && says("\"regions\":[\"511602\"]"));
	end();
}

static void status_tells_what_is_held(void)
{
	begin("status");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_status(a, &text, &err), 0);
	CHECK(says("\"release\":1") && says("\"current\":true") &&
		  says("\"name\":\"base\",\"records\":8"));
	CHECK(says("\"timestamp\":\"2030-01-01T00:00:00Z\"") && says("\"expired\":[]"));
	CHECK(says("\"last_sync\":{\"time\":\"2027-01-15T08:00:00Z\",\"way\":\"full\""));
	end();
}

static void show_joins_the_region(void)
{
	begin("show");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_show(a, ITEM, NULL, &text, &err), 0);
	CHECK(says("\"name\":\"居民身份证办理\"") && says("\"where\":[\"511602\"]") &&
		  !strstr(text, "\"listed\""));
	CHECK(!strstr(text, "\"k\":"));
	tong_agent_free(text);
	CHECK_INT(tong_agent_show(a, "511z07001006", "511602", &text, &err),
			  0); /* an alias, in lower case */
	CHECK(says("\"code\":\"511A0007700001\"") && says("\"listed\":false"));
	tong_agent_free(text);
	CHECK_INT(tong_agent_show(a, ITEM "-511602000000-000-X-1-00", "511602101", &text, &err), 0);
	CHECK(says("\"region\":\"511602\"") && says("\"listed\":true") && says("户籍窗口身份证换领"));
	CHECK(says("\"halls\":{\"main\":{\"name\":\"广安区政务服务中心\"") &&
		  says("\"agencies\":{\"511602-03\""));
	tong_agent_free(text);
	CHECK_STR(tong_code_name(tong_agent_show(a, "nothing", NULL, &text, &err)), "TONG_E_NOTFOUND");
	CHECK(text == NULL);
	CHECK_STR(tong_code_name(tong_agent_show(a, ITEM, "510104", &text, &err)), "TONG_E_NOTFOUND");
	CHECK_STR(tong_code_name(tong_agent_show(a, ITEM, "5101", &text, &err)), "TONG_E_USAGE");
	end();
}

static void an_alias_of_two_items_is_not_guessed(void)
{
	begin("two");
	CHECK_ALIVE();
	p_put(&p, "r511602", "listing/511A0138000001",
		  "{\"item\":\"511A0138000001\",\"cases\":[{\"published_code\":\"SAME\"}]}");
	p_put(&p, "r511602", "listing/511A0007700001",
		  "{\"item\":\"511A0007700001\",\"cases\":[{\"published_code\":\"same\"}]}");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_STR(tong_code_name(tong_agent_show(a, "SAME", NULL, &text, &err)), "TONG_E_NOTFOUND");
	CHECK(strstr(err.message, "2 items") && strstr(err.message, "511A0138000001"));
	end();
}

static void check_compares_fingerprints(void)
{
	char print[16] = "";
	json_t *doc;

	begin("check");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_show(a, ITEM, NULL, &text, &err), 0);
	doc = json_loads(text, 0, NULL);
	snprintf(print, sizeof print, "%s", json_string_value(json_object_get(doc, "fingerprint")));
	json_decref(doc);
	tong_agent_free(text);
	CHECK_INT(strlen(print), 9);
	CHECK_INT(tong_agent_check(a, ITEM, print, &text, &err), 0);
	CHECK(says("\"match\":true"));
	tong_agent_free(text);
	print[0] = print[0] == 'A' ? 'B' : 'A';
	CHECK_STR(tong_code_name(tong_agent_check(a, ITEM, print, &text, &err)), "TONG_E_DIFFERS");
	CHECK(says("\"match\":false"));
	CHECK_STR(tong_code_name(tong_agent_check(a, ITEM, "123", NULL, &err)), "TONG_E_USAGE");
	CHECK_STR(tong_code_name(tong_agent_check(a, "nothing", print, NULL, &err)), "TONG_E_NOTFOUND");
	end();
}

static void history_is_the_log(void)
{
	begin("history");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_history(a, ITEM, &text, &err), 0);
	CHECK(says("\"what\":[\"首次收录\"]") && says("\"date\":\"2027-01-01\""));
	tong_agent_free(text);
	CHECK_INT(tong_agent_history(a, "511A0138000001", &text, &err), 0);
	CHECK(says("\"log\":[]"));
	end();
}

static void news_are_what_changed_since(void)
{
	begin("whatsnew");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_whatsnew(a, "2027-01-01", &text, &err), 0);
	CHECK(says("\"code\":\"" ITEM "\"") && says("\"what\":[\"首次收录\"]"));
	tong_agent_free(text);
	CHECK_INT(tong_agent_whatsnew(a, "2027-01-02", &text, &err), 0);
	CHECK(says("\"changes\":[]"));
	tong_agent_free(text);
	CHECK_STR(tong_code_name(tong_agent_whatsnew(a, "2027-1-2", &text, &err)), "TONG_E_USAGE");
	end();
}

static void pages_come_from_the_store(void)
{
	const char *type = NULL;
	size_t n = 0;

	begin("pages");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_INT(tong_agent_page(a, "/static/style.css", &text, &n, &type, &err), 0);
	CHECK_STR(text, "body{}");
	CHECK_INT(n, 6);
	CHECK(strncmp(type, "text/css", 8) == 0);
	tong_agent_free(text);
	CHECK_STR(tong_code_name(tong_agent_page(a, "/static/none", &text, &n, &type, &err)),
			  "TONG_E_NOTFOUND");
	CHECK(text == NULL);
	/* A new look is seen by an agent that has the old one compiled. */
	p_put(&p, "site", "asset/style.css", "{\"type\":\"text/css\",\"text\":\"p{}\"}");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	CHECK_INT(tong_agent_page(a, "/static/style.css", &text, &n, &type, &err), 0);
	CHECK_STR(text, "p{}");
	end();
}

static void structs_may_be_older(void)
{
	struct {
		size_t size;
		uint64_t changed, requests;
	} old = { sizeof old, 9, 9 };
	struct {
		size_t size;
		void *user;
		int64_t (*now)(void *);
	} old_options = { sizeof old_options, NULL, p_now };
	tong_options none = { .size = 0 };
	tong_agent *b;

	begin("older");
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_open(&b, p_node_dir("older-node"), &none, &err)),
			  "TONG_E_USAGE");
	CHECK_INT(tong_agent_open(&b, p_node_dir("older-node"),
							  (const tong_options *)(void *)&old_options, &err),
			  0);
	CHECK_INT(tong_agent_sync(b, NULL, (tong_sync_result *)(void *)&old, &err), 0);
	CHECK_INT(old.size, sizeof old);
	CHECK_INT(old.changed, 1);
	tong_agent_close(b);
	end();
}

/* A host made for a newer library: fine until it asks for what this one does not know. */
static void structs_may_be_newer(void)
{
	struct {
		tong_options known;
		void *later;
	} newer = { TONG_OPTIONS_INIT, NULL };
	struct {
		tong_export_options known;
		uint64_t later;
	} stick = { TONG_EXPORT_OPTIONS_INIT, 1 };
	struct {
		tong_sync_result known;
		uint64_t later;
	} result = { TONG_SYNC_RESULT_INIT, 77 };
	tong_agent *b = NULL;

	begin("newer");
	CHECK_ALIVE();
	newer.known.size = sizeof newer;
	newer.known.now = p_now;
	result.known.size = sizeof result;
	stick.known.size = sizeof stick;
	CHECK_INT(tong_agent_open(&b, p_node_dir("newer-node"), &newer.known, &err), 0);
	CHECK_INT(tong_agent_sync(b, NULL, &result.known, &err), 0);
	CHECK_INT(result.known.release, 1);
	CHECK_INT(result.later, 77);
	CHECK_STR(tong_code_name(tong_agent_export(b, "never", &stick.known, NULL, &err)),
			  "TONG_E_USAGE");
	CHECK_STR(err.subject, "tong_export_options");
	tong_agent_close(b);
	newer.later = &b;
	b = NULL;
	CHECK_STR(tong_code_name(tong_agent_open(&b, p_node_dir("newer-node"), &newer.known, &err)),
			  "TONG_E_USAGE");
	CHECK(b == NULL && strstr(err.message, tong_version()) != NULL);
	end();
}

/* ---- memory of the host ---- */

static long host_left; /* pieces that it may still give */
static long host_out;  /* pieces given and not yet back */

static void *host_memory(void *user, size_t n)
{
	(void)user;
	if (n == 0 || host_left-- <= 0)
		return NULL;
	host_out++;
	return memset(malloc(n), 0xa5, n);
}

static void host_takes_back(char **answer)
{
	host_out -= *answer != NULL;
	free(*answer);
	*answer = NULL;
}

/* Every call that answers, by number; -1 after the last. */
static int ask(tong_agent *b, int which, char **out)
{
	const char *type;
	size_t n;

	switch (which) {
	case 0: return tong_agent_status(b, out, &err);
	case 1: return tong_agent_show(b, ITEM, "511602", out, &err);
	case 2: return tong_agent_search(b, "身份证", "511602", 0, out, &err);
	case 3: return tong_agent_history(b, ITEM, out, &err);
	case 4: return tong_agent_compare(b, "511602", "511602", out, &err);
	case 5: return tong_agent_whatsnew(b, "2020-01-01", out, &err);
	case 6: return tong_agent_page(b, "/static/style.css", out, &n, &type, &err);
	case 7: return tong_agent_check(b, ITEM, "7KQ3-M8XD", out, &err);
	default: return -1;
	}
}

static void answers_lie_in_memory_of_the_host(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	tong_agent *b;
	int rc = 0;

	begin("memory");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	opt.allocate = host_memory;
	p_open_with(&b, p_node_dir("memory-node"), &opt);
	CHECK_ALIVE();
	for (int i = 0; rc >= 0; i++) {
		host_left = 0;
		text = (char *)"untouched";
		rc = ask(b, i, &text);
		if (rc < 0)
			break;
		CHECK_STR(tong_code_name(rc), "TONG_E_NOMEM");
		CHECK(text == NULL);
		CHECK_INT(host_out, 0);
		host_left = 1;
		rc = ask(b, i, &text);
		CHECK(rc == (i == 7 ? TONG_E_DIFFERS : 0) && text != NULL);
		CHECK_INT(host_out, 1);
		host_takes_back(&text);
	}
	/* What is thrown away, or made for the library itself, is not asked of the host. */
	host_left = 1;
	CHECK_STR(tong_code_name(tong_agent_check(b, ITEM, "7KQ3-M8XD", NULL, &err)), "TONG_E_DIFFERS");
	tong_agent_verify(b, 1, NULL, &err);
	CHECK_INT(tong_agent_sync(b, NULL, NULL, &err), 0);
	CHECK_INT(host_left, 1);
	text = NULL;
	tong_agent_close(b);
	end();
}

static void NULL_is_fine_where_it_is_told(void)
{
	begin("null");
	CHECK_ALIVE();
	tong_agent_close(NULL);
	tong_agent_free(NULL);
	CHECK_INT(tong_agent_sync(a, NULL, NULL, NULL), 0);
	CHECK_STR(tong_code_name(tong_agent_sync(a, "/nonexistent", NULL, NULL)), "TONG_E_ABSENT");
	CHECK_STR(tong_code_name(tong_agent_show(a, "x", NULL, &text, NULL)), "TONG_E_NOTFOUND");
	CHECK_STR(tong_code_name(tong_agent_history(a, "x", &text, NULL)), "TONG_E_NOTFOUND");
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	CHECK(strlen(tong_code_text(TONG_E_HASH)) > 0 && strlen(tong_version()) > 0);
	end();
}

int main(void)
{
	RUN(before_the_first_sync);
	RUN(status_tells_what_is_held);
	RUN(show_joins_the_region);
	RUN(an_alias_of_two_items_is_not_guessed);
	RUN(check_compares_fingerprints);
	RUN(history_is_the_log);
	RUN(news_are_what_changed_since);
	RUN(pages_come_from_the_store);
	RUN(structs_may_be_older);
	RUN(structs_may_be_newer);
	RUN(answers_lie_in_memory_of_the_host);
	RUN(NULL_is_fine_where_it_is_told);
	return tong_test_done();
}
