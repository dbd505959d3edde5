// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_waits.h"

#include "collector/now.h"
#include "collector/perf_slot.h"
#include "collector/procfs.h"

#include <glib.h>

/* So far the clocks may part at a wait, on an emulated CPU more. Beyond that it is a sleep that the
 * kernel has counted as a wait (docs/engines.md, Moved sleepers), unless a record is missing. */
#define CLOCKS_PART_NS 50000
#define CLOCKS_PART 8 /* one in so many nanoseconds */

bool perf_waits__are_to_be_read(const struct perf_thread *thread)
{
	return thread->waits.count && !thread->waits.to_ns;
}

void perf_waits__read(struct perf_thread *thread)
{
	uint64_t from_ns = (uint64_t)now__monotonic();
	int64_t delay_ns = procfs__run_delay((pid_t)thread->slot.tgid, (pid_t)thread->number);

	if (delay_ns < 0)
		return;
	thread->waits.from_ns = from_ns;
	thread->waits.to_ns = (uint64_t)now__monotonic();
	thread->waits.kernel_ns = (uint64_t)delay_ns;
}

static bool is_plausible(const struct perf_waits *waits, int64_t difference_ns)
{
	int64_t room_ns = MAX((int64_t)waits->count * CLOCKS_PART_NS, waits->ns / CLOCKS_PART);

	return waits->is_missing || (difference_ns >= -room_ns && difference_ns <= room_ns);
}

/* Where the thread waits now, the kernel may have counted a part of that already. Whoever queues a
 * thread holds the lock of the run queue until that has been told: so before it is not counted. */
static bool may_hold_a_part(const struct perf_thread *thread)
{
	return thread->queued_ns && thread->waits.to_ns >= thread->waits.since_ns;
}

void perf_waits__compare(struct perf_thread *thread, uint64_t on_ns)
{
	struct perf_waits *waits = &thread->waits;
	int64_t difference_ns = (int64_t)(waits->kernel_ns - thread->run_delay_ns);

	if (!waits->to_ns || on_ns < waits->from_ns)
		return;
	if (on_ns > waits->to_ns && !may_hold_a_part(thread)) {
		if (!waits->is_first && is_plausible(waits, difference_ns))
			waits->owed_ns += difference_ns;
		waits->owed_ns = perf_slot__add_waits(&thread->slot, waits->owed_ns);
		thread->run_delay_ns = waits->kernel_ns;
		waits->count = 0;
		waits->ns = 0;
		waits->is_missing = false;
		waits->is_first = false;
	}
	waits->to_ns = 0;
}

void perf_waits__end(struct perf_thread *thread)
{
	struct perf_waits *waits = &thread->waits;

	/* Later its number may have been another's. */
	if (waits->to_ns < thread->left_ns)
		perf_waits__compare(thread, UINT64_MAX);
	waits->owed_ns = perf_slot__add_waits(&thread->slot, waits->owed_ns);
}

uint64_t perf_waits__make_up(struct perf_thread *thread)
{
	int64_t off_ns = (int64_t)(thread->on_ns - thread->slot.off_ns);
	int64_t wait_ns = (int64_t)thread->wait_ns;
	int64_t made_up_ns = thread->waits.owed_ns;

	if (!thread->slot.off_ns || thread->slot.state == WF_PREEMPTED || off_ns < wait_ns)
		return thread->wait_ns;
	made_up_ns = CLAMP(made_up_ns, -wait_ns, off_ns - wait_ns);
	thread->waits.owed_ns -= made_up_ns;
	return (uint64_t)(wait_ns + made_up_ns);
}

void perf_waits__count(struct perf_thread *thread, uint64_t ns, bool is_missing)
{
	thread->waits.count++;
	thread->waits.ns += (int64_t)ns;
	thread->waits.is_missing |= is_missing;
}
