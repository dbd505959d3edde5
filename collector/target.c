// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/target.h"

#include "collector/now.h"
#include "collector/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct target {
	GArray *pids; /* pid_t */
	GArray *descriptors; /* struct pollfd of a pidfd each */
	pid_t command; /* 0: none */
	int go; /* written to, it lets the command run; -1: released */
	int failure; /* the command's errno comes out of it when exec(2) fails */
	bool saw_end;
	bool reaped;
	int status;
	char *title;
	char *name; /* of the command or the first process */
};

static struct target *target__new(void)
{
	struct target *target = g_new0(struct target, 1);

	target->pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
	target->descriptors = g_array_new(FALSE, FALSE, sizeof(struct pollfd));
	target->go = target->failure = -1;
	return target;
}

static int watch(struct target *target, pid_t pid)
{
	struct pollfd descriptor = {.events = POLLIN};

	/* pidfd_open(2): readable when the process has ended. */
	descriptor.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (descriptor.fd < 0)
		return -errno;
	g_array_append_val(target->pids, pid);
	g_array_append_val(target->descriptors, descriptor);
	return 0;
}

static bool has(const struct target *target, pid_t pid)
{
	for (guint i = 0; i < target->pids->len; i++)
		if (g_array_index(target->pids, pid_t, i) == pid)
			return true;
	return false;
}

/* "nginx, pid 12 13" */
static void tell_name(struct target *target, pid_t pid, const char *comm)
{
	char *before = target->title;

	if (!target->name)
		target->name = g_strdup(comm);
	target->title = before ? g_strdup_printf("%s %d", before, pid)
			       : g_strdup_printf("%s, pid %d", comm, pid);
	g_free(before);
}

static int add_running(struct target *target, pid_t pid, char **error)
{
	struct procfs_process info = {0};
	int status;

	if (has(target, pid))
		return 0;
	if (pid == getpid()) {
		*error = g_strdup_printf("process %d is wallflame itself", pid);
		return -EINVAL;
	}
	status = procfs__process(pid, &info);
	g_free(info.exe);
	if (!status)
		status = watch(target, pid);
	if (!status)
		tell_name(target, pid, info.comm);
	if (status == -ESRCH)
		*error = g_strdup_printf("no process %d (a thread's number is not a process's)",
					 pid);
	else if (status)
		*error = g_strdup_printf("process %d: %s", pid, g_strerror(-status));
	return status;
}

int target__of_pids(struct target **out, const pid_t *pids, size_t count, char **error)
{
	struct target *target = target__new();
	for (size_t i = 0; i < count; i++) {
		int status = add_running(target, pids[i], error);

		if (status) {
			target__free(target);
			return status;
		}
	}
	*out = target;
	return 0;
}

/* In the child: waits for the word, then becomes the command. */
static _Noreturn void become(char *const *command, int go, int failure)
{
	char byte;

	/* The parent gave up when nothing comes. */
	if (recv(go, &byte, 1, 0) == 1) { /* read(2) would count as the command's: /proc/PID/io */
		execvp(command[0], command);
		int error = errno;

		if (write(failure, &error, sizeof(error)) != sizeof(error))
			_exit(126);
	}
	_exit(127);
}

int target__of_command(struct target **out, char *const *command, char **error)
{
	int go[2], failure[2], status;
	struct target *target;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, go)) {
		status = -errno;
		*error = g_strdup_printf("socketpair: %s", g_strerror(errno));
		return status;
	}
	if (pipe2(failure, O_CLOEXEC)) {
		status = -errno;
		*error = g_strdup_printf("pipe: %s", g_strerror(errno));
		close(go[0]);
		close(go[1]);
		return status;
	}
	pid = fork();
	status = pid < 0 ? -errno : 0;
	if (!pid) {
		close(go[1]);
		become(command, go[0], failure[1]);
	}
	close(go[0]);
	close(failure[1]);
	target = target__new();
	target->go = go[1];
	target->failure = failure[0];
	if (!status) {
		target->command = pid;
		status = watch(target, pid);
	}
	if (status) {
		*error = g_strdup_printf("starting %s: %s", command[0], g_strerror(-status));
		target__free(target);
		return status;
	}
	target->title = g_strjoinv(" ", (char **)command);
	target->name = g_path_get_basename(command[0]);
	*out = target;
	return 0;
}

static void close_if_open(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void target__free(struct target *target)
{
	int status;

	if (!target)
		return;
	if (target->go >= 0 && target->command) {
		close_if_open(&target->go); /* it ends by itself */
		waitpid(target->command, &status, 0);
	}
	close_if_open(&target->go);
	close_if_open(&target->failure);
	for (guint i = 0; i < target->descriptors->len; i++)
		close_if_open(&g_array_index(target->descriptors, struct pollfd, i).fd);
	g_array_free(target->descriptors, TRUE);
	g_array_free(target->pids, TRUE);
	g_free(target->title);
	g_free(target->name);
	g_free(target);
}

int target__release(struct target *target, char **error)
{
	int failure = 0;
	ssize_t got;

	if (target->go < 0)
		return 0;
	/* A socket, because writing to a pipe whose reader was killed would raise SIGPIPE. */
	if (send(target->go, "", 1, MSG_NOSIGNAL) != 1) {
		int status = -errno;

		*error = g_strdup_printf("%s was ended before it could run", target->title);
		return status;
	}
	close_if_open(&target->go);
	/* Closed without a word by a successful exec(2). */
	do {
		got = read(target->failure, &failure, sizeof(failure));
	} while (got < 0 && errno == EINTR);
	close_if_open(&target->failure);
	if (got <= 0)
		return 0;
	waitpid(target->command, &target->status, 0);
	target->reaped = true;
	*error = g_strdup_printf("cannot run %s: %s", target->title, g_strerror(failure));
	return -failure;
}

bool target__is_held(const struct target *target)
{
	return target->go >= 0;
}

void target__was_released(struct target *target)
{
	close_if_open(&target->go);
	close_if_open(&target->failure);
}

bool target__has_ended(struct target *target)
{
	struct pollfd *entries = &g_array_index(target->descriptors, struct pollfd, 0);
	guint count = target->descriptors->len;
	bool living = false;

	poll(entries, count, 0);
	for (guint i = 0; i < count; i++) {
		/* poll(2) passes over negative descriptors: one that has ended wakes nobody again.
		 */
		if (entries[i].fd >= 0 && entries[i].revents) {
			close(entries[i].fd);
			entries[i].fd = -1;
			target->saw_end = true;
		}
		living |= entries[i].fd >= 0;
	}
	return !living;
}

bool target__saw_end(struct target *target)
{
	bool saw = target->saw_end;

	target->saw_end = false;
	return saw;
}

void target__wait(struct target *target, int fd, int other_fd, int64_t timeout_ns)
{
	guint count = target->descriptors->len;
	struct pollfd *entries = g_new(struct pollfd, count + 2);
	struct timespec timeout = now__timespec(MAX(timeout_ns, 0));

	memcpy(entries, target->descriptors->data, count * sizeof(*entries));
	entries[count] = (struct pollfd){.fd = fd, .events = POLLIN};
	entries[count + 1] = (struct pollfd){.fd = other_fd, .events = POLLIN};
	ppoll(entries, count + 2, &timeout, NULL);
	g_free(entries);
}

bool target__status(struct target *target, int *status)
{
	if (!target->command)
		return false;
	if (!target->reaped &&
	    waitpid(target->command, &target->status, WNOHANG) == target->command)
		target->reaped = true;
	*status = target->status;
	return target->reaped;
}

const pid_t *target__pids(const struct target *target, size_t *count)
{
	*count = target->pids->len;
	return &g_array_index(target->pids, pid_t, 0);
}

pid_t target__command_pid(const struct target *target)
{
	return target->command;
}

const char *target__title(const struct target *target)
{
	return target->title;
}

char *target__file_stem(const struct target *target)
{
	pid_t pid = g_array_index(target->pids, pid_t, 0);
	char *comm = g_strdup(*target->name ? target->name : "_"), *stem;

	/* A name comes from outside: what could be more than a file name does not stay in it. */
	g_strcanon(comm, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_');
	if (comm[0] == '.')
		comm[0] = '_';
	stem = g_strdup_printf("wallflame-%s-%d", comm, pid);
	g_free(comm);
	return stem;
}

char *target__file_name(const struct target *target)
{
	char *stem = target__file_stem(target), *name;
	time_t now = time(NULL);
	char when[32];
	struct tm utc;

	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
	name = g_strdup_printf("%s-%s.db", stem, when);
	g_free(stem);
	return name;
}
