/* Enters the sandbox: Landlock for paths and TCP, a filter for system calls. */
#include "agent/serve_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/err.h"

/* Of newer headers than Debian 12 has; numbers are for ever. */
#define FS_TRUNCATE  (1ULL << 14) /* version 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* version 5 */
#define FS_REFER     (1ULL << 13) /* version 2 */
#define NET_BIND     (1ULL << 0)  /* version 4 */
#define NET_CONNECT  (1ULL << 1)
#define SCOPES       3ULL /* version 6: abstract sockets, signals */

struct ruleset {
	uint64_t fs, net, scoped;
};

#define FS_EXECUTE LANDLOCK_ACCESS_FS_EXECUTE
#define FS_READ    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_CHANGE                                                                                  \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                               \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |  \
	 LANDLOCK_ACCESS_FS_MAKE_SYM | FS_REFER | FS_TRUNCATE)
#define FS_ALL ((1ULL << 13) - 1) /* version 1 */
/* What may be asked of a plain file. */
#define FS_OF_FILE                                                                                 \
	(FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | FS_TRUNCATE)

/* ---- Landlock ---- */

static struct ruleset handled(int version, enum tong__duty duty)
{
	struct ruleset r = { .fs = FS_ALL };

	if (version >= 2)
		r.fs |= FS_REFER;
	if (version >= 3)
		r.fs |= FS_TRUNCATE;
	if (version >= 4)
		r.net = duty == TONG_SERVES ? NET_BIND | NET_CONNECT : NET_BIND;
	if (version >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		r.scoped = SCOPES;
	return r;
}

static int allow(int rules, const struct ruleset *r, const char *path, uint64_t access,
				 tong_error *err)
{
	struct landlock_path_beneath_attr beneath = { .allowed_access = access & r->fs };
	struct stat st;
	int rc = 0;

	beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (beneath.parent_fd < 0)
		return 0; /* not there: nothing to allow */
	if (fstat(beneath.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		beneath.allowed_access &= FS_OF_FILE;
	if (beneath.allowed_access &&
		syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0u) != 0)
		rc = tong__fail_errno(err, errno, path, "cannot be allowed in the sandbox");
	close(beneath.parent_fd);
	return rc;
}

/* What every program of libc looks at, and devices that are none. */
static int allow_system(int rules, const struct ruleset *r, tong_error *err)
{
	static const char *const read[] = { "/usr", "/lib", "/lib64", "/etc", "/opt", "/dev/urandom",
										"/proc/self", "/run/systemd/resolve", "/run/resolvconf" };
	int rc = allow(rules, r, "/dev/null", FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE, err);

	for (size_t i = 0; !rc && i < sizeof read / sizeof *read; i++)
		rc = allow(rules, r, read[i], FS_READ, err);
	return rc;
}

/* A program is its file and the loader that its file names. */
static int allow_program(int rules, const struct ruleset *r, const char *program, tong_error *err)
{
	static const char *const loaders[] = { "/lib64/ld-linux-x86-64.so.2",
										   "/lib/ld-linux-aarch64.so.1" };
	int rc = allow(rules, r, program, FS_READ | FS_EXECUTE, err);

	for (size_t i = 0; !rc && i < sizeof loaders / sizeof *loaders; i++)
		rc = allow(rules, r, loaders[i], FS_READ | FS_EXECUTE, err);
	return rc;
}

static int add_rules(int rules, const struct ruleset *r, const struct tong__sandbox *s,
					 tong_error *err)
{
	/* Where sticks appear, whenever they do. */
	static const char *const media[] = { "/media", "/mnt", "/run/media" };
	int rc = allow_system(rules, r, err);

	if (!rc)
		rc = allow(rules, r, s->store, s->duty == TONG_SYNCS ? FS_READ | FS_CHANGE : FS_READ, err);
	for (size_t i = 0; !rc && s->duty == TONG_SYNCS && i < sizeof media / sizeof *media; i++)
		rc = allow(rules, r, media[i], FS_READ, err);
	for (const char *const *p = s->reads; !rc && p && *p; p++)
		rc = allow(rules, r, *p, FS_READ, err);
	for (const char *const *p = s->writes; !rc && p && *p; p++)
		rc = allow(rules, r, *p, FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE, err);
	if (!rc && s->runs)
		rc = allow_program(rules, r, s->runs, err);
	return rc;
}

#define RULE_PORT 2 /* LANDLOCK_RULE_NET_PORT */

/* A server binds to its port and to none beside it. */
static int allow_port(int rules, const struct ruleset *r, const struct tong__sandbox *s,
					  tong_error *err)
{
	struct {
		uint64_t access, port;
	} port = { NET_BIND, s->port };

	if (!r->net || s->duty != TONG_SERVES)
		return 0;
	if (syscall(SYS_landlock_add_rule, rules, RULE_PORT, &port, 0u) != 0)
		return tong__fail_errno(err, errno, "Landlock", "cannot make the sandbox");
	return 0;
}

/* The size tells the kernel how much of the struct this version of it may see. */
static size_t size_for(int version)
{
	return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

static int enter_landlock(const struct tong__sandbox *s, int *version, tong_error *err)
{
	struct ruleset r;
	int rules, rc;

	*version =
		(int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (*version <= 0) {
		*version = 0; /* not built in, or switched off */
		return 0;
	}
	r = handled(*version, s->duty);
	rules = (int)syscall(SYS_landlock_create_ruleset, &r, size_for(*version), 0u);
	if (rules < 0)
		return tong__fail_errno(err, errno, "Landlock", "cannot make the sandbox");
	rc = add_rules(rules, &r, s, err);
	if (!rc)
		rc = allow_port(rules, &r, s, err);
	if (!rc && syscall(SYS_landlock_restrict_self, rules, 0u) != 0)
		rc = tong__fail_errno(err, errno, "Landlock", "cannot enter the sandbox");
	close(rules);
	return rc;
}

/* ---- system calls ---- */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#define LOAD(field)                                                                                \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define MAX_FILTER    96

#ifdef ARCH
/* What neither needs; then what the server does not need; then starting programs. */
static const int never[] = {
	SYS_ptrace,        SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount,
	SYS_umount2,       SYS_pivot_root,       SYS_chroot,            SYS_setns,
	SYS_unshare,       SYS_bpf,              SYS_perf_event_open,   SYS_userfaultfd,
	SYS_keyctl,        SYS_add_key,          SYS_request_key,       SYS_init_module,
	SYS_finit_module,  SYS_delete_module,    SYS_kexec_load,        SYS_reboot,
	SYS_swapon,        SYS_swapoff,          SYS_settimeofday,      SYS_clock_settime,
	SYS_adjtimex,      SYS_acct,             SYS_quotactl,          SYS_sethostname,
	SYS_setdomainname, SYS_open_by_handle_at, SYS_personality,      SYS_setuid,
	SYS_setgid,        SYS_setreuid,         SYS_setresuid,         SYS_setgroups,
	SYS_io_uring_setup, SYS_syslog,
};
static const int server[] = { SYS_connect };
static const int program[] = { SYS_execve, SYS_execveat };

static void deny(struct sock_filter *f, size_t *n, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const unsigned call = (unsigned)calls[i];

		f[(*n)++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
		f[(*n)++] = (struct sock_filter)ANSWER(SECCOMP_RET_ERRNO | EPERM);
	}
}

/* Calls of another architecture (a 32-bit one, x32) have other numbers: none is allowed. */
static size_t make_filter(const struct tong__sandbox *s, struct sock_filter *f)
{
	size_t n = 0;

	f[n++] = (struct sock_filter)LOAD(arch);
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	f[n++] = (struct sock_filter)ANSWER(SECCOMP_RET_KILL_PROCESS);
	f[n++] = (struct sock_filter)LOAD(nr);
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1);
	f[n++] = (struct sock_filter)ANSWER(SECCOMP_RET_ERRNO | EPERM);
	deny(f, &n, never, sizeof never / sizeof *never);
	if (s->duty == TONG_SERVES)
		deny(f, &n, server, sizeof server / sizeof *server);
	if (!s->runs)
		deny(f, &n, program, sizeof program / sizeof *program);
	f[n++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
	return n;
}

_Static_assert(8 + 2 * (sizeof never + sizeof server + sizeof program) / sizeof(int) <= MAX_FILTER,
			   "the filter fits");

static int enter_filter(const struct tong__sandbox *s, bool *in, tong_error *err)
{
	struct sock_filter filter[MAX_FILTER];
	struct sock_fprog all = { .filter = filter };

	all.len = (unsigned short)make_filter(s, filter);
	*in = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == 0;
	if (!*in && errno != EINVAL) /* EINVAL: a kernel without it */
		return tong__fail_errno(err, errno, "seccomp", "cannot enter the sandbox");
	return 0;
}
#else
static int enter_filter(const struct tong__sandbox *s, bool *in, tong_error *err)
{
	(void)s;
	(void)err;
	*in = false; /* nobody has looked at this architecture's calls */
	return 0;
}
#endif

int tong__sandbox_enter(const struct tong__sandbox *s, struct tong__sandboxed *out, tong_error *err)
{
	int rc;

	*out = (struct tong__sandboxed){ 0, false };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return tong__fail_errno(err, errno, "no_new_privs", "cannot enter the sandbox");
	rc = enter_landlock(s, &out->landlock, err);
	return rc ? rc : enter_filter(s, &out->seccomp, err);
}
