/* Listens: the address, the limits, the door that MHD opens. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "agent/serve_in.h"
#include "core/err.h"
#include "core/message.h"

static int bad_address(const char *where, const char *why, tong_error *err)
{
	return tong__fail(err, TONG_E_USAGE, where, "%s; ADDR:PORT is wanted, e.g. %s",
					  tong__text(why), TONG_LISTEN);
}

/* ADDR:PORT, [ADDR6]:PORT or :PORT. Names are not looked up, but for localhost. */
static int read_address(const char *where, struct sockaddr_storage *out, socklen_t *len,
						tong_error *err)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
							  .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	const char *colon = strrchr(where, ':'), *from = where;
	char host[64] = "127.0.0.1";
	size_t n;

	if (!colon || !colon[1])
		return bad_address(where, "no port", err);
	n = (size_t)(colon - where);
	if (n >= 2 && where[0] == '[' && colon[-1] == ']') {
		from++;
		n -= 2;
	}
	if (n >= sizeof host)
		return bad_address(where, "no address", err);
	if (n && strncmp(from, "localhost", n) != 0) {
		memcpy(host, from, n);
		host[n] = '\0';
	}
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0 || !found)
		return bad_address(where, "not an address", err);
	memcpy(out, found->ai_addr, found->ai_addrlen);
	*len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static void bound_address(const struct tong__serve *s, const struct sockaddr_storage *to, char *out,
						  size_t max)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	char host[64] = "";
	bool six = to->ss_family == AF_INET6;

	getnameinfo((const struct sockaddr *)to, sizeof *to, host, sizeof host, NULL, 0,
				NI_NUMERICHOST);
	snprintf(out, max, six ? "[%s]:%u" : "%s:%u", host, info ? (unsigned)info->port : 0u);
}

static bool is_loopback(const struct sockaddr_storage *to)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)to;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)to;

	if (to->ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	return ntohl(four->sin_addr.s_addr) >> 24 == 127;
}

/* What is not in the list that MHD_start_daemon is called with. */
static void more_options(const struct tong__serve *s, const struct sockaddr_storage *to,
						 struct MHD_OptionItem *o)
{
	if (!is_loopback(to)) /* of this machine a web server may come, for many */
		*o++ = (struct MHD_OptionItem){ MHD_OPTION_PER_IP_CONNECTION_LIMIT, TONG_CONNS_ONE, NULL };
	if (s->tls) {
		*o++ = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_CERT_CALLBACK, 0,
										(void *)tong__tls_callback };
		*o++ = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0,
										(void *)(uintptr_t)TONG_TLS_VERSIONS };
	}
	*o = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
}

static int start(struct tong__serve *s, const struct sockaddr_storage *to, const char *where,
				 MHD_AccessHandlerCallback handler, MHD_RequestCompletedCallback done,
				 tong_error *err)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD |
					 (to->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u) |
					 (s->tls ? MHD_USE_TLS : 0u);
	struct MHD_OptionItem more[4];

	more_options(s, to, more);
	errno = 0;
	s->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, handler, s, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)to,
		MHD_OPTION_CONNECTION_LIMIT, TONG_CONNS, MHD_OPTION_CONNECTION_TIMEOUT, TONG_CONN_IDLE,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, TONG_CONN_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_NOTIFY_CONNECTION, tong__conns_notify, s->conns, MHD_OPTION_NOTIFY_COMPLETED,
		done, s, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
	if (s->daemon)
		return 0; /* a port that another process has is refused */
	return tong__fail_errno(err, errno ? errno : EADDRINUSE, where, "cannot listen");
}

int tong__serve_listen(struct tong__serve *s, const char *where, MHD_AccessHandlerCallback handler,
					   MHD_RequestCompletedCallback done, char *address, size_t max,
					   tong_error *err)
{
	struct sockaddr_storage to;
	socklen_t len;
	int rc;

	memset(&to, 0, sizeof to);
	rc = read_address(where, &to, &len, err);
	if (!rc)
		rc = start(s, &to, where, handler, done, err);
	if (!rc)
		bound_address(s, &to, address, max);
	return rc;
}

int tong__serve_check(const char *where, tong_error *err)
{
	struct sockaddr_storage to;
	socklen_t len;

	memset(&to, 0, sizeof to);
	return read_address(where, &to, &len, err);
}
