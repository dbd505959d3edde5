// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A capture as a profile of pprof. A sample is the time of a thread in a stack, state and cause.
 * Its values are that time under each type it belongs to: all time, time off or on the CPU, and its
 * group of causes; what cannot be a type is a label.
 */
#include "render/flame_part.h"
#include "render/flame_stack.h"
#include "render/formats.h"
#include "render/pprof_profile.h"
#include "render/pprof_totals.h"

#include <math.h>
#include <string.h>

enum { TYPE_WALL, TYPE_OFFCPU, TYPE_ONCPU, TYPE_GROUPS };
static const char *const type_names[] = {"wall", "offcpu", "oncpu"};

#define LABELS_MAX 8

struct writer {
	const struct analysis *analysis;
	struct pprof *profile;
	GArray *totals; /* struct pprof_total, as they come */
	GPtrArray *groups; /* names of groups of causes */
	guint *group_of; /* by cause */
	GStringChunk *names; /* of what is no frame */
	GString *text;
	GArray *places; /* uint64_t */
	GArray *lines; /* struct pprof_line */
	int64_t *values;
	/* Fractions are carried from sample to sample, so that whole numbers sum to the total. */
	long double exact[TYPE_GROUPS];
	int64_t given[TYPE_GROUPS];
};

static guint find_group(struct writer *writer, const char *cause)
{
	size_t length = strcspn(cause, "/");

	for (guint i = 0; i < writer->groups->len; i++) {
		const char *group = writer->groups->pdata[i];

		if (strlen(group) == length && !strncmp(group, cause, length))
			return i;
	}
	g_ptr_array_add(writer->groups, g_strndup(cause, length));
	return writer->groups->len - 1;
}

/*
 * By group, so that what is carried on from one sample to the next (set_values) leaves no more than
 * a nanosecond of one group in another one.
 */
static gint compare_groups(gconstpointer a, gconstpointer b, gpointer group_of)
{
	guint left = ((const guint *)group_of)[((const struct pprof_total *)a)->key.cause];
	guint right = ((const guint *)group_of)[((const struct pprof_total *)b)->key.cause];

	return left < right ? -1 : left > right;
}

static void add_types(struct writer *writer, const struct flame_view *view)
{
	const struct analysis *analysis = writer->analysis;
	const char *shown = type_names[TYPE_WALL];

	writer->group_of = g_new0(guint, analysis->cause_name_count);
	for (guint i = 0; i < writer->totals->len; i++) {
		uint32_t cause = g_array_index(writer->totals, struct pprof_total, i).key.cause;

		writer->group_of[cause] = find_group(writer, analysis->cause_names[cause]);
	}
	g_array_sort_with_data(writer->totals, compare_groups, writer->group_of);
	for (size_t i = 0; i < G_N_ELEMENTS(type_names); i++) {
		pprof__add_type(writer->profile, type_names[i], "nanoseconds");
		if (!strcmp(view->name, type_names[i]))
			shown = type_names[i];
	}
	for (guint i = 0; i < writer->groups->len; i++)
		pprof__add_type(writer->profile, writer->groups->pdata[i], "nanoseconds");
	pprof__set_default_type(writer->profile, shown);
	writer->values = g_new0(int64_t, TYPE_GROUPS + writer->groups->len);
}

static void add_place(struct writer *writer, const void *key, const struct pprof_module *module)
{
	uint64_t place = pprof__place(writer->profile, key, module,
				      (const struct pprof_line *)(const void *)writer->lines->data,
				      writer->lines->len);

	g_array_append_val(writer->places, place);
	g_array_set_size(writer->lines, 0);
}

static void add_line(struct writer *writer, const char *name, const char *file, uint32_t line)
{
	struct pprof_line row = {name, file, line};

	g_array_append_val(writer->lines, row);
}

static void add_remark(struct writer *writer, const char *text)
{
	const char *name = g_string_chunk_insert_const(writer->names, text);
	const struct pprof_module none = {0};

	add_line(writer, name, NULL, 0);
	add_place(writer, name, &none);
}

/* From the leaf on: what was inlined at a place gathers there until the function around it comes.
 */
static void add_frames(struct writer *writer, store_id stack)
{
	size_t count = 0;
	const struct frame_row *const *rows =
		stack ? analysis__stack(writer->analysis, stack, &count) : NULL;

	while (count-- > 0) {
		const struct frame_row *row = rows[count];
		const struct pprof_module module = {
			.path = row->kind == FRAME_KERNEL ? PPROF_KERNEL : row->module,
			.build_id = row->build_id,
			.address = row->offset,
		};

		add_line(writer, row->name, row->file, row->line);
		if (!row->inlined)
			add_place(writer, row, &module);
	}
}

static void add_stack(struct writer *writer, const struct pprof_total *total)
{
	const struct piece piece = {.state = total->key.state, .syscall = total->key.syscall};
	const char *ending = flame_stack__ending(total->key.state);

	g_array_set_size(writer->places, 0);
	if (ending && total->key.stack)
		add_remark(writer, ending);
	add_frames(writer, total->key.stack);
	if (writer->places->len > (guint)(ending && total->key.stack))
		return;
	g_array_set_size(writer->places, 0);
	flame_stack__missing(writer->text, &piece);
	add_remark(writer, writer->text->str);
}

static void set_values(struct writer *writer, const struct pprof_total *total)
{
	guint side = total->key.state == STATE_RUNNING ? TYPE_ONCPU : TYPE_OFFCPU;
	int64_t ns;

	writer->exact[side] += total->ns;
	ns = (int64_t)llroundl(writer->exact[side]) - writer->given[side];
	writer->given[side] += ns;
	memset(writer->values, 0, (TYPE_GROUPS + writer->groups->len) * sizeof(*writer->values));
	writer->values[TYPE_WALL] = writer->values[side] = ns;
	writer->values[TYPE_GROUPS + writer->group_of[total->key.cause]] = ns;
}

static size_t labels_of(const struct analysis *analysis, const struct pprof_total *total,
			struct pprof_label *labels)
{
	const struct thread_row *thread = &analysis->threads[total->key.thread];
	const struct process_row *process = &analysis->processes[thread->process];
	size_t count = 0;

	labels[count++] = (struct pprof_label){.key = "process", .text = process->comm};
	labels[count++] = (struct pprof_label){.key = "pid", .number = process->pid};
	labels[count++] = (struct pprof_label){.key = "thread", .text = thread->comm};
	labels[count++] = (struct pprof_label){.key = "tid", .number = thread->tid};
	labels[count++] =
		(struct pprof_label){.key = "state", .text = state__name(total->key.state)};
	labels[count++] = (struct pprof_label){.key = "cause",
					       .text = analysis->cause_names[total->key.cause]};
	labels[count++] =
		(struct pprof_label){.key = "basis", .text = basis__name(total->key.basis)};
	if (total->key.syscall != SYSCALL_NONE)
		labels[count++] = (struct pprof_label){.key = "syscall",
						       .text = syscall__name(total->key.syscall)};
	return count;
}

static void add_samples(struct writer *writer)
{
	struct pprof_label labels[LABELS_MAX];

	for (guint i = 0; i < writer->totals->len; i++) {
		const struct pprof_total *total =
			&g_array_index(writer->totals, struct pprof_total, i);
		struct pprof_sample sample = {.labels = labels};

		set_values(writer, total);
		if (!writer->values[TYPE_WALL])
			continue;
		add_stack(writer, total);
		sample.values = writer->values;
		sample.label_count = labels_of(writer->analysis, total, labels);
		sample.places = (const uint64_t *)(const void *)writer->places->data;
		sample.place_count = writer->places->len;
		pprof__add_sample(writer->profile, &sample);
	}
}

static void describe(struct writer *writer, const struct flame_part *part)
{
	const struct analysis *analysis = writer->analysis;
	char **remarks = flame_part__remarks(part);

	for (char **remark = remarks; *remark; remark++)
		pprof__add_comment(writer->profile, *remark);
	g_strfreev(remarks);
	pprof__set_time(writer->profile, analysis->capture.started_unix_ns, analysis->window_ns);
	/* docs/architecture.md: spans shorter than T are drawn once in so much of their time. */
	pprof__set_period(writer->profile, type_names[TYPE_WALL], "nanoseconds",
			  analysis->capture.stack_period_ns);
	if (analysis->process_count && analysis->processes[0].exe)
		pprof__set_main(writer->profile, analysis->processes[0].exe);
}

void pprof__write_part(FILE *out, const struct flame_part *part)
{
	struct writer writer = {
		.analysis = part->analysis,
		.profile = pprof__new(),
		.totals = pprof_totals__of(part),
		.groups = g_ptr_array_new_with_free_func(g_free),
		.names = g_string_chunk_new(256),
		.text = g_string_new(NULL),
		.places = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
		.lines = g_array_new(FALSE, FALSE, sizeof(struct pprof_line)),
	};

	add_types(&writer, part->wish.view);
	add_samples(&writer);
	describe(&writer, part);
	pprof__write(writer.profile, out);
	pprof__free(writer.profile);
	g_array_free(writer.totals, TRUE);
	g_ptr_array_free(writer.groups, TRUE);
	g_string_chunk_free(writer.names);
	g_string_free(writer.text, TRUE);
	g_array_free(writer.places, TRUE);
	g_array_free(writer.lines, TRUE);
	g_free(writer.group_of);
	g_free(writer.values);
}
