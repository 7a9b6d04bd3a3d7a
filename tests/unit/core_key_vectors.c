/* Signatures that others have published: GB/T 32918.5, RFC 6979, RFC 8032. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/key.h"
#include "tests/lib/check.h"

/* A SubjectPublicKeyInfo in hex, as the PEM that metadata carries. */
static json_t *pem_key(const char *keytype, const char *scheme, const char *spki)
{
	unsigned char der[512], text[1024];
	char pem[1200];
	long n = tong__unhex(spki, der, sizeof der);

	EVP_EncodeBlock(text, der, (int)n);
	snprintf(pem, sizeof pem, "-----BEGIN PUBLIC KEY-----\n%.64s\n%s\n-----END PUBLIC KEY-----\n",
			 (char *)text, (char *)text + 64);
	if (strlen((char *)text) > 128)
		snprintf(pem, sizeof pem,
				 "-----BEGIN PUBLIC KEY-----\n%.64s\n%.64s\n%s\n-----END PUBLIC KEY-----\n",
				 (char *)text, (char *)text + 64, (char *)text + 128);
	return json_pack("{s:s, s:s, s:{s:s}}", "keytype", keytype, "scheme", scheme, "keyval",
					 "public", pem);
}

static void vector(json_t *json, const char *msg, size_t msg_n, const char *sig_hex)
{
	unsigned char sig[256];
	long n = tong__unhex(sig_hex, sig, sizeof sig);
	struct tong__key *key = NULL;
	tong_error err = TONG_ERROR_INIT;

	tong__key_read(json, NULL, &key, &err);
	json_decref(json);
	CHECK_STR(err.message, "");
	CHECK(tong__key_verify(key, msg, msg_n, sig, (size_t)n));
	sig[n - 1] ^= 1;
	CHECK(!tong__key_verify(key, msg, msg_n, sig, (size_t)n));
	tong__key_free(key);
}

/* GB/T 32918.5-2017, appendix A.2: the recommended curve, id 1234567812345678. */
static void verifies_gbt_32918_5(void)
{
	vector(pem_key("sm2", "sm2-sm3",
				   "3059301306072a8648ce3d020106082a811ccf5501822d03420004"
				   "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
				   "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"),
		   "message digest", 14,
		   "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
		   "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
}

/* RFC 6979, A.2.5 and A.2.6: message "sample". */
static void verifies_rfc_6979(void)
{
	vector(pem_key("ecdsa", "ecdsa-sha2-nistp256",
				   "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
				   "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
				   "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"),
		   "sample", 6,
		   "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
		   "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
	CHECK_ALIVE();
	vector(pem_key("ecdsa", "ecdsa-sha2-nistp384",
				   "3076301006072a8648ce3d020106052b8104002203620004"
				   "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
				   "def8f0ea9055866064a254515480bc13"
				   "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1"
				   "288b231c3ae0d4fe7344fd2533264720"),
		   "sample", 6,
		   "306602310094edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
		   "81a648152e44acf96e36dd1e80fabe46"
		   "02310099ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f"
		   "a329c145786e679e7b82c71a38628ac8");
}

/* RFC 8032, 7.1: tests 1 and 2. */
static void verifies_rfc_8032(void)
{
	static const char two[] = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
	static const char one[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

	vector(json_pack("{s:s, s:s, s:{s:s}}", "keytype", "ed25519", "scheme", "ed25519", "keyval",
					 "public", one),
		   "", 0,
		   "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
		   "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
	CHECK_ALIVE();
	vector(json_pack("{s:s, s:s, s:{s:s}}", "keytype", "ed25519", "scheme", "ed25519", "keyval",
					 "public", two),
		   "\x72", 1,
		   "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
		   "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

int main(void)
{
	RUN(verifies_gbt_32918_5);
	RUN(verifies_rfc_6979);
	RUN(verifies_rfc_8032);
	return tong_test_done();
}
