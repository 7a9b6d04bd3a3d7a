/* Fuzzes the small readers of what is typed: codes, names of files, ids, addresses, UTF-8. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/code.h"
#include "core/element.h"
#include "core/repo_name.h"
#include "core/site.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void read_codes(const char *s)
{
	struct tong__portal_code portal;
	char out[32];
	enum tong__code_system system = tong__code_system_of(s);

	if (tong__uscc_valid(s) && (!tong__uscc_form(s) || tong__uscc_check_digit(s) != s[17]))
		abort();
	tong__orgcode_valid(s);
	if (tong__code_system_named(tong__code_system_name(system)) != system)
		abort();
	if (tong__code_national(s, out) && tong__code_system_of(out) != TONG__CODE_NATIONAL_12)
		abort();
	if (tong__portal_code_read(s, &portal) && strlen(portal.region) != 12)
		abort();
	if (tong__implementing_code(s, 3, "510100001001", out) && strlen(out) != 31)
		abort();
	if (tong__implementing_code("11510000008282837T", 2, s, out) && !strstr(out, s))
		abort();
}

/* A name of a repository stays inside it. */
static void read_names(const char *s)
{
	char file[200];

	if (tong__repo_name_valid(s)) {
		tong__repo_name_immutable(s);
		if (*s == '/' || strstr(s, "..") || strstr(s, "//") || strlen(s) >= TONG_REPO_NAME)
			abort();
	}
	tong__lang_prefix(s);
	tong__site_url_valid(s);
	tong__report_url_valid(s);
	if (tong__site_file(s, file, sizeof file) && strlen(file) >= sizeof file)
		abort();
	tong__id_valid(s);
	if (tong__region_code_valid(s) && !tong__region_within(s, s))
		abort();
	tong__region_within(s, "510000");
	tong__item_code_valid(s);
	if (tong__path_safe(s) && (*s == '/' || strstr(s, "//")))
		abort();
	tong__ends(s, "/");
}

/* What is valid can be walked, written again and is the same. */
static void read_utf8(const char *p, size_t n)
{
	const char *end = p + n;
	size_t characters = 0, bad = n;
	char out[4];

	if (!tong__utf8_valid(p, n, &bad)) {
		if (bad >= n)
			abort();
		return;
	}
	for (const char *at = p; at < end; characters++) {
		const char *from = at;
		size_t k = tong__utf8_put(tong__utf8_next(&at, end), out);

		if (k != (size_t)(at - from) || memcmp(out, from, k) != 0)
			abort();
	}
	if (characters != tong__utf8_count(p, n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *s = strndup((const char *)data, n);

	if (s) {
		read_codes(s);
		read_names(s);
	}
	read_utf8((const char *)data, n);
	free(s);
	return 0;
}
