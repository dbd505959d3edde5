// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/bpf_runs.h"
#include "collector/callers.h"
#include "collector/clock_filter.h"
#include "collector/engine_bpf_load.h"
#include "collector/engine_private.h"
#include "collector/kernel_types.h"
#include "collector/now.h"
#include "collector/probes.h"
#include "collector/syscall_link.h"
#include "collector/syscall_sampler.h"

#include "bpf/wallflame.skel.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

/* So long before the window closes each call of a probe point looks at the clock. The ring is
 * drained far more often. */
#define END_IS_NEAR_NS 1000000000LL
/* A thread's calls of a point that are all timed in a slice: not less, however many threads. */
#define LEAST_CALLS_BUDGET 4

/* Of p, as long as nothing is slowed down: 2^20 of 2^32. */
#define DRAW_FLOOR (1ULL << 20)

struct engine_bpf {
	struct engine base;
	enum backend_choice backend;
	int64_t slice_ns;
	bool bounds_ledger;
	struct probe_set *set;
	struct probes *probes;
	struct callers *callers;
	struct clock_filter *filter; /* NULL: this kernel does not take it */
	uint64_t unended_calls;
	uint32_t syscall_share_ppm;
	struct syscall_link *syscalls; /* NULL: they cannot be counted */
	char *no_syscalls; /* why */
	struct syscall_sampler *sampler; /* while the window is open */
	struct btf *kernel; /* its types, until all is attached */
	struct wallflame_bpf *skeleton;
	struct ring_buffer *ring;
	struct bpf_link *links[6];
	size_t link_count;
	struct wf_thread *slots; /* the kernel's own memory */
	size_t slot_count;
	bool has_locks;
	bool typed; /* on_switch_typed keeps the ledger, not on_switch */
	int stats_fd;
	struct engine_run_stats stats_before; /* of what somebody else had taken, too */
	engine_record_fn visit; /* while draining */
	void *visit_ctx;
};

static int pass_record(void *ctx, void *record, size_t size)
{
	struct engine_bpf *engine = ctx;

	engine->visit(engine->visit_ctx, record, size);
	return 0;
}

static size_t page_align(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

static int add_target(const struct engine_bpf *engine, pid_t pid)
{
	int fd = bpf_map__fd(engine->skeleton->maps.targets);
	uint64_t start_unknown = 0;
	uint32_t key = (uint32_t)pid;

	/* Of one that is there already, when it began is known. */
	return bpf_map_update_elem(fd, &key, &start_unknown, BPF_NOEXIST) && errno != EEXIST
		       ? -errno
		       : 0;
}

static int add_targets(const struct engine_bpf *engine, const struct engine_config *config)
{
	int status = 0;

	for (size_t i = 0; !status && i < config->pid_count; i++)
		status = add_target(engine, config->pids[i]);
	return status;
}

static int open_maps(struct engine_bpf *engine, const struct engine_config *config)
{
	const struct wallflame_bpf *skeleton = engine->skeleton;
	int status;

	engine->slots = mmap(NULL, page_align(engine->slot_count * sizeof(struct wf_thread)),
			     PROT_READ, MAP_SHARED, bpf_map__fd(skeleton->maps.slots), 0);
	if (engine->slots == MAP_FAILED) {
		engine->slots = NULL;
		return -errno;
	}
	engine->ring =
		ring_buffer__new(bpf_map__fd(skeleton->maps.ring), pass_record, engine, NULL);
	if (!engine->ring)
		return -errno;
	status = engine_bpf__free_all(bpf_map__fd(skeleton->maps.free_slots), engine->slot_count);
	if (!status)
		status = engine_bpf__free_all(bpf_map__fd(skeleton->maps.free_callers),
					      engine->slot_count);
	if (!status)
		status = callers__open(&engine->callers, bpf_map__fd(skeleton->maps.callers),
				       engine->slot_count);
	return status ? status : add_targets(engine, config);
}

static struct engine_bpf *self(struct engine *engine)
{
	return (struct engine_bpf *)engine;
}

static const struct engine_bpf *const_self(const struct engine *engine)
{
	return (const struct engine_bpf *)engine;
}

static void bpf__close(struct engine *base)
{
	struct engine_bpf *engine = self(base);

	syscall_sampler__free(engine->sampler);
	syscall_link__free(engine->syscalls);
	g_free(engine->no_syscalls);
	probes__free(engine->probes);
	clock_filter__close(engine->filter);
	for (size_t i = 0; i < engine->link_count; i++)
		bpf_link__destroy(engine->links[i]);
	if (engine->stats_fd >= 0)
		close(engine->stats_fd);
	ring_buffer__free(engine->ring);
	if (engine->slots)
		munmap(engine->slots, page_align(engine->slot_count * sizeof(struct wf_thread)));
	callers__close(engine->callers);
	btf__free(engine->kernel);
	wallflame_bpf__destroy(engine->skeleton);
	probe_set__free(engine->set);
	g_free(engine);
}

static int attach(struct engine_bpf *engine, const struct bpf_program *program)
{
	struct bpf_link *link = bpf_program__attach(program);

	if (!link)
		return -errno;
	engine->links[engine->link_count++] = link;
	return 0;
}

static int refuse(const struct bpf_program *program, int status, char **error)
{
	*error = g_strdup_printf("attaching %s: %s", bpf_program__section_name(program),
				 g_strerror(-status));
	return status;
}

/* All but the switches. */
static int attach_others(struct engine_bpf *engine, char **error)
{
	/* Births first, so that no thread can be born unseen between two of them. */
	const struct {
		const struct bpf_program *program;
		bool needed;
	} programs[] = {
		{engine->skeleton->progs.on_fork, true},
		{engine->skeleton->progs.on_exec, true},
		{engine->skeleton->progs.on_migrate, true},
		{engine->skeleton->progs.on_contention_end, false},
		{engine->skeleton->progs.on_contention_begin, false},
	};

	_Static_assert(G_N_ELEMENTS(programs) + 1 == G_N_ELEMENTS(engine->links),
		       "a link a program");
	engine->has_locks = true;
	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
		int status = bpf_program__autoload(programs[i].program)
				     ? attach(engine, programs[i].program)
				     : 0;

		if (!status)
			continue;
		if (programs[i].needed || status != -ENOENT)
			return refuse(programs[i].program, status, error);
		engine->has_locks = false;
	}
	return 0;
}

static int attach_switch(struct engine_bpf *engine, char **error)
{
	const struct bpf_program *program = engine->typed ? engine->skeleton->progs.on_switch_typed
							  : engine->skeleton->progs.on_switch;
	int status = attach(engine, program);

	return status ? refuse(program, status, error) : 0;
}

/* It can be done without. */
static void open_syscalls(struct engine_bpf *engine)
{
	int status;

	if (!engine->syscall_share_ppm) {
		engine->no_syscalls = g_strdup("not asked for");
		return;
	}
	status = syscall_link__open(&engine->syscalls, engine->skeleton, engine->callers);
	if (status)
		engine->no_syscalls =
			g_strdup_printf("the kernel refuses programs on sys_enter and sys_exit: %s",
					g_strerror(-status));
}

static int bpf__attach(struct engine *base, char **error)
{
	struct engine_bpf *engine = self(base);
	struct probes_config config = {
		.main = engine->skeleton,
		.kernel = engine->kernel,
		.choice = engine->backend,
	};
	int status = attach_others(engine, error);

	config.has_contention = engine->has_locks;
	clock_filter__open(&engine->filter, engine->skeleton); /* it can be done without */
	if (!status)
		status = probes__attach(&engine->probes, &config, engine->set, error);
	if (!status)
		open_syscalls(engine);
	btf__free(engine->kernel);
	engine->kernel = NULL;
	/* Last: probe points may take seconds to attach, and nobody reads the ring meanwhile. */
	return status ? status : attach_switch(engine, error);
}

static const char *lock_backend(const struct engine_bpf *engine)
{
	if (engine->has_locks)
		return "contention-tracepoints";
	return probes__has_lock_paths(engine->probes) ? "slow-path-functions" : "none";
}

static struct engine_facts bpf__facts(const struct engine *base)
{
	const struct engine_bpf *engine = const_self(base);

	return (struct engine_facts){
		.backend = engine->typed ? "bpf-tp-btf" : "bpf-raw-tracepoint",
		.lock_backend = lock_backend(engine),
		.probes = engine->set,
		.no_syscalls = engine->no_syscalls,
		.syscall_added_ns = engine->syscalls ? syscall_link__added_ns(engine->syscalls)
						     : -1,
		.gaps = {.locks = !engine->has_locks && !probes__has_lock_paths(engine->probes)},
	};
}

static int bpf__keeps_frame_pointers(struct engine *base, pid_t pid, bool keeps)
{
	int fd = bpf_map__fd(self(base)->skeleton->maps.frame_pointers);
	uint32_t key = (uint32_t)pid;
	uint8_t yes = 1;

	if (keeps)
		return bpf_map_update_elem(fd, &key, &yes, BPF_ANY) ? -errno : 0;
	return bpf_map_delete_elem(fd, &key) && errno != ENOENT ? -errno : 0;
}

static int bpf__follow(struct engine *base, pid_t pid)
{
	return add_target(self(base), pid);
}

static void bpf__set_pace(struct engine *base, const struct engine_pace *pace)
{
	struct engine_bpf *engine = self(base);
	struct wallflame_bpf__data_shared *shared = engine->skeleton->data_shared;

	shared->draw_scale = (1ULL << 32) / (uint64_t)pace->stack_period_ns;
	shared->draw_floor = DRAW_FLOOR / (uint64_t)pace->slowdown;
	shared->calls_budget =
		(uint32_t)MAX(engine->slice_ns / pace->stack_period_ns, LEAST_CALLS_BUDGET);
	shared->copy_bytes = MIN(pace->copy_bytes, WF_COPY_BYTES);
	if (!engine->bounds_ledger)
		return;
	/* From the first time on, no moment when a thread came onto its CPU is taken for granted.
	 */
	if (pace->ledger < 1)
		shared->cover_bounded = 1;
	shared->cover_below = (uint64_t)(CLAMP(pace->ledger, 0, 1) * (double)WF_COVER_ALWAYS);
}

static bool bpf__bounds_ledger(const struct engine *base)
{
	return const_self(base)->bounds_ledger;
}

static void bpf__open_window(struct engine *base, int64_t t0_ns)
{
	struct engine_bpf *engine = self(base);

	engine->skeleton->data_shared->window_start = (uint64_t)t0_ns;
	if (engine->syscalls)
		engine->sampler =
			syscall_sampler__start(engine->syscalls, t0_ns, engine->syscall_share_ppm);
}

/* In the middle of the window no call needs to look at the clock to know that it is inside. */
static void check_calls(const struct engine_bpf *engine)
{
	struct wallflame_bpf__data_shared *shared = engine->skeleton->data_shared;
	uint64_t now = (uint64_t)now__monotonic();
	uint64_t start = shared->window_start, end = shared->window_end;

	shared->calls_unchecked = now >= start && now < end && end - now > END_IS_NEAR_NS;
	if (now >= start)
		shared->calls_slice = (uint32_t)((now - start) / (uint64_t)engine->slice_ns);
}

static void bpf__close_window(struct engine *base, int64_t t1_ns)
{
	struct engine_bpf *engine = self(base);

	engine->skeleton->data_shared->window_end = (uint64_t)t1_ns;
	check_calls(engine);
}

static int bpf__fd(const struct engine *base)
{
	const struct engine_bpf *engine = const_self(base);

	return ring_buffer__epoll_fd(engine->ring);
}

static int bpf__drain(struct engine *base, engine_record_fn visit, void *ctx)
{
	struct engine_bpf *engine = self(base);

	int count;

	check_calls(engine);
	engine->visit = visit;
	engine->visit_ctx = ctx;
	count = ring_buffer__consume(engine->ring);
	engine->visit = NULL;
	engine->visit_ctx = NULL;
	return count < 0 ? count : 0;
}

static void bpf__each_slot(struct engine *base, engine_slot_fn visit, void *ctx)
{
	struct engine_bpf *engine = self(base);

	for (size_t i = 0; i < engine->slot_count; i++)
		if (engine->slots[i].tid)
			visit(ctx, &engine->slots[i]);
}

static int bpf__each_cpu(struct engine *base, engine_cpu_fn visit, void *ctx)
{
	struct engine_bpf *engine = self(base);

	int count = libbpf_num_possible_cpus();
	struct wf_cpu *cpus;
	uint32_t zero = 0;
	int status = 0;

	if (count < 0)
		return count;
	cpus = g_new0(struct wf_cpu, (size_t)count);
	if (bpf_map_lookup_elem(bpf_map__fd(engine->skeleton->maps.cpus), &zero, cpus))
		status = -errno;
	for (int i = 0; !status && i < count; i++)
		visit(ctx, &cpus[i]);
	g_free(cpus);
	return status;
}

static int bpf__take_locks(struct engine *base, uint32_t before, engine_lock_fn visit, void *ctx)
{
	struct engine_bpf *engine = self(base);

	int fd = bpf_map__fd(engine->skeleton->maps.lock_sums);
	GArray *keys = g_array_new(FALSE, FALSE, sizeof(struct wf_lock_key));
	struct wf_lock_key key, *previous = NULL;

	/* First the keys, then the rows: deleting while walking would start the walk anew. */
	while (!bpf_map_get_next_key(fd, previous, &key)) {
		if (key.slice < before)
			g_array_append_val(keys, key);
		previous = &key;
	}
	for (guint i = 0; i < keys->len; i++) {
		struct wf_lock_sum sum;

		key = g_array_index(keys, struct wf_lock_key, i);
		if (!bpf_map_lookup_elem(fd, &key, &sum) && !bpf_map_delete_elem(fd, &key))
			visit(ctx, &key, &sum);
	}
	g_array_free(keys, TRUE);
	return 0;
}

static void bpf__take_calls(struct engine *base, engine_record_fn visit, void *ctx)
{
	struct engine_bpf *engine = self(base);

	const struct callers_end end = {
		.set = engine->set,
		.runs_missed = probes__missed(engine->probes) > 0,
		.t1_ns = engine->skeleton->data_shared->window_end,
	};

	callers__take(engine->callers, &end, visit, ctx, &engine->unended_calls);
}

struct taking {
	engine_moment_fn visit;
	void *ctx;
	int64_t end_ns;
};

static void take_moment(void *ctx, const struct engine_moment *moment)
{
	const struct taking *taking = ctx;

	if (moment->to_ns <= taking->end_ns)
		taking->visit(taking->ctx, moment);
}

static void bpf__take_moments(struct engine *base, engine_moment_fn visit, void *ctx)
{
	struct engine_bpf *engine = self(base);
	struct taking taking = {
		.visit = visit,
		.ctx = ctx,
		.end_ns = (int64_t)MIN(engine->skeleton->data_shared->window_end, INT64_MAX),
	};

	if (engine->sampler)
		syscall_sampler__take(engine->sampler, take_moment, &taking);
}

static void bpf__stop_moments(struct engine *base)
{
	syscall_sampler__stop(self(base)->sampler);
}

static int bpf__clock_filter(const struct engine *base)
{
	const struct clock_filter *filter = const_self(base)->filter;

	return filter ? clock_filter__fd(filter) : -EOPNOTSUPP;
}

static struct wf_losses bpf__losses(const struct engine *base)
{
	const struct engine_bpf *engine = const_self(base);

	struct wf_losses losses = engine->skeleton->data_shared->losses;

	losses.call_ends += engine->unended_calls;
	if (engine->sampler)
		losses.moments += syscall_sampler__failed(engine->sampler);
	return losses;
}

/* They run inside the others too, where these wait for the ring's own lock. */
#define LOCK_PROGRAMS "contention_"

static uint64_t bpf__missed(const struct engine *base)
{
	const struct engine_bpf *engine = const_self(base);

	return bpf_runs__missed(engine->skeleton->obj, LOCK_PROGRAMS, false) +
	       probes__missed(engine->probes) +
	       (engine->syscalls ? syscall_link__missed(engine->syscalls) : 0);
}

/* A program runs at every switch, or the kernel counts it as missed. */
static uint64_t bpf__unseen(const struct engine *base)
{
	return bpf_runs__missed(const_self(base)->skeleton->obj, LOCK_PROGRAMS, true);
}

static struct engine_run_stats run_stats(const struct engine_bpf *engine)
{
	struct engine_run_stats stats = {0};

	bpf_runs__add(engine->skeleton->obj, &stats);
	probes__add_runs(engine->probes, &stats);
	clock_filter__add_runs(engine->filter, &stats);
	if (engine->syscalls)
		syscall_link__add_runs(engine->syscalls, &stats);
	return stats;
}

static int bpf__start_stats(struct engine *base)
{
	struct engine_bpf *engine = self(base);

	engine->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (engine->stats_fd < 0)
		return -errno;
	engine->stats_before = run_stats(engine);
	return 0;
}

static struct engine_run_stats bpf__stop_stats(struct engine *base)
{
	struct engine_bpf *engine = self(base);

	struct engine_run_stats stats = {0};

	if (engine->stats_fd < 0)
		return stats;
	stats = run_stats(engine);
	stats.runs -= engine->stats_before.runs;
	stats.ns -= engine->stats_before.ns;
	close(engine->stats_fd);
	engine->stats_fd = -1;
	return stats;
}

static const struct engine_ops ops = {
	.close = bpf__close,
	.attach = bpf__attach,
	.facts = bpf__facts,
	.keeps_frame_pointers = bpf__keeps_frame_pointers,
	.follow = bpf__follow,
	.set_pace = bpf__set_pace,
	.bounds_ledger = bpf__bounds_ledger,
	.open_window = bpf__open_window,
	.close_window = bpf__close_window,
	.fd = bpf__fd,
	.drain = bpf__drain,
	.each_slot = bpf__each_slot,
	.each_cpu = bpf__each_cpu,
	.take_locks = bpf__take_locks,
	.take_calls = bpf__take_calls,
	.take_moments = bpf__take_moments,
	.stop_moments = bpf__stop_moments,
	.clock_filter = bpf__clock_filter,
	.losses = bpf__losses,
	.missed = bpf__missed,
	.unseen = bpf__unseen,
	.start_stats = bpf__start_stats,
	.stop_stats = bpf__stop_stats,
};

int engine_bpf__open(struct engine **out, const struct engine_config *config, char **error)
{
	struct engine_bpf *engine = g_new0(struct engine_bpf, 1);
	int status;

	engine->base.ops = &ops;
	engine->stats_fd = -1;
	engine->slot_count = config->threads;
	engine->backend = config->backend;
	engine->slice_ns = config->slice_ns;
	engine->syscall_share_ppm = config->syscall_share_ppm;
	engine->bounds_ledger = config->bounds_ledger;
	engine->set = probe_set__new();
	status = kernel_types__load(&engine->kernel, error);
	if (status) {
		bpf__close(&engine->base);
		return status;
	}
	status = engine_bpf__load(&engine->skeleton, config, engine->kernel, &engine->typed);
	if (!status)
		status = open_maps(engine, config);
	if (status) {
		*error = engine_bpf__explain(status);
		bpf__close(&engine->base);
		return status;
	}
	*out = &engine->base;
	return 0;
}
