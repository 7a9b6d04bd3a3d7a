/* The sandbox: what a node's processes need goes on, what they do not need fails, for each duty. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/serve_sandbox.h"
#include "core/file.h"
#include "tests/lib/check.h"

static char store[1100], beside[1100], read_too[1100];
static const char *const reads[] = { read_too, NULL };

static void put(const char *dir)
{
	char path[1200];

	mkdir(dir, 0777);
	snprintf(path, sizeof path, "%s/file", dir);
	tong__file_write(path, "x", 1, NULL);
}

static void worlds(void)
{
	snprintf(store, sizeof store, "%s/store", tong_test_dir());
	snprintf(beside, sizeof beside, "%s/beside", tong_test_dir());
	snprintf(read_too, sizeof read_too, "%s/read", tong_test_dir());
	put(store);
	put(beside);
	put(read_too);
}

/* ---- what is tried; 0: it can be done, else errno ---- */

static int try_open(const char *dir, const char *name, int flags)
{
	char path[1200];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, flags | O_CLOEXEC, 0666);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : errno;
}

static int reads_store(void)
{
	return try_open(store, "file", O_RDONLY);
}

static int writes_store(void)
{
	return try_open(store, "file", O_WRONLY);
}

static int makes_in_store(void)
{
	return try_open(store, "new", O_WRONLY | O_CREAT);
}

static int reads_beside(void)
{
	return try_open(beside, "file", O_RDONLY);
}

static int makes_beside(void)
{
	return try_open(beside, "new", O_WRONLY | O_CREAT);
}

static int reads_source(void)
{
	return try_open(read_too, "file", O_RDONLY);
}

static int writes_source(void)
{
	return try_open(read_too, "file", O_WRONLY);
}

static int reads_etc(void)
{
	return try_open("/etc", "passwd", O_RDONLY);
}

static int reads_home(void)
{
	return try_open("/root", ".", O_RDONLY | O_DIRECTORY);
}

static int runs_true(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(errno);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* A port that listens; where it is looked at from inside. */
static struct sockaddr_in listening;

static int connects(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = connect(fd, (struct sockaddr *)&listening, sizeof listening) == 0 ? 0 : errno;

	close(fd);
	return rc;
}

static int listens_elsewhere(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	any.sin_port = htons(61234);
	rc = bind(fd, (struct sockaddr *)&any, sizeof any) == 0 ? 0 : errno;
	close(fd);
	return rc;
}

static int traces(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int mounts(void)
{
	return mount("none", beside, "tmpfs", 0, NULL) == 0 ? 0 : errno;
}

typedef int try_fn(void);

/* In a process of its own: the sandbox is for good. */
static int inside(const struct tong__sandbox *box, try_fn *fn)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct tong__sandboxed in;
		tong_error err = TONG_ERROR_INIT;

		if (box && tong__sandbox_enter(box, &in, &err))
			_exit(250);
		_exit(fn());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 251;
}

static const struct trial {
	const char *name;
	try_fn *fn;
	int server, syncer; /* errno; -1: it can be done */
	bool landlock;      /* held by Landlock; else by the filter */
} trials[] = {
	{ "reads the store", reads_store, -1, -1, true },
	{ "writes the store", writes_store, EACCES, -1, true },
	{ "makes a file in the store", makes_in_store, EACCES, -1, true },
	{ "reads beside it", reads_beside, EACCES, EACCES, true },
	{ "makes a file beside it", makes_beside, EACCES, EACCES, true },
	{ "reads a source", reads_source, EACCES, -1, true },
	{ "writes a source", writes_source, EACCES, EACCES, true },
	{ "reads what libc reads", reads_etc, -1, -1, true },
	{ "reads a home", reads_home, EACCES, EACCES, true },
	{ "runs a program", runs_true, EPERM, EPERM, false },
	{ "connects", connects, EPERM, -1, false },
	{ "listens on another port", listens_elsewhere, EACCES, EACCES, true },
	{ "traces", traces, EPERM, EPERM, false },
	{ "mounts", mounts, EPERM, EPERM, false },
};

static long landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static void each_trial(enum tong__duty duty)
{
	const struct tong__sandbox box = { .duty = duty,
									   .store = store,
									   .reads = duty == TONG_SYNCS ? reads : NULL,
									   .port = 61233 };

	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
		int wanted = duty == TONG_SERVES ? trials[i].server : trials[i].syncer;
		int got = inside(&box, trials[i].fn);

		if (trials[i].landlock && landlock() < 4 && wanted > 0)
			continue; /* this kernel cannot hold it */
		if (got != (wanted < 0 ? 0 : wanted))
			printf("%s: %s\n", trials[i].name, strerror(got));
		CHECK_INT(got, wanted < 0 ? 0 : wanted);
	}
}

/* Each could be done without the sandbox: so it is the sandbox that refuses. */
static void outside_it_can_be_done(void)
{
	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
		if (geteuid() != 0 && (trials[i].fn == mounts || trials[i].fn == reads_home))
			continue;
		if (inside(NULL, trials[i].fn) != 0)
			printf("%s\n", trials[i].name);
		CHECK_INT(inside(NULL, trials[i].fn), 0);
	}
	umount(beside);
	umount(beside);
}

static void the_server_reads_its_store_and_no_more(void)
{
	each_trial(TONG_SERVES);
}

static void the_sync_writes_its_store_and_connects(void)
{
	each_trial(TONG_SYNCS);
}

static void one_program_may_be_named(void)
{
	const struct tong__sandbox box = { .duty = TONG_SYNCS, .store = store, .runs = "/bin/true" };
	const struct tong__sandbox other = { .duty = TONG_SYNCS, .store = store, .runs = "/bin/cat" };

	CHECK_INT(inside(&box, runs_true), 0);
	if (landlock() > 0)
		CHECK_INT(inside(&other, runs_true), EACCES);
}

static int tells(void)
{
	return 0;
}

static void it_says_what_holds(void)
{
	struct tong__sandboxed in = { -1, false };
	const struct tong__sandbox box = { .duty = TONG_SERVES, .store = store };
	tong_error err = TONG_ERROR_INIT;
	int status = 0;
	pid_t pid = fork();

	CHECK_INT(inside(&box, tells), 0);
	if (pid == 0) {
		int rc = tong__sandbox_enter(&box, &in, &err);

		_exit(rc ? 1 : in.landlock != (landlock() > 0 ? landlock() : 0) ? 2 : !in.seccomp ? 3 : 0);
	}
	waitpid(pid, &status, 0);
	CHECK_INT(WEXITSTATUS(status), 0);
}

int main(void)
{
	socklen_t n = sizeof listening;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	listening.sin_family = AF_INET;
	listening.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (struct sockaddr *)&listening, sizeof listening);
	listen(fd, 64);
	getsockname(fd, (struct sockaddr *)&listening, &n);
	worlds();
	RUN(outside_it_can_be_done);
	RUN(the_server_reads_its_store_and_no_more);
	RUN(the_sync_writes_its_store_and_connects);
	RUN(one_program_may_be_named);
	RUN(it_says_what_holds);
	return tong_test_done();
}
