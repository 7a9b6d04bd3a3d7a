/* Bytes that are not strict JSON, ceilings, and flipped bits. Each refusal is followed by a healthy
 * update. */
#include "core/err.h"
#include "tests/unit/tuf_repo.h"

static const size_t ceilings[ROLES] = { 512000, 16384, 2000000, 5000000, 5000000, 5000000 };

static void limits_the_size_of_every_file(void)
{
	for (int role = ROOT; role < ROLES; role++)
		for (size_t more = 0; more < 2; more++) {
			struct client c;
			struct repo *r;
			char *text;

			repo_begin(&r, &c);
			repo_publish(r);
			text = malloc(ceilings[role] + more + 1);
			memset(text, ' ', ceilings[role] + more);
			memcpy(text, r->file[role], r->n[role]);
			text[ceilings[role] + more] = '\0';
			repo_replace(r, role, text, ceilings[role] + more);
			if (more)
				repo_refused(r, &c, role, "TONG_E_LIMIT");
			else
				CHECK_INT(client_update(&c, r, NULL), 0);
			CHECK_ALIVE();
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
}

/* The file with something before and after it, or only so many thousandths of it. */
static void try_text(int role, const char *before, const char *after, size_t part)
{
	struct client c;
	struct repo *r;
	char *text;
	size_t n;

	repo_begin(&r, &c);
	repo_publish(r);
	text = malloc(r->n[role] + strlen(before) + strlen(after) + 1);
	strcpy(text, before);
	strncat(text, r->file[role], r->n[role] * part / 1000);
	strcat(text, after);
	n = strlen(text);
	repo_replace(r, role, text, n);
	repo_refused(r, &c, role, "TONG_E_FORMAT");
	if (!tong_test.failed)
		repo_recovers(r, &c);
	else
		printf("%s: before '%s', after '%s', %zu/1000\n", role_names[role], before, after, part);
	repo_end(r, &c);
}

static void rejects_bytes_around_and_missing(void)
{
	static const char *const around[][2] = {
		{ "", "}" },
		{ "", "x" },
		{ "", "{}" },
		{ "", " 0" },
		{ "\xef\xbb\xbf", "" },
		{ "x", "" },
		{ "[", "]" },
		{ "{}", "" },
		{ "{\"a\":", "}" },
		{ "", "\xff" },
		{ "", "\x1a" },
		{ "// note\n", "" },
	};

	for (int role = ROOT; role < ROLES; role++) {
		for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
			try_text(role, around[i][0], around[i][1], 1000);
			CHECK_ALIVE();
		}
		for (size_t part = 0; part < 1000; part += 111) {
			try_text(role, "", "", part);
			CHECK_ALIVE();
		}
	}
}

/* Puts 'text' where the body begins, 'name' being replaced by it if that is given. */
static void try_inside(int role, const char *what, const char *text, const char *want)
{
	struct client c;
	struct repo *r;
	char *at, *whole;

	repo_begin(&r, &c);
	repo_publish(r);
	at = strstr(r->file[role], what);
	if (!at)
		fprintf(stderr, "tests: no %s in %s\n", what, r->file[role]), abort();
	whole = malloc(r->n[role] + strlen(text) + 1);
	sprintf(whole, "%.*s%s%s", (int)(at - r->file[role]), r->file[role], text, at + strlen(what));
	repo_replace(r, role, whole, strlen(whole));
	repo_refused(r, &c, role, want);
	if (!tong_test.failed)
		repo_recovers(r, &c);
	else
		printf("%s: '%s' instead of '%s'\n", role_names[role], text, what);
	repo_end(r, &c);
}

static void rejects_what_is_not_strict_json(void)
{
	static const char *const rows[][2] = {
		{ "\"spec_version\"", "\"version\":1,\"spec_version\"" }, /* said twice */
		{ "\"signed\":{", "\"signed\":{},\"signed\":{" },
		{ "{\"signatures\"", "{\"signatures\":[],\"signatures\"" },
		{ "\"keyid\":", "\"sig\":\"\",\"keyid\":" },
		{ "\"version\":2", "\"version\":2.0" },
		{ "\"version\":2", "\"version\":2e0" },
		{ "\"version\":2", "\"version\":02" },
		{ "\"version\":2", "\"version\":+2" },
		{ "\"version\":2", "\"version\":NaN" },
		{ "\"version\":2", "\"version\":99999999999999999999" },
		{ "\"spec_version\"", "\"a\":1.5,\"spec_version\"" },
		{ "\"spec_version\"", "\"a\":'x',\"spec_version\"" },
		{ "\"spec_version\"", "\"a\":[1,],\"spec_version\"" },
		{ "\"spec_version\"", "\"a\":\"\xff\",\"spec_version\"" },
		{ "\"spec_version\"", "\"a\":\"\xed\xa0\x80\",\"spec_version\"" },
		{ "\"spec_version\"", "\"a\":\"\\ud800\",\"spec_version\"" },
		{ "\"spec_version\"", "\"a\":\"\\u0000\",\"spec_version\"" },
		{ "\"spec_version\"", "\"\\u0000\":1,\"spec_version\"" },
		{ "\"spec_version\"", "\"a\":\"\n\",\"spec_version\"" },
		{ "\"signed\":{", "\"signed\":[{" },
		{ "\"signed\":{", "\"singed\":{" },
		{ "\"signatures\":[", "\"signature\":[" },
		{ "{\"signatures\":[", "{\"signatures\":{},\"x\":[" },
		{ "{\"signatures\":[", "{\"signatures\":null,\"x\":[" },
	};

	for (int role = ROOT; role < ROLES; role++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			try_inside(role, rows[i][0], rows[i][1], "TONG_E_FORMAT");
			CHECK_ALIVE();
		}
}

/* Unsigned bytes are not looked at more closely than JSON asks: whatever they claim, it is the
 * signature. */
static void looks_at_no_body_before_its_signature(void)
{
	for (int role = ROOT; role < ROLES; role++) {
		try_inside(role, "\"version\":2", "\"version\":0", "TONG_E_SIGNATURE");
		try_inside(role, "2030-01-01", "1999-01-01", "TONG_E_SIGNATURE");
		try_inside(role, "\"spec_version\"", "\"delegations\":7,\"spec_version\"",
				   role == TARGETS || role == BASE ? "TONG_E_FORMAT" : "TONG_E_SIGNATURE");
		CHECK_ALIVE();
	}
}

/* "x": that many levels, within the two that are above it. */
static void nest(char *out, int depth)
{
	for (int i = 0; i < depth; i++)
		out = stpcpy(out, i & 1 ? "{\"a\":" : "[");
	out = stpcpy(out, "1");
	for (int i = depth; i--;)
		*out++ = i & 1 ? '}' : ']';
	*out = '\0';
}

static void limits_depth(void)
{
	static const int deep[] = { 31, 63, 500, 100000 };
	char *value = malloc(400100), *text = malloc(400300);

	for (int role = ROOT; role < ROLES; role++) {
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		nest(value, 30);
		repo_edit(r, role, "x", value);
		repo_publish(r);
		CHECK_INT(client_update(&c, r, NULL), 0);
		repo_recovers(r, &c);
		repo_end(r, &c);
		for (size_t i = 0; i < 4 && (role != TIMESTAMP || i < 3); i++) {
			nest(value, deep[i]);
			sprintf(text, "\"x\":%s,\"spec_version\"", value);
			try_inside(role, "\"spec_version\"", text,
					   strlen(text) > ceilings[role] ? "TONG_E_LIMIT" : "TONG_E_FORMAT");
			CHECK_ALIVE();
		}
	}
	free(value);
	free(text);
}

/* Whichever bit of a file flips: refused, or the very same statement in other letters. */
static void notices_every_flipped_bit(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	repo_publish(r);
	for (int role = ROOT; role < ROLES; role++)
		for (size_t bit = (size_t)role; bit < 8 * r->n[role]; bit += 29) {
			struct client one = { .root = strdup(c.root) };
			json_t *was, *is;

			r->file[role][bit / 8] ^= (char)(1 << bit % 8);
			if (!client_update(&one, r, NULL)) {
				is = json_loads(r->file[role], 0, NULL);
				r->file[role][bit / 8] ^= (char)(1 << bit % 8);
				was = json_loads(r->file[role], 0, NULL);
				CHECK(json_equal(tong__json_obj(is, "signed"), tong__json_obj(was, "signed")));
				json_decref(is);
				json_decref(was);
			} else {
				r->file[role][bit / 8] ^= (char)(1 << bit % 8);
			}
			client_forget(&one);
		}
	CHECK_INT(client_update(&c, r, NULL), 0);
	repo_end(r, &c);
}

int main(void)
{
	RUN(limits_the_size_of_every_file);
	RUN(rejects_bytes_around_and_missing);
	RUN(rejects_what_is_not_strict_json);
	RUN(looks_at_no_body_before_its_signature);
	RUN(limits_depth);
	RUN(notices_every_flipped_bit);
	return tong_test_done();
}
