/* What the kernel lets the two processes of a node do: the one that faces readers, and the one that
 * faces the network and the store.
 *
 * Why two. The server reads what strangers write to it, and needs no more than to read the store;
 * the sync parses what comes over the network, and is the only one that needs to write, to connect
 * or to start a program. Each is a process of its own that has given up the rest for good, so that
 * a hole in one gives neither the other's rights nor a shell. Further cuts (network here, store
 * there) would put every byte of a sync through a pipe, and buy little: nothing is kept that is not
 * verified, and the process that verifies is the one that writes. The parent of both reads its own
 * configuration and the clock, opens no network, and is not held.
 *
 * How. Landlock (system calls, <linux/landlock.h>) for paths and TCP, as far as the kernel has it.
 * A short filter of system calls in the kernel's own form, without libseccomp: it denies what
 * neither needs. A list of what is allowed would hold tighter, and break on a machine that nobody
 * visits when libc begins to use a new call; the unit for systemd has such a list, which systemd
 * keeps. */
#ifndef TONG_AGENT_SERVE_SANDBOX_H
#define TONG_AGENT_SERVE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include <tong/error.h>

enum tong__duty { TONG_SERVES, TONG_SYNCS };

struct tong__sandbox {
	enum tong__duty duty;
	const char *store;        /* its folder */
	const char *const *reads; /* further paths that may be read, NULL-ended; what is not there is
							   * passed over */
	const char *const *writes; /* files that may be written, likewise */
	unsigned long port;       /* TCP: where a server listens; 0: any */
	const char *runs;         /* the one program that may be started; NULL: none */
};

struct tong__sandboxed {
	int landlock; /* the version of its rules; 0: this kernel has none */
	bool seccomp;
};

/* Holds this process, and what it starts, to this for good. What the kernel lacks is left out and
 * told in *out. An error when it refuses what it has. */
int tong__sandbox_enter(const struct tong__sandbox *, struct tong__sandboxed *out, tong_error *);

#endif
