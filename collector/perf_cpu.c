// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_cpu.h"

/* A wake-up charges who is on the CPU right before it is told of itself: by the same clock. Seen
 * here are 1 to 2 us, and 6 to 9 us for one wake-up in eight; another charge so short before is
 * rare. */
#define FRESH_NS 20000ULL
/* So long before it is told of a charge, the clock may have been read. */
#define BEHIND_NS 50000ULL
/* So long it may stand still without one: about a tick. */
#define STILL_NS 4000000ULL

static bool is_followed(const struct perf_cpu *cpu, uint64_t now_ns)
{
	return cpu->known && cpu->tid && !cpu->unsure && cpu->clock_ns <= now_ns &&
	       now_ns - cpu->clock_ns < STILL_NS;
}

void perf_cpu__charge(struct perf_cpu *cpu, uint64_t now_ns, uint64_t ns)
{
	uint64_t charged_ns = cpu->clock_ns + ns;

	/* Who is charged only now was on the CPU when another was woken: maybe to preempt it, and
	 * then the clock is the one of the wake-up. */
	if (!cpu->uncharged || charged_ns > now_ns || now_ns - charged_ns > BEHIND_NS)
		charged_ns = now_ns;
	cpu->clock_ns = charged_ns;
	cpu->read_ns = cpu->charged_ns = now_ns;
	cpu->uncharged = false;
}

uint64_t perf_cpu__enqueue(struct perf_cpu *cpu, uint64_t now_ns)
{
	uint64_t since_ns = now_ns - cpu->charged_ns;

	if (is_followed(cpu, now_ns) && since_ns < FRESH_NS) {
		/* A moving average over eight. */
		cpu->lag_ns += ((int64_t)since_ns - cpu->lag_ns) / 8;
		return cpu->clock_ns;
	}
	/* Nobody to charge, or nobody of the same group: as late as it mostly is told of. */
	now_ns -= (uint64_t)cpu->lag_ns;
	cpu->uncharged = true;
	if (cpu->known && !cpu->tid) {
		cpu->roused = true;
		cpu->clock_ns = now_ns;
	}
	return now_ns;
}

uint64_t perf_cpu__switch(struct perf_cpu *cpu, uint64_t now_ns)
{
	/* Had the clock been read again, who leaves would have been charged; and an idle CPU that
	 * is woken up to switch does not read it again: wakeup_preempt(), kernel/sched/core.c. */
	if (!cpu->roused && !is_followed(cpu, now_ns))
		cpu->clock_ns = now_ns - (uint64_t)cpu->lag_ns;
	cpu->roused = cpu->uncharged = false;
	cpu->read_ns = now_ns;
	return cpu->clock_ns;
}
