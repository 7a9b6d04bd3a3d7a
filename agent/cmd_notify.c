/* sd_notify(3) without libsystemd: a datagram to a socket named by the environment. */
#include "agent/cmd_notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

void tong__notify(const char *what, const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	char line[700];
	int fd;

	if (!n || n >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@')
		to.sun_path[0] = '\0'; /* a name without a file */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	snprintf(line, sizeof line, "%s%s", what, text);
	sendto(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&to,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

/* Half of what the watchdog allows; 0: there is none. */
static int64_t half(void)
{
	const char *text = getenv("WATCHDOG_USEC");
	long long usec = text ? strtoll(text, NULL, 10) : 0;

	return usec > 0 ? usec / 2000000 : 0;
}

int64_t tong__notify_step(void)
{
	int64_t s = half();

	return s > 0 && s < 60 ? s : 60;
}

void tong__notify_alive(void)
{
	static struct timespec last;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!getenv("WATCHDOG_USEC") || (last.tv_sec && now.tv_sec - last.tv_sec < half()))
		return;
	last = now;
	tong__notify("WATCHDOG=1", "");
}
