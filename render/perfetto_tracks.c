// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/perfetto_private.h"

#include <glib.h>
#include <stdbool.h>

#define UNIT_TIME_NS 1 /* CounterDescriptor.Unit */

/* Numbers the track and writes it. */
static uint64_t describe(struct perfetto *trace, Perfetto__TrackDescriptor *track, uint64_t parent)
{
	Perfetto__TracePacket packet = PERFETTO__TRACE_PACKET__INIT;

	track->has_uuid = true;
	track->uuid = ++trace->tracks;
	track->has_parent_uuid = parent != 0;
	track->parent_uuid = parent;
	packet.track_descriptor = track;
	perfetto__emit(trace, &packet);
	return track->uuid;
}

uint64_t perfetto__process(struct perfetto *trace, int64_t pid, const char *name)
{
	Perfetto__TrackDescriptor track = PERFETTO__TRACK_DESCRIPTOR__INIT;
	Perfetto__ProcessDescriptor process = PERFETTO__PROCESS_DESCRIPTOR__INIT;
	char *clean = perfetto_intern__clean(name);
	uint64_t uuid;

	process.has_pid = true;
	process.pid = (int32_t)pid;
	process.process_name = clean;
	track.process = &process;
	uuid = describe(trace, &track, 0);
	g_free(clean);
	return uuid;
}

uint64_t perfetto__thread(struct perfetto *trace, uint64_t process, int64_t pid, int64_t tid,
			  const char *name)
{
	Perfetto__TrackDescriptor track = PERFETTO__TRACK_DESCRIPTOR__INIT;
	Perfetto__ThreadDescriptor thread = PERFETTO__THREAD_DESCRIPTOR__INIT;
	char *clean = perfetto_intern__clean(name);
	uint64_t uuid;

	thread.has_pid = thread.has_tid = true;
	thread.pid = (int32_t)pid;
	thread.tid = (int32_t)tid;
	thread.thread_name = clean;
	track.thread = &thread;
	uuid = describe(trace, &track, process);
	g_free(clean);
	return uuid;
}

uint64_t perfetto__track(struct perfetto *trace, uint64_t parent, const char *name)
{
	Perfetto__TrackDescriptor track = PERFETTO__TRACK_DESCRIPTOR__INIT;

	track.name = (char *)name;
	return describe(trace, &track, parent);
}

uint64_t perfetto__counter(struct perfetto *trace, uint64_t parent, const char *name)
{
	Perfetto__TrackDescriptor track = PERFETTO__TRACK_DESCRIPTOR__INIT;
	Perfetto__CounterDescriptor counter = PERFETTO__COUNTER_DESCRIPTOR__INIT;

	counter.has_unit = true;
	counter.unit = UNIT_TIME_NS;
	track.name = (char *)name;
	track.counter = &counter;
	return describe(trace, &track, parent);
}
