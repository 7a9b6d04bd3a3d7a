/* Filling tong_error: the only way a fault is reported inside Tong. */
#ifndef TONG_CORE_ERR_H
#define TONG_CORE_ERR_H

#include <tong/error.h>

/* Fills 'err' (NULL is fine) and returns 'code', so that a fault is one line: return
 * tong__fail(...).
 * 'subject' may be NULL. 'fmt' is English and is translated here (core/message.h). Too long text is
 * cut at a character boundary. */
int tong__fail(tong_error *err, int code, const char *subject, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same with errno as cause; ENOSPC and EDQUOT become TONG_E_FULL, ENOENT TONG_E_ABSENT,
 * ENOMEM TONG_E_NOMEM, EINTR TONG_E_INTERRUPTED, every other TONG_E_IO. 'what' is e.g. "cannot
 * write", and is translated here. */
int tong__fail_errno(tong_error *err, int errnum, const char *subject, const char *what);

/* Out of memory: needs none. */
int tong__fail_nomem(tong_error *err);

#ifdef __clang_analyzer__ /* it reads one file at a time: these never return 0 */
#define tong__fail(err, code, ...) (tong__fail(err, code, __VA_ARGS__), (code))
#define tong__fail_errno(...)      (tong__fail_errno(__VA_ARGS__), TONG_E_IO)
#define tong__fail_nomem(err)      (tong__fail_nomem(err), TONG_E_NOMEM)
#endif

/* "TONG_E_HASH" and a short Chinese sentence for operators; never NULL. */
const char *tong__code_name(int code);
const char *tong__code_zh(int code);

/* Exit code of a program for a code: its tens digit. */
int tong__exit_code(int code);

#endif
