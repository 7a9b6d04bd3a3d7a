/* Fuzzes the configuration file: whatever it says, it is set or told as a fault; and what was set
 * can be shown without a password in it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/cmd_config_file.h"
#include "tests/lib/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

volatile sig_atomic_t tong__stopped; /* the program's own, which its main.c has */

static void fault(void *user, unsigned line, const char *text)
{
	(void)line;
	if (!*text)
		abort();
	++*(int *)user;
}

static void show(void *user, const char *key, const char *value)
{
	const char *scheme = strstr(value, "://");
	bool url = strcmp(key, "proxy") == 0 ||
			   (strcmp(key, "source") == 0 && scheme && !strchr(scheme + 3, '/'));

	(void)user;
	if (!*key || (url && strstr(value, ":secret@")))
		abort();
}

static const char *file_of(const uint8_t *data, size_t n)
{
	static char path[300];
	FILE *f;

	if (!*path)
		snprintf(path, sizeof path, "%s/config", tong_test_dir());
	f = fopen(path, "wb");
	if (!f || (n && fwrite(data, n, 1, f) != 1) || fclose(f))
		abort();
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tong__cli cli = { .store = "store" };
	tong_error err = TONG_ERROR_INIT;
	struct tong__config *c;
	int faults = 0, rc = tong__config_read(&c, file_of(data, n), fault, &faults, &err);

	if (rc) {
		if (rc != err.code || !err.message[0])
			abort();
		return 0;
	}
	rc = tong__config_apply(c, &cli, "l", fault, &faults);
	if ((rc != 0) != (faults > 0))
		abort();
	tong__options_show(&cli, show, NULL);
	tong__config_free(c);
	return 0;
}
