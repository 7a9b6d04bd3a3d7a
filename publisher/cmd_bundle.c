/* `bundle`: a release as one file, to be carried where no network reaches. */
#include <errno.h>
#include <stdlib.h>

#include "core/text.h"
#include "publisher/bundle_write.h"
#include "publisher/cmd.h"
#include "publisher/metadata.h"

static int read_options(const struct tong__args *a, struct tong__bundle_options *opt,
                        tong_error *err)
{
	char *end = NULL;
	size_t i;

	if (!a->from)
		return tong__fail(err, TONG_E_USAGE, "bundle", "wants --from DIR, the release repository");
	if (!a->out)
		return tong__fail(err, TONG_E_USAGE, "bundle", "wants --out FILE, the file to write");
	opt->regions = a->regions;
	opt->n_regions = a->n_regions;
	opt->now = a->now;
	for (i = 0; i < a->n_regions; i++)
		if (!tong__region_code_valid(a->regions[i]))
			return tong__fail(err, TONG_E_USAGE, a->regions[i],
			                  "not a region code: 6, 9 or 12 digits are wanted");
	errno = 0;
	if (a->since)
		opt->since = strtoul(a->since, &end, 10);
	if (a->since && (errno || *end || *a->since < '1' || *a->since > '9'))
		return tong__fail(err, TONG_E_USAGE, "--since",
		                  "wants the number of a release, as `tong-agent status` shows it, not "
		                  "'%s'",
		                  a->since);
	return 0;
}

static void sum_up(const struct tong__args *a, const struct tong__bundle_report *r,
                   const char *date)
{
	tong__summary(a, "bundle of release %lu: %s layers, %s changesets, %s, valid until %s",
	              r->version, tong__count(r->layers), tong__count(r->changesets),
	              tong__bytes(r->bytes), date);
}

int tong__cmd_bundle(const struct tong__args *a, tong_error *err)
{
	struct tong__bundle_options opt = {0};
	struct tong__bundle_report r;
	char date[TONG_DATE];
	int code = read_options(a, &opt, err);

	if (!code)
		code = tong__bundle_write(a->from, a->out, &opt, &r, err);
	if (code)
		return code;
	tong__date(r.expires, date);
	sum_up(a, &r, date);
	if (!a->json)
		return 0;
	return tong__answer(json_pack("{s:I, s:s, s:I, s:I, s:I, s:I}", "version",
	                              (json_int_t)r.version, "valid_until", date, "layers",
	                              (json_int_t)r.layers, "changesets", (json_int_t)r.changesets,
	                              "members", (json_int_t)r.members, "bytes", (json_int_t)r.bytes),
	                    err);
}
