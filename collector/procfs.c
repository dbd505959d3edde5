// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/procfs.h"

#include "collector/procfs_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

ssize_t procfs__read_descriptor(int fd, char *buffer, size_t size)
{
	size_t length = 0;

	while (length + 1 < size) {
		ssize_t got = pread(fd, buffer + length, size - 1 - length, (off_t)length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		length += (size_t)got;
	}
	buffer[length] = '\0';
	return (ssize_t)length;
}

ssize_t procfs__read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = procfs__read_descriptor(fd, buffer, size);
	close(fd);
	return length;
}

static ssize_t read_thread_file(pid_t pid, pid_t tid, const char *name, char *buffer, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	return procfs__read_file(path, buffer, size);
}

int64_t procfs__field(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && line[length] == ':')
			return strtoll(line + length + 1, NULL, 10);
	}
	return -1;
}

int procfs__comm(pid_t pid, pid_t tid, char comm[PROCFS_COMM])
{
	ssize_t length;

	memset(comm, 0, PROCFS_COMM);
	length = read_thread_file(pid, tid, "comm", comm, PROCFS_COMM);
	if (length < 0)
		return (int)length;
	if (length && comm[length - 1] == '\n')
		comm[length - 1] = '\0';
	return 0;
}

static char *read_exe(pid_t pid)
{
	char path[64], target[4096];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = readlink(path, target, sizeof(target));
	if (length <= 0 || length == (ssize_t)sizeof(target))
		return NULL;
	return strndup(target, (size_t)length);
}

int procfs__process(pid_t pid, struct procfs_process *out)
{
	char path[64], text[4096] = "";
	ssize_t length;
	int error;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	length = procfs__read_file(path, text, sizeof(text));
	/* A number that names a thread has a directory too, but is no process. */
	if (length == -ENOENT || (length >= 0 && procfs__field(text, "Tgid") != pid))
		return -ESRCH;
	if (length < 0)
		return (int)length;
	out->parent = (pid_t)procfs__field(text, "PPid");
	out->uid = procfs__field(text, "Uid");
	error = procfs__comm(pid, pid, out->comm);
	if (error)
		return error == -ENOENT ? -ESRCH : error;
	out->exe = read_exe(pid);
	return 0;
}

int procfs__state(pid_t pid, pid_t tid)
{
	char text[1024];
	ssize_t length = read_thread_file(pid, tid, "stat", text, sizeof(text));
	const char *after_comm;

	if (length < 0)
		return (int)length;
	after_comm = strrchr(text, ')'); /* a comm may hold anything, also brackets */
	return after_comm && after_comm[1] == ' ' && after_comm[2] ? after_comm[2] : -EINVAL;
}

int procfs__sleep(pid_t pid, pid_t tid, struct procfs_sleep *out)
{
	char text[256];
	int state = procfs__state(pid, tid);

	memset(out, 0, sizeof(*out));
	if (state < 0)
		return state;
	out->state = (char)state;
	out->syscall = -1;
	/* Documentation/filesystems/proc.rst: "running", or number, six arguments, sp and pc. */
	if (read_thread_file(pid, tid, "syscall", text, sizeof(text)) > 0) {
		uint64_t args[6], sp, pc;
		int64_t nr;
		int fields = sscanf(text,
				    "%" SCNd64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
				    " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64,
				    &nr, &args[0], &args[1], &args[2], &args[3], &args[4], &args[5],
				    &sp, &pc);

		if (fields == 9) {
			out->in_syscall = true;
			out->syscall = nr;
			out->args[0] = args[0];
			out->args[1] = args[1];
			out->sp = sp;
			out->pc = pc;
		} else if (fields == 3) { /* blocked outside a system call: "-1 sp pc" */
			out->sp = args[0];
			out->pc = args[1];
		}
	}
	if (read_thread_file(pid, tid, "wchan", out->wchan, sizeof(out->wchan)) <= 0 ||
	    !strcmp(out->wchan, "0"))
		out->wchan[0] = '\0';
	return 0;
}

static void read_schedstat(pid_t pid, pid_t tid, int64_t *run_ns, int64_t *runqueue_ns)
{
	char text[128];

	*run_ns = *runqueue_ns = -1;
	if (read_thread_file(pid, tid, "schedstat", text, sizeof(text)) > 0 &&
	    sscanf(text, "%" SCNd64 " %" SCNd64, run_ns, runqueue_ns) != 2)
		*run_ns = *runqueue_ns = -1;
}

int64_t procfs__run_delay(pid_t pid, pid_t tid)
{
	int64_t run_ns, runqueue_ns;

	read_schedstat(pid, tid, &run_ns, &runqueue_ns);
	return runqueue_ns < 0 ? -ENODATA : runqueue_ns;
}

void procfs__books(pid_t pid, pid_t tid, struct store_oracle *out)
{
	char text[4096] = "";

	memset(out, 0xff, sizeof(*out)); /* every figure -1, also those of procfs_io.h */
	read_schedstat(pid, tid, &out->run_ns, &out->runqueue_ns);
	if (read_thread_file(pid, tid, "status", text, sizeof(text)) > 0) {
		out->voluntary = procfs__field(text, "voluntary_ctxt_switches");
		out->involuntary = procfs__field(text, "nonvoluntary_ctxt_switches");
	}
}

int procfs__each_thread(pid_t pid, procfs_thread_fn visit, void *ctx)
{
	char path[64];
	struct dirent *entry;
	int status = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!status && (errno = 0, entry = readdir(dir))) {
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid > 0)
			status = visit(ctx, tid);
	}
	/* A process that ends while it is listed gives ENOENT or ESRCH: what was seen is valid. */
	closedir(dir);
	return status;
}

int procfs__each_mapping(pid_t pid, pid_t tid, procfs_mapping_fn visit, void *ctx)
{
	char path[64];
	char *line = NULL;
	size_t room = 0;
	int status = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/maps", pid, tid);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!status && getline(&line, &room, file) > 0) {
		struct procfs_mapping mapping = {0};
		unsigned int major_number, minor_number;
		char permissions[5];
		int path_at = 0;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n",
			   &mapping.start, &mapping.end, permissions, &mapping.offset,
			   &major_number, &minor_number, &mapping.inode, &path_at) < 7 ||
		    !path_at || permissions[2] != 'x')
			continue;
		line[strcspn(line, "\n")] = '\0';
		mapping.device = makedev(major_number, minor_number);
		mapping.path = line + path_at;
		status = visit(ctx, &mapping);
	}
	free(line);
	fclose(file);
	return status;
}
