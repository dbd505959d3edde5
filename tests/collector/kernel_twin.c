// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "kernel_twin.h"

/* Only the BPF compiler has them; no function called here uses them. */
#define __builtin_preserve_access_index(expression) (expression)
#define __builtin_preserve_field_info(field, info) 0
#define __builtin_preserve_enum_value(value, kind) 0
#define __builtin_preserve_type_info(type, kind) 0
#define __builtin_btf_type_id(type, kind) 0

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

/* Its helpers are numbers here. */
static long read_user(void *to, uint32_t size, const void *from);
#define bpf_probe_read_user read_user
static __u64 read_clock(void);
#define bpf_ktime_get_ns read_clock

/* Functions that are global there need no code here, which could not be assembled. */
#undef __noinline
#define __noinline static __always_inline

#include "bpf/ledger.bpf.h"
#include "bpf/switch_clock.bpf.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* As the helper does: all of it, or an error and zeros. */
static long read_user(void *to, uint32_t size, const void *from)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	ssize_t got = pread(fd, to, size, (off_t)(uintptr_t)from);

	close(fd);
	if (got == (ssize_t)size)
		return 0;
	memset(to, 0, size);
	return -1;
}

size_t twin__copy(void *to, const void *from, size_t most)
{
	struct wf_copy *copy = (struct wf_copy *)((char *)to - sizeof(struct wf_copy));

	return copy__read(copy, (uintptr_t)from, most);
}

int twin__class_of(uint64_t ns)
{
	return wf_log2(ns);
}

static __u64 clock_reads;

static __u64 read_clock(void)
{
	return clock_reads;
}

uint64_t twin__time_of_switch(struct wf_cpu *cpu, uint64_t queue_clock, uint64_t monotonic)
{
	clock_reads = monotonic;
	return switch__time(cpu, queue_clock);
}

struct twin_draws twin__draws(uint64_t seed, uint32_t budget, uint64_t calls)
{
	struct wf_caller caller = {.random = seed * 0x9e3779b97f4a7c15ULL | 1};
	struct wf_point *point = &caller.points[0];
	struct twin_draws draws = {0};

	calls_budget = budget;
	for (uint64_t i = 0; i < calls; i++) {
		int timed = point__draw(&caller, point);
		double weight = (double)(1ULL << point->halvings);

		draws.variance += weight - 1;
		draws.timed += timed;
		draws.weight += timed ? weight : 0;
	}
	return draws;
}

bool twin__is_inside(struct twin_call open, struct twin_call begun, bool nests)
{
	const struct wf_point point = {.frame = open.frame, .place = open.place};
	const struct spot spot = {.frame = begun.frame, .place = begun.place, .nests = nests};

	return point__has_inside(&point, &spot);
}
