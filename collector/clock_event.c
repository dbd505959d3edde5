// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/clock_event.h"

#include "collector/perf_user.h"

#include <glib.h>
#include <perf/event.h>
#include <string.h>
#include <sys/sysmacros.h>

/* perf_event_open(2), layout of PERF_RECORD_SAMPLE for CLOCK_SAMPLE_TYPE; the user half follows. */
struct sample {
	struct perf_event_header header;
	uint64_t ip;
	uint32_t pid, tid;
	uint64_t time;
	uint64_t period;
	uint64_t chain_length;
	uint64_t chain[];
};

/* With sample_id_all the last word of every other record is the time (CLOCK_SAMPLE_TYPE). */
static int64_t time_of(const struct perf_event_header *record)
{
	const unsigned char *end = (const unsigned char *)record + record->size;
	int64_t time;

	memcpy(&time, end - sizeof(time), sizeof(time));
	return time;
}

static bool parse_sample(const struct sample *sample, struct clock_event *out)
{
	const char *end = (const char *)sample + sample->header.size;
	size_t room = sample->header.size - offsetof(struct sample, chain);

	if (sample->header.size < offsetof(struct sample, chain) ||
	    sample->chain_length > room / sizeof(sample->chain[0]))
		return false;
	out->type = CLOCK_SAMPLE;
	out->time_ns = (int64_t)sample->time;
	out->pid = (pid_t)sample->pid;
	out->tid = (pid_t)sample->tid;
	out->period = sample->period;
	out->chain = sample->chain;
	out->chain_length = sample->chain_length;
	return perf_user__parse((const char *)(sample->chain + sample->chain_length), end,
				&out->copied, &out->copy);
}

/* What *out points to is the record's. */
static bool parse(const struct perf_event_header *record, struct clock_event *out)
{
	const union perf_event *event = (const union perf_event *)record;

	*out = (struct clock_event){0};
	if (record->type == PERF_RECORD_SAMPLE)
		return parse_sample((const struct sample *)record, out);
	out->time_ns = time_of(record);
	switch (record->type) {
	case PERF_RECORD_MMAP2:
		out->type = CLOCK_MMAP;
		out->pid = (pid_t)event->mmap2.pid;
		out->tid = (pid_t)event->mmap2.tid;
		out->start = event->mmap2.start;
		out->length = event->mmap2.len;
		out->offset = event->mmap2.pgoff;
		out->device = makedev(event->mmap2.maj, event->mmap2.min);
		out->inode = event->mmap2.ino;
		out->text = event->mmap2.filename;
		return true;
	case PERF_RECORD_COMM:
		out->type = event->header.misc & PERF_RECORD_MISC_COMM_EXEC ? CLOCK_EXEC
									    : CLOCK_COMM;
		out->pid = (pid_t)event->comm.pid;
		out->tid = (pid_t)event->comm.tid;
		out->text = event->comm.comm;
		return true;
	case PERF_RECORD_FORK:
		out->type = CLOCK_FORK;
		out->pid = (pid_t)event->fork.pid;
		out->tid = (pid_t)event->fork.tid;
		out->parent = (pid_t)event->fork.ppid;
		return true;
	case PERF_RECORD_LOST:
		out->type = CLOCK_LOST;
		out->lost = event->lost.lost;
		return true;
	case PERF_RECORD_THROTTLE:
		out->type = CLOCK_THROTTLED;
		return true;
	default:
		return false;
	}
}

/* Puts a copy at *at and moves it on. Returns the copy, NULL of nothing. */
static void *put(char **at, const void *from, size_t size)
{
	char *to = size ? memcpy(*at, from, size) : NULL;

	*at += size;
	return to;
}

struct clock_event *clock_event__new(const struct perf_event_header *record)
{
	struct clock_event event, *kept;
	size_t chain, text;
	char *at;

	if (!parse(record, &event))
		return NULL;
	chain = event.chain_length * sizeof(event.chain[0]);
	text = event.text ? strlen(event.text) + 1 : 0;
	kept = g_malloc(sizeof(*kept) + chain + text + event.copy.size);
	at = (char *)(kept + 1);
	*kept = event;
	kept->chain = put(&at, event.chain, chain);
	kept->text = put(&at, event.text, text);
	kept->copy.bytes = put(&at, event.copy.bytes, event.copy.size);
	return kept;
}
