/* `preview`: the working tree in a browser, as it is saved. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/preview.h"

int tong__cmd_preview(const struct tong__args *a, tong_error *err)
{
	char *prefix = tong__catalogue_prefix(a), *site = tong__catalogue_site(a),
		 *repo = tong__catalogue_repo(a);
	struct tong__preview p = { .repo = repo ? repo : ".",
							   .path = a->path,
							   .site_dir = site,
							   .prefix = prefix,
							   .changed = tong__preview_http_wake };
	struct tong__preview_http *http = NULL;
	char address[64];
	int rc = prefix && site ? tong__preview_open(&p, err) : tong__fail_nomem(err);

	if (!rc)
		rc = tong__preview_http_start(&http, &p, a->listen ? a->listen : TONG_PREVIEW_LISTEN,
									  address, sizeof address, err);
	if (!rc) {
		p.user = http;
		printf("http://%s/\n", address);
		fflush(stdout);
		if (!a->quiet)
			fputs(_("preview: pages follow saved files; Ctrl-C ends it.\n"), stderr);
		rc = tong__preview_run(&p, err);
	}
	tong__preview_http_stop(http);
	if (prefix && site)
		tong__preview_close(&p);
	free(prefix);
	free(site);
	free(repo);
	return rc;
}
