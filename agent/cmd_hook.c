/* Starts the program that is told of alarms, and waits for it. */
#include "agent/cmd_hook.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/command.h"
#include "core/err.h"

#define HOOK_SECONDS 60

int tong__hook_check(const char *program, tong_error *err)
{
	if (program[0] != '/')
		return tong__fail(err, TONG_E_USAGE, program, "the whole path of a program is wanted");
	return access(program, X_OK) == 0
			   ? 0
			   : tong__fail_errno(err, errno, program, "cannot be run");
}

int tong__hook_text(const char *text, tong_error *err)
{
	size_t n = strlen(text);
	int fd = memfd_create("alarm", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text, n) != (ssize_t)n) {
		tong__fail_errno(err, errno, "webhook", "cannot write");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static int wait_for(pid_t pid, const char *program, tong_error *err)
{
	struct timespec slice = { 0, 50000000 };
	int status = 0;

	for (int i = 0; waitpid(pid, &status, WNOHANG) == 0; i++) {
		if (i == HOOK_SECONDS * 20 || tong__stopped) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return tong__fail(err, TONG_E_TIMEOUT, program, "did not end within %d s",
							  HOOK_SECONDS);
		}
		nanosleep(&slice, NULL);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return tong__fail(err, TONG_E_IO, program, "ended with %d",
					  WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* What this process ignores or holds back is not what the program wants. */
static int spawn(const char *program, const posix_spawn_file_actions_t *to, pid_t *pid)
{
	char *argv[] = { (char *)(uintptr_t)program, NULL };
	posix_spawnattr_t attr;
	sigset_t set;
	int rc;

	posix_spawnattr_init(&attr);
	sigfillset(&set);
	posix_spawnattr_setsigdefault(&attr, &set);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	rc = posix_spawn(pid, program, to, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return rc;
}

int tong__hook_run(const char *program, int fd, tong_error *err)
{
	posix_spawn_file_actions_t to;
	pid_t pid;
	int rc;

	if (lseek(fd, 0, SEEK_SET) != 0)
		return tong__fail_errno(err, errno, "webhook", "cannot read");
	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_adddup2(&to, fd, 0);
	rc = spawn(program, &to, &pid);
	posix_spawn_file_actions_destroy(&to);
	return rc ? tong__fail_errno(err, rc, program, "cannot start") : wait_for(pid, program, err);
}
