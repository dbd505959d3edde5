// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads a capture. What later steps use as an index or a weight is checked here. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "analyzer/names.h"
#include "analyzer/private.h"

/* Times above this are damage; below it sums of two cannot overflow. */
#define TIME_MAX (INT64_MAX / 4)
#define CLASSES 64

struct loader {
	struct analysis *analysis;
	struct facts *facts;
	GStringChunk *strings;
	char **error;
	int64_t end_ns;
	GArray *processes, *threads, *slices, *spans, *paces, *losses, *thread_losses, *costs;
};

static const char *keep(struct loader *loader, const char *text)
{
	return text ? g_string_chunk_insert_const(loader->strings, text) : NULL;
}

static int damaged(struct loader *loader, const char *what)
{
	*loader->error = g_strdup_printf("damaged capture: %s", what);
	return -EUCLEAN;
}

static bool is_time(int64_t ns)
{
	return ns >= 0 && ns <= TIME_MAX;
}

/* A span has at least one nanosecond and p at most 1. */
static bool is_weight(double weight)
{
	return isfinite(weight) && weight <= (double)INT64_MAX && (weight == 0 || weight >= 1);
}

static int on_process(void *ctx, store_id id, const struct store_process *row)
{
	struct loader *loader = ctx;
	struct process_row process = {
		.id = id,
		.pid = row->pid,
		.parent_pid = row->parent_pid,
		.comm = keep(loader, row->comm),
		.exe = keep(loader, row->exe),
	};

	g_array_append_val(loader->processes, process);
	return ids__add(&loader->facts->processes, id, "process", loader->error);
}

static int64_t life_of(const struct loader *loader, const struct store_thread *row)
{
	int64_t start = MAX(row->start_ns, loader->analysis->capture.t0_ns);
	int64_t end = row->end_ns ? MIN(row->end_ns, loader->end_ns) : loader->end_ns;

	return MAX(end - start, 0);
}

static int on_thread(void *ctx, store_id id, const struct store_thread *row)
{
	struct loader *loader = ctx;
	uint32_t process = ids__index(&loader->facts->processes, row->process);
	struct thread_row thread = {
		.id = id,
		.tid = row->tid,
		.comm = keep(loader, row->comm),
		.process = process,
		.oracle = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
		.born = row->born,
		.ended = row->ended,
	};

	if (process == NO_ID)
		return ids__damaged(loader->error, "thread", id, "process", row->process);
	if (!is_time(row->start_ns) || !is_time(row->end_ns))
		return damaged(loader, "a thread's life is not a time");
	thread.life_ns = life_of(loader, row);
	thread.oracle.thread = id;
	g_array_append_val(loader->threads, thread);
	return ids__add(&loader->facts->threads, id, "thread", loader->error);
}

static int on_oracle(void *ctx, const struct store_oracle *row)
{
	struct loader *loader = ctx;
	uint32_t thread = ids__index(&loader->facts->threads, row->thread);

	if (thread == NO_ID)
		return ids__damaged(loader->error, "oracle", row->thread, "thread", row->thread);
	g_array_index(loader->threads, struct thread_row, thread).oracle = *row;
	return 0;
}

static int on_slice(void *ctx, const struct store_slice *row)
{
	struct loader *loader = ctx;
	struct slice_row slice = {.start_ns = row->start_ns, .end_ns = row->end_ns};

	if (!is_time(row->start_ns) || !is_time(row->end_ns) || row->end_ns < row->start_ns)
		return damaged(loader, "a slice is not a time");
	g_array_append_val(loader->slices, slice);
	return ids__add(&loader->facts->slices, row->id, "slice", loader->error);
}

struct place {
	store_id thread;
	store_id slice;
	enum store_state state;
	int64_t syscall;
	int class;
};

static int make_key(struct loader *loader, const char *table, const struct place *place,
		    struct key *key, uint32_t *slice)
{
	struct facts *facts = loader->facts;
	bool running = place->state == STATE_RUNNING;

	*key = (struct key){
		.state = place->state,
		/* The clock on the CPU does not tell calls and lengths apart. */
		.syscall = (int32_t)(running ? SYSCALL_NONE : place->syscall),
		.class = running ? 0 : place->class,
		.thread = ids__index(&facts->threads, place->thread),
	};
	*slice = ids__index(&facts->slices, place->slice);
	if (key->thread == NO_ID)
		return ids__damaged(loader->error, table, 0, "thread", place->thread);
	if (*slice == NO_ID)
		return ids__damaged(loader->error, table, 0, "slice", place->slice);
	if (((unsigned)place->state >= STATE_WOKEN && place->state != STATE_UNOBSERVED) ||
	    place->syscall < SYSCALL_UNKNOWN || place->syscall > INT32_MAX || place->class < 0 ||
	    place->class >= CLASSES)
		return damaged(loader, "a state, system call or class that cannot be");
	key->process = g_array_index(loader->threads, struct thread_row, key->thread).process;
	return 0;
}

static int on_ledger(void *ctx, const struct store_ledger *row)
{
	struct loader *loader = ctx;
	const struct place place = {row->thread, row->slice, row->state, row->syscall, row->class};
	struct cell cell = {.count = row->count, .ns = row->ns, .runqueue_ns = row->runqueue_ns};
	struct key key;
	int status;

	if (row->count < 0 || !is_time(row->ns) || !is_time(row->runqueue_ns))
		return damaged(loader, "a time in the ledger is out of range");
	status = make_key(loader, "ledger", &place, &key, &cell.slice);
	if (status)
		return status;
	if (row->state == STATE_UNOBSERVED) {
		struct unseen_cell unseen = {key, cell.slice, cell.count, cell.ns,
					     cell.runqueue_ns};

		g_array_append_val(loader->facts->unobserved, unseen);
	} else {
		facts__add_cell(loader->facts, &key, &cell);
	}
	return 0;
}

static int on_evidence(void *ctx, const struct store_evidence *row)
{
	struct loader *loader = ctx;
	const struct place place = {row->thread, row->slice, row->state, row->syscall, row->class};
	bool has_op = row->futex_op >= 0 && row->futex_op <= INT16_MAX;
	struct kind kind = {
		.stack = stacks__index(loader->facts->stacks, row->stack),
		.lock = row->lock,
		.futex_op = (int16_t)(has_op ? row->futex_op : FUTEX_OP_NONE),
	};
	struct draw draw = {
		.count = row->count,
		.ns = row->ns,
		.runqueue_ns = row->runqueue_ns,
		.weight = row->weight,
		.runqueue_weight = row->runqueue_weight,
	};
	struct key key;
	int status = make_key(loader, "evidence", &place, &key, &draw.slice);

	if (status)
		return status;
	if (kind.stack == NO_STACK)
		return ids__damaged(loader->error, "evidence", 0, "stack", row->stack);
	if ((unsigned)row->lock >= LOCK_COUNT || row->count < 0 || !is_time(row->ns) ||
	    !is_time(row->runqueue_ns) || !is_weight(row->weight) ||
	    !is_weight(row->runqueue_weight))
		return damaged(loader, "a weight in the evidence is out of range");
	kind.process = key.process;
	kind.syscall = key.syscall;
	kind.state = (uint8_t)key.state;
	facts__add_draw(loader->facts, &key, &kind, &draw);
	return 0;
}

static int on_span(void *ctx, const struct store_span *row)
{
	struct loader *loader = ctx;
	uint32_t thread = ids__index(&loader->facts->threads, row->thread);
	struct span_row span = {
		.thread = thread,
		.start_ns = row->start_ns,
		.end_ns = row->end_ns,
		.runqueue_ns = row->runqueue_ns,
		.state = row->state,
		.stack = row->stack,
		.syscall = syscall__name(row->syscall),
	};

	if (thread == NO_ID)
		return ids__damaged(loader->error, "span", 0, "thread", row->thread);
	if ((unsigned)row->state >= STATE_COUNT || !is_time(row->start_ns) ||
	    !is_time(row->end_ns) || row->end_ns < row->start_ns || !is_time(row->runqueue_ns))
		return damaged(loader, "a span is not a time");
	if (row->stack && stacks__index(loader->facts->stacks, row->stack) == NO_STACK)
		return ids__damaged(loader->error, "span", 0, "stack", row->stack);
	g_array_append_val(loader->spans, span);
	g_array_append_val(loader->facts->span_calls, row->syscall);
	return 0;
}

static int on_lock_wait(void *ctx, const struct store_lock_wait *row)
{
	struct loader *loader = ctx;
	struct lock_fact fact = {
		.address = row->address,
		.thread = ids__index(&loader->facts->threads, row->thread),
		.slice = ids__index(&loader->facts->slices, row->slice),
		.lock = row->lock,
		.count = row->count,
		.ns = row->ns,
		.max_ns = row->max_ns,
	};

	if (fact.thread == NO_ID)
		return ids__damaged(loader->error, "lock_wait", 0, "thread", row->thread);
	if (fact.slice == NO_ID)
		return ids__damaged(loader->error, "lock_wait", 0, "slice", row->slice);
	if ((unsigned)row->lock >= LOCK_COUNT || row->count < 0 || !is_time(row->ns) ||
	    !is_time(row->max_ns))
		return damaged(loader, "a wait for a lock is out of range");
	g_array_append_val(loader->facts->locks, fact);
	return 0;
}

static int on_lock_evidence(void *ctx, const struct store_lock_evidence *row)
{
	struct loader *loader = ctx;
	struct lock_draw draw = {row->address, stacks__index(loader->facts->stacks, row->stack),
				 row->lock, row->weight};

	if (draw.stack == NO_STACK)
		return ids__damaged(loader->error, "lock_evidence", 0, "stack", row->stack);
	if ((unsigned)row->lock >= LOCK_COUNT || !is_weight(row->weight))
		return damaged(loader, "a weight of a lock is out of range");
	g_array_append_val(loader->facts->lock_draws, draw);
	return 0;
}

static int on_pace(void *ctx, const struct store_pace *row)
{
	struct loader *loader = ctx;
	struct pace_row pace = {
		.what = row->what,
		.time_ns = row->time_ns,
		.end_ns = loader->end_ns,
		.value = row->value,
		.cost = row->cost,
		.why = keep(loader, row->why),
	};

	if (!is_time(row->time_ns))
		return damaged(loader, "a change of the pace is at no time");
	/* It takes the place of the last one of its kind. */
	for (guint i = loader->paces->len; i-- > 0;) {
		struct pace_row *last = &g_array_index(loader->paces, struct pace_row, i);

		if (last->what != pace.what)
			continue;
		if (pace.time_ns < last->time_ns)
			return damaged(loader, "the changes of the pace are out of order");
		last->end_ns = pace.time_ns;
		break;
	}
	g_array_append_val(loader->paces, pace);
	return 0;
}

static int on_loss(void *ctx, const char *kind, int64_t count, const char *meaning)
{
	struct loader *loader = ctx;
	struct count_row row = {
		.name = keep(loader, kind), .value = count, .meaning = keep(loader, meaning)};

	g_array_append_val(loader->losses, row);
	return 0;
}

static int on_thread_loss(void *ctx, const struct store_thread_loss *row)
{
	struct loader *loader = ctx;
	struct thread_loss_row loss = {
		.thread = ids__index(&loader->facts->threads, row->thread),
		.kind = keep(loader, row->kind),
		.count = row->count,
	};

	if (loss.thread == NO_ID)
		return ids__damaged(loader->error, "thread_loss", 0, "thread", row->thread);
	g_array_append_val(loader->thread_losses, loss);
	return 0;
}

static gint most_lost_first(gconstpointer a, gconstpointer b)
{
	const struct thread_loss_row *left = a, *right = b;
	int order = strcmp(left->kind, right->kind);

	if (order)
		return order;
	if (left->count != right->count)
		return left->count < right->count ? 1 : -1;
	return (left->thread > right->thread) - (left->thread < right->thread);
}

static int on_cost(void *ctx, const char *name, int64_t value, const char *unit)
{
	struct loader *loader = ctx;
	struct count_row row = {
		.name = keep(loader, name), .value = value, .unit = keep(loader, unit)};

	g_array_append_val(loader->costs, row);
	return 0;
}

static int read_capture(struct loader *loader, struct store_reader *reader)
{
	struct store_capture *capture = &loader->analysis->capture;
	int status = store_reader__capture(reader, capture);

	if (status)
		return status;
	capture->tool_version = keep(loader, capture->tool_version);
	capture->host = keep(loader, capture->host);
	capture->kernel = keep(loader, capture->kernel);
	capture->machine = keep(loader, capture->machine);
	capture->backend = keep(loader, capture->backend);
	capture->cpu_clock = keep(loader, capture->cpu_clock);
	capture->lock_backend = keep(loader, capture->lock_backend);
	capture->target = keep(loader, capture->target);
	capture->ended_by = keep(loader, capture->ended_by);
	if (!is_time(capture->t0_ns) || !is_time(capture->t1_ns) || !is_time(capture->progress_ns))
		return damaged(loader, "the window is not a time");
	loader->end_ns = capture->t1_ns ? capture->t1_ns : capture->progress_ns;
	loader->end_ns = MAX(loader->end_ns, capture->t0_ns);
	loader->analysis->window_ns = loader->end_ns - capture->t0_ns;
	return 0;
}

static int read_probes(struct loader *loader, struct store_reader *reader)
{
	const struct probe_context context = {&loader->facts->threads, &loader->facts->slices,
					      loader->facts->stacks, loader->strings};

	return probe_facts__read(&loader->facts->probes, &context, reader, loader->error);
}

static int read_tables(struct loader *loader, struct store_reader *reader)
{
	int status = read_capture(loader, reader);

	if (status)
		return status;
	loader->facts->stacks = stacks__load(reader, loader->strings, &status, loader->error);
	if (status)
		return status;
	loader->analysis->priv->stacks = loader->facts->stacks;
	if ((status = store_reader__each_process(reader, on_process, loader)) ||
	    (status = store_reader__each_thread(reader, on_thread, loader)) ||
	    (status = store_reader__each_oracle(reader, on_oracle, loader)) ||
	    (status = store_reader__each_slice(reader, on_slice, loader)) ||
	    (status = store_reader__each_ledger(reader, on_ledger, loader)) ||
	    (status = store_reader__each_evidence(reader, on_evidence, loader)) ||
	    (status = store_reader__each_span(reader, on_span, loader)) ||
	    (status = store_reader__each_lock_wait(reader, on_lock_wait, loader)) ||
	    (status = store_reader__each_lock_evidence(reader, on_lock_evidence, loader)) ||
	    (status = read_probes(loader, reader)) ||
	    (status = call_facts__read(&loader->facts->calls, &loader->facts->processes,
				       loader->strings, reader, loader->error)) ||
	    (status = store_reader__each_pace(reader, on_pace, loader)) ||
	    (status = store_reader__each_loss(reader, on_loss, loader)) ||
	    (status = store_reader__each_thread_loss(reader, on_thread_loss, loader)))
		return status;
	return store_reader__each_cost(reader, on_cost, loader);
}

/* Hands an array over as it is, also when it is empty. */
static void *take(GArray *array, size_t *count)
{
	*count = array->len;
	return g_array_free(array, FALSE);
}

int analysis__read(struct analysis *analysis, struct facts *facts, struct store_reader *reader,
		   char **error)
{
	struct loader loader = {.analysis = analysis,
				.facts = facts,
				.strings = analysis->priv->strings,
				.error = error};
	int status;

	facts__init(facts);
	loader.processes = g_array_new(FALSE, FALSE, sizeof(struct process_row));
	loader.threads = g_array_new(FALSE, FALSE, sizeof(struct thread_row));
	loader.slices = g_array_new(FALSE, FALSE, sizeof(struct slice_row));
	loader.spans = g_array_new(FALSE, FALSE, sizeof(struct span_row));
	loader.paces = g_array_new(FALSE, FALSE, sizeof(struct pace_row));
	loader.losses = g_array_new(FALSE, FALSE, sizeof(struct count_row));
	loader.thread_losses = g_array_new(FALSE, FALSE, sizeof(struct thread_loss_row));
	loader.costs = g_array_new(FALSE, FALSE, sizeof(struct count_row));
	status = read_tables(&loader, reader);
	analysis->processes = take(loader.processes, &analysis->process_count);
	analysis->threads = take(loader.threads, &analysis->thread_count);
	analysis->slices = take(loader.slices, &analysis->slice_count);
	analysis->spans = take(loader.spans, &analysis->span_count);
	analysis->paces = take(loader.paces, &analysis->pace_count);
	analysis->losses = take(loader.losses, &analysis->loss_count);
	g_array_sort(loader.thread_losses, most_lost_first);
	analysis->thread_losses = take(loader.thread_losses, &analysis->thread_loss_count);
	analysis->costs = take(loader.costs, &analysis->cost_count);
	if (!status)
		status = analysis__read_io(analysis, facts, reader, error);
	if (status && !*error) {
		const char *why = store_reader__error(reader);

		*error = g_strdup(why && *why ? why : "the capture cannot be read");
	}
	return status;
}
