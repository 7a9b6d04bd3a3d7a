/* Digests against the vectors of FIPS 180-4; hex both ways. */
#include "core/hash.h"
#include "tests/lib/check.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void digests_known_vectors(void)
{
	struct tong__hash h;
	char hex[TONG_HEX], hex512[129];

	tong__sha256("abc", 3, &h);
	tong__hash_hex(&h, hex);
	CHECK_STR(hex, ABC);
	tong__sha256("", 0, &h);
	tong__hash_hex(&h, hex);
	CHECK_STR(hex, EMPTY); /* L3: the empty layer */
	tong__sha512_hex("abc", 3, hex512);
	CHECK(!strncmp(hex512, "ddaf35a193617abacc417349ae204131", 32));
	CHECK_INT(strlen(hex512), 128);
}

static void digests_piece_by_piece(void)
{
	struct tong__hasher *hasher = tong__hasher_new();
	struct tong__hash h, abc;

	CHECK(hasher != NULL);
	CHECK(tong__hash_parse(ABC, &abc));
	tong__hasher_add(hasher, "a", 1);
	tong__hasher_add(hasher, "", 0);
	tong__hasher_add(hasher, "bc", 2);
	tong__hasher_final(hasher, &h);
	CHECK(tong__hash_equal(&h, &abc));
	tong__hasher_add(hasher, "abc", 3); /* ready again */
	tong__hasher_final(hasher, &h);
	CHECK(tong__hash_equal(&h, &abc));
	tong__hasher_free(hasher);
	tong__hasher_free(NULL);
}

static void reads_a_hash_strictly(void)
{
	struct tong__hash h;

	CHECK(tong__hash_parse(EMPTY, &h));
	CHECK(!tong__hash_parse("", &h));
	CHECK(!tong__hash_parse("e3b0", &h));
	CHECK(!tong__hash_parse(EMPTY "0", &h));
	CHECK(!tong__hash_parse(EMPTY " ", &h));
	CHECK(!tong__hash_parse("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
				&h));
}

static void reads_hex(void)
{
	unsigned char out[3];
	char hex[7];

	CHECK_INT(tong__unhex("00fFa5", out, 3), 3);
	CHECK_INT(out[1], 255);
	tong__hex(out, 3, hex);
	CHECK_STR(hex, "00ffa5");
	CHECK_INT(tong__unhex("", out, 3), 0);
	CHECK_INT(tong__unhex("00f", out, 3), -1);
	CHECK_INT(tong__unhex("0g", out, 3), -1);
	CHECK_INT(tong__unhex("00000000", out, 3), -1);
}

int main(void)
{
	RUN(digests_known_vectors);
	RUN(digests_piece_by_piece);
	RUN(reads_a_hash_strictly);
	RUN(reads_hex);
	return tong_test_done();
}
