/* The flag of a thread that memory failed. */
#include "core/memory.h"

static _Thread_local bool failed;

void tong__memory_note(void)
{
	failed = true;
}

void tong__memory_forget(void)
{
	failed = false;
}

bool tong__memory_failed(void)
{
	return failed;
}
