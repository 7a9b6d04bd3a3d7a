/* Records agency/ID: the directory of bodies. */
#include "publisher/records.h"

static int put_agency(struct tong__build *b, const struct tong__table *t, size_t row)
{
	static const char *const copied[] = {"name", "short_name", "region", "uscc", "phone",
	                                     "address", "status", "note"};
	json_t *rec = tong__record_new(b, "agency/", tong__table_cell(t, row, "id"));

	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		tong__set_str(b, rec, copied[i], tong__table_cell(t, row, copied[i]));
	tong__set(b, rec, "codes_seen", tong__split(b, tong__table_cell(t, row, "codes_seen"), ' '));
	return tong__record_put(b, rec);
}

int tong__records_agencies(struct tong__build *b)
{
	const struct tong__table *t = b->m->agencies;
	int rc = 0;

	for (size_t i = 0; !rc && t && i < t->n_rows; i++)
		rc = put_agency(b, t, i);
	return rc;
}
