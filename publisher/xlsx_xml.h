/* XML parts of an office file: elements by local name; no document type, no entities of its own. */
#ifndef TONG_PUBLISHER_XLSX_XML_H
#define TONG_PUBLISHER_XLSX_XML_H

#include "publisher/xlsx_zip.h"

/* Each returns 0 to go on; what it returns otherwise, with 'err' filled, ends the reading. Any
 * may be NULL. */
struct tong__xml_handler {
	int (*start)(void *user, const char *name, const char **attributes, tong_error *);
	int (*end)(void *user, const char *name, tong_error *);
	int (*text)(void *user, const char *s, size_t n, tong_error *);
};

/* Value of an attribute by its local name, or NULL. */
const char *tong__xml_attribute(const char **attributes, const char *name);

/* Reads the part 'name' of the file. */
int tong__xml_part(const struct tong__zip *, const char *name, const struct tong__xml_handler *,
                   void *user, tong_error *);

#endif
