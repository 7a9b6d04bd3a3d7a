/* The preview: pages of the working tree, made when they are asked for, from files that are read
 * when they are needed. */
#ifndef TONG_PUBLISHER_PREVIEW_H
#define TONG_PUBLISHER_PREVIEW_H

#include <pthread.h>

#include "core/site.h"
#include "publisher/model.h"

#define TONG_PREVIEW_LISTEN "127.0.0.1:8600"

/* ---- preview_store.c: records of a model, made one by one ---- */

struct tong__preview_store;

/* With 'complete' everything is read and the slow lists are made; without, only what is small,
 * and items and regions when a page asks for them. */
int tong__preview_store_open(struct tong__preview_store **out, const char *repo, const char *path,
							 const char *site_dir, bool complete, tong_error *);
void tong__preview_store_free(struct tong__preview_store *);
bool tong__preview_store_complete(const struct tong__preview_store *);
const struct tong__model *tong__preview_store_model(const struct tong__preview_store *);
const char *tong__preview_store_dir(const struct tong__preview_store *);
/* Faults of form found so far. */
const struct tong__findings *tong__preview_store_form(const struct tong__preview_store *);
/* Reads a file again, and forgets the records it had a part in. */
int tong__preview_store_reload(struct tong__preview_store *, const char *path, tong_error *);
/* Reads a file that was not needed so far; nothing when it is there or the store is complete. */
void tong__preview_store_need(struct tong__preview_store *, const char *path);
/* The path of an item's file, NULL when there is none; valid until the next reload. */
const char *tong__preview_store_item(const struct tong__preview_store *, const char *code);
struct tong__reader tong__preview_store_reader(struct tong__preview_store *);

/* ---- preview_check.c ---- */

/* Appends what is wrong with a file to 'list' (objects as in --json): faults of form, and what
 * the checks say of it alone. 'region' may be NULL: the region's rows of this item are meant too.
 * */
void tong__preview_check(const struct tong__preview_store *, const char *path, const char *code,
						 const char *region, json_t *list);
/* Checks everything in a process of its own, a picture of this moment; its answer can be read
 * from the descriptor. -1 when it cannot start. */
int tong__preview_check_start(const struct tong__preview_store *, pid_t *child);
/* What was read of it: a new reference, NULL when it is no answer. */
json_t *tong__preview_check_read(const char *bytes, size_t n);

/* ---- preview.c: the running preview ---- */

struct tong__preview {
	pthread_mutex_t lock; /* everything below */
	struct tong__preview_store *store;
	struct tong__site *site;
	struct tong__reader reader;
	json_t *all;              /* findings of the last full check, [] before */
	unsigned long generation; /* grows with each change that a page may show */
	const char *repo, *path, *site_dir, *prefix;
	void (*changed)(void *user); /* after each growth, without the lock */
	void *user;
	/* the loader */
	pthread_t loader;
	bool loading, asked; /* asked: a first page was made */
	struct tong__preview_store *next;
	json_t *missed; /* paths that changed while it read */
	int wake[2];    /* the loader tells the main thread */
	/* the check */
	int check_fd;
	pid_t check_pid;
	bool check_due;
	struct tong__buf answer;
};

int tong__preview_open(struct tong__preview *, tong_error *);
void tong__preview_close(struct tong__preview *);
/* Watches and follows until the program is ended; returns on failures only. */
int tong__preview_run(struct tong__preview *, tong_error *);

/* The page for a URL with what the preview adds to it. Always makes something: the HTTP status is
 * returned. */
unsigned tong__preview_page(struct tong__preview *, const char *url, struct tong__buf *out,
							const char **type);

/* ---- preview_panel.c ---- */

/* What /-/panel.css and /-/panel.js hold: the policy of the pages allows nothing inline. */
extern const char tong__preview_style[], tong__preview_script[];

/* Appends the panel of findings, its style, and the script that follows changes. 'note' may be
 * NULL. */
void tong__preview_panel(struct tong__buf *out, const json_t *findings, const char *prefix,
						 unsigned long generation, const char *note);

/* ---- preview_watch.c ---- */

struct tong__watch;
/* Watches a folder and all below it. */
int tong__watch_open(struct tong__watch **out, const char *dir, tong_error *);
void tong__watch_close(struct tong__watch *);
int tong__watch_fd(const struct tong__watch *);
/* Adds the files that changed (relative paths) to the object 'paths'. False: too much happened,
 * read everything. */
bool tong__watch_read(struct tong__watch *, json_t *paths);

/* ---- preview_http.c ---- */

struct tong__preview_http;
int tong__preview_http_start(struct tong__preview_http **out, struct tong__preview *,
							 const char *listen, char *address, size_t max, tong_error *);
/* Answers those who wait for a change. */
void tong__preview_http_wake(void *http);
void tong__preview_http_stop(struct tong__preview_http *);

#endif
