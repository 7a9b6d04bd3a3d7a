/* Reading the rules of an alarm: "silent=3d,disk=5%". */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/board.h"

static const struct rule {
	const char *name;
	size_t at;
	const char *units; /* letters that may follow the number; "" none */
} rules[] = {
	{ "silent", offsetof(struct tong__alarm_rules, silent), "smhd" },
	{ "behind", offsetof(struct tong__alarm_rules, behind), "smhd" },
	{ "clock", offsetof(struct tong__alarm_rules, clock), "smhd" },
	{ "waiting", offsetof(struct tong__alarm_rules, waiting), "smhd" },
	{ "disk", offsetof(struct tong__alarm_rules, disk), "%" },
	{ "pending", offsetof(struct tong__alarm_rules, pending), "" },
};

static int64_t unit(char c)
{
	return c == 'd' ? 86400 : c == 'h' ? 3600 : c == 'm' ? 60 : 1;
}

static bool value(const char *text, size_t n, const char *units, int64_t *out)
{
	char digits[16], *end;
	int64_t v;

	if (n == 3 && memcmp(text, "off", 3) == 0) {
		*out = -1;
		return true;
	}
	if (n == 0 || n >= sizeof digits - 1 || text[0] < '0' || text[0] > '9')
		return false;
	memcpy(digits, text, n);
	digits[n] = '\0';
	v = strtoll(digits, &end, 10);
	if (*end && (end[1] || !strchr(units, *end)))
		return false;
	if (v > 1000000000)
		return false;
	*out = v * unit(*end);
	return true;
}

static int read_one(const char *text, size_t n, struct tong__alarm_rules *out, tong_error *err)
{
	const char *equals = memchr(text, '=', n);
	size_t name = equals ? (size_t)(equals - text) : n;
	char said[80];

	for (size_t i = 0; equals && i < sizeof rules / sizeof *rules; i++)
		if (strlen(rules[i].name) == name && memcmp(rules[i].name, text, name) == 0 &&
			value(equals + 1, n - name - 1, rules[i].units, (int64_t *)((char *)out + rules[i].at)))
			return 0;
	snprintf(said, sizeof said, "%.*s", (int)(n < 70 ? n : 70), text);
	return tong__fail(err, TONG_E_USAGE, said,
					  "wanted: silent, behind, clock, waiting (like 3d, 36h, 300s), disk (5%%) or "
					  "pending (1000), or off");
}

int tong__alarm_read(const char *text, struct tong__alarm_rules *out, tong_error *err)
{
	int rc = 0;

	while (!rc && *text) {
		size_t n = strcspn(text, ",");

		rc = read_one(text, n, out, err);
		text += n + (text[n] == ',');
	}
	return rc;
}
