// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#define EVENTS "events/sched"

struct tracefs {
	int root;
};

/* The root as it is mounted, or a negative errno. */
static int open_mounted(void)
{
	/* Documentation/trace/ftrace.rst: the second is where it was before Linux 4.1. */
	static const char *const places[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
	int error = -ENOENT;

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		int fd = open(places[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		struct statfs info;

		if (fd >= 0 && !fstatfs(fd, &info) && info.f_type == TRACEFS_MAGIC)
			return fd;
		if (fd < 0 && errno == EACCES)
			error = -EACCES;
		if (fd >= 0)
			close(fd);
	}
	return error;
}

/* fsmount(2): a mount that stands in no tree and ends with its descriptor. */
static int open_private(void)
{
	int context = fsopen("tracefs", FSOPEN_CLOEXEC);
	int root;

	if (context < 0)
		return -errno;
	root = fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0)
		       ? -errno
		       : fsmount(context, FSMOUNT_CLOEXEC, 0);
	if (root == -1)
		root = -errno;
	close(context);
	return root;
}

static char *explain(int error)
{
	const char *hint = "";

	if (error == -EACCES)
		hint = ": run as root, give the program CAP_DAC_READ_SEARCH, or let an "
		       "administrator mount it with a group of yours: mount -o "
		       "remount,gid=GROUP,mode=750 /sys/kernel/tracing";
	else if (error == -EPERM || error == -ENOENT)
		hint = ": it is not mounted; an administrator can: mount -t tracefs tracefs "
		       "/sys/kernel/tracing";
	else if (error == -ENODEV)
		hint = ": this kernel has none (CONFIG_TRACING)";
	return g_strdup_printf("tracefs, where the kernel describes its tracepoints: %s%s",
			       g_strerror(-error), hint);
}

int tracefs__open(struct tracefs **out, char **error)
{
	int root = open_mounted();

	if (root == -ENOENT)
		root = open_private();
	if (root >= 0 && faccessat(root, EVENTS, R_OK | X_OK, AT_EACCESS)) {
		int status = -errno;

		close(root);
		root = status;
	}
	if (root < 0) {
		*error = explain(root);
		return root;
	}
	*out = g_new0(struct tracefs, 1);
	(*out)->root = root;
	return 0;
}

void tracefs__close(struct tracefs *tracefs)
{
	if (!tracefs)
		return;
	close(tracefs->root);
	g_free(tracefs);
}

char *tracefs__read(const struct tracefs *tracefs, const char *path)
{
	int fd = openat(tracefs->root, path, O_RDONLY | O_CLOEXEC);
	GString *text;
	char piece[4096];
	ssize_t got;

	if (fd < 0)
		return NULL;
	text = g_string_new(NULL);
	while ((got = read(fd, piece, sizeof(piece))) > 0 || (got < 0 && errno == EINTR))
		if (got > 0)
			g_string_append_len(text, piece, got);
	close(fd);
	return g_string_free(text, got < 0);
}
