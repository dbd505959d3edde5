// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From the pieces of an analysis to a call tree, under one of the views. */
#include "render/flame.h"
#include "render/units.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#define ALL_STATES ((1U << STATE_COUNT) - 1)
#define RUNNING (1U << STATE_RUNNING)

static const struct flame_view views[] = {
	{"wall", "all wall-clock time of every thread", ALL_STATES, false},
	{"offcpu", "time off the CPU: blocked, or waiting for a CPU", ALL_STATES & ~RUNNING, false},
	{"oncpu", "time on the CPU", RUNNING, false},
	{"cause", "all wall-clock time, rooted in its causes", ALL_STATES, true},
};

const struct flame_view *flame_view__all(size_t *count)
{
	*count = G_N_ELEMENTS(views);
	return views;
}

const struct flame_view *flame_view__find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(views); i++) {
		if (strcmp(name, views[i].name) == 0)
			return &views[i];
	}
	return NULL;
}

/* Wake-up or preemption: the stack is where the thread was, the time went to the run queue. */
static const char *const run_queue_notes[STATE_COUNT] = {
	[STATE_PREEMPTED] = "[preempted]",
	[STATE_WOKEN] = "[waiting for a CPU]",
};

static const enum flame_kind kinds[] = {
	[FRAME_USER] = FLAME_USER,
	[FRAME_KERNEL] = FLAME_KERNEL,
	[FRAME_NOTE] = FLAME_NOTE,
};

struct stack_builder {
	GArray *frames; /* struct flame_frame */
	GString *cause; /* the words of the path, each ended by NUL */
	GString *note;
};

static void push(struct stack_builder *builder, const char *name, const char *module,
		 enum flame_kind kind)
{
	struct flame_frame frame = {
		.name = *name ? name : "[unnamed]", .module = module, .kind = kind};

	g_array_append_val(builder->frames, frame);
}

static void push_row(struct stack_builder *builder, const struct frame_row *row)
{
	/* Folded stacks have one ending for a frame: that it is the kernel's tells more. */
	bool inlined = row->inlined && row->kind == FRAME_USER;
	struct flame_frame *frame;

	push(builder, row->name, row->module, inlined ? FLAME_INLINED : kinds[row->kind]);
	frame = &g_array_index(builder->frames, struct flame_frame, builder->frames->len - 1);
	frame->file = row->file;
	frame->line = row->line;
}

static void push_cause(struct stack_builder *builder, const char *path)
{
	const char *word;

	g_string_assign(builder->cause, path);
	for (gsize i = 0; i < builder->cause->len; i++) {
		if (builder->cause->str[i] == '/')
			builder->cause->str[i] = '\0';
	}
	word = builder->cause->str;
	while (word < builder->cause->str + builder->cause->len) {
		push(builder, word, NULL, FLAME_CAUSE);
		word += strlen(word) + 1;
	}
}

static void push_missing_stack(struct stack_builder *builder, const struct piece *piece)
{
	g_string_printf(builder->note, "[no stack: %s", state__name(piece->state));
	if (piece->syscall == SYSCALL_UNKNOWN)
		g_string_append(builder->note, ", system call unknown");
	else if (piece->syscall != SYSCALL_NONE)
		g_string_append_printf(builder->note, " in %s", syscall__name(piece->syscall));
	g_string_append_c(builder->note, ']');
	push(builder, builder->note->str, NULL, FLAME_NOTE);
}

static void build_stack(struct stack_builder *builder, const struct analysis *analysis,
			const struct piece *piece, const struct flame_view *view)
{
	const struct thread_row *thread = &analysis->threads[piece->thread];
	const struct process_row *process = &analysis->processes[thread->process];
	const struct frame_row *const *frames;
	size_t count = 0;

	g_array_set_size(builder->frames, 0);
	if (view->cause_rooted)
		push_cause(builder, analysis->cause_names[piece->cause]);
	push(builder, process->comm, NULL, FLAME_GROUP);
	if (strcmp(thread->comm, process->comm) != 0)
		push(builder, thread->comm, NULL, FLAME_GROUP);
	frames = piece->stack ? analysis__stack(analysis, piece->stack, &count) : NULL;
	if (count == 0) {
		push_missing_stack(builder, piece);
		return;
	}
	for (size_t i = 0; i < count; i++)
		push_row(builder, frames[i]);
	if (run_queue_notes[piece->state])
		push(builder, run_queue_notes[piece->state], NULL, FLAME_NOTE);
}

static int add_pieces(struct flame *flame, const struct analysis *analysis,
		      const struct flame_view *view)
{
	struct stack_builder builder = {
		.frames = g_array_new(FALSE, FALSE, sizeof(struct flame_frame)),
		.cause = g_string_new(NULL),
		.note = g_string_new(NULL),
	};
	int err = 0;

	for (size_t i = 0; i < analysis->piece_count && !err; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (!(view->states & (1U << piece->state)))
			continue;
		build_stack(&builder, analysis, piece, view);
		err = flame__add(flame, &g_array_index(builder.frames, struct flame_frame, 0),
				 builder.frames->len, piece->ns, piece->basis);
	}
	g_array_free(builder.frames, TRUE);
	g_string_free(builder.cause, TRUE);
	g_string_free(builder.note, TRUE);
	return err;
}

static void note_losses(struct flame *flame, const struct analysis *analysis)
{
	GString *line = g_string_new(NULL);

	for (size_t i = 0; i < analysis->loss_count; i++)
		g_string_append_printf(line, "%s%s %s", i ? ", " : "Lost: ",
				       units__count(analysis->losses[i].value).text,
				       analysis->losses[i].name);
	if (line->len > 0)
		flame__add_note(flame, line->str);
	g_string_free(line, TRUE);
}

static void describe(struct flame *flame, const struct analysis *analysis,
		     const struct flame_view *view)
{
	const struct store_capture *capture = &analysis->capture;
	char *line = g_strdup_printf("%s: %s", capture->target, view->meaning);

	flame__set_title(flame, line);
	g_free(line);
	line = g_strdup_printf("%s, Linux %s, %" G_GINT64_FORMAT
			       " CPUs · %s window · %zu thread%s in %zu "
			       "process%s · %s of thread time",
			       capture->host, capture->kernel, capture->cpus,
			       units__duration((double)analysis->window_ns).text,
			       analysis->thread_count, analysis->thread_count == 1 ? "" : "s",
			       analysis->process_count, analysis->process_count == 1 ? "" : "es",
			       units__duration(analysis->accounted_ns).text);
	flame__add_note(flame, line);
	g_free(line);
	if (!capture->complete)
		flame__add_note(flame, "This capture was cut off: the picture ends where it did.");
	note_losses(flame, analysis);
}

int flame__from_analysis(struct flame **out, const struct analysis *analysis,
			 const struct flame_view *view, char **error)
{
	struct flame *flame = flame__new();
	int err = add_pieces(flame, analysis, view);

	if (err) {
		*error = g_strdup("the capture holds times that cannot be summed");
		flame__free(flame);
		return err;
	}
	describe(flame, analysis, view);
	flame__finish(flame);
	*out = flame;
	return 0;
}
