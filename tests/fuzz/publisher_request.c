/* Fuzzes what a stick brings to a person who signs, and back: requests and answers. */
#include <stdlib.h>

#include "core/json.h"
#include "publisher/request.h"
#include "tests/fuzz/fill.h"
#include "tests/lib/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct tong__keys *keys;
static struct named names[2] = { { "@K", "" }, { "@P", "" } };
static char file[300], answer[300];

/* A keyring of one key, by which inputs may name a signer. */
static void start(void)
{
	const struct tong__keys_key *k;
	char dir[300];

	snprintf(dir, sizeof dir, "%s/keys", tong_test_dir());
	snprintf(file, sizeof file, "%s/request", tong_test_dir());
	snprintf(answer, sizeof answer, "%s/answer", tong_test_dir());
	if (tong__keys_create(dir, "li", "ed25519", NULL, NULL) ||
		tong__keys_open(&keys, dir, NULL, NULL))
		abort();
	k = tong__keys_at(keys, 0);
	strcpy(names[0].text, k->id);
	strcpy(names[1].text, tong__json_str(tong__json_obj(k->public, "keyval"), "public"));
}

static void write_file(const char *text)
{
	FILE *f = fopen(file, "wb");

	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

/* S4: words of a request move no cursor of a terminal. */
static void describe(const struct tong__request *r)
{
	struct tong__buf out;

	tong__buf_init(&out, 1 << 22);
	tong__request_describe(r, keys, &out);
	for (size_t i = 0; i < out.len; i++)
		if ((out.data[i] < ' ' && out.data[i] != '\n') || out.data[i] == 0x7f)
			abort();
	tong__buf_free(&out);
}

/* The same signatures, one by one: as many count in the end, and each is taken once. */
static void count(const struct tong__request *r, const char *text)
{
	json_t *taken = json_array(), *entry;
	bool added;
	size_t i;

	json_array_foreach(r->signatures, i, entry)
		tong__signature_add(r->body, r->judges, r->n_judges, entry, taken, &added, NULL);
	for (i = 0; i < r->n_judges; i++)
		if (tong__judge_count(&r->judges[i], r->body, taken) >
			tong__judge_count(&r->judges[i], r->body, r->signatures))
			abort();
	json_array_foreach(taken, i, entry)
	{
		tong__signature_add(r->body, r->judges, r->n_judges, entry, taken, &added, NULL);
		if (added)
			abort();
	}
	tong__signed(r->body, r->judges, r->n_judges, taken);
	tong__judge_accepts(r->judges, (struct tong__str){ text, strlen(text) });
	json_decref(taken);
}

/* An answer that was made fits its request, and is read. */
static void sign(struct tong__request *r)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__buf lack;
	json_t *made;
	int rc;

	tong__buf_init(&lack, 1 << 22);
	tong__lack("x.json", r->body, r->judges, r->n_judges, r->signatures, keys, &lack);
	tong__lack("x.json", r->body, r->judges, r->n_judges, NULL, keys, &lack);
	tong__buf_free(&lack);
	rc = tong__request_sign(r, keys, answer, &err);
	if (rc) {
		if (rc != err.code || !err.message[0])
			abort();
		return;
	}
	if (tong__answer_read(answer, &made, &err) || !tong__answer_fits(made, r->role, r->body))
		abort();
	json_decref(made);
}

static void read_request(const char *text)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__request r;

	if (tong__request_read(&r, file, &err)) {
		if (!err.code || !err.message[0])
			abort();
		return;
	}
	describe(&r);
	count(&r, text);
	sign(&r);
	tong__request_free(&r);
}

static void read_answer(void)
{
	tong_error err = TONG_ERROR_INIT;
	json_t *json, *body = json_object();

	if (tong__answer_read(file, &json, &err) == 0) {
		tong__answer_fits(json, "root", body);
		json_decref(json);
	}
	json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text;

	if (!keys)
		start();
	text = fill(data, n, names, 2);
	if (!text)
		abort();
	write_file(text);
	read_request(text);
	read_answer();
	free(text);
	return 0;
}
