/* What commands say: errors, summaries, progress, and JSON answers. */
#include "publisher/cmd.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/message.h"

/* Set by the handler; 'polled' once something looks at it often enough. */
static volatile sig_atomic_t interrupted, polled;

static void on_signal(int number)
{
	(void)number;
	if (!polled)
		_exit(tong__exit_code(TONG_E_INTERRUPTED));
	interrupted = 1;
}

void tong__catch_interrupts(void)
{
	/* A second signal does what signals do. */
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	signal(SIGPIPE, SIG_DFL);
}

void tong__print_error(const tong_error *e)
{
	fprintf(stderr, "tong-publish: %s%s%s\n", e->subject, *e->subject ? ": " : "", e->message);
}

void tong__summary(const struct tong__args *a, const char *fmt, ...)
{
	struct timespec t;
	va_list ap;

	if (a->quiet)
		return;
	clock_gettime(CLOCK_MONOTONIC, &t);
	va_start(ap, fmt);
	vfprintf(stderr, tong__text(fmt), ap);
	va_end(ap);
	fprintf(stderr, _(" in %.1f s\n"), (double)t.tv_sec + (double)t.tv_nsec / 1e9 - a->start);
}

void tong__verbose(const struct tong__args *a, const char *fmt, ...)
{
	va_list ap;

	if (!a->verbose)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, tong__text(fmt), ap);
	va_end(ap);
	fputc('\n', stderr);
}

static char *slot(void)
{
	static char slots[8][32];
	static unsigned next;

	return slots[next++ % 8];
}

const char *tong__count(uint64_t n)
{
	char digits[24], *out = slot(), *p = out;
	int len = snprintf(digits, sizeof digits, "%" PRIu64, n), i;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return out;
}

const char *tong__bytes(uint64_t n)
{
	char *out = slot();

	if (n < 1000)
		snprintf(out, 32, "%" PRIu64 " B", n);
	else if (n < 1000000)
		snprintf(out, 32, "%.1f KB", (double)n / 1e3);
	else
		snprintf(out, 32, "%.1f MB", (double)n / 1e6);
	return out;
}

int tong__answer(json_t *answer, tong_error *err)
{
	int failed;

	if (!answer)
		return tong__fail_nomem(err);
	failed = json_dumpf(answer, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	json_decref(answer);
	putchar('\n');
	return failed ? tong__fail(err, TONG_E_IO, "answer", "cannot write to standard output") : 0;
}

int tong__progress(void *args, size_t done, size_t total)
{
	const struct tong__args *a = args;

	polled = 1;
	if (!a->quiet && isatty(STDERR_FILENO)) {
		if (done < total && !interrupted)
			fprintf(stderr, "\r%s / %s", tong__count(done), tong__count(total));
		else
			fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	return interrupted;
}
