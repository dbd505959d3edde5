// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What runs through a capture: from the rings into the books, from the books into the file. */
#include "collector/capture_private.h"
#include "collector/now.h"
#include "collector/sideband.h"

#include <glib.h>
#include <unistd.h>

/* Off-CPU stacks a second and CPU that a capture of many threads aims at, and T's bounds. */
#define STACKS_PER_CPU 1500
#define MIN_STACK_PERIOD_NS 2000000LL
#define MAX_STACK_PERIOD_NS 1000000000LL

int capture__update_stack_period(struct capture *capture)
{
	int64_t threads = (int64_t)roster__living(capture->books.roster);
	int64_t per_second = STACKS_PER_CPU * sysconf(_SC_NPROCESSORS_ONLN);
	int64_t period_ns = CLAMP(threads * 1000000000LL / per_second, MIN_STACK_PERIOD_NS,
				  MAX_STACK_PERIOD_NS);
	int64_t now_ns = MAX(now__monotonic(), capture->books.window.t0_ns);

	return capture__store_failed(capture,
				     pacing__ask_stack_period(capture->pacing, period_ns, now_ns));
}

static void keep_record(void *ctx, const void *record, size_t size)
{
	struct capture *capture = ctx;

	capture->cost.records++;
	record_queue__add(capture->arrived, record, size);
}

/* The ring is emptied so often at least, whatever the collector is at. */
#define KEEP_UP_NS 20000000LL

static int gather(struct capture *capture)
{
	int status = engine__drain(capture->engine, keep_record, capture);

	capture->gathered_ns = now__monotonic();
	if (status)
		*capture->error = g_strdup_printf("reading the ring: %s", g_strerror(-status));
	return status;
}

int capture__keep_up(struct capture *capture)
{
	if (now__monotonic() - capture->gathered_ns < KEEP_UP_NS)
		return 0;
	return gather(capture);
}

/*
 * A program that is linked statically and whose code keeps frame pointers, as those of Go are,
 * needs no large copies of its stacks.
 */
static int judge(struct capture *capture, struct process *process)
{
	const struct mapping *only = space__only_file(process->space);
	bool keeps = false;
	int status = 0;

	process->judged = true;
	if (only) {
		status = modules__use(capture->modules, only->module, process->pid, only->start,
				      only->end);
		keeps = only->module->elf && elf_file__has_frame_pointers(only->module->elf);
	}
	if (status || keeps == process->keeps_frame_pointers)
		return status;
	process->keeps_frame_pointers = keeps;
	/* Without room for one more process its stacks are copied like any other's. */
	engine__keeps_frame_pointers(capture->engine, process->pid, keeps);
	return 0;
}

static void book_record(void *ctx, const void *record, size_t size)
{
	struct capture *capture = ctx;
	const struct wf_stack *stack = record;
	struct process *process;

	books__record(&capture->books, record, size);
	/* To read a file for the first time takes long where others want the CPU too. */
	if (!capture->books.status)
		capture->books.status = capture__keep_up(capture);
	if (stack->type != WF_RECORD_STACK || !(stack->flags & WF_STACK_COPIED))
		return;
	process = roster__process(capture->books.roster, (pid_t)stack->tgid);
	if (process && !process->judged && !capture->books.status)
		capture->books.status = judge(capture, process);
}

void capture__clock_event(void *ctx, const struct clock_event *event)
{
	struct capture *capture = ctx;

	if (event->type == CLOCK_SAMPLE) {
		if (!capture->t1_ns || event->time_ns < capture->t1_ns)
			books__sample(&capture->books, event, clock__max_chain(capture->clock));
	} else if (event->type == CLOCK_THROTTLED) {
		capture->clock_throttled++;
	} else if (event->type == CLOCK_LOST) {
		capture->clock_lost += (int64_t)event->lost;
	} else {
		sideband__event(capture->books.roster, capture->modules, event);
	}
}

/*
 * Records are copied out of the ring first and booked after the mappings of the clock's rings have
 * been taken: so every mapping that a stack may need is there. Samples wait for the next drain: so
 * every thread that they may hit has been booked.
 */
int capture__drain(struct capture *capture, int64_t samples_until_ns)
{
	int status = gather(capture);
	struct clock_until until = {.samples_ns = samples_until_ns, .others_ns = now__monotonic()};
	struct record_queue *arrived = capture->arrived;

	if (status)
		return status;
	capture->arrived = capture->queue;
	capture->queue = arrived;
	clock__drain(capture->clock, &until, capture__clock_event, capture);
	record_queue__take(capture->queue, book_record, capture);
	return capture__store_failed(capture, capture->books.status);
}

int capture__drain_all(struct capture *capture)
{
	int status = capture__drain(capture, 0);

	while (!status && !record_queue__is_empty(capture->arrived))
		status = capture__drain(capture, 0);
	return status;
}

static void book_lock(void *ctx, const struct wf_lock_key *key, const struct wf_lock_sum *sum)
{
	books__lock_waits(ctx, key, sum);
}

int capture__flush(struct capture *capture, uint32_t before, int64_t end_ns)
{
	struct books *books = &capture->books;
	int status = 0;

	while (!status && capture->slices_written < before) {
		uint32_t slice = capture->slices_written++;
		int64_t slice_end_ns = window__slice_end(&books->window, slice);
		struct store_slice row = {
			.id = (store_id)slice + 1,
			.start_ns = slice_end_ns - books->window.slice_ns,
			.end_ns = MIN(slice_end_ns, end_ns),
		};

		status = store_writer__slice(capture->writer, &row);
	}
	engine__take_moments(capture->engine, syscall_book__add, &capture->syscalls);
	if (!status)
		status = capture->syscalls.status;
	if (!status)
		status = engine__take_locks(capture->engine, before, book_lock, books);
	if (!status)
		status = tally__flush(books->tally, before);
	if (!status)
		status = lock_book__flush(books->locks, before);
	if (!status)
		status = probe_book__flush(books->calls, before);
	if (!status)
		status = store_writer__progress(
			capture->writer,
			MIN(window__slice_end(&books->window, before) - books->window.slice_ns,
			    end_ns));
	if (!status)
		status = store_writer__commit(capture->writer);
	return capture__store_failed(capture, status);
}
