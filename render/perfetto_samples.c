// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Perfetto counts samples and has no weights for them, so the weighted stacks of a capture become
 * samples that each stand for the same time: one is drawn whenever so much time of a thread has
 * gone by. Of its time a stack knows the slice alone: the samples of a slice are spread over it
 * evenly.
 */
#include "render/flame_stack.h"
#include "render/perfetto_capture.h"
#include "render/units.h"

#include <string.h>

/* More than a viewer is good for; then each stands for more time. */
#define SAMPLES_MAX 200000
#define SAMPLE_NS_MIN 1000000

bool perfetto_capture__takes(const struct perfetto_capture *capture, const struct piece *piece)
{
	return (capture->part->wish.view->states & 1U << piece->state) &&
	       flame_filter__takes(capture->part->filter, piece);
}

/* 1, 2, 5, 10, 20, 50 ms, and so on. */
static uint64_t choose_period(const GPtrArray *pieces)
{
	static const uint64_t steps[] = {1, 2, 5};
	uint64_t unit = SAMPLE_NS_MIN;
	double total = 0;

	for (guint i = 0; i < pieces->len; i++)
		total += ((const struct piece *)pieces->pdata[i])->ns;
	for (size_t i = 0;; i++) {
		uint64_t period = unit * steps[i % G_N_ELEMENTS(steps)];

		if (total / (double)period <= SAMPLES_MAX)
			return period;
		if (i % G_N_ELEMENTS(steps) == G_N_ELEMENTS(steps) - 1)
			unit *= 10;
	}
}

void perfetto_capture__begin(struct perfetto_capture *capture, FILE *out, const GPtrArray *pieces)
{
	const struct analysis *analysis = capture->part->analysis;
	uint64_t period = choose_period(pieces);
	char *name = g_strdup_printf("%s, a sample for each %s of a thread",
				     capture->part->wish.view->name,
				     units__duration((double)period).text);
	const struct perfetto_start start = {
		.monotonic_ns = (uint64_t)analysis->capture.t0_ns,
		.realtime_ns = (uint64_t)analysis->capture.started_unix_ns,
		.sample = name,
		.sample_ns = period,
	};

	capture->trace = perfetto__new(out, &start);
	capture->thread_tracks = g_new0(uint64_t, analysis->thread_count + 1);
	capture->names = g_string_chunk_new(256);
	capture->frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	capture->sample_ns = period;
	g_free(name);
}

void perfetto_capture__end(struct perfetto_capture *capture)
{
	perfetto__free(capture->trace);
	g_free(capture->thread_tracks);
	g_string_chunk_free(capture->names);
	g_array_free(capture->frames, TRUE);
}

static void push(struct perfetto_capture *capture, const void *key,
		 const struct perfetto_frame *frame)
{
	uint64_t iid = perfetto__frame(capture->trace, key, frame);

	g_array_append_val(capture->frames, iid);
}

/* What is no code. Readers leave out stacks with a frame that is in no module. */
static void push_remark(struct perfetto_capture *capture, const char *text)
{
	const char *name = g_string_chunk_insert_const(capture->names, text);
	const struct perfetto_frame frame = {.name = name, .module = "[remark]"};

	push(capture, name, &frame);
}

static void push_frames(struct perfetto_capture *capture, store_id stack)
{
	size_t count = 0;
	const struct frame_row *const *rows =
		stack ? analysis__stack(capture->part->analysis, stack, &count) : NULL;

	for (size_t i = 0; i < count; i++) {
		const struct frame_row *row = rows[i];
		const char *module = row->module ? row->module : "[unknown]";
		const struct perfetto_frame frame = {
			.name = row->name,
			.module = row->kind == FRAME_KERNEL ? "[kernel]"
				  : row->kind == FRAME_NOTE ? "[remark]"
							    : module,
			.build_id = row->build_id,
			.address = row->offset,
			.file = row->file,
			.line = row->line,
		};

		push(capture, row, &frame);
	}
}

static uint64_t callstack_of(struct perfetto_capture *capture)
{
	return perfetto__callstack(capture->trace,
				   (const uint64_t *)(const void *)capture->frames->data,
				   capture->frames->len);
}

uint64_t perfetto_capture__callstack(struct perfetto_capture *capture, store_id stack)
{
	g_array_set_size(capture->frames, 0);
	push_frames(capture, stack);
	return capture->frames->len ? callstack_of(capture) : 0;
}

static void push_cause(struct perfetto_capture *capture, const char *path)
{
	char **words = g_strsplit(path, "/", -1);

	for (char **word = words; *word; word++)
		push_remark(capture, *word);
	g_strfreev(words);
}

static uint64_t stack_of_piece(struct perfetto_capture *capture, const struct piece *piece)
{
	const struct analysis *analysis = capture->part->analysis;
	const char *ending = flame_stack__ending(piece->state);
	GString *missing;
	guint depth;

	g_array_set_size(capture->frames, 0);
	if (capture->part->wish.view->cause_rooted)
		push_cause(capture, analysis->cause_names[piece->cause]);
	depth = capture->frames->len;
	push_frames(capture, piece->stack);
	if (capture->frames->len == depth) {
		missing = g_string_new(NULL);
		flame_stack__missing(missing, piece);
		push_remark(capture, missing->str);
		g_string_free(missing, TRUE);
	} else if (ending) {
		push_remark(capture, ending);
	}
	return callstack_of(capture);
}

/* How many samples are drawn of a thread until so much of its time has gone by. */
static uint64_t samples_until(const struct perfetto_capture *capture, double ns)
{
	return (uint64_t)(ns / (double)capture->sample_ns + 0.5);
}

/* Of the pieces of a slice; `before`: the thread's time until it, and then with it. */
static void sample_slice(struct perfetto_capture *capture, const struct piece *const *pieces,
			 size_t count, double *before)
{
	const struct analysis *analysis = capture->part->analysis;
	const struct slice_row *slice = &analysis->slices[pieces[0]->slice];
	const struct thread_row *thread = &analysis->threads[pieces[0]->thread];
	uint64_t first = samples_until(capture, *before);
	uint64_t next = first;
	double end = *before;
	double step;

	for (size_t i = 0; i < count; i++)
		end += pieces[i]->ns;
	step = (double)(slice->end_ns - slice->start_ns) /
	       (double)MAX(1, samples_until(capture, end) - first);
	for (size_t i = 0; i < count; i++) {
		*before += pieces[i]->ns;
		for (; next < samples_until(capture, *before); next++) {
			double at = step * ((double)(next - first) + 0.5);

			capture->sampled_ns += capture->sample_ns;
			perfetto__sample(capture->trace, (uint64_t)slice->start_ns + (uint64_t)at,
					 analysis->processes[thread->process].pid, thread->tid,
					 stack_of_piece(capture, pieces[i]), capture->sampled_ns);
		}
	}
}

void perfetto_capture__sample(struct perfetto_capture *capture, const struct piece *const *pieces,
			      size_t count)
{
	double before = 0;
	size_t first = 0;

	for (size_t i = 1; i <= count; i++) {
		if (i < count && pieces[i]->slice == pieces[first]->slice)
			continue;
		sample_slice(capture, pieces + first, i - first, &before);
		first = i;
	}
}
