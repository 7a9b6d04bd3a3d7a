/* The province of most tests of the agent, and a node that syncs from it. */
#ifndef TESTS_UNIT_AGENT_NODE_H
#define TESTS_UNIT_AGENT_NODE_H

#include "tests/unit/agent_repo.h"

static inline void p_item(struct province *p, const char *code, const char *name,
						  const char *conditions)
{
	char key[80], members[2000];

	snprintf(key, sizeof key, "item/%s", code);
	snprintf(members, sizeof members,
			 "{\"code\":\"%s\",\"code_system\":\"sichuan-14\",\"name\":\"%s\",\"type\":\"01\","
			 "\"sections\":{\"conditions_html\":\"<p>%s</p>\"}}",
			 code, name, conditions);
	p_put(p, "base", key, members);
}

/* A province with a few items, one county and a minimal site. */
static inline void p_new(struct province *p, const char *name)
{
	memset(p, 0, sizeof *p);
	snprintf(p->dir, sizeof p->dir, "%s/%s", tong_test_dir(), name);
	p->layers = json_object();
	p->published = json_object();
	p->roles = json_object();
	p->head = json_object();
	p->expires = LATER;
	p->group = 100000;
	p_new_key(p);
	p_root(p, NULL, NULL);
	p_put(p, "site", "asset/style.css", "{\"type\":\"text/css\",\"text\":\"body{}\"}");
	p_put(p, "site", "strings/zh-CN", "{\"t\":{\"none\":\"无\"}}");
	p_put(p, "base", "catalogue", "{\"title\":\"指南\",\"layers\":[\"511602\"]}");
	p_item(p, "511A0138000000", "居民身份证办理", "年满十六周岁的公民");
	p_item(p, "511A0138000001", "临时居民身份证办理", "申领期间急需使用");
	p_item(p, "511A0007700001", "烟花爆竹经营（零售）许可证核发", "提交身份证明和B超检查报告");
	p_put(p, "base", "alias/511Z07001006", "{\"item\":\"511A0007700001\"}");
	p_put(p, "base", "where/511A0138000000", "{\"regions\":[\"511602\"]}");
	p_put(p, "base", "change/511A0138000000",
		  "{\"log\":[{\"commit\":\"abc\",\"date\":\"2027-01-01\",\"what\":[\"首次收录\"]}]}");
	p_put(p, "base", "agency/511602-03", "{\"name\":\"广安区公安分局\",\"region\":\"511602\"}");
	p_put(
		p, "r511602", "listing/511A0138000000",
		"{\"item\":\"511A0138000000\",\"cases\":[{"
		"\"published_code\":\"511A0138000000-511602000000-000-X-1-00\","
		"\"published_name\":\"户籍窗口身份证换领\",\"agency\":\"511602-03\",\"hall\":\"main\"}]}");
	p_put(p, "r511602", "hall/main", "{\"name\":\"广安区政务服务中心\",\"sample\":true}");
	p_put(p, "r510104", "hall/main", "{\"name\":\"锦江区政务服务中心\",\"sample\":true}");
}

static inline void p_free(struct province *p)
{
	EVP_PKEY_free(p->key);
	json_decref(p->key_json);
	json_decref(p->layers);
	json_decref(p->published);
	json_decref(p->roles);
	json_decref(p->head);
}

/* ---- a node ---- */

static int64_t p_clock = NOW;

static inline int64_t p_now(void *user)
{
	(void)user;
	return p_clock;
}

/* What the library logged: errors and warnings. */
static char p_log[4096];

static inline void p_logged(void *user, int64_t level, const char *text)
{
	(void)user;
	if (getenv("TONG_TEST_LOG"))
		printf("    %d %s\n", (int)level, text);
	if (level <= 1 && strlen(p_log) + strlen(text) + 2 < sizeof p_log)
		strcat(strcat(p_log, text), "\n");
}

static inline void p_open_with(tong_agent **a, const char *dir, tong_options *opt)
{
	tong_error err = TONG_ERROR_INIT;
	int rc;

	opt->now = p_now;
	opt->log = p_logged;
	rc = tong_agent_open(a, dir, opt, &err);
	if (rc)
		printf("open: %s: %s\n", err.subject, err.message);
	CHECK_STR(tong_code_name(rc), "TONG_OK");
}

static inline void p_open(tong_agent **a, const char *dir)
{
	tong_options opt = TONG_OPTIONS_INIT;

	p_open_with(a, dir, &opt);
}

static inline const char *p_node_dir(const char *name)
{
	static char dir[1024];

	snprintf(dir, sizeof dir, "%s/%s", tong_test_dir(), name);
	return dir;
}

/* A store of these regions that trusts this province's first root, opened. */
static inline void p_node_of(const struct province *p, const char *name,
							 const char *const *regions, tong_agent **a)
{
	const char *sources[] = { p->dir, NULL };
	struct tong__buf root = p_read(p, "1.root.json");
	tong_error err = TONG_ERROR_INIT;
	int rc = tong_agent_init(p_node_dir(name), root.data, root.len, sources, regions, &err);

	tong__buf_free(&root);
	p_clock = NOW;
	p_log[0] = '\0';
	*a = NULL;
	if (rc)
		printf("init: %s: %s\n", err.subject, err.message);
	CHECK_STR(tong_code_name(rc), "TONG_OK");
	p_open(a, p_node_dir(name));
}

/* The same of region 511602. */
static inline void p_node(const struct province *p, const char *name, tong_agent **a)
{
	static const char *const regions[] = { "511602", NULL };

	p_node_of(p, name, regions, a);
}

/* A province's first release, and a node of it in the folder NAME-node, not synced yet. */
static inline void p_begin(struct province *p, const char *name, tong_agent **a)
{
	char dir[64];

	p_new(p, name);
	p_release(p);
	snprintf(dir, sizeof dir, "%s-node", name);
	p_node(p, dir, a);
}

/* Syncs and compares the code's name and the way ("" when it failed). */
static inline void p_sync(tong_agent *a, const char *code, const char *way, tong_sync_result *out)
{
	tong_sync_result r = TONG_SYNC_RESULT_INIT;
	tong_error err = TONG_ERROR_INIT;
	int rc = tong_agent_sync(a, NULL, &r, &err);

	if (strcmp(tong_code_name(rc), code) != 0)
		printf("sync: %s: %s\n", err.subject, err.message);
	CHECK_STR(tong_code_name(rc), code);
	if (!rc)
		CHECK_STR(r.way, way);
	if (out)
		*out = r;
}

/* The name of an item as the node tells it, "" when it has none. */
static inline const char *p_name_of(tong_agent *a, const char *code)
{
	static char name[512];
	tong_error err;
	char *text;
	json_t *doc;
	const char *told;

	name[0] = '\0';
	if (tong_agent_show(a, code, NULL, &text, &err))
		return name;
	doc = json_loads(text, 0, NULL);
	told = json_string_value(json_object_get(json_object_get(doc, "item"), "name"));
	snprintf(name, sizeof name, "%s", told ? told : "");
	json_decref(doc);
	tong_agent_free(text);
	return name;
}

#endif
