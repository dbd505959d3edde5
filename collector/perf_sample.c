// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_sample.h"

#include "collector/perf_user.h"

#include <errno.h>
#include <string.h>

/* The fields of PERF_SAMPLE_BASE, as they stand in a record. */
struct base {
	uint32_t pid, tid;
	uint64_t time;
	uint32_t cpu, reserved;
};

static int read_base(struct base *out, const struct perf_event_header *record)
{
	const char *begin = (const char *)record;

	if (record->size < sizeof(*record) + sizeof(*out))
		return -EINVAL;
	memcpy(out,
	       record->type == PERF_RECORD_SAMPLE ? begin + sizeof(*record)
						  : begin + record->size - sizeof(*out),
	       sizeof(*out));
	return 0;
}

uint64_t perf_sample__time(const struct perf_event_header *record)
{
	struct base base = {0};

	read_base(&base, record);
	return base.time;
}

int perf_sample__parse(struct perf_sample *out, const struct perf_event_header *record,
		       uint64_t sample_type)
{
	const char *at, *end = (const char *)record + record->size;
	struct base base;

	memset(out, 0, sizeof(*out));
	if (read_base(&base, record))
		return -EINVAL;
	out->time_ns = base.time;
	out->pid = (pid_t)base.pid;
	out->tid = (pid_t)base.tid;
	out->cpu = base.cpu;
	if (record->type != PERF_RECORD_SAMPLE)
		return 0;
	at = (const char *)record + sizeof(*record) + sizeof(base);
	if (sample_type & PERF_SAMPLE_PERIOD)
		at += sizeof(uint64_t);
	if (at > end)
		return -EINVAL;
	if (sample_type & PERF_SAMPLE_CALLCHAIN) {
		const uint64_t *chain = (const void *)at;

		if ((size_t)(end - at) < sizeof(*chain) ||
		    ((size_t)(end - at) - sizeof(*chain)) / sizeof(*chain) < *chain)
			return -EINVAL;
		out->chain = chain + 1;
		out->chain_length = *chain;
		at = (const char *)(out->chain + out->chain_length);
	}
	if (sample_type & PERF_SAMPLE_RAW) {
		uint32_t size;

		if ((size_t)(end - at) < sizeof(size))
			return -EINVAL;
		memcpy(&size, at, sizeof(size));
		at += sizeof(size);
		if ((size_t)(end - at) < size)
			return -EINVAL;
		out->raw = at;
		out->raw_size = size;
		at += size;
	}
	/* Both or none: perf_user__ask(). */
	if (sample_type & PERF_SAMPLE_STACK_USER &&
	    !perf_user__parse(at, end, &out->copied, &out->copy))
		return -EINVAL;
	return 0;
}
