// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_stack.h"

#include <glib.h>
#include <string.h>

struct flame_stack {
	GArray *frames; /* struct flame_frame */
};

static const enum flame_kind kinds[] = {
	[FRAME_USER] = FLAME_USER,
	[FRAME_KERNEL] = FLAME_KERNEL,
	[FRAME_NOTE] = FLAME_NOTE,
};

struct flame_stack *flame_stack__new(void)
{
	struct flame_stack *stack = g_new(struct flame_stack, 1);

	stack->frames = g_array_new(FALSE, FALSE, sizeof(struct flame_frame));
	return stack;
}

void flame_stack__free(struct flame_stack *stack)
{
	g_array_free(stack->frames, TRUE);
	g_free(stack);
}

void flame_stack__clear(struct flame_stack *stack)
{
	g_array_set_size(stack->frames, 0);
}

void flame_stack__push(struct flame_stack *stack, const char *name, const char *module,
		       enum flame_kind kind)
{
	struct flame_frame frame = {
		.name = *name ? name : "[unnamed]", .module = module, .kind = kind};

	g_array_append_val(stack->frames, frame);
}

void flame_stack__push_thread(struct flame_stack *stack, const struct analysis *analysis,
			      size_t thread, const struct flame_roots *roots)
{
	const struct thread_row *row = &analysis->threads[thread];
	const struct process_row *process = &analysis->processes[row->process];

	if (roots->process)
		flame_stack__push(stack, process->comm, NULL, FLAME_GROUP);
	if (roots->thread && !(roots->process && strcmp(row->comm, process->comm) == 0))
		flame_stack__push(stack, row->comm, NULL, FLAME_GROUP);
}

static void push_row(struct flame_stack *stack, const struct frame_row *row)
{
	/* Folded stacks have one ending for a frame: that it is the kernel's tells more. */
	bool inlined = row->inlined && row->kind == FRAME_USER;
	struct flame_frame *frame;

	flame_stack__push(stack, row->name, row->module,
			  inlined ? FLAME_INLINED : kinds[row->kind]);
	frame = &g_array_index(stack->frames, struct flame_frame, stack->frames->len - 1);
	frame->file = row->file;
	frame->line = row->line;
}

bool flame_stack__push_frames(struct flame_stack *stack, const struct analysis *analysis,
			      store_id id)
{
	size_t count = 0;
	const struct frame_row *const *frames = id ? analysis__stack(analysis, id, &count) : NULL;

	for (size_t i = 0; i < count; i++)
		push_row(stack, frames[i]);
	return count > 0;
}

const struct flame_frame *flame_stack__frames(const struct flame_stack *stack, size_t *count)
{
	*count = stack->frames->len;
	return (const struct flame_frame *)(const void *)stack->frames->data;
}

size_t flame_stack__depth(const struct flame_stack *stack)
{
	return stack->frames->len;
}

void flame_stack__reverse(struct flame_stack *stack, size_t depth)
{
	struct flame_frame *frames = (struct flame_frame *)(void *)stack->frames->data;

	for (size_t i = depth, k = stack->frames->len; i + 1 < k; i++) {
		struct flame_frame frame = frames[i];

		frames[i] = frames[--k];
		frames[k] = frame;
	}
}

int flame_stack__add(const struct flame_stack *stack, struct flame *flame, long double ns,
		     enum basis basis)
{
	return flame__add(flame, (const struct flame_frame *)(const void *)stack->frames->data,
			  stack->frames->len, ns, basis);
}
