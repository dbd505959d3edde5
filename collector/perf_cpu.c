// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_cpu.h"

/* So long before it is told of a charge, the clock may have been read. */
#define BEHIND_NS 50000ULL
/* So long it may stand still without one: about a tick. */
#define STILL_NS 4000000ULL
/* A wake-up charges who is on the CPU right before it is told of itself: by the same clock. */
#define FRESH_NS 10000ULL

static bool is_followed(const struct perf_cpu *cpu, uint64_t now_ns)
{
	return cpu->known && cpu->tid && !cpu->unsure && cpu->clock_ns <= now_ns &&
	       now_ns - cpu->clock_ns < STILL_NS;
}

void perf_cpu__charge(struct perf_cpu *cpu, uint64_t now_ns, uint64_t ns)
{
	cpu->clock_ns += ns;
	if (cpu->clock_ns > now_ns || cpu->clock_ns + BEHIND_NS < now_ns)
		cpu->clock_ns = now_ns;
	cpu->read_ns = now_ns;
}

uint64_t perf_cpu__enqueue(struct perf_cpu *cpu, uint64_t now_ns)
{
	if (cpu->known && !cpu->tid) {
		cpu->roused = true;
		cpu->clock_ns = cpu->read_ns = now_ns;
	}
	if (!is_followed(cpu, now_ns))
		return now_ns;
	return now_ns - cpu->read_ns < FRESH_NS ? cpu->clock_ns
						: cpu->clock_ns + (now_ns - cpu->read_ns);
}

uint64_t perf_cpu__switch(struct perf_cpu *cpu, uint64_t now_ns)
{
	/* Had the clock been read again, who leaves would have been charged; and an idle CPU that
	 * was woken up to switch does not read it again: wakeup_preempt(), kernel/sched/core.c. */
	if (!cpu->roused && !is_followed(cpu, now_ns))
		cpu->clock_ns = now_ns;
	cpu->roused = false;
	cpu->read_ns = now_ns;
	return cpu->clock_ns;
}
