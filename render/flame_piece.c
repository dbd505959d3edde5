// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_piece.h"

/* Wake-up or preemption: the stack is where the thread was, the time went to the run queue. */
static const char *const run_queue_notes[STATE_COUNT] = {
	[STATE_PREEMPTED] = "[preempted]",
	[STATE_WOKEN] = "[waiting for a CPU]",
};

static void push_missing_stack(struct flame_stack *stack, GString *note, const struct piece *piece)
{
	g_string_printf(note, "[no stack: %s", state__name(piece->state));
	if (piece->syscall == SYSCALL_UNKNOWN)
		g_string_append(note, ", system call unknown");
	else if (piece->syscall != SYSCALL_NONE)
		g_string_append_printf(note, " in %s", syscall__name(piece->syscall));
	g_string_append_c(note, ']');
	flame_stack__push(stack, note->str, NULL, FLAME_NOTE);
}

void flame_piece__push(struct flame_stack *stack, GString *note, const struct analysis *analysis,
		       const struct piece *piece)
{
	if (!flame_stack__push_frames(stack, analysis, piece->stack))
		push_missing_stack(stack, note, piece);
	else if (run_queue_notes[piece->state])
		flame_stack__push(stack, run_queue_notes[piece->state], NULL, FLAME_NOTE);
}
