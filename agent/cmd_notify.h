/* Telling systemd how the node is: sd_notify(3)'s protocol, which is one datagram. */
#ifndef TONG_AGENT_CMD_NOTIFY_H
#define TONG_AGENT_CMD_NOTIFY_H

#include <stdint.h>

/* Sends what + text, when $NOTIFY_SOCKET is set. A manager that does not listen is no fault. */
void tong__notify(const char *what, const char *text);
/* The watchdog's sign of life, at most as often as it is wanted. */
void tong__notify_alive(void);
/* Seconds that may be slept between two of them. */
int64_t tong__notify_step(void);

#endif
