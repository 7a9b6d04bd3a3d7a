/* The one way an error travels: a fixed struct owned by the caller. */
#ifndef TONG_ERROR_H
#define TONG_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Codes are numbers for ever. The tens digit is the exit code of the programs:
 * 1 the answer is no, 2 wrong use, 3 input refused, 4 not trusted, 5 network,
 * 6 disk or store, 7 interrupted.
 */
enum tong_code {
	TONG_OK = 0,
	TONG_E_NOTFOUND = 10,    /* no such item, region, record, file */
	TONG_E_DIFFERS = 11,     /* compared, and not the same */
	TONG_E_FINDINGS = 12,    /* a check found errors */
	TONG_E_USAGE = 20,       /* wrong arguments */
	TONG_E_FORMAT = 30,      /* not in the format wanted */
	TONG_E_LIMIT = 31,       /* over a ceiling of core/limits.h */
	TONG_E_ENCODING = 32,    /* not UTF-8, or a forbidden character */
	TONG_E_REFERENCE = 33,   /* names something that does not exist */
	TONG_E_NEWER = 34,       /* written by a newer version of the format */
	TONG_E_SIGNATURE = 40,   /* threshold of signatures not met */
	TONG_E_EXPIRED = 41,     /* metadata is past its date */
	TONG_E_ROLLBACK = 42,    /* older than what is held */
	TONG_E_HASH = 43,        /* bytes are not the ones signed */
	TONG_E_ROLE = 44,        /* a role that is not entitled to this */
	TONG_E_KEY = 45,         /* key unusable, or its id does not match */
	TONG_E_VERSION = 46,     /* not the version asked for */
	TONG_E_NET = 50,         /* could not connect, or the link died */
	TONG_E_HTTP = 51,        /* the server answered with an error */
	TONG_E_TIMEOUT = 52,     /* too few bytes for too long */
	TONG_E_ABSENT = 53,      /* the source does not have this file */
	TONG_E_BUDGET = 54,      /* more bytes than the operator allows */
	TONG_E_CLOSED = 55,      /* not in the hours in which the network may be used */
	TONG_E_IO = 60,          /* reading or writing failed */
	TONG_E_FULL = 61,        /* no space left */
	TONG_E_STORE = 62,       /* the store is damaged */
	TONG_E_BUSY = 63,        /* somebody else writes */
	TONG_E_NOMEM = 64,       /* out of memory */
	TONG_E_STORE_NEWER = 65, /* the store was written by a newer version */
	TONG_E_INTERRUPTED = 70
};

/* Filled once, by the function that sees the fault; strings are UTF-8, NUL-terminated, one line. */
typedef struct tong_error {
	int code;          /* enum tong_code */
	int cause;         /* errno, SQLite, libcurl or libgit2 number; 0 if none */
	char subject[160]; /* a path, role, item code or URL */
	char message[352]; /* one sentence: what was found, what was wanted, what to do */
} tong_error;

#define TONG_ERROR_INIT {0, 0, {0}, {0}}

#ifdef __cplusplus
}
#endif
#endif
