// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The ordered table of rules. docs/causes.md explains the order and the borderline cases. */
#include "analyzer/rules.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include "analyzer/vocabulary.h"

#define ON_CPU (1U << STATE_RUNNING)
#define BLOCKED (1U << STATE_INTERRUPTIBLE | 1U << STATE_UNINTERRUPTIBLE | 1U << STATE_IO_WAIT)
#define WAITS (1U << STATE_INTERRUPTIBLE)
#define DEEP (1U << STATE_UNINTERRUPTIBLE)

#define OP(op) (1U << (op))
#define OPS_LOCK (OP(FUTEX_WAIT) | OP(FUTEX_LOCK_PI) | OP(13)) /* 13: FUTEX_LOCK_PI2 */
#define OPS_PARK (OP(FUTEX_WAIT_BITSET) | OP(FUTEX_WAIT_REQUEUE_PI))

/* Numbers that this C library's headers may be too old for. */
#define NR_FUTEX_WAITV 449
#define NR_FUTEX_WAIT 455

/* All that is set must hold; a set of several functions holds when any of them is there. */
struct rule {
	enum cause cause;
	unsigned states;
	uint64_t in; /* functions in the stack since the last interrupt or fault */
	uint64_t also; /* and functions in the same part */
	uint64_t caller; /* the function that wanted the lock, or did the work */
	uint64_t none; /* functions that are not in that part */
	unsigned ops; /* of futex(2) */
	const int16_t *syscalls; /* ends with -1 */
};

static const int16_t futex_calls[] = {SYS_futex, -1};
static const int16_t futex_vector_calls[] = {NR_FUTEX_WAITV, NR_FUTEX_WAIT, -1};
static const int16_t sleep_calls[] = {SYS_nanosleep, SYS_clock_nanosleep, SYS_pause,
				      SYS_rt_sigsuspend, -1};
static const int16_t poll_calls[] = {SYS_epoll_wait,	  SYS_epoll_pwait,
				     SYS_epoll_pwait2,	  SYS_poll,
				     SYS_ppoll,		  SYS_select,
				     SYS_pselect6,	  SYS_io_getevents,
				     SYS_io_pgetevents,	  SYS_io_uring_enter,
				     SYS_rt_sigtimedwait, SYS_accept,
				     SYS_accept4,	  -1};
static const int16_t child_calls[] = {SYS_wait4, SYS_waitid, -1};
static const int16_t socket_calls[] = {SYS_recvfrom, SYS_recvmsg,  SYS_recvmmsg, SYS_sendto,
				       SYS_sendmsg,  SYS_sendmmsg, SYS_connect,	 -1};

static const struct rule rules[] = {
	{SWITCH_RUN_QUEUE, .states = 1U << STATE_WOKEN},
	{SWITCH_PREEMPTED, .states = 1U << STATE_PREEMPTED},
	{IDLE_SLEEP, .states = 1U << STATE_STOPPED},

	/* On the CPU. Spinning first: also the scheduler's own locks are fought for. */
	{LOCK_OTHER_SPINNING, ON_CPU, .in = IN(K_SPIN), .also = IN(K_IRQ)},
	{FD_TABLE_LOCK, ON_CPU, .in = IN(K_SPIN),
	 .caller = IN(K_FD_ALLOC) | IN(K_FD_CLOSE) | IN(K_FD_GROW)},
	{LOCK_DENTRY, ON_CPU, .in = IN(K_SPIN), .caller = IN(K_DENTRY)},
	{LOCK_OTHER_SPINNING, ON_CPU, .in = IN(K_SPIN)},
	{LOCK_DENTRY, ON_CPU, .caller = IN(K_LOCKREF)},
	{CPU_KERNEL, ON_CPU, .in = IN(K_IRQ), .none = IN(K_SCHED)},
	{SWITCH_COST, ON_CPU, .in = IN(K_SCHED), .none = IN(K_PLUG)},
	{LOCK_MMAP, ON_CPU, .in = IN(K_RWSEM), .also = IN(K_OWNER_SPIN), .caller = IN(K_MMAP)},
	{LOCK_INODE, ON_CPU, .in = IN(K_RWSEM), .also = IN(K_OWNER_SPIN),
	 .caller = IN(K_VFS) | IN(K_FS)},
	{LOCK_OTHER_SPINNING, ON_CPU, .in = IN(K_OWNER_SPIN)},
	{FD_TABLE_GROW, ON_CPU, .in = IN(K_FD_GROW)},
	{FD_FILE_OBJECT, ON_CPU, .in = IN(K_FILE_OBJECT)},
	{FD_FILE_OBJECT, ON_CPU, .in = IN(K_SLAB_FREE), .caller = IN(K_FPUT)},
	{FD_BITMAP, ON_CPU, .in = IN(K_FD_ALLOC)},
	{FD_BITMAP, ON_CPU, .caller = IN(K_FD_CLOSE)},
	{CACHE_WRITEBACK, ON_CPU, .in = IN(K_WRITEBACK)},
	{CPU_KERNEL, ON_CPU, .in = IN(K_SWAP)},
	{CACHE_MMAP_FAULT, ON_CPU, .in = IN(K_FILE_FAULT)},
	{CACHE_INSERT, ON_CPU, .in = IN(K_INSERT)},
	{CACHE_READAHEAD, ON_CPU, .in = IN(K_READAHEAD)},
	{CACHE_FILL_WAIT, ON_CPU, .in = IN(K_FOLIO_WAIT)},
	{SWITCH_SYSCALL_ENTRY, ON_CPU, .caller = IN(K_ENTRY)},
	{CPU_KERNEL, ON_CPU, .in = IN(K_ANY)},
	{CPU_USER, ON_CPU, .in = IN(U_ANY)},

	/* Blocked: descriptor tables, with all they wait for. */
	{FD_TABLE_GROW, BLOCKED, .in = IN(K_FD_GROW)},
	{FD_TABLE_LOCK, BLOCKED, .in = IN(K_SPIN), .caller = IN(K_FD_ALLOC) | IN(K_FD_CLOSE)},
	{FD_FILE_OBJECT, BLOCKED, .in = IN(K_FILE_OBJECT)},
	{FD_BITMAP, BLOCKED, .in = IN(K_FD_ALLOC), .caller = IN(K_FD_ALLOC)},

	/* Blocked: locks of the kernel, told apart by who wanted them. */
	{LOCK_MMAP, BLOCKED, .in = IN(K_RWSEM), .caller = IN(K_MMAP)},
	{LOCK_INODE, BLOCKED, .in = IN(K_RWSEM), .caller = IN(K_VFS) | IN(K_FS)},
	{LOCK_OTHER_SLEEPING, BLOCKED, .in = IN(K_RWSEM)},
	{LOCK_DENTRY, BLOCKED, .in = IN(K_SPIN), .caller = IN(K_DENTRY)},
	{LOCK_DENTRY, BLOCKED, .in = IN(K_DENTRY_WAIT)},
	{LOCK_OTHER_SLEEPING, BLOCKED, .in = IN(K_SPIN)},

	/* Blocked: futex(2). The program's own functions know best, then the operation. */
	{LOCK_FUTEX, BLOCKED, .in = IN(K_FUTEX), .also = IN(U_LOCK_BY_PARKING)},
	{LOCK_FUTEX, BLOCKED, .in = IN(K_FUTEX), .also = IN(U_LOCK)},
	{IDLE_PARK, BLOCKED, .in = IN(K_FUTEX), .also = IN(U_PARK)},
	{LOCK_FUTEX, BLOCKED, .in = IN(K_FUTEX), .ops = OPS_LOCK},
	{IDLE_PARK, BLOCKED, .in = IN(K_FUTEX), .ops = OPS_PARK},
	{IDLE_PARK, BLOCKED, .in = IN(K_FUTEX), .syscalls = futex_vector_calls},
	{UNKNOWN, BLOCKED, .in = IN(K_FUTEX)},

	{LOCK_OTHER_SLEEPING, BLOCKED, .in = IN(K_MUTEX)},

	/* Blocked: the page cache. */
	{CACHE_WRITEBACK, BLOCKED, .in = IN(K_WRITEBACK)},
	{IO_BLOCK, BLOCKED, .in = IN(K_SWAP)},
	{CACHE_MMAP_FAULT, BLOCKED, .in = IN(K_FILE_FAULT)},
	{CACHE_INSERT, BLOCKED, .in = IN(K_INSERT)},
	{CACHE_FILL_WAIT, BLOCKED, .in = IN(K_FOLIO_WAIT)},
	{CACHE_READAHEAD, BLOCKED, .in = IN(K_READAHEAD)},

	/* Blocked: waiting for work, then for devices. */
	{IDLE_SLEEP, BLOCKED, .in = IN(K_SLEEP)},
	{IDLE_POLL, BLOCKED, .in = IN(K_POLL)},
	{IDLE_PARK, BLOCKED, .in = IN(K_PARK), .none = IN(K_BLOCK) | IN(K_NETWORK) | IN(K_DEVICE)},
	{LOCK_OTHER_SLEEPING, BLOCKED, .in = IN(K_FILE_LOCK)},
	{IO_PIPE, BLOCKED, .in = IN(K_PIPE)},
	{IO_NETWORK, BLOCKED, .in = IN(K_NETWORK)},
	{IO_OTHER, BLOCKED, .in = IN(K_DEVICE)},
	{IO_BLOCK, BLOCKED, .in = IN(K_BLOCK)},
	{IO_BLOCK, 1U << STATE_IO_WAIT, .in = IN(K_ANY)},

	/*
	 * A sleeper that the capture found has one kernel function only, and /proc passes over the
	 * functions of locks (kernel/sched/core.c: get_wchan). These never sleep but for a lock.
	 */
	{LOCK_INODE, DEEP, .caller = IN(K_VFS)},
	{LOCK_MMAP, DEEP, .caller = IN(K_MMAP)},

	/* Blocked, and no kernel function says more: the system call may. */
	{LOCK_FUTEX, WAITS, .also = IN(U_LOCK_BY_PARKING), .syscalls = futex_calls},
	{LOCK_FUTEX, WAITS, .also = IN(U_LOCK), .syscalls = futex_calls},
	{IDLE_PARK, WAITS, .also = IN(U_PARK), .syscalls = futex_calls},
	{LOCK_FUTEX, WAITS, .ops = OPS_LOCK, .syscalls = futex_calls},
	{IDLE_PARK, WAITS, .ops = OPS_PARK, .syscalls = futex_calls},
	{IDLE_PARK, WAITS, .syscalls = futex_vector_calls},
	{IDLE_SLEEP, WAITS, .syscalls = sleep_calls},
	{IDLE_POLL, WAITS, .syscalls = poll_calls},
	{IDLE_PARK, WAITS, .syscalls = child_calls},
	{IO_NETWORK, WAITS, .syscalls = socket_calls},
};

/* A known lock says what names that could not be resolved do not. */
static const uint64_t lock_sets[LOCK_COUNT] = {
	[LOCK_SPIN] = IN(K_SPIN),	  [LOCK_RWLOCK_READ] = IN(K_SPIN),
	[LOCK_RWLOCK_WRITE] = IN(K_SPIN), [LOCK_MUTEX] = IN(K_MUTEX),
	[LOCK_RWSEM_READ] = IN(K_RWSEM),  [LOCK_RWSEM_WRITE] = IN(K_RWSEM),
	[LOCK_RT_MUTEX] = IN(K_MUTEX),	  [LOCK_PERCPU_RWSEM] = IN(K_MUTEX),
	[LOCK_OTHER] = IN(K_MUTEX),
};

static bool has_call(const int16_t *calls, int64_t nr)
{
	for (; *calls >= 0; calls++) {
		if (*calls == nr)
			return true;
	}
	return false;
}

static bool rule__matches(const struct rule *rule, const struct question *question,
			  uint64_t context)
{
	if (!(rule->states & 1U << question->state))
		return false;
	if (rule->in && !(rule->in & context))
		return false;
	if (rule->also && !(rule->also & context))
		return false;
	if (rule->caller && !(rule->caller & question->stack->caller))
		return false;
	if (rule->none & context)
		return false;
	if (rule->ops && (question->futex_op < 0 || question->futex_op > 31 ||
			  !(rule->ops & OP(question->futex_op))))
		return false;
	return !rule->syscalls || has_call(rule->syscalls, question->syscall);
}

enum cause rules__match(const struct question *question)
{
	uint64_t context = question->stack->context;

	/* A thread on the CPU waits for no lock; a stack that waits for one may lack the name. */
	if (question->state != STATE_RUNNING && (unsigned)question->lock < LOCK_COUNT)
		context |= lock_sets[question->lock];
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		if (rule__matches(&rules[i], question, context))
			return rules[i].cause;
	}
	return UNKNOWN;
}

bool rules__state_decides(enum store_state state)
{
	return state == STATE_WOKEN || state == STATE_PREEMPTED || state == STATE_STOPPED;
}
