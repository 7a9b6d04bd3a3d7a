/* What was changed in a text, short enough to be told to everybody. */
#ifndef TONG_PUBLISHER_WORDS_DIFF_H
#define TONG_PUBLISHER_WORDS_DIFF_H

#include <jansson.h>

/* Appends {element, parts[{same}|{old}|{new}…]} to 'list' (NULL: nothing to do). What stayed is
 * kept only around the changes. Nothing is appended for a change of over 4,000 bytes, or in over
 * 50 places: the two texts say more than such a list. -1 when memory is out. */
int tong__words_diff(json_t *list, const char *element, const char *old, const char *new);

#endif
