/* Answers what a store holds, for the fault campaigns: a line in, a line out, and thousands of
 * stores in one process.
 *
 *     look STORE              opens, verifies (P1), renders one guide (P2)
 *     sync STORE SOURCE       brings the newest release first
 *
 * The answer: CODE of the first thing that failed (TONG_OK, TONG_E_…), the release held (0: none),
 * the SHA-256 of the guide or of its error's name, and a message; separated by tabs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "tong/agent.h"

#define GUIDE "/items/510104001000/"

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

static void answer(const char *store, const char *source)
{
	tong_error err = TONG_ERROR_INIT;
	char guide[TONG_HEX] = "-";
	unsigned long release = 0;
	tong_agent *a = NULL;
	int rc = tong_agent_open(&a, store, NULL, &err);

	if (!rc && source)
		rc = tong_agent_sync(a, source, NULL, &err);
	if (!rc) {
		rc = tong_agent_verify(a, 0, NULL, &err);
		release = release_of(a);
		guide_of(a, guide);
	}
	tong_agent_close(a);
	printf("%s\t%lu\t%s\t%s: %s\n", tong_code_name(rc), release, guide, rc ? err.subject : "",
		   rc ? err.message : "");
	fflush(stdout);
}

int main(void)
{
	char line[8192], *act, *store, *source;

	while (fgets(line, sizeof line, stdin)) {
		act = strtok_r(line, " \n", &source);
		store = strtok_r(NULL, " \n", &source);
		source = strtok_r(NULL, " \n", &source);
		if (!act || !store)
			return 2;
		answer(store, strcmp(act, "sync") ? NULL : source);
	}
	return 0;
}
