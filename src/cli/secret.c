#include "cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"

void
secret_free(char *s)
{
	if (s == NULL)
		return;
	explicit_bzero(s, strlen(s));
	free(s);
}

enum { INTERRUPT = 3 /* Control-C, where the terminal sends no signal for it */ };

/* A file with a key in PEM or JSON is taken whole. */
static bool
is_key(const char *s)
{
	return *s == '{' || strncmp(s, "-----BEGIN ", 11) == 0;
}

/* Of what was read, as far as it is the secret. */
static int
check_secret(const char *s, size_t length, bool typed, const char *from, struct err *err)
{
	if (typed && memchr(s, INTERRUPT, length) != NULL)
		return err_set(
			err, ERR_CONFIG, "interrupted", "interrupted: nothing was done");
	if (length == 0)
		return err_set(err, ERR_CONFIG, "bad_secret",
			"%s: no password in its first line", from);
	if (length > SECRET_MAX)
		return err_set(err, ERR_CONFIG, "bad_secret",
			"%s: the first line is too long for a password", from);
	return ERR_NONE;
}

/* One line of at most SECRET_MAX bytes, without its end; or a whole key file. */
static int
read_secret(int fd, const char *from, bool typed, char **ret, struct err *err)
{
	char *line = calloc(1, SECRET_MAX + 2);
	if (line == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	size_t n = 0;
	ssize_t got = 1;
	while (n <= SECRET_MAX && got > 0 &&
		(memchr(line, '\n', n) == NULL || (!typed && is_key(line))) &&
		(!typed || memchr(line, INTERRUPT, n) == NULL)) {
		got = read(fd, line + n, SECRET_MAX + 1 - n);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			n += (size_t)got;
	}
	size_t length = !typed && is_key(line) ? strlen(line) : strcspn(line, "\r\n");
	int r = got < 0 ? err_set(err, ERR_CONFIG, "unreadable", "%s: %s", from,
				  strerror(errno))
			: check_secret(line, length, typed, from, err);
	explicit_bzero(line + length, n > length ? n - length : 0);
	if (r == ERR_NONE)
		*ret = line;
	else
		secret_free(line);
	return r;
}

int
secret_read(const char *path, char **ret, struct err *err)
{
	if (strcmp(path, "-") == 0)
		return read_secret(STDIN_FILENO, "standard input", false, ret, err);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_set(err, ERR_CONFIG, "unreadable", "%s: %s", path, strerror(errno));
		err_cure(err,
			"Put the password into a file of mode 0600 and name that file.");
		return ERR_CONFIG;
	}
	int r = read_secret(fd, path, false, ret, err);
	close(fd);
	return r;
}

int
secret_ask(const char *prompt, char **ret, struct err *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios before, silent;
	if (tty < 0 || tcgetattr(tty, &before) != 0) {
		if (tty >= 0)
			close(tty);
		err_set(err, ERR_CONFIG, "no_terminal",
			"there is no terminal to ask for the password");
		err_cure(err,
			"Give --password-file FILE, or --credential NAME for one that is "
			"installed already.");
		return ERR_CONFIG;
	}
	/* Nothing that comes in between may leave the terminal silent: signals wait, and what
	 * would interrupt ends the line instead. */
	static const int waiting[] = {SIGINT, SIGTSTP, SIGQUIT, SIGTERM, SIGHUP};
	sigset_t held, old;
	sigemptyset(&held);
	for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++)
		sigaddset(&held, waiting[i]);
	sigprocmask(SIG_BLOCK, &held, &old);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	silent.c_cc[VEOL] = INTERRUPT;
	tcsetattr(tty, TCSAFLUSH, &silent);
	bool asked = write(tty, prompt, strlen(prompt)) >= 0;
	int r = asked ? read_secret(tty, "the terminal", true, ret, err)
		      : err_set(err, ERR_CONFIG, "no_terminal",
				"the terminal does not answer");
	tcsetattr(tty, TCSAFLUSH, &before);
	if (write(tty, "\n", 1) < 0)
		asked = false;
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(tty);
	return r;
}
