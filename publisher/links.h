/* Links inside the site, as the texts of a catalogue write them: "/items/511A01/". */
#ifndef TONG_PUBLISHER_LINKS_H
#define TONG_PUBLISHER_LINKS_H

#include "publisher/model.h"

/* Will a site of this catalogue have a page at 'url' (which begins with '/')? Kinds of pages are
 * those of core/site_kinds.c; of those that hang on no record of the model, every address
 * counts. */
bool tong__link_alive(const struct tong__model *, const char *url);

#endif
