/* Check digits of bodies: the unified social credit code and the older organisation code. */
#include <string.h>

#include "core/code.h"

/* GB 32100-2015: no I, O, S, V, Z. A character's place here is its value. */
static const char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int value_in(const char *alphabet, char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

bool tong__uscc_form(const char *s)
{
	return strspn(s, uscc_alphabet) == 18 && s[18] == '\0';
}

char tong__uscc_check_digit(const char *first17)
{
	int sum = 0, weight = 1, i;

	for (i = 0; i < 17; i++) {
		int v = value_in(uscc_alphabet, first17[i]);

		if (v < 0)
			return '\0';
		sum += v * weight;
		weight = weight * 3 % 31; /* 3^i mod 31 */
	}
	return uscc_alphabet[(31 - sum % 31) % 31];
}

bool tong__uscc_valid(const char *s)
{
	return tong__uscc_form(s) && tong__uscc_check_digit(s) == s[17];
}

bool tong__orgcode_valid(const char *s)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0, i;

	for (i = 0; i < 8; i++) {
		int v = value_in(alphabet, s[i]);

		if (v < 0)
			return false;
		sum += v * weights[i];
	}
	s += s[8] == '-' ? 9 : 8;
	/* GB 11714-1997: 11 - sum mod 11, where 10 is X and 11 is 0. */
	return s[0] == "0X987654321"[sum % 11] && s[1] == '\0';
}
