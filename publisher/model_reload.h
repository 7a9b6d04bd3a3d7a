/* One file of a catalogue: read alone, or put in the place of what it was in a model. */
#ifndef TONG_PUBLISHER_MODEL_RELOAD_H
#define TONG_PUBLISHER_MODEL_RELOAD_H

#include "publisher/model.h"

/* A model that has nothing but this file; faults of form become findings. A file that the format
 * does not know is a finding too (S1), README.md and SOURCES.md give an empty model. */
int tong__model_read_file(struct tong__model **out, const char *path, const char *text, size_t n,
						  struct tong__findings *, tong_error *);

/* Reads 'path' again from the tree's folder and puts it in the place of what it was; a file that
 * is gone leaves the model, but catalogue.yaml and regions.csv stay as they were last. History is
 * not read again. Findings of form go to 'fs'. After a failure the model is as before. */
int tong__model_reload(struct tong__model *, struct tong__tree *, const char *path,
					   struct tong__findings *fs, tong_error *);

/* The same with a text at hand; NULL: the file is gone. */
int tong__model_replace(struct tong__model *, const char *path, const char *text, size_t n,
						struct tong__findings *fs, tong_error *);

/* The tree's list brought up to date for one file of a folder on disk (tree_refresh.c). *there
 * tells whether it exists and is a regular file. */
int tong__tree_refresh(struct tong__tree *, const char *path, bool *there, tong_error *);

#endif
