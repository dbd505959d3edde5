/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The state machine of the perf engine: who is on which CPU, who was woken, who was born. It is fed
 * with what perf events tell, in the order of their times, and gives the records of bpf/records.h.
 *
 * Times are those of the scheduler where it tells what it charges (perf_ledger__ran): each CPU has
 * a clock that goes on by what is charged, and switches are booked by that clock. So the ledger
 * agrees with schedstat; see docs/engines.md.
 */
#ifndef WALLFLAME_COLLECTOR_PERF_LEDGER_H
#define WALLFLAME_COLLECTOR_PERF_LEDGER_H

#include "bpf/records.h"
#include "collector/perf_sample.h"
#include "collector/perf_slot.h"
#include "collector/perf_stack.h"
#include "collector/perf_thread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A thread leaves a CPU and has ended. Beside the values of enum wf_state. */
#define PERF_STATE_DEAD 0xff

struct perf_ledger;

struct perf_ledger *perf_ledger__new(uint32_t cpus, uint32_t pid_max,
				     const struct perf_window *window,
				     const struct perf_sink *sink);
void perf_ledger__free(struct perf_ledger *ledger); /* NULL is allowed */

/* What is there before the first event: a process of the target, and a thread of one with the time
 * that the kernel has counted it waiting for a CPU. */
void perf_ledger__add_process(struct perf_ledger *ledger, uint32_t pid);
void perf_ledger__add_thread(struct perf_ledger *ledger, uint32_t pid, uint32_t tid,
			     uint64_t run_delay_ns);
void perf_ledger__set_window(struct perf_ledger *ledger, uint64_t start_ns, uint64_t end_ns);

/* Where and when something happened. */
struct perf_moment {
	uint32_t cpu;
	uint64_t time_ns;
};

struct perf_switch {
	uint32_t prev;
	uint32_t next; /* 0: the idle thread */
	uint8_t prev_state; /* enum wf_state or PERF_STATE_DEAD */
	char prev_comm[WF_COMM];
};
void perf_ledger__switch(struct perf_ledger *ledger, const struct perf_moment *at,
			 const struct perf_switch *what);
/* The halves of a switch, where they are told apart. */
void perf_ledger__leave(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
			uint8_t state);
void perf_ledger__arrive(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid);
/* A thread was put on the run queue of `cpu`. */
void perf_ledger__woke(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
		       uint32_t cpu);
/* The scheduler has charged a thread that is on a CPU. */
void perf_ledger__ran(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
		      uint64_t ns);
/* A thread sleeps until a device answers. */
void perf_ledger__waited_for_io(struct perf_ledger *ledger, const struct perf_moment *at,
				uint32_t tid);

struct perf_birth {
	uint32_t tid;
	uint32_t pid;
	uint32_t parent; /* process */
	uint32_t parent_tid;
};
void perf_ledger__born(struct perf_ledger *ledger, const struct perf_moment *at,
		       const struct perf_birth *birth);
/* A thread is called by another name from here on. */
void perf_ledger__name(struct perf_ledger *ledger, uint32_t tid, const char *comm);
/* exec(2): if it was not the process's first thread, the one that is left takes that one's place.
 */
void perf_ledger__executed(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t pid);
/* A thread goes on under its process's number: exec(2). */
void perf_ledger__renamed(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
			  uint32_t new_tid);
/* A stack drawn of a thread that leaves its CPU. */
void perf_ledger__stack(struct perf_ledger *ledger, const struct perf_sample *sample, uint32_t tid,
			const struct perf_draw *draw);
/* The kernel had no room for `count` records of this CPU. */
void perf_ledger__lost(struct perf_ledger *ledger, const struct perf_moment *at, uint64_t count);

/* A living thread of the target, or NULL. */
struct perf_thread *perf_ledger__thread(const struct perf_ledger *ledger, uint32_t tid);
/* NULL where the moment is outside of the window. */
const struct perf_window *perf_ledger__window_at(const struct perf_ledger *ledger,
						 uint64_t time_ns);
const struct perf_sink *perf_ledger__sink(const struct perf_ledger *ledger);

/* What is on each CPU, of those where it is known. */
void perf_ledger__each_cpu(struct perf_ledger *ledger,
			   void (*visit)(void *ctx, const struct wf_cpu *cpu), void *ctx);
void perf_ledger__each_thread(struct perf_ledger *ledger,
			      void (*visit)(void *ctx, struct perf_thread *thread), void *ctx);
/* Records that are missing: those the kernel counted, and switches that must have been. */
uint64_t perf_ledger__missing(const struct perf_ledger *ledger);
/* Stacks that found no switch. */
uint64_t perf_ledger__stray_stacks(const struct perf_ledger *ledger);

#endif
