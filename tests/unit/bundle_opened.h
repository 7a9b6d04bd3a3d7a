/* What opening says of the bundle that was made last. */
#ifndef TESTS_UNIT_BUNDLE_OPENED_H
#define TESTS_UNIT_BUNDLE_OPENED_H

#include "agent/source.h"
#include "tests/unit/bundle_maker.h"

static tong_error err;
static const struct tong__source_options no_options;

/* What opening says of the file made last. */
static inline const char *opened(void)
{
	struct tong__source *s;
	int rc;

	err.message[0] = '\0';
	rc = tong__source_open(&s, path, &no_options, &err);
	if (!rc)
		tong__source_close(s);
	return tong__code_name(rc);
}

#define REFUSED(code, rule)                         \
	do {                                            \
		CHECK_STR(opened(), code);                  \
		CHECK(strncmp(err.message, rule, 2) == 0); \
	} while (0)

#endif
