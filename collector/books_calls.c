// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Calls of probe points, into their book. */
#include "collector/books_private.h"

void books__on_calls(struct books *books, const void *data)
{
	const struct wf_calls *record = data;
	struct thread *thread = roster__find_thread(books->roster, (pid_t)record->tid);
	uint64_t calls[WF_PROBES];

	if (!thread) {
		for (size_t i = 0; i < WF_PROBES; i++)
			books->unknown_calls += (int64_t)record->calls[i];
		return;
	}
	for (size_t i = 0; i < WF_PROBES; i++)
		calls[i] = record->calls[i];
	probe_book__add_calls(books->calls, thread, calls);
}

void books__on_call(struct books *books, const void *data)
{
	const struct wf_call *record = data;
	struct timed_call call = {
		.thread = roster__find_thread(books->roster, (pid_t)record->tid),
		.probe = record->probe,
		.ns = (int64_t)record->ns,
		.p = books__probability(record->probability),
	};

	if (call.thread && record->probe < WF_PROBES)
		probe_book__add_timed(books->calls, &call);
	else
		books->unmatched++;
}

void books__on_call_stack(struct books *books, const void *data)
{
	const struct wf_stack *record = data;
	struct call_stack stack = {
		.thread = roster__find_thread(books->roster, (pid_t)record->tid),
		.probe = record->state,
		.slice = window__slice(&books->window, (int64_t)record->time_ns),
		.ns = (int64_t)record->lock_wait_ns,
		.p = books__probability(record->probability),
	};

	if (!stack.thread || record->state >= WF_PROBES) {
		books->unmatched++;
		return;
	}
	stack.stack = books__intern(books, stack.thread, record);
	if (!books__keep_error(books, stack.stack) && stack.stack)
		probe_book__add_stack(books->calls, &stack);
}
