/* Listens to clients that were refused until they have ended too. */
#include "agent/serve_linger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define AT_ONCE ((size_t)1 << 20) /* bytes thrown away by one call */

/* Throws away what has come. False: the client has ended, or is gone. */
static bool hears(int fd)
{
	ssize_t n;

	do
		n = recv(fd, NULL, AT_ONCE, MSG_DONTWAIT | MSG_TRUNC); /* tcp(7): nothing is copied */
	while (n < 0 && errno == EINTR);
	return n > 0 || (n < 0 && errno == EAGAIN);
}

bool tong__linger(struct tong__lingering *l, int fd, bool whole, long long until)
{
	int unread = 0, own;

	if (l->n == TONG_LINGERS || (whole && (ioctl(fd, FIONREAD, &unread) || unread == 0)) ||
		!hears(fd))
		return false;
	own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (own < 0)
		return false;
	shutdown(own, SHUT_WR); /* the answer goes out, and that it was all */
	l->of[l->n].fd = own;
	l->of[l->n++].until = until;
	return true;
}

size_t tong__linger_waits(const struct tong__lingering *l, struct pollfd *out)
{
	for (size_t i = 0; i < l->n; i++)
		out[i] = (struct pollfd){ .fd = l->of[i].fd, .events = POLLIN };
	return l->n;
}

void tong__linger_read(struct tong__lingering *l, long long now)
{
	for (size_t i = 0; i < l->n;) {
		if (now < l->of[i].until && hears(l->of[i].fd)) {
			i++;
			continue;
		}
		close(l->of[i].fd);
		l->of[i] = l->of[--l->n];
	}
}
