/*
 * sandbox: what a reader gives up
 *
 * Before hostile bytes: every descriptor but its socket, core dumps, new privileges,
 * being traced, and, once sealed, every system call but those that compute and answer
 * (seccomp(2)). A call that is not allowed ends the process with SIGSYS.
 *
 * Threads: the process must have one.
 */
#ifndef READER_SANDBOX_H
#define READER_SANDBOX_H

#include <stdbool.h>

enum {
	SANDBOX_MEMORY = 512 << 20, /* bytes of address space, libraries included */
	SANDBOX_CPU_S = 60,         /* for the whole life of one reader */
};

/* Sanitizers' runtimes need more system calls and memory: their builds are never sealed.
 */
bool sandbox_seals(void);

/* First thing in the process. Ends with the thread that started it. */
void sandbox_enter(int fd);

/* No way back. False when the kernel refuses: then nothing may be read. */
bool sandbox_seal(int fd);

/* For tests: does what a reader must never do, such as "open" or "socket". Each is
 * harmless where it succeeds; false for a name that is not known. */
bool sandbox_try(const char *what);

#endif
