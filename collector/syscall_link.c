// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/syscall_link.h"

#include "collector/bpf_runs.h"
#include "collector/bpf_share.h"
#include "collector/callers.h"
#include "collector/now.h"

#include "bpf/syscalls.skel.h"
#include "bpf/wallflame.skel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <glib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* To find out what counting adds to a call: the quickest of so many rounds of so many calls, each
 * round so short that some are left alone also where others want the CPU. */
#define TRIAL_ROUNDS 64
#define TRIAL_CALLS 16

struct syscall_link {
	struct syscalls_bpf *skeleton;
	int ends[2]; /* attached to the exit and to the entry, or -1 */
	int64_t added_ns;
	struct wf_syscall_sum *per_cpu; /* room for one row of the table */
	int cpus;
};

/* Both objects use one map of these variables. */
_Static_assert(sizeof(struct wallflame_bpf__data_shared) ==
		       sizeof(struct syscalls_bpf__data_shared),
	       "shared: as a whole");
_Static_assert(offsetof(struct wallflame_bpf__data_shared, losses) ==
		       offsetof(struct syscalls_bpf__data_shared, losses),
	       "shared: losses");

int syscall_link__attach(struct syscall_link *link)
{
	const struct {
		const char *tracepoint;
		const struct bpf_program *program;
	} ends[] = {
		/* The exit first and gone last: so no call that began is left without its end. */
		{"sys_exit", link->skeleton->progs.on_sys_exit},
		{"sys_enter", link->skeleton->progs.on_sys_enter},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		link->ends[i] = bpf_raw_tracepoint_open(ends[i].tracepoint,
							bpf_program__fd(ends[i].program));
		if (link->ends[i] < 0) {
			int status = link->ends[i];

			syscall_link__detach(link);
			return status;
		}
	}
	return 0;
}

void syscall_link__count(struct syscall_link *link, struct moment moment)
{
	/* None is open while its ends are being set. */
	__atomic_store_n(&link->skeleton->data->moment_from, UINT64_MAX, __ATOMIC_SEQ_CST);
	__atomic_store_n(&link->skeleton->bss->moment_to, (uint64_t)moment.to_ns, __ATOMIC_SEQ_CST);
	__atomic_store_n(&link->skeleton->data->moment_from, (uint64_t)moment.from_ns,
			 __ATOMIC_SEQ_CST);
}

void syscall_link__detach(struct syscall_link *link)
{
	for (size_t i = G_N_ELEMENTS(link->ends); i-- > 0;) {
		if (link->ends[i] >= 0)
			close(link->ends[i]);
		link->ends[i] = -1;
	}
}

static int take_row(const struct syscall_link *link, const struct wf_syscall_key *key,
		    struct engine_syscall *row)
{
	int fd = bpf_map__fd(link->skeleton->maps.syscall_sums);

	*row = (struct engine_syscall){.tgid = (pid_t)key->tgid, .syscall = key->syscall};
	if (bpf_map_lookup_elem(fd, key, link->per_cpu) || bpf_map_delete_elem(fd, key))
		return -errno;
	for (int i = 0; i < link->cpus; i++) {
		row->calls += (int64_t)link->per_cpu[i].calls;
		row->errors += (int64_t)link->per_cpu[i].errors;
		row->returned += link->per_cpu[i].returned;
		row->whole += (int64_t)link->per_cpu[i].whole;
		row->ns += (int64_t)link->per_cpu[i].ns;
	}
	return 0;
}

int syscall_link__take(const struct syscall_link *link, syscall_sum_fn visit, void *ctx)
{
	int fd = bpf_map__fd(link->skeleton->maps.syscall_sums);
	struct wf_syscall_key key;
	struct engine_syscall row;
	int status = 0;

	/* Rows that have been taken are gone, so the first one is always another. */
	while (!status && !bpf_map_get_next_key(fd, NULL, &key)) {
		status = take_row(link, &key, &row);
		if (!status)
			visit(ctx, &row);
	}
	return status;
}

static void drop(void *ctx, const struct engine_syscall *row)
{
	(void)ctx;
	(void)row;
}

/* The quickest round, ns a call. */
static int64_t time_calls(void)
{
	int64_t best_ns = INT64_MAX;

	for (int round = 0; round < TRIAL_ROUNDS; round++) {
		int64_t begin_ns = now__monotonic(), took_ns;

		for (int i = 0; i < TRIAL_CALLS; i++)
			syscall(SYS_getppid);
		took_ns = now__monotonic() - begin_ns;
		best_ns = MIN(best_ns, took_ns);
	}
	return best_ns / TRIAL_CALLS;
}

static int measure(struct syscall_link *link)
{
	int64_t before_ns = time_calls(), with_ns;
	int status = syscall_link__attach(link);

	if (status)
		return status;
	syscall_link__count(link, (struct moment){.from_ns = 0, .to_ns = INT64_MAX});
	with_ns = time_calls();
	link->added_ns = MAX(with_ns - before_ns, 0);
	syscall_link__count(link, (struct moment){.from_ns = INT64_MAX, .to_ns = 0});
	syscall_link__detach(link);
	return syscall_link__take(link, drop, NULL);
}

/* Leaves no trace of this process among the target: it was a target only for the trial. */
static int forget_self(const struct wallflame_bpf *main, const struct callers *callers)
{
	uint32_t self = (uint32_t)getpid(), tid = (uint32_t)gettid();
	int numbers = bpf_map__fd(main->maps.numbers_of_tid);
	void *none = g_malloc0(bpf_map__value_size(main->maps.numbers_of_tid));
	struct wf_caller free_one = {0};
	uint32_t index;
	int status = 0;

	if (bpf_map_delete_elem(bpf_map__fd(main->maps.targets), &self) ||
	    bpf_map_update_elem(numbers, &tid, none, BPF_ANY))
		status = -errno;
	if (!status && callers__find(callers, tid, &index) &&
	    (bpf_map_update_elem(bpf_map__fd(main->maps.callers), &index, &free_one, BPF_ANY) ||
	     bpf_map_update_elem(bpf_map__fd(main->maps.free_callers), NULL, &index, BPF_ANY)))
		status = -errno;
	g_free(none);
	return status;
}

static int try_out(struct syscall_link *link, const struct wallflame_bpf *main,
		   const struct callers *callers)
{
	uint32_t self = (uint32_t)getpid();
	uint64_t start_unknown = 0;
	int status, forgotten;

	if (bpf_map_update_elem(bpf_map__fd(main->maps.targets), &self, &start_unknown, BPF_ANY))
		return -errno;
	status = measure(link);
	forgotten = forget_self(main, callers);
	return status ? status : forgotten;
}

static int load(struct syscall_link *link, const struct wallflame_bpf *main)
{
	int status;

	link->cpus = libbpf_num_possible_cpus();
	if (link->cpus < 0)
		return link->cpus;
	link->per_cpu = g_new0(struct wf_syscall_sum, (size_t)link->cpus);
	link->skeleton = syscalls_bpf__open();
	status = link->skeleton ? bpf_share__maps(link->skeleton->obj, main) : -errno;
	if (status)
		return status;
	link->skeleton->rodata->max_threads = main->rodata->max_threads;
	return syscalls_bpf__load(link->skeleton);
}

int syscall_link__open(struct syscall_link **out, const struct wallflame_bpf *main,
		       const struct callers *callers)
{
	struct syscall_link *link = g_new0(struct syscall_link, 1);
	int status;

	link->ends[0] = link->ends[1] = -1;
	status = load(link, main);
	if (!status)
		status = try_out(link, main, callers);
	if (status) {
		syscall_link__free(link);
		return status;
	}
	*out = link;
	return 0;
}

void syscall_link__free(struct syscall_link *link)
{
	if (!link)
		return;
	syscall_link__detach(link);
	syscalls_bpf__destroy(link->skeleton);
	g_free(link->per_cpu);
	g_free(link);
}

int64_t syscall_link__added_ns(const struct syscall_link *link)
{
	return link->added_ns;
}

uint64_t syscall_link__missed(const struct syscall_link *link)
{
	return bpf_runs__missed(link->skeleton->obj, "", false);
}

void syscall_link__add_runs(const struct syscall_link *link, struct engine_run_stats *stats)
{
	bpf_runs__add(link->skeleton->obj, stats);
}
