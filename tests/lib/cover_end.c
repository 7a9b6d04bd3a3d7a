/* Linked into programs that count what runs (make cover): counts are written also where a process
 * ends at once or by a signal. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

extern void __gcov_dump(void);
_Noreturn void __real__exit(int);
_Noreturn void __wrap__exit(int);

_Noreturn void __wrap__exit(int code)
{
	__gcov_dump();
	__real__exit(code);
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
