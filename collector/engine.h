/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The kernel half of a capture: keeps the ledger, draws stacks, times lock waits and calls of probe
 * points. There are two: BPF programs, and perf events where BPF is refused; both give the same
 * records. Functions return 0 or a negative errno; `error` gets a malloc'ed text for the caller.
 */
#ifndef WALLFLAME_COLLECTOR_ENGINE_H
#define WALLFLAME_COLLECTOR_ENGINE_H

#include "bpf/records.h"
#include "collector/choice.h"
#include "collector/probe_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What happened less than this before engine__drain() may come out of the next one only. */
#define ENGINE_LAG_NS 2000000LL
#define ENGINE_LONG_SPAN_NS 10000000LL /* spans as long as this are reported one by one */

struct engine;

struct engine_config {
	enum engine_choice choice;
	enum backend_choice backend;
	const pid_t *pids; /* the target's processes; their children are followed */
	size_t pid_count;
	size_t threads; /* to have room for at a time */
	int64_t slice_ns; /* length of a slice of the window */
	bool bounds_ledger; /* it may have to be kept for a part of the time only */
	const char *refused; /* why no better engine is opened; NULL: this one was asked for */
	uint32_t syscall_share_ppm; /* of the time; 0: system calls are not to be counted at all */
};

/* What an engine cannot see at all in this capture. */
struct engine_gaps {
	bool others; /* threads of other processes: events are the target's own */
	bool kernel; /* addresses in the kernel: stacks and samples are the user's only */
	bool off_cpu_stacks;
	bool wakeups; /* when a sleeping thread was woken: it waits for a CPU unseen */
	bool sleep_kinds; /* whether a signal would have woken it */
	bool io_waits; /* what a thread in uninterruptible sleep waits for */
	bool locks;
	bool syscalls; /* which system call a thread sleeps in, but for openat and futex */
};

/* What the engine is; texts live as long as the engine. */
struct engine_facts {
	const char *backend; /* of the ledger: "bpf-raw-tracepoint", "bpf-tp-btf" ... */
	const char *lock_backend; /* "contention-tracepoints", "slow-path-functions", "none" */
	const struct probe_set *probes;
	struct engine_gaps gaps;
	const char *why; /* no better engine was taken; NULL: there is none */
	const char *no_syscalls; /* why they cannot be counted; NULL: they can */
	int64_t syscall_added_ns; /* that counting adds to one of them; -1: not known */
};

/* What the programs cost while the kernel kept their statistics. */
struct engine_run_stats {
	uint64_t runs;
	uint64_t ns;
};

/* Loads everything. Nothing of the config is kept but what pids point to, until attached. */
int engine__open(struct engine **out, const struct engine_config *config, char **error);
/* Detaches and unloads everything. NULL is allowed. */
void engine__close(struct engine *engine);
/* From here on switches are seen; nothing is booked before engine__open_window. */
int engine__attach(struct engine *engine, char **error);
/* Only after engine__attach. */
struct engine_facts engine__facts(const struct engine *engine);

/* Whether the code of a process keeps frame pointers. Where it does they are walked, and of the
 * user stack only so much is copied that a leaf without one can be unwound; where not, or nothing
 * was said, all of it is. A child is another process, and exec(2) runs other code. Returns -E2BIG
 * or -ENOMEM when there is no room for more. */
int engine__keeps_frame_pointers(struct engine *engine, pid_t pid, bool keeps);

/*
 * One more process of the target that runs already, with the children it forks from here on; what
 * is known already stays so. -EOPNOTSUPP where events are those of the processes that the engine
 * was opened with.
 */
int engine__follow(struct engine *engine, pid_t pid);

/* How dearly the kernel half samples. */
struct engine_pace {
	int64_t stack_period_ns; /* T of the sampling rule p = min(1, average span / T) */
	int64_t slowdown; /* so many times as long as the threads alone would have it */
	uint32_t copy_bytes; /* the most that is copied of a user stack, up to WF_COPY_BYTES */
	double ledger; /* the share of the time in which the ledger is kept; 1: always */
};
/* A ledger below 1 is taken only where engine__bounds_ledger() is true. */
void engine__set_pace(struct engine *engine, const struct engine_pace *pace);
/* Whether the ledger can be kept for a part of the time only, as the config asked for. */
bool engine__bounds_ledger(const struct engine *engine);
void engine__open_window(struct engine *engine, int64_t t0_ns);
/* Nothing is booked for moments at or after t1_ns. Call it before t1_ns has come. */
void engine__close_window(struct engine *engine, int64_t t1_ns);

/* Readable when the ring holds enough to be worth reading; owned by the engine. */
int engine__fd(const struct engine *engine);
/* Calls `visit` with every record in the ring; it lives until `visit` returns. */
typedef void (*engine_record_fn)(void *ctx, const void *record, size_t size);
int engine__drain(struct engine *engine, engine_record_fn visit, void *ctx);

/* The slots of living threads. Call it only after the window has closed. */
typedef void (*engine_slot_fn)(void *ctx, const struct wf_thread *slot);
void engine__each_slot(struct engine *engine, engine_slot_fn visit, void *ctx);
/* When the thread came onto the CPU it is on as the window closed; 0: it is on none, or was on it
 * before the programs were attached. */
typedef void (*engine_cpu_fn)(void *ctx, const struct wf_cpu *cpu);
int engine__each_cpu(struct engine *engine, engine_cpu_fn visit, void *ctx);

/* Takes the lock sums of slices below `before` out of the kernel. */
typedef void (*engine_lock_fn)(void *ctx, const struct wf_lock_key *key,
			       const struct wf_lock_sum *sum);
int engine__take_locks(struct engine *engine, uint32_t before, engine_lock_fn visit, void *ctx);

/* The calls of probe points that living threads have made since their last record, as records of
 * struct wf_calls. Call it only after the window has closed. */
void engine__take_calls(struct engine *engine, engine_record_fn visit, void *ctx);

/* System calls of one kind in one process, in a moment. */
struct engine_syscall {
	pid_t tgid;
	int32_t syscall; /* as in a wf_stratum; negative: not known */
	int64_t calls; /* that ended in the moment */
	int64_t errors; /* of them: returned an error, or were interrupted */
	uint64_t returned; /* the sum of what the others returned */
	int64_t whole; /* of the calls: that began in the moment, too */
	int64_t ns; /* that the whole ones took */
};

/* A moment in which all system calls of the target were counted. */
struct engine_moment {
	int64_t from_ns;
	int64_t to_ns; /* not in it any more */
	const struct engine_syscall *rows;
	size_t count;
};

/* System calls are counted in short moments drawn at random, from the opening of the window on.
 * This takes the moments that are over. A moment lives until `visit` returns. */
typedef void (*engine_moment_fn)(void *ctx, const struct engine_moment *moment);
void engine__take_moments(struct engine *engine, engine_moment_fn visit, void *ctx);
/* There is no further moment. Only those before the end of the window are left to be taken. */
void engine__stop_moments(struct engine *engine);

/* A BPF program for perf events that lets only samples of the target pass: its descriptor, which
 * stays the engine's, or a negative errno where there is none. Only after engine__attach. */
int engine__clock_filter(const struct engine *engine);

struct wf_losses engine__losses(const struct engine *engine);
/* Runs of programs that the kernel left out because one of them was running already. */
uint64_t engine__missed(const struct engine *engine);
/* Records of switches that did not come: states around them are unsure. */
uint64_t engine__unseen(const struct engine *engine);

/* The kernel's run statistics of BPF programs: they cost a little themselves, so they are on only
 * for parts of the window. The second gives what ran since the first. */
int engine__start_stats(struct engine *engine);
struct engine_run_stats engine__stop_stats(struct engine *engine);

#endif
