/* Inside the model: loading files by kind, and the indexes of ids. */
#ifndef TONG_PUBLISHER_MODEL_LOAD_H
#define TONG_PUBLISHER_MODEL_LOAD_H

#include "publisher/model.h"

/* What of a catalogue is read when not everything is. */
struct tong__part {
	bool (*wanted)(void *user, const char *path);
	/* What stands for an item that is not wanted: its front matter, or as much of it as others
	 * need to know (a new reference). NULL: such items are left out. */
	int (*head)(void *user, const char *path, json_t **out, tong_error *);
	bool retired;               /* which codes were given up is wanted, too */
	void *user;
};

/* A model while it is read. */
struct tong__load {
	struct tong__model *m;
	struct tong__tree *tree;
	struct tong__findings *fs;
	struct tong__buf text;      /* of the file at hand */
	size_t cap_items, cap_laws, cap_locals, cap_notices, cap_texts, cap_names;
	const struct tong__part *part;   /* NULL: everything */
	tong_error *err;
};

/* As tong__model_load, but only a part (NULL: everything) and without the changes of history. */
int tong__model_load_part(struct tong__model **out, struct tong__tree *, const struct tong__part *,
                          struct tong__findings *, tong_error *);

/* One kind of file: how its path looks and who reads it. 'a' and 'b' are what stands for the
 * first and second '*' of the pattern: b without the file's extension. */
struct tong__file_kind {
	const char *pattern;
	int (*read)(struct tong__load *, const char *path, const char *a, const char *b);
	size_t max;                 /* ceiling of its bytes */
};

/* Row for a path, with its parts cut out; NULL when the format knows no such file (S1). */
const struct tong__file_kind *tong__file_kind_of(const char *path, char a[65], char b[65]);

int tong__load_catalogue(struct tong__load *, const char *path, const char *, const char *);
int tong__load_materials(struct tong__load *, const char *path, const char *, const char *);
int tong__load_licences(struct tong__load *, const char *path, const char *, const char *);
int tong__load_themes(struct tong__load *, const char *path, const char *, const char *);
int tong__load_law(struct tong__load *, const char *path, const char *id, const char *);
int tong__load_item(struct tong__load *, const char *path, const char *type, const char *code);
/* An item of which only this is known; 'root' is taken over. */
int tong__load_head(struct tong__load *, const char *path, const char *type, const char *code,
                    json_t *root);
/* A notice of which only the path is known. */
int tong__load_notice_head(struct tong__load *, const char *path);
int tong__load_notice(struct tong__load *, const char *path, const char *id, const char *);
int tong__load_text(struct tong__load *, const char *path, const char *lang, const char *code);
int tong__load_names(struct tong__load *, const char *path, const char *lang, const char *);
/* What they hold is freed, not they themselves. */
void tong__text_drop(struct tong__text *);
void tong__names_drop(struct tong__name_table *);
int tong__load_halls(struct tong__load *, const char *path, const char *region, const char *);
int tong__load_regions(struct tong__load *, const char *path, const char *, const char *);
int tong__load_agencies(struct tong__load *, const char *path, const char *, const char *);
int tong__load_intermediaries(struct tong__load *, const char *path, const char *, const char *);
int tong__load_scope(struct tong__load *, const char *path, const char *, const char *);
int tong__load_synonyms(struct tong__load *, const char *path, const char *, const char *);
int tong__load_waivers(struct tong__load *, const char *path, const char *, const char *);
int tong__load_listings(struct tong__load *, const char *path, const char *region, const char *);

/* The entry of locals for a region; made when it is new. NULL when memory is out. */
struct tong__local *tong__load_local(struct tong__load *, const char *region);
/* Room for one more element; the array may move. False when memory is out. */
bool tong__load_room(void *array, size_t n, size_t *cap, size_t size);

/* Ids of agencies, materials, licences and themes, sorted: id -> row or entry. */
struct tong__model_index;
int tong__model_index_new(struct tong__model_index **out, const struct tong__model *, tong_error *);
void tong__model_index_free(struct tong__model_index *);

#endif
