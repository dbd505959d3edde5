// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_rings.h"

#include "collector/cpu_share.h"
#include "collector/perf_fds.h"
#include "collector/procfs.h"

#include <errno.h>
#include <glib.h>
#include <perf/core.h>
#include <perf/cpumap.h>
#include <perf/event.h>
#include <perf/evlist.h>
#include <perf/evsel.h>
#include <perf/mmap.h>
#include <perf/threadmap.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#define MIN_BYTES 32768
#define TRIES 8

struct perf_ring {
	struct perf_mmap *map;
	const struct perf_event_header *pending;
};

struct perf_rings {
	struct perf_evlist *evlist;
	GArray *fds; /* of the events; libperf's */
	bool inherits;
	struct perf_ring *rings;
	size_t count;
	size_t bytes; /* of each */
};

static int print_nothing(enum libperf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/* Events take a descriptor for each CPU and thread; a soft limit is there to be raised. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int add_events(struct perf_evlist *evlist, struct perf_event_attr *attrs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct perf_evsel *evsel = perf_evsel__new(&attrs[i]);

		if (!evsel)
			return -ENOMEM;
		perf_evlist__add(evlist, evsel);
	}
	return 0;
}

static int open_evlist(struct perf_evlist **out, struct perf_event_attr *attrs, size_t count,
		       const GArray *tids, size_t bytes)
{
	struct perf_thread_map *threads =
		tids ? perf_thread_map__new_array((int)tids->len, (pid_t *)(void *)tids->data)
		     : perf_thread_map__new_dummy(); /* any thread */
	struct perf_cpu_map *cpus = perf_cpu_map__new(NULL); /* those online */
	struct perf_evlist *evlist = perf_evlist__new();
	int status = threads && cpus && evlist ? 0 : -ENOMEM;

	if (!status)
		status = add_events(evlist, attrs, count);
	if (!status) {
		perf_evlist__set_maps(evlist, cpus, threads);
		status = perf_evlist__open(evlist);
	}
	if (!status && perf_evlist__mmap(evlist, (int)(bytes / (size_t)sysconf(_SC_PAGESIZE)))) {
		status = -errno;
		perf_evlist__close(evlist);
	}
	perf_cpu_map__put(cpus);
	perf_thread_map__put(threads);
	if (status) {
		perf_evlist__delete(evlist); /* with its events */
		return status < 0 ? status : -EIO;
	}
	*out = evlist;
	return 0;
}

static void close_evlist(struct perf_evlist *evlist)
{
	perf_evlist__munmap(evlist);
	perf_evlist__close(evlist);
	perf_evlist__delete(evlist);
}

static int open_shrinking(struct perf_evlist **out, struct perf_event_attr *attrs, size_t count,
			  const GArray *tids, size_t *bytes)
{
	int status;

	/* perf_mmap(), kernel/events/core.c: -EPERM is also what goes beyond
	 * kernel.perf_event_mlock_kb and RLIMIT_MEMLOCK. */
	for (;; *bytes /= 2) {
		status = open_evlist(out, attrs, count, tids, *bytes);
		if ((status != -EPERM && status != -ENOMEM) || *bytes / 2 < MIN_BYTES)
			return status;
	}
}

static int add_tid(void *ctx, pid_t tid)
{
	g_array_append_val((GArray *)ctx, tid);
	return 0;
}

static GArray *list_threads(const struct perf_scope *scope)
{
	GArray *tids = g_array_new(FALSE, FALSE, sizeof(pid_t));

	for (size_t i = 0; i < scope->count; i++)
		procfs__each_thread(scope->pids[i], add_tid, tids);
	return tids;
}

static bool has_all(const GArray *tids, const GArray *wanted)
{
	for (guint i = 0; i < wanted->len; i++) {
		guint at = 0;
		pid_t tid = g_array_index(wanted, pid_t, i);

		while (at < tids->len && g_array_index(tids, pid_t, at) != tid)
			at++;
		if (at == tids->len)
			return false;
	}
	return true;
}

/* Threads made by a thread before its events are open inherit none: then it is begun again. */
static int open_threads(struct perf_evlist **out, struct perf_event_attr *attrs, size_t count,
			const struct perf_scope *scope, size_t *bytes)
{
	int status = -ESRCH;

	for (int try = 0; try < TRIES; try++) {
		GArray *tids = list_threads(scope), *now;
		bool all;

		status = tids->len ? open_shrinking(out, attrs, count, tids, bytes) : -ESRCH;
		now = list_threads(scope);
		all = has_all(tids, now) || try + 1 == TRIES;
		g_array_free(now, TRUE);
		g_array_free(tids, TRUE);
		if (status != -ESRCH && (status || all))
			return status;
		if (!status)
			close_evlist(*out);
	}
	return status;
}

static void take_rings(struct perf_rings *rings)
{
	struct perf_mmap *map = NULL;
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct perf_ring));

	while ((map = perf_evlist__next_mmap(rings->evlist, map, false))) {
		struct perf_ring ring = {.map = map};

		g_array_append_val(all, ring);
	}
	rings->count = all->len;
	rings->rings = (struct perf_ring *)(void *)g_array_free(all, FALSE);
}

int perf_rings__open(struct perf_rings **out, struct perf_event_attr *attrs, size_t count,
		     const struct perf_scope *scope, size_t bytes)
{
	GArray *others = perf_fds__list();
	struct perf_evlist *evlist = NULL;
	int status;

	libperf_init(print_nothing);
	raise_file_limit();
	for (size_t i = 0; i < count; i++)
		attrs[i].inherit = scope->count != 0;
	status = scope->count ? open_threads(&evlist, attrs, count, scope, &bytes)
			      : open_shrinking(&evlist, attrs, count, NULL, &bytes);
	if (status) {
		g_array_free(others, TRUE);
		return status;
	}
	*out = g_new0(struct perf_rings, 1);
	(*out)->inherits = scope->count != 0;
	(*out)->fds = perf_fds__but(others);
	if (scope->filter)
		perf_fds__attach((*out)->fds, *scope->filter);
	(*out)->evlist = evlist;
	(*out)->bytes = bytes;
	take_rings(*out);
	return 0;
}

void perf_rings__close(struct perf_rings *rings)
{
	if (!rings)
		return;
	close_evlist(rings->evlist);
	g_array_free(rings->fds, TRUE);
	g_free(rings->rings);
	g_free(rings);
}

size_t perf_rings__share(size_t bytes, size_t all)
{
	return cpu_share__bytes(bytes, MIN_BYTES, all, (size_t)sysconf(_SC_NPROCESSORS_ONLN));
}

size_t perf_rings__bytes(const struct perf_rings *rings)
{
	return rings->bytes;
}

int perf_rings__set_period(struct perf_rings *rings, uint64_t period)
{
	/* kernel/events/core.c, perf_ioctl(): it does not reach those of threads born since. */
	return rings->inherits ? -EOPNOTSUPP : perf_fds__set_period(rings->fds, period);
}

void perf_rings__start(struct perf_rings *rings)
{
	perf_evlist__enable(rings->evlist);
}

void perf_rings__stop(struct perf_rings *rings)
{
	perf_evlist__disable(rings->evlist);
}

struct perf_ring *perf_rings__next(struct perf_rings *rings, struct perf_ring *after)
{
	struct perf_ring *next = after ? after + 1 : rings->rings;

	return next < rings->rings + rings->count ? next : NULL;
}

const struct perf_event_header *perf_ring__peek(struct perf_ring *ring)
{
	/* Not perf_mmap__read_done() at the end: it is for rings that are overwritten, and would
	 * skip what has come since the last look. */
	if (!ring->pending && !perf_mmap__read_init(ring->map))
		ring->pending = (const struct perf_event_header *)perf_mmap__read_event(ring->map);
	return ring->pending;
}

void perf_ring__done(struct perf_ring *ring)
{
	ring->pending = NULL;
	perf_mmap__consume(ring->map);
}
