/* What is handed on to the levels below, verified again: whichever file is damaged is found, taken
 * away and put there anew (P2). */
#include <dirent.h>

#include "tests/unit/agent_node.h"

#define ITEM "511A0138000000"

static struct province p;
static tong_agent *a;

static void begin(const char *name)
{
	char dir[64];

	p_new(&p, name);
	p_release(&p);
	snprintf(dir, sizeof dir, "%s-node", name);
	p_node(&p, dir, &a);
	CHECK_ALIVE();
	CHECK_INT(tong_agent_relay(a, 1, NULL), 0);
	p_sync(a, "TONG_OK", "full", NULL);
	p_item(&p, ITEM, "二", "甲");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
}

static void end(void)
{
	tong_agent_close(a);
	a = NULL;
	p_free(&p);
}

static const char *relay_file(const char *node, const char *name)
{
	static char path[1400];

	snprintf(path, sizeof path, "%s/relay/%s", p_node_dir(node), name);
	return path;
}

/* The names of all files handed on, each ended by LF; kept.json is the node's own. */
static void names_in(const char *node, const char *below, struct tong__buf *out)
{
	struct dirent *e;
	DIR *d = opendir(relay_file(node, below));

	while (d && (e = readdir(d)))
		if (e->d_type == DT_REG && strcmp(e->d_name, "kept.json"))
			tong__buf_addf(out, "%s%s\n", below, e->d_name);
	if (d)
		closedir(d);
}

static bool is_there(const char *node, const char *name)
{
	return access(relay_file(node, name), F_OK) == 0;
}

/* Another letter in the middle, or in a signature. */
static void damage(const char *node, const char *name, struct tong__buf *was)
{
	struct tong__buf now;
	char *sig;

	tong__buf_init(was, 1u << 22);
	tong__buf_init(&now, 1u << 22);
	CHECK_INT(tong__file_read(relay_file(node, name), was, NULL), 0);
	tong__buf_add(&now, was->data, was->len);
	sig = strstr(now.data, "\"sig\":\"");
	sig = sig ? sig + 7 : now.data + now.len / 2;
	*sig = *sig == '1' ? '2' : '1';
	CHECK_INT(tong__file_write(relay_file(node, name), now.data, now.len, NULL), 0);
	tong__buf_free(&now);
}

static void try_file(const char *node, const char *name)
{
	struct tong__buf was, is;

	p_log[0] = '\0';
	damage(node, name, &was);
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, NULL)), "TONG_E_STORE");
	CHECK(strstr(p_log, "relay/") != NULL);
	CHECK(!is_there(node, name));
	CHECK_STR(p_name_of(a, ITEM), "二"); /* the node's own copy is whole */
	p_sync(a, "TONG_OK", "not modified", NULL);
	CHECK_ALIVE();
	tong__buf_init(&is, 1u << 22);
	CHECK_INT(tong__file_read(relay_file(node, name), &is, NULL), 0);
	CHECK_INT(is.len, was.len);
	CHECK_MEM(is.data, was.data, is.len);
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, NULL)), "TONG_OK");
	tong__buf_free(&was);
	tong__buf_free(&is);
}

static void P2_damage_in_what_is_handed_on_is_found(void)
{
	struct tong__buf list;
	int tried = 0;
	char *name, *save;

	begin("handed");
	CHECK_ALIVE();
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	/* With it goes what only the release before had. */
	try_file("handed-node", "timestamp.json");
	CHECK_ALIVE();
	tong__buf_init(&list, 65536);
	names_in("handed-node", "", &list);
	names_in("handed-node", "changesets/", &list);
	names_in("handed-node", "heads/", &list);
	for (name = strtok_r(list.data, "\n", &save); name; name = strtok_r(NULL, "\n", &save)) {
		try_file("handed-node", name);
		if (tong_test.failed)
			printf("    %s\n", name);
		CHECK_ALIVE();
		tried++;
	}
	CHECK(tried >= 10);
	tong__buf_free(&list);
	end();
}

/* Without the right to write it is told, and stays. */
static void a_reader_tells_and_changes_nothing(void)
{
	tong_options opt = TONG_OPTIONS_INIT;
	struct tong__buf was;

	begin("looked");
	CHECK_ALIVE();
	tong_agent_close(a);
	opt.read_only = 1;
	p_open_with(&a, p_node_dir("looked-node"), &opt);
	CHECK_ALIVE();
	damage("looked-node", "timestamp.json", &was);
	CHECK_STR(tong_code_name(tong_agent_verify(a, 0, NULL, NULL)), "TONG_E_STORE");
	CHECK(is_there("looked-node", "timestamp.json"));
	tong__buf_free(&was);
	end();
}

/* The node has the new root already; what it holds and hands on was signed under the one before. */
static void a_stick_is_written_between_a_new_root_and_its_release(void)
{
	char stick[1100];
	tong_error err = TONG_ERROR_INIT;
	tong_sync_result r = TONG_SYNC_RESULT_INIT;
	tong_agent *village;

	begin("between");
	CHECK_ALIVE();
	p_new_root(&p);
	p_write_heads(&p);
	CHECK(tong_agent_sync(a, NULL, NULL, &err) != 0);
	CHECK_INT(tong_agent_verify(a, 0, NULL, NULL), 0);
	snprintf(stick, sizeof stick, "%s.bundle", p_node_dir("between"));
	if (tong_agent_export(a, stick, NULL, NULL, &err))
		printf("    %s: %s\n", err.subject, err.message);
	CHECK_INT(err.code, 0);
	p_node(&p, "village", &village);
	CHECK_ALIVE();
	CHECK_STR(tong_code_name(tong_agent_sync(village, stick, &r, &err)), "TONG_OK");
	CHECK_STR(p_name_of(village, ITEM), "二");
	tong_agent_close(village);
	end();
}

int main(void)
{
	RUN(P2_damage_in_what_is_handed_on_is_found);
	RUN(a_reader_tells_and_changes_nothing);
	RUN(a_stick_is_written_between_a_new_root_and_its_release);
	return tong_test_done();
}
