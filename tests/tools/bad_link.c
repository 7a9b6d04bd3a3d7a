/* A bad link in user space, for kernels without netem: two network namespaces, a TUN device in
 * each, and between them a rate, a delay, random loss and a short queue. It is the meter too: every
 * IP byte that arrives counts.
 *
 * usage: bad-link [option…] SERVER CLIENT
 *
 * Both are commands for sh; the server's first line says that it is ready.
 *
 *   -r KBIT   of each direction; 0: no limit     -d MS    one way
 *   -l PERMIL packets lost of 1000               -q BYTES waiting for the wire; more are dropped
 *   -s SEED   of the losses                      -k BYTES SIGKILL the client after so many bytes
 *   -t SEC    SIGKILL it after so many seconds
 *
 * The server is 10.99.0.1, the client 10.99.0.2. When the client ended, one line on stdout:
 * {"down":B,"up":B,"down_packets":N,"up_packets":N,"lost":N,"seconds":S,"cpu":S,"peak_kb":N,
 * "exit":CODE}; 'down' is towards the client, 'cpu' and 'peak_kb' are the client's (a client that
 * begins with exec is alone in them). Needs root or user namespaces, and /dev/net/tun. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MTU    1500
#define WAITS  4096 /* packets under way in one direction */
#define SERVER "10.99.0.1"
#define CLIENT "10.99.0.2"

struct packet {
	int64_t due;
	size_t n;
	unsigned char bytes[MTU];
};

struct way {
	int from, to;
	struct packet *waits;
	size_t head, n;
	int64_t free_at; /* when the wire has sent all that waits for it */
	uint64_t bytes, packets, lost;
};

static struct {
	double rate, delay; /* bytes and microseconds, per microsecond and one way */
	uint64_t permil, queue, kill_after, dice;
	int64_t seconds;
} opt = { 0, 0, 0, 32768, 0, 1, INT32_MAX };

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- namespaces ---- */

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

/* Who is not root becomes so in a namespace of users. */
static void become_root(void)
{
	char map[64];
	unsigned uid = geteuid(), gid = getegid();

	if (uid == 0)
		return;
	if (unshare(CLONE_NEWUSER))
		die("user namespaces");
	write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1", uid);
	write_text("/proc/self/uid_map", map);
	snprintf(map, sizeof map, "0 %u 1", gid);
	write_text("/proc/self/gid_map", map);
}

static void set_address(struct ifreq *r, unsigned long request, const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, text, &in.sin_addr);
	memcpy(&r->ifr_addr, &in, sizeof in);
	if (ioctl(s, request, r))
		die(text);
	close(s);
}

static void bring_up(struct ifreq *r)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	r->ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(s, SIOCSIFFLAGS, r))
		die(r->ifr_name);
	close(s);
}

/* A fresh namespace with one device; this process is in it from now on. */
static int new_end(const char *here, const char *there)
{
	struct ifreq r = { .ifr_name = "bad0" }, lo = { .ifr_name = "lo" };
	int fd;

	if (unshare(CLONE_NEWNET))
		die("network namespaces");
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	r.ifr_flags = IFF_TUN | IFF_NO_PI;
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r))
		die("/dev/net/tun");
	set_address(&r, SIOCSIFADDR, here);
	set_address(&r, SIOCSIFDSTADDR, there);
	bring_up(&r);
	bring_up(&lo);
	return fd;
}

/* ---- commands ---- */

static pid_t start(const char *command, int out)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (out >= 0)
		dup2(out, 1);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static pid_t start_server(const char *command)
{
	int ends[2];
	pid_t pid;
	char c = 0;

	if (pipe2(ends, O_CLOEXEC))
		die("pipe");
	pid = start(command, ends[1]);
	close(ends[1]);
	while (c != '\n')
		if (read(ends[0], &c, 1) != 1) {
			fputs("bad-link: the server did not say that it is ready\n", stderr);
			exit(2);
		}
	return pid; /* the pipe stays open: a server may say more */
}

/* ---- the link ---- */

/* Of a thousand, the same for the same seed (xorshift). */
static bool unlucky(void)
{
	opt.dice ^= opt.dice << 13;
	opt.dice ^= opt.dice >> 7;
	opt.dice ^= opt.dice << 17;
	return (opt.dice >> 16) % 1000 < opt.permil;
}

static void arrive(struct way *w, const unsigned char *p, size_t n)
{
	if (write(w->to, p, n) != (ssize_t)n) {
		w->lost++;
		return;
	}
	w->bytes += n;
	w->packets++;
}

static void leave(struct way *w, const unsigned char *p, size_t n)
{
	int64_t now = now_us(), begin = w->free_at > now ? w->free_at : now;
	double waiting = (double)(begin - now) * opt.rate;
	struct packet *to = &w->waits[(w->head + w->n) % WAITS];

	if (opt.rate <= 0 && opt.delay <= 0) {
		arrive(w, p, n);
		return;
	}
	if (w->n == WAITS || waiting + (double)n > (double)opt.queue) {
		w->lost++;
		return;
	}
	w->free_at = begin + (opt.rate > 0 ? (int64_t)((double)n / opt.rate) : 0);
	if (unlucky()) { /* it took its time on the wire */
		w->lost++;
		return;
	}
	to->due = w->free_at + (int64_t)opt.delay;
	to->n = n;
	memcpy(to->bytes, p, n);
	w->n++;
}

static void take(struct way *w)
{
	unsigned char p[MTU];
	ssize_t n;

	for (int i = 0; i < 64 && (n = read(w->from, p, sizeof p)) > 0; i++)
		if (p[0] >> 4 == 4) /* what the kernel says in IPv6 of itself is not ours */
			leave(w, p, (size_t)n);
}

static void deliver(struct way *w)
{
	int64_t now = now_us();

	while (w->n && w->waits[w->head].due <= now) {
		arrive(w, w->waits[w->head].bytes, w->waits[w->head].n);
		w->head = (w->head + 1) % WAITS;
		w->n--;
	}
}

/* Microseconds until the next packet is due; a tenth of a second to look at the client again. */
static int64_t pause_of(const struct way *a, const struct way *b)
{
	int64_t at = now_us() + 100000, now = now_us();

	if (a->n && a->waits[a->head].due < at)
		at = a->waits[a->head].due;
	if (b->n && b->waits[b->head].due < at)
		at = b->waits[b->head].due;
	return at > now ? at - now : 0;
}

static volatile sig_atomic_t ended;

static void on_end(int sig)
{
	(void)sig;
	ended = 1;
}

/* Carries packets until the client ended; its exit code, 137 when it was killed. */
static int carry(struct way *down, struct way *up, pid_t client, struct rusage *use)
{
	struct pollfd p[2] = { { down->from, POLLIN, 0 }, { up->from, POLLIN, 0 } };
	int64_t until = now_us() + opt.seconds * 1000000;
	struct timespec t;
	int status = 0;

	for (;;) {
		int64_t us = pause_of(down, up);

		t.tv_sec = us / 1000000;
		t.tv_nsec = us % 1000000 * 1000;
		if (ppoll(p, 2, &t, NULL) < 0 && errno != EINTR)
			die("poll");
		take(down);
		take(up);
		deliver(down);
		deliver(up);
		if ((opt.kill_after && down->bytes >= opt.kill_after) || now_us() > until)
			kill(-client, SIGKILL);
		if (ended && wait4(client, &status, WNOHANG, use) == client)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}

static void read_options(int argc, char **argv)
{
	bool wrong = false;
	int c;

	while ((c = getopt(argc, argv, "r:d:l:q:s:k:t:")) != -1) {
		double v = optarg ? atof(optarg) : 0;

		wrong = wrong || c == '?';
		if (c == 'r')
			opt.rate = v / 8000;
		else if (c == 'd')
			opt.delay = v * 1000;
		else if (c == 'l')
			opt.permil = (uint64_t)v;
		else if (c == 'q')
			opt.queue = (uint64_t)v;
		else if (c == 'k')
			opt.kill_after = (uint64_t)v;
		else if (c == 't')
			opt.seconds = (int64_t)v;
		else if (c == 's')
			opt.dice = 88172645463325252u ^ ((uint64_t)v * 2654435761u);
	}
	if (wrong || argc - optind != 2) {
		fputs("usage: bad-link [-r KBIT] [-d MS] [-l PERMIL] [-q BYTES] [-s SEED] [-k BYTES] "
			  "[-t SEC] SERVER CLIENT\n",
			  stderr);
		exit(2);
	}
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct way down = { 0 }, up = { 0 };
	struct sigaction act = { .sa_handler = on_end };
	pid_t server, client;
	struct rusage use;
	int64_t begun;
	int code;

	read_options(argc, argv);
	become_root();
	down.from = up.to = new_end(SERVER, CLIENT);
	server = start_server(argv[optind]);
	down.to = up.from = new_end(CLIENT, SERVER);
	down.waits = calloc(WAITS, sizeof *down.waits);
	up.waits = calloc(WAITS, sizeof *up.waits);
	if (!down.waits || !up.waits)
		die("memory");
	sigaction(SIGCHLD, &act, NULL);
	begun = now_us();
	client = start(argv[optind + 1], 2);
	code = carry(&down, &up, client, &use);
	printf("{\"down\":%llu,\"up\":%llu,\"down_packets\":%llu,\"up_packets\":%llu,\"lost\":%llu,"
		   "\"seconds\":%.3f,\"cpu\":%.3f,\"peak_kb\":%ld,\"exit\":%d}\n",
		   (unsigned long long)down.bytes, (unsigned long long)up.bytes,
		   (unsigned long long)down.packets, (unsigned long long)up.packets,
		   (unsigned long long)(down.lost + up.lost), (double)(now_us() - begun) / 1e6,
		   seconds(use.ru_utime) + seconds(use.ru_stime), use.ru_maxrss, code);
	kill(-server, SIGKILL);
	free(down.waits);
	free(up.waits);
	return 0;
}
