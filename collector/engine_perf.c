// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The ledger from perf events, for hosts that grant no BPF. */
#include "collector/engine_perf.h"

#include "collector/now.h"
#include "collector/perf_calls.h"
#include "collector/perf_waits.h"
#include "collector/procfs.h"
#include "collector/sysctl.h"

#include <errno.h>
#include <glib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define DEFAULT_MAX_CHAIN 127 /* PERF_MAX_STACK_DEPTH, include/uapi/linux/perf_event.h */
/* A storm may begin as the window opens: of each switch a stack with its copy would be more than
 * can be read. Where there is none, the pace is soon another: engine_perf_read.c. */
#define FIRST_PERIOD 29
#define MANY_BYTES (1U << 20) /* of records: worth to be taken at once */

static struct engine_perf *self(struct engine *engine)
{
	return (struct engine_perf *)engine;
}

static const struct engine_perf *const_self(const struct engine *engine)
{
	return (const struct engine_perf *)engine;
}

static void perf__close(struct engine *base)
{
	struct engine_perf *engine = self(base);

	engine_perf__stop_reader(engine);
	engine_perf__stop_drawing(engine);
	perf_feed__close(engine->switches);
	perf_merge__free(engine->merge);
	perf_formats__free(engine->formats);
	perf_ledger__free(engine->ledger);
	perf_locks__free(engine->locks);
	g_hash_table_destroy(engine->walked);
	g_array_unref(engine->unread);
	record_queue__free(engine->records);
	record_queue__free(engine->spare);
	probe_set__free(engine->probes);
	if (engine->ready >= 0)
		close(engine->ready);
	g_mutex_clear(&engine->lock);
	g_cond_clear(&engine->wake);
	g_free(engine->why);
	g_free(engine);
}

struct listing {
	struct engine_perf *engine;
	pid_t pid;
};

static int list_thread(void *ctx, pid_t tid)
{
	const struct listing *listing = ctx;
	int64_t delay_ns = procfs__run_delay(listing->pid, tid);
	char comm[PROCFS_COMM];

	perf_ledger__add_thread(listing->engine->ledger, (uint32_t)listing->pid, (uint32_t)tid,
				(uint64_t)MAX(delay_ns, 0));
	if (!procfs__comm(listing->pid, tid, comm))
		perf_ledger__name(listing->engine->ledger, (uint32_t)tid, comm);
	return 0;
}

/* Who is born from here on is told; who is there already, /proc tells. */
static void list_process(struct engine_perf *engine, pid_t pid)
{
	struct listing listing = {.engine = engine, .pid = pid};

	perf_ledger__add_process(engine->ledger, (uint32_t)pid);
	procfs__each_thread(pid, list_thread, &listing);
}

static int perf__attach(struct engine *base, char **error)
{
	struct engine_perf *engine = self(base);

	(void)error;
	perf_feed__start(engine->switches);
	for (size_t i = 0; i < engine->pid_count; i++)
		list_process(engine, engine->pids[i]);
	engine->paced_ns = (uint64_t)now__monotonic();
	engine_perf__start_reader(engine);
	return 0;
}

static struct engine_facts perf__facts(const struct engine *base)
{
	const struct engine_perf *engine = const_self(base);

	return (struct engine_facts){
		.backend = engine->tier->backend,
		.lock_backend = engine->gaps.locks ? "none" : "contention-tracepoints",
		.probes = engine->probes,
		.gaps = engine->gaps,
		.why = engine->why,
		.no_syscalls = "perf events do not count system calls in moments; BPF programs do",
		.syscall_added_ns = -1,
	};
}

static int perf__keeps_frame_pointers(struct engine *base, pid_t pid, bool keeps)
{
	struct engine_perf *engine = self(base);

	g_mutex_lock(&engine->lock);
	if (keeps)
		g_hash_table_add(engine->walked, GINT_TO_POINTER(pid));
	else
		g_hash_table_remove(engine->walked, GINT_TO_POINTER(pid));
	g_mutex_unlock(&engine->lock);
	return 0;
}

static int perf__follow(struct engine *base, pid_t pid)
{
	struct engine_perf *engine = self(base);

	if (engine->gaps.others)
		return -EOPNOTSUPP;
	g_mutex_lock(&engine->lock);
	list_process(engine, pid);
	g_mutex_unlock(&engine->lock);
	return 0;
}

/* Stacks are drawn at the pace of the switches: engine_perf_read.c. Only how many is adapted. */
static void perf__set_pace(struct engine *base, const struct engine_pace *pace)
{
	g_atomic_int_set(&self(base)->slowdown, (gint)pace->slowdown);
}

/* Every switch leaves a record in the rings, wanted or not. */
static bool perf__bounds_ledger(const struct engine *base)
{
	(void)base;
	return false;
}

static void set_window(struct engine_perf *engine, uint64_t start_ns, uint64_t end_ns)
{
	engine->start_ns = start_ns;
	engine->end_ns = end_ns;
	perf_ledger__set_window(engine->ledger, start_ns, end_ns);
}

static void perf__open_window(struct engine *base, int64_t t0_ns)
{
	struct engine_perf *engine = self(base);
	uint32_t period;

	g_mutex_lock(&engine->lock);
	set_window(engine, (uint64_t)t0_ns, UINT64_MAX);
	if (!engine->gaps.wakeups)
		engine->waits_due_ns = (uint64_t)t0_ns;
	/* What was seen since the engine was attached tells at what pace to begin. */
	engine_perf__read(engine, (uint64_t)(now__monotonic() - ENGINE_LAG_NS));
	period = engine_perf__pace(engine, 1);
	engine_perf__draw(engine, MAX(period, FIRST_PERIOD));
	g_cond_signal(&engine->wake);
	g_mutex_unlock(&engine->lock);
}

static void perf__close_window(struct engine *base, int64_t t1_ns)
{
	struct engine_perf *engine = self(base);

	g_mutex_lock(&engine->lock);
	set_window(engine, engine->start_ns, (uint64_t)t1_ns);
	g_cond_signal(&engine->wake);
	g_mutex_unlock(&engine->lock);
}

static int perf__fd(const struct engine *base)
{
	return const_self(base)->ready;
}

static int perf__drain(struct engine *base, engine_record_fn visit, void *ctx)
{
	struct engine_perf *engine = self(base);
	struct record_queue *taken;
	uint64_t count;

	if (read(engine->ready, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return -errno;
	g_mutex_lock(&engine->lock);
	/* What has been told until now: samples of the CPU clock wait for the births before them.
	 */
	if (engine->reader)
		engine_perf__read(engine, (uint64_t)(now__monotonic() - ENGINE_LAG_NS));
	taken = engine->records;
	engine->records = engine->spare;
	engine->spare = taken;
	engine->record_bytes = 0;
	g_mutex_unlock(&engine->lock);
	record_queue__take(taken, visit, ctx);
	return 0;
}

struct slots {
	engine_slot_fn visit;
	void *ctx;
};

static void visit_slot(void *ctx, struct perf_thread *thread)
{
	const struct slots *slots = ctx;
	struct wf_thread slot;

	perf_waits__compare(thread, UINT64_MAX);
	slot = thread->slot;
	if (!slot.off_ns)
		return;
	if (thread->cpu >= 0) {
		/* The books take the wait before the run it is in to be what the kernel has counted
		 * since: so this must be the kernel's count before it. */
		int64_t delay_ns = procfs__run_delay((pid_t)slot.tgid, (pid_t)thread->number);

		slot.run_delay = delay_ns < 0 ? thread->run_delay_ns : (uint64_t)delay_ns;
		slot.run_delay -= MIN(thread->wait_ns, slot.run_delay);
	}
	slots->visit(slots->ctx, &slot);
}

static void perf__each_slot(struct engine *base, engine_slot_fn visit, void *ctx)
{
	struct slots slots = {.visit = visit, .ctx = ctx};

	perf_ledger__each_thread(self(base)->ledger, visit_slot, &slots);
}

static int perf__each_cpu(struct engine *base, engine_cpu_fn visit, void *ctx)
{
	struct engine_perf *engine = self(base);

	/* From here on there is one thread. */
	engine_perf__stop_reader(engine);
	engine_perf__read(engine, engine->end_ns);
	/* The kernel tells of records it had no room for before the next one that it has. */
	engine_perf__read(engine, (uint64_t)now__monotonic());
	perf_ledger__each_cpu(engine->ledger, visit, ctx);
	return 0;
}

static int perf__take_locks(struct engine *base, uint32_t before, engine_lock_fn visit, void *ctx)
{
	struct engine_perf *engine = self(base);

	g_mutex_lock(&engine->lock);
	perf_locks__take(engine->locks, before, visit, ctx);
	g_mutex_unlock(&engine->lock);
	return 0;
}

static void flush_calls(void *ctx, struct perf_thread *thread)
{
	perf_calls__flush(thread, ctx);
}

static void perf__take_calls(struct engine *base, engine_record_fn visit, void *ctx)
{
	struct perf_sink sink = {.emit = visit, .ctx = ctx};

	perf_ledger__each_thread(self(base)->ledger, flush_calls, &sink);
}

/* An event a call would be a record a call. */
static void perf__take_moments(struct engine *base, engine_moment_fn visit, void *ctx)
{
	(void)base;
	(void)visit;
	(void)ctx;
}

static void perf__stop_moments(struct engine *base)
{
	(void)base;
}

static int perf__clock_filter(const struct engine *base)
{
	(void)base;
	return -EOPNOTSUPP;
}

static struct wf_losses perf__losses(const struct engine *base)
{
	const struct engine_perf *engine = const_self(base);

	return (struct wf_losses){
		.stacks = engine_perf__lost_stacks(engine) +
			  perf_ledger__stray_stacks(engine->ledger),
		.lock_depth = perf_locks__too_deep(engine->locks),
	};
}

static uint64_t perf__missed(const struct engine *base)
{
	(void)base;
	return 0;
}

static uint64_t perf__unseen(const struct engine *base)
{
	return perf_ledger__missing(const_self(base)->ledger);
}

/* There are no programs whose time the kernel could take. */
static int perf__start_stats(struct engine *base)
{
	(void)base;
	return -EOPNOTSUPP;
}

static struct engine_run_stats perf__stop_stats(struct engine *base)
{
	(void)base;
	return (struct engine_run_stats){0};
}

static const struct engine_ops ops = {
	.close = perf__close,
	.attach = perf__attach,
	.facts = perf__facts,
	.keeps_frame_pointers = perf__keeps_frame_pointers,
	.follow = perf__follow,
	.set_pace = perf__set_pace,
	.bounds_ledger = perf__bounds_ledger,
	.open_window = perf__open_window,
	.close_window = perf__close_window,
	.fd = perf__fd,
	.drain = perf__drain,
	.each_slot = perf__each_slot,
	.each_cpu = perf__each_cpu,
	.take_locks = perf__take_locks,
	.take_calls = perf__take_calls,
	.take_moments = perf__take_moments,
	.stop_moments = perf__stop_moments,
	.clock_filter = perf__clock_filter,
	.losses = perf__losses,
	.missed = perf__missed,
	.unseen = perf__unseen,
	.start_stats = perf__start_stats,
	.stop_stats = perf__stop_stats,
};

static void keep_record(void *ctx, const void *record, size_t size)
{
	static const uint64_t one = 1;
	struct engine_perf *engine = ctx;
	bool were_many = engine->record_bytes >= MANY_BYTES;

	record_queue__add(engine->records, record, size);
	engine->record_bytes += size;
	/* Once is enough; where it fails, the records are taken at the next tick. */
	if (!were_many && engine->record_bytes >= MANY_BYTES &&
	    write(engine->ready, &one, sizeof(one)) < 0)
		engine->record_bytes = 0;
}

static struct engine_perf *new_engine(const struct engine_config *config)
{
	struct engine_perf *engine = g_new0(struct engine_perf, 1);
	const struct perf_window window = {
		.start_ns = UINT64_MAX,
		.end_ns = UINT64_MAX,
		.slice_ns = (uint64_t)config->slice_ns,
		.long_span_ns = ENGINE_LONG_SPAN_NS,
	};
	struct perf_sink sink = {.emit = keep_record, .ctx = engine};

	engine->base.ops = &ops;
	engine->pids = config->pids;
	engine->pid_count = config->pid_count;
	engine->probes = probe_set__new();
	engine->merge = perf_merge__new();
	engine->locks = perf_locks__new();
	engine->walked = g_hash_table_new(g_direct_hash, g_direct_equal);
	engine->unread = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	engine->records = record_queue__new();
	engine->spare = record_queue__new();
	g_mutex_init(&engine->lock);
	g_cond_init(&engine->wake);
	engine->cpus = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	engine->ledger = perf_ledger__new(engine->cpus, sysctl__pid_max(), &window, &sink);
	engine->max_chain =
		(uint32_t)sysctl__read("kernel/perf_event_max_stack", DEFAULT_MAX_CHAIN);
	engine->start_ns = engine->end_ns = engine->waits_due_ns = UINT64_MAX;
	engine->ready = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return engine;
}

static void tell_evidence(struct engine_perf *engine)
{
	const struct probe_status evidence = {
		.backend = BACKEND_EVIDENCE,
		.counts = COUNTS_NOTHING,
		.note = engine->tier->probe_note,
	};

	for (int i = 0; i < WF_PROBES; i++)
		if (probe_set__status(engine->probes, (enum wf_probe)i)->backend ==
		    BACKEND_EVIDENCE)
			probe_set__take(engine->probes, (enum wf_probe)i, &evidence);
}

/* Joins two texts that say why; the first may be NULL, both are taken. */
static char *join(char *first, char *second)
{
	char *both = first ? g_strdup_printf("%s; %s", first, second) : g_strdup(second);

	g_free(first);
	g_free(second);
	return both;
}

/* The best tier that is allowed; engine->why tells why it is not a better one. */
static int open_tier(struct engine_perf *engine, char **error)
{
	static const struct perf_tier *const tiers[] = {
		&perf_tier_tracepoints,
		&perf_tier_switches,
	};
	int status = -EPERM;

	for (size_t i = 0; status && i < G_N_ELEMENTS(tiers); i++) {
		char *reason = NULL;

		engine->tier = tiers[i];
		status = tiers[i]->open(engine, &reason);
		if (status)
			engine->why = join(engine->why, reason);
	}
	if (status)
		*error = g_strdup(engine->why);
	return status;
}

int engine_perf__open(struct engine **out, const struct engine_config *config, char **error)
{
	struct engine_perf *engine;
	int status;

	if (config->backend == BACKEND_CHOICE_FENTRY || config->backend == BACKEND_CHOICE_KPROBE) {
		*error = g_strdup_printf("the perf engine hooks no functions: --backend fentry and "
					 "kprobe need the BPF engine%s%s",
					 config->refused ? ": " : "",
					 config->refused ? config->refused : "");
		return -EOPNOTSUPP;
	}
	engine = new_engine(config);
	status = engine->ready < 0 ? -errno : 0;

	engine->why = g_strdup(config->refused);
	if (status)
		*error = g_strdup_printf("eventfd: %s", g_strerror(-status));
	else
		status = open_tier(engine, error);
	if (status) {
		perf__close(&engine->base);
		return status;
	}
	tell_evidence(engine);
	*out = &engine->base;
	return 0;
}
