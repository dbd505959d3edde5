// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_fds.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FD_DIR "/proc/self/fd"

static bool is_perf_event(const char *name)
{
	char *path = g_build_filename(FD_DIR, name, NULL);
	char *target = g_file_read_link(path, NULL);
	bool is = !g_strcmp0(target, "anon_inode:[perf_event]"); /* kernel/events/core.c */

	g_free(path);
	g_free(target);
	return is;
}

GArray *perf_fds__list(void)
{
	GArray *fds = g_array_new(FALSE, FALSE, sizeof(int));
	GDir *dir = g_dir_open(FD_DIR, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		int fd = (int)strtol(name, NULL, 10);

		if (is_perf_event(name))
			g_array_append_val(fds, fd);
	}
	if (dir)
		g_dir_close(dir);
	return fds;
}

static bool has(const GArray *fds, int fd)
{
	for (guint i = 0; i < fds->len; i++)
		if (g_array_index(fds, int, i) == fd)
			return true;
	return false;
}

GArray *perf_fds__but(GArray *others)
{
	GArray *fds = perf_fds__list();

	for (guint i = fds->len; i-- > 0;)
		if (has(others, g_array_index(fds, int, i)))
			g_array_remove_index(fds, i);
	g_array_free(others, TRUE);
	return fds;
}

void perf_fds__attach(const GArray *fds, int program)
{
	for (guint i = 0; i < fds->len; i++)
		ioctl(g_array_index(fds, int, i), PERF_EVENT_IOC_SET_BPF, program);
}

int perf_fds__set_period(const GArray *fds, uint64_t period)
{
	int status = 0;

	for (guint i = 0; i < fds->len; i++)
		if (ioctl(g_array_index(fds, int, i), PERF_EVENT_IOC_PERIOD, &period) && !status)
			status = -errno;
	return status;
}
