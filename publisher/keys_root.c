/* The first root: built, signed by the key at hand or by an answer that was carried here. */
#include "publisher/keys_root.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "publisher/metadata.h"
#include "publisher/request.h"
#include "publisher/release_steps.h"

struct first {
	const char *dir;
	struct tong__keys *keys;
	char *file, *folder, *request; /* their paths */
	json_t *body, *signatures;
	struct tong__judge judge; /* the root itself: nobody was before it */
};

/* ---- what is signed ---- */

static json_t *build(const struct first *f, int64_t now)
{
	/* In the order that tong__metadata_root wants. */
	static const char *const names[] = { "root", "targets", "snapshot", "timestamp" };
	const struct tong__keys_key *top[4];

	for (size_t i = 0; i < 4; i++)
		top[i] = tong__keys_named(f->keys, names[i]);
	return tong__metadata_root(1, now + (int64_t)TONG_DAYS_ROOT * 86400, top);
}

/* A request that is under way stays what it is, so that its answers fit; one for other keys is out
 * of date. */
static void go_on(struct first *f)
{
	struct tong__request r;
	tong_error none;

	if (tong__request_read(&r, f->request, &none))
		return;
	if (!strcmp(r.role, "root") && r.version == 1 &&
		json_equal(tong__json_obj(r.body, "roles"), tong__json_obj(f->body, "roles")) &&
		json_equal(tong__json_obj(r.body, "keys"), tong__json_obj(f->body, "keys"))) {
		json_decref(f->body);
		f->body = json_incref(r.body);
	}
	tong__request_free(&r);
}

/* ---- who signs ---- */

static int take_answer(struct first *f, const char *path, tong_error *err)
{
	json_t *answer, *entry;
	int code = tong__answer_read(path, &answer, err);
	bool added;
	size_t i;

	if (code || !tong__answer_fits(answer, "root", f->body)) {
		json_decref(answer);
		return code; /* for another file: who is missing is told */
	}
	json_array_foreach(tong__json_arr(answer, "signatures"), i, entry) if (!code) code =
		tong__signature_add(f->body, &f->judge, 1, entry, f->signatures, &added, err);
	json_decref(answer);
	return code;
}

static int take_answers(struct first *f, const char *const answers[], tong_error *err)
{
	json_t *names = tong__stage_names(f->dir, "requests", "*.signature"), *name;
	int code = 0;
	size_t i;

	for (i = 0; answers && answers[i] && !code; i++)
		code = take_answer(f, answers[i], err);
	json_array_foreach(names, i, name)
	{
		char *path = NULL;

		if (code || asprintf(&path, "%s/requests/%s", f->dir, json_string_value(name)) < 0)
			break;
		code = take_answer(f, path, err);
		free(path);
	}
	json_decref(names);
	return code;
}

/* ---- done, or to be carried elsewhere ---- */

static int write_file(struct first *f, tong_error *err)
{
	struct tong__buf root;
	int code;

	tong__buf_init(&root, TONG_MAX_ROOT);
	code = tong__metadata_file(f->body, f->signatures, &root, err);
	if (!code)
		code = tong__file_write(f->file, root.data, root.len, err);
	tong__buf_free(&root);
	if (!code) {
		unlink(f->request);
		rmdir(f->folder); /* unless answers lie there */
	}
	return code;
}

static int hand_over(struct first *f, tong_error *err)
{
	struct tong__buf lack;
	int code;

	tong__buf_init(&lack, 4096);
	tong__lack("1.root.json", f->body, &f->judge, 1, f->signatures, f->keys, &lack);
	code = tong__request_write(f->dir, "root", f->body, &f->judge, 1, f->signatures, err);
	if (!code)
		code = tong__fail(err, TONG_E_SIGNATURE, f->dir,
						  "T5: not made yet: carry %s to who has the key, `keys sign` there, then "
						  "`keys init` again with the answer. %s",
						  f->request, lack.data ? lack.data : "");
	tong__buf_free(&lack);
	return code;
}

static int run(struct first *f, int64_t now, const char *const answers[], tong_error *err)
{
	int code;

	f->body = build(f, now);
	f->signatures = json_array();
	if (!f->body || !f->signatures)
		return tong__fail_nomem(err);
	go_on(f);
	f->judge = (struct tong__judge){ tong__json_obj(tong__json_obj(f->body, "roles"), "root"),
									 tong__json_obj(f->body, "keys") };
	code = take_answers(f, answers, err);
	if (!code)
		code = tong__sign(f->body, &f->judge, 1, f->keys, f->signatures, err);
	if (code)
		return code;
	return tong__signed(f->body, &f->judge, 1, f->signatures) ? write_file(f, err)
															  : hand_over(f, err);
}

int tong__keys_first_root(const char *dir, int64_t now, struct tong__keys *keys,
						  const char *const answers[], tong_error *err)
{
	struct first f = { .dir = dir, .keys = keys };
	int code = 0;

	if (asprintf(&f.file, "%s/1.root.json", dir) < 0 ||
		asprintf(&f.folder, "%s/requests", dir) < 0 ||
		asprintf(&f.request, "%s/requests/1.root.request", dir) < 0)
		code = tong__fail_nomem(err);
	else
		code = run(&f, now, answers, err);
	json_decref(f.body);
	json_decref(f.signatures);
	free(f.file);
	free(f.folder);
	free(f.request);
	return code;
}
