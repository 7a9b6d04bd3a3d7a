/* The description of the API: openapi.json of this folder, taken into the program as it is. */
#include "agent/serve_in.h"

__asm__(".pushsection .rodata\n"
		"tong__openapi:\n"
		".incbin \"agent/openapi.json\"\n"
		"tong__openapi_end:\n"
		".popsection\n");

extern const char tong__openapi[], tong__openapi_end[];

enum MHD_Result tong__serve_openapi(struct tong__serve *s, struct MHD_Connection *c,
									const char *url)
{
	(void)url;
	return tong__answer_bytes(s, c, MHD_HTTP_OK, tong__openapi,
							  (size_t)(tong__openapi_end - tong__openapi), TONG_JSON_TYPE);
}
