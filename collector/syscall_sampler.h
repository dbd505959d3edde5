/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Counts system calls in moments drawn at random, in a thread of its own. */
#ifndef WALLFLAME_COLLECTOR_SYSCALL_SAMPLER_H
#define WALLFLAME_COLLECTOR_SYSCALL_SAMPLER_H

#include "collector/engine.h"

#include <stdint.h>

struct syscall_link;
struct syscall_sampler;

/* The link is used by nobody else until the sampler is stopped. No moment begins before t0_ns.
 * share_ppm: of the time, as moment_draw__next() takes it. */
struct syscall_sampler *syscall_sampler__start(struct syscall_link *link, int64_t t0_ns,
					       uint32_t share_ppm);
/* The moment that is being counted is given up. NULL is allowed. */
void syscall_sampler__stop(struct syscall_sampler *sampler);
void syscall_sampler__free(struct syscall_sampler *sampler); /* stops it; NULL is allowed */

/* Visits the moments that are over, and forgets them. */
void syscall_sampler__take(struct syscall_sampler *sampler, engine_moment_fn visit, void *ctx);
/* Moments for which the programs could not be attached, or their counts not be read. */
uint64_t syscall_sampler__failed(struct syscall_sampler *sampler);

#endif
