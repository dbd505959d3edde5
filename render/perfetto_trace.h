/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A trace of Perfetto on its way into a file: packets are written as they come, and what they refer
 * to by number goes with the first packet that does. Texts may hold any bytes. Times are
 * nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef WALLFLAME_RENDER_PERFETTO_TRACE_H
#define WALLFLAME_RENDER_PERFETTO_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct perfetto;

struct perfetto_start {
	uint64_t monotonic_ns; /* the same moment by two clocks */
	uint64_t realtime_ns;
	const char *sample; /* what a sample stands for */
	uint64_t sample_ns;
};

struct perfetto_frame {
	const char *name;
	const char *module;
	const char *build_id; /* hexadecimal, or NULL */
	uint64_t address; /* in the module */
	const char *file; /* or NULL */
	uint32_t line; /* 0: not known */
};

struct perfetto_note {
	const char *name;
	const char *text; /* NULL: `number` is its value */
	int64_t number;
};

/* A stay of something on a track. */
struct perfetto_span {
	uint64_t track;
	const char *name;
	const char *category;
	uint64_t start_ns, end_ns;
	uint64_t callstack; /* 0: none is known */
	const struct perfetto_note *notes;
	size_t note_count;
};

struct perfetto *perfetto__new(FILE *out, const struct perfetto_start *start);
void perfetto__free(struct perfetto *trace);

/* Tracks, by the number that each gets; `parent` 0: none. */
uint64_t perfetto__process(struct perfetto *trace, int64_t pid, const char *name);
uint64_t perfetto__thread(struct perfetto *trace, uint64_t process, int64_t pid, int64_t tid,
			  const char *name);
uint64_t perfetto__track(struct perfetto *trace, uint64_t parent, const char *name);
/* Of nanoseconds. */
uint64_t perfetto__counter(struct perfetto *trace, uint64_t parent, const char *name);

void perfetto__count(struct perfetto *trace, uint64_t counter, uint64_t at_ns, int64_t value);
void perfetto__add_span(struct perfetto *trace, const struct perfetto_span *span);
void perfetto__add_mark(struct perfetto *trace, uint64_t track, uint64_t at_ns, const char *text);
/* `count`: the samples up to this one, in nanoseconds. */
void perfetto__sample(struct perfetto *trace, uint64_t at_ns, int64_t pid, int64_t tid,
		      uint64_t callstack, uint64_t count);

/* Numbers of what is referred to. `key` stands for the frame; of one that is known the rest is not
 * looked at. */
uint64_t perfetto__frame(struct perfetto *trace, const void *key,
			 const struct perfetto_frame *frame);
/* Root first. */
uint64_t perfetto__callstack(struct perfetto *trace, const uint64_t *frames, size_t count);

#endif
