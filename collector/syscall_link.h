/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The programs that count system calls. While they are attached every system call of the machine
 * takes a slower way; so they are loaded once and attached only for moments.
 */
#ifndef WALLFLAME_COLLECTOR_SYSCALL_LINK_H
#define WALLFLAME_COLLECTOR_SYSCALL_LINK_H

#include "collector/engine.h"
#include "collector/moment_draw.h"

#include <stdbool.h>
#include <stdint.h>

struct callers;
struct syscall_link;
struct wallflame_bpf;

/*
 * `main` must be loaded and none of its programs on switches attached: what counting adds to a
 * system call is measured here, with this process for a target. `callers` are those of `main`.
 * Returns 0 or a negative errno.
 */
int syscall_link__open(struct syscall_link **out, const struct wallflame_bpf *main,
		       const struct callers *callers);
void syscall_link__free(struct syscall_link *link); /* NULL is allowed */

/* What counting adds to one system call, ns of CPU time; measured. */
int64_t syscall_link__added_ns(const struct syscall_link *link);

/* Nothing is counted before syscall_link__count. Returns 0 or a negative errno. */
int syscall_link__attach(struct syscall_link *link);
/* In this moment; may be called before it has come. */
void syscall_link__count(struct syscall_link *link, struct moment moment);
void syscall_link__detach(struct syscall_link *link);
/* Visits what was counted and forgets it. Only while detached. Returns 0 or a negative errno. */
typedef void (*syscall_sum_fn)(void *ctx, const struct engine_syscall *row);
int syscall_link__take(const struct syscall_link *link, syscall_sum_fn visit, void *ctx);

uint64_t syscall_link__missed(const struct syscall_link *link);
void syscall_link__add_runs(const struct syscall_link *link, struct engine_run_stats *stats);

#endif
