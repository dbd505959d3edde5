// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/callers.h"

#include <errno.h>
#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

struct callers {
	const struct wf_caller *rows;
	size_t count;
	size_t bytes;
};

int callers__open(struct callers **out, int map_fd, size_t count)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = (count * sizeof(struct wf_caller) + page - 1) / page * page;
	void *rows = mmap(NULL, bytes, PROT_READ, MAP_SHARED, map_fd, 0);

	if (rows == MAP_FAILED)
		return -errno;
	*out = g_new(struct callers, 1);
	**out = (struct callers){.rows = rows, .count = count, .bytes = bytes};
	return 0;
}

void callers__close(struct callers *callers)
{
	if (!callers)
		return;
	munmap((void *)callers->rows, callers->bytes);
	g_free(callers);
}

bool callers__find(const struct callers *callers, uint32_t tid, uint32_t *index)
{
	for (size_t i = 0; i < callers->count; i++) {
		if (callers->rows[i].tid == tid) {
			*index = (uint32_t)i;
			return true;
		}
	}
	return false;
}

/* A return probe has room for so many open calls only, and leaves the others out; and a run that
 * was missed may have been any open call's end. */
static bool sees_all_ends(const struct callers_end *end, enum wf_probe probe)
{
	enum store_backend backend = probe_set__status(end->set, probe)->backend;

	return !end->runs_missed && (backend == BACKEND_FENTRY || backend == BACKEND_TRACEPOINT);
}

static void take_open(const struct wf_caller *caller, enum wf_probe probe, uint64_t t1_ns,
		      engine_record_fn visit, void *ctx)
{
	const struct wf_point *point = &caller->points[probe];
	struct wf_call call = {
		.type = WF_RECORD_CALL,
		.tid = caller->tid,
		.tgid = caller->tgid,
		.probability = (uint32_t)((1ULL << 32) >> point->halvings),
		.begin_ns = point->since_ns,
		.ns = t1_ns - point->since_ns,
		.probe = probe,
	};

	if (point->since_ns < t1_ns)
		visit(ctx, &call, sizeof(call));
}

void callers__take(const struct callers *callers, const struct callers_end *end,
		   engine_record_fn visit, void *ctx, uint64_t *unended)
{
	for (size_t i = 0; i < callers->count; i++) {
		const struct wf_caller *caller = &callers->rows[i];
		struct wf_calls calls = {
			.type = WF_RECORD_CALLS,
			.tid = caller->tid,
			.tgid = caller->tgid,
		};

		if (!caller->tid)
			continue;
		for (int probe = 0; probe < WF_PROBES; probe++) {
			calls.calls[probe] = caller->points[probe].calls;
			if (!caller->points[probe].since_ns)
				continue;
			if (sees_all_ends(end, (enum wf_probe)probe))
				take_open(caller, (enum wf_probe)probe, end->t1_ns, visit, ctx);
			else
				++*unended;
		}
		visit(ctx, &calls, sizeof(calls));
	}
}
