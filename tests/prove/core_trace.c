/* Runs a program and, at the n-th system call that touches files below a folder, kills it, fails
 * the call, or serves half of it; or writes down all that changes these files.
 *
 *     core_trace [-w] [-k N | -f N -e ERROR [-a]] [-r RECORD] [-c COUNT] -d FOLDER -- PROGRAM…
 *
 * -w: only calls that write are counted. -k: SIGKILL before call N; -f: call N ends with ERROR, a
 * number of errno.h, or does half of what was asked ('short'); -a: and so does every later one that
 * writes. -c: the file to which the number of counted calls and what was done to the n-th go.
 * RECORD: see record.h. A descriptor counts as the file that it was opened for, so that neither
 * libraries nor the terminal do.
 *
 * The kernel stops the program by seccomp at these calls alone; threads and children are followed.
 * The exit code is the program's, 128 + the signal that ended it, or 120 when tracing failed. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/prove/calls.h"
#include "tests/prove/record.h"

#if defined(__x86_64__)

enum { SHORT = -1, MAX_TASKS = 256, BAD = 120 };

static struct {
	bool writes_only, kill, for_ever;
	long at;   /* 0: only count */
	int error; /* or SHORT */
	const char *folder, *count_file;
	long counted;
	char what[PATH_MAX + 64]; /* was done to which call */
	struct record *record;
} o;

/* A task that is within a call which is written down. */
static struct {
	pid_t pid;
	const struct call *call;
	struct user_regs_struct regs;
	bool was_there;
} inside[MAX_TASKS];

static void die(const char *what)
{
	perror(what);
	exit(BAD);
}

/* ---- the program ---- */

/* Every call of the table asks the tracer, all others pass. */
static void filter(void)
{
	enum { N = sizeof calls / sizeof *calls };
	struct sock_filter f[2 * N + 2];
	struct sock_fprog prog = { 0, f };

	f[prog.len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
												 offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < N; i++) {
		f[prog.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
													 (unsigned)calls[i].nr, 0, 1);
		f[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	}
	f[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		die("seccomp");
}

static pid_t start(char **argv)
{
	const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
						 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
						 PTRACE_O_TRACESYSGOOD;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0))
			die("ptrace");
		raise(SIGSTOP);
		filter();
		execvp(argv[0], argv);
		die(argv[0]);
	}
	if (waitpid(pid, &status, 0) != pid || ptrace(PTRACE_SETOPTIONS, pid, 0, options) ||
		ptrace(PTRACE_CONT, pid, 0, 0))
		die("ptrace");
	return pid;
}

/* ---- where a call goes ---- */

static unsigned long long argument(const struct user_regs_struct *r, int i)
{
	const unsigned long long all[] = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 };

	return all[i];
}

bool record_memory(pid_t pid, unsigned long long from, void *to, size_t n)
{
	struct iovec here = { to, n }, there = { (void *)(uintptr_t)from, n };

	return n == 0 || process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)n;
}

/* A string, which may end just before memory that cannot be read. */
static void string_at(pid_t pid, unsigned long long from, char *to, size_t max)
{
	size_t n = 0;

	memset(to, 0, max);
	while (n < max) {
		size_t more = 256 - (from + n) % 256; /* never into the next page */

		if (more > max - n)
			more = max - n;
		if (!record_memory(pid, from + n, to + n, more) || memchr(to + n, '\0', more))
			break;
		n += more;
	}
	to[max - 1] = '\0';
}

static void link_of(pid_t pid, int fd, char *out)
{
	char at[64];
	ssize_t n;

	if (fd == AT_FDCWD)
		snprintf(at, sizeof at, "/proc/%d/cwd", (int)pid);
	else
		snprintf(at, sizeof at, "/proc/%d/fd/%d", (int)pid, fd);
	n = readlink(at, out, PATH_MAX - 1);
	out[n > 0 ? n : 0] = '\0';
}

static void path_of(pid_t pid, const struct user_regs_struct *r, int path, int at, char *out)
{
	char name[PATH_MAX], folder[PATH_MAX];

	string_at(pid, argument(r, path), name, sizeof name);
	if (*name == '/') {
		snprintf(out, PATH_MAX, "%s", name);
		return;
	}
	link_of(pid, at < 0 ? AT_FDCWD : (int)argument(r, at), folder);
	if (snprintf(out, PATH_MAX, *name ? "%s/%s" : "%s", folder, name) >= PATH_MAX)
		*out = '\0';
}

static void places(pid_t pid, const struct call *c, const struct user_regs_struct *r, char *a,
				   char *b)
{
	*a = *b = '\0';
	if (c->fd >= 0)
		link_of(pid, (int)argument(r, c->fd), a);
	if (c->path >= 0)
		path_of(pid, r, c->path, c->at, a);
	if (c->path2 >= 0)
		path_of(pid, r, c->path2, c->at2, b);
}

static bool below(const char *path)
{
	size_t n = strlen(o.folder);

	return !strncmp(path, o.folder, n) && (path[n] == '/' || !path[n]);
}

/* ---- what is done to it ---- */

static bool is_write(const struct call *c, const struct user_regs_struct *r)
{
	return (c->kind & WRITES) &&
		   (!(c->kind & OPENS) || (argument(r, c->flags) & (O_CREAT | O_TRUNC)));
}

/* Can this call end like that? A short answer to one byte is none. */
static bool fits(const struct call *c, const struct user_regs_struct *r)
{
	if (o.error == SHORT)
		return (c->kind & SIZED) && argument(r, 2) > 1;
	return o.error != EINTR || (c->kind & BREAKS);
}

static void fail(pid_t pid, struct user_regs_struct *r)
{
	if (o.error == SHORT) {
		r->rdx /= 2;
	} else {
		r->orig_rax = (unsigned long long)-1;
		r->rax = (unsigned long long)-o.error;
	}
	if (ptrace(PTRACE_SETREGS, pid, 0, r))
		die("setregs");
}

static void act(pid_t pid, pid_t child, const struct call *c, struct user_regs_struct *r,
				const char *path)
{
	bool mine = o.counted == o.at;

	if (mine)
		snprintf(o.what, sizeof o.what, "%s %s", c->name, path);
	if (mine && o.kill)
		kill(child, SIGKILL);
	else if (o.error && (mine || (o.for_ever && o.counted > o.at && is_write(c, r))))
		fail(pid, r);
}

static void enter_record(pid_t pid, const struct call *c, const struct user_regs_struct *r,
						 const char *path)
{
	for (size_t i = 0; i < MAX_TASKS; i++)
		if (!inside[i].pid) {
			inside[i].pid = pid;
			inside[i].call = c;
			inside[i].regs = *r;
			inside[i].was_there = access(path, F_OK) == 0;
			return;
		}
	die("too many tasks");
}

/* At the entry of a call; true when its end must be seen too. */
static bool at_call(pid_t pid, pid_t child)
{
	char a[PATH_MAX], b[PATH_MAX];
	struct user_regs_struct r;
	const struct call *c;

	if (ptrace(PTRACE_GETREGS, pid, 0, &r))
		return false;
	c = call_of((long)r.orig_rax);
	if (!c || (o.writes_only && !is_write(c, &r)))
		return false;
	places(pid, c, &r, a, b);
	if (!below(a) && !below(b))
		return false;
	if (o.error && !fits(c, &r))
		return false;
	o.counted++;
	if (o.at && o.counted >= o.at)
		act(pid, child, c, &r, *b ? b : a);
	if (!o.record || !is_write(c, &r))
		return false;
	enter_record(pid, c, &r, a);
	return true;
}

static void at_end(pid_t pid)
{
	char a[PATH_MAX], b[PATH_MAX];
	struct user_regs_struct now;

	for (size_t i = 0; i < MAX_TASKS; i++) {
		const struct user_regs_struct *r = &inside[i].regs;
		unsigned long long args[6];

		if (inside[i].pid != pid)
			continue;
		inside[i].pid = 0;
		if (ptrace(PTRACE_GETREGS, pid, 0, &now) || (long long)now.rax < 0)
			return;
		places(pid, inside[i].call, r, a, b);
		for (int k = 0; k < 6; k++)
			args[k] = argument(r, k);
		if (!record_call(o.record, pid, inside[i].call, args, (long long)now.rax, a, b,
						 inside[i].was_there))
			die(inside[i].call->name); /* cannot be written down */
		return;
	}
}

/* ---- the loop ---- */

static int signal_for(int status)
{
	int sig = WSTOPSIG(status);

	if (status >> 16 || sig == SIGTRAP || sig == (SIGTRAP | 0x80) || sig == SIGSTOP)
		return 0; /* ours, or a task that begins */
	return sig;
}

static int follow(pid_t child)
{
	int status, code = BAD;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		bool whole = false;

		if (pid < 0)
			continue;
		if (!WIFSTOPPED(status)) {
			if (pid == child)
				code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
			continue;
		}
		if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8)))
			whole = at_call(pid, child);
		else if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			at_end(pid);
		ptrace(whole ? PTRACE_SYSCALL : PTRACE_CONT, pid, 0, signal_for(status));
	}
	return code;
}

static void tell(void)
{
	FILE *f = o.count_file ? fopen(o.count_file, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "%ld\n%s\n", o.counted, o.what);
	fclose(f);
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+wk:f:e:ac:d:r:")) != -1) {
		o.writes_only |= c == 'w';
		o.kill |= c == 'k';
		o.for_ever |= c == 'a';
		if (c == 'k' || c == 'f')
			o.at = atol(optarg);
		if (c == 'e')
			o.error = strcmp(optarg, "short") ? atoi(optarg) : SHORT;
		if (c == 'c')
			o.count_file = optarg;
		if (c == 'd')
			o.folder = optarg;
		if (c == 'r' && !(o.record = record_open(optarg)))
			die(optarg);
		if (c == '?')
			exit(BAD);
	}
	if (!o.folder || !argv[optind])
		exit(BAD);
}

int main(int argc, char **argv)
{
	int code;

	options(argc, argv);
	code = follow(start(argv + optind));
	tell();
	if (o.record && !record_close(o.record))
		die("record");
	return code;
}

#else

int main(void)
{
	fprintf(stderr, "core_trace knows the registers of x86-64 alone\n");
	return 120;
}

#endif
