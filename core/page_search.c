/* The search's files: full text, made once for all its files and kept with the site. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/search_shards.h"
#include "core/text.h"

struct tong__search_kept {
	pthread_mutex_t lock;
	struct tong__search_text *text;
	size_t sites;              /* that keep it */
};

struct tong__search_kept *tong__search_kept_new(void)
{
	struct tong__search_kept *k = calloc(1, sizeof *k);

	if (k && pthread_mutex_init(&k->lock, NULL)) {
		free(k);
		return NULL;
	}
	if (k)
		k->sites = 1;
	return k;
}

void tong__search_kept_free(struct tong__search_kept *k)
{
	size_t left;

	if (!k)
		return;
	pthread_mutex_lock(&k->lock);
	left = --k->sites;
	pthread_mutex_unlock(&k->lock);
	if (left)
		return;
	tong__search_text_free(k->text);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

void tong__site_share(struct tong__site *site, const struct tong__site *other)
{
	tong__search_kept_free(site->search);
	site->search = other->search;
	pthread_mutex_lock(&site->search->lock);
	site->search->sites++;
	pthread_mutex_unlock(&site->search->lock);
}

void tong__site_records_changed(struct tong__site *site)
{
	struct tong__search_kept *k = site->search;

	pthread_mutex_lock(&k->lock);
	tong__search_text_free(k->text);
	k->text = NULL;
	pthread_mutex_unlock(&k->lock);
}

/* Who asks first makes it; the others wait, as each of them needs it whole. */
static int text_of(struct tong__page *p, const struct tong__search_text **out)
{
	struct tong__search_kept *k = p->site->search;
	int rc = 0;

	pthread_mutex_lock(&k->lock);
	if (!k->text)
		rc = tong__search_text_new(&k->text, p->reader, &p->err);
	*out = k->text;
	pthread_mutex_unlock(&k->lock);
	if (!rc)
		rc = tong__page_touch(p, "derived", "brief/");
	return rc ? rc : tong__page_touch(p, "base", "item/");
}

static bool number_of(const char *name, size_t max, size_t *out)
{
	char *end;

	*out = strspn(name, "0123456789") == 5 ? strtoul(name, &end, 10) : max;
	return *out < max && strcmp(end, ".json") == 0;
}

int tong__write_search_text(struct tong__page *p, struct tong__buf *out)
{
	const struct tong__search_text *text = NULL;
	size_t i;
	int rc = text_of(p, &text);

	if (rc)
		return rc;
	if (!number_of(p->arg[0], tong__search_text_shards(text), &i))
		return tong__page_notfound(p);
	rc = tong__search_text_write(text, i, out);
	return rc ? tong__fail(&p->err, rc, p->url, "cannot write the search data") : 0;
}

static int count(void *arg, const char *key, const json_t *brief)
{
	(void)key;
	(void)brief;
	++*(size_t *)arg;
	return 0;
}

int tong__list_search_text(struct tong__urls *u)
{
	char name[32];
	size_t items = 0;
	int rc = u->reader->each(u->reader->user, "derived", "brief/", count, &items, u->err);

	for (size_t i = 0; rc == 0 && i < tong__search_shards(items); i++) {
		snprintf(name, sizeof name, "%05zu.json", i);
		rc = tong__urls_emit(u, name, NULL);
	}
	return rc;
}
