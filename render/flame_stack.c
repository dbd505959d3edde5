// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_stack.h"

#include <errno.h>
#include <string.h>

#define MISSING "[no stack: "

struct flame_stack {
	struct flame *flame;
	GArray *frames; /* uint32_t, of the flame */
	GHashTable *known; /* struct frame_row of the analysis -> its frame */
};

static const enum flame_kind kinds[] = {
	[FRAME_USER] = FLAME_USER,
	[FRAME_KERNEL] = FLAME_KERNEL,
	[FRAME_NOTE] = FLAME_NOTE,
};

/* Wake-up or preemption. */
static const char *const endings[STATE_COUNT] = {
	[STATE_PREEMPTED] = "[preempted]",
	[STATE_WOKEN] = "[waiting for a CPU]",
};

struct flame_stack *flame_stack__new(struct flame *flame)
{
	struct flame_stack *stack = g_new(struct flame_stack, 1);

	stack->flame = flame;
	stack->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	stack->known = g_hash_table_new(g_direct_hash, g_direct_equal);
	return stack;
}

void flame_stack__free(struct flame_stack *stack)
{
	g_array_free(stack->frames, TRUE);
	g_hash_table_destroy(stack->known);
	g_free(stack);
}

void flame_stack__clear(struct flame_stack *stack)
{
	g_array_set_size(stack->frames, 0);
}

static uint32_t push_frame(struct flame_stack *stack, const struct flame_frame *frame)
{
	uint32_t index = flame__intern(stack->flame, frame);

	g_array_append_val(stack->frames, index);
	return index;
}

void flame_stack__push(struct flame_stack *stack, const char *name, const char *module,
		       enum flame_kind kind)
{
	const struct flame_frame frame = {
		.name = *name ? name : "[unnamed]", .module = module, .kind = kind};

	push_frame(stack, &frame);
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
	const struct flame_frame frame = {
		.name = *row->name ? row->name : "[unnamed]",
		.module = row->module,
		.kind = inlined ? FLAME_INLINED : kinds[row->kind],
		.file = row->file,
		.line = row->line,
	};
	gpointer known;
	uint32_t index;

	if (g_hash_table_lookup_extended(stack->known, row, NULL, &known)) {
		index = GPOINTER_TO_UINT(known);
		g_array_append_val(stack->frames, index);
		return;
	}
	index = push_frame(stack, &frame);
	g_hash_table_insert(stack->known, (gpointer)row, GUINT_TO_POINTER(index));
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

const uint32_t *flame_stack__frames(const struct flame_stack *stack, size_t *count)
{
	*count = stack->frames->len;
	return (const uint32_t *)(const void *)stack->frames->data;
}

size_t flame_stack__depth(const struct flame_stack *stack)
{
	return stack->frames->len;
}

void flame_stack__reverse(struct flame_stack *stack, size_t depth)
{
	uint32_t *frames = &g_array_index(stack->frames, uint32_t, 0);

	for (size_t i = depth, k = stack->frames->len; i + 1 < k; i++) {
		uint32_t frame = frames[i];

		frames[i] = frames[--k];
		frames[k] = frame;
	}
}

int flame_stack__add(const struct flame_stack *stack, long double ns, enum basis basis,
		     const struct flame_evidence *evidence)
{
	return flame__add_interned(stack->flame, &g_array_index(stack->frames, uint32_t, 0),
				   stack->frames->len, ns, basis, evidence);
}

const char *flame_stack__refusal(int err)
{
	return err == -E2BIG ? "the capture holds more stacks or frames than a picture can hold"
			     : "the capture holds times that cannot be summed";
}

const char *flame_stack__ending(enum store_state state)
{
	return endings[state];
}

bool flame_stack__is_end(const char *remark)
{
	bool found = g_str_has_prefix(remark, MISSING);

	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		found = found || g_strcmp0(endings[i], remark) == 0;
	return found;
}

void flame_stack__missing(GString *text, const struct piece *piece)
{
	g_string_printf(text, MISSING "%s", state__name(piece->state));
	if (piece->syscall == SYSCALL_UNKNOWN)
		g_string_append(text, ", system call unknown");
	else if (piece->syscall != SYSCALL_NONE)
		g_string_append_printf(text, " in %s", syscall__name(piece->syscall));
	g_string_append_c(text, ']');
}
