/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a capture means: exact sums from the ledger, and causes, functions and stacks from the
 * evidence. An analysis is plain data, read-only for its users, and owns every string in it.
 */
#ifndef WALLFLAME_ANALYZER_ANALYSIS_H
#define WALLFLAME_ANALYZER_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/model.h"

/* What a figure rests on. */
enum basis {
	BASIS_EXACT, /* every event counted */
	BASIS_SAMPLED, /* drawn with known probability; low..high is a 95 % interval */
	BASIS_ESTIMATED, /* borrowed from like spans, or no sample at all; the interval is wide */
	BASIS_COUNT,
};
/* "exact", "sampled", "estimated". */
const char *basis__name(enum basis basis);

/* A time with its 95 % interval; low == ns == high when exact. */
struct figure {
	double ns;
	double low;
	double high;
	enum basis basis;
};

/* A quantity other than a time, with its 95 % interval; NAN: not known. */
struct measure {
	double value;
	double low;
	double high;
};

/* One leaf of the cause tree with its time in the whole capture. */
struct cause_row {
	const char *path; /* "lock/futex" */
	const char *meaning; /* one plain sentence for people */
	struct figure time;
	double share; /* of all threads' wall time */
	bool idle; /* waiting for work, not a cost */
};

/* The headline figures, in this order. */
enum headline {
	HEADLINE_FD_ALLOCATION,
	HEADLINE_PAGE_CACHE,
	HEADLINE_SWITCHING,
	HEADLINE_LOCK,
	HEADLINE_COUNT,
};

struct headline_row {
	const char *title;
	const char *path; /* the group in the cause tree: "fd-allocation" */
	struct figure time;
	double share;
};

/* How long calls took, at quantiles; sampled unless every call was timed. */
struct latency {
	int64_t timed; /* calls this rests on; 0: nothing is known */
	bool exact; /* every call was seen and timed (quantiles are as fine as the histogram's
		       buckets) */
	double p50_ns, p90_ns, p99_ns, p999_ns; /* NAN where there is no histogram */
	double max_ns; /* of the timed ones */
};

/* How many calls took from from_ns to, not including, below_ns. */
struct latency_bucket {
	int64_t from_ns;
	int64_t below_ns;
	double calls; /* what the timed ones stand for: whole numbers only where all were timed */
};

/* A place that was tried for a probe point. */
struct place_row {
	const char *place;
	const char *backend;
	const char *error; /* NULL: attached */
};

/* Time inside a probe point's calls, in one stack. */
struct call_piece {
	store_id stack; /* 0: none was drawn of it */
	uint32_t thread; /* index in analysis.threads; only with a stack */
	double ns;
	enum basis basis;
};

/* The hot-function table of a postmortem. */
struct function_row {
	const char *name; /* the probe point: "futex-wait" */
	int point; /* bit in piece.points; -1: a point of which stacks tell nothing */
	const char *symbol; /* the function found most under it: "futex_do_wait"; NULL: none seen */
	int64_t calls; /* -1: not known */
	bool calls_exact; /* none is known to be missing; only when calls are known */
	const char *counts; /* what was counted: "calls", "waits", "pages", "sleeps"; or NULL */
	const char *backend; /* "fentry", "kprobe-multi", "kprobe", "tracepoint", "evidence" */
	const char *note; /* why no better backend was taken, or NULL */
	struct figure inside; /* all calls' time by the probe itself; only when latency.timed */
	struct latency latency;
	struct latency_bucket *buckets; /* shortest first; none where none was timed */
	size_t bucket_count;
	/* The time inside by the stacks of timed calls; sums to it where that is known. */
	struct call_piece *pieces;
	size_t piece_count;
	struct place_row *places; /* tried for it */
	size_t place_count;
	struct figure blocked; /* blocked and then waiting for a CPU under it */
	struct figure wall; /* all time under it */
	double blocked_share; /* of all blocked time */
	double wall_share;
	const char *lock; /* kind of lock, or NULL */
};

struct lock_row {
	uint64_t address;
	const char *kind; /* "rwsem-write" */
	const char *where; /* the kernel function that wanted it, or NULL */
	const char *cause; /* the lock leaf it belongs to, e.g. "lock/inode"; NULL: unknown */
	int64_t count; /* exact */
	int64_t ns; /* exact */
	int64_t max_ns; /* exact */
	int64_t threads; /* that waited */
	size_t first_time; /* its share of analysis.lock_times */
	size_t time_count;
};

struct state_sums {
	/* By enum store_state; exact. WOKEN is the run queue after a wake-up. UNOBSERVED is time
	 * off the CPU in which the thread was not watched: pieces share it out over the other
	 * states. */
	double ns[STATE_COUNT];
	int64_t count[STATE_COUNT]; /* spans, or runs for running */
};

/* What was read and written in the window, by the kernel's own counts: exact. */
struct io_row {
	bool known; /* otherwise the rest means nothing */
	int64_t counts[IO_COUNTS]; /* by enum store_io_count */
};

struct thread_row {
	store_id id;
	int64_t tid;
	const char *comm;
	size_t process; /* index in analysis.processes */
	int64_t life_ns; /* inside the window */
	struct state_sums states;
	double accounted_ns; /* sum of the states */
	/* The kernel's own books over the window; negative when unknown. */
	struct store_oracle oracle;
	int64_t voluntary; /* switches, by the ledger */
	int64_t involuntary;
	bool born, ended;
	struct io_row io; /* not known of most threads that ended */
};

struct process_row {
	store_id id;
	int64_t pid, parent_pid;
	const char *comm;
	const char *exe; /* or NULL */
	size_t threads;
	int64_t life_ns; /* of its threads, summed */
	struct state_sums states;
	/* With all below: processes do not add up, for a parent has its children's as well. */
	struct io_row io;
	/*
	 * What is left when its threads' known counts are taken off: of threads that ended and of
	 * children that were waited for, which count their whole lives. At most: what a living
	 * thread did while the counts were being read is here, too. Known when the process's is.
	 */
	struct io_row io_rest;
	size_t io_unread; /* threads that are only in the rest */
	int64_t child_faults; /* 0: no child was waited for */
};

struct syscall_row {
	int64_t nr;
	const char *name; /* "futex", "(no system call)", "i386:120" */
	int64_t count; /* spans slept in it; exact */
	double blocked_ns; /* exact */
	double runqueue_ns; /* exact */
	int64_t class_count[64]; /* spans by power of two of their length */
};

/* How system calls were counted. */
struct call_sampling {
	int64_t moments; /* 0: they were not counted */
	const char *note; /* why not, or NULL */
	double covered_ns; /* all moments together */
	double share; /* of the window */
	double added_ns; /* that counting added to one call; NAN: not known */
};

#define CALLS_OF_ALL SIZE_MAX

/*
 * Calls of one system call, of one process or of all, as they were counted in moments: sampled.
 * Counting makes a call longer: had it kept a program from calling more often, there would have
 * been more calls without it. The high end of per_second has that in it.
 */
struct call_row {
	int64_t nr;
	const char *name;
	size_t process; /* index in analysis.processes, or CALLS_OF_ALL */
	int64_t counted; /* calls that ended in the moments */
	int64_t errors; /* of them: returned an error, or were interrupted */
	int64_t whole; /* of them: that began in the same moment */
	struct measure per_second;
	/* per_second is by the kernel's own, exact count of reads and writes: a share of it, or of
	 * calls that go with them. */
	bool by_kernel;
	struct measure bytes; /* a call; NAN where none are returned */
	struct measure whole_ns; /* a whole call: of longer ones fewer are whole */
	double blocked_ns; /* exact: of the whole window, slept in it */
};

struct slice_row {
	int64_t start_ns, end_ns;
	struct state_sums states;
};

struct span_row {
	size_t thread; /* index in analysis.threads */
	int64_t start_ns, end_ns, runqueue_ns;
	enum store_state state;
	const char *syscall;
	const char *cause;
	store_id stack; /* or 0 */
};

struct count_row { /* loss: meaning is set; cost: unit is set */
	const char *name;
	int64_t value;
	const char *unit;
	const char *meaning;
};

/* The part of a loss of which the thread is known. */
struct thread_loss_row {
	size_t thread; /* index in analysis.threads */
	const char *kind; /* as in analysis.losses */
	int64_t count;
};

/* How dearly was sampled, from when to when. */
struct pace_row {
	enum store_pace_kind what;
	int64_t time_ns;
	int64_t end_ns;
	int64_t value;
	int64_t cost; /* millionths of all CPUs; -1: not measured yet */
	const char *why;
};

/* How much of its user half a stack shows. */
enum user_half {
	USER_HALF_WHOLE, /* down to its root, as far as its collector could see */
	USER_HALF_RECALLED, /* whole, and walked before: its thread had the same registers then */
	USER_HALF_TRUNCATED, /* longer than could be recorded */
	USER_HALF_BROKEN, /* the walk went astray */
	USER_HALF_NOT_WALKED, /* the user half is missing */
	USER_HALF_PLACE_ONLY, /* one address without its callers: asleep since before the window */
	USER_HALF_OTHER, /* has a remark that is not known here */
	USER_HALF_COUNT,
};
/* "whole", "truncated", ... */
const char *user_half__name(enum user_half half);

enum cpu_side {
	SIDE_ON_CPU,
	SIDE_OFF_CPU,
	SIDE_BOTH,
	SIDE_COUNT,
};

/* Weights of the evidence with a user half, bare as they are in the capture. */
struct user_halves {
	double weight; /* ns */
	double share[USER_HALF_COUNT]; /* of it; all 0 when there is none */
};

/*
 * A function in a stack, as pictures and tables show it. One that was inlined follows the one it
 * was inlined into.
 */
struct frame_row {
	const char *name; /* never NULL: symbol, or "module+0xoffset" */
	const char *module; /* path, "[kernel]", or NULL */
	const char *build_id; /* of the module, hexadecimal; NULL: not known */
	uint64_t offset; /* in the module's file, or an address: see docs/capture-format.md */
	/* Where it was in its source, or where it called the next one that was inlined. */
	const char *file; /* NULL: not known */
	uint32_t line; /* 0: not known */
	enum store_frame_kind kind;
	bool inlined;
};

/*
 * Evidence weighted to the exact totals: what every picture is drawn from. The ns of all pieces
 * sum to accounted_ns. A piece without a stack (stack == 0) is time for which none was drawn.
 */
struct piece {
	store_id stack;
	uint32_t thread; /* index in analysis.threads */
	uint32_t slice; /* index in analysis.slices; 0 where pieces are sums over the slices */
	int32_t syscall;
	uint32_t cause; /* index in analysis.cause_names */
	enum store_state
		state; /* RUNNING, PREEMPTED, WOKEN (run queue) or one of the blocked ones */
	enum basis basis;
	uint32_t points; /* the probe points it is `wall` of: bits by function_row.point */
	uint32_t class; /* power of two of its spans' length; 0 on the CPU, and in sums over slices
			 */
	float grain; /* nanoseconds that one draw stands for here; 0: nothing is left to chance */
	/* Its part of how far the draws of its stratum were from standing for all of its time,
	 * beyond what chance would have it: ns^2 (docs/causes.md, max(D^2 - S, 0)). */
	float doubt;
	bool decided; /* its state alone says which cause it has: no draw is asked */
	double ns;
};

/* Time that one thread waited for a lock in a slice; exact. */
struct lock_time {
	uint32_t thread; /* index in analysis.threads; a lock's are in the order of theirs */
	uint32_t slice; /* index in analysis.slices */
	int64_t count;
	int64_t ns;
};

struct analysis {
	struct store_capture capture;
	int64_t window_ns; /* t1 - t0, or as far as it was written */
	double wall_ns; /* sum of the threads' lives inside the window */
	double accounted_ns; /* sum of the ledger */
	double error_ratio; /* |accounted - wall| / wall, 0 when wall is 0 */
	double worst_thread_error_ratio;
	struct state_sums states;

	struct process_row *processes;
	size_t process_count;
	struct thread_row *threads;
	size_t thread_count;
	struct slice_row *slices;
	size_t slice_count;
	struct syscall_row *syscalls; /* most blocked first */
	size_t syscall_count;
	struct call_sampling call_sampling;
	struct call_row *calls; /* of all processes first, then by process; most calls first */
	size_t call_count;
	/*
	 * Groups (the first word of the path) by their time, leaves by time inside a group; idle
	 * comes after all others because it is no cost.
	 */
	struct cause_row *causes;
	size_t cause_count;
	struct headline_row headlines[HEADLINE_COUNT];
	/* Every probe point of the table, and those that only the capture knows; most time first.
	 */
	struct function_row *functions;
	size_t function_count;
	struct lock_row *locks; /* most waited first */
	size_t lock_count;
	struct lock_time *lock_times;
	size_t lock_time_count;
	struct span_row *spans; /* longest first */
	size_t span_count;
	struct count_row *losses;
	size_t loss_count;
	struct thread_loss_row *thread_losses; /* most first, in each kind */
	size_t thread_loss_count;
	struct count_row *costs;
	size_t cost_count;

	struct pace_row *paces; /* in the order of their times */
	size_t pace_count;

	struct user_halves user_stacks[SIDE_COUNT];

	struct piece *pieces;
	size_t piece_count;
	const char **cause_names; /* paths by piece.cause */
	size_t cause_name_count;

	struct analysis_private *priv;
};

/*
 * Reads and analyzes the capture at `path`. Returns 0 or a negative errno with *error malloc'ed
 * for the caller to free. The caller frees *out with analysis__free.
 */
int analysis__load(struct analysis **out, const char *path, char **error);
/* The same, but pieces are sums over the slices: a long capture has a hundred times fewer of them.
 */
int analysis__load_summed(struct analysis **out, const char *path, char **error);
void analysis__free(struct analysis *analysis);

/*
 * The functions of a stack, root first, in an array that lives as long as the analysis; *count gets
 * their number. NULL and 0 for stack 0 and for unknown ids.
 */
const struct frame_row *const *analysis__stack(const struct analysis *analysis, store_id stack,
					       size_t *count);
/* "read_calls", ...: the column of the capture file. */
const char *io_count__name(enum store_io_count count);
/* NAN where there was no call, or nothing is known. */
double io__bytes_per_read(const struct io_row *io);
double io__bytes_per_write(const struct io_row *io);
/*
 * The share of the bytes read that was in memory already (the page cache, a pipe, a socket ...): at
 * least 1 - device bytes / bytes, for no more than the device bytes can have come from a device.
 * NAN where nothing was read. docs/capture-format.md has the conditions.
 */
double io__cached_at_least(const struct io_row *io);
/* "running", "preempted", ...: the names of table `state`. */
const char *state__name(enum store_state state);
/* The name of an x86-64 system call, "(no system call)" or "(unknown system call)". Interned. */
const char *syscall__name(int64_t nr);

#endif
