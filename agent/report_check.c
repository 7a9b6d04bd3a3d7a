/* What a report may say, kind by kind (FORMAT U6, U12): types and ceilings of its members. */
#include <string.h>

#include "agent/report.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

enum type {
	TEXT,   /* at most 'max' characters */
	NUMBER, /* from 0 on, at most 'max' when that is not 0 */
	SIGNED,
	TRUTH,
	OBJECT,
	ID,      /* of a node */
	REGIONS, /* codes */
	LAYERS,
	WORD /* one of 'words' */
};

struct member {
	const char *name;
	enum type type;
	bool needed;
	size_t max;
	const char *words; /* " a b " */
};

static const struct member request[] = { { "name", TEXT, true, TONG_MAX_NODE_NAME, NULL },
										 { "regions", REGIONS, false, TONG_MAX_NODE_REGIONS, NULL },
										 { "agent", TEXT, false, 40, NULL },
										 { NULL, TEXT, false, 0, NULL } };

static const struct member vouch[] = {
	{ "node", ID, true, 0, NULL },
	{ "name", TEXT, true, TONG_MAX_NODE_NAME, NULL },
	{ "regions", REGIONS, false, TONG_MAX_NODE_REGIONS, NULL },
	{ "state", WORD, true, 0, " approved revoked " },
	{ NULL, TEXT, false, 0, NULL },
};

static const struct member attestation[] = { { "agent", TEXT, true, 40, NULL },
											 { "release", NUMBER, true, 0, NULL },
											 { "regions", REGIONS, false, TONG_MAX_NODE_REGIONS,
											   NULL },
											 { "layers", LAYERS, false, 1000, NULL },
											 { "sound", TRUTH, true, 0, NULL },
											 { "differences", NUMBER, false, 0, NULL },
											 { "left", NUMBER, false, 0, NULL },
											 { "pages", OBJECT, false, 0, NULL },
											 { "disk", OBJECT, false, 0, NULL },
											 { "skew", SIGNED, false, 0, NULL },
											 { "synced", NUMBER, false, 0, NULL },
											 { "pending", NUMBER, false, 0, NULL },
											 { NULL, TEXT, false, 0, NULL } };

static const struct member feedback[] = {
	{ "id", TEXT, true, TONG_NODE_SPOKEN - 1, NULL },
	{ "what", WORD, true, 0, " wrong old differs unclear link other rating " },
	{ "item", TEXT, false, 40, NULL },
	{ "region", TEXT, false, 40, NULL },
	{ "field", TEXT, false, 64, NULL },
	{ "text", TEXT, false, TONG_MAX_FEEDBACK, NULL },
	{ "contact", TEXT, false, 100, NULL },
	{ "fingerprint", TEXT, false, TONG_FINGERPRINT - 1, NULL },
	{ "lang", TEXT, false, 15, NULL },
	{ "rating", NUMBER, false, 5, NULL },
	{ "until", NUMBER, true, 0, NULL },
	{ NULL, TEXT, false, 0, NULL },
};

static const struct {
	const char *kind;
	const struct member *members;
} kinds[] = { { "request", request },
			  { "vouch", vouch },
			  { "attestation", attestation },
			  { "feedback", feedback } };

static bool word_in(const char *word, const char *words)
{
	size_t n = strlen(word);

	for (const char *p = words; n && (p = strstr(p, word)) != NULL; p++)
		if (p > words && p[-1] == ' ' && p[n] == ' ')
			return true;
	return false;
}

/* A text for people: characters counted, no control characters but line ends and tabs. */
static bool text_fits(const char *s, size_t max)
{
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		if ((*p < ' ' && *p != '\n' && *p != '\t') || *p == 0x7f)
			return false;
	return tong__utf8_count(s, strlen(s)) <= max;
}

static bool regions_fit(const json_t *list, size_t max)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (!json_is_string(v) || !tong__region_code_valid(json_string_value(v)))
			return false;
	}
	return json_is_array(list) && json_array_size(list) <= max;
}

static bool layers_fit(const json_t *list, size_t max)
{
	const json_t *v;
	struct tong__hash any;
	size_t i;

	json_array_foreach(list, i, v)
	{
		const char *name = tong__json_str(v, "name"), *sha = tong__json_str(v, "sha256");

		if (!name || !tong__layer_name_valid(name) || !sha || !tong__hash_parse(sha, &any) ||
			tong__json_int(v, "since", 0) < 0)
			return false;
	}
	return json_is_array(list) && json_array_size(list) <= max;
}

static bool fits(const struct member *m, const json_t *v)
{
	const char *s = json_string_value(v);

	switch (m->type) {
	case TEXT:
		return s && text_fits(s, m->max);
	case WORD:
		return s && word_in(s, m->words);
	case ID:
		return s && tong__node_id_valid(s);
	case NUMBER:
		return json_is_integer(v) && json_integer_value(v) >= 0 &&
			   (!m->max || json_integer_value(v) <= (json_int_t)m->max);
	case SIGNED:
		return json_is_integer(v);
	case TRUTH:
		return json_is_boolean(v);
	case OBJECT:
		return json_is_object(v);
	case REGIONS:
		return regions_fit(v, m->max);
	case LAYERS:
		return layers_fit(v, m->max);
	}
	return false;
}

static const struct member *members_of(const char *kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].members;
	return NULL;
}

/* U12: how long it is kept has an end. */
static int check_end(const json_t *body, tong_error *err)
{
	json_int_t time = tong__json_int(body, "time", 0), until = tong__json_int(body, "until", 0);

	if (until < time || until - time > (json_int_t)TONG_MAX_KEEP_DAYS * 86400)
		return tong__fail(err, TONG_E_LIMIT, "until", "U12: is not within %d days from its time",
						  TONG_MAX_KEEP_DAYS);
	return 0;
}

int tong__report_check(const json_t *body, tong_error *err)
{
	const char *kind = tong__json_str(body, "kind");
	const struct member *m;

	if (!kind || !tong__id_valid(kind) || tong__json_int(body, "time", -1) < 0)
		return tong__fail(err, TONG_E_FORMAT, "kind", "U6: a report wants kind and time");
	for (m = members_of(kind); m && m->name; m++) {
		const json_t *v = json_object_get(body, m->name);

		if (v ? !fits(m, v) : m->needed)
			return tong__fail(err, TONG_E_FORMAT, m->name,
							  "U6: this is not what a report of kind %s wants", kind);
	}
	return strcmp(kind, "feedback") == 0 ? check_end(body, err) : 0;
}
