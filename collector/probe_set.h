/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How each probe point was reached in this capture: what was tried, what was taken, and why. */
#ifndef WALLFLAME_COLLECTOR_PROBE_SET_H
#define WALLFLAME_COLLECTOR_PROBE_SET_H

#include "bpf/records.h"
#include "store/writer.h"

#include <stddef.h>

struct probe_set;

struct probe_status {
	enum store_backend backend;
	enum store_counts counts;
	const char *note; /* why no better backend was taken; NULL: nothing to say */
};

/* Every point begins as BACKEND_EVIDENCE that counts nothing, without a note. */
struct probe_set *probe_set__new(void);
void probe_set__free(struct probe_set *set); /* NULL is allowed */

/* A place was tried, of several tries of one way the last counts: a function by its name in this
 * kernel or a tracepoint ("system:name"). error NULL: it is attached. Texts are copied. */
void probe_set__tried(struct probe_set *set, enum wf_probe probe, enum store_backend backend,
		      const char *place, const char *error);
/* What the point rests on. status->note is copied. */
void probe_set__take(struct probe_set *set, enum wf_probe probe, const struct probe_status *status);
/* Lives as long as the set. */
const struct probe_status *probe_set__status(const struct probe_set *set, enum wf_probe probe);

typedef void (*probe_place_fn)(void *ctx, enum store_backend backend, const char *place,
			       const char *error);
void probe_set__each_place(const struct probe_set *set, enum wf_probe probe, probe_place_fn visit,
			   void *ctx);

/* "openat, dput by fentry; page-cache-fill by tracepoint"; malloc'ed for the caller. */
char *probe_set__summary(const struct probe_set *set);

/* Writes `probe` and `probe_place`; ids gets the row of each point. Returns 0 or a negative errno
 * of the writer. */
int probe_set__write(const struct probe_set *set, struct store_writer *writer,
		     store_id ids[WF_PROBES]);

#endif
