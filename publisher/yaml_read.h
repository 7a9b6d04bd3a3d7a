/* Reading the YAML subset of the source format into JSON values and their places. */
#ifndef TONG_PUBLISHER_YAML_READ_H
#define TONG_PUBLISHER_YAML_READ_H

#include "publisher/marks.h"

/* 'text' is valid UTF-8 and starts on line 'first_line' of the file. *root is always an object,
 * empty when the text could not be read; faults are findings. Only NOMEM is returned. */
int tong__yaml_read(const char *path, const char *text, size_t n, unsigned first_line,
                    struct tong__findings *, json_t **root, struct tong__marks *, tong_error *);

#endif
