// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analysis_sample.h"

#include <glib.h>
#include <math.h>

static struct cause_row causes[] = {
	{"lock/futex",
	 "Waiting for a lock of the program.",
	 {60e9, 57e9, 63e9, BASIS_SAMPLED},
	 0.2,
	 false},
	{"lock/inode",
	 "Waiting for the lock of a file.",
	 {3e9, 2e9, 4e9, BASIS_SAMPLED},
	 0.01,
	 false},
	{"cpu/user",
	 "Running the program's own code.",
	 {30e9, 29e9, 31e9, BASIS_SAMPLED},
	 0.1,
	 false},
	{"unknown",
	 "No rule explains this time.",
	 {7e9, 0, 14e9, BASIS_ESTIMATED},
	 7.0 / 300,
	 false},
	{"idle/park", "Parked: no work to do.", {200e9, 200e9, 200e9, BASIS_EXACT}, 2.0 / 3, true},
	{"page-cache/insert", "Adding pages.", {0, 0, 0, BASIS_EXACT}, 0, false},
};
static const char *cause_names[] = {"lock/futex", "lock/inode", "cpu/user", "unknown", "idle/park"};
static const double cause_ns[] = {60e9, 3e9, 30e9, 7e9, 200e9};
static const enum store_state cause_states[] = {STATE_INTERRUPTIBLE, STATE_UNINTERRUPTIBLE,
						STATE_RUNNING, STATE_WOKEN, STATE_INTERRUPTIBLE};

static struct process_row processes[] = {
	{.id = 1,
	 .pid = 4242,
	 .comm = "fileread",
	 .threads = SAMPLE_THREADS,
	 .life_ns = 300000000000,
	 .io = {true, {1234567, 79012288, 3, 999, 39505920, 8192, 4096}},
	 .io_rest = {true, {10, 640, 0, 0, 4096, 0, 0}},
	 .io_unread = 1,
	 .child_faults = 100},
};
static struct thread_row threads[SAMPLE_THREADS];
static struct piece pieces[SAMPLE_THREADS * 5];
static struct slice_row slices[] = {
	{1000, 5000001000, {.ns = {20e9, 0, 130e9}}},
	{5000001000, 10000001000, {.ns = {10e9, 0, 133e9, 0, 0, 0, 7e9}}},
};
static struct place_row places[] = {
	{"futex_wait_queue", "fentry", NULL},
	{"futex_wait_queue_me", "fentry", "no such function"},
};
static struct latency_bucket buckets[] = {
	{262144, 524288, 61728394.5},
	{524288, 1048576, 61111111},
	{67108864, 134217728, 617283.5},
};
static struct function_row functions[] = {
	{.name = "futex-wait",
	 .symbol = "futex_wait_queue",
	 .calls = 123456789,
	 .calls_exact = true,
	 .counts = "calls",
	 .backend = "fentry",
	 .inside = {62e9, 59e9, 66e9, BASIS_SAMPLED},
	 .latency = {.timed = 4321,
		     .p50_ns = 400e3,
		     .p90_ns = 900e3,
		     .p99_ns = 2.5e6,
		     .p999_ns = 7e6,
		     .max_ns = 81e6},
	 .buckets = buckets,
	 .bucket_count = G_N_ELEMENTS(buckets),
	 .places = places,
	 .place_count = G_N_ELEMENTS(places),
	 .blocked = {60e9, 57e9, 63e9, BASIS_SAMPLED},
	 .wall = {61e9, 58e9, 64e9, BASIS_SAMPLED},
	 .blocked_share = 0.22,
	 .wall_share = 0.2,
	 .lock = "futex"},
	{.name = "dput",
	 .calls = -1,
	 .backend = "evidence",
	 .note = "no function can be hooked here (lockdown)"},
};
static struct lock_time lock_times[] = {
	{0, 0, 1, 400000000},	{1, 0, 300, 500000000},	 {1, 1, 100, 600000000},
	{2, 1, 399, 400000000}, {4, 0, 200, 1100000000},
};
static struct lock_row locks[] = {
	{0xffff888100000000, "rwsem-write", "path_openat", "lock/inode", 1000, 3000000000, 12000000,
	 4, 0, G_N_ELEMENTS(lock_times)},
	{1, "spinlock", NULL, NULL, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, 0, 0},
};
static struct syscall_row syscalls[] = {
	{202, "futex", 100, 260e9, 7e9, {[10] = 98, [20] = 2}},
	{-1, "(no system call)", 0, 1e9, 0, {0}},
};
static struct call_row bounded_calls[] = {
	{.nr = 202,
	 .name = "futex",
	 .process = CALLS_OF_ALL,
	 .counted = 1000,
	 .whole = 1000,
	 .per_second = {100, 90, 110},
	 .bytes = {NAN, NAN, NAN},
	 .whole_ns = {1e6, 1e6, 1e6},
	 .blocked_ns = 200e9},
};
static struct span_row spans[] = {
	{0, 1000, 4000001000, 5000, STATE_INTERRUPTIBLE, "futex", "lock/futex", 0},
};
static struct count_row losses[] = {{"ring-full", 12, NULL, "records lost to a full ring"}};
static struct count_row costs[] = {{"cpu_ns", 1234567, "ns", NULL},
				   {"file_bytes", 65536, "bytes", NULL},
				   {"records", 12345, "count", NULL}};

static void fill(void)
{
	for (size_t i = 0; i < SAMPLE_THREADS; i++) {
		threads[i] = (struct thread_row){
			.id = (store_id)i + 1,
			.tid = 4242 + (int64_t)i,
			.comm = i ? "worker" : "fileread",
			.life_ns = 10000000000,
			.states = {.ns = {1e9, 0, 8.667e9, 0.1e9, 0, 0, 0.233e9}},
			.accounted_ns = 10e9,
			.oracle = {.run_ns = 1000100000,
				   .runqueue_ns = -1,
				   .voluntary = 10,
				   .involuntary = 0},
			.voluntary = 11,
			.involuntary = 0,
			.born = i == 3,
			.ended = i == 3,
			.io = {i != 3,
			       {(int64_t)i * 100, (int64_t)i * 6400, i == 2, i == 2 ? 999 : 0,
				i == 2 ? 12799 : 0, 0, 0}},
		};
		for (size_t cause = 0; cause < 5; cause++)
			pieces[i * 5 + cause] = (struct piece){
				.thread = (uint32_t)i,
				.cause = (uint32_t)cause,
				.state = cause_states[cause],
				.syscall = cause == 2 ? -1 : 202,
				.ns = cause_ns[cause] / SAMPLE_THREADS,
				.basis = causes[cause].time.basis,
				.grain = causes[cause].time.basis == BASIS_EXACT ? 0 : 1e6F,
			};
	}
}

const struct analysis *analysis_sample(void)
{
	static const struct analysis sample = {
		.capture = {.tool_version = "0.1.0",
			    .host = "build-7",
			    .kernel = "6.1.0-18",
			    .machine = "x86_64",
			    .cpus = 4,
			    .started_unix_ns = 1700000000000000000,
			    .t0_ns = 1000,
			    .t1_ns = 10000001000,
			    .progress_ns = 10000001000,
			    .complete = true,
			    .slice_ns = 5000000000,
			    .backend = "bpf-raw-tracepoint",
			    .cpu_clock = "cycles",
			    .cpu_clock_hz = 99,
			    .lock_backend = "contention-tracepoints",
			    .stack_period_ns = 1000000,
			    .target = "./fileread --threads 30",
			    .ended_by = "duration"},
		.window_ns = 10000000000,
		.wall_ns = 300e9,
		.accounted_ns = 300e9,
		.error_ratio = 0,
		.worst_thread_error_ratio = 0.00001,
		.states = {.ns = {30e9, 0, 260e9, 3e9, 0, 0, 7e9},
			   .count = {330, 0, 12345678, 10, 0, 0, 0}},
		.processes = processes,
		.process_count = G_N_ELEMENTS(processes),
		.threads = threads,
		.thread_count = SAMPLE_THREADS,
		.slices = slices,
		.slice_count = G_N_ELEMENTS(slices),
		.syscalls = syscalls,
		.syscall_count = G_N_ELEMENTS(syscalls),
		.causes = causes,
		.cause_count = G_N_ELEMENTS(causes),
		.headlines =
			{
				{"Descriptor allocation",
				 "fd-allocation",
				 {0, 0, 1e6, BASIS_ESTIMATED},
				 0},
				{"Page-cache fill", "page-cache", {0, 0, 0, BASIS_EXACT}, 0},
				{"Context switches", "switching", {0, 0, 0, BASIS_EXACT}, 0},
				{"Lock contention",
				 "lock",
				 {63e9, 60e9, 66e9, BASIS_SAMPLED},
				 0.21},
			},
		.functions = functions,
		.function_count = G_N_ELEMENTS(functions),
		.locks = locks,
		.lock_count = G_N_ELEMENTS(locks),
		.lock_times = lock_times,
		.lock_time_count = G_N_ELEMENTS(lock_times),
		.spans = spans,
		.span_count = G_N_ELEMENTS(spans),
		.losses = losses,
		.loss_count = G_N_ELEMENTS(losses),
		.costs = costs,
		.cost_count = G_N_ELEMENTS(costs),
		.user_stacks = {[SIDE_ON_CPU] = {30e9, {[USER_HALF_WHOLE] = 1}},
				[SIDE_OFF_CPU] = {70e9,
						  {[USER_HALF_WHOLE] = 0.98,
						   [USER_HALF_TRUNCATED] = 0.0199,
						   [USER_HALF_PLACE_ONLY] = 0.0001}},
				[SIDE_BOTH] = {100e9,
					       {[USER_HALF_WHOLE] = 0.986,
						[USER_HALF_TRUNCATED] = 0.01393,
						[USER_HALF_PLACE_ONLY] = 0.00007}}},
		.pieces = pieces,
		.piece_count = G_N_ELEMENTS(pieces),
		.cause_names = cause_names,
		.cause_name_count = G_N_ELEMENTS(cause_names),
	};

	fill();
	return &sample;
}

/* The sample with tables that may be written to. */
static void copy(struct analysis *out)
{
	*out = *analysis_sample();
	out->processes = g_memdup2(processes, sizeof(processes));
	out->threads = g_memdup2(threads, sizeof(threads));
	out->functions = g_memdup2(functions, sizeof(functions));
	out->functions[0].places = g_memdup2(places, sizeof(places));
	out->locks = g_memdup2(locks, sizeof(locks));
	out->syscalls = g_memdup2(syscalls, sizeof(syscalls));
	out->losses = g_memdup2(losses, sizeof(losses));
	out->costs = g_memdup2(costs, sizeof(costs));
}

void analysis_sample__hostile(struct analysis *out, const char *name)
{
	copy(out);
	out->capture.complete = false;
	out->capture.ended_by = NULL;
	out->capture.host = out->capture.kernel = out->capture.target = name;
	out->capture.machine = out->capture.backend = out->capture.tool_version = name;
	out->capture.cpu_clock = out->capture.lock_backend = name;
	out->processes[0].comm = out->processes[0].exe = name;
	for (size_t i = 0; i < SAMPLE_THREADS; i++)
		out->threads[i].comm = i == 1 ? "plain" : name;
	out->functions[0].symbol = out->functions[0].lock = name;
	out->functions[0].name = out->functions[0].backend = name;
	out->functions[0].note = out->functions[0].counts = name;
	out->functions[0].places[1] = (struct place_row){name, name, name};
	out->locks[0].where = out->locks[0].kind = name;
	out->syscalls[0].name = name;
	out->losses[0].name = out->losses[0].meaning = name;
	out->costs[0].name = out->costs[2].unit = name;
}

/* Sleeps that were not looked at. */
static void hide(struct state_sums *sums, double ns)
{
	sums->ns[STATE_INTERRUPTIBLE] -= ns;
	sums->ns[STATE_UNOBSERVED] += ns;
}

void analysis_sample__bounded(struct analysis *out)
{
	copy(out);
	out->call_sampling = (struct call_sampling){
		.moments = 1200, .covered_ns = 6e9, .share = 0.01, .added_ns = NAN};
	out->calls = bounded_calls;
	out->call_count = G_N_ELEMENTS(bounded_calls);
	out->processes[0].states = out->states;
	hide(&out->processes[0].states, (SAMPLE_THREADS - 1) * 2e9);
	hide(&out->states, (SAMPLE_THREADS - 1) * 2e9);
	for (size_t i = 0; i < SAMPLE_THREADS; i++) {
		struct thread_row *row = &out->threads[i];

		row->involuntary = 7;
		row->oracle.voluntary = i ? -1 : 600;
		row->oracle.involuntary = i ? -1 : 70;
		hide(&row->states, i == 2 ? 0 : 2e9);
	}
}

void analysis_sample__free(struct analysis *analysis)
{
	g_free(analysis->processes);
	g_free(analysis->threads);
	g_free(analysis->functions[0].places);
	g_free(analysis->functions);
	g_free(analysis->locks);
	g_free(analysis->syscalls);
	g_free(analysis->losses);
	g_free(analysis->costs);
}
