/* Answers what a store holds, for the fault campaigns: a line in, a line out, and thousands of
 * stores in one process.
 *
 *     look STORE              opens, verifies (P1), renders one guide (P2)
 *     sync STORE SOURCE       brings the newest release first
 *     say STORE TEXT          takes feedback that has this text
 *
 * The words of one line may also be given as arguments.
 *
 * The answer: CODE of the first thing that failed (TONG_OK, TONG_E_…), the release held (0: none),
 * the SHA-256 of the guide or of its error's name, and a message; separated by tabs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "tong/agent.h"

#define ITEM  "510104001000"
#define GUIDE "/items/" ITEM "/"

static unsigned long release_of(tong_agent *a)
{
	unsigned long release = 0;
	char *json = NULL;
	const char *at;

	if (tong_agent_status(a, &json, NULL) == 0 && (at = strstr(json, "\"release\":")) != NULL)
		release = strtoul(at + strlen("\"release\":"), NULL, 10);
	tong_agent_free(json);
	return release;
}

static void guide_of(tong_agent *a, char hex[TONG_HEX])
{
	struct tong__hash hash;
	const char *type, *name;
	char *bytes = NULL;
	size_t n = 0;
	int rc = tong_agent_page(a, GUIDE, &bytes, &n, &type, NULL);

	name = tong_code_name(rc);
	tong__sha256(rc ? name : bytes, rc ? strlen(name) : n, &hash);
	tong__hash_hex(&hash, hex);
	tong_agent_free(bytes);
}

static int say(tong_agent *a, const char *text, tong_error *err)
{
	tong_feedback said = TONG_FEEDBACK_INIT;

	said.kind = "wrong";
	said.item = ITEM;
	said.text = text;
	return tong_agent_feedback(a, &said, err);
}

static void answer(const char *act, const char *store, const char *what)
{
	tong_error err = TONG_ERROR_INIT;
	char guide[TONG_HEX] = "-";
	unsigned long release = 0;
	tong_agent *a = NULL;
	int rc = tong_agent_open(&a, store, NULL, &err);

	if (!rc && !strcmp(act, "sync"))
		rc = tong_agent_sync(a, what, NULL, &err);
	if (!rc && !strcmp(act, "say"))
		rc = say(a, what, &err);
	else if (!rc) {
		rc = tong_agent_verify(a, 0, NULL, &err);
		release = release_of(a);
		guide_of(a, guide);
	}
	tong_agent_close(a);
	printf("%s\t%lu\t%s\t%s: %s\n", tong_code_name(rc), release, guide, rc ? err.subject : "",
		   rc ? err.message : "");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char line[8192], *act, *store, *what;

	if (argc == 4)
		answer(argv[1], argv[2], argv[3]);
	while (argc == 1 && fgets(line, sizeof line, stdin)) {
		act = strtok_r(line, " \n", &what);
		store = strtok_r(NULL, " \n", &what);
		what = strtok_r(NULL, " \n", &what);
		if (!act || !store || (strcmp(act, "look") && !what))
			return 2;
		answer(act, store, what);
	}
	return 0;
}
