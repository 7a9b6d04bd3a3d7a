/* Asks a store: what is held, and which items a few words find. Reads only; needs no network.
 *
 *   cc ask.c -o ask $(pkg-config --cflags --libs tong-agent)
 *   ./ask STORE WORDS [REGION]
 */
#include <stdio.h>

#include <tong/agent.h>

/* The tens of a code are the exit codes of Tong's own programs. */
static int fail(const tong_error *err)
{
	fprintf(stderr, "%s: %s: %s\n", tong_code_name(err->code), err->subject, err->message);
	return err->code / 10;
}

/* Takes over the answer. */
static void say(char *json)
{
	puts(json);
	tong_agent_free(json);
}

int main(int argc, char **argv)
{
	tong_options options = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;
	tong_agent *agent;
	char *json;
	int rc;

	if (argc < 3) {
		fprintf(stderr, "ask STORE WORDS [REGION]\n");
		return 2;
	}
	options.read_only = 1;
	if (tong_agent_open(&agent, argv[1], &options, &err))
		return fail(&err);
	rc = tong_agent_status(agent, &json, &err);
	if (!rc) {
		say(json);
		rc = tong_agent_search(agent, argv[2], argv[3], 5, &json, &err);
	}
	if (!rc)
		say(json);
	tong_agent_close(agent);
	return rc ? fail(&err) : 0;
}
