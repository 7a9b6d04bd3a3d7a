/* The door to expat: streaming, with a ceiling on one tag and without any document type. */
#include "publisher/xlsx_xml.h"

#include <expat.h>
#include <string.h>

/* One tag or declaration: an unfinished one is scanned again with each piece, so that a long one
 * costs the square. */
#define MAX_TAG (1 << 20)

struct reader {
	const struct tong__xml_handler *h;
	void *user;
	XML_Parser parser;
	const char *subject, *part;
	long long fed;
	int rc;
	tong_error *err;
};

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *tong__xml_attribute(const char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i]; i += 2)
		if (!strcmp(local(attributes[i]), name))
			return attributes[i + 1];
	return NULL;
}

static void stop(struct reader *r, int rc)
{
	if (rc && !r->rc) {
		r->rc = rc;
		XML_StopParser(r->parser, XML_FALSE);
	}
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = user;

	if (r->h->start && !r->rc)
		stop(r, r->h->start(r->user, local(name), attributes, r->err));
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
	struct reader *r = user;

	if (r->h->end && !r->rc)
		stop(r, r->h->end(r->user, local(name), r->err));
}

static void XMLCALL on_text(void *user, const XML_Char *s, int n)
{
	struct reader *r = user;

	if (r->h->text && !r->rc)
		stop(r, r->h->text(r->user, s, (size_t)n, r->err));
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal)
{
	struct reader *r = user;

	(void)name, (void)system, (void)public, (void)internal;
	stop(r, tong__fail(r->err, TONG_E_FORMAT, r->subject,
	                   "%s has a document type declaration (DTD) and is not read", r->part));
}

static int parse_error(struct reader *r)
{
	if (r->rc)
		return r->rc;
	if (XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY)
		return tong__fail_nomem(r->err);
	return tong__fail(r->err, TONG_E_FORMAT, r->subject,
	                  "%s is damaged in line %lu (%s); save it again with a spreadsheet program",
	                  r->part, (unsigned long)XML_GetCurrentLineNumber(r->parser),
	                  XML_ErrorString(XML_GetErrorCode(r->parser)));
}

static int feed(void *user, const char *bytes, size_t n, tong_error *err)
{
	struct reader *r = user;

	(void)err;
	if (XML_Parse(r->parser, bytes, (int)n, 0) != XML_STATUS_OK)
		return parse_error(r);
	r->fed += (long long)n;
	if (r->fed - XML_GetCurrentByteIndex(r->parser) > MAX_TAG)
		return tong__fail(r->err, TONG_E_LIMIT, r->subject, "%s has markup of more than 1 MB",
		                  r->part);
	return 0;
}

int tong__xml_part(const struct tong__zip *z, const char *name, const struct tong__xml_handler *h,
                   void *user, tong_error *err)
{
	struct reader r = {.h = h, .user = user, .subject = z->subject, .part = name, .err = err};
	int rc;

	r.parser = XML_ParserCreate(NULL);
	if (!r.parser)
		return tong__fail_nomem(err);
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	rc = tong__zip_read(z, name, feed, &r, err);
	if (!rc && XML_Parse(r.parser, "", 0, 1) != XML_STATUS_OK)
		rc = parse_error(&r);
	XML_ParserFree(r.parser);
	return rc;
}
