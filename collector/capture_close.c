// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The end of a capture: what is open at t1 is closed there, and the kernel's books are read. */
#include "collector/capture_private.h"
#include "collector/losses.h"
#include "collector/now.h"
#include "collector/symbols.h"

#include <errno.h>
#include <glib.h>
#include <stddef.h>
#include <string.h>

/* How long a program that has begun before the window closed may still take. */
#define SETTLE_NS 2000000LL

/* What closing needs to know of every thread. */
struct closing {
	struct capture *capture;
	GHashTable *on_cpu; /* tid -> ns when it came on */
	GHashTable *books; /* struct thread -> struct store_oracle */
	bool slots_ran_out;
};

static void take_cpu(void *ctx, const struct wf_cpu *cpu)
{
	const struct closing *closing = ctx;

	if (cpu->on_ns && cpu->tid)
		g_hash_table_insert(closing->on_cpu, GUINT_TO_POINTER(cpu->tid),
				    g_memdup2(&cpu->on_ns, sizeof(cpu->on_ns)));
}

static int read_end_books(void *ctx, struct thread *thread)
{
	const struct closing *closing = ctx;
	struct store_oracle *books;
	char comm[PROCFS_COMM];
	int status;

	if (thread->end_ns)
		return 0;
	status = procfs__comm(thread->process->pid, thread->number, comm);
	if (status == -ENOENT || status == -ESRCH)
		return 0;
	/* Of one that is just leaving /proc the last name that was known stands. */
	if (!status)
		g_strlcpy(thread->comm, comm, sizeof(thread->comm));
	books = g_new(struct store_oracle, 1);
	procfs__books(thread->process->pid, thread->number, books);
	g_hash_table_insert(closing->books, thread, books);
	return 0;
}

static struct standing standing_of(const struct closing *closing, pid_t tid,
				   const struct thread *thread)
{
	const struct store_oracle *books = thread ? g_hash_table_lookup(closing->books, thread)
						  : NULL;
	pid_t number = thread ? thread->number : tid;
	const uint64_t *on_ns = g_hash_table_lookup(closing->on_cpu, GINT_TO_POINTER(number));
	struct standing standing = {
		.t1_ns = closing->capture->t1_ns,
		.unwatched = pacing__has_bounded(closing->capture->pacing),
		.slots_ran_out = closing->slots_ran_out,
		.gone = thread && !thread->end_ns && !books,
		.on_ns = on_ns ? (int64_t)*on_ns : 0,
	};

	if (thread && closing->slots_ran_out) {
		int letter = procfs__state(thread->process->pid, thread->number);

		standing.letter = MAX(letter, 0);
	}
	if (books)
		standing.books = *books;
	else
		memset(&standing.books, 0xff, sizeof(standing.books)); /* every figure unknown */
	return standing;
}

static void close_slot(void *ctx, const struct wf_thread *slot)
{
	const struct closing *closing = ctx;
	struct books *books = &closing->capture->books;
	struct thread *thread = roster__find_thread(books->roster, (pid_t)slot->tid);
	struct standing standing = standing_of(closing, (pid_t)slot->tid, thread);

	books__close_slot(books, slot, &standing);
}

static int close_unseen(void *ctx, struct thread *thread)
{
	const struct closing *closing = ctx;
	struct standing standing = standing_of(closing, thread->tid, thread);

	books__close_unseen(&closing->capture->books, thread, &standing);
	return 0;
}

/* What has been added between two readings; unknown where one of them is. */
static struct store_oracle difference(const struct store_oracle *before,
				      const struct store_oracle *after)
{
	static const size_t figures[] = {
		offsetof(struct store_oracle, run_ns),
		offsetof(struct store_oracle, runqueue_ns),
		offsetof(struct store_oracle, voluntary),
		offsetof(struct store_oracle, involuntary),
	};
	struct store_oracle out = *after;

	for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
		const int64_t *from = (const void *)((const char *)before + figures[i]);
		int64_t *figure = (void *)((char *)&out + figures[i]);

		*figure = *from < 0 || *figure < 0 ? -1 : *figure - *from;
	}
	return out;
}

static int write_oracle(void *ctx, struct thread *thread)
{
	const struct closing *closing = ctx;
	const struct store_oracle *after = g_hash_table_lookup(closing->books, thread);
	const struct store_oracle *before = thread->snapshot ? &thread->snapshot->books : NULL;

	if (!before || !after || thread->end_ns)
		return 0;
	struct store_oracle row = difference(before, after);

	io_book__add_to_oracle(closing->capture->io, thread, &row);
	row.thread = roster__id(closing->capture->books.roster, thread);
	return row.thread < 0 ? (int)row.thread
			      : store_writer__oracle(closing->capture->writer, &row);
}

static void book_record(void *ctx, const void *record, size_t size)
{
	books__record(ctx, record, size);
}

static int close_books(struct capture *capture)
{
	struct closing closing = {
		.capture = capture,
		.slots_ran_out = engine__losses(capture->engine).threads > 0,
		.on_cpu = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free),
		.books = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free),
	};
	const struct clock_until all = {.samples_ns = INT64_MAX, .others_ns = INT64_MAX};
	int status;

	/* First of all, so that the kernel's books are of the same moment. */
	roster__each_thread(capture->books.roster, read_end_books, &closing);
	capture->cost.oracle_skew_ns =
		MAX(capture->cost.oracle_skew_ns, now__monotonic() - capture->t1_ns);
	io_book__end(capture->io, capture->books.roster);
	capture->cost.io_skew_ns = MAX(capture->cost.io_skew_ns, now__monotonic() - capture->t1_ns);
	clock__stop(capture->clock);
	engine__stop_moments(capture->engine);
	now__sleep(SETTLE_NS);
	status = engine__each_cpu(capture->engine, take_cpu, &closing);
	if (!status)
		status = capture__drain_all(capture);
	if (!status) {
		engine__each_slot(capture->engine, close_slot, &closing);
		roster__each_thread(capture->books.roster, close_unseen, &closing);
		engine__take_calls(capture->engine, book_record, &capture->books);
		clock__drain(capture->clock, &all, capture__clock_event, capture);
		status = capture__store_failed(capture, capture->books.status);
	}
	if (!status)
		status = capture__flush(
			capture, window__slice(&capture->books.window, capture->t1_ns - 1) + 1,
			capture->t1_ns);
	if (!status)
		status = capture__store_failed(capture, probe_book__finish(capture->books.calls));
	if (!status)
		status =
			capture__store_failed(capture, roster__each_thread(capture->books.roster,
									   write_oracle, &closing));
	if (!status)
		status = capture__store_failed(
			capture,
			io_book__write(capture->io, capture->books.roster, capture->writer));
	g_hash_table_destroy(closing.on_cpu);
	g_hash_table_destroy(closing.books);
	return status;
}

int capture__close_window(struct capture *capture)
{
	int64_t now_ns;

	struct pacing_time time = capture__time(capture);

	pacing__end(capture->pacing, &time, &capture->cost);
	now_ns = now__monotonic();
	/* Told too late, a program may have booked past the end: then the end is put off. */
	while (!capture->t1_ns || (capture->t1_ns > now_ns + AHEAD_NS) || capture->closes_late) {
		capture->t1_ns = now_ns + AHEAD_NS;
		engine__close_window(capture->engine, capture->t1_ns);
		now_ns = now__monotonic();
		capture->closes_late = now_ns >= capture->t1_ns;
	}
	now__sleep(capture->t1_ns - now_ns);
	return close_books(capture);
}

int capture__finish(struct capture *capture, int64_t *losses_total)
{
	struct wf_losses kernel = engine__losses(capture->engine);
	struct symbols_result symbols = {0};
	int64_t unmapped = stack_table__unmapped(capture->books.stacks);
	struct losses losses = {
		.clock_records = capture->clock_lost,
		.unmatched_stacks = capture->books.unmatched,
		.ending_samples = capture->books.ending,
		.unplaced_samples = capture->books.unplaced,
		.cut_stacks = stack_table__cut(capture->books.stacks),
		.broken_stacks = stack_table__broken(capture->books.stacks),
		.half_stacks = stack_table__halves(capture->books.stacks),
		.unknown_waits = capture->books.unknown_waits,
		.unknown_calls = capture->books.unknown_calls,
		.unknown_syscalls = capture->syscalls.unknown,
		.uncounted_calls = probe_book__uncounted(capture->books.calls),
		.throttled = capture->clock_throttled,
		.missed_runs = (int64_t)engine__missed(capture->engine),
		.switches = (int64_t)engine__unseen(capture->engine),
		.unfollowed = capture__unfollowed(capture),
		.unread_io = io_book__unread(capture->io, capture->books.roster),
		.no_kernel_symbols = kallsyms__is_empty(capture->kallsyms),
		.gaps = engine__facts(capture->engine).gaps,
	};
	int status;

	capture->engine_name = g_strdup(engine__facts(capture->engine).backend);
	capture->engine_why = g_strdup(engine__facts(capture->engine).why);
	capture->points = probe_set__summary(engine__facts(capture->engine).probes);
	/* The target is left alone from here on. */
	engine__close(capture->engine);
	capture->engine = NULL;
	clock__close(capture->clock);
	capture->clock = NULL;
	status = symbols__resolve(capture->modules, capture->writer, &symbols);
	losses.unnamed_frames = symbols.unnamed + unmapped;
	losses.refused_files = symbols.refused_files;
	if (!status)
		status = roster__finish(capture->books.roster, capture->t1_ns);
	if (!status)
		status = longest__write(capture->books.longest, capture->writer,
					capture->books.roster);
	if (!status)
		status = losses__write(capture->writer, &kernel, &losses, losses_total);
	if (!status)
		status = losses__write_threads(capture->writer, capture->books.roster);
	capture->cost.reader_cpu_ns = elf_reader__cpu_ns(capture->reader);
	if (!status)
		status = cost__write(&capture->cost, capture->t1_ns - capture->books.window.t0_ns,
				     capture->writer);
	return capture__store_failed(capture, status);
}
