/* What libyaml says of a broken text, in words for editors: English, for tong__text. */
#ifndef TONG_PUBLISHER_YAML_WORDS_H
#define TONG_PUBLISHER_YAML_WORDS_H

/* Never NULL; an unknown phrase comes back as it is. */
const char *tong__yaml_problem(const char *problem);
/* What was being read: what the place wants. */
const char *tong__yaml_context(const char *context);

#endif
