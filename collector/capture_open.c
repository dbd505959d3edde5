// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The beginning of a capture: everything is attached before the window opens. */
#include "collector/capture_private.h"
#include "collector/clock_scope.h"
#include "collector/now.h"
#include "collector/sideband.h"
#include "collector/sleeper.h"

#include <glib.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Of all CPUs, where no budget is asked for. */
#define DEFAULT_BUDGET 0.01
#define SPARE_SLOTS 4096
#define KEPT_SPANS 1000
/* A moment of rest before the window opens: who waited for the CPU that this process had shall not
 * do so as it opens, for the kernel books a wait whole when it ends. */
#define REST_NS 5000000LL

/* The processes to begin with. */
static const pid_t *target_of(const struct capture *capture, size_t *count)
{
	const struct collector_options *options = capture->options;

	if (capture->pids->len) {
		*count = capture->pids->len;
		return &g_array_index(capture->pids, pid_t, 0);
	}
	if (!options->pid_count)
		return target__pids(capture->target, count);
	*count = options->pid_count;
	return options->pids;
}

static int count_thread(void *ctx, pid_t tid)
{
	(void)tid;
	++*(size_t *)ctx;
	return 0;
}

static void open_pacing(struct capture *capture)
{
	const struct collector_options *options = capture->options;
	struct pacing_config config = {
		.engine = capture->engine,
		.share = options->budget_share > 0 ? options->budget_share : DEFAULT_BUDGET,
		.asked_for = options->budget_share > 0,
		.hz = options->sample_hz,
		.keeps_hz = options->keeps_hz && options->budget_share <= 0,
	};

	capture->pacing = pacing__new(&config);
}

static int open_engine(struct capture *capture)
{
	size_t pid_count, threads = 0;
	const pid_t *pids = target_of(capture, &pid_count);
	int status;

	for (size_t i = 0; i < pid_count; i++)
		procfs__each_thread(pids[i], count_thread, &threads);
	struct engine_config config = {
		.choice = capture->options->engine,
		.backend = capture->options->backend,
		.pids = pids,
		.pid_count = pid_count,
		.threads = threads * 2 + SPARE_SLOTS,
		.slice_ns = capture->options->slice_ns,
		.syscall_share_ppm = capture->options->syscall_share_ppm,
		.bounds_ledger = capture->options->budget_share > 0 &&
				 capture->options->budget_share < 1,
	};

	status = engine__open(&capture->engine, &config, capture->error);
	if (status)
		return status;
	open_pacing(capture);
	status = capture__update_stack_period(capture);
	return status ? status : engine__attach(capture->engine, capture->error);
}

/* After the programs are there: then the kernel names what calls them, too. */
static int open_stacks(struct capture *capture)
{
	int status = kallsyms__load(&capture->kallsyms);

	if (status) {
		*capture->error = g_strdup_printf("/proc/kallsyms: %s", g_strerror(-status));
		return status;
	}
	capture->books.stacks =
		stack_table__new(capture->writer, capture->modules, capture->kallsyms);
	return 0;
}

struct listing {
	struct capture *capture;
	struct process *process;
	struct sleeper_registers *registers;
	bool mapped; /* its mappings have been read */
};

static int snapshot_thread(void *ctx, pid_t tid)
{
	struct listing *listing = ctx;
	struct capture *capture = listing->capture;
	struct thread_snapshot *snapshot = g_new0(struct thread_snapshot, 1);
	pid_t pid = listing->process->pid;
	struct thread *thread;

	/* A first thread that has ended stays listed as a zombie while others live. */
	if (procfs__sleep(pid, tid, &snapshot->sleep) || snapshot->sleep.state == 'Z' ||
	    snapshot->sleep.state == 'X') {
		g_free(snapshot);
		return 0;
	}
	thread = roster__thread(capture->books.roster, pid, tid, 0);
	g_free(thread->snapshot);
	thread->snapshot = snapshot;
	procfs__comm(pid, tid, thread->comm);
	if (!listing->mapped)
		listing->mapped = !sideband__read_mappings(listing->process, tid, capture->modules);
	if (snapshot->sleep.state == 'R')
		return 0;
	snapshot->stack = sleeper__stack(capture->books.stacks, listing->registers,
					 listing->process, tid, &snapshot->sleep, now__monotonic());
	return snapshot->stack < 0 ? (int)snapshot->stack : capture__keep_up(capture);
}

static int snapshot_process(struct capture *capture, struct sleeper_registers *registers, pid_t pid)
{
	struct listing listing = {.capture = capture, .registers = registers};
	struct procfs_process info = {0};
	int status = procfs__process(pid, &info);

	if (!status)
		listing.process = roster__add_process(capture->books.roster, pid, &info);
	g_free(info.exe);
	if (!status)
		status = procfs__each_thread(pid, snapshot_thread, &listing);
	/* It ended after it had been seen last. */
	if (status == -ESRCH && capture->options->relay)
		status = 0;
	if (status && !*capture->error && store_writer__error(capture->writer))
		return capture__store_failed(capture, status);
	if (status && !*capture->error)
		*capture->error = g_strdup_printf("process %d: %s", pid,
						  status == -ESRCH ? "it has just ended"
								   : g_strerror(-status));
	return status;
}

int capture__snapshot(struct capture *capture, const pid_t *pids, size_t count)
{
	struct sleeper_registers *registers = sleeper_registers__new();
	int status = 0;

	for (size_t i = 0; !status && i < count; i++)
		status = snapshot_process(capture, registers, pids[i]);
	sleeper_registers__free(registers);
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
	struct engine_facts facts = engine__facts(capture->engine);
	store_id probes[WF_PROBES] = {0};
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
		.backend = facts.backend,
		.cpu_clock = clock__name(capture->clock),
		.cpu_clock_hz = capture->options->sample_hz,
		.lock_backend = facts.lock_backend,
		.stack_period_ns = pacing__stack_period_ns(capture->pacing),
		.target = target__title(capture->target),
	};
	const struct store_call_sampling sampling = {
		.share_ppm = capture->options->syscall_share_ppm,
		.added_ns = facts.syscall_added_ns,
		.note = facts.no_syscalls,
	};
	int status;

	uname(&system);
	status = store_writer__capture(capture->writer, &row);
	if (!status)
		status = probe_set__write(facts.probes, capture->writer, probes);
	probe_book__set_ids(capture->books.calls, probes);
	if (!status)
		status = store_writer__call_sampling(capture->writer, &sampling);
	if (!status)
		status = store_writer__commit(capture->writer);
	return capture__store_failed(capture, status);
}

static void begin_io(struct capture *capture)
{
	int64_t t0_ns = capture->books.window.t0_ns;
	pid_t command = target__command_pid(capture->target);

	if (target__is_held(capture->target))
		io_book__hold(capture->io, capture->books.roster, command);
	io_book__begin(capture->io, capture->books.roster, t0_ns);
	capture->cost.io_skew_ns = now__monotonic() - t0_ns;
}

int capture__open_window(struct capture *capture)
{
	bool held = target__is_held(capture->target);
	struct pacing_time time;
	int64_t turn_ns = 0;
	int status = 0;

	if (capture->options->relay)
		status = capture__take_turn(capture, &turn_ns);
	if (!status)
		status = capture__update_stack_period(capture);
	if (status)
		return status;
	capture->books.window.t0_ns = MAX(now__monotonic() + REST_NS, turn_ns);
	engine__open_window(capture->engine, capture->books.window.t0_ns);
	if (capture->options->duration_ns) {
		capture->t1_ns = capture->books.window.t0_ns + capture->options->duration_ns;
		engine__close_window(capture->engine, capture->t1_ns);
	}
	roster__set_t0(capture->books.roster, capture->books.window.t0_ns);
	status = capture__await_opening(capture);
	if (status)
		return status;
	time = capture__time(capture);
	capture->cpu_at_t0 = time.cpu_ns + time.reader_cpu_ns;
	now__sleep(capture->books.window.t0_ns - now__monotonic());
	/* A command is read before it runs: so nothing of it is missed from its exec(2) on. */
	if (held)
		begin_io(capture);
	status = target__release(capture->target, capture->error);
	if (status)
		return status;
	/* As at the end of the window: as long after t0 as the others are read after t1. */
	roster__each_thread(capture->books.roster, read_start_books, NULL);
	capture->cost.oracle_skew_ns = now__monotonic() - capture->books.window.t0_ns;
	if (!held)
		begin_io(capture);
	status = write_capture_row(capture);
	time = capture__time(capture);
	return status ? status
		      : capture__store_failed(capture,
					      pacing__begin(capture->pacing, capture->clock,
							    capture->writer,
							    capture->books.window.t0_ns, &time));
}

static int open_clock(struct capture *capture)
{
	size_t pid_count;
	const pid_t *pids = target_of(capture, &pid_count);
	struct clock_scope scope = clock_scope__beside(capture->engine, pids, pid_count);
	int filter = engine__clock_filter(capture->engine);

	if (filter >= 0)
		scope.filter = &filter;
	return clock__open(&capture->clock, capture->options->sample_hz, &scope, capture->error);
}

int capture__attach(struct capture *capture)
{
	int status = capture__ask_for_target(capture);
	size_t pid_count;
	const pid_t *pids = target_of(capture, &pid_count);

	if (status)
		return status;
	capture->modules = modules__new(capture->writer, capture->reader);
	capture->arrived = record_queue__new();
	capture->queue = record_queue__new();
	capture->books.roster = roster__new(capture->writer);
	capture->books.tally = tally__new(capture->writer, capture->books.roster);
	capture->books.locks = lock_book__new(capture->writer, capture->books.roster);
	capture->books.calls = probe_book__new(capture->writer, capture->books.roster);
	capture->books.longest = longest__new(KEPT_SPANS);
	capture->io = io_book__new();
	capture->syscalls =
		(struct syscall_book){.writer = capture->writer, .roster = capture->books.roster};
	capture->books.window.slice_ns = capture->options->slice_ns;
	status = open_engine(capture);
	if (!status)
		status = open_stacks(capture);
	if (!status)
		status = open_clock(capture);
	return status ? status : capture__snapshot(capture, pids, pid_count);
}
