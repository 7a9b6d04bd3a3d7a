/* Connections that the server has ended, while their clients may still be sending. */
#ifndef TONG_AGENT_SERVE_LINGER_H
#define TONG_AGENT_SERVE_LINGER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Who is refused in the middle of what he says (a head too large, a body nobody wants) says on. A
 * socket closed then, with bytes unread, is reset; the reset overtakes the answer, and the client
 * never learns why. So its sending half is ended, and what still comes is thrown away, until the
 * client has ended too or a few seconds are over (RFC 9112, section 9.6).
 */
#define TONG_LINGER  5u  /* seconds */
#define TONG_LINGERS 32u /* at once; more are closed as they are */

struct tong__lingering {
	size_t n;
	struct {
		int fd; /* our own */
		long long until;
	} of[TONG_LINGERS];
};

/* Keeps the socket of 'fd', whose holder is about to close it, until 'until' (seconds) when its
 * client has not ended: what it had not said yet ('whole' is false), or has said unheard. True when
 * it is kept. */
bool tong__linger(struct tong__lingering *, int fd, bool whole, long long until);
/* What to wait for; out has room for TONG_LINGERS. Their number. */
size_t tong__linger_waits(const struct tong__lingering *, struct pollfd *out);
/* Throws away what has come; closes those that have ended, or all when 'now' is their time. */
void tong__linger_read(struct tong__lingering *, long long now);

#endif
