// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Copies of user stacks, from their own record to that of the stack. */
#include "collector/books_private.h"

#include <glib.h>
#include <string.h>

_Static_assert(WF_REGISTERS == UNWIND_REGISTERS, "both by DWARF number");

/* Records of several CPUs come in one stream, so other threads' may come between the two. */
void books__on_copy(struct books *books, const void *data)
{
	const struct wf_copy *record = data;
	struct thread *thread = roster__find_thread(books->roster, (pid_t)record->tid);

	if (!thread)
		return; /* nor will the stack find it, which is counted then */
	g_free(thread->copy);
	thread->copy = g_memdup2(record, sizeof(*record) + record->size);
}

struct wf_copy *books__take_copy(struct thread *thread, const struct wf_stack *record,
				 struct user_copy *out)
{
	struct wf_copy *copy = thread->copy;

	if (!(record->flags & WF_STACK_COPIED) || !copy || copy->time_ns != record->time_ns)
		return NULL;
	thread->copy = NULL;
	*out = (struct user_copy){
		.bytes = copy->bytes,
		.unknown = copy->unknown,
		.size = copy->size,
		.cut = copy->size == copy->asked,
	};
	memcpy(out->registers, copy->registers, sizeof(out->registers));
	return copy;
}
