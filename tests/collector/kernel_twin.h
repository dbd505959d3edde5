/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Functions of the kernel half that need no kernel. */
#ifndef WALLFLAME_TESTS_COLLECTOR_KERNEL_TWIN_H
#define WALLFLAME_TESTS_COLLECTOR_KERNEL_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wf_cpu;

int twin__class_of(uint64_t ns);
/* What a switch takes for CLOCK_MONOTONIC: bpf/switch_clock.bpf.h. */
uint64_t twin__time_of_switch(struct wf_cpu *cpu, uint64_t queue_clock, uint64_t monotonic);
/* copy__read of bpf/copy.bpf.h. There must be TWIN_ROOM_BEFORE bytes before `to` and a page more
 * than `most` behind it. */
#define TWIN_ROOM_BEFORE 256
size_t twin__copy(void *to, const void *from, size_t most);

/* So many calls of a thread in one slice. */
struct twin_draws {
	uint64_t timed;
	double weight; /* the sum of 1 / p */
	double variance; /* of that: the sum of (1 - p) / p over all calls */
};
struct twin_draws twin__draws(uint64_t seed, uint32_t budget, uint64_t calls);

struct twin_call {
	uint64_t frame;
	uint32_t place;
};

/* Whether a call that begins is a part of the open one. */
bool twin__is_inside(struct twin_call open, struct twin_call begun, bool nests);

#endif
