// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/json_tables.h"

#include "render/json_io.h"
#include "render/json_values.h"
#include "render/lock_waiters.h"
#include "render/oracle.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static struct json_object *append_object(struct json_object *array)
{
	struct json_object *object = json_object_new_object();

	json_object_array_add(array, object);
	return object;
}

struct json_object *json_table__headlines(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < HEADLINE_COUNT; i++) {
		const struct headline_row *row = &analysis->headlines[i];
		struct json_object *object = append_object(array);

		json__text(object, "path", row->path);
		json__text(object, "title", row->title);
		json__figure(object, "", &row->time);
		json__ratio(object, "share", row->share);
	}
	return array;
}

struct json_object *json_table__causes(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->cause_count; i++) {
		const struct cause_row *row = &analysis->causes[i];
		struct json_object *object = append_object(array);

		json__text(object, "path", row->path);
		json__text(object, "meaning", row->meaning);
		json__figure(object, "", &row->time);
		json__ratio(object, "share", row->share);
		json__flag(object, "idle", row->idle);
	}
	return array;
}

static struct json_object *lock_waiters(const struct analysis *analysis, const struct lock_row *row)
{
	struct json_object *array = json_object_new_array();
	GArray *list = lock_waiters__of(analysis, row);

	for (guint i = 0; i < list->len; i++) {
		const struct lock_waiter *waiter = &g_array_index(list, struct lock_waiter, i);
		struct json_object *object = append_object(array);

		json__text(object, "comm", waiter->comm);
		json__integer(object, "threads", waiter->threads);
		json__integer(object, "count", waiter->count);
		json__integer(object, "ns", waiter->ns);
	}
	g_array_free(list, TRUE);
	return array;
}

struct json_object *json_table__locks(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->lock_count; i++) {
		const struct lock_row *row = &analysis->locks[i];
		struct json_object *object = append_object(array);
		char address[24];

		(void)snprintf(address, sizeof(address), "0x%" PRIx64, row->address);
		json__text(object, "address", address);
		json__text(object, "kind", row->kind);
		json__text(object, "where", row->where);
		json__text(object, "cause", row->cause);
		json__integer(object, "count", row->count);
		json__integer(object, "ns", row->ns);
		json__integer(object, "max_ns", row->max_ns);
		json__integer(object, "threads", row->threads);
		json_object_object_add(object, "waiters", lock_waiters(analysis, row));
		json__text(object, "evidence", basis__name(BASIS_EXACT));
	}
	return array;
}

/* [{"below_ns": 2^(class+1), "count": n}], the empty classes left out. */
static struct json_object *classes(const struct syscall_row *row)
{
	struct json_object *array = json_object_new_array();

	for (size_t class = 0; class < 64; class ++) {
		struct json_object *object;

		if (row->class_count[class] == 0)
			continue;
		object = append_object(array);
		json__ns(object, "below_ns", ldexp(1, (int)class + 1));
		json__integer(object, "count", row->class_count[class]);
	}
	return array;
}

struct json_object *json_table__syscalls(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->syscall_count; i++) {
		const struct syscall_row *row = &analysis->syscalls[i];
		struct json_object *object = append_object(array);

		json__integer(object, "nr", row->nr);
		json__text(object, "name", row->name);
		json__integer(object, "count", row->count);
		json__ns(object, "blocked_ns", row->blocked_ns);
		json__ns(object, "runqueue_ns", row->runqueue_ns);
		json_object_object_add(object, "lengths", classes(row));
	}
	return array;
}

/* Root first. */
static struct json_object *stack_names(const struct analysis *analysis, store_id stack)
{
	struct json_object *array = json_object_new_array();
	size_t count = 0;
	const struct frame_row *const *frames = stack ? analysis__stack(analysis, stack, &count)
						      : NULL;

	for (size_t i = 0; i < count; i++) {
		struct json_object *object = append_object(array);

		json__text(object, "name", frames[i]->name);
		json__text(object, "module", frames[i]->module);
		json__text(object, "file", frames[i]->file);
		json__known(object, "line", frames[i]->line ? (int64_t)frames[i]->line : -1);
		json__flag(object, "inlined", frames[i]->inlined);
	}
	return array;
}

struct json_object *json_table__spans(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->span_count; i++) {
		const struct span_row *row = &analysis->spans[i];
		struct json_object *object = append_object(array);

		json__integer(object, "tid", analysis->threads[row->thread].tid);
		json__text(object, "comm", analysis->threads[row->thread].comm);
		json__integer(object, "at_ns", row->start_ns - analysis->capture.t0_ns);
		json__integer(object, "ns", row->end_ns - row->start_ns);
		json__integer(object, "runqueue_ns", row->runqueue_ns);
		json__text(object, "state", state__name(row->state));
		json__text(object, "syscall", row->syscall);
		json__text(object, "cause", row->cause);
		json_object_object_add(object, "stack", stack_names(analysis, row->stack));
	}
	return array;
}

struct json_object *json_table__slices(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->slice_count; i++) {
		const struct slice_row *row = &analysis->slices[i];
		struct json_object *object = append_object(array);

		json__integer(object, "at_ns", row->start_ns - analysis->capture.t0_ns);
		json__integer(object, "length_ns", row->end_ns - row->start_ns);
		json_object_object_add(object, "states", json__states(&row->states));
	}
	return array;
}

struct json_object *json_table__processes(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct process_row *row = &analysis->processes[i];
		struct json_object *object = append_object(array);

		json__integer(object, "pid", row->pid);
		json__integer(object, "parent_pid", row->parent_pid);
		json__text(object, "comm", row->comm);
		json__text(object, "exe", row->exe);
		json__integer(object, "threads", (int64_t)row->threads);
		json__integer(object, "life_ns", row->life_ns);
		json_object_object_add(object, "states", json__states(&row->states));
		json__process_io(object, row);
	}
	return array;
}

struct json_object *json_table__threads(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *row = &analysis->threads[i];
		struct json_object *object = append_object(array);
		struct json_object *kernel = json_object_new_object();

		json__integer(object, "tid", row->tid);
		json__integer(object, "pid", analysis->processes[row->process].pid);
		json__text(object, "comm", row->comm);
		json__flag(object, "born", row->born);
		json__flag(object, "ended", row->ended);
		json__integer(object, "life_ns", row->life_ns);
		json__ns(object, "accounted_ns", row->accounted_ns);
		json_object_object_add(object, "states", json__states(&row->states));
		json_object_object_add(object, "state_counts", json__state_counts(&row->states));
		json__integer(object, "voluntary", row->voluntary);
		json__integer(object, "involuntary", row->involuntary);
		json__known(kernel, "run_ns", row->oracle.run_ns);
		json__known(kernel, "runqueue_ns", row->oracle.runqueue_ns);
		json__known(kernel, "voluntary", row->oracle.voluntary);
		json__known(kernel, "involuntary", row->oracle.involuntary);
		json__known(kernel, "read_calls", row->oracle.read_calls);
		json__known(kernel, "read_bytes", row->oracle.read_bytes);
		json__known(kernel, "write_calls", row->oracle.write_calls);
		json__known(kernel, "write_bytes", row->oracle.write_bytes);
		json__known(kernel, "device_read_bytes", row->oracle.device_read_bytes);
		json__known(kernel, "device_write_bytes", row->oracle.device_write_bytes);
		json_object_object_add(object, "kernel", kernel);
		json_object_object_add(object, "io", json__io(&row->io));
	}
	return array;
}

struct json_object *json_table__oracles(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (int book = 0; book < ORACLE_BOOK_COUNT; book++) {
		struct oracle_sum sum = oracle__sum(analysis, (enum oracle_book)book);
		struct json_object *object = append_object(array);

		json__text(object, "name", sum.name);
		json__integer(object, "threads", (int64_t)sum.threads);
		json__ns(object, "ledger", sum.ledger);
		json__ns(object, "kernel", sum.kernel);
		json__ratio(object, "difference_ratio", sum.difference);
		json__ns(object, "late_ns", sum.late_ns);
	}
	return array;
}

/* {"all": {"weight_ns": n, "whole": ratio, ...}, ...}; the ratios are null when there is no weight.
 */
struct json_object *json_table__user_stacks(const struct analysis *analysis)
{
	static const char *const sides[SIDE_COUNT] = {
		[SIDE_ON_CPU] = "on_cpu", [SIDE_OFF_CPU] = "off_cpu", [SIDE_BOTH] = "all"};
	struct json_object *object = json_object_new_object();

	for (int side = 0; side < SIDE_COUNT; side++) {
		const struct user_halves *halves = &analysis->user_stacks[side];
		struct json_object *shares = json_object_new_object();

		json__ns(shares, "weight_ns", halves->weight);
		for (int half = 0; half < USER_HALF_COUNT; half++)
			json__ratio(shares, user_half__name((enum user_half)half),
				    halves->weight > 0 ? halves->share[half] : NAN);
		json_object_object_add(object, sides[side], shares);
	}
	return object;
}

struct json_object *json_table__losses(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->loss_count; i++) {
		struct json_object *object = append_object(array);

		json__text(object, "kind", analysis->losses[i].name);
		json__integer(object, "count", analysis->losses[i].value);
		json__text(object, "meaning", analysis->losses[i].meaning);
	}
	return array;
}

struct json_object *json_table__thread_losses(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->thread_loss_count; i++) {
		const struct thread_loss_row *row = &analysis->thread_losses[i];
		struct json_object *object = append_object(array);

		json__integer(object, "thread", analysis->threads[row->thread].id);
		json__integer(object, "tid", analysis->threads[row->thread].tid);
		json__text(object, "kind", row->kind);
		json__integer(object, "count", row->count);
	}
	return array;
}

struct json_object *json_table__costs(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->cost_count; i++) {
		struct json_object *object = append_object(array);

		json__text(object, "name", analysis->costs[i].name);
		json__integer(object, "value", analysis->costs[i].value);
		json__text(object, "unit", analysis->costs[i].unit);
	}
	return array;
}

/* How dearly was sampled, from when on; in captures from before version 5 nothing is known of it.
 */
struct json_object *json_table__paces(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->pace_count; i++) {
		const struct pace_row *row = &analysis->paces[i];
		struct json_object *object = append_object(array);

		json__integer(object, "from_ns", row->time_ns - analysis->capture.t0_ns);
		json__text(object, "what", store_pace_kind__name(row->what));
		json__integer(object, "value", row->value);
		json__ratio(object, "cost_ratio", row->cost < 0 ? NAN : (double)row->cost / 1e6);
		json__text(object, "why", row->why);
	}
	return array;
}
