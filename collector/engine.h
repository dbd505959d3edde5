/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The kernel half of a capture: the BPF programs that keep the ledger, draw stacks and time lock
 * waits. Functions return 0 or a negative errno; `error` gets a malloc'ed text for the caller.
 */
#ifndef WALLFLAME_COLLECTOR_ENGINE_H
#define WALLFLAME_COLLECTOR_ENGINE_H

#include "bpf/records.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ENGINE_SLICE_NS 1000000000LL
#define ENGINE_LONG_SPAN_NS 10000000LL /* spans as long as this are reported one by one */

struct engine;

/* What the programs cost while the kernel kept their statistics. */
struct engine_run_stats {
	uint64_t runs;
	uint64_t ns;
};

/* Loads the programs with room for `threads` threads at a time. */
int engine__open(struct engine **out, size_t threads, char **error);
/* Detaches and unloads everything. NULL is allowed. */
void engine__close(struct engine *engine);

int engine__add_target(struct engine *engine, pid_t pid);
/* From here on switches are seen; nothing is booked before engine__open_window. */
int engine__attach(struct engine *engine, char **error);
/* Whether the kernel has the lock contention tracepoints (Linux 5.19). */
bool engine__has_locks(const struct engine *engine);

/* T of the sampling rule p = min(1, average span / T). */
void engine__set_stack_period(struct engine *engine, int64_t period_ns);
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

struct wf_losses engine__losses(const struct engine *engine);
/* Runs of programs that the kernel left out because one of them was running already. */
uint64_t engine__missed(const struct engine *engine);

/* The kernel's run statistics of BPF programs: they cost a little themselves, so they are on only
 * for a part of the window. */
int engine__start_stats(struct engine *engine);
struct engine_run_stats engine__stop_stats(struct engine *engine);

#endif
