/* Fuzzes what is said of a guide: a form or JSON, and what the node keeps of it. */
#include <stdint.h>

#include "agent/outbox.h"
#include "agent/serve_form.h"
#include "core/json.h"
#include "tests/unit/agent_node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static tong_agent *node;

static void start(void)
{
	static struct province p;

	p_begin(&p, "form", &node);
	p_sync(node, "TONG_OK", "full", NULL);
}

/* Each input begins with nothing said. */
static void forget(void)
{
	static const char *const names[] = { "", "-wal", "-shm" };
	char path[1200];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/ledger.db%s", p_node_dir("form-node"), names[i]);
		unlink(path);
	}
}

static void keep(const struct tong__form *f)
{
	const char *rating = tong__form_get(f, "rating");
	tong_feedback said = TONG_FEEDBACK_INIT;
	tong_error err = TONG_ERROR_INIT;
	int rc;

	said.kind = tong__form_get(f, "kind");
	said.item = tong__form_get(f, "item");
	said.region = tong__form_get(f, "region");
	said.field = tong__form_get(f, "field");
	said.text = tong__form_get(f, "text");
	said.contact = tong__form_get(f, "contact");
	said.fingerprint = tong__form_get(f, "fingerprint");
	said.lang = tong__form_get(f, "lang");
	said.rating = rating ? (uint64_t)atoi(rating) : 0;
	rc = tong_agent_feedback(node, &said, &err);
	if (rc ? rc != err.code || !err.message[0] : strlen(said.id) != 19)
		abort();
}

/* Names and values are strings, each name once. */
static void check(const struct tong__form *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (tong__form_get(f, f->field[i].name) != f->field[i].value)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *body = (const char *)data;
	tong_error err = TONG_ERROR_INIT;
	struct tong__form f;

	if (!node)
		start();
	if (n > TONG_FORM_BYTES)
		return 0;
	forget();
	if (tong__form_read(&f, body, n, &err) == 0)
		keep(&f);
	check(&f);
	tong__form_free(&f);
	err.code = 0;
	if (tong__form_read_json(&f, body, n, &err) == 0)
		keep(&f);
	check(&f);
	tong__form_free(&f);
	return 0;
}
