/* A release that may be hostile: the repository of tuf_repo.h with a layer and the changesets to
 * it, laid on a shelf of files for any way of carrying them. */
#ifndef TESTS_UNIT_HOSTILE_REPO_H
#define TESTS_UNIT_HOSTILE_REPO_H

#include "core/changeset_write.h"
#include "core/text.h"
#include "tests/unit/tuf_holders.h"

#include "tests/unit/agent_layers.h"

/* How a file lies on the shelf. What a way of carrying cannot do it takes as PLAIN; the table of
 * trials names the ways that can. */
enum how {
	PLAIN,
	GONE,
	LONG_GONE,     /* http: 404 with a page that never ends */
	NO_ANSWER,     /* http: the connection closes without a word */
	SILENT,        /* http: a head, then nothing */
	SLOW,          /* http: a byte now and then */
	ENDLESS,       /* http: a body without end */
	CUT,           /* http: half of what was promised, every time */
	FLOOD,         /* http: headers without end */
	MOVED,         /* http: a redirect to a good copy of it on the same server */
	MOVED_AWAY,    /* http: … to a scheme that reads files of the node */
	PORTAL,        /* http: a log-in page */
	FORBIDDEN,     /* http: 403 */
	BROKEN,        /* http: 500 */
	PACKED,        /* http: packed though nobody asked */
	BOMB,          /* http: a little that unpacks to a lot */
	OTHER_RANGE,   /* http: 206 though the whole was asked for */
	UNASKED,       /* http: 304 though nothing was held */
	FOLDER,        /* a folder of that name */
	PIPE,          /* folder: a FIFO */
	LINK,          /* bundle: a symbolic link */
	TWICE,         /* bundle: two members of that name */
	HUGE,          /* bundle: a member of zeros, larger than all that is allowed */
	OUTSIDE,       /* bundle: beside it a member whose name climbs out */
	MODULE,        /* git: a submodule */
};

struct h_file {
	char name[128];
	char *bytes;
	size_t n;
	enum how how;
};

#define H_FILES 24

struct hostile {
	struct repo *r;
	long long root;                   /* version that the node holds */
	long long top;                    /* newest version of everything else */
	char *before[ROLES];              /* the files of the release before */
	size_t before_n[ROLES];
	unsigned item;                    /* number in the item's name; grows with each release */
	struct tong__buf was, text;       /* the layer: held, and now */
	struct tong__buf whole, delta;    /* the changesets to 'text' */
	char whole_id[TONG_HEX], delta_id[TONG_HEX];
	json_t *cs_edits;                 /* [path, value]: done to the changesets' heads */
	bool no_delta;                    /* there is no way from what is held */
	bool new_root;                    /* this release brings one */
	bool real;                        /* changesets as the publisher writes them */
	unsigned records;
	struct h_file file[H_FILES];
	size_t n;
	bool cut_bundle, long_bundle;
};

/* ---- the shelf ---- */

static inline struct h_file *h_find(struct hostile *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->file[i].name, name))
			return &h->file[i];
	return NULL;
}

static inline void h_shelve(struct hostile *h, const char *name, const void *bytes, size_t n)
{
	struct h_file *f = h_find(h, name);

	if (!f) {
		if (h->n == H_FILES)
			abort();
		f = &h->file[h->n++];
	}
	free(f->bytes);
	snprintf(f->name, sizeof f->name, "%s", name);
	f->bytes = malloc(n + 2); /* a byte more is a trial, the other is NUL */
	memcpy(f->bytes, bytes, n);
	f->n = n;
	f->bytes[n] = f->bytes[n + 1] = '\0';
	f->how = PLAIN;
}

static inline void h_clear(struct hostile *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->file[i].bytes);
	memset(h->file, 0, sizeof h->file);
	h->n = 0;
	h->cut_bundle = h->long_bundle = false;
}

/* The name under which a role's file is asked for. */
static inline const char *h_name(const struct hostile *h, int role)
{
	static char name[64];

	if (role == TIMESTAMP)
		return "timestamp.json";
	snprintf(name, sizeof name, "%lld.%s.json", h->r->version[role], role_names[role]);
	return name;
}

/* ---- the layer ---- */

#define H_ITEM "511A0138000000"

static inline const char *h_item_name(unsigned number)
{
	static char name[64];

	snprintf(name, sizeof name, "居民身份证办理 %u", number);
	return name;
}

static inline void h_write_layer(struct hostile *h)
{
	h->records = 3;
	tong__buf_clear(&h->text);
	tong__buf_addf(&h->text, "{\"k\":\"catalogue\",\"title\":\"指南\"}\n");
	tong__buf_addf(&h->text,
				   "{\"k\":\"item/" H_ITEM "\",\"code\":\"" H_ITEM
				   "\",\"name\":\"%s\",\"type\":\"01\"}\n",
				   h_item_name(h->item));
	tong__buf_addf(&h->text, "{\"k\":\"law/a\",\"title\":\"居民身份证法\"}\n");
}

static inline void h_hash(const void *p, size_t n, char hex[TONG_HEX])
{
	struct tong__hash hash;

	tong__sha256(p, n, &hash);
	tong__hash_hex(&hash, hex);
}

/* ---- changesets, right or wrong ---- */

static inline void h_real_changeset(struct hostile *h, bool delta, struct tong__buf *out,
									char id[TONG_HEX])
{
	const struct tong__str was = { h->was.data, h->was.len };
	struct tong__hash hash;
	tong_error err;

	tong__buf_clear(out);
	if (tong__changeset_write("base", delta ? &was : NULL,
							  (struct tong__str){ h->text.data, h->text.len }, out, &hash, &err)) {
		printf("%s\n", err.message);
		abort();
	}
	tong__hash_hex(&hash, id);
}

/* What is compressed against what, and what the head says of it; the head's edits come last. */
static inline void h_changeset(struct hostile *h, bool delta, struct tong__buf *out,
							   char id[TONG_HEX])
{
	const char *item = strstr(h->text.data, "{\"k\":\"item/");
	struct tong__str content = { h->text.data, h->text.len }, prefix = { "", 0 };
	struct tong__buf frame, head;
	char to[TONG_HEX], from[TONG_HEX] = "", sum[TONG_HEX];
	json_t *doc, *edit;
	size_t i;

	if (h->real) {
		h_real_changeset(h, delta, out, id);
		return;
	}
	h_hash(h->text.data, h->text.len, to);
	if (delta) {
		const char *old = strstr(h->was.data, "{\"k\":\"item/");

		h_hash(h->was.data, h->was.len, from);
		content = (struct tong__str){ item, strcspn(item, "\n") + 1 };
		prefix = (struct tong__str){ old, strcspn(old, "\n") + 1 };
	}
	tong__buf_init(&frame, 1u << 22);
	p_zstd(content.p, content.n, prefix.p, prefix.n, &frame);
	h_hash(frame.data, frame.len, sum);
	doc = json_pack("{s:s, s:[{s:I, s:I, s:s, s:I}], s:s, s:s, s:I, s:i}", "from", from, "groups",
					"new", (json_int_t)content.n, "old", (json_int_t)prefix.n, "sha256", sum,
					"size", (json_int_t)frame.len, "layer", "base", "to", to, "to_length",
					(json_int_t)h->text.len, "to_records", 3);
	if (delta)
		json_object_set_new(json_array_get(json_object_get(doc, "groups"), 0), "keys",
							json_pack("[s]", "item/" H_ITEM));
	json_array_foreach(h->cs_edits, i, edit)
		repo_apply(doc, json_string_value(json_array_get(edit, 0)),
				   json_string_value(json_array_get(edit, 1)));
	tong__buf_init(&head, TONG_MAX_CS_HEAD);
	tong__json_record(doc, &head);
	json_decref(doc);
	tong__buf_clear(out);
	tong__buf_add(out, "TONGCS1\n\0\0\0\0", 12);
	p_zstd(head.data, head.len, NULL, 0, out);
	for (int k = 0; k < 4; k++)
		out->data[8 + k] = (char)((out->len - 12) >> (8 * k) & 0xff);
	h_hash(out->data, out->len, id);
	tong__buf_add(out, frame.data, frame.len);
	tong__buf_free(&frame);
	tong__buf_free(&head);
}

/* What base's role says of its layer. */
static inline void h_sign_layer(struct hostile *h)
{
	char to[TONG_HEX], from[TONG_HEX], *text;
	json_t *ways, *targets;

	h_changeset(h, false, &h->whole, h->whole_id);
	ways = json_pack("[{s:s, s:s, s:I}]", "from", "", "id", h->whole_id, "length",
					 (json_int_t)h->whole.len);
	if (h->was.len && !h->no_delta) {
		h_changeset(h, true, &h->delta, h->delta_id);
		h_hash(h->was.data, h->was.len, from);
		json_array_append_new(ways, json_pack("{s:s, s:s, s:I}", "from", from, "id", h->delta_id,
											  "length", (json_int_t)h->delta.len));
	}
	h_hash(h->text.data, h->text.len, to);
	targets = json_pack("{s:{s:I, s:{s:s}, s:{s:{s:o, s:i}}}}", "base.ndjson", "length",
						(json_int_t)h->text.len, "hashes", "sha256", to, "custom", "tong",
						"changesets", ways, "records", (int)h->records);
	text = json_dumps(targets, 0);
	repo_edit(h->r, BASE, "targets", text);
	free(text);
	json_decref(targets);
}

/* ---- releases ---- */

static inline void h_shelve_all(struct hostile *h)
{
	char name[128];

	h_clear(h);
	for (int role = h->new_root ? ROOT : TIMESTAMP; role < DEEP; role++)
		h_shelve(h, h_name(h, role), h->r->file[role], h->r->n[role]);
	snprintf(name, sizeof name, "changesets/%s.tcs", h->whole_id);
	h_shelve(h, name, h->whole.data, h->whole.len);
	if (h->was.len && !h->no_delta) {
		snprintf(name, sizeof name, "changesets/%s.tcs", h->delta_id);
		h_shelve(h, name, h->delta.data, h->delta.len);
	}
}

/* The state of the next release, before anything of it is signed: one item changes. */
static inline void h_next(struct hostile *h)
{
	json_array_clear(h->r->edits);
	json_array_clear(h->cs_edits);
	h->r->hashes = h->no_delta = h->new_root = false;
	only_the_listed_sign(h->r);
	h->top++;
	for (int i = 0; i < ROLES; i++)
		h->r->version[i] = h->top;
	h->r->version[ROOT] = h->root + 1;
	h->item++;
	h_write_layer(h);
}

/* What the node has taken becomes what is held. */
static inline void h_taken(struct hostile *h)
{
	tong__buf_clear(&h->was);
	tong__buf_add(&h->was, h->text.data, h->text.len);
	for (int i = 0; i < ROLES; i++) {
		free(h->before[i]);
		h->before[i] = strndup(h->r->file[i], h->r->n[i]);
		h->before_n[i] = h->r->n[i];
	}
}

static inline void h_new(struct hostile *h)
{
	memset(h, 0, sizeof *h);
	h->r = repo_new();
	h->cs_edits = json_array();
	tong__buf_init(&h->text, 1u << 24);
	tong__buf_init(&h->was, 1u << 24);
	tong__buf_init(&h->whole, 1u << 24);
	tong__buf_init(&h->delta, 1u << 24);
	h->top = 10; /* there are older versions to go back to */
	h_next(h);
	h_sign_layer(h);
	repo_publish(h->r);
	h_shelve_all(h);
	h->root = 1;
}

static inline void h_free(struct hostile *h)
{
	h_clear(h);
	for (int i = 0; i < ROLES; i++)
		free(h->before[i]);
	repo_free(h->r);
	json_decref(h->cs_edits);
	tong__buf_free(&h->text);
	tong__buf_free(&h->was);
	tong__buf_free(&h->whole);
	tong__buf_free(&h->delta);
}

#endif
