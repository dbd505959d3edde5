// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The course of a capture: attach, open the window, pass it, close it, name and write. */
#include "collector/books.h"
#include "collector/collector.h"
#include "collector/cost.h"
#include "collector/engine.h"
#include "collector/kallsyms.h"
#include "collector/losses.h"
#include "collector/now.h"
#include "collector/privileges.h"
#include "collector/record_queue.h"
#include "collector/sideband.h"
#include "collector/symbols.h"
#include "collector/target.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define TICK_NS 100000000LL
/* The programs must know the window's ends before they come. */
#define AHEAD_NS 1000000LL
/* How long a program that has begun before the window closed may still take. */
#define SETTLE_NS 2000000LL
/* The part of the window with the kernel's BPF statistics on. */
#define STATS_NS 200000000LL
#define SPARE_SLOTS 4096
#define KEPT_SPANS 1000
/* Off-CPU stacks a second and CPU that a capture of many threads aims at, and T's bounds. */
#define STACKS_PER_CPU 1500
#define MIN_STACK_PERIOD_NS 2000000LL
#define MAX_STACK_PERIOD_NS 1000000000LL

struct capture {
	const struct collector_options *options;
	struct target *target;
	char *path;
	struct store_writer *writer;
	struct kallsyms *kallsyms;
	struct engine *engine;
	struct clock *clock;
	struct modules *modules;
	struct record_queue *queue;
	struct books books;
	struct cost cost;
	int64_t cpu_at_t0;
	int64_t t1_ns; /* 0: not set yet */
	int64_t stack_period_ns;
	int64_t clock_lost;
	uint32_t slices_written;
	bool opened; /* something has been recorded: the file stays */
	const char *ended_by;
	char **error;
};

/* Errors of the writer are told in SQLite's words. */
static int store_failed(struct capture *capture, int status)
{
	if (status && !*capture->error)
		*capture->error = g_strdup_printf("%s: %s", capture->path,
						  store_writer__error(capture->writer));
	return status;
}

static void update_stack_period(struct capture *capture)
{
	int64_t threads = (int64_t)roster__living(capture->books.roster);
	int64_t per_second = STACKS_PER_CPU * sysconf(_SC_NPROCESSORS_ONLN);

	capture->stack_period_ns = CLAMP(threads * 1000000000LL / per_second, MIN_STACK_PERIOD_NS,
					 MAX_STACK_PERIOD_NS);
	engine__set_stack_period(capture->engine, capture->stack_period_ns);
}

static int count_thread(void *ctx, pid_t tid)
{
	(void)tid;
	++*(size_t *)ctx;
	return 0;
}

static int open_engine(struct capture *capture)
{
	size_t pid_count, threads = 0;
	const pid_t *pids = target__pids(capture->target, &pid_count);
	int status;

	for (size_t i = 0; i < pid_count; i++)
		procfs__each_thread(pids[i], count_thread, &threads);
	status = engine__open(&capture->engine, threads * 2 + SPARE_SLOTS, capture->error);
	for (size_t i = 0; !status && i < pid_count; i++) {
		status = engine__add_target(capture->engine, pids[i]);
		if (status)
			*capture->error = g_strdup_printf("adding process %d: %s", pids[i],
							  g_strerror(-status));
	}
	if (status)
		return status;
	engine__set_stack_period(capture->engine, MIN_STACK_PERIOD_NS);
	return engine__attach(capture->engine, capture->error);
}

struct listing {
	struct roster *roster;
	pid_t pid;
};

static int snapshot_thread(void *ctx, pid_t tid)
{
	const struct listing *listing = ctx;
	struct thread_snapshot *snapshot = g_new0(struct thread_snapshot, 1);
	struct thread *thread;

	/* A first thread that has ended stays listed as a zombie while others live. */
	if (procfs__sleep(listing->pid, tid, &snapshot->sleep) || snapshot->sleep.state == 'Z' ||
	    snapshot->sleep.state == 'X') {
		g_free(snapshot);
		return 0;
	}
	thread = roster__thread(listing->roster, listing->pid, tid, 0);
	g_free(thread->snapshot);
	thread->snapshot = snapshot;
	procfs__comm(listing->pid, tid, thread->comm);
	return 0;
}

static int snapshot_process(struct capture *capture, pid_t pid)
{
	struct listing listing = {.roster = capture->books.roster, .pid = pid};
	struct procfs_process info = {0};
	int status = procfs__process(pid, &info);

	if (!status) {
		struct process *process = roster__add_process(capture->books.roster, pid, &info);

		status = sideband__read_mappings(process, capture->modules);
	}
	g_free(info.exe);
	if (!status)
		status = procfs__each_thread(pid, snapshot_thread, &listing);
	if (status)
		*capture->error = g_strdup_printf("process %d: %s", pid,
						  status == -ESRCH ? "it has just ended"
								   : g_strerror(-status));
	return status;
}

static int read_start_books(void *ctx, struct thread *thread)
{
	(void)ctx;
	if (thread->snapshot)
		procfs__books(thread->process->pid, thread->tid, &thread->snapshot->books);
	return 0;
}

static int write_capture_row(struct capture *capture)
{
	struct utsname system = {0};
	struct store_capture row = {
		.tool_version = WALLFLAME_VERSION,
		.host = system.nodename,
		.kernel = system.release,
		.machine = system.machine,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
		.started_unix_ns =
			now__realtime() + (capture->books.window.t0_ns - now__monotonic()),
		.t0_ns = capture->books.window.t0_ns,
		.progress_ns = capture->books.window.t0_ns,
		.slice_ns = capture->books.window.slice_ns,
		.backend = "bpf-raw-tracepoint",
		.cpu_clock = clock__name(capture->clock),
		.cpu_clock_hz = capture->options->sample_hz,
		.lock_backend = engine__has_locks(capture->engine) ? "contention-tracepoints"
								   : "none",
		.stack_period_ns = capture->stack_period_ns,
		.target = target__title(capture->target),
	};
	int status;

	uname(&system);
	status = store_writer__capture(capture->writer, &row);
	if (!status)
		status = store_writer__commit(capture->writer);
	return store_failed(capture, status);
}

static int open_window(struct capture *capture)
{
	int status;

	update_stack_period(capture);
	capture->cpu_at_t0 = cost__cpu_now();
	capture->books.window.t0_ns = now__monotonic() + AHEAD_NS;
	engine__open_window(capture->engine, capture->books.window.t0_ns);
	if (capture->options->duration_ns) {
		capture->t1_ns = capture->books.window.t0_ns + capture->options->duration_ns;
		engine__close_window(capture->engine, capture->t1_ns);
	}
	roster__set_t0(capture->books.roster, capture->books.window.t0_ns);
	now__sleep(capture->books.window.t0_ns - now__monotonic());
	status = target__release(capture->target, capture->error);
	if (status)
		return status;
	/* As at the end of the window: as long after t0 as the others are read after t1. */
	roster__each_thread(capture->books.roster, read_start_books, NULL);
	capture->cost.oracle_skew_ns = now__monotonic() - capture->books.window.t0_ns;
	engine__start_stats(capture->engine); /* where it is refused, the cost shows no runs */
	return write_capture_row(capture);
}

static int attach(struct capture *capture)
{
	size_t pid_count;
	const pid_t *pids = target__pids(capture->target, &pid_count);
	int status = kallsyms__load(&capture->kallsyms);

	if (status) {
		*capture->error = g_strdup_printf("/proc/kallsyms: %s", g_strerror(-status));
		return status;
	}
	capture->modules = modules__new(capture->writer);
	capture->queue = record_queue__new();
	capture->books.roster = roster__new(capture->writer);
	capture->books.stacks =
		stack_table__new(capture->writer, capture->modules, capture->kallsyms);
	capture->books.tally = tally__new(capture->writer, capture->books.roster);
	capture->books.locks = lock_book__new(capture->writer, capture->books.roster);
	capture->books.longest = longest__new(KEPT_SPANS);
	capture->books.window.slice_ns = ENGINE_SLICE_NS;
	status = open_engine(capture);
	if (!status)
		status = clock__open(&capture->clock, capture->options->sample_hz, capture->error);
	for (size_t i = 0; !status && i < pid_count; i++)
		status = snapshot_process(capture, pids[i]);
	return status;
}

static void keep_record(void *ctx, const void *record, size_t size)
{
	struct capture *capture = ctx;

	capture->cost.records++;
	record_queue__add(capture->queue, record, size);
}

static void book_record(void *ctx, const void *record, size_t size)
{
	books__record(ctx, record, size);
}

static void on_clock_event(void *ctx, const struct clock_event *event)
{
	struct capture *capture = ctx;

	if (event->type == CLOCK_SAMPLE) {
		if (!capture->t1_ns || event->time_ns < capture->t1_ns)
			books__sample(&capture->books, event, clock__max_chain(capture->clock));
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
static int drain(struct capture *capture, int64_t samples_until_ns)
{
	int status = engine__drain(capture->engine, keep_record, capture);

	if (status) {
		*capture->error = g_strdup_printf("reading the ring: %s", g_strerror(-status));
		return status;
	}
	clock__drain(capture->clock, samples_until_ns, on_clock_event, capture);
	record_queue__take(capture->queue, book_record, &capture->books);
	return store_failed(capture, capture->books.status);
}

static void book_lock(void *ctx, const struct wf_lock_key *key, const struct wf_lock_sum *sum)
{
	books__lock_waits(ctx, key, sum);
}

/* Writes everything of slices below `before`; those that are not over end at end_ns. */
static int flush(struct capture *capture, uint32_t before, int64_t end_ns)
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
	if (!status)
		status = engine__take_locks(capture->engine, before, book_lock, books);
	if (!status)
		status = tally__flush(books->tally, before);
	if (!status)
		status = lock_book__flush(books->locks, before);
	if (!status)
		status = store_writer__progress(
			capture->writer,
			MIN(window__slice_end(&books->window, before) - books->window.slice_ns,
			    end_ns));
	if (!status)
		status = store_writer__commit(capture->writer);
	return store_failed(capture, status);
}

static void stop_stats(struct capture *capture, int64_t now_ns)
{
	if (capture->cost.bpf_measured_ns)
		return;
	capture->cost.bpf = engine__stop_stats(capture->engine);
	capture->cost.bpf_measured_ns = now_ns - capture->books.window.t0_ns;
}

/* Why the capture ends now, or NULL. */
static const char *reason_to_end(const struct capture *capture, int64_t now_ns)
{
	if (capture->t1_ns && now_ns >= capture->t1_ns)
		return "duration";
	if (capture->options->stop && *capture->options->stop)
		return "interrupt";
	return target__has_ended(capture->target) ? "target-exit" : NULL;
}

static void wait_until(const struct capture *capture, int64_t until_ns)
{
	struct pollfd ring = {.fd = engine__fd(capture->engine), .events = POLLIN};
	int64_t left_ns = MAX(until_ns - now__monotonic(), 0);
	struct timespec timeout = now__timespec(left_ns);

	ppoll(&ring, 1, &timeout,
	      NULL); /* a signal ends it too: that is what the stop flag is for */
}

static void tell_progress(const struct capture *capture, int64_t now_ns, collector_progress_fn tell,
			  void *ctx)
{
	struct collector_progress progress = {
		.elapsed_ns = MAX(now_ns - capture->books.window.t0_ns, 0),
		.duration_ns = capture->options->duration_ns,
		.threads = roster__living(capture->books.roster),
		.bytes = store_writer__bytes(capture->writer),
	};

	if (tell)
		tell(ctx, &progress);
}

static int pass_window(struct capture *capture, collector_progress_fn tell, void *ctx)
{
	const struct window *window = &capture->books.window;
	int64_t last_ns = 0;
	uint32_t flushed = 0;
	int status = 0;

	while (!status) {
		int64_t now_ns = now__monotonic();
		int64_t tick_end_ns = now_ns + TICK_NS;
		uint32_t slice = now_ns > window->t0_ns ? window__slice(window, now_ns) : 0;

		capture->ended_by = reason_to_end(capture, now_ns);
		if (capture->ended_by)
			break;
		if (now_ns - window->t0_ns >= STATS_NS)
			stop_stats(capture, now_ns);
		status = drain(capture, last_ns);
		last_ns = now_ns;
		/* The slice before this one may still get records that are on their way. */
		if (!status && slice > flushed + 1) {
			flushed = slice - 1;
			update_stack_period(capture);
			status = flush(capture, flushed, INT64_MAX);
		}
		tell_progress(capture, now_ns, tell, ctx);
		wait_until(capture,
			   capture->t1_ns ? MIN(tick_end_ns, capture->t1_ns) : tick_end_ns);
	}
	return status;
}

/* What closing needs to know of every thread. */
struct closing {
	struct capture *capture;
	GHashTable *on_cpu; /* tid -> ns when it came on */
	GHashTable *books; /* struct thread -> struct procfs_books */
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
	struct procfs_books *books;

	if (thread->end_ns)
		return 0;
	books = g_new(struct procfs_books, 1);
	procfs__books(thread->process->pid, thread->tid, books);
	g_hash_table_insert(closing->books, thread, books);
	return 0;
}

static struct standing standing_of(const struct closing *closing, pid_t tid,
				   const struct thread *thread)
{
	const struct procfs_books *books = thread ? g_hash_table_lookup(closing->books, thread)
						  : NULL;
	const uint64_t *on_ns = g_hash_table_lookup(closing->on_cpu, GINT_TO_POINTER(tid));
	struct standing standing = {
		.t1_ns = closing->capture->t1_ns,
		.on_ns = on_ns ? (int64_t)*on_ns : 0,
	};

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

/* The difference of two readings; unknown when one of them is. */
static int64_t grown(int64_t before, int64_t after)
{
	return before < 0 || after < 0 ? -1 : after - before;
}

static int write_oracle(void *ctx, struct thread *thread)
{
	const struct closing *closing = ctx;
	const struct procfs_books *after = g_hash_table_lookup(closing->books, thread);
	const struct procfs_books *before = thread->snapshot ? &thread->snapshot->books : NULL;

	if (!before || !after || thread->end_ns)
		return 0;
	struct store_oracle row = {
		.thread = roster__id(closing->capture->books.roster, thread),
		.run_ns = grown(before->run_ns, after->run_ns),
		.runqueue_ns = grown(before->runqueue_ns, after->runqueue_ns),
		.voluntary = grown(before->voluntary, after->voluntary),
		.involuntary = grown(before->involuntary, after->involuntary),
		.read_calls = grown(before->read_calls, after->read_calls),
		.read_bytes = grown(before->read_bytes, after->read_bytes),
		.write_calls = grown(before->write_calls, after->write_calls),
		.write_bytes = grown(before->write_bytes, after->write_bytes),
		.device_read_bytes = grown(before->device_read_bytes, after->device_read_bytes),
		.device_write_bytes = grown(before->device_write_bytes, after->device_write_bytes),
	};

	return row.thread < 0 ? (int)row.thread
			      : store_writer__oracle(closing->capture->writer, &row);
}

static int close_books(struct capture *capture)
{
	struct closing closing = {
		.capture = capture,
		.on_cpu = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free),
		.books = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free),
	};
	int status;

	/* First of all, so that the kernel's books are of the same moment. */
	roster__each_thread(capture->books.roster, read_end_books, &closing);
	clock__stop(capture->clock);
	now__sleep(SETTLE_NS);
	status = engine__each_cpu(capture->engine, take_cpu, &closing);
	if (!status)
		status = drain(capture, 0);
	if (!status) {
		engine__each_slot(capture->engine, close_slot, &closing);
		roster__each_thread(capture->books.roster, close_unseen, &closing);
		clock__drain(capture->clock, INT64_MAX, on_clock_event, capture);
		status = store_failed(capture, capture->books.status);
	}
	if (!status)
		status = flush(capture,
			       window__slice(&capture->books.window, capture->t1_ns - 1) + 1,
			       capture->t1_ns);
	if (!status)
		status = store_failed(capture, roster__each_thread(capture->books.roster,
								   write_oracle, &closing));
	g_hash_table_destroy(closing.on_cpu);
	g_hash_table_destroy(closing.books);
	return status;
}

static int close_window(struct capture *capture)
{
	int64_t now_ns = now__monotonic();

	stop_stats(capture, now_ns);
	if (!capture->t1_ns || capture->t1_ns > now_ns + AHEAD_NS) {
		capture->t1_ns = now_ns + AHEAD_NS;
		engine__close_window(capture->engine, capture->t1_ns);
	}
	now__sleep(capture->t1_ns - now_ns);
	return close_books(capture);
}

static int finish(struct capture *capture, int64_t *losses_total)
{
	struct wf_losses kernel = engine__losses(capture->engine);
	struct symbols_result symbols = {0};
	struct losses losses = {
		.clock_records = capture->clock_lost,
		.unmatched_stacks = capture->books.unmatched,
		.unplaced_samples = capture->books.unplaced,
		.cut_stacks = stack_table__cut(capture->books.stacks),
		.broken_stacks = stack_table__broken(capture->books.stacks),
		.no_kernel_symbols = kallsyms__is_empty(capture->kallsyms),
		.no_lock_tracepoints = !engine__has_locks(capture->engine),
	};
	int status;

	/* The target is left alone from here on. */
	engine__close(capture->engine);
	capture->engine = NULL;
	clock__close(capture->clock);
	capture->clock = NULL;
	status = symbols__resolve(capture->modules, capture->writer, &symbols);
	losses.unnamed_frames = symbols.unnamed;
	if (!status)
		status = roster__finish(capture->books.roster, capture->t1_ns);
	if (!status)
		status = longest__write(capture->books.longest, capture->writer,
					capture->books.roster);
	if (!status)
		status = losses__write(capture->writer, &kernel, &losses, losses_total);
	if (!status)
		status = cost__write(&capture->cost, capture->writer);
	return store_failed(capture, status);
}

static int open_target(struct capture *capture)
{
	const struct collector_options *options = capture->options;

	if (options->command)
		return target__of_command(&capture->target, options->command, capture->error);
	return target__of_pids(&capture->target, options->pids, options->pid_count, capture->error);
}

static int record(struct capture *capture, collector_progress_fn tell, void *ctx,
		  struct collector_result *result)
{
	const struct collector_options *options = capture->options;
	int status = privileges__check(capture->error);

	if (!status)
		status = open_target(capture);
	if (status)
		return status;
	capture->path = options->output ? g_strdup(options->output)
					: target__file_name(capture->target);
	status = store_writer__create(&capture->writer, capture->path, options->replace,
				      capture->error);
	if (!status)
		status = attach(capture);
	if (!status)
		status = open_window(capture);
	if (status)
		return status;
	capture->opened = true;
	status = pass_window(capture, tell, ctx);
	if (!status)
		status = close_window(capture);
	if (!status) {
		capture->cost.window_cpu_ns = cost__cpu_now() - capture->cpu_at_t0;
		status = finish(capture, &result->losses);
	}
	return status;
}

static void free_parts(struct capture *capture)
{
	engine__close(capture->engine);
	clock__close(capture->clock);
	longest__free(capture->books.longest);
	lock_book__free(capture->books.locks);
	tally__free(capture->books.tally);
	stack_table__free(capture->books.stacks);
	roster__free(capture->books.roster);
	record_queue__free(capture->queue);
	modules__free(capture->modules);
	kallsyms__free(capture->kallsyms);
	target__free(capture->target);
	g_free(capture->path);
}

int collector__run(const struct collector_options *options, collector_progress_fn progress,
		   void *ctx, struct collector_result *result, char **error)
{
	struct capture capture = {.options = options, .error = error};
	int status;

	*error = NULL;
	*result = (struct collector_result){0};
	status = record(&capture, progress, ctx, result);
	if (!status) {
		result->threads = roster__count(capture.books.roster);
		result->bytes = store_writer__bytes(capture.writer);
		status = store_writer__close(capture.writer, capture.t1_ns, capture.ended_by,
					     capture.stack_period_ns, error);
	} else if (capture.writer) {
		store_writer__abandon(capture.writer, !capture.opened);
	}
	if (!status) {
		result->path = g_strdup(capture.path);
		result->window_ns = capture.t1_ns - capture.books.window.t0_ns;
		result->command_pid = target__command_pid(capture.target);
		result->command_runs = !target__status(capture.target, &result->command_status);
	}
	free_parts(&capture);
	return status;
}
