/* The catalogue a command works on: read, checked, and made into layers. */
#ifndef TONG_PUBLISHER_CMD_CATALOGUE_H
#define TONG_PUBLISHER_CMD_CATALOGUE_H

#include "publisher/cmd.h"
#include "publisher/layers.h"

struct tong__catalogue {
	struct tong__tree *tree;
	struct tong__model *model;
	struct tong__findings *findings;
	size_t items, regions; /* for the summary; regions: those with a layer */
	struct tong__layer_made made; /* for tong__catalogue_layers */
};

/* Zeroes first: everything can be closed after any failure. */
int tong__catalogue_open(struct tong__catalogue *, const struct tong__args *, tong_error *);
void tong__catalogue_close(struct tong__catalogue *);

/* Opens the catalogue, refuses it when it has unwaived errors (the first of them go to stderr;
 * TONG_E_FINDINGS), and builds the layers. All but the numbers is closed then, for the model is the
 * greater part of the memory. */
int tong__catalogue_layers(struct tong__catalogue *, struct tong__layers **out,
                           const struct tong__args *, tong_error *);

/* The tree that the options choose, at revision 'rev' (NULL: as the options say). */
int tong__catalogue_tree(struct tong__tree **out, const struct tong__args *, const char *rev,
                         tong_error *);

/* Its commit, without listing what is in it; no message when there is no repository. */
int tong__catalogue_commit(char hex[41], const struct tong__args *, tong_error *);

/* The repository that the options mean, malloc'd; NULL for none. */
char *tong__catalogue_repo(const struct tong__args *);
/* The folder of templates and style. malloc'd. */
char *tong__catalogue_site(const struct tong__args *);

/* What is put before paths of findings: "catalog-data/". malloc'd. */
char *tong__catalogue_prefix(const struct tong__args *);

/* Those findings for which 'wanted' says so, at most 'max', in a new set. */
int tong__findings_pick(struct tong__findings **out, const struct tong__findings *, size_t max,
                        bool (*wanted)(void *user, const struct tong__finding *), void *user,
                        tong_error *);

#endif
