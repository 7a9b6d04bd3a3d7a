/* What a node looks at before it begins: its clock, its disk, its keys. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/cmd_selftest.h"
#include "core/err.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/message.h"

__attribute__((format(printf, 2, 3))) static unsigned odd(const struct tong__cli *cli,
														  const char *fmt, ...)
{
	char text[700];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	tong__cli_log(cli, 1, text);
	return 1;
}

static unsigned look_at_clock(const struct tong__cli *cli)
{
	time_t now = time(NULL);
	struct tm tm;
	char date[32] = "?";

	if (now >= TONG_EPOCH)
		return 0;
	if (gmtime_r(&now, &tm))
		strftime(date, sizeof date, "%Y-%m-%d", &tm);
	return odd(cli, _("self-test: the clock says %s; set it: what is signed is judged by it"),
			   date);
}

/* A node whose disk is full or read-only still answers: it is told, and no more. */
static unsigned look_at_disk(const struct tong__cli *cli)
{
	char path[4096];
	tong_error why = TONG_ERROR_INIT;

	if ((size_t)snprintf(path, sizeof path, "%s/.self-test", cli->store) >= sizeof path)
		return 0;
	if (tong__file_write(path, "tong\n", 5, &why) == 0) {
		tong__file_remove(path, &why);
		return 0;
	}
	return odd(cli, _("self-test: nothing can be written to %s: %s"), cli->store, why.message);
}

static int look_at_file(const char *path, tong_error *err)
{
	if (!path || access(path, R_OK) == 0)
		return 0;
	return tong__fail_errno(err, errno, path, "self-test: cannot read");
}

static unsigned look_at_key(const struct tong__cli *cli)
{
	const char *key = cli->key ? cli->key : cli->cert;
	struct stat st;

	if (!key || stat(key, &st) != 0 || !(st.st_mode & S_IROTH))
		return 0;
	return odd(cli, _("self-test: everybody on this machine may read %s; chmod o-r it"), key);
}

int tong__selftest(const struct tong__cli *cli, tong_error *err)
{
	unsigned n;
	int rc = look_at_file(cli->ca, err);

	if (!rc)
		rc = look_at_file(cli->cert, err);
	if (!rc)
		rc = look_at_file(cli->key, err);
	if (rc)
		return rc;
	n = look_at_clock(cli) + look_at_disk(cli) + look_at_key(cli);
	if (!n)
		tong__cli_log(cli, 2, _("self-test: clock, store, disk and keys are good"));
	return 0;
}
