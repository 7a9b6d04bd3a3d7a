/* Looking a message up in the catalogue of the process's language. */
#include <libintl.h>
#include <string.h>

#include "core/message.h"

#define DOMAIN "tong"

const char *tong__text(const char *english)
{
	/* The empty msgid is the catalogue's own header. */
	if (!*english)
		return english;
	/* tong_error promises UTF-8; without this a host in GB18030 would get GB18030. */
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	return dgettext(DOMAIN, english);
}

bool tong__chinese(void)
{
	/* TRANSLATORS: the code of your language, as in zh. */
	return !strcmp(_("en"), "zh");
}
