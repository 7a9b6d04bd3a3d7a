/* Bringing a staged release into force: join signatures, walk it, move it, timestamp last. */
#include "publisher/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "publisher/metadata.h"
#include "publisher/release_steps.h"
#include "publisher/request.h"

/* One metadata file of the stage. */
struct staged {
	char role[TONG_MAX_ROLE_NAME];
	unsigned long version;
	json_t *body, *signatures;
};

struct stage {
	struct tong__making *x;
	const char *dir;
	struct staged *at;
	size_t n;
	json_t *answers;
	json_t *root_held; /* what root's first judge borrows */
};

static char *path_in(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* ---- the folder ---- */

/* N.ROLE.json */
static bool parse_name(const char *name, struct staged *out)
{
	char *dot;
	size_t n;

	out->version = strtoul(name, &dot, 10);
	n = strlen(dot);
	if (dot == name || *dot != '.' || n < 7 || n - 6 >= sizeof out->role)
		return false;
	memcpy(out->role, dot + 1, n - 6);
	out->role[n - 6] = '\0';
	return true;
}

static int read_one(struct stage *s, const char *name, tong_error *err)
{
	struct staged *one = &s->at[s->n];
	char *path = path_in(s->dir, name);
	struct tong__buf text;
	json_t *file = NULL;
	int code;

	tong__buf_init(&text, TONG_MAX_TARGETS);
	if (!parse_name(name, one)) {
		free(path);
		return 0;
	}
	code = path ? tong__file_read(path, &text, err) : tong__fail_nomem(err);
	if (!code)
		code = tong__json_read(text.data ? text.data : "", text.len, TONG_MAX_JSON_DEPTH, path,
							   &file, err);
	if (!code) {
		one->body = json_incref(tong__json_obj(file, "signed"));
		one->signatures = json_incref(tong__json_arr(file, "signatures"));
		s->n++;
		if (!one->body || !one->signatures)
			code = tong__fail(err, TONG_E_FORMAT, path, "T1: no signed part");
	}
	json_decref(file);
	tong__buf_free(&text);
	free(path);
	return code;
}

static int read_folder(struct stage *s, tong_error *err)
{
	json_t *names = tong__stage_names(s->dir, ".", "[1-9]*.json"), *name;
	int code = 0;
	size_t i;

	s->at = calloc(json_array_size(names) + 1, sizeof *s->at);
	if (!s->at)
		code = tong__fail_nomem(err);
	json_array_foreach(names, i, name) if (!code) code = read_one(s, json_string_value(name), err);
	json_decref(names);
	return code;
}

static struct staged *find(const struct stage *s, const char *role)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->at[i].role, role) == 0)
			return &s->at[i];
	return NULL;
}

/* ---- does it still fit the repository? ---- */

static unsigned long in_force(const struct tong__repo *r, const char *role)
{
	if (strcmp(role, "root") == 0)
		return r->newest_version;
	if (strcmp(role, "snapshot") == 0)
		return r->snapshot;
	return tong__repo_version(r, role);
}

/* Is this file in the repository already, byte for byte what is staged? Then a run was cut after
 * it was moved. */
static bool is_there(const struct stage *s, const struct staged *one)
{
	struct tong__buf a, b;
	char name[TONG_REPO_NAME];
	char *path;
	bool same;

	tong__repo_metadata_name(one->version, one->role, name);
	tong__buf_init(&a, TONG_MAX_TARGETS);
	tong__buf_init(&b, TONG_MAX_TARGETS);
	path = path_in(s->dir, name);
	same = path && !tong__file_read(path, &a, NULL) &&
		   !tong__repo_get(&s->x->repo, name, &b, NULL) && a.len == b.len &&
		   memcmp(a.data, b.data, a.len) == 0;
	free(path);
	tong__buf_free(&a);
	tong__buf_free(&b);
	return same;
}

/* S7 */
static int check_versions(const struct stage *s, bool *done, tong_error *err)
{
	size_t i, there = 0;

	for (i = 0; i < s->n; i++) {
		const struct staged *one = &s->at[i];
		unsigned long now = in_force(&s->x->repo, one->role);

		if (one->version == now && is_there(s, one))
			there++;
		else if (one->version != now + 1)
			return tong__fail(err, TONG_E_VERSION, s->dir,
							  "S7: %lu.%s.json was staged, but version %lu is in force by now: "
							  "remove the folder and stage again",
							  one->version, one->role, now);
	}
	*done = there == s->n;
	return 0;
}

/* ---- signatures ---- */

static int read_policy(struct stage *s, tong_error *err)
{
	struct tong__repo *r = &s->x->repo;
	struct staged *root = find(s, "root"), *targets = find(s, "targets");
	json_t *delegations = targets ? tong__json_obj(targets->body, "delegations") : r->delegations;
	int code = tong__signed_part((struct tong__str){ r->newest.data, r->newest.len }, "root.json",
								 &s->root_held, err);

	return code ? code
				: tong__policy_read(&s->x->plan.policy, root ? root->body : s->root_held,
									delegations, err);
}

static size_t judges_of(const struct stage *s, const char *role, struct tong__judge out[2])
{
	out[0] = tong__policy_judge(&s->x->plan.policy, role);
	if (strcmp(role, "root") != 0)
		return 1;
	out[1] = out[0];
	out[0] = (struct tong__judge){
		tong__json_obj(tong__json_obj(s->root_held, "roles"), "root"),
		tong__json_obj(s->root_held, "keys"),
	};
	return 2;
}

static int add_answer(struct stage *s, const char *path, tong_error *err)
{
	json_t *answer;
	int code = tong__answer_read(path, &answer, err);

	if (!code && json_array_append_new(s->answers, answer))
		code = tong__fail_nomem(err);
	return code;
}

static int read_answers(struct stage *s, const char *const given[], tong_error *err)
{
	json_t *names = tong__stage_names(s->dir, "requests", "*.signature"), *name;
	int code = 0;
	size_t i;

	s->answers = json_array();
	for (i = 0; given && given[i] && !code; i++)
		code = add_answer(s, given[i], err);
	json_array_foreach(names, i, name)
	{
		char *path = NULL;

		if (code || asprintf(&path, "%s/requests/%s", s->dir, json_string_value(name)) < 0)
			break;
		code = add_answer(s, path, err);
		free(path);
	}
	json_decref(names);
	return code;
}

/* What came for this file; an answer for another body or by another key is passed over, and told
 * by who is still missing. */
static int join(struct stage *s, struct staged *one, const struct tong__judge *judges, size_t n,
				tong_error *err)
{
	json_t *answer, *entry;
	int code = 0;
	size_t i, k;
	bool added;

	json_array_foreach(s->answers, i, answer)
	{
		if (!tong__answer_fits(answer, one->role, one->body))
			continue;
		json_array_foreach(tong__json_arr(answer, "signatures"), k, entry) if (!code) code =
			tong__signature_add(one->body, judges, n, entry, one->signatures, &added, err);
	}
	return code;
}

/* The file again, with the signatures it has now. */
static int write_back(struct stage *s, const struct staged *one, tong_error *err)
{
	char name[TONG_REPO_NAME];
	struct tong__buf bytes;
	int code;

	tong__repo_metadata_name(one->version, one->role, name);
	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	code = tong__metadata_file(one->body, one->signatures, &bytes, err);
	if (!code)
		code = tong__repo_put(&s->x->repo, name, (struct tong__str){ bytes.data, bytes.len }, err);
	tong__buf_free(&bytes);
	return code;
}

static int complete(struct stage *s, struct staged *one, tong_error *err)
{
	size_t before = json_array_size(one->signatures);
	struct tong__judge judges[2];
	size_t n = judges_of(s, one->role, judges);
	char name[TONG_REPO_NAME];
	int code;

	if (!judges[0].role)
		return tong__fail(err, TONG_E_ROLE, s->dir, "S1: nobody is entitled to sign %lu.%s.json",
						  one->version, one->role);
	code = join(s, one, judges, n, err);
	if (!code)
		code = tong__sign(one->body, judges, n, s->x->keys, one->signatures, err);
	if (!code && json_array_size(one->signatures) != before)
		code = write_back(s, one, err);
	tong__repo_metadata_name(one->version, one->role, name);
	if (!code && !tong__signed(one->body, judges, n, one->signatures)) {
		tong__lack(name, one->body, judges, n, one->signatures, s->x->keys, &s->x->lack);
		code = tong__request_write(s->dir, one->role, one->body, judges, n, one->signatures, err);
	}
	return code;
}

static int missing(const struct stage *s, tong_error *err)
{
	return tong__fail(err, TONG_E_SIGNATURE, s->dir,
					  "T5: not in force yet: carry %s/requests to them, `keys sign` there, then "
					  "`release publish` again. %s",
					  s->dir, s->x->lack.data);
}

static int complete_all(struct stage *s, tong_error *err)
{
	int code = 0;
	size_t i;

	for (i = 0; i < s->n && !code; i++)
		code = complete(s, &s->at[i], err);
	return !code && s->x->lack.len ? missing(s, err) : code;
}

/* ---- snapshot ---- */

/* The versions in force with those that are staged. */
static int plan_snapshot(struct stage *s, tong_error *err)
{
	struct tong__repo *r = &s->x->repo;
	struct tong__judge judge = tong__policy_judge(&s->x->plan.policy, "snapshot");
	json_t *versions = json_copy(r->versions);
	bool failed = !versions, changed = r->empty;
	size_t i;

	for (i = 0; i < s->n && !failed; i++)
		if (strcmp(s->at[i].role, "root") != 0 && strcmp(s->at[i].role, "snapshot") != 0) {
			failed = json_object_set_new(versions, s->at[i].role,
										 json_integer((json_int_t)s->at[i].version));
			changed = true;
		}
	s->x->plan.versions = versions;
	s->x->plan.snapshot =
		changed || !tong__judge_accepts(&judge, tong__trust_bytes(r->trust, "snapshot"));
	return failed ? tong__fail_nomem(err) : 0;
}

/* A snapshot that waited for signatures of others, if it still says what is to be said. */
static int use_staged(struct stage *s, bool *used, tong_error *err)
{
	struct staged *one = find(s, "snapshot");
	json_t *says = json_object();
	int code = 0;

	*used = false;
	if (one && says) {
		tong__repo_read_versions(one->body, says);
		*used = json_equal(says, s->x->plan.versions);
	}
	json_decref(says);
	if (*used)
		code = tong__metadata_file(one->body, one->signatures, &s->x->snapshot, err);
	return code;
}

static int put_snapshot(struct stage *s, tong_error *err)
{
	bool used;
	int code = plan_snapshot(s, err);

	if (!code)
		code = use_staged(s, &used, err);
	if (!code && !used)
		code = tong__put_snapshot(s->x, err);
	return !code && s->x->lack.len ? missing(s, err) : code;
}

/* ---- ---- */

static int into_force(struct stage *s, tong_error *err)
{
	int code = put_snapshot(s, err);

	if (!code)
		code = tong__sign_timestamp(s->x, err);
	if (!code)
		code = tong__stage_move(s->x, s->dir, err);
	return code ? code : tong__put_timestamp(s->x, err);
}

static int publish(struct stage *s, const char *const answers[], tong_error *err)
{
	bool done = false;
	int code = tong__stage_check(s->dir, err);

	if (!code)
		code = read_folder(s, err);
	if (!code)
		code = check_versions(s, &done, err);
	if (!code)
		code = read_policy(s, err);
	if (!code)
		code = read_answers(s, answers, err);
	s->x->repo.stage = s->dir;
	if (!code &&
		!(done && s->x->repo.newest_version == tong__trust_root_version(s->x->repo.trust))) {
		code = complete_all(s, err);
		if (!code)
			code = into_force(s, err);
	}
	s->x->repo.stage = NULL;
	if (!code)
		code = tong__put_heads(s->x, err);
	if (!code)
		code = tong__clean(s->x, err);
	if (!code)
		tong__stage_remove(s->dir);
	return code;
}

static void close_stage(struct stage *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		json_decref(s->at[i].body);
		json_decref(s->at[i].signatures);
	}
	free(s->at);
	json_decref(s->answers);
	json_decref(s->root_held);
	tong__making_close(s->x);
}

int tong__stage_publish(const char *to, struct tong__keys *keys, const char *stage,
						const char *const answers[], const struct tong__release_options *options,
						struct tong__release_report *report, tong_error *err)
{
	struct stage s = { .dir = stage };
	struct tong__making x;
	int code = tong__mkdirs(to, err);

	memset(report, 0, sizeof *report);
	if (code)
		return code;
	code = tong__making_open(&x, to, keys, options, err);
	x.report = report;
	s.x = &x;
	if (!code)
		code = publish(&s, answers, err);
	report->changed = !code;
	report->version = x.repo.snapshot;
	report->bytes_written = x.repo.written;
	close_stage(&s);
	return code;
}

static void describe_one(const struct stage *s, const struct staged *one, struct tong__buf *out)
{
	struct tong__judge judges[2];
	size_t n = judges_of(s, one->role, judges);
	char name[TONG_REPO_NAME];
	struct tong__buf line;

	tong__repo_metadata_name(one->version, one->role, name);
	tong__buf_init(&line, 8192);
	tong__lack(name, one->body, judges, n, one->signatures, s->x->keys, &line);
	if (line.len)
		tong__buf_addf(out, "%s\n", line.data);
	else
		tong__buf_addf(out, _("%s: signed\n"), name);
	tong__buf_free(&line);
}

int tong__stage_describe(const char *to, struct tong__keys *keys, const char *stage,
						 struct tong__buf *out, tong_error *err)
{
	struct tong__release_options options = { .now = 0 };
	struct stage s = { .dir = stage };
	struct tong__making x;
	bool done;
	int code = tong__making_open(&x, to, keys, &options, err);
	size_t i;

	s.x = &x;
	if (!code)
		code = tong__stage_check(stage, err);
	if (!code)
		code = read_folder(&s, err);
	if (!code)
		code = check_versions(&s, &done, err);
	if (!code)
		code = read_policy(&s, err);
	for (i = 0; i < s.n && !code; i++)
		describe_one(&s, &s.at[i], out);
	close_stage(&s);
	return code;
}
