#include "reader/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                     \
	__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||           \
	__has_feature(undefined_behavior_sanitizer) || __has_feature(memory_sanitizer)
enum { SEALS = 0 };
#else
enum { SEALS = 1 };
#endif

bool
sandbox_seals(void)
{
	return SEALS;
}

static void
limit(int what, rlim_t most)
{
	struct rlimit l;
	if (getrlimit((__rlimit_resource_t)what, &l) != 0 || l.rlim_max < most)
		return; /* stricter already */
	l = (struct rlimit){most, most};
	setrlimit((__rlimit_resource_t)what, &l);
}

void
sandbox_enter(int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_range((unsigned)fd + 1, ~0U, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	if (SEALS)
		limit(RLIMIT_CPU, SANDBOX_CPU_S);
}

/* Allowed whatever the arguments: memory, locks, time, randomness, the end. */
static const int free_calls[] = {
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(getrandom),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(exit_group),
};

static bool
allow(scmp_filter_ctx ctx, int fd)
{
	/* int arguments: the upper half of the register says nothing */
	const struct scmp_arg_cmp on_socket = {
		0, SCMP_CMP_MASKED_EQ, UINT32_MAX, (unsigned)fd};
	const struct scmp_arg_cmp not_code = {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
	const struct scmp_arg_cmp no_file = {
		4, SCMP_CMP_MASKED_EQ, UINT32_MAX, UINT32_MAX};
	bool ok = true;
	for (size_t i = 0; i < sizeof free_calls / sizeof *free_calls; i++)
		ok &= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, free_calls[i], 0) == 0;
	ok &= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, on_socket) == 0;
	ok &= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, on_socket) == 0;
	ok &= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_code) == 0;
	ok &= seccomp_rule_add(
		      ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, not_code, no_file) == 0;
	return ok;
}

bool
sandbox_seal(int fd)
{
	if (!SEALS)
		return true;
	if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	limit(RLIMIT_AS, SANDBOX_MEMORY);
	limit(RLIMIT_NOFILE, 0);
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (ctx == NULL)
		return false;
	bool ok = allow(ctx, fd) && seccomp_load(ctx) == 0;
	seccomp_release(ctx);
	return ok;
}

static void
try_open(void)
{
	int fd = open("/etc/hostname", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
}

static void
try_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		close(fd);
}

static void
try_connect(void)
{
	struct sockaddr_un nowhere = {.sun_family = AF_UNIX, .sun_path = "/nowhere"};
	connect(0, (struct sockaddr *)&nowhere, sizeof nowhere);
}

static void
try_execve(void)
{
	char *const none[] = {NULL};
	execve("/nowhere", none, none);
}

static void
try_fork(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void
try_kill(void)
{
	kill(getppid(), 0);
}

static void
try_ptrace(void)
{
	ptrace(PTRACE_PEEKDATA, 0, NULL, NULL);
}

static void
try_prctl(void)
{
	prctl(PR_GET_DUMPABLE);
}

static void
try_new_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p != MAP_FAILED)
		munmap(p, 4096);
}

static void
try_map_file(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0);
	if (p != MAP_FAILED)
		munmap(p, 4096);
}

static void
try_write_elsewhere(void)
{
	if (write(STDERR_FILENO, "", 0) != 0)
		return;
}

static void
try_memory(void)
{
	for (size_t i = 0; i < 1024; i++) {
		volatile char *p = malloc(1 << 20);
		if (p == NULL)
			abort();
		*p = 'x';
	}
}

static void
try_crash(void)
{
	abort();
}

static void
try_endless_loop(void)
{
	for (volatile unsigned n = 0;; n++)
		;
}

bool
sandbox_try(const char *what)
{
	static const struct {
		const char *name;
		void (*call)(void);
	} tries[] = {{"open", try_open}, {"socket", try_socket}, {"connect", try_connect},
		{"execve", try_execve}, {"fork", try_fork}, {"kill", try_kill},
		{"ptrace", try_ptrace}, {"prctl", try_prctl}, {"new_code", try_new_code},
		{"map_file", try_map_file}, {"write_elsewhere", try_write_elsewhere},
		{"memory", try_memory}, {"crash", try_crash},
		{"endless_loop", try_endless_loop}};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		if (strcmp(tries[i].name, what) == 0) {
			tries[i].call();
			return true;
		}
	return false;
}
