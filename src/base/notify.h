/*
 * notify: telling the service manager how it goes
 *
 * One datagram to the socket that NOTIFY_SOCKET names, as sd_notify(3) describes; nothing
 * happens where there is none.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/* "READY=1\nSTATUS=…", "STOPPING=1", "WATCHDOG=1". */
void notify(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* How often "WATCHDOG=1" is to be said, half of what the manager allows; 0: not at all. */
int notify_watchdog_ms(void);

#endif
