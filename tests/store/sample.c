// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "scratch.h"

#include "sample.h"

#include <inttypes.h>

const struct store_capture sample_capture = {
	.tool_version = "0.1.0",
	.host = "b\303\274rk",
	.kernel = "6.1.0",
	.machine = "x86_64",
	.cpus = 4,
	.started_unix_ns = 1700000000000000000,
	.t0_ns = SAMPLE_T0,
	.progress_ns = SAMPLE_T0,
	.slice_ns = 1000,
	.backend = "bpf-raw-tracepoint",
	.cpu_clock = "cpu-clock",
	.cpu_clock_hz = 99,
	.lock_backend = "contention-tracepoints",
	.stack_period_ns = 1,
	.target = "pid 42",
};

static int fill_places(struct store_writer *writer)
{
	const struct store_process processes[] = {
		{42, 1, "server", "/usr/bin/server", 1000, 10, 0},
		{43, 0, "odd\x1b\xff", NULL, -1, 1500, 2500},
	};
	const struct store_module modules[] = {
		{MODULE_KERNEL, "[kernel]", NULL},  {MODULE_FILE, "/usr/bin/server", NULL},
		{MODULE_VDSO, "[vdso]", "00ff"},    {MODULE_JIT, "/run/perf-42.map", NULL},
		{MODULE_ANONYMOUS, "//anon", NULL},
	};
	const struct store_mapping mapping = {1, 2, 0x400000, UINT64_MAX, 0x1000, 1000, 0};
	const struct store_frame frames[] = {
		{FRAME_USER, 2, 0x1234, NULL, 0},
		{FRAME_KERNEL, 1, 0xffffffff81000010, "do_sys_openat2", 16},
		{FRAME_NOTE, 0, 0, "[truncated]", 0},
	};
	const struct store_stack stacks[] = {{0, 3}, {1, 1}, {2, 2}};
	const struct store_frame_inline inlined[] = {
		{1, 1, "outer(int)", "/src/a;b.h", 12},
		{1, 2, "inner\x1b[2J", NULL, 99},
		{2, 1, "get_unused_fd_flags", "fs/file.c", 0},
	};
	store_id id;
	int err = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(processes) && !err; i++)
		err = store_writer__process(writer, &processes[i], &id);
	for (size_t i = 0; i < G_N_ELEMENTS(modules) && !err; i++)
		err = store_writer__module(writer, &modules[i], &id);
	if (!err)
		err = store_writer__update_module(writer, 2, "abcdef");
	if (!err)
		err = store_writer__mapping(writer, &mapping);
	for (size_t i = 0; i < G_N_ELEMENTS(frames) && !err; i++)
		err = store_writer__frame(writer, &frames[i], &id);
	if (!err)
		err = store_writer__name_frame(writer, 1, "main", 4);
	if (!err)
		err = store_writer__frame_line(writer, 2, "fs/open.c", 0);
	if (!err)
		err = store_writer__frame_line(writer, 1, "/src/main.c", UINT32_MAX);
	for (size_t i = 0; i < G_N_ELEMENTS(inlined) && !err; i++)
		err = store_writer__frame_inline(writer, inlined[i].frame, inlined[i].depth,
						 inlined[i].symbol, inlined[i].file,
						 inlined[i].line);
	for (size_t i = 0; i < G_N_ELEMENTS(stacks) && !err; i++)
		err = store_writer__stack(writer, &stacks[i], &id);
	return err;
}

static int fill_threads(struct store_writer *writer)
{
	const struct store_thread threads[] = {
		{1, 42, "main", 1000, 0, false, false},
		{2, 43, "worker", 1500, 0, true, false},
	};
	const struct store_thread late = {2, 43, "renamed", 1500, 2500, true, true};
	const struct store_process ended = {43, 42, "odd\x1b\xff", "/bin/odd", 0, 1500, 2600};
	const struct store_oracle oracle = {1, 100, 20, 3, 0, -1, -1, 7, 8, 9, -1};
	const struct store_thread_io reads[] = {
		{1, {{5, 320, 1, 7, 8192, 4096, 0}}},
		{2, {{0, 0, 0, 0, 0, 0, 9}}},
	};
	const struct store_process_io all = {1, {{6, STORE_IO_MAX, 1, 7, 8192, 4096, 3}}, 12};
	store_id id;
	int err = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(threads) && !err; i++)
		err = store_writer__thread(writer, &threads[i], &id);
	if (!err)
		err = store_writer__update_thread(writer, 2, &late);
	if (!err)
		err = store_writer__update_process(writer, 2, &ended);
	for (size_t i = 0; i < G_N_ELEMENTS(reads) && !err; i++)
		err = store_writer__thread_io(writer, &reads[i]);
	if (!err)
		err = store_writer__process_io(writer, &all);
	return err ? err : store_writer__oracle(writer, &oracle);
}

static int fill_calls(struct store_writer *writer)
{
	const struct store_call_sampling sampling = {10000, 300, NULL};
	const struct store_call_moment moments[] = {{1100, 1105}, {1900, 1905}};
	const struct store_call_sample samples[] = {
		{1, 1, 17, 1000, 3, 64000, 999, 500000},
		{1, 2, SYSCALL_UNKNOWN, 1, 0, -1, 0, 0},
	};
	store_id id;
	int err = store_writer__call_sampling(writer, &sampling);

	for (size_t i = 0; i < G_N_ELEMENTS(moments) && !err; i++)
		err = store_writer__call_moment(writer, &moments[i], &id);
	for (size_t i = 0; i < G_N_ELEMENTS(samples) && !err; i++)
		err = store_writer__call_sample(writer, &samples[i]);
	return err;
}

static int fill_times(struct store_writer *writer)
{
	const struct store_slice slices[] = {{1, 1000, 2000}, {2, 2000, 3000}};
	const struct store_ledger ledger[] = {
		{1, 1, STATE_RUNNING, SYSCALL_NONE, 0, 2, 300, 0},
		{1, 1, STATE_INTERRUPTIBLE, 202, 8, 1, 400, 10},
		{1, 1, STATE_INTERRUPTIBLE, 202, 8, 2, 200, 5},
		{1, 2, STATE_IO_WAIT, SYSCALL_COMPAT | 3, 63, 1, 900, 0},
	};
	const struct store_evidence evidence[] = {
		{1, 1, STATE_INTERRUPTIBLE, 202, 8, 3, LOCK_NONE, 9, 1, 400, 10, 800.5, 20},
		{1, 1, STATE_UNINTERRUPTIBLE, 257, 3, 3, LOCK_RWSEM_WRITE, FUTEX_OP_NONE, 1, 9, 0,
		 9, 0},
	};
	const struct store_span spans[] = {
		{1, 1000, 1400, 10, STATE_INTERRUPTIBLE, 202, 3},
		{1, 2000, 2900, 0, STATE_IO_WAIT, 3, 0},
	};
	const struct store_lock_wait wait = {1, 1, 0xffff888000001000, LOCK_MUTEX, 3, 90, 50};
	const struct store_lock_evidence drawn = {
		1, 1, 0xffff888000001000, LOCK_MUTEX, 3, 1, 50, 150,
	};
	int err = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(slices) && !err; i++)
		err = store_writer__slice(writer, &slices[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(ledger) && !err; i++)
		err = store_writer__ledger(writer, &ledger[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(evidence) && !err; i++)
		err = store_writer__evidence(writer, &evidence[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(spans) && !err; i++)
		err = store_writer__span(writer, &spans[i]);
	if (!err)
		err = store_writer__lock_wait(writer, &wait);
	return err ? err : store_writer__lock_evidence(writer, &drawn);
}

static int fill_probes(struct store_writer *writer)
{
	const struct store_probe probes[] = {
		{"openat", BACKEND_FENTRY, COUNTS_CALLS, NULL},
		{"inode-lock", BACKEND_TRACEPOINT, COUNTS_WAITS, "no function\x1b[2J"},
		{"page-cache-fill", BACKEND_KPROBE, COUNTS_PAGES, NULL},
		{"fd-alloc", BACKEND_KPROBE_MULTI, COUNTS_CALLS, NULL},
		{"dput", BACKEND_EVIDENCE, COUNTS_NOTHING, "locked down"},
	};
	const struct store_probe_place places[] = {
		{1, BACKEND_FENTRY, "do_sys_openat2", NULL},
		{5, BACKEND_KPROBE, "dput", "Operation not permitted"},
	};
	const struct store_probe_call calls[] = {
		{1, 2, 100, 9, 900, 300, 90.5, 9000, 800, 80000, 8e6},
		{1, 1, 3, 3, 30, 20, 3, 30, 0, 0, 0},
		{5, 1, 0, 2, 8, 5, 2, 8, 0, 0, 0},
	};
	const struct store_histogram buckets[] = {
		{1, 2, 256, 320, 4, 40.5},
		{1, 2, 64, 80, 5, 50},
		{1, 1, 0, 1, 3, 3},
	};
	const struct store_probe_evidence drawn = {1, 2, 1, 3, 2, 500, 5000.5};
	store_id id;
	int err = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(probes) && !err; i++)
		err = store_writer__probe(writer, &probes[i], &id);
	for (size_t i = 0; i < G_N_ELEMENTS(places) && !err; i++)
		err = store_writer__probe_place(writer, &places[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(calls) && !err; i++)
		err = store_writer__probe_call(writer, &calls[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(buckets) && !err; i++)
		err = store_writer__histogram(writer, &buckets[i]);
	return err ? err : store_writer__probe_evidence(writer, &drawn);
}

static int fill_costs(struct store_writer *writer)
{
	const struct store_thread_loss of_thread = {2, "ring-full", 5};
	const struct store_pace paces[] = {
		{1000, PACE_STACK_PERIOD, 2000000, -1, "at first"},
		{1500, PACE_LEDGER, 250000, 31000, "over the budget"},
	};
	int err = store_writer__loss(writer, "ring-full", 3, "records that found no room");

	for (size_t i = 0; i < G_N_ELEMENTS(paces) && !err; i++)
		err = store_writer__pace(writer, &paces[i]);
	if (!err)
		err = store_writer__loss(writer, "ring-full", 4, "records that found no room");
	if (!err)
		err = store_writer__loss(writer, "nothing", 0, "never seen");
	if (!err)
		err = store_writer__thread_loss(writer, &of_thread);
	if (!err)
		err = store_writer__cost(writer, "bpf", 1, "ns");
	return err ? err : store_writer__cost(writer, "bpf", 1234, "ns");
}

int sample__fill(struct store_writer *writer)
{
	int err = store_writer__capture(writer, &sample_capture);

	if (!err)
		err = fill_places(writer);
	if (!err)
		err = fill_threads(writer);
	if (!err)
		err = fill_calls(writer);
	if (!err)
		err = fill_times(writer);
	if (!err)
		err = fill_probes(writer);
	if (!err)
		err = fill_costs(writer);
	return err ? err : store_writer__progress(writer, 2000);
}

void sample__write(const char *path)
{
	struct store_writer *writer;
	char *error = NULL;

	if (store_writer__create(&writer, path, false, &error))
		fail_msg("%s", error);
	if (sample__fill(writer))
		fail_msg("%s", store_writer__error(writer));
	if (store_writer__close(writer, SAMPLE_T1, "duration", SAMPLE_PERIOD, &error))
		fail_msg("%s", error);
}

const char sample_text[] =
	"capture 0.1.0 b\303\274rk 6.1.0 x86_64 4 1700000000000000000 1000 3000 3000 1 1000 "
	"bpf-raw-tracepoint cpu-clock 99 contention-tracepoints 5000 pid 42 duration\n"
	"process 1 42 1 server /usr/bin/server 1000 10 0\n"
	"process 2 43 42 odd\x1b\xff /bin/odd 0 1500 2600\n"
	"thread 1 1 42 main 1000 0 0 0\n"
	"thread 2 2 43 renamed 1500 2500 1 1\n"
	"oracle 1 100 20 3 0 -1 -1 7 8 9 -1\n"
	"thread_io 1 5 320 1 7 8192 4096 0\n"
	"thread_io 2 0 0 0 0 0 0 9\n"
	"process_io 1 6 9007199254740992 1 7 8192 4096 3 12\n"
	"call_sampling 10000 300 (null)\n"
	"call_moment 1 1100 1105\n"
	"call_moment 2 1900 1905\n"
	"call_sample 1 1 17 1000 3 64000 999 500000\n"
	"call_sample 1 2 -2 1 0 -1 0 0\n"
	"module 1 0 [kernel] (null)\n"
	"module 2 1 /usr/bin/server abcdef\n"
	"module 3 2 [vdso] 00ff\n"
	"module 4 3 /run/perf-42.map (null)\n"
	"module 5 4 //anon (null)\n"
	"frame 1 0 2 0x1234 main 4\n"
	"frame 2 1 1 0xffffffff81000010 do_sys_openat2 16\n"
	"frame 3 2 0 0x0 [truncated] 0\n"
	"frame_line 1 /src/main.c 4294967295\n"
	"frame_line 2 fs/open.c 0\n"
	"frame_inline 1 1 outer(int) /src/a;b.h 12\n"
	"frame_inline 1 2 inner\x1b[2J (null) 0\n"
	"frame_inline 2 1 get_unused_fd_flags fs/file.c 0\n"
	"stack 1 0 3\n"
	"stack 2 1 1\n"
	"stack 3 2 2\n"
	"slice 1 1000 2000\n"
	"slice 2 2000 3000\n"
	"ledger 1 1 0 -1 0 2 300 0\n"
	"ledger 1 1 2 202 8 3 600 15\n"
	"ledger 1 2 4 1073741827 63 1 900 0\n"
	"evidence 1 1 2 202 8 3 0 9 1 400 10 800.5 20\n"
	"evidence 1 1 3 257 3 3 6 -1 1 9 0 9 0\n"
	"span 1 2000 2900 0 4 3 0\n"
	"span 1 1000 1400 10 2 202 3\n"
	"lock_wait 1 1 0xffff888000001000 4 3 90 50\n"
	"lock_evidence 1 1 0xffff888000001000 4 3 1 50 150\n"
	"probe 1 openat 0 0 (null)\n"
	"probe 2 inode-lock 3 1 no function\x1b[2J\n"
	"probe 3 page-cache-fill 2 2 (null)\n"
	"probe 4 fd-alloc 1 0 (null)\n"
	"probe 5 dput 4 3 locked down\n"
	"probe_place 1 0 do_sys_openat2 (null)\n"
	"probe_place 5 2 dput Operation not permitted\n"
	"probe_call 1 1 3 3 30 20 3 30 0 0 0\n"
	"probe_call 1 2 100 9 900 300 90.5 9000 800 80000 8e+06\n"
	"probe_call 5 1 0 2 8 5 2 8 0 0 0\n"
	"histogram 1 1 0 1 3 3\n"
	"histogram 1 2 64 80 5 50\n"
	"histogram 1 2 256 320 4 40.5\n"
	"probe_evidence 1 2 1 3 2 500 5000.5\n"
	"pace 1000 0 2000000 -1 at first\n"
	"pace 1500 3 250000 31000 over the budget\n"
	"loss ring-full 7 records that found no room\n"
	"thread_loss 2 ring-full 5\n"
	"cost bpf 1234 ns\n";

#define N "%" PRId64 " "
#define X "0x%" PRIx64 " "

static const char *shown(const char *text)
{
	return text ? text : "(null)";
}

static int dump_process(void *ctx, store_id id, const struct store_process *row)
{
	g_string_append_printf(ctx, "process " N N N "%s %s " N N "%" PRId64 "\n", id, row->pid,
			       row->parent_pid, row->comm, shown(row->exe), row->uid, row->start_ns,
			       row->end_ns);
	return 0;
}

static int dump_thread(void *ctx, store_id id, const struct store_thread *row)
{
	g_string_append_printf(ctx, "thread " N N N "%s " N N "%d %d\n", id, row->process, row->tid,
			       row->comm, row->start_ns, row->end_ns, row->born, row->ended);
	return 0;
}

static int dump_oracle(void *ctx, const struct store_oracle *row)
{
	g_string_append_printf(ctx, "oracle " N N N N N N N N N N "%" PRId64 "\n", row->thread,
			       row->run_ns, row->runqueue_ns, row->voluntary, row->involuntary,
			       row->read_calls, row->read_bytes, row->write_calls, row->write_bytes,
			       row->device_read_bytes, row->device_write_bytes);
	return 0;
}

static void dump_io(GString *text, const struct store_io *io)
{
	for (int i = 0; i < IO_COUNTS; i++)
		g_string_append_printf(text, " %" PRId64, io->counts[i]);
}

static int dump_thread_io(void *ctx, const struct store_thread_io *row)
{
	g_string_append_printf(ctx, "thread_io %" PRId64, row->thread);
	dump_io(ctx, &row->io);
	g_string_append_c(ctx, '\n');
	return 0;
}

static int dump_process_io(void *ctx, const struct store_process_io *row)
{
	g_string_append_printf(ctx, "process_io %" PRId64, row->process);
	dump_io(ctx, &row->io);
	g_string_append_printf(ctx, " %" PRId64 "\n", row->child_faults);
	return 0;
}

static int dump_call_sampling(void *ctx, const struct store_call_sampling *row)
{
	g_string_append_printf(ctx, "call_sampling " N N "%s\n", row->share_ppm, row->added_ns,
			       row->note ? row->note : "(null)");
	return 0;
}

static int dump_call_moment(void *ctx, store_id id, const struct store_call_moment *row)
{
	g_string_append_printf(ctx, "call_moment " N N "%" PRId64 "\n", id, row->from_ns,
			       row->to_ns);
	return 0;
}

static int dump_call_sample(void *ctx, const struct store_call_sample *row)
{
	g_string_append_printf(ctx, "call_sample " N N N N N N N "%" PRId64 "\n", row->moment,
			       row->process, row->syscall, row->calls, row->errors, row->bytes,
			       row->whole, row->ns);
	return 0;
}

static int dump_module(void *ctx, store_id id, const struct store_module *row)
{
	g_string_append_printf(ctx, "module " N "%d %s %s\n", id, (int)row->kind, row->path,
			       shown(row->build_id));
	return 0;
}

static int dump_frame(void *ctx, store_id id, const struct store_frame *row)
{
	g_string_append_printf(ctx, "frame " N "%d " N X "%s %" PRId64 "\n", id, (int)row->kind,
			       row->module, row->offset, shown(row->symbol), row->symbol_offset);
	return 0;
}

static int dump_frame_line(void *ctx, const struct store_frame_line *row)
{
	g_string_append_printf(ctx, "frame_line " N "%s %" PRId64 "\n", row->frame, row->file,
			       row->line);
	return 0;
}

static int dump_frame_inline(void *ctx, const struct store_frame_inline *row)
{
	g_string_append_printf(ctx, "frame_inline " N N "%s %s %" PRId64 "\n", row->frame,
			       row->depth, row->symbol, shown(row->file), row->line);
	return 0;
}

static int dump_stack(void *ctx, store_id id, const struct store_stack *row)
{
	g_string_append_printf(ctx, "stack " N N "%" PRId64 "\n", id, row->parent, row->frame);
	return 0;
}

static int dump_slice(void *ctx, const struct store_slice *row)
{
	g_string_append_printf(ctx, "slice " N N "%" PRId64 "\n", row->id, row->start_ns,
			       row->end_ns);
	return 0;
}

static int dump_ledger(void *ctx, const struct store_ledger *row)
{
	g_string_append_printf(ctx, "ledger " N N "%d " N "%d " N N "%" PRId64 "\n", row->thread,
			       row->slice, (int)row->state, row->syscall, row->class, row->count,
			       row->ns, row->runqueue_ns);
	return 0;
}

static int dump_evidence(void *ctx, const struct store_evidence *row)
{
	g_string_append_printf(ctx, "evidence " N N "%d " N "%d " N "%d " N N N N "%g %g\n",
			       row->thread, row->slice, (int)row->state, row->syscall, row->class,
			       row->stack, (int)row->lock, row->futex_op, row->count, row->ns,
			       row->runqueue_ns, row->weight, row->runqueue_weight);
	return 0;
}

static int dump_span(void *ctx, const struct store_span *row)
{
	g_string_append_printf(ctx, "span " N N N N "%d " N "%" PRId64 "\n", row->thread,
			       row->start_ns, row->end_ns, row->runqueue_ns, (int)row->state,
			       row->syscall, row->stack);
	return 0;
}

static int dump_lock_wait(void *ctx, const struct store_lock_wait *row)
{
	g_string_append_printf(ctx, "lock_wait " N N X "%d " N N "%" PRId64 "\n", row->thread,
			       row->slice, row->address, (int)row->lock, row->count, row->ns,
			       row->max_ns);
	return 0;
}

static int dump_lock_evidence(void *ctx, const struct store_lock_evidence *row)
{
	g_string_append_printf(ctx, "lock_evidence " N N X "%d " N N N "%g\n", row->thread,
			       row->slice, row->address, (int)row->lock, row->stack, row->count,
			       row->ns, row->weight);
	return 0;
}

static int dump_probe(void *ctx, store_id id, const struct store_probe *row)
{
	g_string_append_printf(ctx, "probe " N "%s %d %d %s\n", id, row->name, (int)row->backend,
			       (int)row->counts, shown(row->note));
	return 0;
}

static int dump_probe_place(void *ctx, const struct store_probe_place *row)
{
	g_string_append_printf(ctx, "probe_place " N "%d %s %s\n", row->probe, (int)row->backend,
			       row->place, shown(row->error));
	return 0;
}

static int dump_probe_call(void *ctx, const struct store_probe_call *row)
{
	g_string_append_printf(ctx, "probe_call " N N N N N N "%g %g %g %g %g\n", row->probe,
			       row->thread, row->calls, row->timed, row->ns, row->max_ns,
			       row->weight, row->ns_weight, row->spread, row->ns_spread,
			       row->ns2_spread);
	return 0;
}

static int dump_histogram(void *ctx, const struct store_histogram *row)
{
	g_string_append_printf(ctx, "histogram " N N N N N "%g\n", row->probe, row->thread,
			       row->from_ns, row->below_ns, row->count, row->weight);
	return 0;
}

static int dump_probe_evidence(void *ctx, const struct store_probe_evidence *row)
{
	g_string_append_printf(ctx, "probe_evidence " N N N N N N "%g\n", row->probe, row->thread,
			       row->slice, row->stack, row->count, row->ns, row->weight);
	return 0;
}

static int dump_thread_loss(void *ctx, const struct store_thread_loss *row)
{
	g_string_append_printf(ctx, "thread_loss " N "%s %" PRId64 "\n", row->thread, row->kind,
			       row->count);
	return 0;
}

static int dump_pace(void *ctx, const struct store_pace *row)
{
	g_string_append_printf(ctx, "pace " N "%d " N N "%s\n", row->time_ns, row->what, row->value,
			       row->cost, row->why);
	return 0;
}

static int dump_loss(void *ctx, const char *kind, int64_t count, const char *meaning)
{
	g_string_append_printf(ctx, "loss %s " N "%s\n", kind, count, meaning);
	return 0;
}

static int dump_cost(void *ctx, const char *name, int64_t value, const char *unit)
{
	g_string_append_printf(ctx, "cost %s " N "%s\n", name, value, unit);
	return 0;
}

int sample__dump(struct store_reader *reader, GString *text)
{
	struct store_capture row;
	int err = store_reader__capture(reader, &row);

	if (err)
		return err;
	g_string_append_printf(
		text, "capture %s %s %s %s " N N N N N "%d " N "%s %s " N "%s " N "%s %s\n",
		row.tool_version, row.host, row.kernel, row.machine, row.cpus, row.started_unix_ns,
		row.t0_ns, row.t1_ns, row.progress_ns, row.complete, row.slice_ns, row.backend,
		row.cpu_clock, row.cpu_clock_hz, row.lock_backend, row.stack_period_ns, row.target,
		shown(row.ended_by));
	(void)((err = store_reader__each_process(reader, dump_process, text)) ||
	       (err = store_reader__each_thread(reader, dump_thread, text)) ||
	       (err = store_reader__each_oracle(reader, dump_oracle, text)) ||
	       (err = store_reader__each_thread_io(reader, dump_thread_io, text)) ||
	       (err = store_reader__each_process_io(reader, dump_process_io, text)) ||
	       (err = store_reader__each_call_sampling(reader, dump_call_sampling, text)) ||
	       (err = store_reader__each_call_moment(reader, dump_call_moment, text)) ||
	       (err = store_reader__each_call_sample(reader, dump_call_sample, text)) ||
	       (err = store_reader__each_module(reader, dump_module, text)) ||
	       (err = store_reader__each_frame(reader, dump_frame, text)) ||
	       (err = store_reader__each_frame_line(reader, dump_frame_line, text)) ||
	       (err = store_reader__each_frame_inline(reader, dump_frame_inline, text)) ||
	       (err = store_reader__each_stack(reader, dump_stack, text)) ||
	       (err = store_reader__each_slice(reader, dump_slice, text)) ||
	       (err = store_reader__each_ledger(reader, dump_ledger, text)) ||
	       (err = store_reader__each_evidence(reader, dump_evidence, text)) ||
	       (err = store_reader__each_span(reader, dump_span, text)) ||
	       (err = store_reader__each_lock_wait(reader, dump_lock_wait, text)) ||
	       (err = store_reader__each_lock_evidence(reader, dump_lock_evidence, text)) ||
	       (err = store_reader__each_probe(reader, dump_probe, text)) ||
	       (err = store_reader__each_probe_place(reader, dump_probe_place, text)) ||
	       (err = store_reader__each_probe_call(reader, dump_probe_call, text)) ||
	       (err = store_reader__each_histogram(reader, dump_histogram, text)) ||
	       (err = store_reader__each_probe_evidence(reader, dump_probe_evidence, text)) ||
	       (err = store_reader__each_pace(reader, dump_pace, text)) ||
	       (err = store_reader__each_loss(reader, dump_loss, text)) ||
	       (err = store_reader__each_thread_loss(reader, dump_thread_loss, text)) ||
	       (err = store_reader__each_cost(reader, dump_cost, text)));
	return err;
}

char *sample__text(const char *path, int *err, char **error)
{
	struct store_reader *reader;
	GString *text;

	*err = store_reader__open(&reader, path, error);
	if (*err)
		return NULL;
	text = g_string_new(NULL);
	*err = sample__dump(reader, text);
	if (*err)
		*error = g_strdup(store_reader__error(reader));
	store_reader__close(reader);
	return g_string_free(text, *err != 0);
}

char *sample__text_of(const char *path)
{
	char *error = NULL;
	int err;
	char *text = sample__text(path, &err, &error);

	if (err)
		fail_msg("%d: %s", err, error);
	return text;
}
