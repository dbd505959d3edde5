/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Functions of the kernel half that need no kernel. */
#ifndef WALLFLAME_TESTS_COLLECTOR_KERNEL_TWIN_H
#define WALLFLAME_TESTS_COLLECTOR_KERNEL_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct twin_interval {
	uint64_t off;
	uint64_t off_ns;
	uint64_t wait_ns;
	uint64_t run_ns;
	uint64_t leave;
};

int twin__class_of(uint64_t ns);
/* copy__read of bpf/copy.bpf.h. There must be TWIN_ROOM_BEFORE bytes before `to` and a page more
 * than `most` behind it. */
#define TWIN_ROOM_BEFORE 256
size_t twin__copy(void *to, const void *from, size_t most);
/* interval__split of bpf/ledger.bpf.h in a window that ends at window_end; on: when it came onto
 * the CPU; cut: off is where the window opened. */
struct twin_interval twin__split(uint64_t off, bool cut, uint8_t state, uint64_t on, uint64_t now,
				 uint64_t run_ns, uint64_t wait_ns, uint64_t window_end);

/* So many calls of a thread in one slice. */
struct twin_draws {
	uint64_t timed;
	double weight; /* the sum of 1 / p */
	double variance; /* of that: the sum of (1 - p) / p over all calls */
};
struct twin_draws twin__draws(uint64_t seed, uint32_t budget, uint64_t calls);

#endif
