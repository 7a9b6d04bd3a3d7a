/* What a host keeps for each of its agents in the tests of threads; and a province whose items say
 * which release they came with. */
#ifndef TESTS_UNIT_AGENT_HOST_H
#define TESTS_UNIT_AGENT_HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "tests/unit/agent_node.h"

#define ITEM     "511A0138000000"
#define OTHER    "511A0138000001"
#define READERS  4
#define RELEASES 12

/* What a host keeps for one agent; nothing here is shared between agents. */
struct host {
	char dir[1024];
	tong_agent *agent;
	long logged, asked, given, freed;
	bool watched, inside; /* callbacks are looked at; a call of the caller's is under way */
	pthread_t caller;
	long astray; /* callbacks from elsewhere, or when no call was under way */
};

static inline void called_back(struct host *h)
{
	h->astray += h->watched && !(h->inside && pthread_equal(h->caller, pthread_self()));
}

static inline int64_t host_now(void *user)
{
	struct host *h = user;

	called_back(h);
	h->asked++;
	return NOW;
}

static inline void host_log(void *user, int64_t level, const char *text)
{
	struct host *h = user;

	(void)level;
	called_back(h);
	h->logged += *text != '\0';
}

static inline void *host_memory(void *user, size_t n)
{
	struct host *h = user;

	called_back(h);
	h->given++;
	return malloc(n);
}

static inline void host_free(struct host *h, char *answer)
{
	h->freed += answer != NULL;
	free(answer);
}

static inline int open_host(struct host *h, const char *dir, bool read_only)
{
	tong_options opt = TONG_OPTIONS_INIT;

	memset(h, 0, sizeof *h);
	snprintf(h->dir, sizeof h->dir, "%s", dir);
	opt.user = h;
	opt.now = host_now;
	opt.log = host_log;
	opt.allocate = host_memory;
	opt.read_only = read_only;
	return tong_agent_open(&h->agent, dir, &opt, NULL);
}

/* Both items of the province say which release they came with. */
static inline void publish(struct province *p, int number)
{
	char name[64];

	snprintf(name, sizeof name, "居民身份证办理 %d", number);
	p_item(p, ITEM, name, "年满十六周岁的公民");
	snprintf(name, sizeof name, "临时居民身份证办理 %d", number);
	p_item(p, OTHER, name, "申领期间急需使用");
	p_release(p);
}

static inline void begin(struct province *p, const char *name, char dir[1024])
{
	char node[64];
	tong_agent *a;

	p_new(p, name);
	p_put(p, "site", "asset/sw.js", "{\"type\":\"text/javascript\",\"text\":\";\"}");
	publish(p, 1);
	snprintf(node, sizeof node, "%s-node", name);
	p_node(p, node, &a);
	CHECK_ALIVE();
	snprintf(dir, 1024, "%s", p_node_dir(node));
	p_sync(a, "TONG_OK", "full", NULL);
	tong_agent_close(a);
}

/* The number in the name of the first hit and in that of the second; false when an answer holds two
 * releases. */
static inline bool whole(const char *json, int *number)
{
	json_t *doc = json_loads(json, 0, NULL), *hits = json_object_get(doc, "hits"), *v;
	int n = 0, of[2] = { -1, -1 };
	size_t i;

	json_array_foreach(hits, i, v)
	{
		const char *name = json_string_value(json_object_get(v, "name"));
		const char *blank = name ? strrchr(name, ' ') : NULL;

		if (blank && n < 2)
			of[n++] = atoi(blank);
	}
	json_decref(doc);
	*number = of[0];
	return n == 2 && of[0] == of[1];
}

struct pair {
	struct host host;
	const char *source;
	int failed, number;
};

struct readers {
	char dir[1024];
	atomic_int stop, opened, mixed, back, failed;
	atomic_int newest; /* seen by any reader */
};

#endif
