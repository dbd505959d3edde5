// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/losses.h"

#include <stddef.h>

int losses__write(struct store_writer *writer, const struct wf_losses *kernel,
		  const struct losses *own, int64_t *total)
{
	const struct {
		const char *kind;
		int64_t count;
		const char *meaning;
	} losses[] = {
		{"threads", (int64_t)kernel->threads,
		 "threads that found no slot: of those that live at the end only sums are known, "
		 "from /proc; the time of others is missing"},
		{"processes", (int64_t)kernel->processes,
		 "child processes that found no room among the targets: their time is missing"},
		{"births", (int64_t)kernel->births,
		 "new threads that were not announced: known from their first switch on"},
		{"smeared-slices", (int64_t)kernel->smeared,
		 "times that were booked whole into the slice before: totals are exact"},
		{"spilled-spans", (int64_t)kernel->spilled,
		 "spans whose system call and length were not kept: their time is exact"},
		{"raced-sleeps", (int64_t)kernel->raced_sleeps,
		 "sleeps whose waker came so soon that their kind was gone when it was read "
		 "(before "
		 "Linux 5.18): they count as interruptible"},
		{"moved-sleeps", (int64_t)kernel->moved_sleeps,
		 "sleeps that the kernel's books have as waits for a CPU, because the thread was "
		 "moved to another CPU in them (Linux 6.12 and later): all of them counts as "
		 "sleep"},
		{"stacks", (int64_t)kernel->stacks, "stacks of spans for which the ring was full"},
		{"stack-copies", (int64_t)kernel->copies,
		 "copies of user stacks for which the ring was full: the stacks begin with [user "
		 "stack not walked]"},
		{"span-ends", (int64_t)kernel->spans,
		 "ends of spans for which the ring was full: their stacks are missing"},
		{"lock-waits", (int64_t)kernel->locks + own->unknown_waits,
		 "waits for kernel locks that are missing in the lock table"},
		{"lock-stacks", (int64_t)kernel->lock_stacks,
		 "stacks of lock waits for which the ring was full"},
		{"lock-depth", (int64_t)kernel->lock_depth,
		 "waits for kernel locks nested too deep to be timed"},
		{"callers", (int64_t)kernel->callers,
		 "threads that found no place for their calls of probe points: not counted"},
		{"probe-calls", own->unknown_calls,
		 "calls of probe points by threads that are not known: not counted"},
		{"uncounted-calls", own->uncounted_calls,
		 "timed calls of probe points that the counts of their threads had left out: "
		 "added, but others may be missing, too"},
		{"timed-calls", (int64_t)kernel->calls,
		 "timed calls of probe points for which the ring was full: counted, but their "
		 "lengths are missing"},
		{"call-ends", (int64_t)kernel->call_ends,
		 "timed calls of probe points whose end was not seen: counted, but their lengths "
		 "are missing, and calls deeper in the stack may be taken for a part of them"},
		{"call-stacks", (int64_t)kernel->call_stacks,
		 "stacks of calls of probe points for which there was no room"},
		{"syscalls", (int64_t)kernel->syscalls + own->unknown_syscalls,
		 "system calls in moments in which they were counted for which there was no room, "
		 "or of processes that are not known: not counted"},
		{"syscall-moments", (int64_t)kernel->moments,
		 "moments in which system calls could not be counted as they were to be"},
		{"clock-records", own->clock_records,
		 "samples of the CPU clock and mappings for which the ring was full"},
		{"throttled-clock", own->throttled,
		 "times that the kernel stopped the CPU clock for a while because it came too "
		 "fast"},
		{"missed-runs", own->missed_runs,
		 "events the kernel did not report because one was being handled on that CPU: "
		 "waits for kernel locks, calls of probe points and system calls in moments may be "
		 "missing"},
		{"switches", own->switches,
		 "events of the scheduler that the kernel had no room for or did not report: the "
		 "states of threads around them are inferred, their sums still make their lives"},
		{"unread-io", own->unread_io,
		 "processes whose reads and writes could not be read, because they had ended and "
		 "been waited for from outside the capture, or may not be looked into, or the "
		 "kernel does not count them (CONFIG_TASK_IO_ACCOUNTING); one that is gone is not "
		 "among them when its parent has waited for children: it is taken to be in its "
		 "parent's"},
		{"unfollowed-processes", own->unfollowed,
		 "processes that were forked while this capture took over from the one before, and "
		 "could not be followed into it: their time is missing"},
		{"unmatched-stacks", own->unmatched_stacks,
		 "spans that ended whose stack had been lost"},
		{"unplaced-samples", own->unplaced_samples,
		 "samples of the CPU clock in threads whose birth had been lost"},
		{"ending-samples", own->ending_samples,
		 "samples of the CPU clock in the last moments of threads that had given up their "
		 "number: their time is exact"},
		{"truncated-stacks", own->cut_stacks,
		 "stacks deeper than could be recorded: they begin with [truncated]"},
		{"broken-stacks", own->broken_stacks,
		 "user stacks that could not be followed to their root: they begin with "
		 "[broken stack]"},
		{"half-stacks", own->half_stacks,
		 "stacks without their user half: of threads that came back from a long wait, "
		 "walked then, when it is not there, and not seen with the same registers before, "
		 "or "
		 "whose copy was lost; they begin with [user stack not walked]"},
		{"unnamed-frames", own->unnamed_frames,
		 "places in user code without a symbol: they show as module+0xoffset"},
		{"refused-files", own->refused_files,
		 "ELF files that crashed or stalled their reader: their functions have no names, "
		 "and stacks through them may be broken"},
		{"kernel-symbols", own->no_kernel_symbols,
		 "the kernel hides its addresses (sysctl kernel.kptr_restrict): kernel frames have "
		 "no names, so causes cannot be told"},
		{"lock-tracepoints", own->gaps.locks,
		 "waits for kernel locks could not be timed (no contention tracepoints, as before "
		 "Linux 5.19, or none that may be read): they are known from stacks only"},
		{"kernel-stacks", own->gaps.kernel,
		 "the kernel may not be looked into (sysctl kernel.perf_event_paranoid): stacks "
		 "and "
		 "samples of the CPU clock are of user code only"},
		{"sleep-stacks", own->gaps.off_cpu_stacks,
		 "no stacks of threads off the CPU: where a thread slept is known only of those "
		 "that slept all the time"},
		{"wakeups", own->gaps.wakeups,
		 "wake-ups could not be seen: a woken thread that waits for a CPU counts as "
		 "asleep"},
		{"sleep-kinds", own->gaps.sleep_kinds,
		 "kinds of sleep could not be told apart: all of them count as interruptible"},
		{"io-waits", own->gaps.io_waits,
		 "sleeps until a device answers could not be told from others (tracepoint "
		 "sched_stat_iowait, sysctl kernel.sched_schedstats): they count as "
		 "uninterruptible"},
		{"system-calls", own->gaps.syscalls,
		 "the system call that a thread slept in was seen only of those that open files "
		 "and of futex, if of any"},
	};

	*total = 0;
	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		int status = store_writer__loss(writer, losses[i].kind, losses[i].count,
						losses[i].meaning);

		if (status)
			return status;
		*total += losses[i].count;
	}
	return 0;
}

/* As of the whole capture. */
static const char *const thread_kinds[WF_LOST_KINDS] = {
	[WF_LOST_STACKS] = "stacks",
	[WF_LOST_COPIES] = "stack-copies",
	[WF_LOST_SPANS] = "span-ends",
	[WF_LOST_SLICES] = "smeared-slices",
};

static int write_thread(void *ctx, struct thread *thread)
{
	int status = 0;

	for (int kind = 0; kind < WF_LOST_KINDS && !status; kind++) {
		struct store_thread_loss row = {thread->id, thread_kinds[kind], thread->lost[kind]};

		if (row.thread && row.count)
			status = store_writer__thread_loss(ctx, &row);
	}
	return status;
}

int losses__write_threads(struct store_writer *writer, struct roster *roster)
{
	return roster__each_thread(roster, write_thread, writer);
}
