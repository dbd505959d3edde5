// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Says of each sample of the CPU clock whether it is one of the target's: the others, each with a
 * copy of a user stack, would only fill the ring. */
#include "bpf/maps.bpf.h"

SEC("perf_event")
int on_clock(void *ctx __attribute__((unused)))
{
	return target__has(current_task());
}

/* GPL-only helpers want this; the source is under either licence named above. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
