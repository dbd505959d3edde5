/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The captured interval and its slices. */
#ifndef WALLFLAME_COLLECTOR_WINDOW_H
#define WALLFLAME_COLLECTOR_WINDOW_H

#include <stddef.h>
#include <stdint.h>

struct window {
	int64_t t0_ns;
	int64_t slice_ns;
};

/* A span off the CPU: in its state until it was woken, then waiting for a CPU. */
struct span {
	int64_t off_ns;
	int64_t on_ns;
	int64_t runqueue_ns; /* its last part; at most on_ns - off_ns */
};

/* The part of a span that lies in one slice. `first`: the span begins in it. */
struct span_part {
	uint32_t slice; /* from 0 */
	int64_t ns;
	int64_t runqueue_ns;
	int first;
};

static inline uint32_t window__slice(const struct window *window, int64_t at_ns)
{
	return (uint32_t)((at_ns - window->t0_ns) / window->slice_ns);
}

static inline int64_t window__slice_end(const struct window *window, uint32_t slice)
{
	return window->t0_ns + ((int64_t)slice + 1) * window->slice_ns;
}

/*
 * Walks the parts of a span: begin with *part zeroed and *at_ns = span->off_ns; 0 when it is over.
 * Every nanosecond of the span is in exactly one part.
 */
static inline int window__next_part(const struct window *window, const struct span *span,
				    int64_t *at_ns, struct span_part *part)
{
	int64_t woken_ns = span->on_ns - span->runqueue_ns;
	int64_t from_ns = *at_ns, to_ns;

	if (from_ns >= span->on_ns)
		return 0;
	part->first = from_ns == span->off_ns;
	part->slice = window__slice(window, from_ns);
	to_ns = window__slice_end(window, part->slice);
	if (to_ns > span->on_ns)
		to_ns = span->on_ns;
	part->ns = from_ns < woken_ns ? (to_ns < woken_ns ? to_ns : woken_ns) - from_ns : 0;
	part->runqueue_ns = to_ns - from_ns - part->ns;
	*at_ns = to_ns;
	return 1;
}

/* The power of two at or below ns: 0 for 0 and 1. The same as wf_log2() in bpf/log2.h. */
static inline int class_of(int64_t ns)
{
	return ns > 1 ? 63 - __builtin_clzll((unsigned long long)ns) : 0;
}

#endif
