/* Configuration of a web editor (Decap CMS) for a catalogue, from the element table. */
#ifndef TONG_PUBLISHER_CMS_H
#define TONG_PUBLISHER_CMS_H

#include <jansson.h>

#include "core/buf.h"
#include "core/err.h"

/* Where the editor keeps what it saves. */
struct tong__cms {
	const char *folder; /* of the catalogue in the repository, "" or ending in '/' */
	const char *
		backend; /* "local" (a proxy beside the working tree), "git-gateway", "gitlab" or "gitea" */
	const char *project;  /* owner/name at a Git host */
	const char *base_url; /* of that host, "" for its usual one */
	const char *app_id;   /* as registered there for PKCE */
	const char *branch;
	const char *const *regions; /* with halls.yaml: a file each; NULL-ended */
};

/* The configuration: a new reference, NULL when memory is out. */
json_t *tong__cms_config(const struct tong__cms *);

/* The page that loads decap-cms.js from beside it, from no other place. */
extern const char tong__cms_page[];

#endif
