/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The probe points: what each means and where to look for it. The one table of them. */
#ifndef WALLFLAME_COLLECTOR_PROBE_POINTS_H
#define WALLFLAME_COLLECTOR_PROBE_POINTS_H

#include "bpf/records.h"

#include <stdbool.h>

/* How tracepoints tell of a point. */
enum probe_tracing {
	TRACED_NOT,
	TRACED_SYSCALLS, /* the system calls that are the point: calls */
	TRACED_WAITS, /* the ledger's programs see waits for it */
	TRACED_PAGES, /* one hit for each folio */
};

/* Its names in kernels from 5.10 on, the newest first, to the end or NULL: the first that is there
 * is the function; another one then is a wrapper of it. */
struct probe_function {
	const char *names[3];
	bool inlined; /* where it is, or may not be probed, what calls it is in the list too */
};
#define PROBE_FUNCTION_NAMES 3

struct probe_point {
	const char *name; /* "openat" */
	const char *meaning;
	/* All that are there are hooked, and a call inside a call counts once. One without names
	 * ends the list. */
	const struct probe_function *functions;
	/* Its functions are called inside themselves: where file systems are stacked on others. */
	bool nests;
	bool of_inodes; /* only calls whose first argument is an inode's i_rwsem */
	enum probe_tracing tracing;
	/* "system:event"; NULL-terminated. */
	const char *const *tracepoints;
	const char *fallback; /* what the point rests on where nothing can be hooked */
};

const struct probe_point *probe_points__get(enum wf_probe probe);

#endif
