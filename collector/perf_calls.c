// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_calls.h"

#include "store/model.h"

#include <string.h>

void perf_calls__enter(struct perf_thread *thread, uint64_t time_ns, const struct perf_call *call)
{
	thread->syscall = call->syscall;
	thread->futex_op = call->futex_op;
	thread->call_ns = call->opens_a_file ? time_ns : 0;
}

void perf_calls__exit(struct perf_thread *thread, uint64_t time_ns,
		      const struct perf_window *window, const struct perf_sink *sink)
{
	uint64_t begin_ns = thread->call_ns;

	thread->syscall = SYSCALL_UNKNOWN;
	thread->futex_op = -1;
	thread->call_ns = 0;
	/* A call that began before the window is none of it. */
	if (!begin_ns || !window || begin_ns < window->start_ns || time_ns < begin_ns)
		return;
	struct wf_call call = {
		.type = WF_RECORD_CALL,
		.tid = thread->slot.tid,
		.tgid = thread->slot.tgid,
		.begin_ns = begin_ns,
		.ns = time_ns - begin_ns,
		.probe = WF_PROBE_OPENAT,
	};

	thread->calls[WF_PROBE_OPENAT]++;
	sink->emit(sink->ctx, &call, sizeof(call));
}

void perf_calls__flush(struct perf_thread *thread, const struct perf_sink *sink)
{
	struct wf_calls calls = {
		.type = WF_RECORD_CALLS,
		.tid = thread->slot.tid,
		.tgid = thread->slot.tgid,
	};
	uint64_t sum = 0;

	for (size_t i = 0; i < WF_PROBES; i++)
		sum += thread->calls[i];
	if (!sum)
		return;
	memcpy(calls.calls, thread->calls, sizeof(calls.calls));
	memset(thread->calls, 0, sizeof(thread->calls));
	sink->emit(sink->ctx, &calls, sizeof(calls));
}
