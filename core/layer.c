/* Layers: their names, which keys each may hold, and the walk over their lines. */
#include <string.h>

#include "core/record.h"
#include "core/text.h"

bool tong__layer_concerns(const char *layer, const char *region)
{
	return layer[0] != 'r' || tong__region_within(layer + 1, region) ||
	       tong__region_within(region, layer + 1);
}

bool tong__layer_name_valid(const char *name)
{
	size_t n = strlen(name);

	if (!strcmp(name, "site") || !strcmp(name, "base"))
		return true;
	return name[0] == 'r' && (n == 7 || n == 10) && tong__region_code_valid(name + 1);
}

/* Each kind of key and the layer it belongs to; one that ends in / wants something after it. */
static const struct {
	char layer;   /* first letter: site, base, r… ; d for derived (L9), which is never shipped */
	const char *kind;
} kinds[] = {
	{'s', "asset/"}, {'s', "look"}, {'s', "strings/"}, {'s', "template/"},
	{'r', "hall/"}, {'r', "listing/"}, {'d', "brief/"},
	{'b', "agency/"}, {'b', "alias/"}, {'b', "catalogue"}, {'b', "change/"}, {'b', "doc/"},
	{'b', "figures/"},
	{'b', "intermediary/"}, {'b', "item/"}, {'b', "law/"}, {'b', "licence/"},
	{'b', "material/"}, {'b', "notice/"}, {'b', "region/"}, {'b', "theme/"}, {'b', "where/"},
};

static bool is_kind(struct tong__str key, const char *kind)
{
	size_t n = strlen(kind);

	if (kind[n - 1] != '/')
		return key.n == n && !memcmp(key.p, kind, n);
	return key.n > n && !memcmp(key.p, kind, n);
}

/* A kind that later versions may bring (L10) has a place in the province's layers only. */
static bool has_place(char layer, struct tong__str key)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (is_kind(key, kinds[i].kind))
			return kinds[i].layer == layer;
	return layer != 'r';
}

int tong__record_allowed(const char *layer, struct tong__str key, tong_error *err)
{
	if (!tong__layer_name_valid(layer))
		return tong__fail(err, TONG_E_ROLE, layer, "L2: not the name of a layer");
	if (has_place(layer[0], key))
		return 0;
	return tong__fail(err, TONG_E_ROLE, layer, "%s: this layer may not hold the key %.*s",
	                  layer[0] == 'r' ? "L7, P7" : "L10", (int)key.n, key.p);
}

/* One line at 'p': its key and its length, compared with the key before. */
static int next_line(const char *p, size_t left, struct tong__str last, struct tong__str *key,
		     struct tong__str *line, tong_error *err)
{
	const char *lf = memchr(p, '\n', left <= TONG_MAX_RECORD ? left : TONG_MAX_RECORD);
	int code;

	if (!lf && left > TONG_MAX_RECORD)
		return tong__fail(err, TONG_E_LIMIT, NULL, "R3: longer than %u bytes",
				  TONG_MAX_RECORD);
	if (!lf)
		return tong__fail(err, TONG_E_FORMAT, NULL, "R1: no LF at the end");
	line->p = p;
	line->n = (size_t)(lf - p);
	code = tong__record_key(p, line->n, key, err);
	if (!code && last.p && tong__key_cmp(last, *key) >= 0)
		code = tong__fail(err, TONG_E_FORMAT, NULL, "L1: key %.*s after %.*s", (int)key->n,
				  key->p, (int)last.n, last.p);
	return code;
}

int tong__layer_each(const char *layer, const char *bytes, size_t n,
		     int (*fn)(void *user, struct tong__str key, struct tong__str line), void *user,
		     tong_error *err)
{
	struct tong__str last = {NULL, 0}, key = {NULL, 0}, line = {NULL, 0};
	const char *p = bytes, *end = n ? bytes + n : bytes;
	tong_error why = TONG_ERROR_INIT;
	size_t count = 0;
	int code;

	if (n > TONG_MAX_LAYER)
		return tong__fail(err, TONG_E_LIMIT, layer,
				  "a layer of %zu bytes, at most %u are allowed", n,
				  TONG_MAX_LAYER);
	while (p < end) {
		if (++count > TONG_MAX_LAYER_RECORDS)
			return tong__fail(err, TONG_E_LIMIT, layer, "L1: more than %u records",
					  TONG_MAX_LAYER_RECORDS);
		code = next_line(p, (size_t)(end - p), last, &key, &line, &why);
		if (code)
			return tong__fail(err, code, layer, "line %zu: %s", count, why.message);
		code = fn(user, key, line);
		if (code)
			return code;
		last = key;
		p = line.p + line.n + 1;
	}
	return 0;
}
