/* Headers of ustar: POSIX.1-2017, pax, "ustar Interchange Format". */
#include "core/ustar.h"

#include <stdio.h>
#include <string.h>

/* Where the fields lie. */
enum {
	NAME = 0, NAME_N = 100,
	MODE = 100, UID = 108, GID = 116,
	SIZE = 124, TIME = 136, LONG_N = 12,
	SUM = 148, SUM_N = 8,
	TYPE = 156,
	MAGIC = 257,
	MAJOR = 329, MINOR = 337,
	PREFIX = 345, PREFIX_N = 155
};
static const char magic[8] = {'u', 's', 't', 'a', 'r', 0, '0', '0'};

/* The sum of all bytes, with blanks in place of the sum itself. */
static unsigned sum_of(const unsigned char *b)
{
	unsigned sum = SUM_N * ' ';

	for (int i = 0; i < TONG_USTAR_BLOCK; i++)
		if (i < SUM || i >= SUM + SUM_N)
			sum += b[i];
	return sum;
}

/* Octal digits, then blanks or NULs up to the end of the field. */
static bool octal(const unsigned char *p, size_t n, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		*out = *out * 8 + (uint64_t)(p[i] - '0');
	if (i == 0)
		return false;
	for (; i < n; i++)
		if (p[i] != ' ' && p[i] != 0)
			return false;
	return true;
}

static bool is_zero(const unsigned char *b)
{
	return b[0] == 0 && memcmp(b, b + 1, TONG_USTAR_BLOCK - 1) == 0;
}

enum tong__ustar tong__ustar_read(const unsigned char b[TONG_USTAR_BLOCK],
								  char name[TONG_USTAR_NAME], uint64_t *size)
{
	uint64_t sum;
	size_t n;

	if (is_zero(b))
		return TONG_USTAR_END;
	if (memcmp(b + MAGIC, magic, sizeof magic) != 0 || !octal(b + SUM, SUM_N, &sum) ||
	    sum != sum_of(b))
		return TONG_USTAR_NONE;
	n = strnlen((const char *)b + PREFIX, PREFIX_N);
	memcpy(name, b + PREFIX, n);
	if (n)
		name[n++] = '/';
	memcpy(name + n, b + NAME, NAME_N);
	name[n + strnlen((const char *)b + NAME, NAME_N)] = '\0';
	if (b[TYPE] != '0')
		return TONG_USTAR_OTHER;
	return octal(b + SIZE, LONG_N, size) ? TONG_USTAR_FILE : TONG_USTAR_NONE;
}

/* Where the name is parted into prefix and name; 0 when it fits as it is. */
static bool part(const char *name, size_t *prefix)
{
	size_t n = strlen(name);

	*prefix = 0;
	if (n <= NAME_N)
		return n > 0;
	for (size_t i = n - NAME_N - 1; i < n - 1 && i <= PREFIX_N; i++) {
		if (i > 0 && name[i] == '/') {
			*prefix = i;
			return true;
		}
	}
	return false;
}

static void put(unsigned char *at, const char *digits)
{
	memcpy(at, digits, strlen(digits) + 1);
}

bool tong__ustar_write(unsigned char b[TONG_USTAR_BLOCK], const char *name, uint64_t size)
{
	char digits[32];
	size_t prefix;

	memset(b, 0, TONG_USTAR_BLOCK);
	if (size >> 33 || !part(name, &prefix))
		return false;
	memcpy(b + PREFIX, name, prefix);
	name += prefix + (prefix > 0);
	memcpy(b + NAME, name, strlen(name));
	put(b + MODE, "0000644");
	put(b + UID, "0000000");
	put(b + GID, "0000000");
	snprintf(digits, sizeof digits, "%011llo", (unsigned long long)size);
	put(b + SIZE, digits);
	put(b + TIME, "00000000000");
	b[TYPE] = '0';
	memcpy(b + MAGIC, magic, sizeof magic);
	put(b + MAJOR, "0000000");
	put(b + MINOR, "0000000");
	snprintf(digits, sizeof digits, "%06o", sum_of(b));
	put(b + SUM, digits);
	b[SUM + 7] = ' ';
	return true;
}

size_t tong__ustar_pad(uint64_t size)
{
	return (size_t)(-size % TONG_USTAR_BLOCK);
}
