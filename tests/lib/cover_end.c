/* Linked into programs that count what runs (make cover): counts are written also where a process
 * ends at once, by a signal, or inside the sandbox, which this lets write them. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/serve_sandbox.h"

extern void __gcov_dump(void);
_Noreturn void __real__exit(int);
_Noreturn void __wrap__exit(int);
int __real_tong__sandbox_enter(const struct tong__sandbox *, struct tong__sandboxed *,
							   tong_error *) __attribute__((weak));
int __wrap_tong__sandbox_enter(const struct tong__sandbox *, struct tong__sandboxed *,
							   tong_error *);

_Noreturn void __wrap__exit(int code)
{
	__gcov_dump();
	__real__exit(code);
}

/* The same sandbox, in which the counts of this build may be written as well. */
int __wrap_tong__sandbox_enter(const struct tong__sandbox *s, struct tong__sandboxed *out,
							   tong_error *err)
{
	const char *writes[16] = { TONG_COVER_DIR };
	struct tong__sandbox wider = *s;

	for (size_t i = 0; s->writes && s->writes[i] && i < 14; i++)
		writes[i + 1] = s->writes[i];
	wider.writes = writes;
	return __real_tong__sandbox_enter(&wider, out, err);
}

static void on_end(int signal_number)
{
	__gcov_dump();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* A program that hears these signals itself says so later. */
__attribute__((constructor)) static void begin(void)
{
	signal(SIGTERM, on_end);
	signal(SIGINT, on_end);
}
