/* The header of a member of a tar file, in the format ustar and no other (FORMAT B1, B3, B5). */
#ifndef TONG_CORE_USTAR_H
#define TONG_CORE_USTAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TONG_USTAR_BLOCK 512
#define TONG_USTAR_NAME  257 /* prefix of 155, a stroke, name of 100, and NUL */

enum tong__ustar {
	TONG_USTAR_FILE,  /* a plain file */
	TONG_USTAR_OTHER, /* a member of another type */
	TONG_USTAR_END,   /* the block of zeroes after the last member */
	TONG_USTAR_NONE   /* not a header of ustar, or a damaged one */
};

/* 'name' and 'size' of a plain file; 'name' of a member of another type. */
enum tong__ustar tong__ustar_read(const unsigned char block[TONG_USTAR_BLOCK],
								  char name[TONG_USTAR_NAME], uint64_t *size);
/* A plain file as B5 wants it. False when the name or the size has no place in the format. */
bool tong__ustar_write(unsigned char block[TONG_USTAR_BLOCK], const char *name, uint64_t size);
/* Bytes after a member of 'size' up to the next block. */
size_t tong__ustar_pad(uint64_t size);

#endif
