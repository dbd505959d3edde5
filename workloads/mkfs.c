// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/mkfs.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workloads/failure.h"

/* Debian's PATH of an ordinary user does not have /usr/sbin. */
static const char *const places[] = {"/usr/sbin/", "/sbin/", "/usr/local/sbin/", "/usr/bin/"};

/* Returns its exit status, or a negative errno. What it says on stderr is for the user. */
static int run(const char *program, const char *device)
{
	char *const argv[] = {(char *)program, (char *)"-q", (char *)device, NULL};
	char *const environment[] = {(char *)"LC_ALL=C", NULL};
	posix_spawn_file_actions_t actions;
	int code, status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	code = posix_spawn(&pid, program, &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	if (code)
		return -code;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}

int mkfs__run(const char *type, const char *device, char **error)
{
	int status = -ENOENT;
	char program[64];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && status == -ENOENT; i++) {
		snprintf(program, sizeof(program), "%smkfs.%s", places[i], type);
		status = run(program, device);
	}
	if (status == -ENOENT)
		return failure__set(
			error, ENOENT,
			"no mkfs.%s (Debian: e2fsprogs, xfsprogs); --fs here needs none", type);
	if (status < 0)
		return failure__set(error, -status, "cannot run mkfs.%s", type);
	if (status)
		return failure__set(error, EIO, "mkfs.%s on %s ended with %d", type, device,
				    status);
	return 0;
}
