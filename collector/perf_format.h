/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Where the fields of a tracepoint's payload are, as the running kernel describes them: they move
 * from kernel to kernel, and nothing here knows an offset.
 */
#ifndef WALLFLAME_COLLECTOR_PERF_FORMAT_H
#define WALLFLAME_COLLECTOR_PERF_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERF_FORMAT_FIELDS 4

struct perf_formats;
struct perf_format;

struct perf_formats *perf_formats__new(void);
void perf_formats__free(struct perf_formats *formats); /* NULL is allowed */

/* What is wanted of a tracepoint. */
struct perf_format_want {
	const char *system; /* "sched" */
	const char *fields[PERF_FORMAT_FIELDS]; /* NULL behind the last, if there is room */
	const void *use; /* what the caller has to do with it */
};

/*
 * Reads the text of a `format` file. Returns 0, -EINVAL for a text that is none, or -ENOENT when a
 * field is not there. *out lives as long as `formats`, and `want` must.
 */
int perf_formats__parse(struct perf_formats *formats, const struct perf_format_want *want,
			const char *text, const struct perf_format **out);

/* perf_event_attr.config */
uint64_t perf_format__id(const struct perf_format *format);
/* The format that a payload is of, by its common_type; NULL: none of these, or too short to hold
 * the fields wanted of it. */
const struct perf_format *perf_formats__of(const struct perf_formats *formats, const void *raw,
					   size_t size);
/* The field that stands at this place in the wanted ones. */
uint64_t perf_format__number(const struct perf_format *format, size_t field, const void *raw);
/* Copies an array of characters, cut to `room` bytes with the closing zero. */
void perf_format__text(const struct perf_format *format, size_t field, const void *raw, char *out,
		       size_t room);
const void *perf_format__use(const struct perf_format *format);
/* The first format that was wanted for this use, or NULL. */
const struct perf_format *perf_formats__used(const struct perf_formats *formats, const void *use);

#endif
