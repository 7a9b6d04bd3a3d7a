/* Texts that name what differs from run to run: ids of keys and nodes. */
#ifndef TESTS_FUZZ_FILL_H
#define TESTS_FUZZ_FILL_H

#include <stdint.h>
#include <string.h>

#include "core/buf.h"

/* What a name like "@L" in an input becomes: keys differ from run to run. */
struct named {
	const char *name; /* two characters */
	char text[65]; /* 64 digits */
};

/* The input with its names filled in; yours to free. */
static inline char *fill(const uint8_t *data, size_t n, const struct named *names, size_t n_names)
{
	struct tong__buf out;
	size_t len;

	tong__buf_init(&out, 1 << 22);
	for (size_t i = 0, k; i < n;) {
		for (k = 0; k < n_names && (n - i < 2 || memcmp(data + i, names[k].name, 2) != 0); k++)
			;
		if (k < n_names)
			tong__buf_adds(&out, names[k].text);
		else
			tong__buf_addc(&out, (char)data[i]);
		i += k < n_names ? 2 : 1;
	}
	tong__buf_addc(&out, '\0');
	return tong__buf_take(&out, &len);
}

#endif
