// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/bpf_hook.h"

#include "collector/tracefs.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <glib.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Documentation/ABI/testing/sysfs-bus-event_source-devices-format */
#define KPROBE_DEVICE "/sys/bus/event_source/devices/kprobe/"

static int or_errno(int fd)
{
	return fd < 0 ? -errno : fd;
}

int bpf_hook__typed(int program)
{
	return or_errno(bpf_raw_tracepoint_open(NULL, program));
}

int bpf_hook__raw_tracepoint(int program, const char *event)
{
	return or_errno(bpf_raw_tracepoint_open(event, program));
}

int bpf_hook__kprobe_multi(int program, const char *symbol, bool at_end)
{
	struct bpf_link_create_opts options = {
		.sz = sizeof(options),
		.kprobe_multi =
			{
				.syms = &symbol,
				.cnt = 1,
				.flags = at_end ? BPF_F_KPROBE_MULTI_RETURN : 0,
			},
	};

	return or_errno(bpf_link_create(program, 0, BPF_TRACE_KPROBE_MULTI, &options));
}

/* The program runs on every CPU, wherever the event itself is. */
static int open_event(int program, struct perf_event_attr *attr)
{
	int fd, status;

	attr->size = sizeof(*attr);
	fd = (int)syscall(SYS_perf_event_open, attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!ioctl(fd, PERF_EVENT_IOC_SET_BPF, program) && !ioctl(fd, PERF_EVENT_IOC_ENABLE, 0))
		return fd;
	status = -errno;
	close(fd);
	return status;
}

/* Reads one number as `format` has it. Returns 0 or a negative errno. */
static int read_number(const char *path, const char *format, unsigned *number)
{
	FILE *file = fopen(path, "re");
	int status = 0;

	if (!file)
		return -errno;
	if (fscanf(file, format, number) != 1)
		status = -EINVAL;
	fclose(file);
	return status;
}

/* Kprobes of perf_event_open(2): config1 of the event is the function's name. */
int bpf_hook__kprobe(int program, const char *symbol, bool at_end)
{
	struct perf_event_attr attr = {.config1 = (uintptr_t)symbol};
	unsigned type = 0, bit = 0;
	int status = read_number(KPROBE_DEVICE "type", "%u", &type);

	if (!status && at_end) {
		status = read_number(KPROBE_DEVICE "format/retprobe", "config:%u", &bit);
		if (!status)
			attr.config = 1ULL << (bit & 63);
	}
	if (status)
		return status;
	attr.type = type;
	return open_event(program, &attr);
}

int bpf_hook__tracepoint(int program, const struct tracefs *tracefs, const char *event)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT};
	char *path = g_strdup_printf("events/%s/id", event);
	char *id = tracefs__read(tracefs, path);
	int error = errno;

	g_free(path);
	if (!id)
		return -error;
	attr.config = strtoull(id, NULL, 10);
	g_free(id);
	return open_event(program, &attr);
}
