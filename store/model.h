/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The rows of a capture file, as the writer takes and the reader gives them.
 * Units and meanings are those of schema-1.sql to schema-5.sql; docs/capture-format.md explains
 * them.
 */
#ifndef WALLFLAME_STORE_MODEL_H
#define WALLFLAME_STORE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define STORE_APPLICATION_ID 0x57464c4d /* "WFLM" */
#define STORE_SCHEMA_VERSION 5

/* Calls inlined at one frame. */
#define STORE_INLINE_MAX 255

/* Row ids are positive; 0 stands for "none" and becomes NULL. */
typedef int64_t store_id;

/* The rows of table `state`. */
enum store_state {
	STATE_RUNNING = 0,
	STATE_PREEMPTED = 1, /* runnable: lost its CPU without wanting to */
	STATE_INTERRUPTIBLE = 2,
	STATE_UNINTERRUPTIBLE = 3,
	STATE_IO_WAIT = 4,
	STATE_STOPPED = 5,
	STATE_WOKEN = 6, /* runnable: woken, waiting for a CPU; only derived from runqueue_ns */
	STATE_UNOBSERVED = 7, /* its switches were not seen: record --budget */
	STATE_COUNT = 8,
};

/* The rows of table `lock_kind`. */
enum store_lock {
	LOCK_NONE = 0,
	LOCK_SPIN = 1,
	LOCK_RWLOCK_READ = 2,
	LOCK_RWLOCK_WRITE = 3,
	LOCK_MUTEX = 4,
	LOCK_RWSEM_READ = 5,
	LOCK_RWSEM_WRITE = 6,
	LOCK_RT_MUTEX = 7,
	LOCK_PERCPU_RWSEM = 8,
	LOCK_OTHER = 9,
	LOCK_COUNT = 10,
};

enum store_module_kind {
	MODULE_KERNEL,
	MODULE_FILE,
	MODULE_VDSO,
	MODULE_JIT,
	MODULE_ANONYMOUS,
};

enum store_frame_kind {
	FRAME_USER,
	FRAME_KERNEL,
	FRAME_NOTE, /* not code: a remark such as "[truncated]" */
};

/* How a probe point is reached. */
enum store_backend {
	BACKEND_FENTRY,
	BACKEND_KPROBE_MULTI,
	BACKEND_KPROBE,
	BACKEND_TRACEPOINT,
	BACKEND_EVIDENCE, /* not at all: stacks tell of it */
	BACKEND_COUNT,
};

/* What the calls of a probe point are. */
enum store_counts {
	COUNTS_CALLS,
	COUNTS_WAITS, /* for a lock: calls that found it free are not seen */
	COUNTS_PAGES, /* put into the page cache */
	COUNTS_NOTHING,
	COUNTS_COUNT,
};

/* "No system call": the thread was in user space, in an exception or a page fault. */
#define SYSCALL_NONE (-1)
/* In some system call or in none: the engine could not see it. */
#define SYSCALL_UNKNOWN (-2)
/* Added to the number of a 32-bit (i386) system call made on x86-64. */
#define SYSCALL_COMPAT 0x40000000

/* store_evidence.futex_op where the thread did not sleep in futex(2). */
#define FUTEX_OP_NONE (-1)

struct store_capture {
	const char *tool_version;
	const char *host;
	const char *kernel; /* uname -r */
	const char *machine; /* uname -m */
	int64_t cpus; /* online */
	int64_t started_unix_ns; /* CLOCK_REALTIME at t0 */
	int64_t t0_ns;
	int64_t t1_ns; /* 0 while recording */
	int64_t progress_ns;
	bool complete;
	int64_t slice_ns;
	const char *backend; /* of the ledger: "bpf-raw-tracepoint", "perf-switch-records" ... */
	const char *cpu_clock; /* "cycles", "cpu-clock" or "none" */
	int64_t cpu_clock_hz; /* samples a second */
	const char *lock_backend; /* "contention-tracepoints", "slow-path-functions", "none" */
	int64_t stack_period_ns; /* T of the sampling rule p = min(1, average / T), as last set */
	const char *target; /* the pids or the command line, for people */
	const char *ended_by; /* "duration", "interrupt", "target-exit"; NULL while recording */
};

struct store_process {
	int64_t pid;
	int64_t parent_pid; /* 0: unknown */
	const char *comm;
	const char *exe; /* may be NULL */
	int64_t uid; /* -1: unknown */
	int64_t start_ns;
	int64_t end_ns; /* 0: lived on past the window */
};

struct store_thread {
	store_id process;
	int64_t tid;
	const char *comm;
	int64_t start_ns; /* of its life inside the window */
	int64_t end_ns; /* 0: not known yet (still recording) */
	bool born; /* inside the window */
	bool ended; /* inside the window */
};

/* A count that could not be read is negative. */
struct store_oracle {
	store_id thread;
	int64_t run_ns;
	int64_t runqueue_ns;
	int64_t voluntary;
	int64_t involuntary;
	int64_t read_calls;
	int64_t read_bytes;
	int64_t write_calls;
	int64_t write_bytes;
	int64_t device_read_bytes;
	int64_t device_write_bytes;
};

/* The most of one count of a thread or process: beyond what any machine moves, and small enough for
 * sums. */
#define STORE_IO_MAX (INT64_C(1) << 53)

/* What was read and written, as /proc/PID/io counts it. */
enum store_io_count {
	IO_READ_CALLS, /* syscr: read(2) and its like, also those that gave nothing */
	IO_READ_BYTES, /* rchar: what they gave, from files, pipes, terminals ... */
	IO_WRITE_CALLS, /* syscw */
	IO_WRITE_BYTES, /* wchar */
	IO_DEVICE_READ_BYTES, /* read_bytes: asked of a device, for whatever reason */
	IO_DEVICE_WRITE_BYTES, /* write_bytes: to be written to a device, some time */
	IO_CANCELLED_WRITE_BYTES, /* of these, anybody's, taken back: the file was cut */
	IO_COUNTS,
};

struct store_io {
	int64_t counts[IO_COUNTS];
};

/* A part of a loss: that of one thread. */
struct store_thread_loss {
	store_id thread;
	const char *kind;
	int64_t count;
};

struct store_thread_io {
	store_id thread;
	struct store_io io;
};

struct store_process_io {
	store_id process;
	struct store_io io; /* with ended threads, and with children that were waited for */
	int64_t child_faults; /* page faults of those children; 0: none was waited for */
};

struct store_call_sampling {
	int64_t share_ppm; /* of the time, in millionths, as asked for */
	int64_t added_ns; /* that counting adds to one call; -1: not known */
	const char *note; /* why none were counted; NULL: they were */
};

struct store_call_moment {
	int64_t from_ns;
	int64_t to_ns; /* not in it any more */
};

struct store_call_sample {
	store_id moment;
	store_id process;
	int64_t syscall;
	int64_t calls; /* that ended in the moment */
	int64_t errors; /* of them: returned an error, or were interrupted */
	int64_t bytes; /* that the others returned; -1: it returns no bytes */
	int64_t whole; /* of the calls: that began in the moment, too */
	int64_t ns; /* that the whole ones took */
};

struct store_module {
	enum store_module_kind kind;
	const char *path;
	const char *build_id; /* hexadecimal; NULL when unknown */
};

struct store_mapping {
	store_id process;
	store_id module;
	uint64_t start_address;
	uint64_t end_address;
	uint64_t file_offset;
	int64_t from_ns;
	int64_t to_ns; /* 0: still mapped at the end */
};

struct store_frame {
	enum store_frame_kind kind;
	store_id module; /* 0: none */
	uint64_t offset;
	const char *symbol; /* NULL: unresolved */
	int64_t symbol_offset; /* of the address in the symbol */
};

struct store_frame_line {
	store_id frame;
	const char *file;
	int64_t line; /* 0: not known */
};

struct store_frame_inline {
	store_id frame;
	int64_t depth; /* 1: called by the frame's own function */
	const char *symbol;
	const char *file; /* NULL: not known, and then no line either */
	int64_t line; /* 0: not known */
};

struct store_stack {
	store_id parent; /* 0: this is a root */
	store_id frame;
};

struct store_slice {
	store_id id; /* 1-based number of the slice */
	int64_t start_ns;
	int64_t end_ns;
};

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order of the table. */
struct store_ledger {
	store_id thread;
	store_id slice;
	enum store_state state;
	int64_t syscall;
	int class;
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
};

struct store_evidence {
	store_id thread;
	store_id slice;
	enum store_state state;
	int64_t syscall;
	int class;
	store_id stack;
	enum store_lock lock;
	int64_t futex_op; /* FUTEX_WAIT and so on, flags taken off; FUTEX_OP_NONE: another call */
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
	double weight;
	double runqueue_weight;
};

struct store_span {
	store_id thread;
	int64_t start_ns;
	int64_t end_ns;
	int64_t runqueue_ns;
	enum store_state state;
	int64_t syscall;
	store_id stack; /* 0: not drawn */
};

struct store_lock_wait {
	store_id thread;
	store_id slice;
	uint64_t address;
	enum store_lock lock;
	int64_t count;
	int64_t ns;
	int64_t max_ns;
};

struct store_lock_evidence {
	store_id thread;
	store_id slice;
	uint64_t address;
	enum store_lock lock;
	store_id stack;
	int64_t count;
	int64_t ns;
	double weight;
};

/* Far more than there are: so a reader may look at all that is recorded for each of them. */
#define STORE_PROBES_MAX 256

struct store_probe {
	const char *name; /* "openat" */
	enum store_backend backend;
	enum store_counts counts;
	const char *note; /* NULL: nothing to say */
};

struct store_probe_place {
	store_id probe;
	enum store_backend backend;
	const char *place; /* "alloc_fd", "syscalls:sys_enter_openat" */
	const char *error; /* NULL: attached */
};

struct store_probe_call {
	store_id probe;
	store_id thread;
	int64_t calls;
	int64_t timed;
	int64_t ns;
	int64_t max_ns;
	double weight;
	double ns_weight;
	double spread;
	double ns_spread;
	double ns2_spread;
};

struct store_histogram {
	store_id probe;
	store_id thread;
	int64_t from_ns;
	int64_t below_ns;
	int64_t count;
	double weight;
};

struct store_probe_evidence {
	store_id probe;
	store_id thread;
	store_id slice;
	store_id stack;
	int64_t count;
	int64_t ns;
	double weight;
};

/* What is adapted to a budget, and in what its value is. */
enum store_pace_kind {
	PACE_STACK_PERIOD, /* T of the sampling rule p = min(1, average / T): ns */
	PACE_CPU_CLOCK, /* samples a second and CPU */
	PACE_STACK_COPY, /* the most that is copied of a user stack: bytes */
	PACE_LEDGER, /* the share of the time in which the ledger is kept: millionths */
	PACE_KINDS,
};

struct store_pace {
	int64_t time_ns; /* from when */
	enum store_pace_kind what;
	int64_t value;
	int64_t cost; /* of all CPUs, as it was then: millionths; -1: not measured yet */
	const char *why;
};

/* The words of the file: "kprobe-multi", "waits", "stack-period". */
const char *store_backend__name(enum store_backend backend);
const char *store_counts__name(enum store_counts counts);
const char *store_pace_kind__name(enum store_pace_kind kind);

#endif
