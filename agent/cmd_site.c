/* Commands that give pages: site writes them all, serve answers a browser. */
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/serve.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/site.h"

struct out {
	struct tong__cli *cli;
	tong_agent *agent;
	size_t pages, written;
	int rc;
	tong_error *err;
};

static int write_page(void *user, const char *url)
{
	struct out *o = user;
	char file[TONG_MAX_URL], path[TONG_MAX_URL + 4096], *bytes = NULL;
	const char *type;
	bool same = false;
	size_t n;

	if (tong__stopped)
		return o->rc = tong__fail(o->err, TONG_E_INTERRUPTED, url, "stopped");
	if (!tong__site_file(url, file, sizeof file) ||
		(size_t)snprintf(path, sizeof path, "%s/%s", o->cli->out, file) >= sizeof path)
		return o->rc = tong__fail(o->err, TONG_E_LIMIT, url, "has no file");
	o->rc = tong_agent_page(o->agent, url, &bytes, &n, &type, o->err);
	if (!o->rc)
		o->rc = tong__mkdirs_for_fast(path, o->err);
	if (!o->rc)
		o->rc = tong__file_write_fast(path, bytes, n, &same, o->err);
	tong_agent_free(bytes);
	o->pages++;
	o->written += !same;
	return o->rc;
}

int tong__cmd_site(struct tong__cli *cli, tong_error *err)
{
	struct out o = { .cli = cli, .err = err };
	int rc;

	if (!cli->out)
		return tong__fail(err, TONG_E_USAGE, "site", "--out DIR is wanted");
	rc = tong__cli_open(cli, true, &o.agent, err);
	if (rc)
		return rc;
	/* Pages asked for inside this call are all of one release. */
	rc = tong_agent_urls(o.agent, write_page, &o, err);
	tong_agent_close(o.agent);
	rc = o.rc ? o.rc : rc;
	if (!rc && cli->json)
		printf("{\"pages\":%zu,\"written\":%zu}\n", o.pages, o.written);
	else if (!rc && !cli->quiet)
		printf(_("%zu pages, %zu written (the others are unchanged)\n"), o.pages, o.written);
	return rc;
}

void tong__cli_serving(const struct tong__cli *cli, struct tong__serve_options *out)
{
	*out = (struct tong__serve_options){ .listen = cli->listen,
										 .tls_cert = cli->tls_cert,
										 .tls_key = cli->tls_key,
										 .alarm = cli->alarm,
										 .kiosk = cli->kiosk };
}

void tong__cli_announce(const struct tong__cli *cli, const char *address)
{
	const char *scheme = cli->tls_cert ? "https" : "http";

	if (cli->json)
		printf("{\"listening\":\"%s://%s/\"}\n", scheme, address);
	else if (!cli->quiet)
		printf(_("serving %s://%s/  (Ctrl-C stops)\n"), scheme, address);
	fflush(stdout);
}

int tong__cmd_serve(struct tong__cli *cli, tong_error *err)
{
	struct tong__serve_options options;
	struct tong__serve *server;
	tong_agent *a;
	sigset_t wanted;
	char address[128];
	int rc, got;

	/* Large pages come and go: their memory goes back to the system at once, and one arena is
	 * enough for one thread. */
	mallopt(M_MMAP_THRESHOLD, 65536);
	mallopt(M_TRIM_THRESHOLD, 131072);
	mallopt(M_ARENA_MAX, 1);
	rc = tong__cli_open(cli, true, &a, err);
	if (rc)
		return rc;
	/* Blocked before the server's thread exists, so that only this one hears them. */
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &wanted, NULL);
	tong__cli_serving(cli, &options);
	rc = tong__serve_start(&server, a, &options, address, sizeof address, err);
	if (!rc) {
		tong__cli_announce(cli, address);
		while (sigwait(&wanted, &got) != 0)
			;
		tong__serve_stop(server);
	}
	tong_agent_close(a);
	return rc; /* being told to stop is how serving ends well */
}
