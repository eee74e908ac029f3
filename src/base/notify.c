#include "base/notify.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
notify(const char *fmt, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = path != NULL ? strlen(path) : 0;
	if (n == 0 || n >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@')
		to.sun_path[0] = '\0'; /* the abstract name space, unix(7) */
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* a manager that does not listen is no concern of ours */
	ssize_t ignored =
		sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	(void)ignored;
	close(fd);
}

static unsigned long long
number_in(const char *name)
{
	const char *text = getenv(name);
	char *end;
	errno = 0;
	unsigned long long n = text != NULL ? strtoull(text, &end, 10) : 0;
	return text != NULL && errno == 0 && end != text && *end == '\0' ? n : 0;
}

int
notify_watchdog_ms(void)
{
	unsigned long long us = number_in("WATCHDOG_USEC"),
			   pid = number_in("WATCHDOG_PID");
	if (pid != 0 && pid != (unsigned long long)getpid())
		return 0;
	unsigned long long ms = us / 2000;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}
