// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/perfetto_private.h"

#include <glib.h>
#include <stdbool.h>

/* perfetto/common/builtin_clock.proto */
#define CLOCK_ID_REALTIME 1
#define CLOCK_ID_MONOTONIC 3
/* TracePacket.SequenceFlags */
#define STATE_CLEARED 1
#define STATE_NEEDED 2
/* Any number but 0: there is one writer of packets. */
#define SEQUENCE 1
/* Of Trace: packets in the field of number 1. */
#define PACKET_TAG 0x0a

/* TrackEvent.Type */
enum event_type {
	EVENT_BEGIN = 1,
	EVENT_END = 2,
	EVENT_INSTANT = 3,
	EVENT_COUNTER = 4,
};

static void write_length(FILE *out, size_t length)
{
	for (; length >= 0x80; length >>= 7)
		(void)fputc((int)(length & 0x7f) | 0x80, out);
	(void)fputc((int)length, out);
}

void perfetto__emit(struct perfetto *trace, Perfetto__TracePacket *packet)
{
	uint8_t *bytes;
	size_t size;

	packet->has_trusted_packet_sequence_id = true;
	packet->trusted_packet_sequence_id = SEQUENCE;
	packet->has_sequence_flags = true;
	packet->sequence_flags |= STATE_NEEDED;
	packet->interned_data = perfetto_intern__pending(trace->intern);
	size = perfetto__trace_packet__get_packed_size(packet);
	bytes = g_malloc(size);
	perfetto__trace_packet__pack(packet, bytes);
	(void)fputc(PACKET_TAG, trace->out);
	write_length(trace->out, size);
	(void)fwrite(bytes, 1, size, trace->out);
	g_free(bytes);
	perfetto_intern__sent(trace->intern);
}

static Perfetto__TracePacket packet_at(uint64_t at_ns)
{
	Perfetto__TracePacket packet = PERFETTO__TRACE_PACKET__INIT;

	packet.has_timestamp = true;
	packet.timestamp = at_ns;
	return packet;
}

static void write_start(struct perfetto *trace, const struct perfetto_start *start)
{
	Perfetto__TracePacket packet = packet_at(start->monotonic_ns);
	Perfetto__ClockSnapshot snapshot = PERFETTO__CLOCK_SNAPSHOT__INIT;
	Perfetto__ClockSnapshot__Clock clocks[] = {PERFETTO__CLOCK_SNAPSHOT__CLOCK__INIT,
						   PERFETTO__CLOCK_SNAPSHOT__CLOCK__INIT};
	Perfetto__ClockSnapshot__Clock *list[] = {&clocks[0], &clocks[1]};
	Perfetto__TracePacketDefaults defaults = PERFETTO__TRACE_PACKET_DEFAULTS__INIT;
	Perfetto__PerfSampleDefaults samples = PERFETTO__PERF_SAMPLE_DEFAULTS__INIT;
	Perfetto__Timebase timebase = PERFETTO__TIMEBASE__INIT;
	Perfetto__Tracepoint tracepoint = PERFETTO__TRACEPOINT__INIT;
	char *name = perfetto_intern__clean(start->sample);

	clocks[0].has_clock_id = clocks[1].has_clock_id = true;
	clocks[0].has_timestamp = clocks[1].has_timestamp = true;
	clocks[0].clock_id = CLOCK_ID_MONOTONIC;
	clocks[0].timestamp = start->monotonic_ns;
	clocks[1].clock_id = CLOCK_ID_REALTIME;
	clocks[1].timestamp = start->realtime_ns;
	snapshot.n_clocks = G_N_ELEMENTS(list);
	snapshot.clocks = list;
	snapshot.has_primary_trace_clock = true;
	snapshot.primary_trace_clock = CLOCK_ID_MONOTONIC;
	timebase.has_period = true;
	timebase.period = start->sample_ns;
	/* Readers that know no name of a timebase take that of its tracepoint, or say "cpu-clock".
	 */
	timebase.name = tracepoint.name = name;
	timebase.tracepoint = &tracepoint;
	samples.timebase = &timebase;
	defaults.perf_sample_defaults = &samples;
	defaults.has_timestamp_clock_id = true;
	defaults.timestamp_clock_id = CLOCK_ID_MONOTONIC;
	packet.clock_snapshot = &snapshot;
	packet.trace_packet_defaults = &defaults;
	packet.sequence_flags = STATE_CLEARED;
	perfetto__emit(trace, &packet);
	g_free(name);
}

struct perfetto *perfetto__new(FILE *out, const struct perfetto_start *start)
{
	struct perfetto *trace = g_new0(struct perfetto, 1);

	trace->out = out;
	trace->intern = perfetto_intern__new();
	write_start(trace, start);
	return trace;
}

void perfetto__free(struct perfetto *trace)
{
	perfetto_intern__free(trace->intern);
	g_free(trace);
}

static void emit_event(struct perfetto *trace, uint64_t at_ns, uint64_t track, enum event_type type,
		       Perfetto__TrackEvent *event)
{
	Perfetto__TracePacket packet = packet_at(at_ns);

	event->has_type = event->has_track_uuid = true;
	event->type = type;
	event->track_uuid = track;
	packet.track_event = event;
	perfetto__emit(trace, &packet);
}

void perfetto__count(struct perfetto *trace, uint64_t counter, uint64_t at_ns, int64_t value)
{
	Perfetto__TrackEvent event = PERFETTO__TRACK_EVENT__INIT;

	event.has_counter_value = true;
	event.counter_value = value;
	emit_event(trace, at_ns, counter, EVENT_COUNTER, &event);
}

void perfetto__add_span(struct perfetto *trace, const struct perfetto_span *span)
{
	Perfetto__TrackEvent begin = PERFETTO__TRACK_EVENT__INIT;
	Perfetto__TrackEvent end = PERFETTO__TRACK_EVENT__INIT;
	Perfetto__DebugAnnotation *notes = g_new0(Perfetto__DebugAnnotation, span->note_count);
	Perfetto__DebugAnnotation **list = g_new0(Perfetto__DebugAnnotation *, span->note_count);
	char *category = (char *)span->category;
	char *name = perfetto_intern__clean(span->name);

	for (size_t i = 0; i < span->note_count; i++) {
		perfetto__debug_annotation__init(&notes[i]);
		notes[i].name = (char *)span->notes[i].name;
		if (span->notes[i].text)
			notes[i].string_value = perfetto_intern__clean(span->notes[i].text);
		notes[i].has_int_value = !span->notes[i].text;
		notes[i].int_value = span->notes[i].number;
		list[i] = &notes[i];
	}
	begin.n_debug_annotations = span->note_count;
	begin.debug_annotations = list;
	begin.n_categories = 1;
	begin.categories = &category;
	begin.name = name;
	begin.has_callstack_iid = span->callstack != 0;
	begin.callstack_iid = span->callstack;
	emit_event(trace, span->start_ns, span->track, EVENT_BEGIN, &begin);
	emit_event(trace, span->end_ns, span->track, EVENT_END, &end);
	for (size_t i = 0; i < span->note_count; i++)
		if (span->notes[i].text)
			g_free(notes[i].string_value);
	g_free(notes);
	g_free(list);
	g_free(name);
}

void perfetto__add_mark(struct perfetto *trace, uint64_t track, uint64_t at_ns, const char *text)
{
	Perfetto__TrackEvent event = PERFETTO__TRACK_EVENT__INIT;
	char *name = perfetto_intern__clean(text);

	event.name = name;
	emit_event(trace, at_ns, track, EVENT_INSTANT, &event);
	g_free(name);
}

void perfetto__sample(struct perfetto *trace, uint64_t at_ns, int64_t pid, int64_t tid,
		      uint64_t callstack, uint64_t count)
{
	Perfetto__TracePacket packet = packet_at(at_ns);
	Perfetto__PerfSample sample = PERFETTO__PERF_SAMPLE__INIT;

	sample.has_pid = sample.has_tid = true;
	sample.pid = (uint32_t)pid;
	sample.tid = (uint32_t)tid;
	sample.has_callstack_iid = true;
	sample.callstack_iid = callstack;
	sample.has_timebase_count = true;
	sample.timebase_count = count;
	packet.perf_sample = &sample;
	perfetto__emit(trace, &packet);
}

uint64_t perfetto__frame(struct perfetto *trace, const void *key,
			 const struct perfetto_frame *frame)
{
	return perfetto_intern__frame(trace->intern, key, frame);
}

uint64_t perfetto__callstack(struct perfetto *trace, const uint64_t *frames, size_t count)
{
	return perfetto_intern__callstack(trace->intern, frames, count);
}
